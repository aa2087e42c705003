/** Which students there are, and which of them answers a query. */
@NullMarked
package io.tagweir.roster;

import org.jspecify.annotations.NullMarked;
