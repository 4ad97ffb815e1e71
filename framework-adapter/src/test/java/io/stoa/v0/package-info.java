/** Tests of what the v0 endpoints of both servers have in common. */
@NullMarked
package io.stoa.v0;

import org.jspecify.annotations.NullMarked;
