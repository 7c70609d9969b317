#!/usr/bin/env python3
# The logs of a simulated service as they arrive in the field: `month_logs.py SIM LOGS SEED PER_STEP STEP` does what
# happens in a step, and prints how many steps there are. What becomes of a file follows from SEED and its number alone.
#
# SIM/logs has the whole files, one an hour. LOGS gets them: at once, in pieces cut at any byte, renamed and compressed
# while they grow, days late, twice under other names, or as lines of one log that is rotated daily. SIM/corrections
# gets copies of the files that are made here, for who wants to load everything at once.
import collections
import gzip
import os
import random
import re
import shutil
import sys

sim, logs, seed, per_step, step = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
names = sorted(os.listdir(sim + "/logs"))
day = max(24 // per_step, 3)
arriving = -(-len(names) // per_step)
last = arriving + 3 * day
kinds = "plain grows rotated compressed late late-compressed copied rewritten line line".split()
PLAIN = re.compile(rb"^(\d+),(\d+),(\d{4}-\d\d-\d\dT\d\d:\d\d:)([0-4]\d|5[0-8])Z,([\d.]*),(\d+)$", re.M)


def whole(name):
    with open(f"{sim}/logs/{name}", "rb") as file:
        return file.read()


def append(name, data):
    with open(f"{logs}/{name}", "ab") as file:
        file.write(data)


def compress(name):
    with open(f"{logs}/{name}", "rb") as source, gzip.open(f"{logs}/{name}.tmp", "wb") as target:
        shutil.copyfileobj(source, target)
    os.rename(f"{logs}/{name}.tmp", f"{logs}/{name}.gz")
    os.unlink(f"{logs}/{name}")


def happens(number, name):
    """What happens to a file now: `age` steps after its hour."""
    age = step - number // per_step
    if age < 0:
        return
    dice = random.Random(f"{seed} {name}")
    kind = dice.choice(kinds)
    data = whole(name)
    first, second = sorted(dice.randrange(len(data) + 1) for _ in "ab")
    delay = dice.randint(day, 3 * day)
    if kind == "grows":
        pieces = data[:first], data[first:second], data[second:]
        if age < 3:
            append(name, pieces[age])
    elif kind == "rotated":
        if age == 0:
            append(name, data[:first])
        elif age == 1:
            os.rename(f"{logs}/{name}", f"{logs}/{name}.1")
            append(name + ".1", data[first:])
        elif age == 2:
            compress(name + ".1")
    elif kind in ("late", "late-compressed"):
        if age == delay:
            append(name, data)
            if kind != "late":
                compress(name)
    elif kind == "line":
        if age == 0:
            rows = data.split(b"\n", 1)[1]
            with open(f"{sim}/pending", "ab") as pending:
                pending.write(rows)
    elif age == 0:
        append(name, data)
    elif kind == "compressed" and age == 1:
        compress(name)
    elif kind == "copied" and age == delay:
        append("copy-" + name, data)
    elif kind == "rewritten" and age == delay:
        head, rows = data.split(b"\n", 1)
        append("again-" + name, head.replace(b",", b", ") + b"\n" + rows)


def one_log():
    """app.csv: lines of many hours, the last of them cut anywhere, with a new file each day."""
    path = f"{sim}/pending"
    pending = open(path, "rb").read() if os.path.exists(path) else b""
    cut = len(pending) if step >= arriving else random.Random(f"{seed} line {step}").randrange(len(pending) + 1)
    if not os.path.exists(f"{logs}/app.csv"):
        append("app.csv", b"user_id,movie_id,timestamp,rating,session_id\n")
    append("app.csv", pending[:cut])
    with open(path, "wb") as rest:
        rest.write(pending[cut:])
    if step % day == day - 1:
        # The line that is being written goes to the end of the old file, as with a program that holds it open.
        line, rest = (pending[cut:].split(b"\n", 1) + [b""])[:2]
        os.path.exists(f"{logs}/app.csv.2") and os.rename(f"{logs}/app.csv.2", f"{logs}/app.csv-{step:05}")
        os.path.exists(f"{logs}/app.csv.1") and os.rename(f"{logs}/app.csv.1", f"{logs}/app.csv.2")
        os.rename(f"{logs}/app.csv", f"{logs}/app.csv.1")
        if cut < len(pending):
            append("app.csv.1", line + b"\n")
            with open(path, "wb") as file:
                file.write(rest)
        old = f"app.csv-{step:05}"
        if os.path.exists(f"{logs}/{old}"):
            compress(old)


def corrections():
    """Sessions again: with the best rating, or with a later time. Such that are there once: no conflicts."""
    dice = random.Random(f"{seed} corrections {step}")
    number = (step - dice.randint(0, day)) * per_step
    if not 0 <= number < len(names) or dice.random() < 0.5:
        return
    data = whole(names[number])
    times = collections.Counter(re.findall(rb"\d+", data))
    rows = [row for row in PLAIN.findall(data) if times[row[5]] == 1]
    text = b"session_id,user_id,movie_id,timestamp,rating\n"
    for user, film, minute, second, _, session in dice.sample(rows, min(5, len(rows))):
        late = dice.random() < 0.5
        text += b"%s,%s,%s,%s%02dZ,%s\n" % (session, user, film, minute, int(second) + late, b"0.5" if late else b"10")
    if text.count(b"\n") > 1:
        append(f"corrections-{step:05}.csv", text)
        os.makedirs(f"{sim}/corrections", exist_ok=True)
        shutil.copy(f"{logs}/corrections-{step:05}.csv", f"{sim}/corrections")


for number, name in enumerate(names):
    happens(number, name)
one_log()
corrections()
print(last + 1)
