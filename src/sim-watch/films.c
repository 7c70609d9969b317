/* films: invents a catalogue and says how popular each film is on a day.
 * Titles are unique, genres keep company as they do at TMDB, and popularity follows Zipf's law with
 * releases on top that rise for some days and fade over weeks. */
#include "films.h"

#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "rng.h"
#include "textmap.h"
#include "words.h"

/* A bell-shaped value around MEAN, within LOW and HIGH. */
static int32_t bell_between(struct rng *rng, int32_t mean, int32_t width, int32_t low, int32_t high)
{
    int64_t value = mean + rng_bell(rng, width);
    return (int32_t)(value < low ? low : value > high ? high : value);
}

static const char *word(struct rng *rng, const char *const *list)
{
    return list[rng_below(rng, word_count(list))];
}

/* A title into TEXT, SIZE bytes. */
static void invent_title(struct rng *rng, char *text, size_t size)
{
    const char *adjective = word(rng, word_adjectives);
    const char *noun = word(rng, word_nouns);
    const char *noun2 = word(rng, word_nouns);
    const char *place = word(rng, word_places);
    const char *name = word(rng, word_first_names);
    switch (rng_below(rng, 16)) {
    case 0:
    case 1:
    case 2:
        snprintf(text, size, "The %s %s", adjective, noun);
        break;
    case 3:
    case 4:
        snprintf(text, size, "%s %s", adjective, noun);
        break;
    case 5:
    case 6:
        snprintf(text, size, "The %s of %s", noun, place);
        break;
    case 7:
        snprintf(text, size, "%s's %s", name, noun);
        break;
    case 8:
        snprintf(text, size, "The %s and the %s", noun, noun2);
        break;
    case 9:
        snprintf(text, size, "%s in %s", name, place);
        break;
    case 10:
        snprintf(text, size, "%s %s %s", strchr("AEIOU", *noun) ? "An" : "A", noun, noun2);
        break;
    case 11:
        snprintf(text, size, "%s, %s", name, adjective);
        break;
    case 12:
        snprintf(text, size, "%s & the %s %s", name, adjective, noun);
        break;
    case 13:
        snprintf(text, size, "The %s's %s %s", noun, adjective, noun2);
        break;
    case 14:
        snprintf(text, size, "%s %s: %s", adjective, noun, place);
        break;
    default:
        snprintf(text, size, "The \"%s\" %s", adjective, noun);
        break;
    }
}

/* The title, made unique: a second film of a title is its sequel. */
static struct slice unique_title(struct catalogue *c, struct textmap *seen, struct rng *rng)
{
    char text[256];
    invent_title(rng, text, sizeof text - 24);
    size_t len = strlen(text);
    uint64_t part = ++*textmap_put(seen, (struct slice){text, len}, NULL);
    if (part > 1)
        len += (size_t)snprintf(text + len, sizeof text - len, " %d", (int)part);
    return (struct slice){arena_copy(&c->titles, (struct slice){text, len}), len};
}

static size_t genre_by_share(struct rng *rng)
{
    uint64_t left = rng_below(rng, 1000);
    size_t i = 0;
    while (i + 1 < NGENRES && left >= genres[i].share)
        left -= genres[i++].share;
    return i;
}

static void invent_genres(struct rng *rng, struct film *film)
{
    size_t first = genre_by_share(rng);
    const uint8_t *company = genres[first].company;
    size_t friends = 0;
    while (company[friends] != first)
        friends++;
    uint64_t draw = rng_below(rng, 100);
    size_t more = draw < 25 ? 0 : draw < 70 ? 1 : 2;
    film->genres[0] = film->genres[1] = film->genres[2] = (uint8_t)first;
    /* The closest company is at the front of the list: take the smaller of two draws. */
    for (size_t i = 1; i <= more; i++) {
        uint64_t a = rng_below(rng, friends);
        uint64_t b = rng_below(rng, friends);
        film->genres[i] = company[a < b ? a : b];
    }
    if (film->genres[2] == film->genres[1])
        film->genres[2] = (uint8_t)first;
    film->runtime =
        (uint16_t)rng_between(rng, genres[first].runtime_low, genres[first].runtime_high);
}

static uint8_t invent_language(struct rng *rng)
{
    uint64_t left = rng_below(rng, 1000);
    size_t i = 0;
    while (i + 1 < nlanguages && left >= languages[i].share)
        left -= languages[i++].share;
    return (uint8_t)i;
}

static int32_t invent_release(struct rng *rng, int32_t today, bool old)
{
    uint64_t draw = rng_below(rng, 100);
    int64_t wide = rng_between(rng, 0, 25000);
    int64_t narrow = rng_between(rng, 0, 1000);
    if (draw < 6 && !old) /* around today: releases for the simulated days, and films to come */
        return today - 60 + (int32_t)(narrow * 75 / 1000);
    if (draw < 12 && !old)
        return today - 365 + (int32_t)(narrow * 305 / 1000);
    return today - 2000 - (int32_t)(wide * narrow / 1000); /* most of them not so long ago */
}

void films_invent(struct catalogue *c, uint64_t seed, size_t n, int32_t today)
{
    *c = (struct catalogue){.n = n, .today = today};
    c->films = mem_resize(NULL, n, sizeof *c->films);
    struct textmap seen = {0};
    int64_t id = 1;
    for (size_t i = 0; i < n; i++) {
        struct film *film = &c->films[i];
        struct rng rng;
        rng_begin(&rng, seed, RNG_FILM, i);
        id += rng_between(&rng, 1, 19);
        *film = (struct film){.id = id};
        film->title = unique_title(c, &seen, &rng);
        film->release_day = invent_release(&rng, today, i == 0);
        invent_genres(&rng, film);
        film->language = invent_language(&rng);
        film->original[0] = (uint8_t)rng_below(&rng, 8);
        film->original[1] = (uint8_t)rng_below(&rng, 8);
        film->quality = bell_between(&rng, 6300, 1900, 1200, 9300);
        film->appeal = film->quality + rng_bell(&rng, 3000);
        film->launch = film_launch(&rng, n);
        film->days_to_peak = (uint16_t)rng_between(&rng, 2, 9);
        film->half_life = (uint16_t)rng_between(&rng, 5, 25);
        film->votes = (uint32_t)rng_between(&rng, 0, 40);
        film->popularity = (uint32_t)rng_between(&rng, 0, 9999);
    }
    c->last_id = id;
    textmap_free(&seen);
    films_rank(c);
    for (size_t i = 0; i < n; i++) {
        struct film *film = &c->films[i];
        int32_t age = today - film->release_day;
        film->popularity += 2400000 / (film->rank + 8);
        if (age >= -30 && age < 60)
            film->popularity += 7200000 / (film->launch + 8);
        film->votes = age < 0 ? 0 : film->votes + 240000 / (film->rank + 8) + 5;
    }
}

/* A release competes with the classics, and not all do it with success. */
uint32_t film_launch(struct rng *rng, size_t n)
{
    return (uint32_t)rng_below(rng, n / 40 + 8);
}

static int by_appeal(const void *a, const void *b)
{
    const struct film *x = *(const struct film *const *)a;
    const struct film *y = *(const struct film *const *)b;
    if (x->appeal != y->appeal)
        return x->appeal < y->appeal ? 1 : -1;
    if (x->votes != y->votes)
        return x->votes < y->votes ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

void films_rank(struct catalogue *c)
{
    struct film **order = mem_resize(NULL, c->n + 1, sizeof(struct film *));
    for (size_t i = 0; i < c->n; i++)
        order[i] = &c->films[i];
    qsort(order, c->n, sizeof *order, by_appeal);
    for (size_t i = 0; i < c->n; i++)
        order[i]->rank = (uint32_t)i;
    free(order);
}

/* 2^(-1/32) to 2^(-31/32) as fractions of 2^16, so that halving can be by days without floating
 * point. */
static const uint32_t fraction_of_half[32] = {
    65536, 64132, 62757, 61413, 60097, 58809, 57549, 56316, 55109, 53928, 52773,
    51642, 50535, 49452, 48393, 47356, 46341, 45348, 44376, 43425, 42495, 41584,
    40693, 39821, 38968, 38133, 37316, 36516, 35734, 34968, 34219, 33486};

/* The weight of a place in the order of popularity: Zipf's law, softened at the top. */
static uint64_t weight_of_rank(uint32_t rank)
{
    return ((uint64_t)1 << 40) / (rank + 4);
}

uint64_t film_weight(const struct film *film, int32_t day)
{
    const uint64_t lasting = weight_of_rank(film->rank);
    if (film->release_day == DAY_UNKNOWN)
        return lasting;
    int64_t age = (int64_t)day - film->release_day - 1;
    if (age < 0)
        return 0;
    uint64_t launch = 3 * weight_of_rank(film->launch);
    if (age < film->days_to_peak)
        return lasting + launch * (uint64_t)(age + 1) / film->days_to_peak;
    uint64_t steps = (uint64_t)(age - film->days_to_peak) * 32 / film->half_life;
    if (steps / 32 >= 24)
        return lasting;
    return lasting + ((launch * fraction_of_half[steps % 32]) >> (16 + steps / 32));
}

void films_free(struct catalogue *c)
{
    free(c->films);
    arena_free(&c->titles);
}
