/** The canonical query: normalisation, words, key text and partition. */
@NullMarked
package io.tagweir.query;

import org.jspecify.annotations.NullMarked;
