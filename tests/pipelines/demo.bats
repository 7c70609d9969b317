#!/usr/bin/env bats
# The demo, as a new user runs it, at a size that tests can afford. It keeps everything, its database
# cluster too, under REELPIPE_VAR.
# shellcheck disable=SC2154 # bats's run sets stderr

setup_file() {
	# The cluster's socket needs a short path, and its server another user's way to it.
	demo_var=$(mktemp -d /tmp/reelpipe-demo.XXXXXX)
	chmod 755 "$demo_var"
	export demo_var
}

teardown_file() {
	REELPIPE_VAR=$demo_var/var "$BATS_TEST_DIRNAME/../../bin/pg-local" remove >/dev/null 2>&1 || true
	rm -rf "$demo_var"
}

setup() {
	load ../cli/helper
	export REELPIPE_VAR=$demo_var/var
	unset "${!PG@}"
}

small() {
	"$ROOT/pipelines/demo" --days 15 --per-day 1500 "$@" 3>&- >"$TMP/out" 2>"$TMP/err" || fail "$(cat "$TMP/err")"
}

connect() {
	eval "$(pg-local env)"
	export PGDATABASE=$1
}

# The contents of all tables.
contents() {
	# shellcheck disable=SC1003 # a backslash
	pg_dump --data-only --exclude-table-data='*_seq' "$PGDATABASE" | grep -v -e '^--' -e setval -e '^\\'
}

# sum FIELD STAGE FILE: a count that a stage reported.
stage() {
	awk -F'\t' -v column="$1" -v stage="$2" '
		/^#etl_stage/ { for (i = 1; i <= NF; i++) if ($i == column) at = i }
		$1 == stage { print $(at - 1) }' "$3"
}

@test "demo loads a simulated month, and shows it" {
	small
	connect demo
	local part
	for part in 'Top 10 films' 'Genres' 'What was read' 'What was rejected' 'What to try next'; do
		grep -q "$part" "$TMP/out" || fail "no '$part' in:" "$(cat "$TMP/out")"
	done
	# Ten films with their bars, in order.
	[[ $(psql -XAtqc "select count(*) from trending where (\"by\", scored_by, window_days) = ('movie', 'views', 7)
		and as_of = (select max(as_of) from trending) and rank <= 10") == 10 ]]
	psql -XAtqc "select coalesce(title, '') from trending join movies on item = movie_id::text
		where (\"by\", scored_by, window_days) = ('movie', 'views', 7)
		and as_of = (select max(as_of) from trending) and rank <= 10 order by rank" >"$TMP/titles"
	[[ $(grep -c . "$TMP/titles") == 10 ]]
	local title
	while read -r title; do
		grep -qF "${title:0:12}" "$TMP/out" || fail "no '$title' in:" "$(cat "$TMP/out")"
	done <"$TMP/titles"
	grep -q '█' "$TMP/out"
	# It ends with a page, and names it.
	grep -qxF "  $REELPIPE_VAR/demo/report.html" "$TMP/out"
	same "$(<"$TMP/titles")" "$("$ROOT/tests/pipelines/report_table.py" "$REELPIPE_VAR/demo/report.html" top10 | cut -f 2)"
}

@test "demo: every row of the logs is accounted for, stage by stage, and as the simulation says" {
	connect demo
	local file=$REELPIPE_VAR/demo/runs/load-watch/stages.tsv truth=$REELPIPE_VAR/demo/sim/truth.tsv name
	same "$(stage records_written csv-read "$file")" "$(stage records_read validate "$file")"
	same "$(stage records_written validate "$file")" "$(stage records_read dedupe "$file")"
	same "$(stage records_written dedupe "$file")" "$(stage records_read pg-load "$file")"
	same "$(stage inserted pg-load "$file")" "$(psql -XAtqc 'select count(*) from watch_sessions')"
	# All films came from TMDB, and those that only a log had named were asked for.
	same 10000 "$(psql -XAtqc 'select count(*) from movies where fetched_at is not null')"
	same 0 "$(psql -XAtqc 'select count(*) from movies where placeholder and not deleted')"
	for name in csv-read validate dedupe pg-load; do
		(($(stage records_read "$name" "$file") == $(stage records_written "$name" "$file") + \
			$(stage records_rejected "$name" "$file") + $(stage records_dropped "$name" "$file"))) ||
			fail "$name's counts don't add up:" "$(cat "$file")"
	done
	# What the simulation made bad without needing an option of validate is what was rejected.
	local bad given rejected=0 n
	bad=$(awk -F'\t' '$3 == "rejected" && ($4 == "\\N" || $4 == "--now") { n += $2 } END { print n }' "$truth")
	for name in csv-read validate dedupe pg-load; do
		n=$(stage records_rejected "$name" "$file")
		rejected=$((rejected + n))
		given=$(grep -vc '^#' "$REELPIPE_VAR/demo/runs/load-watch/rejects/$name.tsv") || true
		same "$n" "$given"
	done
	same "$bad" "$rejected"
	same "$bad" "$(psql -XAtqc "select count(*) from etl_reject where pipeline = 'load-watch'")"
	same "$(awk -F'\t' '$3 == "dropped" { n += $2 } END { print n }' "$truth")" \
		"$(stage records_dropped dedupe "$file")"
}

@test "demo: the dashboards show its data as soon as they are opened" {
	connect demo
	run env PYTHONDONTWRITEBYTECODE=1 "$ROOT/tests/grafana/check" data --rows audience,film,genres --now "$(<"$REELPIPE_VAR/demo/now")"
	same '0:' "$status:$output"
}

@test "demo: a second run changes nothing in the tables" {
	connect demo
	contents >"$TMP/before"
	cp "$REELPIPE_VAR/demo/report.html" "$TMP/report.html"
	[[ $(wc -l <"$TMP/before") -gt 20000 ]]
	small
	contents >"$TMP/after"
	same_file "$TMP/before" "$TMP/after"
	same_file "$TMP/report.html" "$REELPIPE_VAR/demo/report.html"
	local file=$REELPIPE_VAR/demo/runs/load-watch/stages.tsv
	same 0 "$(stage inserted pg-load "$file")"
	same 0 "$(stage updated pg-load "$file")"
	same "$(psql -XAtqc 'select count(*) from watch_sessions')" "$(stage unchanged pg-load "$file")"
}

@test "demo --fresh starts over" {
	connect demo
	psql -Xqc 'create table left_over ()'
	touch "$REELPIPE_VAR/demo/left-over"
	small --fresh --days 2
	same '' "$(psql -XAtqc "select 1 from pg_tables where tablename = 'left_over'")"
	[[ ! -e $REELPIPE_VAR/demo/left-over ]]
	local logs=("$REELPIPE_VAR"/demo/sim/logs/*)
	((${#logs[@]} == 48 || ${#logs[@]} == 49))
}

@test "demo: with a key, films come from TMDB and people watch those" {
	: >url
	"$ROOT/tests/tmdb-sim" --parent $$ --today "$(date -u +%F)" --token sesame --movies 300 >url 3>&- &
	local sim=$! n
	for ((n = 0; n < 200; n++)); do
		[[ ! -s url ]] || break
		sleep 0.05
	done
	printf 'sesame\n' >tmdb_token
	CREDENTIALS_DIRECTORY=$TMP small --fresh --days 2 --tmdb="--base-url=$(<url)" --tmdb=--rate=0
	kill "$sim"
	connect demo
	same 300 "$(psql -XAtqc 'SELECT count(*) FROM movies WHERE fetched_at IS NOT NULL')"
	[[ ! -e $REELPIPE_VAR/demo/films.csv ]]
	# But for what the logs name wrongly, what is watched was fetched.
	(($(psql -XAtqc 'SELECT count(DISTINCT movie_id) FROM watch_sessions JOIN movies USING (movie_id)
		WHERE fetched_at IS NOT NULL') > 100))
	run ! grep -r sesame out err "$REELPIPE_VAR/demo"
}

@test "demo: two at once, the second says so and exits 75" {
	exec {lock}>"$REELPIPE_VAR/demo.lock"
	flock "$lock"
	run -75 --separate-stderr "$ROOT/pipelines/demo" {lock}>&-
	same 'demo: another demo is running' "$stderr"
}

@test "demo --movielens: films by TMDB's numbers, nothing lost, two runs leave equal tables" {
	mkdir "$TMP/ml"
	printf '%s\r\n' 'movieId,title,genres' '1,Toy Story (1995),Adventure|Animation|Children' \
		'2,"American President, The (1995)",Comedy|Drama|Romance' '3,Without a Number (1999),(no genres listed)' \
		'4,Toy Story again (1995),Film-Noir|IMAX' >"$TMP/ml/movies.csv"
	printf '%s\r\n' 'movieId,imdbId,tmdbId' '1,0114709,862' '2,0112346,9087' '3,0000003,' '4,0114709,862' >"$TMP/ml/links.csv"
	printf '%s\r\n' 'userId,movieId,rating,timestamp' '1,1,4.0,964982703' '1,2,0.5,964981247' '2,3,5.0,964982224' \
		'2,4,3.5,964983815' >"$TMP/ml/ratings.csv"
	"$ROOT/pipelines/demo" --movielens "$TMP/ml" 3>&- >"$TMP/out" 2>"$TMP/err" || fail "$(cat "$TMP/err")"
	connect movielens
	same "$(tabs '-4|Toy Story again (1995)|Crime' '-3|Without a Number (1999)|' \
		'862|Toy Story (1995)|Adventure,Animation,Family' '9087|American President, The (1995)|Comedy,Drama,Romance' |
		tr '\t' ' ')" \
		"$(psql -XAtqc "select movie_id, title, (select string_agg(genre, ',' order by position) from movie_genres g
			where g.movie_id = m.movie_id) from movies m order by 1")"
	same "$(printf '%s\n' '1|9087|2000-07-30 18:20:47+00|1.000' '1|862|2000-07-30 18:45:03+00|8.000' \
		'2|-3|2000-07-30 18:37:04+00|10.000' '2|-4|2000-07-30 19:03:35+00|7.000')" \
		"$(psql -XAtqc 'select user_id, movie_id, watch_timestamp, rating from watch_sessions order by user_id, watch_timestamp')"
	same 2000-07-30 "$(psql -XAtqc 'select distinct as_of from trending')"
	contents >"$TMP/before"
	"$ROOT/pipelines/demo" --movielens "$TMP/ml" 3>&- >"$TMP/out" 2>"$TMP/err" || fail "$(cat "$TMP/err")"
	contents >"$TMP/after"
	same_file "$TMP/before" "$TMP/after"
}

@test "demo --movielens on the real files: 100,836 ratings and 9,742 films, none lost, genres official" {
	local data=${REELPIPE_MOVIELENS:-$ROOT/../shared/data/movielens}
	[[ -r $data/ratings.csv ]] || skip 'the MovieLens files are not here'
	"$ROOT/pipelines/demo" --fresh --movielens "$data" 3>&- >"$TMP/out" 2>"$TMP/err" || fail "$(cat "$TMP/err")"
	connect movielens
	same 100836 "$(psql -XAtqc 'select count(*) from watch_sessions')"
	same 9742 "$(psql -XAtqc 'select count(*) from movies')"
	same 0 "$(psql -XAtqc 'select count(*) from movies where placeholder')"
	same 0 "$(psql -XAtqc 'select count(*) from etl_reject')"
	genre-norm --list-genres | grep -v '^#' | cut -f 2 | sort >"$TMP/official"
	psql -XAtqc 'select distinct genre from movie_genres' | sort >"$TMP/found"
	same '' "$(comm -13 "$TMP/official" "$TMP/found")"
	# The mean rating of all, counted from the file itself, on a scale of 10.
	same "$(awk -F, 'NR > 1 { n += 2000 * $3 } END { print n }' "$data/ratings.csv")" \
		"$(psql -XAtqc 'select round(sum(rating) * 1000) from watch_sessions')"
	contents >"$TMP/before"
	"$ROOT/pipelines/demo" --movielens "$data" 3>&- >"$TMP/out" 2>"$TMP/err" || fail "$(cat "$TMP/err")"
	contents >"$TMP/after"
	same_file "$TMP/before" "$TMP/after"
}

@test "demo: wrong usage" {
	run -2 --separate-stderr "$ROOT/pipelines/demo" --days x
	same "$(printf '%s\n' 'demo: --days: not a number of days: x' "demo: Try 'demo --help'.")" "$stderr"
	run -2 --separate-stderr "$ROOT/pipelines/demo" nonsense
	run -1 --separate-stderr "$ROOT/pipelines/demo" --movielens "$TMP"
	same "demo: $TMP/ratings.csv: no such file, or it can't be read" "$stderr"
}
