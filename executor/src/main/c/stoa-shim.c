/*
 * A shim: runs one command and outlives the agent that asked for it. launcher.c says where shims come from.
 *
 * A launch is strings, each ended by a NUL. The first character of each says what it is:
 *
 *     w  the shim's own directory
 *     d  the sandbox                        x  the executable
 *     u  the user; none: do not switch      a  an argument; the first is argv[0]
 *     e  NAME=VALUE                         r  an rlimit: NOFILE SOFT HARD
 *     g  a cgroup's directory, to join      k  that of the one in which nobody else is
 *     m  that of the one that limits memory o  the command's oom_score_adj
 *     p  a directory to make                l  a link to make, relative to the sandbox; each has a target, t
 *     i  KIND WAITS ROWS COLUMNS: where input and output go (enum io_kind); WAITS is 1 where output waits for the first
 *        reader, and goes to no files
 *     f  between the end of a command that was told to end and that of whoever it leaves, in ms; none: 1000, and only
 *        tests say another
 *
 * They come this way, and not as the shim's own environment, since the shim may be root and must not load what a task's
 * LD_PRELOAD names.
 *
 * It leaves the agent's session and answers with its pid; with the reason, when nothing was started. From then on its
 * directory is all that it shares with the agent:
 *
 *     pid      the shim's pid
 *     control  a socket, open for as long as anything of the command lives. "kill MS\n": SIGTERM to everything now,
 *              SIGKILL after MS; said again, it can only become sooner. "signal N\n": to the command's first process
 *              alone. A closed connection means: nothing is left.
 *     status   "WAIT_STATUS KILLED OOM\n", complete or not there; OOM is 1 if the kernel killed something of it for
 *              want of memory, which ends all of it; KILLED is 1 if a kill came before the end, and before that
 *     memory   what the group that limits memory held when OOM became 1: its memory.stat; not there if there was no room
 *     io       a socket, where the launch asks for it: see io.h
 *     exec     a socket for commands that are to run beside: see exec.h
 *     log      what went wrong before the command could be run, and why there is no status; usually empty
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "descendants.h"
#include "exec.h"
#include "groups.h"
#include "io.h"
#include "shim.h"

/* Whoever is left of a command that is being killed is looked for again, ever less often. */
#define FIRST_SWEEP_MS 20
#define LAST_SWEEP_MS 1000

/* How long whoever should read the last output may do nothing. */
#define FINISH_MS 10000

/* As long as a status may be. */
#define STATUS_BYTES 32

struct command {
    pid_t pid;
    const char *group; /* NULL: its processes are what descends from this one */
    struct oom_watch oom;
    struct execs *execs;
    int status_fd; /* of status.tmp */
    bool ended;
    bool killed; /* and not for want of memory before */
    long long swept; /* the last sweep's signal_descendants */
    long long sweep_ms;
    long long kill_began_ms; /* NEVER: nobody asked */
    long long kill_due_ms;   /* NEVER: nothing to do */
    long long aftermath_ms;
    int control_fd;
    int agent_fd; /* -1: no agent is connected */
    char line[64];
    size_t line_length;
};

void fail(const char *what) {
    dprintf(STDERR_FILENO, "%s: %s\n", what, strerror(errno));
    _exit(1);
}

void refuse(const char *message, const char *value) {
    dprintf(STDERR_FILENO, "%s '%s'\n", message, value);
    _exit(1);
}

void *allocate(size_t size) {
    void *memory = malloc(size);
    if (memory == NULL) {
        fail("malloc");
    }
    return memory;
}

long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Before anything is started: nothing that fills the disk later keeps the status from being written. */
static int reserve_status(void) {
    char blanks[STATUS_BYTES];
    memset(blanks, ' ', sizeof blanks);
    int fd = open("status.tmp", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, blanks, sizeof blanks) != (ssize_t) sizeof blanks) {
        fail("status.tmp");
    }
    return fd;
}

/* For other processes of this host, whose end is the end of the command too: nothing is synced. */
static void record_status(struct command *command, int status) {
    char line[STATUS_BYTES];
    int length = snprintf(line, sizeof line, "%d %d %d\n", status, command->killed, had_oom(&command->oom));
    if (pwrite(command->status_fd, line, (size_t) length, 0) != length || ftruncate(command->status_fd, length) != 0
        || rename("status.tmp", "status") != 0) {
        dprintf(STDERR_FILENO, "Failed to record the status: %s\n", strerror(errno));
    }
    close(command->status_fd);
}

/* Returns false when nothing of the command is left. */
static bool reap(struct command *command) {
    for (;;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid == 0) {
            return true;
        }
        if (pid < 0) {
            return errno != ECHILD;
        }
        if (pid == command->pid) {
            record_status(command, status);
            command->ended = true;
            /* After a kill the others have been told, too, and may finish while Mesos' executor would stay. */
            long long due_ms = now_ms() + (command->kill_began_ms == NEVER ? 0 : command->aftermath_ms);
            if (command->kill_due_ms == NEVER || due_ms < command->kill_due_ms) {
                command->kill_due_ms = due_ms;
            }
        } else {
            exec_ended(command->execs, pid, status);
        }
    }
}

/* The command itself in any case: it may not have joined its group yet. Nobody twice: shells do again what they trap. */
static void terminate(const struct command *command) {
    pid_t told = command->ended ? 0 : command->pid;
    if (told != 0) {
        kill(command->pid, SIGTERM);
        kill(command->pid, SIGCONT);
    }
    if (command->group != NULL) {
        signal_group(command->group, SIGTERM, told);
    } else {
        signal_descendants(SIGTERM, told);
    }
}

static void sweep(struct command *command) {
    if (!command->ended) {
        kill(command->pid, SIGKILL);
    }
    if (command->group != NULL) {
        kill_group(command->group);
    }
    /* Root may leave its group, and the shim waits for whoever has. */
    if (command->group == NULL || command->ended) {
        long long swept = signal_descendants(SIGKILL, 0);
        if (swept != command->swept) {
            command->sweep_ms = FIRST_SWEEP_MS; /* They may have forked meanwhile. */
        }
        command->swept = swept;
    }
    command->kill_due_ms = now_ms() + command->sweep_ms;
    command->sweep_ms = command->sweep_ms * 2 < LAST_SWEEP_MS ? command->sweep_ms * 2 : LAST_SWEEP_MS;
}

static void begin_kill(struct command *command, long long grace_ms) {
    long long now = now_ms();
    if (command->kill_began_ms == NEVER) {
        command->kill_began_ms = now;
        command->killed = !had_oom(&command->oom);
        if (!command->ended) {
            command->kill_due_ms = now + grace_ms;
            terminate(command);
        }
    } else if (command->kill_began_ms + grace_ms < command->kill_due_ms) {
        command->kill_due_ms = command->kill_began_ms + grace_ms;
    }
}

static void read_agent(struct command *command) {
    char character;
    ssize_t count;
    while ((count = read(command->agent_fd, &character, 1)) == 1) {
        if (character != '\n') {
            if (command->line_length < sizeof command->line - 1) {
                command->line[command->line_length++] = character;
            }
            continue;
        }
        command->line[command->line_length] = '\0';
        command->line_length = 0;
        long long grace_ms;
        int number;
        if (sscanf(command->line, "kill %lld", &grace_ms) == 1 && grace_ms >= 0) {
            begin_kill(command, grace_ms);
        } else if (sscanf(command->line, "signal %d", &number) == 1 && !command->ended) {
            kill(command->pid, number);
        }
    }
    if (count == 0 || errno != EAGAIN) {
        close(command->agent_fd);
        command->agent_fd = -1;
    }
}

static void accept_agent(struct command *command) {
    int fd = accept4(command->control_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    if (command->agent_fd >= 0) {
        close(command->agent_fd);
    }
    command->agent_fd = fd;
    command->line_length = 0;
}

static int wait_ms(const struct command *command) {
    if (command->kill_due_ms == NEVER) {
        return -1;
    }
    long long left = command->kill_due_ms - now_ms();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int) left;
}

static void supervise(struct command *command, int children_fd, struct io *io) {
    while (reap(command)) {
        if (command->kill_due_ms != NEVER && now_ms() >= command->kill_due_ms) {
            sweep(command);
        }
        struct pollfd events[4 + IO_POLLS + EXEC_POLLS] = {
            {.fd = children_fd, .events = POLLIN},
            {.fd = command->control_fd, .events = POLLIN},
            {.fd = command->agent_fd, .events = POLLIN},
            {.fd = command->ended ? -1 : command->oom.fd, .events = command->oom.events},
        };
        prepare_poll(io, events + 4);
        prepare_exec_poll(command->execs, events + 4 + IO_POLLS);
        if (poll(events, 4 + IO_POLLS + EXEC_POLLS, wait_ms(command)) <= 0) {
            continue;
        }
        struct signalfd_siginfo child;
        if (events[0].revents != 0 && read(children_fd, &child, sizeof child) < 0 && errno != EAGAIN) {
            fail("signalfd");
        }
        if (events[2].revents != 0) {
            read_agent(command);
        }
        if (events[1].revents != 0) {
            accept_agent(command);
        }
        if (events[3].revents != 0 && had_oom(&command->oom)) {
            command->kill_due_ms = now_ms();
        }
        handle_poll(io, events + 4);
        handle_exec_poll(command->execs, events + 4 + IO_POLLS);
    }
}

/* What the command has written is still on its way. */
static void finish(struct command *command, struct io *io) {
    while (has_output(io)) {
        struct pollfd events[2 + IO_POLLS] = {
            {.fd = command->control_fd, .events = POLLIN},
            {.fd = command->agent_fd, .events = POLLIN},
        };
        prepare_poll(io, events + 2);
        int count = poll(events, 2 + IO_POLLS, FINISH_MS);
        if (count == 0 && !give_up_client(io, command->kill_began_ms != NEVER)) {
            return;
        }
        if (count <= 0) {
            continue;
        }
        if (events[1].revents != 0) {
            read_agent(command);
        }
        if (events[0].revents != 0) {
            accept_agent(command);
        }
        handle_poll(io, events + 2);
    }
}

static int open_control(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "control"};
    umask(077);
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof address) != 0 || listen(fd, 8) != 0) {
        fail("control");
    }
    return fd;
}

static void record_pid(void) {
    int fd = open("pid", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        fail("pid");
    }
    dprintf(fd, "%d\n", getpid());
    close(fd);
}

void reset_signals(void) {
    for (int number = 1; number < NSIG; number++) {
        signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int open_children(void) {
    const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        signal(ignored[i], SIG_IGN);
    }
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, NULL);
    int fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) {
        fail("signalfd");
    }
    return fd;
}

/* Never returns: the shim's life, in a session of its own. */
static _Noreturn void live(
    const struct launch *launch, int status_fd, int control_fd, struct execs *execs, struct io *io) {
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    reset_signals();
    struct command command = {
        .group = launch->own_group,
        .oom = watch_oom(launch->memory_group),
        .execs = execs,
        .status_fd = status_fd,
        .sweep_ms = FIRST_SWEEP_MS,
        .kill_began_ms = NEVER,
        .kill_due_ms = NEVER,
        .aftermath_ms = launch->aftermath_ms,
        .control_fd = control_fd,
        .agent_fd = -1,
    };
    pid_t shim = getpid();
    /* Forked before the shim turns deaf: a SIGTERM that came before the exec would be lost on a deaf child. */
    command.pid = fork();
    if (command.pid == 0) {
        run_command(launch, shim, command_side(io), files_to_command(io));
    }
    if (command.pid < 0) {
        fail("fork");
    }
    close_command_side(io);
    supervise(&command, open_children(), io);
    finish(&command, io);
    unlink("io");
    unlink("control");
    _exit(0);
}

void run_shim(int agent_fd) {
    dup2(agent_fd, STDERR_FILENO);
    struct launch launch = read_launch(agent_fd);
    if (launch.directory == NULL || chdir(launch.directory) != 0) {
        fail(launch.directory == NULL ? "No directory" : launch.directory);
    }
    int status_fd = reserve_status();
    int control_fd = open_control();
    struct execs execs = open_execs(&launch);
    struct io *io = open_io(&launch);
    int log_fd = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (log_fd < 0 || null_fd < 0) {
        fail("log");
    }
    record_pid();
    dprintf(agent_fd, "%d\n", getpid());
    close(agent_fd);
    dup2(null_fd, STDIN_FILENO);
    dup2(null_fd, STDOUT_FILENO);
    dup2(log_fd, STDERR_FILENO);
    live(&launch, status_fd, control_fd, &execs, io);
}
