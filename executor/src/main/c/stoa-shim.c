/*
 * The shim: runs one command and outlives the agent that asked for it.
 *
 *     stoa-shim RUNTIME_DIR        with the launch on stdin
 *
 * stdin holds strings, each ended by a NUL: the sandbox, the user (empty: do not switch), the executable, the number
 * of arguments, the arguments (the first is argv[0]), then NAME=VALUE until the end. They come this way, and not as
 * the shim's own environment, since the shim may be root and must not load what a task's LD_PRELOAD names.
 *
 * It leaves the agent's session, says its pid on stdout, and the started process ends with 0; with 1, and the reason
 * on stderr, when nothing was started. From then on RUNTIME_DIR is all that it shares with the agent:
 *
 *     pid      the shim's pid
 *     control  a socket, open for as long as anything of the command lives. "kill MS\n": SIGTERM to everything now,
 *              SIGKILL after MS; said again, it can only become sooner. A closed connection means: nothing is left.
 *     status   "WAIT_STATUS KILLED\n", complete or not there; KILLED is 1 if a kill came before the end
 *     log      what went wrong before the command could be run; usually empty
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
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

/* Descendants that are looked for again while the rest of a command is being killed. */
#define SWEEP_INTERVAL_MS 20
#define NEVER (-1LL)

struct launch {
    const char *sandbox;
    const char *user;
    const char *executable;
    char **argv;
    char **environment;
    bool switch_user;
    uid_t uid;
    gid_t gid;
};

struct command {
    pid_t pid;
    bool ended;
    long long kill_began_ms; /* NEVER: nobody asked */
    long long kill_due_ms;   /* NEVER: nothing to do */
    int control_fd;
    int agent_fd; /* -1: no agent is connected */
    char line[64];
    size_t line_length;
};

static void fail(const char *what) {
    dprintf(STDERR_FILENO, "%s: %s\n", what, strerror(errno));
    _exit(1);
}

static void refuse(const char *message, const char *value) {
    dprintf(STDERR_FILENO, "%s '%s'\n", message, value);
    _exit(1);
}

static void *allocate(size_t size) {
    void *memory = malloc(size);
    if (memory == NULL) {
        fail("malloc");
    }
    return memory;
}

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* ---- the launch ---- */

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

static struct launch read_launch(void) {
    size_t length;
    char *text = read_all(STDIN_FILENO, &length);
    if (length == 0 || text[length - 1] != '\0') {
        refuse("Truncated launch", "");
    }
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += text[i] == '\0';
    }
    char **strings = allocate((count + 1) * sizeof(char *));
    char *next = text;
    for (size_t i = 0; i < count; i++) {
        strings[i] = next;
        next += strlen(next) + 1;
    }
    strings[count] = NULL;
    size_t arguments = count < 4 ? count : strtoul(strings[3], NULL, 10);
    if (arguments > count - 4) {
        refuse("Truncated launch", "");
    }

    char **argv = allocate((arguments + 1) * sizeof(char *));
    memcpy(argv, strings + 4, arguments * sizeof(char *));
    argv[arguments] = NULL;
    struct launch launch = {
        .sandbox = strings[0],
        .user = strings[1],
        .executable = strings[2],
        .argv = argv,
        .environment = strings + 4 + arguments,
    };
    return launch;
}

/* Looked up before anything is started, so that an unknown user is told to whoever launches. */
static void find_user(struct launch *launch) {
    if (launch->user[0] == '\0') {
        return;
    }
    errno = 0;
    struct passwd *user = getpwnam(launch->user);
    if (user == NULL) {
        refuse("No such user", launch->user);
    }
    launch->uid = user->pw_uid;
    launch->gid = user->pw_gid;
    launch->switch_user = user->pw_uid != geteuid();
    if (launch->switch_user && geteuid() != 0) {
        refuse("Only root can switch to user", launch->user);
    }
}

/* ---- the command's own process ---- */

static void open_onto(const char *name, int flags, int fd) {
    int opened = open(name, flags, 0644);
    if (opened < 0) {
        fail(name);
    }
    dup2(opened, fd);
    if (opened != fd) {
        close(opened);
    }
}

/* What is said on stderr goes to the shim's log up to the moment where the sandbox's stderr is in its place. */
static void run_command(const struct launch *launch, pid_t shim) {
    setsid();
    umask(022);

    /* Before the user is switched: the directories above the sandbox need not be open to everybody. */
    if (chdir(launch->sandbox) != 0) {
        fail(launch->sandbox);
    }
    if (launch->switch_user
        && (initgroups(launch->user, launch->gid) != 0 || setgid(launch->gid) != 0 || setuid(launch->uid) != 0)) {
        fail(launch->user);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != shim) {
        _exit(1);
    }

    /* After it: a link that was fetched into the sandbox opens nothing that the user may not open. */
    open_onto("stdout", O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, STDOUT_FILENO);
    open_onto("stderr", O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, STDERR_FILENO);

    environ = launch->environment;
    execvp(launch->executable, launch->argv);
    dprintf(STDERR_FILENO, "Failed to execute '%s': %s\n", launch->executable, strerror(errno));
    _exit(1);
}

/* ---- the shim ---- */

/* For other processes of this host, whose end is the end of the command too: nothing is synced. */
static void record_status(const struct command *command, int status) {
    int fd = open("status.tmp", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        fail("status.tmp");
    }
    dprintf(fd, "%d %d\n", status, command->kill_began_ms != NEVER);
    close(fd);
    if (rename("status.tmp", "status") != 0) {
        fail("status");
    }
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
        }
    }
}

static void begin_kill(struct command *command, long long grace_ms) {
    long long now = now_ms();
    if (command->kill_began_ms == NEVER) {
        command->kill_began_ms = now;
        command->kill_due_ms = now + grace_ms;
        signal_descendants(SIGTERM);
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
        if (sscanf(command->line, "kill %lld", &grace_ms) == 1 && grace_ms >= 0) {
            begin_kill(command, grace_ms);
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
    if (command->ended) {
        return SWEEP_INTERVAL_MS;
    }
    if (command->kill_due_ms == NEVER) {
        return -1;
    }
    long long left = command->kill_due_ms - now_ms();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int) left;
}

static void supervise(struct command *command, int children_fd) {
    while (reap(command)) {
        if (command->ended) {
            signal_descendants(SIGKILL);
        } else if (command->kill_due_ms != NEVER && now_ms() >= command->kill_due_ms) {
            signal_descendants(SIGKILL);
            /* Whoever was being forked at that moment is found by the next sweep. */
            command->kill_due_ms = now_ms() + SWEEP_INTERVAL_MS;
        }
        struct pollfd events[] = {
            {.fd = children_fd, .events = POLLIN},
            {.fd = command->control_fd, .events = POLLIN},
            {.fd = command->agent_fd, .events = POLLIN},
        };
        if (poll(events, 3, wait_ms(command)) <= 0) {
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

/* What the Java machine ignores or blocks would be inherited. */
static void reset_signals(void) {
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
static void live(const struct launch *launch, int control_fd) {
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    reset_signals();
    struct command command = {
        .kill_began_ms = NEVER, .kill_due_ms = NEVER, .control_fd = control_fd, .agent_fd = -1};
    pid_t shim = getpid();
    /* Forked before the shim turns deaf: a SIGTERM that came before the exec would be lost on a deaf child. */
    command.pid = fork();
    if (command.pid == 0) {
        run_command(launch, shim);
    }
    if (command.pid < 0) {
        fail("fork");
    }
    supervise(&command, open_children());
    unlink("control");
    _exit(0);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        refuse("usage: stoa-shim RUNTIME_DIR, got", argc > 2 ? argv[2] : "");
    }
    struct launch launch = read_launch();
    find_user(&launch);
    if (chdir(argv[1]) != 0) {
        fail(argv[1]);
    }
    int control_fd = open_control();
    int log_fd = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (log_fd < 0 || null_fd < 0) {
        fail("log");
    }
    pid_t shim = fork();
    if (shim < 0) {
        fail("fork");
    }
    if (shim == 0) {
        record_pid();
        dup2(null_fd, STDIN_FILENO);
        dup2(null_fd, STDOUT_FILENO);
        dup2(log_fd, STDERR_FILENO);
        live(&launch, control_fd);
    }
    dprintf(STDOUT_FILENO, "%d\n", shim);
    return 0;
}
