/* convert: numbers, times, dates and truth values. What is canonical already is only checked, and
 * stays where it is. lists.c makes lists. */
#include "convert.h"

#include <stdlib.h>
#include <strings.h>

#include "lists.h"
#include "quick.h"
#include "timeparse.h"
#include "zone.h"

void convert_end(struct convert *c)
{
    free(c->list);
}

struct value convert_null(void)
{
    return (struct value){quick_null(), true};
}

static bool fail(struct fault *fault, const char *rule, const char *what)
{
    *fault = (struct fault){rule, what};
    return false;
}

/* The parts of [+-]digits[.digits], zeros that mean nothing left out. */
struct number {
    bool negative;
    struct slice whole;    /* without leading zeros */
    struct slice fraction; /* without trailing zeros */
};

static bool parse_number(struct slice text, struct number *n)
{
    const char *p = text.ptr, *end = p + text.len;
    *n = (struct number){.negative = p < end && *p == '-'};
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    const char *from = p;
    while (p < end && is_digit(*p))
        p++;
    size_t digits = (size_t)(p - from);
    while (from < p && *from == '0')
        from++;
    n->whole = (struct slice){from, (size_t)(p - from)};
    if (p < end && *p == '.') {
        from = ++p;
        while (p < end && is_digit(*p))
            p++;
        digits += (size_t)(p - from);
        n->fraction = (struct slice){from, (size_t)(p - from)};
        while (n->fraction.len && n->fraction.ptr[n->fraction.len - 1] == '0')
            n->fraction.len--;
    }
    if (n->whole.len == 0 && n->fraction.len == 0)
        n->negative = false;
    return digits && p == end;
}

/* The number times 10^PLACES, further digits cut; there must be few enough to fit. */
static int64_t scaled(const struct number *n, size_t places)
{
    int64_t value = 0;
    for (size_t i = 0; i < n->whole.len; i++)
        value = value * 10 + (n->whole.ptr[i] - '0');
    for (size_t i = 0; i < places; i++)
        value = value * 10 + (i < n->fraction.len ? n->fraction.ptr[i] - '0' : 0);
    return value;
}

static bool convert_int(struct slice text, char *scratch, struct value *value, struct fault *fault)
{
    struct number n;
    int64_t checked;
    if (!parse_number(text, &n) || n.fraction.len)
        return fail(fault, "bad-integer", "not an integer");
    if (n.whole.len > 19)
        return fail(fault, "bad-integer", "out of range");
    char *p = scratch;
    if (n.negative)
        *p++ = '-';
    if (n.whole.len == 0)
        *p++ = '0';
    memcpy(p, n.whole.ptr, n.whole.len);
    value->text = (struct slice){scratch, (size_t)(p - scratch) + n.whole.len};
    return value_int(value->text, &checked) || fail(fault, "bad-integer", "out of range");
}

static bool convert_decimal(struct slice text, char *scratch, struct value *value,
                            struct fault *fault)
{
    struct number n;
    if (!parse_number(text, &n))
        return fail(fault, "bad-decimal", "not a decimal number");
    if (n.whole.len > 12)
        return fail(fault, "bad-decimal", "out of range");
    int64_t millionths = scaled(&n, 6);
    if (n.fraction.len > 6)
        millionths += n.fraction.ptr[6] >= '5';
    if (millionths >= 1000000000000000000)
        return fail(fault, "bad-decimal", "out of range");
    value->text.ptr = scratch;
    value->text.len = value_write_decimal(scratch, n.negative ? -millionths : millionths, 6);
    return true;
}

/* The rating times 10 / scale, half up to 3 places. Nine places are enough to be exact: a value
 * where the rounding turns has no more than five. */
static bool convert_rating(const struct convert *c, struct slice text, char *scratch,
                           struct value *value, struct fault *fault)
{
    const int64_t scale = c->settings->rating_scale, unit = 1000000000;
    struct number n;
    if (!parse_number(text, &n))
        return fail(fault, "bad-rating", "not a rating");
    if (n.negative || n.whole.len > 6)
        return fail(fault, "rating-range", "outside the rating scale");
    int64_t given = scaled(&n, 9);
    if (given > scale * unit || (given == scale * unit && n.fraction.len))
        return fail(fault, "rating-range", "outside the rating scale");
    value->text.ptr = scratch;
    value->text.len = value_write_decimal(scratch, divide_half_up(given * 10, scale * unit, 3), 3);
    return true;
}

static void know_rating(struct convert *c, const char *text)
{
    size_t len = strlen(text);
    struct slice value = convert_null().text;
    char scratch[VALUE_MAX];
    if (len > 0) {
        struct value converted;
        struct fault fault;
        if (!convert_rating(c, (struct slice){text, len}, scratch, &converted, &fault))
            return; /* outside the scale */
        value = converted.text;
    }
    uint32_t written = 0;
    for (size_t i = 0; i < len; i++)
        written |= (uint32_t)(unsigned char)text[i] << 8 * i;
    struct short_rating *rating = &c->ratings[short_rating_place(written, len)];
    rating->written = written;
    rating->len = (unsigned char)value.len;
    memcpy(rating->text, value.ptr, value.len);
}

void convert_begin(struct convert *c, const struct settings *settings)
{
    *c = (struct convert){.settings = settings, .day = "1970-01-01"};
    know_rating(c, "");
    for (char whole = '0'; whole <= '9'; whole++) {
        know_rating(c, (char[]){whole, '\0'});
        for (char tenth = '0'; tenth <= '9'; tenth++)
            know_rating(c, (char[]){whole, '.', tenth, '\0'});
    }
}

static bool convert_time(struct convert *c, struct slice text, char *scratch, struct value *value,
                         struct fault *fault)
{
    int64_t microseconds;
    const char *wrong = c->settings->time_format
                            ? timeparse_format(c->settings->time_format, text, &microseconds)
                            : timeparse(text, &microseconds);
    if (wrong) {
        /* timeparse has two things to say: not a time, and that it won't guess. */
        bool ambiguous = strncmp(wrong, "not", 3) != 0;
        return fail(fault, ambiguous ? "ambiguous-time" : "bad-time", wrong);
    }
    value->text = (struct slice){scratch, value_write_time(scratch, microseconds)};
    if (text.len >= 19 && memcmp(text.ptr, scratch, sizeof c->day) == 0)
        memcpy(c->day, scratch, sizeof c->day);
    return true;
}

static bool convert_date(const struct convert *c, struct slice text, char *scratch,
                         struct value *value, struct fault *fault)
{
    int64_t microseconds;
    int32_t days;
    if (!c->settings->date_format && value_date(text, &days)) {
        value->text = text;
        return true;
    }
    const char *wrong = c->settings->date_format
                            ? timeparse_format(c->settings->date_format, text, &microseconds)
                            : timeparse(text, &microseconds);
    if (wrong && strncmp(wrong, "not", 3) != 0)
        return fail(fault, "ambiguous-date", wrong);
    if (wrong)
        return fail(fault, "bad-date", "not a date");
    value->text.ptr = scratch;
    value->text.len = value_write_date(scratch, zone_day(microseconds));
    return true;
}

/* A year, or a date, becomes the ten years that it is of: more isn't to be known of a birth. */
static bool convert_decade(const struct convert *c, struct slice text, char *scratch,
                           struct value *value, struct fault *fault)
{
    int year, month, day;
    int32_t days;
    int64_t number;
    value->text = text;
    if (value_decade(text, &year))
        return true;
    if (text.len == 4 && value_int(text, &number) && number > 0) {
        year = (int)number;
    } else {
        if (!convert_date(c, text, scratch, value, fault) || !value_date(value->text, &days))
            return fail(fault, "bad-decade", "not a year, a date or ten years such as 1980-1989");
        civil_from_days(days, &year, &month, &day);
    }
    value->text = (struct slice){scratch, value_write_decade(scratch, year)};
    return true;
}

static bool convert_bool(struct slice text, struct value *value, struct fault *fault)
{
    static const char names[][8] = {"t", "true", "1", "yes", "y", "f", "false", "0", "no", "n"};
    static const char letters[2 + VALUE_SLACK] = "tf";
    for (size_t i = 0; i < 10; i++)
        if (text.len == strlen(names[i]) && strncasecmp(text.ptr, names[i], text.len) == 0) {
            value->text = (struct slice){letters + (i >= 5), 1};
            return true;
        }
    return fail(fault, "bad-boolean", "neither true nor false");
}

static struct slice trim(struct slice text)
{
    while (text.len && (*text.ptr == ' ' || *text.ptr == '\t'))
        text.ptr++, text.len--;
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

bool convert(struct convert *c, enum value_kind kind, struct slice text, bool plain, char *scratch,
             struct value *value, struct fault *fault)
{
    value->raw = true;
    if (convert_quickly(c, kind, text, plain, scratch, &value->text))
        return true;
    if (kind != VALUE_TEXT)
        text = trim(text); /* quoted spaces mean nothing here */
    if (text.len == 0 || slice_is_null(text)) {
        *value = convert_null();
        return true;
    }
    switch (kind) {
    case VALUE_INT:
        return convert_int(text, scratch, value, fault);
    case VALUE_DECIMAL:
        return convert_decimal(text, scratch, value, fault);
    case VALUE_RATING:
        return convert_rating(c, text, scratch, value, fault);
    case VALUE_TIME:
        return convert_time(c, text, scratch, value, fault);
    case VALUE_DATE:
        return convert_date(c, text, scratch, value, fault);
    case VALUE_BOOL:
        return convert_bool(text, value, fault);
    case VALUE_DECADE:
        return convert_decade(c, text, scratch, value, fault);
    case VALUE_LIST:
        return convert_list(c, text, value, fault);
    case VALUE_TEXT:
        break;
    }
    value->text = text;
    value->raw = plain && *text.ptr != '#';
    return true;
}
