/** How a setting is declared: key, unit, default, range and documentation in one place. */
@NullMarked
package io.tagweir.setting;

import org.jspecify.annotations.NullMarked;
