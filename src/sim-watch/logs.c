/* logs: writes the views of each hour in turn.
 * A log whose hour isn't over is the beginning of the full one: it ends with a whole row, and
 * nothing odd is put at its end. */
#include "logs.h"

#include <stdio.h>
#include <stdlib.h>

#include "mem.h"

enum { HOUR = 3600 };

/* Writes the rows of an hour. LAST gets the last view, if there is one. False when the end of time
 * cut the hour short. LONE: the file is this hour's own and may end without a newline. */
static bool write_hour(struct logs *logs, int64_t start, bool lone, struct view *last,
                       struct out *out)
{
    struct hour hour;
    hour_begin(&hour, logs->service, start);
    struct view view;
    while (hour_next(&hour, &view)) {
        if (view.time >= logs->end)
            return false;
        if (lone && logs->dirt->open_line && hour.at == hour.n)
            dirt_write_open_line(logs->dirt, &view, out);
        else
            dirt_write(logs->dirt, &view, out);
        *last = view;
    }
    return start + HOUR <= logs->end;
}

void logs_write_files(struct logs *logs, const char *dir)
{
    size_t room = strlen(dir) + 64;
    char *path = mem_resize(NULL, room, 1);
    for (int64_t start = logs->start; start < logs->end; start += HOUR) {
        char time[VALUE_MAX];
        value_write_time(time, start * MICROSECONDS);
        snprintf(path, room, "%s/logs/%.13s.csv", dir, time);
        struct out out;
        out_create(&out, path, 0666);
        dirt_enter(logs->dirt, start);
        if (logs->dirt->bom) {
            out_text(&out, "\xef\xbb\xbf");
            logs->dirt->counts[BOM]++;
        }
        out_text(&out, row_header);
        struct view last = {0};
        if (write_hour(logs, start, true, &last, &out) && last.session && logs->dirt->unterminated)
            dirt_write_unterminated(logs->dirt, &last, &out);
        out_close(&out);
        logs->files++;
        logs->bytes += out.bytes;
    }
    free(path);
}

void logs_write_stream(struct logs *logs, struct out *out)
{
    struct view last = {0};
    out_text(out, row_header);
    for (int64_t start = logs->start; start < logs->end; start += HOUR) {
        dirt_enter(logs->dirt, start);
        write_hour(logs, start, false, &last, out);
    }
    if (last.session && logs->dirt->dirty && logs->dirt->enabled[UNTERMINATED])
        dirt_write_unterminated(logs->dirt, &last, out);
}
