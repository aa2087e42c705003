/** Fixtures that the tests of several rooms use. */
@NullMarked
package io.tagweir.testing;

import org.jspecify.annotations.NullMarked;
