#ifndef STOA_GROUPS_H
#define STOA_GROUPS_H

#include <stdbool.h>
#include <sys/types.h>

/* A group is the directory of a cgroup, of version 1 or 2. */

/* Moves this process into it. */
void join_group(const char *group);

/* To every process in it but one, 0 being none; not in groups below it, which are other containers. */
void signal_group(const char *group, int number, pid_t except);

/* SIGKILL to everything in it and below it. Nobody gets away by forking where the group has cgroup.kill; otherwise it
   is frozen meanwhile, and what still was being forked is found when this is called again. */
void kill_group(const char *group);

/* How often a group of version 2 was at its limit, and how often somebody of it was killed for that or for another's. */
struct oom_counts {
    unsigned long long ooms;
    unsigned long long kills;
};

/* Tells when the kernel kills somebody in a group for want of memory. */
struct oom_watch {
    const char *group;
    bool seen;
    int fd;                  /* -1: no group */
    short events;            /* to poll for: POLLIN is version 1, POLLPRI version 2 */
    struct oom_counts begun; /* what had happened to others in it before */
};

struct oom_watch watch_oom(const char *group);

/*
 * Also lets its descriptor be quiet until the next time. The first time that it is true, it keeps what the group's
 * memory held then in the file "memory", in the current directory.
 */
bool had_oom(struct oom_watch *watch);

#endif
