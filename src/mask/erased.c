#include "erased.h"

#include "diag.h"
#include "digits.h"
#include "value.h"

enum { VERDICT_ERASED = 1, VERDICT_NOT = 2 };

static const char blank[] = "(erased)";

static void take(struct erased *e, const struct recread *in, struct slice hash)
{
    key_need(e->key);
    if (hash.len != ERASURE_TEXT || hash.ptr[sizeof e->key->mark] != ':')
        recread_die(in, "hash: not the hash of an erased user");
    if (memcmp(hash.ptr, e->key->mark, sizeof e->key->mark) != 0)
        recread_die(in, "the users in this list were erased with another key than this one");
    *textmap_put(&e->hashes, hash, NULL) = 1;
}

void erased_read(struct erased *e, char *path, struct key *key)
{
    struct recread in;
    size_t hash = 0;
    *e = (struct erased){.key = key};
    recread_open(&in, &path, 1, 0);
    for (enum rec_event event; (event = recread_next(&in)) != REC_EOF;) {
        if (event == REC_SEGMENT) {
            if (!slice_is(in.header.type, "erased_user"))
                recread_die(&in, "not a list of erased users: records of type %s",
                            diag_quote(in.header.type));
            hash = recread_need(&in, "hash");
        } else if (event == REC_DATA) {
            take(e, &in, in.field[hash]);
        }
    }
    recread_close(&in);
}

bool erased_has(struct erased *e, int64_t user)
{
    char hash[ERASURE_TEXT];
    if (erased_is_empty(e))
        return false;
    uint64_t *verdict = intmap_put(&e->verdicts, user);
    if (!*verdict) {
        key_erasure(e->key, user, hash);
        *verdict = textmap_find(&e->hashes, (struct slice){hash, sizeof hash}) ? VERDICT_ERASED
                                                                               : VERDICT_NOT;
    }
    return *verdict == VERDICT_ERASED;
}

/* The next run of digits in TEXT from AT on; an empty slice at the end. */
static struct slice next_number(struct slice text, size_t at)
{
    while (at < text.len && !is_digit(text.ptr[at]))
        at++;
    size_t end = at;
    while (end < text.len && is_digit(text.ptr[end]))
        end++;
    return (struct slice){text.ptr + at, end - at};
}

static bool is_erased(struct erased *e, struct slice digits)
{
    int64_t user;
    while (digits.len > 1 && *digits.ptr == '0')
        digits.ptr++, digits.len--;
    return value_int(digits, &user) && erased_has(e, user);
}

bool erased_is_named(struct erased *e, struct slice text)
{
    struct slice number = next_number(text, 0);
    for (; number.len; number = next_number(text, (size_t)(number.ptr - text.ptr) + number.len))
        if (is_erased(e, number))
            return true;
    return false;
}

size_t erased_blank(struct erased *e, struct slice text, char *to)
{
    size_t len = 0, done = 0;
    for (struct slice number; done < text.len;) {
        number = next_number(text, done);
        size_t before = (size_t)(number.ptr - text.ptr) - done;
        memcpy(to + len, text.ptr + done, before);
        len += before;
        bool gone = number.len && is_erased(e, number);
        struct slice shown = gone ? slice_of(blank) : number;
        memcpy(to + len, shown.ptr, shown.len);
        len += shown.len;
        done += before + number.len;
    }
    return len;
}

void erased_free(struct erased *e)
{
    textmap_free(&e->hashes);
    intmap_free(&e->verdicts);
}
