package io.tagweir.wire;

import io.tagweir.reason.Reason;
import io.tagweir.wire.RegistrySettings.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** The {@link SSLContext} of the connection to the registry, loaded from key stores on disk. */
final class RegistryTls {

    private RegistryTls() {}

    /**
     * @param trust null for the JDK's own certificates
     * @param identity null for no client certificate
     * @throws ConfigException if a store can't be read
     */
    static SSLContext context(@Nullable Store trust, @Nullable Store identity) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(identity == null ? null : keys(identity), trust == null ? null : certificates(trust), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw configException("TLS to the schema registry can't be set up: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] certificates(Store trust) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(load(trust));
        return factory.getTrustManagers();
    }

    private static KeyManager[] keys(Store identity) throws GeneralSecurityException {
        var password = identity.keyPassword() == null ? identity.password() : identity.keyPassword();
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(load(identity), characters(password));
        return factory.getKeyManagers();
    }

    private static KeyStore load(Store store) throws GeneralSecurityException {
        var loaded = KeyStore.getInstance(store.type());
        try (var in = Files.newInputStream(store.file())) {
            loaded.load(in, characters(store.password()));
        } catch (IOException e) {
            throw configException("the store " + store.file() + " can't be read: " + Reason.of(e), e);
        }
        return loaded;
    }

    private static char @Nullable [] characters(@Nullable Password password) {
        return password == null ? null : password.value().toCharArray();
    }

    private static ConfigException configException(String message, Exception cause) {
        var exception = new ConfigException(message);
        exception.initCause(cause);
        return exception;
    }
}
