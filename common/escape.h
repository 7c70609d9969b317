/* escape: a field's text on its way into and out of a line. reelpipe(5), FIELDS. */
#ifndef REELPIPE_ESCAPE_H
#define REELPIPE_ESCAPE_H

#include "io.h"
#include "slice.h"

/* Writes TEXT escaped: TAB, LF, CR and backslash, and a `#` that is the first byte. */
void escape_write(struct out *out, struct slice text);

/* The same into BUFFER (2 * text.len bytes are enough); returns the length. */
size_t escape(struct slice text, char *buffer);

/* Writes the text of a raw field into BUFFER (field.len bytes are enough) and returns its length.
 * The field must be well-formed (as recread hands it out) and not NULL. */
size_t unescape(struct slice field, char *buffer);

/* True when a raw field has a backslash, so that its text isn't just its bytes. */
static inline bool field_is_escaped(struct slice field)
{
    return field.len && memchr(field.ptr, '\\', field.len) != NULL;
}

/* Checks the special bytes of one data line of a stream: escapes, CR, NUL, UTF-8. Returns NULL, or
 * what is wrong, and then *AT is the offset of the offending byte. */
const char *line_check(struct slice line, size_t *at);

/* The length of the longest prefix of TEXT that is valid UTF-8 (RFC 3629: no surrogates, nothing
 * over U+10FFFF, no overlong form) and has no NUL. */
size_t utf8_prefix(struct slice text);

#endif
