/** Tests of what a run decides. */
@NullMarked
package io.stoa.cli.run;

import org.jspecify.annotations.NullMarked;
