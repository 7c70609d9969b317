#include "verdict.h"

#include <stdio.h>

#include "body.h"
#include "escape.h"

enum { TMDB_INVALID_ID = 6, TMDB_NOT_FOUND = 34, MESSAGE_SHOWN = 400 };

/* Failure is judged by the HTTP status: status_code 1, 12 and 13 of a body mean success. */
static enum verdict_kind kind_of(long status, int code)
{
    if (status >= 200 && status < 300)
        return VERDICT_GOOD;
    if (status == 401)
        return VERDICT_NO_KEY;
    /* A 404 that isn't TMDB's comes from something in between, or from a wrong base address. It
     * must not mark the whole catalogue as deleted. */
    if (status == 404)
        return code == TMDB_NOT_FOUND || code == TMDB_INVALID_ID ? VERDICT_GONE : VERDICT_AGAIN;
    if (status == 408 || status == 425 || status == 429 || status >= 500)
        return VERDICT_AGAIN;
    return VERDICT_REFUSED;
}

void verdict_of(struct verdict *v, const struct answer *answer, const struct key *key)
{
    *v = (struct verdict){.kind = VERDICT_AGAIN};
    if (answer->error) {
        v->service = answer->unreachable;
        snprintf(v->reason, sizeof v->reason, "%s", answer->error);
        key_redact(key, v->reason);
        return;
    }
    int code;
    char message[MESSAGE_SHOWN + 2 * KEY_MAX];
    long status = answer->status;
    body_error(answer->body, &code, message, sizeof message);
    /* The key goes while it is whole; then the message is cut. */
    key_redact(key, message);
    if (strlen(message) > MESSAGE_SHOWN)
        message[utf8_prefix((struct slice){message, MESSAGE_SHOWN})] = '\0';
    v->kind = kind_of(status, code);
    if (v->kind == VERDICT_GOOD)
        return;
    v->too_much = status == 429;
    v->service = status == 429 || (status >= 502 && status <= 504);
    if (code)
        snprintf(v->reason, sizeof v->reason, "HTTP %ld: %s (TMDB's code %d)", status, message,
                 code);
    else
        snprintf(v->reason, sizeof v->reason, "HTTP %ld, without one of TMDB's errors", status);
}
