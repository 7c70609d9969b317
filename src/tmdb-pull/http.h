/* http: requests to one service over libcurl's multi interface, several in flight, connections
 * reused.
 *
 * The key goes with every request, and only to the service: over https, or over plain http to
 * loopback; redirects are reported, not followed. Certificates and host names are verified.
 */
#ifndef TMDB_PULL_HTTP_H
#define TMDB_PULL_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "key.h"
#include "slice.h"

struct http_options {
    const char *base_url;
    const char *ca_file; /* NULL: the system's certificates */
    long connect_ms;
    long stall_ms;    /* without a byte */
    size_t in_flight; /* requests at a time */
};

struct http;

/* What became of a request. Slices and texts last until the next call of http_answer. */
struct answer {
    void *tag;
    long status;          /* 0: there was no whole answer, and `error` says why */
    const char *error;    /* NULL when there was a whole answer */
    bool unreachable;     /* … because there was no connection, or no byte in time */
    struct slice body;    /* decompressed; also of an answer that was cut */
    int64_t retry_after;  /* seconds that the service asks to wait; 0: none, or it doesn't say */
    const char *redirect; /* the address a redirect points to, or NULL */
    int64_t microseconds; /* it took */
};

/* Checks the base address and gets ready. A wrong address is a usage error; a key that would travel
 * in the clear ends the program. The key is not copied. */
struct http *http_open(const struct http_options *options, const struct key *key);

/* Starts a GET of PATH (from the `/` after the base address on, with its query). There must be
 * fewer than in_flight under way. Without a key only loopback is asked: else the program ends.
 * SENT, unless NULL, is set to the time at which the request goes out, for which it may have to
 * wait for a connection; at the latest when its answer is taken. */
void http_send(struct http *http, const char *path, void *tag, int64_t *sent);

/* Takes the next finished request's answer; false when none has finished. Ends the program when
 * the service isn't who it says it is (its certificate). */
bool http_answer(struct http *http, struct answer *answer);

/* Waits until something happens, FD (-1: none) is readable, or MILLISECONDS have passed. */
void http_wait(struct http *http, int fd, int milliseconds);

/* The path of an absolute ADDRESS of the same service, or NULL when it is another one's. Points
 * into ADDRESS. */
const char *http_path(const struct http *http, const char *address);

void http_close(struct http *http);

#endif
