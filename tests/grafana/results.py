"""What a panel's type demands of the columns and rows that its query gives."""

import re

from grafana import run
from layout import described, need

NUMBERS = {"bigint", "integer", "smallint", "numeric", "double precision", "real"}
TEXTS = {"text", "character varying"}
# A date is shown as a moment, in some time zones one of the day before; an array or json isn't shown at all.
TYPES = NUMBERS | TEXTS | {"timestamp with time zone", "boolean"}


def numbers(result):
    return [name for name in result.names if result.types[name] in NUMBERS and name != "time"]


def series(result, where, panel):
    """Time series: `time` first, ascending and never NULL; numbers; at most one text, `metric`, which names them."""
    need(result.names[:1] == ["time"], f"{where}: the first column is time")
    kind = result.types["time"]
    need(kind == "timestamp with time zone" or kind in NUMBERS, f"{where}: time is a {kind}")
    texts = [name for name in result.names if result.types[name] in TEXTS]
    need(texts in ([], ["metric"]), f"{where}: text columns are labels: {texts}")
    need(numbers(result), f"{where}: no number to draw")
    need(len(texts) + len(numbers(result)) + 1 == len(result.names), f"{where}: columns that can't be drawn")
    need(not texts or len(numbers(result)) == 1, f"{where}: metric names one column")
    times = result.column("time")
    need(None not in times, f"{where}: time is NULL")
    ordered = [float(one) for one in times] if kind in NUMBERS else times
    need(ordered == sorted(ordered), f"{where}: time doesn't ascend")
    keys = list(zip(times, result.column("metric"))) if texts else times
    need(len(keys) == len(set(keys)), f"{where}: two points of one series at one time")
    if panel["fieldConfig"]["defaults"]["custom"].get("stacking", {}).get("mode", "none") != "none":
        for name in numbers(result):
            need(None not in result.column(name), f"{where}: a stack has gaps: {name} is NULL")
        if texts and "$__timeGroup" not in panel["targets"][0]["rawSql"]:
            need(len(keys) == len(set(times)) * len(set(result.column("metric"))), f"{where}: a stack has gaps")


def heatmap(result, where, panel):
    """Rows of cells: time first, then a number for each row, in the order of their names."""
    need(panel["options"]["calculate"] is False, f"{where}: the cells are counted already")
    series(result, where, {"fieldConfig": {"defaults": {"custom": {}}}})
    need("metric" not in result.names and len(result.names) > 2, f"{where}: a column for each row of cells")
    need(result.names[1:] == sorted(result.names[1:]), f"{where}: rows out of order: pad the numbers with zeros")


def barchart(result, where, panel):
    field = panel["options"].get("xField")
    need(field in result.names and result.types[field] in TEXTS, f"{where}: xField is not a text column: {field}")
    need(numbers(result), f"{where}: no number to draw")
    colour = panel["options"].get("colorByField")
    need(colour is None or colour in result.names, f"{where}: colorByField: {colour}")
    need(None not in result.column(field), f"{where}: a bar without a name")


def stat(result, where, panel):
    need(len(result.rows) <= 1, f"{where}: one row, not {len(result.rows)}")
    fields = panel["options"]["reduceOptions"]["fields"]
    need(fields == "/.*/" or numbers(result) == result.names, f"{where}: a text isn't shown unless fields is /.*/")


def table(result, where, panel):
    need("time" not in result.names and "metric" not in result.names, f"{where}: names for curves in a table")


SHAPES = {"timeseries": series, "heatmap": heatmap, "barchart": barchart, "stat": stat, "table": table}


def references(panel, result, where):
    """Overrides, links and hidden columns name columns that are there; a curve is named by its `metric`."""
    for override in panel["fieldConfig"]["overrides"]:
        matcher = override["matcher"]
        if matcher["id"] == "byRegexp":
            pattern = matcher["options"].strip("/")
            need(any(re.search(pattern, name) for name in result.names), f"{where}: an override of no column: {pattern}")
        elif "metric" not in result.names:
            need(matcher["options"] in result.names, f"{where}: an override of no column: {matcher['options']}")
    for name in re.findall(r"__data\.fields\.([\w ]+)", str(panel["fieldConfig"])):
        need(name in result.names, f"{where}: a link uses a column that isn't there: {name}")
    if "movie_id" in result.names and panel["type"] == "table":
        hidden = [one for one in panel["fieldConfig"]["overrides"] if one["matcher"]["options"] == "movie_id"]
        need(hidden, f"{where}: movie_id is for links, not to be seen")


def typed(result, where):
    need(len(result.names) == len(set(result.names)), f"{where}: two columns with one name")
    for name, kind in result.columns:
        need(kind in TYPES, f"{where}: {name} is a {kind}, which Grafana shows wrongly or not at all")


def panel_query(board, panel, target, span, repeat):
    where = f"{panel['title']}"
    sql = board.expand(target["rawSql"], span, least=panel.get("interval", "1m"))
    result = run(sql, repeat, "America/St_Johns")
    typed(result, where)
    need((target["format"] == "time_series") == (panel["type"] in ("timeseries", "heatmap")), f"{where}: format: {target['format']}")
    SHAPES[panel["type"]](result, where, panel)
    references(panel, result, where)
    described(panel, result.names, sql)
    return result


def annotation_query(board, annotation, span, repeat):
    where = f"annotation {annotation['name']}"
    result = run(board.expand(annotation["target"]["rawSql"], span), repeat, "America/St_Johns")
    need(set(result.names) <= {"time", "timeend", "text", "tags", "title", "id"}, f"{where}: columns: {result.names}")
    need(result.types.get("time") == "timestamp with time zone", f"{where}: no time")
    need(result.types.get("timeend", "timestamp with time zone") == "timestamp with time zone", f"{where}: timeend")
    need(result.types.get("text") == "text", f"{where}: no text")
    need(None not in result.column("time") + result.column("text"), f"{where}: time or text is NULL")
    return result


def variable_query(board, variable, span, repeat):
    where = f"variable {variable['name']}"
    searched = "__searchFilter" in variable["query"]
    result = run(board.expand(variable["query"], span, "" if searched else None), repeat, "America/St_Johns")
    need(result.names == ["__text", "__value"] or len(result.names) == 1, f"{where}: columns: {result.names}")
    need(None not in result.column(result.names[-1]), f"{where}: a NULL to choose")
    keys = result.column(result.names[-1])
    need(len(keys) == len(set(keys)), f"{where}: a value twice")
    if searched:
        # A quote that somebody types must not end the text.
        found = run(board.expand(variable["query"], span, "o'%"), zone="America/St_Johns")
        need(len(found.rows) <= len(result.rows), f"{where}: a search finds more than all")
    return result


def alert_query(rule, repeat):
    where = f"alert {rule['uid']}"
    result = run(rule["data"][0]["model"]["rawSql"], repeat, "America/St_Johns")
    typed(result, where)
    need(len(numbers(result)) == 1 and len(result.names) == 2, f"{where}: one number, and one text that says of what")
    label = next(name for name in result.names if name not in numbers(result))
    need(result.types[label] == "text", f"{where}: {label} is no text")
    need(len(set(result.column(label))) == len(result.rows), f"{where}: two rows for one {label}")
    need(None not in result.column(numbers(result)[0]), f"{where}: NULL is no number")
    for name in re.findall(r"\.Labels\.(\w+)", str(rule["annotations"])):
        need(name == label, f"{where}: its text names a label that isn't there: {name}")
    return result
