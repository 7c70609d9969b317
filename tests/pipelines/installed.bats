#!/usr/bin/env bats
# Pipelines as cron runs them: installed, with a PATH that doesn't hold the programs; two at once; interrupted.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	printf 'session_id,user_id,movie_id,timestamp,rating\n1,1,1,2026-11-01T23:30:00Z,\n2,1,1,yesterday,\n' >log.csv
}

teardown() {
	[[ ! -s $TMP/place ]] || rm -rf "$(<"$TMP/place")"
}

sql() {
	psql -XAtqc "$1"
}

@test "installed pipelines find the programs beside them" {
	database installed
	# What make install makes of the programs that are to be tested.
	mkdir -p usr/bin usr/share/reelpipe
	cp "${REELPIPE_BIN:-$ROOT/bin}"/{csv-read,mask,validate,dedupe,pg-load,pg-read} usr/bin
	cp -R "$ROOT/sql" "$ROOT/pipelines" usr/share/reelpipe
	run -0 env -u REELPIPE_BIN PATH=/usr/bin:/bin usr/share/reelpipe/pipelines/load watch log.csv
	same 1 "$(sql 'SELECT count(*) FROM watch_sessions')"
}

@test "an installed demo keeps its data with the user's state, not in the installed tree" {
	# Root's would be the machine's, which a test leaves alone; another user needs a way there.
	local place as=()
	place=$(mktemp -d /tmp/reelpipe-installed.XXXXXX)
	echo "$place" >place
	mkdir -p "$place"/usr/bin "$place"/usr/share/reelpipe "$place"/state/reelpipe
	cp -R "$ROOT/sql" "$ROOT/pipelines" "$place/usr/share/reelpipe"
	exec {lock}>"$place/state/reelpipe/demo.lock"
	flock "$lock"
	if ((EUID == 0)); then
		chmod -R a+rX "$place"
		chown -R 65534:65534 "$place"
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	cd "$place"
	# It gets no further than the lock.
	run -75 --separate-stderr "${as[@]}" env -u REELPIPE_BIN -u REELPIPE_VAR XDG_STATE_HOME="$place/state" \
		PATH=/usr/bin:/bin usr/share/reelpipe/pipelines/demo {lock}>&-
	same 'demo: another demo is running' "$stderr"
	[[ ! -e usr/share/reelpipe/var ]]
}

@test "two runs that keep their rejects in one directory: the second exits 75 and touches nothing" {
	database installed
	export REELPIPE_RUNS=$TMP/runs
	run -0 "$ROOT/pipelines/load" watch log.csv
	local before
	before=$(cat runs/load-watch/rejects/*.tsv)
	[[ $before == *bad-time* ]]
	exec {lock}>runs/load-watch.lock
	flock "$lock"
	run -75 --separate-stderr "$ROOT/pipelines/load" watch log.csv {lock}>&-
	same 'load-watch: another run has its directory' "$stderr"
	same "$before" "$(cat runs/load-watch/rejects/*.tsv)"
	exec {lock}>&-
	run -0 "$ROOT/pipelines/load" watch log.csv
}

@test "an aggregate's days are the business's" {
	database installed
	"$ROOT/pipelines/load" watch log.csv 2>/dev/null
	sql "UPDATE settings SET business_tz = 'Europe/Berlin'"
	# 23:30 UTC of the 1st is the 2nd in Berlin.
	"$ROOT/pipelines/aggregate" --all --now 2026-11-01T23:30:00Z 2>err || fail "$(cat err)"
	same '2026-11-02 1' "$(sql "SELECT as_of || ' ' || views FROM trending WHERE \"by\" = 'movie' AND window_days = 28")"
	same '2026-11-02 0' "$(sql "SELECT day || ' ' || hour FROM hour_daily")"
}

@test "interrupted: 130, nothing loaded, nothing left behind" {
	database installed
	mkdir tmp
	mkfifo log.fifo
	# Background jobs of a shell ignore SIGINT, which a terminal's don't.
	# shellcheck disable=SC2016 # perl's
	TMPDIR=$TMP/tmp setsid perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
		"$ROOT/pipelines/load" watch log.fifo >out 2>err 3>&- &
	local pid=$! status=0 tries=0
	exec 7>log.fifo
	cat log.csv >&7
	until [[ -n $(pgrep -g "$pid" -x pg-load) && -n $(pgrep -g "$pid" -x csv-read) ]]; do
		((tries++ < 100)) || fail 'the stages are not there'
		sleep 0.05
	done
	kill -INT -- "-$pid"
	wait "$pid" || status=$?
	exec 7>&-
	same 130 "$status"
	same '' "$(ls tmp)"
	same 0 "$(sql 'SELECT count(*) FROM watch_sessions')"
}
