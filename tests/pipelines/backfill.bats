#!/usr/bin/env bats
# backfill: some days read again from logs, bookmarks or not.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	export TMPDIR=$TMP
	# The edges of days, with fractions and without; one row whose time can't be told.
	printf '%s\n' session_id,user_id,movie_id,timestamp,rating \
		1,1,1,2026-11-13T23:59:59.999999Z, 2,1,1,2026-11-14T00:00:00Z, 3,1,1,2026-11-14T00:00:00.5Z, \
		4,1,1,2026-11-15T12:00:00Z,7 5,1,1,yesterday, >a.csv
	# Other columns in another order: a segment of its own.
	printf '%s\n' rating,movie_id,user_id,timestamp,session_id \
		,1,1,2026-11-15T23:59:59.999999Z,6 ,1,1,2026-11-16T00:00:00Z,7 >b.csv
}

sql() {
	psql -XAtqc "$1"
}

backfill() {
	"$ROOT/pipelines/backfill" --now 2026-11-20 "$@"
}

sessions() {
	sql 'SELECT string_agg(session_id::text, $$ $$ ORDER BY session_id) FROM watch_sessions'
}

@test "the days named, both included, whatever the columns" {
	database backfill
	run -0 backfill 2026-11-14 2026-11-15 a.csv b.csv
	same '2 3 4 6' "$(sessions)"
	same "$(printf '%s\n' 2026-11-14 2026-11-15)" "$(sql 'SELECT day FROM day_daily ORDER BY 1')"
	same '' "$(sql 'SELECT day FROM dirty_day')"
	same 'csv-read|bad-time' "$(sql 'SELECT stage, rule FROM etl_reject')"
	# Again: nothing changes, no day is computed anew.
	sql 'UPDATE day_daily SET load_id = 0'
	run -0 backfill 2026-11-14 2026-11-15 a.csv b.csv
	same '2 3 4 6' "$(sessions)"
	same '' "$(sql 'SELECT * FROM dirty_day')"
	same '0' "$(sql 'SELECT max(load_id) FROM day_daily')"
}

@test "days of the business time zone, across the end of summer time" {
	database backfill
	sql "UPDATE settings SET business_tz = 'Europe/Berlin'"
	printf '%s\n' session_id,user_id,movie_id,timestamp 1,1,1,2026-10-24T21:59:59Z 2,1,1,2026-10-24T22:00:00Z \
		3,1,1,2026-10-25T22:59:59Z 4,1,1,2026-10-25T23:00:00Z >c.csv
	run -0 backfill 2026-10-25 2026-10-25 c.csv
	same '2 3' "$(sessions)"
}

@test "a directory of logs, compressed ones too, in the order of their names" {
	database backfill
	mkdir -p 'logs/of 2026'
	mv a.csv 'logs/of 2026/1.csv'
	gzip -c b.csv >logs/2.csv.gz
	printf 'no log\n' >logs/README
	run -0 backfill --logs logs 2026-11-01 2026-11-30
	same '1 2 3 4 6 7' "$(sessions)"
	mkdir empty
	run -1 --separate-stderr backfill --logs empty 2026-11-01 2026-11-30
	same 'backfill: empty: no file *.csv or *.csv.gz in it' "$stderr"
	run -1 --separate-stderr backfill --logs none 2026-11-01 2026-11-30
	same 'backfill: none: no such directory' "$stderr"
}

@test "rows that are gone come back, better ones win, bookmarks stay where they are" {
	database backfill
	backfill 2026-11-01 2026-11-30 a.csv b.csv 2>/dev/null
	sql "INSERT INTO etl_bookmark VALUES ('watch', 'file:a.csv', '1:2', 1)"
	sql 'DELETE FROM watch_sessions WHERE session_id IN (3, 7)'
	sql 'UPDATE watch_sessions SET rating = NULL WHERE session_id = 4'
	run -0 backfill 2026-11-14 2026-11-15 a.csv b.csv
	same '1 2 3 4 6' "$(sessions)"
	same 7.000 "$(sql 'SELECT rating FROM watch_sessions WHERE session_id = 4')"
	same 'watch|file:a.csv|1:2' "$(sql "SELECT pipeline, source, state FROM etl_bookmark WHERE pipeline = 'watch'")"
}

@test "under etl-run the counts add up: what is of other days is dropped" {
	database backfill
	export REELPIPE_RUNS=$TMP/runs
	run -0 etl-run -q backfill -- "$ROOT/pipelines/backfill" --now 2026-11-20 2026-11-14 2026-11-14 a.csv b.csv
	# What was aggregated counts as well, as read and as written.
	same 't|t|1|4' "$(sql "SELECT records_read = records_written + 5, records_read > 7, records_rejected, records_dropped FROM etl_log")"
	[[ -s runs/backfill/rejects/csv-read.tsv ]]
}

@test "wrong usage, a file that isn't there, no database" {
	check() {
		local wanted=$1
		shift
		run -2 --separate-stderr backfill "$@"
		same "backfill: $wanted" "${stderr_lines[0]}"
	}
	check 'the first and the last day are needed' 2026-11-14
	check 'not a day: 2026-11-31' 2026-11-31 2026-12-01 a.csv
	check 'not a day: today' today today a.csv
	check 'the last day is before the first one: 2026-11-13' 2026-11-14 2026-11-13 a.csv
	check 'no file named' 2026-11-13 2026-11-14
	check '--logs or files, not both' --logs . 2026-11-13 2026-11-14 a.csv
	check 'an argument is missing: --logs' --logs
	PGHOST=$TMP run -75 backfill 2026-11-13 2026-11-14 a.csv
	database backfill
	run -1 backfill 2026-11-13 2026-11-14 a.csv none.csv
	[[ $output == *'none.csv: No such file or directory'* ]]
	same 0 "$(sql 'SELECT count(*) FROM watch_sessions')"
}
