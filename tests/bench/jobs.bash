# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # programs of awk and Miller; names that tests/bench/run uses and gives
# The jobs that tests/bench/run measures: JOB_TOOL is what a tool does for a job, JOB_TOOL_before (or JOB_before) what
# has to be there first and isn't counted. The first tool of a job is reelpipe. They run in the directory of the data.
#
# The other tools do less in most jobs; what they leave out stands beside them.

now=2026-11-16T00:00:00Z

declare -A input=(
	[csv-read]=watch.csv [csv-read-quoted]=watch-quoted.csv [csv-read-all-quoted]=watch-all-quoted.csv
	[csv-write]=watch.tsv [keep-header]=watch.tsv [validate]=watch.tsv [dedupe]=watch.tsv
	[dedupe-shuffled]=shuffled.tsv [lookup]=watch.tsv [genre-norm]=films.tsv [agg-trending]=watch.tsv
	[trending-genre]=watch.tsv [clean]=watch.csv [pipe-load]=watch.csv [first-load]=watch.tsv [hourly]=hourly.tsv
	[pg-read]=watch.tsv
)
declare -A tools=(
	[csv-read]='reelpipe zsv tsv-utils libcsv mawk miller' [csv-read-quoted]='reelpipe zsv tsv-utils libcsv miller'
	[csv-read-all-quoted]='reelpipe zsv tsv-utils libcsv miller' [csv-write]='reelpipe mawk miller'
	[keep-header]='reelpipe cat' [validate]='reelpipe mawk tsv-utils miller'
	[dedupe]='reelpipe datamash sort tsv-utils mawk miller' [dedupe-shuffled]='reelpipe datamash sort tsv-utils mawk miller'
	[lookup]='reelpipe tsv-utils mawk miller' [genre-norm]='reelpipe mawk miller'
	[agg-trending]='reelpipe tsv-utils mawk duckdb datamash miller' [trending-genre]='reelpipe duckdb mawk'
	[clean]='reelpipe cat' [pipe-load]='reelpipe psql' [first-load]='reelpipe psql pgloader pandas psql-plain'
	[hourly]='reelpipe psql' [pg-read]='reelpipe psql'
)
jobs=(csv-read csv-read-quoted csv-read-all-quoted csv-write keep-header validate dedupe dedupe-shuffled lookup genre-norm
	agg-trending trending-genre clean pipe-load first-load hourly pg-read)

# What a tool is called where it isn't called by its name.
declare -A program=([tsv-utils]=tsv-filter [miller]=mlr [libcsv]=bench-libcsv [pandas]=/usr/bin/python3 [psql-plain]=psql
	[reelpipe]=csv-read)

# What the ratio should be at least: goals that this project has set itself.
declare -A goal=(
	[csv-read_zsv]=4 [csv-read_libcsv]=8.33 [csv-read-quoted_zsv]=2.5 [csv-read-all-quoted_zsv]=1.25 [clean_cat]=0.5
	[dedupe-shuffled_datamash]=10 [dedupe-shuffled_sort]=5 [trending-genre_duckdb]=3 [trending-genre_mawk]=5
	[pipe-load_psql]=0.87 [first-load_psql]=5 [first-load_pandas]=10 [hourly_psql]=0.77
)

# All of them only split and write: no types, no checks, no values made canonical. mawk knows no quotes.
csv-read_reelpipe() { csv-read -q watch.csv; }
csv-read_zsv() { zsv 2tsv watch.csv; }
csv-read_tsv-utils() { csv2tsv watch.csv; }
csv-read_libcsv() { bench-libcsv watch.csv; }
csv-read_mawk() { mawk -F, -v OFS='\t' '{ $1 = $1; print }' watch.csv; }
csv-read_miller() { mlr --icsv --otsv cat watch.csv; }
csv-read-quoted_reelpipe() { csv-read -q watch-quoted.csv; }
csv-read-quoted_zsv() { zsv 2tsv watch-quoted.csv; }
csv-read-quoted_tsv-utils() { csv2tsv watch-quoted.csv; }
csv-read-quoted_libcsv() { bench-libcsv watch-quoted.csv; }
csv-read-quoted_miller() { mlr --icsv --otsv cat watch-quoted.csv; }
csv-read-all-quoted_reelpipe() { csv-read -q watch-all-quoted.csv; }
csv-read-all-quoted_zsv() { zsv 2tsv watch-all-quoted.csv; }
csv-read-all-quoted_tsv-utils() { csv2tsv watch-all-quoted.csv; }
csv-read-all-quoted_libcsv() { bench-libcsv watch-all-quoted.csv; }
csv-read-all-quoted_miller() { mlr --icsv --otsv cat watch-all-quoted.csv; }

csv-write_reelpipe() { csv-write -q watch.tsv; }
csv-write_mawk() { mawk -F '\t' -v OFS=, '{ for (i = 1; i <= NF; i++) if ($i == "\\N") $i = ""; $1 = $1; print }' watch.plain; }
csv-write_miller() { mlr --itsv --ocsv cat watch.headed; }

keep-header_reelpipe() { keep-header -q cat <watch.tsv; }
# shellcheck disable=SC2002 # through a pipe, as the others
keep-header_cat() { cat watch.plain | cat; }

validate_reelpipe() { validate -q --now "$now" watch.tsv; }
validate_mawk() { mawk -F '\t' '$1 != "\\N" && $2 != "\\N" && $3 != "\\N" && $4 <= "2026-11-16T00:05:00Z" && ($5 == "\\N" || ($5 >= 0 && $5 <= 10))' watch.plain; }
validate_tsv-utils() { tsv-filter --str-ne '1:\N' --str-ne '2:\N' --str-ne '3:\N' --str-le 4:2026-11-16T00:05:00Z watch.plain; }
validate_miller() { mlr --itsv --otsv filter '$watch_timestamp <= "2026-11-16T00:05:00Z" && (is_string($rating) || ($rating >= 0 && $rating <= 10))' watch.headed; }

# None of them finds sessions that contradict each other.
dedupe_reelpipe() { dedupe -q --keep first watch.tsv; }
dedupe_datamash() { datamash rmdup 1 <watch.plain; }
dedupe_sort() { LC_ALL=C sort -t $'\t' -u -k 1,1 watch.plain; }
dedupe_tsv-utils() { tsv-uniq -f 1 watch.plain; }
dedupe_mawk() { mawk -F '\t' '!seen[$1]++' watch.plain; }
dedupe_miller() { mlr --itsv --otsv head -n 1 -g session_id watch.headed; }
dedupe-shuffled_reelpipe() { dedupe -q --keep first shuffled.tsv; }
dedupe-shuffled_datamash() { datamash rmdup 1 <shuffled.plain; }
dedupe-shuffled_sort() { LC_ALL=C sort -t $'\t' -u -k 1,1 shuffled.plain; }
dedupe-shuffled_tsv-utils() { tsv-uniq -f 1 shuffled.plain; }
dedupe-shuffled_mawk() { mawk -F '\t' '!seen[$1]++' shuffled.plain; }
dedupe-shuffled_miller() { mlr --itsv --otsv head -n 1 -g session_id shuffled.headed; }

lookup_reelpipe() { lookup -q movies.tsv --key movie_id --add title,genres watch.tsv; }
lookup_tsv-utils() { tsv-join -f movies.plain -k 1 -d 3 -a 2,4 --write-all '\N' watch.plain; }
lookup_mawk() { mawk -F '\t' -v OFS='\t' 'NR == FNR { rest[$1] = $2 OFS $4; next } { print $0, ($3 in rest ? rest[$3] : "\\N\t\\N") }' movies.plain watch.plain; }
lookup_miller() { mlr --itsv --otsv join --ul --ur -j movie_id -f movies.headed watch.headed; }

genre-norm_reelpipe() { genre-norm -q films.tsv; }
# Only splits, looks up what is official, and joins.
genre-norm_mawk() {
	mawk -F '\t' -v OFS='\t' 'BEGIN { n = split("Action|Adventure|Animation|Comedy|Crime|Documentary|Drama|Family|Fantasy|History|Horror|Music|Mystery|Romance|Science Fiction|TV Movie|Thriller|War|Western", g, "|"); for (i = 1; i <= n; i++) official[tolower(g[i])] = g[i] }
		{ n = split($4, part, "|"); text = ""
		  for (i = 1; i <= n; i++) { low = tolower(part[i]); text = text (i > 1 ? "|" : "") (low in official ? official[low] : part[i]) }
		  $4 = text; print }' films.plain
}
genre-norm_miller() { mlr --inidx --ifs tab --onidx --ofs tab put '$4 = joinv(apply(splitax($4, "|"), func(e) { return capitalize(e) }), "|")' films.plain; }

# Films of a week of the thirty days, with viewers and ranks, beside the week before.
agg-trending_reelpipe() { agg-trending -q --by movie --now 2026-11-15 --window 7d watch.tsv; }
# These count the views alone; datamash and Miller those of all days.
agg-trending_tsv-utils() { tsv-filter --str-ge 4:2026-11-09 watch.plain | tsv-summarize --group-by 3 --count; }
agg-trending_mawk() { mawk -F '\t' '$4 >= "2026-11-09" { now[$3]++; next } $4 >= "2026-11-02" { before[$3]++ } END { for (m in now) print m, now[m], before[m] + 0 }' watch.plain; }
agg-trending_datamash() { datamash -g 3 -s count 1 countunique 2 <watch.plain; }
agg-trending_miller() { mlr --itsv --otsv count-distinct -f movie_id watch.headed; }
duck_watch="read_csv('watch.plain', delim='\t', header=false, nullstr='\N', columns={'session_id': 'BIGINT', 'user_id': 'BIGINT', 'movie_id': 'BIGINT', 'watch_timestamp': 'TIMESTAMP', 'rating': 'DECIMAL(5,3)'})"
agg-trending_duckdb() {
	duckdb -csv -c "SELECT movie_id, count(*) FILTER (WHERE watch_timestamp >= '2026-11-09') AS now,
			count(*) FILTER (WHERE watch_timestamp < '2026-11-09') AS before, count(DISTINCT user_id) AS viewers
		FROM $duck_watch WHERE watch_timestamp >= '2026-11-02' GROUP BY movie_id ORDER BY now DESC"
}

trending-genre_reelpipe() { lookup -q movies.tsv --key movie_id --add genres watch.tsv | agg-trending -q --by genre --now 2026-11-15 --window 7d; }
# A view counts once for each genre of the film; no viewers.
trending-genre_duckdb() {
	duckdb -csv -c "SELECT genre, count(*) AS views
		FROM $duck_watch AS w
		JOIN (SELECT movie_id, unnest(string_split(genres, '|')) AS genre
			FROM read_csv('movies.headed', delim='\t', header=true, nullstr='\N', quote='', all_varchar=true)) AS g
			ON g.movie_id = w.movie_id
		WHERE watch_timestamp >= '2026-11-09' GROUP BY genre ORDER BY views DESC"
}
trending-genre_mawk() {
	mawk -F '\t' 'NR == FNR { genres[$1] = $4; next }
		$4 >= "2026-11-09" { n = split(genres[$3], g, "|"); for (i = 1; i <= n; i++) views[g[i]]++ }
		END { for (genre in views) print genre, views[genre] }' movies.plain watch.plain
}

# From CSV to clean records; what moving the bytes alone takes.
clean_reelpipe() { csv-read -q watch.csv | validate -q --now "$now" | dedupe -q; }
# shellcheck disable=SC2002
clean_cat() { cat watch.csv | cat; }

# --- with a database: tests/bench/run has started a cluster -------------------------------------------

bench_sql() {
	psql -Xqd bench_load -v ON_ERROR_STOP=1
}
fresh() {
	dropdb --if-exists --maintenance-db=postgres bench_load 2>/dev/null
	"$root/tests/cluster" database bench_load
}

# The whole pipeline, its rows handed to \copy, into a table with no index; and \copy of the finished rows.
pipe-load_before() {
	fresh
	bench_sql <<<'CREATE TABLE plain (session_id bigint, user_id bigint, movie_id bigint, watch_timestamp timestamptz, rating numeric(5,3))'
}
pipe-load_reelpipe() {
	csv-read -q watch.csv | validate -q --now "$now" | dedupe -q |
		keep-header -q psql -Xqd bench_load -c '\copy plain FROM pstdin'
}
pipe-load_psql() { psql -Xqd bench_load -c "\\copy plain FROM 'watch.plain'"; }

# Into the real table, with its keys and indexes. The others find films and users there already, can't say what they did, and
# can't be run twice.
first-load_before() {
	fresh
	psql -Xqd bench_load -c 'CREATE TABLE plain (session_id bigint PRIMARY KEY, user_id bigint, movie_id bigint,
		watch_timestamp timestamptz, rating numeric(5,3))'
	case $1 in reelpipe | psql-plain) return 0 ;; esac
	bench_sql <<-SQL
		CREATE TEMPORARY TABLE finished (LIKE plain);
		\\copy finished FROM 'watch.plain'
		ALTER TABLE users ALTER load_id SET DEFAULT 0;
		ALTER TABLE movies ALTER load_id SET DEFAULT 0;
		ALTER TABLE watch_sessions ALTER load_id SET DEFAULT 0;
		INSERT INTO users (user_id) SELECT DISTINCT user_id FROM finished;
		INSERT INTO movies (movie_id, title) SELECT DISTINCT movie_id, 'a film' FROM finished;
	SQL
}
watch_columns='session_id, user_id, movie_id, watch_timestamp, rating'
first-load_reelpipe() { PGDATABASE=bench_load pg-load -q watch.tsv; }
first-load_psql() { psql -Xqd bench_load -c "\\copy watch_sessions ($watch_columns) FROM 'watch.plain'"; }
first-load_pgloader() {
	# Its connection string has no place for a socket's directory but the host's.
	cat >pgloader.load <<-END
		LOAD CSV FROM 'watch.plain' WITH ENCODING UTF-8 ($watch_columns)
			INTO postgresql://$PGUSER@unix:$PGHOST:${PGPORT-5432}/bench_load
			TARGET TABLE public.watch_sessions ($watch_columns)
			WITH fields not enclosed, fields terminated by '\t', null if '\N';
	END
	pgloader --quiet pgloader.load
}
first-load_pandas() { PGDATABASE=bench_load /usr/bin/python3 "$root/tests/bench/pandas_job.py" watch.csv; }
# A table with a primary key and nothing else.
first-load_psql-plain() { psql -Xqd bench_load -c "\\copy plain FROM 'watch.plain'"; }

# An hour's 2,000 rows behind all that are there.
hourly_before() {
	local last
	last=$(psql -XAtqd bench_read -c 'SELECT max(session_id) FROM watch_sessions')
	awk -F '\t' -v OFS='\t' -v last="$last" 'NR <= 2000 { $1 = sprintf("%.0f", last + NR); sub(/^.*T/, "2026-11-16T", $4); print }' watch.plain >hourly.plain
	{
		head -n 1 watch.tsv
		cat hourly.plain
		printf '#end\t2000\n'
	} >hourly.tsv
	psql -Xqd bench_read -c 'ALTER TABLE watch_sessions ALTER load_id SET DEFAULT 0'
}
hourly_reelpipe() { PGDATABASE=bench_read pg-load -q hourly.tsv; }
hourly_psql() { psql -Xqd bench_read -c "\\copy watch_sessions ($watch_columns) FROM 'hourly.plain'"; }

reading="SELECT $watch_columns FROM watch_sessions"
pg-read_reelpipe() { PGDATABASE=bench_read pg-read -q --type watch --query "$reading"; }
pg-read_psql() { psql -Xqd bench_read -c "\\copy ($reading) TO STDOUT"; }
