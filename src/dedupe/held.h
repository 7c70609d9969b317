/* held: what dedupe holds back, a spool of frames: records, and between them headers, marks and
 * ends as they came, each a line whose first byte tells what it is and what became of it.
 */
#ifndef DEDUPE_HELD_H
#define DEDUPE_HELD_H

#include "rule.h"
#include "spool.h"

enum frame {
    FRAME_KEY = 's',     /* only the key of a record that has been written; never replayed */
    FRAME_KEPT = 'k',    /* a record that stays */
    FRAME_DROPPED = 'd', /* one that a later record beat */
    /* Records that came when memory was full. OTHER, the offset of another record, follows. */
    FRAME_OPEN = 'U', /* undecided */
    FRAME_LATE_KEPT = 'K',
    FRAME_LATE_DROPPED = 'D',
    FRAME_CONFLICT = 'C', /* a reject: OTHER has the same key */
    FRAME_NO_KEY = 'n',   /* a reject: its key is missing */
    FRAME_HEADER = 'h',
    FRAME_HEADER_OUT = 'o', /* the header of a segment that has been opened already */
    FRAME_MARK = 'm',
    FRAME_END = 'e',
    FRAME_PLACE = 'f', /* file (its number) and line of the next frame */
};

struct held_span {
    uint64_t from;
    const struct layout *layout;
};

struct held {
    struct spool spool;
    const struct rule *rule;
    struct held_span *spans; /* which layout holds from which offset on */
    size_t nspans, spans_size;
    struct layout **layouts; /* all that have been made */
    size_t nlayouts, layouts_size;
    struct slice *field; /* of the row looked at last */
    size_t field_size;
    /* Where the frames came from in the stream, once that is recorded. */
    bool places;
    const char **files;
    size_t nfiles, files_size;
    uint64_t next_line; /* the line that a frame without a FRAME_PLACE before it stands on */
};

void held_open(struct held *h, const struct rule *rule, size_t memory);
void held_close(struct held *h);

/* The layout for a header (one that was made before, if possible), and the one for its keys. */
const struct layout *held_layout(struct held *h, const struct header *header);
const struct layout *held_key_layout(struct held *h, const struct layout *whole);

/* Frames to come have this layout. */
void held_use(struct held *h, const struct layout *layout);
const struct layout *held_layout_at(const struct held *h, uint64_t offset);

/* Appends a frame and returns its offset. LINE_NUMBER is where it stands in FILE (0: nowhere). */
uint64_t held_add(struct held *h, enum frame frame, uint64_t other, struct slice text,
                  const char *file, uint64_t line_number);

/* Appends the key of a record that is written at once. */
uint64_t held_add_key(struct held *h, const struct row *row);

/* The text of a frame, and the OTHER in it. */
struct slice held_text(struct slice line);
uint64_t held_other(struct slice line);

/* The record at an offset. Valid until the next call of held_row or held_add. */
struct row held_row(struct held *h, uint64_t offset);

/* A record that was kept is dropped. */
void held_drop(struct held *h, uint64_t offset);

/* Decides an undecided record. */
void held_decide(struct held *h, uint64_t offset, enum frame frame, uint64_t other);

/* The file that a FRAME_PLACE names, and the line in *LINE. */
const char *held_place(const struct held *h, struct slice text, uint64_t *line);

#endif
