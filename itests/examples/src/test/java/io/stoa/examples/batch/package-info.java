@NullMarked
package io.stoa.examples.batch;

import org.jspecify.annotations.NullMarked;
