/* address: where the service is, as --base-url says. */
#ifndef TMDB_PULL_ADDRESS_H
#define TMDB_PULL_ADDRESS_H

#include <stdbool.h>

/* The ADDRESS in libcurl's own spelling, so that what is checked is what is used, without a slash
 * at its end; free it. *PLAIN is set for http, *LOOPBACK for a host that is this machine. Ends the
 * program with status 2 when it isn't an address of http or https, or holds a user name or a query.
 */
char *base_address(const char *address, bool *plain, bool *loopback);

#endif
