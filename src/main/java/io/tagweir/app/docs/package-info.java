/** The generated pages of {@code topology-docs/}: each a function from what the code says to a page's text. */
@NullMarked
package io.tagweir.app.docs;

import org.jspecify.annotations.NullMarked;
