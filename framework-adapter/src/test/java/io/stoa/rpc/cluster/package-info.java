/** Reading the cluster over real connections, from a real state. */
@NullUnmarked
package io.stoa.rpc.cluster;

import org.jspecify.annotations.NullUnmarked;
