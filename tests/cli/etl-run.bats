#!/usr/bin/env bats
# etl-run: what is logged about a run, its lock, its end by time or signal, further attempts, and what happens when
# the database, or etl-run itself, is away.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load helper
	cp "$ROOT"/tests/cli/examples/* .
	export REELPIPE_RUNS=$TMP/runs TMPDIR=$TMP
	unset PGDATABASE
	[[ -n ${PGHOST-} ]] || export PGHOST=$TMP
}

sql() {
	psql -XAtqc "$1"
}

# The columns of the latest run.
latest() {
	sql "SELECT ${1-pipeline, exit_status, signal, failed_stage, attempts, message} FROM etl_log ORDER BY started_at DESC LIMIT 1"
}

# No database: every run is kept.
away() {
	export PGHOST=$TMP PGDATABASE=none
}

# A field of the only run in the journal: FIELD.
journalled() {
	awk -F'\t' -v want="$1" '/^#etl_run/ { for (i = 1; i <= NF; i++) if ($i == want) at = i - 1; getline; print $at; exit }' \
		"$TMP"/runs/etl-run/journal/*.tsv
}

until_there() {
	local tries
	for ((tries = 0; tries < 200; tries++)); do
		"$@" 2>/dev/null && return 0
		sleep 0.05
	done
	fail "never came: $*"
}

@test "a run that succeeds: its counts, its stages, and one line" {
	database a
	run -0 --separate-stderr etl-run clean -- \
		sh -c 'echo out; csv-read watch.csv --rejects /dev/null | validate --now 2026-12-01 | dedupe | pg-load'
	same out "$output"
	[[ $stderr =~ ^'etl-run: clean: done in '[0-9.]+' s: read 8 = written 6 (inserted 6, updated 0, unchanged 0) + rejected 1 + dropped 1'$ ]] ||
		fail "$stderr"
	same 'clean|0|||1|' "$(latest)"
	same '8|6|1|1|6|0|0|316' "$(latest 'records_read, records_written, records_rejected, records_dropped, inserted, updated, unchanged, bytes_in')"
	same t "$(latest 'finished_at >= started_at AND load_id > 0 AND bytes_out > 0')"
	same "$(printf '%s\n' 'csv-read|t|' 'dedupe|t|' 'pg-load|t|t' 'validate|t|')" \
		"$(sql 'SELECT stage, run_started_at = (SELECT started_at FROM etl_log), loaded_as = (SELECT min(load_id) FROM watch_sessions)
			FROM etl_stage_log ORDER BY stage')"
	# Again, quietly: nothing to say, and nothing new in the tables but the run.
	run -0 --separate-stderr etl-run -q clean -- sh -c 'csv-read -q watch.csv --rejects /dev/null | dedupe -q | pg-load -q'
	same '' "$output$stderr"
	same '8|6|0|0|6' "$(latest 'records_read, records_written, inserted, updated, unchanged')"
	same '' "$(find runs/etl-run/journal runs/etl-run/running -type f)"
	same '' "$(find runs ! -type d ! -perm 600; find runs -type d ! -perm 700)"
}

@test "pipelines: which stage failed, how, and why" {
	database a
	printf 'session_id,user_id,movie_id,timestamp\n1,1,1,2026-11-01\n' >log.csv
	run -0 etl-run -q load -- "$ROOT/pipelines/load" watch log.csv
	same '1|1|1' "$(latest 'records_read, records_written, inserted')"
	same 0 "$(sql "SELECT count(*) FROM etl_stage_log WHERE pipeline <> 'load'")"
	[[ -f runs/load-watch/rejects/csv-read.tsv ]]
	run -1 --separate-stderr etl-run load -- "$ROOT/pipelines/load" watch log.csv missing.csv
	same 'load|1||csv-read|1|csv-read: missing.csv: No such file or directory' "$(latest)"
	[[ $stderr == *'pg-load: stdin: the input is cut'*'etl-run: load: failed in csv-read with status 1 after '*'csv-read: missing.csv: No such file'* ]] ||
		fail "$stderr"
	run -2 etl-run -q load -- "$ROOT/pipelines/load" films
	same "load|2|||1|load: Try 'load --help'." "$(latest)"
	printf 'x\n' >headless.csv
	run -2 etl-run -q load -- "$ROOT/pipelines/load" watch headless.csv
	same '2|csv-read' "$(latest 'exit_status, failed_stage')"
	# Without `stage` the place in the pipe is known, no more; and an earlier failure that was tolerated isn't blamed.
	cat >own <<-END
		source "$ROOT/pipelines/lib.bash"
		pipeline=own
		pipeline_begin own
		status=(0)
		stage false | stage cat || status=("\${PIPESTATUS[@]}")
		pipeline_status "\${status[@]}" || true
		true | sh -c 'kill -SEGV \$\$' | cat || status=("\${PIPESTATUS[@]}")
		pipeline_status "\${status[@]}"
	END
	run -1 etl-run -q own -- bash own
	same 'own|1|SIGSEGV|stage 2|1|own: stage 2 was killed by signal 11 (SEGV)' "$(latest)"
	sed -i '/^true/d; $d' own && echo 'exit 1' >>own
	run -1 etl-run -q own -- bash own
	same 'own|1||false|1' "$(latest 'pipeline, exit_status, signal, failed_stage, attempts')"
	# Failures that the pipeline puts up with are none.
	sed -i 's/^stage false.*/{ stage false || true; } | stage true || status=("\${PIPESTATUS[@]}")/; s/ || true$//' own
	run -1 etl-run -q own -- bash own
	same 'own|1|||1' "$(latest 'pipeline, exit_status, signal, failed_stage, attempts')"
	# A reader that ends early and says it is done.
	printf 'source "%s"\npipeline=own\npipeline_begin own\nstatus=(0)\n%s\n%s\n' "$ROOT/pipelines/lib.bash" \
		'stage yes | stage true || status=("${PIPESTATUS[@]}")' 'pipeline_status "${status[@]}"' >own
	run -1 etl-run -q own -- bash own
	same 'own|1||stage 2|1|ended with status 1' "$(latest)"
}

# The pipe reads a FIFO that a child of the test holds open, so that all stages live.
@test "a stage killed by SIGKILL is named, whichever it is" {
	database a
	local victim round=0 etl group
	cat >slow <<-END
		source "$ROOT/pipelines/lib.bash"
		pipeline=slow
		pipeline_begin slow
		clean() { stage validate -q --now 2026-12-01 | stage dedupe -q; }
		status=(0)
		stage csv-read -q fifo | clean | stage pg-load -q || status=("\${PIPESTATUS[@]}")
		pipeline_status "\${status[@]}"
	END
	mkfifo fifo
	for victim in csv-read validate dedupe pg-load; do
		round=$((round + 1))
		etl-run -q slow -- bash slow 2>err &
		etl=$!
		exec 7>fifo
		group() { group=$(pgrep -P "$etl"); }
		until_there group
		stages() { (($(pgrep -c -g "$group" 'csv-read|validate|dedupe|pg-load') == 4)); }
		until_there stages
		kill -KILL "$(pgrep -x -g "$group" "$victim")"
		# Nobody may be left to read it.
		(trap '' PIPE && printf 'session_id,user_id,movie_id,timestamp\n%d,1,1,2026-11-01\n' "$round" >&7 2>/dev/null) || true
		exec 7>&-
		local status=0
		wait "$etl" || status=$?
		same 1 "$status"
		same "slow|1|SIGKILL|$victim|1|slow: $victim was killed by signal 9 (KILL)" "$(latest)"
	done
	same 0 "$(sql 'SELECT count(*) FROM watch_sessions')"
}

@test "any other command: its status, its last line, its signal, or that it can't be run" {
	away
	check() {
		local status=$1 wanted=$2
		shift 2
		rm -rf runs
		run -"$status" --separate-stderr etl-run -q c -- "$@"
		same "$wanted" "$(printf '%s|%s|%s' "$(journalled exit_status)" "$(journalled signal)" "$(journalled message)")"
	}
	check 1 '3|\N|two' sh -c 'echo one >&2; echo two >&2; exit 3'
	check 75 '75|\N|ended with status 75' sh -c 'exit 75'
	check 2 '2|\N|ended with status 2' sh -c 'exit 2'
	check 1 '139|SIGSEGV|the command was ended by SIGSEGV' sh -c 'kill -SEGV $$'
	check 1 "127|\\N|etl-run: can't run ./nonesuch: No such file or directory" ./nonesuch
	check 1 "127|\\N|etl-run: can't run ./: Permission denied" ./
	check 0 '0|\N|\N' true
}

@test "a message is cut, and nothing in it can forge a record or move a cursor" {
	away
	run -1 --separate-stderr etl-run -q c -- sh -c 'printf "a\t\033[31m\377b \303\251\\\\N\n" >&2; exit 1'
	same 'a??[31m?b é\\N' "$(journalled message)"
	rm -rf runs
	run -1 --separate-stderr etl-run -q c -- sh -c 'printf "%0600d\n" 7 >&2; exit 1'
	same 500 "$(journalled message | tr -d '\n' | wc -c)"
}

@test "the last twenty lines are shown, and all are kept" {
	away
	run -1 --separate-stderr etl-run -q c -- sh -c 'seq 1 1000 >&2; printf end >&2; exit 1'
	[[ ${stderr_lines[0]} == "etl-run: the last lines of $TMP/runs/etl-run/logs/c/"*'Z.log:' ]] || fail "$stderr"
	same "$(seq 982 1000; echo end)" "$(printf '%s\n' "${stderr_lines[@]:1:20}")"
	same 1001 "$(grep -c '' runs/etl-run/logs/c/*.log)"
	run -1 --separate-stderr etl-run -qv c -- sh -c 'echo first >&2; sleep 0.5; echo second >&2; exit 1'
	same "$(printf '%s\n' first second)" "$(printf '%s\n' "${stderr_lines[@]:0:2}")"
}

@test "only the last runs are kept" {
	away
	local i
	for i in 1 2 3 4 5; do
		etl-run -q --keep 2 c -- sh -c "echo $i >&2" 2>/dev/null
	done
	etl-run -q other -- true 2>/dev/null
	same "$(printf '%s\n' 4 5)" "$(cat runs/etl-run/logs/c/*.log)"
	same 6 "$(find runs/etl-run/journal -type f | wc -l)"
}

@test "a second run of a name is refused, by the process that has it; another name isn't" {
	away
	mkfifo fifo
	etl-run -q one -- sh -c 'read line <fifo' 2>/dev/null &
	local first=$!
	exec 7>fifo
	run -75 --separate-stderr etl-run one -- true
	same "etl-run: one is running already, by process $first" "$stderr"
	run -0 etl-run -q two -- true
	# What is left of a run keeps the name, too.
	kill -KILL "$first"
	wait "$first" || true
	run -75 --separate-stderr etl-run one -- true
	same "etl-run: one is running already: what process $first has left behind" "$stderr"
	echo >&7
	exec 7>&-
	until_there etl-run -q one -- true
}

@test "a run is in the log while it runs; one that was killed is found to be lost" {
	database a
	mkfifo fifo
	etl-run -q one -- sh -c 'echo said >&2; csv-read -q watch.csv | dedupe -q >/dev/null; read line <fifo' &
	local first=$!
	exec 7>fifo
	same 'one|||' "$(latest 'pipeline, finished_at, exit_status, message')"
	logged() { [[ -n $(cat runs/etl-run/logs/one/*.tsv | grep dedupe) ]]; }
	until_there logged
	kill -KILL "$first"
	wait "$first" || true
	exec 7>&-
	sleep 0.2
	run -0 --separate-stderr etl-run --on-failure 'echo "$REELPIPE_NAME $REELPIPE_STATUS $REELPIPE_MESSAGE" >told' one -- true
	[[ $stderr == "etl-run: one: an earlier run is lost; its messages are in $TMP/runs/etl-run/logs/one/"* ]] || fail "$stderr"
	same 'one 1 lost: etl-run was killed, or the machine stopped' "$(<told)"
	same "$(printf '%s\n' '1|t|lost: etl-run was killed, or the machine stopped' '0|t|')" \
		"$(sql 'SELECT exit_status, finished_at >= started_at, message FROM etl_log ORDER BY started_at')"
	# Its stages are known, and belong to it.
	same "$(printf '%s\n' 'csv-read|t' 'dedupe|t')" \
		"$(sql 'SELECT stage, run_started_at = (SELECT min(started_at) FROM etl_log) FROM etl_stage_log ORDER BY stage')"
	run -0 etl-run -q one -- true
	same 3 "$(sql 'SELECT count(*) FROM etl_log')"
}

@test "time is up: SIGTERM for all of the group, SIGKILL for who doesn't mind it" {
	away
	run -1 --separate-stderr etl-run --timeout 1s c -- sh -c 'sleep 100 & echo $! >pid; sleep 100'
	[[ $stderr == *'failed with status 143 after 1.'*' s, attempt 1 of 1: timed out: not done after 1 s'* ]] || fail "$stderr"
	same 'SIGTERM' "$(journalled signal)"
	! kill -0 "$(<pid)" 2>/dev/null || fail 'a process is left'
	rm -rf runs
	run -1 etl-run -q --timeout 1s --grace 1s c -- sh -c 'trap "" TERM; sh -c "while :; do sleep 1; done" & echo $! >pid; while :; do sleep 1; done'
	same '137 SIGKILL' "$(journalled exit_status) $(journalled signal)"
	! kill -0 "$(<pid)" 2>/dev/null || fail 'a process is left'
	# One that takes it for the signal to be done hasn't done its work.
	rm -rf runs
	run -1 etl-run -q --timeout 1s --retry 3 c -- sh -c 'trap "exit 0" TERM; while :; do sleep 0.1; done'
	same 1 "$(journalled exit_status)"
}

@test "signals go to the command, into the log, and end etl-run" {
	away
	local name number=0 wanted
	for name in TERM INT HUP; do
		rm -rf runs ready
		# What a shell starts in the background ignores SIGINT, so etl-run is started in another way. Its
		# command's own child ignores it all the same, and is killed.
		python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp("etl-run", ["etl-run", "-q", "--grace", "1s", "c", "--", "sh", "-c", "sleep 100 & echo $! >pid; touch ready; wait"])' 2>err &
		local etl=$! status=0
		until_there test -e ready
		kill -"$name" "$etl"
		wait "$etl" || status=$?
		number=$(kill -l "$name")
		same $((128 + number)) "$status"
		same "SIG$name told to end by SIG$name" "$(journalled signal) $(journalled message)"
		! kill -0 "$(<pid)" 2>/dev/null || fail 'a process is left'
	done
}

@test "75 is tried again, with waits that grow, and nothing else is" {
	away
	cat >flaky <<-'END'
		echo x >>tries
		echo "try $(grep -c '' tries)" >&2
		[ "$(grep -c '' tries)" -ge 3 ] || exit 75
	END
	run -0 --separate-stderr etl-run --retry 5 --retry-wait 1s c -- sh flaky
	same 'etl-run: c: attempt 1 of 6 ended with status 75; the next one is in 1.0 s
etl-run: c: attempt 2 of 6 ended with status 75; the next one is in 2.0 s' "$(printf '%s\n' "${stderr_lines[@]:0:2}")"
	same '0 3 \N' "$(journalled exit_status) $(journalled attempts) $(journalled message)"
	# What an attempt has read that failed isn't counted: it was loaded nowhere.
	rm -rf runs tries
	run -0 etl-run -q --retry 5 --retry-wait 1s c -- \
		sh -c 'csv-read -q --rejects /dev/null watch.csv | dedupe -q >clean && sh flaky && csv-write -q clean'
	same '8 6 1 1' "$(journalled records_read) $(journalled records_written) $(journalled records_rejected) $(journalled records_dropped)"
	rm -rf runs tries
	run -1 etl-run -q --retry 5 c -- sh -c 'echo x >>tries; exit 1'
	same x "$(<tries)"
	# A wait beyond the time there is isn't begun.
	rm -rf runs tries
	run -75 etl-run -q --timeout 5s --retry 5 --retry-wait 1m c -- sh -c 'echo x >>tries; exit 75'
	same '75 1' "$(journalled exit_status) $(journalled attempts)"
}

@test "--on-failure gets what is known, once, and not after success" {
	away
	local command='printf "%s\n" "$REELPIPE_NAME" "$REELPIPE_STATUS" "$REELPIPE_SIGNAL" "$REELPIPE_STAGE" "$REELPIPE_MESSAGE" "$REELPIPE_ATTEMPTS" "$(cat "$REELPIPE_LOG")" "${TMDB_TOKEN-none}" >>told'
	TMDB_TOKEN=secret run -1 etl-run -q --on-failure "$command" c -- sh -c 'echo "$TMDB_TOKEN" | wc -c; echo why not >&2; kill -9 $$'
	[[ $output == 7$'\n'* ]] || fail "$output"
	same "$(printf '%s\n' c 137 SIGKILL '' 'the command was ended by SIGKILL' 1 'why not' none)" "$(<told)"
	rm told
	run -0 etl-run -q --on-failure "$command" c -- true
	[[ ! -e told ]]
	run -1 --separate-stderr etl-run -q --on-failure 'exit 4' c -- false
	[[ $stderr == *'etl-run: c: the command of --on-failure ended with status 4'* ]] || fail "$stderr"
	[[ $(grep -rl secret runs) == '' ]]
}

@test "the database away: runs are kept, and go into the log by a later run of any name" {
	database a
	local host=$PGHOST
	PGHOST=$TMP run -0 --separate-stderr etl-run one -- csv-read -q --rejects /dev/null watch.csv
	[[ $stderr == *"pg-load: can't connect to PostgreSQL: "*"etl-run: 1 runs are kept in $TMP/runs/etl-run/journal until they can be loaded" ]] ||
		fail "$stderr"
	PGHOST=$TMP run -1 etl-run -q two -- false
	same 0 "$(sql 'SELECT count(*) FROM etl_log')"
	# A file that isn't whole stands in nobody's way, and isn't lost.
	tabs '#etl_run pipeline started_at attempts' 'bad 2026-01-01T00:00:00Z 1' >runs/etl-run/journal/bad@20260101T000000.000000Z.tsv
	run -0 --separate-stderr etl-run -q three -- true
	[[ $stderr == *'bad@20260101T000000.000000Z.tsv: the input is cut'*"etl-run: 1 runs are kept in "* ]] || fail "$stderr"
	same "$(printf '%s\n' 'one|0|1' 'two|1|0' 'three|0|0')" \
		"$(sql 'SELECT pipeline, exit_status, (SELECT count(*) FROM etl_stage_log AS s WHERE s.run_started_at = l.started_at)
			FROM etl_log AS l ORDER BY started_at')"
	rm runs/etl-run/journal/bad*
	run -0 --separate-stderr etl-run -q three -- true
	same '' "$stderr"
}

@test "many at once, under names of their own: all are in the log" {
	database a
	local i
	for i in 1 2 3 4 5 6; do
		etl-run -q "n$i" -- sh -c 'csv-read -q --rejects /dev/null watch.csv | dedupe -q | pg-load -q' &
	done
	wait
	same '6|6|6' "$(sql 'SELECT count(*), count(finished_at), count(*) FILTER (WHERE exit_status = 0) FROM etl_log')"
	same 18 "$(sql 'SELECT count(*) FROM etl_stage_log WHERE run_started_at IS NOT NULL')"
	same '' "$(find runs/etl-run/journal -type f)"
}

@test "conservation over the log: aggregates, helpers, parts that load nothing" {
	database a
	etl-run -q load -- "$ROOT/pipelines/load" watch watch.csv
	etl-run -q aggregate -- "$ROOT/pipelines/aggregate" --now 2026-11-17
	# 6 watches read and counted, and the rollups and lists that were made of them, read and loaded.
	same 'aggregate|t|t' "$(latest 'pipeline, records_read = records_written + records_rejected + records_dropped, records_read > 6 + inserted')"
	same '' "$(sql 'SELECT * FROM etl_log WHERE records_read <> records_written + records_rejected + records_dropped')"
	# A record that gets lost between two stages shows.
	run -0 etl-run -q leaky -- bash -c 'csv-read -q --rejects /dev/null watch.csv | sed "/^1001/d; s/^#end.*/#end\t6/" | dedupe -q | pg-load -q'
	same '7|6|1|1' "$(latest 'records_read - 1, records_written + 1, records_rejected, records_dropped')"
}

@test "statistics that can't be read are left out, and said to be" {
	away
	run -0 --separate-stderr etl-run c -- sh -c 'echo nonsense >>"$REELPIPE_STATS"'
	[[ $stderr == *'a record without a header'*'etl-run: c: the counts of the stages are left out of the log'* ]] || fail "$stderr"
	same '0 \N' "$(journalled exit_status) $(journalled records_read)"
}

@test "wrong usage" {
	check() {
		local wanted=$1
		shift
		run -2 --separate-stderr etl-run "$@"
		same "etl-run: $wanted" "${stderr_lines[0]}"
	}
	check 'under which name?'
	check 'which command?' a
	check 'which command?' a --
	check 'not a name of up to 64 letters, digits and ._-: "../x"' ../x -- true
	check 'not a name of up to 64 letters, digits and ._-: ""' '' -- true
	check 'not a name of up to 64 letters, digits and ._-: ".x"' .x -- true
	check "options go before the name, a command behind \`--': \"--retry\"" a --retry 2 -- true
	check '--timeout: no time at all: "0s"' --timeout 0s a -- true
	check '--timeout: not a length of time such as 7d or 12h: "1"' --timeout 1 a -- true
	check '--retry: not from 0 to 1000: "-1"' --retry -1 a -- true
	[[ ! -e runs ]]
	# Without `--', as env(1) has it; what follows is the command's.
	away
	run -0 --separate-stderr etl-run -q a printf '%s|' -v -- x
	same '-v|--|x|' "$output"
}

@test "a directory that can't be made or written" {
	away
	REELPIPE_RUNS=/dev/null/x run -1 --separate-stderr etl-run a -- true
	same "etl-run: /dev/null: can't make the directory: Not a directory" "$stderr" ||
		same "etl-run: /dev/null/x: can't make the directory: Not a directory" "$stderr"
	REELPIPE_RUNS='' HOME='' XDG_STATE_HOME='' run -1 --separate-stderr \
		bash -c '((EUID)) || set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; exec "$@"' bash "$(command -v etl-run)" a -- true
	[[ $stderr == 'etl-run: neither REELPIPE_RUNS nor HOME says where runs are kept' || $stderr == *'Permission denied'* ]] || fail "$stderr"
	# A relative one is meant from here, wherever the command goes.
	REELPIPE_RUNS=here run -0 etl-run -q a -- sh -c 'cd / && echo "$REELPIPE_RUNS"'
	same "$TMP/here" "${lines[0]}"
}

@test "standard input is the command's" {
	away
	run -0 --separate-stderr etl-run -q a -- cat <<<'a line'
	same 'a line' "$output"
	script -qec 'etl-run -q a -- cat; echo status $?' /dev/null >terminal </dev/null 2>&1
	grep -q 'status 0' terminal || fail "$(<terminal)"
}

@test "the merge of runs: one that has ended stays so, the last word counts, again changes nothing" {
	database a
	loaded() { pg-load --pipeline p "$@" 2>&1 | sed -n 's/^pg-load: etl_run: //p'; }
	rec '#etl_run pipeline started_at attempts' 'p 2026-11-15T10:00:00Z 1' >begun
	{
		rec '#etl_run pipeline started_at finished_at exit_status attempts records_read message' \
			'p 2026-11-15T10:00:00Z 2026-11-15T10:05:00Z 0 2 7 \N'
		rec '#etl_stage stage started_at seconds records_read records_written records_rejected records_dropped bytes_in bytes_out' \
			'csv-read 2026-11-15T10:00:01Z 1.5 7 7 0 0 10 10'
	} >ended
	same '1 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded begun)"
	same '0 inserted, 1 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded ended)"
	same '0 inserted, 0 updated, 1 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded ended)"
	same '0 inserted, 0 updated, 1 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(loaded begun)"
	same 'p|2026-11-15 10:05:00+00|0|2|7' "$(sql 'SELECT pipeline, finished_at, exit_status, attempts, records_read FROM etl_log')"
	same 'p|csv-read|2026-11-15 10:00:00+00|' "$(sql 'SELECT pipeline, stage, run_started_at, loaded_as FROM etl_stage_log')"
	# Stages that come without their run keep it; several runs, or one of another pipeline, say nothing about stages.
	sed '1,/^#end/d' ended | pg-load -q --pipeline p
	same 1 "$(sql 'SELECT count(*) FROM etl_stage_log WHERE run_started_at IS NOT NULL')"
	pg-load -q --pipeline other ended
	same 'other|' "$(sql "SELECT pipeline, run_started_at FROM etl_stage_log WHERE pipeline <> 'p'")"
	# Both in one stream, in the wrong order.
	rec '#etl_run pipeline started_at finished_at attempts' 'q 2026-11-15T10:00:00Z 2026-11-15T10:05:00Z 1' 'q 2026-11-15T10:00:00Z \N 1' >both
	same '1 inserted, 0 updated, 0 unchanged, 1 dropped, 0 rejected (0 conflicting), staged' "$(loaded both)"
	same 1 "$(sql "SELECT count(*) FROM etl_log WHERE pipeline = 'q' AND finished_at IS NOT NULL")"
	rec '#etl_run pipeline started_at attempts' '\N 2026-11-15T10:00:00Z 1' >none
	run -0 pg-load -q none
	[[ $output == *'missing-value: an etl_run record needs a pipeline'* ]] || fail "$output"
	# A role that only writes may do it; one that only reads may not.
	PGUSER=reelpipe_etl run -0 pg-load -q --pipeline p ended
	PGUSER=reelpipe_dash run -1 pg-load -q begun
}
