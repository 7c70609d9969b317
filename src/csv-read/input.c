/* input: three layers, each taken out where it isn't needed: bytes of the file, gunzipped bytes,
 * UTF-8. A plain UTF-8 file is read straight into the splitter's buffer. */
#include "input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "diag.h"
#include "mem.h"

enum { GZIP_WINDOW = 15 + 16 }; /* zlib: largest window, gzip format */

const char *input_encoding(const char *name)
{
    if (strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "UTF8") == 0)
        return NULL;
    iconv_t converter = strchr(name, '/') ? (iconv_t)-1 : iconv_open("UTF-8", name);
    if (converter == (iconv_t)-1)
        diag_usage("--encoding: not an encoding that iconv knows: %s", diag_quote(slice_of(name)));
    iconv_close(converter);
    return name;
}

static size_t file_read(struct input *input, char *buffer, size_t size)
{
    size_t rest = input->npeeked - input->peek_at;
    if (!rest)
        return in_read(&input->in, buffer, size);
    size = size < rest ? size : rest;
    memcpy(buffer, input->peeked + input->peek_at, size);
    input->peek_at += size;
    return size;
}

static bool refill_packed(struct input *input)
{
    if (input->gz.avail_in == 0) {
        input->gz.next_in = (unsigned char *)input->packed;
        input->gz.avail_in = (unsigned)file_read(input, input->packed, IO_BLOCK);
    }
    return input->gz.avail_in != 0;
}

/* Behind a member: another one, or padding of zeros as tapes have it, or the end. */
static bool next_member(struct input *input)
{
    while (refill_packed(input)) {
        if (*input->gz.next_in == 0x1f) {
            inflateReset(&input->gz);
            input->gz_ended = false;
            return true;
        }
        if (*input->gz.next_in != 0) {
            input->fault = "something that isn't gzip follows the gzip data";
            return false;
        }
        input->gz.next_in++;
        input->gz.avail_in--;
    }
    return false;
}

static size_t gunzipped_read(struct input *input, char *buffer, size_t size)
{
    z_stream *gz = &input->gz;
    if (!input->gzipped)
        return file_read(input, buffer, size);
    gz->next_out = (unsigned char *)buffer;
    gz->avail_out = (unsigned)size;
    while (gz->avail_out == size && !input->fault) {
        if (input->gz_ended && !next_member(input))
            return 0;
        if (!refill_packed(input)) {
            input->fault = "the gzip data is cut short";
            input->cut = true;
            return 0;
        }
        int status = inflate(gz, Z_NO_FLUSH);
        if (status == Z_STREAM_END) {
            input->gz_ended = true;
        } else if (status != Z_OK) {
            snprintf(input->message, sizeof input->message, "the gzip data is damaged: %s",
                     gz->msg ? gz->msg : "unexpected data");
            input->fault = input->message;
        }
    }
    return size - gz->avail_out;
}

static size_t coded_read(struct input *input, char *buffer, size_t size)
{
    size_t rest = input->nhead - input->head_at;
    if (!rest)
        return gunzipped_read(input, buffer, size);
    size = size < rest ? size : rest;
    memcpy(buffer, input->head + input->head_at, size);
    input->head_at += size;
    return size;
}

/* Takes COUNT bytes that don't decode out of the coded ones, in the form that input.h describes. */
static void pass_undecoded(struct input *input, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)input->coded[i];
        input->text[input->ntext++] = (char)(INPUT_UNDECODED | byte >> 6);
        input->text[input->ntext++] = (char)(0x80 | (byte & 0x3f));
    }
    input->ncoded -= count;
    memmove(input->coded, input->coded + count, input->ncoded);
}

/* Converts what there is until some text has come out, or the input has ended. */
static void convert(struct input *input)
{
    input->text_at = input->ntext = 0;
    while (input->ntext == 0 && !(input->coded_eof && input->ncoded == 0)) {
        if (!input->coded_eof) {
            size_t n = coded_read(input, input->coded + input->ncoded, IO_BLOCK - input->ncoded);
            input->ncoded += n;
            input->coded_eof = n == 0;
        }
        char *from = input->coded, *to = input->text;
        size_t nfrom = input->ncoded, room = IO_BLOCK - 64;
        size_t status = iconv(input->converter, &from, &nfrom, &to, &room);
        int reason = status == (size_t)-1 ? errno : 0;
        memmove(input->coded, from, nfrom);
        input->ncoded = nfrom;
        input->ntext = (size_t)(to - input->text);
        /* EINVAL is a character that goes on in bytes that haven't come: at the end, they never
         * will. */
        if (reason == EILSEQ || (reason == EINVAL && input->coded_eof))
            pass_undecoded(input, nfrom < input->unit ? nfrom : input->unit);
        if (input->coded_eof && nfrom == 0) {
            to = input->text + input->ntext;
            room = IO_BLOCK - input->ntext;
            iconv(input->converter, NULL, NULL, &to, &room);
            input->ntext = (size_t)(to - input->text);
        }
    }
}

static size_t text_read(struct input *input, char *buffer, size_t size)
{
    if (!input->encoding)
        return coded_read(input, buffer, size);
    if (input->text_at == input->ntext)
        convert(input);
    size_t rest = input->ntext - input->text_at;
    size = size < rest ? size : rest;
    memcpy(buffer, input->text + input->text_at, size);
    input->text_at += size;
    return size;
}

static bool has_utf8_mark(const char *head, size_t n)
{
    return n >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0;
}

size_t input_read(void *context, char *buffer, size_t size)
{
    struct input *input = context;
    char mark[3];
    size_t n = 0;
    if (input->begun)
        return text_read(input, buffer, size);
    input->begun = true;
    while (n < 3) {
        size_t more = text_read(input, mark + n, 3 - n);
        if (more == 0)
            break;
        n += more;
    }
    if (has_utf8_mark(mark, n))
        return text_read(input, buffer, size);
    memcpy(buffer, mark, n);
    return n;
}

/* The encoding that a byte-order mark gives away, or NULL. */
static const char *marked_encoding(const char *head, size_t n)
{
    if (n == 4 && (memcmp(head, "\xff\xfe\0\0", 4) == 0 || memcmp(head, "\0\0\xfe\xff", 4) == 0))
        return "UTF-32";
    if (n >= 2 && (memcmp(head, "\xff\xfe", 2) == 0 || memcmp(head, "\xfe\xff", 2) == 0))
        return "UTF-16";
    return NULL;
}

static size_t unit_of(const char *encoding)
{
    if (strstr(encoding, "32") || strcasestr(encoding, "UCS-4") || strcasestr(encoding, "UCS4"))
        return 4;
    if (strstr(encoding, "16") || strcasestr(encoding, "UCS-2") || strcasestr(encoding, "UCS2"))
        return 2;
    return 1;
}

static void open_gzip(struct input *input)
{
    input->packed = mem_resize(NULL, IO_BLOCK, 1);
    if (inflateInit2(&input->gz, GZIP_WINDOW) != Z_OK)
        diag_die(STATUS_FAILED, "out of memory");
    input->gzipped = true;
}

void input_begin(struct input *input, const char *encoding)
{
    *input = (struct input){.in = input->in, .encoding = encoding};
    for (size_t n = 1; n && input->npeeked < sizeof input->peeked; input->npeeked += n)
        n = in_read(&input->in, input->peeked + input->npeeked,
                    sizeof input->peeked - input->npeeked);
    if (input->npeeked >= 2 && memcmp(input->peeked, "\x1f\x8b", 2) == 0)
        open_gzip(input);
    for (size_t n = 1; n && input->nhead < sizeof input->head; input->nhead += n)
        n = gunzipped_read(input, input->head + input->nhead, sizeof input->head - input->nhead);
    if (encoding) {
        input->converter = iconv_open("UTF-8", encoding);
        input->unit = unit_of(encoding);
        input->coded = mem_resize(NULL, IO_BLOCK, 1);
        input->text = mem_resize(NULL, IO_BLOCK, 1);
        return;
    }
    const char *marked = marked_encoding(input->head, input->nhead);
    if (marked) {
        snprintf(input->message, sizeof input->message,
                 "the text is %s by its byte-order mark: use --encoding %s", marked, marked);
        input->fault = input->message;
    }
    if (!input->gzipped && has_utf8_mark(input->head, input->nhead))
        input->mark = 3;
}

static void free_layers(struct input *input)
{
    if (input->gzipped)
        inflateEnd(&input->gz);
    if (input->encoding)
        iconv_close(input->converter);
    free(input->packed);
    free(input->coded);
    free(input->text);
}

static void seek_file(struct input *input, uint64_t offset)
{
    if (lseek(input->in.fd, (off_t)offset, SEEK_SET) < 0)
        diag_die(STATUS_FAILED, "%s: can't seek: %s", input->in.name, strerror(errno));
}

void input_seek(struct input *input, uint64_t offset)
{
    if (offset && !input->gzipped && !input->encoding) {
        seek_file(input, input->mark + offset);
        input->peek_at = input->npeeked;
        input->head_at = input->nhead;
        input->begun = true;
        return;
    }
    const char *encoding = input->encoding;
    char *skipped = mem_resize(NULL, IO_BLOCK, 1);
    seek_file(input, 0);
    free_layers(input);
    input_begin(input, encoding);
    for (size_t n = 1; n && offset; offset -= n)
        n = input_read(input, skipped, offset < IO_BLOCK ? offset : IO_BLOCK);
    free(skipped);
}

void input_close(struct input *input)
{
    free_layers(input);
    in_close(&input->in);
}
