/** The topology, its roles and names. Read TaggingTopology first. */
@NullMarked
package io.tagweir.topology;

import org.jspecify.annotations.NullMarked;
