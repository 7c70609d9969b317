#include <stdlib.h>

#include "field.h"
#include "mem.h"
#include "rollups.h"
#include "value.h"
#include "zone.h"

void places_open(struct places *p, uint64_t memory)
{
    *p = (struct places){0};
    viewers_open(&p->viewers, VIEWERS_DENSE, memory);
}

void places_close(struct places *p)
{
    viewers_close(&p->viewers);
    genre_lists_free(&p->lists);
    intmap_free(&p->films);
    for (size_t i = 0; i < p->ndays; i++)
        free(p->day[i].number);
    free(p->day);
    free(p->sums);
}

const struct genre_list *places_genres(struct places *p, const struct recread *in, size_t column)
{
    struct slice field = in->field[column];
    if (slice_is_null(field)) {
        p->without++;
        return NULL;
    }
    size_t number = genre_lists_put(&p->lists, in, field);
    return &p->lists.list[number];
}

void places_read_films(struct places *p, char *path, unsigned flags)
{
    struct recread in;
    size_t film = 0, genres = 0;
    int64_t movie;
    recread_open(&in, &path, 1, flags);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        if (event == REC_SEGMENT) {
            film = recread_need(&in, "movie_id");
            genres = recread_need(&in, "genres");
        } else if (event == REC_DATA && field_int(&in, film, &movie)) {
            struct slice field = in.field[genres];
            *intmap_put(&p->films, movie) =
                slice_is_null(field) ? 0 : genre_lists_put(&p->lists, &in, field) + 1;
        }
    }
    recread_close(&in);
}

const struct genre_list *places_genres_of(struct places *p, int64_t movie)
{
    const uint64_t *number = intmap_find(&p->films, movie);
    if (number && *number)
        return &p->lists.list[*number - 1];
    p->without++;
    return NULL;
}

static uint32_t new_block(struct places *p)
{
    size_t cells = p->nblocks * BLOCK_CELLS;
    p->sums = mem_grow(p->sums, &p->sums_size, cells + BLOCK_CELLS, sizeof *p->sums);
    memset(p->sums + cells, 0, BLOCK_CELLS * sizeof *p->sums);
    viewers_room(&p->viewers, cells + BLOCK_CELLS);
    return (uint32_t)++p->nblocks;
}

/* The number of a day's Ith block. */
static uint32_t block_of(struct places *p, uint32_t day, size_t i)
{
    if (day >= p->ndays) {
        p->day = mem_grow(p->day, &p->days_size, day + 1, sizeof *p->day);
        memset(p->day + p->ndays, 0, (day + 1 - p->ndays) * sizeof *p->day);
        p->ndays = day + 1;
    }
    struct place_blocks *blocks = &p->day[day];
    if (i >= blocks->n) {
        blocks->number = mem_resize(blocks->number, i + 1, sizeof *blocks->number);
        memset(blocks->number + blocks->n, 0, (i + 1 - blocks->n) * sizeof *blocks->number);
        blocks->n = i + 1;
    }
    if (!blocks->number[i])
        blocks->number[i] = new_block(p);
    return blocks->number[i] - 1;
}

void places_count(struct places *p, bool by_hour, const struct genre_list *genres,
                  const struct sight *s)
{
    size_t ngenres = genres ? genres->n : 0;
    bool hour = by_hour;
    for (size_t i = 0; hour || i < ngenres;) {
        size_t nth = hour ? 0 : (FIRST_GENRE + genres->genre[i]) / BLOCK_CELLS;
        uint32_t block = block_of(p, s->day, nth);
        struct sums *sums = p->sums + (size_t)block * BLOCK_CELLS;
        uint64_t mask = 0;
        if (hour) {
            mask = UINT64_C(1) << s->hour | UINT64_C(1) << DAY_PLACE;
            sums_add(&sums[s->hour], s);
            hour = false;
        }
        for (; i < ngenres; i++) {
            size_t place = FIRST_GENRE + genres->genre[i];
            if (place / BLOCK_CELLS != nth)
                break;
            mask |= UINT64_C(1) << place % BLOCK_CELLS;
            sums_add(&sums[place % BLOCK_CELLS], s);
        }
        if (s->seen)
            viewers_add_mask(&p->viewers, block, mask, s->user);
    }
}

void places_finish(struct places *p)
{
    viewers_finish(&p->viewers);
}

/* The cell of a day's place. False when the day has no block there. */
static bool find_cell(const struct places *p, uint32_t day, size_t place, size_t *cell)
{
    size_t nth = place / BLOCK_CELLS;
    if (day >= p->ndays || nth >= p->day[day].n || !p->day[day].number[nth])
        return false;
    *cell = (size_t)(p->day[day].number[nth] - 1) * BLOCK_CELLS + place % BLOCK_CELLS;
    return true;
}

/* The same, and false when it has no views. */
static bool find(const struct places *p, uint32_t day, size_t place, size_t *cell)
{
    return find_cell(p, day, place, cell) && p->sums[*cell].views;
}

static int by_name(const void *a, const void *b, void *names)
{
    const struct slice *name = names;
    return slice_compare(name[*(const uint32_t *)a], name[*(const uint32_t *)b]);
}

void places_write_genres(const struct places *p, const struct days *days, struct recwrite *out)
{
    static const char *const keys[] = {"day", "genre"};
    size_t ngenres = p->lists.nnames, cell;
    uint32_t *order = days_in_order(days);
    uint32_t *genres = mem_resize(NULL, ngenres + 1, sizeof *genres);
    for (size_t i = 0; i < ngenres; i++)
        genres[i] = (uint32_t)i;
    qsort_r(genres, ngenres, sizeof *genres, by_name, p->lists.name);
    rollup_header(out, "genre_daily", keys, 2);
    for (size_t i = 0; i < days->n; i++) {
        char text[VALUE_MAX];
        const struct slice date = {text, value_write_date(text, days->date[order[i]])};
        for (size_t j = 0; j < ngenres; j++) {
            if (!find(p, order[i], FIRST_GENRE + genres[j], &cell))
                continue;
            recwrite_raw(out, date);
            recwrite_text(out, p->lists.name[genres[j]]);
            rollup_sums(out, &p->sums[cell], p->viewers.count[cell]);
        }
    }
    free(genres);
    free(order);
}

void places_write_days(const struct places *p, const struct days *days, struct recwrite *out)
{
    static const char *const keys[] = {"day"};
    uint32_t *order = days_in_order(days);
    rollup_header(out, "day_daily", keys, 1);
    for (size_t i = 0; i < days->n; i++) {
        struct sums all = {0};
        char text[VALUE_MAX];
        const struct slice date = {text, value_write_date(text, days->date[order[i]])};
        size_t cell;
        if (!find_cell(p, order[i], DAY_PLACE, &cell))
            continue;
        for (const struct sums *s = &p->sums[cell - HOURS]; s < &p->sums[cell]; s++) {
            all.views += s->views;
            all.rated += s->rated;
            all.rating += s->rating;
        }
        recwrite_raw(out, date);
        rollup_sums(out, &all, p->viewers.count[cell]);
    }
    free(order);
}

void places_write_hours(const struct places *p, const struct days *days, bool weekday,
                        struct recwrite *out)
{
    static const char *const keys[] = {"day", "hour"};
    static const char *const weekday_keys[] = {"day", "weekday", "hour"};
    uint32_t *order = days_in_order(days);
    if (weekday)
        rollup_header(out, "hour_weekday_daily", weekday_keys, 3);
    else
        rollup_header(out, "hour_daily", keys, 2);
    for (size_t i = 0; i < days->n; i++) {
        char text[VALUE_MAX];
        const struct slice date = {text, value_write_date(text, days->date[order[i]])};
        size_t cell;
        for (size_t hour = 0; hour < HOURS; hour++) {
            if (!find(p, order[i], hour, &cell))
                continue;
            recwrite_raw(out, date);
            if (weekday)
                recwrite_int(out, iso_weekday(days->date[order[i]]));
            recwrite_int(out, (int64_t)hour);
            rollup_sums(out, &p->sums[cell], p->viewers.count[cell]);
        }
    }
    free(order);
}
