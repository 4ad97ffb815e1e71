/** Tests of credentials and of HTTP basic authentication. */
@NullMarked
package io.stoa.authentication;

import org.jspecify.annotations.NullMarked;
