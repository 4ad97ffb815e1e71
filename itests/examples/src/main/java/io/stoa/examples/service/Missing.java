package io.stoa.examples.service;

import io.stoa.examples.WorkId;

/**
 * An instance that should run and does not.
 *
 * @param id of the try that is next
 * @param failures how often in a row it has ended by itself
 * @param notBeforeMs when it may be claimed
 */
record Missing(Service service, WorkId id, int failures, long notBeforeMs) {}
