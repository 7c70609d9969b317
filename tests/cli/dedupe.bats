#!/usr/bin/env bats
# dedupe: one record of each key. The big cases are held against tests/cli/dedupe_model.py, which does
# the same in memory.

setup() {
	load helper
	model=$ROOT/tests/cli/dedupe_model.py
}

W='#watch session_id user_id movie_id watch_timestamp rating'

@test "equal records are duplicates, and the summary counts them" {
	rec "$W" '1 7 603 2026-11-15T21:04:33Z 4.5' '2 7 603 2026-11-15T21:04:33Z 4.5' \
		'1 7 603 2026-11-15T21:04:33Z 4.5' '1 7 603 2026-11-15T21:04:33Z 4.5' >in
	run -0 --separate-stderr dedupe in
	same "$(rec "$W" '1 7 603 2026-11-15T21:04:33Z 4.5' '2 7 603 2026-11-15T21:04:33Z 4.5')" "$output"
	[[ $stderr == "dedupe: read 4 = written 2 + rejected 0 + dropped 2, "* ]]
}

@test "a rating beats none, then the later time, then the higher rating, in any order of arrival" {
	local a='1 7 603 2026-11-15T21:04:33Z 2' b='1 7 603 2026-11-15T21:04:33.5Z 10' \
		c='1 7 603 2026-11-15T21:04:33.5Z 9.5' d='1 7 603 2026-12-01T00:00:00Z \N' order
	for order in "$a|$b|$c|$d" "$d|$c|$b|$a" "$b|$d|$a|$c" "$c|$b|$d|$a" "$d|$b|$c|$a"; do
		IFS='|' read -ra rows <<<"$order"
		same "$(rec "$W" "$b")" "$(rec "$W" "${rows[@]}" | dedupe -q)"
	done
	# 0 is a rating, and a lower one.
	same "$(rec "$W" '1 7 603 2026-11-15T21:04:33Z 0')" \
		"$(rec "$W" '1 7 603 2026-11-16T21:04:33Z \N' '1 7 603 2026-11-15T21:04:33Z 0' | dedupe -q)"
	same "$(rec "$W" '1 7 603 2026-11-16T21:04:33Z 0')" \
		"$(rec "$W" '1 7 603 2026-11-16T21:04:33Z 0' '1 7 603 2026-11-15T21:04:33Z 9' | dedupe -q)"
}

@test "winners stand where they came themselves" {
	same "$(rec "$W" '2 7 603 2026-11-15T21:04:33Z \N' '1 7 603 2026-11-15T21:04:33Z 5' '3 7 603 2026-11-15T21:04:33Z \N')" \
		"$(rec "$W" '1 7 603 2026-11-15T21:04:33Z \N' '2 7 603 2026-11-15T21:04:33Z \N' \
			'1 7 603 2026-11-15T21:04:33Z 5' '3 7 603 2026-11-15T21:04:33Z \N' | dedupe -q)"
}

@test "the same session with another user or film is a key-conflict; the first stays" {
	rec "$W _origin" '1 7 603 2026-11-15T21:04:33Z 5 a.csv:2' '1 8 603 2026-11-15T21:04:33Z 9 a.csv:3' \
		'1 7 604 2026-11-15T21:04:33Z 9 \N' '2 7 603 2026-11-15T21:04:33Z 5 \N' \
		'2 7 -1 2026-11-15T21:04:33Z 5 b\tc.csv:1' >in
	run -0 --separate-stderr dedupe --rejects r in
	same "$(rec "$W _origin" '1 7 603 2026-11-15T21:04:33Z 5 a.csv:2' '2 7 603 2026-11-15T21:04:33Z 5 \N')" "$output"
	[[ $stderr == "dedupe: read 5 = written 2 + rejected 3 + dropped 0, "* ]]
	same '#reject	stage	rule	origin	reason	raw_header	raw
dedupe	key-conflict	a.csv:3	user_id: "8", but session_id "1" is taken by "7" (a.csv:2)	\#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\t_origin	1\t8\t603\t2026-11-15T21:04:33Z\t9\ta.csv:3
dedupe	key-conflict	in:4	movie_id: "604", but session_id "1" is taken by "603" (a.csv:2)	\#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\t_origin	1\t7\t604\t2026-11-15T21:04:33Z\t9\t\\N
dedupe	key-conflict	b\tc.csv:1	movie_id: "-1", but session_id "2" is taken by "603"	\#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\t_origin	2\t7\t-1\t2026-11-15T21:04:33Z\t5\tb\\tc.csv:1
#end	3' "$(cat r)"
	[[ $(stat -c %a r) == 600 ]]
	run -1 --separate-stderr dedupe -q --max-rejects 2 in
	same 'dedupe: more than 2 rejects' "${stderr##*$'\n'}"
	[[ $output != *'#end'* ]]
	run -1 --separate-stderr dedupe -q --max-rejects 50% in
	[[ $output != *'#end'* && $stderr == *'dedupe: more than 50.0 % rejects: 3 of 5'* ]]
}

@test "a conflict is seen with --keep first and last, too, and not with a key of one's own" {
	rec "$W" '1 7 603 2026-11-15T21:04:33Z 5' '1 8 603 2026-11-15T21:04:33Z 9' \
		'1 7 603 2026-11-15T21:04:33Z 6' >in
	same "$(rec "$W" '1 7 603 2026-11-15T21:04:33Z 5')" "$(dedupe -q --keep first --rejects r in)"
	same '#end	1' "$(tail -n 1 r)"
	same "$(rec "$W" '1 7 603 2026-11-15T21:04:33Z 6')" "$(dedupe -q --keep last --rejects r in)"
	same '#end	1' "$(tail -n 1 r)"
	same "$(rec "$W" '1 7 603 2026-11-15T21:04:33Z 5')" "$(dedupe -q -k session_id --rejects r in)"
	same '#end	0' "$(tail -n 1 r)"
	same "$(rec "$W" '1 8 603 2026-11-15T21:04:33Z 9')" "$(dedupe -q -k session_id --keep best --rejects r \
		<(rec "$W" '1 7 603 2026-11-15T21:04:33Z 5' '1 8 603 2026-11-15T21:04:33Z 9'))"
}

@test "a record without its key is a reject, with -k NULL is a value" {
	rec "$W" '\N 7 603 2026-11-15T21:04:33Z 5' '1 7 603 2026-11-15T21:04:33Z 5' '\N 7 603 2026-11-15T21:04:33Z 5' >in
	run -0 --separate-stderr dedupe -q in
	same "$(rec "$W" '1 7 603 2026-11-15T21:04:33Z 5')" "$output"
	same 'dedupe: in:2: missing-key: session_id: missing
dedupe: in:4: missing-key: session_id: missing' "$stderr"
	run -0 --separate-stderr dedupe -q -k session_id in
	same "$(rec "$W" '\N 7 603 2026-11-15T21:04:33Z 5' '1 7 603 2026-11-15T21:04:33Z 5')" "$output"
	same '' "$stderr"
}

@test "of films and users the last stays" {
	same "$(rec '#movie movie_id title' '129 B' '603 C')" \
		"$(rec '#movie movie_id title' '603 A' '129 B' '603 C' | dedupe -q)"
	same "$(rec '#movie movie_id title' '603 A' '129 B')" \
		"$(rec '#movie movie_id title' '603 A' '129 B' '603 C' | dedupe -q --keep first)"
	same "$(rec '#user user_id name' '1 A' '0 C')" \
		"$(rec '#user user_id name' '0 B' '1 A' '0 C' | dedupe -q)"
}

@test "whole records are the key of other types, whatever the order of columns; _ columns don't count" {
	run -0 --separate-stderr dedupe -q <(
		rec '#table a b _origin' 'x 1 f:1' 'x 1 f:2' 'x 2 f:3' '\N 1 f:4' '\N 1 f:5'
		rec '#table b a' '1 x' '1 y' '2 x'
		rec '#table a c' 'x 1' 'x 1'
		rec '#table _x' '1' '2' '1'
	)
	same "$(rec '#table a b _origin' 'x 1 f:1' 'x 2 f:3' '\N 1 f:4'
		rec '#table b a' '1 y'
		rec '#table a c' 'x 1'
		rec '#table _x' '1' '2')" "$output"
}

@test "text keys: escapes, a # with and without its backslash, keys that run into each other" {
	run -0 --separate-stderr dedupe -q -k b,a <(rec '#table z a b' '0 \#x 1' '1 #x 1' '2 x 1' '3 \\#x 1' \
		'4 ab c' '5 a bc' '6 \N N' '7 \N \N' '8 12 3' '9 1 23' '10 a\tb c')
	same "$(rec '#table z a b' '0 \#x 1' '2 x 1' '3 \\#x 1' \
		'4 ab c' '5 a bc' '6 \N N' '7 \N \N' '8 12 3' '9 1 23' '10 a\tb c')" "$output"
	# Numbers and texts in one column: 007 isn't 7.
	run -0 --separate-stderr dedupe -q -k a <(rec '#table a' 7 007 7 0 -0 0 +7 9223372036854775807 \
		9223372036854775808 9223372036854775807 9223372036854775808 -9223372036854775808)
	same "$(rec '#table a' 7 007 0 -0 +7 9223372036854775807 9223372036854775808 -9223372036854775808)" "$output"
}

@test "state lives across segments of one type, ends and counts are kept, other types start afresh" {
	run -0 --separate-stderr dedupe -q <(
		rec '#movie movie_id title' '1 A' '2 B'
		rec '#movie'$'\t''title movie_id' 'C 1'
		rec '#movie movie_id title'
		rec '#user user_id name' '1 A' '1 B'
		rec '#movie movie_id title' '2 D'
	)
	same "$(rec '#movie movie_id title' '2 B'
		rec '#movie title movie_id' 'C 1'
		rec '#movie movie_id title'
		rec '#user user_id name' '1 B'
		rec '#movie movie_id title' '2 D')" "$output"
	run -0 --separate-stderr dedupe -q -k movie_id <(rec '#movie movie_id title' '1 A') \
		<(rec '#movie title movie_id' 'C 1' 'D 2')
	same "$(rec '#movie movie_id title' '1 A'
		rec '#movie title movie_id' 'D 2')" "$output"
}

@test "a mark is passed on behind the records it covers, and its rejects are in their file" {
	rec "$W" '1 7 603 2026-11-15T21:04:33Z \N' '#mark file:a 1' '1 8 603 2026-11-15T21:04:33Z 5' \
		'1 7 603 2026-11-15T21:04:33Z 5' '#mark file:a 2' '#mark file:b x\ty' >in
	run -0 --separate-stderr dedupe -q --rejects r in
	same "$(tabs "$W" '#mark file:a 1' '1 7 603 2026-11-15T21:04:33Z 5' '#mark file:a 2' '#mark file:b x\ty' '#end 1')" "$output"
	run -0 --separate-stderr dedupe -q -k session_id in
	same "$(tabs "$W" '1 7 603 2026-11-15T21:04:33Z \N' '#mark file:a 1' '#mark file:a 2' '#mark file:b x\ty' '#end 1')" "$output"
	# In a stream that goes on, both are out before more input comes.
	mkfifo pipe
	: >out
	dedupe -q --keep first --rejects r <pipe >out &
	{
		tabs "$W" '1 7 603 2026-11-15T21:04:33Z \N' '1 8 603 2026-11-15T21:04:33Z 5' '#mark file:a 1'
		local i
		for ((i = 0; i < 100; i++)); do
			[[ $(<out) == *'#mark'* ]] && break
			sleep 0.05
		done
		cp out before
		cp r rejects_before
		tabs '#end 2'
	} >pipe
	wait
	same "$(tabs "$W" '1 7 603 2026-11-15T21:04:33Z \N' '#mark file:a 1')" "$(cat before)"
	[[ $(cat rejects_before) == *key-conflict* ]]
}

@test "records that trickle are passed on at once" {
	mkfifo pipe
	: >out
	dedupe -q -k a <pipe >out &
	{
		tabs '#table a' '1' '2' '1'
		local i
		for ((i = 0; i < 100; i++)); do
			[[ $(<out) == *2* ]] && break
			sleep 0.05
		done
		cp out before
		tabs '#end 3'
	} >pipe
	wait
	same "$(tabs '#table a' 1 2)" "$(cat before)"
	same "$(rec '#table a' 1 2)" "$(cat out)"
}

@test "columns the rules name may be missing, but for the key" {
	same "$(rec '#watch session_id rating' '1 5')" \
		"$(rec '#watch session_id rating' '1 \N' '1 5' | dedupe -q)"
	same "$(rec '#watch session_id' '1')" "$(rec '#watch session_id' '1' '1' | dedupe -q)"
	run -1 --separate-stderr dedupe -q <(rec '#watch user_id' '1')
	[[ $stderr == 'dedupe: '*':1: the watch records have no column session_id: their columns are "user_id"' ]]
	run -1 --separate-stderr dedupe -q -k movie_id,nix <(rec '#watch movie_id' '1')
	[[ $stderr == *': the watch records have no column nix: '* && $output == '' ]]
}

@test "values that aren't canonical where they matter are a malformed stream" {
	rec "$W" '01 7 603 2026-11-15T21:04:33Z 5' >in
	run -1 --separate-stderr dedupe -q in
	same 'dedupe: in:2: session_id: not an integer: "01"' "$stderr"
	rec "$W" '1 7 603 2026-11-15T21:04:33Z 5' '1 7 603 yesterday 5' >in
	run -1 --separate-stderr dedupe -q in
	same 'dedupe: in:3: watch_timestamp: not a canonical time: "yesterday"' "$stderr"
	rec "$W" '1 7 603 2026-11-15T21:04:33Z 5.50' '1 7 603 2026-11-15T21:04:33Z 5' >in
	run -1 --separate-stderr dedupe -q in
	same 'dedupe: in:3: rating of the record before with this key: not a canonical rating: "5.50"' "$stderr"
}

@test "wrong usage" {
	run -2 --separate-stderr dedupe --keep middle
	[[ $stderr == 'dedupe: --keep: not first, last or best: "middle"'* ]]
	run -2 --separate-stderr dedupe -k a,,b
	same 'dedupe: --key: an empty element: "a,,b"' "${stderr_lines[0]}"
	run -2 --separate-stderr dedupe --keep best <(rec '#movie movie_id' '1')
	same "dedupe: --keep best: the type \"movie\" doesn't say which record is the best" "$stderr"
	run -2 --separate-stderr dedupe --memory much
	[[ $stderr == 'dedupe: '*'"much"'* ]]
}

@test "cut input, an empty segment, --partial, a full disk" {
	run -1 --separate-stderr dedupe -q <(tabs "$W" '1 7 603 2026-11-15T21:04:33Z 5')
	[[ $stderr == *'the input is cut'* && $output == '' ]]
	run -1 --separate-stderr dedupe -q -k session_id <(tabs "$W" '1 7 603 2026-11-15T21:04:33Z 5')
	[[ $stderr == *'the input is cut'* && $output != *'#end'* ]]
	run -1 --separate-stderr dedupe </dev/null
	[[ $stderr == 'dedupe: '*'it has no segment at all'* ]]
	same "$(rec "$W")" "$(rec "$W" | dedupe -q)"
	same "$(rec "$W" '1 7 603 2026-11-15T21:04:33Z 5')" \
		"$(tabs "$W" '1 7 603 2026-11-15T21:04:33Z 5' '1 7 603 2026-11-15T21:04:33Z 5' | dedupe -q --partial)"
	rec "$W" '1 7 603 2026-11-15T21:04:33Z 5' >in
	run -1 --separate-stderr bash -c 'dedupe -q in >/dev/full'
	[[ $stderr == "dedupe: stdout: can't write: No space left on device" ]]
}

@test "no file or too little room in TMPDIR ends the program with a clear message" {
	"$model" generate 5 3000 >in
	run -1 --separate-stderr env TMPDIR="$TMP/nowhere" dedupe -q --memory 16k in
	same "dedupe: $TMP/nowhere: can't make a file for what is held back: No such file or directory" "${stderr##*$'\n'}"
	[[ $output == '' ]]
	# Of what is held back, the first megabyte needs no file.
	local n
	for n in 20900 21000; do
		mawk -v n=$n 'BEGIN { print "#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating"
			for (i = 0; i < n; i++) printf "%d\t1234567\t1234567\t2026-11-15T21:04:33Z\t7.5\n", 1234567 + i
			print "#end\t" n }' >held.$n # 50 bytes each, as they are held
	done
	run -0 env TMPDIR="$TMP/nowhere" dedupe -q held.20900
	run -1 env TMPDIR="$TMP/nowhere" dedupe -q held.21000
	run -1 --separate-stderr bash -c "trap '' XFSZ; ulimit -f 16; TMPDIR=. dedupe -q --memory 16k in | cat; exit \${PIPESTATUS[0]}"
	same "dedupe: .: can't write what is held back: File too large" "${stderr##*$'\n'}"
	[[ $output == '' ]]
	run ! compgen -G 'reelpipe.*'
}

# Holds dedupe OPTION… with little and with all memory against the model, on the file `in`.
as_model() {
	"$model" run model_rejects "$@" <in >model_out
	local memory
	for memory in 16k 100k 1G none; do
		local limit=(--memory "$memory")
		[[ $memory != none ]] || limit=()
		dedupe -q "$@" "${limit[@]}" --rejects "rejects.$memory" <in >out
		same_file model_out out
		sed '/^#/d' "rejects.$memory" | cut -f2,3,6 >rejects
		same_file model_rejects rejects
		same_file "rejects.$memory" rejects.16k
	done
}

@test "watches, with all rules and any memory, as the model" {
	local seed
	for seed in 1 2 3; do
		"$model" generate $seed 6000 >in
		as_model
		grep -q key-conflict rejects.1G
		grep -q missing-key rejects.1G
		as_model --keep first
		as_model --keep last
		as_model -k session_id
		as_model -k session_id --keep last
		as_model -k session_id --keep best
		as_model -k user_id,movie_id
		as_model -k watch_timestamp --keep last
	done
}

# Keys above all before them are found new without a look-up; where too many aren't, all go to a table.
@test "ids that rise, but for some, as the model" {
	local share
	for share in 0.002 0.05 0.4; do
		"$model" generate 7 20000 $share >in
		as_model
		grep -q key-conflict rejects.none
		as_model --keep first
		as_model --keep last
		as_model -k session_id --keep best
	done
}

@test "tables with text keys, with all rules and any memory, as the model" {
	local seed
	for seed in 1 2; do
		"$model" table $seed 3000 >in
		as_model
		as_model --keep last
		as_model -k name
		as_model -k id --keep last
		as_model -k name,id
	done
}

@test "records longer than every buffer" {
	mawk 'BEGIN { x = "y"; while (length(x) < 3000000) x = x x
		print "#table\tid\ttext"
		for (i = 0; i < 8; i++) print i % 4 "\t" x (i % 2)
		print "#end\t8" }' >in
	mawk 'BEGIN { x = "y"; while (length(x) < 3000000) x = x x
		print "#table\tid\ttext"
		for (i = 4; i < 8; i++) print i % 4 "\t" x (i % 2)
		print "#end\t4" }' >wanted
	dedupe -q -k id --keep last in >out
	same_file wanted out
	dedupe -q -k id --keep last --memory 16k in >out
	same_file wanted out
	dedupe -q in >out
	same_file wanted out
}

@test "an integer key takes at most 20 bytes, in every mode, and --memory is kept" {
	[[ ${REELPIPE_BIN-} != *sanitize* && ${REELPIPE_BIN-} != *coverage* ]] || skip 'memory of a plain build'
	local n
	for n in 200000 2200000; do
		mawk -v n=$n 'BEGIN { print "#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating"
			for (i = 0; i < n; i++)
				printf "%d\t7\t603\t2026-11-15T21:04:33Z\t5\n", (i * 2654435761) % 4294967296
			print "#end\t" n }' >in.$n
	done
	cat >peak.py <<-'END'
		import resource, subprocess, sys
		subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
	END
	local small large options
	for options in '-k session_id' '--keep first' '--keep last' '--keep best' '-k session_id,user_id'; do
		# shellcheck disable=SC2086
		small=$(python3 peak.py dedupe -q $options in.200000)
		# shellcheck disable=SC2086
		large=$(python3 peak.py dedupe -q $options in.2200000)
		echo "$options: $(((large - small) / 2000000)) bytes a key"
		((large - small <= 20 * 2000000))
		# shellcheck disable=SC2086
		small=$(python3 peak.py dedupe -q --memory 12M $options in.2200000)
		echo "$options --memory 12M: $small"
		((small <= 12 * 1048576 + 6 * 1048576))
	done
	# Numbers that rise stand in a list, and move to the table when too many don't.
	for n in 200000 2200000; do
		mawk -v n=$n 'BEGIN { print "#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating"
			for (i = 0; i < n; i++) print 3 * i "\t7\t603\t2026-11-15T21:04:33Z\t5"
			print "#end\t" n }' >rising.$n
		mawk -v n=$n '/^#end/ { for (i = 0; i < n / 20; i++) print (i * 2654435761) % (3 * n) "\t7\t603\t2026-11-15T21:04:33Z\t5"
			print "#end\t" n + n / 20; next } { print }' rising.$n >moving.$n
	done
	for options in 'rising 20' 'moving 44'; do
		small=$(python3 peak.py dedupe -q "${options% *}.200000")
		large=$(python3 peak.py dedupe -q "${options% *}.2200000")
		echo "$options: $(((large - small) / 2000000)) bytes a key"
		((large - small <= ${options#* } * 2000000))
	done
	# A file's size says how many keys there will be, but not of one that repeats itself.
	mawk 'BEGIN { print "#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp"
		for (i = 0; i < 2000000; i++) print i % 6000 "\t7\t603\t2026-11-15T21:04:33Z"
		print "#end\t2000000" }' >repeated
	small=$(python3 peak.py dedupe -q --keep first repeated)
	echo "6000 keys: $small"
	((small <= 17 * 1048576)) # of which 14 are those of the process that starts it
}
