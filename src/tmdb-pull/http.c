#include "http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

#include "address.h"
#include "diag.h"
#include "mem.h"
#include "rate.h"

enum {
    BODY_MAX = 1024 * 1024, /* the longest real ones have some 30 KB */
    BODY_KEPT = 64 * 1024,  /* what a connection's buffer keeps between two answers */
    RETRY_AFTER_MAX = 1000000000,
};

/* One request at a time, over and over. */
struct transfer {
    CURL *curl;
    void *tag;
    char *body;
    size_t len;
    size_t room;
    bool too_long;
    bool stalled;
    curl_off_t seen; /* bytes that had come … */
    int64_t seen_at; /* … when one came last, microseconds */
    int64_t stall;   /* how long none may come */
    int64_t *sent;   /* where to put when it goes out; NULL: nowhere, or done */
    char error[CURL_ERROR_SIZE + 64];
    struct transfer *next; /* of those that are free */
};

struct http {
    CURLM *multi;
    char *base; /* without a slash at its end */
    const struct key *key;
    bool keyless; /* the service asks for a key, and there is none */
    struct curl_slist *headers;
    struct transfer *transfers;
    size_t count;
    struct transfer *idle;
    int tick;                  /* milliseconds between two looks at stalls */
    struct transfer *answered; /* whose answer the caller is looking at */
};

static void must(bool good, const char *what)
{
    if (!good)
        diag_die(STATUS_FAILED, "libcurl: %s failed", what);
}

static size_t receive(char *bytes, size_t size, size_t count, void *to)
{
    struct transfer *t = to;
    size_t len = size * count;
    if (len > BODY_MAX - t->len) {
        t->too_long = true;
        return 0;
    }
    t->body = mem_grow(t->body, &t->room, t->len + len + 1, 1);
    memcpy(t->body + t->len, bytes, len);
    t->len += len;
    return len;
}

/* libcurl's own check of a transfer's speed looks at an average of several seconds; this one counts
 * from the last byte. Connecting has its own limit. */
static int watch(void *to, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
    struct transfer *t = to;
    curl_off_t begun = 0;
    (void)total, (void)up_total, (void)up;
    int64_t time = monotonic_now();
    curl_easy_getinfo(t->curl, CURLINFO_PRETRANSFER_TIME_T, &begun);
    if (now != t->seen || begun == 0 || t->seen_at == 0) {
        t->seen = now;
        t->seen_at = time;
    }
    t->stalled = time - t->seen_at > t->stall;
    return t->stalled;
}

static void note_sent(struct transfer *t)
{
    if (t->sent)
        *t->sent = monotonic_now();
    t->sent = NULL;
}

/* libcurl has a connection and is about to send the request. */
static int connected(void *to, char *theirs, char *ours, int their_port, int our_port)
{
    (void)theirs, (void)ours, (void)their_port, (void)our_port;
    note_sent(to);
    return CURL_PREREQFUNC_OK;
}

static void set_up(struct transfer *t, const struct http *http, const struct http_options *o,
                   bool direct)
{
    CURL *c = t->curl = curl_easy_init();
    must(c, "curl_easy_init");
    curl_easy_setopt(c, CURLOPT_PRIVATE, t);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->error);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, connected);
    curl_easy_setopt(c, CURLOPT_PREREQDATA, t);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, http->headers);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "reelpipe/" REELPIPE_VERSION " (tmdb-pull)");
    must(curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK, "asking for gzip");
    must(curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK, "verifying certificates");
    must(curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK, "verifying host names");
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    /* With HTTP/2 one connection carries all; wait for it instead of opening many. */
    curl_easy_setopt(c, CURLOPT_PIPEWAIT, direct ? 0L : 1L);
    curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
    if (o->ca_file)
        curl_easy_setopt(c, CURLOPT_CAINFO, o->ca_file);
    /* What goes to loopback in the clear must not be handed to a proxy. */
    if (direct)
        curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, o->connect_ms);
    t->stall = (int64_t)o->stall_ms * 1000;
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    /* One that comes byte by byte never stalls; it has an end all the same. */
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, o->connect_ms + 3 * o->stall_ms);
}

static struct curl_slist *headers(const struct key *key)
{
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json");
    if (list && key->token) {
        size_t size = strlen(key->token) + 32;
        char *line = mem_zeroed(size);
        snprintf(line, size, "Authorization: Bearer %s", key->token);
        struct curl_slist *longer = curl_slist_append(list, line);
        explicit_bzero(line, size);
        free(line);
        must(longer, "curl_slist_append");
        list = longer;
    }
    must(list, "curl_slist_append");
    return list;
}

struct http *http_open(const struct http_options *o, const struct key *key)
{
    bool plain, loopback;
    must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK, "curl_global_init");
    struct http *http = mem_zeroed(sizeof *http);
    http->base = base_address(o->base_url, &plain, &loopback);
    http->key = key;
    if (plain && !loopback)
        diag_usage("--base-url: the key is not sent over plain http: %s",
                   diag_quote(slice_of(o->base_url)));
    http->keyless = !key_is_set(key) && !loopback;
    http->headers = headers(key);
    http->multi = curl_multi_init();
    must(http->multi, "curl_multi_init");
    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)o->in_flight);
    curl_multi_setopt(http->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)o->in_flight);
    http->count = o->in_flight;
    http->tick = (int)(o->stall_ms / 4) + 1;
    http->transfers = mem_zeroed(http->count * sizeof *http->transfers);
    for (size_t i = http->count; i-- > 0;) {
        set_up(&http->transfers[i], http, o, plain);
        http->transfers[i].next = http->idle;
        http->idle = &http->transfers[i];
    }
    return http;
}

void http_send(struct http *http, const char *path, void *tag, int64_t *sent)
{
    struct transfer *t = http->idle;
    if (http->keyless)
        diag_die(STATUS_FAILED, "no key: set TMDB_TOKEN_FILE or TMDB_API_KEY_FILE to a file that "
                                "holds one; themoviedb.org gives them under Settings, API");
    http->idle = t->next;
    t->tag = tag;
    t->sent = sent;
    t->len = 0;
    t->too_long = t->stalled = false;
    t->seen = t->seen_at = 0;
    t->error[0] = '\0';
    const char *key = http->key->token ? NULL : http->key->api_key;
    char *escaped = key ? curl_easy_escape(t->curl, key, 0) : NULL;
    size_t size = strlen(http->base) + strlen(path) + (escaped ? strlen(escaped) : 0) + 16;
    char *url = mem_zeroed(size);
    snprintf(url, size, "%s%s%s%s", http->base, path,
             !escaped            ? ""
             : strchr(path, '?') ? "&api_key="
                                 : "?api_key=",
             escaped ? escaped : "");
    must(curl_easy_setopt(t->curl, CURLOPT_URL, url) == CURLE_OK, "setting the address");
    must(curl_multi_add_handle(http->multi, t->curl) == CURLM_OK, "curl_multi_add_handle");
    explicit_bzero(url, size);
    free(url);
    curl_free(escaped);
}

/* Gives the transfer whose answer has been looked at back. */
static void recycle(struct http *http)
{
    struct transfer *t = http->answered;
    if (!t)
        return;
    if (t->room > BODY_KEPT) {
        free(t->body);
        t->body = NULL;
        t->room = 0;
    }
    t->next = http->idle;
    http->idle = t;
    http->answered = NULL;
}

static void judge(const struct http *http, struct transfer *t, CURLcode code, struct answer *answer)
{
    if (code == CURLE_OK)
        return;
    if (!t->error[0])
        snprintf(t->error, sizeof t->error, "%s", curl_easy_strerror(code));
    if (t->too_long)
        snprintf(t->error, sizeof t->error, "an answer of over %d KiB", BODY_MAX / 1024);
    if (t->stalled)
        snprintf(t->error, sizeof t->error, "no byte for %.3g s", (double)t->stall / 1e6);
    key_redact(http->key, t->error);
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
        code == CURLE_SSL_ISSUER_ERROR)
        diag_die(STATUS_FAILED, "%s: not trusted: %s", http->base, t->error);
    answer->status = 0;
    answer->error = t->error;
    answer->unreachable = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
                          code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_SSL_CONNECT_ERROR ||
                          code == CURLE_OPERATION_TIMEDOUT || t->stalled ||
                          code == CURLE_GOT_NOTHING;
}

bool http_answer(struct http *http, struct answer *answer)
{
    int left;
    recycle(http);
    must(curl_multi_perform(http->multi, &left) == CURLM_OK, "curl_multi_perform");
    CURLMsg *message;
    do
        message = curl_multi_info_read(http->multi, &left);
    while (message && message->msg != CURLMSG_DONE);
    if (!message)
        return false;
    CURL *c = message->easy_handle;
    CURLcode code = message->data.result;
    char *private = NULL, *redirect = NULL;
    curl_off_t wait = 0, took = 0;
    curl_easy_getinfo(c, CURLINFO_PRIVATE, &private);
    struct transfer *t = (struct transfer *)private;
    note_sent(t);
    *answer = (struct answer){.tag = t->tag};
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &wait);
    curl_easy_getinfo(c, CURLINFO_TOTAL_TIME_T, &took);
    curl_easy_getinfo(c, CURLINFO_REDIRECT_URL, &redirect);
    /* A date that has passed comes out negative. */
    answer->retry_after = wait < 0 ? 0 : wait < RETRY_AFTER_MAX ? wait : RETRY_AFTER_MAX;
    answer->microseconds = took;
    answer->redirect = redirect;
    answer->body = (struct slice){t->len ? t->body : "", t->len};
    curl_multi_remove_handle(http->multi, c);
    http->answered = t;
    judge(http, t, code, answer);
    return true;
}

void http_wait(struct http *http, int fd, int milliseconds)
{
    struct curl_waitfd extra = {.fd = fd, .events = CURL_WAIT_POLLIN};
    int ready;
    if (milliseconds > http->tick)
        milliseconds = http->tick;
    must(curl_multi_poll(http->multi, &extra, fd >= 0, milliseconds, &ready) == CURLM_OK,
         "curl_multi_poll");
}

const char *http_path(const struct http *http, const char *address)
{
    size_t len = strlen(http->base);
    return strncmp(address, http->base, len) == 0 && address[len] == '/' ? address + len : NULL;
}

void http_close(struct http *http)
{
    recycle(http);
    for (size_t i = 0; i < http->count; i++) {
        struct transfer *t = &http->transfers[i];
        curl_multi_remove_handle(http->multi, t->curl);
        curl_easy_cleanup(t->curl);
        free(t->body);
    }
    curl_multi_cleanup(http->multi);
    curl_slist_free_all(http->headers);
    curl_global_cleanup();
    free(http->transfers);
    free(http->base);
    free(http);
}
