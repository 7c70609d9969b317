#!/usr/bin/env bats
# The benchmarks run: every job gives a row for reelpipe and one for each tool that is there, and the picture is drawn.
# Full runs alone: the other tools take a while to install.

setup() {
	load helper
	[[ -n ${REELPIPE_FULL-} ]] || skip 'full runs only'
}

@test "make bench: each job does its work, by each tool" {
	BENCH_ROWS=3000 ROUNDS=1 run -0 --separate-stderr "$ROOT/tests/bench/run"
	local job tool
	# shellcheck source=../bench/jobs.bash
	. "$ROOT/tests/bench/jobs.bash"
	for job in "${jobs[@]}"; do
		for tool in ${tools[$job]}; do
			[[ $stderr == *"$tool is not on PATH"* ]] || grep -q "^| $job | $tool | [0-9.]* | [1-9]" <<<"$output" || fail "$job $tool"
		done
	done
	[[ $stderr != *'reelpipe is not on PATH'* && $stderr != *'psql is not on PATH'* ]]
}

@test "make bench: what indexes cost" {
	BENCH_ROWS=3000 ROUNDS=1 run -0 --separate-stderr "$ROOT/tests/bench/indexes"
	same 7 "${#lines[@]}"
	[[ ${lines[3]} == '| watch_sessions_watch_timestamp_idx | For pg-read watch: '* ]]
}

@test "make bench-plot: the cost of each filter as a picture" {
	SIZES='1000 3000' ROUNDS=1 run -0 --separate-stderr "$ROOT/tests/bench/plot"
	same 3 "${#lines[@]}"
	[[ ${lines[0]} == $'records\tcsv-read\tcsv-write\tvalidate\tdedupe\tlookup\tagg-trending' ]]
	grep -q '</svg>' "$ROOT/build/bench/filters.svg"
	grep -q 'nanoseconds a record' "$ROOT/build/bench/filters.svg"
}
