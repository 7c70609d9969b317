#!/usr/bin/env bats
# mask: pseudonyms, removal, and the records of erased users.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load helper
	(umask 077 && printf 'a key of sixteen bytes or more\n' >key)
	export REELPIPE_MASK_KEY_FILE=$TMP/key
	user='#user user_id name email'
}

# hmac TEXT…: HMAC-SHA-256 under the key of the texts with NULs between them, in hexadecimal, by Python.
hmac() {
	python3 -c 'import hmac, sys
print(hmac.new(b"a key of sixteen bytes or more", "\0".join(sys.argv[1:]).encode(), "sha256").hexdigest())' "$@"
}

# list ID…: the list of these users.
list() {
	rec '#erased_user user_id' "$@" | mask -q --add-hash
}

@test "a text becomes the first 128 bits of a keyed hash of column and text" {
	rec "$user" '7 Ann ann@example.org' '8 \N bob@example.org' '9 Ann \N' >in
	local ann mail bob
	ann=$(hmac pseudonym name Ann) mail=$(hmac pseudonym email ann@example.org) bob=$(hmac pseudonym email bob@example.org)
	same "$(rec "$user" "7 ${ann:0:32} ${mail:0:32}" "8 \\N ${bob:0:32}" "9 ${ann:0:32} \\N")" "$(mask -q name email <in)"
	# The text counts, not the way it is written: a # is escaped only at the start of a line.
	rec '#user name user_id' '\#1 7' >first
	rec '#user user_id name' '7 #1' >second
	same "$(mask -q name <first | sed -n 2p | cut -f 1)" "$(mask -q name <second | sed -n 2p | cut -f 2)"
	same "$(hmac pseudonym name $'a\tb\\' | cut -c 1-32)" "$(rec "$user" '7 a\tb\\ \N' | mask -q name | sed -n 2p | cut -f 2)"
}

@test "an integer becomes a positive integer, the same in every record, stream and run" {
	rec '#watch session_id user_id movie_id watch_timestamp' '1 7 603 2026-01-01T00:00:00Z' '2 -7 603 2026-01-01T00:00:00Z' \
		'3 7 603 2026-01-01T00:00:00Z' '4 \N 603 2026-01-01T00:00:00Z' '5 0 603 2026-01-01T00:00:00Z' >in
	mask -q user_id <in >out
	local hash want
	for id in 7 -7 7 '' 0; do
		[[ -n $id ]] || { want+=$'\\N\n' && continue; }
		hash=$(hmac pseudonym user_id "$id")
		want+=$((16#${hash:0:16} & 0x7fffffffffffffff))$'\n'
	done
	same "${want%$'\n'}" "$(sed '1d;$d' out | cut -f 2)"
	same "$(cut -f 1,3- in)" "$(cut -f 1,3- out)"
	same_file out <(mask -q user_id <in)
	validate -q --now 2026-12-01 out >/dev/null
	# Another column, or another key, and it is another one.
	[[ $(mask -q movie_id <in | sed -n 2p | cut -f 3) != $(rec '#watch movie_id user_id' '603 603' | mask -q user_id | sed -n 2p | cut -f 2) ]]
	printf 'another key of sixteen bytes' >other && chmod 600 other
	[[ $(mask -q --key-file other user_id <in) != "$(<out)" ]]
}

@test "--remove writes NULL, and needs no key" {
	unset REELPIPE_MASK_KEY_FILE
	rec "$user" '7 Ann a@x' '8 \N \N' >in
	same "$(rec "$user" '7 \N \N' '8 \N \N')" "$(mask -q --remove name,email <in)"
	same "$(rec '#table user_id x' '7 \N')" "$(rec '#table user_id x' '7 y' | mask -q -r x)"
	run -1 --separate-stderr mask -q -r user_id <in
	same 'mask: stdin:1: user_id: user records can'\''t do without it' "$stderr"
	same '' "$output"
}

@test "columns that aren't there: a misspelt one is an error, one of the type isn't" {
	rec '#user user_id name' '7 Ann' >in
	same "$(rec '#user user_id name' '7 \N')" "$(mask -q -r name,email <in)"
	run -1 --separate-stderr mask -q -r name,emial <in
	same 'mask: stdin:1: the user records have no column emial: their columns are "user_id\tname"' "$stderr"
	same '' "$output"
	run -1 --separate-stderr mask -q signup_date <in
	same "mask: stdin:1: signup_date: a date can't have a pseudonym, only be removed" "$stderr"
	run -1 --separate-stderr mask -q user_id < <(rec '#user user_id' 'ann@example.org')
	same 'mask: stdin:2: user_id: not an integer' "$stderr"
}

@test "several segments, marks, columns that nobody knows, an empty segment" {
	{ rec "$user" '7 Ann a@x' && tabs '#user x name _origin user_id' 'y Ann f:1 7' '#mark a b' '#end 1' "$user" '#end 0'; } >in
	local ann
	ann=$(hmac pseudonym name Ann | cut -c 1-32)
	{ rec "$user" "7 $ann a@x" && tabs '#user x name _origin user_id' "y $ann f:1 7" '#mark a b' '#end 1' "$user" '#end 0'; } >want
	same_file want <(mask -q name <in)
}

@test "the summary and the statistics" {
	rec "$user" '7 Ann a@x' '8 Bob b@x' >in
	list 8 >erased
	REELPIPE_STATS=$TMP/stats run -0 --separate-stderr mask -r name -e erased <in
	[[ $stderr == 'mask: read 2 = written 1 + rejected 0 + dropped 1, '* ]] || fail "$stderr"
	same 'mask 2 1 0 1' "$(sed -n 2p stats | cut -f 1,4-7 | tr '\t' ' ')"
}

@test "keys that are no use; the key is never shown" {
	rec "$user" '7 Ann a@x' >in
	unset REELPIPE_MASK_KEY_FILE
	run -2 mask name <in
	same 'mask: a key is needed: --key-file FILE, REELPIPE_MASK_KEY_FILE or the credential mask_key' "${lines[0]}"
	run -1 mask --key-file nowhere name <in
	same 'mask: nowhere: No such file or directory' "$output"
	printf 'fifteen letters\n' >short
	run -1 mask --key-file short name <in
	[[ $output == *'a key has 16 to 4096 bytes, this one fewer'* && $output != *letters* ]]
	chmod 640 key
	run -0 --separate-stderr mask -q --key-file key name <in
	same 'mask: key: others may read this key: chmod 600 it' "$stderr"
	# systemd hands it over.
	mkdir credentials && mv key credentials/mask_key && chmod 400 credentials/mask_key
	same "$output" "$(CREDENTIALS_DIRECTORY=$TMP/credentials mask -q name <in)"
	run -2 env CREDENTIALS_DIRECTORY="$TMP" mask name <in
	# It is neither an argument nor in the environment.
	mkfifo wait
	mask -q --key-file credentials/mask_key name <wait >/dev/null &
	exec 4>wait
	sleep 0.2
	run -1 grep -a sixteen "/proc/$!/cmdline" "/proc/$!/environ"
	cat in >&4
	exec 4>&-
	wait $!
}

@test "--add-hash and --erased: who is listed is dropped, whatever the record" {
	rec '#watch session_id user_id movie_id' '1 7 603' '2 8 603' '3 \N 603' '4 7 604' '5 9223372036854775807 1' '6 -7 603' >in
	list 7 9223372036854775807 >erased
	local mark hash
	mark=$(hmac key '' '' | cut -c 1-8) hash=$(hmac erased user_id 7 | cut -c 1-32)
	same "$(tabs "7 $mark:$hash")" "$(sed -n 2p erased)"
	same "$(rec '#watch session_id user_id movie_id' '2 8 603' '3 \N 603' '6 -7 603')" "$(mask -q -e erased <in)"
	# Of the database there is no user_id in the list, but what else it likes.
	cut -f 2 erased | sed '1s/.*/#erased_user\thash/; $s/.*/#end\t2/' >hashes
	same "$(mask -q -e erased <in)" "$(mask -q -e hashes <in)"
	# Erased first, masked then.
	same "$(rec '#watch session_id user_id movie_id' '2 8 603' '3 \N 603' '6 -7 603' | mask -q user_id)" "$(mask -q -e erased user_id <in)"
	same "$(rec '#movie movie_id title' '7 Seven')" "$(rec '#movie movie_id title' '7 Seven' | mask -q -e erased)"
	same "$(rec '#user user_id hash' '\N \N')" "$(rec '#user user_id' '\N' | mask -q --add-hash)"
	run -1 --separate-stderr mask -q -e erased < <(rec '#watch session_id user_id' '1 ann@example.org')
	same 'mask: stdin:2: user_id: not an integer: (not shown)' "$stderr"
	run -1 mask -q --add-hash < <(rec '#user user_id hash' '7 x')
	[[ $output == *'the stream has a column "hash" already'* ]]
}

@test "an empty list needs no key; one of another key isn't taken for it" {
	rec '#watch session_id user_id' '1 7' >in
	list 8 >erased
	rec '#erased_user hash' >none
	unset REELPIPE_MASK_KEY_FILE
	same "$(<in)" "$(mask -q -e none <in)"
	run -2 mask -q -e erased <in
	[[ $output == 'mask: a key is needed'* ]]
	printf 'another key of sixteen bytes' >other && chmod 600 other
	run -1 --separate-stderr mask -q --key-file other -e erased <in
	same 'mask: erased:2: the users in this list were erased with another key than this one' "$stderr"
	same '' "$output"
	rec '#erased_user hash' x >bad
	run -1 mask -q --key-file other -e bad <in
	same 'mask: bad:2: hash: not the hash of an erased user' "$output"
	run -1 mask -q --key-file other -e in <in
	same 'mask: in:1: not a list of erased users: records of type "watch"' "$output"
	head -n -1 erased >cut
	run -1 mask -q --key-file key -e cut <in
	[[ $output == *'the input is cut'* ]]
	run -1 mask -q --key-file key -e nowhere <in
	same 'mask: nowhere: No such file or directory' "$output"
}

@test "rejects: the raw row can't stay in clear" {
	rec '#reject stage rule origin reason raw_header raw' 'csv-read bad-date a.csv:2 x name 7,Ann' >in
	run -1 --separate-stderr mask -q reason <in
	same 'mask: stdin:1: the raw row of a reject has all in clear: remove or mask raw and raw_header' "$stderr"
	same "$(rec '#reject stage rule origin reason raw_header raw' 'csv-read bad-date a.csv:2 x \N \N')" "$(mask -q -r raw_header,raw <in)"
	rec '#reject stage rule origin reason' 'csv-read bad-date a.csv:2 x' >bare
	same 32 "$(mask -q origin <bare | sed -n 2p | cut -f 3 | tr -d '\n' | wc -c)"
}

@test "rejects: of erased users neither the row nor the number stays" {
	list 7 10233 >erased
	rec '#reject stage rule origin reason raw_header raw' \
		'csv-read bad-time a.csv:7 x user,film 7,603' \
		'csv-read bad-time a.csv:3 x user,film 77,603' \
		'validate id-range a.csv:4 x \#watch\tsession_id\tuser_id 1\t0010233' \
		'pg-load key-conflict a.csv:5 is_of_user_7 \#watch\tsession_id 1\t8' \
		'dedupe key-conflict a.csv:6 user_7,_70_and_"7" \N \N' \
		'csv-read ragged-row a.csv:8 x 7,Ann \N' >in
	rec '#reject stage rule origin reason raw_header raw' \
		'csv-read bad-time a.csv:7 x user,film \N' \
		'csv-read bad-time a.csv:3 x user,film 77,603' \
		'validate id-range a.csv:4 x \#watch\tsession_id\tuser_id \N' \
		'pg-load key-conflict a.csv:5 is_of_user_(erased) \#watch\tsession_id 1\t8' \
		'dedupe key-conflict a.csv:6 user_(erased),_70_and_"(erased)" \N \N' \
		'csv-read ragged-row a.csv:8 x \N \N' >want
	same_file want <(mask -q -e erased <in)
	run -0 --separate-stderr mask -e erased <in
	same 'mask: rejects with the number of an erased user, now without it and without the raw row: 5' "${stderr_lines[0]}"
	# What a program left behind that failed.
	head -n -1 in | head -c -1 >open
	same_file want <(mask -q -e erased --partial <open)
	same_file want <(mask -q -e erased <want)
}

@test "wrong usage" {
	run -2 mask
	same 'mask: nothing to do: name a COLUMN, --remove, --erased or --add-hash' "${lines[0]}"
	run -2 mask name --remove name
	same 'mask: the same column twice: "name"' "${lines[0]}"
	run -2 mask -r a -r b
	same 'mask: --remove is given twice: name all columns in one, with commas' "${lines[0]}"
	run -2 mask ''
	same 'mask: not a column name: ""' "${lines[0]}"
	run -2 mask --erased -
	same "mask: standard input can't be both the list of erased users and the stream" "${lines[0]}"
}

@test "two million records of a hundred thousand users cost as many hashes as there are users" {
	[[ -n ${REELPIPE_FULL-} ]] || skip 'with --full'
	list 5 >erased
	awk 'BEGIN { print "#watch\tsession_id\tuser_id"
		for (i = 1; i <= 2000000; i++) printf "%d\t%d\n", i, i * 7919 % 100000
		print "#end\t2000000" }' >in
	timeout 30 mask -q -e erased user_id <in >out
	same 100000 "$(sed '1d;$d' out | cut -f 2 | sort -u | wc -l | awk '{ print $1 + 1 }')"
}
