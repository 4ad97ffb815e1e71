#ifndef STOA_GROUPS_H
#define STOA_GROUPS_H

#include <stdbool.h>

/* A group is the directory of a cgroup, of version 1 or 2. */

/* Moves this process into it. */
void join_group(const char *group);

/* To every process in it, but not in groups below it, which are other containers. */
void signal_group(const char *group, int number);

/* SIGKILL to everything in it and below it. Nobody gets away by forking where the group has cgroup.kill; otherwise it
   is frozen meanwhile, and what still was being forked is found when this is called again. */
void kill_group(const char *group);

/* Tells when the kernel kills somebody in a group for want of memory. */
struct oom_watch {
    bool seen;
    int fd;       /* -1: no group */
    short events; /* to poll for: POLLIN is version 1, POLLPRI version 2 */
};

struct oom_watch watch_oom(const char *group);

/* Also lets its descriptor be quiet until the next time. */
bool had_oom(struct oom_watch *watch);

#endif
