/** Students that are swapped while the application runs: lifecycle, timeline, loading, reports. */
@NullMarked
package io.tagweir.roster;

import org.jspecify.annotations.NullMarked;
