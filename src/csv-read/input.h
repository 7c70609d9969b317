/* input: one file's text as UTF-8: gunzipped, converted, without its byte-order mark. */
#ifndef CSV_READ_INPUT_H
#define CSV_READ_INPUT_H

#include <iconv.h>
#include <zlib.h>

#include "io.h"

struct input {
    struct in in;
    /* The module's own. */
    const char *encoding; /* NULL: the text is UTF-8 */
    char peeked[4];       /* the file's first bytes, already read */
    size_t npeeked, peek_at;
    bool gzipped;
    bool gz_ended; /* at the end of a gzip member */
    z_stream gz;
    char *packed; /* IO_BLOCK bytes from the file */
    char head[4]; /* the text's first bytes, before conversion */
    size_t nhead, head_at;
    iconv_t converter;
    size_t unit; /* bytes in the smallest unit of the encoding */
    char *coded; /* bytes still to be converted */
    size_t ncoded;
    bool coded_eof;
    char *text; /* UTF-8 that hasn't been handed out */
    size_t text_at, ntext;
    bool begun; /* the byte-order mark has been looked for */
};

/* Bytes that ENCODING can't decode arrive as two bytes that no UTF-8 has, so that the record they
 * stand in is found to be bad and the byte can be shown: 0xf8 | b >> 6, 0x80 | (b & 0x3f). */
enum { INPUT_UNDECODED = 0xf8 };

/* Opens PATH ("-" is standard input). ENCODING is NULL for UTF-8, or a name that iconv knows. A
 * file that is UTF-16 or UTF-32 by its byte-order mark, with no ENCODING given, ends the program
 * (1). */
void input_open(struct input *input, const char *path, const char *encoding);

/* A split_source (CONTEXT is the struct input). A gzip file that is damaged or cut ends the program
 * (1). */
size_t input_read(void *context, char *buffer, size_t size);

void input_close(struct input *input);

/* NULL for a name of UTF-8, else the name; ends the program (2) when iconv doesn't know it. */
const char *input_encoding(const char *name);

#endif
