/*
 * What the agent starts once, and all shims are forks of:
 *
 *     stoa-shim RUNTIME_DIR
 *
 * A shim costs one fork that way. From a Java machine it would be a helper that is executed, the shim that this executes,
 * and a thread that waits for it: half of the time in the kernel that a short command takes in all.
 *
 * It says "ready" on stdout when it listens on the socket "launcher-PID" in RUNTIME_DIR, where there may be others, or
 * else what is wrong. It ends when its stdin does, which is when the agent has ended. Each connection is one launch: its strings up to the end of what the
 * agent sends, then the answer, which is the shim's pid, or why nothing was started.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "shim.h"

static int open_launcher(struct sockaddr_un *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->sun_path, sizeof address->sun_path, "launcher-%d", getpid());
    umask(077);
    unlink(address->sun_path); /* Of one that was killed. */
    if (fd < 0 || bind(fd, (struct sockaddr *) address, sizeof *address) != 0 || listen(fd, SOMAXCONN) != 0) {
        fail(address->sun_path);
    }
    return fd;
}

static void say_ready(void) {
    dprintf(STDOUT_FILENO, "ready\n");
    int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null_fd < 0) {
        fail("/dev/null");
    }
    dup2(null_fd, STDOUT_FILENO);
    dup2(null_fd, STDERR_FILENO);
    close(null_fd);
}

static void launch(int listen_fd, int agent_fd) {
    pid_t shim = fork();
    if (shim == 0) {
        close(listen_fd);
        run_shim(agent_fd);
    }
    if (shim < 0) {
        char rest[4096];
        dprintf(agent_fd, "fork: %s\n", strerror(errno));
        while (read(agent_fd, rest, sizeof rest) > 0) {
            /* What is not read makes of an answer a reset. */
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        refuse("usage: stoa-shim RUNTIME_DIR, got", argc > 2 ? argv[2] : "");
    }
    if (chdir(argv[1]) != 0) {
        fail(argv[1]);
    }
    struct sockaddr_un address;
    int listen_fd = open_launcher(&address);
    if (chdir("/") != 0) {
        fail("/");
    }
    setsid(); /* What a terminal sends to the agent is not for this. */
    reset_signals();
    signal(SIGCHLD, SIG_IGN); /* Nobody waits for shims. */
    signal(SIGPIPE, SIG_IGN); /* An agent that ends is no reason for a shim to do so. */
    say_ready();
    for (;;) {
        struct pollfd events[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = listen_fd, .events = POLLIN}};
        poll(events, 2, -1);
        if (events[0].revents != 0) {
            break;
        }
        int agent_fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
        if (agent_fd >= 0) {
            launch(listen_fd, agent_fd);
            close(agent_fd);
        }
    }
    return chdir(argv[1]) != 0 || unlink(address.sun_path) != 0;
}
