#include "arguments.h"

#include "diag.h"
#include "timeparse.h"
#include "value.h"

enum {
    OPT_IDS = 256,
    OPT_CHANGES,
    OPT_DISCOVER,
    OPT_LIST,
    OPT_EXPORT,
    OPT_GENRES,
    OPT_SINCE,
    OPT_RESUME,
    OPT_UNTIL,
    OPT_KNOWN,
    OPT_FROM,
    OPT_TO,
    OPT_SORT,
    OPT_LIMIT,
    OPT_MIN_POPULARITY,
    OPT_DIFF,
    OPT_MAX_VANISHED,
    OPT_MARK_CHANGES,
    OPT_LANGUAGE,
    OPT_RATE,
    OPT_IN_FLIGHT,
    OPT_ATTEMPTS,
    OPT_BACKOFF,
    OPT_CONNECT_TIMEOUT,
    OPT_STALL_TIMEOUT,
    OPT_BASE_URL,
    OPT_CA_FILE,
    OPT_NOW,
};

static const struct option_spec specs[] = {
    {OPT_IDS, "ids", "FILE", "the films of FILE: movie_id of a record stream, or one id a line"},
    {OPT_CHANGES, "changes", NULL, "the films that changed"},
    {OPT_SINCE, "since", "DATE", "… from DATE on"},
    {OPT_RESUME, "resume", "FILE", "… from the bookmark in FILE on, a stream of bookmarks"},
    {OPT_UNTIL, "until", "DATE", "… up to and with DATE (default: yesterday)"},
    {OPT_KNOWN, "known", "FILE", "… or the films of FILE, when that is too long ago"},
    {OPT_DISCOVER, "discover", NULL, "all films, or the first of them"},
    {OPT_FROM, "from", "DATE", "… released on DATE or later"},
    {OPT_TO, "to", "DATE", "… released on DATE or earlier"},
    {OPT_SORT, "sort", "ORDER", "… in this order (default popularity.desc)"},
    {OPT_LIST, "list", "NAME",
     "a list: popular, now_playing, top_rated, trending-day, trending-week"},
    {OPT_LIMIT, "limit", "N", "the first N films of --discover or --list"},
    {OPT_EXPORT, "export", "FILE", "the films of a daily id export, plain or .gz"},
    {OPT_MIN_POPULARITY, "min-popularity", "N", "… that are at least so popular"},
    {OPT_DIFF, "diff", "OLD", "… that OLD, an older export, lacks; and as deleted what FILE lacks"},
    {OPT_MAX_VANISHED, "max-vanished", "N", "… fail when that is more than N"},
    {OPT_GENRES, "genres", NULL, "the list of genres, as genre records"},
    {OPT_MARK_CHANGES, "mark-changes", NULL, "end with a bookmark for --changes --resume"},
    {OPT_LANGUAGE, "language", "CODE", "titles and genres in this language, such as de-DE"},
    {OPT_RATE, "rate", "N", "at most N requests in any second (default 35; 0: no limit)"},
    {OPT_IN_FLIGHT, "in-flight", "N", "at most N requests at a time (default 32)"},
    {OPT_ATTEMPTS, "attempts", "N", "give a request up after N attempts (default 8)"},
    {OPT_BACKOFF, "backoff", "SECONDS", "the longest wait after the first failure (default 0.5)"},
    {OPT_CONNECT_TIMEOUT, "connect-timeout", "SECONDS", "give up connecting (default 10)"},
    {OPT_STALL_TIMEOUT, "stall-timeout", "SECONDS", "give up without a byte (default 20)"},
    {OPT_BASE_URL, "base-url", "URL", "ask another service than TMDB"},
    {OPT_CA_FILE, "ca-file", "FILE", "trust the certificates in FILE instead of the system's"},
    {OPT_NOW, "now", "TIME", "the time of the run, and of fetching (default: now)"},
    {'v', "verbose", NULL, "report every request"},
};

/* Which modes an option belongs to. */
#define BIT(mode) (1u << (mode))
static const struct {
    int code;
    unsigned modes;
} belongs[] = {
    {OPT_SINCE, BIT(MODE_CHANGES)},
    {OPT_RESUME, BIT(MODE_CHANGES)},
    {OPT_UNTIL, BIT(MODE_CHANGES)},
    {OPT_KNOWN, BIT(MODE_CHANGES)},
    {OPT_FROM, BIT(MODE_DISCOVER)},
    {OPT_TO, BIT(MODE_DISCOVER)},
    {OPT_SORT, BIT(MODE_DISCOVER)},
    {OPT_LIMIT, BIT(MODE_DISCOVER) | BIT(MODE_LIST)},
    {OPT_MIN_POPULARITY, BIT(MODE_EXPORT)},
    {OPT_DIFF, BIT(MODE_EXPORT)},
    {OPT_MAX_VANISHED, BIT(MODE_EXPORT)},
    {OPT_MARK_CHANGES, BIT(MODE_IDS) | BIT(MODE_DISCOVER) | BIT(MODE_LIST) | BIT(MODE_EXPORT)},
};

static const char *name_of(int code)
{
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        if (specs[i].code == code)
            return specs[i].name;
    return "";
}

static void set_mode(struct pull_options *p, enum mode mode)
{
    if (p->mode != MODE_NONE)
        diag_usage("one of --ids, --changes, --discover, --list, --export and --genres, not two");
    p->mode = mode;
}

static int32_t date_option(const char *option, const char *text)
{
    int32_t day;
    if (!value_date(slice_of(text), &day))
        diag_usage("--%s: not a date such as 2026-11-15: %s", option, diag_quote(slice_of(text)));
    return day;
}

/* A decimal from MIN to MAX, in millionths. */
static int64_t decimal_option(const char *option, const char *text, int64_t min, int64_t max)
{
    int64_t value;
    if (!value_decimal(slice_of(text), &value) || value < min || value > max * 1000000)
        diag_usage("--%s: not a number up to %lld: %s", option, (long long)max,
                   diag_quote(slice_of(text)));
    return value;
}

static const char *list_path(const char *name)
{
    static const char *const lists[][2] = {{"popular", "/movie/popular"},
                                           {"now_playing", "/movie/now_playing"},
                                           {"top_rated", "/movie/top_rated"},
                                           {"trending-day", "/trending/movie/day"},
                                           {"trending-week", "/trending/movie/week"}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(name, lists[i][0]) == 0)
            return lists[i][1];
    diag_usage("--list: not popular, now_playing, top_rated, trending-day or trending-week: %s",
               diag_quote(slice_of(name)));
}

/* What becomes part of an address may only have letters, digits and a few signs. */
static const char *word_option(const char *option, const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    if (!*text || text[len] || len > 60)
        diag_usage("--%s: not a plain word: %s", option, diag_quote(slice_of(text)));
    return text;
}

static const char *sort_option(const char *text)
{
    size_t len = strlen(word_option("sort", text));
    if (!(len > 4 && strcmp(text + len - 4, ".asc") == 0) &&
        !(len > 5 && strcmp(text + len - 5, ".desc") == 0))
        diag_usage("--sort: not an order such as popularity.desc: %s", diag_quote(slice_of(text)));
    return text;
}

static void take_fetch_option(struct fetch_options *f, int code, const char *arg)
{
    switch (code) {
    case OPT_RATE:
        f->rate = (size_t)option_int("rate", arg, 0, 10000);
        break;
    case OPT_IN_FLIGHT:
        f->http.in_flight = (size_t)option_int("in-flight", arg, 1, 256);
        break;
    case OPT_ATTEMPTS:
        f->attempts = (unsigned)option_int("attempts", arg, 1, 100);
        break;
    case OPT_BACKOFF:
        f->backoff_us = decimal_option("backoff", arg, 1000, 60);
        break;
    case OPT_CONNECT_TIMEOUT:
        f->http.connect_ms = (long)decimal_option("connect-timeout", arg, 1000, 600) / 1000;
        break;
    case OPT_STALL_TIMEOUT:
        f->http.stall_ms = (long)decimal_option("stall-timeout", arg, 1000, 600) / 1000;
        break;
    case OPT_BASE_URL:
        f->http.base_url = arg;
        break;
    case OPT_CA_FILE:
        f->http.ca_file = arg;
        break;
    case 'v':
        f->verbose = true;
        break;
    default:
        break;
    }
}

static void take_mode_option(struct pull_options *p, int code, const char *arg)
{
    switch (code) {
    case OPT_IDS:
        set_mode(p, MODE_IDS);
        p->file = arg;
        break;
    case OPT_CHANGES:
        set_mode(p, MODE_CHANGES);
        break;
    case OPT_DISCOVER:
        set_mode(p, MODE_DISCOVER);
        break;
    case OPT_LIST:
        set_mode(p, MODE_LIST);
        p->list = list_path(arg);
        break;
    case OPT_EXPORT:
        set_mode(p, MODE_EXPORT);
        p->file = arg;
        break;
    case OPT_GENRES:
        set_mode(p, MODE_GENRES);
        break;
    case OPT_SINCE:
        p->since = date_option("since", arg);
        p->has_since = true;
        break;
    case OPT_UNTIL:
        p->until = date_option("until", arg);
        p->has_until = true;
        break;
    case OPT_RESUME:
        p->resume = arg;
        break;
    case OPT_KNOWN:
        p->known = arg;
        break;
    case OPT_FROM:
        p->from_day = date_option("from", arg);
        p->from = arg;
        break;
    case OPT_TO:
        p->to_day = date_option("to", arg);
        p->to = arg;
        break;
    case OPT_SORT:
        p->sort = sort_option(arg);
        break;
    case OPT_LIMIT:
        p->limit = (uint64_t)option_int("limit", arg, 1, INT32_MAX);
        break;
    case OPT_MIN_POPULARITY:
        p->min_popularity = decimal_option("min-popularity", arg, 0, 1000000);
        break;
    case OPT_DIFF:
        p->diff = arg;
        break;
    case OPT_MAX_VANISHED:
        p->max_vanished = option_int("max-vanished", arg, 0, INT32_MAX);
        break;
    case OPT_MARK_CHANGES:
        p->mark_changes = true;
        break;
    case OPT_LANGUAGE:
        p->language = word_option("language", arg);
        break;
    case OPT_NOW:
        p->now = timeparse_option("now", arg);
        p->has_now = true;
        break;
    default:
        take_fetch_option(&p->fetch, code, arg);
    }
}

static void check(struct pull_options *p, const struct options *o, const bool *given)
{
    if (o->noperands)
        diag_usage("what is this for: %s", diag_quote(slice_of(o->operands[0])));
    if (p->mode == MODE_NONE)
        diag_usage("what to pull? One of --ids, --changes, --discover, --list, --export, --genres");
    for (size_t i = 0; i < sizeof belongs / sizeof *belongs; i++)
        if (given[belongs[i].code] && !(belongs[i].modes & BIT(p->mode)))
            diag_usage("--%s has no meaning here", name_of(belongs[i].code));
    if (p->max_vanished >= 0 && !p->diff)
        diag_usage("--max-vanished has no meaning without --diff");
    if (p->resume && p->known && strcmp(p->resume, "-") == 0 && strcmp(p->known, "-") == 0)
        diag_usage("--resume and --known can't both be standard input");
    if (p->diff && strcmp(p->diff, "-") == 0 && strcmp(p->file, "-") == 0)
        diag_usage("--export and --diff can't both be standard input");
    if (p->from && p->to && p->from_day > p->to_day)
        diag_usage("--from is after --to");
    p->today = (int32_t)floor_div(p->now, SECONDS_PER_DAY * MICROSECONDS);
    if (p->has_until && p->until > p->today)
        diag_usage("--until lies ahead");
    if (p->has_since && p->since > p->today)
        diag_usage("--since lies ahead");
}

void arguments_take(struct pull_options *p, struct standard_options *std, int argc, char **argv)
{
    *p = (struct pull_options){.sort = "popularity.desc",
                               .max_vanished = -1,
                               .now = time_now(),
                               .fetch = {.rate = 35,
                                         .attempts = 8,
                                         .backoff_us = 500000,
                                         .http = {.base_url = "https://api.themoviedb.org/3",
                                                  .connect_ms = 10000,
                                                  .stall_ms = 20000,
                                                  .in_flight = 32}}};
    struct options o = {.usage = "tmdb-pull --ids FILE [OPTION]...\n"
                                 "tmdb-pull --changes [--since DATE] [--resume FILE] [OPTION]...\n"
                                 "tmdb-pull --discover [--limit N] [OPTION]...\n"
                                 "tmdb-pull --list NAME [--limit N] [OPTION]...\n"
                                 "tmdb-pull --export FILE [--diff OLD] [OPTION]...\n"
                                 "tmdb-pull --genres [OPTION]...",
                        .about = "Films from The Movie Database (TMDB), as movie records.",
                        .specs = specs,
                        .nspecs = sizeof specs / sizeof *specs,
                        .standard = STD_QUIET | STD_REJECTS | STD_PROGRESS};
    bool given[OPT_NOW + 1] = {false};

    options_begin(&o, argc, argv);
    for (int code; (code = options_next(&o)) != -1;) {
        given[code] = true;
        take_mode_option(p, code, o.arg);
    }
    check(p, &o, given);
    *std = o.std;
}
