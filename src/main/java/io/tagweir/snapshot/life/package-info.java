/** The lifecycle of snapshots: states, timeline, transitions, and where they are verified. */
@NullMarked
package io.tagweir.snapshot.life;

import org.jspecify.annotations.NullMarked;
