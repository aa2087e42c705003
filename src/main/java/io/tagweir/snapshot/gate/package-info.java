/** The gate: what is checked before an activation. */
@NullMarked
package io.tagweir.snapshot.gate;

import org.jspecify.annotations.NullMarked;
