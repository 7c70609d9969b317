#!/usr/bin/env bats
# pg-local: a cluster of its own for each test, as root and as another user, wherever it may stand.

setup() {
	load helper
	unset PGHOST PGPORT PGUSER PGDATABASE REELPIPE_TEST_CLUSTER
	# Where another user gets through, as root needs it.
	work=$(mktemp -d /tmp/reelpipe-local.XXXXXX)
	chmod 755 "$work"
	export REELPIPE_VAR=$work/var REELPIPE_PG_OPTIONS='-c fsync=off'
}

teardown() {
	pg-local remove >/dev/null 2>&1 || true
	rm -rf "$work"
}

sql() {
	pg-local psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"
}

@test "start, status, env, psql, stop, start, remove" {
	run -1 --separate-stderr pg-local status
	same "no cluster in $work/var/pg" "$output"
	run -1 pg-local env
	same "pg-local: no cluster in $work/var/pg yet: pg-local start" "$output"
	run -0 pg-local stop
	same 'pg-local: not running' "$output"
	run -0 --separate-stderr pg-local start
	same '' "$output"
	same "pg-local: making a cluster in $work/var/pg
pg-local: running, socket in $work/var/pg/socket" "$stderr"
	run -0 --separate-stderr pg-local status
	same "running, socket in $work/var/pg/socket" "$output"
	same 'reelpipe reelpipe f' "$(sql "SELECT current_user || ' ' || current_database() || ' ' || (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)" | sed 's/false/f/')"
	sql 'CREATE TABLE kept AS SELECT 42 AS n'
	# Nothing but the socket, which is the owner's alone; commits are durable by default.
	same '' "$(sql 'SHOW listen_addresses')"
	same 700 "$(stat -c %a "$work/var/pg/socket")"
	same UTC "$(sql 'SHOW timezone')"
	run -0 --separate-stderr pg-local start
	same "pg-local: running, socket in $work/var/pg/socket" "$stderr"
	run -0 pg-local stop
	run -1 pg-local status
	same 'not running' "$output"
	run -75 pg-local psql -c 'SELECT 1'
	same 'pg-local: the server is not running: pg-local start' "$output"
	REELPIPE_PG_OPTIONS='' pg-local start 2>/dev/null
	same on "$(sql 'SHOW fsync')"
	same 42 "$(sql 'TABLE kept')"
	# What env prints works in a shell, whatever the caller's settings were.
	same 42 "$(PGSERVICE=nowhere PGHOSTADDR=1.2.3.4 bash -c 'eval "$(pg-local env)"; psql -XAtc "TABLE kept"')"
	run -0 pg-local remove
	[[ ! -e $work/var/pg ]]
	run -0 pg-local remove
	same 'pg-local: no cluster' "$output"
}

@test "two starts at once" {
	pg-local start 2>one &
	local first=$!
	local second=0
	pg-local start 2>two || second=$?
	wait "$first"
	same 0 "$second"
	same 1 "$(cat one two | grep -c 'making a cluster')"
	same 2 "$(cat one two | grep -c 'running, socket')"
}

@test "the server holds nothing open that its caller had open" {
	exec {mine}>"$work/mine"
	pg-local start 2>/dev/null
	exec {mine}>&-
	run ! grep -q . <(find "/proc/$(head -n 1 "$work/var/pg/data/postmaster.pid")/fd" -lname "$work/mine")
}

@test "a server that was killed, and an initdb that was" {
	pg-local start 2>/dev/null
	sql 'CREATE TABLE kept AS SELECT 42 AS n'
	kill -KILL "$(head -n 1 "$work/var/pg/data/postmaster.pid")"
	local tries=0
	while pg-local status >/dev/null; do
		((tries++ < 100)) || fail 'still there'
		sleep 0.05
	done
	pg-local start 2>/dev/null
	same 42 "$(sql 'TABLE kept')"
	pg-local remove 2>/dev/null
	mkdir -p "$work/var/pg/data.new/base"
	echo 15 >"$work/var/pg/data.new/PG_VERSION"
	if ((EUID == 0)); then
		chown -R postgres "$work/var/pg"
	fi
	pg-local start 2>/dev/null
	same 1 "$(sql 'SELECT 1')"
}

@test "a long path, and one with a space and a quote" {
	local long
	long=$(printf 'x%.0s' {1..120})
	export REELPIPE_VAR="$work/$long/it's var"
	pg-local start 2>/dev/null
	same 1 "$(sql 'SELECT 1')"
	local socket
	socket=$(eval "$(pg-local env)" && echo "$PGHOST")
	((${#socket} < 90)) || fail "$socket"
	same 1 "$(eval "$(pg-local env)" && psql -XAtc 'SELECT 1')"
	pg-local remove 2>/dev/null
	[[ ! -e $socket ]]
	export REELPIPE_VAR="$work/it's var"
	pg-local start 2>/dev/null
	same 1 "$(eval "$(pg-local env)" && psql -XAtc 'SELECT 1')"
}

@test "a relative REELPIPE_VAR" {
	cd "$work"
	export REELPIPE_VAR=here
	pg-local start 2>/dev/null
	cd /
	same 1 "$(REELPIPE_VAR=$work/here pg-local psql -XAtc 'SELECT 1')"
	REELPIPE_VAR=$work/here pg-local remove 2>/dev/null
	[[ ! -e $work/here/pg ]]
}

@test "root, under a directory that nobody else may enter" {
	((EUID == 0)) || skip 'needs root'
	mkdir -m 700 "$work/home"
	export REELPIPE_VAR=$work/home/var
	run -0 --separate-stderr pg-local start
	local elsewhere
	elsewhere=$(readlink "$REELPIPE_VAR/pg")
	[[ $elsewhere == /var/lib/reelpipe/pg-* ]]
	same 700 "$(stat -c %a "$work/home")"
	same 1 "$(sql 'SELECT 1')"
	pg-local stop 2>/dev/null
	pg-local start 2>/dev/null
	same 1 "$(sql 'SELECT 1')"
	pg-local remove 2>/dev/null
	[[ ! -e $elsewhere && ! -L $REELPIPE_VAR/pg ]]
}

@test "root, for a directory of a user's that nobody else may enter: the server is that user's" {
	((EUID == 0)) || skip 'needs root'
	install -d -m 750 -o 65534 -g 65534 "$work/closed"
	export REELPIPE_VAR=$work/closed
	run -0 --separate-stderr pg-local start
	[[ ! -L $work/closed/pg ]]
	same 65534 "$(stat -c %u "$work/closed/pg/data")"
	same 750 "$(stat -c %a "$work/closed")"
	same 1 "$(sql 'SELECT 1')"
	pg-local remove 2>/dev/null
	[[ ! -e $work/closed/pg ]]
}

@test "root's cluster isn't another user's" {
	((EUID == 0)) || skip 'needs root'
	pg-local start 2>/dev/null
	other() {
		setpriv --reuid=65534 --regid=65534 --clear-groups env HOME=/tmp "$@"
	}
	local command
	for command in start stop status env 'psql -c true' remove; do
		# shellcheck disable=SC2086 # words
		run -1 other "$ROOT/bin/pg-local" $command
		[[ $output == "pg-local: $work/var/pg belongs to postgres: run it as root"* ]] || fail "$command: $output"
	done
	run other psql -h "$work/var/pg/socket" -U reelpipe -d reelpipe -c 'SELECT 1'
	((status != 0))
	# The other user may have one, and root can use that too.
	install -d -o 65534 -g 65534 "$work/other"
	export REELPIPE_VAR=$work/other/var
	other "$ROOT/bin/pg-local" start 2>/dev/null
	same 1 "$(sql 'SELECT 1')"
	same 65534 "$(stat -c %u "$work/other/var/pg/data")"
	pg-local stop 2>/dev/null
	pg-local start 2>/dev/null
	same 1 "$(other "$ROOT/bin/pg-local" psql -XAtc 'SELECT 1')"
	pg-local remove 2>/dev/null
}

@test "what isn't a cluster of its making isn't removed" {
	mkdir -p "$work/var/pg/data"
	echo precious >"$work/var/pg/file"
	run -1 pg-local remove
	same "pg-local: not running
pg-local: $work/var/pg: not a cluster of pg-local's making" "$output"
	same precious "$(<"$work/var/pg/file")"
}

@test "wrong usage" {
	run -2 pg-local
	same 'pg-local: what is to be done? start, stop, status, env, psql or remove' "${lines[0]}"
	run -2 pg-local begin
	same 'pg-local: unknown command: "begin"' "${lines[0]}"
	run -2 pg-local start now
	same 'pg-local: start takes no argument: "now"' "${lines[0]}"
}
