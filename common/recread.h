/* recread: reads a record stream, checking it as it goes.
 *
 *     struct recread in;
 *     recread_open(&in, operands, noperands, 0);
 *     for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;)
 *         switch (event) {
 *         case REC_SEGMENT: … in.header …
 *         case REC_DATA:    … in.field[i], in.line …
 *         case REC_MARK:    … in.mark_source, in.mark_state …
 *         case REC_END:     … in.records of the segment …
 *         }
 *     recread_close(&in);
 *
 * Lines and fields are slices of the read buffer: nothing is copied or allocated per record. They
 * are valid until the next call. A malformed line, a line over 16 MiB, cut input (no `#end N`, or a
 * different N, or no segment at all) and read errors end the program with status 1 and a message
 * that names the line of the stream; the caller sees only sound events.
 */
#ifndef REELPIPE_RECREAD_H
#define REELPIPE_RECREAD_H

#include <stdint.h>

#include "io.h"
#include "record.h"

enum { RECORD_MAX = 16 * 1024 * 1024 }; /* bytes in a line, without LF */

enum rec_event {
    REC_EOF,     /* all files read, the last segment closed */
    REC_SEGMENT, /* a header: `header` is set and stays until the next one */
    REC_DATA,    /* a record: `line` and `field` are set */
    REC_MARK,    /* a bookmark: `mark_source` and `mark_state` are set (raw, as in the stream) */
    REC_END,     /* `#end`: `records` is the count of the segment */
};

/* Flags of recread_open. */
enum {
    RECREAD_PARTIAL =
        1, /* --partial: an open segment, a wrong count and empty input are accepted */
};

struct recread {
    /* What the last event brought. */
    struct header header;     /* of the segment */
    uint64_t segment;         /* 1 for the first segment of the stream */
    struct slice line;        /* without LF; line.ptr[line.len] is '\n' */
    struct slice *field;      /* header.ncolumns raw (escaped) fields */
    uint64_t records;         /* in this segment so far, the current one included */
    uint64_t total;           /* records in all segments */
    struct slice mark_source; /* REC_MARK */
    struct slice mark_state;
    const char *file;     /* name of the current input, for messages */
    uint64_t line_number; /* of the current line in that input, from 1 */
    uint64_t bytes;       /* read from all inputs so far */
    /* The reader's own. */
    struct recread_state *state;
};

/* Opens the PATHS one after the other ("-" is standard input; none at all means standard input).
 * PATHS must outlive the reader. */
void recread_open(struct recread *in, char *const *paths, size_t npaths, unsigned flags);

/* Reads on from an open descriptor under NAME (a spool file, a pipe from a child). */
void recread_open_fd(struct recread *in, int fd, const char *name, unsigned flags);

/* The next event. */
enum rec_event recread_next(struct recread *in);

/* True when the next event stands in the buffer already: recread_next won't read, nor block, nor
 * move to another file, and the lines handed out since it was last false stay valid. For programs
 * that look at several records together. */
bool recread_ready(const struct recread *in);

/* About how many records the stream has in all, judged by those so far and the sizes of the files;
 * 0 when one isn't a file. */
uint64_t recread_estimate(const struct recread *in);

/* Ends the program with status 1 and `program: FILE:LINE: message`. */
_Noreturn void recread_die(const struct recread *in, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The index of a column of the open segment. Ends the program (status 1, naming the header line,
 * the type and the columns there are) when it isn't there. */
size_t recread_need(const struct recread *in, const char *column);

/* Frees buffers and closes what is open. */
void recread_close(struct recread *in);

#endif
