#define _GNU_SOURCE
#include "shim.h"

#include "groups.h"
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *name;
    int number;
} RESOURCES[] = {
    {"AS", RLIMIT_AS},           {"CORE", RLIMIT_CORE},       {"CPU", RLIMIT_CPU},
    {"DATA", RLIMIT_DATA},       {"FSIZE", RLIMIT_FSIZE},     {"LOCKS", RLIMIT_LOCKS},
    {"MEMLOCK", RLIMIT_MEMLOCK}, {"MSGQUEUE", RLIMIT_MSGQUEUE}, {"NICE", RLIMIT_NICE},
    {"NOFILE", RLIMIT_NOFILE},   {"NPROC", RLIMIT_NPROC},     {"RSS", RLIMIT_RSS},
    {"RTPRIO", RLIMIT_RTPRIO},   {"RTTIME", RLIMIT_RTTIME},   {"SIGPENDING", RLIMIT_SIGPENDING},
    {"STACK", RLIMIT_STACK},
};

static void set_rlimit(const char *text) {
    char name[16];
    unsigned long long soft;
    unsigned long long hard;
    if (sscanf(text, "%15s %llu %llu", name, &soft, &hard) == 3) {
        for (size_t i = 0; i < sizeof RESOURCES / sizeof *RESOURCES; i++) {
            if (strcmp(RESOURCES[i].name, name) == 0) {
                struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
                if (setrlimit(RESOURCES[i].number, &limit) != 0) {
                    fail(text);
                }
                return;
            }
        }
    }
    refuse("Unknown rlimit", text);
}

static void set_oom_score_adj(const char *value) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, value, strlen(value)) < 0) {
        fail("/proc/self/oom_score_adj");
    }
    close(fd);
}

static void make_above(const char *path) {
    char above[PATH_MAX];
    if (snprintf(above, sizeof above, "%s", path) >= (int) sizeof above) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    for (char *slash = strchr(above + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(above, 0755) != 0 && errno != EEXIST) {
            fail(above);
        }
        *slash = '/';
    }
}

/* What is there already is no obstacle where it is the same: a container that shares its sandbox has seen it made. */
static void make_link(const char *path, const char *target) {
    char there[PATH_MAX];
    make_above(path);
    if (symlink(target, path) == 0) {
        return;
    }
    int reason = errno;
    ssize_t length = readlink(path, there, sizeof there);
    if (length < 0 || (size_t) length != strlen(target) || memcmp(there, target, (size_t) length) != 0) {
        errno = reason;
        fail(path);
    }
}

static void make_volumes(const struct launch *launch) {
    for (const char **directory = launch->directories; *directory != NULL; directory++) {
        make_above(*directory);
        if (mkdir(*directory, 0755) != 0 && errno != EEXIST) {
            fail(*directory);
        }
    }
    for (size_t i = 0; launch->links[i] != NULL && launch->targets[i] != NULL; i++) {
        make_link(launch->links[i], launch->targets[i]);
    }
}

/* Never waits for who reads a FIFO. */
static int open_log(const char *name) {
    struct stat found;
    int fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
    if (fd < 0) {
        return -1;
    }
    if (fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    fcntl(fd, F_SETFL, O_APPEND);
    return fd;
}

static int open_output(const struct launch *launch, const char *name) {
    int fd = open_log(launch->beside ? "stderr" : name);
    if (fd < 0 && launch->beside) {
        fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    }
    if (fd < 0) {
        fail(name);
    }
    return fd;
}

/* As whoever made the directories above it may have put a link to any directory in its place. */
static void enter_sandbox(const struct launch *launch) {
    struct stat entered;
    if (chdir(launch->sandbox) != 0 || stat(".", &entered) != 0) {
        fail(launch->sandbox);
    }
    /* A session may have another user than the container around it, whose sandbox it is. */
    if (launch->switch_user && !launch->io_waits && entered.st_uid != launch->uid) {
        refuse("The sandbox does not belong to user", launch->user);
    }
}

/* What may be needed again by name, /dev/stdout for one, belongs to the user. */
static void give_away(const struct launch *launch, const struct streams *streams) {
    const int given[] = {streams->in, streams->out, streams->err};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (given[i] >= 0 && fchown(given[i], launch->uid, (gid_t) -1) != 0) {
            fail("fchown");
        }
    }
}

/* What is said on stderr goes to the shim's log up to the moment where the command's stderr is in its place. */
void run_command(const struct launch *launch, pid_t shim, const struct streams *streams, int files_fd) {
    /* Itself, before it can have children: nobody is ever outside. */
    for (const char **group = launch->groups; *group != NULL; group++) {
        join_group(*group);
    }
    for (const char **rlimit = launch->rlimits; *rlimit != NULL; rlimit++) {
        set_rlimit(*rlimit);
    }
    if (launch->oom_score_adj != NULL) {
        set_oom_score_adj(launch->oom_score_adj);
    }
    setsid();
    umask(022);
    if (launch->io_kind == IO_TTY && ioctl(streams->in, TIOCSCTTY, 0) != 0) {
        fail("TIOCSCTTY");
    }

    /* Before the user is switched: the directories above the sandbox need not be open to everybody. */
    enter_sandbox(launch);
    if (launch->switch_user) {
        give_away(launch, streams);
        if (initgroups(launch->user, launch->gid) != 0 || setgid(launch->gid) != 0 || setuid(launch->uid) != 0) {
            fail(launch->user);
        }
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != shim) {
        _exit(1);
    }

    /* After it: a link that was fetched into the sandbox leads to nothing that the user may not open or make. */
    make_volumes(launch);
    struct streams own = *streams;
    if (own.out < 0 || files_fd >= 0) {
        int out = open_output(launch, "stdout");
        int err = open_output(launch, "stderr");
        if (files_fd >= 0) {
            send_files(files_fd, out, err);
        } else {
            own = (struct streams){.in = STDIN_FILENO, .out = out, .err = err};
        }
    }
    dup2(own.in, STDIN_FILENO);
    dup2(own.out, STDOUT_FILENO);
    dup2(own.err, STDERR_FILENO);

    environ = (char **) launch->environment;
    execvp(launch->executable, (char **) launch->argv);
    dprintf(STDERR_FILENO, "Failed to execute '%s': %s\n", launch->executable, strerror(errno));
    _exit(1);
}
