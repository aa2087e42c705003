/** Open-loop load, counting of answers, topologies to compare with, and reports. */
@NullMarked
package io.tagweir.bench;

import org.jspecify.annotations.NullMarked;
