#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"
#include "value.h"

/* Codes of the options that this module takes care of: above all that programs use. */
enum {
    CODE_HELP = 100000,
    CODE_VERSION,
    CODE_QUIET,
    CODE_PARTIAL,
    CODE_REJECTS,
    CODE_MAX_REJECTS,
    CODE_PROGRESS,
    CODE_MEMORY,
};

static const struct {
    unsigned standard; /* which STD_ bit brings it; 0: always there */
    struct option_spec spec;
    char letter;
} standard_specs[] = {
    {STD_REJECTS, {CODE_REJECTS, "rejects", "FILE", "write rejected records to FILE"}, 0},
    {STD_REJECTS,
     {CODE_MAX_REJECTS, "max-rejects", "N|P%", "fail on more than N (or P percent) rejects"},
     0},
    {STD_MEMORY, {CODE_MEMORY, "memory", "SIZE", "use at most SIZE of memory, then TMPDIR"}, 0},
    {STD_PARTIAL, {CODE_PARTIAL, "partial", NULL, "accept input that is cut"}, 0},
    {STD_PROGRESS, {CODE_PROGRESS, "progress", NULL, "show a live line on the terminal"}, 0},
    {STD_QUIET, {CODE_QUIET, "quiet", NULL, "no summary at the end"}, 'q'},
    {0, {CODE_HELP, "help", NULL, "show this help"}, 'h'},
    {0, {CODE_VERSION, "version", NULL, "show the version"}, 0},
};
enum { NSTANDARD = sizeof standard_specs / sizeof *standard_specs };

struct options_state {
    int argc;
    char **argv;
    struct option *long_options;
    char *short_options;
};

static bool has_standard(const struct options *o, size_t i)
{
    return standard_specs[i].standard == 0 || (o->standard & standard_specs[i].standard);
}

void options_begin(struct options *o, int argc, char **argv)
{
    struct options_state *s = mem_zeroed(sizeof *s);
    s->argc = argc;
    s->argv = argv;
    s->long_options = mem_zeroed((o->nspecs + NSTANDARD + 1) * sizeof *s->long_options);
    s->short_options = mem_zeroed(2 * (o->nspecs + NSTANDARD) + 3);
    char *letters = s->short_options;
    struct option *next = s->long_options;
    if (o->standard & STD_COMMAND)
        *letters++ = '+'; /* getopt stops at the first operand */
    *letters++ = ':';     /* getopt leaves the messages to us */
    for (size_t i = 0; i < o->nspecs; i++) {
        const struct option_spec *spec = &o->specs[i];
        *next++ = (struct option){spec->name, spec->arg ? required_argument : no_argument, NULL,
                                  spec->code};
        if (spec->code < 256) {
            *letters++ = (char)spec->code;
            if (spec->arg)
                *letters++ = ':';
        }
    }
    for (size_t i = 0; i < NSTANDARD; i++) {
        const struct option_spec *spec = &standard_specs[i].spec;
        if (!has_standard(o, i))
            continue;
        *next++ = (struct option){spec->name, spec->arg ? required_argument : no_argument, NULL,
                                  spec->code};
        /* A program may use the letter for something of its own. */
        if (standard_specs[i].letter && !strchr(s->short_options, standard_specs[i].letter))
            *letters++ = standard_specs[i].letter;
    }
    o->std = (struct standard_options){.max_rejects = -1, .max_rejects_permille = -1};
    o->state = s;
    optind = 0;
    opterr = 0;
}

static void print_option(const struct option_spec *spec, int letter)
{
    char left[80];
    int n = letter ? snprintf(left, sizeof left, "-%c, --%s", letter, spec->name)
                   : snprintf(left, sizeof left, "    --%s", spec->name);
    if (spec->arg)
        snprintf(left + n, sizeof left - (size_t)n, " %s", spec->arg);
    if (strlen(left) < 28)
        printf("  %-28s%s\n", left, spec->help);
    else
        printf("  %s\n  %-28s%s\n", left, "", spec->help);
}

static _Noreturn void print_help(const struct options *o)
{
    printf("usage: ");
    for (const char *p = o->usage; *p; p++) {
        putchar(*p);
        if (*p == '\n')
            printf("       ");
    }
    printf("\n%s\n\n", o->about);
    for (size_t i = 0; i < o->nspecs; i++)
        print_option(&o->specs[i], o->specs[i].code < 256 ? o->specs[i].code : 0);
    for (size_t i = 0; i < NSTANDARD; i++) {
        int letter = standard_specs[i].letter;
        for (size_t k = 0; k < o->nspecs; k++)
            if (o->specs[k].code == letter)
                letter = 0;
        if (has_standard(o, i))
            print_option(&standard_specs[i].spec, letter);
    }
    printf("\nThe manual is %s(1).\n", diag_program());
    if (fflush(stdout) != 0)
        diag_die(STATUS_FAILED, "stdout: can't write: %s", strerror(errno));
    exit(0);
}

static _Noreturn void print_version(void)
{
    printf("%s (reelpipe) %s\n", diag_program(), REELPIPE_VERSION);
    if (fflush(stdout) != 0)
        diag_die(STATUS_FAILED, "stdout: can't write: %s", strerror(errno));
    exit(0);
}

static void parse_max_rejects(struct standard_options *std, const char *text)
{
    size_t len = strlen(text);
    int64_t value;
    if (len && text[len - 1] == '%') {
        if (!value_decimal((struct slice){text, len - 1}, &value) || value < 0 ||
            value > 100 * (int64_t)1000000 || value % 100000)
            diag_usage("--max-rejects: not a percentage with at most one decimal place: %s",
                       diag_quote(slice_of(text)));
        std->max_rejects_permille = (int32_t)(value / 100000);
        std->max_rejects = -1;
        return;
    }
    std->max_rejects = option_int("max-rejects", text, 0, INT64_MAX);
    std->max_rejects_permille = -1;
}

static bool take_standard(struct options *o, int code)
{
    switch (code) {
    case 'h':
    case CODE_HELP:
        print_help(o);
    case CODE_VERSION:
        print_version();
    case 'q':
    case CODE_QUIET:
        o->std.quiet = true;
        return true;
    case CODE_PARTIAL:
        o->std.partial = true;
        return true;
    case CODE_PROGRESS:
        o->std.progress = true;
        return true;
    case CODE_REJECTS:
        o->std.rejects = optarg;
        return true;
    case CODE_MAX_REJECTS:
        parse_max_rejects(&o->std, optarg);
        return true;
    case CODE_MEMORY:
        o->std.memory = option_size("memory", optarg);
        return true;
    default:
        return false;
    }
}

static bool is_own(const struct options *o, int code)
{
    for (size_t i = 0; i < o->nspecs; i++)
        if (o->specs[i].code == code)
            return true;
    return false;
}

/* The reject file is written anew: it mustn't be what is read, nor get between the records. */
static void check_rejects(const struct options *o)
{
    const char *path = o->std.rejects;
    struct stat rejects, input;
    if (strcmp(path, "-") == 0)
        diag_usage("--rejects: a file is needed, standard output is for records");
    if (stat(path, &rejects) != 0 || !S_ISREG(rejects.st_mode))
        return;
    for (size_t i = 0; i <= o->noperands; i++) {
        bool standard = i == o->noperands || strcmp(o->operands[i], "-") == 0;
        int failed = standard ? fstat(STDIN_FILENO, &input) : stat(o->operands[i], &input);
        if (!failed && input.st_dev == rejects.st_dev && input.st_ino == rejects.st_ino)
            diag_usage("--rejects: the file is an input too: %s", diag_quote(slice_of(path)));
    }
}

int options_next(struct options *o)
{
    struct options_state *s = o->state;
    for (;;) {
        int code = getopt_long(s->argc, s->argv, s->short_options, s->long_options, NULL);
        if (code == -1)
            break;
        if (code == '?') {
            const char *last = s->argv[optind - 1];
            if (optopt >= 256 || is_own(o, optopt))
                diag_usage("this option takes no argument: %s", diag_quote(slice_of(last)));
            if (optopt)
                diag_usage("no such option: -%c", optopt);
            diag_usage("no such option, or an ambiguous one: %s", diag_quote(slice_of(last)));
        }
        if (code == ':')
            diag_usage("an argument is missing: %s", diag_quote(slice_of(s->argv[optind - 1])));
        o->arg = optarg;
        if (is_own(o, code))
            return code;
        take_standard(o, code);
    }
    o->operands = s->argv + optind;
    o->noperands = (size_t)(s->argc - optind);
    if (o->std.rejects)
        check_rejects(o);
    free(s->long_options);
    free(s->short_options);
    free(s);
    o->state = NULL;
    return -1;
}

int64_t option_int(const char *option, const char *text, int64_t min, int64_t max)
{
    int64_t value;
    if (!value_int(slice_of(text), &value))
        diag_usage("--%s: not a number: %s", option, diag_quote(slice_of(text)));
    if (value < min || value > max)
        diag_usage("--%s: not from %lld to %lld: %s", option, (long long)min, (long long)max,
                   diag_quote(slice_of(text)));
    return value;
}

uint64_t option_size(const char *option, const char *text)
{
    static const char units[] = "kMGT";
    size_t len = strlen(text);
    unsigned shift = 0;
    int64_t value;
    if (len) {
        char last = text[len - 1] == 'K' ? 'k' : text[len - 1];
        const char *unit = strchr(units, last);
        if (unit && *unit) {
            shift = 10 * (unsigned)(unit - units + 1);
            len--;
        }
    }
    if (!value_int((struct slice){text, len}, &value) || value < 1 || value > INT64_MAX >> shift)
        diag_usage("--%s: not a size such as 512M or 2G: %s", option, diag_quote(slice_of(text)));
    return (uint64_t)value << shift;
}

int option_name(const char *option, const char *text, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (slice_is(slice_of(text), names[i]))
            return i;
    diag_usage("--%s: unknown: %s", option, diag_quote(slice_of(text)));
}

char **option_list(const char *option, const char *text, size_t *count)
{
    size_t n = 1;
    for (const char *p = text; *p; p++)
        n += *p == ',';
    char **list = mem_zeroed((n + 1) * sizeof *list);
    char *copy = mem_text(text, strlen(text));
    n = 0;
    for (char *p = copy;; p++) {
        char *comma = strchr(p, ',');
        if (comma)
            *comma = '\0';
        if (*p == '\0')
            diag_usage("--%s: an empty element: %s", option, diag_quote(slice_of(text)));
        list[n++] = p;
        if (!comma)
            break;
        p = comma;
    }
    *count = n;
    return list;
}

void option_list_free(char **list)
{
    if (list)
        free(list[0]);
    free(list);
}

void option_names(const char *option, const char *text, const char *const *names, int n,
                  int *chosen, size_t *count)
{
    size_t given;
    char **list = option_list(option, text, &given);
    for (size_t i = 0; i < given; i++) {
        int name = option_name(option, list[i], names, n);
        for (size_t j = 0; j < *count; j++)
            if (chosen[j] == name)
                diag_usage("--%s: twice: %s", option, diag_quote(slice_of(list[i])));
        chosen[(*count)++] = name;
    }
    option_list_free(list);
}
