#!/usr/bin/env bats
# csv-read --follow: logs that grow are read as they do, whatever becomes of their names.

setup() {
	load helper
	header=session_id,user_id,movie_id,watch_timestamp,rating
	pid=
}

teardown() {
	[[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null || true
}

rows() {
	local file=$1 id
	shift
	for id; do
		printf '%s,7,603,2026-11-15T21:04:33Z,5\n' "$id" >>"$file"
	done
}

new() {
	printf '%s\n' "$header" >"$1"
	rows "$@"
}

# begin ARGUMENT…: follows in the background; records in `out`, messages in `err`.
begin() {
	csv-read -q --follow "$@" >out 2>err 3>&- &
	pid=$!
	follows "$pid"
}

# until_is TEXT COMMAND…: waits until a command prints it.
until_is() {
	local want=$1 n
	shift
	for ((n = 0; n < 100; n++)); do
		[[ $("$@") != "$want" ]] || return 0
		sleep 0.05
	done
	same "$want" "$("$@")"
}

ids() {
	grep -v '^#' out | cut -f 1 | paste -sd' '
}

wait_for() {
	until_is "$*" ids
}

# The program ends by itself, or by a signal, with STATUS.
ends() {
	local status=0
	wait "$pid" || status=$?
	pid=
	((status == $1)) || fail "exit $status: $(cat err)"
}

# The bookmarks that the stream leaves.
marks() {
	awk -F'\t' -v OFS='\t' '/^#mark/ { state[$2] = $3 }
		END { print "#bookmark", "source", "state"
			for (s in state) { n++; print s, state[s] }
			print "#end", n + 0 }' out >marks
}

@test "what is added is passed on at once, with its bookmark; SIGTERM and SIGINT end the stream soundly" {
	new a.csv 1
	begin a.csv
	wait_for 1
	printf '2,7,603,"2026-' >>a.csv
	rows b 3
	sleep 0.2
	same 1 "$(ids)"
	printf '11-15",5\n' >>a.csv
	wait_for 1 2
	same 2 "$(grep -c '^#mark	file:a.csv	' out)"
	rows a.csv never
	rows a.csv 4
	wait_for 1 2 4
	same 'csv-read: a.csv:4: bad-integer: session_id: not an integer: "never"' "$(cat err)"
	kill -TERM "$pid"
	ends 0
	same '#end	3' "$(tail -n 1 out)"
	validate -q --now 2026-12-01 out >/dev/null

	# A shell has SIGINT ignored in what it puts into the background.
	python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' csv-read -q --follow a.csv >out 2>err 3>&- &
	pid=$!
	wait_for 1 2 4
	kill -INT "$pid"
	ends 0
	same '#end	3' "$(tail -n 1 out)"
}

@test "it goes on where the bookmarks stand" {
	new a.csv 1 2
	csv-read -q --resume <(rec '#bookmark source state') a.csv >out
	marks
	rows a.csv 3
	begin --resume marks a.csv
	wait_for 3
	kill "$pid"
	ends 0
	marks
	begin --resume marks a.csv
	sleep 0.2
	kill "$pid"
	ends 0
	same "$(printf '#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating\n#end\t0')" "$(cat out)"
}

@test "a file that is replaced: the old one to its end, the new one from its start" {
	new a.csv 1
	begin a.csv
	wait_for 1
	mv a.csv a.csv.1
	rows a.csv.1 2
	wait_for 1 2
	new a.csv.new 3
	mv a.csv.new a.csv
	wait_for 1 2 3
	# The writer still has the old one open.
	rows a.csv.1 4
	wait_for 1 2 3 4
	rows a.csv 5
	wait_for 1 2 3 4 5
	kill "$pid"
	ends 0
	same '' "$(cat err)"
	# The bookmarks know both files.
	marks
	csv-read -q --resume marks a.csv a.csv.1 >again
	same 0 "$(grep -vc '^#' again)"
}

@test "a rotated file that is named too is read on under its new name, in either order" {
	local names
	for names in 'a.csv a.csv.1' 'a.csv.1 a.csv'; do
		rm -f a.csv*
		new a.csv 1
		# shellcheck disable=SC2086
		begin $names
		wait_for 1
		same 'csv-read: a.csv.1: there is no such file yet: waiting for it' "$(cat err)"
		mv a.csv a.csv.1
		rows a.csv.1 2
		new a.csv 3
		until_is '1 2 3' eval 'ids | tr " " "\n" | sort | paste -sd" "'
		rows a.csv.1 4
		rows a.csv 5
		until_is '1 2 3 4 5' eval 'ids | tr " " "\n" | sort | paste -sd" "'
		kill "$pid"
		ends 0
		marks
		same 'file:a.csv file:a.csv.1' "$(grep -o '^file:[^	]*' marks | sort | paste -sd' ')"
		csv-read -q --resume marks a.csv a.csv.1 >again
		same 0 "$(grep -vc '^#' again)"
	done
}

@test "a file that is emptied or rewritten in place is read from the start, and it is said" {
	new a.csv 1 2
	begin a.csv
	wait_for 1 2
	cp a.csv copy
	: >a.csv
	until_is 'csv-read: a.csv: cut or rewritten: read from the start' cat err
	new a.csv 3
	wait_for 1 2 3
	: >err
	# Longer than it was, between two looks.
	{ printf '%s\n' "$header" && rows /dev/stdout 4 5 6 7; } >other
	cat other >a.csv
	wait_for 1 2 3 4 5 6 7
	until_is 'csv-read: a.csv: cut or rewritten: read from the start' cat err
	kill "$pid"
	ends 0
	# What it was before is known should it turn up.
	marks
	csv-read -q --resume marks copy a.csv >again
	same 0 "$(grep -vc '^#' again)"
}

@test "files and headers that come later; several files with different columns" {
	begin a.csv dir/b.csv
	until_is "$(printf 'csv-read: %s: there is no such file yet: waiting for it\n' a.csv dir/b.csv)" cat err
	printf 'session_id,user_id,' >a.csv
	mkdir dir
	printf 'movie_id,user_id,session_id,watch_timestamp\n603,7,2,2026-11-15\n' >dir/b.csv
	wait_for 2
	printf 'movie_id,watch_timestamp,rating\n1,7,603,2026-11-15,5\n' >>a.csv
	wait_for 2 1
	printf '603,7,3,2026-11-15\n' >>dir/b.csv
	wait_for 2 1 3
	kill "$pid"
	ends 0
	same 3 "$(grep -c '^#end' out)"
}

@test "a symbolic link that is pointed elsewhere" {
	new one 1
	ln -s one a.csv
	begin a.csv
	wait_for 1
	rows one 2
	wait_for 1 2
	new two 3
	ln -sfn two a.csv
	wait_for 1 2 3
	kill "$pid"
	ends 0
}

@test "a quote that stays open holds the rest back, and no more than that" {
	new a.csv 1
	printf '"2,7,603\n' >>a.csv
	begin a.csv
	wait_for 1
	seq 100 40000 | sed 's/$/,7,603,2026-11-15,5/' >>a.csv
	sleep 0.3
	same 1 "$(ids)"
	rows a.csv '"99"'
	until_is 39903 eval 'grep -vc "^#" out'
	kill "$pid"
	ends 0
	grep -q 'a.csv:3: bad-quote' err
}

@test "a backlog is marked on the way" {
	new a.csv
	seq 1 100000 | sed 's/$/,7,603,2026-11-15,5/' >>a.csv
	begin a.csv
	until_is 100000 eval 'grep -vc "^#" out'
	kill "$pid"
	ends 0
	(($(grep -c '^#mark' out) >= 2))
}

@test "what can't be followed fails: a directory, a compressed file, a wrong header" {
	new good.csv 1
	gzip -k good.csv
	mkdir dir
	printf 'x,y\n' >wrong.csv
	run -1 csv-read --follow good.csv.gz
	same "csv-read: good.csv.gz: a compressed file can't be followed" "$output"
	run -1 csv-read --follow dir
	same 'csv-read: dir: Is a directory' "$output"
	run -2 csv-read --follow wrong.csv
	[[ $output == 'csv-read: wrong.csv:1: no column for session_id '* ]]
	# The new file of a name too; what came before has no #end.
	begin good.csv
	wait_for 1
	mv wrong.csv good.csv
	ends 2
	run ! grep '^#end' out
}

@test "when the reader is gone it ends, also while nothing happens" {
	new a.csv 1
	mkfifo pipe
	csv-read -q --follow a.csv >pipe 2>err 3>&- &
	pid=$!
	head -n 1 pipe >/dev/null
	ends 141
	run -1 bash -c 'csv-read -q --follow a.csv >/dev/full'
}
