#!/usr/bin/env python3
"""agg-daily, agg-toprated and agg-hourly as their manuals tell it, with sets, dictionaries and exact
fractions. trending_model.py makes the streams.

  rollup_model.py daily BY,... ZONE <WATCHES
  rollup_model.py toprated DAYS AS_OF ZONE SCORE MIN_VOTES <WATCHES   (0 days: all up to AS_OF)
  rollup_model.py hourly BY,... DAYS AS_OF ZONE <WATCHES
"""
import datetime
import sys
from collections import defaultdict
from fractions import Fraction
from zoneinfo import ZoneInfo

NULL = "\\N"


def watches(zone):
    """The rows, each with its local time; those without a time are left out."""
    zone = ZoneInfo(zone)
    columns = []
    for text in sys.stdin:
        fields = text.rstrip("\n").split("\t")
        if fields[0].startswith("#"):
            columns = fields[1:] if fields[0] == "#watch" else columns
            continue
        row = dict(zip(columns, fields))
        if row["watch_timestamp"] == NULL:
            continue
        time = datetime.datetime.fromisoformat(row["watch_timestamp"][:19])
        row["local"] = time.replace(tzinfo=datetime.timezone.utc).astimezone(zone)
        row["day"] = row["local"].date()
        row["score"] = None if row["rating"] == NULL else Fraction(row["rating"])
        yield row


def within(row, days, as_of):
    last = datetime.date.fromisoformat(as_of)
    return row["day"] <= last and (not days or row["day"] > last - datetime.timedelta(days))


def decimal(value, places):
    """Rounded half up; as the stream writes it."""
    whole = (value * 10**places + Fraction(1, 2)) // 1
    text = "%d.%0*d" % (whole // 10**places, places, whole % 10**places)
    return text.rstrip("0").rstrip(".")


def segment(name, columns, rows):
    print("\t".join(["#" + name] + columns))
    for row in rows:
        print("\t".join(map(str, row)))
    print("#end\t%d" % len(rows))


class Figures:
    def __init__(self):
        self.views = self.rated = 0
        self.users, self.sum = set(), Fraction(0)

    def add(self, row):
        self.views += 1
        if row["user_id"] != NULL:
            self.users.add(row["user_id"])
        if row["score"] is not None:
            self.rated += 1
            self.sum += row["score"]

    def fields(self):
        return [self.views, len(self.users), self.rated, decimal(self.sum, 3)]


def genres(row):
    names = set() if row["genres"] == NULL else set(row["genres"].split("|"))
    # A name is written with its # escaped; in a list that is so for the first alone.
    return {"\\" + name if name.startswith("#") else name for name in names}


def plain(name):
    return name.replace("\\#", "#").replace("\\\\", "\\").encode()


KEYS = {
    "day": ([], lambda row: [()], lambda key: key),
    "movie": (["movie_id"], lambda row: [(int(row["movie_id"]),)], lambda key: key),
    "genre": (["genre"], lambda row: [(name,) for name in genres(row)], lambda key: plain(key[0])),
    "hour": (["hour"], lambda row: [(row["local"].hour,)], lambda key: key),
    "hour-weekday": (["weekday", "hour"], lambda row: [(row["local"].isoweekday(), row["local"].hour)],
                     lambda key: key),
}


def daily(by, zone):
    by = by.split(",")
    cells = {name: defaultdict(Figures) for name in by}
    for row in watches(zone):
        if "movie" in by and row["movie_id"] == NULL:
            continue
        for name in by:
            for key in KEYS[name][1](row):
                cells[name][row["day"], key].add(row)
    for name in by:
        columns, _, order = KEYS[name]
        segment(name.replace("-", "_") + "_daily",
                ["day"] + columns + ["views", "viewers", "rated_views", "rating_sum"],
                [[day, *key, *cells[name][day, key].fields()]
                 for day, key in sorted(cells[name], key=lambda k: (k[0], order(k[1])))])


def toprated(days, as_of, zone, score, votes):
    films, titles, overall = defaultdict(Figures), {}, Figures()
    for row in watches(zone):
        if not within(row, days, as_of) or row["movie_id"] == NULL:
            continue
        movie = int(row["movie_id"])
        films[movie].add(row)
        overall.add(row)
        if row["title"] != NULL:
            titles.setdefault(movie, row["title"])
    rows = []
    for movie, f in films.items():
        if f.rated:
            weighted = f.sum / f.rated
            mean = overall.sum / overall.rated
            v = Fraction(f.rated)
            bayes = v / (v + votes) * weighted + votes / (v + votes) * mean
            points = (((bayes if score == "bayes" else weighted) * 10000 + Fraction(1, 2)) // 1)
            rows.append((-points, -f.rated, -f.views, movie, decimal(weighted, 4), decimal(bayes, 4)))
    segment("top_rated", ["scored_by", "as_of", "window_days", "min_votes", "rank", "movie_id", "views",
                          "rated_views", "weighted", "bayes", "mean", "_title"],
            [[score, as_of, days, votes, rank, movie, -views, -rated, weighted, bayes, decimal(mean, 4),
              titles.get(movie, NULL)]
             for rank, (_, rated, views, movie, weighted, bayes) in enumerate(sorted(rows), 1)])


def hourly(by, days, as_of, zone):
    cells = defaultdict(Figures)
    for row in watches(zone):
        if within(row, days, as_of):
            cells[row["local"].hour].add(row)
            cells[row["local"].isoweekday(), row["local"].hour].add(row)
    for name in by.split(","):
        if name == "hour":
            segment("hourly", ["hour", "views", "viewers"],
                    [[hour, *cells[hour].fields()[:2]] for hour in range(24)])
        else:
            segment("weekday_hourly", ["weekday", "hour", "views", "viewers"],
                    [[day, hour, *cells[day, hour].fields()[:2]] for day in range(1, 8) for hour in range(24)])


command, *rest = sys.argv[1:]
if command == "daily":
    daily(*rest)
elif command == "toprated":
    toprated(int(rest[0]), rest[1], rest[2], rest[3], int(rest[4]))
else:
    hourly(rest[0], int(rest[1]), *rest[2:])
