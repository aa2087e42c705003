/** Head snapshots: lifecycle and timeline, publication, the gate before an activation, and export. */
@NullMarked
package io.tagweir.snapshot;

import org.jspecify.annotations.NullMarked;
