#!/usr/bin/env bats
# validate: records that break a rule are taken out.

NOW=2026-11-16T12:00:00Z

setup() {
	load helper
}

# check WANT OPTION… -- LINE…: the stream of LINEs, run with the options, leaves the records numbered
# WANT (`1 3`); $rejects has rule, origin and reason of the others.
check() {
	local want=$1 options=() n=0 number keep
	shift
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	rec "$@" >in
	sed '$d' in >expected
	keep=$(wc -l <expected)
	for ((number = 1; number < keep; number++)); do
		if [[ " $want " == *" $number "* ]]; then
			n=$((n + 1))
		else
			sed -i "$((number + 1))s/^.*\$/-/" expected
		fi
	done
	sed -i '/^-$/d' expected
	printf '#end\t%d\n' "$n" >>expected
	validate -q --now "$NOW" --rejects bad "${options[@]}" in >out || return
	same_file expected out
	rejects=$(sed '1d;$d' bad | cut -f 2-4)
}

watch='#watch session_id user_id movie_id watch_timestamp rating'
good='1 10 603 2026-11-15T21:04:33Z 4.5'

@test "sound records pass as they are" {
	check '1 2 3' -- "$watch" "$good" '9223372036854775807 1 -5 0001-01-01T00:00:00.000001Z \N' \
		'3 3 3 2026-11-16T12:05:00Z 10'
	same "" "$rejects"
}

@test "time-in-future: later than --now and five minutes" {
	check '1 2' -- "$watch" "1 1 1 2026-11-16T12:05:00Z 1" '2 1 1 2026-11-16T12:04:59.999999Z 1' \
		'3 1 1 2026-11-16T12:05:00.000001Z 1' '4 1 1 9999-12-31T23:59:59Z 1'
	same "time-in-future	in:4	watch_timestamp: in the future (later than 2026-11-16T12:05:00Z): \"2026-11-16T12:05:00.000001Z\"
time-in-future	in:5	watch_timestamp: in the future (later than 2026-11-16T12:05:00Z): \"9999-12-31T23:59:59Z\"" "$rejects"
}

@test "--skew sets the tolerance" {
	check '1' --skew 0s -- "$watch" "1 1 1 2026-11-16T12:00:00Z 1" '2 1 1 2026-11-16T12:00:01Z 1'
	check '1 2' --skew 1h -- "$watch" "1 1 1 2026-11-16T13:00:00Z 1" '2 1 1 2026-11-16T12:00:01Z 1' \
		'3 1 1 2026-11-16T13:00:01Z 1'
	run -2 --separate-stderr validate --skew soon in
	[[ $stderr == *'--skew: not a length of time'*'"soon"'* ]]
}

@test "without --now the present is the clock's" {
	rec "$watch" "1 1 1 $(date -u -d '-1 minute' +%FT%TZ) 1" "2 1 1 $(date -u -d '+2 minutes' +%FT%TZ) 1" \
		"3 1 1 $(date -u -d '+1 day' +%FT%TZ) 1" >in
	run -0 --separate-stderr validate -q --rejects bad in
	same "#end	2" "${lines[3]}"
	same "time-in-future" "$(sed -n 2p bad | cut -f 2)"
}

@test "time-before-since: before --since, which is off by default" {
	check '1 2' -- "$watch" "1 1 1 1999-12-31T23:59:59Z 1" "2 1 1 2000-01-01T00:00:00Z 1"
	check '2' --since 2000-01-01 -- "$watch" "1 1 1 1999-12-31T23:59:59.999999Z 1" "2 1 1 2000-01-01T00:00:00Z 1"
	same 'time-before-since	in:2	watch_timestamp: before 2000-01-01T00:00:00Z: "1999-12-31T23:59:59.999999Z"' "$rejects"
}

@test "rating-range: ratings beyond 0 to 10 are rejects, not a broken stream" {
	check '1 2 6' -- "$watch" '1 1 1 2026-01-01T00:00:00Z 0' '2 1 1 2026-01-01T00:00:00Z 10' \
		'3 1 1 2026-01-01T00:00:00Z 11' '4 1 1 2026-01-01T00:00:00Z -0.5' \
		'5 1 1 2026-01-01T00:00:00Z 10.001' '6 1 1 2026-01-01T00:00:00Z \N'
	same 'rating-range	in:4	rating: not within 0 to 10: "11"
rating-range	in:5	rating: not within 0 to 10: "-0.5"
rating-range	in:6	rating: not within 0 to 10: "10.001"' "$rejects"
	check '' -- '#movie movie_id rating' '1 85'
	same 'rating-range	in:2	rating: not within 0 to 10: "85"' "$rejects"
}

@test "empty-title: a film without a title, unless it is deleted" {
	check '1 4 7' -- '#movie movie_id title deleted' '1 Matrix f' '2 \N f' '3 \N \N' '4 \N t' \
		'5 \t f' '6 \r\n \N' '7 \t t'
	same 'empty-title	in:3	title: a film without a title
empty-title	in:4	title: a film without a title
empty-title	in:6	title: a film with a blank title: "\\\\t"
empty-title	in:7	title: a film with a blank title: "\\\\r\\\\n"' "$rejects"
	printf '#movie\tmovie_id\ttitle\n1\t  \n2\t \\t x\n3\t\\N\n#end\t3\n' >in
	run -0 --separate-stderr validate -q --rejects bad in
	same "$(printf '#movie\tmovie_id\ttitle\n2\t \\t x\n#end\t1\n')" "$output"
	same "2" "$(grep -c empty-title bad)"
}

@test "empty-title: a stream without titles leaves them alone" {
	check '1 2' -- '#movie movie_id genres' '1 Drama' '2 \N'
	check '1' -- '#movie movie_id deleted' '1 t'
}

@test "release-date-range: before 1870, or over ten years ahead" {
	check '1 2 5' -- '#movie movie_id title release_date' '1 A 1870-01-01' '2 B 2036-11-16' \
		'3 C 1869-12-31' '4 D 2036-11-17' '5 E \N'
	same 'release-date-range	in:4	release_date: before 1870-01-01: "1869-12-31"
release-date-range	in:5	release_date: after 2036-11-16: "2036-11-17"' "$rejects"
	check '1' --ahead 0 -- '#movie movie_id release_date' '1 2026-11-16' '2 2026-11-17'
	NOW=2024-02-29 check '1' --ahead 1 -- '#movie movie_id release_date' '1 2025-02-28' '2 2025-03-01'
	NOW=2024-02-29 check '1 2' --ahead 4 -- '#movie movie_id release_date' '1 2025-02-28' '2 2028-02-29' '3 2028-03-01'
	check '1' --ahead 9999 -- '#movie movie_id release_date' '1 9999-12-31'
	run -2 --separate-stderr validate --ahead -1 in
	[[ $stderr == *"--ahead"* ]]
}

@test "unknown-movie: a watched film that isn't in the --movies files" {
	{
		rec '#movie movie_id title' '603 Matrix' '-7 Local' '20000000 Big' '0 Zero' '16777215 Edge'
		rec '#table x movie_id' 'a 129'
	} >m1
	rec '#movie movie_id deleted' '5 t' '16777216 f' >m2
	check '1 2 3 4 6 7' --movies m1 --movies m2 -- "$watch" "$good" '2 1 -7 2026-01-01T00:00:00Z 1' \
		'3 1 20000000 2026-01-01T00:00:00Z 1' '4 1 129 2026-01-01T00:00:00Z 1' \
		'5 1 604 2026-01-01T00:00:00Z 1' '6 1 5 2026-01-01T00:00:00Z \N' '7 1 16777215 2026-01-01T00:00:00Z 1' \
		'8 1 -8 2026-01-01T00:00:00Z 1' '9 1 99999999999 2026-01-01T00:00:00Z 1'
	same 'unknown-movie	in:6	movie_id: not a known film: "604"
unknown-movie	in:9	movie_id: not a known film: "-8"
unknown-movie	in:10	movie_id: not a known film: "99999999999"' "$rejects"
	check '1' --movies m2 -- '#movie movie_id title' '604 New'
	check '1' --movies none --skip unknown-movie -- "$watch" "$good"
}

@test "--movies: files that can't be used are errors" {
	rec "$watch" "$good" >in
	rec '#movie id' 1 >m
	run -1 --separate-stderr validate -q --movies m in
	same 'validate: m:1: the movie records have no column movie_id: their columns are "id"' "$stderr"
	rec '#movie movie_id' x >m
	run -1 --separate-stderr validate -q --movies m in
	same 'validate: m:2: movie_id: not an integer: "x"' "$stderr"
	rec_open '#movie movie_id' 603 >m
	run -1 --separate-stderr validate -q --movies m in
	same 'validate: m: the input is cut: no #end after line 2' "$stderr"
	run -0 --separate-stderr validate -q --partial --movies m in
	run -1 --separate-stderr validate -q --movies none in
	[[ $stderr == "validate: none: "* ]]
	rec '#movie movie_id' 603 >m
	run -2 --separate-stderr validate -q --movies - <m
	[[ $stderr == "validate: --movies: standard input is read already"* ]]
	run -0 --separate-stderr validate -q --movies - in <m
	same "#end	1" "${lines[2]}"
}

@test "missing-value: a required column is NULL" {
	check '4' -- "$watch" '\N 1 1 2026-01-01T00:00:00Z 1' '2 \N 1 2026-01-01T00:00:00Z 1' \
		'3 1 1 \N 1' '4 1 1 2026-01-01T00:00:00Z \N' '5 1 \N 2026-01-01T00:00:00Z \N'
	same 'missing-value	in:2	session_id: a required value is missing
missing-value	in:3	user_id: a required value is missing
missing-value	in:4	watch_timestamp: a required value is missing
missing-value	in:6	movie_id: a required value is missing' "$rejects"
	check '1' -- '#genre id name' '1 Action' '2 \N'
	same 'missing-value	in:3	name: a required value is missing' "$rejects"
}

@test "a required column that the header lacks is an error" {
	rec '#watch session_id user_id movie_id rating' '1 1 1 1' >in
	run -1 --separate-stderr validate in
	same 'validate: in:1: the watch records have no column watch_timestamp: their columns are "session_id\tuser_id\tmovie_id\trating"' "$stderr"
	same "" "$output"
}

@test "id-range: ids that stand for none" {
	check '4 7' -- "$watch" '0 1 1 2026-01-01T00:00:00Z 1' '1 0 1 2026-01-01T00:00:00Z 1' \
		'1 -1 1 2026-01-01T00:00:00Z 1' '1 1 -1 2026-01-01T00:00:00Z 1' \
		'1 1 0 2026-01-01T00:00:00Z 1' '-5 1 1 2026-01-01T00:00:00Z 1' '7 1 1 2026-01-01T00:00:00Z 1'
	same 'id-range	in:2	session_id: not a positive id: "0"
id-range	in:3	user_id: not a positive id: "0"
id-range	in:4	user_id: not a positive id: "-1"
id-range	in:6	movie_id: not a film'"'"'s id: "0"
id-range	in:7	session_id: not a positive id: "-5"' "$rejects"
	check '1' -- '#user user_id' 1 0
	check '1' -- '#movie movie_id' -1 0
}

@test "number-range: counts of a film are not negative" {
	check '1 5' -- '#movie movie_id vote_count popularity runtime' '1 0 0 0' '2 -1 0 0' '3 0 -0.5 0' \
		'4 0 0 -90' '5 \N \N \N'
	same 'number-range	in:3	vote_count: negative: "-1"
number-range	in:4	popularity: negative: "-0.5"
number-range	in:5	runtime: negative: "-90"' "$rejects"
}

@test "reasons show nothing of a person but an id" {
	run -0 --separate-stderr validate -q --now 2026-12-01 <(rec '#user user_id signup_date birth_years plan' '7 Ann \N \N' \
		'ann@x \N \N \N' '-7 \N \N \N' '8 \N 1984 \N')
	same 'signup_date: not a date: (not shown)
user_id: not an integer: (not shown)
user_id: not a positive id: "-7"
birth_years: not ten years: (not shown)' "$(cut -d ' ' -f 4- <<<"$stderr")"
}

@test "time-in-future for users: a day of grace, since dates have no zone" {
	check '1 2' -- '#user user_id signup_date' '1 2026-11-16' '2 2026-11-17' '3 2026-11-18' 
	same 'time-in-future	in:4	signup_date: in the future: after 2026-11-17: (not shown)' "$rejects"
	check '1' -- '#user user_id signup_date' '1 1850-01-01'
}

@test "bad-value: what isn't canonical is a reject, not a broken stream" {
	check '1' -- "$watch" "$good" 'x 1 1 2026-01-01T00:00:00Z 1' '01 1 1 2026-01-01T00:00:00Z 1' \
		'1 1 1 2026-01-01_00:00:00Z 1' '1 1 1 2026-02-29T00:00:00Z 1' '1 1 1 2026-01-01T24:00:00Z 1' \
		'1 1 1 2026-01-01T00:00:00Z 1.50' '1 1 1 2026-01-01T00:00:00Z 1.2345' \
		'1 1 1 2026-01-01T00:00:00Z good' '9223372036854775808 1 1 2026-01-01T00:00:00Z 1' \
		'1 1 1 2026-01-01T00:00:00.100Z 1' '1 1 1 2026-01-01T00:00:00Z '
	same 'bad-value	in:3	session_id: not an integer: "x"
bad-value	in:4	session_id: not an integer: "01"
bad-value	in:5	watch_timestamp: not a time: "2026-01-01_00:00:00Z"
bad-value	in:6	watch_timestamp: not a time: "2026-02-29T00:00:00Z"
bad-value	in:7	watch_timestamp: not a time: "2026-01-01T24:00:00Z"
bad-value	in:8	rating: not a rating from 0 to 10: "1.50"
bad-value	in:9	rating: not a rating from 0 to 10: "1.2345"
bad-value	in:10	rating: not a rating from 0 to 10: "good"
bad-value	in:11	session_id: not an integer: "9223372036854775808"
bad-value	in:12	watch_timestamp: not a time: "2026-01-01T00:00:00.100Z"
bad-value	in:13	rating: not a rating from 0 to 10: ""' "$rejects"
	check '1' -- '#movie movie_id genres adult release_date title' '1 A|B t 2020-01-01 x' \
		'2 A||B t 2020-01-01 x' '3 A true 2020-01-01 x' '4 A t 2020-1-1 x' '5 A t 2020-01-01 '
	same 'bad-value	in:3	genres: not a list: "A||B"
bad-value	in:4	adult: not t or f: "true"
bad-value	in:5	release_date: not a date: "2020-1-1"
bad-value	in:6	title: empty: ""' "$rejects"
}

@test "the first rule broken from left to right names the reject" {
	check '' -- '#watch rating watch_timestamp session_id user_id movie_id' '11 2027-01-01T00:00:00Z 0 1 1'
	same 'rating-range	in:2	rating: not within 0 to 10: "11"' "$rejects"
	check '' -- "$watch" '0 1 1 2027-01-01T00:00:00Z 11'
	same 'id-range	in:2	session_id: not a positive id: "0"' "$rejects"
}

@test "--skip leaves rules out" {
	check '1' --skip rating-range -- "$watch" '1 1 1 2026-01-01T00:00:00Z 11' '2 1 1 2027-01-01T00:00:00Z 5'
	check '1 2 3 4' --skip rating-range,time-in-future --skip missing-value,bad-value -- "$watch" \
		'1 1 1 2026-01-01T00:00:00Z 11' '2 1 1 2027-01-01T00:00:00Z 5' '\N 1 1 \N \N' '3 1 x y z'
	check '1' --skip id-range -- "$watch" '0 -1 0 2026-01-01T00:00:00Z 1'
	check '1' --skip empty-title,release-date-range,number-range -- \
		'#movie movie_id title release_date runtime' '1 \N 1800-01-01 -1'
	rec '#movie movie_id' 5 >m
	check '' --skip id-range --movies m -- "$watch" '0 -1 0 2026-01-01T00:00:00Z 1'
	check '1' --skip time-before-since --since 2026-02-01 -- "$watch" '1 1 1 2026-01-01T00:00:00Z 1'
	run -2 --separate-stderr validate --skip rating
	same 'validate: --skip: no such rule (see --list-rules): "rating"' "${stderr_lines[0]}"
}

@test "every rule is listed, in the manual page, and can be skipped" {
	run -0 --separate-stderr validate --list-rules
	same "#rule	name	types	breaks" "${lines[0]}"
	same "#end	10" "${lines[-1]}"
	sed '1d;$d' <<<"$output" | cut -f 1 >rules
	same "missing-value bad-value id-range time-in-future time-before-since rating-range number-range empty-title release-date-range unknown-movie" "$(paste -s -d ' ' rules)"
	sed -n '/^\.Ss The rules/,/^\.El/s/^\.It Sy //p' "$ROOT/man/validate.1" >manual
	same_file rules manual
	rec "$watch" "$good" >in
	run -0 --separate-stderr validate -q --skip "$(paste -s -d , rules)" in
	same "#end	1" "${lines[2]}"
}

@test "--list-types writes the schema table as records, which validate itself accepts" {
	validate --list-types >types
	run -0 --separate-stderr validate -q types
	same "$(<types)" "$output"
	same "#schema	type	column	value	required	key	identity	present	best" "$(head -1 types)"
	same "$(tabs 'watch session_id integer t t f 0 0' 'watch user_id integer t f t 0 0' \
		'watch movie_id integer t f t 0 0' 'watch watch_timestamp time t f f 0 2' \
		'watch rating rating f f f 1 3')" "$(grep '^watch' types)"
	same "watch movie user genre trending reject etl_stage bookmark schema" \
		"$(sed '1d;$d' types | cut -f 1 | uniq | grep -E '^(watch|movie|user|genre|trending|reject|etl_stage|bookmark|schema)$' | paste -s -d ' ')"
	run -2 --separate-stderr validate --list-types x
	[[ $stderr == 'validate: --list-rules and --list-types read no file: "x"'* ]]
	run -1 --separate-stderr bash -c 'validate --list-types >/dev/full'
	[[ $stderr == "validate: stdout: "* ]]
}

@test "types that aren't in the schema table are errors" {
	rec '#table a' 1 >in
	run -1 --separate-stderr validate in
	same 'validate: in:1: no rules for records of type "table"' "$stderr"
}

@test "columns in any order; columns that the type doesn't have pass unchecked" {
	check '1 3' -- '#watch _origin rating extra movie_id user_id watch_timestamp session_id' \
		'a:1 5 \N 1 1 2026-01-01T00:00:00Z 1' 'a:2 12 x 1 1 2026-01-01T00:00:00Z 1' \
		'\N 5 \t\\ 1 1 2026-01-01T00:00:00Z 1'
	same 'rating-range	a:2	rating: not within 0 to 10: "12"' "$rejects"
}

@test "several segments of several types, and bookmarks after what they cover" {
	tabs "$watch" "$good" '#mark file:a 1' '2 1 1 2027-01-01T00:00:00Z 1' '#mark file:a 2' '#end 2' \
		'#movie movie_id title' '1 \N' '2 Film' '#end 2' >in
	run -0 --separate-stderr validate --now "$NOW" --rejects bad in
	same "$(tabs "$watch" "$good" '#mark file:a 1' '#mark file:a 2' '#end 1' '#movie movie_id title' '2 Film' '#end 1')" "$output"
	same "validate: rejected by rule: 1 time-in-future, 1 empty-title" "${stderr_lines[0]}"
	[[ ${stderr_lines[1]} == "validate: read 4 = written 2 + rejected 2 + dropped 0,"* ]]
}

@test "a reject holds the record and its header, is private, and replays" {
	check '' -- "$watch" '1 1 1 2027-01-01T00:00:00Z 11'
	same "600" "$(stat -c %a bad)"
	same "#reject	stage	rule	origin	reason	raw_header	raw" "$(head -1 bad)"
	same '1\t1\t1\t2027-01-01T00:00:00Z\t11' "$(sed -n 2p bad | cut -f 7)$(sed -n 2p bad | cut -f 6)"
	same '\#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating' "$(sed -n 2p bad | cut -f 5)"
	run -0 --separate-stderr validate -q bad
	same "$(<bad)" "$output"
}

@test "without --rejects the first are shown" {
	rec "$watch" '1 1 1 2026-01-01T00:00:00Z 11' >in
	run -0 --separate-stderr validate --now "$NOW" in
	same 'validate: in:2: rating-range: rating: not within 0 to 10: "11"' "${stderr_lines[0]}"
}

@test "--max-rejects fails before #end" {
	rec "$watch" "$good" '1 1 1 2026-01-01T00:00:00Z 11' '1 1 1 2026-01-01T00:00:00Z 12' >in
	run -1 --separate-stderr validate --now "$NOW" --max-rejects 1 in
	[[ $output != *'#end'* && $stderr == *"more than 1 rejects"* ]]
	run -1 --separate-stderr validate --now "$NOW" --max-rejects 66% in
	[[ $output != *'#end'* && $stderr == *"rejects"* ]]
	run -0 --separate-stderr validate --now "$NOW" --max-rejects 67% in
	run -0 --separate-stderr validate --now "$NOW" --max-rejects 2 in
	# A segment's end can't be taken back: each is judged by what has come so far.
	rec "$watch" '1 1 1 2026-01-01T00:00:00Z 11' >bad
	rec "$watch" '2 1 1 2026-01-01T00:00:00Z 1' >fine
	run -0 --separate-stderr validate -q --now "$NOW" --rejects r --max-rejects 50% fine bad
	run -1 --separate-stderr validate -q --now "$NOW" --rejects r --max-rejects 50% bad fine
	same 'validate: more than 50.0 % rejects: 1 of 1' "$stderr"
	[[ $output != *'#end'* ]]
}

@test "malformed lines, cut, empty and missing input" {
	tabs "$watch" '1 1 1 2026-01-01T00:00:00Z' '#end 1' >in
	run -1 --separate-stderr validate -q in
	same "validate: in:2: a malformed line: 4 fields, the header has 5 columns" "$stderr"
	[[ $output != *'#end'* ]]
	rec_open "$watch" "$good" >in
	run -1 --separate-stderr validate -q in
	same "validate: in: the input is cut: no #end after line 2" "$stderr"
	[[ $output != *'#end'* ]]
	run -0 --separate-stderr validate -q --partial in
	same "#end	1" "${lines[2]}"
	run -1 --separate-stderr validate -q </dev/null
	[[ $stderr == "validate: stdin: the input is cut: it has no segment at all" ]]
	rec "$watch" >in
	run -0 --separate-stderr validate -q in
	same "$(rec "$watch")" "$output"
	run -1 --separate-stderr validate -q none
	[[ $stderr == "validate: none: "*"No such file"* ]]
}

@test "write errors are noticed, a closed pipe is quiet" {
	{ tabs "$watch" && yes "$(tabs "$good")" | head -100000 && printf '#end\t100000\n'; } >in
	run -1 --separate-stderr bash -c 'validate -q in >/dev/full'
	[[ $stderr == "validate: stdout: "*"No space left on device"* ]]
	run -0 --separate-stderr bash -c 'validate -q in | head -1; [[ ${PIPESTATUS[0]} == 141 ]]'
	same "" "$stderr"
	rec "$watch" '1 1 1 2026-01-01T00:00:00Z 11' >in
	run -1 --separate-stderr validate -q --rejects /dev/full in
	[[ $stderr == *"/dev/full: "*"No space left on device"* ]]
}

@test "a stream that trickles is passed on at once" {
	mkfifo slow
	validate -q slow >out &
	exec {pipe}>slow
	tabs "$watch" "$good" >&"$pipe"
	for _ in {1..100}; do
		[[ $(wc -l <out) == 2 ]] && break
		sleep 0.05
	done
	same "$(tabs "$watch" "$good")" "$(<out)"
	printf '#end\t1\n' >&"$pipe"
	exec {pipe}>&-
	wait $!
	same "#end	1" "$(tail -1 out)"
}

@test "statistics, --help and --version" {
	rec "$watch" "$good" '1 1 1 2026-01-01T00:00:00Z 11' >in
	REELPIPE_STATS=stats validate -q --rejects bad in >/dev/null
	same "validate	2	1	1	0" "$(sed -n 2p stats | cut -f 1,4-7)"
	run -0 --separate-stderr validate --help
	[[ $output == "usage: validate "* && $output == *--list-types* ]]
	run -0 --separate-stderr validate --version
	[[ $output == *validate* ]]
}
