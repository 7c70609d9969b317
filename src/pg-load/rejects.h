/* rejects: the records that a merge has rejected, on their way to --rejects. */
#ifndef PG_LOAD_REJECTS_H
#define PG_LOAD_REJECTS_H

#include "run.h"
#include "stage.h"

/* Reads pg_temp.stage_reject, which must hold COUNT records, and hands them to RUN in the order of
 * the stream. The origin is `_origin`, or FILE and the record's number. Returns how many broke the
 * rule key-conflict. */
int64_t rejects_hand_over(const struct stage *stage, const struct header *header, const char *file,
                          struct run *run, int64_t count);

#endif
