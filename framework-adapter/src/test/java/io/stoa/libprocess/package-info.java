/** libprocess' messages over real sockets. */
@NullUnmarked
package io.stoa.libprocess;

import org.jspecify.annotations.NullUnmarked;
