/** How long tests wait for what is to come: by the time that their machine had, not by the clock. */
@NullMarked
package io.stoa.testing;

import org.jspecify.annotations.NullMarked;
