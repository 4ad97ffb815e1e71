/** Whole-cluster tests, and what they share. */
@NullMarked
package io.stoa.itests;

import org.jspecify.annotations.NullMarked;
