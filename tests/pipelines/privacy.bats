#!/usr/bin/env bats
# pipelines/load user, pipelines/erase-user: nobody's name or address gets into the database, and who has been
# erased is nowhere and doesn't come back, whatever is loaded again, and whenever.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	# What other tests keep there isn't to be erased.
	export REELPIPE_VAR=$TMP/state
	now=2026-11-05T13:30:00Z
	(umask 077 && printf 'the key of this installation\n' >key)
	export REELPIPE_MASK_KEY_FILE=$TMP/key REELPIPE_RUNS=$TMP/runs
}

teardown() {
	local pid
	for pid in $(jobs -p); do
		kill "$pid" 2>/dev/null || true
	done
	wait
}

pipe() {
	local name=$1
	shift
	"$ROOT/pipelines/$name" "$@"
}

sql() {
	psql -XAtq -F ' ' -c "$1"
}

# simulate: sim/users.csv, sim/movies.csv, and the logs, in which $person watched; bad rows of that person too.
simulate() {
	sim-watch --quiet --out sim --now "$now" --days 4 --per-day 600 --movies 120 --users 60 --dirty 6
	person=$(sed '1d' sim/logs/*.csv | cut -d , -f 1 | grep -axE '[0-9]{5}' | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }')
	name=$(grep "^$person," sim/users.csv | cut -d , -f 2)
	local log=sim/logs/2026-11-04T20.csv
	# The order of the columns is that of the log's header: user_id,movie_id,timestamp,rating,session_id.
	printf '%s\n' "$person,603,yesterday,5,900001" "$person,603,2026-11-04T20:01:00Z,5" "0$person,x,2026-11-04T20:01:00Z,,900002" \
		"\"$person\",603,2026-11-04T20:02:00Z,11,900003" "$person,603,2029-01-01T00:00:00Z,4,900004" >more
	# A session that two have: the person's comes first, then it comes once more as somebody else's.
	printf '%s\n' "$person,603,2026-11-04T20:03:00Z,5,900005" "10001,604,2026-11-04T20:03:00Z,5,900005" >>more
	sed -i '1r more' "$log"
	# A row of the list that is bad, and has all.
	printf '%s\n' "$person,$name,user$person@example.com,31/31/2020,DE,basic,1984" >>sim/users.csv
}

# without: the same data of a service that never had the person.
without() {
	cp -R sim never
	sed -i "/^$person,/d" never/users.csv
	sed -i -E "/^ *\"? *0*$person\"? *,/d" never/logs/*.csv
}

load_all() {
	local from=$1
	pipe load --now "$now" movie "$from/movies.csv" 2>>err || fail "$(cat err)"
	pipe load --now "$now" user "$from/users.csv" 2>>err || fail "$(cat err)"
	pipe load --now "$now" watch "$from"/logs/*.csv 2>>err || fail "$(cat err)"
	pipe aggregate --now "$now" 2>>err || fail "$(cat err)"
}

# The rollups of all days, as they follow from the rows in the database.
rollups() {
	pg-read --quiet movies >films.tsv
	pg-read --quiet watch | lookup --quiet films.tsv --key movie_id --add genres |
		agg-daily --quiet --by movie,genre,hour
	pg-read --quiet trending
	sql 'SELECT w.session_id, w.user_id, w.movie_id, w.watch_timestamp, w.rating FROM watch_sessions AS w ORDER BY 1'
	sql 'SELECT user_id, name, email, signup_date, country, plan, birth_years, placeholder FROM users ORDER BY 1'
	pipe aggregate --now "$now" 2>>err
	sql 'SELECT day, movie_id, views, viewers, rated_views, rating_sum FROM movie_daily ORDER BY 1, 2'
	sql 'SELECT day, views, viewers, rated_views, rating_sum FROM day_daily ORDER BY 1'
}

# nowhere TEXT…: in no row of the database, in no file of the runs.
nowhere() {
	local text
	pg_dump --no-owner --no-comments >dump
	for text; do
		! grep -nw -- "$text" dump || fail "$text is in the database"
		! grep -rnw -- "$text" runs || fail "$text is in the files of the runs"
	done
}

@test "load user: no name, no address; years of birth as decades; what is rejected stays without its row" {
	database users
	printf '%s\n' 'id,name,email,signup,country,plan,birth date' '7,Ann Lee,ann@example.org,2020-02-29,DE,basic,1984-05-02' \
		'8,Bob Ray,bob@example.org,2020-03-01,,,1990' '9,Cy Coe,cy@example.org,someday,,,' 'Di Fox,Di Fox,di@example.org,,,,' \
		'10,Eve,eve@example.org' >users.csv
	unset REELPIPE_MASK_KEY_FILE
	run -0 pipe load --now "$now" user users.csv
	same '7   2020-02-29 DE basic 1980-1989 f
8   2020-03-01   1990-1999 f' "$(sql 'SELECT user_id, name, email, signup_date, country, plan, birth_years, placeholder FROM users ORDER BY 1')"
	same 'bad-date users.csv:4 signup_date: not a date: (not shown)
bad-integer users.csv:5 user_id: not an integer: (not shown)
ragged-row users.csv:6 3 fields, the header has 7' "$(sql 'SELECT rule, origin, reason FROM etl_reject ORDER BY origin')"
	nowhere Ann Lee Bob Cy Coe Di Fox Eve example.org 1984
	[[ $output != *example.org* && $output != *Ann* && $output != *Fox* ]] || fail "$output"
	same 600 "$(stat -c %a runs/load-user/rejects/csv-read.tsv)"
	# What was stored in clear before goes with the next load.
	sql "UPDATE users SET name = 'Ann Lee', email = 'ann@example.org'"
	pipe load --now "$now" user users.csv 2>err
	nowhere Ann ann@example.org
}

@test "load user: pseudonyms where they are wanted" {
	database pseudonyms
	printf '%s\n' 'id,name,email' '7,Ann Lee,ann@example.org' '8,Bob Ray,' >users.csv
	pipe load --now "$now" --pseudonym email user users.csv 2>err || fail "$(cat err)"
	local mail
	mail=$(rec '#user email' 'ann@example.org' | mask -q email | sed -n 2p)
	same "7  $mail
8  " "$(sql 'SELECT user_id, name, email FROM users ORDER BY 1')"
	pipe load --now "$now" --pseudonym=name,email user users.csv 2>err
	same 't t
t f' "$(sql 'SELECT length(name) = 32, email IS NOT NULL FROM users ORDER BY user_id')"
	unset REELPIPE_MASK_KEY_FILE
	run -2 pipe load --now "$now" --pseudonym email user users.csv
	[[ $output == *'mask: a key is needed'* ]]
	run -2 pipe load --pseudonym email watch users.csv
	same 'load: --pseudonym is for users' "${lines[0]}"
	run -2 pipe load --pseudonym plan user users.csv
	same 'load: --pseudonym: not name or email: plan' "${lines[0]}"
	run -2 pipe load actor users.csv
	same 'load: not watch, movie or user: actor' "${lines[0]}"
}

@test "who has been erased is nowhere, doesn't come back, and the rest is as if that person had never been" {
	simulate
	without
	database never
	load_all never
	rollups >want
	rm -r runs
	database erased
	load_all sim
	(($(sql "SELECT count(*) FROM watch_sessions WHERE user_id = $person") > 10))
	same 1 "$(sql "SELECT count(*) FROM etl_reject WHERE reason LIKE '%$person%'")"
	grep -rqw "$person" runs
	# What lists are made of names the person too.
	grep -rqw "$person" "$REELPIPE_VAR/aggregate"
	mkdir "$REELPIPE_VAR/aggregate/another"
	printf '%s\n' "$person" >"$REELPIPE_VAR/aggregate/another/watches.tsv"
	sql "INSERT INTO dq_result VALUES (now(), 'r', 'error', 'd', 2, '$person, 10001', 1)"
	sql "INSERT INTO etl_log (pipeline, started_at, message, load_id) VALUES ('p', now(), 'user_id: \"$person\"', 1)"
	local days before
	before=$(sql "SELECT nextval('load_id_seq')")
	days=$(sql "SELECT DISTINCT business_day(watch_timestamp) FROM watch_sessions WHERE user_id = $person ORDER BY 1")
	pipe erase-user --now "$now" "$person" >out 2>&1 || fail "$(cat out)"
	same '' "$(sql 'SELECT day FROM dirty_day')"
	# The days of the person are computed anew, and only these; one that nobody else watched on is gone.
	days=$(comm -12 <(printf '%s\n' "$days") <(sql 'SELECT DISTINCT business_day(watch_timestamp) FROM watch_sessions ORDER BY 1'))
	same "$days" "$(sql "SELECT DISTINCT day FROM day_daily WHERE load_id > $before ORDER BY 1")"
	run -1 grep -w "$person" out
	run -1 grep -rlw "$person" "$REELPIPE_VAR/aggregate"
	nowhere "$person" "user$person@example.com" "$name"
	same 'user_id: "(erased)"' "$(sql 'SELECT message FROM etl_log')"
	load_all sim
	nowhere "$person" "user$person@example.com" "$name"
	rollups >got
	same_file want got
	# Once more does no harm, and from standard input nobody sees the number in a list of processes.
	pipe erase-user --now "$now" - <<<"$person" 2>err || fail "$(cat err)"
	same 1 "$(sql 'SELECT count(*) FROM erased_user')"
	nowhere "$person"
}

# hold LOCK: a session that has the lock of loads of that type until `release`.
hold() {
	mkfifo held
	psql -XAtq <held >hold.out 2>&1 7>&- &
	exec 7>held
	printf "BEGIN; SELECT pg_advisory_xact_lock(hashtext('reelpipe'), hashtext('%s')); SELECT 'held';\n" "$1" >&7
	for ((i = 0; i < 100; i++)); do
		! grep -q held hold.out || return 0
		sleep 0.05
	done
	fail "no lock: $(cat hold.out)"
}

release() {
	printf '%s\nCOMMIT;\n' "${1-}" >&7
	exec 7>&-
}

# waits COUNT: until as many sessions wait for a lock of loads.
waits() {
	local i
	for ((i = 0; i < 200; i++)); do
		(($(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND
			database = (SELECT oid FROM pg_database WHERE datname = current_database())") < $1)) || return 0
		sleep 0.05
	done
	fail "nobody waits for a lock"
}

@test "a load that began before an erasure brings nobody back" {
	database during
	printf '%s\n' user_id,movie_id,timestamp,rating,session_id 7,603,2026-11-01,5,1 8,603,2026-11-01,5,2 >log.csv
	mkfifo slow
	pipe load --now "$now" watch slow 2>err 7>&- &
	local load=$!
	exec 7>slow
	head -n 2 log.csv >&7
	for ((i = 0; i < 200; i++)); do
		[[ ! -e runs/load-watch/erased.tsv || ! -s runs/load-watch/erased.tsv ]] || break
		sleep 0.05
	done
	pipe erase-user --wait 0 7 2>erase || [[ $? == 75 ]]
	[[ $(<erase) == *'1 users are erased'*'a run has its reject files to itself'* ]] || fail "$(cat erase)"
	tail -n 1 log.csv >&7
	exec 7>&-
	local status=0
	wait "$load" || status=$?
	same 75 "$status"
	[[ $(<err) == *'pg-load: merging watch records: a user has been erased meanwhile'* ]] || fail "$(cat err)"
	same 0 "$(sql 'SELECT count(*) FROM watch_sessions')"
	pipe load --now "$now" watch log.csv 2>err || fail "$(cat err)"
	same '8' "$(sql 'SELECT user_id FROM users')"
	same '2 8' "$(sql 'SELECT session_id, user_id FROM watch_sessions')"
}

@test "an erasure waits for the load before it, and takes what that brought" {
	database waiting
	hold watch
	pipe erase-user 7 2>err 7>&- &
	local erase=$!
	waits 1
	release "INSERT INTO users (user_id, placeholder, load_id) VALUES (7, true, 1);
		INSERT INTO movies (movie_id, placeholder, load_id) VALUES (603, true, 1);
		INSERT INTO watch_sessions VALUES (1, 7, 603, '2026-11-01', 5, 1);"
	wait "$erase" || fail "$(cat err)"
	same '0 0' "$(sql 'SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM watch_sessions)')"
}

@test "rejects that were on their way when their user was erased" {
	database rejects
	printf '%s\n' user_id,movie_id,timestamp,rating,session_id 7,603,2026-11-01,5,1 8,604,2026-11-01,5,1 9,604,someday,5,3 >log.csv
	hold reject
	pipe load --now "$now" watch log.csv 2>err 7>&- &
	local load=$!
	waits 1
	release "INSERT INTO erased_user (hash, load_id) VALUES ('$(rec '#user user_id' 7 | mask -q --add-hash | sed -n 2p | cut -f 2)', 1);"
	wait "$load" || fail "$(cat err)"
	same 'bad-time watch_timestamp: not a time: "someday"
key-conflict user_id: "8", but session_id "1" is taken by "(erased)" (log.csv:2)' "$(sql 'SELECT rule, reason FROM etl_reject ORDER BY 1')"
}

@test "loads that pass the list of erased users by are refused, and a lost key is noticed" {
	database passed
	rec '#watch session_id user_id movie_id watch_timestamp' '1 7 603 2026-11-01T00:00:00Z' >in
	pg-load -q in
	pipe erase-user 8 2>err || fail "$(cat err)"
	run -1 pg-load -q in
	same 'pg-load: merging watch records: users have been erased, and nothing says that these records were held against the list of them: the pipelines do that; mask(1), ERASED USERS, says how' "$output"
	run -1 pg-load -q < <(rec '#user user_id' 7)
	run -1 pg-load -q < <(rec '#reject stage rule origin reason' 'a b c d')
	# As the manual has it for loads by hand.
	pg-read -q erased-users >erased.tsv
	PGOPTIONS="-c reelpipe.erasures=$(sed -n 2p erased.tsv | cut -f 2)" pg-load -q in
	printf '%s\n' user_id,movie_id,timestamp,session_id 7,603,2026-11-01,1 >log.csv
	run -2 env -u REELPIPE_MASK_KEY_FILE "$ROOT/pipelines/load" watch log.csv
	[[ $output == *'mask: a key is needed'* ]] || fail "$output"
	(umask 077 && printf 'another key than the first one\n' >other)
	run -1 env REELPIPE_MASK_KEY_FILE=other "$ROOT/pipelines/load" watch log.csv
	[[ $output == *'the users in this list were erased with another key than this one'* ]] || fail "$output"
	run -1 env REELPIPE_MASK_KEY_FILE=other "$ROOT/pipelines/erase-user" 7
	[[ $output == *'other-key: hash: made with another key than those of the users erased before'* ]] || fail "$output"
	same 1 "$(sql 'SELECT count(*) FROM users WHERE user_id = 7')"
	# Films are nobody.
	printf 'id,title\n603,Matrix\n' >films.csv
	run -0 env -u REELPIPE_MASK_KEY_FILE "$ROOT/pipelines/load" movie films.csv
}

@test "erase-user: wrong usage, no key, no server" {
	database usage
	local id
	for id in 0 -5 07 1e3 x '7 8' 99999999999999999999; do
		run -2 pipe erase-user "$id"
		[[ $output != *"$id"* || $id == 0 || $id == x ]] || fail "$output"
	done
	run -2 pipe erase-user
	same 'erase-user: no user named' "${lines[0]}"
	run -2 pipe erase-user - </dev/null
	run -2 pipe erase-user --wait x 7
	run -2 env -u REELPIPE_MASK_KEY_FILE "$ROOT/pipelines/erase-user" 7
	[[ $output == *'mask: a key is needed'* ]]
	run -75 env PGHOST="$TMP" "$ROOT/pipelines/erase-user" 7
	same 0 "$(sql 'SELECT count(*) FROM erased_user')"
}

@test "all of it as reelpipe_etl" {
	database etl
	export PGUSER=reelpipe_etl
	printf '%s\n' user_id,movie_id,timestamp,rating,session_id 7,603,2026-11-01,5,1 8,603,2026-11-01,5,2 >log.csv
	printf 'id,name\n7,Ann\n' >users.csv
	pipe load --now "$now" watch log.csv 2>err || fail "$(cat err)"
	pipe load --now "$now" user users.csv 2>err || fail "$(cat err)"
	pipe erase-user 7 2>err || fail "$(cat err)"
	pipe load --now "$now" watch log.csv 2>err || fail "$(cat err)"
	same 8 "$(sql 'SELECT user_id FROM users')"
}
