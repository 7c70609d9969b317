#!/usr/bin/env bats
# The server is lost: a new one gets roles and database from the backup, by the commands of reelpipe-pipelines(7), and
# comes to the same tables.

setup() {
	load ../cli/helper
	# What other tests keep there isn't to be erased.
	export REELPIPE_VAR=$TMP/state
	unset REELPIPE_TEST_CLUSTER
	export REELPIPE_VAR=$TMP/var TMPDIR=$TMP
	export REELPIPE_PG_OPTIONS='-c fsync=off -c password_encryption=scram-sha-256'
	export REELPIPE_MASK_KEY_FILE=$TMP/key REELPIPE_LOGS=$TMP/logs
	(umask 077 && printf 'thirty-two bytes that nobody knows\n' >key)
	# The commands of the page name the pipelines as they stand in the tree; the present is that of the data.
	mkdir logs pipelines
	printf '#!/bin/sh\nexec %q --now 2026-11-17 "$@"\n' "$ROOT/pipelines/watch-hourly" >pipelines/watch-hourly
	chmod +x pipelines/watch-hourly
	header=session_id,user_id,movie_id,watch_timestamp,rating
}

teardown() {
	REELPIPE_VAR=$TMP/var pg-local remove 2>/dev/null || true
}

# A server with nothing in it; what follows is done as its superuser.
new_server() {
	pg-local start 2>start.log || fail "$(cat start.log)"
	eval "$(pg-local env)"
	owner=$PGUSER
	export PGUSER=postgres PGDATABASE=backup
}

# commands NAME: those of the page that are marked so.
commands() {
	awk -v name="$1" '$0 == ".\\\" " name { wanted = 1 } wanted && /^\.Ed/ { exit }
		wanted && block { print } wanted && /^\.Bd/ { block = 1 }' "$ROOT/man/reelpipe-pipelines.7"
}

by_the_page() {
	commands "$1" >"$1.sh"
	[[ $(wc -l <"$1.sh") -ge 2 ]] || fail "no commands of $1 in the page"
	bash -e "$1.sh" >"$1.log" 2>&1 || fail "$(cat "$1.log")"
}

rows() {
	local file=$1 first=$2 last=$3
	[[ -e $file ]] || printf '%s\n' "$header" >"$file"
	seq "$first" "$last" | awk '{ printf "%d,%d,%d,2026-11-%02dT%02d:04:33Z,%s\n", $1, 1 + $1 % 50, 600 + $1 % 7,
		14 + $1 % 3, $1 % 24, $1 % 11 ? 7 : "" }' >>"$file"
}

sql() {
	psql -XAtq -v ON_ERROR_STOP=1 -c "$1"
}

# What the tables say. Which load said it may differ, and so may the times of loads.
contents() {
	psql -XAtq -v ON_ERROR_STOP=1 <<-'END'
		SELECT session_id, user_id, movie_id, watch_timestamp, rating FROM watch_sessions ORDER BY 1;
		SELECT movie_id, title, placeholder FROM movies ORDER BY 1;
		SELECT user_id, placeholder FROM users ORDER BY 1;
		SELECT stage, rule, origin, reason FROM etl_reject ORDER BY 1, 2, 3, 4;
		SELECT day FROM dirty_day ORDER BY 1;
		SELECT day, views, viewers, rated_views, rating_sum FROM day_daily ORDER BY 1;
		SELECT day, movie_id, views, rated_views, rating_sum FROM movie_daily ORDER BY 1, 2;
		SELECT "by", scored_by, as_of, window_days, item, rank, views FROM trending ORDER BY 1, 2, 3, 4, 6, 5;
		SELECT hash FROM erased_user ORDER BY 1;
	END
}

schema() {
	# Newer versions begin and end with a random word, and a column without a name gets one when a view is made again.
	pg_dump --schema-only | sed '/^\\\(un\)\{0,1\}restrict /d; s/::text AS text,$/::text,/'
}

@test "backup, disaster, restore, and the next hour: all is as it was; what the page says of people is so" {
	new_server
	createdb --maintenance-db=postgres --owner="$owner" --encoding=UTF8 --template=template0 backup
	PGUSER=$owner pg-migrate --quiet
	sql "ALTER ROLE reelpipe_etl PASSWORD 'etl secret'"
	local hash key
	hash=$(sql "SELECT rolpassword FROM pg_authid WHERE rolname = 'reelpipe_etl'")
	[[ $hash == SCRAM-SHA-256* ]]
	export PGUSER=reelpipe_etl

	rows logs/a.csv 1 600
	printf '601,7,603,yesterday,5\n' >>logs/a.csv
	pipelines/watch-hourly 2>err || fail "$(cat err)"
	"$ROOT/pipelines/erase-user" --now 2026-11-17 7 2>err || fail "$(cat err)"

	export PGUSER=postgres
	by_the_page backup
	contents >at_backup
	[[ $(wc -l <at_backup) -gt 600 ]]

	# After the backup a log grows, is rotated and packed, another one begins, and somebody asks to be forgotten.
	rows logs/a.csv 602 700
	pipelines/watch-hourly 2>err || fail "$(cat err)"
	mv logs/a.csv logs/a.csv.1
	gzip logs/a.csv.1
	rows logs/b.csv 701 900
	pipelines/watch-hourly 2>err || fail "$(cat err)"
	contents >before
	schema >schema.before
	run ! cmp -s at_backup before
	"$ROOT/pipelines/erase-user" --now 2026-11-17 8 2>err || fail "$(cat err)"
	contents >after_erasure

	pg-local remove 2>remove.log
	new_server
	same 0 "$(psql -XAtq -d postgres -c "SELECT count(*) FROM pg_database WHERE datname = 'backup'")"
	by_the_page restore
	contents >restored
	same_file before restored
	# The bookmarks have come along with the rows: nothing is read once more.
	pipelines/watch-hourly 2>err || fail "$(cat err)"
	[[ $(<err) == *'csv-read: read 0 = '* ]] || fail "$(cat err)"
	schema >schema.restored
	same_file schema.before schema.restored
	same "$hash" "$(sql "SELECT rolpassword FROM pg_authid WHERE rolname = 'reelpipe_etl'")"

	# The roles may load and read as before, the 8 is back and is erased again, the 7 stays away.
	same 0 "$(sql 'SELECT count(*) FROM watch_sessions WHERE user_id = 7')"
	[[ $(sql 'SELECT count(*) FROM watch_sessions WHERE user_id = 8') -gt 0 ]]
	PGUSER=reelpipe_etl "$ROOT/pipelines/erase-user" --now 2026-11-17 8 2>err || fail "$(cat err)"
	contents >erased_again
	same_file after_erasure erased_again
	PGUSER=reelpipe_dash psql -XAtqc 'SELECT count(*) FROM dash.days' >/dev/null

	# Without its key, a restored database takes nothing that could bring anybody back.
	(umask 077 && printf 'another key, also of thirty-two bytes\n' >another)
	rows logs/b.csv 901 910
	key=$REELPIPE_MASK_KEY_FILE
	export REELPIPE_MASK_KEY_FILE=$TMP/another
	run -1 pipelines/watch-hourly
	[[ $output == *'the users in this list were erased with another key than this one'* ]]
	export REELPIPE_MASK_KEY_FILE=$key
	pipelines/watch-hourly 2>err || fail "$(cat err)"
	# Two of the ten are of the 7 and the 8.
	same 8 "$(sql 'SELECT count(*) FROM watch_sessions WHERE session_id > 900')"

	# What each role may do, by the tests of the schema, which want empty tables.
	sql "SELECT format('TRUNCATE %s CASCADE', string_agg(oid::regclass::text, ', ')) FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('settings', 'schema_migration')" |
		psql -Xq -v ON_ERROR_STOP=1
	sql 'CREATE EXTENSION pgtap'
	PGUSER=$owner psql -XAtq -v ON_ERROR_STOP=1 -f "$ROOT/tests/sql/schema.sql" >tap 2>&1 || fail "$(tail -n 5 tap)"
	[[ $(grep -c '^ok' tap) -gt 30 ]]
	run ! grep '^not ok' -A3 tap
}
