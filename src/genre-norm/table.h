/* table: TMDB's genres, and the labels that mean them. */
#ifndef GENRE_NORM_TABLE_H
#define GENRE_NORM_TABLE_H

enum { OFFICIAL_COUNT = 19 };

struct official {
    int id;
    const char *name;
};

struct other_id {
    int id;
    const char *genres; /* names of official genres, joined with `|`; "" stands for nothing */
};

struct synonyms {
    const char *genres;
    const char *keys; /* labels as label_key makes them, separated by spaces */
};

/* The movie genres, in TMDB's (alphabetical) order. */
extern const struct official official_genres[OFFICIAL_COUNT];

/* Ended by an id of 0. */
extern const struct other_id other_ids[];

/* Ended by NULL genres. No key stands twice. */
extern const struct synonyms synonyms[];

#endif
