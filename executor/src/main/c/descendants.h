#ifndef STOA_DESCENDANTS_H
#define STOA_DESCENDANTS_H

#include <sys/types.h>

/*
 * Sends a signal to everything below this process, as /proc shows it. The process is the subreaper of what it started,
 * so whoever forks twice or leaves the session is still below it. One may be left out: 0 is nobody.
 * Returns the sum of the pids of those it was sent to: 0 where there were none; another one where they were others.
 */
long long signal_descendants(int number, pid_t except);

#endif
