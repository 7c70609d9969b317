#!/usr/bin/env bats
# Runs that come to harm: stages and etl-run itself killed, the server stopped and started, at random moments. In
# the end the tables are those of one clean load, and the log knows every run.

setup() {
	load ../cli/helper
	export TMPDIR=$TMP
	rounds=10 rows=3000
	[[ -z ${REELPIPE_FULL-} ]] || rounds=100
	[[ -z ${REELPIPE_TEST_QUICK-} ]] || rounds=5
	RANDOM=20261124
}

teardown() {
	[[ ! -d $TMP/server/var ]] || REELPIPE_VAR=$TMP/server/var pg-local remove >/dev/null 2>&1 || true
}

sql() {
	psql -XAtqc "$1"
}

# log BATCH: $rows watches; one in 100 bad in a way that csv-read finds, one there twice.
log() {
	awk -v batch="$1" -v rows="$rows" 'BEGIN {
		print "session_id,user_id,movie_id,timestamp,rating"
		for (i = 1; i <= rows; i++) {
			line = sprintf("%d,%d,%d,2026-11-%02d %02d:%02d:00,%s", batch * 1000000 + i, 1 + i % 500,
				1 + i % 300, 1 + i % 20, i % 24, i % 60, i % 3 ? "" : i % 20 / 2)
			if (i % 100 == 7)
				sub(/2026-11/, "yesterday", line)
			print line
			if (i % 100 == 11)
				print line
		}
	}' >"$1.csv"
}

load_batch() {
	etl-run -q --grace 2s load -- "$ROOT/pipelines/load" --now 2026-11-22 watch "$1.csv" >/dev/null 2>>err 3>&-
}

# A run, and harm that comes to it after a random moment. $started counts the runs that weren't refused.
harm() {
	local batch=$1 kind=$2 etl group victims victim status=0
	load_batch "$batch" &
	etl=$!
	sleep "$(printf '0.%03d' $((RANDOM % 300 + 50)))"
	group=$(pgrep -P "$(pgrep -P "$etl" -x etl-run)" | head -n 1) || true
	case $kind in
	stage)
		mapfile -t victims < <(pgrep -g "${group:-$etl}" 'csv-read|validate|dedupe|pg-load')
		if ((${#victims[@]})); then
			victim=${victims[RANDOM % ${#victims[@]}]}
			! kill -KILL "$victim" 2>/dev/null || harmed=$((harmed + 1))
		fi
		;;
	etl-run)
		! pkill -KILL -P "$etl" -x etl-run 2>/dev/null || harmed=$((harmed + 1))
		;;
	server)
		pg-local stop 2>/dev/null
		harmed=$((harmed + 1))
		;;
	esac
	wait "$etl" || status=$?
	started=$((started + 1))
	[[ $kind != server ]] || pg-local start >/dev/null 2>&1
}

@test "whatever is killed or stopped, the tables are those of a clean load, and the log has every run" {
	mkdir server
	chmod 755 "$TMP" server
	export REELPIPE_VAR=$TMP/server/var REELPIPE_RUNS=$TMP/runs
	REELPIPE_PG_OPTIONS='-c fsync=off' pg-local start >/dev/null 2>&1 3>&-
	eval "$(pg-local env)"
	createdb clean
	PGDATABASE=clean pg-migrate -q
	createdb harmed
	export PGDATABASE=harmed
	pg-migrate -q
	local batch kinds=(stage etl-run server) started=0 harmed=0 tries status
	for ((batch = 1; batch <= rounds; batch++)); do
		log "$batch"
		harm "$batch" "${kinds[RANDOM % 3]}"
		# The same again until it is done; what is left of a run whose etl-run was killed may still be at it.
		for ((tries = 0; tries < 100; tries++)); do
			status=0
			load_batch "$batch" || status=$?
			((status != 0)) || break
			grep -q 'is running already' err || started=$((started + 1))
			: >err
			sleep 0.1
		done
		((status == 0)) || fail "batch $batch is never loaded: $status"
		started=$((started + 1))
	done
	printf '# %d of %d runs came to harm\n' "$harmed" "$started" >&3
	((harmed > rounds / 4)) || fail "only $harmed runs came to harm"
	PGDATABASE=clean "$ROOT/pipelines/load" --now 2026-11-22 watch [0-9]*.csv >/dev/null 2>&1
	local wanted
	wanted=$(PGDATABASE=clean sql 'SELECT session_id, user_id, movie_id, watch_timestamp, rating FROM watch_sessions ORDER BY 1' | md5sum)
	same "$wanted" "$(sql 'SELECT session_id, user_id, movie_id, watch_timestamp, rating FROM watch_sessions ORDER BY 1' | md5sum)"
	same $((rounds * rows / 100 * 99)) "$(sql 'SELECT count(*) FROM watch_sessions')"
	# Every run is there, and has an end.
	same "$started|$started" "$(sql 'SELECT count(*), count(finished_at) FROM etl_log')"
	same '' "$(find runs/etl-run/journal runs/etl-run/running -type f)"
	same "$rounds" "$(sql 'SELECT count(*) FROM etl_log WHERE exit_status = 0 AND records_read > 0 AND inserted + unchanged > 0' |
		awk -v rounds="$rounds" '{ print ($1 >= rounds) ? rounds : $1 }')"
	same '' "$(sql 'SELECT * FROM etl_log WHERE records_read <> records_written + records_rejected + records_dropped')"
	same '' "$(sql 'SELECT * FROM etl_log WHERE (exit_status = 0) = (message IS NOT NULL)')"
}
