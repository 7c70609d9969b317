/* hours: views and viewers of each hour of the day, and of each hour of the week. */
#ifndef HOURLY_HOURS_H
#define HOURLY_HOURS_H

#include "recread.h"
#include "recwrite.h"
#include "run.h"
#include "viewers.h"

enum { HOURS = 24, WEEKDAYS = 7 };

struct hours {
    int32_t last_day;                   /* the last one that counts */
    int days;                           /* that count; 0: all up to it */
    int64_t views[WEEKDAYS + 1][HOURS]; /* of a weekday from 1 on */
    struct viewers viewers;             /* see hour_cell */
    /* Columns of the open segment. */
    size_t column_time, column_user;
};

void hours_open(struct hours *h, int32_t last_day, int days, uint64_t memory);
void hours_close(struct hours *h);

/* Finds the columns of the segment that has been opened. */
void hours_segment(struct hours *h, const struct recread *in);

/* Counts the record at hand: written, rejected or dropped in RUN. */
void hours_record(struct hours *h, const struct recread *in, struct run *run);

/* Completes the viewers; then the segments may be written, but for their ends. */
void hours_finish(struct hours *h);
void hours_write(const struct hours *h, struct recwrite *out);
void hours_write_weekdays(const struct hours *h, struct recwrite *out);

#endif
