/**
 * How frameworks over libprocess prove who they are: SASL's CRAM-MD5 in the messages of Mesos' authenticator, by the
 * credentials of the master.
 *
 * <p>Soft state of a term: exchanges under way, and who has proved to be which principal. Losing it costs each
 * framework a new authentication, which it begins anyhow when it looks for the next leader. Safe for use by any thread,
 * one lock for all, nothing blocks. May use: {@code io.stoa.libprocess}, {@code io.stoa.authentication}.
 */
@NullMarked
package io.stoa.libprocess.authentication;

import org.jspecify.annotations.NullMarked;
