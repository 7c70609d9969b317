#!/usr/bin/env bats
# replay: mended rejects of every stage go back in and leave their file and the list; what is still bad stays;
# a second run changes nothing; a file that a person's editor has spoilt changes nothing either.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	# What a killed pipeline leaves behind goes with the test.
	export TMPDIR=$TMP
	now=2026-11-16T00:00:00Z
	watch_header='session_id,user_id,movie_id,watch_timestamp,rating'
}

sql() {
	psql -XAtq -v ON_ERROR_STOP=1 -c "$1"
}

# load_csv TYPE FILE…: through pipelines/load; all rejects go to bad.tsv.
load_csv() {
	REELPIPE_RUNS=$TMP/runs "$ROOT/pipelines/load" --now "$now" "$@" 2>err || fail "$(cat err)"
	cat "$TMP/runs/load-$1"/rejects/*.tsv >bad.tsv
}

replay() {
	run -0 --separate-stderr "$ROOT/pipelines/replay" --now "$now" "$@"
	same '' "$output"
}

# What the last replay said of a file.
verdict() {
	grep '^replay: ' <<<"$stderr"
}

# Stage, rule and origin of the rejects in a file, and of those that the database has open.
in_file() {
	grep -v '^#' "${1:-bad.tsv}" | cut -f 1-3 | tr '\t' ' '
}

open_list() {
	sql "SELECT stage || ' ' || rule || ' ' || origin FROM dash.rejects ORDER BY loaded_at, stage, rule, origin"
}

# reject STAGE RULE ORIGIN HEADER RAW: a file of one reject; HEADER and RAW as they stand in it.
reject() {
	printf '#reject\tstage\trule\torigin\treason\traw_header\traw\n%s\t%s\t%s\tsome reason\t%s\t%s\n#end\t1\n' "$@"
}

snapshot() {
	sql 'SELECT xmin, * FROM watch_sessions ORDER BY session_id; SELECT xmin, * FROM etl_reject ORDER BY reject_id;
		SELECT xmin, * FROM movies ORDER BY movie_id; SELECT xmin, * FROM dirty_day ORDER BY day'
	cat ./*.tsv
	stat -c '%n %i %Y' ./*.tsv
}

watches() {
	sql 'SELECT session_id, user_id, movie_id, watch_timestamp, trim_scale(rating) FROM watch_sessions ORDER BY 1'
}

@test "rejects of all stages, mended with sed: back in, out of the file, resolved; the same as if they had been good" {
	database sed
	printf '%s\n' "$watch_header" 1,7,603,2026-11-14T19:30:00Z,9 2,7,603,yesterday,9 3,7,603,2026-11-14T19:30:00Z,11 \
		'4,7,603,2026-11-14T19:30:00Z,"9' '5,7,"603"x,2026-11-14T19:30:00Z,9' 0,7,603,2026-11-14T19:30:00Z,9 \
		6,7,603 7,7,603,2036-11-14T19:30:00Z,9 8,7,603,2026-11-14T19:30:00Z,9 8,8,603,2026-11-14T19:30:00Z,9 >log.csv
	load_csv watch log.csv
	same 8 "$(open_list | wc -l)"
	chmod 640 bad.tsv
	# The last field of the line is the row, or the record.
	sed -i -E 's/2,7,603,yesterday/2,7,603,2026-11-15/; s/,11$/,10/; s/,"9$/,"9"/; s/"603"x/"603"/; s/6,7,603$/6,7,603,2026-11-13,/
		s/0\\t7/9\\t7/; s/7\\t7\\t603\\t2036/7\\t7\\t603\\t2026/; s/8\\t8\\t603/10\\t8\\t603/' bad.tsv
	replay watch bad.tsv
	same 'replay: bad.tsv: 8 tried, 0 rejected again; 0 others left as they are' "$(verdict)"
	same "$(printf '#reject\tstage\trule\torigin\treason\traw_header\traw\n#end\t0')" "$(<bad.tsv)"
	same 600 "$(stat -c %a bad.tsv)"
	same '' "$(open_list)"
	same 8 "$(sql 'SELECT count(*) FROM etl_reject WHERE resolved_at IS NOT NULL')"
	watches >replayed
	snapshot >before
	replay watch bad.tsv
	snapshot >after
	same_file before after
	same 'replay: bad.tsv: 0 tried, 0 rejected again; 0 others left as they are' "$(verdict)"
	# Loading the file that is still bad brings nothing back, neither rows nor rejects.
	load_csv watch log.csv
	same '' "$(open_list)"
	watches >again
	same_file replayed again
	database good
	printf '%s\n' "$watch_header" 1,7,603,2026-11-14T19:30:00Z,9 2,7,603,2026-11-15,9 3,7,603,2026-11-14T19:30:00Z,10 \
		4,7,603,2026-11-14T19:30:00Z,9 5,7,603,2026-11-14T19:30:00Z,9 9,7,603,2026-11-14T19:30:00Z,9 6,7,603,2026-11-13, \
		7,7,603,2026-11-14T19:30:00Z,9 8,7,603,2026-11-14T19:30:00Z,9 10,8,603,2026-11-14T19:30:00Z,9 >good.csv
	load_csv watch good.csv
	watches >loaded
	same_file loaded replayed
}

@test "what is still bad is rejected again by whatever stage, under its own origin, and stays; twice is once" {
	database still
	printf '%s\n' "$watch_header" 2,7,603,yesterday,9 3,7,603,2026-11-14,11 '4,7,603,2026-11-14,"9' 8,7,603,2026-11-14,9 8,8,603,2026-11-14,9 >log.csv
	load_csv watch log.csv
	# A row that csv-read takes now, and validate doesn't.
	sed -i 's/2,7,603,yesterday/0,7,603,2026-11-15/' bad.tsv
	replay watch bad.tsv
	same 'replay: bad.tsv: 4 tried, 4 rejected again; 0 others left as they are' "$(verdict)"
	same "$(printf '%s\n' 'validate id-range log.csv:2' 'csv-read rating-range log.csv:3' \
		'csv-read unterminated-quote log.csv:4' 'pg-load key-conflict log.csv:6')" "$(in_file)"
	same "$(in_file | sort)" "$(open_list | sort)"
	same '\#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\t_origin|0\t7\t603\t2026-11-15T00:00:00Z\t9\tlog.csv:2' \
		"$(grep id-range bad.tsv | cut -f 5,6 | tr '\t' '|')"
	snapshot >before
	replay watch bad.tsv
	snapshot >after
	same_file before after
	# And from there.
	sed -i -E 's/0\\t7\\t603/12\\t7\\t603/; s/(.*),11$/\1,1/' bad.tsv
	replay watch bad.tsv
	same "$(printf '%s\n' 'csv-read unterminated-quote log.csv:4' 'pg-load key-conflict log.csv:6')" "$(in_file)"
	same "$(in_file | sort)" "$(open_list | sort)"
	same "$(printf '%s\n' '3|7|603|2026-11-14 00:00:00+00|1' '8|7|603|2026-11-14 00:00:00+00|9' '12|7|603|2026-11-15 00:00:00+00|9')" "$(watches)"
}

@test "two that can't both be right: the same one is rejected each time" {
	database pair
	printf '%s\n' "$watch_header" 8,6,603,2026-11-14,9 >first.csv
	load_csv watch first.csv
	printf '%s\n' "$watch_header" 8,7,603,2026-11-14,9 8,8,603,2026-11-14,9 8,9,603,soon,9 8,9,604,2026-11-14,9 >log.csv
	load_csv watch log.csv
	same "$(printf '%s\n' 'csv-read bad-time log.csv:4' 'dedupe key-conflict log.csv:3' 'dedupe key-conflict log.csv:5' 'pg-load key-conflict log.csv:2')" "$(in_file)"
	replay watch bad.tsv
	# They keep their places.
	same "$(printf '%s\n' 'csv-read bad-time log.csv:4' 'pg-load key-conflict log.csv:3' 'dedupe key-conflict log.csv:5' 'dedupe key-conflict log.csv:2')" "$(in_file)"
	snapshot >before
	replay watch bad.tsv
	snapshot >after
	same_file before after
}

@test "rows with quotes and line ends, other headers, other delimiters: none swallows another" {
	database quotes
	printf '%s\r\n' 'id;title;genres;date of release' '1;"Two' 'lines";Drama;soon' '2;"He said ""No""; twice";Drama;never' >a.csv
	printf '%s\n' 'title;id;released' '"Open;3;2001-01-01' 'Shut";4;2001-01-01' 'Five;V;2001-01-01' >b.csv
	load_csv movie --csv='--delimiter=;' a.csv b.csv
	same "$(printf '%s\n' 'csv-read bad-date a.csv:2' 'csv-read bad-date a.csv:4' 'csv-read bad-integer b.csv:4')" "$(in_file)"
	sed -i -E 's/;soon$/;2001-02-03/; s/;never$/;2001-02-04/; s/;V;/;5;/' bad.tsv
	replay --csv '--delimiter=;' movie bad.tsv
	same '' "$(in_file)"
	sql "SELECT movie_id, translate(title, E'\r\n', '/|'), genre, release_date FROM movies ORDER BY 1" >films
	same "$(printf '%s\n' '1|Two/|lines|Drama|2001-02-03' '2|He said "No"; twice|Drama|2001-02-04' \
		'4|Open;3;2001-01-01|Shut||2001-01-01' '5|Five||2001-01-01')" "$(<films)"

	# Two rows that are each wrong would together be one that is right.
	{
		reject csv-read bad-quote w.csv:2 "$watch_header" '21,7,603,2026-11-14,"9' | sed '$d'
		printf 'csv-read\tbad-quote\tw.csv:3\tr\t%s\t%s\n' "$watch_header" '9"' "$watch_header" '22,7,603,2026-11-14,9'
		# And one reject that has become two rows.
		printf 'csv-read\tragged-row\tw.csv:9\tr\t%s\t%s\n#end\t4\n' "$watch_header" '23,7,603,2026-11-14,9\n24,7,603,yesterday,9'
	} >rows.tsv
	replay watch rows.tsv
	same "$(printf '%s\n' 'csv-read unterminated-quote w.csv:2' 'csv-read ragged-row w.csv:3' 'csv-read bad-time w.csv:9')" "$(in_file rows.tsv)"
	same '22 23' "$(sql "SELECT string_agg(session_id::text, ' ' ORDER BY session_id) FROM watch_sessions")"
}

@test "rows with bytes that aren't UTF-8: given as \\xHH, back as they were or as they are mended" {
	database bytes
	printf 'movie_id,title\n1,K\xe4se\n2,Back\\slash \xff\n3,N\0L\n4,fine\n' >films.csv
	load_csv movie films.csv
	same "$(printf '%s\n' '1,K\\xe4se' '2,Back\\x5cslash \\xff' '3,N\\x00L')" "$(grep -v '^#' bad.tsv | cut -f 6)"
	cp bad.tsv asis.tsv
	replay movie asis.tsv
	same "$(grep -v '^#' bad.tsv)" "$(grep -v '^#' asis.tsv)"
	sed -i 's/K\\\\xe4se/Käse/; s/ \\\\xff/!/; s/\\\\x00/U/' bad.tsv
	replay movie bad.tsv
	same '' "$(in_file)"
	same "$(printf '%s\n' '1|Käse' '2|Back\slash!' '3|NUL' '4|fine')" "$(sql 'SELECT movie_id, title FROM movies ORDER BY 1')"
}

@test "what holds nothing to be tried stays as it is, to the byte" {
	database kept
	{
		printf '#reject\tstage\trule\torigin\treason\traw_header\traw\n'
		printf 'tmdb-pull\tfetch-failed\tmovie/5\tno answer\tmovie_id\t5\n'
		printf 'csv-read\ttoo-long\ta.csv:2\tthe line is longer than 16 MiB (the raw text is cut)\t%s\t1,2,3\n' "$watch_header"
		printf 'csv-read\tbad-time\ta.csv:3\tgiven up\t%s\t\\N\n' "$watch_header"
		printf 'csv-read\tbad-time\ta.csv:4\tgiven up\t%s\t \\t\n' "$watch_header"
		printf 'csv-read\tbad-time\ta.csv:5\tno header\t\\N\t1,2,3\n'
		printf 'validate\tid-range\ta.csv:6\tanother type\t\\#movie\\tmovie_id\t7\n'
		printf 'validate\tid-range\ta.csv:7\tspaces\t\\#watch\\tsession_id\\tuser_id\t7   8\n'
		printf 'validate\tid-range\ta.csv:8\ttwo lines\t\\#watch\\tsession_id\t7\\n8\n'
		printf 'validate\tid-range\ta.csv:9\tan escape\t\\#watch\\tsession_id\\trating\t7\\t\\\\M\n'
		printf 'validate\tid-range\ta.csv:10\tan end\t\\#watch\\tsession_id\\trating\t#end\\t0\n'
		printf 'validate\tid-range\ta.csv:11\thalf a null\t\\#watch\\tsession_id\\trating\t7\\ta\\\\N\n'
		printf '#end\t11\n'
	} >bad.tsv
	cp bad.tsv copy
	replay watch bad.tsv
	same "$(printf 'replay: bad.tsv: a.csv:%s: left as it is: %s\n' 6 'a record of another type than watch' \
		7 "its fields aren't as many as the columns" 8 'more than one line' 9 'a backslash that begins no escape' \
		10 'a control line' 11 'a backslash that begins no escape')
replay: bad.tsv: 0 tried, 0 rejected again; 11 others left as they are" "$(verdict)"
	same_file copy bad.tsv
	same 11 "$(open_list | wc -l)"
}

@test "records without _origin, several headers in one file, columns of the file in another order, other counts" {
	database columns
	rec '#watch session_id user_id movie_id watch_timestamp rating' '1 7 603 2036-01-01T00:00:00Z \N' '2 7 603 2026-01-01T00:00:00Z 5' |
		validate --quiet --now "$now" --rejects one.tsv >good.tsv
	rec '#watch movie_id user_id session_id watch_timestamp rating _note' '603 0 3 2026-01-01T00:00:00Z 5 a\tb' |
		validate --quiet --now "$now" --rejects two.tsv >good.tsv
	# As `cat` leaves them, a line taken out, and the columns as a spreadsheet might leave them.
	cat one.tsv two.tsv one.tsv | sed '/^#end/s/1/7/' |
		awk -F'\t' -v OFS='\t' '/^#end/ { print; next } /^#/ { print "#reject", $7, $6, $5, $4, $3, $2; next } { print $6, $5, $4, $3, $2, $1 }' |
		sed -E 's/2036/2026/; s/603\\t0/603\\t9/' >bad.tsv
	{
		head -n 1 bad.tsv
		grep -v '^#' bad.tsv
		printf '#end\t99\n'
	} >mended.tsv
	mv mended.tsv bad.tsv
	replay watch bad.tsv
	same 'replay: bad.tsv: 3 tried, 0 rejected again; 0 others left as they are' "$(verdict)"
	same "$(printf '%s\n' '1|7|603|2026-01-01 00:00:00+00|' '3|9|603|2026-01-01 00:00:00+00|5')" "$(watches)"
}

@test "films go through genre-norm, several files are a load each" {
	database films
	printf 'movie_id,title,genres,release_date\n1,One,Sci-Fi,soon\n' >one.csv
	printf 'movie_id,title,genres,release_date\n2,,Sci-Fi,2001-01-01\n' >two.csv
	load_csv movie one.csv && mv bad.tsv one.tsv
	load_csv movie two.csv && mv bad.tsv two.tsv
	sed -i 's/,soon$/,2001-01-01/' one.tsv
	sed -i 's/2\\t\\\\N/2\\tTwo/' two.tsv
	replay movie one.tsv two.tsv
	same "$(printf '%s\n' 'replay: one.tsv: 1 tried, 0 rejected again; 0 others left as they are' \
		'replay: two.tsv: 1 tried, 0 rejected again; 0 others left as they are')" "$(verdict)"
	same "$(printf '%s\n' '1|One|Science Fiction' '2|Two|Science Fiction')" "$(sql 'SELECT movie_id, title, genre FROM movies ORDER BY 1')"
}

@test "a file that isn't one, or is spoilt: exit 1, nothing is loaded, the file is as it was" {
	database spoilt
	reject csv-read bad-time a.csv:2 "$watch_header" 1,7,603,2026-11-14,9 >good.tsv
	sed 's/$/\r/' good.tsv >crlf.tsv
	tr '\t' ' ' <good.tsv >spaces.tsv
	sed '2s/\t/\\q/' good.tsv >escape.tsv
	sed '$d' good.tsv >cut.tsv
	: >empty.tsv
	rec '#watch session_id' 1 >watch.tsv
	rec '#reject stage rule origin reason' 'a b c d' >short.tsv
	printf '%s\n' "$watch_header" 1,7,603,2026-11-14,9 >log.csv
	mkdir directory.tsv
	local file
	for file in empty.tsv crlf.tsv spaces.tsv escape.tsv cut.tsv watch.tsv short.tsv log.csv directory.tsv missing.tsv; do
		[[ ! -f $file ]] || cp "$file" copy
		run -1 --separate-stderr "$ROOT/pipelines/replay" --now "$now" watch "$file"
		[[ $stderr == *"replay: $file: "* ]] || fail "$stderr"
		[[ ! -f $file ]] || same_file copy "$file"
	done
	same 0 "$(sql 'SELECT count(*) FROM watch_sessions')"
	same 0 "$(sql 'SELECT count(*) FROM etl_reject')"
	# The second file is spoilt: the first one is done.
	run -1 "$ROOT/pipelines/replay" --now "$now" watch good.tsv crlf.tsv
	same 1 "$(sql 'SELECT count(*) FROM watch_sessions')"
	# A header that isn't the type's.
	reject csv-read bad-time a.csv:2 'who,what' 1,2 >other.tsv
	cp other.tsv copy
	run -2 "$ROOT/pipelines/replay" --now "$now" watch other.tsv
	same_file copy other.tsv
}

@test "broken off anywhere and run again, it comes to the same end; two at once; a symbolic link" {
	database broken
	printf '%s\n' "$watch_header" 2,7,603,yesterday,9 3,7,603,2026-11-14,11 >log.csv
	load_csv watch log.csv
	sed -i 's/,yesterday,9$/,2026-11-15,9/' bad.tsv
	cp bad.tsv copy
	PGHOST=$TMP run -75 "$ROOT/pipelines/replay" --now "$now" watch bad.tsv
	same_file copy bad.tsv
	# The records are in, the rest isn't.
	sql 'ALTER TABLE etl_reject RENAME TO gone'
	run -1 "$ROOT/pipelines/replay" --now "$now" watch bad.tsv
	sql 'ALTER TABLE gone RENAME TO etl_reject'
	same_file copy bad.tsv
	same 1 "$(sql 'SELECT count(*) FROM watch_sessions')"
	same 2 "$(open_list | wc -l)"
	exec {lock}<bad.tsv
	flock "$lock"
	run -75 --separate-stderr "$ROOT/pipelines/replay" --now "$now" watch bad.tsv {lock}<&-
	same 'replay: bad.tsv: another run has it' "$stderr"
	exec {lock}<&-
	ln -s bad.tsv link.tsv
	PGUSER=reelpipe_etl replay watch link.tsv
	[[ -L link.tsv ]]
	same 'csv-read rating-range log.csv:3' "$(in_file)"
	same 'csv-read rating-range log.csv:3' "$(open_list)"
	same '' "$(find . -name '.replay*')$(find . -maxdepth 1 -name 'reelpipe-*')"
}

@test "options, and wrong usage" {
	database options
	printf 'user,film,time,stars\n7,603,yesterday,5\n' >log.csv
	load_csv watch --csv=--derive=session_id --csv=--rating-scale=5 log.csv
	sed -i 's/,yesterday,5$/,2026-11-15,4.5/' bad.tsv
	replay --csv=--derive=session_id --csv --rating-scale=5 watch bad.tsv
	same '7|603|2026-11-15 00:00:00+00|9' "$(watches | cut -d'|' -f 2-)"
	run -2 --separate-stderr "$ROOT/pipelines/replay" films bad.tsv
	same "$(printf '%s\n' 'replay: not watch or movie: films' "replay: Try 'replay --help'.")" "$stderr"
	run -2 "$ROOT/pipelines/replay" watch
	run -2 "$ROOT/pipelines/replay" --csv=--encoding=latin1 watch bad.tsv
	run -2 "$ROOT/pipelines/replay" --csv=--no-header watch bad.tsv
	run -2 "$ROOT/pipelines/replay" --now
	run -0 "$ROOT/pipelines/replay" --help
	# A run empties its own directory first.
	mkdir -p runs/replay/rejects
	cp bad.tsv runs/replay/rejects/x.tsv
	REELPIPE_RUNS=runs run -1 "$ROOT/pipelines/replay" watch runs/replay/rejects/x.tsv
	same_file bad.tsv runs/replay/rejects/x.tsv
}

@test "many rejects, with and without quotes" {
	local n=3000
	[[ -z ${REELPIPE_FULL-} ]] || n=100000
	database many
	awk -v n="$n" -v header="$watch_header" 'BEGIN { OFS = "\t"
		print "#reject", "stage", "rule", "origin", "reason", "raw_header", "raw"
		for (i = 1; i <= n; i++) print "csv-read", "bad-time", "a.csv:" i + 1, "r", header,
			i "," i % 50 + 1 ",603,2026-11-14" (i % 100 ? "" : "x") "," (i % 10 ? 5 : "\"5\"")
		print "#end", n }' >bad.tsv
	replay watch bad.tsv
	same "$((n - n / 100))" "$(sql 'SELECT count(*) FROM watch_sessions')"
	awk -v n="$n" 'BEGIN { for (i = 100; i <= n; i += 100) print "csv-read bad-time a.csv:" i + 1 }' >want
	in_file >got
	same_file want got
}

@test "mended records: by stage, rule and origin, whatever the reason; loading them twice is once" {
	database merge
	rec '#reject stage rule origin reason' 'a b c:1 d' 'a b c:1 e' 'a b c:2 d' | pg-load -q
	run -0 --separate-stderr bash -c 'rec() { printf "#mended\tstage\trule\torigin\na\tb\tc:1\na\tb\tc:1\na\tb\tnone\n\\N\tb\tc:2\n#end\t4\n"; }; rec | pg-load; rec | pg-load'
	same "$(printf '%s\n' 'pg-load: mended: 0 inserted, 1 updated, 1 unchanged, 1 dropped, 1 rejected (0 conflicting), staged' \
		'pg-load: mended: 0 inserted, 0 updated, 2 unchanged, 1 dropped, 1 rejected (0 conflicting), staged')" "$(grep 'mended: 0' <<<"$stderr")"
	same 'a|b|c:2|d' "$(sql 'SELECT stage, rule, origin, reason FROM dash.rejects')"
	same 1 "$(pg-read -q rejects --param open=yes | grep -vc '^#')"
	same 3 "$(pg-read -q rejects | grep -vc '^#')"
}
