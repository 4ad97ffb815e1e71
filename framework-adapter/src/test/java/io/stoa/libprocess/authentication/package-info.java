/** Tests of the authenticator of frameworks over libprocess. */
@NullMarked
package io.stoa.libprocess.authentication;

import org.jspecify.annotations.NullMarked;
