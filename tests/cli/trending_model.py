#!/usr/bin/env python3
"""agg-trending as its manual tells it, with sets, dictionaries and exact fractions, and streams to try
both on.

  trending_model.py generate SEED RECORDS FIRST_DAY DAYS
  trending_model.py run BY,... SCORE DAYS AS_OF ZONE HALF_LIFE_DAYS <STREAM
"""
import datetime
import random
import sys
from collections import defaultdict
from decimal import Decimal, getcontext
from fractions import Fraction
from zoneinfo import ZoneInfo

NULL = "\\N"
getcontext().prec = 50
UTC = datetime.timezone.utc


def generate(seed, count, first_day, days):
    rng = random.Random(seed)
    start = datetime.datetime.fromisoformat(first_day).replace(tzinfo=UTC)
    names = ["Action", "Drama", "War", "Sci\\\\Fi", "\\#1", "é", "a b"] + ["G%d" % i for i in range(60)]
    layouts = [
        ["session_id", "user_id", "movie_id", "watch_timestamp", "genres", "title",
         "rating"],
        ["title", "genres", "rating", "watch_timestamp", "device", "movie_id", "user_id"],
    ]
    films = {}
    for movie in list(range(-5, 25)) + [9223372036854775807, -9223372036854775808]:
        genres = [rng.choice(names) for _ in range(rng.randrange(0, 5))]
        # A # is escaped only where it begins the field.
        genres = [g if i == 0 else g.replace("\\#", "#") for i, g in enumerate(genres)]
        films[movie] = "|".join(genres) or NULL
    users = [rng.randrange(0, 200) for _ in range(150)]
    users += [rng.randrange(-2**63, 2**63) for _ in range(60)] + [0, 2**31 - 1, 2**31, 2**32, -1]
    at = 0
    while at < count:
        columns = rng.choice(layouts)
        print("\t".join(["#watch"] + columns))
        n = min(count - at, rng.randrange(0, count))
        for _ in range(n):
            at += 1
            movie = rng.choice(list(films))
            seconds = rng.randrange(days * 86400)
            if rng.random() < 0.3:  # on and around the hours in which days begin
                seconds = seconds // 1800 * 1800 + rng.choice([-1, 0, 0, 1])
            time = start + datetime.timedelta(seconds=seconds)
            row = {
                "session_id": str(at),
                "user_id": NULL if rng.random() < 0.01 else str(rng.choice(users)),
                "movie_id": str(movie),
                "watch_timestamp": time.strftime("%Y-%m-%dT%H:%M:%S")
                + rng.choice(["", "", ".5", ".999999"]) + "Z",
                "genres": films[movie],
                "title": NULL if rng.random() < 0.5 else "Film %d" % movie,
                "rating": rng.choice([NULL, NULL, "0", "10", "7.5", "%d.%03d" % (rng.randrange(10), rng.randrange(1, 1000))]),
                "device": "tv",
            }
            if "." in row["rating"]:
                row["rating"] = row["rating"].rstrip("0")
            if rng.random() < 0.005:
                row[rng.choice(["movie_id", "watch_timestamp"])] = NULL
            print("\t".join(row[c] for c in columns))
        print("#end\t%d" % n)


def unescape(text):
    return text[1:] if text.startswith("\\#") else text


def escape(text):
    return "\\" + text if text.startswith("#") else text


def number(fraction):
    """With at most 4 places, as the stream writes it."""
    text = "%.4f" % Decimal(fraction.numerator) if fraction.denominator == 1 else str(
        Decimal(fraction.numerator) / Decimal(fraction.denominator))
    return text.rstrip("0").rstrip(".") if "." in text else text


def run(lines, by, wanted, score, days, as_of, zone, half_life):
    last = datetime.date.fromisoformat(as_of)
    zone = ZoneInfo(zone)
    views = [defaultdict(int), defaultdict(int)]
    viewers = [defaultdict(set), defaultdict(set)]
    decayed = [defaultdict(int), defaultdict(int)]
    titles = {}
    for text in lines:
        fields = text.rstrip("\n").split("\t")
        if fields[0].startswith("#"):
            columns = fields[1:] if fields[0] == "#watch" else columns
            continue
        row = dict(zip(columns, fields))
        if row["watch_timestamp"] == NULL:
            continue
        time = datetime.datetime.fromisoformat(row["watch_timestamp"][:19]).replace(tzinfo=UTC)
        age = (last - time.astimezone(zone).date()).days
        if age < 0 or age >= 2 * days:
            continue
        window, age = age // days, age % days
        weight = int((Decimal(2) ** (-Decimal(age) / Decimal(half_life)) * 1000000).quantize(Decimal(1)))
        if "movie" in wanted and row["movie_id"] == NULL:
            continue  # a reject, whatever else it would count for
        if by == "movie":
            items = [int(row["movie_id"])]
        elif by == "all":
            items = ["all"]
        else:
            items = [] if row["genres"] == NULL else {unescape(g) for g in row["genres"].split("|")}
        for item in items:
            views[window][item] += 1
            decayed[window][item] += weight
            if row["user_id"] != NULL:
                viewers[window][item].add(row["user_id"])
            if row["title"] != NULL:
                titles.setdefault(item, row["title"])

    def points(window, item):
        if score == "views":
            return Fraction(views[window][item])
        if score == "viewers":
            return Fraction(len(viewers[window][item]))
        return Fraction((Fraction(decayed[window][item], 1000000) * 10000 + Fraction(1, 2)) // 1, 10000)

    def places(window):
        return sorted(views[window], key=lambda item: (
            -points(window, item), -views[window][item],
            item if by == "movie" else item.encode()))

    current = places(0)
    if by == "all" and not current:
        current = places(1)
    before = {item: i for i, item in enumerate(places(1), 1)}
    header = ["#trending", "by", "scored_by", "as_of", "window_days", "rank", "item", "views", "viewers",
              "score", "previous_views", "previous_viewers", "previous_score", "previous_rank", "change"]
    print("\t".join(header + (["_title"] if by == "movie" else [])))
    for rank, item in enumerate(current, 1):
        row = [by, score, as_of, days, rank, escape(item) if by == "genre" else item, views[0][item],
               len(viewers[0][item]), number(points(0, item)), views[1].get(item, 0),
               len(viewers[1][item]), number(points(1, item) if item in before else Fraction(0)),
               before.get(item, NULL), number(points(0, item) - points(1, item))]
        if by == "movie":
            row.append(titles.get(item, NULL))
        print("\t".join(map(str, row)))
    print("#end\t%d" % len(current))


if sys.argv[1] == "generate":
    generate(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
else:
    stream = sys.stdin.readlines()
    ways = sys.argv[2].split(",")
    for way in ways:
        run(stream, way, ways, sys.argv[3], int(sys.argv[4]), *sys.argv[5:8])
