"""The files that tell Grafana what to start with: data source, dashboards, alert rules, contact points, containers."""

import functools
import re

import yaml
from grafana import TREE
from layout import need, statement

# Up to 9.4 there are no others.
NO_DATA = {"Alerting", "NoData", "OK"}
ERROR = {"Alerting", "Error", "OK"}


@functools.lru_cache(maxsize=None)
def read(path):
    with open(path, encoding="utf-8") as file:
        # The one written in C, where it is there, is ten times as fast.
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def variables_of(value):
    return set(re.findall(r"\$__env\{(\w+)\}", str(value)))


def source(folder, _):
    path = folder / "provisioning/datasources/reelpipe.yaml"
    text = read(path)
    need(text["apiVersion"] == 1 and len(text["datasources"]) == 1, "one data source")
    one = text["datasources"][0]
    need((one["uid"], one["type"], one["access"]) == ("reelpipe", "postgres", "proxy"), "uid, type or access")
    need("database" not in one, "the database belongs into jsonData: at the top, it breaks panels")
    need(one["user"] == "reelpipe_dash", "who reads is reelpipe_dash")
    json = one["jsonData"]
    need(json["database"] and json["sslmode"] and json["timescaledb"] is False and json["postgresVersion"] >= 1200, "jsonData")
    need(set(one["secureJsonData"]) == {"password"}, "secureJsonData")
    need(re.fullmatch(r"\$__(env|file)\{[^}]+\}", one["secureJsonData"]["password"]), "the password stands in a file that git keeps")


def provider(folder, _):
    text = read(folder / "provisioning/dashboards/reelpipe.yaml")
    need(text["apiVersion"] == 1 and len(text["providers"]) == 1, "one provider")
    one = text["providers"][0]
    need((one["folder"], one["type"], one["allowUiUpdates"]) == ("reelpipe", "file", False), "folder, type or allowUiUpdates")
    need(one["options"]["path"], "no path")


def rules(folder):
    return [rule for group in read(folder / "provisioning/alerting/rules.yaml")["groups"] for rule in group["rules"]]


def alerts(folder, boards):
    text = read(folder / "provisioning/alerting/rules.yaml")
    need(text["apiVersion"] == 1, "apiVersion")
    for group in text["groups"]:
        need(group["orgId"] == 1 and group["name"] and group["folder"] == "reelpipe" and group["interval"], "group")
    found = rules(folder)
    need(len({rule["uid"] for rule in found}) == len(found), "two rules have one uid")
    titles = {"Stale data", "Failed run", "Slow run", "Rejects above normal", "Quality error"}
    need({rule["title"] for rule in found} == titles, f"rules: {[rule['title'] for rule in found]}")
    panels = {(board.json["uid"], str(panel["id"])): panel for board in boards for panel in board.panels()}
    for rule in found:
        where = rule["uid"]
        need(rule["noDataState"] in NO_DATA and rule["execErrState"] in ERROR, f"{where}: noDataState or execErrState")
        need(rule["for"] and rule["labels"].get("severity") in ("warning", "critical"), f"{where}: for or severity")
        told = rule["annotations"]
        need(told["summary"] and told["description"], f"{where}: says neither what is wrong nor what to do")
        # Provisioning would put environment variables in their place.
        need("$" not in str(told) and "$" not in str(rule["data"]), f"{where}: a $")
        panel = panels.get((told["__dashboardUid__"], told["__panelId__"]))
        need(panel is not None and panel["type"] != "row", f"{where}: names a panel that isn't there")
        asked, judged = rule["data"]
        need(asked["datasourceUid"] == "reelpipe" and judged["datasourceUid"] == "__expr__", f"{where}: data sources")
        need(asked["model"]["format"] == "table" and asked["model"]["rawQuery"] is True, f"{where}: model")
        statement(asked["model"]["rawSql"], where, {})
        model = judged["model"]
        need(rule["condition"] == judged["refId"] == model["refId"] and model["expression"] == asked["refId"] == asked["model"]["refId"],
             f"{where}: condition and refIds")
        evaluator = model["conditions"][0]["evaluator"]
        need(model["type"] == "threshold" and evaluator["type"] == "gt" and len(evaluator["params"]) == 1, f"{where}: threshold")


def contacts(folder, _):
    text = read(folder / "provisioning/alerting/contact-points.yaml.example")
    names = {point["name"] for point in text["contactPoints"]}
    for point in text["contactPoints"]:
        need(all(one["uid"] and one["type"] and one["settings"] for one in point["receivers"]), "receivers")
    need(all(policy["receiver"] in names for policy in text["policies"]), "a policy names no contact point")


def containers(folder, _):
    """The container has what provisioning asks its environment for, and the files that it is started on."""
    service = read(folder / "compose.yaml")["services"]["grafana"]
    asked = set()
    for name in ("datasources/reelpipe.yaml", "dashboards/reelpipe.yaml"):
        asked |= variables_of(read(folder / "provisioning" / name))
    missing = asked - set(service["environment"])
    need(not missing, f"not in its environment: {sorted(missing)}")
    for mount in service["volumes"]:
        host = mount.split(":")[0]
        if host.startswith("./"):
            need((folder / host).exists(), f"no such file: {host}")
    need(all(port.startswith("127.0.0.1:") for port in service["ports"]), "open to the network")
    script = (TREE / "pipelines/grafana").read_text(encoding="utf-8")
    unset = {name for name in asked if not re.search(rf"export [^\n]*\b{name}\b", script)}
    need(not unset, f"pipelines/grafana doesn't set: {sorted(unset)}")


CHECKS = {"data source": source, "dashboard provider": provider, "alerts": alerts, "contact points": contacts, "containers": containers}
