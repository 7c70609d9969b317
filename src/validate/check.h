/* check: holds the records of a segment against the rules. */
#ifndef VALIDATE_CHECK_H
#define VALIDATE_CHECK_H

#include "movies.h"
#include "recread.h"
#include "rules.h"
#include "schema.h"

/* What the options say. */
struct limits {
    bool skip[RULE_COUNT];
    int64_t latest;              /* the last time that isn't in the future, microseconds */
    int32_t latest_day;          /* the last sign-up date that isn't in the future */
    int64_t since;               /* INT64_MIN: not given */
    int32_t latest_release;      /* the last release date that is believed */
    const struct movies *movies; /* the films that are known, or NULL */
};

/* What there is to check in a column beyond its form. */
enum concern {
    CONCERN_FORM, /* nothing but the form */
    CONCERN_ID,
    CONCERN_MOVIE_ID,
    CONCERN_WATCHED_MOVIE_ID,
    CONCERN_WATCH_TIME,
    CONCERN_SIGNUP_DATE,
    CONCERN_RELEASE_DATE,
    CONCERN_NOT_NEGATIVE,
    CONCERN_TITLE,
};

/* One column of the segment that the schema knows. */
struct check {
    size_t at; /* the field */
    const struct schema_column *column;
    enum concern concern;
};

/* The checks of a segment, in the order of its columns. */
struct plan {
    struct check *checks;
    size_t n;
    int deleted; /* index of a film's column `deleted`, or COLUMN_NONE */
};

/* What is wrong with a record. */
struct finding {
    enum rule rule;
    const struct check *check; /* the column */
    char what[80];
};

/* Makes the plan for the segment that IN has just opened. Ends the program (status 1) when its type
 * isn't in the schema, or its header lacks a column that the type requires. */
void plan_make(struct plan *plan, const struct recread *in);

/* True when the record passes; else FOUND is the first thing that is wrong with it. */
bool check_record(const struct plan *plan, const struct limits *limits, const struct slice *field,
                  struct finding *found);

#endif
