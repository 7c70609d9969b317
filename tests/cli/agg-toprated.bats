#!/usr/bin/env bats
# agg-toprated: ranks films by their ratings. The big cases are held against tests/cli/rollup_model.py,
# which counts with dictionaries and exact fractions.

setup() {
	load helper
	header='#top_rated scored_by as_of window_days min_votes rank movie_id views rated_views weighted bayes mean'
}

W='#watch movie_id watch_timestamp rating'

# places FILE OPTION…: the films in the order of their places.
places() {
	agg-toprated -q --now 2026-11-15 "${@:2}" "$1" | grep -v '^#' | cut -f6 | paste -sd' '
}

@test "the mean, and the estimate that doesn't let one 10 win" {
	rec "$W" '1 2026-11-15T00:00:00Z 10' '2 2026-11-15T00:00:00Z 9' '2 2026-11-14T00:00:00Z 8.5' '2 2026-11-13T00:00:00Z 9.5' \
		'2 2026-11-13T00:00:00Z \N' '3 2026-11-15T00:00:00Z \N' '4 2026-11-15T00:00:00Z 0' '2 2026-11-16T00:00:00Z 0' >in
	# C is 37/5; (10 + 2C)/3, (27 + 2C)/5, 2C/3.
	run -0 --separate-stderr agg-toprated --now 2026-11-15T01:00:00Z --min-votes 2 in
	same "$(rec "$header" 'bayes 2026-11-15 0 2 1 2 4 3 9 8.36 7.4' 'bayes 2026-11-15 0 2 2 1 1 1 10 8.2667 7.4' \
		'bayes 2026-11-15 0 2 3 4 1 1 0 4.9333 7.4')" "$output"
	[[ $stderr == 'agg-toprated: read 8 = counted 7 + rejected 0 + dropped 1, '* ]]
	same "$(rec "$header" 'weighted 2026-11-15 2 25 1 1 1 1 10 6.9952 6.875' 'weighted 2026-11-15 2 25 2 2 2 2 8.75 7.0139 6.875')" \
		"$(agg-toprated -q --now 2026-11-15 --window 2d --score weighted --top 2 in)"
	same '1 2 4' "$(places in --min-votes 0)"
	same '10 9 0' "$(agg-toprated -q --now 2026-11-15 --min-votes 0 in | grep -v '^#' | cut -f10 | paste -sd' ')"
}

@test "results are rounded half up to 4 places, before they are compared" {
	# 8 ratings with a sum of 0.001 * n: steps of 0.000125.
	mawk 'BEGIN { print "#movie_daily\tday\tmovie_id\tviews\trated_views\trating_sum"
		for (i = 1; i < 9; i++) printf "2026-11-15\t%d\t%d\t8\t%s\n", i, 100 - i, 8 + i / 1000
		print "#end\t8" }' >in
	same '1.001 1.0009 1.0008 1.0006 1.0005 1.0004 1.0003 1.0001' \
		"$(agg-toprated -q --now 2026-11-15 --score weighted in | grep -v '^#' | cut -f9 | paste -sd' ')"
	# 1.00005 and 1.0001 are one score.
	rec '#movie_daily day movie_id views rated_views rating_sum' '2026-11-15 1 40 20 20.001' '2026-11-15 2 50 10 10.001' \
		'2026-11-15 3 50 20 20.002' >in
	same '3 1 2' "$(places in --score weighted)"
	same '1.0001 1.0001 1.0001' "$(agg-toprated -q --now 2026-11-15 --score weighted in | grep -v '^#' | cut -f9 | paste -sd' ')"
}

@test "ties: score, then rated views, then views, then the film" {
	rec '#movie_daily day movie_id views rated_views rating_sum' '2026-11-15 10 9 2 10' '2026-11-15 9 9 2 10' '2026-11-15 -7 9 2 10' \
		'2026-11-15 11 10 2 10' '2026-11-15 12 9 3 15' '2026-11-15 1 3 1 5' >in
	same '12 11 -7 9 10 1' "$(places in)"
	same '12 11 -7 9 10 1' "$(places in --score weighted)"
}

@test "huge counts don't overflow" {
	rec '#movie_daily day movie_id views rated_views rating_sum' '2026-11-15 1 90000000000 90000000000 899999999999.999' \
		'2026-11-15 2 90000000000 90000000000 0' >in
	same "$(rec "$header" 'bayes 2026-11-15 0 1000000000 1 1 90000000000 90000000000 10 9.9451 5' \
		'bayes 2026-11-15 0 1000000000 2 2 90000000000 90000000000 0 0.0549 5')" \
		"$(agg-toprated -q --now 2026-11-15 --min-votes 1000000000 in)"
	rec '#movie_daily day movie_id views rated_views rating_sum' '2026-11-15 1 1000000000000 1 1' '2026-11-15 2 1 1 1' >in
	run -1 --separate-stderr agg-toprated -q --now 2026-11-15 in
	same 'agg-toprated: in:3: more than 1000000000000 views' "$stderr"
}

@test "the title travels as _title; days begin in the zone of --tz" {
	rec '#watch title movie_id rating watch_timestamp' 'Old 1 5 2026-11-14T18:29:59Z' '\N 1 5 2026-11-14T18:30:00Z' \
		'Ma\trix 1 5 2026-11-15T00:00:00Z' 'Other 1 5 2026-11-15T00:00:00Z' '\N 2 4 2026-11-15T18:29:59Z' '\N 2 4 2026-11-15T18:30:00Z' >in
	same "$(rec "$header _title" 'bayes 2026-11-15 1 25 1 1 3 3 5 4.7768 4.75 Ma\trix' 'bayes 2026-11-15 1 25 2 2 1 1 4 4.7212 4.75 \N')" \
		"$(agg-toprated -q --window 1d --tz Asia/Kolkata --now '2026-11-15 00:00' in)"
}

@test "what lacks a value is rejected, on days that count" {
	rec "$W _origin" '1 \N 5 a.csv:2' '\N 2026-11-15T00:00:00Z 5 a.csv:3' '\N 2026-11-16T00:00:00Z 5 a.csv:4' >in
	rec '#movie_daily day movie_id views rated_views rating_sum _origin' '\N 1 1 1 1 b:1' '2026-11-15 \N 1 1 1 b:2' '2026-11-15 1 \N 1 1 b:3' \
		'2026-11-15 1 1 \N 1 b:4' '2026-11-15 1 1 1 \N b:5' >more
	run -0 --separate-stderr agg-toprated --now 2026-11-15 --rejects r in more
	same "$(rec "$header")" "$output"
	[[ $stderr == 'agg-toprated: read 8 = counted 0 + rejected 7 + dropped 1, '* ]]
	same 'a.csv:2 watch_timestamp: missing
a.csv:3 movie_id: missing
b:1 day: missing
b:2 movie_id: missing
b:3 views: missing
b:4 rated_views: missing
b:5 rating_sum: missing' "$(grep -v '^#' r | cut -f3,4 | tr '\t' ' ')"
	run -1 --separate-stderr agg-toprated -q --now 2026-11-15 --max-rejects 1 in
	[[ $output == '' && $stderr == *'agg-toprated: more than 1 rejects' ]]
}

@test "marks are consumed; --pass-marks passes the last of each source on, behind the records" {
	tabs "$W" '#mark file:b 1' '1 2026-11-15T00:00:00Z 4' '#mark file:a 5:x' '#mark file:b 2' '#end 1' >in
	same "$(rec "$header" 'bayes 2026-11-15 0 25 1 1 1 1 4 4 4')" "$(agg-toprated -q --now 2026-11-15 <in)"
	same "$(tabs "$header" 'bayes 2026-11-15 0 25 1 1 1 1 4 4 4' '#mark file:b 2' '#mark file:a 5:x' '#end 1')" \
		"$(agg-toprated -q --now 2026-11-15 --pass-marks <in)"
}

@test "what can't be counted ends the program" {
	local row message
	run -1 --separate-stderr agg-toprated -q <<<'#movie	movie_id'
	[[ $stderr == *":1: can't count records of type \"movie\", only watch and movie_daily" && $output == '' ]]
	rec '#watch movie_id watch_timestamp' >in
	run -1 --separate-stderr agg-toprated -q in
	[[ $stderr == *'rating'* && $output == '' ]]
	while IFS='|' read -r row message; do
		rec '#movie_daily day movie_id views rated_views rating_sum' "$row" >in
		run -1 --separate-stderr agg-toprated -q --now 2026-11-15 in
		same "agg-toprated: in:2: $message" "$stderr"
		same '' "$output"
	done <<-'END'
		2026-11-31 1 1 1 1|day: not a date: "2026-11-31"
		2026-11-15 1 -1 1 1|views: not a count: "-1"
		2026-11-15 1 1 2 1|rated_views: more than views: "2"
		2026-11-15 1 1 0 1|rating_sum: more than 10 for each rated view: "1"
		2026-11-15 1 1 1 10.001|rating_sum: more than 10 for each rated view: "10.001"
		2026-11-15 1 1 1 -1|rating_sum: not a sum of ratings: "-1"
		2026-11-15 1 1 1 1.0001|rating_sum: not a sum of ratings: "1.0001"
		2026-11-15 1 1 1 1.50|rating_sum: not a decimal: "1.50"
	END
	rec_open "$W" '1 2026-11-15T00:00:00Z 4' >in
	run -1 --separate-stderr agg-toprated -q --now 2026-11-15 in
	same '' "$output"
	same "$(rec "$header" 'bayes 2026-11-15 0 25 1 1 1 1 4 4 4')" "$(agg-toprated -q --partial --now 2026-11-15 in)"
	run -1 --separate-stderr bash -c 'agg-toprated -q --partial in >/dev/full'
	same "agg-toprated: stdout: can't write: No space left on device" "$stderr"
}

@test "wrong usage" {
	local arguments message
	while IFS='|' read -r arguments message; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr agg-toprated $arguments </dev/null
		same "agg-toprated: $message" "${stderr_lines[0]}"
	done <<-'END'
		--score likes|--score: unknown: "likes"
		--window 36h|--window: not a number of whole days from 1 to 36525: "36h"
		--min-votes -1|--min-votes: not from 0 to 1000000000: "-1"
		--top 0|--top: not from 1 to 9223372036854775807: "0"
		--tz Europe/Atlantis|not a time zone of this system's tzdata: "Europe/Atlantis"
	END
}

@test "as the model, in many zones, from watches and from rollups" {
	local zone as_of first score days votes
	while read -r zone as_of first; do
		"$ROOT/tests/cli/trending_model.py" generate 3 2000 "$first" 24 >in
		agg-daily -q --by movie --tz "$zone" --rejects rejects in >days
		for score in bayes:0:25 weighted:0:3 bayes:7:7 weighted:7:0; do
			IFS=: read -r score days votes <<<"$score"
			"$ROOT/tests/cli/rollup_model.py" toprated "$days" "$as_of" "$zone" "$score" "$votes" <in >wanted
			local options=(-q --score "$score" --min-votes "$votes" --now "$as_of" --tz "$zone" --rejects rejects)
			((days == 0)) || options+=(--window "${days}d")
			agg-toprated "${options[@]}" in >out
			same_file wanted out
			agg-toprated "${options[@]}" days >out
			same_file <(sed '/^#end/!s/\t[^\t]*$//' wanted) out
		done
		(($(wc -l <wanted) > 20))
	done <<-'END'
		UTC 2026-11-15 2026-10-25
		Europe/Berlin 2026-10-27 2026-10-10
		Europe/Berlin 2026-04-02 2026-03-15
		Asia/Kolkata 2026-11-15 2026-10-25
	END
}
