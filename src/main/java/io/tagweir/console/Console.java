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
 * The HTTP side of a running application: health, metrics, lookup and the web page, on the JDK's own server.
 *
 * <p>It answers whoever reaches its address and asks for no password: bind it to loopback unless the network is
 * trusted. Its threads are daemons, bounded in number, and end when idle, so that neither a forgotten console nor a
 * crowd of clients keeps the process from ending or from its real work.
 */
public final class Console implements AutoCloseable {

    /** More than a handful, because the JDK's server holds one for as long as a request takes to arrive. */
    private static final int MOST_THREADS = 32;

    static {
        // Seconds that a request may take to arrive and an answer to be taken. The JDK sets no limit, and then
        // clients that dawdle pile up until they silence the health checks. Read once, by the first server of the JVM.
        System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", "10");
        System.getProperties().putIfAbsent("sun.net.httpserver.maxRspTime", "30");
    }

    private final HttpServer server;
    private final ExecutorService threads;

    private Console(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * A console that answers from now on.
     *
     * @param address where it listens; port 0 takes a free one
     * @param hosts names that requests may use, in addition to loopback and the address they arrive at
     * @throws IOException if it cannot listen there; the message is one plain line
     */
    public static Console start(InetSocketAddress address, Collection<String> hosts, Endpoints views)
            throws IOException {
        var server = bind(address);
        var count = new AtomicInteger();
        var threads = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> daemon(work, "console-" + count.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", new ConsoleHandler(new AllowedHosts(hosts), views));
        // The server's dispatcher is a daemon only where the thread that starts it is one.
        CompletableFuture.runAsync(server::start, threads).join();
        return new Console(server, threads);
    }

    /** The port it listens on, also where 0 was asked for. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Frees the port and drops the answers under way. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpServer bind(InetSocketAddress address) throws IOException {
        var place = address.getHostString() + ":" + address.getPort();
        if (address.isUnresolved()) {
            throw new IOException("the console cannot listen on " + place + ": the host is unknown");
        }
        try {
            return HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException("the console cannot listen on " + place + ": " + Reason.of(e), e);
        }
    }

    private static Thread daemon(Runnable work, String name) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
