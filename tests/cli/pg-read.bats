#!/usr/bin/env bats
# pg-read: named queries and others, as canonical records, from one snapshot.

setup() {
	load helper
}

sql() {
	psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"
}

fill() {
	database "$1"
	pg-load -q "$ROOT/tests/cli/examples/movies.tsv" "$ROOT/tests/cli/examples/watch.tsv"
}

query() {
	pg-read -q --type "${2-x}" --query "$1"
}

@test "watch: all, a span, and nothing" {
	fill a
	same "$(rec '#watch session_id user_id movie_id watch_timestamp rating' '1001 7 603 2026-11-14T19:30:00Z 9' \
		'1002 8 603 2026-11-14T20:15:30Z 8.5' '1003 7 129 2026-11-15T09:00:00Z \N' \
		'1004 9 27205 2026-11-15T18:45:10Z 7' '1006 10 862 2026-11-16T06:30:00Z 6.5' \
		'1007 7 27205 2026-11-16T21:05:00Z \N')" "$(pg-read -q watch)"
	ids() {
		pg-read -q watch "$@" | sed '/^#/d' | cut -f 1 | paste -sd ' '
	}
	same '1003 1004 1006' "$(ids -p since=2026-11-15 -p until=2026-11-16T21:05:00Z)"
	same '1003 1004' "$(ids -p since=1d --now 2026-11-15T00:00:00Z)"
	same '1001 1002 1003 1004' "$(ids -p since=2d --now 2026-11-15T23:59:59.999999Z)"
	same '1001 1002 1003 1004 1006 1007' "$(ids -p since=1w --now 2026-11-16)"
	same '1001 1002' "$(ids -p since=2d -p until=1d --now 2026-11-15T12:00:00Z)"
	same '1003' "$(ids -p since=15h --now 2026-11-15T12:00:00Z)"
	same '' "$(ids -p since=1d --now 2026-11-13)"
	same '#watch	session_id	user_id	movie_id	watch_timestamp	rating
#end	0' "$(pg-read -q watch -p since=2030-01-01)"
}

@test "days are those of the business, from the settings or --tz" {
	fill a
	ids() {
		pg-read -q watch "$@" | sed '/^#/d' | cut -f 1 | paste -sd ' '
	}
	same '1001 1002' "$(ids -p since=1d --now 2026-11-14T12:00:00Z)"
	sql "UPDATE settings SET business_tz = 'Pacific/Auckland'"
	# The 15th begins there at 11:00 UTC of the 14th.
	same '1001 1002 1003' "$(ids -p since=1d --now 2026-11-15)"
	same '1001 1002 1003' "$(ids -p since=2026-11-15 -p until=2026-11-16)"
	same '1001 1002' "$(ids -p since=1d --tz UTC --now 2026-11-14)"
}

@test "films and users: what a load brought comes back as it was" {
	fill a
	rec '#user user_id name email signup_date' '7 Ann \N 2020-02-29' | pg-load -q
	rec '#movie movie_id deleted' '19 t' | pg-load -q
	pg-read -q movies >movies
	pg-read -q users >users
	same "$(rec '#user user_id name email signup_date country plan birth_years' '7 Ann \N 2020-02-29 \N \N \N')" "$(<users)"
	same '19	Metropolis	\N	Drama|Science Fiction	1927-02-06	\N	\N	\N	\N	\N	\N	\N	\N	t' "$(sed -n 2p movies)"
	pg-read -q watch >watch
	rec '#genre id name' '28 Action' | pg-load -q
	pg-read -q genres >genres
	same "$(rec '#genre id name' '28 Action')" "$(<genres)"
	# Into another database, and back out.
	database b
	pg-load -q movies users watch genres
	local name
	for name in movies users watch genres; do
		pg-read -q "$name" >again
		same_file "$name" again
	done
}

@test "films that only a log has named, but for those with a number of our own" {
	fill a
	rec '#watch session_id user_id movie_id watch_timestamp' '1 7 5 2026-11-15T10:00:00Z' '2 7 -4 2026-11-15T10:00:00Z' \
		'3 7 9 2026-11-15T10:00:00Z' | pg-load -q
	rec '#movie movie_id deleted' '9 t' | pg-load -q
	same "$(rec '#movie movie_id' 5)" "$(pg-read -q movies-missing)"
	# Known are those of the catalogue and the one that is missing; neither the deleted one nor ours.
	same "$({ pg-read -q movies | grep -v '^#' | cut -f 1; echo 5; } | sort -n)" \
		"$(pg-read -q movies-known | grep -v '^#')"
}

@test "bookmarks, rejects, trending" {
	database a
	rec '#bookmark pipeline source state' 'b s 2' 'a s 1' | pg-load -q
	same "$(rec '#bookmark pipeline source state' 'a s 1' 'b s 2')" "$(pg-read -q bookmarks)"
	same "$(rec '#bookmark pipeline source state' 'b s 2')" "$(pg-read -q bookmarks -p pipeline=b)"
	same "$(rec '#bookmark pipeline source state')" "$(pg-read -q bookmarks -p pipeline="b' OR true --")"
	rec '#reject stage rule origin reason' 'csv-read bad-time a.csv:3 why' | pg-load -q --pipeline a
	same "$(rec '#reject stage rule origin reason' 'csv-read bad-time a.csv:3 why')" "$(pg-read -q rejects)"
	same 1 "$(pg-read -q rejects -p since=1d -p pipeline=a | sed '/^#/d' | wc -l)"
	same 0 "$(pg-read -q rejects -p since=1d -p pipeline=b | sed '/^#/d' | wc -l)"
	same 0 "$(pg-read -q rejects -p until=2020-01-01 | sed '/^#/d' | wc -l)"
	rec '#movie movie_id title' '5 Five' | pg-load -q
	local h='#trending by scored_by as_of window_days rank item views viewers score previous_views previous_viewers previous_score previous_rank change'
	rec "$h" 'movie views 2026-11-14 7 1 6 1 1 1 0 0 0 \N 1' 'movie views 2026-11-15 7 1 5 9 9 9.25 0 0 0 \N 9.25' \
		'genre views 2026-11-13 7 1 Drama 1 1 1 0 0 0 \N 1' 'movie views 2026-11-01 1 1 6 1 1 1 0 0 0 \N 1' | pg-load -q
	same "$(rec "$h _title" 'genre views 2026-11-13 7 1 Drama 1 1 1 0 0 0 \N 1 Drama' \
		'movie views 2026-11-01 1 1 6 1 1 1 0 0 0 \N 1 \N' 'movie views 2026-11-15 7 1 5 9 9 9.25 0 0 0 \N 9.25 Five')" "$(pg-read -q trending)"
	same "$(rec "$h _title" 'movie views 2026-11-15 7 1 5 9 9 9.25 0 0 0 \N 9.25 Five')" "$(pg-read -q trending -p by=movie -p window_days=7)"
}

@test "--list names every query and its parameters" {
	run -0 pg-read --list
	same "$(cd "$ROOT/sql/read" && for name in *.sql; do echo "${name%.sql}"; done | sort)" "$(sed '/^ /d; s/ .*//' <<<"$output" | sort)"
	[[ $output == *'watch            Watches, in the order of their times.
  since          time: from that time on; 7d: the last 7 business days'* ]]
	run -1 bash -c 'pg-read --list >/dev/full'
}

@test "values are canonical" {
	database a
	same '#x	i	n	d	t	f	b	h	z
-9223372036854775808	1.5	0001-01-01	2026-11-15T21:04:33.5Z	0.25	t	\#a\tb\nc\\d\re	\N
0	100	9999-12-31	1969-12-31T23:59:59.999999Z	-3	f	\\N	\N
#end	2' "$(query "SELECT i, n, d, t, f, b, h, z FROM (VALUES
		('-9223372036854775808'::bigint, 1.500, '0001-01-01'::date, '2026-11-15T23:04:33.500+02'::timestamptz, 0.25::float8, true, E'#a\tb\nc\\\\d\re', ''),
		(0, 100.000, '9999-12-31', '1969-12-31T23:59:59.999999Z', -3, false, '\\N', NULL)) AS v (i, n, d, t, f, b, h, z)")"
	# Control bytes for which COPY has an escape and the format has none; a real check needs the bytes.
	same "$(printf '#x\tv\na\b\f\v\\\\b\n#end\t1' | od -An -c)" "$(query "SELECT E'a\b\f\x0b\\\\b' AS v" | head -c -1 | od -An -c)"
	same '0' "$(query 'SELECT -0.000 AS v' | sed -n 2p)"
	same '10' "$(query 'SELECT 10::numeric AS v' | sed -n 2p)"
	query "SELECT E'a\b\f\x0b\\\\b' AS v" | keep-header cat >/dev/null
}

@test "numbers of every length and type, as the server itself writes them" {
	database a
	local numbers="SELECT trim_scale(s * m * power(10::numeric, e)) AS n FROM generate_series(-9, 13) AS e,
		(VALUES (1), (9), (10), (12), (123), (1234), (12345), (100000), (99999999), (100010001), (0)) AS v (m),
		(VALUES (1), (-1)) AS w (s)"
	sql "SELECT n FROM ($numbers) AS q" | sed 's/^-0$/0/' >wanted
	query "SELECT n FROM ($numbers) AS q" | sed '/^#/d' >got
	same_file wanted got
	(($(wc -l <got) == 506))
	# Trailing zeros that the type keeps, and more digits than any other type has.
	same '12.5 100 0.0001 -0.02' "$(query 'SELECT v.* FROM (VALUES (12.5000, 100.00, 0.00010, -0.0200)) AS v (a, b, c, d)' | sed -n 2p | tr '\t' ' ')"
	same "1$(printf '%0200d' 0).5" "$(query 'SELECT 10::numeric ^ 200 + 0.5 AS n' | sed -n 2p)"
	same '-32768 -2147483648 4294967295 1.5 0.1' "$(query \
		'SELECT (-32768)::smallint AS a, (-2147483648)::int AS b, 4294967295::oid AS c, 1.5::real AS d, 0.1::float8 AS e' | sed -n 2p | tr '\t' ' ')"
}

@test "other types come as the server writes them" {
	database a
	same "$(rec '#x order a id j l' '2 {1,2} 00000000-0000-0000-0000-000000000001 {"a":1} 1|2' '1 {} \N [] \N' )" "$(query \
		"SELECT * FROM (VALUES (2, ARRAY[1, 2], '00000000-0000-0000-0000-000000000001'::uuid, '{\"a\":1}'::json, '1|2'::varchar),
			(1, ARRAY[]::int[], NULL, '[]', '')) AS v (\"order\", a, id, j, l) ORDER BY 1 DESC")"
}

@test "values that have no canonical form end it, without #end" {
	database a
	check() {
		run -1 --separate-stderr query "$2" "${3-x}"
		same "pg-read: row 1: v: $1" "$stderr"
		[[ $output != *'#end'* ]]
	}
	check 'not a time of the years 1 to 9999: "infinity"' "SELECT 'infinity'::timestamptz AS v"
	check 'not a time of the years 1 to 9999: "10000-01-01 00:00:00+00"' "SELECT '10000-01-01Z'::timestamptz AS v"
	check 'not a time of the years 1 to 9999: "0044-03-15 00:00:00+00 BC"' "SELECT '0044-03-15Z BC'::timestamptz AS v"
	check 'not a date of the years 1 to 9999: "0044-03-15 BC"' "SELECT '0044-03-15 BC'::date AS v"
	check 'not a date of the years 1 to 9999: "-infinity"' "SELECT '-infinity'::date AS v"
	check 'not a plain decimal number: "NaN"' "SELECT 'NaN'::numeric AS v"
	check 'not a plain decimal number: "1e-07"' "SELECT 1e-07::float8 AS v"
	check 'a time without a zone (AT TIME ZONE gives it one): "2026-01-01 00:00:00"' "SELECT '2026-01-01'::timestamp AS v"
	run -1 --separate-stderr query 'SELECT 10.5 AS rating' watch
	same 'pg-read: row 1: rating: not a rating from 0 to 10: "10.5"' "$stderr"
	run -1 --separate-stderr query "SELECT 'x' AS session_id" watch
	same 'pg-read: row 1: session_id: not an integer: "x"' "$stderr"
}

@test "a value that the server couldn't take isn't shown: it may be anybody's" {
	database a
	run -1 --separate-stderr pg-read -q --type x --query "SELECT name::bigint AS n FROM (VALUES ('Ann Lee'::text)) AS v (name)"
	same 'pg-read: --query: invalid input syntax for type bigint' "$stderr"
}

@test "a query that fails half way writes no #end" {
	database a
	run -1 --separate-stderr query 'SELECT 1 / (5000 - i) AS v FROM generate_series(1, 10000) AS i'
	same 'pg-read: --query: division by zero' "$stderr"
	[[ $output == '#x'*'v'* && $output != *'#end'* ]] || [[ $output == '' ]]
	run -75 --separate-stderr query 'SELECT pg_terminate_backend(pg_backend_pid()) AS v'
	[[ $stderr == 'pg-read: --query: terminating connection'* ]]
}

@test "--query is one read-only SELECT" {
	fill a
	local sql
	for sql in 'DELETE FROM users RETURNING user_id' 'SELECT 1 AS a; SELECT 2 AS b' 'SELECT 1 AS a, 2 AS a' 'SELECT' \
		'SELECT 1) TO STDOUT; DROP TABLE users; COPY (SELECT 1' 'DROP TABLE users' 'COMMIT' 'nonsense' '' "SELECT 1 AS \"a	b\""; do
		run -1 --separate-stderr query "$sql"
		same '' "$output"
		[[ -n $stderr ]]
	done
	same 4 "$(sql 'SELECT count(*) FROM users')"
	same '#x	a
1
#end	1' "$(query 'SELECT 1 AS a ; ')"
	same '#x	a
1
#end	1' "$(query 'SELECT 1 AS a -- one')"
}

@test "parameters are bound, not pasted" {
	database a
	local evil="'); DROP TABLE users; -- \\ \$1 \"x\""
	same "#x	v
${evil//\\/\\\\}
#end	1" "$(pg-read -q --type x --query "SELECT current_setting('param.v') AS v" -p v="$evil")"
	same 2 "$(pg-read -q --type x --query "SELECT current_setting('param.v') AS v" -p v=1 --param v=2 | sed -n 2p)"
	same 0 "$(sql 'SELECT count(*) FROM users')"
}

@test "wrong usage" {
	database a
	check() {
		local message=$1
		shift
		run -2 pg-read "$@"
		same "pg-read: $message" "${lines[0]}"
	}
	check 'either the name of a query is needed, or --query and --type'
	check 'either the name of a query is needed, or --query and --type' watch --query 'SELECT 1' --type x
	check 'either the name of a query is needed, or --query and --type' --query 'SELECT 1'
	check 'either the name of a query is needed, or --query and --type' watch --type watch
	check 'no such query (--list shows them): "watches"' watches
	check 'no such query (--list shows them): "../schema/001-roles"' ../schema/001-roles
	check '--param: the query has no such parameter: "sinc"' watch -p sinc=1d
	check '--param: none of the queries has such a parameter: "sinc"' watch movies -p sinc=1d
	check 'no such query (--list shows them): "filmes"' watch filmes
	check '--param: not NAME=VALUE: "since"' watch -p since
	check '--param since: neither a time nor a length such as 7d: "yesterday"' watch -p since=yesterday
	check '--param since: not 1 to 1000000 days: "0d"' watch -p since=0d
	check '--param since: before the year 1: "1000000d"' watch -p since=1000000d
	check '--param since: before the year 1: "30000000h"' watch -p since=30000000h
	check '--param window_days: not an integer: "7.0"' trending -p window_days=7.0
	run -2 pg-read watch --tz Mars/Olympus
	run -2 pg-read watch --now soon
}

@test "a server that is away is 75" {
	database a
	PGHOST=$TMP run -75 pg-read watch
	[[ $output == "pg-read: can't connect to PostgreSQL: "* ]]
	PGDATABASE=nowhere run -1 pg-read watch
}

@test "queries and their comments are checked" {
	database a
	cp -R "$ROOT/sql" .
	export REELPIPE_SQL=$TMP/sql
	printf -- '-- One.\n-- type: x\n-- param n int: a number\nSELECT current_setting($$param.n$$)::int + 1 AS v\n' >sql/read/one.sql
	same '#x	v
42
#end	1' "$(pg-read -q one -p n=41)"
	printf -- '-- One.\n-- type: x\n-- param n float: a number\nSELECT 1 AS v\n' >sql/read/one.sql
	run -1 pg-read one
	[[ $output == *'one.sql:3: not `-- type: TYPE` or `-- param NAME KIND: help`: "-- param n"' ]] || [[ $output == *'one.sql:3: not '* ]]
	printf -- '-- One.\nSELECT 1 AS v\n' >sql/read/one.sql
	run -1 pg-read one
	[[ $output == *'one.sql: a query begins with'* ]]
	printf -- '-- One.\n-- type: x\nSELECT no_such_column AS v\n' >sql/read/one.sql
	run -1 pg-read one
	same 'pg-read: one: column "no_such_column" does not exist' "$output"
}

@test "--check: a rule's finding, its parameters and the present" {
	fill a
	cp -R "$ROOT/sql" .
	export REELPIPE_SQL=$TMP/sql
	local rule=sql/checks/one.sql
	printf -- '-- severity: error\n-- description: It'\''s "so"; \\ 100 %%.\n-- param n int = 10: the least\n%s' \
		'SELECT movie_id, $$a b$$ AS "x y", NULL AS z, current_setting($$param.now$$) AS now FROM movies WHERE movie_id < current_setting($$param.n$$)::int ORDER BY 1;' >"$rule"
	same '#dq_result	checked_at	rule	severity	description	found	detail
2026-11-16T00:00:00Z	one	error	It'\''s "so"; \\ 100 %.	0	\N
#end	1' "$(pg-read -q --check one --now 2026-11-16)"
	same '2	movie_id x y z now: 19 a b - 2026-11-16T01:02:03Z, 129 a b - 2026-11-16T01:02:03Z' \
		"$(pg-read -q --check one --now 2026-11-16T01:02:03Z -p n=130 | sed -n 2p | cut -f 5-)"
	# A day without a zone is one of the business time zone.
	sql "UPDATE settings SET business_tz = 'Europe/Berlin'"
	[[ $(pg-read -q --check one --now 2026-11-16) == *$'\n2026-11-15T23:00:00Z\tone\t'* ]]
	[[ $(pg-read --check --list) == *'one              error: It'\''s "so"; \ 100 %.
  n              int = 10: the least'* ]]
	printf -- '-- severity: error\n-- description: Many.\nSELECT n, repeat($$x$$, 1000) AS text FROM generate_series(1, 1000) AS n' >"$rule"
	pg-read -q --check one | sed -n 2p | cut -f 5- >got
	[[ $(<got) == $'1000\tn text: 1 xxxx'*' 20 xxxx'*'x, ...' ]]
	(($(wc -c <got) < 1500))
}

@test "--check: no such rule, comments that are wrong, a query that is" {
	database a
	cp -R "$ROOT/sql" .
	export REELPIPE_SQL=$TMP/sql
	local rule=sql/checks/one.sql
	run -2 pg-read --check watch
	[[ $output == 'pg-read: no such rule (--list shows them): "watch"'* ]]
	run -2 pg-read film-title
	[[ $output == 'pg-read: no such query (--list shows them): "film-title"'* ]]
	run -2 pg-read --check ../read/watch
	run -2 pg-read --check
	run -2 pg-read --check --query 'SELECT 1 AS a' --type x
	run -2 pg-read --check film-genre --param n=1
	run -2 pg-read --check film-genre --param percent=x
	# The finding's own parameters aren't the user's.
	run -2 pg-read --check film-genre --param check_rule=x
	refused() {
		printf -- "$1" >"$rule"
		run -1 pg-read --check one
		[[ $output == "pg-read: $TMP/sql/checks/one.sql$2" ]] || fail "$output"
		[[ $output != *'#dq_result'* ]]
	}
	refused '-- severity: bad\n-- description: d\nSELECT 1 AS a' ': severity: neither error nor warning: "bad"'
	refused '-- severity: error\nSELECT 1 AS a' ': a rule begins with `-- severity: WHICH` and `-- description: WHAT`'
	refused '-- severity: error\n-- severity: error\n-- description: d\nSELECT 1 AS a' ':2: not `-- severity: WHICH`, `-- description: WHAT` or `-- param NAME KIND: help`: "-- severity: error"'
	refused '-- type: watch\n' ':1: not `-- severity: WHICH`, `-- description: WHAT` or `-- param NAME KIND: help`: "-- type: watch"'
	printf -- '-- severity: error\n-- description: d\nDELETE FROM watch_sessions RETURNING 1 AS a' >"$rule"
	run -1 pg-read --check one
	printf -- '-- severity: error\n-- description: d\nSELECT pg_sleep(5)::text AS a' >"$rule"
	PGOPTIONS='-c statement_timeout=100' run -1 pg-read --check one
	same 'pg-read: one: canceling statement due to statement timeout' "$output"
}

@test "all rows come from one moment" {
	database a
	rec '#watch session_id user_id movie_id watch_timestamp' '1 7 5 2026-11-15T10:00:00Z' | pg-load -q
	# A query that takes its time sees nothing of a load that comes in between.
	query 'SELECT w.session_id, pg_sleep(0.6) IS NULL AS slept, (SELECT count(*) FROM watch_sessions) AS n FROM watch_sessions AS w, generate_series(1, 2) AS s' >out &
	local pid=$!
	sleep 0.3
	rec '#watch session_id user_id movie_id watch_timestamp' '2 7 5 2026-11-15T10:00:00Z' | pg-load -q
	wait "$pid"
	same '1	f	1
1	f	1' "$(sed '/^#/d' out)"
}

@test "several queries are several segments, of one moment; each takes the parameters it has" {
	fill a
	{ pg-read -q watch -p since=2026-11-15 && pg-read -q movies && pg-read -q movie-days -p to=2026-11-15; } >wanted
	pg-read -q watch movies movie-days -p since=2026-11-15 -p to=2026-11-15 >got
	same_file wanted got
	run -0 --separate-stderr pg-read watch movies
	[[ $stderr == "pg-read: read $(grep -vc "^#" <<<"$output") = written "* ]]
	pg-read -q --check film-title film-numbers >got
	same 'film-title film-numbers' "$(sed '/^#/d' got | cut -f 2 | paste -sd' ')"
	# The second begins when a load has come in between, and sees nothing of it.
	cp -R "$ROOT/sql" .
	printf -- '-- Waits.\n-- type: x\nSELECT pg_sleep(0.6) IS NULL AS slept, count(*) AS n FROM watch_sessions;\n' >sql/read/slow.sql
	REELPIPE_SQL=$TMP/sql pg-read -q slow watch >out &
	local pid=$!
	sleep 0.3
	rec '#watch session_id user_id movie_id watch_timestamp' '2 7 5 2026-11-15T10:00:00Z' | pg-load -q
	wait "$pid"
	same '#end	6' "$(tail -n 1 out)"
	# One that fails ends the stream behind those before it.
	printf -- '-- Fails.\n-- type: x\nSELECT 1 / 0 AS n;\n' >sql/read/bad.sql
	run -1 --separate-stderr env REELPIPE_SQL="$TMP/sql" pg-read -q genres bad watch
	same 'pg-read: bad: division by zero' "$stderr"
	[[ $output == '' || $output == *$'\n#x\tn' ]] || fail "$output"
	# One with wrong columns ends it before the first.
	printf -- '-- Is wrong.\n-- type: x\nSELECT nothing;\n' >sql/read/wrong.sql
	run -1 --separate-stderr env REELPIPE_SQL="$TMP/sql" pg-read -q genres wrong
	same '' "$output"
}

@test "messages name options with two dashes" {
	database dashes
	run -2 --separate-stderr pg-read watch --now soon
	[[ ${stderr_lines[0]} == 'pg-read: --now: not a time: "soon"' ]]
	run -2 --separate-stderr pg-read watch --param since=0d
	same 'pg-read: --param since: not 1 to 1000000 days: "0d"' "${stderr_lines[0]}"
}
