package io.tagweir.bench;

import io.tagweir.avro.Tag;
import java.util.List;

/**
 * Synthetic product queries by number. A number always has the same text, and no two numbers share one.
 *
 * <p>Texts are canonical ASCII of four to seven common words, about as long as real queries: brand, property, product
 * and a size or pack. Neighbouring numbers have nothing in common, so neither compression nor a cache gains from their
 * order.
 */
public final class Queries {

    private static final String[] BRANDS = words("""
            summit, harbor, eagle, falcon, maple, cedar, river, mountain, anchor, crown, diamond, phoenix,
            atlas, titan, orion, nova, apex, vista, sierra, delta, pioneer, liberty, victory, heritage, royal,
            imperial, sterling, crystal, phantom, rocket""");
    private static final String[] PROPERTIES = words("""
            black, white, navy blue, red, green, grey, pink, yellow, leather, cotton, wooden, steel,
            waterproof, wireless, foldable, portable, small, large, heavy duty, vintage, modern, organic,
            adjustable, insulated, rechargeable, stackable, magnetic, quilted, padded, thermal, slim, wide,
            silicone, bamboo, ceramic, glass, plastic, velvet, linen, bronze""");
    private static final String[] PRODUCTS = words("""
            shoes, boots, jacket, coat, backpack, desk lamp, office chair, table, sofa, rug, curtains,
            water bottle, coffee maker, kettle, frying pan, knife set, phone case, charger, headphones,
            keyboard, mouse pad, monitor stand, bike lock, helmet, tent, sleeping bag, yoga mat, dumbbells,
            watch, sunglasses, wallet, belt, gloves, scarf, umbrella, bookshelf, picture frame, wall clock,
            vase, candle, towel set, pillow, blanket, mattress cover, storage box, tool kit, drill,
            garden hose, flower pot, bird feeder""");
    private static final int SIZES = 60;
    private static final int PACKS = 40;
    private static final int VARIANTS = SIZES + PACKS;

    /** Numbers run from 0 to below this. */
    public static final int COUNT = BRANDS.length * PROPERTIES.length * PRODUCTS.length * VARIANTS;

    /** Prime and no divisor of {@link #COUNT}, so multiplying by it permutes the numbers. */
    private static final long SCATTER = 2_654_435_761L;

    private Queries() {}

    public static String text(int number) {
        var words = words(number);
        return words[0] + ' ' + words[1] + ' ' + words[2] + ' ' + words[3];
    }

    /** The tags a teacher would give: brand, property and product. */
    public static List<Tag> tags(int number) {
        var words = words(number);
        int property = words[0].length() + 1;
        int product = property + words[1].length() + 1;
        return List.of(
                new Tag("creator", words[0], 0, words[0].length(), 0.93f),
                new Tag("modifier", words[1], property, property + words[1].length(), 0.88f),
                new Tag("core_product_type", words[2], product, product + words[2].length(), 0.97f));
    }

    private static String[] words(String list) {
        return list.split(",\\s+");
    }

    private static String[] words(int number) {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("there is no query " + number + ", only 0 to " + (COUNT - 1));
        }
        int rest = (int) (number * SCATTER % COUNT);
        String brand = BRANDS[rest % BRANDS.length];
        rest /= BRANDS.length;
        String property = PROPERTIES[rest % PROPERTIES.length];
        rest /= PROPERTIES.length;
        String product = PRODUCTS[rest % PRODUCTS.length];
        int variant = rest / PRODUCTS.length;
        return new String[] {
            brand, property, product, variant < SIZES ? "size " + variant : "pack of " + (variant - SIZES + 2)
        };
    }
}
