/* ranking: places the items and writes them as records of type trending. */
#ifndef TRENDING_RANKING_H
#define TRENDING_RANKING_H

#include "list.h"
#include "recwrite.h"

enum score { SCORE_VIEWS, SCORE_VIEWERS, SCORE_DECAY };

extern const char *const score_names[];

enum { SCORE_PLACES = 4 };

/* Writes the header and the first TOP (0: all) places of the current window. */
void ranking_write(const struct list *l, const struct window *window, enum score score,
                   uint64_t top, struct recwrite *out);

#endif
