#ifndef STOA_EXEC_H
#define STOA_EXEC_H

#include "shim.h"

#include <poll.h>

/*
 * Commands that run beside the shim's own, with its user, sandbox, groups and limits. The socket "exec" takes them: a
 * connection is a command. Its client sends a launch, of which the executable, the arguments and the environment count,
 * and shuts down its side; the answer is "WAIT_STATUS\n". Closing the connection before kills the command. What it
 * prints goes to the sandbox's stderr.
 */
#define EXECS_MAX 16
#define EXEC_POLLS (1 + EXECS_MAX)

struct execs {
    const struct launch *launch;
    int listen_fd;
    struct {
        pid_t pid; /* 0: none */
        int fd;    /* -1: nobody waits for its end */
    } running[EXECS_MAX];
};

/* Makes the socket in the current directory. */
struct execs open_execs(const struct launch *launch);

/* Fills EXEC_POLLS entries. */
void prepare_exec_poll(const struct execs *execs, struct pollfd *events);
void handle_exec_poll(struct execs *execs, const struct pollfd *events);

/* A child of the shim has ended, that may be one of these. */
void exec_ended(struct execs *execs, pid_t pid, int status);

#endif
