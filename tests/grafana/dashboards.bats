#!/usr/bin/env bats
# The dashboards and alert rules: their files, every query of theirs on loaded, on full and on empty tables, and what
# they show against SQL on the tables. And the check itself: it has to see what is broken.
# shellcheck disable=SC2154 # bats's run sets stderr

# A service whose business days are not those of UTC, and what its operation leaves behind.
setup_file() {
	load ../cli/helper
	now=2025-06-15T09:00:00Z
	database loaded
	loaded=$PGDATABASE
	export now loaded
	psql -Xqc "UPDATE settings SET business_tz = 'Europe/Berlin'"
	sim-watch --quiet --out "$BATS_FILE_TMPDIR/sim" --now "$now" --days 60 --per-day 1500 --movies 800 --users 500
	"$ROOT/pipelines/load" movie "$BATS_FILE_TMPDIR/sim/movies.csv" 2>"$BATS_FILE_TMPDIR/log"
	"$ROOT/pipelines/load" --now "$now" watch "$BATS_FILE_TMPDIR"/sim/logs/*.csv 2>>"$BATS_FILE_TMPDIR/log"
	"$ROOT/pipelines/aggregate" --now "$now" 2>>"$BATS_FILE_TMPDIR/log" || fail "$(cat "$BATS_FILE_TMPDIR/log")"
	# Alerts ask about the real present.
	psql -Xq -v now="$now" -f "$ROOT/tests/grafana/seed.sql"
	psql -Xq -v now="$(date -u +%FT%TZ)" -f "$ROOT/tests/grafana/seed.sql"
	psql -Xqc "INSERT INTO etl_reject (reject_id, stage, rule, origin, reason, pipeline, load_id, loaded_at)
		SELECT gen_random_uuid(), 'validate', 'rating-range', 'a.csv:' || n, 'rating: not on 0..10', 'load-watch', 1,
			'$now'::timestamptz - n * interval '1 hour' FROM generate_series(1, 30) AS n"
	psql -Xqc ANALYZE 2>/dev/null
}

setup() {
	load ../cli/helper
	export PYTHONDONTWRITEBYTECODE=1
}

check() {
	"$ROOT/tests/grafana/check" "$@"
}

# The check finds nothing.
sound() {
	run check "$@"
	same '0:' "$status:$output"
}

query() {
	PGDATABASE=$loaded "$ROOT/tests/grafana/query" --now "$now" "$@"
}

# As SQL on the tables has it, tab-separated under the names of the columns.
table() {
	PGDATABASE=$loaded psql -XAq -F $'\t' -P null='\N' -P footer=off -v ON_ERROR_STOP=1 -c "$1"
}

# same_table PANEL-OUTPUT SQL
same_table() {
	table "$2" >"$TMP/wanted"
	printf '%s\n' "$1" >"$TMP/got"
	(($(wc -l <"$TMP/got") > 1)) || fail "no rows: $1"
	same_file "$TMP/wanted" "$TMP/got"
}

@test "the files are what Grafana needs" {
	sound layout
}

@test "every query runs as reelpipe_dash, gives what its panel needs, and shows something" {
	PGDATABASE=$loaded sound data --now "$now" --rows all
}

@test "the same by week, for 28 days, for one genre, for films that are hardly watched" {
	local name genre film
	cp -r "$ROOT/grafana" g
	preset() {
		jq "(.templating.list[] | select(.name == \"$2\") | .current) = {text: $3, value: $3}" "$1" >new
		mv new "$1"
	}
	genre=$(table 'SELECT genre FROM genre_daily ORDER BY views DESC LIMIT 1' | sed 1d)
	film=$(table 'SELECT movie_id FROM movie_daily ORDER BY views LIMIT 1' | sed 1d)
	for name in g/dashboards/{audience,genres}.json; do
		preset $name bucket '"week"'
		preset $name window '"28"'
		preset $name topn '"50"'
		preset $name genre "[\"$genre\"]"
	done
	preset g/dashboards/film.json film "\"$film\""
	preset g/dashboards/film.json window '"28"'
	preset g/dashboards/etl-health.json pipeline '["load-watch", "a '\''quote'\''"]'
	preset g/dashboards/data-quality.json pipeline '["load-watch"]'
	PGDATABASE=$loaded sound data --grafana g --now "$now" --rows audience,genres,etl-health,data-quality
}

@test "on empty tables every query runs, and shows nothing or 0" {
	database empty
	sound data
}

@test "the top 10, the genres and the totals are those of the tables, exactly" {
	local short="\"by\" = 'movie' AND scored_by = 'views' AND window_days = 7 AND as_of = '2025-06-15'"
	same_table "$(query audience 'Trending films')" "SELECT m.title AS \"Film\", count(*) FILTER (WHERE d.now) AS \"Views\",
			count(*) FILTER (WHERE NOT d.now) AS \"Window before\", m.movie_id
		FROM (SELECT w.*, business_day(watch_timestamp) > '2025-06-08' AS now FROM watch_sessions AS w
			WHERE business_day(watch_timestamp) BETWEEN '2025-06-02' AND '2025-06-15') AS d
		JOIN movies AS m USING (movie_id) GROUP BY m.movie_id ORDER BY 2 DESC, m.movie_id::text LIMIT 10"
	same "$(query audience 'Trending films' topn=5 | wc -l)" 6
	same_table "$(query audience 'Trending genres' topn=50)" "SELECT g.genre AS \"Genre\",
			count(*) FILTER (WHERE business_day(watch_timestamp) > '2025-06-08') AS \"Views\",
			count(*) FILTER (WHERE business_day(watch_timestamp) <= '2025-06-08') AS \"Window before\"
		FROM watch_sessions JOIN movie_genres AS g USING (movie_id)
		WHERE business_day(watch_timestamp) BETWEEN '2025-06-02' AND '2025-06-15'
		GROUP BY 1 HAVING count(*) FILTER (WHERE business_day(watch_timestamp) > '2025-06-08') > 0 ORDER BY 2 DESC, 1"
	same_table "$(query audience "Viewers, last \$window days")" "SELECT count(DISTINCT user_id) AS \"Viewers\",
			(SELECT round(100.0 * (viewers - previous_viewers) / previous_viewers, 1) FROM trending
			 WHERE \"by\" = 'all' AND scored_by = 'views' AND window_days = 7 AND as_of = '2025-06-15') AS \"Change %\"
		FROM watch_sessions WHERE business_day(watch_timestamp) BETWEEN '2025-06-09' AND '2025-06-15'"
	same_table "$(query audience "Views, last \$window days" window=28)" "SELECT count(*) FILTER (WHERE n) AS \"Views\",
			round(100.0 * (count(*) FILTER (WHERE n) - count(*) FILTER (WHERE NOT n)) / count(*) FILTER (WHERE NOT n), 1) AS \"Change %\"
		FROM (SELECT business_day(watch_timestamp) > '2025-05-18' AS n FROM watch_sessions
			WHERE business_day(watch_timestamp) BETWEEN '2025-04-21' AND '2025-06-15') AS w"
	[[ $(table "SELECT count(*) FROM trending WHERE $short" | sed 1d) -gt 10 ]]
}

@test "curves of genres: no gaps, business days and weeks, and together what the days have" {
	query audience 'Genre popularity' >days
	query audience 'Genre popularity' bucket=week >weeks
	# The days of Berlin begin at 22:00 in summer, weeks on Mondays.
	same '22:00:00+00' "$(sed 1d days | cut -f 1 | cut -d ' ' -f 2 | sort -u)"
	same 7 "$(sed 1d weeks | cut -f 1 | sort -u | while read -r day _; do date -u -d "$day" +%u; done | sort -u)"
	same 30 "$(sed 1d days | cut -f 1 | sort -u | wc -l)"
	same_table "$(awk -F'\t' 'NR > 1 { n[$2] += $3 } END { for (g in n) print g "\t" n[g] }' days | sort | sed $'1i genre\tviews')" \
		"SELECT genre, sum(views) AS views FROM genre_daily WHERE day BETWEEN '2025-05-17' AND '2025-06-15' GROUP BY 1 ORDER BY 1"
	same_table "$(awk -F'\t' '$2 == "Drama" { print $3 }' weeks | sed 1iviews)" \
		"SELECT sum(views) AS views FROM genre_daily WHERE genre = 'Drama' AND day >= '2025-05-19'
		 GROUP BY date_trunc('week', day::timestamp) ORDER BY date_trunc('week', day::timestamp)"
	query genres 'Share of views' genre=Drama genre="It's none" >drama
	same 30 "$(grep -c Drama drama)"
	same 31 "$(wc -l <drama)"
}

@test "the heatmap: each column ends where its business day ends, each cell is that hour's" {
	query audience 'Views by day and hour' >heat
	same_table "$(awk -F'\t' 'NR == 1 { split($0, h) } NR > 1 { for (i = 2; i <= NF; i++) if ($i) print $1 "\t" h[i] "\t" $i }' heat |
		sed $'1i ends\thour\tviews')" \
		"SELECT (day + 1)::timestamp AT TIME ZONE 'Europe/Berlin' AS ends, to_char(hour, 'FM00') AS hour, views
		 FROM hour_daily WHERE day BETWEEN '2025-05-17' AND '2025-06-15' ORDER BY day, hour"
	# Weekdays: an average day of those that are over.
	same_table "$(query audience 'Views by weekday and hour' | cut -f 1,22)" "SELECT to_char(d, 'FMDay') AS \"Day\",
			round(coalesce(sum(views), 0) / count(*), 1) AS \"20\"
		FROM generate_series(timestamp '2025-05-17', timestamp '2025-06-15', interval '1 day') AS d
		LEFT JOIN hour_daily ON day = d::date AND hour = 20
		GROUP BY extract(isodow FROM d), 1 ORDER BY extract(isodow FROM d)"
}

@test "rating lists and releases are those of the tables; a genre leaves the films of others out" {
	same_table "$(query audience 'Best rated films' | cut -f 1,3-8)" "SELECT t.rank AS \"Place\", m.title AS \"Film\", t.bayes AS \"Estimate\",
			t.weighted AS \"Mean rating\", t.rated_views AS \"Rated views\", t.views AS \"Views\", t.movie_id
		FROM top_rated AS t JOIN movies AS m USING (movie_id)
		WHERE t.scored_by = 'bayes' AND t.as_of = '2025-06-15' ORDER BY t.rank LIMIT 10"
	same_table "$(query audience 'New releases' genre=Drama | cut -f 1,2,4-6)" "SELECT m.release_date AS \"Released\", m.title AS \"Film\",
			(SELECT count(*) FROM watch_sessions AS w WHERE w.movie_id = m.movie_id
				AND business_day(w.watch_timestamp) BETWEEN m.release_date AND m.release_date + 27) AS \"First views\",
			(SELECT round(avg(w.rating), 4) FROM watch_sessions AS w WHERE w.movie_id = m.movie_id
				AND business_day(w.watch_timestamp) BETWEEN m.release_date AND m.release_date + 27) AS \"Mean rating\", m.movie_id
		FROM movies AS m WHERE m.release_date BETWEEN '2025-05-17' AND '2025-06-15'
			AND EXISTS (SELECT FROM movie_genres AS g WHERE g.movie_id = m.movie_id AND g.genre = 'Drama')
		ORDER BY 1 DESC, 3 DESC, 5"
	local film
	film=$(query audience 'Best rated films' topn=5 | sed -n 4p | cut -f 8)
	same 3 "$(query film 'Place among the best rated' film="$film" | sed 1d | cut -f 1)"
}

@test "the film dashboard opens with the film that trends most, and finds films by a part of their title" {
	same "$(query audience 'Trending films' | sed -n 2p | cut -f 1)" "$(query film "\${film:text}" | sed -n 2p | cut -f 1)"
	local film
	film=$(query audience 'Trending films' | sed -n 3p | cut -f 4)
	same_table "$(query film 'Views and viewers per day' film="$film" | awk -F'\t' 'NR > 1 { v += $2 } END { print "views\n" v }')" \
		"SELECT sum(views) AS views FROM movie_daily WHERE movie_id = $film AND day BETWEEN '2025-05-17' AND '2025-06-15'"
	same_table "$(query film 'Mean rating' film="$film")" "SELECT round(avg(rating), 4) AS \"Mean rating\",
			count(rating) AS \"Rated views\" FROM watch_sessions
		WHERE movie_id = $film AND business_day(watch_timestamp) BETWEEN '2025-05-17' AND '2025-06-15'"
	same '2 rows' "$(query film 'Place by day' film="$film" | sed 1d | wc -l) rows"
}

# broken WHAT JQ-PROGRAM [FILE]: a copy with one thing changed is refused with a message that has WHAT in it.
broken() {
	local file=${3:-audience.json}
	rm -rf g && cp -r "$ROOT/grafana" g
	jq "$2" "$ROOT/grafana/dashboards/$file" >g/dashboards/$file
	! cmp -s "$ROOT/grafana/dashboards/$file" g/dashboards/$file || fail "nothing changed: $2"
	run -1 check "${how:-layout}" --grafana g "${rest[@]}"
	[[ $output == *"$1"* ]] || fail "not said: $1" "$output"
}

@test "the check sees what is wrong with a file" {
	local rest=()
	broken 'a title and a description' '.description = ""'
	broken 'uid: x' '.uid = "x"'
	broken 'two have one uid' '.uid = "reelpipe-film"'
	broken 'ids of panels occur twice' '.panels[1].id = .panels[0].id'
	broken 'overlaps' '.panels[1].gridPos.x = 2'
	broken 'outside the grid' '.panels[4].gridPos.w = 9'
	broken 'no description' '.panels[0].description = " "'
	broken "isn't named by uid" '.panels[0].datasource = null'
	broken "isn't named by uid" '.panels[0].targets[0].datasource.uid = "other"'
	broken "isn't named by uid" '.templating.list[3].datasource = {}'
	broken "isn't named by uid" 'del(.annotations.list[0].datasource)'
	broken '__inputs' '.__inputs = []'
	broken "\${DS_" ".panels[0].description += \" \${DS_X}\""
	broken 'reads watch_sessions' '.panels[0].targets[0].rawSql |= sub("dash.trending"; "watch_sessions")'
	broken 'not Title Case' '.panels[6].title = "Trending Films"'
	broken 'outside the grid' '.panels[4].gridPos.x = 20'
	broken 'noValue' 'del(.panels[0].fieldConfig.defaults.noValue)'
	broken 'unit: parsecs' '.panels[0].fieldConfig.defaults.unit = "parsecs"'
	broken "that isn't here: reelpipe-films" ".panels[6].fieldConfig.defaults.links[0].url = \"/d/reelpipe-films?\${__url_time_range}\""
	broken 'loses the time range' '.panels[6].fieldConfig.defaults.links[0].url = "/d/reelpipe-film?var-film=1"'
	broken 'a variable that nothing uses: spare' '.templating.list += [.templating.list[0] | .name = "spare"]'
	broken 'its query and its options differ' '.templating.list[0].query = "5,10"'
	broken "presets what it doesn't offer" '.templating.list[0].current.value = "11"'
	broken 'a single value is written' ".panels[0].targets[0].rawSql |= sub(\"\\\\\$\\\\{window:sqlstring\\\\}\"; \"\\\\\$window\")"
	broken 'several values, or none' ".panels[6].targets[0].rawSql |= gsub(\"ARRAY\\\\[\\\\\$genre\\\\]::text\\\\[\\\\]\"; \"'{}' || \$genre\")"
	broken 'another colour for Drama' '(.panels[] | select(.title == "Genre popularity") | .fieldConfig.overrides[] |
		select(.matcher.options == "Drama") | .properties[0].value.fixedColor) = "#123456"'
	broken 'genres without a colour' '(.panels[] | select(.title == "Genre popularity") | .fieldConfig.overrides) |= .[1:]'
	broken 'the last 30 days' '.time.from = "now-6h"'
	broken "sorted by what it doesn't show" '(.panels[] | select(.title == "Genre popularity") | .options.legend.sortBy) = "Max"'
	rm -rf g && cp -r "$ROOT/grafana" g && rm g/dashboards/film.json
	run -1 check layout --grafana g
	[[ $output == *'five, not 4'* && $output == *"isn't here: reelpipe-film"* ]]
	printf '{' >g/dashboards/film.json
	run -1 check layout --grafana g
	[[ $output == *'film: not as Grafana has it'* ]]
}

@test "the check sees what is wrong with provisioning" {
	wrong() {
		rm -rf g && cp -r "$ROOT/grafana" g
		sed -i "$3" "g/$2"
		! cmp -s "$ROOT/grafana/$2" "g/$2" || fail "nothing changed: $3"
		run -1 check layout --grafana g
		[[ $output == *"$1"* ]] || fail "not said: $1" "$output"
	}
	wrong 'belongs into jsonData' provisioning/datasources/reelpipe.yaml 's/^    url:/    database: x\n    url:/'
	wrong 'in a file that git keeps' provisioning/datasources/reelpipe.yaml 's/password: .*/password: secret/'
	wrong 'uid, type or access' provisioning/datasources/reelpipe.yaml 's/uid: reelpipe/uid: other/'
	wrong 'who reads is reelpipe_dash' provisioning/datasources/reelpipe.yaml 's/user: .*/user: postgres/'
	wrong 'allowUiUpdates' provisioning/dashboards/reelpipe.yaml 's/allowUiUpdates: false/allowUiUpdates: true/'
	wrong 'two rules have one uid' provisioning/alerting/rules.yaml 's/uid: reelpipe-slow-run/uid: reelpipe-failed-run/'
	wrong "names a panel that isn't there" provisioning/alerting/rules.yaml "s/__panelId__: '5'/__panelId__: '99'/"
	wrong 'noDataState' provisioning/alerting/rules.yaml 's/noDataState: OK/noDataState: KeepLast/'
	wrong 'condition and refIds' provisioning/alerting/rules.yaml 's/condition: B/condition: C/'
	wrong 'a $' provisioning/alerting/rules.yaml "s/{{ .Labels.rule }}/{{ \$labels.rule }}/"
	wrong 'says neither' provisioning/alerting/rules.yaml "s/^\( *\)description: .*/\1description: ''/"
	wrong 'reads etl_log' provisioning/alerting/rules.yaml 's/FROM dash.runs/FROM etl_log/'
	wrong 'a policy names no contact point' provisioning/alerting/contact-points.yaml.example 's/receiver: reelpipe/receiver: who/'
	wrong 'not in its environment' compose.yaml '/REELPIPE_DB_NAME:/d'
	wrong 'open to the network' compose.yaml 's/- 127.0.0.1:/- /'
}

@test "the check sees what is wrong with a query" {
	local how=data rest=(--now "$now" --rows all --only "Views, last \$window days")
	export PGDATABASE=$loaded
	broken 'permission denied' '.panels[0].targets[0].rawSql = "SELECT count(*) AS \"Views\" FROM public.watch_sessions"'
	broken 'unknown macro: $__timeBetween' '.panels[0].targets[0].rawSql = "SELECT 1 AS \"Views\" WHERE $__timeBetween(x)"'
	broken 'ends at the first parenthesis' '.panels[0].targets[0].rawSql = "SELECT 1 AS \"Views\" WHERE $__timeFilter(now())"'
	broken "no such variable: \$nothing" '.panels[0].targets[0].rawSql = "SELECT $nothing AS \"Views\""'
	broken 'a column that has no fixed meaning: Whatever' '.panels[0].targets[0].rawSql |= sub("\"Views\""; "\"Whatever\"")'
	broken "the description doesn't say: The number of watches." '.panels[0].description = "Views"'
	broken 'one row, not 2' '.panels[0].targets[0].rawSql = "SELECT n AS \"Views\", n AS \"Change %\" FROM generate_series(1, 2) AS n"'
	broken 'is a date' '.panels[0].targets[0].rawSql = "SELECT 1 AS \"Views\", current_date AS \"Change %\""'
	broken 'shows nothing' '.panels[0].targets[0].rawSql |= . + " AND false"'
	broken 'an override of no column' '.panels[0].targets[0].rawSql |= sub(", t.change_percent AS \"Change %\""; "")'
	rest[-1]='Trending films'
	broken 'xField is not a text column' '.panels[6].options.xField = "Views"'
	broken 'no number to draw' '.panels[6].targets[0].rawSql |= sub("t.views AS \"Views\", t.previous_views AS \"Window before\", "; "")'
	broken "a link uses a column that isn't there" '.panels[6].targets[0].rawSql |= sub("movie_id::text AS movie_id"; "item")'
	local curve='(.panels[] | select(.title == "Genre popularity"))' heat='(.panels[] | select(.title == "Views by day and hour"))'
	rest+=(--only 'Genre popularity')
	broken "time doesn't ascend" "$curve"'.targets[0].rawSql |= sub("ORDER BY 1, 2"; "ORDER BY 1 DESC, 2")'
	broken 'the first column is time' "$curve"'.targets[0].rawSql |= sub("b.\"time\", g"; "b.\"time\" AS t, g")'
	broken 'a stack has gaps' "$curve"'.targets[0].rawSql |= sub("LEFT JOIN dash.genre_days"; "JOIN dash.genre_days")'
	broken 'two points of one series' "$curve"'.targets[0].rawSql |=
		(sub("g.genre AS metric"; "left(g.genre, 1) AS metric") | sub("GROUP BY 1, 2"; "GROUP BY 1, g.genre"))'
	broken 'format: table' "$curve"'.targets[0].format = "table"'
	rest[-1]='Views by day and hour'
	broken 'pad the numbers' "$heat"'.targets[0].rawSql |= sub("\"02\""; "\"2\"")'
	broken 'counted already' "$heat"'.options.calculate = true'
	rest[-1]='Trending films in figures'
	broken 'movie_id is for links' 'del(.panels[7].fieldConfig.overrides[] | select(.matcher.options == "movie_id"))'
	rest[-1]='annotation Releases'
	broken 'no text' '.annotations.list[0].target.rawSql |= sub("AS text"; "AS title")'
	rest[-1]='variable genre'
	broken 'a NULL to choose' '.templating.list[3].query = "SELECT NULL::text AS genre"'
	rm -rf g && cp -r "$ROOT/grafana" g
	sed -i 's/SELECT f.source, f.age_seconds AS value/SELECT f.age_seconds AS value/' g/provisioning/alerting/rules.yaml
	run -1 check data --grafana g --now "$now" --only 'Stale data'
	[[ $output == *'one number, and one text'* ]]
}

@test "macros and variables become what Grafana makes of them" {
	expand() {
		PYTHONPATH=$ROOT/tests/grafana python3 - "$@" <<-'END'
			import datetime, sys, grafana
			span = grafana.Range(datetime.datetime(2026, 11, 15, tzinfo=grafana.UTC),
			                     datetime.datetime(2026, 11, 16, 12, 30, 0, 250000, tzinfo=grafana.UTC))
			known = {"one": {"name": "one"}, "many": {"name": "many", "multi": True, "includeAll": True, "options": [{"value": "x"}]},
			         "all": {"name": "all", "multi": True, "includeAll": True, "allValue": "'*'", "options": []}}
			values = {"one": ("it's", "It's"), "many": (["a", "b'c"], ["A", "B"]), "all": (["$__all"], ["All"])}
			try:
			    print(grafana.macros(grafana.interpolate(sys.argv[1], known, values, {"__interval": "1h"}), span))
			except grafana.Fault as fault:
			    print("fault:", fault)
		END
	}
	same "x BETWEEN '2026-11-15T00:00:00Z' AND '2026-11-16T12:30:00.25Z'" "$(expand '$__timeFilter(x)')"
	same "'2026-11-15T00:00:00Z' '2026-11-16T12:30:00.25Z'" "$(expand '$__timeFrom() $__timeTo()')"
	same 'floor(extract(epoch from c)/3600)*3600 AS "time"' "$(expand "\$__timeGroupAlias(c,'\$__interval')")"
	same 'floor(extract(epoch from c)/86400)*86400' "$(expand "\$__timeGroup(c, '1d', 0)")"
	same 'c AS "time", c >= 1794700800 AND c <= 1794832200' "$(expand '$__time(c), $__unixEpochFilter(c)')"
	same "'it''s' it''s it's It's" "$(expand "'\$one' \${one:raw} \${one:text}" | sed "s/^'it''s' it's/'it''s' it''s it's/")"
	same "'a','b''c' 'a','b''c'" "$(expand "\$many \${many:sqlstring}")"
	same "'*' All" "$(expand "\$all \${all:text}")"
	same 'fault: unknown macro: $__timeBucket' "$(expand '$__timeBucket(x)')"
	same 'fault: no such variable: $other' "$(expand '$other')"
	same "fault: a form of variables that isn't used here: \${one:pipe}" "$(expand "\${one:pipe}")"
	same 'fault: $__timeGroup: not an interval: 1fortnight' "$(expand "\$__timeGroup(c, '1fortnight')")"
	same 'fault: $__timeFilter needs a column' "$(expand '$__timeFilter()')"
}

@test "the dashboards have the types that Grafana publishes, and what has others is refused" {
	# What npm says when it installs goes to standard error.
	run -0 --separate-stderr "$ROOT/tests/grafana/types" "$ROOT"/grafana/dashboards/*.json
	same '' "$output"
	sed 's/"drawStyle": "line"/"drawStyle": "lines"/; s/"custom.width"/"custom.widht"/; s/"showHeader": true/"showHeader": "yes"/' \
		"$ROOT/grafana/dashboards/audience.json" >audience.json
	run -2 "$ROOT/tests/grafana/types" audience.json
	[[ $output == *'audience.json: Genre popularity: '*'"lines"'* && $output == *'"widht"'* && $output == *"'string' is not assignable to type 'boolean"* ]]
}

@test "5 million watches over a year: every query of every dashboard under 100 ms" {
	[[ -n ${REELPIPE_FULL-} ]] || skip 'only with --full'
	database year
	sim-watch --quiet --out sim --now "$now" --days 365 --per-day 13900 --dirty 2
	"$ROOT/pipelines/load" movie sim/movies.csv 2>log
	"$ROOT/pipelines/load" --now "$now" watch sim/logs/*.csv 2>>log
	"$ROOT/pipelines/aggregate" --now "$now" 2>>log
	psql -Xq -v now="$(date -u +%FT%TZ)" -f "$ROOT/tests/grafana/seed.sql"
	(($(psql -XAtqc 'SELECT count(*) FROM watch_sessions') > 4900000))
	# Lists of every day of the year, as a year of runs leaves them.
	psql -Xqc "INSERT INTO trending SELECT \"by\", scored_by, as_of - n, window_days, rank, item, views, viewers, score,
		previous_views, previous_viewers, previous_score, previous_rank, change, load_id
		FROM trending, generate_series(1, 364) AS n WHERE as_of = (SELECT max(as_of) FROM trending) ON CONFLICT DO NOTHING"
	psql -Xqc ANALYZE 2>/dev/null
	run check data --now "$now" --rows audience,film,genres --list --limit 100 --repeat 10
	printf '# %s\n' "${lines[@]}" >&3
	((status == 0))
	# All of the year at once too.
	run check data --now "$now" --days 365 --rows audience,film,genres --list --limit 100 --repeat 10
	printf '# %s\n' "${lines[@]}" >&3
	((status == 0))
}
