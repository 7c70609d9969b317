#!/usr/bin/env bats
# watch-hourly: logs that grow, move, are rotated and compressed, into the table hour by hour; and --follow.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	# What a killed pipeline leaves behind goes with the test.
	export TMPDIR=$TMP
	RANDOM=20261115
	logs=$TMP/logs
	mkdir "$logs"
	header=session_id,user_id,movie_id,watch_timestamp,rating
	follower=
}

teardown() {
	[[ -z $follower ]] || kill -KILL "$follower" 2>/dev/null || true
}

hourly() {
	"$ROOT/pipelines/watch-hourly" --now 2026-11-16 "$@" 2>err
}

query() {
	psql -XAtqc "$1"
}

rows() {
	local file=$1 first=$2 last=$3
	[[ -e $file ]] || printf '%s\n' "$header" >"$file"
	seq "$first" "$last" | awk '{ printf "%d,%d,603,2026-11-15T%02d:04:33Z,5\n", $1, 1 + $1 % 50, $1 % 24 }' >>"$file"
}

# What the tables say, and which load brought or moved it last.
contents() {
	query 'SELECT * FROM watch_sessions ORDER BY 1'
	query 'SELECT * FROM etl_bookmark ORDER BY 1, 2'
	query 'SELECT * FROM dirty_day ORDER BY 1'
	query 'SELECT * FROM movie_daily ORDER BY 1, 2'
	query 'SELECT stage, rule, origin, reason, load_id FROM etl_reject ORDER BY 1, 2, 3, 4'
}

# read_rows: how many records csv-read read in the last run.
read_rows() {
	sed -nE 's/^csv-read: read ([0-9]+) =.*/\1/p' err | head -n 1
}

@test "the first run loads all, the second changes nothing, the third loads what is new" {
	database hourly
	rows "$logs/a.csv" 1 100
	printf '101,7,603,yesterday,5\n' >>"$logs/a.csv"
	rows "$logs/b.csv" 102 200
	# Had they only just been changed, the second run would note that they stay as they are.
	touch -d '1 minute ago' "$logs"/*
	hourly "$logs" || fail "$(cat err)"
	same 199 "$(query 'SELECT count(*) FROM watch_sessions')"
	same "csv-read|bad-time|$logs/a.csv:102" "$(query 'SELECT stage, rule, origin FROM etl_reject')"
	same 2 "$(query "SELECT count(*) FROM etl_bookmark WHERE pipeline = 'watch-hourly'")"
	contents >first
	hourly "$logs" || fail "$(cat err)"
	same 0 "$(read_rows)"
	contents >second
	same_file first second
	mv "$logs/a.csv" "$logs/a.csv.1"
	rows "$logs/a.csv" 201 210
	gzip "$logs/b.csv"
	rows "$logs/a.csv.1" 211 211
	printf '212,7,603,never,5\n213,7,' >>"$logs/a.csv.1"
	hourly "$logs/" || fail "$(cat err)"
	same 12 "$(read_rows)"
	same 210 "$(query 'SELECT count(*) FROM watch_sessions')"
	same "$logs/a.csv.1:104" "$(query "SELECT origin FROM etl_reject WHERE reason ~ 'never'")"
	# An hour later the line is whole; a day later it would be taken as it is.
	printf '603,2026-11-15,4\n214,7,603,2026-11-15,' >>"$logs/a.csv.1"
	hourly "$logs" || fail "$(cat err)"
	same 211 "$(query 'SELECT count(*) FROM watch_sessions')"
	touch -d '3 days ago' "$logs/a.csv.1"
	hourly --settle 2d "$logs" || fail "$(cat err)"
	same 212 "$(query 'SELECT count(*) FROM watch_sessions')"
	# The rollups have it all.
	same '212|0' "$(query 'SELECT sum(views), (SELECT count(*) FROM dirty_day) FROM movie_daily')"
}

@test "days of outage are caught up with, whatever was rotated and compressed meanwhile" {
	database hourly
	local sim=$TMP/sim file n=0
	sim-watch -q --out "$sim" --days 5 --per-day 2000 --movies 200 --dirty 3 --now 2026-11-16T00:00:00Z \
		--kinds "$(sim-watch --kinds list | awk '!/^#/ { print $1 }' | grep -vxE 'unterminated-quote|no-last-newline' | paste -sd,)" ||
		fail 'no logs'
	for file in "$sim"/logs/*.csv; do
		# A day is loaded hour by hour, then nothing for three, then all.
		cp -p "$file" "$logs"
		n=$((n + 1))
		if ((n < 24 && n % 4 == 0)); then
			hourly "$logs" || fail "$(cat err)"
		fi
		if ((n % 9 == 0)); then
			gzip "$logs/${file##*/}"
		elif ((n % 5 == 0)); then
			mv "$logs/${file##*/}" "$logs/${file##*/}.1"
		fi
	done
	hourly "$logs" || fail "$(cat err)"
	query 'SELECT session_id, user_id, movie_id, watch_timestamp, rating FROM watch_sessions ORDER BY 1' >bit_by_bit
	hourly "$logs" || fail "$(cat err)"
	same 0 "$(read_rows)"
	database whole
	"$ROOT/pipelines/load" --now 2026-11-16 watch "$sim"/logs/*.csv 2>err || fail "$(cat err)"
	query 'SELECT session_id, user_id, movie_id, watch_timestamp, rating FROM watch_sessions ORDER BY 1' >whole
	same_file whole bit_by_bit
	(($(wc -l <whole) > 9000))
}

@test "of a rotated log, the oldest part is read first: of watches that contradict each other, the first one stays" {
	database hourly
	# Each part has a film of its own for the session that it shares with the next one, in the order of their writing.
	local part film=0 parts=(app.csv-20261114 app.csv-20261115.gz app.csv.10.gz app.csv.2.gz app.csv.1 app.csv.gz app.csv)
	for part in "${parts[@]}"; do
		film=$((film + 1))
		printf '%s\n' "$header" "$film,1,$film,2026-11-15T10:00:00Z,5" "$((film + 1)),1,$film,2026-11-15T11:00:00Z,5" >"$logs/${part%.gz}.new"
		[[ $part != *.gz ]] || gzip "$logs/${part%.gz}.new"
		mv "$logs/${part%.gz}.new"* "$logs/$part"
		touch -d '1 minute ago' "$logs/$part"
	done
	# Tabs and spaces in a name are no fields.
	printf '%s\n' "$header" '100,1,1,2026-11-15T10:00:00Z,5' >"$logs/a	b c.csv.1"
	printf '%s\n' "$header" '100,1,2,2026-11-15T10:00:00Z,5' >"$logs/a	b c.csv"
	hourly "$logs" || fail "$(cat err)"
	same "1 1
2 1
3 2
4 3
5 4
6 5
7 6
8 7
100 1" "$(psql -XAtqF ' ' -c 'SELECT session_id, movie_id FROM watch_sessions ORDER BY 1')"
	same 7 "$(query "SELECT count(*) FROM etl_reject WHERE rule = 'key-conflict'")"
}

@test "killed at any moment: the next run goes on where the table stands" {
	database hourly
	local round rounds=8 pid victims killed=0 last=0
	[[ -z ${REELPIPE_FULL-} ]] || rounds=60
	[[ -z ${REELPIPE_TEST_QUICK-} ]] || rounds=3
	for ((round = 1; round <= rounds; round++)); do
		rows "$logs/$((round % 3)).csv" $((last + 1)) $((last + 20000))
		last=$((last + 20000))
		setsid "$ROOT/pipelines/watch-hourly" --now 2026-11-16 "$logs" >out 2>err 3>&- &
		pid=$!
		sleep "0.$((RANDOM % 40 + 10))"
		mapfile -t victims < <(pgrep -g "$pid")
		if ((round % 2)); then
			# One of the stages, or the script itself.
			((${#victims[@]} == 0)) || kill -KILL "${victims[RANDOM % ${#victims[@]}]}" 2>/dev/null || true
		else
			kill -KILL -- "-$pid" 2>/dev/null || true
		fi
		wait "$pid" || killed=$((killed + 1))
		((round % 4)) || mv "$logs/0.csv" "$logs/0.csv.$round"
		# What the killed script has left running must be done first.
		while pgrep -g "$pid" >/dev/null; do
			sleep 0.05
		done
		hourly "$logs" || fail "round $round: $(cat err)"
		same "$last|$last" "$(query 'SELECT count(*), max(session_id) FROM watch_sessions')"
		hourly "$logs" || fail "$(cat err)"
		same 0 "$(read_rows)"
	done
	echo "# $killed of $rounds were killed" >&3
	((killed > 0))
}

@test "two at once: the second is refused with status 75; another directory is another matter" {
	database hourly
	rows "$logs/a.csv" 1 10
	exec {lock}<"$logs"
	flock -n "$lock"
	run -75 --separate-stderr "$ROOT/pipelines/watch-hourly" "$TMP/../${TMP##*/}/logs" {lock}<&-
	same "watch-hourly: $logs: another run is reading these logs" "$stderr"
	run -75 "$ROOT/pipelines/watch-hourly" "$logs/a.csv" {lock}<&-
	mkdir other
	rows other/a.csv 11 12
	hourly other || fail "$(cat err)"
	exec {lock}<&-
	hourly "$logs" "$logs/a.csv" other || fail "$(cat err)"
	same 12 "$(query 'SELECT count(*) FROM watch_sessions')"

	# Really two, many times.
	local n first second
	for ((n = 0; n < 3; n++)); do
		rows "$logs/a.csv" $((100 + n * 1000)) $((1099 + n * 1000))
		first=0 second=0
		"$ROOT/pipelines/watch-hourly" --now 2026-11-16 "$logs" 2>err1 3>&- &
		"$ROOT/pipelines/watch-hourly" --now 2026-11-16 "$logs" 2>err2 3>&- || second=$?
		wait $! || first=$?
		((first + second == 75 || first + second == 0)) || fail "$first $second" "$(cat err1 err2)"
	done
	same 3012 "$(query 'SELECT count(*) FROM watch_sessions')"
}

@test "a bad file: the others are loaded, the run fails and names it, and once mended it is loaded" {
	database hourly
	rows "$logs/a.csv" 1 10
	printf 'x,y\n1,2\n' >"$logs/b.csv"
	rows "$logs/c.csv" 11 20
	local status=0
	hourly "$logs" || status=$?
	same 1 "$status"
	same "watch-hourly: not read: $logs/b.csv:1: no column for session_id" "$(tail -n 1 err | cut -d'(' -f 1 | sed 's/ $//')"
	same 20 "$(query 'SELECT count(*) FROM watch_sessions')"
	same bad-file "$(query 'SELECT rule FROM etl_reject')"
	rm "$logs/b.csv"
	rows "$logs/b.csv" 21 30
	hourly "$logs" || fail "$(cat err)"
	same 30 "$(query 'SELECT count(*) FROM watch_sessions')"
}

@test "no logs, wrong usage, no database" {
	run -0 "$ROOT/pipelines/watch-hourly" --help
	[[ $output == 'usage: watch-hourly '* ]]
	run -2 "$ROOT/pipelines/watch-hourly"
	same "$(printf '%s\n' 'watch-hourly: no directory or file named, and REELPIPE_LOGS is none' "watch-hourly: Try 'watch-hourly --help'.")" "$output"
	run -2 "$ROOT/pipelines/watch-hourly" --wrong "$logs"
	run -2 "$ROOT/pipelines/watch-hourly" "$logs" --settle
	run -1 "$ROOT/pipelines/watch-hourly" "$TMP/missing/x.csv"
	same "watch-hourly: $TMP/missing: no such directory" "$output"
	rows "$logs/a.csv" 1 1
	PGHOST=$TMP run -75 "$ROOT/pipelines/watch-hourly" "$logs"
	rm "$logs/a.csv"
	database hourly
	hourly "$logs" || fail "$(cat err)"
	same "watch-hourly: no logs yet: $logs" "$(head -n 1 err)"
}

# follow: a pipeline that loads a log as it is written. $follower is csv-read.
follow() {
	pg-read -q bookmarks --param pipeline=live >marks
	csv-read -q --follow --resume marks --rejects rejects log.csv log.csv.1 2>follow.err 3>&- \
		> >(
			set +e
			validate -q --now 2026-11-16 2>validate.err 3>&- |
				pg-load --batch 5000 --expect watch+ --pipeline live 2>load.err 3>&-
			echo "${PIPESTATUS[*]}" >statuses
		) &
	follower=$!
	follows "$follower"
}

# end_follow SIGNAL STATUSES: what csv-read, validate and pg-load end with.
end_follow() {
	local status=0 n
	kill "-$1" "$follower"
	wait "$follower" || status=$?
	follower=
	for ((n = 0; n < 200; n++)); do
		[[ ! -s statuses ]] || break
		sleep 0.05
	done
	same "$2" "$status $(cat statuses)"
	rm statuses
}

unfollow() {
	end_follow TERM '0 0 0'
}

until_count() {
	local n
	for ((n = 0; n < 100; n++)); do
		[[ $(query 'SELECT count(*) FROM watch_sessions') != "$1" ]] || return 0
		sleep 0.05
	done
	same "$1" "$(query 'SELECT count(*) FROM watch_sessions')"
}

@test "--follow and --batch: in the table at once, bookmarks with it; ended and begun again nothing is missing" {
	database follow
	rows log.csv 1 10
	follow
	until_count 10
	rows log.csv 11 20
	until_count 20
	same 20 "$(query "SELECT split_part(state, ':', 3)::int - 2 FROM etl_bookmark WHERE source = 'file:log.csv'")"
	unfollow
	rows log.csv 21 30
	mv log.csv log.csv.1
	rows log.csv 31 40
	follow
	until_count 40
	# Killed with rows in the pipe.
	rows log.csv 41 3000
	end_follow KILL '137 1 1'
	mv log.csv log.csv.1
	rows log.csv 3001 3010
	follow
	until_count 3010
	unfollow
	follow
	unfollow
	same 'pg-load: watch: 0 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected (0 conflicting), staged' "$(head -n 1 load.err)"
}

@test "--follow: 99 % of the rows are in the table within 2 s of their writing" {
	database follow
	local seconds=3 took
	[[ -z ${REELPIPE_FULL-} ]] || seconds=60
	printf '%s\n' "$header" >log.csv
	follow
	took=$(python3 "$ROOT/tests/pipelines/follow_latency.py" log.csv 1000 "$seconds") || fail "$(cat follow.err load.err)"
	unfollow
	echo "# 1,000 rows/s: half within ${took%% *} s, 99 % within $(cut -d' ' -f 2 <<<"$took") s" >&3
	same $((seconds * 1000)) "$(query 'SELECT count(*) FROM watch_sessions')"
	awk '{ exit !($2 <= 2) }' <<<"$took" || fail "$took"
}
