#!/usr/bin/env bats
# The two roles over a network: passwords by SCRAM from a passfile, a server that shows a certificate of a private
# authority, and what each role may not do.
# shellcheck disable=SC2154 # bats's run sets stderr

# certificate NAME CN AUTHORITY: NAME.key and NAME.pem for the host CN, signed by AUTHORITY (itself when equal).
certificate() {
	local name=$1 host=$2 authority=$3
	openssl ecparam -name prime256v1 -genkey -noout -out "$name.key" 2>/dev/null
	if [[ $name == "$authority" ]]; then
		openssl req -x509 -key "$name.key" -subj "/CN=$host" -days 2 -out "$name.pem" 2>/dev/null
	else
		openssl req -new -key "$name.key" -subj "/CN=$host" -addext "subjectAltName=DNS:$host" -out "$name.csr" 2>/dev/null
		openssl x509 -req -in "$name.csr" -CA "$authority.pem" -CAkey "$authority.key" -CAcreateserial -days 2 \
			-copy_extensions copy -out "$name.pem" 2>/dev/null
	fi
}

# A server of its own, on an address of loopback that nobody else listens on.
setup_file() {
	load ../cli/helper
	cd "$BATS_FILE_TMPDIR" || return 1
	unset PGHOST PGPORT PGUSER PGDATABASE REELPIPE_TEST_CLUSTER
	export REELPIPE_VAR=$BATS_FILE_TMPDIR/var address=127.$((RANDOM % 250 + 2)).$((RANDOM % 250 + 2)).$((RANDOM % 250 + 2))
	certificate ca 'reelpipe test authority' ca
	certificate other 'another authority' other
	certificate server db.reelpipe.test ca
	local place
	place=$(mktemp -d /tmp/reelpipe-tls.XXXXXX)
	echo "$place" >place
	cp server.key server.pem "$place"
	cat >"$place/hba" <<-'END'
		local all all trust
		hostssl all reelpipe_etl,reelpipe_dash 127.0.0.0/8 scram-sha-256
	END
	chmod 755 "$place"
	chmod 600 "$place/server.key"
	((EUID != 0)) || chown -R postgres: "$place"
	export REELPIPE_PG_OPTIONS="-c listen_addresses=$address -c ssl=on -c ssl_cert_file=$place/server.pem -c ssl_key_file=$place/server.key -c hba_file=$place/hba -c password_encryption=scram-sha-256 -c fsync=off"
	pg-local start 2>start.log || { cat start.log >&2 && return 1; }
	local env
	env=$(pg-local env)
	(
		eval "$env"
		createdb --maintenance-db=postgres service
		PGDATABASE=service pg-migrate --quiet
		psql -Xq -d service -c "ALTER ROLE reelpipe_etl PASSWORD 'etl secret'" -c "ALTER ROLE reelpipe_dash PASSWORD 'dash secret'"
		psql -XAtq -d postgres -c "SELECT port FROM (SELECT current_setting('port') AS port) AS p" >port
	)
	printf 'db.reelpipe.test:*:service:reelpipe_etl:etl secret\ndb.reelpipe.test:*:service:reelpipe_dash:dash secret\n' >pass
	chmod 600 pass
	printf '%s\n' "$env" >env.sh
}

teardown_file() {
	pg-local remove 2>/dev/null || true
	rm -rf "$(<"$BATS_FILE_TMPDIR/place")"
}

setup() {
	load ../cli/helper
	unset PGUSER REELPIPE_TEST_CLUSTER
	# As a pipeline's configuration has it.
	export PGHOST=db.reelpipe.test PGHOSTADDR=$address PGPORT PGDATABASE=service PGUSER=reelpipe_etl
	export PGPASSFILE=$BATS_FILE_TMPDIR/pass PGSSLMODE=verify-full PGSSLROOTCERT=$BATS_FILE_TMPDIR/ca.pem
	PGPORT=$(<"$BATS_FILE_TMPDIR/port")
	rec '#watch session_id user_id movie_id watch_timestamp rating' '1 10 603 2026-11-15T11:00:00Z 4.5' >watch.tsv
}

owner() {
	(
		eval "$(<"$BATS_FILE_TMPDIR/env.sh")"
		unset PGHOSTADDR PGSSLMODE PGSSLROOTCERT
		PGDATABASE=service psql -XAtq "$@"
	)
}

@test "a load over TLS, as reelpipe_etl, by a passfile" {
	run -0 pg-load --expect watch watch.tsv
	run -0 pg-read -q watch
	[[ $output == *$'1\t10\t603\t'* ]]
	same t "$(psql -XAtqc 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')"
	same SCRAM-SHA-256 "$(owner -U postgres -c "SELECT split_part(rolpassword, '\$', 1) FROM pg_authid WHERE rolname = 'reelpipe_etl'")"
}

@test "pipelines read where the database is from the configuration file, and load" {
	cat >reelpipe.conf <<-END
		# The database
		PGHOST=db.reelpipe.test
		PGHOSTADDR="$address"
		PGPORT=$PGPORT
		PGDATABASE=service

		PGUSER=reelpipe_etl
		PGPASSFILE='$PGPASSFILE'
		PGSSLMODE=verify-full
		PGSSLROOTCERT=$PGSSLROOTCERT
		REELPIPE_RUNS=$TMP/runs
	END
	printf 'session_id,user_id,movie_id,timestamp,rating\n2,1,1,2026-11-01T23:30:00Z,\n' >log.csv
	run -0 env -u PGHOST -u PGHOSTADDR -u PGPORT -u PGDATABASE -u PGUSER -u PGPASSFILE -u PGSSLMODE -u PGSSLROOTCERT \
		REELPIPE_CONF="$TMP/reelpipe.conf" "$ROOT/pipelines/load" watch log.csv
	[[ -d runs/load-watch ]]
	same 1 "$(owner -c 'SELECT count(*) FROM watch_sessions WHERE session_id = 2')"
}

@test "a configuration that is wrong is named with its line; it is read, not run" {
	# shellcheck disable=SC2016
	printf 'PGDATABASE=$(touch ran)\n; drop=1\n' >reelpipe.conf
	run -1 --separate-stderr env -u PGDATABASE REELPIPE_CONF="$TMP/reelpipe.conf" "$ROOT/pipelines/load" watch log.csv
	same "load: $TMP/reelpipe.conf:2: not a setting (NAME=value): ; drop" "$stderr"
	[[ ! -e ran ]]
	run -1 --separate-stderr env REELPIPE_CONF="$TMP/none" "$ROOT/pipelines/load" watch log.csv
	same "load: $TMP/none: no such file" "$stderr"
}

@test "a server that can't show who it is gets no password and no record" {
	PGSSLROOTCERT=$BATS_FILE_TMPDIR/other.pem run ! --separate-stderr pg-load watch.tsv
	[[ $stderr == *'certificate verify failed'* && $stderr != *secret* ]]
	# The certificate is another host's.
	sed 's/db\.reelpipe\.test/evil.reelpipe.test/' "$PGPASSFILE" >pass
	chmod 600 pass
	PGPASSFILE=$TMP/pass PGHOST=evil.reelpipe.test run ! --separate-stderr pg-load watch.tsv
	[[ $stderr == *'does not match host name "evil.reelpipe.test"'* ]]
	# No encryption: the server doesn't let anybody in.
	PGSSLMODE=disable run ! --separate-stderr pg-load watch.tsv
	[[ $stderr == *'no encryption'* ]]
}

@test "without the right password nobody gets in, and no message shows one" {
	printf 'db.reelpipe.test:*:*:*:not the secret\n' >wrong
	chmod 600 wrong
	PGPASSFILE=$TMP/wrong run ! --separate-stderr pg-load watch.tsv
	[[ $stderr == *'password authentication failed for user "reelpipe_etl"'* && $stderr != *'not the secret'* ]]
	# A passfile that others can read isn't used.
	cp "$PGPASSFILE" open
	chmod 644 open
	PGPASSFILE=$TMP/open run ! --separate-stderr pg-load watch.tsv
	[[ $stderr == *'no password supplied'* && $stderr != *'etl secret'* ]]
}

# refused STATEMENT…: as PGUSER, each by itself.
refused() {
	local statement
	for statement; do
		psql -Xq -v ON_ERROR_STOP=1 -c "$statement" >/dev/null 2>err && fail "allowed: $statement"
		stderr=$(<err)
		[[ $stderr == *'permission denied'* || $stderr == *'cannot '*' view '* || $stderr == *'must be owner'* || $stderr == *'must be superuser'* ]] ||
			fail "allowed or refused for another reason: $statement" "$stderr"
	done
}

@test "reelpipe_etl writes rows and can do nothing else" {
	refused 'CREATE TABLE mine (a int)' 'CREATE SCHEMA mine' 'DROP TABLE watch_sessions' 'TRUNCATE watch_sessions' \
		'ALTER TABLE movies ADD COLUMN a int' 'CREATE INDEX ON watch_sessions (rating)' \
		"UPDATE settings SET business_tz = 'UTC'" 'UPDATE schema_migration SET name = name' \
		'CREATE FUNCTION public.business_day(text) RETURNS date LANGUAGE sql RETURN now()' \
		'DELETE FROM movies' 'DELETE FROM users' 'DELETE FROM etl_log' 'DELETE FROM etl_reject' 'DELETE FROM etl_bookmark' \
		'CREATE ROLE more' "COPY watch_sessions TO '/tmp/stolen'" "COPY watch_sessions TO PROGRAM 'cat'" \
		'SELECT * FROM pg_authid' 'SELECT watch_sessions_keys()' \
		'CREATE OR REPLACE VIEW dash.days AS SELECT 1' 'SET ROLE reelpipe_dash'
	# This one is a warning.
	psql -Xqc 'GRANT SELECT ON users TO reelpipe_dash'
	same f "$(owner -c "SELECT has_table_privilege('reelpipe_dash', 'users', 'SELECT')")"
}

@test "a table of one's own stands in no load's way" {
	# What a session makes in pg_temp comes first in its search path, unless that is fixed.
	export PGOPTIONS='-c search_path=pg_temp,public'
	run -0 pg-load --expect watch watch.tsv
	same 1 "$(owner -c 'SELECT count(*) FROM public.watch_sessions WHERE session_id = 1')"
}

@test "reelpipe_dash reads the views of dash and nothing else" {
	export PGUSER=reelpipe_dash
	local name
	for name in $(owner -c "SELECT relname FROM pg_class WHERE relnamespace = 'dash'::regnamespace AND relkind = 'v'"); do
		psql -Xq -v ON_ERROR_STOP=1 -c "SELECT * FROM dash.$name" >/dev/null || fail "$name"
	done
	for name in $(owner -c "SELECT oid::regclass FROM pg_class WHERE relnamespace <> 'dash'::regnamespace AND relkind IN ('r', 'v', 'm') AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')"); do
		refused "SELECT * FROM $name"
	done
	refused 'INSERT INTO dash.days SELECT * FROM dash.days' 'UPDATE dash.movies SET title = title' 'DELETE FROM dash.rejects' \
		'CREATE TABLE mine (a int)' 'SELECT bulk_begin_watch()' 'SELECT direct_ready_watch()' 'SELECT direct_begin_watch(1)' 'SELECT direct_end_watch()' "SELECT nextval('load_id_seq')" \
		'CREATE VIEW dash.more AS SELECT 1' 'SET ROLE reelpipe_etl'
	run ! --separate-stderr pg-load watch.tsv
	[[ $stderr == *'permission denied'* ]]
}

@test "a name that came with the data is never taken for SQL" {
	printf '#watch\tsession_id\t"; drop table users; --\n1\t1\n#end\t1\n' >in
	run -1 --separate-stderr pg-load in
	same 'pg-load: in:1: watch records have no column "\"; drop table users; --"' "$stderr"
	printf 'session_id,"""; drop table users; --"\n1,1\n' >in.csv
	run -2 --separate-stderr csv-read in.csv
	[[ $stderr == *'in.csv:1: '*'the header has "session_id", "\"; drop table users; --"' ]]
	printf '#"; drop table users; --\ta\n#end\t0\n' >in
	run -1 pg-load in
	same t "$(owner -c "SELECT to_regclass('users') IS NOT NULL")"
}
