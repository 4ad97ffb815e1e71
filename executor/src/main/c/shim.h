#ifndef STOA_SHIM_H
#define STOA_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define NEVER (-1LL)

/* Say on stderr what is wrong, and end the process with 1. */
_Noreturn void fail(const char *what);
_Noreturn void refuse(const char *message, const char *value);

void *allocate(size_t size);

/* What the Java machine ignores or blocks, and what the shim does, would be inherited. */
void reset_signals(void);

/* Of a clock that no operator sets. */
long long now_ms(void);

enum io_kind { IO_FILES, IO_PIPES, IO_TTY };

struct launch {
    const char *directory; /* the shim's; NULL: there is a shim already */
    const char *sandbox;
    const char *user; /* empty: do not switch */
    const char *executable;
    const char **argv;
    const char **environment;
    const char **groups; /* directories of cgroups to join; ended by NULL, like all lists here */
    const char **rlimits;
    const char **directories;
    const char **links;
    const char **targets;
    const char *own_group;    /* NULL: none of which all processes are the command's */
    const char *memory_group; /* NULL: nobody limits its memory */
    const char *oom_score_adj;
    long long aftermath_ms;   /* what whoever a killed command leaves has to finish */
    enum io_kind io_kind;
    bool io_waits;
    unsigned short rows;
    unsigned short columns;
    bool beside; /* another command: stdout goes where stderr does, or nowhere */
    bool switch_user;
    uid_t uid;
    gid_t gid;
};

/* Becomes the shim of the launch that the agent says over a connection. */
_Noreturn void run_shim(int agent_fd);

/* Reads a launch, as stoa-shim.c describes it, and looks up its user. */
struct launch read_launch(int fd);

/* Where the command's input and output go; -1 where they are files, or not there any more. */
struct streams {
    int in;
    int out;
    int err;
};

/* Becomes the command. Where its output goes elsewhere first, its log files are sent to files_fd, unless that is -1. */
_Noreturn void run_command(const struct launch *launch, pid_t shim, const struct streams *streams, int files_fd);

#endif
