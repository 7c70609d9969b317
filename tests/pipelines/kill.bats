#!/usr/bin/env bats
# A stage killed at a random moment: the tables are as before or hold the whole batch, never between,
# and a re-run completes it. Each round has a batch of its own, so rounds don't hide each other.

setup() {
	load ../cli/helper
	# What a killed pipeline leaves behind goes with the test.
	export TMPDIR=$TMP
	rows=10000 kills=5
	[[ -z ${REELPIPE_FULL-} ]] || kills=105
	[[ -z ${REELPIPE_TEST_QUICK-} ]] || kills=3
	RANDOM=20261123
}

# log BATCH: a CSV log of $rows watches in two files; one row in 100 is bad in a way that csv-read finds, one
# in a way that validate finds, one is there twice.
log() {
	awk -v batch="$1" -v rows="$rows" -v dir="$TMP" 'BEGIN {
		for (half = 0; half < 2; half++) {
			file = dir "/" batch "-" half ".csv"
			print "session_id,user_id,movie_id,timestamp,rating" >file
			for (i = half + 1; i <= rows; i += 2) {
				line = sprintf("%d,%d,%d,2026-11-%02d %02d:%02d:00,%s", batch * 1000000 + i,
					1 + i % 500, 1 + i % 300, 1 + i % 20, i % 24, i % 60, i % 3 ? "" : i % 20 / 2)
				if (i % 100 == 7)
					sub(/2026-11/, "yesterday", line)
				if (i % 100 == 9)
					sub(/2026/, "2126", line)
				print line >file
				if (i % 100 == 11)
					print line >file
			}
			close(file)
		}
	}'
}

# kill_stage SECONDS COMMAND…: runs a pipeline, and after SECONDS kills one of the stages that are running
# then, best one that hasn't been killed yet: some are seldom met. $killed is its name, or nothing when none was; $pid
# was the group of the processes.
kill_stage() {
	local seconds=$1 victims=() fresh=() victim
	shift
	killed=
	setsid "$@" >"$TMP/out" 2>"$TMP/err" 3>&- &
	pid=$!
	sleep "$seconds"
	mapfile -t victims < <(pgrep -l -g "$pid" | grep -E " ($stages)\$")
	for victim in "${victims[@]}"; do
		grep -qsx "${victim#* }" "$TMP/killed" || fresh+=("$victim")
	done
	((${#fresh[@]} == 0)) || victims=("${fresh[@]}")
	if ((${#victims[@]})); then
		victim=${victims[RANDOM % ${#victims[@]}]}
		! kill -KILL "${victim%% *}" 2>/dev/null || killed=${victim#* }
	fi
	wait "$pid" || true
	[[ -z $killed ]] || printf '%s\n' "$killed" >>"$TMP/killed"
}

# Every stage that lives long enough to be met ($must) had its turn, and as often as was wanted in all.
check_kills() {
	sort "$TMP/killed" | uniq -c | sed 's/^ */# killed /' >&3
	(($(wc -l <"$TMP/killed") >= kills)) || fail "only $(wc -l <"$TMP/killed") kills of $kills"
	[[ -z ${REELPIPE_FULL-} ]] || all_met || fail "not every one of $must was killed"
}

all_met() {
	[[ $(sort -u "$TMP/killed" | grep -cxE "$must") == $(tr '|' '\n' <<<"$must" | wc -l) ]]
}

enough() {
	[[ -f $TMP/killed ]] && (($(wc -l <"$TMP/killed") >= kills)) && { [[ -z ${REELPIPE_FULL-} ]] || all_met; }
}

# A moment from nothing to a bit more than $1 milliseconds.
random_moment() {
	local moment=$((RANDOM % ($1 * 11 / 10 + 1)))
	printf '%d.%03d' $((moment / 1000)) $((moment % 1000))
}

# slowly FILE FIFO: writes a file into a pipe in a dozen pieces, over 0.4 s and more, so that all stages live long
# enough to be killed.
slowly() {
	local size piece from
	size=$(stat -c %s "$1")
	piece=$((size / 12 + 1))
	for ((from = 1; from <= size; from += piece)); do
		tail -c "+$from" "$1" | head -c "$piece"
		sleep 0.03
	done >"$2" 3>&- 2>/dev/null || true
}

milliseconds() {
	local start=${EPOCHREALTIME/./}
	"$@" >"$TMP/out" 2>"$TMP/err" || fail "$(cat "$TMP/err")"
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	((took < 999)) || took=899
}

count() {
	psql -XAtqc "$1"
}

@test "load: any stage killed at any moment leaves all or nothing, and a re-run completes it" {
	database kill
	local batch found feeder wanted=$((rows * 98 / 100)) stages='csv-read|validate|dedupe|pg-load'
	local must=$stages
	mkfifo "$TMP/fifo"
	log 0
	milliseconds "$ROOT/pipelines/load" --now 2026-11-22 watch "$TMP"/0-*.csv
	[[ $(count 'select count(*) from watch_sessions') == "$wanted" ]]
	for ((batch = 1; batch <= 10 * kills; batch++)); do
		log "$batch"
		slowly "$TMP/$batch-0.csv" "$TMP/fifo" &
		feeder=$!
		kill_stage "$(random_moment $((took + 450)))" \
			"$ROOT/pipelines/load" --now 2026-11-22 watch "$TMP/fifo" "$TMP/$batch-1.csv"
		kill "$feeder" 2>/dev/null || true
		wait "$feeder" || true
		found=$(count "select count(*) from watch_sessions where session_id / 1000000 = $batch")
		((found == 0 || found == wanted)) ||
			fail "batch $batch, killed: $killed: $found rows of $wanted" "$(cat "$TMP/err")"
		"$ROOT/pipelines/load" --now 2026-11-22 watch "$TMP/$batch"-*.csv 2>"$TMP/err" || fail "$(cat "$TMP/err")"
		found=$(count "select count(*) from watch_sessions where session_id / 1000000 = $batch")
		((found == wanted)) || fail "batch $batch after the re-run: $found rows of $wanted"
		rm "$TMP/$batch"-*.csv
		! enough || break
	done
	check_kills
}

# Views over what is stored and what should be: one row for each figure.
figures() {
	psql -Xq -v ON_ERROR_STOP=1 <<-'END'
		CREATE SCHEMA test;
		CREATE VIEW test.stored AS
			SELECT 'day' AS what, day, '' AS key, views, viewers, rated_views, rating_sum FROM day_daily
			UNION ALL SELECT 'movie', day, movie_id::text, views, viewers, rated_views, rating_sum FROM movie_daily
			UNION ALL SELECT 'genre', day, genre, views, viewers, rated_views, rating_sum FROM genre_daily
			UNION ALL SELECT 'hour', day, hour::text, views, viewers, rated_views, rating_sum FROM hour_daily;
		CREATE VIEW test.wanted AS
			SELECT 'day' AS what, day, '' AS key, views, viewers, rated_views, rating_sum FROM raw.day_daily
			UNION ALL SELECT 'movie', day, movie_id::text, views, viewers, rated_views, rating_sum FROM raw.movie_daily
			UNION ALL SELECT 'genre', day, genre, views, viewers, rated_views, rating_sum FROM raw.genre_daily
			UNION ALL SELECT 'hour', day, hour::text, views, viewers, rated_views, rating_sum FROM raw.hour_daily;
		CREATE TABLE test.before AS TABLE test.stored;
		CREATE VIEW test.outdated AS SELECT DISTINCT day
			FROM ((TABLE test.stored EXCEPT TABLE test.wanted) UNION ALL (TABLE test.wanted EXCEPT TABLE test.stored)) AS d;
		CREATE VIEW test.changed AS SELECT DISTINCT day
			FROM ((TABLE test.stored EXCEPT TABLE test.before) UNION ALL (TABLE test.before EXCEPT TABLE test.stored)) AS d;
		CREATE VIEW test.list AS SELECT "by", scored_by, as_of, window_days, rank, item, views, viewers, score,
			previous_views, previous_viewers, previous_score, previous_rank, change FROM trending;
		CREATE VIEW test.wrong_place AS
			(TABLE test.list EXCEPT TABLE raw.trending) UNION ALL (TABLE raw.trending EXCEPT TABLE test.list);
	END
}

# until_alone GROUP: until nobody is left of a run that was killed, in the database neither.
until_alone() {
	local tries
	for ((tries = 0; tries < 200; tries++)); do
		[[ -z $(pgrep -g "$1") && $(count "select count(*) from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid()") == 0 ]] && return
		sleep 0.05
	done
	fail 'something of the killed run is still there' "$(pgrep -l -g "$1")"
}

@test "aggregate: whatever is killed at any moment, each day is dirty or wholly replaced, and a re-run completes it" {
	database kill
	local round found rows=3000 stages='pg-read|lookup|agg-daily|agg-trending|agg-toprated|pg-load|aggregate'
	local must='pg-read|agg-daily|pg-load'
	log 0
	"$ROOT/pipelines/load" --now 2026-11-22 watch "$TMP"/0-*.csv 2>"$TMP/err" || fail "$(cat "$TMP/err")"
	psql -Xqc "update movies set title = 'Film ' || movie_id, placeholder = false;
		insert into movie_genres (movie_id, position, genre)
		select movie_id, 1, case when movie_id % 2 = 0 then 'Drama' else 'Comedy' end from movies"
	# Several transactions each time.
	local aggregate=$TMP/pipelines/aggregate
	mkdir "$TMP/pipelines"
	cp "$ROOT"/pipelines/{lib,lists}.bash "$TMP/pipelines"
	sed 's/^watches_at_once=[0-9]*/watches_at_once=2500/' "$ROOT/pipelines/aggregate" >"$aggregate"
	chmod +x "$aggregate"
	export REELPIPE_BIN=${REELPIPE_BIN:-$ROOT/bin}
	figures
	milliseconds "$aggregate" --now 2026-11-20T12:00:00Z
	same 0 "$(count 'select count(*) from test.outdated')"
	same 20 "$(count 'select count(*) from test.changed')"
	for ((round = 1; round <= 10 * kills; round++)); do
		psql -Xqc 'truncate test.before' -c 'insert into test.before table test.stored'
		# Views come, change and go, on days of their own.
		psql -Xqc "with changed as (
				update watch_sessions set rating = $((round % 10)) where session_id % 97 = $round % 97 returning watch_timestamp
			), gone as (
				delete from watch_sessions where session_id % 997 = $round % 997 and session_id % 97 <> $round % 97
				returning watch_timestamp
			), come as (
				insert into watch_sessions
				select $round * 1000000 + session_id, user_id, movie_id, '2026-11-01'::date + (user_id + $round)::integer % 20, null, 1
				from watch_sessions where session_id between 1 and 60 returning watch_timestamp
			)
			insert into dirty_day select day, nextval('dirty_generation_seq') from (
				select distinct watch_timestamp::date from (table changed union table gone union table come) as all_of_them) as d (day)
			on conflict (day) do update set generation = excluded.generation"
		kill_stage "$(random_moment "$took")" "$aggregate" --now 2026-11-20T12:00:00Z
		# Runs take less time than the first one, and more as views come: half of the kills are to come in time.
		took=$((${#killed} ? took * 21 / 20 + 1 : took * 9 / 10 + 20))
		until_alone "$pid"
		found=$(count 'select string_agg(day::text, $$ $$) from test.outdated where day not in (select day from dirty_day)')
		[[ -z $found ]] || fail "killed: $killed: neither dirty nor right: $found" "$(cat "$TMP/err")"
		found=$(count 'select string_agg(day::text, $$ $$) from test.outdated join test.changed using (day)')
		[[ -z $found ]] || fail "killed: $killed: neither as before nor as it should be: $found" "$(cat "$TMP/err")"
		"$aggregate" --now 2026-11-20T12:00:00Z 2>"$TMP/err" || fail "$(cat "$TMP/err")"
		same '0 0 0' "$(count "select (select count(*) from dirty_day) || ' ' || (select count(*) from test.outdated) || ' ' ||
			(select count(*) from test.wrong_place)")"
		! enough || break
	done
	check_kills
}
