#define _GNU_SOURCE
#include "exec.h"

#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct execs open_execs(const struct launch *launch) {
    struct execs execs = {.launch = launch, .listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "exec"};
    umask(077);
    if (execs.listen_fd < 0 || bind(execs.listen_fd, (struct sockaddr *) &address, sizeof address) != 0
        || listen(execs.listen_fd, EXECS_MAX) != 0) {
        fail("exec");
    }
    return execs;
}

void prepare_exec_poll(const struct execs *execs, struct pollfd *events) {
    events[0] = (struct pollfd){.fd = -1, .events = POLLIN};
    for (size_t i = 0; i < EXECS_MAX; i++) {
        bool runs = execs->running[i].pid != 0;
        /* No event is asked for: a hangup is told all the same, and nothing else matters. */
        events[1 + i] = (struct pollfd){.fd = runs ? execs->running[i].fd : -1};
        if (!runs) {
            events[0].fd = execs->listen_fd;
        }
    }
}

/* Never returns. What goes wrong here is the command's failure, and not to be found in the shim's log. */
static _Noreturn void become(const struct launch *own, pid_t shim, int fd) {
    reset_signals();
    dup2(STDIN_FILENO, STDERR_FILENO);
    struct launch asked = read_launch(fd);
    struct launch whole = *own;
    whole.executable = asked.executable;
    whole.argv = asked.argv;
    whole.environment = asked.environment;
    whole.io_kind = IO_FILES;
    whole.beside = true;
    /* The container's own command has made its volumes, and may have put something else in their place. */
    static const char *nothing[] = {NULL};
    whole.directories = whole.links = nothing;
    const struct streams none = {-1, -1, -1};
    run_command(&whole, shim, &none, -1);
}

static void begin(struct execs *execs) {
    int fd = accept4(execs->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    pid_t shim = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become(execs->launch, shim, fd);
    }
    if (pid < 0) {
        close(fd);
        return;
    }
    for (size_t i = 0; i < EXECS_MAX; i++) {
        if (execs->running[i].pid == 0) {
            execs->running[i].pid = pid;
            execs->running[i].fd = fd;
            return;
        }
    }
}

void handle_exec_poll(struct execs *execs, const struct pollfd *events) {
    for (size_t i = 0; i < EXECS_MAX; i++) {
        if (events[1 + i].revents != 0) {
            /* It leads a group of its own as soon as it is more than this process. */
            kill(execs->running[i].pid, SIGKILL);
            kill(-execs->running[i].pid, SIGKILL);
            close(execs->running[i].fd);
            execs->running[i].fd = -1;
        }
    }
    if (events[0].revents != 0) {
        begin(execs);
    }
}

void exec_ended(struct execs *execs, pid_t pid, int status) {
    for (size_t i = 0; i < EXECS_MAX; i++) {
        if (execs->running[i].pid == pid) {
            if (execs->running[i].fd >= 0) {
                dprintf(execs->running[i].fd, "%d\n", status);
                close(execs->running[i].fd);
            }
            execs->running[i].pid = 0;
            return;
        }
    }
}
