/** Tests of the assembly. */
@NullMarked
package io.stoa.master;

import org.jspecify.annotations.NullMarked;
