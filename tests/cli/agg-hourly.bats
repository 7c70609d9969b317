#!/usr/bin/env bats
# agg-hourly: at what hours people watch. The big cases are held against tests/cli/rollup_model.py,
# which counts with sets.

setup() {
	load helper
}

W='#watch user_id watch_timestamp'

# table ROW…: `hourly` with the hours in ROW ("hour views viewers") and none in the others.
table() {
	tabs '#hourly hour views viewers'
	local hour
	for hour in {0..23}; do
		printf '%s\n' "$@" | awk -v hour="$hour" 'BEGIN { OFS = "\t" } $1 == hour { print $1, $2, $3; n++ }
			END { if (!n) print hour, 0, 0 }'
	done
	tabs '#end 24'
}

@test "views and viewers of each hour of the day and of the week" {
	rec "$W" '7 2026-11-15T00:00:00Z' '7 2026-11-14T00:59:59.999999Z' '8 2026-11-14T00:30:00Z' '\N 2026-11-09T23:00:00Z' \
		'7 2026-11-08T00:00:00Z' '9 1969-12-31T23:59:59Z' >in
	run -0 --separate-stderr agg-hourly --now 2026-11-15 in
	same "$(table '0 4 2' '23 2 1')" "$(sed '/^#end/q' <<<"$output")"
	same "$(tabs '#weekday_hourly weekday hour views viewers' '1 23 1 0' '3 23 1 1' '6 0 2 2' '7 0 2 1' '#end 168')" \
		"$(sed '1,/^#end/d' <<<"$output" | awk '/^#/ || $3')"
	same 194 "$(wc -l <<<"$output" | tr -d ' ' | awk '{ print $1 - 2 }')"
	[[ $stderr == 'agg-hourly: read 6 = counted 6 + rejected 0 + dropped 0, '* ]]
	same "$(table '0 1 1')" "$(agg-hourly -q --by hour --window 1d --now 2026-11-15T00:00:00Z in)"
	agg-hourly -q --by hour-weekday,hour --now 2026-11-15 in >both
	same '#weekday_hourly #hourly' "$(grep '^#[wh]' both | cut -f1 | paste -sd' ')"
	run -0 --separate-stderr validate -q both
	same "$(<both)" "$output"
}

@test "the window, the zone, hours that a clock shows twice or not at all" {
	rec "$W" '1 2026-11-14T18:29:59Z' '2 2026-11-14T18:30:00Z' '3 2026-11-15T18:29:59Z' '4 2026-11-15T18:30:00Z' >in
	run -0 --separate-stderr agg-hourly --by hour --window 1d --tz Asia/Kolkata --now '2026-11-15 12:00' in
	same "$(table '0 1 1' '23 1 1')" "$output"
	[[ $stderr == 'agg-hourly: read 4 = counted 2 + rejected 0 + dropped 2, '* ]]
	same "$(table '0 1 1' '23 2 2')" "$(agg-hourly -q --by hour --tz Asia/Kolkata --now '2026-11-15 12:00' in)"
	rec "$W" '1 2026-10-25T00:30:00Z' '1 2026-10-25T01:30:00Z' '1 2026-10-25T02:30:00Z' '1 2026-03-29T00:30:00Z' '1 2026-03-29T01:30:00Z' >in
	same "$(table '1 1 1' '2 2 1' '3 2 1')" "$(agg-hourly -q --by hour --tz Europe/Berlin --now 2026-11-15 in)"
}

@test "records without a time are rejects" {
	rec "$W _origin" '1 \N a.csv:2' '1 2026-11-15T00:00:00Z a.csv:3' >in
	run -0 --separate-stderr agg-hourly --by hour --now 2026-11-15 --rejects r in
	same "$(table '0 1 1')" "$output"
	[[ $stderr == 'agg-hourly: read 2 = counted 1 + rejected 1 + dropped 0, '* ]]
	same 'agg-hourly	missing-value	a.csv:2	watch_timestamp: missing' "$(grep -v '^#' r | cut -f1-4)"
	run -1 --separate-stderr agg-hourly -q --now 2026-11-15 --max-rejects 0 in
	[[ $output == '' && $stderr == *'agg-hourly: more than 0 rejects' ]]
}

@test "marks are consumed; --pass-marks passes the last of each source on, behind all records" {
	tabs "$W" '#mark file:b 1' '1 2026-11-15T00:00:00Z' '#mark file:a 5:x' '#mark file:b 2' '#end 1' >in
	same "$(table '0 1 1')" "$(agg-hourly -q --by hour --now 2026-11-15 <in)"
	same "$(table '0 1 1' | sed $'$i #mark\tfile:b\t2\\n#mark\tfile:a\t5:x')" \
		"$(agg-hourly -q --by hour --pass-marks --now 2026-11-15 <in)"
	same 2 "$(agg-hourly -q --pass-marks --now 2026-11-15 <in | sed '1,/^#end/d' | grep -c '^#mark')"
}

@test "no records give hours without views" {
	same "$(table)" "$(rec "$W" | agg-hourly -q --by hour)"
}

@test "what can't be counted ends the program" {
	run -1 --separate-stderr agg-hourly -q <<<'#movie	movie_id'
	[[ $stderr == *":1: can't count records of type \"movie\", only watch" && $output == '' ]]
	rec '#watch watch_timestamp' >in
	run -1 --separate-stderr agg-hourly -q in
	[[ $stderr == *user_id* && $output == '' ]]
	rec "$W" '1 now' >in
	run -1 --separate-stderr agg-hourly -q in
	same 'agg-hourly: in:2: watch_timestamp: not a time: "now"' "$stderr"
	rec "$W" '1.5 2026-11-15T00:00:00Z' >in
	run -1 --separate-stderr agg-hourly -q --now 2026-11-15 in
	same 'agg-hourly: in:2: user_id: not an integer: "1.5"' "$stderr"
	rec_open "$W" '1 2026-11-15T00:00:00Z' >in
	run -1 --separate-stderr agg-hourly -q --now 2026-11-15 in
	same '' "$output"
	same "$(table '0 1 1')" "$(agg-hourly -q --partial --by hour --now 2026-11-15 in)"
	run -1 --separate-stderr bash -c 'agg-hourly -q --partial in >/dev/full'
	same "agg-hourly: stdout: can't write: No space left on device" "$stderr"
}

@test "wrong usage" {
	local arguments message
	while IFS='|' read -r arguments message; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr agg-hourly $arguments </dev/null
		same "agg-hourly: $message" "${stderr_lines[0]}"
	done <<-'END'
		--by movie|--by: unknown: "movie"
		--by hour,hour|--by: twice: "hour"
		--window 36h|--window: not a number of whole days from 1 to 36525: "36h"
		--tz Europe/Atlantis|not a time zone of this system's tzdata: "Europe/Atlantis"
		--now 03/04/2020|--now: an ambiguous date (day/month or month/day?): "03/04/2020"
	END
}

@test "as the model, in many zones, with any memory" {
	local zone as_of first days memory
	while read -r zone as_of first; do
		"$ROOT/tests/cli/trending_model.py" generate 5 3000 "$first" 24 >in
		for days in 0 7; do
			"$ROOT/tests/cli/rollup_model.py" hourly hour,hour-weekday "$days" "$as_of" "$zone" <in >wanted
			local options=(-q --now "$as_of" --tz "$zone" --rejects rejects)
			((days == 0)) || options+=(--window "${days}d")
			for memory in 16k 1G; do
				agg-hourly "${options[@]}" --memory "$memory" in >out
				same_file wanted out
			done
		done
		(($(awk '$3 > 0' wanted | wc -l) > 100))
	done <<-'END'
		UTC 2026-11-15 2026-10-25
		Europe/Berlin 2026-10-27 2026-10-10
		Europe/Berlin 2026-04-02 2026-03-15
		Asia/Kolkata 2026-11-15 2026-10-25
	END
}

@test "viewers that don't fit into memory go to TMPDIR, with the same result" {
	mawk 'BEGIN { srand(3); print "#watch\tuser_id\twatch_timestamp"
		for (i = 0; i < 40000; i++)
			printf "%d\t2026-11-%02dT%02d:00:00Z\n", rand() * 9000, 2 + rand() * 14, rand() * 24
		print "#end\t40000" }' >in
	agg-hourly -q --now 2026-11-15 in >wanted
	agg-hourly -q --now 2026-11-15 --memory 16k in >out
	same_file wanted out
	run -1 --separate-stderr env TMPDIR="$TMP/nowhere" agg-hourly -q --now 2026-11-15 --memory 16k in
	same "agg-hourly: $TMP/nowhere: can't make a file for what is held back: No such file or directory" "$stderr"
	# The figures themselves, from sort and uniq.
	grep -v '^#' in | mawk '{ print substr($2, 12, 2) + 0 "\t" $1 }' | sort -u | cut -f1 | sort -n | uniq -c |
		mawk '{ print $2 "\t" $1 }' >wanted
	agg-hourly -q --by hour --now 2026-11-15 --memory 16k in | grep -v '^#' | cut -f1,3 >out
	same_file wanted out
}
