/** Why something failed, in words. All rooms may see it; it sees none. */
@NullMarked
package io.tagweir.reason;

import org.jspecify.annotations.NullMarked;
