#!/usr/bin/env bats
# tmdb-pull against tests/tmdb-sim, a TMDB on loopback.

setup() {
	load helper
	SIMS=()
}

teardown() {
	((${#SIMS[@]} == 0)) || kill "${SIMS[@]}" 2>/dev/null || true
}

NOW=2026-11-20T12:00:00Z
FILM_HEADER=$'#movie\tmovie_id\ttitle\toriginal_title\tgenres\trelease_date\trating\tvote_count\tpopularity\truntime\toriginal_language\tstatus\tadult\tfetched_at\tdeleted'

# Starts a server; URL is its base address, its log is sim.log.
sim() {
	: >url
	: >sim.log
	"$ROOT/tests/tmdb-sim" --parent $$ --today 2026-11-20 --log sim.log "$@" >url 3>&- &
	SIMS+=($!)
	local n
	for ((n = 0; n < 200; n++)); do
		[[ -s url ]] && break
		sleep 0.05
	done
	URL=$(<url)
	[[ -n $URL ]] || fail 'the server does not start'
}

stats() {
	curl -s "${URL%/3}/_sim/stats" | jq -r "$1"
}

# (A function in the background is a shell of its own; what is to be killed must be the program.)
pull() {
	${EXEC-} tmdb-pull --base-url "$URL" --rate 0 --now "$NOW" --backoff 0.02 --stall-timeout 0.4 -q "$@"
}

# The ids of the films that a server of N films has, as it makes them up: 3n to 3n+2, one each.
films() {
	pull --discover --sort title.asc | awk -F'\t' '/^[0-9]/ {print $1}' | sort -n
}

# The Nth lines of all, in this order.
nth() {
	local n
	for n; do sed -n "${n}p" all; done
}

# The records of a stream, without its control lines; a column of them.
records() {
	grep -av '^#'
}

# A film's details as TMDB gives them; later arguments change it, as jq filters.
body() {
	local filter='.'
	local part
	for part in "${@:2}"; do filter+=" | $part"; done
	jq -nc --argjson id "$1" '{adult: false, backdrop_path: null, belongs_to_collection: null,
		budget: 0, genres: [{id: 18, name: "Drama"}, {id: 35, name: "Comedy"}], homepage: "",
		id: $id, imdb_id: null, original_language: "en", original_title: "Film \($id)",
		overview: "", popularity: 14.0107, production_companies: [], release_date: "2003-05-30",
		revenue: 0, runtime: 100, status: "Released", tagline: "", title: "Film \($id)",
		video: false, vote_average: 7.817, vote_count: 20084} | '"$filter"
}

# --- details -------------------------------------------------------------------------------------

@test "the details of ids become movie records, what is unknown is NULL" {
	{
		body 1
		body 2 '.vote_average = 0 | .vote_count = 0 | .runtime = 0 | .release_date = ""'
		body 3 '.vote_average = 7 | .popularity = 3 | .vote_count = 1'
		body 4 '.title = "Tab\there \\ #1\nline\r" | .original_title = "#2"'
		body 5 '.genres = [] | .original_title = "" | .original_language = "" | .status = null'
		body 6 '.genres = [{id: 1, name: "Sci|Fi"}, {id: 99, name: null}, {id: 12, name: ""}]'
		body 7 '.title = "千と千尋の神隠し \u0001" | .adult = true | .popularity = 0'
		body 8 'del(.original_title, .release_date, .vote_average, .vote_count, .popularity,
			.runtime, .original_language, .status, .adult)'
		body 9 '.overview = "a\u0000b" | .tagline = "x" * 200000 | .whatever = [[[[{}]]]]'
		body 10 '.vote_average = 8.40049 | .popularity = 1e-7 | .title = "\\N"'
	} >bodies
	sim --movies 0 --bodies bodies
	seq 1 10 >ids
	run -0 --separate-stderr pull --ids ids
	local f=$'\tf\t2026-11-20T12:00:00Z\tf' odd=$'\x01'
	same "$FILM_HEADER
1	Film 1	Film 1	Drama|Comedy	2003-05-30	7.817	20084	14.0107	100	en	Released$f
2	Film 2	Film 2	Drama|Comedy	\\N	\\N	0	14.0107	\\N	en	Released$f
3	Film 3	Film 3	Drama|Comedy	2003-05-30	7	1	3	100	en	Released$f
4	Tab\\there \\\\ #1\\nline\\r	\\#2	Drama|Comedy	2003-05-30	7.817	20084	14.0107	100	en	Released$f
5	Film 5	\\N	\\N	2003-05-30	7.817	20084	14.0107	100	\\N	\\N$f
6	Film 6	Film 6	Sci/Fi|99|12	2003-05-30	7.817	20084	14.0107	100	en	Released$f
7	千と千尋の神隠し $odd	Film 7	Drama|Comedy	2003-05-30	7.817	20084	0	100	en	Released	t	2026-11-20T12:00:00Z	f
8	Film 8	\\N	Drama|Comedy	\\N	\\N	\\N	\\N	\\N	\\N	\\N	\\N	2026-11-20T12:00:00Z	f
9	Film 9	Film 9	Drama|Comedy	2003-05-30	7.817	20084	14.0107	100	en	Released$f
10	\\\\N	Film 10	Drama|Comedy	2003-05-30	8.4	20084	0	100	en	Released$f
#end	10" "$output"
	same '' "$stderr"
}

@test "all recorded details are read as jq reads them" {
	local data=${REELPIPE_TEST_DATA:-$ROOT/../shared/data}/tmdb/movie_details.jsonl
	[[ -r $data ]] || skip "no recorded details at $data"
	sim --movies 0 --bodies "$data"
	jq .id "$data" >ids
	pull --ids ids | records >got
	jq -r 'def or_null: if . == null or . == "" then "\\N" else . end;
		[.id, .title, (.original_title | or_null), ([.genres[].name] | join("|") | or_null),
		(.release_date | or_null), (if .vote_count == 0 then null else .vote_average end | or_null),
		.vote_count, .popularity, (if .runtime == 0 then null else .runtime end | or_null),
		.original_language, .status, "f", "2026-11-20T12:00:00Z", "f"] | join("\t")' "$data" |
		awk -F'\t' '!seen[$1]++' >wanted
	[[ $(wc -l <wanted) -ge 119 ]]
	same_file wanted got
}

@test "ids come from a record stream, whatever its columns, and from several segments" {
	sim --movies 10
	films >all
	{
		rec '#watch user_id movie_id' "7 $(sed -n 2p all)" "8 $(sed -n 1p all)"
		rec '#movie movie_id title' "$(sed -n 3p all) x" "$(sed -n 1p all) y"
		rec '#movie movie_id'
	} >stream
	pull --ids stream | records | cut -f1 >got
	same "$(sed -n 2p all; sed -n 1p all; sed -n 3p all)" "$(<got)"
	# The same from a pipe.
	pull --ids - < <(cat stream) | records | cut -f1 >got2
	same_file got got2
	run -1 pull --ids - <<<$'#watch\tuser_id\n#end\t0'
	[[ $output == *'tmdb-pull: stdin:1: the watch records have no column movie_id'* ]]
	run -1 pull --ids - <<<$'#movie\tmovie_id\n1'
	[[ $output == *'stdin: the input is cut'* ]]
	[[ $output != *$'\n#end'* ]]
}

@test "a plain list may have blanks, CRLF, blank lines and no last newline; bad ids are rejected" {
	sim --movies 10
	films >all
	printf ' %s \r\n\n%s\nx\n0\n-5\n007\n2147483648\n%s' "$(sed -n 1p all)" "$(sed -n 2p all)" \
		"$(sed -n 3p all)" >ids
	run -0 --separate-stderr pull --rejects bad --ids ids
	same "$(head -3 all)" "$(records <<<"$output" | cut -f1)"
	same $'#reject\tstage\trule\torigin\treason\traw_header\traw
tmdb-pull\tbad-id\tids:4\tmovie_id: not an id of TMDB: "x"\tmovie_id\tx
tmdb-pull\tbad-id\tids:5\tmovie_id: not an id of TMDB: "0"\tmovie_id\t0
tmdb-pull\tbad-id\tids:6\tmovie_id: not an id of TMDB: "-5"\tmovie_id\t-5
tmdb-pull\tbad-id\tids:7\tmovie_id: not an id of TMDB: "007"\tmovie_id\t007
tmdb-pull\tbad-id\tids:8\tmovie_id: not an id of TMDB: "2147483648"\tmovie_id\t2147483648
#end\t5' "$(<bad)"
	same 600 "$(stat -c %a bad)"
	run -1 pull --max-rejects 4 --ids ids
	[[ $output == *'more than 4 rejects'* && $output != *$'\n#end'* ]]
	run -0 pull --ids - </dev/null
	same "$FILM_HEADER"$'\n#end\t0' "$output"
	run -1 pull --ids missing
	same 'tmdb-pull: missing: No such file or directory' "${lines[0]}"
}

@test "conservation: read = written + rejected + dropped, in the summary and the statistics" {
	sim --movies 10
	films >all
	{
		cat all all
		echo bad
		echo 999
	} >ids
	run -0 --separate-stderr env REELPIPE_STATS=stats tmdb-pull --base-url "$URL" --rate 0 \
		--rejects bad --ids ids
	[[ $stderr == 'tmdb-pull: read 22 = written 11 + rejected 1 + dropped 10, '*' MB in '*' s' ]]
	same $'tmdb-pull\t22\t11\t1\t10' "$(sed -n 2p stats | cut -f 1,4-7)"
	[[ $(sed -n 2p stats | cut -f 11) -gt 1000 ]]
	same "$(printf '%s\n' "$output" | wc -c)" "$(sed -n 2p stats | cut -f 12)"
}

@test "films that TMDB no longer has are tombstones in a segment of their own" {
	sim --movies 4
	films >all
	{
		echo 100
		head -2 all
		echo 90
		tail -2 all
	} >ids
	run -0 pull --ids ids
	same "$FILM_HEADER
$(films | sed 's/$/ x/' | cut -d' ' -f1)
#end	4
#movie	movie_id	deleted
100	t
90	t
#end	2" "$(sed 's/^\([0-9]*\)\tFilm.*/\1/' <<<"$output")"
	# Only TMDB's own 404 counts: one from a wrong address must not empty the catalogue.
	run -75 pull --base-url "${URL%/3}/4" --attempts 2 --ids ids
	[[ $output == *'HTTP 404, without one of TMDB'*'try again later' ]]
	[[ $output != *$'\n90\tt'* && $output != *'#end'* ]]
}

# --- when things go wrong ------------------------------------------------------------------------

@test "a body of a wrong shape is tried again, then rejected, and the run goes on" {
	sim --movies 20
	films >all
	cp all rest
	local kinds=(tv list-item wrong-type wrong-date no-title huge-number deep bad-utf8 nul
		surrogate other-id array) n=0 poison=() id
	for kind in "${kinds[@]}"; do
		id=$(sed -n $((n + 3))p all)
		poison+=("$id=$kind")
		sed -i "/^$id$/d" rest
		n=$((n + 1))
	done
	sim --movies 20 --poison "$(IFS=,; echo "${poison[*]}")"
	run -0 --separate-stderr pull --attempts 2 --rejects bad --ids all
	same "$(<rest)" "$(records <<<"$output" | cut -f1)"
	id=$(sed -n 13p all)
	same "title: missing: it is a TV series, not a film
genres: missing: it is an item of a list, not a film's details
runtime: not a count: \"ninety\"
release_date: not a date: \"2019-02-30\"
title: missing
vote_count: not a count: 1e+30
not JSON, or cut
title: not a text in UTF-8: \"caf\\xe9\"
title: not a text in UTF-8: \"A￿B\"
title: not a text in UTF-8: \"A￿B\"
id: film $id was asked for, this is $((id + 1))
not a film: an array" "$(records <bad | cut -f4 | sed 's/\\\\/\\/g')"
	same bad-body "$(records <bad | cut -f2 | sort -u)"
	same 24 "$(awk -F'\t' '$2 != "good"' sim.log | wc -l)"
	# The raw column brings the id back in.
	same "$(sed -n '3,14p' all)" "$(records <bad | cut -f6)"
}

@test "an id that fails for good becomes a reject; final errors aren't tried again" {
	sim --movies 8
	films >all
	local a b c
	a=$(sed -n 2p all) b=$(sed -n 4p all) c=$(sed -n 6p all)
	sim --movies 8 --poison "$a=500,$b=403,$c=400"
	run -0 --separate-stderr pull --backoff 0.005 --rejects bad --ids all
	same 5 "$(records <<<"$output" | wc -l)"
	same "fetch-failed	all:2	HTTP 500: Internal error: Something went wrong, contact TMDB. (TMDB's code 11)	$a
fetch-refused	all:4	HTTP 403, without one of TMDB's errors	$b
fetch-refused	all:6	HTTP 400: Invalid parameters: Your request parameters are incorrect. (TMDB's code 5)	$c" \
		"$(records <bad | cut -f2-4,6)"
	same 8 "$(grep -c "/movie/$a$" sim.log)"
	same 1 "$(grep -c "/movie/$b$" sim.log)"
	same 1 "$(grep -c "/movie/$c$" sim.log)"
	run -1 --separate-stderr pull --max-rejects 2 --rejects bad --ids all
	[[ $stderr == *'more than 2 rejects' && $output != *$'\n#end'* ]]
	run -1 --separate-stderr pull --max-rejects 10% --rejects bad --ids all
	[[ $stderr == *'more than 10.0 % rejects: 3 of 8' && $output != *$'\n#end'* ]]
}

@test "with 20 % faulty answers the records are the same, byte for byte" {
	local count=80
	[[ -z ${REELPIPE_FULL-} ]] || count=10000
	sim --movies "$count" --deleted 2 --seed 11
	films >ids
	seq $((count * 3 + 3)) $((count * 3 + 5)) >>ids
	pull --ids ids >wanted
	sim --movies "$count" --seed 11 --faults 20
	local before=$SECONDS
	pull --ids ids >got
	same_file wanted got
	[[ $(stats .faults) -gt $((count / 6)) ]]
	echo "# $count films, $(stats .faults) of $(stats .requests) answers faulty: $((SECONDS - before)) s" >&3
}

@test "with half of all answers faulty, in every way there is, too" {
	sim --movies 250 --seed 5
	films >ids
	pull --ids ids >wanted
	# All kinds but those that only cost time.
	local kinds
	kinds=$("$ROOT/tests/tmdb-sim" --help | tr -s ' \n' ' ' |
		sed 's/.*of these kinds alone: \(.*\) --most-faults.*/\1/')
	kinds=$(tr ' ' '\n' <<<"$kinds" | grep -vx -e 429-seconds -e 429-date -e stall | sort)
	[[ $(wc -l <<<"$kinds") -ge 30 ]]
	sim --movies 250 --seed 5 --faults 50 --most-faults 3 --kinds "$(paste -sd, <<<"$kinds")"
	pull --backoff 0.005 --ids ids >got
	same_file wanted got
	stats '.kinds | keys[]' | sort >came
	same '' "$(comm -23 <(printf '%s\n' "$kinds") came)"
}

@test "one 429 slows all, for as long as Retry-After says" {
	local kind
	sim --movies 30
	films >ids
	for kind in 429-seconds 429-date; do
		sim --movies 30 --poison "$(sed -n 5p ids)=$kind"
		# The one film fails for ever; between its attempts nothing at all is sent.
		pull --attempts 3 --in-flight 2 --rejects bad --ids ids >got
		same 29 "$(records <got | wc -l)"
		same "HTTP 429: Your request count (41) is over the allowed limit of 40. (TMDB's code 25)" \
			"$(records <bad | cut -f4)"
		awk -F'\t' -v kind="$kind" '$2 == kind {at = $1; next}
			at && $1 < at + (kind == "429-date" ? 0 : 1) && $1 > at + 0.05 {exit 1}' sim.log ||
			fail "$(<sim.log)"
		# Two pauses of a second (a date has no fractions of one).
		[[ $(stats '.seconds > 1') == true ]]
	done
}

@test "Retry-After: a date that has passed, a negative number or a word is no wait, and no haste either" {
	local kind
	for kind in 429-past 429-negative 429-garbage; do
		sim --movies 3 --always "$kind"
		run -75 --separate-stderr pull --backoff 0.3 --attempts 5 --ids - <<<3
		# Four waits of up to 0.3, 0.6, 1.2 and 2.4 s: less than 0.2 s in all is not in a thousand runs.
		[[ $(stats '.seconds > 0.2') == true ]] || fail "$kind: $(<sim.log)"
	done
	# It counts for one film's trouble too.
	sim --movies 3
	films >ids
	sim --movies 3 --poison "$(head -n 1 ids)=500-seconds"
	run -0 pull --attempts 2 --rejects bad --ids ids
	[[ $(stats '.seconds >= 1') == true ]] || fail "$(<sim.log)"
}

@test "a server's own limit is got along with" {
	local count=60
	sim --movies "$count"
	films >ids
	pull --ids ids >wanted
	sim --movies "$count" --limit 40
	pull --backoff 0.2 --ids ids >got
	same_file wanted got
}

@test "a service that is away: exit 75, and no #end" {
	run -75 --separate-stderr tmdb-pull --base-url http://127.0.0.1:1/3 --rate 0 --backoff 0.001 --ids - \
		<<<$'603\n604'
	[[ $stderr == 'tmdb-pull: /movie/60'[34]': Failed to connect to 127.0.0.1 port 1 '*': given up after 8 attempts in '*' s; nothing else was answered either: try again later' ]]
	[[ $output != *'#end'* ]]
	sim --movies 40
	films >ids
	for kind in 503 503-maintenance 502 504 429 stall close; do
		sim --movies 40 --always "$kind"
		run -75 --separate-stderr pull --attempts 2 --backoff 0.005 --in-flight 8 --ids ids
		[[ $stderr == *'try again later' && $output != *'#end'* ]]
		# It isn't hammered: everything slows when nothing succeeds.
		[[ $(stats .requests) -lt 200 ]]
		kill "${SIMS[-1]}"
	done
	# 500 for everything isn't the films' fault either.
	sim --movies 40 --always 500
	run -75 --separate-stderr pull --attempts 2 --ids ids
	sim --movies 40 --always wait-long
	run -75 --separate-stderr pull --ids ids
	[[ $stderr == *'The API is undergoing maintenance'*'the service asks to wait 86400 s: try again later' ]]
}

@test "an answer that stalls is given up in time" {
	sim --movies 3 --always stall
	local before=$SECONDS
	run -75 --separate-stderr pull --attempts 1 --ids - <<<3
	[[ $stderr == 'tmdb-pull: /movie/3: no byte for 0.4 s: given up after 1 attempts in '* ]]
	((SECONDS - before < 5))
}

@test "a refused key stops at once with TMDB's message" {
	sim --movies 30 --token right
	run -1 --separate-stderr env TMDB_TOKEN=wrong tmdb-pull --base-url "$URL" --ids - < <(seq 1 90)
	same "tmdb-pull: the key is refused: HTTP 401: Invalid API key: You must be granted a valid key. (TMDB's code 7)" "$stderr"
	[[ $output != *'#end'* ]]
	[[ $(stats .requests) -le 32 ]]
	# A key that is a part of what TMDB says hides no more than itself.
	run -1 --separate-stderr env TMDB_TOKEN=a tmdb-pull --base-url "$URL" --ids - <<<3
	same "tmdb-pull: the key is refused: HTTP 401: Inv*lid API key: You must be gr*nted * v*lid key. (TMDB's code 7)" "$stderr"
}

# --- the key -------------------------------------------------------------------------------------

@test "the key comes from files, the credentials directory or the environment; the token is preferred" {
	sim --movies 3 --token tok --api-key 'a&k'
	try() { env "$@" tmdb-pull --base-url "$URL" -q --list popular >got && grep -c Film got; }
	echo tok >token
	printf '  a&k\n\n' >api
	mkdir credentials
	same 3 "$(try TMDB_TOKEN=tok)"
	same 3 "$(try TMDB_TOKEN_FILE=token)"
	same 3 "$(try TMDB_API_KEY='a&k')"
	same 3 "$(try TMDB_API_KEY_FILE=api)"
	cp token credentials/tmdb_token
	same 3 "$(try CREDENTIALS_DIRECTORY="$PWD/credentials")"
	rm credentials/tmdb_token
	cp api credentials/tmdb_api_key
	same 3 "$(try CREDENTIALS_DIRECTORY="$PWD/credentials")"
	# A file before the environment, the token before the API key.
	same 3 "$(try TMDB_TOKEN_FILE=token TMDB_TOKEN=wrong TMDB_API_KEY=wrong)"
	run -1 try TMDB_TOKEN=wrong TMDB_API_KEY='a&k'
	run -1 --separate-stderr try TMDB_TOKEN_FILE=missing
	same 'tmdb-pull: missing: can'"'"'t read the key: No such file or directory' "$stderr"
	: >empty
	run -1 --separate-stderr try TMDB_TOKEN_FILE=empty
	same 'tmdb-pull: empty: no key in it' "$stderr"
	head -c 5000 /dev/zero | tr '\0' k >long
	run -1 --separate-stderr try TMDB_TOKEN_FILE=long
	same "tmdb-pull: long: not a key: it is too long" "$stderr"
	run -1 --separate-stderr try TMDB_TOKEN=$'tok\r\nX-Evil: 1'
	same 'tmdb-pull: TMDB_TOKEN: not a key: it has a space or an unusual byte' "$stderr"
}

@test "the key is in no output, trace, log, argument or environment of the process" {
	local secret=5ecre7-0f-7he-7e57
	for kind in TMDB_TOKEN TMDB_API_KEY; do
		sim --movies 30 --token "$secret" --api-key "$secret" --latency 150
		seq 3 26 >ids
		{
			env "$kind=$secret" REELPIPE_STATS=stats tmdb-pull --base-url "$URL" --verbose --rate 0 \
				--in-flight 4 --rejects rejects --ids ids >out 2>err 3>&- &
			pid=$!
			sleep 0.5
			cat "/proc/$pid/cmdline" "/proc/$pid/environ" >proc
			for child in /proc/"$pid"/task/*/children; do
				for process in $(<"$child"); do cat "/proc/$process/"{cmdline,environ} >>proc; done
			done
			wait "$pid"
		}
		[[ -s proc ]]
		grep -q 'GET /movie/3: attempt 1: HTTP [24]' err
		run -1 grep -ra -- "$secret" out err proc rejects stats sim.log
		# A service that repeats the key, and one that redirects with it.
		for always in echo echo-long redirect-away redirect-loop redirect-key; do
			sim --movies 5 --always "$always"
			env "$kind=$secret" tmdb-pull --base-url "$URL" --verbose --rate 0 --rejects rejects --ids ids \
				>out 2>err || true
			# Nor is a part of it, where a message is cut.
			run -1 grep -ra -- "${secret:0:6}" out err rejects sim.log
		done
	done
	sim --movies 5 --always echo
	run -0 env TMDB_TOKEN="$secret" tmdb-pull -q --base-url "$URL" --ids - <<<3
	[[ $output == *"No such key: ${secret//?/\*} (TMDB's code 5)"* ]]
}

@test "the key goes over https or to loopback, and to no other host" {
	local url
	export TMDB_TOKEN=tok
	for url in http://api.themoviedb.org/3 http://127.0.0.1.example.org/ http://localhost.example.org \
		http://10.0.0.1/3 'http://[::2]/' http://128.0.0.1 http://0127.0.0.1.1/; do
		run -2 tmdb-pull --base-url "$url" --ids - </dev/null
		[[ ${lines[*]} == *"--base-url: the key is not sent over plain http: \"$url\""* ||
			${lines[*]} == *'not an address'* ]] || fail "$url: $output"
	done
	for url in ftp://127.0.0.1/ file:///etc/passwd nonsense: ''; do
		run -2 tmdb-pull --base-url "$url" --ids - </dev/null
		[[ $output == *'--base-url: not an address of http or https'* ]]
	done
	run -2 tmdb-pull --base-url http://me:secret@127.0.0.1/ --ids - </dev/null
	[[ $output == *'a user name has no place in it'* && $output != *secret* ]]
	run -2 tmdb-pull --base-url 'http://127.0.0.1/?a=b' --ids - </dev/null
	[[ $output == *'a query has no place in it'* ]]
	# Redirects within the service are followed, others end the run.
	sim --movies 5 --token tok --always redirect-here
	run -0 --separate-stderr pull --list popular
	same 5 "$(grep -c Film <<<"$output")"
	sim --movies 5 --token tok --always redirect-away
	run -1 --separate-stderr pull --ids - <<<3
	[[ $stderr == 'tmdb-pull: /movie/3: redirected to another service, which doesn'"'"'t get the key: "http://localhost:'* ]]
	same 1 "$(stats .requests)"
	sim --movies 5 --token tok --poison 3=redirect-loop
	run -0 --separate-stderr pull --rejects bad --ids - <<<3
	same 'redirected again and again' "$(sed -n 2p bad | cut -f4)"
	same 6 "$(stats .requests)"
	# What goes to loopback in the clear isn't handed to a proxy.
	sim --movies 5 --token tok
	http_proxy=http://127.0.0.1:1 all_proxy=http://127.0.0.1:1 run -0 pull --list popular
}

@test "without a key: loopback only" {
	run -1 --separate-stderr tmdb-pull --ids - <<<603
	[[ $stderr == 'tmdb-pull: no key: set TMDB_TOKEN_FILE or TMDB_API_KEY_FILE to a file that holds one;'* ]]
	same '' "$output"
	# What needs no request needs no key.
	run -0 --separate-stderr tmdb-pull -q --ids - </dev/null
	same '' "$stderr"
}

@test "TLS is verified: the certificate and the name in it" {
	command -v openssl >/dev/null || skip 'openssl is not installed'
	make_cert() {
		openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.pem" -days 2 \
			-subj "/CN=$2" -addext "subjectAltName=$3" 2>/dev/null
	}
	make_cert good here IP:127.0.0.1
	make_cert other elsewhere DNS:elsewhere.example
	export TMDB_TOKEN=tok
	sim --movies 5 --token tok --tls good.pem good.key
	run -1 --separate-stderr pull --list popular
	[[ $stderr == "tmdb-pull: $URL: not trusted: SSL certificate problem: self"*'signed certificate' ]]
	run -0 --separate-stderr pull --ca-file good.pem --list popular
	same 5 "$(grep -c Film <<<"$output")"
	sim --movies 5 --token tok --tls other.pem other.key
	run -1 --separate-stderr pull --ca-file other.pem --list popular
	[[ $stderr == *'not trusted: '*"127.0.0.1"* ]]
}

# --- order, rate, memory -------------------------------------------------------------------------

@test "records come out in the order of the ids, as soon as they can, while others are in flight" {
	sim --movies 40 --latency 5 --jitter 60
	films | sort -R --random-source=/dev/zero >ids
	sim --movies 40 --latency 5 --jitter 60
	pull --in-flight 16 --ids ids | records | cut -f1 >got
	same_file ids got
	[[ $(stats .most_under_way) -gt 8 ]]
	[[ $(stats .connections) -le 20 ]]
	# A list that trickles is answered line by line; a stream too.
	mkfifo in out
	local id
	id=$(head -1 ids)
	for form in plain stream; do
		pull --ids - <in >out 3>&- &
		exec 7>in 8<out
		if [[ $form == stream ]]; then rec_open '#movie movie_id' "$id" >&7; else echo "$id" >&7; fi
		read -r -t 5 -u 8 line
		[[ $line == '#movie'* ]]
		read -r -t 5 -u 8 line || fail 'the first record does not come'
		[[ $line == "$id"$'\t'* ]]
		if [[ $form == stream ]]; then printf '#end\t1\n' >&7; fi
		exec 7>&-
		read -r -t 5 -u 8 line
		same $'#end\t1' "$line"
		exec 8<&-
		wait "$!"
	done
}

@test "the rate limit holds in every second, and is made use of" {
	local count=200
	[[ -z ${REELPIPE_FULL-} ]] || count=10000
	sim --movies "$count" --latency 80
	films >ids
	sim --movies "$count" --latency 80
	pull --rate 40 --ids ids >got
	same "$count" "$(grep -c -v '^#' got)"
	local most seconds
	most=$(stats .most_in_a_second) seconds=$(stats .seconds)
	echo "# $count films at 40/s: $seconds s, at most $most in a second" >&3
	((most <= 40))
	# Within 5 % of the limit's own time.
	awk -v s="$seconds" -v n="$count" 'BEGIN {exit !(s < (n - 1) / 40 * 1.05 + 0.1)}'
}

@test "the rate limit holds also when connections are slow to come" {
	command -v openssl >/dev/null || skip 'openssl is not installed'
	openssl req -x509 -newkey rsa:2048 -nodes -keyout good.key -out good.pem -days 2 \
		-subj /CN=here -addext subjectAltName=IP:127.0.0.1 2>/dev/null
	# A connection carries nothing for a while; requests that are ready pile up meanwhile.
	cat >slow.py <<'PYTHON'
import asyncio, sys

async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
    except ConnectionError:
        pass
    writer.close()

async def serve(reader, writer):
    await asyncio.sleep(0.7)
    there = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
PYTHON
	sim --movies 20 --tls good.pem good.key
	local port=${URL##*:} n
	python3 slow.py "${port%/3}" >port 3>&- &
	SIMS+=($!)
	for ((n = 0; n < 100; n++)); do [[ -s port ]] && break || sleep 0.05; done
	TMDB_TOKEN=tok run -0 pull --ca-file good.pem --base-url "https://127.0.0.1:$(<port)/3" --rate 30 \
		--in-flight 20 --ids - < <(seq 1 70)
	same 70 "$(curl -sk "${URL%/3}/_sim/stats" | jq .requests)"
	(($(curl -sk "${URL%/3}/_sim/stats" | jq .most_in_a_second) <= 30))
}

@test "without a limit: many times as fast as one curl after the other" {
	local count=400 loop=40
	[[ -z ${REELPIPE_FULL-} ]] || count=10000 loop=1000
	[[ -z ${REELPIPE_TEST_QUICK-} ]] || skip 'a measurement of the plain programs'
	sim --movies "$count" --latency 80
	films >ids
	local before after pulled curled
	before=$EPOCHREALTIME
	pull --in-flight 64 --ids ids >got
	after=$EPOCHREALTIME
	pulled=$(((${after/./} - ${before/./}) / count))
	before=$EPOCHREALTIME
	head -n "$loop" ids | while read -r id; do curl -s -o body "$URL/movie/$id"; done
	after=$EPOCHREALTIME
	curled=$(((${after/./} - ${before/./}) / loop))
	echo "# a film: $pulled us, with one curl after the other $curled us" >&3
	((curled >= 20 * pulled))
}

@test "memory is bounded, whatever the number of ids" {
	[[ -z ${REELPIPE_TEST_QUICK-} ]] || skip 'a measurement of the plain programs'
	local count=20000 most
	[[ -z ${REELPIPE_FULL-} ]] || count=1500000
	sim --movies 6000
	films >all
	# The first film fails for a while: others wait behind it, up to the window's size. What comes
	# after all films are tombstones, which are held back to the end.
	sim --movies 6000 --poison "$(head -n 1 all)=500"
	most=$({
		cat all
		seq 20000 "$((count + 20000))"
	} | python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' \
		tmdb-pull -q --base-url "$URL" --rate 0 --in-flight 64 --backoff 0.05 --rejects bad --ids -)
	same "1" "$(records <bad | wc -l)"
	echo "# $count ids: $most KiB" >&3
	((most < 64 * 1024))
}

# --- changes -------------------------------------------------------------------------------------

@test "changes: a window a day, each id once, tombstones, a mark for each finished day" {
	sim --movies 200 --changed 10 --deleted 5 --drift 100 --changes-page-size 5
	pull --changes --since 2026-11-17 >got
	same "2026-11-17 2026-11-18
2026-11-18 2026-11-19
2026-11-19 2026-11-20" "$(sed -n 's/.*start_date=\(.*\)&end_date=\([^&]*\)&page=1$/\1 \2/p' sim.log)"
	same $'#mark\ttmdb:changes\t2026-11-17
#mark\ttmdb:changes\t2026-11-18
#mark\ttmdb:changes\t2026-11-19' "$(grep '^#mark' got)"
	# Each id once; within a day in their order.
	same '' "$(records <got | cut -f1 | sort | uniq -d)"
	awk -F'\t' '/^#mark/ {last = 0} /^[0-9]+\tFilm/ {if ($1 <= last) exit 1; last = $1}' got
	# What the feed says is what came.
	for day in 17 18 19; do
		for page in $(seq 1 9); do
			curl -s "$URL/movie/changes?start_date=2026-11-$day&end_date=2026-11-$((day + 1))&page=$page" |
				jq '.results[].id'
		done
	done | sort -nu >feed
	records <got | cut -f1 | sort -n >came
	same_file feed came
	# Tombstones are those that are gone, apart from the films, before the mark of their day.
	awk '$1 > 602' feed >gone
	[[ -s gone ]]
	awk -F'\t' 'NF == 2 && /^[0-9]/ {print $1}' got | sort -n >tombs
	same_file gone tombs
	awk '/^#movie\tmovie_id\tdeleted$/ {d = 1} /^#movie\tmovie_id\ttitle/ {d = 0}
		/^[0-9]/ && (d != (NF == 2)) {exit 1}' FS='\t' got
	# The segments are sound.
	awk -F'\t' '/^#movie/ {n = 0} /^[0-9]/ {n++} /^#end/ && $2 != n {exit 1} END {if (!/^#end/) exit 1}' got
	# Nothing changes when end_date counts too.
	sim --movies 200 --changed 10 --deleted 5 --changes-page-size 5 --inclusive-end
	pull --changes --since 2026-11-17 | records | cut -f1 | sort -n >inclusive
	same "" "$(comm -23 <(sort feed) <(sort inclusive))"
	same '' "$(uniq -d inclusive)"
}

@test "changes: bookmarks, yesterday, today, nothing to do" {
	sim --movies 50 --changed 10
	windows() { sed -n 's/.*start_date=\(.*\)&end_date=.*&page=1$/\1/p' sim.log | paste -sd' '; }
	pull --changes >/dev/null
	same 2026-11-19 "$(windows)"
	: >sim.log
	sim --movies 50 --changed 10
	# A day that isn't over is fetched on request and not marked.
	pull --changes --since 2026-11-19 --until 2026-11-20 >got
	same '2026-11-19 2026-11-20' "$(windows)"
	same $'#mark\ttmdb:changes\t2026-11-19' "$(grep '^#mark' got)"
	sim --movies 50 --changed 10
	rec '#bookmark pipeline source state' 'a file:x 12:ab' 'a tmdb:changes 2026-11-17' >marks
	pull --changes --resume marks --since 2020-01-01 >got
	same '2026-11-18 2026-11-19' "$(windows)"
	sim --movies 50 --changed 10
	rec '#bookmark source state pipeline' 'tmdb:changes 2026-11-18 a' 'tmdb:changes 2026-11-16 b' |
		pull --changes --resume - >got
	same '2026-11-17 2026-11-18 2026-11-19' "$(windows)"
	rec '#bookmark source state' 'tmdb:changes 2026-11-19' >marks
	run -0 --separate-stderr pull --changes --resume marks
	same "$FILM_HEADER"$'\n#end\t0' "$output"
	same 'tmdb-pull: nothing to do: all changes before 2026-11-20 have been fetched' "$stderr"
	rec '#bookmark source state' 'other 2026-11-19' >marks
	run -1 --separate-stderr pull --changes --resume marks
	same 'tmdb-pull: marks: no bookmark of tmdb:changes: say where to begin with --since' "$stderr"
	run -0 pull --changes --resume marks --since 2026-11-19
	rec '#bookmark source state' 'tmdb:changes yesterday' >marks
	run -1 --separate-stderr pull --changes --resume marks
	same "tmdb-pull: marks:2: state: the changes feed's bookmark isn't a date: \"yesterday\"" "$stderr"
	rec_open '#bookmark source state' 'tmdb:changes 2026-11-18' >marks
	run -1 --separate-stderr pull --changes --resume marks
	[[ $stderr == *'the input is cut'* ]]
	rec '#watch source state' >marks
	run -1 --separate-stderr pull --changes --resume marks
	[[ $stderr == *'bookmarks are wanted, not records of type "watch"' ]]
}

@test "changes: a gap of more than 14 days is said and answered by a refresh" {
	sim --movies 30 --changed 10
	films >all
	run -1 --separate-stderr pull --changes --since 2026-11-05
	same 'tmdb-pull: 2026-11-05 is 15 days ago, and the changes feed reaches back 14: name a file with the ids of all known films (--known FILE) to have them all refreshed' "$stderr"
	[[ $output != *'#end'* ]]
	sim --movies 30 --changed 10
	rec '#movie movie_id' "$(sed -n 1p all)" "$(sed -n 2p all)" "$(sed -n 30p all)" >known
	run -0 --separate-stderr pull --changes --since 2026-11-05 --known known
	[[ $stderr == 'tmdb-pull: 2026-11-05 is 15 days ago, and the changes feed reaches back 14: all films of known are refreshed,'* ]]
	same "$(sed -n '1p;2p;30p' all)" "$(records <<<"$output" | head -3 | cut -f1)"
	same $'#mark\ttmdb:changes\t2026-11-06' "$(grep '^#mark' <<<"$output" | head -1)"
	same 14 "$(grep -c '^#mark' <<<"$output")"
	same '' "$(records <<<"$output" | cut -f1 | sort | uniq -d)"
	# Fourteen days are no gap, and --known isn't even read.
	run -0 --separate-stderr pull --changes --since 2026-11-06 --known missing
	same '' "$stderr"
}

@test "changes: killed at any moment and resumed, nothing is lost and no finished day fetched twice" {
	local kills=6
	[[ -z ${REELPIPE_FULL-} ]] || kills=50
	local sims=(--movies 300 --changed 5 --deleted 3 --latency 3 --changes-page-size 4)
	sim "${sims[@]}"
	pull --changes --since 2026-11-06 >whole
	# What a load keeps: all up to the last mark, and the mark.
	keep() {
		awk -F'\t' '/^#movie/ {next} /^#mark/ {printf "%s", held; held = ""; print "mark\t" $3; next}
			/^#/ {next} {held = held $0 "\n"}' "$1"
	}
	keep whole | grep -av ^mark | sort -u >wanted
	sim "${sims[@]}" --log sim.log
	: >table
	rec '#bookmark source state' 'tmdb:changes 2026-11-05' >marks
	local n=0 pid
	while ((n < kills)); do
		EXEC='exec' pull --changes --in-flight 2 --resume marks >part 2>err 3>&- &
		pid=$!
		sleep "0.0$((RANDOM % 90 + 10))"
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" || true
		keep part >kept
		grep -av ^mark kept >>table || true
		if grep -aq ^mark kept; then
			rec '#bookmark source state' "tmdb:changes $(grep -a ^mark kept | tail -1 | cut -f2)" >marks
			cut -f2 <(grep -a ^mark kept) >>finished
		fi
		grep -q 'nothing to do' err && rec '#bookmark source state' 'tmdb:changes 2026-11-05' >marks &&
			: >finished && : >table && : >sim.log
		n=$((n + 1))
	done
	pull --changes --resume marks >part
	keep part >kept
	grep -av ^mark kept >>table || true
	# Within one run an id comes once, so over several it may come again, with the same values.
	sort -u table >got
	same_file wanted got
	# After its mark, a day's window is never asked for again.
	grep -a ^mark kept | cut -f2 >>finished
	same '' "$(sort finished | uniq -d)"
}

@test "a listed page that can't be had fails the run" {
	sim --movies 100 --changed 20 --changes-page-size 5
	for kind in 500 cut-json wrong-type 400; do
		local want=75
		[[ $kind != 400 ]] || want=1
		sim --movies 100 --poison "changes=$kind"
		run -$want --separate-stderr pull --attempts 2 --changes
		[[ $output != *'#end'* && $output != *'#mark'* ]]
		[[ $stderr == 'tmdb-pull: /movie/changes?start_date=2026-11-19&end_date=2026-11-20&page=1: '* ]]
	done
}

# --- lists ---------------------------------------------------------------------------------------

@test "discover: in the order asked for, each film once although pages drift, up to a limit" {
	sim --movies 95 --drift 100
	pull --discover >got
	same 95 "$(grep -c -v '^#' got)"
	same '' "$(records <got | cut -f1 | sort | uniq -d)"
	records <got | cut -f8 >popularity
	sort -t. -k1,1nr -g -r popularity | same_file - popularity
	pull --discover --limit 50 | records >some
	same_file <(records <got | head -50) some
	same 1 "$(pull --discover --limit 1 | grep -c -v '^#')"
	same 95 "$(pull --discover --limit 5000 | grep -c -v '^#')"
	pull --discover --sort primary_release_date.asc --from 1980-01-01 --to 1999-12-31 |
		grep -v '^#' | cut -f5 >dates
	[[ $(wc -l <dates) -gt 10 ]]
	sort dates | same_file - dates
	same '' "$(awk '$0 < "1980-01-01" || $0 > "1999-12-31"' dates)"
	run -1 --separate-stderr pull --discover --sort nonsense.asc
	[[ $stderr == *"HTTP 422: Invalid parameters: Your request parameters are incorrect. (TMDB's code 5)" ]]
}

@test "discover: beyond 500 pages it slices by release date" {
	sim --movies 620 --page-size 1
	run -0 --separate-stderr pull --discover
	# Films without a release date aren't in any slice.
	pull --ids <(seq 1 1900) | awk -F'\t' 'NF > 2 && /^[0-9]/ && $5 != "\\N" {print $1}' | sort -n >wanted
	[[ $(wc -l <wanted) -gt 550 ]]
	same_file wanted <(records <<<"$output" | cut -f1 | sort -n)
	run -1 grep -q 'page=501' sim.log
	# With a limit that needs slices the order is that of the whole list.
	pull --discover --sort vote_count.desc --limit 10001 | records | cut -f7 >votes
	[[ $(wc -l <votes) -eq $(wc -l <wanted) ]]
	sort -nr votes | same_file - votes
	run -2 --separate-stderr pull --discover --sort revenue.desc --limit 10001
	[[ $stderr == *"more than 10000 films can't be had by revenue.desc"* ]]
}

@test "the lists" {
	sim --movies 30
	for list in popular now_playing top_rated trending-day trending-week; do
		pull --list "$list" >got
		same 30 "$(grep -c -v '^#' got)"
		same 7 "$(pull --list "$list" --limit 7 | grep -c -v '^#')"
	done
	run -2 pull --list best
	[[ $output == *'--list: not popular, now_playing, top_rated, trending-day or trending-week: "best"'* ]]
}

@test "an odd item of a list is a reject, the others count" {
	sim --movies 0
	cat >server.py <<'END'
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def do_GET(self):
        if self.path.startswith("/3/trending"):
            body = {"page": 1, "total_pages": 1, "total_results": 6, "extra": {},
                    "results": [None, {"id": "5"}, {"id": 7, "media_type": "tv"}, {"id": 1.5}, 12,
                                {"id": 9, "media_type": "movie", "title": 5}]}
        else:
            body = json.load(open("film"))
        body = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
END
	body 9 >film
	python3 server.py >port 3>&- &
	SIMS+=($!)
	for ((n = 0; n < 100; n++)); do [[ -s port ]] && break || sleep 0.05; done
	run -0 pull --base-url "http://127.0.0.1:$(<port)/3" --rejects bad --list trending-day
	same 9 "$(records <<<"$output" | cut -f1)"
	same "bad-item	/trending/movie/day page 1 item 1	not an object
bad-item	/trending/movie/day page 1 item 2	no id
bad-item	/trending/movie/day page 1 item 3	media_type isn't movie
bad-item	/trending/movie/day page 1 item 4	no id
bad-item	/trending/movie/day page 1 item 5	not an object" "$(records <bad | cut -f2-4)"
}

@test "--mark-changes sets the bookmark that --changes goes on from" {
	sim --movies 20
	pull --discover --limit 5 --mark-changes >got
	same $'#mark\ttmdb:changes\t2026-11-19' "$(grep '^#mark' got)"
	same $'#end\t5' "$(tail -1 got)"
}

@test "genres, and other languages" {
	sim --movies 9
	run -0 --separate-stderr pull --genres
	same $'#genre\tid\tname' "${lines[0]}"
	same $'878\tScience Fiction' "$(grep ^878 <<<"$output")"
	same $'#end\t19' "${lines[20]}"
	run -0 --separate-stderr pull --genres --language de-DE
	same $'35\tKomödie' "$(grep ^35 <<<"$output")"
	pull --language de-DE --list popular | records | cut -f2 >titles
	same 9 "$(grep -c '(auf Deutsch)$' titles)"
	run -2 pull --genres --language 'de&api_key=1'
	[[ $output == *'--language: not a plain word: "de&api_key=1"'* ]]
	sim --movies 1 --always cut-json
	run -75 pull --attempts 2 --genres
	[[ $output == *'/genre/movie/list: not JSON, or cut'* && $output != *'#'* ]]
}

# --- exports -------------------------------------------------------------------------------------

export_line() {
	printf '{"adult":false,"id":%s,"original_title":"F","popularity":%s,"video":false}\n' "$1" "${2:-1.5}"
}

@test "export: plain or .gz, from a popularity on; bad lines are rejects" {
	sim --movies 20
	films >all
	{
		export_line "$(sed -n 3p all)" 5
		echo 'rubbish'
		export_line "$(sed -n 1p all)" 0.5
		echo '{"id":"7"}'
		export_line "$(sed -n 2p all)" 4.9999
		printf '\n'
		export_line "$(sed -n 4p all)" 7
	} >export.json
	run -0 --separate-stderr pull --rejects bad --export export.json
	same "$(nth 3 1 2 4)" "$(records <<<"$output" | cut -f1)"
	same 'bad-line	export.json:2	not JSON, or cut	rubbish
bad-line	export.json:4	id: not an id: "7"	{"id":"7"}' "$(records <bad | cut -f2-4,6)"
	gzip -k export.json
	pull --rejects bad --export export.json.gz --min-popularity 5 | records | cut -f1 >got
	same "$(nth 3 4)" "$(<got)"
	pull --rejects bad --export - --min-popularity 5 <export.json.gz | records | cut -f1 | same_file got -
	# A cut file is noticed.
	head -c $(($(stat -c %s export.json.gz) - 9)) export.json.gz >cut.gz
	run -1 --separate-stderr pull --rejects bad --export cut.gz
	[[ $stderr == *'cut.gz:'*': '*'cut'* || $stderr == *'unexpected end of file'* ]]
	[[ $output != *'#end'* ]]
	run -1 pull --export missing
	[[ $output == *'tmdb-pull: missing: No such file or directory'* ]]
	run -1 pull --export .
	[[ $output == *'tmdb-pull: .'*'Is a directory'* ]]
}

@test "export --diff: new films, and vanished ones as tombstones" {
	sim --movies 20
	films >all
	{
		export_line "$(sed -n 1p all)" 9
		export_line "$(sed -n 2p all)" 1
		export_line 901 9
		export_line 900 0.1
	} >old
	{
		export_line "$(sed -n 3p all)" 9
		export_line "$(sed -n 2p all)" 6
		export_line "$(sed -n 1p all)" 9
		export_line "$(sed -n 4p all)" 2
	} >new
	gzip -k old
	run -0 --separate-stderr pull --export new --diff old.gz
	same "$(nth 3 4)
900
901" "$(records <<<"$output" | cut -f1)"
	same $'#movie\tmovie_id\tdeleted\n900\tt\n901\tt\n#end\t2' "$(tail -4 <<<"$output")"
	# One that has become popular enough is new.
	pull --export new --diff old --min-popularity 5 | grep Film | cut -f1 >got
	same "$(nth 3 2)" "$(<got)"
	# When lines can't be read, nothing is taken for deleted.
	echo rubbish >>new
	run -0 --separate-stderr pull --rejects bad --export new --diff old
	same "tmdb-pull: new: 1 lines can't be read, so none of the 2 films that seem to have vanished is taken for deleted" "$stderr"
	[[ $output != *$'deleted\n900'* ]]
	# Nor when it looks as if the file were cut.
	seq 1 1000 | while read -r id; do export_line "$id"; done >old
	head -850 old >new
	run -1 --separate-stderr pull --export new --diff old
	same "tmdb-pull: new: 150 of 1000 films of old aren't in it: it looks cut (--max-vanished allows more)" "$stderr"
	run -0 --separate-stderr pull --export new --diff old --max-vanished 150
	same 150 "$(grep -c '	t$' <<<"$output")"
	run -1 --separate-stderr pull --export new --diff old --max-vanished 149
}

# --- the rest ------------------------------------------------------------------------------------

@test "wrong usage" {
	use() {
		local want=$1
		shift
		run -2 tmdb-pull "$@"
		[[ $output == "tmdb-pull: $want"* ]] || fail "$*: $output"
	}
	use 'what to pull?'
	use 'one of --ids' --genres --changes
	use 'what is this for: "603"' --genres 603
	use '--since has no meaning here' --genres --since 2026-11-11
	use '--limit has no meaning here' --changes --limit 5
	use '--diff has no meaning here' --ids - --diff old
	use '--max-vanished has no meaning without --diff' --export x --max-vanished 1
	use '--since: not a date such as 2026-11-15: "yesterday"' --changes --since yesterday
	use '--since: not a date' --changes --since 2026-02-30
	use '--until lies ahead' --changes --now 2026-11-20 --until 2026-11-21
	use '--since lies ahead' --changes --now 2026-11-20 --since 2026-11-21
	use '--from is after --to' --discover --from 2001-01-01 --to 2000-01-01
	use '--sort: not an order such as popularity.desc: "popularity"' --discover --sort popularity
	use '--sort: not a plain word' --discover --sort 'a&b.desc'
	use '--rate: not from 0 to 10000: "-1"' --genres --rate -1
	use '--in-flight: not from 1 to 256: "0"' --genres --in-flight 0
	use '--attempts: not from 1' --genres --attempts 0
	use '--backoff: not a number up to 60: "0"' --genres --backoff 0
	use '--limit: not from 1' --discover --limit 0
	use '--min-popularity: not a number up to 1000000: "x"' --export x --min-popularity x
	use "--resume and --known can't both be standard input" --changes --resume - --known -
	use "--export and --diff can't both be standard input" --export - --diff -
	use 'an argument is missing: "--ids"' --ids
	run -0 tmdb-pull --help
	[[ ${lines[0]} == 'usage: tmdb-pull --ids FILE [OPTION]...' ]]
	run -0 tmdb-pull --version
	[[ $output == 'tmdb-pull (reelpipe) '* ]]
}

@test "a full disk, a closed pipe" {
	sim --movies 50
	films >ids
	run -1 --separate-stderr bash -c "tmdb-pull -q --base-url $URL --rate 0 --ids ids >/dev/full"
	[[ $stderr == "tmdb-pull: stdout: can't write: No space left on device" ]]
	run -1 --separate-stderr bash -c "tmdb-pull -q --base-url $URL --rate 0 --ids ids --rejects /dev/full <<<x"
	[[ $stderr == *'/dev/full: can'*'No space left on device' ]]
	run -0 --separate-stderr bash -c "tmdb-pull -q --base-url $URL --rate 0 --ids ids | head -n 2"
	same '' "$stderr"
	run -1 --separate-stderr bash -c "tmdb-pull -q --base-url $URL --rate 0 --ids ids >&-"
}

@test "--verbose reports every request" {
	sim --movies 5
	run -0 --separate-stderr pull --verbose --attempts 2 --rejects bad --ids - <<<$'3\nx'
	[[ $stderr == 'tmdb-pull: GET /movie/3: attempt 1: HTTP '[24]*', '*' bytes, '*' ms
tmdb-pull: 1 requests' ]]
}

@test "the catalogue of sim-watch is served, and read back the same" {
	sim-watch -q --movies 40 --users 5 --days 1 --per-day 10 --now 2026-11-20 --out sim >/dev/null 2>&1
	sim --films sim/movies.csv
	cut -d, -f1 sim/movies.csv | grep -v movie_id | sort -n >ids
	pull --ids ids >got
	same 40 "$(grep -c -v '^#' got)"
	# What was pulled can be served again: a round trip.
	sim --films got
	pull --ids ids | same_file got -
}
