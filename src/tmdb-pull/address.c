#include "address.h"

#include <curl/curl.h>
#include <stdio.h>

#include "diag.h"
#include "mem.h"

static bool is_loopback(const char *host)
{
    unsigned a, b, c, d;
    char rest;
    return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 && a == 127 && b < 256 &&
            c < 256 && d < 256);
}

char *base_address(const char *address, bool *plain, bool *loopback)
{
    char *scheme = NULL, *host = NULL, *user = NULL, *query = NULL, *whole = NULL;
    CURLU *url = curl_url();
    if (!url)
        diag_die(STATUS_FAILED, "out of memory");
    struct slice shown = slice_of(address);
    if (curl_url_set(url, CURLUPART_URL, address, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0))
        diag_usage("--base-url: not an address of http or https: %s", diag_quote(shown));
    /* A password here would be seen in the list of processes. */
    if (curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_OK)
        diag_usage("--base-url: a user name has no place in it");
    if (curl_url_get(url, CURLUPART_QUERY, &query, 0) == CURLUE_OK || strchr(address, '#'))
        diag_usage("--base-url: a query has no place in it: %s", diag_quote(shown));
    if (curl_url_get(url, CURLUPART_URL, &whole, 0) != CURLUE_OK)
        diag_die(STATUS_FAILED, "out of memory");
    size_t len = strlen(whole);
    while (len && whole[len - 1] == '/')
        len--;
    char *base = mem_text(whole, len);
    *plain = strcmp(scheme, "http") == 0;
    *loopback = is_loopback(host);
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_free(query);
    curl_free(whole);
    curl_url_cleanup(url);
    return base;
}
