package io.tagweir.app.docs;

import static io.tagweir.app.docs.MarkdownTable.code;

import io.tagweir.setting.Setting;
import io.tagweir.setting.SettingDoc;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** {@code settings.md}: every setting, by what it is about, and what became of those of the release before. */
final class SettingsPage {

    private SettingsPage() {}

    static String of(Map<String, List<Setting<?>>> sections, Map<String, String> old, UnaryOperator<String> variable) {
        var page =
                new StringBuilder(Pages.head("Settings", "the declarations of the settings")).append(layers(variable));
        sections.forEach((name, settings) -> page.append("## ")
                .append(name)
                .append("\n\n")
                .append(table(settings, variable))
                .append('\n'));
        page.append(passthrough(variable)).append("""

                ## Settings of the release before

                These still work in this release, with a warning at the start. The next release refuses them as unknown.

                """);
        var changes = new MarkdownTable("Setting", "What became of it");
        old.forEach((key, advice) -> changes.row(code(key), advice));
        return page.append(changes).toString();
    }

    private static String layers(UnaryOperator<String> variable) {
        return """
                A setting is taken from the last of these that has it:

                1. its default;
                2. the properties file given by `--config FILE`;
                3. the environment, where `%s` is `bootstrap.servers`;
                4. `--set key=value`, and options of their own such as `--bootstrap-server`.

                All settings are checked before anything starts, and all problems are reported at once. An unknown setting \
                is refused, with the nearest known name. A value that suits every site is not a setting but a constant in the \
                code, with its reason ([decision 30](decisions/0030-fewer-settings.md)).

                """.formatted(variable.apply("bootstrap.servers"));
    }

    private static MarkdownTable table(List<Setting<?>> settings, UnaryOperator<String> variable) {
        var table = new MarkdownTable("Setting, environment variable", "Default", "Values", "Unit", "What it does");
        for (var setting : settings) {
            var row = setting.reference();
            table.row(
                    code(row.key()) + "<br>" + code(variable.apply(row.key())),
                    standard(row),
                    row.values(),
                    row.unit(),
                    row.doc().replace("<", "&lt;"));
        }
        return table;
    }

    private static String standard(SettingDoc row) {
        return row.standard().isEmpty()
                ? "none"
                : code(row.standard()) + (row.size().isEmpty() ? "" : " (" + row.size() + ")");
    }

    private static String passthrough(UnaryOperator<String> variable) {
        return """
                ## Kafka's own settings

                A setting that begins with `kafka.` is passed to Kafka Streams and its clients without that prefix, and \
                overrides what Tagweir sets. `--client-config FILE` does the same for a file of Kafka's own settings. \
                Common ones:

                ```properties
                # TLS: check the brokers against a CA of your own
                kafka.security.protocol=SSL
                kafka.ssl.truststore.type=PEM
                kafka.ssl.truststore.location=/etc/tagweir/ca.pem

                # SASL over TLS
                kafka.security.protocol=SASL_SSL
                kafka.sasl.mechanism=SCRAM-SHA-512
                kafka.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="tagweir" password="…";

                # A warm copy of the stores on another instance, so that a lost instance is replaced in seconds
                kafka.num.standby.replicas=1

                # How soon the group notices that an instance has died
                kafka.consumer.session.timeout.ms=10000
                ```

                In the environment these are `%s`, `%s` and so on.
                """.formatted(variable.apply("kafka.security.protocol"), variable.apply("kafka.num.standby.replicas"));
    }
}
