#!/usr/bin/env bats
# undo-load: what a load brought goes, what it or a later one changed stays, and the days concerned become dirty.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	export TMPDIR=$TMP
	w='#watch session_id user_id movie_id watch_timestamp rating'
}

sql() {
	psql -XAtqc "$1"
}

undo() {
	"$ROOT/pipelines/undo-load" "$@"
}

# The number of the load that brought a session.
load_of() {
	sql "SELECT coalesce(first_load_id, load_id) FROM watch_sessions WHERE session_id = $1"
}

# Three loads: a good one, a bad one that brings rows, changes one and is changed by the third.
loads() {
	database undo
	rec "$w" '1 10 603 2026-11-14T11:00:00Z \N' '2 11 603 2026-11-14T12:00:00Z 5' | pg-load -q
	rec "$w" '1 10 603 2026-11-14T11:00:00Z 3' '3 12 604 2026-11-15T11:00:00Z \N' '4 10 605 2026-11-16T11:00:00Z \N' \
		'5 10 603 2026-11-17T11:00:00Z 2' | pg-load -q
	rec "$w" '4 10 605 2026-11-16T11:00:00Z 8' '6 10 603 2026-11-15T12:00:00Z 7' | pg-load -q
	first=$(load_of 1) bad=$(load_of 3) last=$(load_of 6)
	sql 'DELETE FROM dirty_day'
}

rows() {
	sql 'SELECT session_id, rating, load_id, first_load_id FROM watch_sessions ORDER BY 1'
}

@test "a bad load is taken back; what it changed, and what was changed since, is counted and stays" {
	loads
	run -0 --separate-stderr undo --dry-run "$bad"
	same 'undo-load: would be taken back, of 2026-11-15 to 2026-11-17: 2
undo-load: stay as the load left them, because they were there before it: 1
undo-load: stay, because a later load has changed them: 1' "$stderr"
	same 6 "$(sql 'SELECT count(*) FROM watch_sessions')"
	same '' "$(sql 'SELECT * FROM dirty_day')$(sql 'SELECT * FROM etl_undo')"
	run -0 --separate-stderr undo "$bad"
	same 'undo-load: taken back, of 2026-11-15 to 2026-11-17: 2
undo-load: stay as the load left them, because they were there before it: 1
undo-load: stay, because a later load has changed them: 1' "$stderr"
	same "$(printf '%s\n' "1|3.000|$bad|$first" "2|5.000|$first|" "4|8.000|$last|$bad" "6|7.000|$last|")" "$(rows)"
	same "$(printf '%s\n' 2026-11-15 2026-11-17)" "$(sql 'SELECT day FROM dirty_day ORDER BY 1')"
	same "$bad|2|1|1|0" "$(sql 'SELECT load_id, removed, changed, changed_since, frozen FROM etl_undo')"
	# Placeholders stay.
	same "$(printf '%s\n' '10' 11 12)$(printf '\n%s' 603 604 605)" \
		"$(sql 'SELECT user_id FROM users ORDER BY 1')
$(sql 'SELECT movie_id FROM movies ORDER BY 1')"
	# A second time there is nothing to be done, and nothing is written.
	local before
	before=$(sql 'SELECT xmin, * FROM etl_undo')$(sql 'SELECT xmin, * FROM dirty_day ORDER BY day')
	run -0 --separate-stderr undo "$bad"
	same 'undo-load: stay as the load left them, because they were there before it: 1
undo-load: stay, because a later load has changed them: 1' "$stderr"
	same "$before" "$(sql 'SELECT xmin, * FROM etl_undo')$(sql 'SELECT xmin, * FROM dirty_day ORDER BY day')"
	# The mended rows come in again as if they had never been there.
	rec "$w" '3 12 604 2026-11-15T11:00:00Z 9' | pg-load -q
	same 3 "$(sql "SELECT session_id FROM watch_sessions WHERE rating = 9 AND first_load_id IS NULL")"
}

@test "the last load, and then the ones before it, leave nothing" {
	loads
	undo "$last" 2>/dev/null
	# What the last one changed doesn't become the bad one's again.
	run -0 --separate-stderr undo "$bad"
	[[ $stderr == *'taken back, of 2026-11-15 to 2026-11-17: 2'* ]] || fail "$stderr"
	undo "$first" 2>/dev/null
	same "$(printf '%s\n' "1|3.000|$bad|$first" "4|8.000|$last|$bad")" "$(rows)"
	rec "$w" '7 1 1 2026-11-15T11:00:00Z 1' | pg-load -q
	local seventh
	seventh=$(load_of 7)
	undo "$seventh" 2>/dev/null
	run -0 --separate-stderr undo "$seventh"
	[[ $stderr =~ ^"undo-load: nothing is left of load $seventh, which was taken back at "[0-9TZ:.-]+$ ]] || fail "$stderr"
}

@test "a session that its own load brought and changed goes; one of a closed day stays" {
	database undo
	{
		rec "$w" '1 10 603 2026-11-14T11:00:00Z \N' '2 10 603 2026-10-14T11:00:00Z \N'
		rec "$w" '1 10 603 2026-11-14T11:00:00Z 3'
	} | pg-load -q
	sql "UPDATE settings SET frozen_before = '2026-11-01'"
	sql 'DELETE FROM dirty_day'
	run -0 --separate-stderr undo "$(load_of 1)"
	same 'undo-load: taken back, of 2026-11-14 to 2026-11-14: 1
undo-load: stay, because their days are closed: 1' "$stderr"
	same 2 "$(sql 'SELECT session_id FROM watch_sessions')"
	same 2026-11-14 "$(sql 'SELECT day FROM dirty_day')"
}

@test "days are those of the business time zone" {
	database undo
	sql "UPDATE settings SET business_tz = 'Asia/Tokyo'"
	rec "$w" '1 10 603 2026-11-14T15:00:00Z \N' | pg-load -q
	sql 'DELETE FROM dirty_day'
	run -0 --separate-stderr undo "$(load_of 1)"
	same 'undo-load: taken back, of 2026-11-15 to 2026-11-15: 1' "$stderr"
	same 2026-11-15 "$(sql 'SELECT day FROM dirty_day')"
}

@test "the bookmarks that the load moved are named, and stay" {
	database undo
	{
		rec_open "$w" '1 10 603 2026-11-14T15:00:00Z \N'
		printf '#mark\tfile:a.csv\t10:ff\n#end\t1\n'
	} | pg-load -q --pipeline watch
	run -0 --separate-stderr undo "$(load_of 1)"
	[[ $stderr == *$'\nundo-load: read up to the load\'s end, and not read again by themselves: file:a.csv' ]] || fail "$stderr"
	same 'file:a.csv|10:ff' "$(sql 'SELECT source, state FROM etl_bookmark')"
}

@test "a load is found by pg-read loads" {
	database undo
	export REELPIPE_RUNS=$TMP/runs
	printf 'session_id,user_id,movie_id,timestamp\n1,1,1,2026-11-01\n' >log.csv
	etl-run -q hourly -- "$ROOT/pipelines/load" watch log.csv
	etl-run -q hourly -- "$ROOT/pipelines/load" watch log.csv
	pg-read -q loads --param pipeline=hourly >loads
	same "$(load_of 1)"$'\thourly\t1\t0\t0\t\\N' "$(sed -n 2p loads | cut -f 1,2,4-)"
	same 3 "$(wc -l <loads)"
	undo "$(load_of 1)" 2>/dev/null
	pg-read -q loads | sed -n 2p | grep -q 'Z$'
}

@test "wrong usage, a number of no load, no database, and what reelpipe_etl may" {
	run -2 --separate-stderr undo
	same 'undo-load: the number of one load is needed' "${stderr_lines[0]}"
	run -2 --separate-stderr undo '1; DROP TABLE users'
	same 'undo-load: not the number of a load: 1; DROP TABLE users' "${stderr_lines[0]}"
	run -2 undo 1 2
	PGHOST=$TMP run -75 undo 1
	loads
	run -1 --separate-stderr undo 999999
	same 'undo-load: no watch is of load 999999' "$stderr"
	run -1 --separate-stderr pg-load -q --max-rejects 0 < <(rec '#undo_load load_id' 999999)
	same "$(printf '%s\n' 'pg-load: stdin:record 1: unknown-load: load_id: no watch is of load 999999' 'pg-load: more than 0 rejects')" \
		"$stderr"
	PGUSER=reelpipe_etl run -0 undo "$bad"
	same 4 "$(sql 'SELECT count(*) FROM watch_sessions')"
	PGUSER=reelpipe_dash run -1 undo "$first"
	same 4 "$(sql 'SELECT count(*) FROM watch_sessions')"
}
