/* rollups: what each film, genre and hour got on each business day. */
#ifndef DAILY_ROLLUPS_H
#define DAILY_ROLLUPS_H

#include "genrelists.h"
#include "intmap.h"
#include "recread.h"
#include "recwrite.h"
#include "viewers.h"

enum { HOURS = 24, DAY_CELL = HOURS };

/* A watch, as far as it counts. */
struct sight {
    int32_t day; /* since 1970, by the clock of the business zone; so is the hour */
    int hour;
    bool seen; /* by USER */
    bool rated;
    int64_t user;
    int32_t rating; /* in thousandths; 0 when there is none */
};

struct sums {
    int64_t views;
    int64_t rated;
    int64_t rating; /* in thousandths */
};

/* Each day has a map of its own: as watches mostly come by time, the one in use is small. */
struct films {
    struct intmap numbers; /* day to its number in `days`, from 1 */
    struct film_days {
        int32_t day;
        struct intmap cells; /* film to the number of its cell, from 1 */
    } * days;
    size_t ndays, days_size;
    size_t recent;     /* the number of the day last counted */
    struct sums *sums; /* by cell */
    size_t ncells, sums_size;
    struct viewers viewers;
};

void films_open(struct films *f, uint64_t memory);
void films_close(struct films *f);
void films_count(struct films *f, int64_t movie, const struct sight *s);
void films_write(struct films *f, struct recwrite *out);

struct genres {
    struct genre_lists lists;
    struct intmap
        groups; /* day and block of genres to the number of their group of cells, from 1 */
    struct genre_group {
        int32_t day;
        uint32_t first; /* genre */
    } * group;
    size_t ngroups, groups_size;
    struct sums *sums; /* by cell */
    size_t sums_size;
    struct viewers viewers;
    uint64_t without; /* records that have no genres */
};

void genres_open(struct genres *g, uint64_t memory);
void genres_close(struct genres *g);
void genres_count(struct genres *g, const struct recread *in, size_t column, const struct sight *s);
void genres_write(struct genres *g, struct recwrite *out);

/* Of the cells of a group the first are the hours of its day, and DAY_CELL the day. */
struct hours {
    struct intmap numbers; /* day to the number of its group of cells, from 1 */
    struct day_hours {
        int32_t day;
        uint32_t number;
        struct sums sums[HOURS];
    } * days;
    size_t ndays, days_size;
    struct viewers viewers;
};

void hours_open(struct hours *h, uint64_t memory);
void hours_close(struct hours *h);
void hours_count(struct hours *h, const struct sight *s);
/* By day and hour, or with the weekday between them. */
void hours_write(struct hours *h, bool weekday, struct recwrite *out);
/* By day alone. All of these may follow each other. */
void hours_write_days(struct hours *h, struct recwrite *out);

/* What all of them write behind the keys, and how they begin. */
static inline void sums_add(struct sums *sums, const struct sight *s)
{
    sums->views++;
    sums->rated += s->rated;
    sums->rating += s->rating;
}

/* A key for a map: of a day and a number. */
static inline int64_t rollup_key(int32_t day, uint32_t number)
{
    return (int64_t)((uint64_t)(uint32_t)day << 32 | number);
}

enum { KEYS_MAX = 3 };
void rollup_header(struct recwrite *out, const char *type, const char *const *keys, size_t nkeys);
void rollup_day(struct recwrite *out, int32_t day);
void rollup_sums(struct recwrite *out, const struct sums *sums, uint64_t viewers);

#endif
