/**
 * The Mesos driver without native code: a jar that is put first on a framework's class path and replaces the classes of
 * Mesos' own jar that load a native library. It speaks the v1 HTTP API. It depends on no module of Stoa's, and what it
 * brings along is inside its jar under names of its own, so that nothing of it meets what the framework uses.
 */
@NullMarked
package io.stoa.driver;

import org.jspecify.annotations.NullMarked;
