/** The model that tags the tail: encode, run, decode, thresholds, evaluation. */
@NullMarked
package io.tagweir.student;

import org.jspecify.annotations.NullMarked;
