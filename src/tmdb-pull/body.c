#include "body.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "json.h"
#include "mem.h"
#include "value.h"

static char fault[512];

static const char *wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
static const char *wrong(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(fault, sizeof fault, format, args);
    va_end(args);
    return fault;
}

static const char not_json[] = "not JSON, or cut";

/* A text that may be missing: absent, null and empty all mean that TMDB doesn't know. */
static const char *take_text(const cJSON *body, const char *name, char **text)
{
    const cJSON *item = json_member(body, name);
    if (!item)
        return NULL;
    const char *value = json_text(item);
    if (!value)
        return wrong("%s: not a text in UTF-8: %s", name, json_show(item));
    if (*value)
        *text = mem_text(value, strlen(value));
    return NULL;
}

/* A whole number that may be missing. */
static const char *take_count(const cJSON *body, const char *name, int64_t *count)
{
    const cJSON *item = json_member(body, name);
    if (item && !json_integer(item, 0, INT64_C(1000000000000), count))
        return wrong("%s: not a count: %s", name, json_show(item));
    return NULL;
}

static const char *take_date(const cJSON *body, const char *name, char **date)
{
    int32_t days;
    const char *fault_found = take_text(body, name, date);
    if (!fault_found && *date && !value_date(slice_of(*date), &days))
        return wrong("%s: not a date: %s", name, diag_quote(slice_of(*date)));
    return fault_found;
}

/* The names of the genres; the number where the language has no name for one. */
static const char *take_genres(const cJSON *body, char **genres)
{
    const cJSON *list = json_member(body, "genres"), *item;
    if (!list && json_member(body, "genre_ids"))
        return wrong("genres: missing: it is an item of a list, not a film's details");
    if (!cJSON_IsArray(list))
        return wrong("genres: not an array: %s", json_show(list));
    char *joined = NULL;
    size_t len = 0, room = 0;
    cJSON_ArrayForEach(item, list)
    {
        int64_t id;
        char number[VALUE_MAX];
        const cJSON *label = json_member(item, "name");
        const char *name = json_text(label);
        if (!json_integer(json_member(item, "id"), 1, ID_MAX, &id) || (label && !name)) {
            free(joined);
            return wrong("genres: not an id and a name: %s", json_show(item));
        }
        if (!name || !*name) {
            value_write_int(number, id);
            name = number;
        }
        size_t more = strlen(name);
        joined = mem_grow(joined, &room, len + more + 2, 1);
        if (len)
            joined[len++] = '|';
        for (size_t i = 0; i < more; i++)
            joined[len++] = name[i] == '|' ? '/' : name[i];
        joined[len] = '\0';
    }
    *genres = joined;
    return NULL;
}

static const char *take_numbers(const cJSON *body, struct film *film)
{
    const char *found;
    const cJSON *average = json_member(body, "vote_average");
    const cJSON *popularity = json_member(body, "popularity");
    const cJSON *adult = json_member(body, "adult");
    int64_t rating = -1;
    if ((found = take_count(body, "vote_count", &film->vote_count)) ||
        (found = take_count(body, "runtime", &film->runtime)))
        return found;
    if (average && !json_decimal(average, 10, 3, &rating))
        return wrong("vote_average: not a rating from 0 to 10: %s", json_show(average));
    if (popularity && !json_decimal(popularity, 1000000000, 6, &film->popularity))
        return wrong("popularity: not a number: %s", json_show(popularity));
    if (adult && !cJSON_IsBool(adult))
        return wrong("adult: not true or false: %s", json_show(adult));
    /* TMDB's zeros that mean "unknown". */
    film->rating = film->vote_count == 0 ? -1 : (int)rating;
    if (film->runtime == 0)
        film->runtime = -1;
    film->adult = adult ? cJSON_IsTrue(adult) : -1;
    return NULL;
}

static const char *take_film(const cJSON *body, int64_t id, struct film *film)
{
    const char *found;
    if (!cJSON_IsObject(body))
        return wrong("not a film: %s", json_show(body));
    if (!json_integer(json_member(body, "id"), 1, ID_MAX, &film->id))
        return wrong("id: not an id: %s", json_show(json_member(body, "id")));
    if (film->id != id)
        return wrong("id: film %lld was asked for, this is %lld", (long long)id,
                     (long long)film->id);
    if (!json_member(body, "title") &&
        (json_member(body, "first_air_date") || json_member(body, "number_of_episodes")))
        return wrong("title: missing: it is a TV series, not a film");
    if ((found = take_text(body, "title", &film->title)))
        return found;
    if (!film->title)
        return wrong("title: missing");
    if ((found = take_text(body, "original_title", &film->original_title)) ||
        (found = take_genres(body, &film->genres)) ||
        (found = take_date(body, "release_date", &film->release_date)) ||
        (found = take_text(body, "original_language", &film->original_language)) ||
        (found = take_text(body, "status", &film->status)))
        return found;
    return take_numbers(body, film);
}

const char *body_film(struct slice text, int64_t id, struct film *film)
{
    *film =
        (struct film){.popularity = -1, .vote_count = -1, .runtime = -1, .rating = -1, .adult = -1};
    cJSON *body = json_parse(text);
    const char *found = body ? take_film(body, id, film) : wrong(not_json);
    cJSON_Delete(body);
    if (found)
        film_free(film);
    return found;
}

void film_free(struct film *film)
{
    free(film->title);
    free(film->original_title);
    free(film->genres);
    free(film->release_date);
    free(film->original_language);
    free(film->status);
    *film = (struct film){0};
}

static struct item take_item(const cJSON *from, const char *order)
{
    struct item item = {0};
    const cJSON *media = json_member(from, "media_type");
    if (!cJSON_IsObject(from))
        return (struct item){.wrong = "not an object"};
    if (media && (!json_text(media) || strcmp(json_text(media), "movie") != 0))
        return (struct item){.wrong = "media_type isn't movie"};
    if (!json_integer(json_member(from, "id"), 1, ID_MAX, &item.id))
        return (struct item){.wrong = "no id"};
    const cJSON *value = order ? json_member(from, order) : NULL;
    int32_t days;
    if (json_text(value) && value_date(slice_of(json_text(value)), &days))
        item.order = days;
    else if (!json_decimal(value, 1000000000, 6, &item.order))
        item.order = INT64_MIN;
    return item;
}

const char *body_page(struct slice text, const char *order, struct page *page)
{
    *page = (struct page){0};
    cJSON *body = json_parse(text);
    const cJSON *results = json_member(body, "results"), *from;
    const char *found = NULL;
    if (!body)
        return wrong(not_json);
    if (!cJSON_IsArray(results))
        found = wrong("results: not an array: %s", json_show(results));
    else if (!json_integer(json_member(body, "total_pages"), 0, INT32_MAX, &page->total_pages))
        found = wrong("total_pages: not a count: %s", json_show(json_member(body, "total_pages")));
    else if (!json_integer(json_member(body, "total_results"), 0, INT32_MAX, &page->total_results))
        found =
            wrong("total_results: not a count: %s", json_show(json_member(body, "total_results")));
    if (!found) {
        page->items = mem_zeroed((size_t)cJSON_GetArraySize(results) * sizeof *page->items + 1);
        cJSON_ArrayForEach(from, results) page->items[page->count++] = take_item(from, order);
    }
    cJSON_Delete(body);
    return found;
}

void page_free(struct page *page)
{
    free(page->items);
    *page = (struct page){0};
}

const char *body_genres(struct slice text, struct genre **genres, size_t *count)
{
    cJSON *body = json_parse(text);
    const cJSON *list = json_member(body, "genres"), *item;
    const char *found = NULL;
    *genres = NULL;
    *count = 0;
    if (!body)
        return wrong(not_json);
    if (!cJSON_IsArray(list))
        found = wrong("genres: not an array: %s", json_show(list));
    else
        *genres = mem_zeroed((size_t)cJSON_GetArraySize(list) * sizeof **genres + 1);
    for (item = found ? NULL : list->child; item; item = item->next) {
        struct genre *genre = &(*genres)[*count];
        if (!json_integer(json_member(item, "id"), 1, ID_MAX, &genre->id)) {
            found = wrong("genres: no id: %s", json_show(item));
            break;
        }
        ++*count;
        if ((found = take_text(item, "name", &genre->name)))
            break;
    }
    cJSON_Delete(body);
    if (found) {
        genres_free(*genres, *count);
        *genres = NULL;
        *count = 0;
    }
    return found;
}

void genres_free(struct genre *genres, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(genres[i].name);
    free(genres);
}

const char *body_export_line(struct slice line, int64_t *id, int64_t *popularity)
{
    cJSON *body = json_parse(line);
    const cJSON *value = json_member(body, "popularity");
    const char *found = NULL;
    *popularity = 0;
    if (!body)
        return wrong(not_json);
    if (!json_integer(json_member(body, "id"), 1, ID_MAX, id))
        found = wrong("id: not an id: %s", json_show(json_member(body, "id")));
    else if (value && !json_decimal(value, 1000000000, 6, popularity))
        found = wrong("popularity: not a number: %s", json_show(value));
    cJSON_Delete(body);
    return found;
}

void body_error(struct slice text, int *code, char *message, size_t size)
{
    int64_t value = 0;
    cJSON *body = json_parse(text);
    const char *says = json_text(json_member(body, "status_message"));
    json_integer(json_member(body, "status_code"), 1, 9999, &value);
    *code = (int)value;
    snprintf(message, size, "%s", "");
    if (says) {
        size_t len = strlen(says);
        len = utf8_prefix((struct slice){says, len < size ? len : size - 1});
        memcpy(message, says, len);
        message[len] = '\0';
    }
    for (char *p = message; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
    cJSON_Delete(body);
}
