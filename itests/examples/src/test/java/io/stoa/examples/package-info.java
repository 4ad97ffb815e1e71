@NullMarked
package io.stoa.examples;

import org.jspecify.annotations.NullMarked;
