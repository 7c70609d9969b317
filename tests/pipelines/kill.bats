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
# then. $killed is its name, or nothing when none was.
kill_stage() {
	local seconds=$1 pid victims=() victim
	shift
	killed=
	setsid "$@" >"$TMP/out" 2>"$TMP/err" 3>&- &
	pid=$!
	sleep "$seconds"
	mapfile -t victims < <(pgrep -l -g "$pid" | grep -E " ($stages)\$")
	if ((${#victims[@]})); then
		victim=${victims[RANDOM % ${#victims[@]}]}
		! kill -KILL "${victim%% *}" 2>/dev/null || killed=${victim#* }
	fi
	wait "$pid" || true
	[[ -z $killed ]] || printf '%s\n' "$killed" >>"$TMP/killed"
}

# Every stage had its turn, and as often as was wanted in all.
check_kills() {
	sort "$TMP/killed" | uniq -c | sed 's/^ */# killed /' >&3
	(($(wc -l <"$TMP/killed") >= kills)) || fail "only $(wc -l <"$TMP/killed") kills of $kills"
	[[ -z ${REELPIPE_FULL-} ]] || (($(sort -u "$TMP/killed" | wc -l) == 4))
}

enough() {
	[[ -f $TMP/killed ]] && (($(wc -l <"$TMP/killed") >= kills))
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

@test "trending: any stage killed at any moment leaves all or nothing, and a re-run completes it" {
	database kill
	local round day by found wanted stages='pg-read|lookup|agg-trending|pg-load'
	log 0
	"$ROOT/pipelines/load" --now 2026-11-22 watch "$TMP"/0-*.csv 2>"$TMP/err" || fail "$(cat "$TMP/err")"
	psql -Xqc "update movies set title = 'Film ' || movie_id, placeholder = false;
		insert into movie_genres (movie_id, position, genre)
		select movie_id, 1, case when movie_id % 2 = 0 then 'Drama' else 'Comedy' end from movies"
	milliseconds "$ROOT/pipelines/trending" --days 30 --now 2026-11-20T12:00:00Z
	for ((round = 1; round <= 10 * kills; round++)); do
		# A list of its own for each round: another day, or another window.
		day=$(date -u -d "2026-11-20 + $((round % 10)) days" +%F)
		days=$((30 + round / 10))
		kill_stage "$(random_moment "$took")" "$ROOT/pipelines/trending" --days "$days" --now "${day}T12:00:00Z"
		for by in movie genre; do
			# What the list should hold, counted from the watches themselves.
			wanted=$(count "select count(distinct $([[ $by == movie ]] && echo movie_id || echo genre))
				from watch_sessions join movie_genres using (movie_id)
				where watch_timestamp >= date '$day' - $((days - 1)) and watch_timestamp < date '$day' + 1")
			found=$(count "select count(*) from trending where as_of = '$day' and window_days = $days and \"by\" = '$by'")
			((found == 0 || found == wanted)) ||
				fail "$day by $by, killed: $killed: $found rows of $wanted" "$(cat "$TMP/err")"
		done
		"$ROOT/pipelines/trending" --days "$days" --now "${day}T12:00:00Z" 2>"$TMP/err" || fail "$(cat "$TMP/err")"
		found=$(count "select count(*) from trending where as_of = '$day' and window_days = $days and \"by\" = 'genre'")
		((found == wanted)) || fail "$day by genre after the re-run: $found rows of $wanted"
		! enough || break
	done
	check_kills
}
