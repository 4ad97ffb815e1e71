#define _GNU_SOURCE
#include "groups.h"

#include "shim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int open_in(const char *group, const char *name, int flags) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", group, name) >= (int) sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, flags | O_CLOEXEC);
}

static bool write_to(const char *group, const char *name, const char *text) {
    int fd = open_in(group, name, O_WRONLY);
    if (fd < 0) {
        return false;
    }
    bool written = write(fd, text, strlen(text)) >= 0;
    int reason = errno;
    close(fd);
    errno = reason;
    return written;
}

/* Who joins has one thread: version 1 takes that at once, a process only when no fork of the host is under way. */
void join_group(const char *group) {
    if (!write_to(group, "tasks", "0") && !write_to(group, "cgroup.procs", "0")) {
        fail(group);
    }
}

void signal_group(const char *group, int number, pid_t except) {
    int fd = open_in(group, "cgroup.procs", O_RDONLY);
    FILE *processes = fd < 0 ? NULL : fdopen(fd, "r");
    if (processes == NULL) {
        return;
    }
    pid_t pid;
    while (fscanf(processes, "%d", &pid) == 1) {
        /* 0 is somebody of another pid namespace, and would be this very process' own group. */
        if (pid > 0 && pid != except) {
            kill(pid, number);
            if (number == SIGTERM) {
                kill(pid, SIGCONT); /* A stopped process could not follow. */
            }
        }
    }
    fclose(processes);
}

static void signal_tree(const char *group, int number) {
    signal_group(group, number, 0);
    DIR *directory = opendir(group);
    if (directory == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char below[PATH_MAX];
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.'
            && snprintf(below, sizeof below, "%s/%s", group, entry->d_name) < (int) sizeof below) {
            signal_tree(below, number);
        }
    }
    closedir(directory);
}

void kill_group(const char *group) {
    if (write_to(group, "cgroup.kill", "1")) {
        return;
    }
    write_to(group, "freezer.state", "FROZEN");
    signal_tree(group, SIGKILL);
    write_to(group, "freezer.state", "THAWED");
}

static unsigned long long read_number(int fd, const char *name) {
    char text[512];
    ssize_t length = pread(fd, text, sizeof text - 1, 0);
    text[length < 0 ? 0 : length] = '\0';
    const char *number = strstr(text, name);
    return number == NULL ? 0 : strtoull(number + strlen(name), NULL, 10);
}

/* Its limit is its own; those whom the kernel kills for that may be in groups below. */
static struct oom_counts count_ooms(const struct oom_watch *watch) {
    int own_fd = open_in(watch->group, "memory.events.local", O_RDONLY);
    struct oom_counts counts = {
        .ooms = read_number(own_fd, "\noom "),
        .kills = read_number(watch->fd, "\noom_kill "),
    };
    close(own_fd);
    return counts;
}

struct oom_watch watch_oom(const char *group) {
    struct oom_watch watch = {.group = group, .fd = -1};
    if (group == NULL) {
        return watch;
    }
    watch.fd = open_in(group, "memory.events", O_RDONLY);
    if (watch.fd >= 0) {
        watch.events = POLLPRI;
        watch.begun = count_ooms(&watch);
        return watch;
    }
    int control = open_in(group, "memory.oom_control", O_RDONLY);
    watch.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watch.events = POLLIN;
    char registration[32];
    snprintf(registration, sizeof registration, "%d %d", watch.fd, control);
    if (control < 0 || !write_to(group, "cgroup.event_control", registration)) {
        fail(group);
    }
    close(control);
    return watch;
}

/* A group's own limit: the kernel also counts whom it kills because all of the host is short of memory. */
static bool has_new_oom(const struct oom_watch *watch) {
    if (watch->events == POLLIN) {
        eventfd_t times;
        return eventfd_read(watch->fd, &times) == 0;
    }
    struct oom_counts now = count_ooms(watch);
    return now.ooms > watch->begun.ooms && now.kills > watch->begun.kills;
}

/* Whoever is told of it asks when all are dead, and the group's memory is free. */
static void keep_statistics(const char *group) {
    char text[8192];
    int from = open_in(group, "memory.stat", O_RDONLY);
    int to = open("memory", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ssize_t length = read(from, text, sizeof text);
    if (length < 0 || write(to, text, (size_t) length) != length) {
        unlink("memory");
    }
    close(from);
    close(to);
}

bool had_oom(struct oom_watch *watch) {
    if (watch->fd >= 0 && has_new_oom(watch) && !watch->seen) {
        watch->seen = true;
        keep_statistics(watch->group);
    }
    return watch->seen;
}
