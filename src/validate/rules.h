/* rules: the names of validate's rules, and what each says. */
#ifndef VALIDATE_RULES_H
#define VALIDATE_RULES_H

enum rule {
    RULE_NONE = -1, /* no rule is broken */
    RULE_MISSING_VALUE,
    RULE_BAD_VALUE,
    RULE_ID_RANGE,
    RULE_TIME_IN_FUTURE,
    RULE_TIME_BEFORE_SINCE,
    RULE_RATING_RANGE,
    RULE_NUMBER_RANGE,
    RULE_EMPTY_TITLE,
    RULE_RELEASE_DATE_RANGE,
    RULE_UNKNOWN_MOVIE,
    RULE_COUNT,
};

struct rule_text {
    const char *name;
    const char *types; /* the record types it looks at, joined with `|`, or "all" */
    const char *what;  /* what breaks it */
};

/* By enum rule. */
extern const struct rule_text rule_texts[RULE_COUNT];

/* The rule of that name, or RULE_NONE. */
enum rule rule_find(const char *name);

#endif
