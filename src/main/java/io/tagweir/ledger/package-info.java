/** The pending queries of a task, in a store that survives a crash. */
@NullMarked
package io.tagweir.ledger;

import org.jspecify.annotations.NullMarked;
