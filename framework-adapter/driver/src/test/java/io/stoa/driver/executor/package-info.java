@NullMarked
package io.stoa.driver.executor;

import org.jspecify.annotations.NullMarked;
