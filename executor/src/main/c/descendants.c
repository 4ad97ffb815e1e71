#define _GNU_SOURCE
#include "descendants.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

struct process {
    pid_t pid;
    pid_t parent;
    bool ours;
};

/* False where the process is gone or is a zombie: nothing is left to signal. */
static bool read_parent(const char *pid, pid_t *parent) {
    char path[64];
    char stat[512];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t length = read(fd, stat, sizeof stat - 1);
    close(fd);
    if (length <= 0) {
        return false;
    }
    stat[length] = '\0';
    /* "pid (name) state parent ...": the name may hold anything, also a closing bracket. */
    char *after_name = strrchr(stat, ')');
    char state;
    return after_name != NULL && sscanf(after_name + 1, " %c %d", &state, parent) == 2 && state != 'Z';
}

static size_t list_processes(struct process **processes) {
    size_t capacity = 256;
    size_t count = 0;
    *processes = malloc(capacity * sizeof(struct process));
    DIR *proc = *processes == NULL ? NULL : opendir("/proc");
    if (proc == NULL) {
        return 0;
    }
    for (struct dirent *entry = readdir(proc); entry != NULL; entry = readdir(proc)) {
        pid_t parent;
        if (!isdigit((unsigned char) entry->d_name[0]) || !read_parent(entry->d_name, &parent)) {
            continue;
        }
        if (count == capacity) {
            capacity *= 2;
            struct process *larger = realloc(*processes, capacity * sizeof(struct process));
            if (larger == NULL) {
                break;
            }
            *processes = larger;
        }
        (*processes)[count++] = (struct process){.pid = (pid_t) atoi(entry->d_name), .parent = parent};
    }
    closedir(proc);
    return count;
}

static bool is_ours(pid_t pid, const struct process *processes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (processes[i].ours && processes[i].pid == pid) {
            return true;
        }
    }
    return false;
}

long long signal_descendants(int number, pid_t except) {
    struct process *processes;
    size_t count = list_processes(&processes);
    pid_t self = getpid();
    for (bool found = true; found;) {
        found = false;
        for (size_t i = 0; i < count; i++) {
            struct process *process = &processes[i];
            if (!process->ours && (process->parent == self || is_ours(process->parent, processes, count))) {
                process->ours = true;
                found = true;
            }
        }
    }
    long long ours = 0;
    for (size_t i = 0; i < count; i++) {
        if (processes[i].ours && processes[i].pid != except) {
            ours += processes[i].pid;
            kill(processes[i].pid, number);
            if (number == SIGTERM) {
                kill(processes[i].pid, SIGCONT); /* A stopped process could not follow. */
            }
        }
    }
    free(processes);
    return ours;
}
