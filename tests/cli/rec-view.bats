#!/usr/bin/env bats
# rec-view: records for a person.

setup() {
	load helper
	cp "$ROOT/tests/cli/examples/movies.tsv" movies
}

# Runs the command on a terminal of $1 columns; what it shows, without CR, is the output.
on_terminal() {
	python3 - "$@" <<-'END'
		import fcntl, os, pty, struct, subprocess, sys, termios
		master, slave = pty.openpty()
		fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
		child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=slave)
		os.close(slave)
		shown = b''
		try:
		    while block := os.read(master, 65536):
		        shown += block
		except OSError:
		    pass
		sys.stdout.buffer.write(shown.replace(b'\r\n', b'\n'))
		sys.exit(child.wait())
	END
}

@test "numbers stand at the right, text at the left, NULL is a dash" {
	run -0 --separate-stderr rec-view -c movie_id,title,release_date,rating movies
	same "movie_id  title          release_date  rating
     603  The Matrix     1999-03-31       8.2
   27205  Inception      2010-07-15       8.4
     129  Spirited Away  2001-07-20       8.5
     238  The Godfather  1972-03-14       8.7
     862  Toy Story      1995-10-30         8
      19  Metropolis     1927-02-06         -" "$output"
	[[ $stderr == "rec-view: read 6 = written 6 + rejected 0 + dropped 0, "* ]]
	# Nothing is written behind the last text of a line.
	run -0 rec-view -q -c movie_id,title movies
	same "     603  The Matrix" "${lines[1]}"
}

@test "of columns that the schema doesn't know the values decide" {
	printf '%s\n' $'#table\tn\tmixed\tnone\tid' $'1\t1\t\\N\t007' $'-22.5\tx\t\\N\t8' $'\\N\t3\t\\N\t9' $'#end\t3' >in
	run -0 rec-view -q in
	same "    n  mixed  none  id
    1  1      -     007
-22.5  x      -     8
    -  3      -     9" "$output"
	# The title of a film is text, even if it looks like a number.
	rec '#movie movie_id title runtime' '1 300 117' '22 1917 \N' >in
	run -0 rec-view -q in
	same "movie_id  title  runtime
       1  300        117
      22  1917         -" "$output"
}

@test "wide and combining characters are counted right" {
	printf '%s\n' $'#t\ta\tb' $'日本\tx' $'e\u0301a\tx' $'한국어\tx' $'\U1F3AC\tx' $'abcdef\tx' $'नमस्ते\tx' $'#end\t6' >in
	run -0 rec-view -q in
	same "a       b
日本    x
ea      x
한국어  x
🎬      x
abcdef  x
नमस्ते    x" "${output/$'\u0301'/}"
}

@test "nothing in the data can move the cursor or turn the text around" {
	printf '%s\n' $'#t\ta\tb' $'\e[2J\a\tx' $'a\\tb\\nc\\rd\\\\\tx' $'\u202eabc\u2066\tx' $'\u009b31m\x7f\tx' $'\\#x\tx' \
		$'zero\u200bwidth\ufeff\tx' $'#end\t6' >in
	run -0 rec-view -q in
	same 'a                      b
\x1b[2J\x07            x
a\tb\nc\rd\\           x
\u202eabc\u2066        x
\x9b31m\x7f            x
#x                     x
zero\u200bwidth\ufeff  x' "$output"
}

@test "segments of one header are one table, aligned together" {
	{
		rec '#genre id name' '28 Action'
		rec '#genre id name' '10770 War'
		rec '#genre id name'
		rec '#genre name id' 'Drama 18'
		rec '#genre id name' '37 Western'
	} >in
	run -0 rec-view -q in
	same "   id  name
   28  Action
10770  War

name   id
Drama  18

id  name
37  Western" "$output"
}

@test "several segments are several tables; other types, empty segments" {
	{
		rec '#genre id name' '28 Action'
		rec '#watch session_id'
		rec '#unheard_of a' 'x'
	} >in
	run -0 --separate-stderr rec-view -q in
	same "id  name
28  Action

session_id

a
x" "$output"
	run -0 rec-view -q in - in <in
	same 3 "$(grep -c Action <<<"$output")"
}

@test "--columns chooses and orders; --top shows the first of each segment" {
	run -0 --separate-stderr rec-view --columns rating,movie_id --top 2 movies movies
	same "rating  movie_id
   8.2       603
   8.4     27205
   8.2       603
   8.4     27205" "$output"
	[[ $stderr == "rec-view: read 12 = written 4 + rejected 0 + dropped 8, "* ]]
	run -0 rec-view -q -n 0 -c movie_id movies
	same "movie_id" "$output"
	# What isn't shown is checked all the same.
	head -n -1 movies >short
	run -1 rec-view -q -n 1 -c movie_id short
	same "rec-view: short: the input is cut: no #end after line 7" "${lines[-1]}"
	run -1 rec-view -q -c movie_id,director movies
	[[ $output == "rec-view: movies:1: the movie records have no column director: "* ]]
	run -2 rec-view -c movie_id,, movies
}

@test "--bars draws the numbers, the largest at full length" {
	rec '#t name n' 'a 8' 'b 4' 'c 1' 'd 0' 'e \N' 'f -3' 'g 0.05' >in
	run -0 rec-view -q --bars n in
	same "name     n
a        8  ████████████████████████████████████████
b        4  ████████████████████
c        1  █████
d        0
e        -
f       -3
g     0.05  ▎" "$output"
	LC_ALL=C run -0 rec-view -q --bars n in
	same "b        4  ####################" "${lines[2]}"
	same "g     0.05" "${lines[7]}"
	# The column needn't be shown, and the bar takes what the width leaves, but never less than 10.
	run -0 rec-view -q --bars n -c name --width 21 in
	same "a     ███████████████" "${lines[1]}"
	run -0 rec-view -q --bars n -c name --width 5 in
	same "a     ██████████" "${lines[1]}"
	rec '#t n' '0' '\N' >in
	run -0 rec-view -q --bars n in
	same $'n\n0\n-' "$output"
}

@test "--bars: a column that isn't there or has no numbers" {
	run -1 --separate-stderr rec-view -q --bars title movies
	same 'rec-view: movies:2: title: not a number: "The Matrix"' "$stderr"
	run -1 rec-view -q --bars votes movies
	[[ $output == "rec-view: movies:1: the movie records have no column votes: "* ]]
	run -2 rec-view --json --bars rating movies
	same "rec-view: --bars are for tables: JSON has none" "${lines[0]}"
}

@test "--json: types as the schema has them" {
	printf '%s\n' $'#movie\tmovie_id\ttitle\tgenres\trating\tpopularity\tadult\trelease_date\tfetched_at\textra\t_origin' \
		$'-7\tA "b" \\\\ \\t\\n\\r\t\\#a|b "c"\t8.25\t0.5\tt\t2020-01-02\t2020-01-02T03:04:05.6Z\t007\tf:1' \
		$'9223372036854775807\té日\U1F3AC\x01\x7f\tone\t10\t-12\tf\t\\N\t\\N\t\\N\t\\N' $'#end\t2' >in
	run -0 rec-view -q --json in
	same '{"movie_id":-7,"title":"A \"b\" \\ \t\n\r","genres":["#a","b \"c\""],"rating":8.25,"popularity":0.5,"adult":true,"release_date":"2020-01-02","fetched_at":"2020-01-02T03:04:05.6Z","extra":"007","_origin":"f:1"}
{"movie_id":9223372036854775807,"title":"é日🎬\u0001\u007f","genres":["one"],"rating":10,"popularity":-12,"adult":false,"release_date":null,"fetched_at":null,"extra":null,"_origin":null}' "$output"
	rec-view -q --json in | python3 -c 'import json, sys
rows = [json.loads(line) for line in sys.stdin]
assert rows[0]["title"] == "A \"b\" \\ \t\n\r" and rows[1]["movie_id"] == 2**63 - 1'
	# Types that nobody knows are text.
	printf '#table\ta\\tb\tn\n1\t2\n#end\t1\n' >in
	run -0 rec-view -qj in
	same '{"a\tb":"1","n":"2"}' "$output"
	run -0 rec-view -qj -c rating,movie_id -n 1 movies
	same '{"rating":8.2,"movie_id":603}' "$output"
}

@test "--json: a value that isn't of its type is a malformed stream" {
	rec '#movie movie_id rating' '1 8,5' >in
	run -1 --separate-stderr rec-view -qj in
	same 'rec-view: in:2: rating: not a rating from 0 to 10: "8,5"' "$stderr"
	rec '#movie movie_id adult' '1 true' >in
	run -1 rec-view -qj in
	[[ $output == 'rec-view: in:2: adult: '*'"true"' ]]
	printf '#movie\tmovie_id\n\n#end\t1\n' >in
	run -1 rec-view -qj in
	[[ $output == 'rec-view: in:2: movie_id: '* ]]
}

@test "--json: every record of a large stream, by another reader" {
	sim-watch -q --now 2026-11-15 --print movies | csv-read -q --type movie - >in
	rec-view -q --json in | python3 -c 'import json, sys
n = 0
for line in sys.stdin:
    row = json.loads(line)
    n += 1
    assert list(row)[0] == "movie_id" and type(row["runtime"]) is int and type(row["genres"]) is list
assert n == 10000'
}

@test "a table fits the width: text is cut, numbers and dates aren't" {
	run -0 rec-view -q --width 60 movies
	same "movie_id  title          genres         release_date  rating
     603  The Matrix     Action|Scien…  1999-03-31       8.2
   27205  Inception      Action|Scien…  2010-07-15       8.4
     129  Spirited Away  Animation|Fa…  2001-07-20       8.5
     238  The Godfather  Drama|Crime    1972-03-14       8.7
     862  Toy Story      Animation|Ad…  1995-10-30         8
      19  Metropolis     Drama|Scienc…  1927-02-06         -" "$output"
	LC_ALL=C run -0 rec-view -q --width 60 movies
	same "     603  The Matrix     Action|Scien~  1999-03-31       8.2" "${lines[1]}"
	# Too narrow for all: names of columns are cut, and then that is it.
	run -0 rec-view -q --width 10 movies
	same "movi…  title     genres    release_d…  ra…" "${lines[0]}"
	same "27205  Incepti…  Action|…  2010-07-15  8.4" "${lines[2]}"
	run -0 rec-view -q --width 0 movies
	same "$(rec-view -q movies)" "$output"
	# A wide character isn't halved.
	rec '#t a' '日本語日本語' 'x' >in
	run -0 rec-view -q --width 8 in
	same "日本語…" "${lines[1]}"
}

@test "elsewhere than on a terminal nothing is cut" {
	local long
	long=$(printf 'x%.0s' {1..500})
	rec '#t a b' "$long 1" >in
	COLUMNS=20 run -0 rec-view -q in
	same "$long  1" "${lines[1]}"
}

@test "on a terminal the table fits it, names are bold, NULL is dim" {
	local bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
	unset COLUMNS NO_COLOR
	export TERM=xterm
	run -0 on_terminal 60 rec-view -q movies
	[[ ${lines[0]} == "${bold}movie_id$plain  ${bold}title$plain"* ]]
	same "      19  Metropolis     Drama|Scienc…  1927-02-06         $dim-$plain" "${lines[6]}"
	COLUMNS=200 run -0 on_terminal 60 rec-view -q movies
	same "      19  Metropolis     Drama|Science Fiction              1927-02-06         $dim-$plain" "${lines[6]}"
	COLUMNS=nonsense run -0 on_terminal 60 rec-view -q movies
	same "      19  Metropolis     Drama|Scienc…  1927-02-06         $dim-$plain" "${lines[6]}"
	NO_COLOR=1 run -0 on_terminal 60 rec-view -q movies
	same "$(rec-view -q --width 60 movies)" "$output"
	TERM=dumb run -0 on_terminal 60 rec-view -q movies
	same "$(rec-view -q --width 60 movies)" "$output"
	run -0 on_terminal 0 rec-view -q -c title movies
	[[ ${lines[1]} == "The Matrix" ]]
}

@test "the first records decide the widths, the rest streams" {
	seq 3000 | awk 'BEGIN { print "#t\ta\tb" } { print ($1 < 2000 ? "x" : "longer text") "\t" $1 } END { print "#end\t" NR }' >in
	rec-view -q in >out
	same "x  1000" "$(sed -n 1001p out)"
	same "longer text  3000" "$(sed -n 3001p out)"
	rec-view -q --width 20 in >out
	same "…  3000" "$(sed -n 3001p out)"
	same 3001 "$(wc -l <out)"
}

@test "when the input pauses, what has come is shown" {
	mkfifo in
	: >out
	timeout 20 rec-view -q <in >out &
	local pid=$! i
	exec 9>in
	printf '#t\ta\tb\nx\t10\n' >&9
	for ((i = 0; i < 200; i++)); do
		[[ $(wc -l <out) -lt 2 ]] || break
		sleep 0.05
	done
	same $'a   b\nx  10' "$(<out)"
	printf 'y\t5\n#end\t2\n' >&9
	exec 9>&-
	wait "$pid"
	same $'a   b\nx  10\ny   5' "$(<out)"
}

@test "marks aren't shown, but counted" {
	rec_open '#t a' '#mark f 1' '1' '#mark f 2' '#end 1' >in
	run -0 --separate-stderr rec-view in
	same $'a\n1' "$output"
	[[ $stderr == "rec-view: 2 marks aren't shown"* ]]
	run -0 --separate-stderr rec-view -q in
	same "" "$stderr"
}

@test "malformed and cut input" {
	run -1 --separate-stderr rec-view </dev/null
	same "rec-view: stdin: the input is cut: it has no segment at all" "$stderr"
	run -0 rec-view -q --partial </dev/null
	same "" "$output"
	head -n 3 movies >short
	run -1 rec-view -q short
	run -0 rec-view -q --partial -c title short
	same $'title\nThe Matrix\nInception' "$output"
	run -1 rec-view nowhere
	same "rec-view: nowhere: No such file or directory" "$output"
}

@test "outputs that can't be written, readers that go away, statistics" {
	run -1 bash -c 'rec-view -q movies >/dev/full'
	same "rec-view: stdout: can't write: No space left on device" "$output"
	seq 400000 | awk 'BEGIN { print "#t\ta" } { print } END { print "#end\t" NR }' >big
	run -0 bash -c 'rec-view big | head -n 1'
	run -0 bash -c 'rec-view -j big | head -n 1'
	same '{"a":"1"}' "$output"
	REELPIPE_STATS=$TMP/stats rec-view -q -n 2 movies >out
	same "rec-view 6 2 0 4 $(wc -c <movies) $(wc -c <out)" "$(sed -n 2p stats | cut -f 1,4-7,11-12 | tr '\t' ' ')"
}

@test "usage" {
	run -2 rec-view --top many
	run -2 rec-view --width -1
	run -2 rec-view --no-such
	run -2 rec-view --json -c title,rating,title movies
	same 'rec-view: --columns: this one comes twice: "title"' "${lines[0]}"
	run -0 rec-view --help
	[[ ${lines[0]} == "usage: rec-view [OPTION]... [FILE]..." ]]
	run -0 rec-view --version
	[[ $output == "rec-view (reelpipe) "* ]]
}
