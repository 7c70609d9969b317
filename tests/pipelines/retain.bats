#!/usr/bin/env bats
# pipelines/retain: old watches go, day by day; what was counted of them stays; closed days stay closed.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	now=2026-11-05T13:30:00Z
}

teardown() {
	local pid
	for pid in $(jobs -p); do
		kill "$pid" 2>/dev/null || true
	done
	wait
}

retain() {
	"$ROOT/pipelines/retain" --now "$now" "$@"
}

sql() {
	psql -XAtq -F ' ' -c "$1"
}

# days FROM COUNT: two watches at each end of as many days, as records.
days() {
	awk -v from="$1" -v count="$2" 'BEGIN {
		split(from, d, "-")
		start = mktime(d[1] " " d[2] " " d[3] " 00 00 00")
		print "#watch\tsession_id\tuser_id\tmovie_id\twatch_timestamp\trating"
		for (i = 0; i < count; i++) {
			t = start + i * 86400
			printf "%d\t%d\t603\t%s\t8\n", 2 * i + 1, i % 7 + 1, strftime("%Y-%m-%dT00:00:00Z", t)
			printf "%d\t%d\t604\t%s\t\\N\n", 2 * i + 2, i % 5 + 1, strftime("%Y-%m-%dT23:59:59.5Z", t)
		}
		print "#end\t" 2 * count
	}'
}

aggregate() {
	"$ROOT/pipelines/aggregate" --now "$now" 2>err
}

rollups() {
	sql 'SELECT day, movie_id, views, viewers, rated_views, trim_scale(rating_sum) FROM movie_daily ORDER BY 1, 2'
}

@test "watches older than N months go, their rollups stay, late ones are rejected, and nothing comes back" {
	database months
	days 2026-07-01 128 >watch.tsv
	pg-load -q watch.tsv
	aggregate
	rollups >before
	same 256 "$(wc -l <before)"
	run -0 retain --months 2
	[[ $output == *'retain: 132 watches of 66 days before 2026-09-05 are dropped' ]] || fail "$output"
	same '2026-09-05 00:00:00+00 124' "$(sql 'SELECT min(watch_timestamp), count(*) FROM watch_sessions')"
	same '2026-09-05 0' "$(sql 'SELECT frozen_before, (SELECT count(*) FROM dirty_day) FROM settings')"
	aggregate
	same_file before <(rollups)
	run -0 --separate-stderr pg-load --rejects bad watch.tsv
	[[ $stderr == *'0 inserted, 0 updated, 124 unchanged, 0 dropped, 132 rejected (0 conflicting), staged'* ]]
	same 132 "$(grep -c frozen-day bad)"
	same 124 "$(sql 'SELECT count(*) FROM watch_sessions')"
	# Again, and with a longer time: nothing changes, and nothing is opened.
	run -0 retain --months 2
	[[ $output == *'retain: 0 watches of 0 days before 2026-09-05 are dropped' ]]
	run -0 retain --months 24
	same '2026-09-05 124' "$(sql 'SELECT frozen_before, (SELECT count(*) FROM watch_sessions) FROM settings')"
	same_file before <(rollups)
}

@test "days are the business's, months end where they end" {
	database zone
	sql "UPDATE settings SET business_tz = 'America/New_York'"
	rec '#watch session_id user_id movie_id watch_timestamp' '1 1 1 2026-09-30T03:59:59Z' '2 1 1 2026-09-30T04:00:00Z' | pg-load -q
	aggregate
	now=2026-10-31T03:00:00Z # still the 30th there
	retain --months 1 2>err || fail "$(cat err)"
	same '2026-09-30 2' "$(sql 'SELECT frozen_before, (SELECT string_agg(session_id::text, $$,$$) FROM watch_sessions) FROM settings')"
	now=2026-10-31T12:00:00Z
	retain --months 1 2>err || fail "$(cat err)"
	same 2026-09-30 "$(sql 'SELECT frozen_before FROM settings')"
}

# The processes below one.
descendants() {
	local child
	for child in $(pgrep -P "$1"); do
		printf '%s\n' "$child"
		descendants "$child"
	done
}

@test "each day is a transaction: broken off anywhere, no closed day has watches and no open one has lost any" {
	database steps
	days 2026-09-01 60 >watch.tsv
	pg-load -q watch.tsv
	aggregate
	mkfifo held
	psql -XAtq <held >hold.out 2>&1 7>&- &
	exec 7>held
	# The rows of one day are in somebody's hands: the days before are done meanwhile.
	printf "BEGIN; SELECT count(*) FROM (SELECT FROM watch_sessions WHERE business_day(watch_timestamp) = '2026-09-21' FOR UPDATE) AS w;\n" >&7
	for ((i = 0; i < 100; i++)); do
		[[ ! -s hold.out ]] || break
		sleep 0.05
	done
	same 2 "$(<hold.out)"
	retain --months 1 >err 2>&1 7>&- &
	local pid=$!
	for ((i = 0; i < 200; i++)); do
		[[ $(sql 'SELECT frozen_before FROM settings') != 2026-09-21 ]] || break
		sleep 0.05
	done
	same '2026-09-21 80 2026-09-21 00:00:00+00' "$(sql 'SELECT frozen_before, count(*), min(watch_timestamp) FROM settings, watch_sessions GROUP BY 1')"
	# shellcheck disable=SC2046
	kill -KILL $(descendants "$pid")
	wait "$pid" && fail "it succeeded"
	printf 'ROLLBACK;\n' >&7
	exec 7>&-
	same '2026-09-21 80 2026-09-21 00:00:00+00' "$(sql 'SELECT frozen_before, count(*), min(watch_timestamp) FROM settings, watch_sessions GROUP BY 1')"
	retain --months 1 2>err || fail "$(cat err)"
	same '2026-10-05 52' "$(sql 'SELECT frozen_before, count(*) FROM settings, watch_sessions GROUP BY 1')"
}

@test "as reelpipe_etl; an empty database; wrong usage; no server" {
	database empty
	run -0 env PGUSER=reelpipe_etl "$ROOT/pipelines/retain" --now "$now"
	[[ $output == *'retain: 0 watches of 0 days before 2024-11-05 are dropped' ]] || fail "$output"
	same 2024-11-05 "$(sql 'SELECT frozen_before FROM settings')"
	for wrong in '--months 0' '--months x' '--months' '--now yesteryear' '--no-such' 'x'; do
		# shellcheck disable=SC2086
		run -2 retain $wrong
	done
	run -75 env PGHOST="$TMP" "$ROOT/pipelines/retain"
}
