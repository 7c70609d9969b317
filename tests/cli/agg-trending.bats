#!/usr/bin/env bats
# agg-trending: ranks films and genres by their watches. The big cases are held against
# tests/cli/trending_model.py, which counts with sets and exact fractions.

setup() {
	load helper
	model=$ROOT/tests/cli/trending_model.py
	header='#trending by scored_by as_of window_days rank item views viewers score previous_views previous_viewers previous_score previous_rank change'
}

W='#watch user_id movie_id watch_timestamp'

@test "views and viewers of the window and the one before, places, change" {
	rec "$W" '7 603 2026-11-15T00:00:00Z' '7 603 2026-11-14T23:59:59.999999Z' '8 603 2026-11-13T12:00:00Z' \
		'7 129 2026-11-15T23:59:59.5Z' '9 -5 2026-11-14T00:00:00Z' '9 -5 2026-11-12T00:00:00Z' \
		'9 0 2026-11-12T00:00:00Z' '9 0 2026-11-13T00:00:00Z' '10 0 2026-11-13T00:00:00Z' \
		'9 603 2026-11-16T00:00:00Z' '9 603 2026-11-11T23:59:59Z' >in
	run -0 --separate-stderr agg-trending --by movie --window 2d --now 2026-11-15T09:00:00Z in
	same "$(rec "$header" \
		'movie views 2026-11-15 2 1 603 2 1 2 1 1 1 3 1' \
		'movie views 2026-11-15 2 2 -5 1 1 1 1 1 1 2 0' \
		'movie views 2026-11-15 2 3 129 1 1 1 0 0 0 \N 1')" "$output"
	[[ $stderr == 'agg-trending: read 11 = counted 9 + rejected 0 + dropped 2, '* ]]
	# A film that nobody watches any more isn't listed, but holds its place in the window before.
	same "$(rec "$header" 'movie views 2026-11-15 2 1 603 2 1 2 1 1 1 3 1')" \
		"$(agg-trending -q --by movie --window 2d --now 2026-11-15T09:00:00Z --top 1 <in)"
}

@test "a film of several genres counts once in each, and one without genres in none" {
	rec '#watch movie_id genres user_id watch_timestamp' '1 Drama|War|Drama 7 2026-11-15T00:00:00Z' \
		'2 War 7 2026-11-15T00:00:00Z' '3 \N 7 2026-11-15T00:00:00Z' '4 \#x|#y 8 2026-11-15T00:00:00Z' \
		'5 #x \N 2026-11-15T00:00:00Z' '6 \N 7 2026-01-01T00:00:00Z' >in
	run -0 --separate-stderr agg-trending --by genre --now 2026-11-15 in
	same "$(rec "$header" \
		'genre views 2026-11-15 7 1 \#x 2 1 2 0 0 0 \N 2' \
		'genre views 2026-11-15 7 2 War 2 1 2 0 0 0 \N 2' \
		'genre views 2026-11-15 7 3 \#y 1 1 1 0 0 0 \N 1' \
		'genre views 2026-11-15 7 4 Drama 1 1 1 0 0 0 \N 1')" "$output"
	same 'agg-trending: 1 of the records counted have no genres' "${stderr_lines[0]}"
	[[ ${stderr_lines[1]} == 'agg-trending: read 6 = counted 5 + rejected 0 + dropped 1, '* ]]
}

@test "all: the totals, with or without a view in the window" {
	rec '#watch movie_id genres user_id watch_timestamp' '1 Drama|War|Comedy 7 2026-11-15T00:00:00Z' \
		'2 \N 7 2026-11-14T00:00:00Z' '\N War 8 2026-11-14T00:00:00Z' '1 Drama \N 2026-11-14T00:00:00Z' \
		'1 War 7 2026-11-13T00:00:00Z' '3 War 9 2026-11-12T00:00:00Z' '3 War 9 2026-11-16T00:00:00Z' >in
	same "$(rec "$header" 'all views 2026-11-15 2 1 all 4 2 4 2 2 2 1 2')" \
		"$(agg-trending -q --by all --window 2d --now 2026-11-15 in)"
	same "$(rec "$header" 'all viewers 2026-11-15 2 1 all 4 2 2 2 2 2 1 0')" \
		"$(agg-trending -q --by all --score viewers --top 1 --window 2d --now 2026-11-15 in)"
	same "$(rec "$header" 'all decay 2026-11-15 2 1 all 4 2 3.1213 2 2 1.7071 1 1.4142')" \
		"$(agg-trending -q --by all --score decay --window 2d --now 2026-11-15 in)"
	# No view in the window before; none in the window itself: a row of zeros is a figure, too.
	same "$(rec "$header" 'all views 2026-11-12 1 1 all 1 1 1 0 0 0 \N 1')" \
		"$(agg-trending -q --by all --window 1d --now 2026-11-12 in)"
	same "$(rec "$header" 'all views 2026-11-17 1 1 all 0 0 0 1 1 1 1 -1')" \
		"$(agg-trending -q --by all --window 1d --now 2026-11-17 in)"
	# In neither: an empty list, as of any kind.
	same "$(rec "$header"; rec "$header")" "$(agg-trending -q --by all,genre --window 1d --now 2026-12-24 in)"
	# No genres, no films needed.
	same "$(rec "$header" 'all views 2026-11-15 7 1 all 1 1 1 0 0 0 \N 1')" \
		"$(rec '#watch user_id watch_timestamp' '7 2026-11-15T00:00:00Z' | agg-trending -q --by all --now 2026-11-15)"
}

@test "a list of ways: a segment each in that order, from one pass, the marks behind the last" {
	{
		tabs '#watch movie_id genres user_id watch_timestamp title' '1 Drama|War 7 2026-11-15T00:00:00Z One' \
			'2 War 7 2026-11-14T00:00:00Z \N' '\N War 8 2026-11-14T00:00:00Z Lost' '1 \N 8 2026-11-13T00:00:00Z One'
		tabs '#mark file:a 5' '#end 4'
	} >in
	run -0 --separate-stderr agg-trending --by genre,movie,all --window 2d --now 2026-11-15 --pass-marks --rejects r in
	same "$(rec "$header" 'genre views 2026-11-15 2 1 War 2 1 2 0 0 0 \N 2' 'genre views 2026-11-15 2 2 Drama 1 1 1 0 0 0 \N 1'
		rec "$header _title" 'movie views 2026-11-15 2 1 1 1 1 1 1 1 1 1 0 One' 'movie views 2026-11-15 2 2 2 1 1 1 0 0 0 \N 1 \N'
		tabs "$header" 'all views 2026-11-15 2 1 all 2 1 2 1 1 1 1 1' '#mark file:a 5' '#end 1')" "$output"
	# A record is counted in all lists or in none.
	same 'movie_id: missing' "$(grep -v '^#' r | cut -f4)"
	same 'agg-trending: 1 of the records counted have no genres' "${stderr_lines[0]}"
	[[ ${stderr_lines[1]} == 'agg-trending: read 4 = counted 3 + rejected 1 + dropped 0, '* ]]
	same "$output" "$(agg-trending -q --by genre --by movie,all --window 2d --now 2026-11-15 --pass-marks --rejects r in)"
	# --top is one of each.
	same 'genre movie all' "$(agg-trending -q --by genre,movie,all --top 1 --window 2d --now 2026-11-15 --rejects r in | grep -v '^#' | cut -f1 | paste -sd' ')"
}

@test "daily rollups of both types in one stream: nothing is counted twice" {
	local order
	rec '#movie_daily day movie_id views genres' '2026-11-15 1 3 Drama|War' '2026-11-14 2 1 War' '2026-11-13 2 1 \N' >films
	rec '#genre_daily day genre views' '2026-11-15 Drama 3' '2026-11-15 War 3' '2026-11-14 War 1' >genres
	for order in 'films genres' 'genres films'; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr agg-trending --by movie,genre,all --window 2d --now 2026-11-15 $order
		same "$(rec "$header" 'movie views 2026-11-15 2 1 1 3 \N 3 0 \N 0 \N 3' 'movie views 2026-11-15 2 2 2 1 \N 1 1 \N 1 1 0'
			rec "$header" 'genre views 2026-11-15 2 1 War 4 \N 4 0 \N 0 \N 4' 'genre views 2026-11-15 2 2 Drama 3 \N 3 0 \N 0 \N 3'
			rec "$header" 'all views 2026-11-15 2 1 all 4 \N 4 1 \N 1 1 3')" "$output"
		[[ $stderr == 'agg-trending: read 6 = counted 6 + rejected 0 + dropped 0, '* ]]
	done
	same "$(rec "$header" 'all views 2026-11-15 2 1 all 4 \N 4 1 \N 1 1 3')" \
		"$(agg-trending -q --by all --window 2d --now 2026-11-15 films)"
	# A list that is made of watches alone knows its viewers, whatever stands beside it.
	rec '#watch movie_id genres user_id watch_timestamp' '1 Drama 7 2026-11-15T00:00:00Z' >watches
	same 'movie:1 genre:\N genre:\N' "$(agg-trending -q --by movie,genre --now 2026-11-15 watches genres | grep -v '^#' | cut -f1,8 | paste -sd' ' | tr '\t' :)"
}

@test "a list that no segment is for fails, as an empty one would say that nobody watches" {
	local by message
	rec '#movie_daily day movie_id views genres' '2026-11-15 1 3 Drama|War' >films
	rec '#genre_daily day genre views' '2026-11-15 Drama 3' >genres
	while IFS='|' read -r by message; do
		run -1 --separate-stderr agg-trending -q --by "$by" --now 2026-11-15 "${message%%:*}"
		same "agg-trending: $message" "$stderr"
		same '' "$output"
	done <<-'END'
		movie,genre|films: nothing to count by genre: it has no segment of type watch or genre_daily
		genre,all|films: nothing to count by genre: it has no segment of type watch or genre_daily
		genre,movie|genres: nothing to count by movie: it has no segment of type watch or movie_daily
		genre,all|genres: nothing to count by all: it has no segment of type watch or movie_daily
		all|genres:1: can't count records of type "genre_daily" by all
		movie,all|genres:1: can't count records of type "genre_daily" by movie,all
	END
	# With --partial and nothing at all to read there is nothing that could be missing.
	same 3 "$(agg-trending -q --by genre,movie,all --partial --now 2026-11-15 </dev/null | grep -c '^#trending')"
}

@test "ties: score, then views, then the item" {
	rec "$W" '1 10 2026-11-15T00:00:00Z' '2 10 2026-11-15T00:00:00Z' '1 9 2026-11-15T00:00:00Z' '1 9 2026-11-15T00:00:00Z' \
		'3 -7 2026-11-15T00:00:00Z' '4 -7 2026-11-15T00:00:00Z' '1 11 2026-11-15T00:00:00Z' '1 11 2026-11-15T00:00:00Z' \
		'1 11 2026-11-15T00:00:00Z' '2 8 2026-11-15T00:00:00Z' >in
	# 9 has fewer viewers than 10: views alone decide, as they would in daily rollups.
	same '11 -7 9 10 8' "$(agg-trending -q --by movie --now 2026-11-15 in | grep -v '^#' | cut -f6 | paste -sd' ')"
	same '-7 10 11 9 8' "$(agg-trending -q --by movie --score viewers --now 2026-11-15 in | grep -v '^#' | cut -f6 | paste -sd' ')"
}

@test "a clock set back past midnight: days go by the clock, not by when the next one began" {
	# In St. John's, 2010-11-07 00:01 was followed by 2010-11-06 23:01.
	rec "$W" '1 1 2010-11-07T02:30:59Z' '1 2 2010-11-07T02:31:00Z' '1 3 2010-11-07T03:29:59Z' '1 4 2010-11-07T03:30:00Z' >in
	same '2 3' "$(agg-trending -q --by movie --window 1d --tz America/St_Johns --now '2010-11-06 12:00' in | grep -v '^#' | cut -f6 | paste -sd' ')"
	same '1 4' "$(agg-trending -q --by movie --window 1d --tz America/St_Johns --now '2010-11-07 12:00' in | grep -v '^#' | cut -f6 | paste -sd' ')"
}

@test "daily rollups: the same places, no viewers" {
	rec '#movie_daily title views movie_id day' 'One 3 1 2026-11-15' '\N 2 1 2026-11-14' 'Two 5 2 2026-11-14' 'Two 1 2 2026-11-13' \
		'Two 1 2 2026-11-12' 'Two 9 2 2026-11-11' 'Two 9 2 2026-11-16' >films
	run -0 --separate-stderr agg-trending --by movie --window 2d --now 2026-11-15 films
	same "$(rec "$header _title" 'movie views 2026-11-15 2 1 1 5 \N 5 0 \N 0 \N 5 One' \
		'movie views 2026-11-15 2 2 2 5 \N 5 2 \N 2 1 3 Two')" "$output"
	[[ $stderr == 'agg-trending: read 7 = counted 5 + rejected 0 + dropped 2, '* ]]
	same '4.4142 4.0355' "$(agg-trending -q --by movie --score decay --window 3d --now 2026-11-15 films | grep -v '^#' | sort -k6,6n | cut -f9 | paste -sd' ')"
	# Watches of a day that has no rollup yet may come beside them, and so may genres.
	rec '#watch user_id movie_id watch_timestamp' '7 2 2026-11-15T00:00:00Z' >more
	same '2 1' "$(agg-trending -q --by movie --window 2d --now 2026-11-15 films more | grep -v '^#' | cut -f6 | paste -sd' ')"
	rec '#genre_daily day genre views' '2026-11-15 \#x 2' '2026-11-14 War 1' '2026-11-13 War 4' >genres
	rec '#movie_daily day movie_id genres views' '2026-11-15 1 War|a#b|War 2' '2026-11-15 2 \N 2' >with
	run -0 --separate-stderr agg-trending --by genre --window 2d --now 2026-11-15 genres with
	same "$(rec "$header" 'genre views 2026-11-15 2 1 War 3 \N 3 4 \N 4 1 -1' \
		'genre views 2026-11-15 2 2 \#x 2 \N 2 0 \N 0 \N 2' 'genre views 2026-11-15 2 3 a#b 2 \N 2 0 \N 0 \N 2')" "$output"
	same 'agg-trending: 1 of the records counted have no genres' "${stderr_lines[0]}"
}

@test "daily rollups that won't do" {
	local message
	rec '#movie_daily day movie_id views' '2026-11-15 1 1' >films
	rec '#genre_daily day genre views' '2026-11-15 War 1' >genres
	run -1 --separate-stderr agg-trending -q --by movie --score viewers --now 2026-11-15 films
	same "agg-trending: films:1: different viewers can't be told from daily rollups (movie_daily), only from watch" "$stderr"
	run -1 --separate-stderr agg-trending -q --by genre --score viewers --now 2026-11-15 genres
	same "agg-trending: genres:1: different viewers can't be told from daily rollups (genre_daily), only from watch" "$stderr"
	run -1 --separate-stderr agg-trending -q --by movie --now 2026-11-15 genres
	same 'agg-trending: genres:1: can'"'"'t count records of type "genre_daily" by movie' "$stderr"
	rec '#movie_daily day movie_id views' '\N 1 1' '2026-11-15 \N 1' '2026-11-15 1 \N' '2026-11-15 1 0' >in
	agg-trending -q --by movie --now 2026-11-15 --rejects r in >/dev/null
	same 'day: missing|movie_id: missing|views: missing' "$(grep -v '^#' r | cut -f4 | paste -sd'|')"
	rec '#genre_daily day genre views' '2026-11-15 \N 1' >in
	agg-trending -q --by genre --now 2026-11-15 --rejects r in >/dev/null
	same 'genre: missing' "$(grep -v '^#' r | cut -f4)"
	while IFS='|' read -r row message; do
		rec '#movie_daily day movie_id views' "$row" >in
		run -1 --separate-stderr agg-trending -q --by movie --now 2026-11-15 in
		same "agg-trending: in:2: $message" "$stderr"
		same '' "$output"
	done <<-'END'
		2026-11-31 1 1|day: not a date: "2026-11-31"
		2026-11-15 x 1|movie_id: not an integer: "x"
		2026-11-15 1 1.5|views: not an integer: "1.5"
		2026-11-15 1 -1|views: not a count: "-1"
		2026-11-15 1 1000000000001|views: not a count: "1000000000001"
	END
	rec '#movie_daily day movie_id views' '2026-11-15 1 1000000000000' '2026-11-15 2 1' >in
	run -1 --separate-stderr agg-trending -q --by movie --now 2026-11-15 in
	same 'agg-trending: in:3: more than 1000000000000 views' "$stderr"
}

@test "decay: weights are rounded to millionths, the sum to 4 places, half up" {
	rec "$W" '1 1 2026-11-15T00:00:00Z' '1 1 2026-11-14T00:00:00Z' '1 1 2026-11-13T00:00:00Z' '1 2 2026-11-12T00:00:00Z' \
		'1 2 2026-11-11T00:00:00Z' '1 2 2026-11-01T00:00:00Z' >in
	run -0 --separate-stderr agg-trending -q --by movie --score decay --now 2026-11-15 --window 7d in
	# 1 + 0.707107 + 0.5; 0.353553 + 0.25, before: 0.125
	same "$(rec "$header" \
		'movie decay 2026-11-15 7 1 1 3 1 2.2071 0 0 0 \N 2.2071' \
		'movie decay 2026-11-15 7 2 2 2 1 0.6036 0 0 0 \N 0.6036')" "$output"
	run -0 --separate-stderr agg-trending -q --by movie --score decay --half-life 1d --now 2026-11-15 --window 8d in
	same "$(rec "$header" \
		'movie decay 2026-11-15 8 1 1 3 1 1.75 0 0 0 \N 1.75' \
		'movie decay 2026-11-15 8 2 2 2 1 0.1875 1 1 0.0156 1 0.1719')" "$output"
	# 0.5 + 0.25 + 0.125 + 0.0625 + 0.03125 is 0.96875: rounded up.
	rec "$W" '1 1 2026-11-14T00:00:00Z' '1 1 2026-11-13T00:00:00Z' '1 1 2026-11-12T00:00:00Z' '1 1 2026-11-11T00:00:00Z' \
		'1 1 2026-11-10T00:00:00Z' >in
	same 0.9688 "$(agg-trending -q --by movie --score decay --half-life 24h --now 2026-11-15 in | sed -n 2p | cut -f9)"
}

@test "the title travels as _title: the first that came with the film" {
	rec '#watch title user_id movie_id watch_timestamp' 'Old 1 603 2026-11-01T00:00:00Z' '\N 1 603 2026-11-15T00:00:00Z' \
		'Ma\trix 1 603 2026-11-15T00:00:00Z' 'Other 1 603 2026-11-15T00:00:00Z' '\N 2 129 2026-11-15T00:00:00Z' >in
	rec '#watch user_id movie_id watch_timestamp' '2 5 2026-11-15T00:00:00Z' >again
	same "$(rec "$header _title" \
		'movie views 2026-11-15 2 1 603 3 1 3 0 0 0 \N 3 Ma\trix' \
		'movie views 2026-11-15 2 2 5 1 1 1 0 0 0 \N 1 \N' \
		'movie views 2026-11-15 2 3 129 1 1 1 0 0 0 \N 1 \N')" \
		"$(agg-trending -q --by movie --window 2d --now 2026-11-15 in again)"
}

@test "days begin in the zone of --tz; --now without a zone is a time there" {
	rec "$W" '1 1 2026-11-14T18:29:59Z' '1 2 2026-11-14T18:30:00Z' '1 3 2026-11-15T18:29:59.9Z' '1 4 2026-11-15T18:30:00Z' >in
	same '2 3' "$(agg-trending -q --by movie --window 1d --tz Asia/Kolkata --now 2026-11-15 in | grep -v '^#' | cut -f6 | paste -sd' ')"
	same '4' "$(agg-trending -q --by movie --window 1d --tz Asia/Kolkata --now '2026-11-16 00:00' in | grep -v '^#' | cut -f6)"
	same '2 3' "$(agg-trending -q --by movie --window 1d --now 2026-11-15T01:00:00+05:30 --tz Asia/Kolkata in | grep -v '^#' | cut -f6 | paste -sd' ')"
	# 25 October 2026 has 25 hours in Berlin.
	rec "$W" '1 1 2026-10-24T21:59:59Z' '1 2 2026-10-24T22:00:00Z' '1 3 2026-10-25T22:59:59Z' '1 4 2026-10-25T23:00:00Z' >in
	same '2 3' "$(agg-trending -q --by movie --window 1d --tz Europe/Berlin --now 2026-10-25 in | grep -v '^#' | cut -f6 | paste -sd' ')"
	same '1' "$(agg-trending -q --by movie --window 1d --tz Europe/Berlin --now 2026-10-25 in | sed -n 2p | cut -f7)"
}

@test "records without a time or a film are rejects, those without a user views of nobody" {
	rec "$W _origin" '1 603 \N a.csv:2' '1 \N 2026-11-15T00:00:00Z a.csv:3' '\N 603 2026-11-15T00:00:00Z a.csv:4' \
		'1 \N 2020-11-15T00:00:00Z a.csv:5' >in
	run -0 --separate-stderr agg-trending --by movie --now 2026-11-15 --rejects r in
	same "$(rec "$header" 'movie views 2026-11-15 7 1 603 1 0 1 0 0 0 \N 1')" "$output"
	[[ $stderr == 'agg-trending: read 4 = counted 1 + rejected 2 + dropped 1, '* ]]
	same 'agg-trending	missing-value	a.csv:2	watch_timestamp: missing
agg-trending	missing-value	a.csv:3	movie_id: missing' "$(grep -v '^#' r | cut -f1-4)"
	run -1 --separate-stderr agg-trending -q --by movie --now 2026-11-15 --max-rejects 1 in
	[[ $output == '' && $stderr == *'agg-trending: more than 1 rejects' ]]
}

@test "marks are consumed; --pass-marks passes the last of each source on, behind the records" {
	{
		tabs "$W" '#mark file:b 1' '1 603 2026-11-15T00:00:00Z' '#mark file:a 5:x' '#mark file:b 2' '#end 1'
		tabs "$W" '#mark file:b 3' '#end 0'
	} >in
	same "$(rec "$header" 'movie views 2026-11-15 7 1 603 1 1 1 0 0 0 \N 1')" \
		"$(agg-trending -q --by movie --now 2026-11-15 <in)"
	same "$(tabs "$header" 'movie views 2026-11-15 7 1 603 1 1 1 0 0 0 \N 1' '#mark file:b 3' '#mark file:a 5:x' '#end 1')" \
		"$(agg-trending -q --by movie --now 2026-11-15 --pass-marks <in)"
}

@test "an empty segment gives an empty one" {
	same "$(rec "$header")" "$(rec "$W" | agg-trending -q --by movie --now 2026-11-15)"
	same "$(rec "$header _title")" "$(rec "$W title" | agg-trending -q --by movie --now 2026-11-15)"
	same "$(rec "$header")" "$(rec "$W genres title" | agg-trending -q --by genre --now 2026-11-15)"
}

@test "what can't be counted ends the program" {
	run -1 --separate-stderr agg-trending -q --by movie <(rec '#movie movie_id' '603')
	[[ $stderr == *":1: can't count records of type \"movie\" by movie" && $output == '' ]]
	run -1 --separate-stderr agg-trending -q --by genre <(rec "$W" '1 603 2026-11-15T00:00:00Z')
	[[ $stderr == *':1: the watch records have no column genres: '* && $output == '' ]]
	local row message
	while IFS='|' read -r row message; do
		rec '#watch user_id movie_id watch_timestamp genres' "$row" >in
		run -1 --separate-stderr agg-trending -q --by "${message%%:*}" --now 2026-11-15 in
		same "agg-trending: in:2: ${message#*:}" "$stderr"
		same '' "$output"
	done <<-'END'
		1 603 2026-11-15 Drama|movie:watch_timestamp: not a time: "2026-11-15"
		1 603 tomorrow Drama|movie:watch_timestamp: not a time: "tomorrow"
		x7 603 2026-11-15T00:00:00Z Drama|movie:user_id: not an integer: (not shown)
		1 0603 2026-11-15T00:00:00Z Drama|movie:movie_id: not an integer: "0603"
	END
	rec '#watch user_id movie_id watch_timestamp genres' '1 603 2026-11-15T00:00:00Z Drama||War' >in
	run -1 --separate-stderr agg-trending -q --by genre --now 2026-11-15 in
	same 'agg-trending: in:2: genres: not a list: "Drama||War"' "$stderr"
}

@test "cut input, --partial, a full disk" {
	tabs "$W" '1 603 2026-11-15T00:00:00Z' >in
	run -1 --separate-stderr agg-trending -q --by movie --now 2026-11-15 in
	[[ $stderr == *'the input is cut'* && $output == '' ]]
	same "$(rec "$header" 'movie views 2026-11-15 7 1 603 1 1 1 0 0 0 \N 1')" \
		"$(agg-trending -q --by movie --now 2026-11-15 --partial in)"
	run -1 --separate-stderr bash -c 'agg-trending -q --by movie --partial in >/dev/full'
	same "agg-trending: stdout: can't write: No space left on device" "$stderr"
}

@test "wrong usage" {
	local arguments message
	while IFS='|' read -r arguments message; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr agg-trending $arguments </dev/null
		same "agg-trending: $message" "${stderr_lines[0]}"
	done <<-'END'
		|--by is needed: movie, genre, all, or several of them
		--by user|--by: unknown: "user"
		--by movie,user|--by: unknown: "user"
		--by movie,all,movie|--by: twice: "movie"
		--by all --by all|--by: twice: "all"
		--by movie,|--by: an empty element: "movie,"
		--by movie --score likes|--score: unknown: "likes"
		--by movie --window 36h|--window: not a number of whole days from 1 to 36525: "36h"
		--by movie --window 0d|--window: not a number of whole days from 1 to 36525: "0d"
		--by movie --tz Europe/Atlantis|not a time zone of this system's tzdata: "Europe/Atlantis"
		--by movie --half-life 1d|--half-life goes with --score decay
		--by movie --window week|--window: not a length of time such as 7d or 12h: "week"
		--by movie --top 0|--top: not from 1 to 9223372036854775807: "0"
		--by movie --score decay --half-life x|--half-life: not a length of time such as 7d or 12h: "x"
	END
	run -2 --separate-stderr agg-trending --by movie --now 03/04/2020
	same 'agg-trending: --now: an ambiguous date (day/month or month/day?): "03/04/2020"' "${stderr_lines[0]}"
}

@test "as the model, in many zones, with any memory" {
	local zone as_of first by score days memory
	while read -r zone as_of first; do
		"$model" generate 1 2000 "$first" 24 >in
		for by in movie genre genre,all,movie; do
			for score in views:7 viewers:7 decay:7 decay:1; do
				days=${score#*:} score=${score%:*}
				"$model" run "$by" "$score" "$days" "$as_of" "$zone" 2 <in >wanted
				for memory in 16k 1G; do
					agg-trending -q --memory $memory --by "$by" --score "$score" --window "${days}d" \
						--tz "$zone" --now "$as_of" --rejects rejects in >out
					same_file wanted out
				done
			done
		done
		(($(wc -l <wanted) > 20))
	done <<-'END'
		UTC 2026-11-15 2026-10-25
		Europe/Berlin 2026-10-27 2026-10-10
		Europe/Berlin 2026-04-02 2026-03-15
		Asia/Kolkata 2026-11-15 2026-10-25
		Pacific/Apia 2012-01-03 2011-12-20
	END
}

@test "the same from daily rollups as from the watches, but for the viewers" {
	local zone as_of first by score
	while read -r zone as_of first; do
		"$model" generate 4 2000 "$first" 24 | sed 's/\ttitle/\tname/' >in
		for by in movie genre; do
			agg-daily -q --by $by --tz "$zone" --rejects rejects in >$by
			for score in views decay; do
				local options=(-q --by "$by" --score "$score" --tz "$zone" --now "$as_of" --rejects rejects)
				agg-trending "${options[@]}" in | cut -f1-7,9-10,12- >wanted
				agg-trending "${options[@]}" $by | cut -f1-7,9-10,12- >out
				same_file wanted out
				(($(wc -l <wanted) > 20))
			done
		done
		# All of it in one pass, from a segment of each type.
		agg-daily -q --by genre,movie --tz "$zone" --rejects rejects in >both
		for score in views decay; do
			local options=(-q --by all --by movie --by genre --score "$score" --tz "$zone" --now "$as_of" --rejects rejects)
			agg-trending "${options[@]}" in | cut -f1-7,9-10,12- >wanted
			agg-trending "${options[@]}" both | cut -f1-7,9-10,12- >out
			same_file wanted out
			same all "$(sed -n 2p out | cut -f1)"
		done
	done <<-'END'
		UTC 2026-11-15 2026-10-25
		Europe/Berlin 2026-10-27 2026-10-10
		Europe/Berlin 2026-04-02 2026-03-15
		Asia/Kolkata 2026-11-15 2026-10-25
		America/St_Johns 2010-11-08 2010-10-20
	END
}

@test "viewers that don't fit into memory go to TMPDIR, with the same result" {
	mawk 'BEGIN { srand(3); print "#watch\tuser_id\tmovie_id\twatch_timestamp\tgenres"
		for (i = 0; i < 60000; i++) {
			# Small ids, and large ones.
			u = int(rand() * 9000); if (u % 2) u = sprintf("%d%09d", u + 1, 7)
			printf "%s\t%d\t2026-11-%02dT12:00:00Z\tG%d|H%d\n", u, rand() * 50, 2 + rand() * 14, rand() * 40, rand() * 40
		}
		print "#end\t60000" }' >in
	local by memory
	for by in movie genre all all,genre,movie; do
		agg-trending -q --by $by --score viewers --now 2026-11-15 in >wanted
		for memory in 16k 200k; do
			agg-trending -q --by $by --score viewers --now 2026-11-15 --memory $memory in >out
			same_file wanted out
		done
		run -1 --separate-stderr env TMPDIR="$TMP/nowhere" agg-trending -q --by $by --now 2026-11-15 --memory 16k in
		same "agg-trending: $TMP/nowhere: can't make a file for what is held back: No such file or directory" "$stderr"
		[[ $output == '' ]]
	done
	# The figures themselves, from sort and uniq.
	tail -n +2 in | grep -v '^#' | cut -f1,2,3 | mawk -F'\t' '$3 >= "2026-11-09" { print $2 "\t" $1 }' |
		sort -u | cut -f1 | sort -n | uniq -c | mawk '{ print $2 "\t" $1 }' | sort -n >wanted
	agg-trending -q --by movie --score viewers --now 2026-11-15 --memory 16k in | grep -v '^#' |
		cut -f6,8 | sort -n >out
	same_file wanted out
}
