/** A sealed snapshot as a training set. */
@NullMarked
package io.tagweir.snapshot.export;

import org.jspecify.annotations.NullMarked;
