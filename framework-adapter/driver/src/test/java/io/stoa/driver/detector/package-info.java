@NullMarked
package io.stoa.driver.detector;

import org.jspecify.annotations.NullMarked;
