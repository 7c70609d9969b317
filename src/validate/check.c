/* check: holds the records of a segment against the rules. The plan is made once a segment, so that
 * a record costs one walk over the columns that matter, and a sound one nothing else.
 */
#include "check.h"

#include <stdio.h>

#include "diag.h"
#include "digits.h"
#include "mem.h"

static const struct {
    const char *type;
    const char *column;
    enum concern concern;
} concerns[] = {
    {"watch", "session_id", CONCERN_ID},
    {"watch", "user_id", CONCERN_ID},
    {"watch", "movie_id", CONCERN_WATCHED_MOVIE_ID},
    {"watch", "watch_timestamp", CONCERN_WATCH_TIME},
    {"user", "user_id", CONCERN_ID},
    {"user", "signup_date", CONCERN_SIGNUP_DATE},
    {"movie", "movie_id", CONCERN_MOVIE_ID},
    {"movie", "title", CONCERN_TITLE},
    {"movie", "release_date", CONCERN_RELEASE_DATE},
    {"movie", "vote_count", CONCERN_NOT_NEGATIVE},
    {"movie", "popularity", CONCERN_NOT_NEGATIVE},
    {"movie", "runtime", CONCERN_NOT_NEGATIVE},
};

/* Cinema is a little younger than 1870; TMDB's oldest entries are from the 1870s. */
static int32_t first_release(void)
{
    int32_t days = 0;
    days_from_civil(1870, 1, 1, &days);
    return days;
}

static enum concern concern_of(struct slice type, const char *column)
{
    for (size_t i = 0; i < sizeof concerns / sizeof *concerns; i++)
        if (slice_is(type, concerns[i].type) && strcmp(column, concerns[i].column) == 0)
            return concerns[i].concern;
    return CONCERN_FORM;
}

void plan_make(struct plan *plan, const struct recread *in)
{
    const struct schema_type *type = schema_find(in->header.type);
    if (!type)
        recread_die(in, "no rules for records of type %s", diag_quote(in->header.type));
    for (size_t i = 0; i < type->ncolumns; i++)
        if (type->columns[i].required)
            recread_need(in, type->columns[i].name);

    plan->n = 0;
    plan->checks = mem_resize(plan->checks, in->header.ncolumns, sizeof *plan->checks);
    for (size_t at = 0; at < in->header.ncolumns; at++) {
        const struct schema_column *column = schema_column(type, in->header.columns[at]);
        if (column)
            plan->checks[plan->n++] =
                (struct check){at, column, concern_of(in->header.type, column->name)};
    }
    plan->deleted = header_find(&in->header, "deleted");
}

/* Fills FOUND, unless the rule is skipped. Returns whether the column passes. */
static bool report(struct finding *found, const struct limits *limits, const struct check *check,
                   enum rule rule, const char *what)
{
    if (limits->skip[rule])
        return true;
    found->rule = rule;
    found->check = check;
    snprintf(found->what, sizeof found->what, "%s", what);
    return false;
}

/* A film may be nameless only when it is marked as deleted. */
static bool is_tombstone(const struct plan *plan, const struct slice *field)
{
    return plan->deleted != COLUMN_NONE && slice_is(field[plan->deleted], "t");
}

static bool is_blank(struct slice field)
{
    for (size_t i = 0; i < field.len; i++) {
        bool escape =
            field.ptr[i] == '\\' && i + 1 < field.len && memchr("tnr", field.ptr[i + 1], 3) != NULL;
        if (escape)
            i++;
        else if (field.ptr[i] != ' ')
            return false;
    }
    return true;
}

static bool check_null(const struct plan *plan, const struct limits *limits,
                       const struct slice *field, const struct check *check, struct finding *found)
{
    if (check->column->required)
        return report(found, limits, check, RULE_MISSING_VALUE, "a required value is missing");
    if (check->concern == CONCERN_TITLE && !is_tombstone(plan, field))
        return report(found, limits, check, RULE_EMPTY_TITLE, "a film without a title");
    return true;
}

static bool bad_form(const struct limits *limits, struct slice value, const struct check *check,
                     struct finding *found)
{
    /* A rating of 11 isn't a canonical rating either, but its own rule says more. */
    int64_t millionths;
    if (check->column->kind == VALUE_RATING && value_decimal(value, &millionths) &&
        (millionths < 0 || millionths > 10 * MICROSECONDS))
        return report(found, limits, check, RULE_RATING_RANGE, "not within 0 to 10");
    return report(found, limits, check, RULE_BAD_VALUE, value_check(check->column->kind, value));
}

static bool check_int(const struct limits *limits, int64_t n, const struct check *check,
                      struct finding *found)
{
    switch (check->concern) {
    case CONCERN_ID:
        return n > 0 || report(found, limits, check, RULE_ID_RANGE, "not a positive id");
    case CONCERN_MOVIE_ID:
    case CONCERN_WATCHED_MOVIE_ID:
        if (n == 0 && !limits->skip[RULE_ID_RANGE])
            return report(found, limits, check, RULE_ID_RANGE, "not a film's id");
        if (check->concern == CONCERN_WATCHED_MOVIE_ID && limits->movies &&
            !movies_have(limits->movies, n))
            return report(found, limits, check, RULE_UNKNOWN_MOVIE, "not a known film");
        return true;
    case CONCERN_NOT_NEGATIVE:
        return n >= 0 || report(found, limits, check, RULE_NUMBER_RANGE, "negative");
    default:
        return true;
    }
}

static bool check_time(const struct limits *limits, int64_t time, const struct check *check,
                       struct finding *found)
{
    if (check->concern != CONCERN_WATCH_TIME || (time <= limits->latest && time >= limits->since))
        return true;
    char limit[VALUE_MAX], what[80];
    bool late = time > limits->latest;
    value_write_time(limit, late ? limits->latest : limits->since);
    snprintf(what, sizeof what, late ? "in the future (later than %s)" : "before %s", limit);
    return report(found, limits, check, late ? RULE_TIME_IN_FUTURE : RULE_TIME_BEFORE_SINCE, what);
}

static bool check_date(const struct limits *limits, int32_t day, const struct check *check,
                       struct finding *found)
{
    bool release = check->concern == CONCERN_RELEASE_DATE;
    int32_t latest = release ? limits->latest_release : limits->latest_day;
    if (check->concern == CONCERN_FORM || (day <= latest && (!release || day >= first_release())))
        return true;
    char limit[VALUE_MAX], what[80];
    value_write_date(limit, day > latest ? latest : first_release());
    snprintf(what, sizeof what, "%s %s",
             day <= latest ? "before" : (release ? "after" : "in the future: after"), limit);
    return report(found, limits, check, release ? RULE_RELEASE_DATE_RANGE : RULE_TIME_IN_FUTURE,
                  what);
}

/* Nearly all integers are ids of which nothing matters but that they are above 0. */
static bool is_sound_id(const struct limits *limits, struct slice value, const struct check *check)
{
    return is_natural(value) && *value.ptr != '0' &&
           !(check->concern == CONCERN_WATCHED_MOVIE_ID && limits->movies);
}

static bool check_value(const struct plan *plan, const struct limits *limits,
                        const struct slice *field, const struct check *check, struct finding *found)
{
    struct slice value = field[check->at];
    int64_t n;
    int32_t small;
    switch (check->column->kind) {
    case VALUE_INT:
        if (is_sound_id(limits, value, check))
            return true;
        if (value_int(value, &n))
            return check_int(limits, n, check, found);
        break;
    case VALUE_DECIMAL:
        if (value_decimal(value, &n))
            return check_int(limits, n, check, found);
        break;
    case VALUE_TIME:
        if (value_time(value, &n))
            return check_time(limits, n, check, found);
        break;
    case VALUE_DATE:
        if (value_date(value, &small))
            return check_date(limits, small, check, found);
        break;
    case VALUE_RATING:
        if (!slice_is_null(value) && value_rating(value, &small))
            return true;
        break;
    default:
        if (slice_is_null(value) || value_check(check->column->kind, value))
            break;
        if (check->concern == CONCERN_TITLE && is_blank(value) && !is_tombstone(plan, field))
            return report(found, limits, check, RULE_EMPTY_TITLE, "a film with a blank title");
        return true;
    }
    if (slice_is_null(value))
        return check_null(plan, limits, field, check, found);
    return bad_form(limits, value, check, found);
}

bool check_record(const struct plan *plan, const struct limits *limits, const struct slice *field,
                  struct finding *found)
{
    for (const struct check *check = plan->checks; check < plan->checks + plan->n; check++)
        if (!check_value(plan, limits, field, check, found))
            return false;
    return true;
}
