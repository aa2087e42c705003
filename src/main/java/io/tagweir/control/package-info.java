/** Control records: one a thing, rewritten at every transition; how they are read, and changed all or none. */
@NullMarked
package io.tagweir.control;

import org.jspecify.annotations.NullMarked;
