/* dirt: rows the way that real logs have them: odd, doubled, contradictory, broken.
 *
 * Bad rows come on top of the good ones, they never take a view's place. So what is left of a dirty
 * log after cleaning is the clean log of the same seed, but for corrections.
 */
#ifndef SIM_WATCH_DIRT_H
#define SIM_WATCH_DIRT_H

#include "io.h"
#include "row.h"
#include "service.h"

/* What becomes of a row on its way through csv-read, validate and dedupe. */
enum outcome {
    WRITTEN,  /* comes out as a record */
    DROPPED,  /* is one of two or more of which one comes out */
    REJECTED, /* ends in a reject file */
    IGNORED,  /* isn't a row at all */
};

enum kind {
    /* Good rows. */
    PLAIN,
    QUOTED,
    SPACES,
    CRLF,
    UNIX_SECONDS,
    UNIX_MILLISECONDS,
    TIME_OFFSET,
    TIME_SPACE,
    RATING_ZEROS,
    NO_LAST_NEWLINE,
    /* Bad rows, on top. */
    DUPLICATE,
    DUPLICATE_EARLIER,
    CORRECTION,
    CONFLICT_USER,
    CONFLICT_FILM,
    ID_TEXT,
    MISSING_USER,
    MISSING_FILM,
    MISSING_TIME,
    MISSING_SESSION,
    TIME_TEXT,
    TIME_AMBIGUOUS,
    TIME_FUTURE,
    TIME_BEFORE,
    RATING_RANGE,
    RATING_TEXT,
    TOO_FEW,
    TOO_MANY,
    BAD_UTF8,
    NUL_BYTE,
    QUOTED_NEWLINE,
    QUOTED_CR,
    UNKNOWN_FILM,
    UNTERMINATED,
    /* Not rows. */
    BLANK_LINE,
    BOM,
    NKINDS,
};

struct kind_about {
    const char *name;
    enum outcome outcome;
    const char *given; /* what a filter must be told for that outcome, or NULL */
};
extern const struct kind_about kinds[NKINDS];

enum { RECENT = 1024 };

/* Good views written lately, for the bad rows that repeat one. */
struct recent {
    size_t n; /* views ever; the last RECENT of them are kept */
    struct view views[RECENT];
};

struct dirt {
    uint64_t seed;
    uint32_t dirty; /* bad rows among all, in thousandths of a percent: 0 to 50000 */
    bool enabled[NKINDS];
    int64_t unknown_film; /* the first of the ids that no film has */
    uint64_t counts[NKINDS];
    /* What dirt_enter chose for the file: a BOM at its beginning, no LF or an open quote at its
     * end. */
    bool bom;
    bool open_line;
    bool unterminated;
    /* The module's own. */
    struct rng rng;
    struct row_date date;
    enum kind odd[NKINDS]; /* the forms that a good row can take, in turn */
    enum kind bad[NKINDS]; /* the rows that come on top */
    size_t nodd, nbad;
    size_t turn_odd, turn_bad;
    struct recent recent[2];
    size_t this_file; /* of recent: the other is the file before */
};

/* Prepares for writing; the fields up to `unknown_film` are set. */
void dirt_begin(struct dirt *dirt);

/* Enters the log of the hour that begins at START: what is odd in it follows from the hour alone.
 */
void dirt_enter(struct dirt *dirt, int64_t start);

/* Writes the row of a view and, now and then, a bad one after it. */
void dirt_write(struct dirt *dirt, const struct view *view, struct out *out);

/* Writes the row of a file's last view without its LF. */
void dirt_write_open_line(struct dirt *dirt, const struct view *view, struct out *out);

/* Writes a row whose quote is never closed, after the view LAST. Only the end of a file can bear
 * it. */
void dirt_write_unterminated(struct dirt *dirt, const struct view *last, struct out *out);

/* Writes all kinds to PATH as records: how many rows of each, and what becomes of them. */
void dirt_truth(const struct dirt *dirt, const char *path);

#endif
