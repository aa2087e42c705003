/** The command line; each sub-package holds commands of one kind. */
@NullMarked
package io.tagweir.app;

import org.jspecify.annotations.NullMarked;
