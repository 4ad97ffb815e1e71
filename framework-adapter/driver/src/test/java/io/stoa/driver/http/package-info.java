@NullMarked
package io.stoa.driver.http;

import org.jspecify.annotations.NullMarked;
