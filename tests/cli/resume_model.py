#!/usr/bin/env python3
"""csv-read --resume against a model: logs grow in pieces cut anywhere, are rotated, renamed, copied, gzipped,
emptied, replaced and deleted, and between that csv-read runs. After each run every record that was complete in
a file that was there has been read exactly once, from its true line.

    resume_model.py SEED STEPS [OPTION...]"""

import csv
import gzip
import io
import os
import random
import subprocess
import sys

seed, steps, options = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
rng = random.Random(seed)
HEADER = "session_id,user_id,movie_id,watch_timestamp,rating,note"
marks = {}
seen = {}
number = 0
# Times of change that are long ago, never the same twice.
clock = 1_700_000_000_000_000_000
texts = {}  # name: (text: bytes, line end)
now = []  # what was done, for the message


def die(message):
    sys.exit(f"seed {seed}: {message}\n" + "\n".join(now[-12:]))


def row(end):
    """A record; one in eight is a reject, which counts as read all the same."""
    global number
    number += 1
    note = rng.choice(["", "plain", '"quoted"', '"a, b"', f'"two{end}lines"', '"say ""so"""', f'"x{end}{end}9,9"'])
    time = "never" if rng.random() < 0.125 else "2026-11-15T21:04:33Z"
    return f"{number},{rng.randrange(9)},603,{time},5,{note}{end}"


def complete(text):
    """The numbers and lines of the records that are complete in a text."""
    quotes, line, start, start_line, at = False, 1, 0, 1, 0
    found = []
    while at < len(text):
        c = text[at]
        if c == '"':
            quotes = not quotes
        elif c == "\n":
            line += 1
            if not quotes:
                record = text[start : at + 1]
                if record.strip() and start_line > 1:
                    found.append((int(next(csv.reader(io.StringIO(record, newline="")))[0]), start_line))
                start, start_line = at + 1, line
        at += 1
    return found


def store(name, packed=None):
    global clock
    path = name
    data = texts[name][0]
    with open(path + ".new", "wb") as file:
        file.write(gzip.compress(data) if name.endswith(".gz") else data)
    if os.path.exists(path) and rng.random() < 0.5:
        with open(path, "wb") as file, open(path + ".new", "rb") as new:
            file.write(new.read())
        os.unlink(path + ".new")
    else:
        os.rename(path + ".new", path)
    if rng.random() < 0.7:
        clock += 1 + rng.randrange(10**9)
        os.utime(path, ns=(clock, clock))


pending = {}  # name: bytes of a row that isn't written yet


def grow(name):
    text, end = texts[name]
    more = pending.pop(name, b"")
    for _ in range(rng.choice([0, 1, 1, 3, 40])):
        more += row(end).encode()
    cut = len(more) if rng.random() < 0.5 else rng.randrange(len(more) + 1)
    if more[cut:]:
        pending[name] = more[cut:]
    texts[name] = (text + more[:cut], end)
    store(name)


def fresh(name):
    end = rng.choice(["\n", "\n", "\r\n"])
    texts[name] = ((HEADER + end).encode(), end)
    pending.pop(name, None)


def move(old, new):
    texts[new] = texts.pop(old)
    pending.pop(new, None)
    if old in pending:
        pending[new] = pending.pop(old)
    os.rename(old, new)


def plain():
    return [name for name in texts if not name.endswith(".gz")]


def step():
    global number
    names = plain()
    what = rng.choice(["new", "grow", "grow", "grow", "grow", "rotate", "rename", "gzip", "copy", "empty", "delete", "touch"])
    if not names:
        what = "new"
    name = rng.choice(names) if names else None
    now.append(f"{what} {name}")
    if what == "new":
        number += 1
        name = f"log{number}.csv"
        fresh(name)
        store(name)
    elif what == "grow":
        grow(name)
    elif what == "rotate":
        number += 1
        move(name, f"{name}.{number}")
        fresh(name)
        store(name)
        grow(name)
    elif what == "rename":
        number += 1
        move(name, f"moved{number}.csv")
    elif what == "gzip" and name not in pending:
        data, end = texts[name]
        # gzip makes its file first and removes the other then.
        texts[name + ".gz"] = (data, end)
        store(name + ".gz")
        if rng.random() < 0.5:
            run()
        del texts[name]
        os.unlink(name)
    elif what == "copy":
        # A copy and its original may be there together; then the original is emptied, as copytruncate does it.
        number += 1
        copy = f"copy{number}.csv"
        texts[copy] = texts[name]
        store(copy)
        if name in pending:
            pending[copy] = pending.pop(name)
        if rng.random() < 0.7:
            run()
        fresh(name)
        if rng.random() < 0.5:
            texts[name] = (b"", texts[name][1])
            store(name)
            if rng.random() < 0.5:
                run()
            fresh(name)
        store(name)
    elif what == "empty":
        run()
        fresh(name)
        store(name)
    elif what == "delete" and len(texts) > 3:
        run()
        del texts[name]
        pending.pop(name, None)
        os.unlink(name)
    elif what == "touch":
        os.utime(name)


def run():
    now.append("run " + " ".join(f"{name}:{len(texts[name][0])}" for name in sorted(texts)))
    with open("bookmarks", "w", newline="") as file:
        file.write("#bookmark\tpipeline\tsource\tstate\n")
        for source, state in marks.items():
            file.write(f"p\t{source}\t{state}\n")
        file.write(f"#end\t{len(marks)}\n")
    names = sorted(texts)
    rng.shuffle(names)
    if not names:
        return
    got = subprocess.run(
        ["csv-read", "-q", "--origin", "--resume", "bookmarks", "--rejects", "rejects", *options, *names],
        capture_output=True, text=True)
    if got.returncode != 0:
        die(f"exit {got.returncode}: {got.stderr}")
    new = {}
    lines = got.stdout.splitlines()
    for line in lines:
        fields = line.split("\t")
        if fields[0] == "#mark":
            marks[fields[1]] = fields[2]
        elif not line.startswith("#"):
            new[int(fields[0])] = fields[-1]
            if int(fields[0]) in seen:
                die(f"read twice: {line}")
    if int(lines[-1].split("\t")[1]) != len(new):
        die("read twice in a run, or #end is wrong")
    with open("rejects", newline="") as file:
        for line in file.read().split("\n"):
            fields = line.split("\t")
            if fields[0] != "csv-read":
                continue
            if fields[1] != "bad-time":
                die(f"a reject: {line}")
            n = int(fields[5].split(",")[0])
            if n in seen or n in new:
                die(f"rejected twice: {line}")
            new[n] = fields[2]
    seen.update(new)
    for name, (text, _) in texts.items():
        for n, line in complete(text.decode()):
            if n not in seen:
                die(f"not read: record {n}, {name}:{line}")
            if n in new and new[n].startswith(name + ":") and new[n] != f"{name}:{line}":
                die(f"record {n} is said to stand at {new[n]}, not {name}:{line}")


for _ in range(steps):
    step()
    if rng.random() < 0.4:
        run()
for name in plain():
    if name in pending:
        texts[name] = (texts[name][0] + pending.pop(name), texts[name][1])
        store(name)
run()
before = dict(marks)
count = len(seen)
run()
if len(seen) != count:
    die("the last run found something new")
print(f"{count} records, {len(marks)} bookmarks")
