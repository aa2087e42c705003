/** The commands that load a student or change which student answers. */
@NullMarked
package io.tagweir.app.student;

import org.jspecify.annotations.NullMarked;
