/* tmdb-pull's parsers of what TMDB answers, fed with anything. What is accepted must be fit for a
 * record: text in UTF-8 without NUL, dates and numbers canonical and in range. The first byte
 * chooses the parser, the rest is the body.
 */
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "escape.h"
#include "fuzz.h"
#include "value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    if (!text)
        return;
    struct slice s = slice_of(text);
    fuzz_check(s.len > 0, "a text is empty");
    fuzz_check(utf8_prefix(s) == s.len, "a text isn't UTF-8");
    fuzz_check(!strstr(text, "\xef\xbf\xbf"), "a text has what stands for a NUL");
}

static void check_wrong(const char *wrong)
{
    fuzz_check(*wrong != '\0' && strlen(wrong) < 512, "what is wrong isn't said");
    for (const char *p = wrong; *p; p++)
        fuzz_check((unsigned char)*p >= ' ' && *p != 0x7f, "a message has a control byte");
}

static void check_list(const char *list)
{
    if (!list)
        return;
    fuzz_check(*list != '|' && list[strlen(list) - 1] != '|' && !strstr(list, "||"),
               "a list has an empty element");
}

static void try_film(struct slice body, int64_t id)
{
    struct film film;
    const char *wrong = body_film(body, id, &film);
    if (wrong) {
        check_wrong(wrong);
        return;
    }
    int32_t days;
    fuzz_check(film.id == id && film.title != NULL, "a film without its id and title");
    check_text(film.title);
    check_text(film.original_title);
    check_text(film.genres);
    check_text(film.original_language);
    check_text(film.status);
    check_list(film.genres);
    fuzz_check(!film.release_date || value_date(slice_of(film.release_date), &days),
               "a release date isn't a date");
    fuzz_check(film.rating >= -1 && film.rating <= 10000, "a rating is out of range");
    fuzz_check(film.runtime != 0 && film.runtime >= -1, "a runtime of nothing");
    fuzz_check(film.vote_count >= -1 && film.popularity >= -1, "a negative number");
    fuzz_check(!(film.vote_count == 0 && film.rating >= 0), "a rating that nobody gave");
    film_free(&film);
}

static void try_page(struct slice body, const char *order)
{
    struct page page;
    const char *wrong = body_page(body, order, &page);
    if (wrong) {
        check_wrong(wrong);
        return;
    }
    fuzz_check(page.total_pages >= 0 && page.total_results >= 0, "a negative number of pages");
    for (size_t i = 0; i < page.count; i++)
        fuzz_check(page.items[i].wrong ? page.items[i].id == 0
                                       : page.items[i].id >= 1 && page.items[i].id <= ID_MAX,
                   "an item is neither sound nor wrong");
    page_free(&page);
}

static void try_genres(struct slice body)
{
    struct genre *genres;
    size_t count;
    const char *wrong = body_genres(body, &genres, &count);
    if (wrong) {
        check_wrong(wrong);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        fuzz_check(genres[i].id >= 1, "a genre without an id");
        check_text(genres[i].name);
    }
    genres_free(genres, count);
}

static void try_line(struct slice line)
{
    int64_t id = 0, popularity = -1;
    const char *wrong = body_export_line(line, &id, &popularity);
    if (wrong)
        check_wrong(wrong);
    else
        fuzz_check(id >= 1 && id <= ID_MAX && popularity >= 0, "an export line without an id");
}

static void try_error(struct slice body)
{
    int code = -1;
    char message[100];
    body_error(body, &code, message, sizeof message);
    fuzz_check(code >= 0 && code <= 9999 && strlen(message) < sizeof message, "an odd error");
    for (const char *p = message; *p; p++)
        fuzz_check((unsigned char)*p >= ' ' && *p != 0x7f, "a message has a control byte");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct slice body = {(const char *)data + 1, size - 1};
    switch (data[0]) {
    case 'p':
        try_page(body, NULL);
        break;
    case 'd':
        try_page(body, "release_date");
        break;
    case 'o':
        try_page(body, "popularity");
        break;
    case 'g':
        try_genres(body);
        break;
    case 'l':
        try_line(body);
        break;
    case 'e':
        try_error(body);
        break;
    default:
        try_film(body, 603);
    }
    return 0;
}
