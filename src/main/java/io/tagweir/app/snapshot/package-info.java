/** The commands on snapshots, and the teacher's files. */
@NullMarked
package io.tagweir.app.snapshot;

import org.jspecify.annotations.NullMarked;
