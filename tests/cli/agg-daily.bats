#!/usr/bin/env bats
# agg-daily: additive figures of each business day. The big cases are held against
# tests/cli/rollup_model.py, which counts with sets and exact fractions.

setup() {
	load helper
	films='#movie_daily day movie_id views viewers rated_views rating_sum'
	genres='#genre_daily day genre views viewers rated_views rating_sum'
	days='#day_daily day views viewers rated_views rating_sum'
	hours='#hour_daily day hour views viewers rated_views rating_sum'
	weekdays='#hour_weekday_daily day weekday hour views viewers rated_views rating_sum'
}

W='#watch user_id movie_id watch_timestamp rating'

@test "films: views, the viewers of the day, rated views and the sum of the ratings" {
	rec "$W" '7 603 2026-11-15T00:00:00Z 0.001' '7 603 2026-11-15T23:59:59.999999Z \N' '8 603 2026-11-15T12:00:00Z 9.999' \
		'7 603 2026-11-16T00:00:00Z 0' '9 -5 2026-11-15T00:00:00Z 10' '9 0 1969-12-31T23:59:59Z 7.5' '\N 0 2026-11-15T00:00:00Z 1' >in
	run -0 --separate-stderr agg-daily --by movie in
	same "$(rec "$films" '1969-12-31 0 1 1 1 7.5' '2026-11-15 -5 1 1 1 10' '2026-11-15 0 1 0 1 1' '2026-11-15 603 3 2 2 10' \
		'2026-11-16 603 1 1 1 0')" "$output"
	[[ $stderr == 'agg-daily: read 7 = counted 7 + rejected 0 + dropped 0, '* ]]
}

@test "a segment for each way, in the order in which they were named, in one pass" {
	rec '#watch rating movie_id genres device user_id watch_timestamp' '5 1 Drama|War|Drama tv 7 2026-11-15T01:00:00Z' \
		'\N 2 War tv 7 2026-11-15T01:59:59Z' '3 3 \N tv 7 2026-11-15T23:00:00Z' '1 4 \#x|#y tv 8 2026-11-16T00:00:00Z' \
		'2 5 #x tv \N 2026-11-16T00:00:00Z' >in
	run -0 --separate-stderr agg-daily --by hour-weekday,genre,hour,movie in
	same "$(
		rec "$weekdays" '2026-11-15 7 1 2 1 1 5' '2026-11-15 7 23 1 1 1 3' '2026-11-16 1 0 2 1 2 3'
		rec "$genres" '2026-11-15 Drama 1 1 1 5' '2026-11-15 War 2 1 1 5' '2026-11-16 \#x 2 1 2 3' '2026-11-16 \#y 1 1 1 1'
		rec "$hours" '2026-11-15 1 2 1 1 5' '2026-11-15 23 1 1 1 3' '2026-11-16 0 2 1 2 3'
		rec "$films" '2026-11-15 1 1 1 1 5' '2026-11-15 2 1 1 0 0' '2026-11-15 3 1 1 1 3' '2026-11-16 4 1 1 1 1' '2026-11-16 5 1 0 1 2'
	)" "$output"
	same 'agg-daily: 1 of the records counted have no genres' "${stderr_lines[0]}"
	[[ ${stderr_lines[1]} == 'agg-daily: read 5 = counted 5 + rejected 0 + dropped 0, '* ]]
	run -0 --separate-stderr agg-daily -q --by genre in
	same '' "$stderr"
	same "$(rec "$days" '2026-11-15 3 1 2 8' '2026-11-16 2 1 2 3')" "$(agg-daily -q --by day in)"
	agg-daily -q --by hour,day,hour-weekday,genre,movie in >whole
	run -0 --separate-stderr validate -q whole
	same "$(<whole)" "$output"
}

@test "days of 23 and 25 hours: the hour is the clock's" {
	# In Berlin 29 March 2026 has no hour 2, and 25 October has it twice.
	mawk 'BEGIN { print "#watch\tuser_id\tmovie_id\twatch_timestamp\trating"
		for (i = 0; i < 96; i++) printf "%d\t1\t2026-%s%02d:30:00Z\t1\n", i,
			i < 24 ? "03-28T" : i < 48 ? "03-29T" : i < 72 ? "10-24T" : "10-25T", i % 24
		print "#end\t96" }' >in
	agg-daily -q --by hour --tz Europe/Berlin in | grep -v '^#' >out
	same '23 23' "$(awk '$1 == "2026-03-29" { n++; v += $3 } END { print n, v }' out)"
	same '24 25' "$(awk '$1 == "2026-10-25" { n++; v += $3 } END { print n, v }' out)"
	same '' "$(awk '$1 == "2026-03-29" && $2 == 2' out)"
	same "$(tabs '2026-10-25 2 2 2 2 2')" "$(awk '$1 == "2026-10-25" && $2 == 2' out)"
	agg-daily -q --by movie --tz Europe/Berlin in | grep -v '^#' | cut -f1,3 >out
	same "$(tabs '2026-03-28 23' '2026-03-29 23' '2026-03-30 2' '2026-10-24 22' '2026-10-25 25' '2026-10-26 1')" "$(<out)"
	# A zone of a half hour, and one whose clock goes back by half an hour.
	rec "$W" '1 1 2026-11-14T18:29:59Z 1' '1 1 2026-11-14T18:30:00Z 1' '1 1 2026-11-14T19:29:59.9Z 1' >in
	same "$(rec "$hours" '2026-11-14 23 1 1 1 1' '2026-11-15 0 2 1 2 2')" "$(agg-daily -q --by hour --tz Asia/Kolkata in)"
	rec "$W" '1 1 2026-04-04T14:45:00Z 1' '1 1 2026-04-04T15:15:00Z 1' '1 1 2026-04-04T15:30:00Z 1' >in
	same "$(rec "$hours" '2026-04-05 1 2 1 2 2' '2026-04-05 2 1 1 1 1')" "$(agg-daily -q --by hour --tz Australia/Lord_Howe in)"
}

@test "records without a time or a film are rejects, those without a user views of nobody" {
	rec "$W _origin" '1 603 \N \N a.csv:2' '1 \N 2026-11-15T00:00:00Z \N a.csv:3' '\N 603 2026-11-15T00:00:00Z \N a.csv:4' >in
	run -0 --separate-stderr agg-daily --by movie,hour --rejects r in
	same "$(rec "$films" '2026-11-15 603 1 0 0 0' && rec "$hours" '2026-11-15 0 1 0 0 0')" "$output"
	[[ $stderr == 'agg-daily: read 3 = counted 1 + rejected 2 + dropped 0, '* ]]
	same 'agg-daily	missing-value	a.csv:2	watch_timestamp: missing
agg-daily	missing-value	a.csv:3	movie_id: missing' "$(grep -v '^#' r | cut -f1-4)"
	same "$(rec "$hours" '2026-11-15 0 2 1 0 0')" "$(agg-daily -q --by hour --rejects r in)"
	run -1 --separate-stderr agg-daily -q --by hour,movie --max-rejects 1 in
	[[ $output == '' && $stderr == *'agg-daily: more than 1 rejects' ]]
	run -1 --separate-stderr agg-daily -q --by hour,movie --max-rejects 50% --rejects r in
	[[ $output != *'#end'* ]]
}

@test "a day that no date can be written for is a reject" {
	rec "$W" '1 603 9999-12-31T18:29:59Z \N' '1 603 9999-12-31T18:30:00Z \N' '1 603 0001-01-01T00:00:00Z \N' >in
	same "$(rec "$films" '0001-01-01 603 1 1 0 0' '9999-12-31 603 1 1 0 0')" \
		"$(agg-daily -q --by movie --tz Asia/Kolkata --rejects r in)"
	same 'bad-time	watch_timestamp: its business day has no date: "9999-12-31T18:30:00Z"' "$(grep -v '^#' r | cut -f2,4)"
	same "$(rec "$films" '9999-12-31 603 2 1 0 0')" "$(agg-daily -q --by movie --tz America/New_York --rejects r in)"
	same 'bad-time	watch_timestamp: its business day has no date: "0001-01-01T00:00:00Z"' "$(grep -v '^#' r | cut -f2,4)"
}

@test "marks are consumed; --pass-marks passes the last of each source on, behind all records" {
	{
		tabs "$W" '#mark file:b 1' '1 603 2026-11-15T00:00:00Z 1' '#mark file:a 5:x' '#mark file:b 2' '#end 1'
		tabs "$W" '#mark file:b 3' '#end 0'
	} >in
	same "$(rec "$films" '2026-11-15 603 1 1 1 1' && rec "$hours" '2026-11-15 0 1 1 1 1')" "$(agg-daily -q --by movie,hour <in)"
	same "$(rec "$films" '2026-11-15 603 1 1 1 1' && tabs "$hours" '2026-11-15 0 1 1 1 1' '#mark file:b 3' '#mark file:a 5:x' '#end 1')" \
		"$(agg-daily -q --by movie,hour --pass-marks <in)"
}

@test "no records give empty segments" {
	rec "$W genres" >in
	same "$(rec "$films" && rec "$days" && rec "$genres" && rec "$hours" && rec "$weekdays")" \
		"$(agg-daily -q --by movie,day,genre,hour,hour-weekday in in)"
}

@test "what can't be counted ends the program" {
	local row message
	run -1 --separate-stderr agg-daily -q --by movie <<<'#movie	movie_id'
	[[ $stderr == *":1: can't count records of type \"movie\", only watch" && $output == '' ]]
	rec "$W" >in
	run -1 --separate-stderr agg-daily -q --by genre in
	[[ $stderr == *'genres'* && $output == '' ]]
	rec '#watch user_id movie_id watch_timestamp' >in
	run -1 --separate-stderr agg-daily -q --by hour in
	[[ $stderr == *'rating'* && $output == '' ]]
	while IFS='|' read -r row message; do
		rec '#watch user_id movie_id watch_timestamp rating genres' "$row" >in
		run -1 --separate-stderr agg-daily -q --by movie,genre in
		same "agg-daily: in:2: $message" "$stderr"
		same '' "$output"
	done <<-'END'
		1 2 yesterday 1 War|watch_timestamp: not a time: "yesterday"
		1 x 2026-11-15T00:00:00Z 1 War|movie_id: not an integer: "x"
		x 2 2026-11-15T00:00:00Z 1 War|user_id: not an integer: (not shown)
		1 2 2026-11-15T00:00:00Z 10.1 War|rating: not a rating from 0 to 10: "10.1"
		1 2 2026-11-15T00:00:00Z  War|rating: not a rating from 0 to 10: ""
	END
	rec '#watch user_id movie_id watch_timestamp rating genres' '1 2 2026-11-15T00:00:00Z 1 War||Drama' >in
	run -1 --separate-stderr agg-daily -q --by genre in
	same 'agg-daily: in:2: genres: not a list: "War||Drama"' "$stderr"
}

@test "cut input, --partial, a full disk" {
	rec_open "$W" '1 2 2026-11-15T00:00:00Z 1' >in
	run -1 --separate-stderr agg-daily -q --by movie,hour in
	same '' "$output"
	[[ $stderr == *'cut'* || $stderr == *'#end'* ]]
	same "$(rec "$films" '2026-11-15 2 1 1 1 1')" "$(agg-daily -q --by movie --partial in)"
	rec "$W" '1 2 2026-11-15T00:00:00Z 1' >in
	run -1 --separate-stderr bash -c 'agg-daily -q --by movie in >/dev/full'
	same "agg-daily: stdout: can't write: No space left on device" "$stderr"
}

@test "wrong usage" {
	local arguments message
	while IFS='|' read -r arguments message; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr agg-daily $arguments </dev/null
		same "agg-daily: $message" "${stderr_lines[0]}"
	done <<-'END'
		|--by is needed: day, movie, genre, hour, hour-weekday, or several of them
		--by user|--by: unknown: "user"
		--by movie,hour,movie|--by: twice: "movie"
		--by movie --by movie|--by: twice: "movie"
		--by movie,|--by: an empty element: "movie,"
		--by movie --tz Europe/Atlantis|not a time zone of this system's tzdata: "Europe/Atlantis"
	END
}

@test "as the model, in many zones, with any memory" {
	local zone first memory by=movie,genre,hour,hour-weekday,day
	while read -r zone first; do
		"$ROOT/tests/cli/trending_model.py" generate 2 2000 "$first" 24 >in
		"$ROOT/tests/cli/rollup_model.py" daily $by "$zone" <in >wanted
		for memory in 16k 1G; do
			agg-daily -q --memory $memory --by $by --tz "$zone" --rejects rejects in >out
			same_file wanted out
		done
		(($(wc -l <wanted) > 1500))
	done <<-'END'
		UTC 2026-10-25
		Europe/Berlin 2026-10-10
		Europe/Berlin 2026-03-15
		Asia/Kolkata 2026-10-25
		Pacific/Apia 2011-12-20
		America/St_Johns 2010-10-20
	END
}

@test "viewers that don't fit into memory go to TMPDIR, with the same result" {
	mawk 'BEGIN { srand(3); print "#watch\tuser_id\tmovie_id\twatch_timestamp\tgenres\trating"
		for (i = 0; i < 40000; i++) {
			u = int(rand() * 9000); if (u % 2) u = sprintf("%d%09d", u + 1, 7)
			printf "%s\t%d\t2026-11-%02dT%02d:00:00Z\tG%d|H%d\t\\N\n", u, rand() * 50, 2 + rand() * 4, rand() * 24, rand() * 40, rand() * 40
		}
		print "#end\t40000" }' >in
	local by
	for by in movie genre hour day,hour; do
		agg-daily -q --by $by in >wanted
		agg-daily -q --by $by --memory 100k in >out
		same_file wanted out
		run -1 --separate-stderr env TMPDIR="$TMP/nowhere" agg-daily -q --by $by --memory 100k in
		same "agg-daily: $TMP/nowhere: can't make a file for what is held back: No such file or directory" "$stderr"
	done
	# The figures themselves, from sort and uniq.
	grep -v '^#' in | cut -f1-3 | cut -c1-200 | mawk -F'\t' '{ print substr($3, 1, 10) "\t" $2 "\t" $1 }' | sort -u |
		cut -f1,2 | sort | uniq -c | mawk '{ print $2 "\t" $3 "\t" $1 }' | sort >wanted
	agg-daily -q --by movie --memory 100k in | grep -v '^#' | cut -f1,2,4 | sort >out
	same_file wanted out
}

@test "--genres: genres of films from a file, as lookup would add them" {
	rec '#movie movie_id title genres' '1 One Drama|War' '2 Two \N' '3 Three War' '\N No Drama' >films
	rec '#movie genres movie_id' '\#x|Drama|Drama 3' >>films
	rec '#watch user_id movie_id watch_timestamp rating' '7 1 2026-11-15T01:00:00Z 5' '7 3 2026-11-15T02:00:00Z \N' \
		'8 2 2026-11-16T02:00:00Z 1' '9 3 2026-11-16T02:00:00Z 1' '9 4 2026-11-16T02:00:00Z 1' >in
	local by
	for by in genre day,movie,genre,hour genre,hour; do
		run -0 --separate-stderr agg-daily -q --by "$by" --genres films in
		lookup -q films --key movie_id --add genres in | agg-daily -q --by "$by" >wanted
		same "$(<wanted)" "$output"
	done
	run -0 --separate-stderr agg-daily --by genre --genres films in
	same 'agg-daily: 2 of the records counted have no genres' "${stderr_lines[0]}"
	# The input's own column isn't looked at, nor needed; that of the film is.
	rec '#watch user_id genres movie_id watch_timestamp rating' '7 Comedy 1 2026-11-15T01:00:00Z 5' >own
	same "$(rec '#genre_daily day genre views viewers rated_views rating_sum' '2026-11-15 Drama 1 1 1 5' '2026-11-15 War 1 1 1 5')" \
		"$(agg-daily -q --by genre --genres films own)"
	rec '#watch user_id movie_id watch_timestamp rating' '7 \N 2026-11-15T01:00:00Z 5' >nobody
	run -0 --separate-stderr agg-daily -q --by genre --genres films --rejects rejects nobody
	same 'missing-value	movie_id: missing' "$(grep -v '^#' rejects | cut -f 2,4)"
	run -2 --separate-stderr agg-daily --by movie --genres films in
	same 'agg-daily: --genres goes with --by genre' "${stderr_lines[0]}"
	run -1 --separate-stderr agg-daily --by genre --genres in in
	[[ $stderr == *'in:1: the watch records have no column genres'* ]]
	rec_open '#movie movie_id genres' '1 Drama' >cut
	run -1 agg-daily --by genre --genres cut in
	run -0 agg-daily -q --partial --by genre --genres cut in
	rec '#movie movie_id genres' '1 Drama||War' >bad
	run -1 --separate-stderr agg-daily --by genre --genres bad in
	same 'agg-daily: bad:2: genres: not a list: "Drama||War"' "$stderr"
	run -1 agg-daily --by genre --genres nowhere in
}
