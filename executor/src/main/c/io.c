#define _GNU_SOURCE
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CHUNK_BYTES 16384
#define HEADER_BYTES 5

enum { STDIN_DATA = 0, WINDOW_SIZE = 1 };

struct buffer {
    unsigned char bytes[HEADER_BYTES + CHUNK_BYTES];
    size_t start;
    size_t end;
};

struct io {
    enum io_kind kind;
    bool session; /* its output goes to no files */
    bool waits;   /* for its first client */
    int listen_fd;
    int client_fd;
    struct streams shim;    /* the shim's ends; with a terminal, in and out are the same one and err is none */
    struct streams command; /* the command's */
    int files[2];           /* a socket pair: the shim's end, the command's */
    int logs[2];            /* the sandbox's stdout and stderr */
    struct buffer output;   /* one frame, on its way to the client */
    struct buffer input;    /* of the frame that is being read: its header, or what its command has not taken */
    size_t input_left;      /* bytes of that frame that have not been read */
    int input_kind;         /* -1: in the header */
};

static bool is_empty(const struct buffer *buffer) {
    return buffer->start == buffer->end;
}

static void close_fd(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void open_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fail("pipe");
    }
    *read_end = ends[0];
    *write_end = ends[1];
}

static void set_window(int terminal, unsigned short rows, unsigned short columns) {
    struct winsize size = {.ws_row = rows, .ws_col = columns};
    ioctl(terminal, TIOCSWINSZ, &size);
}

static void open_terminal(struct io *io, const struct launch *launch) {
    char name[64];
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0
        || ptsname_r(terminal, name, sizeof name) != 0) {
        fail("posix_openpt");
    }
    int command = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (command < 0) {
        fail(name);
    }
    if (launch->rows > 0 && launch->columns > 0) {
        set_window(terminal, launch->rows, launch->columns);
    }
    io->shim = (struct streams){.in = terminal, .out = terminal, .err = -1};
    io->command = (struct streams){.in = command, .out = command, .err = command};
}

static void open_pipes(struct io *io) {
    open_pipe(&io->command.in, &io->shim.in);
    open_pipe(&io->shim.out, &io->command.out);
    open_pipe(&io->shim.err, &io->command.err);
}

static int open_socket(void) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "io"};
    umask(077);
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof address) != 0 || listen(fd, 8) != 0) {
        fail("io");
    }
    return fd;
}

struct io *open_io(const struct launch *launch) {
    if (launch->io_kind == IO_FILES) {
        return NULL;
    }
    struct io *io = allocate(sizeof *io);
    *io = (struct io){
        .kind = launch->io_kind,
        .session = launch->io_waits,
        .waits = launch->io_waits,
        .listen_fd = open_socket(),
        .client_fd = -1,
        .files = {-1, -1},
        .logs = {-1, -1},
        .input_kind = -1,
    };
    if (launch->io_kind == IO_TTY) {
        open_terminal(io, launch);
    } else {
        open_pipes(io);
    }
    if (!io->session && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, io->files) != 0) {
        fail("socketpair");
    }
    fcntl(io->shim.in, F_SETFL, O_NONBLOCK);
    return io;
}

const struct streams *command_side(const struct io *io) {
    static const struct streams files = {.in = -1, .out = -1, .err = -1};
    return io == NULL ? &files : &io->command;
}

int files_to_command(const struct io *io) {
    return io == NULL ? -1 : io->files[1];
}

/* ---- the sandbox's files ---- */

union control {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(2 * sizeof(int))];
};

void send_files(int socket, int out, int err) {
    char byte = 0;
    union control control = {.header = {
                                 .cmsg_len = CMSG_LEN(2 * sizeof(int)),
                                 .cmsg_level = SOL_SOCKET,
                                 .cmsg_type = SCM_RIGHTS,
                             }};
    const int files[] = {out, err};
    memcpy(CMSG_DATA(&control.header), files, sizeof files);
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (sendmsg(socket, &message, 0) != 1) {
        fail("sendmsg");
    }
}

/*
 * In the shim's loop, as the command may take long to get there: its sandbox may be on a disk that does not answer. Where
 * it ended before it could open them there is nothing to write to them either.
 */
static void receive_files(struct io *io) {
    char byte;
    union control control;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (recvmsg(io->files[0], &message, MSG_CMSG_CLOEXEC) == 1 && message.msg_controllen == sizeof control) {
        memcpy(io->logs, CMSG_DATA(&control.header), sizeof io->logs);
    }
    close_fd(&io->files[0]);
}

void close_command_side(struct io *io) {
    if (io == NULL) {
        return;
    }
    close_fd(&io->files[1]);
    close(io->command.in);
    if (io->kind == IO_PIPES) {
        close(io->command.out);
        close(io->command.err);
    }
}

/* ---- output ---- */

static void log_output(int fd, const unsigned char *bytes, size_t length) {
    while (fd >= 0 && length > 0) {
        ssize_t count = write(fd, bytes, length);
        if (count < 0 && errno != EINTR) {
            return; /* A full disk stops a command's log, not the command. */
        }
        if (count > 0) {
            bytes += count;
            length -= (size_t) count;
        }
    }
}

static void drop_client(struct io *io) {
    close_fd(&io->client_fd);
    io->output.start = io->output.end = 0;
    io->input.start = io->input.end = 0;
    io->input_left = 0;
    io->input_kind = -1;
}

static void send_output(struct io *io) {
    struct buffer *output = &io->output;
    ssize_t count = send(
        io->client_fd, output->bytes + output->start, output->end - output->start, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
        output->start += (size_t) count;
    } else if (errno != EAGAIN && errno != EINTR) {
        drop_client(io);
    }
}

static void read_output(struct io *io, int *fd, int kind) {
    struct buffer *output = &io->output;
    ssize_t count = read(*fd, output->bytes + HEADER_BYTES, CHUNK_BYTES);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (count <= 0) {
        /* A terminal says EIO where a pipe says 0. */
        if (io->kind == IO_TTY) {
            io->shim.in = -1;
        }
        close_fd(fd);
        return;
    }
    log_output(io->logs[kind - 1], output->bytes + HEADER_BYTES, (size_t) count);
    if (io->client_fd < 0) {
        return;
    }
    output->bytes[0] = (unsigned char) kind;
    for (int i = 0; i < 4; i++) {
        output->bytes[1 + i] = (unsigned char) ((uint32_t) count >> (24 - 8 * i));
    }
    output->start = 0;
    output->end = HEADER_BYTES + (size_t) count;
    send_output(io);
}

/* ---- input ---- */

static void end_frame_if_read(struct io *io) {
    if (io->input_left == 0 && is_empty(&io->input)) {
        io->input_kind = -1;
        io->input.start = io->input.end = 0;
    }
}

static void write_input(struct io *io) {
    struct buffer *input = &io->input;
    ssize_t count = io->shim.in < 0 ? -1 : write(io->shim.in, input->bytes + input->start, input->end - input->start);
    if (count >= 0) {
        input->start += (size_t) count;
    } else if (io->shim.in < 0 || (errno != EAGAIN && errno != EINTR)) {
        input->start = input->end; /* Nobody will ever read it. */
    }
    end_frame_if_read(io);
}

static void handle_header(struct io *io) {
    const unsigned char *header = io->input.bytes;
    io->input_kind = header[0];
    io->input_left = 0;
    for (int i = 1; i < HEADER_BYTES; i++) {
        io->input_left = io->input_left << 8 | header[i];
    }
    io->input.start = io->input.end = 0;
    if (io->input_kind == STDIN_DATA) {
        if (io->input_left == 0 && io->kind == IO_PIPES) {
            close_fd(&io->shim.in);
        }
        end_frame_if_read(io);
    } else if (io->input_kind != WINDOW_SIZE || io->input_left != 4) {
        drop_client(io);
    }
}

static void handle_window(struct io *io) {
    const unsigned char *size = io->input.bytes;
    if (io->kind == IO_TTY && io->shim.in >= 0) {
        set_window(io->shim.in, (unsigned short) (size[0] << 8 | size[1]), (unsigned short) (size[2] << 8 | size[3]));
    }
    io->input.start = io->input.end;
    end_frame_if_read(io);
}

static void read_client(struct io *io) {
    struct buffer *input = &io->input;
    bool header = io->input_kind < 0;
    size_t wanted = header ? HEADER_BYTES - input->end : io->input_left;
    if (!header && io->input_kind == STDIN_DATA) {
        input->start = input->end = 0;
    }
    if (wanted > sizeof input->bytes - input->end) {
        wanted = sizeof input->bytes - input->end;
    }
    ssize_t count = recv(io->client_fd, input->bytes + input->end, wanted, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (count <= 0) {
        drop_client(io);
        return;
    }
    input->end += (size_t) count;
    if (header) {
        if (input->end == HEADER_BYTES) {
            handle_header(io);
        }
        return;
    }
    io->input_left -= (size_t) count;
    if (io->input_kind == STDIN_DATA) {
        write_input(io);
    } else if (io->input_left == 0) {
        handle_window(io);
    }
}

static bool has_input_pending(const struct io *io) {
    return io->shim.in >= 0 && io->input_kind == STDIN_DATA && !is_empty(&io->input);
}

/* ---- the shim's loop ---- */

static void accept_client(struct io *io) {
    int fd = accept4(io->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0) {
        drop_client(io);
        io->client_fd = fd;
        io->waits = false;
    }
}

void prepare_poll(const struct io *io, struct pollfd *events) {
    for (int i = 0; i < IO_POLLS; i++) {
        events[i] = (struct pollfd){.fd = -1};
    }
    if (io == NULL) {
        return;
    }
    bool reads = is_empty(&io->output) && !io->waits && io->files[0] < 0;
    bool pending = has_input_pending(io);
    short client = (short) ((is_empty(&io->output) ? 0 : POLLOUT) | (pending ? 0 : POLLIN));
    events[0] = (struct pollfd){.fd = io->listen_fd, .events = POLLIN};
    events[1] = (struct pollfd){.fd = reads ? io->shim.out : -1, .events = POLLIN};
    events[2] = (struct pollfd){.fd = reads ? io->shim.err : -1, .events = POLLIN};
    events[3] = (struct pollfd){.fd = client == 0 ? -1 : io->client_fd, .events = client};
    events[4] = (struct pollfd){.fd = pending ? io->shim.in : -1, .events = POLLOUT};
    events[5] = (struct pollfd){.fd = io->files[0], .events = POLLIN};
}

void handle_poll(struct io *io, const struct pollfd *events) {
    if (io == NULL) {
        return;
    }
    if (events[5].revents != 0) {
        receive_files(io);
    }
    if (events[4].revents != 0) {
        write_input(io);
    }
    if (events[3].revents & POLLOUT) {
        send_output(io);
    }
    if (events[3].revents & ~POLLOUT && io->client_fd == events[3].fd && !has_input_pending(io)) {
        read_client(io);
    }
    if (events[1].revents != 0) {
        read_output(io, &io->shim.out, 1);
    }
    if (events[2].revents != 0 && is_empty(&io->output)) {
        read_output(io, &io->shim.err, 2);
    }
    if (events[0].revents != 0) {
        accept_client(io);
    }
}

bool has_output(const struct io *io) {
    return io != NULL && (io->shim.out >= 0 || io->shim.err >= 0 || !is_empty(&io->output));
}

bool give_up_client(struct io *io, bool killed) {
    if (io->client_fd >= 0) {
        if (killed || !io->session) {
            drop_client(io);
        }
        return true;
    }
    bool waited = io->waits;
    io->waits = false;
    return waited;
}
