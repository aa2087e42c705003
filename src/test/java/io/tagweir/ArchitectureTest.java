package io.tagweir;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.ObjectCodec;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What the rooms may see of each other and of the outside. The generated records and {@code reason} are open to all.
 */
class ArchitectureTest {

    /** Each room but {@code app}, which wires them all, with the rooms it may see. */
    static final Map<String, Set<String>> MAY_SEE = new TreeMap<>(Map.ofEntries(
            Map.entry("text", Set.of()),
            Map.entry("query", Set.of()),
            Map.entry("tag", Set.of("text")),
            Map.entry("wire", Set.of("setting")),
            Map.entry("meter", Set.of()),
            Map.entry("reason", Set.of()),
            Map.entry("setting", Set.of()),
            Map.entry("control", Set.of()),
            Map.entry("snapshot", Set.of("setting", "control", "tag", "query", "text", "meter")),
            Map.entry("head", Set.of("setting", "ledger", "snapshot", "tag", "query", "meter")),
            Map.entry("student", Set.of("setting", "tag", "query", "text")),
            Map.entry("inference", Set.of("setting", "student", "tag", "query", "meter")),
            Map.entry("roster", Set.of("setting", "control", "inference", "student", "tag", "query", "meter")),
            Map.entry("ledger", Set.of()),
            Map.entry(
                    "tail",
                    Set.of(
                            "setting",
                            "control",
                            "ledger",
                            "roster",
                            "inference",
                            "student",
                            "tag",
                            "query",
                            "wire",
                            "meter")),
            Map.entry(
                    "topology",
                    Set.of(
                            "setting",
                            "control",
                            "head",
                            "tail",
                            "roster",
                            "snapshot",
                            "tag",
                            "query",
                            "wire",
                            "meter")),
            Map.entry("local", Set.of()),
            Map.entry("console", Set.of("text")),
            Map.entry("bench", Set.of("query", "tag"))));

    static final Set<Map.Entry<String, Set<String>>> ROOMS = MAY_SEE.entrySet();

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tagweir");

    @ParameterizedTest
    @FieldSource("ROOMS")
    void roomSeesOnlyTheRoomsItMay(Map.Entry<String, Set<String>> room) {
        var open = Stream.concat(Stream.of(room.getKey(), "avro", "reason"), room.getValue().stream())
                .map(ArchitectureTest::inRoom)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(inRoom(room.getKey()))
                .should()
                .dependOnClassesThat(resideInAPackage("io.tagweir..").and(not(resideInAnyPackage(open))))
                .because("the map of the rooms says so; see topology-docs/decisions/0008")
                .allowEmptyShould(true)
                .check(CODE);
    }

    /** A permission that no code uses is to be removed. */
    @ParameterizedTest
    @FieldSource("ROOMS")
    void roomUsesEveryRoomItMaySee(Map.Entry<String, Set<String>> room) {
        var seen = CODE.stream()
                .filter(code -> room.getKey().equals(roomOf(code)))
                .flatMap(code -> code.getDirectDependenciesFromSelf().stream())
                .map(dependency -> roomOf(dependency.getTargetClass()))
                .collect(Collectors.toSet());
        assertThat(seen).containsAll(room.getValue());
    }

    private static String roomOf(JavaClass code) {
        var names = code.getPackageName().split("\\.");
        return code.getPackageName().startsWith("io.tagweir.") ? names[2] : "";
    }

    /** {@code app} wires all, its own parts as well. */
    @Test
    void packagesFormNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.tagweir.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(resideInAPackage(inRoom("app")), DescribedPredicate.alwaysTrue())
                .check(CODE);
    }

    /** A room that no rule knows could see anything. */
    @Test
    void everyRoomIsOnTheMapAndTellsWhereNullsAre() throws IOException, ClassNotFoundException {
        var source = Path.of("src/main/java/io/tagweir");
        try (var directories = Files.list(source)) {
            var rooms = directories.map(room -> room.getFileName().toString()).collect(toCollection(TreeSet::new));
            assertThat(rooms).contains("app").allMatch(room -> room.equals("app") || MAY_SEE.containsKey(room));
            for (var room : rooms) {
                assertThat(Class.forName("io.tagweir." + room + ".package-info").isAnnotationPresent(NullMarked.class))
                        .as("package-info.java of %s has @NullMarked", room)
                        .isTrue();
            }
        }
    }

    @Test
    void headAndTailNeverMeet() {
        noClasses()
                .that()
                .resideInAPackage(inRoom("head"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(inRoom("tail"))
                .check(CODE);
        noClasses()
                .that()
                .resideInAPackage(inRoom("tail"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(inRoom("head"))
                .check(CODE);
    }

    @Test
    void onlyTheStudentSeesTheModelsRuntime() {
        noClasses()
                .that()
                .resideOutsideOfPackage(inRoom("student"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..", "ai.onnxruntime..")
                .check(CODE);
    }

    /** {@code local} serves the demo's schema registry with it. */
    @Test
    void onlyTheConsoleAndTheLocalRegistryServeHttp() {
        noClasses()
                .that()
                .resideOutsideOfPackages(inRoom("console"), inRoom("local"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.net.httpserver..")
                .check(CODE);
    }

    /** {@code ClassPathIT} checks it for each class that is in the broker's jars. */
    @Test
    void onlyTheEmbeddedBrokerSeesKafkasServer() {
        noClasses()
                .that()
                .resideOutsideOfPackage(inRoom("local"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kafka..", "scala..", "org.apache.kafka.server..", "org.apache.kafka.metadata..")
                .check(CODE);
    }

    /** A lenient reader makes 0 of a text. The registry's protocol is {@code wire}'s own, and {@code local}'s. */
    @Test
    void jsonFromOutsideIsReadInOnePlace() {
        noClasses()
                .that()
                .resideOutsideOfPackages(inRoom("text"), inRoom("wire"), inRoom("local"))
                .should()
                .accessTargetWhere(readsJson())
                .check(CODE);
    }

    private static DescribedPredicate<JavaAccess<?>> readsJson() {
        Predicate<JavaAccess<?>> reads = access -> access.getTargetOwner().isAssignableTo(ObjectCodec.class)
                && access.getTarget().getName().startsWith("read");
        return DescribedPredicate.describe("it reads JSON with Jackson itself", reads);
    }

    /** No exception so far: one that is needed is to be listed here with its reason. */
    @Test
    void nobodySeesKafkasInternals() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..internals..", "org.apache.kafka..internal..")
                .check(CODE);
    }

    /** {@code System.nanoTime} measures spans and is free to all. */
    @Test
    void onlyTheAppReadsTheWallClock() {
        noClasses()
                .that()
                .resideOutsideOfPackage(inRoom("app"))
                .should()
                .accessTargetWhere(readsTheWallClock())
                .check(CODE);
    }

    /** Of many exceptions of the file system the message is the path alone: "can't read x: x". */
    @Test
    void onlyReasonAsksAnIoExceptionForItsMessage() {
        Predicate<JavaAccess<?>> asks = access -> {
            JavaClass owner = access.getTargetOwner();
            return access.getTarget().getName().equals("getMessage")
                    && (owner.isEquivalentTo(IOException.class)
                            || owner.isEquivalentTo(UncheckedIOException.class)
                            || owner.isAssignableTo(FileSystemException.class)
                            || owner.isEquivalentTo(FileNotFoundException.class));
        };
        noClasses()
                .that()
                .resideOutsideOfPackage(inRoom("reason"))
                .should()
                .accessTargetWhere(DescribedPredicate.describe("it asks for the message; take Reason.of", asks))
                .check(CODE);
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheWallClock() {
        Predicate<JavaAccess<?>> reads = access -> {
            JavaClass owner = access.getTargetOwner();
            var method = access.getTarget().getName();
            return (owner.isEquivalentTo(System.class) && method.equals("currentTimeMillis"))
                    || (owner.isEquivalentTo(Clock.class) && (method.startsWith("system") || method.startsWith("tick")))
                    || (owner.isEquivalentTo(InstantSource.class) && method.equals("system"))
                    || (owner.getPackageName().equals(Instant.class.getPackageName()) && method.equals("now"));
        };
        return DescribedPredicate.describe("it reads the wall clock", reads);
    }

    private static String inRoom(String room) {
        return "io.tagweir." + room + "..";
    }
}
