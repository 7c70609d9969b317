/* label: from one label to official genres. A label is looked up whole, then without a trailing
 * `film`, then word by word: `Romantic Crime Drama` is three genres if each of its words, or run of
 * words, is known.
 */
#include "label.h"

#include <ctype.h>
#include <locale.h>
#include <stdlib.h>
#include <wctype.h>

#include "diag.h"
#include "table.h"
#include "value.h"

enum { WORDS_MAX = 12 };

/* Case folding and character classes beyond ASCII are those of the C library's C.UTF-8, whatever
 * the locale of the person who runs the program. */
static locale_t utf8_locale(void)
{
    static locale_t made;
    if (!made)
        made = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!made)
        diag_die(STATUS_FAILED, "the C library's locale C.UTF-8 is missing");
    return made;
}

/* The character at P (valid UTF-8, not ASCII); *LEN is how many bytes it takes. */
static uint32_t decode(const char *p, size_t *len)
{
    unsigned char first = (unsigned char)*p;
    *len = first >= 0xf0 ? 4 : (first >= 0xe0 ? 3 : 2);
    uint32_t c = first & (0xffU >> (*len + 1));
    for (size_t i = 1; i < *len; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3f);
    return c;
}

static size_t encode(uint32_t c, char *p)
{
    if (c < 0x80) {
        p[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : (c < 0x10000 ? 3 : 4);
    for (size_t i = len; i-- > 1; c >>= 6)
        p[i] = (char)(0x80 | (c & 0x3f));
    p[0] = (char)((0xf00U >> len & 0xff) | c);
    return len;
}

/* The bytes at P that belong to one character: sets *KEY_LEN to what it adds to KEY, 0 for a
 * separator. */
static size_t fold(const char *p, char *key, size_t *key_len)
{
    unsigned char c = (unsigned char)*p;
    *key_len = 0;
    if (c < 0x80) {
        if (isalnum(c))
            key[(*key_len)++] = (char)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
        return 1;
    }
    size_t len;
    wint_t wide = decode(p, &len);
    if (!iswpunct_l(wide, utf8_locale()) && !iswspace_l(wide, utf8_locale()))
        *key_len = encode((uint32_t)towlower_l(wide, utf8_locale()), key);
    return len;
}

/* The next word from *AT on: what stands between separators. False at the end.
 */
static bool next_word(struct slice label, size_t *at, struct slice *word)
{
    char key[4];
    size_t key_len, start = SIZE_MAX, p = *at;
    while (p < label.len) {
        size_t len = fold(label.ptr + p, key, &key_len);
        if (key_len && start == SIZE_MAX)
            start = p;
        if (!key_len && start != SIZE_MAX)
            break;
        p += len;
    }
    *at = p;
    if (start == SIZE_MAX)
        return false;
    *word = (struct slice){label.ptr + start, p - start};
    return true;
}

static bool is_and(struct slice word)
{
    return word.len == 3 && (word.ptr[0] | 32) == 'a' && (word.ptr[1] | 32) == 'n' &&
           (word.ptr[2] | 32) == 'd';
}

size_t label_key(struct slice label, char *key)
{
    struct slice word;
    size_t n = 0, at = 0, key_len;
    while (next_word(label, &at, &word))
        for (size_t p = 0; !is_and(word) && p < word.len; n += key_len)
            p += fold(word.ptr + p, key + n, &key_len);
    return n;
}

static bool find_key(const struct labels *labels, struct slice label, genres *found)
{
    static const char *const endings[] = {"films", "film", "movies", "movie"};
    char text[2 * LABEL_MAX];
    struct slice key = {text, label_key(label, text)};
    const uint64_t *value = textmap_find(&labels->keys, key);
    for (size_t i = 0; !value && i < sizeof endings / sizeof *endings; i++) {
        size_t len = strlen(endings[i]);
        if (key.len > len && memcmp(text + key.len - len, endings[i], len) == 0)
            value = textmap_find(&labels->keys, (struct slice){text, key.len - len});
    }
    *found = value ? *value : 0;
    return value || key.len == 0; /* a label without a letter, `-`, says that there is none */
}

static genres join(genres list, genres more)
{
    for (; more; more >>= 8) {
        unsigned shift = 0;
        while (shift < 64 && (list >> shift & 0xff) != 0 && (list >> shift & 0xff) != (more & 0xff))
            shift += 8;
        if (shift < 64)
            list = (list & ~((genres)0xff << shift)) | (more & 0xff) << shift;
    }
    return list;
}

/* Takes the label apart into runs of words that are known, the longest first. */
static bool find_words(const struct labels *labels, struct slice label, genres *found)
{
    struct slice words[WORDS_MAX], word;
    size_t n = 0, at = 0;
    genres all = 0, some;
    while (next_word(label, &at, &word)) {
        if (is_and(word))
            continue;
        if (n == WORDS_MAX)
            return false;
        words[n++] = word;
    }
    for (size_t from = 0, to; from < n; from = to) {
        for (to = n; to > from; to--) {
            const char *end = words[to - 1].ptr + words[to - 1].len;
            struct slice run = {words[from].ptr, (size_t)(end - words[from].ptr)};
            if (find_key(labels, run, &some))
                break;
        }
        if (to == from)
            return false;
        all = join(all, some);
    }
    *found = all;
    return true;
}

bool labels_find(const struct labels *labels, struct slice label, genres *found)
{
    int64_t id;
    *found = 0;
    if (value_int(label, &id)) {
        const uint64_t *value = intmap_find(&labels->ids, id);
        if (value)
            *found = *value;
        return value != NULL;
    }
    return label.len <= LABEL_MAX &&
           (find_key(labels, label, found) || find_words(labels, label, found));
}

bool genres_parse(struct slice text, genres *parsed)
{
    genres list = 0;
    while (text.len) {
        const char *bar = memchr(text.ptr, '|', text.len);
        size_t len = bar ? (size_t)(bar - text.ptr) : text.len;
        genres i = 0;
        while (i < OFFICIAL_COUNT &&
               !slice_equal(slice_of(official_genres[i].name), (struct slice){text.ptr, len}))
            i++;
        if (i == OFFICIAL_COUNT)
            return false;
        list = join(list, i + 1);
        len += bar != NULL;
        text = (struct slice){text.ptr + len, text.len - len};
    }
    *parsed = list;
    return true;
}

void labels_add(struct labels *labels, struct slice label, genres meaning)
{
    char key[2 * LABEL_MAX];
    *textmap_put(&labels->keys, (struct slice){key, label_key(label, key)}, NULL) = meaning;
}

static genres built_in(const char *names)
{
    genres meaning = 0;
    if (!genres_parse(slice_of(names), &meaning))
        diag_die(STATUS_FAILED, "the built-in table names no genre: %s", names);
    return meaning;
}

bool keys_next(struct slice *key)
{
    const char *start = key->ptr + key->len;
    start += *start == ' ';
    *key = (struct slice){start, strcspn(start, " ")};
    return key->len != 0;
}

void labels_begin(struct labels *labels)
{
    *labels = (struct labels){0};
    for (const struct synonyms *row = synonyms; row->genres; row++) {
        genres meaning = built_in(row->genres);
        struct slice key = {row->keys, 0};
        while (keys_next(&key))
            labels_add(labels, key, meaning);
    }
    for (const struct other_id *row = other_ids; row->id; row++)
        *intmap_put(&labels->ids, row->id) = built_in(row->genres);
    for (size_t i = 0; i < OFFICIAL_COUNT; i++) {
        labels_add(labels, slice_of(official_genres[i].name), i + 1);
        *intmap_put(&labels->ids, official_genres[i].id) = i + 1;
    }
}

void labels_free(struct labels *labels)
{
    textmap_free(&labels->keys);
    intmap_free(&labels->ids);
}
