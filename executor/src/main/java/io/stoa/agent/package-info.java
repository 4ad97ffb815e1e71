/** The agent: what runs on every host. Its assembly and its command line are here, its parts in packages below. */
@NullMarked
package io.stoa.agent;

import org.jspecify.annotations.NullMarked;
