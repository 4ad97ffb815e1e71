/** Tests of the commands, against an HTTP server that answers what they tell it to. */
@NullMarked
package io.stoa.cli;

import org.jspecify.annotations.NullMarked;
