/** The miss path: ledger, micro-batcher, settlement. */
@NullMarked
package io.tagweir.tail;

import org.jspecify.annotations.NullMarked;
