/** The HTTP toolkit over real sockets. */
@NullUnmarked
package io.stoa.http;

import org.jspecify.annotations.NullUnmarked;
