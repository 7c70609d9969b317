# shellcheck shell=bash
# What all bats files share: `setup() { load helper; }`, or `load ../cli/helper` from another folder.
#
#   $ROOT           the top of the tree
#   $TMP            a fresh directory, and the working directory
#   PATH            ${REELPIPE_BIN:-$ROOT/bin} first, then $ROOT/bin for the tracked scripts
#   database NAME   a new, empty, migrated database; exports PGDATABASE
#   rec LINE…       a record stream: a space stands for TAB, `#end N` is added
#   rec_open LINE…  the same without `#end`
#   tabs LINE…      the lines alone
#   fail TEXT…      ends the test with a message
#   same WANT GOT   ends the test with a diff unless the texts are equal
#   same_file WANT GOT   the same for two files
#   follows PID     waits until `csv-read --follow` in the background can be ended by SIGTERM
#
# tests/run hands over a private PostgreSQL cluster. A file that is run alone starts one when it
# first asks for a database, and a watcher takes it away when bats ends.

bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ROOT

# Settings of the person who runs the tests must not change what they see.
_scrub() {
	local name
	for name in $(compgen -e); do
		case $name in
		PG*) [[ -n ${REELPIPE_TEST_CLUSTER-} ]] || unset "$name" ;;
		REELPIPE_BIN | REELPIPE_FULL | REELPIPE_SCALE | REELPIPE_TEST_* | REELPIPE_VAR) ;;
		REELPIPE_* | TMDB_* | LC_* | LANGUAGE | POSIXLY_CORRECT) unset "$name" ;;
		esac
	done
	[[ -n ${REELPIPE_TEST_CLUSTER-} ]] || unset REELPIPE_VAR
}
_scrub
# Nor must what is set up on the machine.
export TZ=UTC LC_ALL=C.UTF-8 REELPIPE_CONF=

if [[ -n ${REELPIPE_BIN-} ]]; then
	REELPIPE_BIN=$(cd "$ROOT" && cd "$REELPIPE_BIN" && pwd)
	export REELPIPE_BIN
fi
# Bats may load this file several times in one process; one entry in PATH is enough.
case $PATH in
"${REELPIPE_BIN:-$ROOT/bin}":*) ;;
*) PATH=${REELPIPE_BIN:-$ROOT/bin}:$ROOT/bin:$PATH ;;
esac
export PATH

TMP=${BATS_TEST_TMPDIR:-$BATS_FILE_TMPDIR}
export TMP
cd "$TMP" || exit 1

tabs() {
	local line
	for line; do
		printf '%s\n' "${line// /$'\t'}"
	done
}

rec_open() {
	tabs "$@"
}

rec() {
	local count=0 line
	for line; do
		[[ $line == '#'* ]] || count=$((count + 1))
	done
	tabs "$@" "#end $count"
}

fail() {
	printf '%s\n' "$@" >&2
	return 1
}

same() {
	[[ $1 == "$2" ]] && return 0
	diff -u --label wanted --label got <(printf '%s\n' "$1") <(printf '%s\n' "$2") >&2 || true
	return 1
}

same_file() {
	cmp -s -- "$1" "$2" && return 0
	diff -u -- "$1" "$2" >&2 || true
	return 1
}

# follows PID: waits until a `csv-read --follow` in the background heeds SIGTERM.
follows() {
	local n caught
	for ((n = 0; n < 200; n++)); do
		caught=$(sed -n 's/^SigCgt:\s*//p' "/proc/$1/status" 2>/dev/null) || return 0
		if [[ $(cat "/proc/$1/comm" 2>/dev/null) == csv-read ]] && ((0x${caught:-0} & 0x4000)); then
			return 0
		fi
		sleep 0.02
	done
	fail "csv-read --follow doesn't start"
}

# --- databases ---------------------------------------------------------------------------------

_cluster() {
	[[ -z ${REELPIPE_TEST_CLUSTER-} ]] || return 0
	local dir=$BATS_RUN_TMPDIR/cluster
	exec {lock}>"$BATS_RUN_TMPDIR/cluster.lock"
	flock "$lock"
	if [[ ! -s $dir ]]; then
		"$ROOT/tests/cluster" start "$BATS_ROOT_PID" >"$dir.new"
		mv "$dir.new" "$dir"
	fi
	exec {lock}>&-
	# shellcheck disable=SC1090
	source "$dir"
}

# The databases of this file's earlier tests go when a test asks for its first one.
_drop_earlier() {
	local list name
	for list in "$BATS_FILE_TMPDIR"/databases.*; do
		[[ -f $list && $list != *".${BATS_TEST_NUMBER-file}" && $list != *.file ]] || continue
		while read -r name; do
			dropdb --if-exists --force --maintenance-db=postgres "$name" 2>/dev/null || true
		done <"$list"
		rm -f "$list"
	done
}

database() {
	local name=${BATS_TEST_FILENAME##*/}
	name=${name%.*}_${BATS_TEST_NUMBER-file}_$1
	name=${name//[!A-Za-z0-9_]/_}
	_cluster
	_drop_earlier
	printf '%s\n' "$name" >>"$BATS_FILE_TMPDIR/databases.${BATS_TEST_NUMBER-file}"
	"$ROOT/tests/cluster" database "$name"
	export PGDATABASE=$name
}
