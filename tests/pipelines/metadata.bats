#!/usr/bin/env bats
# metadata-daily against a TMDB on loopback: the first run, changes day by day, films that only a log named,
# deleted films, and the six months after which nothing may be kept without a refresh.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	# What a killed pipeline leaves behind goes with the test.
	export TMPDIR=$TMP
	SIMS=()
	films=400
	[[ -z ${REELPIPE_FULL-} ]] || films=10000
}

teardown() {
	((${#SIMS[@]} == 0)) || kill "${SIMS[@]}" 2>/dev/null || true
}

# sim DAY OPTION…: a TMDB whose present is DAY; URL is its address.
sim() {
	local today=$1 n
	shift
	: >url
	"$ROOT/tests/tmdb-sim" --parent $$ --today "$today" --log sim.log "$@" >url 3>&- &
	SIMS+=($!)
	for ((n = 0; n < 200; n++)); do
		[[ -s url ]] && break
		sleep 0.05
	done
	URL=$(<url)
	[[ -n $URL ]] || fail 'the server does not start'
}

sim_stop() {
	kill "${SIMS[@]}"
	wait "${SIMS[@]}" 2>/dev/null || true
	SIMS=()
}

daily() {
	"$ROOT/pipelines/metadata-daily" --tmdb="--base-url=$URL" --tmdb=--rate=0 --tmdb=--backoff=0.02 \
		--first "$films" "$@" 2>err
}

query() {
	psql -XAtqc "$1"
}

state() {
	query "SELECT state FROM etl_bookmark WHERE pipeline = 'metadata-daily' AND source = 'tmdb:changes'"
}

# The films' tables, without what tells one run from another.
contents() {
	query 'SELECT movie_id, title, genre, release_date, rating, original_title, vote_count, popularity, runtime,
		original_language, status, adult, deleted, placeholder FROM movies ORDER BY 1'
	query 'SELECT * FROM movie_genres ORDER BY 1, 2'
}

@test "the first run fetches the most popular films, and the next ones what has changed, a day at a time" {
	database metadata
	sim 2026-11-15 --movies "$films" --changed 3
	daily --now 2026-11-15T06:00:00Z || fail "$(cat err)"
	same "$films" "$(query 'SELECT count(*) FROM movies WHERE title IS NOT NULL')"
	same 2026-11-14 "$(state)"
	same 19 "$(query 'SELECT count(*) FROM genres')"
	same 0 "$(query "SELECT count(*) FROM movie_genres WHERE genre NOT IN (SELECT name FROM genres)")"
	contents >first
	daily --now 2026-11-15T07:00:00Z || fail "$(cat err)"
	contents >again
	same_file first again

	sim_stop
	sim 2026-11-19 --movies "$films" --changed 3 --deleted 1
	daily --now 2026-11-19T06:00:00Z || fail "$(cat err)"
	same 2026-11-18 "$(state)"
	# A window of the feed for each of the four days, none of them twice.
	same "$(printf '%s\n' 2026-11-15 2026-11-16 2026-11-17 2026-11-18)" \
		"$(grep -o 'changes?start_date=[0-9-]*' sim.log | sort -u | cut -d= -f2)"
	(($(query "SELECT count(*) FROM movies WHERE fetched_at >= '2026-11-19'") > 0))
	: >sim.log
	daily --now 2026-11-19T08:00:00Z || fail "$(cat err)"
	same '' "$(grep -o 'changes?start_date.*' sim.log)"
	# A bookmark that lies ahead is said.
	query "UPDATE etl_bookmark SET state = '2027-01-01'"
	daily --now 2026-11-19T08:00:00Z || fail "$(cat err)"
	grep -qx 'metadata-daily: the bookmark of the changes feed lies ahead: 2027-01-01; until then no changes are fetched' err
}

@test "a film that TMDB no longer has is marked deleted; the row and its watches stay" {
	database metadata
	sim 2026-11-15 --movies 50
	daily --now 2026-11-15T06:00:00Z || fail "$(cat err)"
	local gone
	gone=$(query 'SELECT min(movie_id) FROM movies')
	title=$(query "SELECT title FROM movies WHERE movie_id = $gone")
	printf 'session_id,user_id,movie_id,timestamp,rating\n1,1,%s,2026-11-14T20:00:00Z,7\n' "$gone" >log.csv
	"$ROOT/pipelines/load" --now 2026-11-15 watch log.csv 2>err || fail "$(cat err)"
	sim_stop
	sim 2026-11-16 --movies 50 --changed 100 --poison "$gone=404"
	daily --now 2026-11-16T06:00:00Z || fail "$(cat err)"
	same "$gone|$title|t" "$(query 'SELECT movie_id, title, deleted FROM movies WHERE deleted')"
	same 1 "$(query "SELECT count(*) FROM watch_sessions WHERE movie_id = $gone")"
}

@test "films that only a log has named get their details; a number of our own is not asked for" {
	database metadata
	sim 2026-11-15 --movies 50
	daily --first 10 --now 2026-11-15T06:00:00Z || fail "$(cat err)"
	local missing
	missing=$(comm -13 <(query 'SELECT movie_id FROM movies' | sort) \
		<(tmdb-pull -q --discover --base-url "$URL" --rate 0 | cut -f 1 | grep '^[0-9]' | sort) | head -n 1)
	printf '%s\n' session_id,user_id,movie_id,timestamp "1,1,$missing,2026-11-14" 2,1,-7,2026-11-14 \
		3,1,2000000000,2026-11-14 >log.csv
	"$ROOT/pipelines/load" --now 2026-11-15 watch log.csv 2>err || fail "$(cat err)"
	same 3 "$(query 'SELECT count(*) FROM movies WHERE placeholder')"
	: >sim.log
	daily --now 2026-11-15T07:00:00Z || fail "$(cat err)"
	same f "$(query "SELECT placeholder OR title IS NULL FROM movies WHERE movie_id = $missing")"
	same '-7|f|2000000000|t' "$(query 'SELECT movie_id, deleted FROM movies WHERE placeholder ORDER BY 1' | paste -sd'|')"
	run ! grep -q 'movie/-7' sim.log
}

@test "details are refreshed before they are six months old, or cleared" {
	database metadata
	sim 2026-01-15 --movies 40
	daily --now 2026-01-15T06:00:00Z || fail "$(cat err)"
	local stuck
	stuck=$(query 'SELECT max(movie_id) FROM movies')
	sim_stop
	# After 170 days all are fetched again, but for one that can't be had.
	sim 2026-07-04 --movies 40 --poison "$stuck=500"
	daily --now 2026-07-04T06:00:00Z || fail "$(cat err)"
	same "$stuck|f" "$(query "SELECT movie_id, placeholder FROM movies WHERE fetched_at < '2026-07-04'")"
	[[ -n $(query "SELECT title FROM movies WHERE movie_id = $stuck") ]]
	# After 185 days what is left of it goes, genres too, even when TMDB is away.
	sim_stop
	run -75 daily --now 2026-07-19T05:00:00Z
	same "$stuck||t|f" "$(query "SELECT movie_id, title, placeholder, deleted FROM movies WHERE title IS NULL")"
	sim 2026-07-19 --movies 40 --poison "$stuck=500"
	daily --now 2026-07-19T06:00:00Z || fail "$(cat err)"
	same "$stuck||||t|f" "$(query "SELECT movie_id, title, genre, fetched_at, placeholder, deleted FROM movies
		WHERE movie_id = $stuck")"
	same 0 "$(query "SELECT count(*) FROM movie_genres WHERE movie_id = $stuck")"
	# And comes back as soon as it can be had.
	sim_stop
	sim 2026-07-20 --movies 40
	daily --now 2026-07-20T06:00:00Z || fail "$(cat err)"
	same 0 "$(query 'SELECT count(*) FROM movies WHERE placeholder')"
}

@test "killed at random moments and resumed: equal to an undisturbed run, no finished day fetched twice" {
	local kills=6 rate=120 n day before
	[[ -z ${REELPIPE_FULL-} ]] || kills=50 rate=1200
	RANDOM=20261123
	database undisturbed
	sim 2026-11-05 --movies "$films" --changed 10 --deleted 2
	daily --now 2026-11-05T06:00:00Z || fail "$(cat err)"
	cp sim.log unused
	local undisturbed=$PGDATABASE
	database disturbed
	daily --now 2026-11-05T06:00:00Z || fail "$(cat err)"
	sim_stop
	sim 2026-11-19 --movies "$films" --changed 10 --deleted 2 --latency 20
	PGDATABASE=$undisturbed daily --now 2026-11-19T06:00:00Z || fail "$(cat err)"
	PGDATABASE=$undisturbed contents >wanted
	: >sim.log
	for ((n = 0; n < kills; n++)); do
		before=$(state)
		setsid "$ROOT/pipelines/metadata-daily" --tmdb="--base-url=$URL" --tmdb=--rate="$rate" --now 2026-11-19T06:00:00Z \
			>out 2>err 3>&- &
		local pid=$!
		sleep "0.$(printf '%03d' $((100 + RANDOM % 800)))"
		# One of the programs, or everything at once.
		case $((RANDOM % 3)) in
		0) pkill -KILL -g "$pid" -x 'tmdb-pull|pg-load' || true ;;
		1) pkill -KILL -g "$pid" -x 'genre-norm|validate|dedupe' || true ;;
		2) kill -KILL -- "-$pid" || true ;;
		esac
		wait "$pid" || true
		# Days that were finished before are not asked for again.
		while read -r day; do
			[[ $day > $before ]] || fail "finished up to $before, but $day was fetched again"
		done < <(grep -o 'changes?start_date=[0-9-]*' sim.log | cut -d= -f2 | sort -u)
		: >sim.log
		if [[ $(state) == 2026-11-18 ]]; then
			[[ -n ${REELPIPE_FULL-} ]] || break
			query "UPDATE etl_bookmark SET state = '2026-11-04'"
		fi
	done
	printf '# %d kills\n' "$n" >&3
	daily --now 2026-11-19T06:00:00Z || fail "$(cat err)"
	contents >got
	same_file wanted got
	same 2026-11-18 "$(state)"
}

@test "a deleted film's details are cleared too; it stays deleted" {
	database metadata
	sim 2026-01-15 --movies 20
	daily --now 2026-01-15T06:00:00Z || fail "$(cat err)"
	local gone
	gone=$(query 'SELECT min(movie_id) FROM movies')
	query "UPDATE movies SET deleted = true WHERE movie_id = $gone"
	sim_stop
	sim 2026-07-20 --movies 20 --poison "$gone=404"
	daily --now 2026-07-20T06:00:00Z || fail "$(cat err)"
	same "$gone||||t|t" "$(query "SELECT movie_id, title, genre, fetched_at, placeholder, deleted FROM movies
		WHERE movie_id = $gone")"
	same 0 "$(query "SELECT count(*) FROM movie_genres WHERE movie_id = $gone")"
	same 0 "$(query 'SELECT count(*) FROM movies WHERE NOT deleted AND title IS NULL')"
}

@test "the key in the environment is tmdb-pull's alone" {
	local secret=5ecre7-0f-7he-7e57 program
	mkdir programs
	for program in "${REELPIPE_BIN:-$ROOT/bin}"/*; do
		ln -s "$program" programs/
	done
	for program in pg-load genre-norm; do
		rm "programs/$program"
		printf '#!/bin/sh\nenv >>%q\nexec %q "$@"\n' "$TMP/environments" "${REELPIPE_BIN:-$ROOT/bin}/$program" \
			>"programs/$program"
		chmod +x "programs/$program"
	done
	database metadata
	sim 2026-11-15 --movies 20 --token "$secret"
	TMDB_TOKEN=$secret REELPIPE_BIN=$PWD/programs REELPIPE_RUNS=$PWD/runs bash -x "$ROOT/pipelines/metadata-daily" \
		--tmdb="--base-url=$URL" --now 2026-11-15T06:00:00Z 2>err || fail "$(cat err)"
	same 20 "$(query 'SELECT count(*) FROM movies WHERE title IS NOT NULL')"
	grep -q ^PGDATABASE= environments
	run ! grep -raF -- "$secret" environments err runs
}

@test "a genre that TMDB has added stops nothing" {
	database metadata
	sim 2026-11-15 --movies 30 --new-genre Cyberpunk
	daily --now 2026-11-15T06:00:00Z || fail "$(cat err)"
	same 30 "$(query 'SELECT count(*) FROM movies')"
	same 'Cyberpunk|20' "$(query "SELECT name, (SELECT count(*) FROM genres) FROM genres WHERE genre_id = 99999")"
}

@test "a few films that can't be had don't stop a run; many do, and their day isn't marked" {
	database metadata
	sim 2026-11-15 --movies 60
	daily --now 2026-11-15T06:00:00Z || fail "$(cat err)"
	local ids few many
	mapfile -t ids < <(query 'SELECT movie_id FROM movies ORDER BY 1')
	few=$(printf '%s=500,' "${ids[@]:0:3}")
	many=$(printf '%s=500,' "${ids[@]:0:30}")
	sim_stop
	sim 2026-11-16 --movies 60 --changed 100 --poison "${many%,}"
	run -1 daily --now 2026-11-16T06:00:00Z
	grep -q 'tmdb-pull: more than 20 rejects' err
	same 2026-11-14 "$(state)"
	sim_stop
	sim 2026-11-16 --movies 60 --changed 100 --poison "${few%,}"
	daily --now 2026-11-16T06:00:00Z || fail "$(cat err)"
	same 2026-11-15 "$(state)"
	same 3 "$(query "SELECT count(*) FROM etl_reject WHERE stage = 'tmdb-pull' AND rule = 'fetch-failed'")"
}

@test "metadata-daily: wrong usage; a service or a database that is away exits 75 and changes nothing" {
	run -2 --separate-stderr "$ROOT/pipelines/metadata-daily" --first none
	same "$(printf '%s\n' 'metadata-daily: --first: not a number of films: none' \
		"metadata-daily: Try 'metadata-daily --help'.")" "$stderr"
	run -2 --separate-stderr "$ROOT/pipelines/metadata-daily" --now soon
	URL=http://127.0.0.1:9/3
	database metadata
	run -75 daily --now 2026-11-15
	sim 2026-11-15 --movies 10
	PGHOST=$TMP run -75 daily --now 2026-11-15
	same 0 "$(query 'SELECT count(*) FROM movies')"
}
