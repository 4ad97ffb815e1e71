/** What tests of the native RPC have in common. */
@NullUnmarked
package io.stoa.rpc;

import org.jspecify.annotations.NullUnmarked;
