#!/usr/bin/env bats
# quality: every rule fires on a seeded violation and is silent on clean and on empty data; what the pipeline
# shows, stores and ends with.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	now=2026-11-16T12:00:00Z
}

sql() {
	psql -XAtq -v ON_ERROR_STOP=1 -c "$1"
}

# Rollups, computed here by SQL from the raw rows.
roll() {
	psql -Xq -v ON_ERROR_STOP=1 <<-'SQL'
		CREATE TEMPORARY TABLE w AS
		SELECT (watch_timestamp AT TIME ZONE business_tz)::date AS day,
			extract(hour FROM watch_timestamp AT TIME ZONE business_tz)::bigint AS hour, user_id, movie_id, rating
		FROM watch_sessions, settings;
		DELETE FROM day_daily; DELETE FROM movie_daily; DELETE FROM hour_daily; DELETE FROM genre_daily;
		INSERT INTO day_daily SELECT day, count(*), count(DISTINCT user_id), count(rating),
			coalesce(sum(rating), 0), 1 FROM w GROUP BY day;
		INSERT INTO movie_daily SELECT day, movie_id, count(*), count(DISTINCT user_id), count(rating),
			coalesce(sum(rating), 0), 1 FROM w GROUP BY day, movie_id;
		INSERT INTO hour_daily SELECT day, hour, count(*), count(DISTINCT user_id), count(rating),
			coalesce(sum(rating), 0), 1 FROM w GROUP BY day, hour;
		INSERT INTO genre_daily SELECT day, genre, count(*), count(DISTINCT user_id), count(rating),
			coalesce(sum(rating), 0), 1 FROM w JOIN movie_genres USING (movie_id) GROUP BY day, genre;
		DELETE FROM dirty_day;
	SQL
}

# clean ROWS STEP: data that break no rule: ROWS watches, one each STEP minutes, up to the present.
clean() {
	psql -Xq -v ON_ERROR_STOP=1 -v rows="$1" -v step="$2" -v now="$now" <<-'SQL' >/dev/null
		UPDATE settings SET business_tz = 'Europe/Berlin';
		INSERT INTO movies (movie_id, title, genre, release_date, rating, fetched_at, placeholder, load_id)
		SELECT n, CASE WHEN n < 100 THEN 'Film ' || n END, CASE WHEN n < 97 THEN 'Drama' END,
			CASE WHEN n < 97 THEN date '2000-01-01' + n END, 7, CASE WHEN n < 100 THEN timestamptz '2026-11-15T12:00:00Z' END,
			n = 100, 1
		FROM generate_series(1, 100) AS n;
		INSERT INTO movie_genres SELECT movie_id, 1, 'Drama' FROM movies WHERE genre IS NOT NULL;
		INSERT INTO movie_genres SELECT movie_id, 2, 'Comedy' FROM movies WHERE movie_id % 3 = 0 AND genre IS NOT NULL;
		INSERT INTO users (user_id, name, email, signup_date, placeholder, load_id)
		SELECT n, 'Some One', 'some@one.example', date '2020-01-01', n = 100, 1 FROM generate_series(1, 100) AS n;
		SELECT bulk_begin_watch();
		INSERT INTO watch_sessions
		SELECT n, 1 + n % 100, 1 + n % 96, :'now'::timestamptz - n * make_interval(secs => 60 * :step),
			CASE WHEN n % 3 = 0 THEN n % 21 / 2.0 END, 1
		FROM generate_series(1, :rows) AS n;
		SELECT bulk_end_watch();
		INSERT INTO etl_log (pipeline, started_at, finished_at, exit_status, records_read, records_written,
			records_rejected, records_dropped, load_id)
		VALUES ('load', '2026-11-15T10:00:00Z', '2026-11-15T10:00:05Z', 1, 7, 7, 0, 3, 1),
			('load', '2026-11-16T10:00:00Z', '2026-11-16T10:00:05Z', 0, 1000, 990, 5, 5, 1),
			('trending', '2026-11-16T11:59:00Z', NULL, NULL, NULL, NULL, NULL, NULL, 1);
		INSERT INTO etl_stage_log (pipeline, stage, started_at, seconds, records_read, records_written,
			records_rejected, records_dropped, inserted, updated, unchanged, bytes_in, bytes_out, load_id)
		VALUES ('load', 'csv-read', '2026-11-16T10:00:00Z', 1, 1000, 995, 5, 0, NULL, NULL, NULL, 1, 1, 1),
			('load', 'pg-load', '2026-11-16T10:00:01Z', 1, 995, 990, 0, 5, 900, 40, 50, 1, 1, 1);
		INSERT INTO trending ("by", scored_by, as_of, window_days, rank, item, views, viewers, score, previous_views,
			previous_viewers, previous_score, change, load_id)
		VALUES ('movie', 'views', '2026-11-15', 7, 1, '1', 1, 1, 1, 0, 0, 0, 1, 1);
		INSERT INTO etl_bookmark VALUES ('metadata-daily', 'tmdb:changes', '2026-11-15', 1),
			('watch', 'file:a.csv', '98112:9f31c2', 1);
		INSERT INTO dirty_day (day, generation, since) VALUES ('2026-11-16', 1, '2026-11-16T11:00:00Z');
	SQL
	roll
}

# finds RULE: how many rows break it, and which.
finds() {
	pg-read --quiet --check --now "$now" "$1" | sed -n 2p | cut -f 5-
}

# RULE, what it finds of SQL. No rule may be without one.
violations() {
	cat <<-'END'
		film-title|1 movie_id: 5|UPDATE movies SET title = ' ' WHERE movie_id = 5
		film-genre|11 movie_id: 1, 2, 3, 4, 5, 6, 7, 8, 97, 98, 99|DELETE FROM movie_genres WHERE movie_id < 9; UPDATE movies SET genre = NULL WHERE movie_id < 9
		film-release-date|5 movie_id: 1, 2, 97, 98, 99|UPDATE movies SET release_date = NULL WHERE movie_id < 3
		film-genres|3 movie_id: 5, 6, 99|UPDATE movies SET genre = 'Comedy' WHERE movie_id = 5; DELETE FROM movie_genres WHERE movie_id = 6; INSERT INTO movie_genres VALUES (99, 1, 'War')
		film-twice|1 movie_ids: 5/6/7|UPDATE movies SET title = 'One', release_date = '2001-01-01' WHERE movie_id IN (5, 6, 7)
		film-numbers|2 movie_id: 5, 6|ALTER TABLE movies DROP CONSTRAINT movies_rating_check; UPDATE movies SET rating = 10.001 WHERE movie_id = 5; UPDATE movies SET runtime = -1 WHERE movie_id = 6
		watch-rating|1 session_id: 5|ALTER TABLE watch_sessions DROP CONSTRAINT watch_sessions_rating_check; UPDATE watch_sessions SET rating = -0.5 WHERE session_id = 5
		watch-incomplete|4 session_id: 5, 6, 7, 8|ALTER TABLE watch_sessions DROP CONSTRAINT watch_sessions_user_id_fkey, DROP CONSTRAINT watch_sessions_movie_id_fkey, ALTER user_id DROP NOT NULL, ALTER watch_timestamp DROP NOT NULL; UPDATE watch_sessions SET user_id = NULL WHERE session_id = 5; UPDATE watch_sessions SET movie_id = 777 WHERE session_id = 6; UPDATE watch_sessions SET user_id = 777 WHERE session_id = 7; UPDATE watch_sessions SET watch_timestamp = NULL WHERE session_id = 8
		watch-before-release|2 session_id movie_id: 1 2, 97 2|UPDATE movies SET release_date = '2026-11-18' WHERE movie_id = 2; DELETE FROM watch_sessions WHERE movie_id = 2 AND session_id > 97
		watch-before-signup|2 session_id user_id: 1 2, 101 2|UPDATE users SET signup_date = '2026-11-18' WHERE user_id = 2; DELETE FROM watch_sessions WHERE user_id = 2 AND session_id > 101
		watch-in-future|1 session_id watch_timestamp: 5 2026-11-16T13:00:00.000001+00:00|UPDATE watch_sessions SET watch_timestamp = CASE session_id WHEN 5 THEN '2026-11-16T13:00:00.000001Z' ELSE timestamptz '2026-11-16T13:00:00Z' END WHERE session_id IN (5, 6)
		film-placeholders|6 movie_id: 1, 2, 3, 4, 5, 100|UPDATE movies SET placeholder = true, title = NULL WHERE movie_id <= 5
		user-placeholders|6 user_id: 1, 2, 3, 4, 5, 100|UPDATE users SET placeholder = true WHERE user_id <= 5
		day-volume|2 day views usual: 2026-11-14 0 120, 2026-11-12 59 120|DELETE FROM day_daily WHERE day = '2026-11-14'; UPDATE day_daily SET views = 59 WHERE day = '2026-11-12'; UPDATE day_daily SET views = 60 WHERE day = '2026-11-11'; UPDATE day_daily SET views = 5000 WHERE day = '2026-10-29'
		watch-freshness|1 newest: 2026-11-14T23:48:00+00:00|DELETE FROM watch_sessions WHERE watch_timestamp >= '2026-11-15'
		metadata-freshness|1 newest: 2026-11-14T11:59:59+00:00|UPDATE movies SET fetched_at = '2026-11-14T11:59:59Z' WHERE fetched_at IS NOT NULL
		metadata-expired|1 movie_id: 5|UPDATE movies SET fetched_at = '2026-05-15T00:00:00Z' WHERE movie_id = 5
		lists-freshness|1 newest: 2026-11-13|UPDATE trending SET as_of = '2026-11-13'
		stage-conservation|2 pipeline stage started_at: load pg-load 2026-11-16T10:00:01+00:00, load csv-read 2026-11-16T10:00:00+00:00|UPDATE etl_stage_log SET records_read = records_read + 1 WHERE stage = 'csv-read'; UPDATE etl_stage_log SET updated = 41 WHERE stage = 'pg-load'
		run-conservation|1 pipeline started_at: load 2026-11-16T10:00:00+00:00|UPDATE etl_log SET records_dropped = 4
		run-failed|2 pipeline started_at exit_status: load 2026-11-16T10:00:00+00:00 75, trending 2026-11-15T11:59:00+00:00 -|UPDATE etl_log SET exit_status = 75 WHERE exit_status = 0; UPDATE etl_log SET started_at = '2026-11-15T11:59:00Z' WHERE pipeline = 'trending'
		reject-share|1 day pipeline stage rejected records: 2026-11-16 load csv-read 101 1000|UPDATE etl_stage_log SET records_rejected = 101 WHERE stage = 'csv-read'
		dirty-days|1 day since: 2026-11-02 2026-11-16T05:59:59+00:00|INSERT INTO dirty_day VALUES ('2026-11-02', 2, '2026-11-16T05:59:59Z'), ('2026-11-01', 3, '2026-11-16T06:00:00Z'), ('2026-01-01', 4, '2026-01-01'); UPDATE settings SET frozen_before = '2026-02-01'
		bookmarks|2 pipeline source state: a s 2026-11-01, metadata-daily tmdb:changes 2026-11-17|UPDATE etl_bookmark SET state = '2026-11-17' WHERE source LIKE 'tmdb%'; INSERT INTO etl_bookmark VALUES ('a', 's', '2026-11-01', 1), ('b', 's', '2026-11-02', 1), ('c', 's', '2026-99-01', 1)
		rollup-days|3 day counted stored: 2026-11-14 120 119, 2026-11-13 119 120, 2026-11-12 120 120|UPDATE day_daily SET views = 119 WHERE day = '2026-11-14'; DELETE FROM watch_sessions WHERE session_id = (SELECT min(session_id) FROM watch_sessions WHERE business_day(watch_timestamp) = '2026-11-13'); UPDATE day_daily SET rating_sum = rating_sum + 0.5 WHERE day = '2026-11-12'
		rollup-parts|4 day rollup: 2026-11-14 movie_daily, 2026-11-13 hour_daily, 2026-11-12 hour_daily, 2026-11-12 movie_daily|UPDATE movie_daily SET views = views + 1 WHERE (day, movie_id) = ('2026-11-14', (SELECT max(movie_id) FROM movie_daily WHERE day = '2026-11-14')); DELETE FROM hour_daily WHERE (day, hour) = ('2026-11-13', 3); DELETE FROM day_daily WHERE day = '2026-11-12'
		rollup-totals|3 movie_id: 3, 4, 5|INSERT INTO movie_total SELECT movie_id, sum(views), sum(rated_views), sum(rating_sum), 1 FROM movie_daily GROUP BY 1; UPDATE movie_total SET views = views + 1 WHERE movie_id = 3; UPDATE movie_total SET rating_sum = rating_sum + 0.001 WHERE movie_id = 4; DELETE FROM movie_total WHERE movie_id = 5
	END
}

@test "every rule fires on a seeded violation, says which rows, and is silent on clean data" {
	local rule want seed
	database clean
	local template=$PGDATABASE
	clean 4800 12
	violations | sort >seeds
	(cd "$ROOT/sql/checks" && printf '%s\n' *.sql | sed 's/\.sql$//') >rules
	# rollup-rows has a test of its own.
	same "$(grep -v rollup-rows rules | sort)" "$(cut -d'|' -f 1 seeds | sort)"
	while read -r rule; do
		same "0 \\N" "$(finds "$rule" | tr '\t' ' ')" || fail "$rule fires on clean data"
	done <rules
	while IFS='|' read -r rule want seed; do
		dropdb --if-exists --maintenance-db=postgres "${template}_seeded"
		createdb --maintenance-db=postgres --template="$template" "${template}_seeded"
		PGDATABASE=${template}_seeded
		sql "$seed" >/dev/null || fail "$rule: the seed doesn't load"
		same "$want" "$(finds "$rule" | tr '\t' ' ')" || fail "$rule"
		# Ids, but nothing personal.
		[[ $(finds "$rule") != *@* && $(finds "$rule") != *Some* ]]
		PGDATABASE=$template
	done <seeds
	dropdb --maintenance-db=postgres "${template}_seeded"
}

@test "rollup-rows: any figure of any rollup that is off, on all days in turn" {
	database rows
	clean 2000 60
	local day days found=0 seed
	days=$(sql 'SELECT count(*) FROM day_daily')
	((days > 80))
	sql "UPDATE movie_daily SET viewers = viewers + 1 WHERE (day, movie_id) IN
		(SELECT day, min(movie_id) FROM movie_daily WHERE day < '2026-11-16' GROUP BY day)"
	# Eight days a day: an eighth of the days that there are see all of them, each once.
	for ((day = 0; day < (days + 7) / 8; day++)); do
		pg-read --quiet --check --now "$(date -u -d "2026-11-16 + $day days" +%F)" --param sample=8 rollup-rows | sed -n 2p | cut -f 5,6 >out
		read -r count rest <out
		((count <= 8)) || fail "$count: $rest"
		found=$((found + count))
	done
	# The present day is dirty.
	same "$((days - 1))" "$found"
	for seed in "UPDATE day_daily SET viewers = viewers - 1" "UPDATE genre_daily SET rated_views = rated_views + 1 WHERE genre = 'Comedy'" \
		"UPDATE hour_daily SET rating_sum = rating_sum + 0.001 WHERE hour = 3" "DELETE FROM movie_daily" \
		"DELETE FROM genre_daily WHERE genre = 'Drama'" "INSERT INTO movie_daily SELECT day, 100, 1, 1, 0, 0, 1 FROM day_daily"; do
		roll
		same 0 "$(finds rollup-rows | cut -f 1)" || fail "$(finds rollup-rows)"
		sql "$seed"
		(($(finds rollup-rows | cut -f 1) > 0)) || fail "$seed: not found"
	done
}

@test "nothing is wrong with an empty database, nor with one whose days are dirty or frozen" {
	database empty
	run -0 --separate-stderr "$ROOT/pipelines/quality" --now "$now"
	same '' "$output"
	same "quality: $(find "$ROOT/sql/checks" -name '*.sql' | wc -l) of $(find "$ROOT/sql/checks" -name '*.sql' | wc -l) rules are kept; broken: 0 of severity error, 0 of severity warning" "$stderr"
	clean 1000 30
	sql "UPDATE day_daily SET views = views + 1, viewers = 0; UPDATE movie_daily SET views = views + 1 WHERE movie_id = 1"
	sql "INSERT INTO dirty_day (day, generation, since) SELECT day, 1, '$now' FROM day_daily ON CONFLICT DO NOTHING"
	same 0 "$(finds rollup-days | cut -f 1)"
	same 0 "$(finds rollup-rows | cut -f 1)"
	sql "DELETE FROM dirty_day; UPDATE settings SET frozen_before = '2026-11-17'"
	same 0 "$(finds rollup-days | cut -f 1)"
	same 0 "$(finds rollup-rows | cut -f 1)"
	sql "UPDATE settings SET frozen_before = NULL"
	(($(finds rollup-days | cut -f 1) > 5))
	(($(finds rollup-rows | cut -f 1) > 0))
}

@test "the pipeline shows and stores what isn't kept; an error ends it with 1, a warning with 0" {
	database shown
	clean 4800 12
	sql "UPDATE trending SET as_of = '2026-11-13'"
	run -0 --separate-stderr "$ROOT/pipelines/quality" --now "$now"
	same "$(printf '%s\n' 'rule             severity  found  detail' 'lists-freshness  warning       1  newest: 2026-11-13')" "$output"
	same 'quality: 27 of 28 rules are kept; broken: 0 of severity error, 1 of severity warning' "$stderr"
	sql "UPDATE movies SET title = '' WHERE movie_id = 9"
	run -1 --separate-stderr "$ROOT/pipelines/quality" --now "$now"
	same "$(printf '%s\n' 'rule             severity  found  detail' 'film-title       error         1  movie_id: 9' \
		'lists-freshness  warning       1  newest: 2026-11-13')" "$output"
	same 'quality: 26 of 28 rules are kept; broken: 1 of severity error, 1 of severity warning' "$stderr"
	same "$(printf '%s\n' 'film-title|error|A film of which more is known than its number has a title.|1|f|movie_id: 9|t' \
		'lists-freshness|warning|The newest trending lists aren'\''t old.|1|f|newest: 2026-11-13|t')" \
		"$(sql 'SELECT rule, severity, description, found, passed, detail, latest FROM dash.quality WHERE found > 0 ORDER BY rule')"
	same "28|1|2026-11-16 12:00:00+00" "$(sql "SET timezone = 'UTC'; SELECT count(*), count(DISTINCT checked_at), min(checked_at) FROM dq_result")"
	# The same again writes nothing.
	sql 'SELECT xmin, * FROM dq_result ORDER BY rule' >before
	run -1 "$ROOT/pipelines/quality" --now "$now"
	sql 'SELECT xmin, * FROM dq_result ORDER BY rule' >after
	same_file before after
	# As the role that runs pipelines.
	PGUSER=reelpipe_etl run -1 "$ROOT/pipelines/quality" --now 2026-11-16T12:00:01Z
	[[ $output == *'26 of 28 rules are kept'* ]] || fail "$output"
}

@test "limits, a choice of rules, and all days" {
	database limits
	clean 4800 12
	run -0 --separate-stderr "$ROOT/pipelines/quality" --now 2026-11-20T12:00:00Z --limit watch-freshness.hours=100 \
		--limit=film-genre.percent=0 watch-freshness film-genre
	same "$(printf '%s\n' 'rule        severity  found  detail' 'film-genre  warning       3  movie_id: 97, 98, 99')" "$output"
	same 'quality: 1 of 2 rules are kept; broken: 0 of severity error, 1 of severity warning' "$stderr"
	same 2 "$(sql 'SELECT count(*) FROM dq_result')"
	sql "ALTER TABLE watch_sessions DROP CONSTRAINT watch_sessions_rating_check; UPDATE watch_sessions SET rating = 11 WHERE session_id > 4700"
	run -0 "$ROOT/pipelines/quality" --now "$now" watch-rating
	[[ $output == *'1 of 1 rules are kept'* ]]
	run -1 "$ROOT/pipelines/quality" --all --now "$now" watch-rating
	[[ $output == *'watch-rating  error       100  session_id: 4701, 4702, '* ]] || fail "$output"
	# Of very many rows, some are named.
	run -1 "$ROOT/pipelines/quality" --now 2026-11-10T12:00:00Z watch-in-future
	[[ $output == *'watch-in-future  error '*'session_id watch_timestamp: 1 2026-11-16T11:48:00+00:00, 2 2026-'*', ...'* ]] || fail "$output"
	same 20 "$(sql "SELECT cardinality(string_to_array(detail, ', ')) - 1 FROM dq_result WHERE found = 714")"
}

@test "a rule that can't be checked hasn't been kept: exit 1, the others are checked and stored" {
	database broken
	cp -R "$ROOT/sql" sql
	printf '%s\n' '-- severity: warning' '-- description: It works.' 'SELECT 1 / (SELECT count(*) FROM movies) AS n' >sql/checks/aa-zero.sql
	printf '%s\n' '-- severity: warning' '-- description: It is quick.' 'SELECT pg_sleep(20)::text' >sql/checks/slow.sql
	printf '%s\n' '-- severity: warning' '-- description: It only reads.' \
		'SELECT * FROM (SELECT nextval($$load_id_seq$$)) AS x' >sql/checks/writes.sql
	local rules=(sql/checks/*.sql)
	export REELPIPE_SQL=$TMP/sql
	run -1 --separate-stderr "$ROOT/pipelines/quality" --now "$now" --timeout 1
	same '' "$output"
	same "$(printf '%s\n' 'pg-read: aa-zero: division by zero' 'pg-read: slow: canceling statement due to statement timeout' \
		'pg-read: writes: cannot execute nextval() in a read-only transaction' \
		"quality: 28 of 31 rules are kept; broken: 0 of severity error, 0 of severity warning" \
		'quality: not checked: aa-zero slow writes')" "$stderr"
	same "$((${#rules[@]} - 3))" "$(sql 'SELECT count(*) FROM dq_result')"
}

@test "findings: what a record needs, the last of a rule and a time, loading them twice" {
	database findings
	rec '#dq_result checked_at rule severity description found detail' '2026-11-16T12:00:00Z a error d 1 x' \
		'2026-11-16T12:00:00Z a warning d 2 \N' '2026-11-17T12:00:00Z a error d 0 \N' '2026-11-16T12:00:00Z b bad d 2 \N' \
		'2026-11-16T12:00:00Z b error d -1 \N' '\N b error d 1 \N' '2026-11-16T12:00:00Z b error d \N \N' >findings.tsv
	run -0 --separate-stderr pg-load --rejects bad.tsv findings.tsv
	same 'pg-load: dq_result: 2 inserted, 0 updated, 0 unchanged, 1 dropped, 4 rejected (0 conflicting), staged' "${stderr_lines[0]}"
	same "$(printf '%s\n' 'bad-value severity: neither error nor warning' 'bad-value found: less than none' \
		'missing-value a finding needs all values but detail' 'missing-value a finding needs all values but detail')" \
		"$(grep -v '^#' bad.tsv | cut -f 2,4 | tr '\t' ' ')"
	run -0 --separate-stderr pg-load findings.tsv
	same 'pg-load: dq_result: 0 inserted, 0 updated, 2 unchanged, 1 dropped, 4 rejected (0 conflicting), staged' "$(grep 'dq_result: 0' <<<"$stderr")"
	same "$(printf '%s\n' 'a|warning|2|f|' 'a|error|0|t|')" "$(sql 'SELECT rule, severity, found, passed, detail FROM dash.quality ORDER BY checked_at')"
}

@test "the manual has each rule as its file has it" {
	pg-read --check --list | awk '
		/^ / { name = $1; sub(/^ *[a-z_]+ +int = /, ""); value = $0; sub(/:.*/, "", value); sub(/^[0-9]+: /, "")
			print ".br"; print ".Sy " name; print "= " value ": " $0; next }
		{ name = $1; severity = $2; sub(/:/, "", severity); sub(/^[^ ]+ +[a-z]+: /, "")
			print ".It Sy " name " Pq " severity; print }' >want
	sed -n '/^\.Ss Rules$/,/^\.El$/p' "$ROOT/man/reelpipe-quality.7" | sed '1,2d;$d' >got
	[[ $(grep -c '^.It' want) == "$(find "$ROOT/sql/checks" -name '*.sql' | wc -l)" ]]
	same_file want got
}

@test "wrong usage, a dead server, a full disk" {
	run -2 --separate-stderr "$ROOT/pipelines/quality" --limit watch-freshness.days=3
	same "$(printf '%s\n' 'quality: --limit: no rule has such a parameter (--list shows them): watch-freshness.days' \
		"quality: Try 'quality --help'.")" "$stderr"
	run -2 --separate-stderr "$ROOT/pipelines/quality" --limit 'x=1; drop table'
	run -2 --separate-stderr "$ROOT/pipelines/quality" no-such-rule
	same "$(printf '%s\n' 'quality: no such rule (--list shows them): no-such-rule' "quality: Try 'quality --help'.")" "$stderr"
	run -2 "$ROOT/pipelines/quality" '*'
	run -2 "$ROOT/pipelines/quality" --timeout 0
	run -0 "$ROOT/pipelines/quality" --list
	[[ ${lines[0]} == 'bookmarks        warning: A bookmark'* ]]
	run -0 "$ROOT/pipelines/quality" --help
	PGHOST=$TMP run -75 "$ROOT/pipelines/quality"
	database disk
	clean 100 60
	run -1 bash -c '"$0" --now 2026-12-16T12:00:00Z >/dev/full' "$ROOT/pipelines/quality"
	[[ $output == *'rec-view: stdout: can'\''t write: No space left on device'* ]] || fail "$output"
}

@test "5 million watches: how long each rule takes" {
	local rows=60000 step=0.9 rule start took total=0 scan
	[[ -z ${REELPIPE_FULL-} ]] || rows=5000000 step=0.015
	database big
	clean "$rows" "$step"
	# A catalogue that grows while people watch.
	sql "INSERT INTO users (user_id, signup_date, load_id) SELECT n, date '2026-10-01' + n % 46, 1 FROM generate_series(1001, 100000) AS n;
		INSERT INTO movies (movie_id, title, genre, release_date, load_id)
			SELECT n, 'Film ' || n, 'War', date '2000-01-01' + n % 9800, 1 FROM generate_series(1001, 20000) AS n;
		INSERT INTO movie_genres SELECT movie_id, 1, genre FROM movies WHERE genre = 'War';
		UPDATE watch_sessions SET user_id = 1001 + session_id % 90000 WHERE session_id < 2000" >/dev/null
	roll
	# Against the time of a plain count, since machines differ and so does what else they do.
	start=${EPOCHREALTIME/./}
	sql 'SET max_parallel_workers_per_gather = 0; SELECT count(*), sum(rating) FROM watch_sessions' >/dev/null
	scan=$(((${EPOCHREALTIME/./} - start) / 1000))
	printf '# %6d ms  a count and a sum of %d watches\n' "$scan" "$rows" >&3
	while read -r rule; do
		start=${EPOCHREALTIME/./}
		same "0 \\N" "$(finds "$rule" | tr '\t' ' ')" || fail "$rule"
		took=$(((${EPOCHREALTIME/./} - start) / 1000))
		total=$((total + took))
		printf '# %6d ms  %s\n' "$took" "$rule" >&3
		((took < 1000 + 6 * scan)) || fail "$rule takes $took ms"
	done < <(cd "$ROOT/sql/checks" && printf '%s\n' *.sql | sed 's/\.sql$//')
	printf '# %6d ms  in all, %d watches\n' "$total" "$rows" >&3
	((total < 10000 + 15 * scan)) || fail "all rules take $total ms"
}
