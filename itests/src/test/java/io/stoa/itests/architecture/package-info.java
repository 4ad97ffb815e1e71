/** The design's rules, held by tests: which module may use which, who may start threads and read clocks. */
@NullMarked
package io.stoa.itests.architecture;

import org.jspecify.annotations.NullMarked;
