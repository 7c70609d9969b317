/* rules: the table behind --list-rules and --skip. What a rule does is in check.c; its name is what
 * stands in a reject, so that names are never changed or used again.
 */
#include "rules.h"

#include <string.h>

const struct rule_text rule_texts[RULE_COUNT] = {
    [RULE_MISSING_VALUE] = {"missing-value", "all", "a column that the type requires is NULL"},
    [RULE_BAD_VALUE] = {"bad-value", "all",
                        "a value isn't in the canonical form of its column's kind"},
    [RULE_ID_RANGE] = {"id-range", "watch|user|movie",
                       "a session_id or user_id isn't positive, or a movie_id is 0"},
    [RULE_TIME_IN_FUTURE] = {"time-in-future", "watch|user",
                             "a watch_timestamp is later than --now and --skew, or a signup_date "
                             "later than the day after it"},
    [RULE_TIME_BEFORE_SINCE] = {"time-before-since", "watch",
                                "a watch_timestamp is before --since"},
    [RULE_RATING_RANGE] = {"rating-range", "watch|movie", "a rating isn't within 0 to 10"},
    [RULE_NUMBER_RANGE] = {"number-range", "movie",
                           "a vote_count, popularity or runtime is negative"},
    [RULE_EMPTY_TITLE] = {"empty-title", "movie",
                          "a film that isn't marked as deleted has no title, or a blank one"},
    [RULE_RELEASE_DATE_RANGE] = {"release-date-range", "movie",
                                 "a release_date is before 1870 or more than --ahead years after "
                                 "--now"},
    [RULE_UNKNOWN_MOVIE] = {"unknown-movie", "watch", "a movie_id isn't in the --movies files"},
};

enum rule rule_find(const char *name)
{
    for (int rule = 0; rule < RULE_COUNT; rule++)
        if (strcmp(rule_texts[rule].name, name) == 0)
            return (enum rule)rule;
    return RULE_NONE;
}
