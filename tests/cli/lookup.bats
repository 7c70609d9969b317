#!/usr/bin/env bats
# lookup: columns of a record file joined onto a stream.

setup() {
	load helper
	rec '#movie movie_id title genres' '603 Matrix Action' '129 Chihiro Animation|Family' \
		'-7 Local \N' '0 Zero Drama' >movies
	rec '#watch session_id user_id movie_id' '1 10 603' '2 10 129' '3 11 99' '4 12 -7' '5 12 0' >watch
}

@test "joins columns onto the stream" {
	run -0 --separate-stderr lookup movies --key movie_id --add title,genres watch
	same "$(rec '#watch session_id user_id movie_id title genres' '1 10 603 Matrix Action' \
		'2 10 129 Chihiro Animation|Family' '3 11 99 \N \N' '4 12 -7 Local \N' '5 12 0 Zero Drama')" "$output"
}

@test "no match gives NULL in every added column" {
	rec '#watch movie_id' '5' >w
	run -0 --separate-stderr lookup movies -k movie_id -a title,genres,title:again w
	same "$(rec '#watch movie_id title genres again' '5 \N \N \N')" "$output"
}

@test "--inner drops records without a match and counts them" {
	run -0 --separate-stderr lookup movies --inner --key movie_id --add title watch
	same "$(rec '#watch session_id user_id movie_id title' '1 10 603 Matrix' '2 10 129 Chihiro' \
		'4 12 -7 Local' '5 12 0 Zero')" "$output"
	[[ $stderr == *"lookup: 4 with a match, 1 without"* ]]
	[[ $stderr == *"read 5 = written 4 + rejected 0 + dropped 1,"* ]]
}

@test "the stream is standard input when no file is named, and -" {
	lookup -q movies -k movie_id -a title <watch >one
	lookup -q movies -k movie_id -a title - <watch >two
	lookup -q -k movie_id -a title -- movies watch >three
	same_file one two
	same_file one three
	[[ $(wc -l <one) == 7 ]]
}

@test "the lookup file can be standard input when the stream is a file" {
	lookup -q - -k movie_id -a title watch <movies >one
	lookup -q movies -k movie_id -a title watch >two
	same_file one two
	run -2 --separate-stderr lookup - -k movie_id -a title - <movies
	[[ $stderr == "lookup: standard input can't be both the lookup file and the stream"* ]]
	run -2 --separate-stderr lookup - -k movie_id -a title <movies
	[[ $stderr == "lookup: standard input can't be both"* ]]
}

@test "the key may have another name in the file" {
	rec '#film id name' '603 Matrix' >f
	run -0 --separate-stderr lookup -q f -k movie_id=id -a name watch
	same "1	10	603	Matrix" "${lines[1]}"
	same "2	10	129	\\N" "${lines[2]}"
	run -1 --separate-stderr lookup -q f -k movie_id -a name watch
	same 'lookup: f:1: the film records have no column movie_id: their columns are "id\tname"' "$stderr"
}

@test "an added column may get another name" {
	run -0 --separate-stderr lookup -q movies -k movie_id -a title:_title watch
	same "#watch	session_id	user_id	movie_id	_title" "${lines[0]}"
}

@test "a column that is there already is an error, and so is a repeated name" {
	rec '#watch movie_id title' '603 x' >w
	run -1 --separate-stderr lookup -q movies -k movie_id -a genres,title w
	same 'lookup: w:1: the stream has a column "title" already: --replace overwrites it, --add COLUMN:NAME gives the new one another name' "$stderr"
	same "" "$output"
	run -2 --separate-stderr lookup movies -k movie_id -a title,genres:title watch
	[[ $stderr == 'lookup: --add: the same column twice: "title"'* ]]
}

@test "--replace overwrites columns where they stand" {
	rec '#watch title movie_id x' 'old 603 1' 'old 5 2' '\N 129 3' >w
	run -0 --separate-stderr lookup -q movies --replace -k movie_id -a genres,title w
	same "$(rec '#watch title movie_id x genres' 'Matrix 603 1 Action' '\N 5 2 \N' \
		'Chihiro 129 3 Animation|Family')" "$output"
}

@test "--replace: a # that comes to the front of a line is escaped" {
	tabs '#tag id name' '7 #1' '#end 1' >tags
	tabs '#watch name id' 'a 7' '#end 1' >w
	run -0 --separate-stderr lookup -q tags --replace -k id -a name w
	same "$(tabs '#watch name id' '\#1 7' '#end 1')" "$output"
}

@test "--replace may overwrite the key itself" {
	rec '#map from to' '603 604' '129 130' >m
	rec '#watch movie_id n' '603 1' '129 2' '603 3' >w
	run -0 --separate-stderr lookup -q m --replace -k movie_id=from -a to:movie_id w
	same "$(rec '#watch movie_id n' '604 1' '130 2' '604 3')" "$output"
}

@test "the last record of a key counts, and the summary says so" {
	rec '#movie movie_id title' '603 First' '129 Only' '603 Last' '\N None' >m
	run -0 --separate-stderr lookup m -k movie_id -a title watch
	same "1	10	603	Last" "${lines[1]}"
	[[ $stderr == *"lookup: repeated keys in the lookup file: 1 (the last record of each counts)"* ]]
	[[ $stderr == *"lookup: records without a key in the lookup file: 1"* ]]
}

@test "the lookup file may have several segments with columns in other orders" {
	{
		rec '#movie movie_id title' '603 A'
		rec '#table x title y movie_id' '1 B 2 129'
	} >m
	run -0 --separate-stderr lookup -q m -k movie_id -a title watch
	same "1	10	603	A" "${lines[1]}"
	same "2	10	129	B" "${lines[2]}"
	rec '#movie movie_id name' '603 A' >>m
	run -1 --separate-stderr lookup -q m -k movie_id -a title watch
	same 'lookup: m:7: the movie records have no column title: their columns are "movie_id\tname"' "$stderr"
}

@test "the stream may have several segments, whose boundaries stay" {
	rec '#other movie_id' '603' >w2
	run -0 --separate-stderr lookup -q movies -k movie_id -a title watch w2
	same "#end	5" "${lines[6]}"
	same "$(rec '#other movie_id title' '603 Matrix')" "$(printf '%s\n' "${lines[@]:7}")"
}

@test "a segment of the stream without the key column is an error" {
	rec '#user user_id' 1 >u
	run -1 --separate-stderr lookup -q movies -k movie_id -a title watch u
	same 'lookup: u:1: the user records have no column movie_id: their columns are "user_id"' "$stderr"
}

@test "keys are equal when their bytes are" {
	rec '#t k v' '007 a' '7 b' '7.5 c' '-0 d' '9223372036854775808 e' '9223372036854775807 f' \
		'-9223372036854775808 g' 'x\ty h' 'ü i' >t
	rec '#s k' '7' '007' '7.5' '7.50' '-0' '0' '9223372036854775808' '9223372036854775807' \
		'-9223372036854775808' 'x\ty' 'x' 'ü' 'u' >s
	run -0 --separate-stderr lookup -q t -k k -a v s
	same "$(rec '#s k v' '7 b' '007 a' '7.5 c' '7.50 \N' '-0 d' '0 \N' '9223372036854775808 e' \
		'9223372036854775807 f' '-9223372036854775808 g' 'x\ty h' 'x \N' 'ü i' 'u \N')" "$output"
}

@test "a key that starts with # is found wherever it stands in the line" {
	rec '#t k v' '\#1 hash' >t
	rec '#s a k' 'x #1' 'y \#1' >s
	run -0 --separate-stderr lookup -q t -k k -a v s
	same "hash" "$(cut -f3 <<<"${lines[1]}")"
	same "hash" "$(cut -f3 <<<"${lines[2]}")"
}

@test "NULL matches nothing" {
	rec '#t k v' '\N null' 'a b' >t
	rec '#s k' '\N' 'a' >s
	run -0 --separate-stderr lookup -q t -k k -a v s
	same "$(rec '#s k v' '\N \N' 'a b')" "$output"
}

@test "added values keep their escapes" {
	rec '#t k v w' '1 a\tb\\ \N' >t
	rec '#s k' 1 >s
	run -0 --separate-stderr lookup -q t -k k -a w,v s
	same "$(rec '#s k w v' '1 \N a\tb\\')" "$output"
}

@test "bookmarks of the stream pass, those of the lookup file don't" {
	{
		tabs '#t k v' '#mark file:t 1' '1 a' '#mark file:t 2' '#end 1'
	} >t
	tabs '#s k' '1' '#mark file:s 1' '2' '#mark file:s 2' '#end 2' >s
	run -0 --separate-stderr lookup -q t -k k -a v s
	same "$(tabs '#s k v' '1 a' '#mark file:s 1' '2 \N' '#mark file:s 2' '#end 2')" "$output"
}

@test "an empty lookup file matches nothing; an empty stream is fine" {
	rec '#movie movie_id title' >m
	run -0 --separate-stderr lookup m -k movie_id -a title watch
	same "1	10	603	\\N" "${lines[1]}"
	[[ $stderr == *"0 with a match, 5 without"* ]]
	rec '#watch movie_id' >w
	run -0 --separate-stderr lookup -q movies -k movie_id -a title w
	same "$(rec '#watch movie_id title')" "$output"
}

@test "a cut lookup file or stream is an error; --partial takes it" {
	head -2 movies >m
	head -3 watch >w
	run -1 --separate-stderr lookup -q m -k movie_id -a title watch
	same "lookup: m: the input is cut: no #end after line 2" "$stderr"
	same "" "$output"
	run -1 --separate-stderr lookup -q movies -k movie_id -a title w
	same "lookup: w: the input is cut: no #end after line 3" "$stderr"
	[[ $output != *'#end'* ]]
	run -0 --separate-stderr lookup -q --partial m -k movie_id -a title w
	same "$(rec '#watch session_id user_id movie_id title' '1 10 603 Matrix' '2 10 129 \N')" "$output"
	run -1 --separate-stderr lookup -q /dev/null -k movie_id -a title watch
	[[ $stderr == "lookup: /dev/null: the input is cut: it has no segment at all" ]]
}

@test "files that can't be read are errors" {
	run -1 --separate-stderr lookup -q none -k movie_id -a title watch
	[[ $stderr == "lookup: none: "*"No such file or directory"* ]]
	run -1 --separate-stderr lookup -q movies -k movie_id -a title none
	[[ $stderr == "lookup: none: "*"No such file or directory"* ]]
}

@test "write errors are noticed, a closed pipe is quiet" {
	run -1 --separate-stderr bash -c 'lookup -q movies -k movie_id -a title watch >/dev/full'
	[[ $stderr == "lookup: stdout: "*"No space left on device"* ]]
	{ printf '#s\tk\n' && seq 200000 && printf '#end\t200000\n'; } >s
	rec '#t k v' '1 a' >t
	run -0 --separate-stderr bash -c 'set -o pipefail; lookup -q t -k k -a v s | head -1; [[ ${PIPESTATUS[0]} == 141 ]]'
	same "#s	k	v" "$output"
	same "" "$stderr"
}

@test "a record that becomes too long is an error" {
	{
		printf '#t\tk\tv\n1\t'
		head -c 10000000 /dev/zero | tr '\0' x
		printf '\n#end\t1\n'
	} >t
	{
		printf '#s\tk\tw\n1\t'
		head -c 10000000 /dev/zero | tr '\0' y
		printf '\n#end\t1\n'
	} >s
	run -1 --separate-stderr bash -c 'lookup -q t -k k -a v s | wc -c; exit "${PIPESTATUS[0]}"'
	same "lookup: s:2: the record becomes longer than 16 MiB" "$stderr"
	run -1 --separate-stderr lookup -q t -k k -a v:a,v:b s
	same "lookup: t:2: the columns to add are over 16 MiB" "$stderr"
}

@test "many keys, integers and texts" {
	seq 1 3 300000 | awk 'BEGIN{OFS="\t";print "#t","k","v"}{print $1,"i"$1; print "k"$1,"t"$1}END{print "#end",NR*2}' >t
	seq 1 30000 | awk 'BEGIN{OFS="\t";print "#s","k"}{print $1; print "k"$1}END{print "#end",NR*2}' >s
	seq 1 30000 | awk 'BEGIN{OFS="\t";print "#s","k","v"}{hit=$1%3==1; print $1,hit?"i"$1:"\\N"; print "k"$1,hit?"t"$1:"\\N"}END{print "#end",NR*2}' >want
	lookup -q t -k k -a v s >got
	same_file want got
}

@test "wrong usage" {
	run -2 --separate-stderr lookup movies -a title
	[[ $stderr == "lookup: --key is missing: which column is looked up?"* ]]
	run -2 --separate-stderr lookup movies -k movie_id
	[[ $stderr == "lookup: --add is missing: which columns are added?"* ]]
	run -2 --separate-stderr lookup -k movie_id -a title
	[[ $stderr == "lookup: the lookup file is missing"* ]]
	run -2 --separate-stderr lookup movies -k movie_id -a title -a genres
	[[ $stderr == "lookup: --add is given twice: name all columns in one, with commas"* ]]
	run -2 --separate-stderr lookup movies -k movie_id= -a title
	[[ $stderr == 'lookup: --key: not a column name: ""'* ]]
	run -2 --separate-stderr lookup movies -k movie_id -a title:
	[[ $stderr == 'lookup: --add: not a column name: ""'* ]]
	run -2 --separate-stderr lookup movies -k movie_id -a "title:a$(printf '\t')b"
	[[ $stderr == 'lookup: --add: not a column name: "a\tb"'* ]]
	run -2 --separate-stderr lookup movies -k movie_id -a title --outer
	[[ $stderr == *"--outer"* ]]
}

@test "statistics are appended to REELPIPE_STATS" {
	REELPIPE_STATS=stats lookup -q --inner movies -k movie_id -a title watch >/dev/null
	run -0 cut -f 1,4-7 <(sed -n 2p stats)
	same "lookup	5	4	0	1" "$output"
}

@test "--help and --version" {
	run -0 --separate-stderr lookup --help
	[[ $output == "usage: lookup "* ]]
	run -0 --separate-stderr lookup --version
	[[ $output == *lookup* ]]
}
