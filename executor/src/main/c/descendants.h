#ifndef STOA_DESCENDANTS_H
#define STOA_DESCENDANTS_H

#include <stddef.h>

/*
 * Sends a signal to everything below this process, as /proc shows it. The process is the subreaper of what it started,
 * so whoever forks twice or leaves the session is still below it.
 * Returns how many there were.
 */
size_t signal_descendants(int number);

#endif
