/** {@code /files} over real sockets and a real disk. */
@NullUnmarked
package io.stoa.http.files;

import org.jspecify.annotations.NullUnmarked;
