/* words: the word lists of titles, names and genres. Lists end with NULL. */
#ifndef SIM_WATCH_WORDS_H
#define SIM_WATCH_WORDS_H

#include <stddef.h>
#include <stdint.h>

extern const char *const word_adjectives[];
extern const char *const word_nouns[];
extern const char *const word_places[];
extern const char *const word_first_names[];
extern const char *const word_last_names[];

/* A language films are made in, with words for an original title: FORMAT puts a first and a second
 * word together. English has no words: there the title is the original. */
struct language {
    const char *code;
    uint32_t share; /* of the films, in thousandths */
    const char *between;
    const char *first[9];
    const char *second[9];
};
extern const struct language languages[];
extern const size_t nlanguages;

/* TMDB's 19 genres of films. */
struct genre {
    const char *name;
    uint32_t share;      /* of the films as their first genre, in thousandths */
    uint8_t company[6];  /* indexes of genres that often go with it; ended by its own index */
    uint8_t runtime_low; /* minutes */
    uint8_t runtime_high;
};
extern const struct genre genres[];
enum { NGENRES = 19 };

/* How many words LIST has. */
size_t word_count(const char *const *list);

#endif
