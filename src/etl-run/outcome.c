#include "outcome.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "mem.h"
#include "value.h"

enum { STAGE_MAX = 64, STATUS_OF_SIGNAL = 128 };

const char *outcome_signal(int number)
{
    static char text[24];
    const char *name = sigabbrev_np(number);
    if (name)
        snprintf(text, sizeof text, "SIG%s", name);
    else
        snprintf(text, sizeof text, "%d", number);
    return text;
}

void outcome_forget(struct outcome *o)
{
    free(o->failed_stage);
    free(o->message);
    o->failed_stage = o->message = NULL;
}

/* The file was written by a shell that may have been killed: what isn't as it should be counts for
 * nothing. */
void outcome_blame(struct outcome *o, const char *path)
{
    FILE *file = fopen(path, "re");
    char line[256];
    bool closed = true;
    if (!file)
        return;
    while (fgets(line, sizeof line, file)) {
        size_t len = strcspn(line, "\n");
        char *tab = memchr(line, '\t', len);
        int64_t status;
        if (len == 0)
            closed = true;
        if (!closed || !tab || tab == line || tab - line > STAGE_MAX ||
            utf8_prefix((struct slice){line, len}) != len ||
            !value_int((struct slice){tab + 1, len - (size_t)(tab - line) - 1}, &status))
            continue;
        closed = false;
        free(o->failed_stage);
        o->failed_stage = mem_text(line, (size_t)(tab - line));
        int number = (int)(status - STATUS_OF_SIGNAL);
        o->signal = status > STATUS_OF_SIGNAL && sigabbrev_np(number) ? number : 0;
    }
    fclose(file);
}
