#!/usr/bin/env bats
# What all programs do alike, tried on every program there is in bin/. A new program has to be
# added to `use`, or the first test fails.

setup() {
	load helper
	cp "$ROOT"/tests/cli/examples/* .
	programs=()
	local path
	for path in "$ROOT"/src/*; do
		path=${path##*/}
		programs+=("${path%.c}")
	done
	scripts=(pg-local setup)
	databases=0
}

# Where the program or script is; bats has a function called setup.
path_of() {
	if [[ -x ${REELPIPE_BIN:-$ROOT/bin}/$1 ]]; then
		printf '%s\n' "${REELPIPE_BIN:-$ROOT/bin}/$1"
	else
		printf '%s\n' "$ROOT/bin/$1"
	fi
}

# Runs a command with standard input from FILE, demands its exit status, and names it otherwise.
ends() {
	local wanted=$1 file=$2 status=0
	shift 2
	"$@" <"$file" >out 2>err || status=$?
	output=$(<out) stderr=$(<err)
	((status == wanted)) || fail "$* <$file: exit $status, not $wanted" "$stderr"
}

# Sets how PROGRAM is run:
#   cmd      the program with what it needs; quiet: with -q
#   input    a good input for it
#   reads    records, csv, or nothing
#   writes   records, text, or nothing (a sink or a program with an output directory)
use() {
	reads=records writes=records input=watch.tsv database=''
	case $1 in
	csv-read) cmd=(csv-read) reads=csv input=clean.csv && grep -v yesterday watch.csv >clean.csv ;;
	csv-write) cmd=(csv-write) writes=text ;;
	dedupe) cmd=(dedupe) ;;
	validate) cmd=(validate --now 2026-12-01) ;;
	genre-norm) cmd=(genre-norm) input=movies.tsv ;;
	lookup) cmd=(lookup movies.tsv --key movie_id --add title) ;;
	keep-header) cmd=(keep-header cat) ;;
	mask) cmd=(mask --remove rating) ;;
	agg-daily) cmd=(agg-daily --by 'movie,hour,hour-weekday') ;;
	agg-hourly) cmd=(agg-hourly --now 2026-11-16) ;;
	agg-toprated) cmd=(agg-toprated --now 2026-11-16) ;;
	agg-trending) cmd=(agg-trending --by movie --now 2026-11-16) ;;
	rec-view) cmd=(rec-view) writes=text ;;
	etl-run) export REELPIPE_RUNS=$TMP/runs && cmd=(etl-run name -- true) reads=nothing writes=nothing database=1 ;;
	tmdb-pull) cmd=(tmdb-pull --export movie_ids_11_15_2026.json --diff movie_ids_11_14_2026.json) reads=nothing ;;
	sim-watch) cmd=(sim-watch --print logs --days 2 --per-day 20000 --now 2026-11-16) reads=nothing writes=text ;;
	pg-load) cmd=(pg-load) writes=nothing database=1 ;;
	pg-migrate) cmd=(pg-migrate) reads=nothing writes=nothing database=1 ;;
	pg-read) cmd=(pg-read --query 'SELECT 1::bigint AS id, name FROM generate_series(1, 100000), (VALUES ($$Action$$)) AS g (name)' --type genre) reads=nothing database=1 ;;
	*) fail "tests/cli/common.bats doesn't know how to run $1" ;;
	esac
	quiet=("${cmd[0]}" -q "${cmd[@]:1}")
}

# Calls a function for all programs ("any"), or those that "reads records", "writes text", …
each() {
	local program
	for program in "${programs[@]}"; do
		use "$program"
		[[ $1 == any || $1 == "reads $reads" || $1 == "writes $writes" ]] || continue
		if [[ -n $database ]]; then
			databases=$((databases + 1))
			database "$databases"
		fi
		"$2" "$program"
	done
}

# A sound stream, or table, of many records for whatever is in use: more than a pipe takes.
many() {
	case $input in
	watch.tsv)
		awk 'BEGIN { print "#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating"
			for (i = 1; i <= 100000; i++) printf "%d\t7\t603\t2026-11-14T19:30:00Z\t9\n", i
			print "#end\t100000" }'
		;;
	movies.tsv)
		awk 'BEGIN { print "#movie\tmovie_id\ttitle\tgenres"
			for (i = 1; i <= 100000; i++) printf "%d\tA film of that number\tDrama|Crime\n", i
			print "#end\t100000" }'
		;;
	clean.csv)
		awk 'BEGIN { print "session_id,user_id,movie_id,watch_timestamp,rating"
			for (i = 1; i <= 100000; i++) printf "%d,7,603,2026-11-14T19:30:00Z,9\n", i }'
		;;
	esac
}

@test "every program can be run here, and is built" {
	check() {
		[[ -x ${REELPIPE_BIN:-$ROOT/bin}/$1 ]] || fail "$1 isn't built"
	}
	each any check
}

@test "--help and --version" {
	local version program path
	version=$(sed -n 's/^VERSION := //p' "$ROOT/Makefile")
	for program in "${programs[@]}" "${scripts[@]}"; do
		path=$(path_of "$program")
		ends 0 /dev/null "$path" --help
		head -n 1 out | grep -q "^usage: $program" || fail "$program --help: $(head -n 1 out)"
		same '' "$stderr"
		ends 0 /dev/null "$path" --version
		same "$program (reelpipe) $version" "$output"
		ends 1 /dev/null bash -c '"$1" --help >/dev/full' bash "$path"
		[[ -n $stderr ]] || fail "$program --help says nothing when it can't be written"
	done
}

@test "wrong usage exits 2 and points to --help" {
	local program
	for program in "${programs[@]}" "${scripts[@]}"; do
		ends 2 /dev/null "$(path_of "$program")" --no-such-option
		same '' "$output"
		[[ $stderr == "$program: "*no-such-option*"Try '$program --help'"* ]] || fail "$program: $stderr"
	done
}

@test "the manual has every option that --help lists, and no other" {
	local program
	for program in "${programs[@]}" "${scripts[@]}"; do
		[[ -e $ROOT/man/$program.1 ]] || fail "no manual page: $program"
		"$(path_of "$program")" --help | sed -nE 's/^ +(-[a-zA-Z], )?(--[a-z-]+).*/\1\2/p; s/^ +(-[a-zA-Z])( .*|$)/\1/p' |
			tr -d ' ' | tr , '\n' | sort -u >help
		awk '/^\.It Fl/ {
			for (i = 2; i <= NF; i++) {
				if ($i == "Fl") flag = 1
				else if ($i == "," && $(i + 1) ~ /^-/) flag = 1
				else if (flag) { print "-" $i; flag = 0 }
			}
		}' "$ROOT/man/$program.1" | sort -u >manual
		diff -u --label "$program --help" --label "man/$program.1" help manual >&2 ||
			fail "$program: --help and manual differ"
	done
}

@test "every manual page names exit status and examples" {
	local program
	for program in "${programs[@]}" "${scripts[@]}"; do
		grep -q '^\.Sh EXIT STATUS' "$ROOT/man/$program.1" || fail "$program.1: no EXIT STATUS"
		grep -q '^\.Sh EXAMPLES' "$ROOT/man/$program.1" || fail "$program.1: no EXAMPLES"
	done
}

@test "a file that isn't there, and one that is a directory" {
	check() {
		[[ $1 != keep-header && $1 != mask ]] || return 0
		ends 1 /dev/null "${cmd[@]}" ./nowhere
		[[ $stderr == *"$1: ./nowhere: No such file or directory"* ]] || fail "$1: $stderr"
		ends 1 /dev/null "${cmd[@]}" .
		[[ $stderr == *"$1: "*"Is a directory"* ]] || fail "$1: $stderr"
	}
	each 'reads records' check
	each 'reads csv' check
}

@test "files named, and - for standard input" {
	check() {
		[[ $1 != keep-header && $1 != mask ]] || return 0
		"${quiet[@]}" <"$input" >one
		"${quiet[@]}" "$input" >two
		"${quiet[@]}" - <"$input" >three
		"${quiet[@]}" -- "$input" >four
		same_file one two && same_file one three && same_file one four || fail "$1"
	}
	each 'reads records' check
	each 'reads csv' check
}

@test "cut input fails, and nobody behind takes it for whole" {
	check() {
		local cut
		head -n -1 "$input" >no-end
		sed '$s/[0-9]*$/9/' "$input" >wrong-count
		head -c -1 "$input" >no-line-feed
		sed 2d "$input" >one-short
		: >empty
		for cut in no-end wrong-count no-line-feed one-short empty; do
			ends 1 "$cut" "${cmd[@]}"
			[[ $stderr == *"$1: stdin:"*"the input is cut"* ]] || fail "$1: $cut: $stderr"
			[[ $output != *'#end'* ]] || fail "$1: $cut: an #end all the same"
			[[ $stderr != *' = '* ]] || fail "$1: $cut: a summary all the same: $stderr"
		done
	}
	each 'reads records' check
}

@test "--partial accepts it" {
	check() {
		"$1" --help | grep -q -e --partial || return 0
		head -n 3 "$input" >open
		ends 0 open "${cmd[0]}" -q --partial "${cmd[@]:1}"
		: >empty
		ends 0 empty "${cmd[0]}" -q --partial "${cmd[@]:1}"
		printf '%s\n' 'a	b' >headless
		ends 1 headless "${cmd[0]}" -q --partial "${cmd[@]:1}"
		[[ $stderr == *'stdin:1: a record without a header'* ]] || fail "$1: $stderr"
	}
	each 'reads records' check
}

@test "malformed lines are named" {
	check() {
		local what
		sed '3s/\t[^\t]*$//' "$input" >fields
		sed '3s/$/\\x/' "$input" >escape
		sed '3s/$/\r/' "$input" >cr
		sed '3s/$/\xff/' "$input" >utf8
		sed '3s/.*/\\./' "$input" >dot
		sed '3s/^/\x00/' "$input" >nul
		for what in fields escape cr utf8 dot nul; do
			ends 1 "$what" "${cmd[@]}"
			[[ $stderr == *"$1: stdin:3: a malformed line: "* ]] || fail "$1: $what: $stderr"
			[[ $output != *'#end'* ]] || fail "$1: $what: an #end all the same"
		done
	}
	each 'reads records' check
}

@test "a full disk is noticed" {
	check() {
		ends 1 "$input" bash -c '"$@" >/dev/full' bash "${cmd[@]}"
		[[ $stderr == *"$1: stdout: can't write: No space left on device"* ]] || fail "$1: $stderr"
		many >large
		ends 1 large bash -c '"$@" >/dev/full' bash "${cmd[@]}"
		[[ $stderr == *"$1: stdout: can't write: No space left on device"* ]] || fail "$1: $stderr"
	}
	each 'writes text' check
	each 'writes records' check
}

@test "closed descriptors are noticed, not written over" {
	check() {
		[[ $writes != nothing ]] || return 0
		ends 1 "$input" bash -c '"$@" >&-' bash "${cmd[@]}"
		[[ $stderr == *"$1: stdout: can't write: Bad file descriptor"* ]] || fail "$1: $stderr"
	}
	each any check
	closed_input() {
		ends 1 /dev/null bash -c '"$@" <&-' bash "${cmd[@]}"
		[[ $stderr == *"$1: stdin: can't read: Bad file descriptor"* ]] || fail "$1: $stderr"
	}
	each 'reads records' closed_input
}

@test "| head ends a program quietly" {
	check() {
		[[ $writes != nothing ]] || return 0
		many >large
		set +o pipefail
		# A program that the shell has told to ignore SIGPIPE, as some services do, is no louder.
		(trap '' PIPE && exec "${quiet[@]}") <large 2>err | head -n 1 >out
		[[ ! -s err ]] || fail "$1: $(cat err)"
		[[ -s out ]] || fail "$1: no output"
	}
	each any check
}

@test "records that trickle pass a whole pipeline at once" {
	local line n
	tabs '#movie movie_id title genres' '603 Matrix sci-fi' '#end 1' >films
	mkfifo in out
	csv-read -q in | validate -q --now 2026-12-01 | dedupe -q -k session_id --keep first |
		lookup -q films --key movie_id --add title,genres | genre-norm -q | csv-write -q >out &
	exec 5<out 4>in
	echo session_id,user_id,movie_id,watch_timestamp >&4
	for n in 1 2 3; do
		echo "$n,7,603,2026-01-01" >&4
		[[ $n != 1 ]] || read -r -t 10 line <&5
		read -r -t 10 line <&5 || fail "record $n stays somewhere"
		same "$n,7,603,2026-01-01T00:00:00Z,Matrix,Science Fiction" "$line"
	done
	exec 4>&-
	wait
	exec 5<&-
}

@test "--progress draws a line on a terminal, and nothing elsewhere" {
	rec '#watch session_id user_id movie_id watch_timestamp rating' '1 2 3 2026-01-01T00:00:00Z 5' >in
	{ head -n 1 in && yes "$(sed -n 2p in)" | head -n 20000 && printf '#end\t20000\n'; } >long
	run -0 --separate-stderr bash -c 'validate -q --progress long >/dev/null'
	same '' "$stderr"
	script -qec 'validate -q --progress long >/dev/null' /dev/null >terminal </dev/null
	grep -qE $'^\r\e\\[Kvalidate: [1-9][0-9]* records, [0-9]+/s, [0-9.]+ MB/s' terminal || fail "$(cat -v terminal)"
	[[ $(<terminal) == *$'\r\e[K' ]] || fail 'the line stays'
}

@test "the summary adds up, in words and in REELPIPE_STATS" {
	check() {
		[[ $1 != sim-watch && $1 != pg-migrate && $1 != etl-run ]] || return 0
		rm -f stats
		REELPIPE_STATS=$TMP/stats "${cmd[@]}" <"$input" >/dev/null 2>err || fail "$1: $(cat err)"
		local line what
		line=$(tail -n 1 err)
		what="^$1: read ([0-9]+) = (written|counted|loaded) ([0-9]+)( \([^)]*\))? \+ rejected ([0-9]+) \+ dropped ([0-9]+)(, .*)?$"
		[[ $line =~ $what ]] || fail "$1: no summary: $line"
		local -a n=("${BASH_REMATCH[@]}")
		((n[1] == n[3] + n[5] + n[6])) || fail "$1: it doesn't add up: $line"
		validate -q stats >checked || fail "$1: the statistics are no sound segment"
		same_file stats checked
		same "$1 ${n[1]} ${n[3]} ${n[5]} ${n[6]}" \
			"$(awk -F '\t' '!/^#/ { print $1, $4, $5, $6, $7 }' stats)"
		"${quiet[@]}" <"$input" >/dev/null 2>err
		same '' "$(cat err)"
	}
	each any check
}

@test "the statistics of a pipeline's stages stand in one file, whole" {
	local n
	export REELPIPE_STATS=$TMP/stats
	for n in 1 2 3 4 5 6 7 8; do
		validate -q --now 2026-12-01 watch.tsv | dedupe -q | lookup -q movies.tsv --key movie_id --add title >/dev/null &
	done
	wait
	unset REELPIPE_STATS
	validate -q stats | grep -vc '^#' >count
	same 24 "$(<count)"
}

@test "a failed program appends no statistics" {
	REELPIPE_STATS=$TMP/stats run -1 validate <<<'#watch	session_id'
	[[ ! -e stats ]]
	REELPIPE_STATS=$TMP/none/stats run -1 --separate-stderr validate -q --now 2026-12-01 watch.tsv
	[[ $stderr == "validate: $TMP/none/stats: can't append the statistics: No such file or directory" ]]
	[[ $output != *'#end'* ]]
	mkdir stats
	REELPIPE_STATS=$TMP/stats/ run -1 --separate-stderr validate -q --now 2026-12-01 watch.tsv
	[[ $stderr == "validate: $TMP/stats/: can't append the statistics: Is a directory" ]]
}

@test "the same input gives the same bytes" {
	check() {
		[[ $writes != nothing ]] || return 0
		"${quiet[@]}" <"$input" >one
		TZ=Asia/Tokyo LC_ALL=C "${quiet[@]}" <"$input" >two
		same_file one two || fail "$1"
	}
	each any check
}

@test "rejects go to a file of the owner's alone, and devices keep their mode" {
	local mode
	printf '%s\n' '#watch	session_id	user_id	movie_id	watch_timestamp	rating' \
		'1	2	3	2099-01-01T00:00:00Z	\N' '#end	1' >future
	mode=$(stat -c %a /dev/null)
	validate -q --now 2026-12-01 --rejects /dev/null future >/dev/null
	same "$mode" "$(stat -c %a /dev/null)"
	: >rejects
	chmod 644 rejects
	validate -q --now 2026-12-01 --rejects rejects future >/dev/null
	same 600 "$(stat -c %a rejects)"
	validate -q rejects >checked
	same_file rejects checked
	run -1 --separate-stderr validate -q --now 2026-12-01 --rejects none/rejects future
	[[ $stderr == "validate: none/rejects: can't create: No such file or directory" ]]
	run -1 --separate-stderr validate -q --now 2026-12-01 --rejects /dev/full future
	[[ $stderr == "validate: /dev/full: can't write: No space left on device" ]]
}

@test "the reject file can't be an input, nor standard output" {
	cp watch.tsv mine
	cp watch.csv mine.csv
	ln -s mine other
	run -2 --separate-stderr validate --rejects other mine
	same 'validate: --rejects: the file is an input too: "other"' "${stderr_lines[0]}"
	run -2 dedupe --rejects mine <mine
	run -2 csv-read --rejects mine.csv watch.csv mine.csv
	same_file watch.tsv mine
	same_file watch.csv mine.csv
	run -2 --separate-stderr validate --rejects - mine
	same 'validate: --rejects: a file is needed, standard output is for records' "${stderr_lines[0]}"
	same '' "$output"
}

@test "control characters of a file's name don't reach the terminal" {
	local name=$'a\e[31m\x7f\xc2\x9b31m\nb'
	run -1 --separate-stderr validate "$name"
	same 'validate: a?[31m???31m?b: No such file or directory' "$stderr"
}

@test "a reject of a record near the limit is a record all the same, cut and said to be" {
	local command tail
	for tail in "$(printf 'x%.0s' {1..1024})" "$(printf 'é\\t%.0s' {1..256})"; do
		{
			tabs '#movie movie_id title'
			printf '\\N\t'
			yes "$tail" | head -n 16383 | tr -d '\n'
			printf '\n#end\t1\n'
		} >long
		for command in validate dedupe; do
			"$command" -q --rejects rejects long >/dev/null
			csv-write -q rejects >/dev/null || fail "$command"
			grep -q '(the raw text is cut)' rejects || [[ $tail == x* ]] || fail "$command"
		done
	done
	(($(sed -n 2p rejects | wc -c) > 16 * 1024 * 1024 - 20000)) || fail 'more is cut than need be'
	rec '#movie movie_id title' '\N short' >long
	validate -q --rejects rejects long >/dev/null
	! grep -q 'is cut' rejects || fail 'nothing need be cut'
}

@test "rejects that can't be written are noticed before #end" {
	rec '#watch session_id user_id movie_id watch_timestamp rating' \
		'1 2 3 2026-01-01T00:00:00Z \N' '1 2 4 2026-01-01T00:00:00Z \N' \
		'2 2 3 2099-01-01T00:00:00Z \N' '3 2 3 \N \N' >in
	rec '#movie movie_id genres' '1 Drama' '2 nonsense' >genres
	printf 'session_id,user_id,movie_id,watch_timestamp\n1,2,3,2026-01-01\nx,2,3,2026-01-01\n' >csv
	local command
	for command in 'csv-read csv' 'validate in' 'dedupe in' 'genre-norm --unknown reject genres' \
		'agg-trending --by movie --now 2026-01-01 in' 'agg-daily --by movie in' \
		'agg-hourly --now 2026-01-01 in' 'agg-toprated --now 2026-01-01 in'; do
		# shellcheck disable=SC2086
		run -1 --separate-stderr $command -q --rejects /dev/full
		same "${command%% *}: /dev/full: can't write: No space left on device" "$stderr"
		[[ $output != *'#end'* ]] || fail "$command: an #end all the same"
	done
}

@test "valgrind finds nothing in a run of each program" {
	[[ -n ${REELPIPE_FULL-} ]] || skip 'with --full'
	check() {
		valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible \
			"${REELPIPE_BIN:-$ROOT/bin}/${cmd[0]}" "${cmd[@]:1}" <"$input" >/dev/null 2>err ||
			fail "$1" "$(cat err)"
	}
	each any check
}

@test "the tables of reelpipe(5) are the schema table" {
	validate --list-types | awk -F '\t' '!/^#/ {
		notes = $4 == "t" ? "required" : "optional"
		if ($5 == "t") notes = notes ", key"
		if ($6 == "t") notes = notes ", identity"
		if ($7) notes = notes ", present " $7
		if ($8) notes = notes ", best " $8
		print $1, $2, $3, notes
	}' >schema
	awk '/^\.Ss / { type = $2 }
		/^\.It [a-z_]+ Ta / && section {
			notes = $0
			sub(/^\.It [a-z_]+ Ta [a-z]+ Ta /, "", notes)
			print type, $2, $4, notes
		}
		/^\.Sh / { section = ($2 == "RECORD") }' "$ROOT/man/reelpipe.5" >manual
	[[ -s schema ]]
	same_file schema manual
}

@test "installed programs work, and uninstall takes all of it" {
	[[ -z ${REELPIPE_BIN-} ]] || skip 'the plain programs are what is installed'
	make -s -C "$ROOT" install DESTDIR="$TMP/root" PREFIX=/usr
	[[ -x root/usr/bin/csv-read && -x root/usr/bin/pg-local && ! -e root/usr/bin/setup ]]
	[[ -f root/usr/share/man/man5/reelpipe.5 && -f root/usr/share/man/man1/csv-read.1 ]]
	[[ -f $(echo root/usr/share/reelpipe/sql/schema/*.sql | cut -d ' ' -f 1) ]]
	root/usr/share/reelpipe/tests/tmdb-sim --help >help
	database installed
	root/usr/bin/csv-read -q watch.csv 2>/dev/null | root/usr/bin/dedupe -q | root/usr/bin/pg-load -q
	root/usr/bin/pg-migrate --status >/dev/null
	make -s -C "$ROOT" uninstall DESTDIR="$TMP/root" PREFIX=/usr
	same '' "$(find root ! -type d)"
}
