/** Tests of the links, with a stream that is not a network's. */
@NullMarked
package io.stoa.master.link;

import org.jspecify.annotations.NullMarked;
