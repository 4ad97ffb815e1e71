/**
 * {@code /files}, {@code LIST_FILES} and {@code READ_FILE}: what a program lets be seen of its disk. Soft state (the
 * table of attached paths). The disk is read by threads of its own, so that a slow disk delays readers of files only.
 * May use: {@code io.stoa.http}, Jackson, Mesos' messages.
 */
@NullMarked
package io.stoa.http.files;

import org.jspecify.annotations.NullMarked;
