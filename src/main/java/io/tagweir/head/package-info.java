/** The head table: its ingest, its store, and the lookup. */
@NullMarked
package io.tagweir.head;

import org.jspecify.annotations.NullMarked;
