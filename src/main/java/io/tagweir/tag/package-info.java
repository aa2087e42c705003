/** Labels, spans and scores, and how spans found in one form of a query are carried to another. */
@NullMarked
package io.tagweir.tag;

import org.jspecify.annotations.NullMarked;
