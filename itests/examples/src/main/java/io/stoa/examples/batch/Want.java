package io.stoa.examples.batch;

import io.stoa.examples.Program;
import io.stoa.examples.WorkId;

/** A task that is to be launched. */
record Want(WorkId id, Program program) {}
