/** Head snapshots: their control records, the timeline they make, and how one is published. */
@NullMarked
package io.tagweir.snapshot;

import org.jspecify.annotations.NullMarked;
