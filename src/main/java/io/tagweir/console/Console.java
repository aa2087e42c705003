package io.tagweir.console;

import com.sun.net.httpserver.HttpServer;
import io.tagweir.reason.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The HTTP server of a running application: health, metrics, lookup and the web page, on the JDK's own server.
 *
 * <p>It has no authentication: bind it to loopback unless the network is trusted. Its threads are daemons, bounded in
 * number, and end when idle, so that they neither keep the process alive nor take its CPU.
 */
public final class Console implements AutoCloseable {

    /** The JDK's server holds a thread from the first byte of a request until the response is sent. */
    static final int MAX_THREADS = 32;

    static {
        limitClients();
    }

    private final HttpServer server;
    private final ExecutorService threads;

    private Console(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Limits what slow clients can hold. By default the JDK's server waits for ever, and clients that send half a
     * request could take all threads, so that health checks fail. The server reads these properties once per JVM: call
     * this before any other {@link HttpServer} is created.
     */
    public static void limitClients() {
        var properties = System.getProperties();
        // Seconds for a request to arrive and for a response to be sent; checked once a second.
        properties.putIfAbsent("sun.net.httpserver.maxReqTime", "2");
        properties.putIfAbsent("sun.net.httpserver.maxRspTime", "10");
        // Open connections, so that they can't use up the file descriptors; some of them idle.
        properties.putIfAbsent("jdk.httpserver.maxConnections", "512");
        properties.putIfAbsent("sun.net.httpserver.maxIdleConnections", "64");
    }

    /**
     * Starts a console.
     *
     * @param address where it listens; port 0 for any free port
     * @param hosts names that requests may use, in addition to loopback and the address they arrive at
     * @throws IOException if it can't listen there; the message is one line
     */
    public static Console start(InetSocketAddress address, Collection<String> hosts, Endpoints endpoints)
            throws IOException {
        var server = bind(address);
        var count = new AtomicInteger();
        var threads = new ThreadPoolExecutor(
                MAX_THREADS,
                MAX_THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> daemon(work, "console-" + count.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", new ConsoleHandler(new AllowedHosts(hosts), endpoints));
        // The server's dispatcher inherits being a daemon from the thread that starts it.
        CompletableFuture.runAsync(server::start, threads).join();
        return new Console(server, threads);
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Frees the port and aborts current requests. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpServer bind(InetSocketAddress address) throws IOException {
        var place = address.getHostString() + ":" + address.getPort();
        if (address.isUnresolved()) {
            throw new IOException("the console can't listen on " + place + ": the host is unknown");
        }
        try {
            return HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException("the console can't listen on " + place + ": " + Reason.of(e), e);
        }
    }

    private static Thread daemon(Runnable work, String name) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
