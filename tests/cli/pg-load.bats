#!/usr/bin/env bats
# pg-load: one transaction, whatever happens; and what each merge makes of the records.

setup() {
	load helper
}

teardown() {
	if [[ -d $TMP/server/var ]]; then
		REELPIPE_VAR=$TMP/server/var pg-local remove >/dev/null 2>&1 || true
		rm -rf "$TMP/server"
	fi
}

sql() {
	psql -X -A -t -q -F ' ' -v ON_ERROR_STOP=1 -c "$1"
}

watches() {
	sql 'SELECT session_id, user_id, movie_id, watch_timestamp AT TIME ZONE $$UTC$$, rating FROM watch_sessions ORDER BY 1'
}

# The counts of the first type.
loaded() {
	pg-load "$@" 2>&1 >/dev/null | sed -n 's/^pg-load: [a-z_]*: \(.*inserted.*\)/\1/p' | head -n 1
}

# Everything but the numbers of loads and generations.
dump() {
	sql 'SELECT session_id, user_id, movie_id, watch_timestamp, rating FROM watch_sessions ORDER BY 1'
	sql 'SELECT user_id, name, placeholder FROM users ORDER BY 1'
	sql 'SELECT movie_id, title, genre, rating, deleted, placeholder FROM movies ORDER BY 1'
	sql 'SELECT movie_id, position, genre FROM movie_genres ORDER BY 1, 2'
	sql 'SELECT day FROM dirty_day ORDER BY 1'
}

w='#watch session_id user_id movie_id watch_timestamp rating'

@test "watches get in, with placeholders, dirty days, bookmarks and counts" {
	database a
	rec "$w" '1 10 603 2026-11-15T21:04:33.25Z 4.5' '2 11 -7 2026-11-16T23:10:02Z \N' \
		'#mark file:a.csv 98112:9f31c2' >in
	run -0 --separate-stderr pg-load --pipeline p in
	same '' "$output"
	same 'pg-load: watch: 2 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "${stderr_lines[0]}"
	[[ ${stderr_lines[1]} == 'pg-load: read 2 = loaded 2 (inserted 2, updated 0, unchanged 0) + rejected 0 + dropped 0, '* ]]
	same '1 10 603 2026-11-15 21:04:33.25 4.500
2 11 -7 2026-11-16 23:10:02 ' "$(watches)"
	same '-7 t t
603 t t' "$(sql 'SELECT movie_id, placeholder, title IS NULL FROM movies ORDER BY 1')"
	same '10 t
11 t' "$(sql 'SELECT user_id, placeholder FROM users ORDER BY 1')"
	same '2026-11-15
2026-11-16' "$(sql 'SELECT day FROM dirty_day ORDER BY 1')"
	same 'p file:a.csv 98112:9f31c2' "$(sql 'SELECT pipeline, source, state FROM etl_bookmark')"
	local before
	before=$(sql 'TABLE watch_sessions; TABLE dirty_day; TABLE etl_bookmark; TABLE movies')
	same '0 inserted, 0 updated, 2 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded --pipeline p in)"
	same "$before" "$(sql 'TABLE watch_sessions; TABLE dirty_day; TABLE etl_bookmark; TABLE movies')"
}

@test "the statistics hold what the load did" {
	database a
	rec "$w" '1 10 603 2026-11-15T21:04:33Z 4.5' '1 10 603 2026-11-15T21:04:33Z 4.5' >in
	REELPIPE_STATS=$TMP/stats pg-load -q in
	same 'pg-load 2 1 0 1 1 0 0' "$(sed -n 2p stats | cut -f 1,4-10 | tr '\t' ' ')"
	same '1 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded --expect etl_stage stats)"
	same '0 inserted, 0 updated, 1 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded --expect etl_stage stats)"
}

@test "bookmarks without --pipeline are left out, and that is said" {
	database a
	rec "$w" '1 10 603 2026-11-15T21:04:33Z 4.5' '#mark a 1' '#mark a 2' >in
	run -0 --separate-stderr pg-load in
	[[ $stderr == *'pg-load: 1 bookmarks are not stored: that takes --pipeline'* ]]
	same 0 "$(sql 'SELECT count(*) FROM etl_bookmark')"
	run -0 --separate-stderr pg-load --pipeline p in
	[[ $stderr != *'bookmarks'* ]]
	same 'p a 2' "$(sql 'SELECT pipeline, source, state FROM etl_bookmark')"
}

@test "the best record of a session stays, in whatever order and batches they come" {
	database a
	# Every order of four records, each order as a session of its own.
	awk 'function swap(a, b, t) { t = p[a]; p[a] = p[b]; p[b] = t }
		function permute(k, i) {
			if (k == 4) { n++; for (i = 1; i <= 4; i++) print i, n, r[p[i]]; return }
			for (i = k + 1; i <= 4; i++) { swap(k + 1, i); permute(k + 1); swap(k + 1, i) }
		}
		BEGIN { r[1] = "10 603 2026-11-15T10:00:00Z 4"; r[2] = "10 603 2026-11-15T12:00:00Z \\N"
			r[3] = "10 603 2026-11-15T11:00:00Z 4"; r[4] = "10 603 2026-11-15T11:00:00Z 4.5"
			for (i = 1; i <= 4; i++) p[i] = i
			permute(0) }' >orders
	same 96 "$(wc -l <orders)"
	local expected i
	expected=$(for ((i = 1; i <= 24; i++)); do echo "$i 10 603 2026-11-15 11:00:00 4.500"; done)
	mapfile -t all < <(sort -n -k 1,1 -s orders | cut -d ' ' -f 2-)
	rec "$w" "${all[@]}" >one
	same '24 inserted, 0 updated, 0 unchanged, 72 dropped, 0 rejected (0 conflicting), staged' "$(loaded one)"
	same "$expected" "$(watches)"
	same '0 inserted, 0 updated, 24 unchanged, 72 dropped, 0 rejected (0 conflicting), staged' "$(loaded one)"
	database b
	for i in 1 2 3 4; do
		mapfile -t all < <(awk -v i=$i '$1 == i { $1 = ""; print substr($0, 2) }' orders)
		rec "$w" "${all[@]}"
	done >four
	pg-load -q four
	same "$expected" "$(watches)"
	# dedupe has the same rule.
	database c
	dedupe -q one | pg-load -q --expect watch
	same "$expected" "$(watches)"
	dedupe -q four | pg-load -q --expect watch,watch,watch,watch
	same "$expected" "$(watches)"
}

@test "a session of another user or film is a conflict, and what was there stays" {
	database a
	rec "$w" '1 10 603 2026-11-15T10:00:00Z \N' | pg-load -q
	rec "$w _origin" '1 11 603 2026-11-15T11:00:00Z 5 a.csv:2' '1 10 603 2026-11-15T10:30:00Z 3 a.csv:3' \
		'1 10 604 2026-11-15T12:00:00Z 5 a.csv:4' '2 20 603 2026-11-15T10:00:00Z 1 a.csv:5' \
		'2 21 603 2026-11-15T10:00:00Z 2 \N' '3 10 603 2026-11-15T10:00:00Z 10 a.csv:7' >in
	run -0 --separate-stderr pg-load --rejects rejects in
	same 'pg-load: watch: 2 inserted, 1 updated, 0 unchanged, 0 dropped, 3 rejected (3 conflicting), staged' "${stderr_lines[0]}"
	same '1 10 603 2026-11-15 10:30:00 3.000
2 20 603 2026-11-15 10:00:00 1.000
3 10 603 2026-11-15 10:00:00 10.000' "$(watches)"
	same '#reject	stage	rule	origin	reason	raw_header	raw
pg-load	key-conflict	a.csv:2	session_id: 1 is of user 10 and film 603 already	\#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\t_origin	1\t11\t603\t2026-11-15T11:00:00Z\t5\ta.csv:2
pg-load	key-conflict	a.csv:4	session_id: 1 is of user 10 and film 603 already	\#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\t_origin	1\t10\t604\t2026-11-15T12:00:00Z\t5\ta.csv:4
pg-load	key-conflict	in:record 5	session_id: 2 is of user 20 and film 603 already	\#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\t_origin	2\t21\t603\t2026-11-15T10:00:00Z\t2\t\\N
#end	3' "$(<rejects)"
	same 600 "$(stat -c %a rejects)"
}

@test "rejects load without the records, once" {
	database a
	rec "$w" '\N 10 603 2026-11-15T10:00:00Z \N' '1 \N 603 2026-11-15T10:00:00Z \N' | pg-load -q --rejects rejects
	same '2 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded --pipeline p rejects)"
	same '0 inserted, 0 updated, 2 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded --pipeline q rejects)"
	same 'pg-load missing-value stdin:record 1 session_id: a value is needed p
pg-load missing-value stdin:record 2 user_id: a value is needed p' "$(sql 'SELECT stage, rule, origin, reason, pipeline FROM etl_reject ORDER BY origin')"
	sed '3d; s/^#end.*/#end\t1/' rejects >one
	cat one one >twice
	same '0 inserted, 0 updated, 2 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded --expect reject,reject twice)"
}

@test "--max-rejects undoes the load" {
	database a
	rec "$w" '1 10 603 2026-11-15T10:00:00Z \N' '2 \N 603 2026-11-15T10:00:00Z \N' >in
	run -1 pg-load --max-rejects 0 in
	[[ $output == *'pg-load: more than 0 rejects'* ]]
	run -1 pg-load --max-rejects 49% in
	[[ $output == *'rejects: 1 of 2'* ]]
	same '' "$(watches)"
	run -0 pg-load --max-rejects 50% in
	same 1 "$(watches | wc -l)"
}

@test "a column that doesn't come keeps its value; one of the key must" {
	database a
	rec "$w" '1 10 603 2026-11-15T10:00:00Z 4' | pg-load -q
	rec '#watch watch_timestamp session_id _note' '2026-11-15T12:00:00Z 1 x' '2026-11-15T12:00:00Z 2 y' >in
	run -0 --separate-stderr pg-load in
	same 'pg-load: watch: 0 inserted, 1 updated, 0 unchanged, 0 dropped, 1 rejected (0 conflicting), staged' "${stderr_lines[1]}"
	same 'pg-load: in:record 2: missing-value: the stream lacks a column that a new session needs' "${stderr_lines[0]}"
	same '1 10 603 2026-11-15 12:00:00 4.000' "$(watches)"
	rec '#watch session_id rating' '1 \N' '1 3' | pg-load -q
	same '1 10 603 2026-11-15 12:00:00 4.000' "$(watches)"
	rec '#watch rating session_id' '5 1' | pg-load -q
	same '1 10 603 2026-11-15 12:00:00 5.000' "$(watches)"
	rec '#watch user_id rating' '5 1' >in
	run -1 pg-load in
	same 'pg-load: in:1: the watch records have no column session_id: their columns are "user_id\trating"' "$output"
}

@test "films: a record with all columns and nothing in them clears the film, and its days are counted anew" {
	database clear
	rec '#movie movie_id title genres release_date fetched_at' '5 A Drama 2001-01-01 2026-01-01T00:00:00Z' \
		'6 B Action 2002-01-01 2026-01-01T00:00:00Z' | pg-load -q
	rec '#watch session_id user_id movie_id watch_timestamp rating' '1 1 5 2026-11-14T20:00:00Z 7' \
		'2 1 6 2026-11-13T20:00:00Z 7' | pg-load -q
	sql 'DELETE FROM dirty_day'
	# With some of the columns it is a film without a title, and nothing is lost.
	rec '#movie movie_id title' '5 \N' >in
	run -0 --separate-stderr pg-load in
	same 'pg-load: in:record 1: missing-value: title: a value is needed' "${stderr_lines[0]}"
	same 'A Drama' "$(sql 'SELECT title, genre FROM movies WHERE movie_id = 5')"
	rec '#movie movie_id title original_title genres release_date rating vote_count popularity runtime original_language status adult fetched_at deleted' \
		'5 \N \N \N \N \N \N \N \N \N \N \N \N f' >in
	same '0 inserted, 1 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded in)"
	same '5     t f
6 B Action 2002-01-01 2026-01-01 00:00:00+00 f f' "$(sql 'SELECT movie_id, title, genre, release_date, fetched_at, placeholder, deleted FROM movies ORDER BY 1')"
	same '6 Action' "$(sql 'SELECT movie_id, genre FROM movie_genres')"
	same 2026-11-14 "$(sql 'SELECT day FROM dirty_day')"
	same '0 inserted, 0 updated, 1 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded in)"
}

@test "films: the last record wins, genres are replaced, tombstones keep what is known" {
	database a
	rec '#movie movie_id title genres rating runtime popularity adult fetched_at' \
		'603 Old Action 5 \N \N \N \N' \
		'603 Matrix Action|Drama|Action 8.125 136 12.345678 f 2026-11-15T10:00:00Z' \
		'5 Five \N \N \N \N \N \N' '6 \N Drama \N \N \N \N \N' >in
	run -0 --separate-stderr pg-load in
	same 'pg-load: in:record 4: missing-value: title: a value is needed' "${stderr_lines[0]}"
	same 'pg-load: movie: 2 inserted, 0 updated, 0 unchanged, 1 dropped, 1 rejected (0 conflicting), staged' "${stderr_lines[1]}"
	same '5 Five    f f
603 Matrix Action 8.125 12.345678 f f' "$(sql 'SELECT movie_id, title, genre, rating, popularity, deleted, placeholder FROM movies ORDER BY 1')"
	same '603 1 Action
603 2 Drama' "$(sql 'TABLE movie_genres ORDER BY 1, 2')"
	same '0 inserted, 0 updated, 2 unchanged, 1 dropped, 1 rejected (0 conflicting), staged' "$(loaded in)"
	rec '#movie movie_id deleted' '603 t' '9 t' | pg-load -q
	same '5 Five f f
9  t t
603 Matrix t f' "$(sql 'SELECT movie_id, title, deleted, placeholder FROM movies ORDER BY 1')"
	# \N clears, what doesn't come stays, and the film is back.
	rec '#movie movie_id title genres deleted' '603 Matrix Drama \N' '5 Fifth Comedy|Crime f' | pg-load -q
	same '5 Fifth Comedy f
9   t
603 Matrix Drama f' "$(sql 'SELECT movie_id, title, genre, deleted FROM movies ORDER BY 1')"
	same '8.125 136' "$(sql 'SELECT rating, runtime FROM movies WHERE movie_id = 603')"
	same '5 1 Comedy
5 2 Crime
603 1 Drama' "$(sql 'TABLE movie_genres ORDER BY 1, 2')"
	rec '#movie movie_id title genres rating' '603 Matrix \N \N' | pg-load -q
	same 'Matrix    136' "$(sql 'SELECT title, genre, rating, NULL, runtime FROM movies WHERE movie_id = 603' | sed 's/   / /')" ||
		same 'Matrix - - 136' "$(sql 'SELECT title, coalesce(genre, $$-$$), coalesce(rating::text, $$-$$), runtime FROM movies WHERE movie_id = 603')"
	same 2 "$(sql 'SELECT count(*) FROM movie_genres')"
}

@test "a tombstone behind a record in one stream, as in two" {
	database a
	rec '#movie movie_id title deleted' '1 One f' '1 \N t' '2 \N t' '2 Two f' '3 Three t' >in
	same '3 inserted, 0 updated, 0 unchanged, 2 dropped, 0 rejected (0 conflicting), staged' "$(loaded in)"
	local one
	one=$(sql 'SELECT movie_id, title, deleted, placeholder FROM movies ORDER BY 1')
	same '1 One t f
2 Two f f
3 Three t f' "$one"
	database b
	for line in '1 One f' '1 \N t' '2 \N t' '2 Two f' '3 Three t'; do
		rec '#movie movie_id title deleted' "$line"
	done | pg-load -q
	same "$one" "$(sql 'SELECT movie_id, title, deleted, placeholder FROM movies ORDER BY 1')"
}

@test "a log fills placeholders in, and metadata takes them away" {
	database a
	rec "$w" '1 10 603 2026-11-15T10:00:00Z 4' | pg-load -q
	rec '#movie movie_id title' '603 Matrix' | pg-load -q
	rec '#user user_id name email signup_date country plan birth_years' \
		'10 Ann a@example.org 2020-02-29 DE basic 1980-1989' '11 \N \N \N \N \N \N' | pg-load -q
	same '603 Matrix f' "$(sql 'SELECT movie_id, title, placeholder FROM movies')"
	same '10 Ann f
11  f' "$(sql 'SELECT user_id, name, placeholder FROM users ORDER BY 1')"
	rec '#user user_id email' '10 \N' '10 b@example.org' | pg-load -q
	same 'Ann b@example.org basic' "$(sql 'SELECT name, email, plan FROM users WHERE user_id = 10')"
}

@test "genres and bookmarks load" {
	database a
	rec '#genre id name' '28 Action' '18 Drama' '28 Action!' '\N X' '5 \N' >in
	same '2 inserted, 0 updated, 0 unchanged, 1 dropped, 2 rejected (0 conflicting), staged' "$(loaded in)"
	same '18 Drama
28 Action!' "$(sql 'SELECT genre_id, name FROM genres ORDER BY 1')"
	rec '#bookmark pipeline source state' 'p s 1' 'p s 2' 'q s 1' | pg-load -q
	rec '#bookmark pipeline source state' 'p s 3' 'q s 1' >in
	same '0 inserted, 1 updated, 1 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded in)"
	same 'p s 3
q s 1' "$(sql 'SELECT pipeline, source, state FROM etl_bookmark ORDER BY 1')"
}

@test "a trending list is replaced as a whole, and no other is" {
	database a
	local h='#trending by scored_by as_of window_days rank item views viewers score previous_views previous_viewers previous_score previous_rank change _title'
	rec "$h" 'movie views 2026-11-15 7 1 603 5 4 5 1 1 1 2 4 Matrix' 'movie views 2026-11-15 7 2 5 4 4 4 0 0 0 \N 4 Five' \
		'genre views 2026-11-15 7 1 Drama 5 4 5 1 1 1 2 4 Drama' 'movie views 2026-11-14 7 1 5 1 1 1 0 0 0 \N 1 Five' >in
	same '4 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded in)"
	same '0 inserted, 0 updated, 4 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded in)"
	rec "$h" 'movie views 2026-11-15 7 1 603 6 4 6 1 1 1 2 5 Matrix' 'movie views 2026-11-15 7 \N 7 4 4 4 0 0 0 \N 4 Seven' >in
	same '0 inserted, 1 updated, 0 unchanged, 0 dropped, 1 rejected (0 conflicting), staged' "$(loaded in)"
	same 'genre 2026-11-15 1 Drama 5
movie 2026-11-14 1 5 1
movie 2026-11-15 1 603 6' "$(sql 'SELECT by, as_of, rank, item, views FROM trending ORDER BY by, as_of, rank')"
}

@test "the old and the new day of a watch are dirty, and the days of films whose genres change" {
	database a
	sql "UPDATE settings SET business_tz = 'Europe/Berlin'"
	rec "$w" '1 10 603 2026-11-15T22:30:00Z \N' '2 10 5 2026-11-10T12:00:00Z \N' | pg-load -q
	same '2026-11-10
2026-11-15' "$(sql 'SELECT day FROM dirty_day ORDER BY 1')"
	sql 'DELETE FROM dirty_day'
	rec "$w" '1 10 603 2026-11-15T23:30:00Z \N' '2 10 5 2026-11-10T12:00:00Z \N' | pg-load -q
	same '2026-11-15
2026-11-16' "$(sql 'SELECT day FROM dirty_day ORDER BY 1')"
	local before
	before=$(sql "SELECT generation FROM dirty_day WHERE day = '2026-11-16'")
	sql "DELETE FROM dirty_day WHERE day <> '2026-11-16'"
	rec '#movie movie_id title genres' '603 Matrix Action' '5 Five \N' '77 New Drama' | pg-load -q
	same '2026-11-16 t' "$(sql "SELECT day, generation > $before FROM dirty_day")"
	sql 'DELETE FROM dirty_day'
	rec '#movie movie_id title genres' '603 The\sMatrix Action' | sed 's/\\s/ /' | pg-load -q
	same '' "$(sql 'SELECT day FROM dirty_day')"
	same 'The Matrix' "$(sql 'SELECT title FROM movies WHERE movie_id = 603')"
}

@test "watches of frozen days are rejected, new ones and changed ones" {
	database a
	sql "UPDATE settings SET business_tz = 'America/New_York'"
	rec "$w" '1 10 603 2026-11-15T04:59:59Z \N' | pg-load -q
	sql "UPDATE settings SET frozen_before = '2026-11-15'"
	rec "$w" '1 10 603 2026-11-15T05:00:00Z 4' '1 10 603 2026-11-15T04:59:59Z \N' '2 10 603 2026-11-15T04:59:59Z 4' \
		'3 10 603 2026-11-15T05:00:00Z 4' >in
	same '1 inserted, 0 updated, 0 unchanged, 1 dropped, 2 rejected (0 conflicting), staged' "$(loaded in)"
	same '1 10 603 2026-11-15 04:59:59 
3 10 603 2026-11-15 05:00:00 4.000' "$(watches)"
}

@test "text keeps every escape" {
	database a
	printf '#movie\tmovie_id\ttitle\n1\t\\#a\\tb\\nc\\\\d\\re \x08\xc3\xa9\\\\N\n2\t\\\\N\n#end\t2\n' >in
	pg-load -q in
	same "$(printf '#a\tb\nc\\d\re \x08\xc3\xa9\\N' | od -An -c)" "$(printf '%s' "$(sql 'SELECT title FROM movies WHERE movie_id = 1')" | od -An -c)"
	pg-read -q --query 'SELECT movie_id, title FROM movies ORDER BY 1' --type movie >out
	same_file in out
}

@test "streams of several types, in one transaction" {
	database a
	{
		rec '#user user_id name' '10 Ann'
		rec '#movie movie_id title' '603 Matrix'
		rec '#movie movie_id title genres' '604 Reloaded Action'
		rec "$w" '1 10 603 2026-11-15T10:00:00Z 4'
		rec '#reject stage rule origin reason'
	} >in
	run -0 --separate-stderr pg-load --expect user,movie,movie,watch,reject in
	same 'pg-load: user: 1 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged
pg-load: movie: 2 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged
pg-load: watch: 1 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged
pg-load: reject: 0 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(head -n 4 <<<"$stderr")"
	same 1 "$(sql 'SELECT count(DISTINCT load_id) FROM (SELECT load_id FROM users UNION ALL SELECT load_id FROM movies UNION ALL SELECT load_id FROM watch_sessions) AS l')"
}

@test "--expect: anything but these segments, in this order, changes nothing" {
	database a
	rec "$w" '1 10 603 2026-11-15T10:00:00Z 4' >watch
	rec '#user user_id name' '10 Ann' >user
	run -1 pg-load --expect watch,user watch
	same 'pg-load: watch: the stream ends without the expected segment of user' "$output"
	run -1 pg-load --expect watch watch user
	same 'pg-load: user:1: a segment of user came, expected was the end' "$output"
	run -1 pg-load --expect user,watch watch user
	same 'pg-load: watch:1: a segment of watch came, expected was user' "$output"
	run -1 pg-load --expect watch+,user+ watch watch
	same 'pg-load: watch: the stream ends without the expected segment of user' "$output"
	run -1 pg-load --expect watch+,user watch user user
	same 'pg-load: user:1: a segment of user came, expected was the end' "$output"
	run -1 pg-load --expect user+,watch+ watch
	same 'pg-load: watch:1: a segment of watch came, expected was user' "$output"
	run -0 --separate-stderr pg-load --dry-run --expect watch+,user+ watch watch user
	run -2 pg-load --expect watches watch
	[[ $output == *'--expect: no such type: "watches"'* ]]
	same '' "$(dump)"
	run -0 pg-load --expect watch,user watch user
}

@test "a stream that is cut or malformed changes nothing" {
	database a
	rec "$w" '1 10 603 2026-11-15T10:00:00Z 4' '2 10 603 2026-11-15T10:00:00Z 4' >good
	local n
	for n in 1 2 3; do
		head -n $n good >cut
		run -1 pg-load cut
		[[ $output == *'the input is cut'* ]] || fail "$output"
	done
	head -c 60 good >cut
	run -1 pg-load cut
	run -1 pg-load /dev/null
	[[ $output == *'no segment at all'* ]]
	cat good cut >both
	run -1 pg-load both
	sed 's/^#end.*/#end\t3/' good >count
	run -1 pg-load count
	[[ $output == *'#end says 3 records, here are 2'* ]]
	same '' "$(dump)"
	same 0 "$(sql 'SELECT count(*) FROM pg_class WHERE relname LIKE $$stage%$$ AND relkind = $$r$$')"
}

@test "a value of the wrong kind is named, with its line and column" {
	database a
	check() {
		rec "$@" >in
		run -1 pg-load in
		same "$wanted" "$output"
	}
	wanted='pg-load: in:3: rating: not a rating from 0 to 10: "11"' check "$w" '1 10 603 2026-11-15T10:00:00Z 4' '1 10 603 2026-11-15T10:00:00Z 11'
	wanted='pg-load: in:2: watch_timestamp: not a time: "yesterday"' check "$w" '1 10 603 yesterday 4'
	wanted='pg-load: in:2: session_id: not an integer: "1.0"' check "$w" '1.0 10 603 2026-11-15T10:00:00Z 4'
	wanted='pg-load: in:2: session_id: not an integer: "9223372036854775808"' check "$w" '9223372036854775808 10 603 2026-11-15T10:00:00Z 4'
	wanted='pg-load: in:1: watch records have no column "extra"' check "$w extra" '1 10 603 2026-11-15T10:00:00Z 4 x'
	wanted='pg-load: in:1: watch records have no column "\"; drop table"' check "$(printf '#watch session_id \"; drop\\s')" || true
	printf '#watch\tsession_id\t"; drop table users; --\n1\t1\n#end\t1\n' >in
	run -1 pg-load in
	same 'pg-load: in:1: watch records have no column "\"; drop table users; --"' "$output"
	wanted='pg-load: in:1: unheard records can'\''t be loaded: unknown type' check '#unheard a' 1
	wanted='pg-load: in:1: schema records can'\''t be loaded: there is no merge for them in sql/load' check '#schema type column' 'a b'
	same '' "$(dump)"
}

@test "--dry-run says what would change and changes nothing" {
	database a
	rec "$w" '1 10 603 2026-11-15T10:00:00Z 4' '#mark a 1' >in
	run -0 --separate-stderr pg-load --dry-run --pipeline p in
	same 'pg-load: watch: 1 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "${stderr_lines[0]}"
	same 'pg-load: dry run: nothing has been changed' "${stderr_lines[1]}"
	same '' "$(dump)"
	same 0 "$(sql 'SELECT count(*) FROM etl_bookmark')"
	run -2 pg-load --dry-run --batch 5 in
	run -2 pg-load --mode fast in
	run -2 pg-load --batch 0 in
	run -2 pg-load --pipeline '' in
}

@test "--batch commits at marks, and rolls back what follows the last one" {
	database a
	rec_open "$w" '1 10 603 2026-11-15T10:00:00Z 4' '#mark a 1' '2 10 603 2026-11-15T10:00:00Z 4' \
		'3 10 603 2026-11-15T10:00:00Z 4' '#mark a 3' '4 10 603 2026-11-15T10:00:00Z 4' >cut
	run -1 pg-load --batch 2 --pipeline p cut
	[[ $output == *'the input is cut'* ]]
	[[ $output == *'pg-load: 3 records were committed before, up to a mark; what followed is not'* ]]
	same '1
2
3' "$(sql 'SELECT session_id FROM watch_sessions ORDER BY 1')"
	same 'a 3' "$(sql 'SELECT source, state FROM etl_bookmark')"
	# The whole stream: what follows the last mark is committed at the end.
	{
		cat cut
		printf '#end\t4\n'
	} >whole
	same '1 inserted, 0 updated, 3 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded --batch 1 --pipeline p whole)"
	same 4 "$(sql 'SELECT count(*) FROM watch_sessions')"
}

@test "--batch: a trickle is in the database at once, without its end" {
	database a
	mkfifo pipe
	pg-load -q --batch 1000000 --pipeline p pipe &
	local pid=$! i
	exec 7>pipe
	for i in 1 2; do
		if ((i == 1)); then tabs "$w" >&7; fi
		tabs "$i 10 603 2026-11-15T10:00:00Z 4" "#mark a $i" >&7
		local tries=0
		until [[ $(sql 'SELECT count(*) FROM watch_sessions') == "$i" ]]; do
			((tries++ < 100)) || fail "record $i isn't there"
			sleep 0.05
		done
		same "a $i" "$(sql 'SELECT source, state FROM etl_bookmark')"
	done
	tabs '3 10 603 2026-11-15T10:00:00Z 4' >&7
	exec 7>&-
	local status=0
	wait "$pid" || status=$?
	same 1 "$status"
	same 2 "$(sql 'SELECT count(*) FROM watch_sessions')"
}

many() {
	awk -v n="$1" -v seed="${2-1}" -v clash="${3-0}" 'BEGIN { srand(seed)
		print "#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating"
		for (i = 1; i <= n; i++) {
			s = clash ? int(rand() * n * 0.7) : i
			u = clash && rand() < 0.98 ? s % 97 : int(rand() * 97)
			printf "%d\t%d\t%d\t2026-11-%02dT%02d:00:00Z\t%s\n", s, u, s % 31, 1 + i % 20, rand() * 24,
				rand() < 0.3 ? "\\N" : int(rand() * 20) / 2
		}
		print "#mark\tfile\t" n "\n#end\t" n }'
}

# shape: the keys and indexes of watch_sessions, and what a row has of itself.
shape() {
	sql "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'watch_sessions'::regclass ORDER BY 1"
	sql "SELECT indexdef FROM pg_indexes WHERE tablename = 'watch_sessions' ORDER BY 1"
	sql "SELECT attname, atthasdef FROM pg_attribute WHERE attrelid = 'watch_sessions'::regclass AND attnum > 0 ORDER BY attnum"
}

# each_way FILE [OPTION]…: loaded in one way and the other, the tables, counts and rejects are the same.
each_way() {
	local way in=$1
	shift
	for way in staged bulk auto; do
		database "${in}_$way"
		sql "INSERT INTO users (user_id, name, load_id) VALUES (3, 'Ann', 0)"
		PGUSER=reelpipe_etl pg-load --mode "$way" --rejects "$way.rejects" "$@" "$in" 2>errors
		head -n 1 errors >"$way.counts"
		dump >"$way.dump"
		sql 'SELECT day FROM dirty_day ORDER BY 1' >>"$way.dump"
		sql "SELECT DISTINCT first_load_id, load_id = (SELECT last_value FROM load_id_seq) FROM watch_sessions" >>"$way.dump"
		shape >"$way.shape"
	done
	grep -q ', staged$' staged.counts
	grep -q ', bulk$' bulk.counts
	for way in bulk auto; do
		same "$(sed 's/, [a-z]*$//' staged.counts)" "$(sed 's/, [a-z]*$//' $way.counts)"
		same_file staged.dump $way.dump
		same_file staged.rejects $way.rejects
		same_file staged.shape $way.shape
	done
}

@test "the bulk way gives what the staged way gives, duplicates and conflicts too" {
	many 5000 7 1 >in
	each_way in
	grep -q ' dropped, [1-9][0-9]* rejected' staged.counts
	grep -q ', staged$' auto.counts
	# Not empty any more: the ordinary way, with the same words.
	dump >before
	run -0 pg-load -q --mode bulk --rejects again in
	dump >after
	same_file before after
}

@test "the bulk way is taken by itself from 20,000 records on; what can't be appended is merged behind" {
	# Some lack a value, before the way is taken and after it.
	many 25000 7 1 | awk -F '\t' -v OFS='\t' '/^#/ { print; next } $1 % 1000 == 7 { $(2 + $1 % 3) = "\\N" } $1 % 1000 == 8 { $1 = "\\N" } { print }' >in
	each_way in
	grep -q ', bulk$' auto.counts
	grep -q $'\tmissing-value\t.*record 2[0-9]*\t' auto.rejects
	grep -q $'\tkey-conflict\t.*record 2[0-9]*\t' auto.rejects
	# Where the records say where they are from, so do the rejects.
	awk -v OFS='\t' '/^#watch/ { print $0, "_origin"; next } /^#/ { print; next } { print $0, "log.csv:" NR }' in >originals
	each_way originals
	grep -q ', bulk$' auto.counts
	grep -q $'\tlog.csv:2[0-9]*\t' auto.rejects
	# In whatever order keys come, a new one is appended, and the first of a key is.
	{
		head -n 1 in
		grep -v '^#' in | tac
		tail -n 2 in
	} >backwards
	each_way backwards
	grep -q ', bulk$' auto.counts
}

@test "nobody is kept waiting where nothing can be appended, and a stream that stalls" {
	database a
	many 30000 >in
	head -n 3 in >two && printf '#end\t2\n' >>two
	pg-load -q two
	# Users have no such way, and the table of watches isn't empty.
	awk 'BEGIN { print "#user\tuser_id\tname"; for (i = 1; i <= 25000; i++) print i "\tU" i; print "#end\t25000" }' >users
	local type loads=(in users) more=(two one-user) i tries
	printf '#user\tuser_id\tname\n7\tAnn\n#end\t1\n' >one-user
	for i in 0 1; do
		mkfifo "pipe$i"
		pg-load -q "pipe$i" &
		exec 7>"pipe$i"
		sed '$d' "${loads[i]}" >&7
		tries=0
		until [[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY pg_temp.stage %'") == 1 ]]; do
			((tries++ < 100)) || fail 'no COPY'
			sleep 0.05
		done
		sleep 0.3
		PGOPTIONS='-c lock_timeout=1s' pg-load -q "${more[i]}" || fail "${more[i]} had to wait"
		tail -n 1 "${loads[i]}" >&7
		exec 7>&-
		wait $!
	done
	same '30000 25000' "$(sql 'SELECT (SELECT count(*) FROM watch_sessions), (SELECT count(*) FROM users WHERE NOT placeholder)')"
}

@test "the bulk way: every day with a watch is dirty, whatever the clocks did" {
	database a
	local zone around
	while read -r zone around; do
		# Every seven minutes of four days, then a few seconds alone, which are of a day that the clocks leave at once.
		sql "TRUNCATE watch_sessions; TRUNCATE dirty_day; UPDATE settings SET business_tz = '$zone'"
		python3 - "$around" >in <<-'END'
			import sys
			from datetime import datetime, timedelta
			around = datetime.fromisoformat(sys.argv[1])
			times = [around + timedelta(minutes=7 * i) for i in range(-400, 400)] if sys.argv[1][-1] != "9" else []
			times += [around - timedelta(hours=20), around - timedelta(seconds=30), around + timedelta(days=9)]
			print("#watch", "session_id", "user_id", "movie_id", "watch_timestamp", sep="\t")
			for i, time in enumerate(times):
			    print(i + 1, 1, 2, time.isoformat() + "Z", sep="\t")
			print("#end", len(times), sep="\t")
		END
		run -0 --separate-stderr pg-load --mode bulk in
		[[ $stderr == *', bulk'* ]]
		same "$(sql "SELECT DISTINCT (watch_timestamp AT TIME ZONE '$zone')::date FROM watch_sessions ORDER BY 1")" \
			"$(sql 'SELECT day FROM dirty_day ORDER BY 1')"
	done <<-'END'
		UTC 2026-11-15T00:00:00
		Europe/Berlin 2026-10-25T01:00:00
		Europe/Berlin 2026-03-29T01:00:00
		America/Havana 2026-11-01T05:00:00
		America/Havana 2026-11-01T04:00:29
		America/St_Johns 2010-11-07T02:31:00
		America/St_Johns 2010-11-07T02:30:59
		Asia/Kolkata 2026-11-15T18:30:00
		Pacific/Apia 2011-12-30T10:00:00
	END
}

@test "streams that lack a column, and closed days: nothing is appended, all is merged" {
	database a
	many 300 >in
	awk -v OFS='\t' '/^#watch/ { print $1, $2, $3, $4, $6 } /^#end/ { print } !/^#/ { print $1, $2, $3, $5 }' in >lacking
	run -0 --separate-stderr pg-load --mode bulk lacking
	[[ $stderr == *', 0 dropped, 300 rejected (0 conflicting), bulk'* ]]
	sql "UPDATE settings SET frozen_before = '2026-11-10'"
	run -0 --separate-stderr pg-load --mode bulk in
	[[ $stderr == *'watch: 165 inserted, 0 updated, 0 unchanged, 0 dropped, 135 rejected (0 conflicting), bulk'* ]]
}

@test "the bulk way isn't taken while somebody reads, nor left half done when it fails" {
	database a
	many 300 >in
	mkfifo session
	psql -X -q <session >/dev/null &
	local pid=$!
	exec 7>session
	printf 'BEGIN; SELECT count(*) FROM users;\n' >&7
	local tries=0
	until [[ $(sql "SELECT count(*) FROM pg_locks WHERE relation = 'users'::regclass AND mode = 'AccessShareLock'") != 0 ]]; do
		((tries++ < 100)) || fail 'the reader has no lock'
		sleep 0.05
	done
	pg-load -q --mode bulk in
	exec 7>&-
	wait "$pid"
	same 300 "$(sql 'SELECT count(*) FROM watch_sessions')"
	database b
	{
		sed '$d' in
		printf '#end\t301\n'
	} >wrong
	run -1 pg-load --mode bulk wrong
	{
		cat in
		rec_open '#user user_id' 5
	} >cut
	run -1 pg-load --mode bulk cut
	same 3 "$(sql "SELECT count(*) FROM pg_indexes WHERE tablename = 'watch_sessions'")"
	same '' "$(dump)"
}

@test "killed at any moment, it has loaded everything or nothing" {
	database a
	local n=20000 i rows marks pid pause
	((${REELPIPE_TEST_QUICK:-0} == 0)) || n=3000
	many $n >in
	for i in 1 2 3 4 5 6 7 8; do
		pause=$(awk -v i=$i 'BEGIN { srand(i); printf "%.3f", rand() * 0.4 }')
		pg-load -q --pipeline "p$i" --mode "$([[ $((i % 2)) == 0 ]] && echo bulk || echo staged)" in &
		pid=$!
		sleep "$pause"
		kill "-$([[ $i -lt 5 ]] && echo KILL || echo TERM)" "$pid" 2>/dev/null || true
		wait "$pid" || true
		# The server may need a moment to notice.
		sql "SELECT pg_advisory_lock(hashtext('reelpipe'), hashtext('watch'))" >/dev/null
		rows=$(sql 'SELECT count(*) FROM watch_sessions')
		marks=$(sql "SELECT count(*) FROM etl_bookmark WHERE pipeline = 'p$i'")
		[[ $rows == $((marks * n)) ]] || fail "run $i, killed after $pause s: $rows rows, $marks bookmarks"
		sql 'TRUNCATE watch_sessions'
	done
	pg-load -q --pipeline p in
	same $n "$(sql 'SELECT count(*) FROM watch_sessions')"
}

@test "errors after which trying again makes sense exit 75, others 1; nothing is changed" {
	database a
	cp -R "$ROOT/sql" .
	export REELPIPE_SQL=$TMP/sql
	rec '#genre id name' '28 Action' >in
	local code
	for code in 08006 08P01 53300 57P01 57P02 57P03 40001 40P01 55P03; do
		printf "INSERT INTO genres VALUES (1, 'x', 1); DO \$\$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '%s'; END \$\$;" $code >sql/load/genre.sql
		run -75 pg-load in
		same 'pg-load: merging genre records: no luck' "$output"
	done
	for code in 23505 53100 XX000 57014 P0001; do
		printf "INSERT INTO genres VALUES (1, 'x', 1); DO \$\$ BEGIN RAISE EXCEPTION 'no luck' USING ERRCODE = '%s', DETAIL = 'Failing row contains (Ann, a@example.org)'; END \$\$;" $code >sql/load/genre.sql
		run -1 pg-load in
		same 'pg-load: merging genre records: no luck' "$output"
	done
	printf 'SELECT 1::bigint AS inserted, 0::bigint AS updated, 0::bigint AS unchanged, 1::bigint AS dropped, 0::bigint AS rejected' >sql/load/genre.sql
	run -1 pg-load in
	[[ $output == *"genre.sql: the counts don't add up to the 1 records" ]]
	printf 'SELECT 1' >sql/load/genre.sql
	run -1 pg-load in
	[[ $output == *'genre.sql: the last statement returns no count inserted' ]]
	printf 'COMMIT; SELECT 1::bigint AS inserted, 0::bigint AS updated, 0::bigint AS unchanged, 0::bigint AS dropped, 0::bigint AS rejected' >sql/load/genre.sql
	run -1 pg-load in
	[[ $output == *"genre.sql: a merge may not end the transaction" ]]
	same 0 "$(sql 'SELECT count(*) FROM genres')"
}

@test "another load of the type is waited for, but not for ever" {
	database a
	rec '#genre id name' '28 Action' >in
	mkfifo session
	psql -X -q <session >/dev/null &
	local pid=$!
	exec 7>session
	printf "SELECT pg_advisory_lock(hashtext('reelpipe'), hashtext('genre'));\n" >&7
	local tries=0
	until [[ $(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") != 0 ]]; do
		((tries++ < 100)) || fail 'no lock'
		sleep 0.05
	done
	PGOPTIONS='-c lock_timeout=100ms' run -75 pg-load in
	same 'pg-load: waiting for another load of this type: canceling statement due to lock timeout' "$output"
	pg-load -q in 7>&- &
	local load=$!
	sleep 0.2
	same 0 "$(sql 'SELECT count(*) FROM genres')"
	exec 7>&-
	wait "$pid"
	wait "$load"
	same 1 "$(sql 'SELECT count(*) FROM genres')"
}

@test "many loads at once leave what one after the other would" {
	database a
	local i pids=()
	for i in 1 2 3 4 5 6; do
		many 400 "$i" 1 >"in$i"
		rec '#movie movie_id title genres' "$i Film$i Drama" "$((i + 1)) Film$((i + 1)) Drama|Crime" >>"in$i"
		pg-load -q --expect watch,movie --rejects "r$i" "in$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	same 't t' "$(sql 'SELECT count(*) > 250, count(*) = count(DISTINCT session_id) FROM watch_sessions')"
	same 7 "$(sql "SELECT count(*) FROM movies WHERE title = 'Film' || movie_id")"
}

@test "films and users that a load of watches is just making placeholders for" {
	database a
	rec '#movie movie_id title genres' '5 Five Action' | pg-load -q
	mkfifo pipe
	pg-load -q --expect watch,watch pipe &
	local watches=$! tries=0
	exec 7>pipe
	{
		rec "$w" '1 10 603 2026-11-15T10:00:00Z 4' '2 10 5 2026-11-15T10:00:00Z 4'
		tabs "$w" '3 10 603 2026-11-16T10:00:00Z 4'
	} >&7
	until [[ $(sql "SELECT count(*) FROM pg_locks WHERE relation = 'dirty_day'::regclass AND mode = 'RowExclusiveLock'") != 0 ]]; do
		((tries++ < 200)) || fail 'the watches are not being merged'
		sleep 0.05
	done
	# Neither can see the placeholders yet, nor the day on which film 5 was watched.
	rec '#movie movie_id title genres' '5 Five Drama' '603 Matrix Action' | pg-load --expect movie 2>movies.log 7>&- &
	local movies=$!
	rec '#user user_id name' '10 Ann' | pg-load --expect user 2>users.log 7>&- &
	local users=$!
	until [[ $(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 2 ]]; do
		((tries++ < 200)) || fail "they don't wait" "$(cat movies.log users.log)"
		sleep 0.05
	done
	printf '#end\t1\n' >&7
	exec 7>&-
	wait "$watches"
	wait "$users" || fail "$(<users.log)"
	same 'pg-load: user: 0 inserted, 1 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(head -n 1 users.log)"
	wait "$movies" || fail "$(<movies.log)"
	same 'pg-load: movie: 0 inserted, 2 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(head -n 1 movies.log)"
	# Both days are dirty behind the watches' own generations, which are 1 and 2: film 5 has been found.
	same '2026-11-15 t
2026-11-16 t' "$(sql 'SELECT day, generation > 2 FROM dirty_day ORDER BY 1')"
}

@test "the role reelpipe_etl can do all of it" {
	database a
	export PGUSER=reelpipe_etl
	many 500 >in
	rec '#movie movie_id title genres' '1 One Drama' >>in
	run -0 pg-load --mode bulk --pipeline p in
	same '0 inserted, 0 updated, 500 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded --pipeline p in)"
	run -1 psql -X -q -c 'CREATE TABLE t ()'
	run -1 psql -X -q -c 'TRUNCATE watch_sessions'
	run -1 psql -X -q -c 'DELETE FROM movies'
	PGUSER=reelpipe_dash run -1 pg-load in
	[[ $output == *'permission denied'* ]]
}

@test "wrong settings exit 1, a server that is away 75" {
	database a
	rec '#genre id name' '28 Action' >in
	PGHOST=$TMP run -75 pg-load in
	[[ $output == "pg-load: can't connect to PostgreSQL: connection to server on socket"* ]]
	PGHOST=127.0.0.1 PGPORT=1 run -75 pg-load in
	PGDATABASE=nowhere run -1 pg-load in
	same "pg-load: can't connect to PostgreSQL: database \"nowhere\" does not exist" "$output"
	PGUSER=nobody run -1 pg-load in
	same "pg-load: can't connect to PostgreSQL: role \"nobody\" does not exist" "$output"
	PGPORT=many run -1 pg-load in
	PGSERVICE=nowhere run -1 pg-load in
	REELPIPE_SQL=$TMP run -1 pg-load in
	[[ $output == *'REELPIPE_SQL: no such directory, or no schema in it'* ]]
}

@test "a server of its own: shut down, out of connections, and little to log" {
	mkdir server
	chmod 755 "$TMP" server
	export REELPIPE_VAR=$TMP/server/var
	REELPIPE_PG_OPTIONS='-c fsync=off -c max_connections=5 -c superuser_reserved_connections=3 -c autovacuum=off -c max_worker_processes=2' \
		pg-local start 2>/dev/null
	eval "$(pg-local env)"
	pg-migrate -q
	# 50,000 records again: hardly anything is written, even just after a checkpoint.
	many 50000 >in
	pg-load -q in
	sql 'ANALYZE watch_sessions, users, movies'
	local i before bytes
	for i in 1 2; do
		if ((i == 1)); then
			PGUSER=postgres sql CHECKPOINT
		fi
		before=$(sql 'SELECT pg_current_wal_lsn()')
		same '0 inserted, 0 updated, 50000 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded in)"
		bytes=$(sql "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '$before')::bigint")
		((bytes < 100000)) || fail "loading 50,000 records again wrote $bytes bytes of WAL"
	done
	# Two connections are all that others get.
	mkfifo one two
	# The server may not have given the last connection's place back yet: then they try again.
	for i in {1..200}; do psql -X -q <one >/dev/null 2>&1 && break; sleep 0.05; done &
	local first=$!
	for i in {1..200}; do psql -X -q <two >/dev/null 2>&1 && break; sleep 0.05; done &
	local second=$!
	exec 7>one 8>two
	until [[ $(PGUSER=postgres sql "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reelpipe'") == 2 ]]; do
		sleep 0.05
	done
	run -75 pg-load in
	[[ $output == *'remaining connection slots are reserved'* ]] || fail "$output"
	exec 7>&- 8>&-
	wait "$first" "$second"
	# The server goes while the stream is open.
	mkfifo pipe
	pg-load -q pipe 2>errors &
	local load=$!
	exec 7>pipe
	tabs "$w" '999999 10 603 2026-11-15T10:00:00Z 4' >&7
	until [[ $(PGUSER=postgres sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%'") == 1 ]]; do
		sleep 0.05
	done
	pg-local stop 2>/dev/null
	printf '#end\t1\n' >&7
	exec 7>&-
	local status=0
	wait "$load" || status=$?
	same 75 "$status"
	grep -q '^pg-load: copying watch records: ' errors || fail "$(<errors)"
	run -75 pg-load in
	pg-local start 2>/dev/null
	same 0 "$(sql 'SELECT count(*) FROM watch_sessions WHERE session_id = 999999')"
}

@test "the tables have what the schema table says" {
	database a
	validate --list-types >types
	keep-header cat <types | sed '/^#/d' | cut -f 1-3 >list
	psql -X -q -v ON_ERROR_STOP=1 <<-'END' >out
		CREATE TEMPORARY TABLE listed (type text, name text, kind text);
		\copy listed FROM 'list'
		CREATE TEMPORARY TABLE tables AS VALUES ('watch', 'watch_sessions'), ('movie', 'movies'),
			('user', 'users'), ('genre', 'genres'), ('trending', 'trending'), ('reject', 'etl_reject'),
			('etl_stage', 'etl_stage_log'), ('bookmark', 'etl_bookmark'), ('etl_run', 'etl_log'),
			('mended', 'etl_reject'), ('dq_result', 'dq_result'),
			('dirty_day', 'dirty_day'), ('rolled_day', 'dirty_day'), ('day_daily', 'day_daily'),
			('movie_daily', 'movie_daily'), ('movie_total', 'movie_total'), ('genre_daily', 'genre_daily'), ('hour_daily', 'hour_daily'),
			('top_rated', 'top_rated'), ('erased_user', 'erased_user'), ('undo_load', 'etl_undo');
		CREATE TEMPORARY TABLE kinds AS VALUES ('integer', 'bigint'), ('decimal', 'numeric'),
			('rating', 'numeric(5,3)'), ('time', 'timestamp with time zone'), ('date', 'date'),
			('text', 'text'), ('boolean', 'boolean'), ('decade', 'text');
		\t \a
		SELECT 'no column for', l.type, l.name, l.kind
		FROM listed AS l
		JOIN tables AS t ON t.column1 = l.type
		LEFT JOIN kinds AS k ON k.column1 = l.kind
		LEFT JOIN pg_attribute AS a ON a.attrelid = t.column2::regclass
			AND a.attname = CASE WHEN l.type = 'genre' AND l.name = 'id' THEN 'genre_id' ELSE l.name END
			AND format_type(a.atttypid, a.atttypmod) = k.column2
		WHERE a.attname IS NULL AND (l.type, l.name) NOT IN
			(('movie', 'genres'), ('reject', 'raw_header'), ('reject', 'raw'), ('erased_user', 'user_id'));
		-- Figures of all days together go from filter to filter, and a list's key stands in its records.
		SELECT 'no table for', type FROM listed
		WHERE type NOT IN (SELECT column1 FROM tables)
			AND type NOT IN ('schema', 'retention', 'hour_weekday_daily', 'hourly', 'weekday_hourly', 'computed_list')
		GROUP BY type;
		SELECT 'listed', count(*) > 40 FROM listed;
	END
	same 'listed|t' "$(<out)"
	# Every type that can be loaded is loaded here.
	same "$(printf '%s\n' bookmark computed_list day_daily dirty_day dq_result erased_user etl_run etl_stage genre \
		genre_daily hour_daily mended movie movie_daily movie_total reject retention rolled_day top_rated trending undo_load user watch)" "$(cd "$ROOT/sql/load" && printf '%s\n' *.sql | sed 's/\.sql$//')"
}

@test "a schema of the user's own stands in nobody's way" {
	database migrated
	createdb --maintenance-db=postgres own_schema
	export PGDATABASE=own_schema
	psql -Xqc "CREATE SCHEMA AUTHORIZATION CURRENT_USER; CREATE TABLE watch_sessions (session_id bigint)"
	run -0 pg-migrate
	rec '#watch session_id user_id movie_id watch_timestamp rating' '1 10 603 2026-11-15T11:00:00Z 4.5' | pg-load -q
	same 1 "$(psql -XAtqc 'SELECT count(*) FROM public.watch_sessions')"
	same 1 "$(pg-read -q watch | grep -vc '^#')"
	dropdb --maintenance-db=postgres own_schema
}

@test "a trending list made from daily rollups is loaded, without viewers; figures that no table has aren't" {
	database a
	rec '#watch session_id user_id movie_id watch_timestamp rating' '1 10 603 2026-11-15T11:00:00Z 4.5' \
		'2 11 603 2026-11-14T11:00:00Z \N' '3 10 604 2026-11-15T12:00:00Z \N' |
		agg-daily -q --by movie >daily
	agg-trending -q --by movie --now 2026-11-15 daily | pg-load -q --expect trending
	same '1|603|2|
2|604|1|' "$(psql -XAtqc 'SELECT rank, item, views, viewers FROM trending ORDER BY rank')"
	sed 's/^#movie_daily/#weekday_hourly/' daily >none
	run -1 --separate-stderr pg-load none
	same "pg-load: none:1: weekday_hourly records can't be loaded: there is no merge for them in sql/load" "$stderr"
}
