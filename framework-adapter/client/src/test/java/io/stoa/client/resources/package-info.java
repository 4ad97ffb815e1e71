@NullMarked
package io.stoa.client.resources;

import org.jspecify.annotations.NullMarked;
