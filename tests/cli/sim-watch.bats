#!/usr/bin/env bats
# sim-watch: a simulated service.

setup() {
	load helper
	NOW=2026-11-15T21:34:00Z # a Sunday
}

# The rows of a CSV that the simulation wrote in plain form: no header.
rows() {
	tail -n +2 -- "$1"
}

# The number of rows that truth file $1 has with outcome $2.
truth() {
	awk -F '\t' -v outcome="$2" '!/^#/ && $3 == outcome { n += $2 } END { print n + 0 }' "$1"
}

@test "the same options give the same bytes, on every machine" {
	local options=(-q --now "$NOW" --days 3 --per-day 2000 --movies 300 --users 200)
	# Known outputs: a change here changes every simulated service there is.
	sums() {
		local what
		for what in movies users logs; do
			sim-watch "${options[@]}" --print "$what" "$@" | sha256sum | cut -c1-16
		done
	}
	same "$(printf '%s\n' a8337e4c4f389178 25ca53c093fce599 15e65033184e7a66)" "$(sums)"
	same "$(printf '%s\n' ac470ef0b0239997 9a4b3db5154d6ba2 065f548af384c132)" "$(sums --dirty 10 --seed 7)"
}

@test "another seed makes another service" {
	for what in movies users logs; do
		sim-watch -q --now "$NOW" --days 1 --per-day 500 --print $what >one
		sim-watch -q --now "$NOW" --days 1 --per-day 500 --print $what --seed 2 >two
		run -1 cmp -s one two
	done
}

@test "--out writes films, users, hourly logs and the truth" {
	run -0 --separate-stderr sim-watch --now "$NOW" --days 1 --per-day 1000 --users 50 --movies 60 --out sim
	same "" "$output"
	same "logs movies.csv truth.tsv users.csv" "$(cd sim && echo *)"
	same "25" "$(find sim/logs -type f | wc -l)"
	[[ -s sim/logs/2026-11-14T21.csv && -s sim/logs/2026-11-15T21.csv ]]
	same "movie_id,title,original_title,genres,release_date,rating,vote_count,popularity,runtime,original_language,status" \
		"$(head -n 1 sim/movies.csv)"
	same "user_id,name,email,signup_date,country,plan,birth_years" "$(head -n 1 sim/users.csv)"
	same 61 "$(wc -l <sim/movies.csv)"
	same 51 "$(wc -l <sim/users.csv)"
	local file total=0 n
	for file in sim/logs/*.csv; do
		same "user_id,movie_id,timestamp,rating,session_id" "$(head -n 1 "$file")"
		# Each row belongs to the file's hour.
		n=$(rows "$file" | cut -d , -f 3 | cut -c 1-13 | sort -u)
		same "$(basename "$file" .csv)" "$n"
		total=$((total + $(rows "$file" | wc -l)))
	done
	same "$total" "$(truth sim/truth.tsv written)"
	[[ $stderr == "sim-watch: read $((total + 110)) = written $((total + 110)) + rejected 0 + dropped 0, "* ]]
}

@test "--print logs is the hourly logs in one, and --print movies and users the files" {
	local options=(-q --now "$NOW" --days 2 --per-day 700 --users 50 --movies 60)
	sim-watch "${options[@]}" --out sim
	sim-watch "${options[@]}" --print logs >logs
	sim-watch "${options[@]}" --print movies | cmp - sim/movies.csv
	sim-watch "${options[@]}" --print users | cmp - sim/users.csv
	{
		head -n 1 logs
		tail -q -n +2 sim/logs/*.csv
	} >joined
	same_file joined logs
}

@test "times rise and stay before --now, session ids rise and are unique" {
	sim-watch -q --now "$NOW" --days 2 --per-day 3000 --print logs >logs
	rows logs | cut -d , -f 3 >moments
	rows logs | cut -d , -f 5 >sessions
	sort -c moments
	sort -c -n -u sessions
	same "2026-11-13T21:00" "$(head -n 1 moments | cut -c 1-16)"
	[[ $(tail -n 1 moments) < 2026-11-15T21:34:00Z ]]
	[[ $(tail -n 1 moments) > 2026-11-15T21:30:00Z ]]
}

@test "a later run continues an earlier one" {
	local options=(-q --as-of 2026-11-15 --users 100 --movies 100 --per-day 5000 --dirty 5)
	sim-watch "${options[@]}" --now 2026-11-15T20:20:00Z --days 2 --out one
	sim-watch "${options[@]}" --now 2026-11-16T03:00:00Z --days 2 --out two
	local file
	for file in one/logs/2026-11-15T0[5-9].csv one/logs/2026-11-15T1*.csv; do
		cmp "$file" "two/logs/${file##*/}"
	done
	# The hour that wasn't over is the beginning of the full one.
	local cut=one/logs/2026-11-15T20.csv
	[[ $(wc -c <$cut) -gt 2000 && $(wc -c <$cut) -lt $(wc -c <two/logs/2026-11-15T20.csv) ]]
	head -c "$(wc -c <$cut)" two/logs/2026-11-15T20.csv | cmp - $cut
	[[ $(tail -c 1 $cut | od -An -c | tr -d ' ') == '\n' ]]
}

@test "days and hours have their rhythm, and a week has seven times the views of a day" {
	sim-watch -q --now 2026-11-16 --days 14 --per-day 20000 --print logs >logs
	same 280000 "$(rows logs | wc -l)"
	rows logs | awk -F '[,T:-]' '
		# 2026-11-02 was a Monday.
		{ hour[$6]++; day[($5 - 2) % 7]++ }
		END {
			for (h in hour) if (h != 20 && hour[h] >= hour[20]) print "hour", h
			for (d = 4; d < 7; d++) if (day[d] < 1.05 * day[0]) print "day", d
			if (hour[4] + 0 > hour["04"]) print "no night"
			if (hour["04"] * 8 > hour[20]) print "night"
		}' >wrong
	same "" "$(cat wrong)"
}

@test "about 40 % of views are rated, in halves from 0.5 to 10, by the film's quality" {
	sim-watch -q --now "$NOW" --days 3 --per-day 40000 --movies 200 --print logs >logs
	sim-watch -q --now "$NOW" --movies 200 --print movies | csv-read -q --type movie - >movies
	same "" "$(rows logs | cut -d , -f 4 | grep -vxE '|10|[1-9](\.5)?|0\.5')"
	rows logs | awk -F , '$4 != "" { n++ } END { exit !(n / NR > 0.37 && n / NR < 0.43) }'
	# The mean given to good films is well above that of bad ones.
	awk -F '[\t,]' -v at=6 '
		NR == FNR { if (!/^#/) quality[$1] = $6; next }
		$4 != "" && quality[$2] >= 7 { good += $4; goods++ }
		$4 != "" && quality[$2] != "\\N" && quality[$2] < 6 { bad += $4; bads++ }
		END { exit !(goods > 100 && bads > 100 && good / goods > bad / bads + 1) }
	' movies <(rows logs)
}

@test "popularity is Zipf's, and releases rise and fade" {
	sim-watch -q --now "$NOW" --days 30 --per-day 10000 --print logs >logs
	sim-watch -q --now "$NOW" --print movies | csv-read -q --type movie - >movies
	rows logs | cut -d , -f 2 | sort | uniq -c | sort -rn >views
	# Of 10,000 films, the first hundred have a third and more of the views.
	awk '{ n += $1 } NR == 100 { top = n } END { exit !(top > n / 3) }' views
	# Among the first twenty are films released in the month, though these are few.
	rec-view -qj -c movie_id,release_date movies | sed -E 's/[^0-9,-]//g' |
		awk -F , '$2 >= "2026-10-16" && $2 <= "2026-11-01" { print $1 }' | sort >new
	[[ $(wc -l <new) -lt 300 ]]
	head -n 20 views | awk '{ print $2 }' | sort >top
	[[ $(comm -12 top new | wc -l) -ge 2 ]]
	# A film of the month has its best day in the middle of its days, not at their end.
	local film
	film=$(awk '{ print $2 }' views | grep -Fxf new | head -n 1)
	rows logs | awk -F , -v film="$film" '$2 == film { n[substr($3, 1, 10)]++ }
		END { for (d in n) if (n[d] > most) { most = n[d]; best = d } print best, n[best], n["2026-11-15"] }' >peak
	awk '{ exit !($1 < "2026-11-15") }' peak
}

@test "nobody views before the day after the release and the sign-up" {
	sim-watch -q --now "$NOW" --days 30 --per-day 3000 --users 3000 --out sim
	csv-read -q --type movie sim/movies.csv | rec-view -qj -c movie_id,release_date |
		sed -E 's/[^0-9,-]//g; s/^/film,/' >dates
	csv-read -q --type user sim/users.csv | rec-view -qj -c user_id,signup_date |
		sed -E 's/[^0-9,-]//g; s/^/user,/' >>dates
	same 13000 "$(wc -l <dates)"
	tail -q -n +2 sim/logs/*.csv | awk -F , '
		NR == FNR { date[$1 $2] = $3; next }
		{ day = substr($3, 1, 10) }
		!(("film" $2) in date) || !(("user" $1) in date) { print "unknown", $0 }
		date["film" $2] >= day || date["user" $1] >= day { print }
	' dates - >early
	same "" "$(head -n 3 early)"
	# And some could have: the test sees films and users of the month.
	awk -F , '$3 > "2026-10-20" { n[$1]++ } END { exit !(n["film"] > 50 && n["user"] > 50) }' dates
}

@test "the catalogue is plausible: unique titles and ids, TMDB's genres, dates, ratings" {
	sim-watch -q --now "$NOW" --print movies | csv-read --type movie - >movies 2>summary
	[[ $(<summary) == *"read 10000 = written 10000 + rejected 0"* ]]
	validate -q --now "$NOW" movies >valid
	same_file movies valid
	genre-norm -q movies >normed
	same_file movies normed
	same "" "$(cut -f 2 movies | grep -v '^#' | sort | uniq -d)"
	rec-view -qj movies >json
	# All 19 genres come, one to three a film, none twice in one.
	same 19 "$(grep -o '"genres":\[[^]]*\]' json | grep -oE '"[A-Z][A-Za-z ]*"' | sort -u | wc -l)"
	same "1 2 3" "$(grep -o '"genres":\[[^]]*\]' json | awk -F , '{ print NF }' | sort -u | xargs)"
	# Films to come have no rating and no votes; others have both.
	same "" "$(grep -v '"status":"Released"' json | grep -v '"rating":null,"vote_count":0,' | head -n 1)"
	same "" "$(grep '"status":"Released"' json | grep '"rating":null' | head -n 1)"
	[[ $(grep -vc '"status":"Released"' json) -gt 30 ]]
	[[ $(grep -c '"original_language":"ja"' json) -gt 300 ]]
}

@test "users have fanciful names and addresses that can't be anybody's" {
	sim-watch -q --now "$NOW" --users 2000 --print users | csv-read -q --type user - >users
	rec-view -qj users >json
	same 2000 "$(grep -cE '^\{"user_id":[0-9]+,"name":"[^"]+ [^"]+","email":"user[0-9]+@example\.com","signup_date":"20[0-9-]+","country":"[A-Z]{2}","plan":"(basic|standard|premium)","birth_years":"(19|20)[0-9]0-(19|20)[0-9]9"\}$' json)"
}

@test "dirty logs: read, rejected and dropped are what the truth says" {
	local options=(-q --now "$NOW" --days 2 --per-day 6000 --movies 500 --users 300)
	sim-watch "${options[@]}" --dirty 10 --out sim
	sim-watch "${options[@]}" --print logs | csv-read -q --type watch - >clean
	csv-read -q --type movie sim/movies.csv >movies
	csv-read --type watch --rejects r1 sim/logs/*.csv 2>s1 |
		validate --now "$NOW" --since 2000-01-01 --movies movies --rejects r2 2>s2 |
		dedupe --rejects r3 >left 2>s3
	local rejected=0 n
	for n in r1 r2 r3; do
		rejected=$((rejected + $(grep -vc '^#' $n)))
	done
	same "$(truth sim/truth.tsv rejected)" "$rejected"
	same "$(truth sim/truth.tsv written)" "$(grep -vc '^#' left)"
	[[ $(tail -n 1 s3) == *"+ dropped $(truth sim/truth.tsv dropped),"* ]]
	[[ $(tail -n 1 s1) == *"read $(($(truth sim/truth.tsv written) + $(truth sim/truth.tsv rejected) + $(truth sim/truth.tsv dropped))) ="* ]]
	# Every kind came, ten in a hundred rows are bad, and what is left is the clean log, but for the
	# corrections.
	same "" "$(awk -F '\t' '!/^#/ && $2 == 0 { print $1 }' sim/truth.tsv)"
	awk -F '\t' '$3 == "written" { good += $2 } $3 == "rejected" || $3 == "dropped" { bad += $2 }
		END { part = bad / (good + bad); exit !(part > 0.095 && part < 0.105) }' sim/truth.tsv
	same "" "$(diff <(cut -f 1-3 clean | sort) <(cut -f 1-3 left | sort))"
	n=$(diff <(sort clean) <(sort left) | grep -c '^>')
	[[ $n -gt 0 && $n -le $(awk -F '\t' '$1 == "correction" { print $2 }' sim/truth.tsv) ]]
}

@test "each kind of row alone has the fate that the truth tells" {
	local options=(-q --now "$NOW" --days 1 --per-day 3000 --movies 300 --users 300)
	sim-watch "${options[@]}" --print logs | csv-read -q --type watch - | grep -v '^#' | cut -f 1-3 | sort >clean
	sim-watch "${options[@]}" --print movies | csv-read -q --type movie - >movies
	local kind rejected dropped count=0
	for kind in $(sim-watch --kinds list); do
		count=$((count + 1))
		rm -rf sim
		sim-watch "${options[@]}" --dirty 10 --kinds "$kind" --out sim
		awk -F '\t' -v kind="$kind" '!/^#/ && $1 != "plain" && ($2 > 0) != ($1 == kind) { exit 1 }' sim/truth.tsv ||
			fail "$kind: other kinds, or none: $(cat sim/truth.tsv)"
		csv-read --type watch --rejects r1 sim/logs/*.csv 2>s1 |
			validate -q --now "$NOW" --since 2000-01-01 --movies movies --rejects r2 |
			dedupe --rejects r3 2>s3 | grep -v '^#' | cut -f 1-3 | sort >left
		rejected=$(cat r1 r2 r3 | grep -vc '^#') || true
		dropped=$(grep -o 'dropped [0-9]*' s3)
		same "$kind $(truth sim/truth.tsv rejected)" "$kind $rejected"
		same "$kind dropped $(truth sim/truth.tsv dropped)" "$kind $dropped"
		same_file clean left || fail "$kind"
	done
	same 35 "$count"
}

@test "without validate's conditions the rows of these kinds are records" {
	sim-watch -q --now "$NOW" --days 1 --per-day 3000 --dirty 10 --kinds unknown-film,time-before --out sim
	csv-read -q --type watch sim/logs/*.csv | validate -q --now "$NOW" | dedupe -q >left
	same "$(($(truth sim/truth.tsv written) + $(truth sim/truth.tsv rejected)))" "$(grep -vc '^#' left)"
}

@test "--print logs: the unterminated quote comes once, at the very end" {
	sim-watch -q --now "$NOW" --days 2 --per-day 3000 --dirty 5 --print logs --truth truth.tsv >logs
	same "unterminated-quote 1 rejected" "$(awk -F '\t' '$1 == "unterminated-quote" { print $1, $2, $3 }' truth.tsv)"
	csv-read --type watch --rejects rejects logs 2>summary >/dev/null
	same 1 "$(grep -c 'unterminated-quote' rejects)"
	[[ $(tail -n 1 summary) == *"read $(($(truth truth.tsv written) + $(truth truth.tsv rejected) + $(truth truth.tsv dropped))) ="* ]]
}

@test "--movies-from views the films of a stream, by rank, not before their release, not the deleted" {
	rec '#movie title movie_id release_date popularity deleted' 'A 603 1999-03-31 900.5 \N' 'B 27205 \N 20 f' \
		'C 129 2026-11-15 5000 \N' 'D 238 1972-03-14 9999 t' 'E -7 2026-11-14 1 \N' >films
	sim-watch -q --now "$NOW" --days 2 --per-day 3000 --movies-from films --out sim
	same "logs truth.tsv users.csv" "$(cd sim && echo *)"
	tail -q -n +2 sim/logs/*.csv >logs
	same "-7 27205 603" "$(cut -d , -f 2 logs | sort -u | xargs)"
	same "2026-11-15" "$(awk -F , '$2 == -7 { print substr($3, 1, 10) }' logs | sort -u)"
	[[ $(cut -d , -f 2 logs | grep -cx 603) -gt $(cut -d , -f 2 logs | grep -cx 27205) ]]
	sim-watch -q --now "$NOW" --days 2 --per-day 3000 --movies-from - --print logs <films >printed
	same_file logs <(rows printed)
}

@test "--movies-from: streams that can't be viewed" {
	rec '#watch session_id' '1' >wrong
	run -1 sim-watch -q --print logs --movies-from wrong
	same "sim-watch: wrong:1: can't view records of type \"watch\", only movie" "$output"
	rec '#movie movie_id' '1' '1' >twice
	run -1 sim-watch -q --print logs --movies-from twice
	same "sim-watch: twice: movie_id 1 comes twice" "$output"
	rec '#movie movie_id' >none
	run -1 sim-watch -q --print logs --movies-from none
	same "sim-watch: none: no film to view" "$output"
	rec '#movie movie_id rating' '1 eleven' >bad
	run -1 sim-watch -q --print logs --movies-from bad
	same 'sim-watch: bad:2: rating: not a rating: "eleven"' "$output"
	rec_open '#movie movie_id' '1' >short
	run -1 sim-watch -q --print logs --movies-from short
	[[ $output == "sim-watch: short: the input is cut: "* ]]
	rec '#movie title' 'A' >lacks
	run -1 sim-watch -q --print logs --movies-from lacks
	[[ $output == *"movie_id"* ]]
	rec '#movie movie_id release_date' '1 2026-11-15' >later
	run -1 --separate-stderr sim-watch -q --now "$NOW" --days 1 --print logs --movies-from later
	same "sim-watch: no film of the catalogue is out on 2026-11-14" "$stderr"
	run -1 sim-watch -q --print logs --movies-from nowhere
	same "sim-watch: nowhere: No such file or directory" "$output"
}

@test "wrong usage" {
	usage() {
		local want=$1
		shift
		run -2 --separate-stderr sim-watch "$@"
		same "sim-watch: $want" "${stderr%%$'\n'*}"
		same "" "$output"
	}
	usage "one of --out and --print is needed"
	usage "one of --out and --print is needed" --out a --print logs
	usage '--print: not logs, movies or users: "all"' --print all
	usage '--print movies: these are the films of --movies-from' --print movies --movies-from x
	usage '--dirty: not a number from 0 to 50 with at most 3 places: "51"' --print logs --dirty 51
	usage '--dirty: not a number from 0 to 50 with at most 3 places: "1.0001"' --print logs --dirty 1.0001
	usage '--dirty: not a number from 0 to 50 with at most 3 places: "-1"' --print logs --dirty=-1
	usage '--kinds: no such kind: "plain"' --print logs --kinds plain
	usage '--kinds: no such kind: "dust"' --print logs --kinds duplicate,dust
	usage '--days: not from 1 to 1499: "0"' --print logs --days 0
	usage '--per-day: not a number: "many"' --print logs --per-day many
	usage '--as-of: not a date: "2026-02-29"' --print logs --as-of 2026-02-29
	usage '--as-of is more than 1500 days after the first day' --print logs --as-of 2026-11-15 --now 2022-01-01
	usage 'the first day is before 2000-01-04, when no simulated service existed' --print logs --now 2000-01-10
	usage 'no operand is taken: "x"' --print logs x
	run -2 sim-watch --print logs --now never
	[[ ${lines[0]} == *'--now'*'"never"' ]]
	run -2 sim-watch --print
	run -2 sim-watch --prunt logs
}

@test "--help, --version, --kinds list" {
	run -0 sim-watch --help
	[[ ${lines[0]} == "usage: sim-watch --out DIR [OPTION]..." && $output == *--movies-from* ]]
	run -0 sim-watch --version
	[[ $output == "sim-watch (reelpipe) "* ]]
	run -0 sim-watch --kinds list
	same 35 "${#lines[@]}"
}

@test "small services and extremes" {
	run -0 --separate-stderr sim-watch -q --now "$NOW" --days 1 --users 1 --movies 1 --per-day 1 --dirty 50 --print logs
	[[ ${lines[0]} == "user_id,movie_id,timestamp,rating,session_id" ]]
	sim-watch -q --now 2026-11-09 --days 7 --users 1 --movies 1 --per-day 1 --print logs >logs
	same 7 "$(rows logs | wc -l)"
	same "10001,2" "$(rows logs | cut -d , -f 1,2 | sort -u)"
	sim-watch -q --now 2026-11-09 --days 7 --per-day 100 --dirty 50 --print logs --truth truth >/dev/null
	awk -F '\t' '$3 == "written" { good += $2 } $3 != "written" { bad += $2 } END { exit !(good == 700 && bad > 650) }' truth
}

@test "outputs that can't be written" {
	run -1 bash -c 'sim-watch -q --print logs --days 1 --now 2026-11-15 >/dev/full'
	same "sim-watch: stdout: can't write: No space left on device" "$output"
	run -1 bash -c 'sim-watch --kinds list >/dev/full'
	same "sim-watch: stdout: can't write: No space left on device" "$output"
	: >file
	run -1 sim-watch -q --out file/sub --days 1
	same "sim-watch: file/sub: can't create: Not a directory" "$output"
	run -1 sim-watch -q --out file --days 1
	same "sim-watch: file/logs: can't create: Not a directory" "$output"
	run -1 bash -c 'sim-watch -q --print users --now 2026-11-15 >&-'
	same "sim-watch: stdout: can't write: Bad file descriptor" "$output"
	run -0 bash -c 'set +o pipefail; sim-watch --print logs --now 2026-11-15 | head -n 1'
	same "user_id,movie_id,timestamp,rating,session_id" "$output"
}

@test "statistics are appended to REELPIPE_STATS" {
	REELPIPE_STATS=$TMP/stats sim-watch -q --print users --users 7 --now "$NOW" >users
	same "$(wc -c <users)" "$(sed -n 2p stats | cut -f 12)"
	same "sim-watch 7 7 0 0" "$(sed -n 2p stats | cut -f 1,4-7 | tr '\t' ' ')"
}
