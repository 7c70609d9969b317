#!/usr/bin/env python3
"""Writes RATE rows a second to LOG for SECONDS, one write(2) a row, and watches how soon they are in the table.
Prints the 50th and 99th percentile and the maximum of the seconds that it took.

    follow_latency.py LOG RATE SECONDS"""

import subprocess
import sys
import threading
import time

log, rate, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
total = rate * seconds
written = [0.0] * (total + 1)
psql = subprocess.Popen(["psql", "-XAtq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def highest():
    psql.stdin.write("SELECT coalesce(max(session_id), 0) FROM watch_sessions;\n")
    psql.stdin.flush()
    return int(psql.stdout.readline())


def write():
    with open(log, "ab", buffering=0) as file:
        start = time.monotonic()
        for i in range(1, total + 1):
            delay = start + i / rate - time.monotonic()
            if delay > 0:
                time.sleep(delay)
            file.write(b"%d,%d,%d,2026-11-15T21:04:33Z,5\n" % (i, 1 + i % 997, 1 + i % 499))
            written[i] = time.monotonic()


highest()
writer = threading.Thread(target=write)
writer.start()
took, there, deadline = [], 0, time.monotonic() + seconds + 60
while there < total and time.monotonic() < deadline:
    # The moment after the answer: what was found is surely there by then.
    now_there, now = highest(), time.monotonic()
    took += [now - written[i] for i in range(there + 1, now_there + 1)]
    there = now_there
    time.sleep(0.02)
writer.join()
psql.stdin.close()
if there < total:
    sys.exit(f"only {there} rows of {total} are in the table")
took.sort()
print("%.3f %.3f %.3f" % (took[len(took) // 2], took[len(took) * 99 // 100], took[-1]))
