/** Every meter the application has. */
@NullMarked
package io.tagweir.meter;

import org.jspecify.annotations.NullMarked;
