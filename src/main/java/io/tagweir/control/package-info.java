/**
 * The control plane: control records with a lifecycle, the timeline they make, and what running applications report.
 * Generic; snapshots and students bring their own states and rules.
 */
@NullMarked
package io.tagweir.control;

import org.jspecify.annotations.NullMarked;
