#!/usr/bin/env bats
# csv-read --resume: what is new in files that grow, move, are compressed, emptied and replaced.

setup() {
	load helper
	header=session_id,user_id,movie_id,watch_timestamp,rating
	columns=$'#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating'
	bookmarks
}

# bookmarks [SOURCE STATE]…: the file `marks`, as pg-read writes it.
bookmarks() {
	local n=0
	printf '#bookmark\tpipeline\tsource\tstate\n' >marks
	while (($#)); do
		printf 'p\t%s\t%s\n' "$1" "$2" >>marks
		shift 2
		n=$((n + 1))
	done
	printf '#end\t%d\n' "$n" >>marks
}

# resume ARGUMENT…: reads on, and keeps the bookmarks as a table would. Output in `out`, messages in `err`.
resume() {
	csv-read -q --resume marks "$@" >out 2>err || fail "status $?: $(cat err)"
	awk -F'\t' -v OFS='\t' '!/^#/ && NR == FNR || /^#mark/ { at = /^#mark/ ? 1 : 1; state[$(at + 1)] = $3 }
		END { print "#bookmark", "pipeline", "source", "state"
			for (s in state) { n++; print "p", s, state[s] }
			print "#end", n + 0 }' marks out >marks.new
	mv marks.new marks
}

# rows FILE ID…: adds a row for each id.
rows() {
	local file=$1 id
	shift
	for id; do
		printf '%s,7,603,2026-11-15T21:04:33Z,5\n' "$id" >>"$file"
	done
}

# new FILE ID…: a file with a header and these rows.
new() {
	printf '%s\n' "$header" >"$1"
	rows "$@"
}

# got ID…: the ids that the last run read, in order.
got() {
	same "$*" "$(grep -v '^#' out | cut -f 1 | paste -sd' ')"
	tail -n 1 out | grep -qx "#end	$#" || [[ $(grep -c '^#end' out) -gt 1 ]] || fail "$(tail -n 1 out)"
}

said() {
	same "$*" "$(cat err)"
}

# old FILE…: last changed long ago.
old() {
	touch -d '2026-01-01 00:00:00.25Z' "$@"
}

state() {
	awk -F'\t' -v source="$1" '$2 == source { print $3 }' marks
}

hash_of() {
	python3 -c 'import ctypes, sys
class Hash(ctypes.Structure): _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]
xxh = ctypes.CDLL("libxxhash.so.0").XXH3_128bits
xxh.restype, xxh.argtypes = Hash, [ctypes.c_char_p, ctypes.c_size_t]
text = sys.stdin.buffer.read()
h = xxh(text, len(text))
print("%016x%016x" % (h.high, h.low))'
}

@test "the first run reads all and marks it; the next one finds nothing new; then what was added" {
	new a.csv 1 2
	new b.csv 3
	resume a.csv b.csv
	got 1 2 3
	same "$(printf '%s\n' "$columns" 1 2 '#mark file:a.csv' 3 '#mark file:b.csv' '#end')" \
		"$(sed -E 's/^([0-9]+)\t.*/\1/; s/^(#mark)\t([^\t]*).*/\1 \2/; s/^#end.*/#end/' out)"
	cp marks before
	resume a.csv b.csv
	same "$(printf '%s\n#end\t0' "$columns")" "$(cat out)"
	same_file before marks
	rows b.csv 4
	rows a.csv 5
	resume a.csv b.csv
	got 5 4
	said
}

@test "the state is what reelpipe(5) says: offset, hash, line, the hash of the head, size and time" {
	new a.csv 1 2
	resume a.csv
	local hash
	hash=$(hash_of <a.csv)
	same "$(stat -c %s a.csv):$hash:4:${hash:0:8}" "$(state file:a.csv)"
	# A file that was last changed a while ago gets a stamp; the text is that without byte-order mark.
	{ printf '\xef\xbb\xbf' && cat a.csv; } >b.csv
	old b.csv
	resume b.csv
	same "$(stat -c %s a.csv):$hash:4:${hash:0:8}:$(stat -c %s b.csv)@1767225600.250000000" "$(state file:b.csv)"
	new big.csv $(seq 1 100)
	resume big.csv
	same "$(stat -c %s big.csv):$(hash_of <big.csv):102:$(head -c 1024 big.csv | hash_of | cut -c 1-8)" \
		"$(state file:big.csv)"
}

@test "a last line that isn't complete is left for next time: no newline, half a field, an open quote" {
	new a.csv 1
	printf '2,7,603,2026-11-15T21:04:33Z,' >>a.csv
	resume a.csv
	got 1
	printf '5' >>a.csv
	resume a.csv
	got
	printf '\n"3' >>a.csv
	resume a.csv
	got 2
	printf '",7,603,2026-11-15T21:04:33Z,5\n"4",7,603,"2026-11-' >>a.csv
	resume a.csv
	got 3
	printf '15T21:04:33Z"' >>a.csv
	resume a.csv
	got
	printf ',5\r\n5,7,603,2026-11-15T21:04:33Z,5\r' >>a.csv
	resume a.csv
	got 4 5
	# The LF that belongs to the CR; blank lines; spaces that may become a row.
	printf '\n\n  ' >>a.csv
	resume a.csv
	got
	printf ' 6 ,7,603,never,5\n' >>a.csv
	resume --rejects bad a.csv
	same 'a.csv:8' "$(grep '^csv-read' bad | cut -f 3)"
}

@test "a quote that is open takes nothing away before it is closed, and one line when it was stray" {
	new a.csv 1
	printf '"2,7,603,2026-11-15T21:04:33Z,5\n' >>a.csv
	rows a.csv 3 4
	resume a.csv
	got 1
	rows a.csv '"5"'
	resume --rejects bad a.csv
	got 3 4 5
	same 'bad-quote	a.csv:3' "$(grep '^csv-read' bad | cut -f 2,3)"
}

@test "renamed, rotated, compressed, copied: known by its text, wherever it is" {
	new a.csv 1 2
	resume a.csv
	mv a.csv b.csv
	resume b.csv
	got
	same "$(state file:a.csv)" "$(state file:b.csv)"
	rows b.csv 3
	mv b.csv b.csv.1
	new b.csv 4
	resume b.csv b.csv.1
	got 4 3
	said
	# gzipped with rows that nobody had read, beside its original; then alone.
	rows b.csv.1 5
	gzip -k b.csv.1
	resume b.csv b.csv.1 b.csv.1.gz
	got 5
	rm b.csv.1
	resume b.csv b.csv.1.gz
	got
	mv b.csv.1.gz b.csv.2.gz
	mv b.csv b.csv.1
	rows b.csv.1 6
	gzip b.csv.1
	new b.csv 7
	resume b.csv*
	got 7 6
	cp b.csv c.csv
	resume ./*.csv ./*.gz
	got
	said
}

@test "a file that took the name over hides nothing: what it displaced is known when it turns up" {
	new log.csv 1 2
	resume log.csv
	mv log.csv elsewhere
	new log.csv 3
	resume log.csv
	got 3
	said 'csv-read: log.csv: shorter than what had been read of it, 113 bytes: read from the start'
	[[ $(state "past:$(hash_of <elsewhere)") == 113:* ]]
	rows log.csv 4 5 6
	resume log.csv
	mv elsewhere log.csv.1
	rows log.csv.1 7
	resume log.csv log.csv.1
	got 7

	# Not when it is met, under another name and grown, or is known to have one.
	bookmarks
	new app.csv 11
	resume app.csv
	mv app.csv app.csv.1
	rows app.csv.1 12
	new app.csv 13
	resume app.csv app.csv.1
	got 13 12
	mv app.csv.1 app.csv.2
	mv app.csv app.csv.1
	resume app.csv.1 app.csv.2
	new app.csv 14
	resume app.csv
	got 14
	said
	run ! grep past: marks
}

@test "a file that was emptied, cut or rewritten is read from the start, and it is said" {
	new a.csv 1 2 3
	cp a.csv whole
	resume a.csv
	: >a.csv
	resume a.csv
	got
	said
	new a.csv 4
	resume a.csv
	got 4
	said 'csv-read: a.csv: shorter than what had been read of it, 144 bytes: read from the start'
	new a.csv 5 6 7 8
	resume a.csv
	got 5 6 7 8
	said 'csv-read: a.csv: not what had been read of it, 82 bytes: read from the start'
	# One byte at its beginning is another.
	sed -i '2s/^5/9/' a.csv
	resume a.csv
	got 9 6 7 8
	said 'csv-read: a.csv: not what had been read of it, 175 bytes: read from the start'
	# copytruncate: copied, then emptied.
	cp a.csv a.csv.1
	resume a.csv a.csv.1
	got
	new a.csv 10
	resume a.csv a.csv.1
	got 10
	said
}

@test "a file of nothing but a header, or less, is no other, and has no bookmark" {
	new a.csv
	printf 'session_id,us' >b.csv
	: >c.csv
	resume a.csv b.csv c.csv
	same "$(printf '%s\n#end\t0' "$columns")" "$(cat out)"
	said
	printf 'er_id,movie_id,watch_timestamp,rating\n' >>b.csv
	rows b.csv 1
	new c.csv 2
	resume a.csv b.csv c.csv
	got 1 2
	rows a.csv 3
	resume a.csv b.csv c.csv
	got 3
	same 3 "$(grep -c '^p' marks)"
}

@test "a file of the same size and time isn't opened; any other is known by its bytes" {
	new a.csv 1 2
	old a.csv
	resume a.csv
	sed -i 's/^2/3/' a.csv
	old a.csv
	resume a.csv
	got
	touch -d 2026-01-02Z a.csv
	resume a.csv
	got 1 3
	# Touched, with nothing new: the bookmark follows, once.
	touch -d 2026-01-03Z a.csv
	resume a.csv
	got
	[[ $(state file:a.csv) == *@1767398400.000000000 ]]
	resume a.csv
	run ! grep '^#mark' out
	# With a row that isn't complete it has no stamp.
	printf '4,' >>a.csv
	old a.csv
	resume a.csv
	[[ $(state file:a.csv) == *@1767398400.000000000 ]]
	rows a.csv '' && sed -i 's/^4,,/4,/' a.csv
	old a.csv
	resume a.csv
	got 4
}

@test "--settle: a file that was left alone has ended, and its last line with it" {
	new a.csv 1
	printf '2,7,603,2026-11-15T21:04:33Z,5' >>a.csv
	new b.csv 3
	printf '"4,7,603,2026-11-15T21:04:33Z,5\n' >>b.csv
	rows b.csv 5
	resume --settle 1h a.csv b.csv
	got 1 3
	touch -d '2 hours ago' a.csv b.csv
	resume --settle 1h --rejects bad a.csv b.csv
	got 2 5
	same 'unterminated-quote	b.csv:3' "$(grep '^csv-read' bad | cut -f 2,3)"
	resume --settle 1h a.csv b.csv
	got
	run ! grep '^#mark' out
}

@test "a bad file is a reject: the others are read, and its bookmark stays for the next time" {
	new a.csv 1
	new good.csv 2
	resume a.csv
	cp marks before
	mkdir dir
	printf 'x,y\n1,2\n' >header.csv
	printf '"x,y\n1,2\n' >quote.csv
	iconv -t UTF-16 good.csv >utf16.csv
	gzip -c a.csv | head -c -9 >cut.csv.gz
	{ gzip -c a.csv | head -c -8 && printf 'garbage!'; } >damaged.csv.gz
	mkfifo fifo
	old ./*.gz
	resume --rejects bad gone.csv dir header.csv quote.csv utf16.csv cut.csv.gz damaged.csv.gz fifo good.csv a.csv
	got 2
	said 'csv-read: gone.csv: it is gone, or has another name now'
	same "$(
		cat <<-'END'
			bad-file	dir	Is a directory
			bad-file	header.csv:1	no column for session_id
			bad-file	utf16.csv	the text is UTF-16 by its byte-order mark: use --encoding UTF-16
			bad-file	cut.csv.gz	the gzip data is cut short
			bad-file	damaged.csv.gz	the gzip data is damaged
			bad-file	fifo	not a file that can be read again
		END
	)" "$(grep '^csv-read' bad | cut -f 2-4 | sed -E 's/(damaged):.*/\1/; s/ \(looked for.*//')"
	same file:good.csv "$(grep '^#mark' out | cut -f 2)"
	# Of a large one too, nothing is read before all of it is known to be sound.
	new large.csv $(seq 10000 10005)
	seq 20000 99999 | sed 's/$/,7,603,2026-11-15,5/' | gzip -c large.csv - | head -c -9 >large.csv.gz
	old large.csv.gz
	resume large.csv.gz good.csv
	got
	said 'csv-read: large.csv.gz: bad-file: the gzip data is cut short'
	# Once mended they are read.
	new header.csv 3
	resume header.csv good.csv a.csv
	got 3
	# A quote that opens in the header may still be closed; in a file that has ended it is wrong.
	old quote.csv
	resume --settle 1h --rejects bad quote.csv a.csv
	same "bad-file	quote.csv:1	the header's quotes don't match" "$(grep '^csv-read' bad | cut -f 2-4)"
	# When none can be read that is a failure.
	run -1 --separate-stderr csv-read --resume marks dir gone.csv
	same 'csv-read: none of the files could be read' "${stderr_lines[2]}"
	run -1 csv-read --resume marks --max-rejects 0 dir a.csv
	[[ $output == *'more than 0 rejects'* ]]
}

@test "a file without permission is a bad file" {
	((EUID != 0)) || skip 'root may read all'
	new a.csv 1
	new b.csv 2
	chmod 000 a.csv
	resume a.csv b.csv
	got 2
	said 'csv-read: a.csv: bad-file: Permission denied'
}

@test "a gzip file that is being made is left for the next run" {
	new a.csv 1 2
	gzip -c a.csv | head -c 40 >a.csv.gz
	new b.csv 3
	resume a.csv.gz b.csv
	got 3
	said 'csv-read: a.csv.gz: is still being compressed: left for the next run'
	gzip -f a.csv
	resume a.csv.gz b.csv
	got 1 2
}

@test "rejects of a file that is read on are where they are in the whole file" {
	printf '%s,note\n1,7,603,never,5,\n2,7,603,2026-11-15,5,"two\nlines\n"\n' "$header" >a.csv
	resume --rejects bad a.csv
	same a.csv:2 "$(grep '^csv-read' bad | cut -f 3)"
	printf '3,7,603,never,5,"x\ny"\n\n4,7,603,never,5,\n' >>a.csv
	resume --rejects bad a.csv
	same 'a.csv:6 a.csv:9' "$(grep '^csv-read' bad | cut -f 3 | paste -sd' ')"
	same "$header,note" "$(grep '^csv-read' bad | cut -f 5 | uniq)"
}

@test "other forms: CR alone, no header, a table, another encoding, compressed in members, libcsv alone" {
	printf '%s\r1,7,603,2026-11-15,5\r' "$header" >cr.csv
	resume cr.csv
	got 1
	printf '2,7,603,never,5\r' >>cr.csv
	resume --rejects bad cr.csv
	same cr.csv:3 "$(grep '^csv-read' bad | cut -f 3)"

	rows bare.csv 1 2
	resume --no-header bare.csv
	got 1 2
	rows bare.csv 3
	resume --no-header bare.csv
	got 3

	printf 'a,b\n1,2\n' >t.csv
	resume -t table t.csv
	printf 'a,b\n1,2\n' >u.csv
	resume -t table t.csv u.csv
	same "$(printf '#table\ta\tb\n#end\t0')" "$(grep -v '^#mark' out)"
	resume -t table t.csv u.csv
	same "$(printf '#table\ta\tb\n#end\t0')" "$(cat out)"
	printf '3,4\n' >>u.csv
	resume -t table t.csv u.csv
	same "$(printf '3\t4')" "$(grep -v '^#' out)"

	new utf8 1 2
	iconv -t UTF-16LE utf8 | head -c -3 >wide.csv
	resume --encoding UTF-16LE wide.csv
	got 1
	rows utf8 3
	iconv -t UTF-16LE utf8 >wide.csv
	resume --encoding UTF-16LE wide.csv
	got 2 3

	new m 11
	gzip -c m >m.csv.gz
	resume --scan libcsv m.csv.gz
	got 11
	rows n 12 13
	gzip -c n >>m.csv.gz
	resume --scan libcsv m.csv.gz
	got 12 13
}

@test "columns in another order, in a file that is read on beside others" {
	new a.csv 1
	printf 'rating,session_id,user_id,movie_id,watch_timestamp\n5,2,7,603,2026-11-15\n' >b.csv
	printf 'session_id,user_id,movie_id,watch_timestamp\n3,7,603,2026-11-15\n' >c.csv
	resume a.csv b.csv c.csv
	rows a.csv 4
	printf '8,5,7,603,2026-11-15\n' >>b.csv
	printf '6,7,603,2026-11-15\n' >>c.csv
	resume a.csv b.csv c.csv
	same "$(printf '%s\n' '4 5' '5 8' '6 ')" "$(grep -v '^#' out | awk -F'\t' '{ print $1, $5 }')"
	same 2 "$(grep -c '^#watch' out)"
}

@test "large files, cut anywhere, and lines beyond any limit" {
	new whole.csv
	seq 1 60000 | awk '{ printf "%d,7,603,2026-11-15T21:04:33Z,%s\n", $1, $1 % 7 ? 5 : "\"5\"" }' >>whole.csv
	csv-read -q whole.csv | grep -v '^#' >wanted
	local size at
	size=$(stat -c %s whole.csv)
	: >all
	for at in 1 1023 1024 1025 262143 262144 262145 700001 1500000 "$size"; do
		head -c "$at" whole.csv >part.csv
		resume part.csv
		grep -v '^#' out >>all || true
	done
	same_file wanted all

	new long.csv 1
	head -c 17000000 /dev/zero | tr '\0' x >>long.csv
	resume long.csv
	got 1
	printf 'x\n' >>long.csv
	rows long.csv 2
	resume --rejects bad long.csv
	got 2
	same 'too-long	long.csv:3' "$(grep '^csv-read' bad | cut -f 2,3)"
	new open.csv 1
	{ printf '"' && head -c 17000000 /dev/zero | tr '\0' '\n'; } >>open.csv
	rows open.csv 2
	resume --rejects bad open.csv
	got 1 2
	same 'unterminated-quote	open.csv:3' "$(grep '^csv-read' bad | cut -f 2,3)"
}

@test "names with anything in them" {
	local name=$'a\tb \\ #.csv' bad=$'\xff%.csv'
	new "$name" 1
	new "$bad" 2
	resume "$name" "$bad"
	got 1 2
	same 'file:a\tb \\ #.csv file:%FF%.csv' "$(grep '^#mark' out | cut -f 2 | paste -sd' ')"
	resume "$name" "$bad"
	got
	run ! grep '^#mark' out
}

@test "thousands of bookmarks of files that are gone cost next to nothing" {
	new a.csv $(seq 1 100)
	csv-read -q --resume marks a.csv >out
	awk -F'\t' -v OFS='\t' 'BEGIN { print "#bookmark", "pipeline", "source", "state"
			for (i = 1; i <= 50000; i++)
				printf "p\tfile:%d\t%d:%032x:7:%s\n", i, 1024 + i % 9000, i, i % 2 ? "01234567" : "5ab01c77"
			print "p", "file:x", "3000:0123456789abcdef0123456789abcdef:7:0123ab67"; print "#end", 50001 }' >many
	local file files=()
	for file in $(seq 1 200); do
		new "$file.csv" $((file * 1000)) $(seq 1 60)
		files+=("$file.csv")
	done
	local start=${EPOCHREALTIME/./} took
	csv-read -q --resume marks "${files[@]}" >/dev/null
	took=$((${EPOCHREALTIME/./} - start))
	start=${EPOCHREALTIME/./}
	csv-read -q --resume many "${files[@]}" >out
	start=$((${EPOCHREALTIME/./} - start))
	same 200 "$(grep -c '^#mark' out)"
	((start < took + 1500000)) || fail "$start us, and $took without"
}

@test "bookmarks: a stream of them, of one pipeline; others' sources don't matter; from standard input" {
	new a.csv 1
	bookmarks tmdb:changes 2026-11-15
	csv-read -q --resume - a.csv <marks >out
	got 1
	rec '#watch session_id' 1 >wrong
	run -1 csv-read --resume wrong a.csv
	same 'csv-read: wrong:1: bookmarks are wanted, not records of type "watch"' "$output"
	rec_open '#bookmark pipeline source state' >wrong
	run -1 csv-read --resume wrong a.csv
	[[ $output == *'the input is cut'* ]]
	run -1 csv-read --resume /dev/null a.csv
	[[ $output == *'no segment at all'* ]]
	run -1 csv-read --resume missing a.csv
	same 'csv-read: missing: No such file or directory' "$output"
	local good=84:0123456789abcdef0123456789abcdef:3:01234567 bad
	for bad in '\N' v2:84 84 84:0123 "$good:" "$good:84" "$good:84@1" "$good:84@1.25" "x$good" "0${good#84}" \
		"${good/:3:/:0:}" "${good/f:/G:}" "${good}8" "-$good" "$good:84@1.250000000:1"; do
		rec "#bookmark pipeline source state" "p file:a.csv $bad" >wrong
		run -1 csv-read --resume wrong a.csv
		[[ $output == *': state: not one that this csv-read has written: '* ]] || fail "$bad: $output"
	done
	rec "#bookmark pipeline source state" "p file:a.csv $good" "q file:b.csv $good" >wrong
	run -1 csv-read --resume wrong a.csv
	same 'csv-read: wrong:3: bookmarks of several pipelines, "p" and "q": take those of one' "$output"
	rec "#bookmark source state" "file:a.csv $good" "past:b.csv $good:84@-1.250000000" >sound
	run -0 csv-read -q --resume sound a.csv
}

@test "wrong usage" {
	new a.csv 1
	check() {
		local want=$1
		shift
		run -2 csv-read "$@"
		same "csv-read: $want" "${lines[0]}"
	}
	check '--resume: no file is named' --resume marks
	check "--resume: standard input can't be recognized again: name files" --resume marks a.csv -
	check "--follow: standard input can't be recognized again: name files" --follow -
	check '--follow: no file is named' --follow
	check '--settle goes with --resume' --settle 1h a.csv
	check "--settle: a file that is followed doesn't end" --settle 1h --resume marks --follow a.csv
	check '--follow: the files have to be UTF-8; --resume reads other encodings' --follow --encoding UTF-16 a.csv
	run -2 csv-read --resume marks --settle soon a.csv
}

@test "a full disk, and a run that fails, end no segment" {
	new a.csv 1
	run -1 bash -c 'csv-read -q --resume marks a.csv >/dev/full'
	[[ $output == *'stdout: '* ]]
	run -1 bash -c 'csv-read -q --resume marks --rejects /dev/full a.csv'
	run ! grep '^#end' <<<"$output"
}

@test "logs that grow, move, are copied, compressed, emptied and deleted at random: nothing twice, nothing lost" {
	local seed seeds=6 steps=120 options
	[[ -z ${REELPIPE_FULL-} ]] || seeds=200 steps=200
	[[ -z ${REELPIPE_TEST_QUICK-} ]] || seeds=3 steps=60
	for ((seed = 1; seed <= seeds; seed++)); do
		mkdir "$TMP/$seed"
		options=()
		((seed % 3)) || options=(--scan=libcsv)
		(cd "$TMP/$seed" && python3 "$ROOT/tests/cli/resume_model.py" "$seed" "$steps" "${options[@]}") || fail "seed $seed"
	done
}
