/* movies: the set of known films, read from the files that --movies names. A film that is marked as
 * deleted is known all the same: it may have been watched while it was there.
 */
#include "movies.h"

#include <stdlib.h>

#include "diag.h"
#include "mem.h"
#include "recread.h"
#include "value.h"

/* 2 MiB of bits at most, taken as ids come. */
enum { DENSE_IDS = 1 << 24 };

static void add(struct movies *movies, int64_t id)
{
    if (id < 0 || id >= DENSE_IDS) {
        intmap_put(&movies->others, id);
        return;
    }
    size_t word = (size_t)id / 64;
    if (word >= movies->words) {
        size_t words = movies->words ? movies->words : 1024;
        while (words <= word)
            words *= 2;
        movies->bits = mem_resize(movies->bits, words, sizeof *movies->bits);
        memset(movies->bits + movies->words, 0, (words - movies->words) * sizeof *movies->bits);
        movies->words = words;
    }
    movies->bits[word] |= UINT64_C(1) << id % 64;
}

void movies_read(struct movies *movies, char *path, unsigned flags)
{
    struct recread in;
    size_t at = 0;
    recread_open(&in, &path, 1, flags);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        int64_t id;
        if (event == REC_SEGMENT)
            at = recread_need(&in, "movie_id");
        if (event != REC_DATA)
            continue;
        if (!value_int(in.field[at], &id))
            recread_die(&in, "movie_id: not an integer: %s", diag_quote(in.field[at]));
        add(movies, id);
    }
    recread_close(&in);
}

void movies_free(struct movies *movies)
{
    free(movies->bits);
    intmap_free(&movies->others);
    *movies = (struct movies){0};
}
