#!/usr/bin/env bash
# The examples of the manual pages, run as they stand: their output has to be what the page says. One
# test an example; `tests/cli/examples.t dedupe.1` runs those of one page.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/reelpipe-examples.XXXXXX")
trap 'rm -rf "$work"' EXIT
PATH=${REELPIPE_BIN:-$root/bin}:$root/bin:$PATH
export PATH TZ=UTC LC_ALL=C.UTF-8

pages=()
for name in "${@:-}"; do
	for page in "$root"/man/*.[157]; do
		[[ -n $name && ${page##*/} != "$name" ]] || pages+=("$page")
	done
done

# A database with the samples loaded; every example gets a copy, so none sees another's changes.
sample_database() {
	if [[ -z ${REELPIPE_TEST_CLUSTER-} ]]; then
		eval "$("$root/tests/cluster" start $$)"
	fi
	"$root/tests/cluster" database "examples_$$_$1"
	export PGDATABASE=examples_$$_$1
	pg-load -q "$root/tests/cli/examples/movies.tsv" >/dev/null
	pg-load -q "$root/tests/cli/examples/watch.tsv" >/dev/null
}

tests=0 failed=0
check() {
	local page=$1 n=$2 place verdict=ok name
	place=$(<"$work/$page/$n.where")
	place=man/${place##*/}
	rm -rf "$work/here"
	cp -R "$root/tests/cli/examples" "$work/here"
	# Pipelines know their tree by their own place.
	mkdir "$work/here/pipelines"
	for name in "$root"/pipelines/*; do
		printf '#!/bin/sh\nexec %q "$@"\n' "$name" >"$work/here/pipelines/${name##*/}"
	done
	chmod +x "$work"/here/pipelines/*
	if [[ -e $work/$page/$n.database ]]; then
		sample_database "$((tests + 1))" 2>"$work/errors" || verdict='not ok'
	fi
	if [[ $verdict == ok ]]; then
		(cd "$work/here" && bash "$work/$page/$n.sh") >"$work/got" 2>"$work/errors" </dev/null || true
		cmp -s "$work/$page/$n.want" "$work/got" || verdict='not ok'
	fi
	tests=$((tests + 1))
	printf '%s %d - %s\n' "$verdict" "$tests" "$place"
	[[ $verdict != ok ]] || return 0
	failed=1
	{
		cat "$work/$page/$n.sh"
		diff -u --label 'the page' --label 'the program' "$work/$page/$n.want" "$work/got" || true
		cat "$work/errors"
	} 2>&1 | sed 's/^/# /'
}

for path in "${pages[@]}"; do
	page=${path##*/}
	mkdir "$work/$page"
	awk -v DIR="$work/$page" -f "$root/tests/cli/examples.awk" "$path"
	for ((n = 1; ; n++)); do
		[[ -e $work/$page/$n.sh ]] || break
		check "$page" "$n"
	done
	# A page of a program without an example that runs is a page that nobody has tried.
	if ((n == 1)) && [[ $page == *.1 ]]; then
		tests=$((tests + 1)) failed=1
		printf 'not ok %d - man/%s: no example that runs\n' "$tests" "$page"
	fi
done
printf '1..%d\n' "$tests"
exit "$failed"
