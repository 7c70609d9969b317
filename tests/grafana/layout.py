"""What a dashboard's file has to be, whatever the database holds."""

import re

from grafana import TREE, Fault

SOURCE = {"type": "postgres", "uid": "reelpipe"}
KINDS = {"timeseries", "heatmap", "barchart", "stat", "table"}
UNITS = {"short", "percent", "percentunit", "s", "si:rec/s", "bytes", "m", "dateTimeAsIso", "suffix: h"}
# What a name with a capital letter inside a title is.
PROPER = {"ETL", "Bayesian", "TMDB"}
# What a table's footer-like columns in a legend are called.
CALCS = {"sum": "Total", "mean": "Mean", "max": "Max", "min": "Min", "lastNotNull": "Last *"}

# What the columns of results are called, everywhere the same, and which metric of reelpipe-metrics(7) each shows;
# None: none. A column whose metric depends on what is counted has one for each view or list.
COLUMNS = {
    "Views": {"dash.genre_days": "genre views", "dash.hour_days": "views by hour", "'genre'": "genre views", "": "views"},
    "Window before": {"'genre'": "genre views", "": "views"},
    "Viewers": "viewers", "Rated views": "rated views", "First views": "first views",
    "Mean rating": "weighted average", "Estimate": "Bayesian estimate",
    "Score": {"'decay'": "trending score, by decay", "": "trending score"},
    # How viewers change isn't the change of a score.
    "Change": "change", "Change %": {"previous_viewers": "viewers", "": "change"},
    "Places": "rank change", "Gained": "rank change",
    "Age": "age of data", "Watches": "age of data", "Film metadata": "age of data", "Lists": "age of data",
    "Duration": "duration", "Records/s": {"dash.stages": None, "": "throughput"}, "Reject rate": "reject rate",
    "Violations": "violations",
    r"\d\d": "views by hour", r"[A-Z][a-z]+day": "genre views",
    "Place": None, "Film": None, "Genre": None, "Genres": None, "Day": None, "Difference": None, "Released": None,
    "Time zone": None, "Lists of": None, "movie_id": None, "Original title": None, "Language": None, "Runtime": None,
    "Status": None, "TMDB rating": None, "TMDB votes": None, "TMDB number": None,
    "Runs": None, "Failed": None, "To be tried again": None, "Running": None, "Pipeline": None, "Started": None,
    "Records read": None, "Loaded": None, "Rejected": None, "Dropped": None, "Attempts": None, "Failed stage": None,
    "Message": None, "Stage": None, "Written": None, "Inserted": None, "Updated": None, "Unchanged": None,
    "Bytes in": None, "Seconds": None, "Errors": None, "Warnings": None, "Kept": None, "Since the check": None,
    "Rejects": None, "Severity": None, "Rule": None, "What the rule demands": None, "Rows": None, "Stored": None,
    "Origin": None, "Reason": None, "time": None, "metric": None,
}


def metrics():
    """The sentence of each metric, from the manual page."""
    page = (TREE / "man/reelpipe-metrics.7").read_text(encoding="utf-8")
    found = re.findall(r"^\.It Sy (.+)\n(.+)$", page, re.M)
    return {name: re.match(r"[^.]+\.", text)[0] for name, text in found}


def metric_of(column, sql):
    for name, metric in COLUMNS.items():
        if re.fullmatch(name, column):
            if isinstance(metric, dict):
                return next(value for where, value in metric.items() if where in sql)
            return metric
    raise Fault(f"a column that has no fixed meaning: {column}")


def need(condition, message):
    if not condition:
        raise Fault(message)


def grid(panels):
    taken = {}
    for panel in panels:
        at = panel["gridPos"]
        need(at["x"] >= 0 and at["w"] > 0 and at["h"] > 0 and at["x"] + at["w"] <= 24, f"{panel['title']}: outside the grid")
        need(panel["type"] != "row" or (at["w"], at["h"]) == (24, 1), f"{panel['title']}: a row is as wide as the grid")
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                need((x, y) not in taken, f"{panel['title']}: overlaps {taken.get((x, y))}")
                taken[x, y] = panel["title"]


def sentence_case(text):
    words = re.sub(r"\$\{?\w+(:\w+)?\}?", "x", text).split()
    need(text[:1] == "$" or text[:1].isupper(), f"a title begins with a capital letter: {text}")
    for word in words[1:]:
        need(word in PROPER or word == word.lower(), f"a title is a sentence, not Title Case: {text}")


def relations(sql):
    """Names that a query reads from, but for those of its own WITH."""
    own = set(re.findall(r"(?:WITH|,)\s*(\w+) AS \(", sql))
    return {name for name in re.findall(r"(?:FROM|JOIN)\s+([a-z_][\w.]*)(?!\w|\()", sql) if name not in own}


def query(target, name, variables):
    need(target.get("datasource") == SOURCE, f"{name}: its data source isn't named by uid")
    need(target.get("rawQuery") is True and target.get("editorMode") == "code", f"{name}: not written as SQL")
    need(target.get("format") in ("table", "time_series"), f"{name}: format: {target.get('format')}")
    statement(target["rawSql"], name, variables)


def statement(sql, name, variables):
    for relation in relations(re.sub(r"extract\([^)]*\)", "", sql)):
        need(relation.startswith("dash."), f"{name}: reads {relation}, not a view of dash")
    need("dash." in sql, f"{name}: reads no view")
    # A variable between quotes of the query's own, or bare, is whatever an address says it is.
    for match in re.finditer(r"\$\{?(\w+)(:\w+)?\}?", sql):
        variable = variables.get(match[1])
        if variable is None:
            continue
        bare = match[2] is None
        need(match[2] == ":sqlstring" or (bare and variable.get("multi")),
             f"{name}: {match[0]}: a single value is written ${{{match[1]}:sqlstring}}")
        if bare:
            need(sql[:match.start()].endswith("ARRAY[") and sql[match.end():].startswith("]::text[]"),
                 f"{name}: {match[0]}: several values, or none, stand in ARRAY[…]::text[]")


def links(dashboard, uids):
    text = dashboard.path.read_text(encoding="utf-8")
    for uid in re.findall(r'"/d/([\w-]+)', text):
        need(uid in uids, f"a link to a dashboard that isn't here: {uid}")
    for url in re.findall(r'"url": "(/d/[^"]*\?[^"]*)"', text):
        need("${__url_time_range}" in url, f"a link that loses the time range: {url}")
        for name in re.findall(r"var-(\w+)=", url):
            target = uids[re.match(r"/d/([\w-]+)", url)[1]]
            need(name in target.variables, f"a link sets a variable that isn't there: {url}")


def legend(panel):
    shown = panel["options"].get("legend", {})
    if "sortBy" in shown:
        need(shown["sortBy"] in {CALCS[calc] for calc in shown["calcs"]}, f"{panel['title']}: the legend is sorted by what it doesn't show")


def fields(panel):
    """The configuration of fields: each panel says what it shows when there is nothing, and units are known ones."""
    defaults = panel["fieldConfig"]["defaults"]
    need(defaults.get("noValue"), f"{panel['title']}: says nothing when there is nothing to show (noValue)")
    properties = [(one["id"], one["value"]) for override in panel["fieldConfig"]["overrides"] for one in override["properties"]]
    for unit in [defaults.get("unit")] + [value for name, value in properties if name == "unit"]:
        need(unit is None or unit in UNITS, f"{panel['title']}: unit: {unit}")
    need("mappings" not in dict(properties) or all(one["type"] in ("regex", "value") for one in dict(properties)["mappings"]),
         f"{panel['title']}: mappings")


def genre_colours(boards, genres):
    """Each genre has one colour, in every panel that colours any."""
    known = {}
    for board in boards:
        for panel in board.panels():
            here = {}
            for override in panel.get("fieldConfig", {}).get("overrides", []):
                name = override["matcher"]["options"]
                colour = {one["id"]: one["value"] for one in override["properties"]}.get("color")
                if name in genres and colour:
                    here[name] = colour["fixedColor"]
            if here:
                need(set(here) == genres, f"{board.name}: {panel['title']}: genres without a colour: {sorted(genres - set(here))}")
                for name, colour in here.items():
                    need(known.setdefault(name, colour) == colour, f"{board.name}: {panel['title']}: another colour for {name}")
    need(len(set(known.values())) == len(genres), "two genres have one colour, or none has any")


def dashboard(board, uids):
    json, text = board.json, board.path.read_text(encoding="utf-8")
    need("__inputs" not in text and "${DS_" not in text, "made for import by hand: __inputs or ${DS_…}")
    need(json.get("uid", "").startswith("reelpipe-"), f"uid: {json.get('uid')}")
    need("id" not in json, "id belongs to one Grafana's database")
    need(json.get("title") and json.get("description"), "a dashboard has a title and a description")
    need(json["time"] == {"from": "now-30d", "to": "now"}, "the time range when it is opened: the last 30 days")
    need(json["timezone"] == "", "the time zone is Grafana's, which is started with the business time zone")
    panels = list(board.panels())
    ids = [panel["id"] for panel in panels]
    need(len(ids) == len(set(ids)), f"ids of panels occur twice: {sorted(one for one in set(ids) if ids.count(one) > 1)}")
    titles = [panel["title"] for panel in panels]
    need(len(titles) == len(set(titles)), "titles of panels occur twice")
    grid(panels)
    for panel in panels:
        sentence_case(panel["title"])
        if panel["type"] == "row":
            continue
        need(panel["type"] in KINDS, f"{panel['title']}: type: {panel['type']}")
        need(panel.get("description", "").strip(), f"{panel['title']}: no description")
        need(panel.get("datasource") == SOURCE, f"{panel['title']}: its data source isn't named by uid")
        need(panel.get("targets"), f"{panel['title']}: no query")
        refs = [target["refId"] for target in panel["targets"]]
        need(len(refs) == len(set(refs)), f"{panel['title']}: two queries with one refId")
        for target in panel["targets"]:
            query(target, panel["title"], board.variables)
        legend(panel)
        fields(panel)
    for annotation in json["annotations"]["list"]:
        need(annotation.get("datasource") == SOURCE, f"annotation {annotation['name']}: its data source isn't named by uid")
        query(annotation["target"], f"annotation {annotation['name']}", board.variables)
    for name, variable in board.variables.items():
        need(len(re.findall(rf"\$\{{?{name}\b", text)) > 0, f"a variable that nothing uses: {name}")
        need(variable["type"] in ("query", "custom"), f"variable {name}: type: {variable['type']}")
        need(variable.get("label") and variable.get("description"), f"variable {name}: no label or description")
        if variable["type"] == "query":
            need(variable.get("datasource") == SOURCE, f"variable {name}: its data source isn't named by uid")
            need(variable.get("refresh") in (1, 2), f"variable {name}: never asks the database")
            statement(variable["query"], f"variable {name}", board.variables)
        else:
            values = [option["value"] for option in variable["options"]]
            need(variable["current"]["value"] in values, f"variable {name}: presets what it doesn't offer")
            listed = [part.split(" : ")[-1].strip() for part in variable["query"].split(",")]
            need(listed == values, f"variable {name}: its query and its options differ")
    links(board, uids)


def described(panel, names, sql):
    """The description quotes the sentence of each metric that the panel shows."""
    sentences = metrics()
    for name in names:
        metric = metric_of(name, sql)
        if metric is not None:
            need(sentences[metric] in panel["description"],
                 f"{panel['title']}: {name}: the description doesn't say: {sentences[metric]}")
