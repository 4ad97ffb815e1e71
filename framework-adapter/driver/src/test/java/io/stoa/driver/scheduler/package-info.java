@NullMarked
package io.stoa.driver.scheduler;

import org.jspecify.annotations.NullMarked;
