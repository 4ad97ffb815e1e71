@NullMarked
package io.stoa.driver.loop;

import org.jspecify.annotations.NullMarked;
