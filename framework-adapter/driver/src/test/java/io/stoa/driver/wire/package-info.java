@NullMarked
package io.stoa.driver.wire;

import org.jspecify.annotations.NullMarked;
