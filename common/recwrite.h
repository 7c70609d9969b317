/* recwrite: writes a record stream.
 *
 * A segment is opened by recwrite_header, gets records, and is closed by recwrite_end, which writes
 * the count. Records go out whole (recwrite_line, recwrite_fields) or field by field
 * (recwrite_raw, _text, _int, _null …, then recwrite_done). Write errors end the program.
 */
#ifndef REELPIPE_RECWRITE_H
#define REELPIPE_RECWRITE_H

#include "io.h"
#include "record.h"

struct recwrite {
    struct out out;
    uint64_t records; /* in the open segment */
    uint64_t total;   /* in all segments */
    bool open;        /* a segment is open */
    bool midline;     /* a field of the current record has been written */
};

/* Writes to FD under NAME (kept, not copied), or to a file made with MODE. */
void recwrite_open(struct recwrite *w, int fd, const char *name);
void recwrite_create(struct recwrite *w, const char *path, unsigned mode);

/* Opens a segment. */
void recwrite_header(struct recwrite *w, const struct header *header);

/* Writes a record that stands in memory as a finished line, followed by its LF (as recread's do).
 */
static inline void recwrite_line(struct recwrite *w, struct slice line)
{
    out_bytes(&w->out, line.ptr, line.len + 1);
    w->records++;
}

/* Writes a record of N raw (escaped) fields. */
void recwrite_fields(struct recwrite *w, const struct slice *fields, size_t n);

/* The next field of the current record, already escaped. In a field that isn't the first of its
 * line a `#` may stand plain; it is escaped here when that field becomes the first one. */
static inline void recwrite_raw(struct recwrite *w, struct slice field)
{
    if (w->midline)
        out_char(&w->out, '\t');
    else if (field.len && field.ptr[0] == '#')
        out_char(&w->out, '\\');
    w->midline = true;
    out_slice(&w->out, field);
}

/* The next field: text that is escaped here. Bytes must be UTF-8 without NUL. An empty text is
 * written as NULL, since the format has no empty string. */
void recwrite_text(struct recwrite *w, struct slice text);

/* The next field: a decimal integer; NULL; a fixed-point number VALUE / 10^PLACES without trailing
 * zeros. */
void recwrite_int(struct recwrite *w, int64_t value);
void recwrite_null(struct recwrite *w);
void recwrite_decimal(struct recwrite *w, int64_t value, unsigned places);

/* Ends the current record. */
static inline void recwrite_done(struct recwrite *w)
{
    out_char(&w->out, '\n');
    w->midline = false;
    w->records++;
}

/* Passes a bookmark on (raw fields). */
void recwrite_mark(struct recwrite *w, struct slice source, struct slice state);

/* Writes a bookmark: texts that are escaped here. */
void recwrite_mark_text(struct recwrite *w, struct slice source, struct slice state);

/* Closes the segment with its count. */
void recwrite_end(struct recwrite *w);

/* Flushes and closes. A segment left open stays without `#end`. */
void recwrite_close(struct recwrite *w);

#endif
