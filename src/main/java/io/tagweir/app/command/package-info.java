/** What commands share: input, waiting, failures, signals. */
@NullMarked
package io.tagweir.app.command;

import org.jspecify.annotations.NullMarked;
