/* emit: a CSV record becomes a record of the stream, or a reject. */
#ifndef CSV_READ_EMIT_H
#define CSV_READ_EMIT_H

#include "convert.h"
#include "ids.h"
#include "plan.h"
#include "run.h"

/* One value's room, see convert. */
struct scratch {
    char bytes[VALUE_MAX + VALUE_SLACK];
};

struct emit {
    const struct settings *settings;
    struct run *run;
    struct recwrite *out;
    struct convert convert;
    struct hasher hasher;
    const struct plan *plan;
    const char *file;        /* for origins */
    bool all_values;         /* every column is a field of the file */
    bool short_possible;     /* rows that short.h is for may come */
    struct slice raw_header; /* empty with --no-header */
    struct value *values;    /* plan->ncolumns */
    struct scratch *scratch; /* plan->ncolumns */
    char *origin;            /* file:line of the current record */
    size_t origin_capacity;
    uint64_t undecodable; /* records rejected for their bytes */
};

void emit_begin(struct emit *e, const struct settings *settings, struct run *run,
                struct recwrite *out);

/* Sets the file that the following records come from. PLAN and the texts must stay. */
void emit_file(struct emit *e, const struct plan *plan, const char *file, struct slice raw_header);

/* Writes RECORD, or rejects it. */
void emit_record(struct emit *e, const struct split_record *record);

void emit_end(struct emit *e);

/* What emit_record is made of, in reject.c: file:line of a record, valid until the next one's; a
 * reject, of which BAD_BYTES says that the row isn't UTF-8; one for the bytes, or for the row's
 * shape, true when there was cause; one for the value of a column. */
struct slice emit_origin(struct emit *e, uint64_t line);
void emit_reject(struct emit *e, const struct split_record *record, const char *rule,
                 const char *reason, bool bad_bytes);
bool emit_reject_bytes(struct emit *e, const struct split_record *record);
bool emit_reject_fault(struct emit *e, const struct split_record *record);
void emit_reject_value(struct emit *e, const struct split_record *record, size_t column,
                       const struct fault *fault);

#endif
