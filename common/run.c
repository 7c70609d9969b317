#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "escape.h"
#include "timeparse.h"
#include "value.h"

enum {
    SHOWN_REJECTS = 10,
    PROGRESS_INTERVAL = 200000,
    OTHER_COLUMNS = 16384, /* bytes of a reject beside the raw columns, at most */
};

static const char *const reject_columns[] = {"stage",  "rule",       "origin",
                                             "reason", "raw_header", "raw"};

static struct run *rejects_at_exit; /* whose rejects are flushed when the program fails */

static int64_t monotonic(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}

/* A program that fails still leaves the rejects it has seen in their file (without `#end`). */
static void flush_at_exit(void)
{
    struct run *run = rejects_at_exit;
    rejects_at_exit = NULL; /* a failing write ends here */
    if (run)
        out_flush(&run->rejects.out);
}

/* A place where the statistics can't be written is better known before the work than after `#end`
 * has gone downstream. The file itself isn't made yet: a program that fails leaves none. */
static void check_statistics(void)
{
    const char *path = getenv("REELPIPE_STATS");
    char directory[4096];
    if (!path || !*path || access(path, W_OK) == 0)
        return;
    int error = errno;
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 1;
    if (error == ENOENT && len < sizeof directory) {
        memcpy(directory, slash ? path : ".", len);
        directory[len] = '\0';
        if (access(directory, W_OK | X_OK) == 0)
            return;
        error = errno;
    }
    diag_die(STATUS_FAILED, "%s: can't append the statistics: %s", path, strerror(error));
}

void run_begin(struct run *run, const struct standard_options *std)
{
    check_statistics();
    *run =
        (struct run){.std = std, .inserted = -1, .updated = -1, .unchanged = -1, .loaded_as = -1};
    run->started = monotonic();
    run->started_at = time_now();
    if (!std->rejects)
        return;
    struct header header;
    recwrite_create(&run->rejects, std->rejects, 0600);
    /* The mode of an existing file isn't changed by opening it; that of a device isn't ours. */
    struct stat info;
    if (fstat(run->rejects.out.fd, &info) == 0 && S_ISREG(info.st_mode) &&
        fchmod(run->rejects.out.fd, 0600) != 0 && errno != EPERM)
        diag_die(STATUS_FAILED, "%s: can't set its mode: %s", std->rejects, strerror(errno));
    header_make(&header, "reject", reject_columns, sizeof reject_columns / sizeof *reject_columns);
    recwrite_header(&run->rejects, &header);
    header_free(&header);
    run->rejects_open = true;
    rejects_at_exit = run;
    atexit(flush_at_exit);
}

/* The longest start of TEXT, in whole characters, that takes at most ROOM bytes when escaped. */
static struct slice cut(struct slice text, size_t room)
{
    size_t len = 0, cost = 1;
    for (; len < text.len && cost + 2 <= room; len++)
        cost += memchr("\t\n\r\\", text.ptr[len], 4) ? 2 : 1;
    while (len > 0 && len < text.len && (text.ptr[len] & 0xc0) == 0x80)
        len--;
    return (struct slice){text.ptr, len};
}

/* A line near the limit would make a reject beyond it, which nobody could read: it is cut. */
static void write_reject(struct recwrite *w, const char *rule, struct slice origin,
                         const char *reason, struct slice raw_header, struct slice raw)
{
    char text[1100];
    const size_t room = RECORD_MAX - OTHER_COLUMNS;
    if (raw_header.len + raw.len > room / 2) {
        struct slice header = cut(raw_header, room / 4), line = cut(raw, room - 2 * header.len);
        if (header.len < raw_header.len || line.len < raw.len) {
            snprintf(text, sizeof text, "%s (the raw text is cut)", reason);
            reason = text;
        }
        raw_header = header;
        raw = line;
    }
    recwrite_text(w, slice_of(diag_program()));
    recwrite_text(w, slice_of(rule));
    recwrite_text(w, origin);
    recwrite_text(w, slice_of(reason));
    recwrite_text(w, raw_header);
    recwrite_text(w, raw);
    recwrite_done(w);
}

void run_reject(struct run *run, const char *rule, struct slice origin, const char *reason,
                struct slice raw_header, struct slice raw)
{
    run->rejected++;
    if (run->rejects_open) {
        write_reject(&run->rejects, rule, origin, reason, raw_header, raw);
    } else if (run->rejected <= SHOWN_REJECTS) {
        diag_note("%.*s: %s: %s", (int)origin.len, origin.ptr, rule, reason);
    } else if (run->rejected == SHOWN_REJECTS + 1) {
        diag_note("more rejects aren't shown; --rejects FILE keeps them all");
    }
    if (run->std->max_rejects >= 0 && run->rejected > (uint64_t)run->std->max_rejects)
        diag_die(STATUS_FAILED, "more than %lld rejects", (long long)run->std->max_rejects);
}

void run_reject_record(struct run *run, const struct recread *in, const char *rule,
                       const char *format, ...)
{
    char reason[1024], place[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);

    int column = header_find(&in->header, "_origin");
    struct slice header = {in->header.text, in->header.len};
    struct slice origin;
    if (column != COLUMN_NONE && !slice_is_null(in->field[column]) &&
        in->field[column].len < sizeof place) {
        origin = (struct slice){place, unescape(in->field[column], place)};
    } else {
        int n =
            snprintf(place, sizeof place, "%s:%llu", in->file, (unsigned long long)in->line_number);
        origin = (struct slice){place, n < (int)sizeof place ? (size_t)n : sizeof place - 1};
    }
    run_reject(run, rule, origin, reason, header, in->line);
}

void run_flush_rejects(struct run *run)
{
    if (run->rejects_open)
        out_flush(&run->rejects.out);
}

void run_pass_mark(struct run *run, const struct recread *in, struct recwrite *out)
{
    run_flush_rejects(run);
    recwrite_mark(out, in->mark_source, in->mark_state);
}

/* P% can only be judged at the end, but before anybody downstream takes the stream for whole. */
void run_judge_rejects(const struct run *run)
{
    if (run->std->max_rejects_permille >= 0 &&
        run->rejected * 1000 > run->read * (uint64_t)run->std->max_rejects_permille)
        diag_die(STATUS_FAILED, "more than %d.%d %% rejects: %llu of %llu",
                 run->std->max_rejects_permille / 10, run->std->max_rejects_permille % 10,
                 (unsigned long long)run->rejected, (unsigned long long)run->read);
}

void run_end_segment(struct run *run, struct recwrite *out)
{
    run_judge_rejects(run);
    run_flush_rejects(run); /* a disk that is full of them must be noticed before */
    recwrite_end(out);
}

static void clear_progress(const struct run *run)
{
    if (run->next_progress > 0)
        dprintf(STDERR_FILENO, "\r\033[K");
}

void run_progress(struct run *run, uint64_t total)
{
    if (!run->std->progress || run->next_progress < 0)
        return;
    int64_t now = monotonic();
    if (now < run->next_progress)
        return;
    if (run->next_progress == 0 && !isatty(STDERR_FILENO)) {
        run->next_progress = -1;
        return;
    }
    run->next_progress = now + PROGRESS_INTERVAL;
    double seconds = (double)(now - run->started) / 1e6;
    if (seconds <= 0)
        return;
    char percent[32] = "";
    if (total)
        snprintf(percent, sizeof percent, ", %.0f %%",
                 100.0 * (double)run->bytes_in / (double)total);
    dprintf(STDERR_FILENO, "\r\033[K%s: %llu records, %.0f/s, %.1f MB/s%s", diag_program(),
            (unsigned long long)run->read, (double)run->read / seconds,
            (double)run->bytes_in / 1e6 / seconds, percent);
}

static void print_summary(const struct run *run, int64_t elapsed)
{
    char loaded[128] = "";
    if (run->inserted >= 0)
        snprintf(loaded, sizeof loaded, " (inserted %lld, updated %lld, unchanged %lld)",
                 (long long)run->inserted, (long long)run->updated, (long long)run->unchanged);
    diag_note("read %llu = %s %llu%s + rejected %llu + dropped %llu, %.1f MB in %.2f s",
              (unsigned long long)run->read,
              run->inserted >= 0 ? "loaded"
              : run->counts      ? "counted"
                                 : "written",
              (unsigned long long)run->written, loaded, (unsigned long long)run->rejected,
              (unsigned long long)run->dropped,
              /* A source that makes its records up has no input to measure. */
              (double)(run->bytes_in ? run->bytes_in : run->bytes_out) / 1e6,
              (double)elapsed / 1e6);
}

/* The text of REELPIPE_PIPE, when it is one that can stand in a field as it is. */
static const char *pipe_name(void)
{
    const char *name = getenv("REELPIPE_PIPE");
    bool plain =
        name && *name && strlen(name) < VALUE_MAX && strspn(name, "0123456789.-") == strlen(name);
    return plain ? name : NULL;
}

/* One write(2) on a descriptor opened for appending: the stages of a pipeline share the file. */
static void append_statistics(const struct run *run, int64_t elapsed)
{
    const char *path = getenv("REELPIPE_STATS"), *pipe = pipe_name();
    char text[1024], started[VALUE_MAX], seconds[VALUE_MAX], loads[4][VALUE_MAX];
    const int64_t load_counts[4] = {run->inserted, run->updated, run->unchanged, run->loaded_as};
    if (!path || !*path)
        return;
    value_write_time(started, run->started_at);
    value_write_decimal(seconds, elapsed, 6);
    for (unsigned i = 0; i < 4; i++)
        if (load_counts[i] < 0)
            strcpy(loads[i], "\\N");
        else
            value_write_int(loads[i], load_counts[i]);
    int n = snprintf(
        text, sizeof text,
        "#etl_stage\tstage\tstarted_at\tseconds\trecords_read\trecords_written\trecords_rejected\t"
        "records_dropped\tinserted\tupdated\tunchanged\tbytes_in\tbytes_out\tloaded_as%s\n"
        "%s\t%s\t%s\t%llu\t%llu\t%llu\t%llu\t%s\t%s\t%s\t%llu\t%llu\t%s%s%s\n#end\t1\n",
        pipe ? "\t_pipe" : "", diag_program(), started, seconds, (unsigned long long)run->read,
        (unsigned long long)run->written, (unsigned long long)run->rejected,
        (unsigned long long)run->dropped, loads[0], loads[1], loads[2],
        (unsigned long long)run->bytes_in, (unsigned long long)run->bytes_out, loads[3],
        pipe ? "\t" : "", pipe ? pipe : "");
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, text, (size_t)n) != n)
        diag_die(STATUS_FAILED, "%s: can't append the statistics: %s", path, strerror(errno));
    close(fd);
}

void run_end(struct run *run)
{
    int64_t elapsed = monotonic() - run->started;
    clear_progress(run);
    if (run->rejects_open) {
        rejects_at_exit = NULL;
        run->rejects_open = false;
        recwrite_end(&run->rejects);
        recwrite_close(&run->rejects);
    }
    if (!run->std->quiet)
        print_summary(run, elapsed);
    if (run->read != run->written + run->rejected + run->dropped)
        diag_die(STATUS_FAILED, "records don't add up: this is a bug, please report it");
    append_statistics(run, elapsed);
    run_judge_rejects(
        run); /* for programs without an output, and what came after the last segment */
}
