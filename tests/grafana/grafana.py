"""Dashboards as Grafana reads them: variables and macros expanded, queries run as the role reelpipe_dash.

Variables are what the browser puts in (template_srv.ts, and interpolateVariable of the SQL data sources); macros are
what the server expands (macros.go of the PostgreSQL data source). Whatever they would leave as it is, or refuse, is a
Fault here.
"""

import datetime
import json
import os
import pathlib
import re
import subprocess

TREE = pathlib.Path(__file__).resolve().parents[2]
UTC = datetime.timezone.utc
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


class Fault(Exception):
    """What Grafana would refuse, or show wrongly."""


# --- time -------------------------------------------------------------------------------------------------------

def moment(text, now):
    """A point of time as dashboards write it: now, now-30d, or RFC 3339."""
    match = re.fullmatch(r"now(?:-(\d+)([smhdw]))?", text)
    if match:
        back = int(match[1] or 0) * SECONDS[match[2] or "s"]
        return now - datetime.timedelta(seconds=back)
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Fault(f"not a time: {text}") from None


def rfc3339(when):
    text = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return text + "Z"


class Range:
    """The time range that is shown."""

    def __init__(self, start, end):
        self.start, self.end = start, end


# What $__interval is rounded to, and up to which length (rangeutil.ts), in seconds.
ROUND = [(90, "1m"), (150, "2m"), (450, "5m"), (750, "10m"), (1200, "15m"), (2700, "30m"), (5400, "1h"), (9000, "2h"),
         (16200, "3h"), (32400, "6h"), (86400, "12h"), (604800, "1d"), (1814400, "1w")]
# A point for each pixel of a panel, roughly.
POINTS = 1000


def seconds(interval):
    return int(interval[:-1]) * SECONDS[interval[-1]]


def interval_of(span, least):
    """How far apart the points of a curve are, but never nearer than `least`."""
    length = (span.end - span.start).total_seconds() / POINTS
    rounded = next((name for limit, name in ROUND if length < limit), "30d")
    return max(rounded, least, key=seconds)


# --- variables --------------------------------------------------------------------------------------------------

VARIABLE = re.compile(r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}")


def quoted(value):
    return "'" + value.replace("'", "''") + "'"


def formatted(variable, value, text, form):
    """A variable's value in a query; without a form, as the PostgreSQL data source does it."""
    if variable.get("includeAll") and value in ("$__all", ["$__all"]):
        if variable.get("allValue"):
            return "All" if form == "text" else variable["allValue"]
        value = [option["value"] for option in variable["options"]]
    if form is None:
        if isinstance(value, list):
            return ",".join(quoted(one) for one in value)
        if variable.get("multi") or variable.get("includeAll"):
            return quoted(value)
        return value.replace("'", "''")
    if form == "sqlstring":
        return ",".join(quoted(one) for one in value) if isinstance(value, list) else quoted(value)
    if form == "raw":
        return ",".join(value) if isinstance(value, list) else value
    if form == "text":
        return " + ".join(text) if isinstance(text, list) else text
    raise Fault(f"a form of variables that isn't used here: ${{{variable['name']}:{form}}}")


def interpolate(text, variables, values, builtin):
    """Replaces variables. Macros stay; another name that nobody knows is a fault, since it would stay too."""

    def one(match):
        name = match[1] or match[2] or match[4]
        form = match[3] or match[6]
        if match[1] and name.startswith("__") and text[match.end():match.end() + 1] == "(":
            return match[0]
        if name in builtin:
            return builtin[name]
        if name not in variables:
            raise Fault(f"no such variable: {match[0]}")
        value, label = values[name]
        return formatted(variables[name], value, label, form)

    return VARIABLE.sub(one, text)


# --- macros -----------------------------------------------------------------------------------------------------

def group(arguments, name):
    if len(arguments) not in (2, 3):
        raise Fault(f"${name} needs a column and an interval")
    column, interval = arguments[0], arguments[1].strip("'")
    match = re.fullmatch(r"(\d+)([smhdw])", interval)
    if not match:
        raise Fault(f"${name}: not an interval: {interval}")
    if len(arguments) == 3 and not re.fullmatch(r"NULL|previous|-?\d+(\.\d+)?", arguments[2]):
        raise Fault(f"${name}: not a fill value: {arguments[2]}")
    seconds = int(match[1]) * SECONDS[match[2]]
    return f"floor(extract(epoch from {column})/{seconds})*{seconds}"


def macros(sql, span):
    """Expands macros as the server does: arguments reach to the first closing parenthesis."""
    start, end = rfc3339(span.start), rfc3339(span.end)

    def one(match):
        name = match[1]
        arguments = [part.strip(" ") for part in match[2].split(",")]
        if name in ("__timeFrom", "__timeTo"):
            if match[2]:
                raise Fault(f"${name} takes no argument")
            return f"'{start if name == '__timeFrom' else end}'"
        if not arguments[0]:
            raise Fault(f"${name} needs a column")
        if "(" in match[2]:
            raise Fault(f"${name}: its argument ends at the first parenthesis: {match[2]}")
        if name == "__timeGroup":
            return group(arguments, name)
        if name == "__timeGroupAlias":
            return group(arguments, name) + ' AS "time"'
        if len(arguments) != 1:
            raise Fault(f"${name} takes one column")
        column = arguments[0]
        if name == "__timeFilter":
            return f"{column} BETWEEN '{start}' AND '{end}'"
        if name == "__time":
            return f'{column} AS "time"'
        if name == "__unixEpochFilter":
            return f"{column} >= {int(span.start.timestamp())} AND {column} <= {int(span.end.timestamp())}"
        raise Fault(f"unknown macro: ${name}")

    return re.sub(r"\$([_a-zA-Z0-9]+)\(([^)]*)\)", one, sql)


# --- the database -----------------------------------------------------------------------------------------------

UNESCAPE = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\\": "\\"}


def field(text):
    """A field of COPY's text format."""
    if text == "\\N":
        return None
    return re.sub(r"\\(.)", lambda match: UNESCAPE.get(match[1], match[1]), text)


class Result:
    def __init__(self, columns, rows, milliseconds):
        self.columns, self.rows, self.milliseconds = columns, rows, milliseconds
        self.names = [name for name, _ in columns]
        self.types = dict(columns)

    def column(self, name):
        at = self.names.index(name)
        return [row[at] for row in self.rows]


def run(sql, repeat=1, zone="UTC"):
    """Runs a query as reelpipe_dash and says how long the fastest of some runs took."""
    script = [f"SET timezone = '{zone}';", "\\pset footer off", f"{sql}\n\\gdesc", "\\echo ---", "\\timing on"]
    script += [f"COPY (\n{sql}\n) TO STDOUT;"] * repeat
    env = dict(os.environ, PGUSER="reelpipe_dash", PGOPTIONS="-c client_min_messages=warning", PGCLIENTENCODING="UTF8")
    done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-F", "\t"], input="\n".join(script) + "\n",
                          capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise Fault("the query fails: " + done.stderr.strip().replace("\n", " | "))
    head, _, body = done.stdout.partition("---\n")
    # numeric(5,3) is numeric to Grafana.
    columns = [tuple(re.sub(r"\(.*?\)$", "", line).split("\t")) for line in head.splitlines()]
    rows, times = [], []
    for line in body.split("\n")[:-1]:
        timing = re.fullmatch(r"Time: ([\d.]+) ms.*", line)
        if timing:
            times.append(float(timing[1]))
        elif len(times) == 0:
            rows.append([field(part) for part in line.split("\t")])
    return Result(columns, rows, min(times))


# --- dashboards -------------------------------------------------------------------------------------------------

class Dashboard:
    """One file, with the values that its variables have when it is opened."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.name = self.path.stem
        self.json = json.loads(self.path.read_text(encoding="utf-8"))
        self.variables = {one["name"]: one for one in self.json["templating"]["list"]}
        self.values = {}

    def panels(self):
        for panel in self.json["panels"]:
            yield panel
            yield from panel.get("panels", [])

    def range(self, now):
        shown = self.json["time"]
        return Range(moment(shown["from"], now), moment(shown["to"], now))

    def expand(self, sql, span, search=None, least="1m"):
        interval = interval_of(span, least)
        builtin = {"__interval": interval, "__interval_ms": str(1000 * seconds(interval))}
        if search is not None:
            builtin["__searchFilter"] = search.replace("'", "''") + "%"
        return macros(interpolate(sql, self.variables, self.values, builtin), span)

    def open(self, span, chosen=None):
        """Gives the variables their values, those of queries too, in order: chosen ones or what is preset."""
        self.values = {}
        for name, variable in self.variables.items():
            if variable["type"] == "query":
                result = run(self.expand(variable["query"], span, ""))
                texts = result.column("__text" if "__text" in result.names else result.names[0])
                keys = result.column("__value" if "__value" in result.names else result.names[0])
                variable["options"] = [{"text": text, "value": key} for text, key in zip(texts, keys)]
            offered = {option["value"]: option["text"] for option in variable["options"]}
            preset = variable["current"]
            if chosen and name in chosen:
                value = chosen[name]
                self.values[name] = (value, value if isinstance(value, list) else offered.get(value, value))
            elif variable["includeAll"] or preset["value"] in offered or not offered:
                self.values[name] = (preset["value"], preset["text"])
            else:
                # A preset that isn't offered gives way to the first that is.
                self.values[name] = next(iter(offered.items()))
        return self


def dashboards(folder=None):
    return [Dashboard(path) for path in sorted(pathlib.Path(folder or TREE / "grafana/dashboards").glob("*.json"))]
