/** The application: its wiring, its Kafka Streams configuration, its console, and the commands run and query. */
@NullMarked
package io.tagweir.app.run;

import org.jspecify.annotations.NullMarked;
