#ifndef STOA_IO_H
#define STOA_IO_H

#include "shim.h"

#include <poll.h>

/*
 * What goes between a command and whoever is connected to the socket "io". Frames both ways: a kind (1 byte), the
 * length of what follows (4 bytes, the highest first), and that.
 *
 *     to the shim      0  for the command's stdin; of length 0: its end, which a terminal has not
 *                      1  size of the terminal: rows, columns (2 bytes each, the highest first)
 *     from the shim    1  the command's stdout; all that a terminal shows
 *                      2  its stderr
 *
 * One connection at a time: the newest wins. While it does not read, the command's output waits; without one it does
 * not. Output goes to the sandbox's files as well; only where the launch says that it waits for the first connection,
 * it goes nowhere else.
 */
struct io;

/* NULL where the command's output goes to files alone. Makes the socket in the current directory. */
struct io *open_io(const struct launch *launch);

/* The command's ends, to be closed by close_command_side in the shim. */
const struct streams *command_side(const struct io *io);
int files_to_command(const struct io *io);

/* After the command was forked. */
void close_command_side(struct io *io);

/* The command's side of files_to_command: hands over the sandbox's files, opened with the user's rights. */
void send_files(int socket, int out, int err);

#define IO_POLLS 6

/* Fills IO_POLLS entries. */
void prepare_poll(const struct io *io, struct pollfd *events);
void handle_poll(struct io *io, const struct pollfd *events);

/* Everything of the command has ended: false as soon as what it wrote is where it is wanted. */
bool has_output(const struct io *io);

/*
 * Nothing has moved for a while. A client that takes nothing is dropped, and the rest goes to the sandbox's files;
 * unless it is a session's, which has no files, and nobody has killed it. False where nobody is left to wait for.
 */
bool give_up_client(struct io *io, bool killed);

#endif
