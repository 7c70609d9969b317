#!/usr/bin/env bats
# pipelines/aggregate: which days it computes and which it leaves alone, and that all of it is what the watches say.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
}

sql() {
	psql -X -A -t -q -F ' ' -v ON_ERROR_STOP=1 -c "$1"
}

aggregate() {
	"$ROOT/pipelines/aggregate" "$@" 2>err || fail "$(cat err)"
}

# films, watches, users…: records from lines without a header.
watches() {
	rec '#watch session_id user_id movie_id watch_timestamp rating' "$@" | pg-load -q
}

films() {
	rec '#movie movie_id title genres' "$@" | pg-load -q
}

as_owner() {
	PGUSER=postgres sql "$1"
}

# The tables that are held against views of the schema raw, with their columns; a list ends at its 500th place.
tables=('day_daily day, views, viewers, rated_views, rating_sum'
	'movie_daily day, movie_id, views, viewers, rated_views, rating_sum'
	'genre_daily day, genre, views, viewers, rated_views, rating_sum'
	'hour_daily day, hour, views, viewers, rated_views, rating_sum'
	'trending "by", scored_by, as_of, window_days, rank, item, views, viewers, score, previous_views, previous_viewers, previous_score, previous_rank, change'
	'top_rated scored_by, as_of, window_days, min_votes, rank, movie_id, views, rated_views, weighted, bayes, mean')

# Every table says what its raw view says, row for row and digit for digit; lists of earlier days stay as they were.
as_raw() {
	local entry table columns some places
	for entry in "${tables[@]}"; do
		table=${entry%% *} columns=${entry#* } some=true places=true
		[[ $columns != *rank* ]] || some="as_of >= (SELECT max(as_of) - 1 FROM $table)" places="rank <= 500 AND $some"
		sql "(SELECT 'too much' AS what, $columns FROM $table WHERE $some EXCEPT SELECT 'too much', $columns FROM raw.$table)
			UNION ALL (SELECT 'missing', $columns FROM raw.$table WHERE $places EXCEPT SELECT 'missing', $columns FROM $table)
			ORDER BY 1 LIMIT 20" >differences
		[[ ! -s differences ]] || fail "$table:" "$(<differences)"
	done
	sql "SELECT movie_id FROM (SELECT movie_id, views, rated_views, rating_sum FROM movie_total WHERE views > 0) AS t
		FULL JOIN (SELECT movie_id, sum(views) AS v, sum(rated_views) AS r, sum(rating_sum) AS s FROM movie_daily GROUP BY 1) AS d
		USING (movie_id) WHERE (views, rated_views, rating_sum) IS DISTINCT FROM (v, r, s)" >differences
	[[ ! -s differences ]] || fail "movie_total:" "$(<differences)"
}

# Which days were written since the load MARK.
written() {
	sql "SELECT string_agg(DISTINCT right(day::text, 2), ' ' ORDER BY right(day::text, 2)) FROM (
		SELECT day, load_id FROM day_daily UNION ALL SELECT day, load_id FROM movie_daily UNION ALL
		SELECT day, load_id FROM genre_daily UNION ALL SELECT day, load_id FROM hour_daily) AS d WHERE load_id > $1"
}

last_load() {
	sql 'SELECT last_value FROM load_id_seq'
}

service() {
	database "$1"
	films '1 One War|Drama' '2 Two Drama' '3 Three \N'
	watches '1 10 1 2026-11-10T10:00:00Z 8' '2 10 2 2026-11-10T23:30:00Z \N' '3 11 1 2026-11-11T00:30:00Z 6.5' \
		'4 11 3 2026-11-12T12:00:00Z 0' '5 12 2 2026-11-13T12:00:00Z 9.125' '6 10 2 2026-11-13T12:00:00Z 1' \
		'7 13 1 2026-11-14T01:00:00Z 10'
}
now=2026-11-14T20:00:00Z

@test "the rollups and lists of what has changed, once" {
	service a
	run -0 --separate-stderr "$ROOT/pipelines/aggregate" --now $now
	same '' "$output"
	same '2026-11-10 2 1 1 8.000
2026-11-11 1 1 1 6.500
2026-11-12 1 1 1 0.000
2026-11-13 2 2 2 10.125
2026-11-14 1 1 1 10.000' "$(sql 'SELECT day, views, viewers, rated_views, rating_sum::numeric(9,3) FROM day_daily ORDER BY day')"
	same '2026-11-13 Drama 2
2026-11-14 Drama 1
2026-11-14 War 1' "$(sql "SELECT day, genre, views FROM genre_daily WHERE day > '2026-11-12' ORDER BY 1, 2")"
	same '2026-11-10 23 1' "$(sql 'SELECT day, hour, views FROM hour_daily WHERE hour = 23')"
	same "$(
		for list in 'all decay' 'all views' 'genre decay' 'genre views' 'movie decay' 'movie views'; do
			for day in 13 14; do
				[[ $list == *views ]] && echo "$list 2026-11-$day 7" && echo "$list 2026-11-$day 28" || echo "$list 2026-11-$day 7"
			done
		done
	)" "$(sql 'SELECT DISTINCT "by", scored_by, as_of, window_days FROM trending ORDER BY 1, 2, 3, 4')"
	same 'bayes 2026-11-13 0
bayes 2026-11-14 0
weighted 2026-11-13 0
weighted 2026-11-14 0' "$(sql 'SELECT DISTINCT scored_by, as_of, window_days FROM top_rated ORDER BY 1, 2')"
	same '0' "$(sql 'SELECT count(*) FROM dirty_day')"
	as_raw
	# Nothing to do: nothing is loaded, and nothing read but what says so.
	local before
	before=$(last_load)
	run -0 --separate-stderr "$ROOT/pipelines/aggregate" --now 2026-11-14T23:59:59Z
	same '' "$output$stderr"
	same "$before" "$(last_load)"
	# The next day has other lists, of the same rollups.
	aggregate --now 2026-11-15T00:00:00Z
	same '' "$(written "$before")"
	same '2026-11-15 2026-11-14 2026-11-13' "$(sql 'SELECT DISTINCT as_of FROM trending ORDER BY 1 DESC' | paste -sd' ')"
	as_raw
}

@test "late rows, corrections, films with other genres and erased users change their days, and no others" {
	service a
	aggregate --now $now
	local before
	changed() {
		before=$(last_load)
		"${@:2}"
		aggregate --now $now
		same "$1" "$(written "$before")"
		as_raw
	}
	changed 11 watches '8 14 2 2026-11-11T22:00:00Z \N'
	# A rating that comes later.
	changed 10 watches '2 10 2 2026-11-10T23:30:00Z 3'
	# A time on another day: both change.
	changed '13 14' watches '6 10 2 2026-11-14T12:00:00Z 1'
	# The days on which film 2 was watched.
	changed '10 11 13 14' films '2 Two Comedy'
	# Genres in another order are the same rollups.
	changed '' films '1 One Drama|War'
	# An erased user: the last view of the 12th goes, and one of the 11th.
	changed '11' as_owner "WITH gone AS (DELETE FROM watch_sessions WHERE user_id = 11 RETURNING watch_timestamp)
		INSERT INTO dirty_day SELECT DISTINCT business_day(watch_timestamp), nextval('dirty_generation_seq') FROM gone"
	same '' "$(sql "SELECT day FROM day_daily WHERE day = '2026-11-12' UNION SELECT day FROM movie_daily WHERE day = '2026-11-12'
		UNION SELECT day FROM genre_daily WHERE day = '2026-11-12' UNION SELECT day FROM hour_daily WHERE day = '2026-11-12'")"
	# A dirty day that turns out as it was.
	changed '' as_owner "INSERT INTO dirty_day VALUES ('2026-11-13', nextval('dirty_generation_seq'))"
}

@test "lists that come out empty go" {
	service a
	aggregate --now $now
	as_owner "WITH gone AS (DELETE FROM watch_sessions WHERE movie_id <> 3 RETURNING watch_timestamp)
		INSERT INTO dirty_day SELECT DISTINCT ON (1) business_day(watch_timestamp), nextval('dirty_generation_seq') FROM gone"
	aggregate --now $now
	same 'all|movie' "$(sql 'SELECT DISTINCT "by" FROM trending ORDER BY 1' | paste -sd'|')"
	same '3' "$(sql 'SELECT DISTINCT movie_id FROM top_rated')"
	as_raw
	as_owner "DELETE FROM watch_sessions; INSERT INTO dirty_day VALUES ('2026-11-12', nextval('dirty_generation_seq'))"
	aggregate --now $now
	same '0 0 0 0 0' "$(sql 'SELECT (SELECT count(*) FROM trending), (SELECT count(*) FROM top_rated), (SELECT count(*) FROM movie_daily),
		(SELECT count(*) FROM day_daily), (SELECT count(*) FROM dirty_day)')"
}

@test "--all, --from and --to: days that haven't changed, too" {
	service a
	aggregate --now $now
	spoil() {
		sql 'UPDATE day_daily SET views = 99; UPDATE movie_daily SET views = 99; UPDATE genre_daily SET views = 99;
			UPDATE hour_daily SET views = 99'
		# A day that no watch is of.
		sql "INSERT INTO day_daily VALUES ('2026-10-01', 1, 1, 1, 1, 1), ('2026-12-01', 1, 1, 1, 1, 1)"
	}
	right() {
		sql "SELECT string_agg(right(day::text, 2), ' ' ORDER BY day) FROM day_daily AS d
			WHERE d.views < 99 AND day BETWEEN '2026-11-01' AND '2026-11-30'"
	}
	spoil
	aggregate --now $now --from 2026-11-11 --to 2026-11-12
	same '11 12' "$(right)"
	aggregate --now $now --to 2026-11-10
	same '10 11 12' "$(right)"
	same '2026-12-01' "$(sql "SELECT day FROM day_daily WHERE day NOT BETWEEN '2026-11-01' AND '2026-11-30'")"
	aggregate --now $now --from 2026-11-14
	same '10 11 12 14' "$(right)"
	aggregate --now $now --all
	as_raw
	# Interrupted: what is left is done by the next run, whatever its options.
	spoil
	mkdir bin
	printf '#!/bin/sh\nexit 75\n' >bin/agg-daily
	chmod +x bin/agg-daily
	cp "${REELPIPE_BIN:-$ROOT/bin}"/{pg-read,pg-load,lookup,agg-trending,agg-toprated} bin
	run -75 env REELPIPE_BIN="$TMP/bin" REELPIPE_SQL="$ROOT/sql" "$ROOT/pipelines/aggregate" --now $now --all
	same 7 "$(sql 'SELECT count(*) FROM dirty_day')"
	aggregate --now $now
	as_raw
	same 5 "$(sql 'SELECT count(*) FROM day_daily')"
}

@test "days are computed some at a time, by what the planner knows of them, and stored in their order" {
	database a
	# Three stray days, long ago, and 60 whose watches grow from 10 to 600 a day.
	sql "INSERT INTO users (user_id, placeholder, load_id) VALUES (1, true, 1);
		INSERT INTO movies (movie_id, placeholder, load_id) VALUES (1, true, 1);
		INSERT INTO watch_sessions
		SELECT row_number() OVER (), 1, 1, at, NULL, 1 FROM (
			SELECT '1985-01-01T12:00:00Z'::timestamptz + n * interval '1 day' AS at FROM generate_series(1, 3) AS n
			UNION ALL
			SELECT '2026-09-15'::timestamptz + d * interval '1 day' + (i - 1) * interval '1 day' / (10 * d)
			FROM generate_series(1, 60) AS d, generate_series(1, 10 * d) AS i) AS w;
		INSERT INTO dirty_day SELECT DISTINCT ON (1) business_day(watch_timestamp), nextval('dirty_generation_seq') FROM watch_sessions"
	# Nobody has looked at the table yet.
	same '\N' "$(pg-read -q dirty-days | sed '/^#/d' | cut -f 3 | sort -u)"
	as_owner 'ANALYZE watch_sessions'
	pg-read -q dirty-days | sed '/^#/d' >days
	# 18,303 in all; each day a few more or less than it has.
	awk -F'\t' '{ n += $3 } END { exit !(n > 17500 && n < 19000) }' days
	awk -F'\t' '$1 > "2026-10" { d = $3 - 10 * (NR - 3); if (d > 80 || d < -80) { print; bad = 1 } } END { exit bad }' days
	mkdir pipelines
	cp "$ROOT"/pipelines/{lib,lists}.bash pipelines
	sed 's/^watches_at_once=[0-9]*/watches_at_once=4000/' "$ROOT/pipelines/aggregate" >pipelines/aggregate
	chmod +x pipelines/aggregate
	REELPIPE_BIN=${REELPIPE_BIN:-$ROOT/bin} pipelines/aggregate --now $now 2>err || fail "$(cat err)"
	# Every chunk but the last is as full as it may be.
	sed -n 's/^pg-read: read \([0-9]*\) .*/\1/p' err >chunks
	same 5 "$(wc -l <chunks)"
	awk '$1 > 4500 || (NR < 5 && $1 < 3000) { bad = 1 } END { exit bad }' chunks || fail "$(<chunks)"
	# They are stored one after the other, the last days last.
	same '' "$(sql "SELECT a.day FROM day_daily AS a JOIN day_daily AS b ON a.day < b.day AND a.load_id > b.load_id")"
	same 5 "$(sql 'SELECT count(DISTINCT load_id) FROM day_daily')"
	as_raw
}

@test "what is computed anew and comes out as it is stored isn't loaded" {
	service a
	aggregate --now $now
	local before
	before=$(last_load)
	aggregate --now $now --all
	same '' "$(written "$before")"
	grep -q 'rolled_day: 0 inserted, 5 updated' err || fail "$(<err)"
	! grep -q 'movie_daily' err || fail "$(<err)"
	same 0 "$(sql 'SELECT count(*) FROM dirty_day')"
	as_raw
	# One figure of one day, or a row too many, is enough.
	sql "UPDATE hour_daily SET rating_sum = rating_sum + 0.001 WHERE (day, hour) = ('2026-11-13', 12)"
	before=$(last_load)
	aggregate --now $now --from 2026-11-12
	same 13 "$(written "$before")"
	sql "INSERT INTO genre_daily VALUES ('2026-11-13', 'Zzz', 1, 1, 0, 0, 1)"
	aggregate --now $now --to 2026-11-13
	as_raw
	# Totals that have gone wrong are added up anew.
	sql 'UPDATE movie_total SET views = views + 1 WHERE movie_id = 2; DELETE FROM movie_total WHERE movie_id = 1'
	aggregate --now $now --from 2026-11-14
	as_raw
}

# lists_of DAY: the load that wrote the lists of a day last.
lists_of() {
	sql "SELECT max(load_id) FROM (SELECT load_id FROM trending WHERE as_of = '$1' UNION ALL SELECT load_id FROM top_rated WHERE as_of = '$1') AS l"
}

@test "lists of the day before are made anew when a day that they count has changed, and only then" {
	service a
	aggregate --now $now
	local yesterday today
	yesterday=$(lists_of 2026-11-13) today=$(lists_of 2026-11-14)
	watches '8 14 2 2026-11-14T02:00:00Z 4'
	aggregate --now $now
	as_raw
	same "$yesterday" "$(lists_of 2026-11-13)"
	(($(lists_of 2026-11-14) > today))
	# On the next day, what was of today stays as it is.
	today=$(lists_of 2026-11-14)
	watches '9 14 3 2026-11-15T02:00:00Z 4'
	aggregate --now 2026-11-15T10:00:00Z
	as_raw
	same "$yesterday $today" "$(lists_of 2026-11-13) $(lists_of 2026-11-14)"
	# A row that comes late changes both.
	watches '10 14 3 2026-11-12T02:00:00Z 4'
	aggregate --now 2026-11-15T10:00:00Z
	as_raw
	(($(lists_of 2026-11-14) > today))
	# After some days without a run, the lists of the day before aren't there.
	aggregate --now 2026-11-20T10:00:00Z
	as_raw
	same '2026-11-20 2026-11-19' "$(sql 'SELECT DISTINCT as_of FROM trending ORDER BY 1 DESC LIMIT 2' | paste -sd' ')"
	# A run that breaks off between rollups and lists leaves it to the next one to know what has changed.
	watches '11 15 1 2026-11-19T02:00:00Z 4'
	mkdir bin
	cp "${REELPIPE_BIN:-$ROOT/bin}"/{pg-read,pg-load,lookup,agg-daily,agg-toprated} bin
	printf '#!/bin/sh\nexit 75\n' >bin/agg-trending
	chmod +x bin/agg-trending
	run -75 env REELPIPE_BIN="$TMP/bin" REELPIPE_SQL="$ROOT/sql" "$ROOT/pipelines/aggregate" --now 2026-11-20T11:00:00Z
	watches '12 15 1 2026-11-20T02:00:00Z 4'
	aggregate --now 2026-11-20T12:00:00Z
	as_raw
}

@test "what lists are made of is kept for the day, and only as long as it holds" {
	service a
	export REELPIPE_VAR=$TMP/state
	kept() {
		find "$TMP/state/aggregate" -mindepth 1 -maxdepth 1 -printf '%f %m\n'
	}
	aggregate --now $now
	local first second
	first=$(kept)
	same "$(sql "SELECT state FROM etl_bookmark WHERE source = 'history'") 700" "$first"
	[[ -s $TMP/state/aggregate/${first% *}/watches.tsv ]]
	same '' "$(find "$TMP/state/aggregate" -type f -perm /077)"
	# It is used: a film that it names and the database doesn't is in the list.
	sed -i 's/^10\t1\t/10\t777\t/' "$TMP/state/aggregate/${first% *}/watches.tsv"
	watches '8 14 2 2026-11-14T02:00:00Z 4'
	aggregate --now $now
	same "$first" "$(kept)"
	same 1 "$(sql "SELECT views FROM trending WHERE (\"by\", scored_by, window_days, item, as_of) = ('movie', 'views', 7, '777', '2026-11-14')")"
	# Another day has changed: it is read anew, and the old one goes.
	watches '9 14 2 2026-11-10T02:00:00Z 4'
	aggregate --now $now
	second=$(kept)
	[[ $second != "$first" ]]
	as_raw
	# Another present, another time zone, one that is incomplete or has gone.
	aggregate --now 2026-11-15T08:00:00Z
	as_raw
	watches '10 14 2 2026-11-15T02:00:00Z 4'
	second=$(kept)
	rm -r "$TMP/state/aggregate/${second% *}"
	aggregate --now 2026-11-15T08:00:00Z
	as_raw
	watches '11 14 2 2026-11-15T03:00:00Z 4'
	rm "$TMP/state/aggregate/$(kept | cut -d' ' -f1)/key"
	aggregate --now 2026-11-15T08:00:00Z
	as_raw
	local file each=12
	for file in watches days windows totals; do
		watches "$((each++)) 14 2 2026-11-15T03:00:00Z 4"
		for second in "$TMP"/state/aggregate/*/$file.tsv; do
			sed -i '$d' "$second"
		done
		aggregate --now 2026-11-15T08:00:00Z
		as_raw
	done
	# A name that leads elsewhere is no name.
	mkdir "$TMP/state/precious"
	sql "UPDATE etl_bookmark SET state = '../precious' WHERE source = 'history'"
	watches '20 14 2 2026-11-15T03:00:00Z 4'
	aggregate --now 2026-11-15T08:00:00Z
	as_raw
	[[ -d $TMP/state/precious ]]
	as_owner "UPDATE settings SET business_tz = 'Asia/Kolkata'"
	aggregate --now 2026-11-15T08:00:00Z --all
	as_raw
	# What is older than two days goes, another database's doesn't.
	mkdir "$TMP/state/aggregate/old" "$TMP/state/aggregate/other"
	touch -d '3 days ago' "$TMP/state/aggregate/old"
	aggregate --now 2026-11-16T08:00:00Z
	[[ ! -e $TMP/state/aggregate/old && -d $TMP/state/aggregate/other ]]
	[[ -d $TMP/state/aggregate/$(sql "SELECT state FROM etl_bookmark WHERE source = 'history'") ]]
	# A run that fails leaves none, nor programs that go on.
	local number
	number=$(kept | wc -l)
	mkdir bin
	cp "${REELPIPE_BIN:-$ROOT/bin}"/{pg-read,pg-load,lookup,agg-daily,agg-toprated} bin
	printf '#!/bin/sh\nexit 75\n' >bin/agg-trending
	chmod +x bin/agg-trending
	run -75 env REELPIPE_BIN="$TMP/bin" REELPIPE_SQL="$ROOT/sql" "$ROOT/pipelines/aggregate" --now 2026-11-17T08:00:00Z
	same "$number" "$(kept | wc -l)"
	printf '#!/bin/sh\nsleep 77.7\n' >bin/agg-trending
	REELPIPE_BIN=$TMP/bin REELPIPE_SQL=$ROOT/sql "$ROOT/pipelines/aggregate" --now 2026-11-17T08:00:00Z >/dev/null 2>&1 3>&- &
	until pgrep -f 'sleep 77.7' >/dev/null; do sleep 0.05; done
	kill $!
	wait $! || true
	same '' "$(pgrep -f 'sleep 77.7')"
	same "$number" "$(kept | wc -l)"
	# Where nothing can be kept, nothing is.
	touch "$TMP/file"
	REELPIPE_VAR=$TMP/file aggregate --now 2026-11-17T08:00:00Z
	as_raw
	watches '12 14 2 2026-11-17T03:00:00Z 4'
	REELPIPE_VAR=$TMP/file aggregate --now 2026-11-17T08:00:00Z
	as_raw
}

@test "closed days stay as they are, and aren't dirty" {
	service a
	aggregate --now $now
	watches '8 14 2 2026-11-11T22:00:00Z \N' '9 14 2 2026-11-13T22:00:00Z \N'
	as_owner "UPDATE settings SET frozen_before = '2026-11-12'"
	sql "UPDATE day_daily SET views = 99 WHERE day < '2026-11-12'"
	aggregate --now $now
	same '2026-11-10 99
2026-11-11 99
2026-11-12 1
2026-11-13 3
2026-11-14 1' "$(sql 'SELECT day, views FROM day_daily ORDER BY 1')"
	same 0 "$(sql 'SELECT count(*) FROM dirty_day')"
	local before
	before=$(last_load)
	aggregate --now $now --all
	same '' "$(written "$before")"
	same 0 "$(sql 'SELECT count(*) FROM dirty_day')"
	# Nothing but closed days is dirty.
	as_owner "UPDATE settings SET frozen_before = '2026-11-30'; INSERT INTO dirty_day VALUES ('2026-11-13', 1)"
	aggregate --now $now
	same 0 "$(sql 'SELECT count(*) FROM dirty_day')"
}

@test "another business time zone: --all moves the views to their days" {
	service a
	aggregate --now $now
	as_owner "UPDATE settings SET business_tz = 'Asia/Kolkata'"
	aggregate --now $now --all
	as_raw
	same '2026-11-11 2' "$(sql "SELECT day, views FROM day_daily WHERE day = '2026-11-11'")"
	same 2026-11-15 "$(sql 'SELECT max(as_of) FROM trending')"
}

@test "no watches at all" {
	database a
	aggregate --now $now
	aggregate --now $now --all
	same '0 0' "$(sql 'SELECT (SELECT count(*) FROM trending), (SELECT count(*) FROM day_daily)')"
	same '2026-11-14 none' "$(sql "SELECT state FROM etl_bookmark WHERE source = 'lists'")"
}

@test "as reelpipe_etl; two at once; a run that keeps what it counted" {
	service a
	export PGUSER=reelpipe_etl REELPIPE_RUNS=$TMP/runs
	aggregate --now $now
	grep -q '^agg-daily' runs/aggregate/stages.tsv
	[[ ! -e runs/aggregate/watches.tsv && -z $(ls runs/aggregate/chunks) ]]
	exec {lock}>runs/aggregate.lock
	flock "$lock"
	run -75 --separate-stderr "$ROOT/pipelines/aggregate" --now $now {lock}>&-
	same 'aggregate: another run has its directory' "$stderr"
	exec {lock}>&-
	unset REELPIPE_RUNS
	# Whichever machine it is on.
	psql -Xq -c "SELECT pg_advisory_lock(hashtext('reelpipe'), hashtext('aggregate')), pg_sleep(60)" >/dev/null 2>&1 &
	local holder=$!
	until [[ $(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 1 ]]; do
		sleep 0.05
	done
	run -75 --separate-stderr "$ROOT/pipelines/aggregate" --now $now
	same 'aggregate: another run is under way' "$stderr"
	kill $holder
	PGUSER=postgres sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" >/dev/null
	wait $holder || true
	until [[ $(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0 ]]; do sleep 0.05; done
	aggregate --now $now
}

@test "wrong usage, a dead server, an unknown database, a full disk" {
	usage() {
		run -2 --separate-stderr "$ROOT/pipelines/aggregate" "${@:2}"
		same "$(printf '%s\n' "aggregate: $1" "aggregate: Try 'aggregate --help'.")" "$stderr"
	}
	usage 'no such option or operand: 2026-11-14' 2026-11-14
	usage 'an argument is missing: --from' --from
	usage 'not a day: yesterday' --from yesterday
	usage 'not a day: 2026-02-30' --to=2026-02-30
	usage '--all goes without --from and --to' --all --to 2026-11-14
	usage '--from is later than --to: 2026-11-15' --from 2026-11-15 --to 2026-11-14
	run -0 "$ROOT/pipelines/aggregate" --help
	PGHOST=$TMP run -75 "$ROOT/pipelines/aggregate"
	service a
	run -2 --separate-stderr "$ROOT/pipelines/aggregate" --now tomorrow
	[[ $stderr == *'pg-read: --param now: neither a time nor a length such as 7d: "tomorrow"'* ]]
	PGDATABASE=nowhere run -1 --separate-stderr "$ROOT/pipelines/aggregate"
	[[ $stderr == *'database "nowhere" does not exist'* ]]
	mkdir bin
	cp "${REELPIPE_BIN:-$ROOT/bin}"/{pg-read,pg-load,lookup,agg-trending,agg-toprated} bin
	printf '#!/bin/sh\nexec "%s"/agg-daily "$@" >/dev/full\n' "${REELPIPE_BIN:-$ROOT/bin}" >bin/agg-daily
	chmod +x bin/agg-daily
	run -1 env REELPIPE_BIN="$TMP/bin" REELPIPE_SQL="$ROOT/sql" "$ROOT/pipelines/aggregate" --now $now
	[[ $output == *"agg-daily: stdout: can't write: No space left on device"* ]]
	same '5 0' "$(sql 'SELECT (SELECT count(*) FROM dirty_day), (SELECT count(*) FROM day_daily)')"
}

@test "what fails ends the run, wherever it is: nothing that rests on it is stored" {
	service a
	mkdir bin
	local program
	for program in pg-load agg-daily lookup agg-trending agg-toprated; do
		rm -f bin/*
		cp "${REELPIPE_BIN:-$ROOT/bin}"/{pg-read,pg-load,lookup,agg-daily,agg-trending,agg-toprated} bin
		# Of pg-load, the rollups alone.
		printf '#!/bin/sh\ncase "$*" in *computed_list*) exec "%s"/pg-load "$@" ;; esac\nexit 75\n' "${REELPIPE_BIN:-$ROOT/bin}" >"bin/$program"
		chmod +x "bin/$program"
		run -75 env REELPIPE_BIN="$TMP/bin" REELPIPE_SQL="$ROOT/sql" "$ROOT/pipelines/aggregate" --now $now
		same 0 "$(sql "SELECT count(*) FROM trending")"
		same '' "$(sql "SELECT state FROM etl_bookmark WHERE source = 'lists'")"
		[[ $program != pg-load && $program != agg-daily ]] || same 0 "$(sql 'SELECT count(*) FROM day_daily')"
	done
	# Killed, it is a failure, and said.
	printf '#!/bin/sh\nkill -KILL $$\n' >bin/lookup
	run -1 env REELPIPE_BIN="$TMP/bin" REELPIPE_SQL="$ROOT/sql" "$ROOT/pipelines/aggregate" --now $now
	[[ $output == *'aggregate: lookup was killed by signal 9 (KILL)'* ]]
	aggregate --now $now
	as_raw
}

# stored TYPE COLUMNS ORDER: what a table or view holds, as a segment.
stored() {
	pg-read --quiet --type "${1#raw.}" --query "SELECT $2 FROM $1 $3"
}

# as_filters ZONE DAY: every table says what the programs say that are given all watches, byte for byte.
as_filters() {
	local entry table columns day before score window
	pg-read --quiet movies >movies.tsv
	pg-read --quiet watch | lookup --quiet movies.tsv --key movie_id --add genres >all.tsv
	agg-daily --quiet --by day,movie,genre,hour --tz "$1" all.tsv >filters
	for entry in "${tables[@]:0:4}"; do
		table=${entry%% *} columns=${entry#* }
		stored "$table" "$columns" "ORDER BY ${columns%, views*}"
	done >tables
	same_file filters tables
	before=$(date -u -d "$2 - 1 day" +%F)
	for day in "$2" "$before"; do
		for list in 'views 7' 'views 28' 'decay 7'; do
			score=${list% *} window=${list#* }
			# Nobody knows the viewers of lists that are made of rollups.
			agg-trending --quiet --by movie,genre,all --score "$score" --window "${window}d" --top 500 --now "$day" --tz "$1" all.tsv |
				awk -F'\t' -v OFS='\t' -v lists="$list" '/^#/ { next } lists != "views 7" { $8 = $11 = "\\N" } { print }' >filters
			stored trending "${tables[4]#* }" "WHERE (scored_by, window_days, as_of) = ('$score', $window, '$day')
				ORDER BY array_position(ARRAY['movie', 'genre', 'all'], \"by\"), rank" | grep -v '^#' >tables
			[[ -s tables ]]
			same_file filters tables || fail "$day: $list"
		done
		for score in bayes weighted; do
			agg-toprated --quiet --score "$score" --top 500 --now "$day" --tz "$1" all.tsv >filters
			stored top_rated "${tables[5]#* }" "WHERE (scored_by, as_of) = ('$score', '$day') ORDER BY rank" >tables
			same_file filters tables || fail "$day: $score"
		done
	done
	agg-hourly --quiet --now 2100-01-01 --tz "$1" all.tsv >filters
	stored raw.hourly 'hour, views, viewers' 'ORDER BY hour' >tables
	stored raw.weekday_hourly 'weekday, hour, views, viewers' 'ORDER BY weekday, hour' >>tables
	same_file filters tables
}

@test "tables, raw views and programs agree, in several zones, with rows that come late" {
	local per_day=60 zone day
	[[ -z ${REELPIPE_FULL-} ]] || per_day=1500
	database simulated
	# In Berlin a day of 23 hours (29 March) and one of 25 (25 October); the last day is another one in each zone.
	local end=2026-11-01T21:10:00Z
	local simulate=(sim-watch --quiet --now "$end" --days 230 --per-day "$per_day" --movies 700 --users 300 --dirty 2)
	"${simulate[@]}" --print movies >movies.csv
	"${simulate[@]}" --print logs >watches.csv
	awk 'NR == 1 { print >"late.csv" } NR == 1 || NR % 29 { print; next } { print >"late.csv" }' watches.csv >early.csv
	"$ROOT/pipelines/load" --now "$end" movie movies.csv 2>err || fail "$(cat err)"
	"$ROOT/pipelines/load" --now "$end" watch early.csv 2>err || fail "$(cat err)"
	aggregate --now "$end"
	as_raw
	"$ROOT/pipelines/load" --now "$end" watch late.csv 2>err || fail "$(cat err)"
	aggregate --now "$end"
	as_raw
	as_filters UTC 2026-11-01
	(($(sql 'SELECT count(*) FROM movie_daily') > 10000))
	while read -r zone day; do
		as_owner "UPDATE settings SET business_tz = '$zone'"
		aggregate --now "$end" --all
		same 0 "$(sql 'SELECT count(*) FROM dirty_day')"
		as_raw
		as_filters "$zone" "$day"
	done <<-'END'
		Europe/Berlin 2026-11-01
		Asia/Kolkata 2026-11-02
	END
	# What was an hour in one zone isn't one in another: the days did move.
	same 't' "$(sql "SELECT count(*) > 0 FROM hour_daily WHERE (day, hour) = ('2026-11-02', 1)")"
}

@test "the same on real data (MovieLens)" {
	local data=${REELPIPE_MOVIELENS:-$ROOT/../shared/data/movielens}
	[[ -r $data/ratings.csv ]] || skip 'the MovieLens files are not here'
	database movielens
	"$ROOT/pipelines/load" --csv=--map=movie_id=movieId movie "$data/movies.csv" 2>err || fail "$(cat err)"
	"$ROOT/pipelines/load" --csv=--derive=session_id --csv=--rating-scale=5 watch "$data/ratings.csv" 2>err || fail "$(cat err)"
	aggregate --now 2018-09-24T14:27:30Z
	as_raw
	as_filters UTC 2018-09-24
}

# seconds_of COMMAND…: how long it takes.
seconds_of() {
	local since=$EPOCHREALTIME
	"$@"
	awk -v a="$since" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f\n", b - a }'
}

median() {
	sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

@test "5 million watches over a year: all rollups beside COPY of the watches, one changed day" {
	[[ -n ${REELPIPE_FULL-} ]] || skip 'only with --full'
	local end=2026-11-16T00:00:00Z now=2026-11-15T22:00:00Z n ratio
	database year
	sim-watch -q --now "$end" --days 365 --per-day 13900 --print movies >movies.csv
	sim-watch -q --now "$end" --days 365 --per-day 13900 --print logs >watch.csv
	"$ROOT/pipelines/load" --now "$end" movie movies.csv 2>err || fail "$(cat err)"
	"$ROOT/pipelines/load" --now "$end" watch watch.csv 2>err || fail "$(cat err)"
	(($(sql 'SELECT count(*) FROM watch_sessions') > 4900000))
	copy() {
		psql -XAtqc 'COPY (SELECT user_id, movie_id, watch_timestamp, rating FROM watch_sessions) TO STDOUT' >/dev/null
	}
	copy
	seconds_of aggregate --now $now >first
	psql -Xqc ANALYZE 2>/dev/null
	local began listing
	export REELPIPE_RUNS=$TMP/runs
	for ((n = 0; n < 5; n++)); do
		seconds_of copy >>copies
		began=$(date -u +%FT%T.%6NZ)
		seconds_of aggregate --now $now --all >>all
		# Rollups come first; the genres of single watches are looked up for lists alone.
		listing=$(cut -f 1,2 "$REELPIPE_RUNS/aggregate/stages.tsv" | grep '^lookup' | sort | head -n 1 | cut -f 2)
		sql "SELECT round(extract(epoch FROM timestamptz '$listing' - timestamptz '$began'), 2)" >>rollups
		sql "INSERT INTO dirty_day VALUES ('2026-11-15', nextval('dirty_generation_seq'))"
		seconds_of aggregate --now $now >>one
		sql "INSERT INTO dirty_day VALUES ('2026-03-15', nextval('dirty_generation_seq'))"
		seconds_of aggregate --now $now >>late
	done
	paste copies rollups | awk '{ printf "%.2f\n", $2 / $1 }' >ratios
	ratio=$(median <ratios)
	printf '# COPY %s s, all rollups anew %s s: %s times (%s); with all lists %s s; from nothing %s s; one day %s s, one of last spring %s s\n' \
		"$(median <copies)" "$(median <rollups)" "$ratio" "$(paste -sd' ' ratios)" "$(median <all)" "$(<first)" \
		"$(median <one)" "$(median <late)" >&3
	awk -v ratio="$ratio" -v one="$(median <one)" 'BEGIN { exit !(ratio <= 2 && one < 1) }'
}
