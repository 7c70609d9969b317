/* rollups: what each film, genre and hour got on each business day. */
#ifndef DAILY_ROLLUPS_H
#define DAILY_ROLLUPS_H

#include "genrelists.h"
#include "intmap.h"
#include "recread.h"
#include "recwrite.h"
#include "viewers.h"

enum { HOURS = 24 };

/* A watch, as far as it counts. */
struct sight {
    uint32_t day; /* its number in struct days, by the clock of the business zone; so is the hour */
    int hour;
    bool seen; /* by USER */
    bool rated;
    int64_t user;
    int32_t rating; /* in thousandths; 0 when there is none */
};

/* The business days that came, numbered from 0. Most watches are of the same day as the one before,
 * and all that is kept by day stands together, so that the work is done within the cache. */
struct days {
    struct intmap numbers; /* date to number, from 1 */
    int32_t *date;         /* since 1970, by number */
    size_t n, size;
    uint32_t last; /* number that was asked for */
};

void days_close(struct days *d);
uint32_t days_new(struct days *d, int32_t date);

static inline uint32_t days_number(struct days *d, int32_t date)
{
    if (!d->n || d->date[d->last] != date)
        d->last = days_new(d, date);
    return d->last;
}

/* The numbers in the order of the dates; free() it. */
uint32_t *days_in_order(const struct days *d);

struct sums {
    int64_t views;
    int64_t rated;
    int64_t rating; /* in thousandths */
};

static inline void sums_add(struct sums *sums, const struct sight *s)
{
    sums->views++;
    sums->rated += s->rated;
    sums->rating += s->rating;
}

struct films {
    struct intmap *cells; /* by day: film to the number of its cell, from 1 */
    size_t ndays, days_size;
    struct sums *sums; /* by cell */
    size_t ncells, sums_size;
    struct viewers viewers;
};

void films_open(struct films *f, uint64_t memory);
void films_close(struct films *f);
void films_count(struct films *f, int64_t movie, const struct sight *s);
void films_write(struct films *f, const struct days *days, struct recwrite *out);

/* Days, hours and genres share blocks of cells: one look-up of a user serves all. A place of a day
 * is an hour, DAY_PLACE for the day itself, whose viewers alone stand there, or, from FIRST_GENRE
 * on, the number of a genre; 64 places are a block. */
enum { DAY_PLACE = HOURS, FIRST_GENRE = 32 };

struct places {
    struct genre_lists lists;
    struct place_blocks {
        uint32_t *number; /* of the blocks of a day, from 1; 0: it has none there */
        size_t n;
    } * day;
    size_t ndays, days_size;
    struct sums *sums; /* by cell */
    size_t nblocks, sums_size;
    struct viewers viewers;
    uint64_t without;    /* records that have no genres */
    struct intmap films; /* film to the number of its list, from 1 */
};

void places_open(struct places *p, uint64_t memory);
void places_close(struct places *p);

/* The genres of the record at hand, NULL when it has none. Valid until the next call. */
const struct genre_list *places_genres(struct places *p, const struct recread *in, size_t column);

/* Reads which films have which genres, from a record file with the columns movie_id and genres; of
 * several records of a film the last counts. FLAGS are recread_open's. */
void places_read_films(struct places *p, char *path, unsigned flags);

/* The genres of a film as it was read, NULL when it has none. */
const struct genre_list *places_genres_of(struct places *p, int64_t movie);

/* Counts a watch for its day and hour, if BY_HOUR, and for the genres of a list, unless that is
 * NULL. */
void places_count(struct places *p, bool by_hour, const struct genre_list *genres,
                  const struct sight *s);

/* Completes the viewers. Then each segment may be written, once or more. */
void places_finish(struct places *p);
void places_write_genres(const struct places *p, const struct days *days, struct recwrite *out);
/* By day alone; by day and hour, or with the weekday between them. */
void places_write_days(const struct places *p, const struct days *days, struct recwrite *out);
void places_write_hours(const struct places *p, const struct days *days, bool weekday,
                        struct recwrite *out);

/* What all of them write: the header with the keys, behind the keys of a record its figures. */
enum { KEYS_MAX = 3 };
void rollup_header(struct recwrite *out, const char *type, const char *const *keys, size_t nkeys);
void rollup_sums(struct recwrite *out, const struct sums *sums, uint64_t viewers);

#endif
