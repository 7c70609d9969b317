#!/usr/bin/env bats
# A month, hour by hour: logs that come as they do in the field, into a database that is restarted and through stages
# that are killed, are in the end what one load of everything is. And what an hour's batch costs in a large table.

setup() {
	load ../cli/helper
	export TMPDIR=$TMP
	seed=${REELPIPE_TEST_SEED:-20261125}
	RANDOM=$seed
	sim=$TMP/sim logs=$TMP/logs
	mkdir "$logs"
	export REELPIPE_RUNS=$TMP/runs
}

teardown() {
	[[ ! -d $TMP/server/var ]] || REELPIPE_VAR=$TMP/server/var pg-local remove >/dev/null 2>&1 || true
}

sql() {
	psql -XAtqc "$1"
}

# server: a cluster of this test's own, that may be stopped.
server() {
	mkdir server
	chmod 755 "$TMP" server
	export REELPIPE_VAR=$TMP/server/var
	export REELPIPE_PG_OPTIONS='-c fsync=off'
	pg-local start >/dev/null 2>&1 3>&-
	eval "$(pg-local env)"
}

fresh() {
	createdb "$1"
	export PGDATABASE=$1
	pg-migrate -q
}

hourly() {
	etl-run -q --grace 2s --retry 2 --retry-wait 1s watch-hourly -- "$ROOT/pipelines/watch-hourly" --now "$1" "$logs" \
		>/dev/null 2>err 3>&-
}

# What the tables say, but for which load said it.
contents() {
	local table
	for table in users movies movie_genres watch_sessions day_daily movie_daily genre_daily hour_daily; do
		sql "SELECT '$table', to_jsonb(t) - '{load_id,first_load_id}'::text[] FROM $table AS t ORDER BY 2"
	done
	for table in trending top_rated; do
		sql "SELECT '$table', to_jsonb(t) - 'load_id' FROM $table AS t WHERE as_of >= date '$1' - 1 ORDER BY 2"
	done
	sql "SELECT 'dirty', day FROM dirty_day ORDER BY 2"
}

milliseconds() {
	printf '%s\n' "$((${EPOCHREALTIME/./} / 1000))"
}

# harm KIND PID: to the run whose etl-run is a child of PID, at a moment of the time that such runs take ($took).
harm() {
	local kind=$1 etl group victims=() victim
	[[ $kind != none ]] || return 0
	local moment=$((RANDOM % took))
	sleep "$((moment / 1000)).$(printf %03d $((moment % 1000)))"
	etl=$(pgrep -P "$2" -x etl-run) || return 0
	group=$(pgrep -P "$etl" | head -n 1) || return 0
	case $kind in
	stage)
		mapfile -t victims < <(pgrep -g "$group")
		victim=${victims[RANDOM % (${#victims[@]} + 1)]-$group}
		! kill -KILL "$victim" 2>/dev/null || harmed=$((harmed + 1))
		;;
	etl-run)
		! kill -KILL "$etl" 2>/dev/null || harmed=$((harmed + 1))
		# Nobody meets what is left of it: another hour has gone by.
		while pgrep -g "$group" >/dev/null; do
			sleep 0.05
		done
		;;
	restart)
		pg-local stop 2>/dev/null
		pg-local start >/dev/null 2>&1 3>&-
		harmed=$((harmed + 1))
		;;
	crash)
		kill -QUIT "$(head -n 1 "$REELPIPE_VAR/pg/data/postmaster.pid")"
		harmed=$((harmed + 1))
		sleep 0.2
		until pg-local start >/dev/null 2>&1 3>&-; do
			sleep 0.1
		done
		;;
	esac
}

@test "a month fed bit by bit, with stages killed and the database restarted, is one clean load of everything" {
	# More than one step in $one_in has to be harmed.
	local days=2 per_day=600 per_step=8 films=80 one_in=16 step=0 steps=1
	local status now started=0 harmed=0 failed=0 late=0 pid took=0 since kind
	if [[ -n ${REELPIPE_FULL-} ]]; then
		days=30 per_day=5000 per_step=6 films=400 one_in=5
	fi
	# The moment in which a victim is hit depends on the machine, all else on the seed.
	echo "seed $seed (REELPIPE_TEST_SEED)"
	local begin=2026-10-01 end kinds harms=(none none stage stage etl-run restart crash)
	end=$(date -u -d "$begin $days days" +%FT00:00:00Z)
	kinds=$(sim-watch --kinds list | awk '!/^#/ { print $1 }' | grep -vxE 'unterminated-quote|no-last-newline' | paste -sd,)
	sim-watch -q --out "$sim" --seed "$seed" --now "$end" --days "$days" --per-day "$per_day" --movies "$films" \
		--users 300 --dirty 6 --kinds "$kinds"
	# One half of the users is known, so that there are placeholders too.
	head -n 150 "$sim/users.csv" >users.csv
	server
	local each
	for each in clean harmed; do
		fresh "$each"
		"$ROOT/pipelines/load" --now "$end" movie "$sim/movies.csv" 2>err || fail "$(cat err)"
		"$ROOT/pipelines/load" --now "$end" user users.csv 2>err || fail "$(cat err)"
	done

	for ((step = 0; step < steps; step++)); do
		steps=$(python3 "$ROOT/tests/pipelines/month_logs.py" "$sim" "$logs" "$seed" "$per_step" "$step")
		now=$(date -u -d "$begin $(((step + 1) * per_step)) hours" +%FT%TZ)
		status=0 kind=none since=$(milliseconds)
		((took == 0)) || kind=${harms[RANDOM % ${#harms[@]}]}
		# Kills may come too late, on a busy machine many of them; one at least has to make a run fail.
		((failed > 0 || step < steps / 2)) || kind='etl-run'
		hourly "$now" &
		pid=$!
		started=$((started + 1))
		harm "$kind" "$pid"
		wait "$pid" || status=$?
		((status == 0)) || failed=$((failed + 1))
		((status == 0)) || [[ $kind != etl-run ]] || late=$((late + 1))
		[[ $kind != none ]] || took=$(($(milliseconds) - since))
		! grep 'is running already' err || fail "step $step: what is left of a run is in the way"
	done
	hourly "$now" || fail "the last run: $(cat err)"
	started=$((started + 1))
	printf '# %d steps, %d of them harmed, %d runs failed, %d s\n' "$steps" "$harmed" "$failed" "$SECONDS" >&3
	((failed > 0 && harmed > steps / one_in)) || fail "too little came to harm"
	contents "${now%T*}" >harmed

	# Every run is there and has an end; what was read is accounted for.
	same "$started|$started" "$(sql 'SELECT count(*), count(finished_at) FROM etl_log')"
	same '' "$(find runs/etl-run/journal runs/etl-run/running -type f)"
	same '' "$(sql 'SELECT * FROM etl_log WHERE records_read <> records_written + records_rejected + records_dropped')"
	# An etl-run that was killed may have written before that its run has succeeded.
	local logged
	logged=$(sql 'SELECT count(*) FROM etl_log WHERE exit_status <> 0')
	((logged <= failed && logged >= failed - late)) || fail "$failed failed, $logged are logged: $(sql 'SELECT * FROM etl_log')"
	"$ROOT/pipelines/quality" --now "$now" --all --limit rollup-rows.sample=1000 rollup-days rollup-parts rollup-rows \
		run-conservation stage-conservation >findings 2>err || fail "$(cat findings err)"

	export PGDATABASE=clean
	"$ROOT/pipelines/load" --now "$now" watch "$sim"/logs/*.csv "$sim"/corrections/*.csv 2>err || fail "$(cat err)"
	"$ROOT/pipelines/aggregate" --now "$now" 2>err || fail "$(cat err)"
	contents "${now%T*}" >clean
	same '' "$(diff clean harmed | head -n 40)"
	(($(grep -c ^watch_sessions clean) > days * per_day * 9 / 10)) || fail 'hardly anything is there'
	for each in genre_daily trending top_rated; do
		grep -q "^$each" clean || fail "nothing in $each"
	done
}

# simulate OPTION…: the service of the second test; its logs up to any moment continue each other.
simulate() {
	sim-watch -q --seed "$seed" --users 20000 --as-of 2026-10-31 "$@"
}

# timed NOW: a run, and how long it took in milliseconds in $took.
timed() {
	local since
	since=$(milliseconds)
	hourly "$1" || fail "$(cat err)"
	took=$(($(milliseconds) - since))
}

median() {
	sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# Of the runs in which something was loaded: what each stage took, in the order of their beginnings. Those of one
# pipe run beside each other.
split() {
	sql "WITH stage AS (
			SELECT l.stage, l.seconds, extract(epoch FROM l.started_at - r.run_started_at) AS start,
				row_number() OVER (PARTITION BY l.run_started_at ORDER BY l.started_at, l.stage) AS place,
				row_number() OVER (PARTITION BY l.run_started_at, l.stage ORDER BY l.started_at) AS nth
			FROM etl_stage_log AS r
			JOIN etl_stage_log AS l USING (run_started_at)
			WHERE r.stage = 'csv-read' AND r.records_written = 2000)
		SELECT format('# %s %s: from %s to %s ms', stage, nth,
			round(1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY start)::numeric),
			round(1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY start + seconds)::numeric))
		FROM stage GROUP BY stage, nth ORDER BY avg(place)"
}

@test "an hourly batch of 2,000 rows into a large table costs about what 2,000 rows do" {
	# 2,000 rows an hour are 48,000 a day, and 5 million in 105 days.
	local days=3 daily=34000 size=(--per-day 34000 --movies 2000) rounds=3 n now=2026-10-31T20:00:00Z took=0 with without
	if [[ -n ${REELPIPE_FULL-} ]]; then
		days=105 daily=48000 size=(--per-day 48000 --movies 10000) rounds=5
	fi
	database large
	mkdir bulk
	simulate "${size[@]}" --print movies --now "$now" --days "$days" >bulk/movies.csv
	simulate "${size[@]}" --print logs --now "$now" --days "$days" >bulk/watch.csv
	"$ROOT/pipelines/load" --now "$now" movie bulk/movies.csv 2>err || fail "$(cat err)"
	"$ROOT/pipelines/load" --now "$now" watch bulk/watch.csv 2>err || fail "$(cat err)"
	"$ROOT/pipelines/aggregate" --now "$now" 2>err || fail "$(cat err)"
	sql 'VACUUM ANALYZE watch_sessions'
	local rows
	rows=$(sql 'SELECT count(*) FROM watch_sessions')
	((rows > days * daily * 9 / 10)) || fail "only $rows rows"
	# What comes after that, in the evening of a day whose rollups and lists are long.
	simulate "${size[@]}" --print logs --days 1 --now 2026-11-01T00:00:00Z >bulk/next.csv
	awk -F, -v now="$now" 'NR > 1 && $3 >= now' bulk/next.csv >bulk/rows
	now=2026-10-31T23:59:59Z
	head -n 1 bulk/next.csv >"$logs/app.csv"
	timed "$now"
	for ((n = 1; n <= rounds; n++)); do
		timed "$now"
		echo "$took" >>without
		sed -n "$((n * 2000 - 1999)),$((n * 2000))p" bulk/rows >>"$logs/app.csv"
		timed "$now"
		echo "$took" >>with
	done
	same $((rows + rounds * 2000)) "$(sql 'SELECT count(*) FROM watch_sessions')"
	same "$rounds" "$(sql "SELECT count(*) FROM etl_stage_log WHERE stage = 'csv-read' AND records_written = 2000")"
	with=$(median <with) without=$(median <without)
	printf '# %d rows; 2,000 more: %d ms, an empty run: %d ms, so %d ms (%s; %s)\n' "$rows" "$with" "$without" \
		"$((with - without))" "$(paste -sd' ' with)" "$(paste -sd' ' without)" >&3
	split >&3
	# What else the machine does can only add to both.
	with=$(sort -n with | head -n 1) without=$(sort -n without | head -n 1)
	[[ -z ${REELPIPE_FULL-} ]] || ((with - without < 1000)) || fail "$((with - without)) ms"
}
