/** Main, settings, commands, and all wiring. */
@NullMarked
package io.tagweir.app;

import org.jspecify.annotations.NullMarked;
