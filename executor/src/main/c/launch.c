#define _GNU_SOURCE
#include "shim.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *read_all(int fd, size_t *length) {
    size_t capacity = 65536;
    char *text = allocate(capacity);
    *length = 0;
    for (;;) {
        ssize_t count = read(fd, text + *length, capacity - *length);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            fail("read launch");
        }
        if (count == 0) {
            return text;
        }
        *length += (size_t) count;
        if (*length == capacity) {
            capacity *= 2;
            text = realloc(text, capacity);
            if (text == NULL) {
                fail("realloc");
            }
        }
    }
}

/* All strings of one kind, in their order, without their first character. */
static const char **strings_of(char kind, const char *text, size_t length) {
    size_t count = 1;
    for (const char *next = text; next < text + length; next += strlen(next) + 1) {
        count += *next == kind;
    }
    const char **strings = allocate(count * sizeof(char *));
    size_t found = 0;
    for (const char *next = text; next < text + length; next += strlen(next) + 1) {
        if (*next == kind) {
            strings[found++] = next + 1;
        }
    }
    strings[found] = NULL;
    return strings;
}

static const char *string_of(char kind, const char *text, size_t length) {
    const char **strings = strings_of(kind, text, length);
    const char *first = strings[0];
    free(strings);
    return first;
}

/* Looked up before anything is started, so that an unknown user is told to whoever launches. */
static void find_user(struct launch *launch) {
    launch->uid = geteuid();
    if (launch->user == NULL) {
        return;
    }
    errno = 0;
    struct passwd *user = getpwnam(launch->user);
    if (user == NULL) {
        refuse("No such user", launch->user);
    }
    launch->switch_user = user->pw_uid != geteuid();
    launch->uid = user->pw_uid;
    launch->gid = user->pw_gid;
    if (launch->switch_user && geteuid() != 0) {
        refuse("Only root can switch to user", launch->user);
    }
}

/* As long as Mesos' executor would stay. */
static long long read_aftermath(const char *text) {
    long long aftermath_ms = 1000;
    if (text != NULL && (sscanf(text, "%lld", &aftermath_ms) != 1 || aftermath_ms < 0)) {
        refuse("Not a time in milliseconds", text);
    }
    return aftermath_ms;
}

static void read_io(struct launch *launch, const char *text) {
    int kind;
    int waits;
    if (text == NULL) {
        return;
    }
    if (sscanf(text, "%d %d %hu %hu", &kind, &waits, &launch->rows, &launch->columns) != 4 || kind < IO_FILES
        || kind > IO_TTY) {
        refuse("Unknown input and output", text);
    }
    launch->io_kind = (enum io_kind) kind;
    launch->io_waits = waits != 0;
}

struct launch read_launch(int fd) {
    size_t length;
    char *text = read_all(fd, &length);
    if (length == 0 || text[length - 1] != '\0') {
        refuse("Truncated launch", "");
    }
    struct launch launch = {
        .directory = string_of('w', text, length),
        .sandbox = string_of('d', text, length),
        .user = string_of('u', text, length),
        .executable = string_of('x', text, length),
        .argv = strings_of('a', text, length),
        .environment = strings_of('e', text, length),
        .groups = strings_of('g', text, length),
        .rlimits = strings_of('r', text, length),
        .directories = strings_of('p', text, length),
        .links = strings_of('l', text, length),
        .targets = strings_of('t', text, length),
        .own_group = string_of('k', text, length),
        .memory_group = string_of('m', text, length),
        .oom_score_adj = string_of('o', text, length),
        .aftermath_ms = read_aftermath(string_of('f', text, length)),
    };
    if (launch.sandbox == NULL || launch.executable == NULL || launch.argv[0] == NULL) {
        refuse("Incomplete launch", "");
    }
    read_io(&launch, string_of('i', text, length));
    find_user(&launch);
    return launch;
}
