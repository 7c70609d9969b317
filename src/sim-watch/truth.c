/* truth: what becomes of each kind of row on its way through csv-read, validate and dedupe.
 * Tests add up the counts and hold them against what the filters say. */
#include "dirt.h"
#include "recwrite.h"

const struct kind_about kinds[NKINDS] = {
    [PLAIN] = {"plain", WRITTEN, NULL},
    [QUOTED] = {"quoted", WRITTEN, NULL},
    [SPACES] = {"spaces", WRITTEN, NULL},
    [CRLF] = {"crlf", WRITTEN, NULL},
    [UNIX_SECONDS] = {"unix-seconds", WRITTEN, NULL},
    [UNIX_MILLISECONDS] = {"unix-milliseconds", WRITTEN, NULL},
    [TIME_OFFSET] = {"time-offset", WRITTEN, NULL},
    [TIME_SPACE] = {"time-space", WRITTEN, NULL},
    [RATING_ZEROS] = {"rating-zeros", WRITTEN, NULL},
    [NO_LAST_NEWLINE] = {"no-last-newline", WRITTEN, NULL},
    [DUPLICATE] = {"duplicate", DROPPED, NULL},
    [DUPLICATE_EARLIER] = {"duplicate-earlier", DROPPED, NULL},
    [CORRECTION] = {"correction", DROPPED, NULL},
    [CONFLICT_USER] = {"conflict-user", REJECTED, NULL},
    [CONFLICT_FILM] = {"conflict-film", REJECTED, NULL},
    [ID_TEXT] = {"id-text", REJECTED, NULL},
    [MISSING_USER] = {"missing-user", REJECTED, NULL},
    [MISSING_FILM] = {"missing-film", REJECTED, NULL},
    [MISSING_TIME] = {"missing-time", REJECTED, NULL},
    [MISSING_SESSION] = {"missing-session", REJECTED, NULL},
    [TIME_TEXT] = {"time-text", REJECTED, NULL},
    [TIME_AMBIGUOUS] = {"time-ambiguous", REJECTED, NULL},
    [TIME_FUTURE] = {"time-future", REJECTED, "--now"},
    [TIME_BEFORE] = {"time-before", REJECTED, "--since"},
    [RATING_RANGE] = {"rating-range", REJECTED, NULL},
    [RATING_TEXT] = {"rating-text", REJECTED, NULL},
    [TOO_FEW] = {"too-few-fields", REJECTED, NULL},
    [TOO_MANY] = {"too-many-fields", REJECTED, NULL},
    [BAD_UTF8] = {"bad-utf8", REJECTED, NULL},
    [NUL_BYTE] = {"nul-byte", REJECTED, NULL},
    [QUOTED_NEWLINE] = {"quoted-newline", REJECTED, NULL},
    [QUOTED_CR] = {"quoted-cr", REJECTED, NULL},
    [UNKNOWN_FILM] = {"unknown-film", REJECTED, "--movies"},
    [UNTERMINATED] = {"unterminated-quote", REJECTED, NULL},
    [BLANK_LINE] = {"blank-line", IGNORED, NULL},
    [BOM] = {"bom", IGNORED, NULL},
};

void dirt_truth(const struct dirt *d, const char *path)
{
    static const char *const outcomes[] = {"written", "dropped", "rejected", "ignored"};
    static const char *const columns[] = {"kind", "rows", "outcome", "given"};
    struct header header;
    header_make(&header, "truth", columns, 4);
    struct recwrite w;
    recwrite_create(&w, path, 0666);
    recwrite_header(&w, &header);
    for (enum kind kind = PLAIN; kind < NKINDS; kind++) {
        recwrite_text(&w, slice_of(kinds[kind].name));
        recwrite_int(&w, (int64_t)d->counts[kind]);
        recwrite_text(&w, slice_of(outcomes[kinds[kind].outcome]));
        recwrite_text(&w, slice_of(kinds[kind].given ? kinds[kind].given : ""));
        recwrite_done(&w);
    }
    recwrite_end(&w);
    recwrite_close(&w);
    header_free(&header);
}
