#!/usr/bin/env bats
# agg-trending against one SQL query over the same rows: equal to the last digit, by film, by genre and
# all together, for every score, in several time zones, on simulated and on real data.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
}

# by_sql BY DAYS ZONE NOW: the trending lists as the manual defines them, as agg-trending writes them, one
# for each score.
by_sql() {
	# The planner knows nothing about the lists and would join them row by row.
	PGOPTIONS='-c enable_nestloop=off' psql -XAt -F $'\t' -P null='\N' \
		-v by="$1" -v days="$2" -v tz="$3" -v now="$4" <<-'END'
		WITH last AS (SELECT (:'now'::timestamptz AT TIME ZONE :'tz')::date AS day),
		watched AS (
			SELECT w.movie_id, w.user_id, last.day - (w.watch_timestamp AT TIME ZONE :'tz')::date AS age
			FROM watch_sessions w, last
		), windowed AS (
			SELECT CASE :'by' WHEN 'movie' THEN movie_id::text WHEN 'genre' THEN g.genre ELSE 'all' END AS item, user_id,
				age / :days AS before, age % :days AS age
			FROM watched LEFT JOIN movie_genres g USING (movie_id)
			WHERE age >= 0 AND age < 2 * :days
				AND CASE :'by' WHEN 'genre' THEN g.genre IS NOT NULL ELSE coalesce(g.position, 1) = 1 END
		), counted AS MATERIALIZED (
			SELECT item, before, count(*) AS views, count(DISTINCT user_id) AS viewers,
				-- After 200 days the weight is less than half a millionth; much later power() underflows.
				round(sum(CASE WHEN age > 200 THEN 0
					ELSE round((power(2.0::float8, -age / 2.0) * 1000000)::numeric) END) / 1000000, 4) AS decay
			FROM windowed GROUP BY item, before
		), scored AS (
			SELECT counted.*, s.turn, s.scored_by,
				CASE s.scored_by WHEN 'views' THEN views WHEN 'viewers' THEN viewers ELSE decay END AS score
			FROM counted, (VALUES (1, 'views'), (2, 'viewers'), (3, 'decay')) AS s(turn, scored_by)
		), ranked AS (
			SELECT *, row_number() OVER (PARTITION BY scored_by, before ORDER BY score DESC, views DESC,
				CASE :'by' WHEN 'movie' THEN item::bigint END, item COLLATE "C") AS rank
			FROM scored
		)
		SELECT :'by', now.scored_by, last.day, :days, now.rank, now.item, now.views, now.viewers,
			trim_scale(now.score), coalesce(was.views, 0), coalesce(was.viewers, 0),
			trim_scale(coalesce(was.score, 0)), was.rank, trim_scale(now.score - coalesce(was.score, 0))
		FROM last, ranked now
		LEFT JOIN ranked was ON was.item = now.item AND was.scored_by = now.scored_by AND was.before = 1
		WHERE now.before = 0 ORDER BY now.turn, now.rank
	END
}

columns=by,scored_by,as_of,window_days,rank,item,views,viewers,score,previous_views,previous_viewers
columns+=,previous_score,previous_rank,change

# compare DAYS ZONE NOW: all lists of that window.
compare() {
	local days=$1 zone=$2 now=$3 by score
	pg-read --quiet movies >movies.tsv
	pg-read --quiet --query 'SELECT session_id, user_id, movie_id, watch_timestamp, rating FROM watch_sessions' \
		--type watch >watch.tsv
	for score in views viewers decay; do
		lookup --quiet movies.tsv --key movie_id --add genres watch.tsv |
			agg-trending --quiet --by movie,genre,all --score "$score" --window "${days}d" --now "$now" --tz "$zone"
	done >filter.tsv
	same "#trending"$'\t'"${columns//,/$'\t'}" "$(grep '^#trending' filter.tsv | sort -u)"
	for by in movie genre all; do
		grep "^$by"$'\t' filter.tsv >filter || true
		by_sql "$by" "$days" "$zone" "$now" >sql
		[[ $(cut -f 2 sql | sort -u | paste -sd' ') == 'decay viewers views' ]] ||
			fail "nothing to compare: $by $days $zone $now"
		same_file sql filter || fail "by $by, $days days, $zone, $now"
	done
}

simulated() {
	local per_day=1200
	[[ -z ${REELPIPE_FULL-} ]] || per_day=50000
	database trending
	sim-watch --quiet --out sim --now 2026-11-05T13:30:00Z --days 30 --per-day "$per_day" --movies 1500 --users 800 --dirty 2
	"$ROOT/pipelines/load" --now 2026-11-05T13:30:00Z movie sim/movies.csv 2>err || fail "$(cat err)"
	"$ROOT/pipelines/load" --now 2026-11-05T13:30:00Z watch sim/logs/*.csv 2>err || fail "$(cat err)"
	rm -r sim
}

@test "simulated data: agg-trending equals SQL" {
	simulated
	compare 7 UTC 2026-11-05T13:30:00Z
	# The window holds the end of summer time (2026-10-25): a day of 25 hours.
	compare 7 Europe/Berlin 2026-10-28T23:30:00Z
	compare 3 Asia/Kolkata 2026-11-01T20:00:00Z
	compare 1 America/Los_Angeles 2026-11-02T00:00:00Z
	compare 30 UTC 2026-11-05T13:30:00Z
}

@test "the pipeline stores what SQL computes, and a second run changes nothing" {
	simulated
	"$ROOT/pipelines/aggregate" --now 2026-11-05T13:30:00Z 2>err || fail "$(cat err)"
	for by in movie genre all; do
		by_sql "$by" 7 UTC 2026-11-05T13:30:00Z | grep "^$by"$'\tviews\t' | head -n 500 >sql
		psql -XAt -F $'\t' -P null='\N' -c "SELECT \"by\", scored_by, as_of, window_days, rank, item, views, viewers,
			trim_scale(score), previous_views, previous_viewers, trim_scale(previous_score), previous_rank,
			trim_scale(change) FROM trending
			WHERE (\"by\", scored_by, window_days, as_of) = ('$by', 'views', 7, '2026-11-05') ORDER BY rank" >stored
		same_file sql stored
	done
	same 'all|all' "$(pg-read --quiet trending --param by=all --param window_days=28 | grep -v '^#' | cut -f 6,15 | tr '\t' '|')"
	psql -XAtc 'SELECT xmin, * FROM trending ORDER BY 2, 3, 4, 5, 6, 7' >before
	"$ROOT/pipelines/aggregate" --now 2026-11-05T13:30:00Z 2>err || fail "$(cat err)"
	psql -XAtc 'SELECT xmin, * FROM trending ORDER BY 2, 3, 4, 5, 6, 7' >after
	same_file before after
}

@test "real data (MovieLens): agg-trending equals SQL" {
	local data=${REELPIPE_MOVIELENS:-$ROOT/../shared/data/movielens}
	[[ -r $data/ratings.csv ]] || skip 'the MovieLens files are not here'
	database movielens
	"$ROOT/pipelines/load" --csv=--map=movie_id=movieId movie "$data/movies.csv" 2>err || fail "$(cat err)"
	"$ROOT/pipelines/load" --csv=--derive=session_id --csv=--rating-scale=5 watch "$data/ratings.csv" 2>err || fail "$(cat err)"
	compare 7 UTC 2018-09-24T14:27:30Z
	compare 365 Europe/Berlin 2018-09-24T14:27:30Z
	compare 3650 UTC 2018-09-24T14:27:30Z
}

@test "load takes logs whose headers differ, in one go" {
	database trending
	printf '%s\n' session_id,user_id,movie_id,timestamp,rating 1,1,1,2026-11-01T10:00:00Z,5 >a.csv
	printf '%s\n' movie_id,user_id,timestamp,session_id 2,1,2026-11-01T11:00:00Z,2 >b.csv
	"$ROOT/pipelines/load" watch a.csv b.csv 2>err || fail "$(cat err)"
	same "$(printf '%s\n' '1|1|5.000' '2|2|')" \
		"$(psql -XAtqc 'SELECT session_id, movie_id, rating FROM watch_sessions ORDER BY 1')"
}

@test "pipelines: wrong usage, a dead server, a full disk" {
	run -2 --separate-stderr "$ROOT/pipelines/load" films x.csv
	same "$(printf '%s\n' 'load: not watch, movie or user: films' "load: Try 'load --help'.")" "$stderr"
	printf 'session_id,user_id,movie_id,timestamp,rating\n1,1,1,2026-11-01,\n' >log.csv
	PGHOST=$TMP run -75 "$ROOT/pipelines/load" watch log.csv
	database trending
	run -1 "$ROOT/pipelines/load" watch missing.csv
	[[ $output == *'missing.csv: No such file or directory'* ]]
	same 0 "$(psql -XAtqc 'SELECT count(*) FROM watch_sessions')"
}
