#!/usr/bin/env python3
"""dedupe as its manual tells it, in memory and without regard to speed, and streams to try both on.

  dedupe_model.py generate SEED RECORDS [SHARE] a stream of watches: duplicates, conflicts, several
                                               segments with columns in other orders, marks; ids in
                                               any order or, but for a SHARE of the records, rising
  dedupe_model.py table SEED RECORDS           a stream of type table, text keys, escapes, NULL
  dedupe_model.py run REJECTS [-k A,B] [--keep RULE] <STREAM
"""
import random
import sys

NULL = "\\N"
OUT = sys.stdout


def line(*fields):
    OUT.write("\t".join(fields) + "\n")


def generate(seed, count, share=None):
    rng = random.Random(seed)
    again = 0.3 if share is None else share
    layouts = [
        ["session_id", "user_id", "movie_id", "watch_timestamp", "rating", "_origin"],
        ["rating", "device", "movie_id", "session_id", "watch_timestamp", "user_id", "_origin"],
        ["session_id", "user_id", "movie_id", "watch_timestamp"],
    ]
    seen = []
    at = 0
    while at < count:
        columns = rng.choice(layouts)
        line("#watch", *columns)
        n = rng.randrange(0, max(2, count // 3))
        n = min(n, count - at)
        for i in range(n):
            at += 1
            if seen and rng.random() < again:
                row = dict(rng.choice(seen))
                if rng.random() < 0.5:
                    row["rating"] = rng.choice([NULL, "0", "7", "7.5", "10", "9.875"])
                if rng.random() < 0.5:
                    row["watch_timestamp"] = "2026-11-%02dT21:04:%02d%sZ" % (
                        rng.randrange(1, 30), rng.randrange(60), rng.choice(["", ".5", ".25"]))
                if rng.random() < 0.1:
                    row["user_id"] = str(rng.randrange(5))
                if rng.random() < 0.1:
                    row["movie_id"] = str(rng.randrange(-5, 5))
            else:
                row = {
                    "session_id": str(rng.randrange(-count, count * 3)),
                    "user_id": str(rng.randrange(100)),
                    "movie_id": str(rng.randrange(-5, 100)),
                    "watch_timestamp": "2026-11-15T%02d:04:33Z" % rng.randrange(24),
                    "rating": rng.choice([NULL, NULL, "4.5", "10", "0"]),
                    "device": "tv",
                }
                if share is not None and rng.random() < 1 - share:
                    row["session_id"] = str(3 * at - count + rng.randrange(3))
                if rng.random() < 0.01:
                    row["session_id"] = NULL
            row["_origin"] = "log.csv:%d" % at if rng.random() < 0.9 else NULL
            seen.append(row)
            line(*[row[c] for c in columns])
            if rng.random() < 0.01:
                line("#mark", "file:log.csv", str(at))
        line("#end", str(n))


def table(seed, count):
    rng = random.Random(seed)
    words = [NULL, "a", "b", "\\#x", "tab\\there", "é", "\\\\", "12", "007", "-5", "x" * 300]
    for columns in (["id", "name", "_origin"], ["name", "_origin", "id"], ["name", "id", "other"]):
        line("#table", *columns)
        for i in range(count):
            line(*[rng.choice(words) if rng.random() < 0.5 else str(rng.randrange(count))
                   for _ in columns])
        line("#end", str(count))


WATCH = {"key": ["session_id"], "identity": ["user_id", "movie_id"], "keep": "best"}


def beats(new, old):
    """A rating beats none, then the later time, then the higher rating."""
    def rank(row):
        rating, time = row.get("rating", NULL), row.get("watch_timestamp", NULL)
        return (rating != NULL, "" if time == NULL else "%-26s" % time[:-1],
                -1 if rating == NULL else float(rating))
    return rank(new) > rank(old)


def run(rejects, keys, keep):
    events = []
    for number, text in enumerate(sys.stdin, 1):
        fields = text.rstrip("\n").split("\t")
        if fields[0] == "#mark":
            events.append(["mark", fields])
        elif fields[0] == "#end":
            events.append(["end", fields])
        elif fields[0].startswith("#"):
            kind, columns, header = fields[0], fields[1:], text.rstrip("\n")
            events.append(["header", fields])
        else:
            events.append(["row", dict(zip(columns, fields)), kind, fields, number, header])
    stays, identity = {}, {}
    rule = dict(WATCH) if keys is None else {"key": keys, "identity": [], "keep": "first"}
    whole = keys is None and kind != "#watch"
    if whole:
        rule = {"key": None, "identity": [], "keep": "first"}
    rule["keep"] = keep or rule["keep"]
    out = open(rejects, "w")
    for event in events:
        if event[0] != "row":
            continue
        _, row, kind, fields, number, header = event
        if whole:
            key = tuple(sorted((c, v) for c, v in row.items() if not c.startswith("_")))
        else:
            key = tuple(row[c] for c in rule["key"])
        event.append(False)
        origin = row.get("_origin", NULL)
        if origin == NULL:
            origin = "stdin:%d" % number
        raw = "\t".join(fields).replace("\\", "\\\\").replace("\t", "\\t")
        if keys is None and not whole and NULL in key:
            out.write("missing-key\t%s\t%s\n" % (origin, raw))
            continue
        if key not in stays:
            stays[key] = event
            event[-1] = True
            continue
        old = stays[key]
        if any(c in row and c in old[1] and row[c] != old[1][c] for c in rule["identity"]):
            out.write("key-conflict\t%s\t%s\n" % (origin, raw))
            continue
        if rule["keep"] == "last" or (rule["keep"] == "best" and beats(row, old[1])):
            old[-1] = False
            stays[key] = event
            event[-1] = True
    n = 0
    for event in events:
        if event[0] == "row" and event[-1]:
            n += 1
            line(*event[3])
        elif event[0] == "end":
            line("#end", str(n))
            n = 0
        elif event[0] != "row":
            line(*event[1])


def main():
    command, args = sys.argv[1], sys.argv[2:]
    if command == "generate":
        generate(int(args[0]), int(args[1]), float(args[2]) if args[2:] else None)
    elif command == "table":
        table(int(args[0]), int(args[1]))
    else:
        keys = keep = None
        rest = args[1:]
        while rest:
            if rest[0] == "-k":
                keys = rest[1].split(",")
            elif rest[0] == "--keep":
                keep = rest[1]
            rest = rest[2:]
        run(args[0], keys, keep)


main()
