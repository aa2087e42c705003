package io.tagweir.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The web page, a single file on the class path, and its Content Security Policy.
 *
 * <p>The policy (CSP level 3) allows only the page's own script and style, by their SHA-256 digests, so that injected
 * markup could neither run nor load anything.
 */
final class WebPage {

    static final String HTML = read();

    static final String POLICY = "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'; script-src " + digestOf("script") + "; style-src "
            + digestOf("style");

    private WebPage() {}

    private static String read() {
        try (var in = WebPage.class.getResourceAsStream("index.html")) {
            if (in == null) {
                throw new IllegalStateException("index.html is missing on the class path");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digestOf(String element) {
        int from = HTML.indexOf("<" + element + ">") + element.length() + 2;
        int to = HTML.indexOf("</" + element + ">", from);
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest(HTML.substring(from, to).getBytes(UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
