/* job: one run over some files: the stream that is written, and what all ways to read a file share.
 */
#ifndef CSV_READ_JOB_H
#define CSV_READ_JOB_H

#include "emit.h"

enum { JOB_CHUNK = 256 }; /* records between two looks at the progress */

/* A file's header: the line, and which column of the output comes from which of its columns. */
struct heading {
    struct plan plan;
    char *raw; /* NULL without one, as with --no-header */
};

/* Makes it of a file's FIRST record, which with --no-header is data. Returns NULL, or what is wrong
 * (for free()), and then *STATUS is the exit status that it deserves. HEADING must be empty; it is
 * to be freed in any case. */
char *heading_make(struct heading *h, const struct settings *settings,
                   const struct split_record *first, int *status);

void heading_free(struct heading *h);

struct job {
    const struct settings *settings;
    const struct options *options;
    struct run run;
    struct recwrite out;
    struct emit emit;
    struct split split;
    struct header header; /* of the open segment */
    uint64_t total;       /* bytes in all files, 0 when unknown */
};

void job_begin(struct job *job, const struct settings *settings, const struct options *o);

/* Opens a segment with this header, unless the open one has the same. */
void job_segment(struct job *job, const struct header *header);

/* The records that follow are from the file NAME; both must stay while they do. */
void job_file(struct job *job, const struct heading *heading, const char *name);

/* Brings the counts up to date, BYTES being what has been read in all, and shows them. */
void job_count(struct job *job, uint64_t bytes);

/* Closes the segment and the stream, and reports. */
void job_end(struct job *job);

/* Reads the files the ordinary way: from beginning to end, one after the other. */
void plain(const struct settings *settings, const struct options *o);

#endif
