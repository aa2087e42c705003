/** What was taken over and not yet answered for good: it outlives a crash. */
@NullMarked
package io.tagweir.ledger;

import org.jspecify.annotations.NullMarked;
