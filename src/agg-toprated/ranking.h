/* ranking: places the rated films and writes them as records of type top_rated. */
#ifndef TOPRATED_RANKING_H
#define TOPRATED_RANKING_H

#include "films.h"
#include "recwrite.h"

enum score { SCORE_BAYES, SCORE_WEIGHTED, SCORES };

extern const char *const score_names[SCORES];

/* Past this many votes the weight of the mean over all wouldn't fit the exact arithmetic. */
#define MIN_VOTES_MAX INT64_C(1000000000)

/* Writes the header and the first TOP (0: all) places. */
void ranking_write(const struct films *f, enum score score, int64_t min_votes, uint64_t top,
                   struct recwrite *out);

#endif
