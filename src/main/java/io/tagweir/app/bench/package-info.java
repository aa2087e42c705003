/** {@code ./tagweir bench}: the scenarios, and the systems that they compare. */
@NullMarked
package io.tagweir.app.bench;

import org.jspecify.annotations.NullMarked;
