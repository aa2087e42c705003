/** How a snapshot is read from the teacher, written and sealed. */
@NullMarked
package io.tagweir.snapshot.publish;

import org.jspecify.annotations.NullMarked;
