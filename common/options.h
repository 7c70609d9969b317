/* options: the command line, the same way in every program.
 *
 *     static const struct option_spec specs[] = {
 *         {'k', "key", "COLUMN,...", "columns that make a key"},
 *         {OPT_TZ, "tz", "ZONE", "business time zone (default UTC)"},
 *     };
 *     struct options o = {.usage = "dedupe [OPTION]... [FILE]...", .about = "…",
 *                         .specs = specs, .nspecs = 2, .standard = STD_FILTER};
 *     options_begin(&o, argc, argv);
 *     for (int code; (code = options_next(&o)) != -1;)
 *         switch (code) { case 'k': key = o.arg; break; … }
 *     … o.operands, o.noperands, o.std …
 *
 * --help and --version print and exit; a wrong option ends the program with status 2. Options and
 * operands may be mixed (unless the operands are a command); `--` ends the options.
 */
#ifndef REELPIPE_OPTIONS_H
#define REELPIPE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option_spec {
    int code; /* the short form's character, or a number from 256 on for a long form alone */
    const char *name; /* without the dashes */
    const char *arg;  /* the argument's name in --help, or NULL for a switch */
    const char *help;
};

/* The options that several programs share; each program says which it takes. */
enum {
    STD_QUIET = 1,    /* -q, --quiet */
    STD_PARTIAL = 2,  /* --partial */
    STD_REJECTS = 4,  /* --rejects FILE, --max-rejects N|P% */
    STD_PROGRESS = 8, /* --progress */
    STD_MEMORY = 16,  /* --memory SIZE */
    STD_COMMAND = 32, /* the operands are a command: the first one ends the options */
    STD_FILTER = STD_QUIET | STD_PARTIAL | STD_PROGRESS, /* what all record filters take */
};

struct standard_options {
    bool quiet;
    bool partial;
    bool progress;
    const char *rejects;          /* file, or NULL */
    int64_t max_rejects;          /* -1: no limit */
    int32_t max_rejects_permille; /* thousandths of the records read; -1: no limit */
    uint64_t memory;              /* bytes; 0: not given */
};

struct options {
    /* Set by the program. */
    const char *usage; /* the synopsis without "usage: "; several lines allowed */
    const char *about; /* one sentence */
    const struct option_spec *specs;
    size_t nspecs;
    unsigned standard;
    /* Set by options_next. */
    const char *arg;
    char **operands;
    size_t noperands;
    struct standard_options std;
    /* The module's own. */
    struct options_state *state;
};

void options_begin(struct options *o, int argc, char **argv);

/* The next option's code; its argument is in o->arg. Standard options are taken care of. -1 at the
 * end: then operands are set. */
int options_next(struct options *o);

/* Argument parsers; each ends the program with status 2, naming OPTION and the value. */
int64_t option_int(const char *option, const char *text, int64_t min, int64_t max);
uint64_t option_size(const char *option, const char *text); /* 64M, 1G, 512k, bytes */

/* The index of TEXT among the N NAMES. */
int option_name(const char *option, const char *text, const char *const *names, int n);

/* Appends the indices of the names that TEXT lists (`--by movie,genre`) to the *COUNT in CHOSEN,
 * which has room for N. Nothing may be chosen twice, by two options of the name neither. */
void option_names(const char *option, const char *text, const char *const *names, int n,
                  int *chosen, size_t *count);

/* Splits TEXT at commas: returns an array of *COUNT texts (free it and its first element's buffer
 * with option_list_free). Empty elements end the program with status 2. */
char **option_list(const char *option, const char *text, size_t *count);
void option_list_free(char **list);

#endif
