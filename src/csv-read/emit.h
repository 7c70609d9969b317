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

#endif
