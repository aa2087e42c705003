/** The settings: where they come from, and their old names. */
@NullMarked
package io.tagweir.app.settings;

import org.jspecify.annotations.NullMarked;
