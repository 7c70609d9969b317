#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "diag.h"
#include "escape.h"
#include "mem.h"

static int hex4(const char *p)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Replaces the escapes that have no place in a C string of UTF-8. `\u` and four digits stay six
 * bytes. */
static void mend_escapes(char *text, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++) {
        if (text[i] != '\\')
            continue;
        if (text[i + 1] != 'u' || len - i < 6) {
            i++;
            continue;
        }
        int unit = hex4(text + i + 2);
        bool high = unit >= 0xd800 && unit < 0xdc00, low = unit >= 0xdc00 && unit < 0xe000;
        if (high && len - i >= 12 && text[i + 6] == '\\' && text[i + 7] == 'u') {
            int second = hex4(text + i + 8);
            if (second >= 0xdc00 && second < 0xe000) {
                i += 11;
                continue;
            }
        }
        if (unit == 0 || high || low)
            memcpy(text + i + 2, "ffff", 4);
        i += 5;
    }
}

cJSON *json_parse(struct slice text)
{
    if (text.len == 0 || memchr(text.ptr, '\0', text.len))
        return NULL;
    char *copy = mem_text(text.ptr, text.len);
    mend_escapes(copy, text.len);
    cJSON *tree = cJSON_ParseWithLengthOpts(copy, text.len + 1, NULL, true);
    free(copy);
    return tree;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    const cJSON *item =
        cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
    return item && !cJSON_IsNull(item) ? item : NULL;
}

const char *json_text(const cJSON *item)
{
    if (!cJSON_IsString(item) || !item->valuestring)
        return NULL;
    const char *text = item->valuestring;
    size_t len = strlen(text);
    return utf8_prefix((struct slice){text, len}) == len && !strstr(text, "\xef\xbf\xbf") ? text
                                                                                          : NULL;
}

bool json_integer(const cJSON *item, int64_t min, int64_t max, int64_t *value)
{
    /* Beyond 2^53 a double no longer tells neighbours apart. */
    if (!cJSON_IsNumber(item) || !(fabs(item->valuedouble) <= 9007199254740992.0) ||
        item->valuedouble != floor(item->valuedouble))
        return false;
    int64_t whole = (int64_t)item->valuedouble;
    if (whole < min || whole > max)
        return false;
    *value = whole;
    return true;
}

bool json_decimal(const cJSON *item, int64_t max, unsigned places, int64_t *value)
{
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) || !(item->valuedouble <= (double)max))
        return false;
    *value = llround(item->valuedouble * pow(10, places));
    return true;
}

const char *json_show(const cJSON *item)
{
    static char number[32];
    if (cJSON_IsString(item))
        return diag_quote(slice_of(item->valuestring ? item->valuestring : ""));
    if (cJSON_IsNumber(item)) {
        snprintf(number, sizeof number, "%.17g", item->valuedouble);
        return number;
    }
    return cJSON_IsArray(item)    ? "an array"
           : cJSON_IsObject(item) ? "an object"
           : cJSON_IsTrue(item)   ? "true"
           : cJSON_IsFalse(item)  ? "false"
                                  : "nothing";
}
