/* command: a run of the plain command: what it is still to get, and what it gives. */
#ifndef KEEP_HEADER_COMMAND_H
#define KEEP_HEADER_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "recbuf.h"
#include "recwrite.h"

enum { FEED_FULL = 1024 * 1024 }; /* bytes waiting for the command that stop the reading */

struct command {
    pid_t pid;
    int feed; /* its standard input; -1: closed */
    char *lines;
    size_t lines_len, lines_sent, lines_room;
    struct in output; /* its standard output */
    bool output_ended;
    struct recbuf buffer;
    uint64_t line_number; /* of its output */
};

/* Starts ARGV. Ends the program when that can't be done. */
void command_start(struct command *c, char **argv);

/* Puts a line, followed by its LF, among those that the command is to get. */
void command_add(struct command *c, struct slice line);

/* Sends what the command takes now, without waiting. One that stops reading early, as head(1) does,
 * gets no more; that isn't an error. */
void command_feed(struct command *c);

/* Closes the command's standard input. */
void command_close_feed(struct command *c);

/* Reads a block of what the command gives and writes the whole lines of it. Ends the program when a
 * line is no record of HEADER. */
void command_drain(struct command *c, const struct header *header, struct recwrite *out);

/* Waits for the command's end. Ends the program unless ACCEPTED (256 of them) has its status: with
 * status 75 if that was the command's, else 1. */
void command_end(struct command *c, const bool *accepted);

#endif
