/** The commands that start a broker: local and demo. */
@NullMarked
package io.tagweir.app.local;

import org.jspecify.annotations.NullMarked;
