#!/usr/bin/env bats
# pg-migrate: each migration once, in order, in a transaction with the note that it is applied.

setup() {
	load helper
	_cluster
	name=pg_migrate_${BATS_TEST_NUMBER}_$$
	createdb --maintenance-db=postgres "$name"
	export PGDATABASE=$name
}

teardown() {
	dropdb --maintenance-db=postgres --force "$name"
}

sql() {
	psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"
}

own() {
	mkdir -p sql/schema
	export REELPIPE_SQL=$TMP/sql
	printf 'CREATE TABLE one (n integer); INSERT INTO one VALUES (1);' >sql/schema/001-one.sql
	printf 'INSERT INTO one VALUES (2);\n' >sql/schema/002-two.sql
}

@test "an empty database gets all tables, once" {
	run -0 --separate-stderr pg-migrate --status
	same '' "$(sed '/^pending  -                    [0-9]\{3\}-[a-z-]*\.sql$/d' <<<"$output")"
	same '' "$(sql "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")"
	run -0 --separate-stderr pg-migrate
	same '' "$output"
	same "$(cd "$ROOT/sql/schema" && for file in *.sql; do echo "pg-migrate: applied $file"; done)" "$stderr"
	run -0 --separate-stderr pg-migrate
	same "pg-migrate: nothing to do: all $(cd "$ROOT/sql/schema" && printf '%s\n' *.sql | wc -l) migrations are applied" "$stderr"
	run -0 --separate-stderr pg-migrate -q
	same '' "$output$stderr"
	run -0 --separate-stderr pg-migrate --status
	same '' "$(sed '/^applied  20[0-9-]*T[0-9:]*Z [0-9]\{3\}-[a-z-]*\.sql$/d' <<<"$output")"
	same t "$(sql "SELECT to_regclass('watch_sessions') IS NOT NULL")"
}

@test "only what is new is applied, in order" {
	own
	pg-migrate -q
	printf 'INSERT INTO one VALUES (4);\n' >sql/schema/004-four.sql
	printf 'INSERT INTO one VALUES (3);\n' >sql/schema/003-three.sql
	printf 'nonsense' >sql/schema/README
	printf 'nonsense' >sql/schema/5-five.sql
	run -0 --separate-stderr pg-migrate --status
	same 'applied 001-one.sql
applied 002-two.sql
pending 003-three.sql
pending 004-four.sql' "$(awk '{ print $1, $3 }' <<<"$output")"
	run -0 --separate-stderr pg-migrate
	same 'pg-migrate: applied 003-three.sql
pg-migrate: applied 004-four.sql' "$stderr"
	same '1
2
3
4' "$(sql 'TABLE one')"
}

@test "a migration that fails leaves nothing behind, and is tried again" {
	own
	printf 'INSERT INTO one VALUES (2);\n\nINSERT INTO two\nVALUES (2);\n' >sql/schema/002-two.sql
	run -1 --separate-stderr pg-migrate
	same "pg-migrate: applied 001-one.sql
pg-migrate: $TMP/sql/schema/002-two.sql:3: relation \"two\" does not exist" "$stderr"
	same 1 "$(sql 'TABLE one')"
	same '001-one.sql' "$(sql 'SELECT name FROM schema_migration')"
	printf 'INSERT INTO one VALUES (2);\n' >sql/schema/002-two.sql
	pg-migrate -q
	same '1
2' "$(sql 'TABLE one')"
}

@test "a migration may not end its transaction" {
	own
	printf 'COMMIT;\n' >sql/schema/002-two.sql
	run -1 pg-migrate -q
	same "pg-migrate: $TMP/sql/schema/002-two.sql: a migration may not end its transaction" "$output"
	same '001-one.sql' "$(sql 'SELECT name FROM schema_migration')"
}

@test "an applied file that changes or vanishes, and two of one number, are errors" {
	own
	pg-migrate -q
	printf -- '-- changed\n' >>sql/schema/001-one.sql
	run -1 pg-migrate
	[[ $output == "pg-migrate: $TMP/sql/schema/001-one.sql: changed since it was applied on 20"*'; undo that, and put the change into a new migration' ]]
	run -1 pg-migrate --status
	own
	run -0 pg-migrate
	rm sql/schema/002-two.sql
	run -1 pg-migrate
	[[ $output == "pg-migrate: $TMP/sql/schema/002-two.sql: applied to this database, but the file isn't here"* ]]
	own
	cp sql/schema/002-two.sql sql/schema/002-also.sql
	run -1 pg-migrate
	[[ $output == *'002-two.sql: two migrations have this number, 002-also.sql too' ]]
	rm sql/schema/*
	run -1 pg-migrate
	[[ $output == *'sql/schema: no migrations there' ]]
}

@test "several at once: one does it, the others find nothing to do" {
	local pids=() pid i
	for i in 1 2 3 4; do
		pg-migrate 2>"log$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	same 3 "$(cat log? | grep -c 'nothing to do')"
	same "$(cd "$ROOT/sql/schema" && printf '%s\n' *.sql | wc -l)" "$(cat log? | grep -c applied\ 0)"
}

@test "who may not make the roles is told what is missing" {
	own
	cp "$ROOT/sql/schema/001-roles.sql" sql/schema/001-one.sql
	# As if the roles weren't there: other names.
	sed -i "s/reelpipe_etl/reelpipe_test_$$/; s/, 'reelpipe_dash'//" sql/schema/001-one.sql
	sql "CREATE ROLE plain_$$ LOGIN; GRANT CREATE ON SCHEMA public TO plain_$$"
	PGUSER=plain_$$ run -1 pg-migrate
	PGUSER=postgres sql "DROP OWNED BY plain_$$; DROP ROLE plain_$$"
	[[ $output == *"001-one.sql: the role reelpipe_test_$$ is missing and plain_$$ may not create it: An administrator can: CREATE ROLE reelpipe_test_$$ LOGIN" ]] || fail "$output"
}

@test "wrong usage, a full disk, a server that is away" {
	run -2 pg-migrate up
	same 'pg-migrate: no operand is expected: "up"' "${lines[0]}"
	run -1 bash -c 'pg-migrate --status >/dev/full'
	PGHOST=$TMP run -75 pg-migrate
	PGDATABASE=nowhere run -1 pg-migrate
	REELPIPE_SQL=$TMP/none run -1 pg-migrate
	[[ $output == 'pg-migrate: REELPIPE_SQL: no such directory'* ]]
}
