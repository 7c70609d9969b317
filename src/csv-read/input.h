/* input: one file's text as UTF-8: gunzipped, converted, without its byte-order mark.
 *
 *     struct input input;
 *     in_open(&input.in, path);
 *     input_begin(&input, encoding);
 *     while ((n = input_read(&input, buffer, size)))
 *         …
 *     if (input.fault) …
 *     input_close(&input);
 */
#ifndef CSV_READ_INPUT_H
#define CSV_READ_INPUT_H

#include <iconv.h>
#include <zlib.h>

#include "io.h"

struct input {
    struct in in;
    const char *fault; /* NULL, or why the text can't be had, or ends here: "the gzip data is …" */
    bool cut;          /* the fault is that gzip data stop in the middle */
    bool gzipped;
    size_t mark; /* bytes of the byte-order mark, of a file that is neither gzipped nor encoded */
    /* The module's own. */
    char message[96];
    const char *encoding; /* NULL: the text is UTF-8 */
    char peeked[4];       /* the file's first bytes, already read */
    size_t npeeked, peek_at;
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

/* Begins with the file that is open in input->in, at its first byte. ENCODING is NULL for UTF-8, or
 * a name that iconv knows. A file that is UTF-16 or UTF-32 by its byte-order mark, with no ENCODING
 * given, has a fault. */
void input_begin(struct input *input, const char *encoding);

/* A split_source (CONTEXT is the struct input). Of a gzip file that is damaged or cut it gives what
 * there is, and then input->fault is set. */
size_t input_read(void *context, char *buffer, size_t size);

/* Reads on from OFFSET bytes of text on, or from the end, if that comes first; 0 begins anew. Only
 * for a file that can seek. */
void input_seek(struct input *input, uint64_t offset);

void input_close(struct input *input);

/* NULL for a name of UTF-8, else the name; ends the program (2) when iconv doesn't know it. */
const char *input_encoding(const char *name);

#endif
