#!/usr/bin/env bats
# pg-load: what the merges of rollups, of the days they belong to, and of lists make of the records.

setup() {
	load helper
}

sql() {
	psql -X -A -t -q -F ' ' -v ON_ERROR_STOP=1 -c "$1"
}

# The counts of each type.
loaded() {
	pg-load "$@" 2>&1 >/dev/null | sed -n 's/^pg-load: \([a-z_]*: .* inserted.*\) (.* conflicting), [a-z]*$/\1/p'
}

freeze() {
	PGUSER=postgres sql "UPDATE settings SET frozen_before = '$1'"
}

rolled='#rolled_day day generation'
films='#movie_daily day movie_id views viewers rated_views rating_sum'
genres='#genre_daily day genre views viewers rated_views rating_sum'
hours='#hour_daily day hour views viewers rated_views rating_sum'
days='#day_daily day views viewers rated_views rating_sum'

@test "dirty_day: each day gets a new generation" {
	database a
	rec '#dirty_day day' 2026-11-15 2026-11-14 2026-11-15 >in
	same 'dirty_day: 2 inserted, 0 updated, 0 unchanged, 1 dropped, 0 rejected' "$(loaded in)"
	same $'2026-11-14 1\n2026-11-15 2' "$(sql 'SELECT day, generation FROM dirty_day ORDER BY day')"
	freeze 2026-11-15
	rec '#dirty_day day' 2026-11-16 2026-11-15 2026-11-14 '\N' >in
	same 'dirty_day: 1 inserted, 1 updated, 0 unchanged, 0 dropped, 2 rejected' "$(loaded --rejects rejects in)"
	same $'2026-11-14 1\n2026-11-15 3\n2026-11-16 4' "$(sql 'SELECT day, generation FROM dirty_day ORDER BY day')"
	same 'frozen-day	in:record 3	day: the figures of that day are closed
missing-value	in:record 4	day: a value is needed' "$(grep -v '^#' rejects | cut -f 2-4)"
}

@test "rolled_day: clears the days whose generation is still the same" {
	database a
	sql "INSERT INTO dirty_day VALUES ('2026-11-13', 1), ('2026-11-14', 2), ('2026-11-15', 3), ('2026-11-16', 4)"
	rec "$rolled" '2026-11-14 2' '2026-11-15 2' '2026-11-17 9' '2026-11-14 2' '2026-11-16 9' '2026-11-16 4' >in
	same 'rolled_day: 0 inserted, 2 updated, 2 unchanged, 2 dropped, 0 rejected' "$(loaded in)"
	same $'2026-11-13 1\n2026-11-15 3' "$(sql 'SELECT day, generation FROM dirty_day ORDER BY day')"
	same 'rolled_day: 0 inserted, 0 updated, 4 unchanged, 2 dropped, 0 rejected' "$(loaded in)"
	# Closed days aren't dirty, whatever comes.
	freeze 2026-11-15
	rec "$rolled" '2026-11-14 2' '2026-11-15 \N' >in
	same 'rolled_day: 0 inserted, 0 updated, 0 unchanged, 0 dropped, 2 rejected' "$(loaded --rejects rejects in)"
	same 'frozen-day	day: the figures of that day are closed
missing-value	a rolled_day record needs a day and a generation' "$(grep -v '^#' rejects | cut -f 2,4)"
	same '2026-11-15 3' "$(sql 'SELECT day, generation FROM dirty_day')"
	sql "INSERT INTO dirty_day VALUES ('2026-11-13', 1)"
	rec "$rolled" >in
	same 'rolled_day: 0 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected' "$(loaded in)"
	same '2026-11-15 3' "$(sql 'SELECT day, generation FROM dirty_day')"
}

# rows TABLE KEY: what the table holds, and whether a row has been written since `mark`.
rows() {
	sql "SELECT day, $2 views, viewers, rated_views, rating_sum, CASE WHEN load_id > $mark THEN 'new' END
		FROM $1 ORDER BY ${2-} day"
}

@test "rollups: a day is replaced as a whole, and only what changes is written" {
	local type key first second
	while read -r type key first second; do
		database "$type"
		mark=0
		local header="#$type day $key views viewers rated_views rating_sum"
		key=${key/-/} header=${header/ -/}
		[[ -z $key ]] || key=$key,
		first=${first/-/} second=${second/-/}
		rec "$header" "2026-11-14 $first 1 1 0 0" "2026-11-15 $first 5 4 3 20.5" "2026-11-15 $second 2 1 1 10" |
			tr -s '\t' >in
		if [[ -z $first ]]; then
			# One row a day: the last wins.
			same "$type: 2 inserted, 0 updated, 0 unchanged, 1 dropped, 0 rejected" "$(loaded in)"
			same $'2026-11-14 1 1 0 0 new\n2026-11-15 2 1 1 10 new' "$(rows "$type" "$key")"
			continue
		fi
		same "$type: 3 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected" "$(loaded in)"
		mark=$(sql 'SELECT last_value FROM load_id_seq')
		sql "SELECT xmin, * FROM $type" >before
		same "$type: 0 inserted, 0 updated, 3 unchanged, 0 dropped, 0 rejected" "$(loaded in)"
		same "$(<before)" "$(sql "SELECT xmin, * FROM $type")"
		# 20.50 is 20.5; the last record of a key wins; the other row of the day goes; other days stay.
		rec "$header" "2026-11-15 $second 9 9 9 9" "2026-11-15 $second 2 1 1 10" "2026-11-16 $first 7 7 7 7" >in
		same "$type: 1 inserted, 0 updated, 1 unchanged, 1 dropped, 0 rejected" "$(loaded in)"
		same "2026-11-14 $first 1 1 0 0 
2026-11-15 $second 2 1 1 10 
2026-11-16 $first 7 7 7 7 new" "$(rows "$type" "$key" | sort)"
		rec "$header" "2026-11-15 $second 2 1 1 10.125" "2026-11-15 $first 1 1 1 1" >in
		same "$type: 1 inserted, 1 updated, 0 unchanged, 0 dropped, 0 rejected" "$(loaded in)"
		rec "$header" "2026-11-15 $first 1 \N 1 1" "\N $first 1 1 1 1" "2026-11-15 $first 1 1 1 1" "2026-11-14 $first 2 2 0 0" >in
		freeze 2026-11-15
		same "$type: 0 inserted, 0 updated, 1 unchanged, 0 dropped, 3 rejected" "$(loaded --rejects rejects in)"
		same "missing-value	a $type record needs all values
missing-value	a $type record needs all values
frozen-day	day: the figures of that day are closed" "$(grep -v '^#' rejects | cut -f 2,4)"
		same "2026-11-14 $first 1 1 0 0 
2026-11-15 $first 1 1 1 1 new
2026-11-16 $first 7 7 7 7 new" "$(rows "$type" "$key" | sort)"
	done <<-'END'
		day_daily - - -
		movie_daily movie_id -7 603
		genre_daily genre Drama War
		hour_daily hour 0 23
	END
}

@test "days that rolled_day names go even when no record of them comes" {
	database a
	sql "INSERT INTO dirty_day SELECT day, 1 FROM generate_series('2026-11-13'::date, '2026-11-16', '1 day') AS day"
	{
		rec "$days" '2026-11-13 1 1 1 1' '2026-11-14 1 1 1 1' '2026-11-15 2 2 2 2' '2026-11-16 3 3 3 3'
		rec "$films" '2026-11-13 1 1 1 1 1' '2026-11-14 1 1 1 1 1' '2026-11-15 1 2 2 2 2' '2026-11-16 1 3 3 3 3'
		rec "$genres" '2026-11-13 War 1 1 1 1' '2026-11-14 War 1 1 1 1' '2026-11-15 War 2 2 2 2' '2026-11-16 War 3 3 3 3'
		rec "$hours" '2026-11-13 1 1 1 1 1' '2026-11-14 1 1 1 1 1' '2026-11-15 1 2 2 2 2' '2026-11-16 1 3 3 3 3'
	} | pg-load -q
	freeze 2026-11-14
	# The 14th has no views any more, the 15th none with a genre; the 13th is closed, the 16th isn't named.
	{
		rec "$rolled" '2026-11-13 1' '2026-11-14 1' '2026-11-15 1'
		rec "$days" '2026-11-15 2 2 2 2'
		rec "$films" '2026-11-15 1 2 2 2 2'
		rec "$genres"
		rec "$hours" '2026-11-15 1 2 2 2 2'
	} >in
	same 'rolled_day: 0 inserted, 2 updated, 0 unchanged, 0 dropped, 1 rejected
day_daily: 0 inserted, 0 updated, 1 unchanged, 0 dropped, 0 rejected
movie_daily: 0 inserted, 0 updated, 1 unchanged, 0 dropped, 0 rejected
genre_daily: 0 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected
hour_daily: 0 inserted, 0 updated, 1 unchanged, 0 dropped, 0 rejected' \
		"$(loaded --rejects rejects --expect rolled_day,day_daily,movie_daily,genre_daily,hour_daily in)"
	same $'2026-11-13\n2026-11-15\n2026-11-16' "$(sql 'SELECT day FROM day_daily ORDER BY 1')"
	same $'2026-11-13\n2026-11-15\n2026-11-16' "$(sql 'SELECT day FROM movie_daily ORDER BY 1')"
	same $'2026-11-13\n2026-11-16' "$(sql 'SELECT day FROM genre_daily ORDER BY 1')"
	same $'2026-11-13\n2026-11-15\n2026-11-16' "$(sql 'SELECT day FROM hour_daily ORDER BY 1')"
	same '2026-11-16 1' "$(sql 'SELECT day, generation FROM dirty_day')"
	# The list is this load's alone.
	rec "$genres" '2026-11-16 War 3 3 3 3' | pg-load -q
	same $'2026-11-13\n2026-11-16' "$(sql 'SELECT day FROM genre_daily ORDER BY 1')"
	# Several lists in one load: each goes with what follows it.
	{
		rec "$rolled" '2026-11-15 1'
		rec "$genres" '2026-11-15 War 5 5 5 5'
		rec "$rolled" '2026-11-16 1'
		rec "$genres" '2026-11-16 War 6 6 6 6'
	} | pg-load -q
	same $'2026-11-13 1\n2026-11-15 5\n2026-11-16 6' "$(sql 'SELECT day, views FROM genre_daily ORDER BY 1')"
	# A dry run with nothing but empty segments changes nothing.
	{ rec "$rolled" '2026-11-16 1' && rec "$genres"; } | pg-load -q --dry-run 2>/dev/null
	same 3 "$(sql 'SELECT count(*) FROM genre_daily')"
}

@test "films: the bulk way and the ordinary one end alike" {
	local mode
	mawk 'BEGIN { print "#movie_daily\tday\tmovie_id\tviews\tviewers\trated_views\trating_sum"
		for (d = 10; d < 20; d++) for (m = 1; m <= 2100; m++) printf "2026-11-%d\t%d\t%d\t1\t1\t%d.5\n", d, m, m % 7 + 1, d
		print "2026-11-10\t5\t99\t1\t1\t1"
		print "#end\t21001" }' >in
	for mode in staged bulk auto; do
		database $mode
		same 'movie_daily: 21000 inserted, 0 updated, 0 unchanged, 1 dropped, 0 rejected' "$(PGUSER=reelpipe_etl loaded --mode $mode in)"
		sql 'SELECT day, movie_id, views, viewers, rated_views, rating_sum FROM movie_daily ORDER BY 1, 2' >$mode
		same_file staged $mode
		same 99 "$(sql "SELECT views FROM movie_daily WHERE (day, movie_id) = ('2026-11-10', 5)")"
		same 'PRIMARY KEY (day, movie_id)' \
			"$(sql "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'movie_daily'::regclass")"
		# Again, into a table that has rows.
		same 'movie_daily: 0 inserted, 0 updated, 21000 unchanged, 1 dropped, 0 rejected' "$(PGUSER=reelpipe_etl loaded --mode $mode in)"
	done
	# Somebody reads the table: the bulk way isn't taken, and nothing waits.
	database busy
	psql -Xq -c 'BEGIN; SELECT count(*) FROM movie_daily; SELECT pg_sleep(4); COMMIT' >/dev/null &
	local reader=$! start=$SECONDS
	sleep 0.5
	same 'movie_daily: 21000 inserted, 0 updated, 0 unchanged, 1 dropped, 0 rejected' "$(loaded in)"
	((SECONDS - start < 4)) || fail 'the load waited'
	wait $reader
}

@test "merges know whether a key may be there twice" {
	database a
	mkdir -p sql/load sql/schema
	printf '%s\n' "SELECT 0 AS inserted, 0 AS updated, (current_setting('reelpipe.distinct') = 't')::int * current_setting('reelpipe.records')::int AS unchanged," \
		"(current_setting('reelpipe.distinct') = 'f')::int * current_setting('reelpipe.records')::int AS dropped, 0 AS rejected" >sql/load/movie_daily.sql
	cp sql/load/movie_daily.sql sql/load/genre_daily.sql
	export REELPIPE_SQL=$TMP/sql
	distinct() {
		printf '%s\n' "$1" >one
		case $(loaded one) in
		*': 0 inserted, 0 updated, 0 unchanged, '*) echo no ;;
		*' 0 dropped, 0 rejected') echo yes ;;
		esac
	}
	same yes "$(distinct "$(rec "$films" '2026-11-14 -9 1 1 1 1' '2026-11-14 0 1 1 1 1' '2026-11-14 9 1 1 1 1' '2026-11-14 10 1 1 1 1' '2026-11-15 -9 1 1 1 1')")"
	same no "$(distinct "$(rec "$films" '2026-11-14 9 1 1 1 1' '2026-11-14 9 1 1 1 1')")"
	same no "$(distinct "$(rec "$films" '2026-11-14 10 1 1 1 1' '2026-11-14 9 1 1 1 1')")"
	same no "$(distinct "$(rec "$films" '2026-11-15 1 1 1 1 1' '2026-11-14 9 1 1 1 1' '2026-11-16 9 1 1 1 1')")"
	same no "$(distinct "$(rec "$films" '2026-11-15 \N 1 1 1 1' '2026-11-15 9 1 1 1 1')")"
	same yes "$(distinct "$(rec "$genres" '2026-11-14 A 1 1 1 1' '2026-11-14 AB 1 1 1 1' '2026-11-14 B 1 1 1 1' '2026-11-15 A 1 1 1 1')")"
	same no "$(distinct "$(rec "$genres" '2026-11-14 AB 1 1 1 1' '2026-11-14 A 1 1 1 1')")"
	# By key, not by the order of the columns; each segment for itself.
	same yes "$(distinct "$(rec '#movie_daily movie_id views viewers rated_views rating_sum day' '9 1 1 1 1 2026-11-14' '1 1 1 1 1 2026-11-15' &&
		rec "$films" '2026-11-14 9 1 1 1 1')")"
}

# until_waiting: until a session of this database waits for a lock.
until_waiting() {
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		[[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 0 ]] || return 0
		sleep 0.1
	done
	fail 'nobody waits'
}

@test "a day that changes while it is computed stays dirty, whoever is first" {
	database a
	rec '#watch session_id user_id movie_id watch_timestamp rating' '1 10 603 2026-11-15T21:04:33Z 4.5' '2 10 603 2026-11-14T21:04:33Z 4.5' | pg-load -q
	same $'2026-11-14 1\n2026-11-15 2' "$(sql 'SELECT day, generation FROM dirty_day ORDER BY 1')"
	rec '#watch session_id user_id movie_id watch_timestamp rating' '3 10 603 2026-11-15T21:04:33Z 4.5' >late
	mkfifo fifo
	# The watches are changed first, and their load takes its time: the rollups wait for it.
	{
		cat late
		cat fifo
	} | pg-load -q &
	local load=$!
	exec 7>fifo
	until [[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'") == 1 ]]; do sleep 0.05; done
	{ rec "$rolled" '2026-11-14 1' '2026-11-15 2' && rec "$days" '2026-11-14 1 1 1 4.5' '2026-11-15 1 1 1 4.5'; } >rollups
	loaded rollups >counts 7>&- &
	local rollups=$!
	until_waiting
	rec '#watch session_id user_id movie_id watch_timestamp rating' >&7
	exec 7>&-
	wait $load
	wait $rollups
	same 'rolled_day: 0 inserted, 1 updated, 1 unchanged, 0 dropped, 0 rejected' "$(head -n 1 counts)"
	same '2026-11-15 3' "$(sql 'SELECT day, generation FROM dirty_day')"
	# The rollups are first: the load of watches waits, and makes the day dirty anew.
	{
		rec "$rolled" '2026-11-15 3'
		cat fifo
	} | pg-load -q &
	rollups=$!
	exec 7>fifo
	until [[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'") == 1 ]]; do sleep 0.05; done
	sed 's/^3/4/' late | pg-load -q 7>&- &
	load=$!
	until_waiting
	rec "$days" '2026-11-15 2 2 2 9' >&7
	exec 7>&-
	wait $rollups
	wait $load
	same '2026-11-15 t' "$(sql 'SELECT day, generation > 3 FROM dirty_day')"
}

top='#top_rated scored_by as_of window_days min_votes rank movie_id views rated_views weighted bayes mean'

@test "top_rated: a list is replaced as a whole" {
	database a
	rec "$top" 'bayes 2026-11-15 0 25 1 603 9 8 8.75 8.25 7.5' 'bayes 2026-11-15 0 25 2 5 9 8 8 8.1 7.5' \
		'weighted 2026-11-15 0 25 1 5 9 8 8 8.1 7.5' 'weighted 2026-11-15 0 25 1 603 9 8 8.75 8.25 7.5' >in
	same 'top_rated: 4 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected' "$(loaded in)"
	sql 'SELECT xmin, * FROM top_rated' >before
	same 'top_rated: 0 inserted, 0 updated, 4 unchanged, 0 dropped, 0 rejected' "$(loaded in)"
	same "$(<before)" "$(sql 'SELECT xmin, * FROM top_rated')"
	rec "$top" 'bayes 2026-11-15 0 25 1 7 9 8 9 9 7.5' 'bayes 2026-11-15 0 25 2 603 9 8 8.75 8.25 7.5' \
		'bayes 2026-11-15 0 25 1 603 9 8 8.75 8.25 7.5' 'bayes 2026-11-15 0 25 \N 8 9 8 8.75 8.25 7.5' >in
	same 'top_rated: 1 inserted, 0 updated, 1 unchanged, 1 dropped, 1 rejected' "$(loaded --rejects rejects in)"
	same 'missing-value	a top_rated record needs all values' "$(grep -v '^#' rejects | cut -f 2,4)"
	same $'bayes 1 603\nbayes 1 7\nweighted 1 5\nweighted 1 603' "$(sql 'SELECT scored_by, rank, movie_id FROM top_rated ORDER BY 1, 2, movie_id::text')"
}

@test "computed_list: a list that came out empty goes" {
	database a
	local trending='#trending by scored_by as_of window_days rank item views viewers score previous_views previous_viewers previous_score previous_rank change'
	rec "$trending" 'movie views 2026-11-15 7 1 603 5 3 5 0 0 0 \N 5' 'genre views 2026-11-15 7 1 War 5 3 5 0 0 0 \N 5' \
		'genre views 2026-11-14 7 1 War 5 3 5 0 0 0 \N 5' >lists
	rec "$top" 'bayes 2026-11-15 0 25 1 603 9 8 8.75 8.25 7.5' 'weighted 2026-11-15 0 25 1 5 9 8 8 8.1 7.5' >rated
	pg-load -q lists rated
	sed -n '1p; /^movie/p; $s/3/1/p' lists >some
	{
		cat some
		rec "$top"
		rec '#computed_list list by scored_by as_of window_days' 'trending movie views 2026-11-15 7' \
			'trending genre views 2026-11-15 7' 'top_rated movie bayes 2026-11-15 0' 'trending genre decay 2026-11-15 7' \
			'top_rated movie weighted 2026-11-15 7' 'trending movie views 2026-11-15 7' 'titles a b 2026-11-15 7' 'trending \N b 2026-11-15 7'
	} >in
	same 'trending: 0 inserted, 0 updated, 1 unchanged, 0 dropped, 0 rejected
top_rated: 0 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected
computed_list: 0 inserted, 2 updated, 3 unchanged, 1 dropped, 2 rejected' "$(loaded --rejects rejects in)"
	same $'unknown-list	list: neither trending nor top_rated\nmissing-value	a computed_list record needs all values' "$(grep -v '^#' rejects | cut -f 2,4)"
	same $'genre 2026-11-14\nmovie 2026-11-15' "$(sql 'SELECT "by", as_of FROM trending ORDER BY 1')"
	same weighted "$(sql 'SELECT scored_by FROM top_rated')"
	# A list that is here in vain doesn't count for another load.
	rec '#computed_list list by scored_by as_of window_days' 'trending movie views 2026-11-15 7' | pg-load -q
	same genre "$(sql 'SELECT "by" FROM trending')"
}

totals='#movie_total movie_id views rated_views rating_sum'

# What movie_total has, and what movie_daily adds up to.
total() {
	sql 'SELECT movie_id, views, rated_views, trim_scale(rating_sum) FROM movie_total ORDER BY 1'
}

summed() {
	sql 'SELECT movie_id, sum(views), sum(rated_views), trim_scale(sum(rating_sum)) FROM movie_daily GROUP BY 1 ORDER BY 1'
}

@test "movie_total is replaced as a whole, and changes as movie_daily does" {
	database a
	rec "$films" '2026-11-13 1 5 1 4 20.125' '2026-11-14 1 1 1 0 0' '2026-11-14 2 7 2 1 0.5' | pg-load -q
	# Nobody has added it up.
	same '' "$(total)"
	pg-read -q movie-sums >sums
	same "$(rec "$totals" '1 6 4 20.125' '2 7 1 0.5')" "$(<sums)"
	same 'movie_total: 2 inserted, 0 updated, 0 unchanged, 0 dropped, 0 rejected' "$(loaded sums)"
	same "$(summed)" "$(total)"
	same 'movie_total: 0 inserted, 0 updated, 2 unchanged, 0 dropped, 0 rejected' "$(loaded sums)"
	same "$(rec "$totals")" "$(pg-read -q movie-sums)"
	# A day that is new, a film that comes, goes and changes.
	rec "$films" '2026-11-14 1 3 1 2 1.5' '2026-11-14 3 1 1 1 10' '2026-11-15 2 1 1 1 1' '2026-11-15 4 2 2 0 0' >in
	pg-load -q in
	same '1 8 6 21.625
2 1 1 1
3 1 1 10
4 2 0 0' "$(total)"
	same "$(summed)" "$(total)"
	pg-load -q in
	same "$(summed)" "$(total)"
	# Rejected and repeated records, and days that lose all films.
	rec "$films" '2026-11-15 2 9 9 9 9' '2026-11-15 2 1 1 1 3' '2026-11-15 5 \N 1 1 1' | pg-load -q --rejects rejects
	same "$(summed)" "$(total | grep -v ' 0 0 ')"
	{ rec "$rolled" '2026-11-15 1' && rec "$films"; } | pg-load -q
	same "$(summed)" "$(total | grep -v ' 0 0 ')"
	# Up to a day, the totals are those of the days, whether they have been added up before or not.
	local day
	for day in 2026-11-12 2026-11-13 2026-11-14 2026-11-20; do
		pg-read -q movie-totals -p "to=$day" >"with-$day"
		same "$(sql "SELECT sum(views), count(*) FROM movie_daily WHERE day <= '$day'" | cut -d' ' -f1)" \
			"$(awk '!/^#/ { n += $3 } END { if (n) print n }' "with-$day")"
	done
	sql 'DELETE FROM movie_total'
	for day in 2026-11-12 2026-11-13 2026-11-14 2026-11-20; do
		pg-read -q movie-totals -p "to=$day" >without
		same_file "with-$day" without
	done
	# What is loaded replaces all of it.
	pg-read -q movie-sums | pg-load -q
	rec "$totals" '1 1 1 1' '1 2 2 2' '9 1 0 0' '8 1 \N 1' >in
	same 'movie_total: 1 inserted, 1 updated, 0 unchanged, 1 dropped, 1 rejected' "$(loaded --rejects rejects in)"
	same $'1 2 2 2\n9 1 0 0' "$(total)"
	# Days that somebody wants anew: nothing that was summed up is trusted any more.
	rec '#dirty_day day' 2026-11-15 | pg-load -q
	same '' "$(total)"
}

@test "thousands of days are cleared at once, also when the planner takes the table for empty" {
	database a
	psql -Xqc 'VACUUM ANALYZE dirty_day' 2>/dev/null
	PGUSER=postgres sql "ALTER TABLE dirty_day SET (autovacuum_enabled = off)"
	sql "INSERT INTO dirty_day SELECT '1980-01-01'::date + n, n FROM generate_series(1, 15000) AS n"
	psql -Xqc "UPDATE pg_class SET reltuples = 10, relpages = 1 WHERE relname = 'dirty_day'" 2>/dev/null ||
		PGUSER=postgres sql "UPDATE pg_class SET reltuples = 10, relpages = 1 WHERE relname = 'dirty_day'"
	sql "SELECT '1980-01-01'::date + n, n FROM generate_series(1, 10000) AS n" | tr ' ' '\t' >records
	{ printf '#rolled_day\tday\tgeneration\n' && cat records && printf '#end\t10000\n'; } >in
	SECONDS=0
	same 'rolled_day: 0 inserted, 10000 updated, 0 unchanged, 0 dropped, 0 rejected' "$(loaded in)"
	((SECONDS < 10)) || fail "$SECONDS s"
	same 5000 "$(sql 'SELECT count(*) FROM dirty_day')"
}
