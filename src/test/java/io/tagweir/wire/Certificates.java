package io.tagweir.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagweir.wire.RegistrySettings.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.types.Password;

/** A self-signed certificate for {@code localhost} with its key store and trust store, made by {@code keytool}. */
record Certificates(Path folder, String name) {

    static final String PASSWORD = "changeit";

    Certificates {
        var key = List.of(
                "-alias",
                name,
                "-storepass",
                PASSWORD,
                "-keystore",
                folder.resolve(name + ".p12").toString());
        var file = List.of("-file", folder.resolve(name + ".crt").toString());
        keytool(
                List.of("-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12", "-dname", "CN=localhost"),
                List.of("-ext", "san=dns:localhost", "-validity", "2"),
                key);
        keytool(List.of("-exportcert"), key, file);
        var trust = folder.resolve(name + "-trust.p12").toString();
        keytool(
                List.of("-importcert", "-noprompt", "-storetype", "PKCS12", "-alias", name),
                List.of("-storepass", PASSWORD, "-keystore", trust),
                file);
    }

    Path keyStore() {
        return folder.resolve(name + ".p12");
    }

    Path trustStore() {
        return folder.resolve(name + "-trust.p12");
    }

    /** For a server with this certificate that wants its clients to show {@code client}. */
    SSLContext serverContext(Certificates client) {
        var password = new Password(PASSWORD);
        return RegistryTls.context(
                new Store(client.trustStore(), password, null), new Store(keyStore(), password, null));
    }

    @SafeVarargs
    private static void keytool(List<String>... arguments) {
        var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = Stream.concat(Stream.of(tool), Stream.of(arguments).flatMap(List::stream))
                .toList();
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("keytool failed", e);
        }
    }
}
