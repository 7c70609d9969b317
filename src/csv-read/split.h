/* split: cuts the bytes of a CSV file into records and fields.
 *
 *     struct split s;
 *     split_begin(&s, ',', SPLIT_AUTO, RECORD_MAX);
 *     split_open(&s, input_read, &input);
 *     while (split_next(&s))
 *         … s.record …
 *     split_end(&s);
 *
 * libcsv (strict, but for quotes inside a bare field) is the authority on what a record is. In
 * SPLIT_AUTO it sees only the records that need it: one with doubled quotes, spaces around quotes,
 * or quotes that are wrong. Both ways give the same records, which a fuzz target checks.
 *
 * CR, LF and CRLF end a record; blank lines (spaces and TABs too) aren't records; spaces and TABs
 * around a field are cut off unless they are quoted. Of a record whose quotes are wrong, only
 * the first line is handed out, as faulty, and reading goes on with the next one: a stray quote
 * costs a line, not the rest of the file.
 */
#ifndef CSV_READ_SPLIT_H
#define CSV_READ_SPLIT_H

#include <csv.h>
#include <stdint.h>

#include "csvscan.h"
#include "slice.h"

enum { SPLIT_BLOCK = 64 }; /* bytes in a block of csvscan */

enum split_mode { SPLIT_AUTO, SPLIT_LIBCSV };

enum split_fault {
    SPLIT_OK,
    SPLIT_BAD_QUOTE,    /* something follows a closing quote: the first line only */
    SPLIT_UNTERMINATED, /* a quote isn't closed by the end of the file or the limit: likewise */
    SPLIT_TOO_LONG,     /* a line over the limit: its first bytes */
};

struct split_record {
    const struct slice *field; /* with the quotes taken off; none when there is a fault */
    size_t nfields;
    struct slice raw; /* the record as it came, without the line end */
    uint64_t line;    /* of its first byte, from 1 */
    enum split_fault fault;
    bool plain; /* all bytes are 0x20..0x7f and no backslash: fields can be written as they are */
    bool open;  /* the file ended within it: what comes yet may be part of it, or close its quote */
};

/* Reads up to SIZE bytes (at least one is asked for) into BUFFER; 0 at the end. */
typedef size_t split_source(void *context, char *buffer, size_t size);

/* Gets the file's bytes, in order, when no record to come needs them any more. */
typedef void split_sink(void *context, const char *bytes, size_t len);

struct split {
    struct split_record record;
    uint64_t line;    /* that the next record is looked for on; may be set behind split_open */
    bool after_cr;    /* the last line ended in CR: an LF is part of that end; likewise */
    split_sink *sink; /* NULL; may be set behind split_open */
    /* The module's own. */
    split_source *source;
    void *context;
    enum split_mode mode;
    char delimiter;
    size_t limit; /* bytes in a record */
    char *buffer;
    size_t capacity;
    size_t start; /* of the next record, in buffer */
    size_t end;
    size_t told;          /* bytes of buffer that the sink got */
    bool eof;             /* the source has ended; buffer[end] is an LF that isn't the file's */
    bool skipping;        /* the rest of a line over the limit */
    struct block *blocks; /* classes of the bytes in buffer */
    size_t scanned;
    struct slice *fields;
    size_t fields_capacity;
    struct csv_parser parser;
    char *text; /* libcsv's fields, one after the other */
    size_t text_len;
    size_t text_capacity;
    bool row_done;
};

/* LIMIT is the length of the longest record; tests make it small. */
void split_begin(struct split *s, char delimiter, enum split_mode mode, size_t limit);

/* Starts a new file. CONTEXT is the source's and the sink's. */
void split_open(struct split *s, split_source *source, void *context);

/* The next record, in s->record: valid until the next call. False at the end of the file. */
bool split_next(struct split *s);

/* Hands the sink all bytes before UPTO, which is a record's `raw.ptr`, or, when it is NULL, before
 * the next record. */
void split_tell(struct split *s, const char *upto);

/* True when the file has nothing behind the last record, not even spaces. */
bool split_at_end(const struct split *s);

/* After a record that is SPLIT_TOO_LONG: drops the rest of its line; false when that has no end. */
bool split_skip(struct split *s);

void split_end(struct split *s);

/* The two ways for one record; split_next calls one, and split_fast the other when it must. */
bool split_fast(struct split *s);
bool split_libcsv(struct split *s);

static inline bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static inline bool is_space(const struct split *s, char c)
{
    return (c == ' ' || c == '\t') && c != s->delimiter;
}

/* Shared by the two ways: appends what the source gives to the buffer (which may move; s->start
 * stays right), false at its end; adds a field; hands out the record's first line as faulty; hands
 * out the record of LEN bytes that ends at the line end behind them. */
bool split_fill(struct split *s);
void split_field(struct split *s, struct slice text);
bool split_first_line(struct split *s, enum split_fault fault);
bool split_whole(struct split *s, size_t len, uint64_t inner_lines, bool plain);

#endif
