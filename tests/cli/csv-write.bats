#!/usr/bin/env bats
# csv-write: records as CSV.

setup() {
	load helper
	rec '#watch session_id user_id rating' '1 10 4.5' '2 11 \N' >watch
}

@test "a header and a row a record; NULL is empty" {
	run -0 --separate-stderr csv-write watch
	same $'session_id,user_id,rating\n1,10,4.5\n2,11,' "$output"
	[[ $stderr == "csv-write: read 2 = written 2 + rejected 0 + dropped 0, "* ]]
}

@test "fields are quoted where they have to be, and escapes are undone" {
	printf '%s\n' $'#t\ta\tb' 'x,y	"q"' ' lead	trail ' 'a\tb	\tc' 'l\nf	c\rr' 'b\\s	\#h' 'é	日本' 'a b	;' '\N	\\N' \
		$'#end\t8' >in
	printf '%s\n' 'a,b' '"x,y","""q"""' '" lead","trail "' $'a\tb,"\tc"' $'"l\nf","c\rr"' 'b\s,#h' 'é,日本' \
		'a b,;' ',\N' >want
	csv-write -q in >out
	same_file want out
}

@test "quoted fields are those of libcsv, and csv-read reads them back" {
	# All bytes of ASCII and some others, in all places of a field.
	python3 - >in <<-'END'
		import itertools
		special = ['\\t', '\\n', '\\r', '\\\\', '"', ',', ' ', 'x', 'é', "'", ';', '\x01', '\x7f']
		rows = set()
		for n in (1, 2, 3):
		    for t in itertools.product(special, repeat=n):
		        rows.add(''.join(t))
		print('#table\ta\tb')
		for row in sorted(rows):
		    print(row + '\t' + row + 'z')
		print('\\N\t\\#\n\\N\t\\N')
		print('#end\t%d' % (len(rows) + 2))
	END
	csv-write -q in | csv-read -q --type table - | cmp - in
	csv-write -q -d tab in | csv-read -q --type table --delimiter tab - | cmp - in
	csv-write -q --crlf -d ';' in | csv-read -q --type table --delimiter ';' - | cmp - in
	# Python's reader, which is nobody's here, agrees.
	csv-write -q in >out
	python3 - in out <<-'END'
		import csv, re, sys
		def text(field):
		    if field == '\\N': return ''
		    return re.sub(r'\\(.)', lambda m: {'t': '\t', 'n': '\n', 'r': '\r'}.get(m[1], m[1]), field)
		want = [[text(f) for f in line[:-1].split('\t')] for line in open(sys.argv[1], newline='\n')][:-1]
		want[0][0:1] = []
		got = list(csv.reader(open(sys.argv[2], newline='')))
		assert got == want, [p for p in zip(got, want) if p[0] != p[1]][:3]
	END
}

@test "a row of one field is never a blank line" {
	rec '#t a' '\N' 'x' '\N' >in
	run -0 csv-write -q in
	same $'a\n""\nx\n""' "$output"
	csv-write -q in | csv-read -q --type table - | sed 's/^#table/#t/' | cmp - in
}

@test "--delimiter" {
	run -0 csv-write -q -d ';' watch
	same $'session_id;user_id;rating\n1;10;4.5\n2;11;' "$output"
	run -0 csv-write -q --delimiter tab watch
	same $'session_id\tuser_id\trating\n1\t10\t4.5\n2\t11\t' "$output"
	rec '#t a b' '1;2 1,2' >in
	run -0 csv-write -q -d ';' in
	same $'a;b\n"1;2";1,2' "$output"
	run -0 csv-write -q -d . watch
	same '1.10."4.5"' "${lines[1]}"
	local bad
	for bad in '' ',,' é '"' ' ' $'\n'; do
		run -2 csv-write -q --delimiter "$bad" watch
		[[ ${lines[0]} == "csv-write: --delimiter: not one ASCII character, or one that can't be: "* ]]
	done
}

@test "--null, --no-header, --crlf, --bom" {
	run -0 csv-write -q --null NA watch
	same '2,11,NA' "${lines[2]}"
	rec '#t a b' 'NA \N' '\N x,y' >in
	run -0 csv-write -q --null NA in
	same $'a,b\n"NA",NA\nNA,"x,y"' "$output"
	run -0 csv-write -q --null 'a,b' in
	same $'a,b\nNA,"a,b"\n"a,b","x,y"' "$output"
	run -0 csv-write -q --no-header watch
	same $'1,10,4.5\n2,11,' "$output"
	same '1,10,4.5\r\n2,11,\r\n' "$(csv-write -q --no-header --crlf watch | od -An -c | tr -d ' \n')"
	same 'efbbbf613d' "$(rec '#t a=' | csv-write -q --bom | head -c 5 | od -An -tx1 | tr -d ' \n')"
}

@test "--safe disarms what a spreadsheet would compute" {
	printf '%s\n' $'#t\ta\tb' '=1+1	-5' '+49 30	-5.25' '@x	-x' '\tx	\r' '-	0' 'a=1	-1e5' $'#end\t6' >in
	run -0 csv-write -q --safe in
	same "$(printf '%s\n' a,b "\"'=1+1\",-5" "\"'+49 30\",-5.25" "\"'@x\",\"'-x\"" \
		$'"\'\tx","\'\r"' "\"'-\",0" "a=1,\"'-1e5\"")" "$output"
	run -0 csv-write -q in
	same '=1+1,-5' "${lines[1]}"
}

@test "segments of the same columns are one CSV, whatever their types" {
	{
		cat watch
		rec '#other session_id user_id rating' '3 12 1'
		rec '#watch session_id user_id rating'
	} >in
	run -0 csv-write -q in
	same $'session_id,user_id,rating\n1,10,4.5\n2,11,\n3,12,1' "$output"
	run -0 csv-write -q watch - watch <watch
	same 7 "${#lines[@]}"
}

@test "a segment of other columns is an error" {
	rec '#watch user_id session_id rating' '3 12 1' >moved
	run -1 --separate-stderr csv-write -q watch moved
	same 'csv-write: moved:1: a segment of other columns, which doesn'"'"'t fit into the same file: "#watch\tuser_id\tsession_id\trating"' "$stderr"
	rec '#watch session_id user_id' '3 12' >fewer
	run -1 csv-write -q watch fewer
	rec '#watch session_id user_id rating x' '3 12 1 2' >further
	run -1 csv-write -q watch further
}

@test "marks end here, unknown columns don't" {
	rec_open '#watch _origin a' 'f:1 x' '#mark f 1' '#end 1' >in
	run -0 csv-write -q in
	same $'_origin,a\nf:1,x' "$output"
}

@test "column names are unescaped and quoted like fields" {
	printf '#t\ta\\tb\tc,d\t\\#e\n1\t2\t3\n#end\t1\n' >in
	run -0 csv-write -q in
	same $'a\tb,"c,d",#e\n1,2,3' "$output"
}

@test "a segment without records is a header; large fields pass" {
	run -0 csv-write -q <<<$'#t\ta\n#end\t0'
	same a "$output"
	{
		printf '#t\ta\tb\n1\t'
		head -c 8000000 /dev/zero | tr '\0' '"'
		printf '\n2\t'
		head -c 8000000 /dev/zero | tr '\0' 'x'
		printf '\n#end\t2\n'
	} >large
	csv-write -q large | csv-read -q --type table - | tail -n +2 | cmp - <(tail -n +2 large)
}

@test "malformed and cut input, empty fields" {
	run -1 --separate-stderr csv-write -q </dev/null
	same "csv-write: stdin: the input is cut: it has no segment at all" "$stderr"
	head -n -1 watch >short
	run -1 --separate-stderr csv-write -q short
	same "csv-write: short: the input is cut: no #end after line 3" "$stderr"
	run -0 csv-write -q --partial short
	same $'session_id,user_id,rating\n1,10,4.5\n2,11,' "$output"
	run -0 csv-write -q --partial </dev/null
	same "" "$output"
	run -1 csv-write -q nowhere
	same "csv-write: nowhere: No such file or directory" "$output"
}

@test "an empty field, which is no value, isn't taken for a missing one" {
	printf '#t\ta\tb\n\tx\nx\t\n\t\n\\N\t\n#end\t4\n' >in
	run -0 csv-write -q in
	same $'a,b\n"",x\nx,""\n"",""\n,""' "$output"
}

@test "outputs that can't be written, readers that go away, statistics" {
	run -1 bash -c 'csv-write -q watch >/dev/full'
	same "csv-write: stdout: can't write: No space left on device" "$output"
	seq 400000 | awk 'BEGIN { print "#t\ta\tb" } { print $1 "\tx" } END { print "#end\t" NR }' >big
	run -0 bash -c 'csv-write big | head -n 1'
	same "a,b" "$output"
	csv-write -q big | md5sum >one
	awk -F '\t' '/^#end/ { next } { sub(/^#t\t/, ""); gsub("\t", ","); print }' big | md5sum >two
	same_file two one
	REELPIPE_STATS=$TMP/stats csv-write -q watch >out
	same "csv-write 2 2 0 0 $(wc -c <watch) $(wc -c <out)" "$(sed -n 2p stats | cut -f 1,4-7,11-12 | tr '\t' ' ')"
}

@test "usage" {
	run -2 csv-write --nul
	run -2 csv-write --no-such
	run -0 csv-write --help
	[[ ${lines[0]} == "usage: csv-write [OPTION]... [FILE]..." ]]
	run -0 csv-write --version
	[[ $output == "csv-write (reelpipe) "* ]]
}
