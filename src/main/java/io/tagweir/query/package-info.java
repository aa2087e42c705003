/** The canonical query: how a query is normalised, what its key text is and which partition holds it. */
@NullMarked
package io.tagweir.query;

import org.jspecify.annotations.NullMarked;
