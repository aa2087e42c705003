/** What the commands need to talk to a cluster: options and checks. */
@NullMarked
package io.tagweir.app.cluster;

import org.jspecify.annotations.NullMarked;
