#include "ranking.h"

#include <stdlib.h>

#include "mem.h"
#include "value.h"

const char *const score_names[SCORES] = {"bayes", "weighted"};

static const char *const columns[] = {"scored_by", "as_of",    "window_days", "min_votes",
                                      "rank",      "movie_id", "views",       "rated_views",
                                      "weighted",  "bayes",    "mean",        "_title"};
enum { NCOLUMNS = sizeof columns / sizeof *columns, PLACES = 4 };

struct place {
    const struct film *film;
    int64_t score[SCORES]; /* in ten-thousandths */
    int64_t key;           /* the one that ranks */
};

/* (sum + m * C) / (v + m) with C = S / V the mean over all: the fractions are multiplied out, so
 * that nothing is rounded but the result. Sums are thousandths, the result is ten-thousandths. */
static int64_t bayes(const struct sums *film, const struct sums *all, int64_t m)
{
    __int128 numerator = (__int128)film->rating * all->rated + (__int128)m * all->rating;
    __int128 denominator = (__int128)(film->rated + m) * all->rated;
    return (int64_t)((20 * numerator + denominator) / (2 * denominator));
}

static int64_t weighted(const struct sums *s)
{
    return divide_half_up(s->rating, s->rated, 1);
}

static int compare(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const struct sums *s = &x->film->sums, *t = &y->film->sums;
    if (x->key != y->key)
        return x->key > y->key ? -1 : 1;
    if (s->rated != t->rated)
        return s->rated > t->rated ? -1 : 1;
    if (s->views != t->views)
        return s->views > t->views ? -1 : 1;
    return (x->film->id > y->film->id) - (x->film->id < y->film->id);
}

void ranking_write(const struct films *f, enum score score, int64_t min_votes, uint64_t top,
                   struct recwrite *out)
{
    char as_of[VALUE_MAX];
    size_t n = 0, as_of_len = value_write_date(as_of, f->last_day);
    struct place *places = mem_resize(NULL, f->n + 1, sizeof *places);
    for (size_t i = 0; i < f->n; i++) {
        const struct sums *s = &f->film[i].sums;
        if (!s->rated)
            continue;
        struct place p = {&f->film[i], {bayes(s, &f->all, min_votes), weighted(s)}, 0};
        p.key = p.score[score];
        places[n++] = p;
    }
    qsort(places, n, sizeof *places, compare);

    struct header header;
    header_make(&header, "top_rated", columns, f->titles ? NCOLUMNS : NCOLUMNS - 1);
    recwrite_header(out, &header);
    header_free(&header);
    for (size_t i = 0; i < n && (!top || i < top); i++) {
        const struct film *film = places[i].film;
        recwrite_raw(out, slice_of(score_names[score]));
        recwrite_raw(out, (struct slice){as_of, as_of_len});
        recwrite_int(out, f->days);
        recwrite_int(out, min_votes);
        recwrite_int(out, (int64_t)i + 1);
        recwrite_int(out, film->id);
        recwrite_int(out, film->sums.views);
        recwrite_int(out, film->sums.rated);
        recwrite_decimal(out, places[i].score[SCORE_WEIGHTED], PLACES);
        recwrite_decimal(out, places[i].score[SCORE_BAYES], PLACES);
        recwrite_decimal(out, weighted(&f->all), PLACES);
        if (f->titles)
            recwrite_raw(out, film->title.ptr ? film->title : SLICE_NULL);
        recwrite_done(out);
    }
    free(places);
}
