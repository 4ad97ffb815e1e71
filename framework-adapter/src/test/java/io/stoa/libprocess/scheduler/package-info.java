/** Frameworks' messages on a scheduler API with everything around it under the tests' control. */
@NullUnmarked
package io.stoa.libprocess.scheduler;

import org.jspecify.annotations.NullUnmarked;
