/* zone: one IANA time zone for the process, through the C library and the system's tzdata. */
#ifndef REELPIPE_ZONE_H
#define REELPIPE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

/* Sets the process's zone. Ends the program with status 2 when tzdata has no zone NAME (the C
 * library alone would silently take it for UTC). "UTC" always works. */
void zone_set(const char *name);

/* Seconds east of UTC at a time (seconds since 1970 UTC). Cached: a few nanoseconds a call. */
int32_t zone_offset(int64_t utc_seconds);

/* The local (business) day of a time in microseconds, as days since 1970-01-01. */
int32_t zone_day(int64_t microseconds);

/* The same, and the hour that the clock there shows: 0 to 23. */
void zone_clock(int64_t microseconds, int32_t *day, int *hour);

/* The weekday of a day as ISO 8601 counts: 1 Monday to 7 Sunday. */
int iso_weekday(int32_t day);

/* The UTC seconds of a local wall-clock time (local seconds since 1970-01-01T00:00 local). In a
 * fold (the hour that happens twice) the first of the two; in a gap (the hour that is skipped) the
 * time that follows by the offset in force before the gap, as PostgreSQL and java.time do. */
int64_t zone_to_utc(int64_t local_seconds);

/* The first UTC second of a local day: its midnight, or its first moment where midnight is skipped.
 */
int64_t zone_day_start(int32_t day);

#endif
