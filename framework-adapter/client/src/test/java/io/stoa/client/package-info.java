/** The master's side is played by a fake, which can be told to lose, cut, forget and refuse. */
@NullMarked
package io.stoa.client;

import org.jspecify.annotations.NullMarked;
