/* tmdb-pull: films from The Movie Database as movie records: those of a list of ids, those that
 * changed, those of a list or a search, those of a daily export. Many requests at once, never over
 * the rate limit, tried again until they succeed, written in the order of the ids. */
#include "arguments.h"
#include "diag.h"

static void pull_movies(struct pull *pull)
{
    const struct pull_options *p = pull->options;
    output_begin(pull);
    switch (p->mode) {
    case MODE_IDS:
        pull_ids(pull, p->file);
        break;
    case MODE_CHANGES:
        pull_changes(pull);
        break;
    case MODE_DISCOVER:
        pull_discover(pull);
        break;
    case MODE_LIST:
        pull_list(pull);
        break;
    default:
        pull_export(pull);
    }
    /* The feed of today, from its first second on, has what changes from now on. */
    if (p->mark_changes)
        output_mark(pull, p->today - 1);
    output_end(pull);
}

int main(int argc, char **argv)
{
    struct pull_options p;
    struct standard_options std;
    struct key key;
    struct run run;

    diag_begin("tmdb-pull");
    arguments_take(&p, &std, argc, argv);
    key_load(&key);
    run_begin(&run, &std);
    struct pull pull = {.options = &p, .run = &run};
    fetch_begin(&pull.fetch, &p.fetch, &key, &run, &pull.out.records.out);
    if (p.mode == MODE_GENRES)
        pull_genres(&pull);
    else
        pull_movies(&pull);
    if (p.fetch.verbose)
        diag_note("%llu requests", (unsigned long long)pull.fetch.requests);
    fetch_end(&pull.fetch);
    key_free(&key);
    idset_free(&pull.seen);
    run_end(&run);
    return 0;
}
