/** Students that are swapped while the application runs: control records, who answers which query, loading, reports. */
@NullMarked
package io.tagweir.roster;

import org.jspecify.annotations.NullMarked;
