/**
 * Who is who: the credentials that operators give a master, and HTTP basic authentication by them. No state beyond what
 * was read at the start. Safe for use by any thread. May use: {@code io.stoa.http}, {@code io.stoa.proto}.
 */
@NullMarked
package io.stoa.authentication;

import org.jspecify.annotations.NullMarked;
