@NullMarked
package io.stoa.driver;

import org.jspecify.annotations.NullMarked;
