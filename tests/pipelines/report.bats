#!/usr/bin/env bats
# The report: its figures are the database's, whatever films are called, and the page is looked at in Chromium.
# shellcheck disable=SC2154 # bats's run sets stderr

now=2026-11-16T18:30:00Z

setup_file() {
	load ../cli/helper
	cd "$BATS_FILE_TMPDIR" || return
	sim-watch --quiet --out sim --days 30 --per-day 400 --movies 300 --users 800 --dirty 1 --now "$now"
	database figures
	psql -Xqc "UPDATE settings SET business_tz = 'Europe/Berlin'"
	"$ROOT/pipelines/load" --now "$now" movie sim/movies.csv 2>err || fail "$(cat err)"
	"$ROOT/pipelines/load" --now "$now" watch sim/logs/*.csv 2>err || fail "$(cat err)"
	"$ROOT/pipelines/aggregate" --now "$now" 2>err || fail "$(cat err)"
	figures=$PGDATABASE
	database hostile
	hostile=$PGDATABASE
	dropdb --maintenance-db=postgres "$hostile"
	createdb --maintenance-db=postgres -T "$figures" "$hostile"
	database empty
	empty=$PGDATABASE
	export figures hostile empty
	bad_titles
	bad_runs
	PGDATABASE=$figures "$ROOT/pipelines/report" --now "$now" --name 'The <i>service</i>' --out figures.html
	PGDATABASE=$hostile "$ROOT/pipelines/report" --now "$now" --out hostile.html
	PGDATABASE=$empty "$ROOT/pipelines/report" --now "$now" --out empty.html
}

# The ten films of the chart get titles that do harm where they can.
bad_titles() {
	psql -Xq -v ON_ERROR_STOP=1 "$hostile" <<-'END'
		UPDATE movies AS m SET title = t.title
		FROM (VALUES
		    (1, E'<script>alert(1)</script> & "x" ]]> \u2028\x01\x1b[31m'),
		    (2, '千と千尋の神隠し、とても長い日本語の題名がここにありますので図の中では切られるはずです'),
		    (3, 'عمر والحديقة السرية (1998)!'), (4, '🎬 Night 👩‍👩‍👧‍👦 of 🍿'),
		    (5, repeat('Llanfairpwllgwyngyll', 12)), (6, E'\u202Eoverride'),
		    (7, '<img src=x onerror=alert(1)> '' -->'), (8, repeat('W', 90)),
		    (9, E'tab\there, line\nthere, back\\slash, \\N'), (10, '1,000')
		) AS t (rank, title)
		JOIN trending AS r ON r."by" = 'movie' AND r.scored_by = 'views' AND r.window_days = 7
		    AND r.as_of = (SELECT max(as_of) FROM trending) AND r.rank = t.rank
		WHERE m.movie_id::text = r.item;
		UPDATE genre_daily SET genre = '</text><script>genre' WHERE genre = 'Drama';
	END
}

bad_runs() {
	psql -Xq -v ON_ERROR_STOP=1 "$hostile" <<-'END'
		INSERT INTO etl_log (pipeline, started_at, finished_at, exit_status, failed_stage, records_read,
		    records_written, records_rejected, message, load_id)
		SELECT 'load-watch', d, d + '75 seconds', CASE WHEN extract(day FROM d) = 9 THEN 1 ELSE 0 END,
		    CASE WHEN extract(day FROM d) = 9 THEN 'validate' END, 1000, 990, 10,
		    CASE WHEN extract(day FROM d) = 9 THEN 'validate: <b>bold</b>' END, 1
		FROM generate_series('2026-11-01 03:00Z'::timestamptz, '2026-11-17', '1 day') AS d;
		INSERT INTO etl_log (pipeline, started_at, load_id) VALUES ('aggregate', '2026-11-16 18:20Z', 1);
		INSERT INTO dq_result VALUES
		    ('2026-11-16 04:00Z', 'title-known', 'warning', 'Every film has a <title>.', 3, '17, 99', 1),
		    ('2026-11-16 04:00Z', 'rating-range', 'error', 'Ratings lie within 0 and 10.', 0, NULL, 1);
	END
}

setup() {
	load ../cli/helper
	export PGDATABASE=$figures
}

sql() {
	psql -XAt -F $'\t' -P null='\N' -c "$1"
}

table() {
	"$ROOT/tests/pipelines/report_table.py" "$1" "$2"
}

report() {
	"$ROOT/pipelines/report" --now "$now" "$@"
}

figures() {
	printf '%s\n' "$BATS_FILE_TMPDIR/figures.html"
}

# What the watches themselves say, without rollups, lists or views.
raw="WITH raw AS (SELECT w.*, (watch_timestamp AT TIME ZONE 'Europe/Berlin')::date AS day,
	extract(hour FROM watch_timestamp AT TIME ZONE 'Europe/Berlin')::int AS hour FROM watch_sessions AS w)"
week="day > '2026-11-09' AND day <= '2026-11-16'"
before="day > '2026-11-02' AND day <= '2026-11-09'"
period="day > '2026-10-19' AND day <= '2026-11-16'"

@test "report: totals are those of the watches" {
	local want
	want=$(sql "$raw SELECT unnest(ARRAY['Views', 'Viewers', 'Rated views', 'Average rating']),
		unnest(ARRAY[count(*) FILTER (WHERE $week), count(DISTINCT user_id) FILTER (WHERE $week),
			count(rating) FILTER (WHERE $week), trim_scale(round(avg(rating) FILTER (WHERE $week), 4))]),
		unnest(ARRAY[count(*) FILTER (WHERE $before), count(DISTINCT user_id) FILTER (WHERE $before),
			count(rating) FILTER (WHERE $before), trim_scale(round(avg(rating) FILTER (WHERE $before), 4))]) FROM raw")
	same "$want" "$(table "$(figures)" totals)"
	same "$(sql "$raw SELECT day, count(*), count(DISTINCT user_id), count(rating), trim_scale(round(avg(rating), 4))
		FROM raw WHERE $period GROUP BY day ORDER BY day")" "$(table "$(figures)" days)"
}

@test "report: the top 10 is that of the watches" {
	same "$(sql "$raw SELECT rank() OVER (ORDER BY count(*) FILTER (WHERE $week) DESC, movie_id), title,
		count(*) FILTER (WHERE $week) AS views, count(DISTINCT user_id) FILTER (WHERE $week),
		count(*) FILTER (WHERE $before), count(*) FILTER (WHERE $week) - count(*) FILTER (WHERE $before)
		FROM raw JOIN movies USING (movie_id) GROUP BY movie_id, title ORDER BY 1 LIMIT 10")" \
		"$(table "$(figures)" top10 | cut -f 1-6)"
	same "$(sql "SELECT rank_before FROM dash.trending WHERE latest AND \"by\" = 'movie' AND scored_by = 'views'
		AND window_days = 7 AND rank <= 10 ORDER BY rank")" "$(table "$(figures)" top10 | cut -f 7)"
}

@test "report: genres, by day and of the week, are those of the watches" {
	# The chart shows seven genres of the period, and what is left of each day together.
	local top
	top="top AS (SELECT genre FROM raw JOIN movie_genres USING (movie_id) WHERE $period
		GROUP BY genre ORDER BY count(*) DESC, genre COLLATE \"C\" LIMIT 7)"
	same "$(sql "$raw, $top, days AS (SELECT day, coalesce(top.genre, 'Other') AS genre
			FROM raw JOIN movie_genres USING (movie_id) LEFT JOIN top USING (genre) WHERE $period)
		SELECT day, genre, count(*) FROM days GROUP BY day, genre ORDER BY day, genre COLLATE \"C\"")" \
		"$(python3 - "$(figures)" <<-'END'
			import subprocess, sys, os, re
			page = open(sys.argv[1], encoding="utf-8").read()
			head = re.findall(r'<th scope="col"[^>]*>([^<]*)', page[page.index('id="genre-days"'):].split("</thead>")[0])
			rows = subprocess.run([os.environ["ROOT"] + "/tests/pipelines/report_table.py", sys.argv[1], "genre-days"],
			                      capture_output=True, text=True, check=True).stdout.splitlines()
			for row in rows:
			    day, *counts = row.split("\t")
			    for genre, count in sorted(zip(head[1:], counts)):
			        if count != "0":
			            print(day, genre, count, sep="\t")
		END
		)"
	same "$(sql "$raw SELECT genre, count(*) FILTER (WHERE $week) AS views, count(DISTINCT user_id) FILTER (WHERE $week),
		count(*) FILTER (WHERE $before) FROM raw JOIN movie_genres USING (movie_id) GROUP BY genre
		HAVING count(*) FILTER (WHERE $week) > 0 ORDER BY views DESC, genre COLLATE \"C\"")" \
		"$(table "$(figures)" genre-week | cut -f 2-5)"
}

@test "report: hours are those that a clock in the business time zone showed" {
	# The hours of today that are still to come are blank, not 0.
	same "$(sql "$raw, counts AS (SELECT day, hour, count(*) AS n FROM raw GROUP BY day, hour),
		cells AS (SELECT d::date AS day, h, coalesce(n, 0) AS views
			FROM generate_series('2026-10-20'::date, '2026-11-16', '1 day') AS d CROSS JOIN generate_series(0, 23) AS h
			LEFT JOIN counts ON counts.day = d AND counts.hour = h)
		SELECT day, replace(string_agg(CASE WHEN day = '2026-11-16' AND h > 19 THEN '\\N' ELSE views::text END, '|' ORDER BY h), '|', E'\t')
		FROM cells GROUP BY day ORDER BY day")" "$(table "$(figures)" day-hours)"
	same "$(sql "$raw, counts AS (SELECT extract(isodow FROM day) AS w, hour AS h, count(*) AS n FROM raw WHERE $period GROUP BY 1, 2),
		cells AS (SELECT w, h, coalesce(n, 0) AS views
			FROM generate_series(1, 7) AS w CROSS JOIN generate_series(0, 23) AS h LEFT JOIN counts USING (w, h))
		SELECT (ARRAY['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[w],
			replace(string_agg(views::text, '|' ORDER BY h), '|', E'\t') FROM cells GROUP BY w ORDER BY w")" \
		"$(table "$(figures)" weekday-hours)"
}

@test "report: top 10, genres and hours are what filters make of the same watches" {
	local zone=(--now "$now" --tz Europe/Berlin)
	pg-read --quiet movies >movies.tsv
	pg-read --quiet watch --param since=28d "${zone[@]}" | lookup --quiet movies.tsv --key movie_id --add title,genres >watches.tsv
	lists() {
		agg-trending --quiet --by "$1" --window 7d "${zone[@]}" watches.tsv | grep -v '^#' | cut -f 5-8,10,14
	}
	awk -F'\t' -v OFS='\t' 'NR == FNR { title[$1] = $2; next } FNR <= 10 { $2 = title[$2]; print }' movies.tsv <(lists movie) >want
	same "$(<want)" "$(table "$(figures)" top10 | cut -f 1-6)"
	same "$(lists genre)" "$(table "$(figures)" genre-week | cut -f 1-6)"
	agg-daily --quiet --by hour --tz Europe/Berlin watches.tsv | awk -F'\t' -v OFS='\t' '
		!/^#/ { views[$1, $2] = $3; days[$1] }
		END { for (day in days) for (h = 0; h < 24; h++) print day, h, views[day, h] + 0 }' | sort -k1,1 -k2,2n >want
	same "$(<want)" "$(table "$(figures)" day-hours | awk -F'\t' -v OFS='\t' '{ for (h = 0; h < 24; h++) print $1, h, $(h + 2) + 0 }')"
}

# panel TITLE [DAYS]: the rows of a panel of the audience dashboard. A moment is the business day that begins then,
# or the one DAYS before: a cell of a heatmap is named by its end.
panel() {
	"$ROOT/tests/grafana/query" --now "$now" audience "$1" | python3 -c 'if True:
		import datetime, re, sys, zoneinfo
		berlin = zoneinfo.ZoneInfo("Europe/Berlin")
		before = datetime.timedelta(int(sys.argv[1]))
		day = lambda m: str(datetime.datetime.fromisoformat(m[0] + ":00").astimezone(berlin).date() - before)
		for line in sys.stdin.readlines()[1:]:
		    sys.stdout.write(re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+\d\d(?=\t)", day, line))
	' "${2-0}"
}

@test "report: top 10, genres, hours and ratings are what the dashboard shows" {
	local page
	page=$(figures)
	same "$(panel 'Trending films in figures' | cut -f 1,3-6)" "$(table "$page" top10 | cut -f 1-4,6)"
	same "$(panel 'Trending genres' | head -n 10)" "$(table "$page" genre-week | cut -f 2,3,5 | head -n 10)"
	same "$(panel 'Best rated films' | cut -f 1,3-7)" "$(table "$page" rated-bayes | cut -f 1,2,4-7)"
	same "$(panel 'Best mean ratings' | cut -f 1,3-7)" "$(table "$page" rated-weighted | cut -f 1,2,4-7)"
	# The dashboard's range is longer, and has all genres.
	same "$(panel 'Genre popularity' | awk -F'\t' '$1 > "2026-10-19" { n[$1] += $3 } END { for (day in n) print day, n[day] }' | sort)" \
		"$(table "$page" genre-days | awk -F'\t' '{ n = 0; for (i = 2; i <= NF; i++) n += $i; print $1, n }')"
	same "$(panel 'Views by day and hour' 1 | awk -F'\t' -v OFS='\t' '$1 > "2026-10-19" { for (i = 2; i <= NF; i++) $i += 0; print }')" \
		"$(table "$page" day-hours | awk -F'\t' -v OFS='\t' '{ for (i = 2; i <= NF; i++) $i += 0; print }')"
}

@test "report: the best rated and the new films are the database's" {
	local score
	for score in bayes weighted; do
		same "$(sql "SELECT rank, title, release_date, trim_scale(bayes), trim_scale(weighted), rated_views, views, rank_before
			FROM dash.top_rated WHERE latest AND scored_by = '$score' AND window_days = 0 AND rank <= 10 ORDER BY rank")" \
			"$(table "$(figures)" "rated-$score")"
	done
	same "$(sql "$raw SELECT title, to_char(release_date, 'FMDD Mon'), count(session_id), trim_scale(round(avg(raw.rating), 4))
		FROM movies AS m LEFT JOIN raw ON raw.movie_id = m.movie_id AND day BETWEEN release_date AND release_date + 27
		WHERE release_date > '2026-10-19' AND release_date <= '2026-11-16' AND title IS NOT NULL
		GROUP BY m.movie_id ORDER BY count(session_id) DESC, release_date DESC, m.movie_id LIMIT 12")" \
		"$(table "$(figures)" new-releases)"
}

@test "report: the same database and --now give the same bytes, whoever asks" {
	report --name 'The <i>service</i>' >one.html
	same_file "$(figures)" one.html
	(
		umask 077
		TZ=Asia/Kolkata LC_ALL=C LANG=de_DE.UTF-8 report --name='The <i>service</i>' --out=- >two.html
	)
	same_file one.html two.html
}

@test "report: titles are text, in tables whole and in charts cut" {
	local page=$BATS_FILE_TMPDIR/hostile.html
	run ! grep -qiE '<(script|img|i>|b>bold)' "$page"
	run ! grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\xa8\xa9\xae]' "$page"
	grep -qF '&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; ]]&gt;  ��[31m' "$page"
	grep -qF '&lt;/text&gt;&lt;script&gt;genre' "$page"
	# shellcheck disable=SC1003 # a backslash
	same "$(printf '%s\n' '<script>alert(1)</script> & "x" ]]>  ��[31m' \
		'千と千尋の神隠し、とても長い日本語の題名がここにありますので図の中では切られるはずです' 'عمر والحديقة السرية (1998)!' \
		'🎬 Night 👩‍👩‍👧‍👦 of 🍿' "$(printf 'Llanfairpwllgwyngyll%.0s' {1..12})" '�override' \
		"<img src=x onerror=alert(1)> ' -->" "$(printf 'W%.0s' {1..90})" 'tab here, line there, back\slash, \N' '1,000')" \
		"$(table "$page" top10 | cut -f 2)"
	# In charts: once for wide and once for narrow pages.
	grep -oE '<text [^>]*class="name (wide|narrow)">W+…' "$page" | grep -c . | grep -qx 2
	grep -qE '<text [^>]*direction="rtl" text-anchor="end"[^>]*>عمر' "$page"
	grep -qF '<p class="service">The &lt;i&gt;service&lt;/i&gt;</p>' "$(figures)"
}

@test "report: runs and findings; without them, a sentence" {
	local page=$BATS_FILE_TMPDIR/hostile.html
	same $'load-watch\t16\t1\t0\t1 min 15 s\t16000\t160\t1.0 %' "$(table "$page" pipelines | grep ^load-watch)"
	# One that hasn't ended has lasted until the present.
	same $'aggregate\t2026-11-16 19:20\t10 min 0 s\trunning' "$(table "$page" runs | head -n 1 | cut -f 1-4)"
	table "$page" runs | grep -qF $'failed in validate\t1000\t990\t10\tvalidate: <b>bold</b>'
	same "$(printf '%s\t%s\t%s\n' 'Every film has a <title>.' warning 3 'Ratings lie within 0 and 10.' kept 0)" \
		"$(table "$page" quality-rules)"
	# Some of the logs' rows were bad.
	same "$(sql 'SELECT rule, stage, count(*) FROM etl_reject GROUP BY pipeline, stage, rule ORDER BY 3 DESC, pipeline, stage, rule')" \
		"$(table "$page" rejects)"
	psql -Xqc 'TRUNCATE etl_log, etl_stage_log, dq_result'
	report >bare.html
	grep -qF 'No runs of pipelines have been recorded.' bare.html
	grep -qF 'The quality rules have not been checked yet.' bare.html
}

@test "report: an empty database is a page that says so" {
	local page=$BATS_FILE_TMPDIR/empty.html
	grep -qF '<h1>Nothing has been watched yet</h1>' "$page"
	run ! grep -qF '<svg' "$page"
	# Films alone don't change that.
	PGDATABASE=$empty psql -Xqc "INSERT INTO movies (movie_id, title, placeholder, load_id) VALUES (1, 'A', false, 1)"
	PGDATABASE=$empty report --out films.html
	same_file "$page" films.html
}

@test "report: it says what isn't as it should be: a day that isn't over, old lists, none, days to be computed anew" {
	grep -qF $'<li>16\u00a0Nov is not over: it counts until 19:30.</li>' "$(figures)"
	"$ROOT/pipelines/report" --now 2026-11-19T12:00:00Z --out later.html
	grep -qF $'The lists are 3 days old: they were last computed for Monday, 16\u00a0Nov 2026.' later.html
	run ! grep -qF 'is not over' later.html
	same "$(table "$(figures)" top10)" "$(table later.html top10)"
	"$ROOT/pipelines/report" --now 2026-11-01T12:00:00Z --out earlier.html
	grep -qF 'No lists have been computed for this day' earlier.html
	grep -qF 'No list of trending films has been computed for this day.' earlier.html
	same 2026-11-01 "$(table earlier.html days | tail -n 1 | cut -f 1)"
	psql -Xqc "INSERT INTO dirty_day VALUES ('2026-11-02', 1), ('2026-11-03', 2)"
	report >dirty.html
	psql -Xqc 'DELETE FROM dirty_day'
	grep -qF '<li>2 days wait to be computed anew.</li>' dirty.html
}

@test "report: a long period goes by weeks, a short one is a day" {
	# One view long before the simulated days, which begin on 17 October.
	psql -Xqc "INSERT INTO day_daily VALUES ('2026-08-12', 1, 1, 0, 0, 1);
		INSERT INTO genre_daily VALUES ('2026-08-12', 'Drama', 1, 1, 0, 0, 1)"
	report --days 100 >long.html
	same "$(sql "SELECT d::date FROM generate_series('2026-08-10'::date, '2026-11-16', '1 week') AS d")" \
		"$(table long.html genre-days | cut -f 1)"
	same "$(sql "SELECT sum(views) FROM genre_daily WHERE day > '2026-08-08' AND day <= '2026-11-16'")" \
		"$(table long.html genre-days | cut -f 2- | tr '\t' '\n' | awk '{ n += $1 } END { print n }')"
	grep -qF 'Each day of the last 28' long.html
	psql -Xqc "DELETE FROM day_daily WHERE day = '2026-08-12'; DELETE FROM genre_daily WHERE day = '2026-08-12'"
	report --days 1 >short.html
	same 2026-11-16 "$(table short.html genre-days | cut -f 1)"
	run ! grep -qE 'NaN|undefined|null|Infinity' "$(figures)" long.html short.html later.html earlier.html
}

@test "report: --out replaces a file in one step, with the rights that the umask leaves" {
	echo old >page.html
	chmod 600 page.html
	ln -s page.html link.html
	(umask 022 && report --out link.html)
	[[ -L link.html ]]
	same 644 "$(stat -c %a page.html)"
	grep -q '</html>' page.html
	(umask 077 && report --out private.html)
	same 600 "$(stat -c %a private.html)"
	same 'link.html page.html private.html' "$(echo *.html*)"
}

@test "report: what can't be written fails, and leaves what was there" {
	run -1 --separate-stderr report --out /nonexistent/page.html
	[[ $stderr == *"report: /nonexistent/page.html: can't write there" ]]
	run -1 --separate-stderr report --out /dev/full
	[[ $stderr == *"report: /dev/full: can't write" ]]
	[[ -c /dev/full ]]
	run -1 bash -c '"$0" --now "$1" >/dev/full' "$ROOT/pipelines/report" "$now"
	mkdir page
	run -1 --separate-stderr report --out page
	same 'report: page: a directory' "$stderr"
	same page "$(echo page*)"
}

@test "report: a server that is away is worth another try; a read that fails half way leaves no half page" {
	echo old >page.html
	PGHOST=/nonexistent run -75 report --out page.html
	same old "$(<page.html)"
	local broken=$hostile
	PGDATABASE=$broken psql -Xqc 'ALTER VIEW dash.hour_days RENAME TO gone'
	PGDATABASE=$broken run -1 --separate-stderr report --out page.html
	PGDATABASE=$broken psql -Xqc 'ALTER VIEW dash.gone RENAME TO hour_days'
	[[ $stderr == *hour_days* ]]
	same old "$(<page.html)"
	same page.html "$(echo page*)"
}

@test "report: wrong usage" {
	local words
	for words in '--days 0' '--days x' '--now yesteryear' '--now=' '--out=' '--nonsense' operand --out; do
		# shellcheck disable=SC2086 # several words
		run -2 --separate-stderr "$ROOT/pipelines/report" $words
		[[ $stderr == *"Try 'report --help'."* && -z $output ]] || fail "$words: $stderr"
	done
	run -0 "$ROOT/pipelines/report" --help
	[[ $output == usage:* ]]
	# A page isn't for a terminal.
	command -v script >/dev/null || return 0
	run -2 script -qec "$ROOT/pipelines/report --now $now" /dev/null
	[[ $output == *'name a file with --out'* ]]
}

@test "report: the page is made of its stream alone; one that is cut or malformed makes none" {
	local page=("$ROOT/pipelines/report.d/page.js" name)
	export NODE_PATH=/usr/share/nodejs
	rec '#report_span business_tz now today clock as_of list_day rated_day newest_day first_day days newest_watch days_waiting' \
		'UTC 2026-11-16T00:00:00Z 2026-11-16 00:00 \N \N \N \N \N 28 \N 0' >stream
	run -0 node "${page[@]}" <stream
	local good
	good=$(<stream)
	expect() {
		run -1 --separate-stderr node "${page[@]}" <"$1"
		same "report: $2" "$stderr"
		same '' "$output"
	}
	head -n 2 stream >cut
	expect cut 'cut input: no #end'
	printf '%s\n' "$good" | head -c -1 >cut
	expect cut 'cut input: the last line has no end'
	sed 's/^#end.*/#end\t7/' stream >cut
	expect cut $'line 3: cut input: #end\t7'
	sed '2s/$/\tmore/' stream >cut
	expect cut 'line 2: 13 fields, not 12'
	sed '2s/UTC/\\x/' stream >cut
	expect cut 'line 2: not an escape: \x'
	: >cut
	expect cut 'cut input: no segment'
	run -1 bash -c 'node "$@" <stream >/dev/full' bash "${page[@]}"
	[[ $output == "report: can't write: ENOSPC" ]]
}

@test "report: definitions are those of reelpipe-metrics(7), and TMDB's notice is TMDB's" {
	sed 's/^\.D1 //' "$ROOT/man/reelpipe-metrics.7" >manual
	node -e '
		const { metrics } = require(process.argv[1]);
		for (const [, , sentence, formula] of metrics) { console.log(sentence); if (formula) console.log(formula); }
	' "$ROOT/pipelines/report.d/words.js" >words
	[[ $(grep -c . words) -gt 20 ]]
	local line page
	page=$(sed "s/&#39;/'/g" "$(figures)")
	while read -r line; do
		# The manual may go on in the same sentence.
		grep -qiF -- "${line%.}" manual || fail "not in the manual: $line"
		[[ $page == *"$line"* ]] || fail "not in the page: $line"
	done <words
	grep -qF '<p>This product uses the TMDB API but is not endorsed or certified by TMDB.</p>' "$(figures)"
	grep -qF 'This product uses the TMDB API but is not endorsed or certified by TMDB.' "$BATS_FILE_TMPDIR/empty.html"
}

@test "report: neighbouring colours of the genres can be told apart, with any kind of colour blindness" {
	run -0 node "$ROOT/tests/browser/palette.js" "$ROOT/pipelines/report.d/page.css"
}

@test "report: make install takes all that it is made of" {
	run -0 make -n -C "$ROOT" install DESTDIR=/nowhere
	local file
	for file in "$ROOT"/pipelines/report.d/* "$ROOT"/sql/read/report-*; do
		[[ $output == *" -m 644 ${file#"$ROOT"/} /nowhere/usr/local/share/reelpipe/${file#"$ROOT"/};"* ]] ||
			fail "not installed: $file"
	done
	[[ $output == *' -m 755 pipelines/report '* ]]
}

@test "report: valid HTML; in Chromium, nothing sticks out, overlaps, pales, or asks the network; prints whole" {
	local pages=("$BATS_FILE_TMPDIR"/{hostile,empty}.html)
	NODE_PATH=$("$ROOT/tests/npm/install")
	export NODE_PATH
	run -0 node "$ROOT/tests/browser/valid.js" "${pages[@]}"
	run -0 node "$ROOT/tests/browser/report.js" "$BATS_FILE_TMPDIR/shots" \
		hostile="${pages[0]}" empty="${pages[1]}"
	[[ $output == *'1..16'* ]]
	local shot
	for shot in hostile-{360,820,1440}-light hostile-820-dark; do
		[[ $(stat -c %s "$BATS_FILE_TMPDIR/shots/$shot.png") -gt 50000 ]]
	done
}
