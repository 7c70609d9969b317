/* dirt: writes views as rows of a log, some of them odd, and bad rows between them.
 * Each kind of bad row is made so that it has exactly one fate downstream; truth.c says which. */
#include "dirt.h"

#include <stdio.h>

#include "value.h"

/* All rows, in the unit of `dirty`. */
enum { ALL = 100000 };

void dirt_begin(struct dirt *d)
{
    d->nodd = d->nbad = 0;
    for (enum kind kind = PLAIN + 1; d->dirty && kind < NKINDS; kind++) {
        if (!d->enabled[kind] || kind == NO_LAST_NEWLINE || kind == UNTERMINATED || kind == BOM)
            continue; /* these three belong to a place in the file */
        if (kind < NO_LAST_NEWLINE)
            d->odd[d->nodd++] = kind;
        else
            d->bad[d->nbad++] = kind;
    }
    d->recent[0].n = d->recent[1].n = 0;
    d->date = (struct row_date){0};
}

void dirt_enter(struct dirt *d, int64_t start)
{
    rng_begin(&d->rng, d->seed, RNG_DIRT, (uint64_t)start);
    /* Kinds take turns, so that a small run has them all. */
    d->turn_odd = rng_below(&d->rng, NKINDS);
    d->turn_bad = rng_below(&d->rng, NKINDS);
    uint64_t ending = rng_below(&d->rng, 8);
    uint64_t beginning = rng_below(&d->rng, 8);
    d->bom = d->dirty && d->enabled[BOM] && beginning == 0;
    d->open_line = d->dirty && d->enabled[NO_LAST_NEWLINE] && ending == 0;
    d->unterminated = d->dirty && d->enabled[UNTERMINATED] && ending == 1;
    d->this_file = !d->this_file;
    d->recent[d->this_file].n = 0;
}

/* The five fields of a row as text, to be changed at will before they are joined. */
struct fields {
    char user[48];
    char film[48];
    char time[48];
    char rating[48];
    char session[48];
};

static void fill(struct fields *f, const struct view *view)
{
    snprintf(f->user, sizeof f->user, "%lld", (long long)view->user);
    snprintf(f->film, sizeof f->film, "%lld", (long long)view->film);
    value_write_time(f->time, view->time * MICROSECONDS);
    f->rating[0] = '\0';
    if (view->rating != NOT_RATED)
        value_write_decimal(f->rating, view->rating, 1);
    snprintf(f->session, sizeof f->session, "%lld", (long long)view->session);
}

/* Writes the fields with BEFORE ahead of each and AFTER behind it, and END at the end. */
static void join(const struct fields *f, const char *before, const char *after, const char *end,
                 struct out *out)
{
    const char *const all[] = {f->user, f->film, f->time, f->rating, f->session};
    for (size_t i = 0; i < 5; i++) {
        if (i)
            out_char(out, ',');
        out_text(out, before);
        out_text(out, all[i]);
        out_text(out, after);
    }
    out_text(out, end);
}

static const char *any(struct dirt *d, const char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return list[rng_below(&d->rng, n)];
}

/* A good view in an odd form. */
static void write_odd(struct dirt *d, enum kind kind, const struct view *view, struct out *out)
{
    struct fields f;
    fill(&f, view);
    const char *around = "";
    const char *end = "\n";
    switch (kind) {
    case QUOTED:
        around = "\"";
        break;
    case SPACES:
        around = " ";
        break;
    case CRLF:
        end = "\r\n";
        break;
    case UNIX_SECONDS:
        snprintf(f.time, sizeof f.time, "%lld", (long long)view->time);
        break;
    case UNIX_MILLISECONDS:
        snprintf(f.time, sizeof f.time, "%lld000", (long long)view->time);
        break;
    case TIME_OFFSET: {
        /* The same moment in a zone two hours east. */
        size_t len = value_write_time(f.time, (view->time + 7200) * MICROSECONDS);
        snprintf(f.time + len - 1, sizeof f.time - len + 1, "+02:00");
        break;
    }
    case TIME_SPACE:
        f.time[10] = ' ';
        break;
    case RATING_ZEROS:
        if (view->rating != NOT_RATED)
            snprintf(f.rating, sizeof f.rating, "%d.%d00", view->rating / 10, view->rating % 10);
        break;
    default:
        break;
    }
    join(&f, around, around, end, out);
    d->counts[kind]++;
}

/* A good view of this file, or of the one before; NULL when there is none. */
static const struct view *pick_recent(struct dirt *d, bool earlier)
{
    const struct recent *recent = &d->recent[earlier ? !d->this_file : d->this_file];
    size_t n = recent->n < RECENT ? recent->n : RECENT;
    return n ? &recent->views[rng_below(&d->rng, n)] : NULL;
}

/* A film that another recent view was of, so that a check of ids finds nothing wrong with it. */
static int64_t other_film(struct dirt *d, int64_t film)
{
    for (int tries = 0; tries < 4; tries++) {
        int64_t other = pick_recent(d, false)->film;
        if (other != film)
            return other;
    }
    return film + 1;
}

/* Turns VIEW into one that repeats or contradicts an earlier one; false when there is none to
 * repeat. */
static bool repeat(struct dirt *d, enum kind kind, struct view *view)
{
    const struct view *first = pick_recent(d, kind == DUPLICATE_EARLIER);
    if (!first)
        return false;
    int64_t time = view->time;
    *view = *first;
    if (kind == DUPLICATE || kind == DUPLICATE_EARLIER)
        return true;
    view->time = time;
    if (kind == CONFLICT_USER)
        view->user++;
    else if (kind == CONFLICT_FILM)
        view->film = other_film(d, view->film);
    else
        view->rating = (int32_t)rng_between(&d->rng, 1, 20) * 5;
    return true;
}

/* Spoils one field of a row. Numbers are drawn one statement after the other: C leaves open in
 * which order it works out arguments, and compilers differ. */
static void spoil(struct dirt *d, enum kind kind, const struct view *view, struct fields *f)
{
    static const char *const ids[] = {"user_07271", "tt0133093",           "12ab", "1.5",
                                      "0x2F",       "9999999999999999999", "1e5",  NULL};
    static const char *const times[] = {"yesterday", "2026-13-45T99:99:99Z", "2025-02-29T10:00:00Z",
                                        "soon",      "2026-11-15T25:61:00Z", "20:15",
                                        NULL};
    static const char *const ranges[] = {"11", "-1", "10.5", "99", "-0.5", "1000", NULL};
    static const char *const ratings[] = {"good", "five", "8/10", "★★★★", "4.5.1", "1O", NULL};
    switch (kind) {
    case ID_TEXT: {
        char *const places[] = {f->user, f->film, f->session};
        char *place = places[rng_below(&d->rng, 3)];
        strcpy(place, any(d, ids));
        break;
    }
    case MISSING_USER:
        f->user[0] = '\0';
        break;
    case MISSING_FILM:
        f->film[0] = '\0';
        break;
    case MISSING_TIME:
        f->time[0] = '\0';
        break;
    case MISSING_SESSION:
        f->session[0] = '\0';
        break;
    case TIME_TEXT:
        strcpy(f->time, any(d, times));
        break;
    case TIME_AMBIGUOUS: {
        int first = (int)rng_between(&d->rng, 1, 12);
        int second = (int)rng_between(&d->rng, 1, 12);
        snprintf(f->time, sizeof f->time, "%02d/%02d/2020", first, second);
        break;
    }
    case TIME_FUTURE: /* later than the end of any log that this row can be in */
        value_write_time(f->time,
                         (view->time + rng_between(&d->rng, 1501, 1900) * SECONDS_PER_DAY) *
                             MICROSECONDS);
        break;
    case TIME_BEFORE: /* on a day of 1985 to 1999 */
        value_write_time(f->time,
                         rng_between(&d->rng, 5479, 10956) * SECONDS_PER_DAY * MICROSECONDS);
        break;
    case RATING_RANGE:
        strcpy(f->rating, any(d, ranges));
        break;
    case RATING_TEXT:
        strcpy(f->rating, any(d, ratings));
        break;
    case QUOTED_NEWLINE:
        strcpy(f->rating, "\"4\n5\"");
        break;
    case QUOTED_CR:
        strcpy(f->rating, "\"4\r5\"");
        break;
    case UNKNOWN_FILM:
        snprintf(f->film, sizeof f->film, "%lld",
                 (long long)(d->unknown_film + rng_between(&d->rng, 0, 39)));
        break;
    default:
        break;
    }
}

/* A row on top of the good ones, near VIEW, which is the view written last. */
static void write_bad(struct dirt *d, enum kind kind, const struct view *last, struct out *out)
{
    struct view view = *last;
    view.session++; /* the odd number that no view has */
    struct fields f;
    switch (kind) {
    case DUPLICATE:
    case DUPLICATE_EARLIER:
    case CORRECTION:
    case CONFLICT_USER:
    case CONFLICT_FILM:
        if (!repeat(d, kind, &view))
            return;
        fill(&f, &view);
        join(&f, "", "", "\n", out);
        break;
    case TOO_FEW:
        fill(&f, &view);
        out_text(out, f.user);
        out_char(out, ',');
        out_text(out, f.film);
        out_text(out, rng_below(&d->rng, 2) ? ",\n" : "\n");
        break;
    case TOO_MANY:
        fill(&f, &view);
        join(&f, "", "", ",1\n", out);
        break;
    case BAD_UTF8:
    case NUL_BYTE:
        fill(&f, &view);
        out_bytes(out, f.user, 1);
        out_bytes(out, kind == NUL_BYTE ? "\0" : "\xe9", 1);
        join(&f, "", "", "\n", out);
        break;
    case BLANK_LINE:
        out_text(out, rng_below(&d->rng, 2) ? "\n" : "\r\n");
        break;
    default:
        fill(&f, &view);
        spoil(d, kind, &view, &f);
        join(&f, "", "", "\n", out);
        break;
    }
    d->counts[kind]++;
}

void dirt_write(struct dirt *d, const struct view *view, struct out *out)
{
    if (d->nodd && rng_below(&d->rng, ALL) < d->dirty) {
        write_odd(d, d->odd[d->turn_odd++ % d->nodd], view, out);
    } else {
        char row[ROW_MAX];
        size_t len = row_write(row, view, &d->date);
        row[len++] = '\n';
        out_bytes(out, row, len);
        d->counts[PLAIN]++;
    }
    if (d->dirty == 0)
        return;
    struct recent *recent = &d->recent[d->this_file];
    recent->views[recent->n++ % RECENT] = *view;
    /* One bad row after so many good ones makes DIRTY of all. */
    if (d->nbad && rng_below(&d->rng, ALL - d->dirty) < d->dirty)
        write_bad(d, d->bad[d->turn_bad++ % d->nbad], view, out);
}

void dirt_write_open_line(struct dirt *d, const struct view *view, struct out *out)
{
    char row[ROW_MAX];
    out_bytes(out, row, row_write(row, view, &d->date));
    d->counts[NO_LAST_NEWLINE]++;
}

void dirt_write_unterminated(struct dirt *d, const struct view *last, struct out *out)
{
    struct view view = *last;
    view.session++;
    struct fields f;
    fill(&f, &view);
    strcpy(f.rating, "\"4.5");
    join(&f, "", "", "\n", out);
    d->counts[UNTERMINATED]++;
}
