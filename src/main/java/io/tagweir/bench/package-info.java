/** Load shapes, peers and reports. */
@NullMarked
package io.tagweir.bench;

import org.jspecify.annotations.NullMarked;
