/** Tests of the operators' endpoints on a real state with a journal in memory. */
@NullMarked
package io.stoa.master.operator;

import org.jspecify.annotations.NullMarked;
