#!/usr/bin/env python3
"""Prints a table of a report as it is read there, as TSV: report_table.py FILE ID. Numbers lose what is for people
(separators of thousands, typographic signs, padding zeros); a dash is NULL. Without ID: the ids of all tables."""

import re
import sys
from html.parser import HTMLParser


class Tables(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tables, self.rows, self.cell, self.small = {}, None, None, 0

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.rows = self.tables[dict(attributes)["id"]] = []
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.cell, self.figure = "", len(self.rows) > 1 and dict(attributes).get("class") == "n"
        elif tag == "small":
            self.small += 1

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self.rows[-1].append(figure(self.cell) if self.figure else self.cell.replace("\u00a0", " "))
            self.cell = None
        elif tag == "small":
            self.small -= 1

    def handle_data(self, data):
        if self.cell is not None and not self.small:
            self.cell += data


def figure(cell):
    if cell == "–":
        return "\\N"
    number = cell.replace(",", "").replace("−", "-")
    assert re.fullmatch(r"-?\d+(\.\d+)?", number), cell
    return number.rstrip("0").rstrip(".") if "." in number else number


tables = Tables()
with open(sys.argv[1], encoding="utf-8") as page:
    tables.feed(page.read())
if len(sys.argv) < 3:
    print("\n".join(tables.tables))
else:
    for row in tables.tables[sys.argv[2]][1:]:
        print("\t".join(row))
