/** The embedded broker and schema registry for the demo, the tests and a laptop. */
@NullMarked
package io.tagweir.local;

import org.jspecify.annotations.NullMarked;
