package io.tagweir.bench;

import io.tagweir.avro.Tag;
import java.util.List;

/**
 * Made-up product queries, numbered: the text of a number is always the same, and no two numbers share one.
 *
 * <p>Texts are canonical ASCII of four to seven words, 22 to 45 characters, near the real ones in length; brand,
 * property, product and an addition are drawn from lists. Neighbouring numbers have nothing in common, so that neither
 * a compressor nor a cache gains from their order.
 */
public final class Queries {

    private static final String[] BRANDS = {
        "acorn", "bluefin", "calder", "dunmore", "eastway", "fenwick", "glasson", "harrow", "inverlo", "juniper",
        "kestrel", "lanyard", "marlow", "northcap", "oakvale", "pemberly", "quillon", "redmoor", "stavely", "tarnside",
        "ullsater", "varley", "westerby", "yarrow", "zephyra", "alderton", "brackley", "corrin", "drayton", "ellerby"
    };
    private static final String[] PROPERTIES = {
        "black",
        "white",
        "navy blue",
        "red",
        "green",
        "grey",
        "pink",
        "yellow",
        "leather",
        "cotton",
        "wooden",
        "steel",
        "waterproof",
        "wireless",
        "foldable",
        "portable",
        "small",
        "large",
        "heavy duty",
        "vintage",
        "modern",
        "organic",
        "adjustable",
        "insulated",
        "rechargeable",
        "stackable",
        "magnetic",
        "quilted",
        "padded",
        "thermal",
        "slim",
        "wide",
        "silicone",
        "bamboo",
        "ceramic",
        "glass",
        "plastic",
        "velvet",
        "linen",
        "bronze"
    };
    private static final String[] PRODUCTS = {
        "shoes",
        "boots",
        "jacket",
        "coat",
        "backpack",
        "desk lamp",
        "office chair",
        "table",
        "sofa",
        "rug",
        "curtains",
        "water bottle",
        "coffee maker",
        "kettle",
        "frying pan",
        "knife set",
        "phone case",
        "charger",
        "headphones",
        "keyboard",
        "mouse pad",
        "monitor stand",
        "bike lock",
        "helmet",
        "tent",
        "sleeping bag",
        "yoga mat",
        "dumbbells",
        "watch",
        "sunglasses",
        "wallet",
        "belt",
        "gloves",
        "scarf",
        "umbrella",
        "bookshelf",
        "picture frame",
        "wall clock",
        "vase",
        "candle",
        "towel set",
        "pillow",
        "blanket",
        "mattress cover",
        "storage box",
        "tool kit",
        "drill",
        "garden hose",
        "flower pot",
        "bird feeder"
    };
    private static final int SIZES = 60;
    private static final int PACKS = 40;
    private static final int ADDITIONS = SIZES + PACKS;

    /** Numbers run from 0 to below this. */
    public static final int COUNT = BRANDS.length * PROPERTIES.length * PRODUCTS.length * ADDITIONS;

    /** Prime, and no divisor of {@link #COUNT}: multiplying by it permutes the numbers. */
    private static final long SCATTER = 2_654_435_761L;

    private Queries() {}

    public static String text(int number) {
        var words = words(number);
        return words[0] + ' ' + words[1] + ' ' + words[2] + ' ' + words[3];
    }

    /** What a teacher would say of it: brand, property and product. */
    public static List<Tag> tags(int number) {
        var words = words(number);
        int property = words[0].length() + 1;
        int product = property + words[1].length() + 1;
        return List.of(
                new Tag("creator", words[0], 0, words[0].length(), 0.93f),
                new Tag("modifier", words[1], property, property + words[1].length(), 0.88f),
                new Tag("core_product_type", words[2], product, product + words[2].length(), 0.97f));
    }

    private static String[] words(int number) {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("there are " + COUNT + " queries, none with number " + number);
        }
        int rest = (int) (number * SCATTER % COUNT);
        String brand = BRANDS[rest % BRANDS.length];
        rest /= BRANDS.length;
        String property = PROPERTIES[rest % PROPERTIES.length];
        rest /= PROPERTIES.length;
        String product = PRODUCTS[rest % PRODUCTS.length];
        int addition = rest / PRODUCTS.length;
        return new String[] {
            brand, property, product, addition < SIZES ? "size " + addition : "pack of " + (addition - SIZES + 2)
        };
    }
}
