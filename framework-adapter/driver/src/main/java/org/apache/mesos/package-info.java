/**
 * The classes that take the place of those of Mesos' jar that load native code, under their names. Of Mesos' other
 * classes they use methods that every version of the bindings has, plain, with protobuf shaded, or relocated:
 * {@code toByteArray}, {@code parseFrom(byte[])}, constants of enums. No type of protobuf occurs in what they call or
 * offer.
 */
@NullMarked
package org.apache.mesos;

import org.jspecify.annotations.NullMarked;
