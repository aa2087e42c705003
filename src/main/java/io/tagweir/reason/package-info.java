/** Why something failed, in words. Every room may import it; it imports none. */
@NullMarked
package io.tagweir.reason;

import org.jspecify.annotations.NullMarked;
