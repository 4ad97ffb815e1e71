@NullMarked
package io.stoa.examples.service;

import org.jspecify.annotations.NullMarked;
