#!/usr/bin/env bash
# The commands of README.md's tour, run as they stand, in the tree and against a private database.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/reelpipe-readme.XXXXXX")
trap 'rm -rf "$work"' EXIT
if [[ -z ${REELPIPE_TEST_CLUSTER-} ]]; then
	eval "$("$root/tests/cluster" start $$)"
fi
export TMPDIR=$work

# The ```sh blocks, one after the other; their output is marked so that each can be looked at.
awk '/^```sh$/ { on = 1; print "echo \"=== block " ++n "\""; next } /^```$/ { on = 0 } on' \
	"$root/README.md" >"$work/tour.sh"
dropdb --if-exists --maintenance-db=postgres tour 2>/dev/null
status=0
(cd "$root" && bash -eu "$work/tour.sh") \
	>"$work/out" 2>"$work/err" || status=$?

n=0 failed=0
ok() {
	local what=$1
	shift
	n=$((n + 1))
	if "$@"; then
		printf 'ok %d - %s\n' "$n" "$what"
	else
		failed=1
		printf 'not ok %d - %s\n' "$n" "$what"
		tail -n 30 "$work/out" "$work/err" | sed 's/^/# /'
	fi
}
# shellcheck disable=SC2317
said() {
	grep -qE -e "$2" "$work/$1"
}
ok 'the commands succeed' test "$status" -eq 0
ok 'films and watches are loaded' said err '^pg-load: read [0-9]+ = loaded [1-9]'
ok 'bad rows are shown with their place' said out 'bad-time .*\.csv:[0-9]+ '
ok 'the genres are ranked, with bars' said out '^ *1  [A-Z][A-Za-z ]+ +[0-9]+ .*[█▏▎▍▌▋▊▉]'
ok 'plain tools work on streams' said out '^[0-9]{4}$'
# shellcheck disable=SC2016
ok 'both commands of the first screen are there' \
	bash -c 'head -n 15 "$0" | grep -c -e "^    pipelines/demo " -e "^    tests/run " | grep -qx 2' "$root/README.md"
dropdb --if-exists --maintenance-db=postgres tour 2>/dev/null
printf '1..%d\n' "$n"
exit "$failed"
