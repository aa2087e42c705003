/** Text from outside: whether it is well formed, and how files, lines and JSON are read. */
@NullMarked
package io.tagweir.text;

import org.jspecify.annotations.NullMarked;
