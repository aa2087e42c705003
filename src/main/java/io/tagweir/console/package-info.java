/** HTTP: health, metrics, lookup, and the web page. */
@NullMarked
package io.tagweir.console;

import org.jspecify.annotations.NullMarked;
