#!/usr/bin/env bats
# keep-header: a plain command on the data lines of a stream.

setup() {
	load helper
	rec '#watch session_id user_id movie_id' '3 10 603' '1 10 129' '2 11 99' >watch
}

@test "sort works on the records, around them are the header and the count" {
	run -0 --separate-stderr keep-header sort -n <watch
	same "$(rec '#watch session_id user_id movie_id' '1 10 129' '2 11 99' '3 10 603')" "$output"
	[[ $stderr == "keep-header: read 3 = written 3 + rejected 0 + dropped 0, "* ]]
}

@test "the count is that of the command's lines" {
	run -0 --separate-stderr keep-header grep 10 <watch
	same "$(rec '#watch session_id user_id movie_id' '3 10 603' '1 10 129')" "$output"
	[[ $stderr == *"read 3 = written 2 + rejected 0 + dropped 1,"* ]]
	run -0 --separate-stderr keep-header sed p <watch
	same "#end 6" "$(tail -n 1 <<<"$output" | tr '\t' ' ')"
	[[ $stderr == *"read 6 = written 6 + rejected 0 + dropped 0,"* ]]
}

@test "the command's own options are left alone" {
	run -0 keep-header -q sh -c 'cat; test "$*" = "-q --help -- x" || exit 9' sh -q --help -- x <watch
	same "$(<watch)" "$output"
	run -0 keep-header -q -- cat <watch
	same "$(<watch)" "$output"
	run -0 keep-header --quiet cat -- <watch
	same "$(<watch)" "$output"
}

@test "each segment is a run of its own, an empty one too" {
	{
		cat watch
		rec '#empty a'
		rec '#other a b' 'x y'
	} | keep-header -q sh -c 'echo run >>runs; cat' >out
	{
		cat watch
		rec '#empty a'
		rec '#other a b' 'x y'
	} | cmp - out
	same 3 "$(wc -l <runs)"
	rec '#empty a' | keep-header -q echo line >out
	same "$(rec '#empty a' line)" "$(<out)"
}

@test "marks go out behind all records of their segment, in their order" {
	rec_open '#watch session_id' '2' '#mark a 1' '#mark b 1' '1' '#mark a 2' '#end 2' \
		'#watch session_id' '#mark c 9' '#end 0' >marked
	run -0 keep-header -q sort <marked
	same "$(tabs '#watch session_id' '1' '2' '#mark a 1' '#mark b 1' '#mark a 2' '#end 2' \
		'#watch session_id' '#mark c 9' '#end 0')" "$output"
}

@test "a mark's escapes and empty state are passed as they are" {
	printf '#t\ta\n1\n#mark\tf\\t\\\\x\t\n#end\t1\n' >marked
	keep-header -q cat <marked | cmp - marked
}

@test "a command that fails leaves no #end" {
	run -1 --separate-stderr keep-header -q sh -c 'cat; exit 3' <watch
	[[ $output != *"#end"* ]]
	same "keep-header: sh failed with status 3" "$stderr"
	run -75 --separate-stderr keep-header -q sh -c 'cat; exit 75' <watch
	[[ $output != *"#end"* ]]
	same "keep-header: sh failed with status 75" "$stderr"
	run -1 --separate-stderr keep-header -q sh -c 'cat; kill -9 $$' <watch
	[[ $output != *"#end"* ]]
	same "keep-header: sh was ended by signal 9 (Killed)" "$stderr"
	run -1 --separate-stderr keep-header -q no-such-command <watch
	[[ $output != *"#end"* ]]
	same "keep-header: can't run no-such-command: No such file or directory" "$stderr"
	run -1 --separate-stderr keep-header -q / <watch
	same "keep-header: can't run /: Permission denied" "$stderr"
}

@test "a later segment's failure closes the earlier segments alone" {
	cat watch watch >two
	run -1 --separate-stderr keep-header -q sh -c 'cat; test ! -e ran || exit 1; : >ran' <two
	same 1 "$(grep -c '^#end' <<<"$output")"
}

@test "--accept takes other statuses for success" {
	run -1 --separate-stderr keep-header -q grep nothing <watch
	same "keep-header: grep failed with status 1" "$stderr"
	run -0 keep-header -q -a 1 grep nothing <watch
	same "$(rec '#watch session_id user_id movie_id')" "$output"
	run -0 keep-header -q --accept=7,1 grep nothing <watch
	run -1 keep-header -q --accept 1 grep -E '(' <watch
	[[ ${lines[-1]} == "keep-header: grep failed with status 2" ]]
	run -2 keep-header -a 256 cat <watch
	same '--accept: not from 0 to 255: "256"' "${lines[0]#keep-header: }"
	run -2 keep-header -a 1, cat <watch
}

@test "what the command writes has to be records" {
	wrong() {
		local want=$1
		shift
		run -1 --separate-stderr keep-header -q "$@" <watch
		same "keep-header: output of $want" "$stderr"
		[[ $output != *"#end"* ]]
	}
	wrong 'cut:1: 2 fields, the header has 3 columns' cut -f 1,2
	wrong 'sed:2: 4 fields, the header has 3 columns' sed '2s/\t/\tx\t/'
	wrong 'sed:3: a control line among the records' sed '3s/^/#/'
	wrong 'sed:1: an escape that isn'"'"'t \t \n \r \\ \# or \N' sed '1s/$/\\x/'
	wrong 'sed:1: a raw CR' sed 's/$/\r/'
	wrong 'printf:1: a NUL byte' printf '1\t2\t\0\n'
	wrong 'printf:1: invalid UTF-8' printf '1\t2\t\xff\n'
	wrong 'printf:2: no line feed at the end' printf '1\t2\t3\n4\t5\t6'
	wrong 'echo:1: 1 fields, the header has 3 columns' echo
}

@test "a line of the command's that is too long" {
	run -1 --separate-stderr keep-header -q sh -c 'head -c 40000000 /dev/zero | tr "\0" x' <watch
	[[ $stderr == 'keep-header: output of sh:1: a line of over 16 MiB' ]]
	# One of 16 MiB passes, both ways.
	{
		printf '#t\ta\n'
		head -c 16777216 /dev/zero | tr '\0' x
		printf '\n#end\t1\n'
	} >long
	keep-header -q cat <long | cmp - long
}

@test "malformed and cut input" {
	run -1 --separate-stderr keep-header -q cat <<<"no header"
	[[ $stderr == "keep-header: stdin:1: a record without a header"* ]]
	head -n -1 watch >short
	run -1 --separate-stderr keep-header -q cat <short
	[[ $output != *"#end"* ]]
	[[ $stderr == "keep-header: stdin: the input is cut: no #end after line 4" ]]
	run -1 --separate-stderr keep-header -q cat </dev/null
	same "keep-header: stdin: the input is cut: it has no segment at all" "$stderr"
	run -0 keep-header -q --partial cat <short
	same "$(<watch)" "$output"
	run -0 --separate-stderr keep-header -q --partial cat </dev/null
	same "" "$output$stderr"
	rec '#watch a' '1' '2' | sed 's/^2/2\t2/' >ragged
	run -1 --separate-stderr keep-header -q cat <ragged
	[[ $stderr == "keep-header: stdin:3: a malformed line: 2 fields"* ]]
}

@test "nothing deadlocks, whatever the command does first" {
	seq 400000 | awk 'BEGIN { print "#t\ta" } { print } END { print "#end\t" NR }' >big
	# It reads all before it writes, writes while it reads, closes its input early, or never reads.
	timeout 20 bash -c 'keep-header -q sort -rn <big' | tail -n 1 | grep -qx $'#end\t400000'
	timeout 20 bash -c 'cat big | keep-header -q cat' | cmp - big
	timeout 20 bash -c 'cat big | keep-header -q sed "p;p"' | tail -n 1 | grep -qx $'#end\t1200000'
	timeout 20 bash -c 'cat big | keep-header -q head -n 2' >out
	same "$(rec '#t a' 1 2)" "$(<out)"
	timeout 20 bash -c 'cat big | keep-header -q seq 300000' | tail -n 1 | grep -qx $'#end\t300000'
	timeout 20 bash -c 'cat big | keep-header -q sh -c "exec <&-; seq 300000"' | tail -n 1 | grep -qx $'#end\t300000'
}

@test "records that trickle in are passed on at once" {
	mkfifo in
	: >out
	timeout 20 keep-header -q sed -u 's/^/-/' <in >out &
	local pid=$! i
	exec 9>in
	printf '#t\ta\n1\n' >&9
	for ((i = 0; i < 200; i++)); do
		[[ $(<out) != *-1* ]] || break
		sleep 0.05
	done
	same "$(tabs '#t a' '-1')" "$(<out)"
	printf '2\n#end\t2\n' >&9
	exec 9>&-
	wait "$pid"
	same "$(rec '#t a' '-1' '-2')" "$(<out)"
}

@test "the command's messages and variables are its own" {
	run -0 --separate-stderr env MARK=x keep-header -q sh -c 'cat; echo "note $MARK" >&2' <watch
	same "note x" "$stderr"
	same "$(<watch)" "$output"
}

@test "outputs that can't be written, and readers that go away" {
	run -1 bash -c 'keep-header -q cat <watch >/dev/full'
	same "keep-header: stdout: can't write: No space left on device" "$output"
	seq 400000 | awk 'BEGIN { print "#t\ta" } { print } END { print "#end\t" NR }' >big
	run -0 bash -c 'keep-header cat <big | head -n 1; exit "${PIPESTATUS[1]}"'
	same $'#t\ta' "$output"
	run -0 bash -c 'trap "" PIPE; keep-header cat <big 2>&1 | head -n 1'
	same $'#t\ta' "$output"
}

@test "a parent that ignores its children's ends doesn't matter" {
	# Shells can't hand SIGCHLD down ignored; env can.
	run -0 env --ignore-signal=CHLD keep-header -q cat <watch
	same "$(<watch)" "$output"
	run -1 env --ignore-signal=CHLD keep-header -q sh -c 'cat; exit 3' <watch
	same "keep-header: sh failed with status 3" "${lines[-1]}"
}

@test "statistics" {
	REELPIPE_STATS=$TMP/stats keep-header -q head -n 1 <watch >out
	same "keep-header 3 1 0 2 $(wc -c <watch) $(wc -c <out)" \
		"$(sed -n 2p stats | cut -f 1,4-7,11-12 | tr '\t' ' ')"
}

@test "usage" {
	run -2 keep-header <watch
	same "keep-header: which command?" "${lines[0]}"
	run -2 keep-header --no-such cat <watch
	same 'keep-header: no such option, or an ambiguous one: "--no-such"' "${lines[0]}"
	run -0 keep-header --help
	[[ ${lines[0]} == "usage: keep-header [OPTION]... COMMAND [ARGUMENT]..." ]]
	run -0 keep-header --version
	[[ $output == "keep-header (reelpipe) "* ]]
}

@test "the command finds columns by name, in each segment anew" {
	{
		tabs '#watch session_id user_id' '1 2' '#end 1' '#watch user_id session_id _no\tte' '3 4 x' '#end 1'
		printf '#t\tc'
		printf '_%.0s' {1..70000}
		printf '\nx\n#end\t1\n'
	} >in
	REELPIPE_COLUMNS=mine run -0 keep-header -q sh -c 'cat; printf "%s\n" "${REELPIPE_COLUMNS-unset}" >>columns' <in
	same "$(printf '%s\n' $'session_id\tuser_id' $'user_id\tsession_id\t_no\\tte' unset)" "$(<columns)"
}
