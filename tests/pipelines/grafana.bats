#!/usr/bin/env bats
# pipelines/grafana: which Grafana it starts, on what, and what it keeps to itself. A program stands in for Grafana,
# and writes down how it was started.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	export GRAFANA_HOME=$TMP/home recorded=$TMP/recorded
	mkdir -p home/bin home/conf
	touch home/conf/defaults.ini
	cat >home/bin/grafana <<-END
		#!/bin/sh
		{ printf '%s\n' "\$@"; pwd; } >"$recorded.args"
		env >"$recorded"
		exit 3
	END
	chmod +x home/bin/grafana
}

# What it keeps goes with the test; the cluster of the tests is elsewhere.
grafana() {
	REELPIPE_VAR=$TMP/var "$ROOT/pipelines/grafana" "$@"
}

# value NAME: a variable of the environment that Grafana got.
value() {
	sed -n "s/^$1=//p" "$recorded"
}

# What Grafana makes of a setting: environment, then what that holds once more.
provisioned() {
	(
		set -a
		# Names alone: values may hold anything.
		while IFS= read -r name; do
			printf -v "$name" '%s' "$(value "$name")"
		done < <(sed -n 's/^\(REELPIPE_[A-Z_]*\)=.*/\1/p' "$recorded")
		python3 - "$1" <<-'END'
			import os, sys
			print(os.path.expandvars(os.environ[sys.argv[1]]))
		END
	)
}

@test "grafana starts the Grafana that it finds, on its files and the database, on loopback" {
	database one
	psql -Xqc "UPDATE settings SET business_tz = 'Asia/Kolkata'"
	run -3 --separate-stderr grafana
	same "$(printf '%s\n' server --homepath "$TMP/home" "$TMP/var/grafana")" "$(<"$recorded.args")"
	same "$PGHOST" "$(provisioned REELPIPE_DB_URL)"
	same "$PGDATABASE" "$(provisioned REELPIPE_DB_NAME)"
	same disable "$(value REELPIPE_DB_SSLMODE)"
	same "$ROOT/grafana/dashboards" "$(value REELPIPE_DASHBOARDS)"
	same "$ROOT/grafana/provisioning" "$(value GF_PATHS_PROVISIONING)"
	same "$TMP/var/grafana/data" "$(value GF_PATHS_DATA)"
	same 127.0.0.1:3000 "$(value GF_SERVER_HTTP_ADDR):$(value GF_SERVER_HTTP_PORT)"
	same false "$(value GF_AUTH_ANONYMOUS_ENABLED)"
	same Asia/Kolkata "$(value GF_DATE_FORMATS_DEFAULT_TIMEZONE)"
	# Grafana's driver stops at variables of libpq's that it doesn't know.
	same "PGPORT=$PGPORT" "$(grep '^PG' "$recorded")"
	same '' "$output"
	same "$(printf '%s\n' "grafana: http://127.0.0.1:3000/ shows the database \"$PGDATABASE\"; Ctrl-C ends it" \
		"grafana: log in as admin; the password is in $TMP/var/grafana/admin-password")" "$stderr"
}

@test "grafana: the passwords are made once, for nobody else to read, and never shown" {
	local password
	database one
	run -3 --separate-stderr grafana
	password=$(<"$TMP/var/grafana/admin-password")
	((${#password} > 16))
	same '600 600 700' "$(stat -c %a var/grafana/admin-password var/grafana/secret-key var/grafana | xargs)"
	run -3 --separate-stderr grafana
	same "$password" "$(<"$TMP/var/grafana/admin-password")"
	[[ $stderr != *"$password"* && $(<"$recorded") != *"$password"* ]]
	same "\$__file{$TMP/var/grafana/admin-password}" "$(value GF_SECURITY_ADMIN_PASSWORD)"
	same "\$__file{$TMP/var/grafana/secret-key}" "$(value GF_SECURITY_SECRET_KEY)"
}

@test "grafana: reelpipe_dash's password gets there whatever is in it, and nowhere else" {
	local password="a\$b\${HOME}\$\$c'd\"e \\f"
	database one
	printf '%s\n' "$password" >secret
	REELPIPE_DASH_PASSWORD_FILE=$TMP/secret run -3 --separate-stderr grafana
	same "$password" "$(provisioned REELPIPE_DASH_PASSWORD)"
	[[ $stderr != *'HOME}'* ]]
	! grep -rqF "$password" var || fail 'the password was stored'
	REELPIPE_DASH_PASSWORD=$password run -3 --separate-stderr grafana
	same "$password" "$(provisioned REELPIPE_DASH_PASSWORD)"
	REELPIPE_DASH_PASSWORD_FILE=$TMP/none run -1 --separate-stderr grafana
	same "grafana: $TMP/none: no such file, or it can't be read" "$stderr"
	# What is the caller's isn't handed on.
	PGPASSWORD=mine run -3 --separate-stderr grafana
	same '' "$(grep mine "$recorded" || true)"
}

@test "grafana: address, port and who may look" {
	database one
	run -3 --separate-stderr grafana --port=8080 --address ::1 --anonymous
	same '::1 8080 true Viewer' "$(value GF_SERVER_HTTP_ADDR) $(value GF_SERVER_HTTP_PORT) $(value GF_AUTH_ANONYMOUS_ENABLED) $(value GF_AUTH_ANONYMOUS_ORG_ROLE)"
	[[ $stderr == *'http://[::1]:8080/'* ]]
	local bad
	for bad in '--port x' '--port 0' '--port 65536' '--port' '--address a/b' '--nonsense' 'operand'; do
		# shellcheck disable=SC2086
		run -2 --separate-stderr grafana $bad
		[[ $stderr == *"Try 'grafana --help'."* ]] || fail "$bad: $stderr"
	done
	run -0 --separate-stderr grafana --help
	[[ $output == 'usage: grafana '* ]]
}

@test "grafana: where there is none, it says how to get one" {
	rm home/bin/grafana
	run -1 --separate-stderr grafana
	same "grafana: no Grafana in GRAFANA_HOME: $TMP/home" "$stderr"
	[[ ! -d /usr/share/grafana ]] || skip 'this machine has one'
	unset GRAFANA_HOME
	PATH=$(printf '%s' "$PATH" | tr : '\n' | while read -r place; do [[ -x $place/grafana ]] || printf '%s:' "$place"; done) \
		run -1 --separate-stderr grafana
	[[ $stderr == 'grafana: there is no Grafana on this machine.'*'apt-get install -y grafana'* ]]
	[[ ! -e var ]]
}

@test "grafana: an old one has another name, and one on PATH is found" {
	database one
	mv home/bin/grafana home/bin/grafana-server
	run -3 --separate-stderr grafana
	same "$(printf '%s\n' --homepath "$TMP/home" "$TMP/var/grafana")" "$(<"$recorded.args")"
	[[ ! -d /usr/share/grafana ]] || skip 'this machine has one'
	unset GRAFANA_HOME
	PATH=$TMP/home/bin:$PATH run -3 --separate-stderr grafana
}

@test "grafana: what would only show as No data is said before" {
	database one
	psql -Xqc 'REVOKE USAGE ON SCHEMA dash FROM reelpipe_dash'
	run -1 --separate-stderr grafana
	[[ $stderr == *"reelpipe_dash can't read the views of the database \"$PGDATABASE\""* ]]
	[[ ! -e $recorded ]]
	PGDATABASE=nowhere run -75 --separate-stderr grafana
	[[ $stderr == *"the database isn't there"* ]]
	unset "${!PG@}"
	run -1 --separate-stderr grafana
	same "$(printf '%s\n' "pg-local: no cluster in $TMP/var/pg yet: pg-local start" \
		'grafana: no database: PGHOST and PGSERVICE name none, and pg-local has none; pipelines/demo makes one')" "$stderr"
}

@test "grafana: a second one doesn't get at the data of the first" {
	database one
	mkdir -p var/grafana
	exec {lock}>var/grafana/lock
	flock "$lock"
	run -75 --separate-stderr grafana {lock}>&-
	same 'grafana: another Grafana has its data' "$stderr"
}

@test "grafana: the database by a service file" {
	database one
	printf '[here]\nhost=%s\nport=%s\nuser=%s\ndbname=%s\n' "$PGHOST" "$PGPORT" "$PGUSER" "$PGDATABASE" >services
	local wanted="$PGHOST $PGDATABASE"
	unset "${!PG@}"
	PGSERVICEFILE=$TMP/services PGSERVICE=here run -3 --separate-stderr grafana
	same "$wanted" "$(provisioned REELPIPE_DB_URL) $(provisioned REELPIPE_DB_NAME)"
	same PGPORT=5432 "$(grep '^PG' "$recorded")"
}

@test "grafana: the database by TCP" {
	database one
	# The cluster listens on its socket alone: this hands one connection after the other on to it.
	python3 - "$PGHOST/.s.PGSQL.$PGPORT" >port 3>&- <<-'END' &
		import socket, sys, threading
		server = socket.create_server(("127.0.0.1", 0))
		print(server.getsockname()[1], flush=True)
		def pump(a, b):
		    while data := a.recv(65536):
		        b.sendall(data)
		    b.shutdown(socket.SHUT_WR)
		while True:
		    near, _ = server.accept()
		    far = socket.socket(socket.AF_UNIX)
		    far.connect(sys.argv[1])
		    for pair in ((near, far), (far, near)):
		        threading.Thread(target=pump, args=pair, daemon=True).start()
	END
	local server=$! n
	for ((n = 0; n < 100; n++)); do
		[[ ! -s port ]] || break
		sleep 0.05
	done
	PGHOST=127.0.0.1 PGPORT=$(<port) run -3 --separate-stderr grafana
	kill "$server"
	same "127.0.0.1:$(<port) disable" "$(value REELPIPE_DB_URL) $(value REELPIPE_DB_SSLMODE)"
}
