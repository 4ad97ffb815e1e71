/** Frameworks over libprocess against whole masters. */
@NullMarked
package io.stoa.itests.libprocess;

import org.jspecify.annotations.NullMarked;
