#include "body.h"
#include "pull.h"
#include "timeparse.h"
#include "value.h"

#include <unistd.h>

static const char *const film_columns[] = {
    "movie_id", "title",      "original_title", "genres",  "release_date",
    "rating",   "vote_count", "popularity",     "runtime", "original_language",
    "status",   "adult",      "fetched_at",     "deleted"};
static const char *const deleted_columns[] = {"movie_id", "deleted"};

const char changes_source[] = "tmdb:changes";

void output_begin(struct pull *pull)
{
    struct output *o = &pull->out;
    header_make(&o->films, "movie", film_columns, sizeof film_columns / sizeof *film_columns);
    header_make(&o->deleted, "movie", deleted_columns,
                sizeof deleted_columns / sizeof *deleted_columns);
    recwrite_open(&o->records, STDOUT_FILENO, "stdout");
    recwrite_header(&o->records, &o->films);
}

static void text_or_null(struct recwrite *w, const char *text)
{
    if (text)
        recwrite_text(w, slice_of(text));
    else
        recwrite_null(w);
}

static void number_or_null(struct recwrite *w, int64_t value, unsigned places)
{
    if (value < 0)
        recwrite_null(w);
    else
        recwrite_decimal(w, value, places);
}

void output_film(struct pull *pull, const struct film *film)
{
    struct output *o = &pull->out;
    struct recwrite *w = &o->records;
    char fetched[VALUE_MAX];
    int64_t now = pull->options->has_now ? pull->options->now : time_now();
    if (o->deleted_open) {
        run_end_segment(pull->run, w);
        recwrite_header(w, &o->films);
        o->deleted_open = false;
    }
    recwrite_int(w, film->id);
    text_or_null(w, film->title);
    text_or_null(w, film->original_title);
    text_or_null(w, film->genres);
    text_or_null(w, film->release_date);
    number_or_null(w, film->rating, 3);
    number_or_null(w, film->vote_count, 0);
    number_or_null(w, film->popularity, 6);
    number_or_null(w, film->runtime, 0);
    text_or_null(w, film->original_language);
    text_or_null(w, film->status);
    text_or_null(w, film->adult < 0 ? NULL : film->adult ? "t" : "f");
    value_write_time(fetched, floor_div(now, MICROSECONDS) * MICROSECONDS);
    text_or_null(w, fetched);
    text_or_null(w, "f");
    recwrite_done(w);
    pull->run->written++;
}

void output_tombstone(struct pull *pull, int64_t id)
{
    idlist_add(&pull->out.tombstones, id);
}

static void write_tombstones(struct pull *pull)
{
    struct output *o = &pull->out;
    if (o->tombstones.count == 0)
        return;
    if (!o->deleted_open) {
        run_end_segment(pull->run, &o->records);
        recwrite_header(&o->records, &o->deleted);
        o->deleted_open = true;
    }
    for (size_t i = 0; i < o->tombstones.count; i++) {
        recwrite_int(&o->records, o->tombstones.ids[i]);
        text_or_null(&o->records, "t");
        recwrite_done(&o->records);
        pull->run->written++;
    }
    o->tombstones.count = 0;
}

void output_mark(struct pull *pull, int32_t day)
{
    char state[VALUE_MAX];
    write_tombstones(pull);
    run_flush_rejects(pull->run);
    recwrite_mark(&pull->out.records, slice_of(changes_source),
                  (struct slice){state, value_write_date(state, day)});
    out_flush(&pull->out.records.out);
}

void output_end(struct pull *pull)
{
    struct output *o = &pull->out;
    write_tombstones(pull);
    run_end_segment(pull->run, &o->records);
    out_flush(&o->records.out);
    pull->run->bytes_out = o->records.out.bytes;
    recwrite_close(&o->records);
    header_free(&o->films);
    header_free(&o->deleted);
    idlist_free(&o->tombstones);
}
