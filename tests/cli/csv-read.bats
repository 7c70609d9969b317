#!/usr/bin/env bats
# csv-read: CSV files become records with canonical values, bad rows become rejects.

setup() {
	load helper
	watch_header=session_id,user_id,movie_id,watch_timestamp,rating
}

# reads INPUT WANT ARGUMENT…: what comes out, with both ways of finding rows.
reads() {
	local input=$1 want=$2 scan
	shift 2
	printf "$input" >in.csv
	printf "$want" >want
	for scan in auto libcsv; do
		csv-read -q --scan=$scan "$@" in.csv >got 2>messages || fail "status $?: $(cat messages)"
		same_file want got
		[[ ! -s messages ]] || fail "$(cat messages)"
	done
}

# table INPUT WANT ARGUMENT…: the same for a table; WANT has the records alone.
table() {
	local input=$1 want=$2
	shift 2
	reads "$input" "#table\\ta\\tb\\n$want#end\\t$(printf "$want" | wc -l)\\n" -t table "$@"
}

# rejects INPUT RULE WHERE REASON RAW ARGUMENT…: INPUT's rows are read but one, which is rejected so.
rejects() {
	local input=$1 rule=$2 where=$3 reason=$4 raw=$5 scan
	shift 5
	printf "$input" >in.csv
	printf '#reject\tstage\trule\torigin\treason\traw_header\traw\n' >want
	printf '%s\t' csv-read "$rule" "$where" "$reason" "$(head -n 1 in.csv | tr -d '\r')" >>want
	printf '%s\n#end\t1\n' "$raw" >>want
	for scan in auto libcsv; do
		csv-read --scan=$scan --rejects bad "$@" in.csv >got 2>messages || fail "status $?"
		same_file want bad
		[[ $(cat messages) == *"+ rejected 1 +"* ]] || fail "$(cat messages)"
	done
}

# value KIND-COLUMN TEXT WANT ARGUMENT…: one value of a film.
value() {
	local column=$1 text=$2 want=$3
	shift 3
	printf 'movie_id,%s\n1,"%s"\n' "$column" "${text//\"/\"\"}" >in.csv
	run -0 csv-read -q -t movie --rejects bad "$@" in.csv
	[[ ${#lines[@]} -eq 3 ]] || fail "$text: rejected: $(sed -n 2p bad)"
	same "$(printf '1\t%s' "$want")" "${lines[1]}"
}

# bad_value KIND-COLUMN TEXT RULE WHAT ARGUMENT…
bad_value() {
	local column=$1 text=$2 rule=$3 what=$4
	shift 4
	printf 'movie_id,%s\n1,"%s"\n' "$column" "${text//\"/\"\"}" >in.csv
	run -0 csv-read -q -t movie --rejects bad "$@" in.csv
	same "$(printf '%s\tin.csv:2\t%s: %s: "%s"' "$rule" "$column" "$what" "$text")" "$(sed -n 2p bad | cut -f 2-4)"
}

# --- the file -----------------------------------------------------------------------------------

@test "a watch log becomes watch records" {
	reads "$watch_header\n1,2,3,2026-11-15T21:04:33Z,4.5\n2,3,4,2026-11-15T21:04:34Z,\n" \
		'#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\n1\t2\t3\t2026-11-15T21:04:33Z\t4.5\n2\t3\t4\t2026-11-15T21:04:34Z\t\\N\n#end\t2\n'
}

@test "columns come in the type's order, whatever the file's; others are left out" {
	reads 'Rating,junk,Movie ID,USER-ID,SessionId,watch timestamp\n7,x,3,2,1,2026-01-01\n' \
		'#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\n1\t2\t3\t2026-01-01T00:00:00Z\t7\n#end\t1\n'
}

@test "the summary and the statistics: read = written + rejected + dropped" {
	printf '%s\n1,2,3,2026-01-01,5\n1,2,3,never,5\n' "$watch_header" >in.csv
	REELPIPE_STATS=stats run -0 --separate-stderr csv-read in.csv
	same 'csv-read: in.csv:3: bad-time: watch_timestamp: not a time: "never"' "${stderr_lines[0]}"
	[[ ${stderr_lines[1]} == 'csv-read: read 2 = written 1 + rejected 1 + dropped 0, 0.0 MB in '*' s' ]]
	same "$(printf 'csv-read\t2\t1\t1\t0\t\\N\t\\N\t\\N\t%s\t%s' "$(stat -c %s in.csv)" \
		"$(csv-read -q in.csv 2>/dev/null | wc -c)")" "$(sed -n 2p stats | cut -f 1,4-12)"
}

@test "standard input, named or not" {
	printf 'a,b\n1,2\n' >in.csv
	same "$(csv-read -q -t table in.csv)" "$(csv-read -q -t table <in.csv)"
	same "$(csv-read -q -t table in.csv)" "$(csv-read -q -t table - <in.csv)"
	same "$(printf '1\t2\tstdin:2')" "$(csv-read -q -t table --origin <in.csv | sed -n 2p)"
}

@test "line ends: LF, CRLF, CR, mixed, none at the end" {
	local want='1\t2\n3\t4\n'
	table 'a,b\n1,2\n3,4\n' "$want"
	table 'a,b\n1,2\n3,4' "$want"
	table 'a,b\r\n1,2\r\n3,4\r\n' "$want"
	table 'a,b\r\n1,2\r\n3,4' "$want"
	table 'a,b\r1,2\r3,4\r' "$want"
	table 'a,b\r1,2\r\n3,4\n' "$want"
	table 'a,b\n1,2\n3,' '1\t2\n3\t\\N\n'
}

@test "blank lines and lines of spaces are no rows" {
	table '\n\r\n  \n\t\na,b\n\n1,2\n   \n\r\n3,4\n \t ' '1\t2\n3\t4\n'
	reads '\n\n  \na,b\n\n1,2\r\r\n\n3,4\n' \
		'#table\ta\tb\t_origin\n1\t2\tin.csv:6\n3\t4\tin.csv:9\n#end\t2\n' -t table --origin
}

@test "a byte-order mark is skipped, also from gzip" {
	table '\xef\xbb\xbfa,b\n1,2\n' '1\t2\n'
	table '\xef\xbb\xbf"a",b\n1,2\n' '1\t2\n'
	printf '\xef\xbb\xbfa,b\n1,2\n' | gzip >in.gz
	same "$(printf '#table\ta\tb\n1\t2\n#end\t1')" "$(csv-read -q -t table in.gz)"
}

@test "spaces around fields go, quoted ones stay" {
	table ' a , b\t\n 1\t ,  2 \n" 3 " , "4"\t\n' '1\t2\n 3 \t4\n'
	table 'a,b\n x y , z \n' 'x y\tz\n'
}

@test "quotes: delimiters, quotes, LF, CRLF and CR inside; quotes in bare fields are text" {
	table '"a","b"\n"1,5","say ""hi"""\n' '1,5\tsay "hi"\n'
	table 'a,b\n"x\ny","p\r\nq"\n"lone\rCR",2\n' 'x\\ny\tp\\r\\nq\nlone\\rCR\t2\n'
	table 'a,b\n36'"'"'37.8"N,it "is" so\n' '36'"'"'37.8"N\tit "is" so\n'
	table 'a,b\n"",""\n"""",""""""\n' '\\N\t\\N\n"\t""\n'
}

@test "line numbers count the lines inside quotes" {
	reads 'a,b\r\n"x\r\ny\r\nz",1\r\n2,"p\nq"\n3,4\n' \
		'#table\ta\tb\t_origin\nx\\r\\ny\\r\\nz\t1\tin.csv:2\n2\tp\\nq\tin.csv:5\n3\t4\tin.csv:7\n#end\t3\n' -t table --origin
}

@test "what the record format escapes" {
	table 'a,b\n#x,#y\n"t\tt",back\\slash\n\\N,"\\N"\n\\t,\\.\n' \
		'\\#x\t\\#y\nt\\tt\tback\\\\slash\n\\N\t\\N\n\\\\t\t\\\\.\n'
}

@test "ragged rows are rejects, with file and line" {
	rejects 'a,b\n1,2\n1,2,3\n' ragged-row in.csv:3 '3 fields, the header has 2' '1,2,3' -t table
	rejects 'a,b\r\n1,2\r\n\r\nx\r\n' ragged-row in.csv:4 '1 field, the header has 2' x -t table
	rejects 'a,b\n"p\nq",2\n"r\ns"\n' ragged-row in.csv:4 '1 field, the header has 2' '"r\ns"' -t table
	run -0 --separate-stderr csv-read -t table --no-header <<<$'1,2\n3'
	same 'csv-read: stdin:2: ragged-row: 1 field, the file'"'"'s first record has 2' "${stderr_lines[0]}"
}

@test "a stray quote costs its line, not the rest of the file" {
	local what='a quoted field goes on behind its closing quote; a quote inside is written twice'
	rejects 'a,b\n1,2\n"x"y,3\n4,5\n' bad-quote in.csv:3 "$what" '"x"y,3' -t table
	rejects 'a,b\n1,"x\n4,"5"\n6,7\n' bad-quote in.csv:2 "$what" '1,"x' -t table
	same "$(printf '#table\ta\tb\n4\t5\n6\t7\n#end\t2')" "$(cat got)"
	what="a quoted field isn't closed by the end of the file, nor within 16 MiB"
	rejects 'a,b\n1,2\n3,"x\n4,5\n6,7' unterminated-quote in.csv:3 "$what" '3,"x' -t table
	same "$(printf '#table\ta\tb\n1\t2\n4\t5\n6\t7\n#end\t3')" "$(cat got)"
	rejects 'a,b\n3,"' unterminated-quote in.csv:2 "$what" '3,"' -t table
	printf '"a,b\n1,2\n' >in.csv
	run -1 csv-read -t table in.csv
	same "csv-read: in.csv:1: the header's quotes don't match" "$output"
	run -1 csv-read -t table --no-header in.csv
	same "csv-read: in.csv:1: the first row's quotes don't match" "$output"
}

@test "a quote that isn't closed within 16 MiB, and a line that is longer" {
	{
		printf 'a,b\n1,"x\n'
		yes 2,3 | head -n 4500000
	} | csv-read --scan=libcsv -t table --rejects bad >got 2>messages
	same 'unterminated-quote stdin:2' "$(sed -n 2p bad | cut -f 2,3 | tr '\t' ' ')"
	same '#end	4500000' "$(tail -n 1 got)"
	{
		printf 'a,b\n1,'
		head -c 16777300 /dev/zero | tr '\0' x
		printf '\n2,3\n'
	} >in.csv
	for scan in auto libcsv; do
		csv-read --scan=$scan -q -t table --rejects bad in.csv >got
		same "$(printf '#table\ta\tb\n2\t3\n#end\t1')" "$(cat got)"
		same "$(printf 'too-long\tin.csv:2\tthe line is longer than 16 MiB (the raw text is cut)')" \
			"$(sed -n 2p bad | cut -f 2-4)"
		[[ $(sed -n 2p bad | wc -c) -gt 8000000 && $(sed -n 2p bad | wc -c) -le 16777216 ]]
	done
}

@test "a row of nearly 16 MiB passes, one that its escapes make longer doesn't" {
	{
		printf 'a,b\n1,'
		head -c 16000000 /dev/zero | tr '\0' x
		printf '\n2,'
		head -c 10000000 /dev/zero | tr '\0' '\\'
		printf '\n'
	} >in.csv
	csv-read -q -t table --rejects bad in.csv >got
	same 16000003 "$(sed -n 2p got | wc -c)"
	same '#end	1' "$(tail -n 1 got)"
	same "$(printf 'too-long\tin.csv:3\tthe record would be longer than 16 MiB (the raw text is cut)')" \
		"$(sed -n 2p bad | cut -f 2-4)"
}

@test "delimiters" {
	table 'a;b\n1;"2;3"\n' '1\t2;3\n' -d ';'
	table 'a\tb\n1\t"2\t3"\n\t\n 4\t 5 \n' '1\t2\\t3\n\\N\t\\N\n4\t5\n' -d '\t'
	table 'a\tb\n1\t2\n' '1\t2\n' --delimiter tab
	table 'a b\n1 2\n' '1\t2\n' -d ' '
	for bad in '' ';;' '"' $'\n' é; do
		run -2 csv-read -d "$bad"
		[[ ${lines[0]} == 'csv-read: --delimiter: not one byte of ASCII other than a quote or line end: '* ]]
	done
}

@test "without a header: the type's order, or columns by number" {
	reads '1,2,3,2026-01-01,5\n' '#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\n1\t2\t3\t2026-01-01T00:00:00Z\t5\n#end\t1\n' --no-header
	reads '603,The Matrix\n' '#movie\tmovie_id\ttitle\n603\tThe Matrix\n#end\t1\n' --no-header -t movie
	reads 'x,603,y\n' '#movie\tmovie_id\ttitle\n603\ty\n#end\t1\n' --no-header -t movie -m movie_id=#2 -m title=#3
	reads '1,2\n' '#table\tcolumn1\tb\n1\t2\n#end\t1\n' --no-header -t table -m b=#2
	run -2 csv-read --no-header <<<1,2,3,4,5,6
	same 'csv-read: stdin:1: type watch has only 5 columns: use --map COLUMN=#NUMBER; the file has 6 columns' "$output"
	run -2 csv-read --no-header <<<1,2,3
	[[ $output == 'csv-read: stdin:1: no column for watch_timestamp (looked for '*'; the file has 3 columns' ]]
	printf '1,2,x,2026-01-01,5\n' | csv-read -q --no-header --rejects bad >got
	same "$(printf '\\N\t1,2,x,2026-01-01,5')" "$(sed -n 2p bad | cut -f 5-)"
}

# --- the header ---------------------------------------------------------------------------------

@test "usual names of columns" {
	local header
	for header in 'id,userId,movieId,timestamp' 'Session ID,User,Movie,Watched At' 'session,uid,film,watch_date' \
		'watch-id,viewer_id,tmdbId,DateTime' 'SESSION.ID,customer,film id,ts'; do
		reads "$header\n1,2,3,2026-01-01\n" '#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\n1\t2\t3\t2026-01-01T00:00:00Z\n#end\t1\n'
	done
	reads 'id,name,genre,released,vote_average,votes\n1,T,Drama,1999-03-31,8.2,7\n' \
		'#movie\tmovie_id\ttitle\tgenres\trelease_date\trating\tvote_count\n1\tT\tDrama\t1999-03-31\t8.2\t7\n#end\t1\n' -t movie
	reads 'userId,full name,e-mail,Joined\n1,N,e@example.org,2020-02-29\n' \
		'#user\tuser_id\tname\temail\tsignup_date\n1\tN\te@example.org\t2020-02-29\n#end\t1\n' -t user
	reads 'genre_id,genre\n28,Action\n' '#genre\tid\tname\n28\tAction\n#end\t1\n' -t genre
}

@test "a column's own name beats its other names" {
	reads 'id,movie,movie_id,user_id,session_id,time,watch_timestamp\n9,9,3,2,1,x,2026-01-01\n' \
		'#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\n1\t2\t3\t2026-01-01T00:00:00Z\n#end\t1\n'
}

@test "two fields that could be one column: never guessed" {
	run -2 csv-read -t movie <<<'id,tmdbId,title'
	same 'csv-read: stdin:1: movie_id could be column 1 or column 2: say which with --map movie_id=HEADER or --map movie_id=#NUMBER; the header has "id", "tmdbId", "title"' "$output"
	run -2 csv-read -t movie <<<'movie_id,Movie-ID'
	[[ $output == *'movie_id could be column 1 or column 2: '* ]]
	reads 'id,tmdbId\n1,2\n' '#movie\tmovie_id\n2\n#end\t1\n' -t movie -m movie_id=tmdbId
	reads 'id,tmdbId\n1,2\n' '#movie\tmovie_id\n1\n#end\t1\n' -t movie -m movie_id=#1
}

@test "a missing required column is one error: what was looked for, what there is" {
	run -2 --separate-stderr csv-read <<<'session_id,movie_id,stars,"odd ""one"""'
	same '' "$output"
	[[ ${#stderr_lines[@]} -eq 1 ]]
	[[ $stderr == 'csv-read: stdin:1: no column for user_id (looked for user_id, user, uid, '*'), watch_timestamp (looked for watch_timestamp, timestamp, time, '*'): name it with --map COLUMN=HEADER; the header has "session_id", "movie_id", "stars", "odd \"one\""' ]]
	run -2 csv-read <<<'user_id,movie_id,watch_timestamp'
	[[ $output == *'no column for session_id ('*'; or use --derive session_id): '* ]]
	run -2 csv-read -t movie <<<'movie_id;title'
	[[ $output == *'the header has "movie_id;title" (is --delimiter '"';'"' meant?)' ]]
	run -2 csv-read -t movie <<<$'id\ttitle'
	[[ $output == *'(is --delimiter '"'\\t'"' meant?)' ]]
}

@test "--map: by text, by number, case and punctuation aside, to nothing" {
	local want='#movie\tmovie_id\ttitle\n5\tx\n#end\t1\n'
	reads 'A b,c\n5,x\n' "$want" -t movie -m movie_id='A b' -m title=C
	reads 'A b,c\n5,x\n' "$want" -t movie -m movie_id=a_B -m title=#2
	reads 'id,title,name\n5,x,y\n' '#movie\tmovie_id\ttitle\toriginal_title\n5\ty\tx\n#end\t1\n' -t movie -m title=name -m original_title=title
	reads 'id,title,score\n5,x,many\n' "$want" -t movie -m rating=
	# A field that is mapped isn't matched by itself as well.
	run -2 csv-read -m user_id=id <<<'id,movie_id,ts'
	[[ $output == *'no column for session_id '* ]]
	run -2 csv-read -t movie -m title=Nope <<<'movie_id,x'
	same 'csv-read: stdin:1: --map title: no column is called "Nope"; the header has "movie_id", "x"' "$output"
	run -2 csv-read -t movie -m title=x <<<'movie_id,x,x'
	same 'csv-read: stdin:1: --map title: several columns are called "x"; the header has "movie_id", "x", "x"' "$output"
	run -2 csv-read -t movie -m nope=x
	same 'csv-read: --map: type movie has no column "nope"' "${lines[0]}"
	run -2 csv-read -m user_id=x -m user_id=y
	same 'csv-read: --map: column "user_id" is mapped twice' "${lines[0]}"
	run -2 csv-read -m user_id
	same 'csv-read: --map: not COLUMN=HEADER: "user_id"' "${lines[0]}"
}

@test "a table's own names" {
	reads ' x y ,,"t\tt","#z"\n1,2,3,4\n' '#table\tx y\tcolumn2\tt\\tt\t\\#z\n1\t2\t3\t4\n#end\t1\n' -t table
	reads 'a,b\n1,2\n' '#table\tA\tb\n1\t2\n#end\t1\n' -t table -m A=#1
	reads 'a,a\n1,2\n' '#table\ta\ta2\n1\t2\n#end\t1\n' -t table -m a2=#2
	run -2 csv-read -t table <<<'a,a'
	same 'csv-read: stdin:1: two columns are called "a": rename one with --map NAME=#2; the header has "a", "a"' "$output"
}

@test "what isn't CSV at all" {
	head -c 100000 /dev/zero | tr '\0' x >in.csv
	run -1 --separate-stderr csv-read in.csv
	same '' "$output"
	same 'csv-read: in.csv:1: the first line is too long: is this CSV?' "$stderr"
	head -c 17000000 /dev/zero | tr '\0' x >in.csv
	run -1 csv-read --no-header -t table in.csv
	same 'csv-read: in.csv:1: the first line is too long: is this CSV?' "$output"
}

# --- several files ------------------------------------------------------------------------------

@test "files with the same columns make one segment, in any order of their fields" {
	printf 'id,title\n1,x\n' >a.csv
	printf 'Name,movieId\r\ny,2' >b.csv
	printf 'movie_id,title,runtime\n3,z,90\n' >c.csv
	run -0 csv-read -q -t movie --origin a.csv b.csv c.csv a.csv
	same "$(printf '#movie\tmovie_id\ttitle\t_origin\n1\tx\ta.csv:2\n2\ty\tb.csv:2\n#end\t2
#movie\tmovie_id\ttitle\truntime\t_origin\n3\tz\t90\tc.csv:2\n#end\t1\n#movie\tmovie_id\ttitle\t_origin\n1\tx\ta.csv:2\n#end\t1')" "$output"
}

@test "empty files, header alone" {
	reads 'a,b\n' '#table\ta\tb\n#end\t0\n' -t table
	printf '%s\n1,2,3,2026-01-01,\n' "$watch_header" >a.csv
	: >empty.csv
	printf '\n \r\n' >blank.csv
	run -0 --separate-stderr csv-read -q empty.csv a.csv blank.csv
	same '#end	1' "${lines[2]}"
	same "$(printf 'csv-read: %s.csv: nothing in it, not even a header\n' empty blank)" "$stderr"
	run -1 --separate-stderr csv-read empty.csv
	same '' "$output"
	same 'csv-read: the input is empty: without a header there are no columns' "${stderr_lines[1]}"
}

@test "files that can't be read: nothing is written" {
	printf 'a,b\n1,2\n' >a.csv
	mkdir dir
	run -1 --separate-stderr csv-read -t table a.csv nope.csv
	same '' "$output"
	same 'csv-read: nope.csv: No such file or directory' "$stderr"
	run -1 --separate-stderr csv-read -t table a.csv dir
	same '' "$output"
	same 'csv-read: dir: Is a directory' "$stderr"
	# A second file that doesn't fit: the stream stays open.
	printf 'x\n' >b.csv
	printf '%s\n1,2,3,2026-01-01,\n' "$watch_header" >c.csv
	run -2 --separate-stderr csv-read c.csv b.csv
	[[ $output != *'#end'* && $stderr == 'csv-read: b.csv:1: no column for session_id'* ]]
}

@test "gzip: by content, several members; cut or damaged files fail" {
	printf 'a,b\n1,2\n' | gzip >in.csv
	printf '3,4\n' | gzip >>in.csv
	head -c 1000 /dev/zero >>in.csv
	same "$(printf '#table\ta\tb\n1\t2\n3\t4\n#end\t2')" "$(csv-read -q -t table in.csv)"
	same "$(printf '#table\ta\tb\n1\t2\n3\t4\n#end\t2')" "$(csv-read -q -t table <in.csv)"
	{ printf 'a,b\n' && seq 100000 | sed 's/$/,x/'; } | gzip >big.gz
	same '#end	100000' "$(csv-read -q -t table big.gz | tail -n 1)"
	head -c 100000 big.gz >cut.gz
	run -1 --separate-stderr csv-read -t table cut.gz
	same 'csv-read: cut.gz: the gzip data is cut short' "$stderr"
	[[ $output != *'#end'* ]]
	head -c 12 big.gz >cut.gz
	run -1 csv-read -t table cut.gz
	[[ ${lines[-1]} == 'csv-read: cut.gz: the gzip data is cut short' ]]
	{ head -c 5000 big.gz && head -c 5000 /dev/zero && tail -c +10001 big.gz; } >bad.gz
	run -1 csv-read -t table bad.gz
	[[ ${lines[-1]} == 'csv-read: bad.gz: the gzip data is damaged: '* ]]
	{ cat in.csv && printf x; } >bad.gz
	run -1 csv-read -t table bad.gz
	[[ ${lines[-1]} == "csv-read: bad.gz: something that isn't gzip follows the gzip data" ]]
}

@test "rows across the ends of buffers and reads" {
	awk 'BEGIN { print "a,b"; for (i = 0; i < 60000; i++) printf "%d,%s\n", i, i % 7 ? "plain value" : "\"quo\"\"ted\n" i "\"" }' >in.csv
	csv-read -q -t table in.csv | sha256sum >auto
	csv-read -q -t table --scan=libcsv in.csv | sha256sum >libcsv
	same_file auto libcsv
	dd if=in.csv bs=997 status=none | csv-read -q -t table | sha256sum >pieces
	same_file auto pieces
	same '#end	60000' "$(csv-read -q -t table in.csv | tail -n 1)"
}

@test "a row that turns out bad has written nothing, wherever the output's block ends" {
	# Fields are copied before they are all known to be sound: of a bad row of 61 digits most, 60 to 140 bytes ahead of
	# the end of the block (256 KiB). The sanitizer sees what goes beyond.
	local left
	for ((left = 60; left <= 140; left += 4)); do
		awk -v left=$left 'function row(digits) { print substr("1234567890123456", 1, digits) ",2020-01-01T00:00:00Z"; rest -= digits + 22 }
			BEGIN { print "movie_id,fetched_at"
			rest = 262144 - left - length("#movie-movie_id-fetched_at-")
			while (rest > 100) row(7)
			for (rows = 3; rows; rows--) # rows are of 23 to 38 bytes
				row(rest - 23 * (rows - 1) > 38 ? 16 : rest - 23 * (rows - 1) - 22)
			printf "1%060d,\n", 0
			for (i = 0; i < 10; i++) row(1) }' >in.csv
		csv-read -q -t movie --rejects bad in.csv >got
		same "$(printf '%d\n%d' $(($(wc -l <in.csv) - 2)) 1)" "$(grep -c '^[0-9]' got && grep -c bad-integer bad)"
	done
}

@test "records written as a whole and value by value are the same" {
	awk 'function some(list, items, n) { n = split(list, items, " "); return items[1 + int(rand() * (n + 1))] }
		BEGIN { srand(7)
		print "user_id,movie_id,timestamp,rating,session_id"
		for (i = 0; i < 40000; i++) {
			row = sprintf("%.0f,%s,%s%s%02d:%02d:%02d%s,%s,%s", exp(rand() * 40), rand() < .02 ? some("007 -7 0 x 7x") : int(rand() * 1000),
				rand() < .95 ? "2026-11-15" : some("2026-11-16 2026-02-29 2026-11-1x 2026/11/15"), rand() < .9 ? "T" : " ",
				rand() * 25, rand() * 61, rand() * 61, rand() < .8 ? "Z" : some("z .5Z +01:00 Z,"),
				some("10 9.5 4.0 8 0.0 \\N x 11 5. .5 7x 4.75"), rand() < .01 ? some("- 1,2 \"1\" 1\"") : i)
			kind = rand()
			if (kind < .2) gsub(/[^,]+/, "\"&\"", row)
			else if (kind < .22) sub(/,[^,]*/, ",\"\"", row)
			else if (kind < .24) sub(/[0-9],/, "\"&\"", row)
			else if (kind < .26) sub(some("^ , $"), "\"&", row)
			else if (kind < .28) gsub(/,/, "\",\"", row)
			printf "%s%s", row, rand() < .95 ? "\n" : some("\r\n \r \n\n \n\r\n")
		} }' >in.csv
	csv-read -q --rejects r1 in.csv >whole
	csv-read -q --rejects r2 --origin in.csv | sed '/^#end/!s/\t[^\t]*$//' >single
	same_file whole single
	same_file r1 r2
	csv-read -q --scan libcsv --rejects r2 in.csv >single
	same_file whole single
	same_file r1 r2
	[[ $(wc -l <whole) -gt 10000 && $(wc -l <r1) -gt 5000 ]]
}

# --- encodings ----------------------------------------------------------------------------------

@test "bytes that aren't UTF-8, and NUL, are rejects; the summary suggests --encoding" {
	rejects 'a,b\n1,caf\xe9\\n\n2,x\n' bad-encoding in.csv:2 "byte 6 of the record, 0xe9, isn't UTF-8" '1,caf\\xe9\\x5cn' -t table
	same "csv-read: 1 record with bytes that aren't UTF-8: --encoding NAME says what the files are in (WINDOWS-1252 and UTF-16 are common)" "$(head -n 1 messages)"
	rejects 'a,b\n1,\xc3\xa9\xed\xa0\x80\n' bad-encoding in.csv:2 "byte 5 of the record, 0xed, isn't UTF-8" '1,é\\xed\\xa0\\x80' -t table
	rejects 'a,b\n1,x\0y\n' nul-byte in.csv:2 'byte 4 of the record is NUL' '1,x\\x00y' -t table
	rejects 'a,b\n"1\n\xff",x"\n' bad-encoding in.csv:2 "byte 4 of the record, 0xff, isn't UTF-8" '"1\n\\xff",x"' -t table
	{
		printf 'user_id,movie_id,timestamp,rating,session_id\n'
		for i in 1 2 3 4 5; do printf '1001,603,\0\0\0\0\0\0\0\0\0\0T01:01:01Z,5,100%d\n' $i; done
	} >in.csv
	csv-read --rejects bad in.csv >got 2>messages
	same 5 "$(grep -c nul-byte bad)"
	printf 'a,\xe9\n' >in.csv
	run -1 csv-read -t table in.csv
	same "csv-read: in.csv:1: the header isn't UTF-8: use --encoding" "$output"
}

@test "--encoding" {
	table 'a,b\ncaf\xe9,\x80\n' 'café\t€\n' --encoding windows-1252
	table 'a,b\ncaf\xc3\xa9,2\n' 'café\t2\n' --encoding utf-8
	local name
	for name in UTF-16 UTF-16LE UTF-16BE UTF-32 UTF-7; do
		printf 'a,b\n"é\n€",😀\n' | iconv -f UTF-8 -t $name >in.csv
		same "$(printf '#table\ta\tb\né\\n€\t😀\n#end\t1')" "$(csv-read -q -t table --encoding $name in.csv)"
	done
	printf '\xff\xfea\0,\0b\0\n\0' >in.csv
	run -1 csv-read -t table in.csv
	same 'csv-read: in.csv: the text is UTF-16 by its byte-order mark: use --encoding UTF-16' "$output"
	same "$(printf '#table\ta\tb\n#end\t0')" "$(csv-read -q -t table --encoding UTF-16 in.csv)"
	run -1 csv-read -t table < <(printf 'a,b\n' | iconv -t UTF-32)
	same 'csv-read: stdin: the text is UTF-32 by its byte-order mark: use --encoding UTF-32' "$output"
	run -2 csv-read --encoding klingon
	same 'csv-read: --encoding: not an encoding that iconv knows: "klingon"' "${lines[0]}"
	run -2 csv-read --encoding latin1//IGNORE
}

@test "--encoding: bytes that don't decode are a reject that shows them" {
	rejects 'a,b\n1,x\x81\\y\n2,3\n' bad-encoding in.csv:2 "near byte 4 the record isn't WINDOWS-1252" '1,x\\x81\\x5cy' -t table --encoding WINDOWS-1252
	printf 'a,b\n1,2\n3,4' | iconv -t UTF-16LE >in.csv
	printf 'x' >>in.csv # cut inside a character
	csv-read -q -t table --encoding UTF-16LE --rejects bad in.csv >got
	same "$(printf '#table\ta\tb\n1\t2\n#end\t1')" "$(cat got)"
	same "$(printf "bad-encoding\tin.csv:3\tnear byte 4 the record isn't UTF-16LE\ta,b\t3,4\\\\\\\\x78")" "$(sed -n 2p bad | cut -f 2-)"
}

@test "a large file in another encoding" {
	{ printf 'a,b\n' && seq 40000 | sed 's/$/,äöü€/'; } >utf8
	iconv -t UTF-16 utf8 | gzip >in.gz
	same "$(csv-read -q -t table utf8 | sha256sum)" "$(csv-read -q -t table --encoding UTF-16 in.gz | sha256sum)"
}

# --- values -------------------------------------------------------------------------------------

@test "integers" {
	value runtime 90 90
	value runtime ' 90 ' 90
	value runtime 007 7
	value runtime +7 7
	value runtime -7 -7
	value runtime -0 0
	value runtime 603.0 603
	value runtime 12345678 12345678
	value runtime 123456789012345678 123456789012345678
	value runtime 9223372036854775807 9223372036854775807
	value runtime -9223372036854775808 -9223372036854775808
	value runtime '' '\N'
	value runtime ' ' '\N'
	value runtime '\N' '\N'
	bad_value runtime 9223372036854775808 bad-integer 'out of range'
	bad_value runtime 99999999999999999999999 bad-integer 'out of range'
	local text
	for text in x 1x 1.5 1e3 - + . '1 2' 0x1 1,000 NULL 1234567x 123456789x '1/'; do
		bad_value runtime "$text" bad-integer 'not an integer'
	done
}

@test "decimals" {
	value popularity 83.456 83.456
	value popularity 083.4500 83.45
	value popularity .5 0.5
	value popularity 5. 5
	value popularity -0.0 0
	value popularity 1.2345675 1.234568
	value popularity 1.2345674999 1.234567
	value popularity -1.5 -1.5
	value popularity 999999999999.999999 999999999999.999999
	bad_value popularity 999999999999.9999995 bad-decimal 'out of range'
	bad_value popularity 1000000000000 bad-decimal 'out of range'
	local text
	for text in x . 1e3 '1,5' 1.2.3 inf; do
		bad_value popularity "$text" bad-decimal 'not a decimal number'
	done
}

@test "ratings, and scales" {
	value rating 0 0
	value rating 10 10
	value rating 10.000 10
	value rating 7.50 7.5
	value rating 007.5 7.5
	value rating 7.1234 7.123
	value rating 7.1235 7.124
	value rating 8.3333333333333339 8.333
	value rating 4.5 9 --rating-scale 5
	value rating 0.5 1 --rating-scale=5
	value rating 5 10 --rating-scale 5
	value rating 87 8.7 --rating-scale 100
	value rating 1 3.333 --rating-scale 3
	value rating 2 6.667 --rating-scale 3
	value rating 3.14 5.233 --rating-scale 6
	local text
	for text in 10.0000000001 11 -1 -0.001 12345678; do
		bad_value rating "$text" rating-range 'outside the rating scale'
	done
	bad_value rating 5.01 rating-range 'outside the rating scale' --rating-scale 5
	for text in good '4,5' '4/5' . ½; do
		bad_value rating "$text" bad-rating 'not a rating'
	done
	for text in 0 1001 x 2.5; do
		run -2 csv-read --rating-scale $text
	done
}

@test "every rating of up to three bytes, on several scales" {
	local scale
	python3 - <<-'END' >in.csv
		import itertools
		print("session_id,user_id,movie_id,timestamp,rating")
		for n in range(4):
		    for i, text in enumerate(itertools.product("0123456789.-x", repeat=n)):
		        print(f"{n * 10000 + i},1,2,2026-11-15T00:00:00Z,{''.join(text)}")
	END
	for scale in 1 3 5 10 100; do
		csv-read -q --rating-scale "$scale" --rejects rejects in.csv >out
		python3 - "$scale" <<-'END' || fail "scale $scale"
			import re, sys
			from decimal import Decimal, ROUND_HALF_UP
			scale = int(sys.argv[1])
			got = {}
			for line in open("out"):
			    if not line.startswith("#"):
			        fields = line.rstrip("\n").split("\t")
			        got[fields[0]] = fields[4]
			for line in list(open("in.csv"))[1:]:
			    session, *_, text = line.rstrip("\n").split(",")
			    want = None
			    if text == "":
			        want = "\\N"
			    elif re.fullmatch(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)", text) and 0 <= Decimal(text) <= scale:
			        want = (Decimal(text) * 10 / scale).quantize(Decimal("0.001"), ROUND_HALF_UP)
			        want = str(abs(want)).rstrip("0").rstrip(".")
			    sure = want is None or text == "" or re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)
			    if got.get(session, None if sure else want) != want:
			        sys.exit(f"{text}: wanted {want}, got {got.get(session)}")
		END
	done
}

@test "times" {
	local t
	for t in 2026-11-15T21:04:33Z '2026-11-15 21:04:33' 2026-11-15T21:04:33 2026-11-15t21:04:33z \
		2026-11-15T22:04:33+01:00 '2026-11-15 16:04:33-0500' 2026-11-15T21:04:33.000Z 1794776673 1794776673000; do
		value fetched_at "$t" 2026-11-15T21:04:33Z
	done
	value fetched_at 2026-11-15T21:04:33.120Z 2026-11-15T21:04:33.12Z
	value fetched_at 2026-11-15 2026-11-15T00:00:00Z
	value fetched_at '2026-11-15 21:04' 2026-11-15T21:04:00Z
	value fetched_at 1794776673.5 2026-11-15T21:04:33.5Z
	value fetched_at 2026-06-30T23:59:60Z 2026-07-01T00:00:00Z
	for t in yesterday 2026-02-29 2026-13-01 2026-11-15T24:00:00Z 2026-11-15T21:60:33Z 2026-11-15T21:04:61Z \
		20261115 12345 2026-1-5 '2026-11-15 9 pm' 2026-11-15T21:04:33Zx; do
		bad_value fetched_at "$t" bad-time 'not a time'
	done
	for t in 03/04/2020 3/4/20 03.04.2020 03-04-2020 15/11/2026; do
		bad_value fetched_at "$t" ambiguous-time 'an ambiguous date (day/month or month/day?)'
	done
}

@test "times of one hour, each checked" {
	printf '%s\n' movie_id,fetched_at '1,2026-11-15 21:04:33' 2,2026-11-15T21:04:59Z 3,2026-11-15T21:60:00Z \
		4,2026-11-15T21:04:5xZ '5,2026-11-15 21:05:00' 6,2026-11-15T21:06:00.5Z 7,2026-11-15T21:07:00+02:00 \
		8,2026-11-15T21:08:00X 9,2026-11-15T22:00:00Z 10,2026-11-15T22:00:60Z '11,2026-11-15 22:10:00Z' >in.csv
	run -0 --separate-stderr csv-read -q -t movie in.csv
	same "$(printf '#movie\tmovie_id\tfetched_at\n1\t2026-11-15T21:04:33Z\n2\t2026-11-15T21:04:59Z
5\t2026-11-15T21:05:00Z\n6\t2026-11-15T21:06:00.5Z\n7\t2026-11-15T19:07:00Z\n9\t2026-11-15T22:00:00Z
10\t2026-11-15T22:01:00Z\n11\t2026-11-15T22:10:00Z\n#end\t8')" "$output"
	[[ ${#stderr_lines[@]} -eq 3 ]]
}

@test "--tz: local times, summer time" {
	value fetched_at '2026-07-01 12:00:00' 2026-07-01T10:00:00Z --tz Europe/Berlin
	value fetched_at '2026-12-01 12:00:00' 2026-12-01T11:00:00Z --tz Europe/Berlin
	value fetched_at 2026-12-01T12:00:00Z 2026-12-01T12:00:00Z --tz Europe/Berlin
	value fetched_at 2026-12-01 2026-11-30T23:00:00Z --tz Europe/Berlin
	value fetched_at '2026-03-29 02:30:00' 2026-03-29T01:30:00Z --tz Europe/Berlin # skipped: 03:30 summer time
	value fetched_at '2026-10-25 02:30:00' 2026-10-25T00:30:00Z --tz Europe/Berlin # the first of two
	printf '%s\n' movie_id,fetched_at '1,2026-07-01 12:00:00' '2,2026-07-01 12:00:01' 3,2026-07-01T12:00:00Z >in.csv
	same '10:00:00 10:00:01 12:00:00' "$(csv-read -q -t movie --tz Europe/Berlin in.csv | sed -n 's/.*T\(.*\)Z/\1/p' | paste -sd' ')"
	run -2 csv-read --tz Mars/Olympus
}

@test "--time-format and --date-format" {
	value fetched_at '15/11/2026 21.04' 2026-11-15T21:04:00Z --time-format '%d/%m/%Y %H.%M'
	value fetched_at '15/11/2026 21.04' 2026-11-15T20:04:00Z --time-format '%d/%m/%Y %H.%M' --tz Europe/Berlin
	value fetched_at '11/15/2026' 2026-11-15T00:00:00Z --time-format %m/%d/%Y
	bad_value fetched_at '31/02/2026' bad-time 'not a time' --time-format %d/%m/%Y
	bad_value fetched_at 2026-11-15 bad-time 'not a time' --time-format %d/%m/%Y
	# What is canonical is of that format or isn't, on whatever day.
	local day
	for day in 1970-01-01 2026-11-15; do
		bad_value fetched_at ${day}T12:00:00Z bad-time 'not a time' --time-format %d/%m/%Y
		{
			echo "$watch_header"
			for i in 1 2 3 4 5; do echo "100$i,7,603,${day}T12:00:00Z,5"; done
		} >in.csv
		csv-read -q --tz Europe/Berlin --time-format %Y-%m-%dT%H:%M:%SZ in.csv >got
		same 5 "$(grep -c "${day}T11:00:00Z" got)"
	done
	value release_date 31.03.1999 1999-03-31 --date-format %d.%m.%Y
	bad_value release_date 31.02.1999 bad-date 'not a date' --date-format %d.%m.%Y
}

@test "dates" {
	value release_date 1999-03-31 1999-03-31
	value release_date ' 1999-03-31 ' 1999-03-31
	value release_date 1999-03-31T23:30:00Z 1999-03-31
	value release_date 1999-03-31T23:30:00Z 1999-04-01 --tz Europe/Berlin
	value release_date '' '\N'
	local text
	for text in 1999 1999-02-30 soon 1999-03; do
		bad_value release_date "$text" bad-date 'not a date'
	done
	bad_value release_date 03/04/1999 ambiguous-date 'an ambiguous date (day/month or month/day?)'
}

@test "booleans" {
	local text
	for text in t T true True TRUE 1 yes y; do value adult "$text" t; done
	for text in f false False 0 no N; do value adult "$text" f; done
	bad_value adult maybe bad-boolean 'neither true nor false'
}

@test "years of birth: years and dates become ten years" {
	reads 'id,birth date\n1,1984\n2,1989-12-31\n3,1980-1989\n5,\n6,2001-01-01\n' \
		'#user\tuser_id\tbirth_years\n1\t1980-1989\n2\t1980-1989\n3\t1980-1989\n5\t\\N\n6\t2000-2009\n#end\t5\n' -t user
	reads 'id,yob\n1,31.12.1979\n2,1980\n' '#user\tuser_id\tbirth_years\n1\t1970-1979\n2\t1980-1989\n#end\t2\n' \
		-t user --date-format %d.%m.%Y
	printf 'id,born\n1,84\n2,1984-1993\n3,1980s\n4,0984\n' >in.csv
	run -0 --separate-stderr csv-read -t user in.csv
	same "csv-read: in.csv:2: bad-decade: birth_years: not a year, a date or ten years such as 1980-1989: (not shown)" "${stderr_lines[0]}"
	same 4 "$(grep -c bad-decade <<<"$stderr")"
}

@test "messages and reasons show nothing of a person but an id" {
	printf 'user_id,name,email,signup\nann@example.org,Ann Lee,7,2020-01-01\nAnn Lee,Ann,x,2020-01-01\n7,,,Ann Lee\n1.5,A,B,2020-01-01\n' >in.csv
	run -0 --separate-stderr csv-read -q -t user --rejects bad in.csv
	same "user_id: not an integer: (not shown)
user_id: not an integer: (not shown)
signup_date: not a date: (not shown)
user_id: not an integer: \"1.5\"" "$(sed '1d;$d' bad | cut -f 4)"
	printf '%s\n' "$watch_header" 'ann@example.org,7,603,2026-01-01,' '1,Ann Lee,603,2026-01-01,' '1,7,603,ann@example.org,' \
		'1,7,603,yesterday,' >in.csv
	run -0 --separate-stderr csv-read -q in.csv
	same 'csv-read: in.csv:2: bad-integer: session_id: not an integer: (not shown)
csv-read: in.csv:3: bad-integer: user_id: not an integer: (not shown)
csv-read: in.csv:4: bad-time: watch_timestamp: not a time: (not shown)
csv-read: in.csv:5: bad-time: watch_timestamp: not a time: "yesterday"' "$stderr"
	# Where the header has been forgotten, the first row isn't shown in its place.
	printf '7,Ann Lee,ann@example.org,2020-01-01\n' >in.csv
	run -2 csv-read -t user in.csv
	[[ $output == *"none of the first row's 4 fields names a column: is it a header?" ]]
}

@test "lists" {
	value genres 'Action|Drama' 'Action|Drama'
	value genres 'Action, Drama' 'Action|Drama'
	value genres 'Action,Drama , ' 'Action|Drama'
	value genres ' | Action|| Science Fiction |' 'Action|Science Fiction'
	value genres 'Sci-Fi, Space|Drama' 'Sci-Fi, Space|Drama'
	value genres Drama Drama
	value genres '(no genres listed)' '(no genres listed)'
	value genres '|' '\N'
	value genres '[]' '\N'
	value genres '[{"id": 28, "name": "Action"}, {"id": 18, "name": "Drama"}]' 'Action|Drama'
	value genres '["Action", "Dra\u006da"]' 'Action|Drama'
	value genres '["A|B", "C\\D\n"]' 'A/B|C\\D\n'
	value genres '[28, 18]' '28|18'
	value genres '[{"id": 28}]' 28
	value genres '#1, #2' '\#1|#2'
	local text
	for text in '[' '[1.5]' '[{}]' '[null]' '[["a"]]' '["a"] x' "[{'id': 28, 'name': 'Action'}]" '["a\u0000b"]'; do
		printf 'movie_id,genres\n1,"%s"\n' "${text//\"/\"\"}" >in.csv
		run -0 csv-read -q -t movie --rejects bad in.csv
		same "$(printf 'bad-list\tin.csv:2')" "$(sed -n 2p bad | cut -f 2-3)"
	done
}

@test "text: only an empty field and \\N are missing" {
	printf 'movie_id,title\n1,\n2,""\n3,\\N\n4,NULL\n5,NA\n6,"  "\n' >in.csv
	same "$(printf '\\N\n\\N\n\\N\nNULL\nNA\n  ')" "$(csv-read -q -t movie in.csv | sed '1d;$d' | cut -f 2)"
}

@test "an empty required field is NULL: validate's business" {
	reads "$watch_header\n,,,,\n" '#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\n\\N\t\\N\t\\N\t\\N\t\\N\n#end\t1\n'
}

@test "a record is rejected once, for its first fault, and nothing of it is written" {
	rejects "$watch_header\\n1,2,x,never,99\\n5,6,7,2026-01-01,1\\n" bad-integer in.csv:2 'movie_id: not an integer: "x"' 1,2,x,never,99
	same 5 "$(sed -n 2p got | cut -f 1)"
}

@test "--max-rejects" {
	printf 'a,b\n1\n1,2\n1\n' >in.csv
	run -0 csv-read -q -t table --max-rejects 2 in.csv
	run -1 --separate-stderr csv-read -q -t table --max-rejects 1 in.csv
	[[ $output != *'#end'* ]]
	run -1 --separate-stderr csv-read -q -t table --max-rejects 50% in.csv
	[[ $output != *'#end'* ]]
	same 'csv-read: more than 50.0 % rejects: 2 of 3' "${stderr_lines[-1]}"
	run -0 csv-read -q -t table --max-rejects 67% in.csv
}

@test "the reject file is its owner's alone" {
	printf 'a,b\n1\n' >in.csv
	csv-read -q -t table --rejects bad in.csv >/dev/null
	same 600 "$(stat -c %a bad)"
}

# --- ids ----------------------------------------------------------------------------------------

@test "--hash-id: HMAC-SHA-256, stable, the key from a file or the environment" {
	printf 'user,name\nuser_07271,A\nuser_00042,B\nuser_07271,C\n,D\n7,E\n\\N,F\n' >in.csv
	printf 'not a secret: an example\n' >key
	chmod 600 key
	# python3: int.from_bytes(hmac.new(key, text, 'sha256').digest()[:8], 'big') & (2**63 - 1)
	run -0 --separate-stderr csv-read -q -t user --hash-id user_id --hash-key key in.csv
	same '' "$stderr"
	same "840921624389517933 8746190451303162276 840921624389517933 \\N" "$(sed -n 2,5p <<<"$output" | cut -f 1 | paste -sd' ')"
	[[ $(sed -n 6p <<<"$output" | cut -f 1) != 7 ]]
	same '\N' "$(sed -n 7p <<<"$output" | cut -f 1)"
	same "$output" "$(REELPIPE_ID_KEY_FILE=key csv-read -q -t user --hash-id user_id in.csv)"
	printf 'not a secret: an example' >key # the line end isn't part of it
	same "$output" "$(csv-read -q -t user --hash-id user_id --hash-key key in.csv)"
	printf 'another secret of a length' >key
	[[ $(csv-read -q -t user --hash-id user_id --hash-key key in.csv) != "$output" ]]
}

@test "--hash-id agrees with openssl, on text of any length, in a table" {
	command -v openssl >/dev/null || skip 'no openssl'
	printf 'k%.0s' {1..100} >key
	chmod 600 key
	local text id
	for text in x "$(printf 'long%.0s' {1..50})" 'é|"'; do
		printf 'who,a\n"%s",1\n' "${text//\"/\"\"}" >in.csv
		id=$(printf %s "$text" | openssl dgst -sha256 -mac HMAC -macopt key:"$(cat key)" -r | cut -c 1-16)
		same "$((0x$id & 0x7fffffffffffffff))" "$(csv-read -q -t table --hash-id who --hash-key key in.csv | sed -n 2p | cut -f 1)"
	done
}

@test "--hash-id: keys that are no use; the key is never shown" {
	printf 'user,name\nx,A\n' >in.csv
	run -2 csv-read -t user --hash-id user_id in.csv
	same 'csv-read: --hash-id needs a key: --hash-key FILE or REELPIPE_ID_KEY_FILE' "${lines[0]}"
	printf 'fifteen bytes..\n' >key
	chmod 600 key
	run -1 csv-read -t user --hash-id user_id --hash-key key in.csv
	same 'csv-read: key: a key has 16 to 4096 bytes, this one fewer' "$output"
	head -c 5000 /dev/zero >key
	run -1 csv-read -t user --hash-id user_id --hash-key key in.csv
	same 'csv-read: key: a key has 16 to 4096 bytes, this one more' "$output"
	run -1 csv-read -t user --hash-id user_id --hash-key nokey in.csv
	same 'csv-read: nokey: No such file or directory' "$output"
	printf 'sixteen bytes...\n' >key
	chmod 644 key
	run -0 --separate-stderr csv-read -q -t user --hash-id user_id --hash-key key in.csv
	same 'csv-read: key: others may read this key: chmod 600 it' "$stderr"
	run -2 csv-read -t user --hash-id name --hash-key key in.csv
	same 'csv-read: --hash-id: type user has no integer column "name"' "${lines[0]}"
	run -2 csv-read -q -t table --hash-id nope --hash-key key in.csv
	[[ $output == *'--hash-id: no column is called "nope"; the header has "user", "name"' ]]
}

@test "--derive session_id: stable, only where there is none" {
	printf 'user_id,movie_id,watch_timestamp\n1,603,964982703\n1,603,2000-07-30 18:45:03\n1,603,2000-07-30 18:45:04\n,603,2000-07-30\n' >in.csv
	run -0 csv-read -q --derive session_id in.csv
	# xxh3_64 of "1<TAB>603<TAB>2000-07-30T18:45:03Z" without its uppermost bit
	same 7425516628032927252 "$(cut -f 1 <<<"${lines[1]}")"
	same "${lines[1]}" "${lines[2]}"
	[[ $(cut -f 1 <<<"${lines[3]}") != 7425516628032927252 ]]
	same '\N' "$(cut -f 1 <<<"${lines[4]}")"
	printf 'session_id,user_id,movie_id,watch_timestamp\n5,1,603,964982703\n,1,603,964982703\n' >in.csv
	same '5 7425516628032927252' "$(csv-read -q --derive session_id in.csv | sed '1d;$d' | cut -f 1 | paste -sd' ')"
	run -2 csv-read --derive user_id
	same 'csv-read: --derive: only session_id can be derived, not "user_id"' "${lines[0]}"
	run -2 csv-read -t movie --derive session_id
	same 'csv-read: --derive session_id is for type watch' "${lines[0]}"
}

@test "--origin in a name that needs escapes" {
	printf 'a,b\n1,2\n' >$'tab\there'
	same "$(printf '1\t2\ttab\\there:2')" "$(csv-read -q -t table --origin $'tab\there' | sed -n 2p)"
}

# --- the surroundings ---------------------------------------------------------------------------

@test "wrong usage" {
	run -2 csv-read --type nope
	same 'csv-read: --type: no such type: "nope"' "${lines[0]}"
	run -2 csv-read --scan=fast
	same 'csv-read: --scan: neither auto nor libcsv: "fast"' "${lines[0]}"
	run -2 csv-read --nonsense
	run -0 csv-read --help
	[[ $output == 'usage: csv-read '* ]]
	run -0 csv-read --version
	printf 'a,b\n1,2\n' >--help
	same "$(printf '1\t2')" "$(csv-read -q -t table -- --help | sed -n 2p)"
}

@test "a full disk and a closed pipe" {
	{ printf 'a,b\n' && seq 100000 | sed 's/$/,x/'; } >in.csv
	run -1 --separate-stderr bash -c 'csv-read -q -t table in.csv >/dev/full'
	same "csv-read: stdout: can't write: No space left on device" "$stderr"
	run -0 --separate-stderr bash -c 'csv-read -q -t table in.csv | head -n 2'
	same "$(printf '#table\ta\tb\n1\tx')" "$output"
	same '' "$stderr"
	printf 'a,b\n1\n' >in.csv
	run -1 --separate-stderr bash -c 'csv-read -q -t table --rejects /dev/full in.csv'
	[[ $stderr == "csv-read: /dev/full: can't write: No space left on device" ]]
}

@test "a stream that trickles is passed on at once" {
	mkfifo in out
	csv-read -q -t table in >out &
	exec 5<out 4>in
	printf 'a,b\n1,2\n' >&4
	local line
	read -r -t 10 line <&5 && same '#table	a	b' "$line"
	read -r -t 10 line <&5 && same '1	2' "$line"
	printf '3,"4' >&4
	printf '"\n' >&4
	read -r -t 10 line <&5 && same '3	4' "$line"
	exec 4>&-
	read -r -t 10 line <&5 && same '#end	2' "$line"
	exec 5<&-
	wait
}

@test "two runs give the same bytes, and they are a sound stream" {
	printf 'session_id,user_id,movie_id,watch_timestamp,rating\n1,2,3,2026-01-01,5\nx\n' >in.csv
	csv-read -q --rejects r1 in.csv >o1
	csv-read -q --rejects r2 in.csv >o2
	same_file o1 o2
	same_file r1 r2
	if command -v validate >/dev/null; then
		same_file o1 <(validate -q --now 2026-06-01 o1)
		validate -q r1 >/dev/null
	fi
}

@test "csv-spectrum's twelve files, where they are" {
	local data=$ROOT/../shared/data/csv-spectrum name
	[[ -d $data ]] || skip 'not here'
	command -v jq >/dev/null || skip 'no jq'
	for name in "$data"/csvs/*.csv; do
		name=${name##*/}
		name=${name%.csv}
		# Its degree sign came to harm before the file was published, and its JSON has another number.
		[[ $name != location_coordinates ]] || continue
		jq -r 'def field: if . == "" then "\\N" else gsub("\\\\"; "\\\\") | gsub("\n"; "\\n") | gsub("\r"; "\\r") | gsub("\t"; "\\t") end;
			"#table\t" + (.[0] | keys_unsorted | join("\t")), (.[] | [.[]] | map(field) | join("\t")), "#end\t\(length)"' \
			"$data/json/$name.json" >want
		csv-read -q -t table "$data/csvs/$name.csv" >got
		same_file want got || fail "$name"
	done
	csv-read -q -t table "$data/csvs/location_coordinates.csv" | sed -n 2p | cut -f 1,3,4 >got
	printf '2095257564\tModesto\tStanislaus\n' >want
	same_file want got
}

@test "MovieLens, where it is" {
	local data=$ROOT/../shared/data/movielens
	[[ -d $data ]] || skip 'not here'
	same '#end	100836' "$(csv-read -q --rating-scale 5 --derive session_id "$data/ratings.csv" | tail -n 1)"
	same '#end	9742' "$(csv-read -q -t movie "$data/movies.csv" | tail -n 1)"
	same '#end	9742' "$(csv-read -q -t table "$data/links.csv" | tail -n 1)"
	same "$(printf '11\tAmerican President, The (1995)\tComedy|Drama|Romance')" "$(csv-read -q -t movie "$data/movies.csv" | sed -n 12p)"
}
