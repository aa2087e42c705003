/** The student, the model that tags rare queries: tokenize, run, decode, thresholds, evaluation. */
@NullMarked
package io.tagweir.student;

import org.jspecify.annotations.NullMarked;
