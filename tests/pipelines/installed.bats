#!/usr/bin/env bats
# Pipelines as cron runs them: installed, with a PATH that doesn't hold the programs; two at once; interrupted.
# shellcheck disable=SC2154 # bats's run sets stderr

setup() {
	load ../cli/helper
	printf 'session_id,user_id,movie_id,timestamp,rating\n1,1,1,2026-11-01T23:30:00Z,\n2,1,1,yesterday,\n' >log.csv
}

teardown() {
	[[ ! -s $TMP/place ]] || rm -rf "$(<"$TMP/place")"
}

sql() {
	psql -XAtqc "$1"
}

@test "installed pipelines find the programs beside them" {
	database installed
	# What make install makes of the programs that are to be tested.
	mkdir -p usr/bin usr/share/reelpipe
	cp "${REELPIPE_BIN:-$ROOT/bin}"/{csv-read,mask,validate,dedupe,pg-load,pg-read} usr/bin
	cp -R "$ROOT/sql" "$ROOT/pipelines" usr/share/reelpipe
	run -0 env -u REELPIPE_BIN PATH=/usr/bin:/bin usr/share/reelpipe/pipelines/load watch log.csv
	same 1 "$(sql 'SELECT count(*) FROM watch_sessions')"
}

@test "an installed demo keeps its data with the user's state, not in the installed tree" {
	# Root's would be the machine's, which a test leaves alone; another user needs a way there.
	local place as=()
	place=$(mktemp -d /tmp/reelpipe-installed.XXXXXX)
	echo "$place" >place
	mkdir -p "$place"/usr/bin "$place"/usr/share/reelpipe "$place"/state/reelpipe
	cp -R "$ROOT/sql" "$ROOT/pipelines" "$place/usr/share/reelpipe"
	exec {lock}>"$place/state/reelpipe/demo.lock"
	flock "$lock"
	if ((EUID == 0)); then
		chmod -R a+rX "$place"
		chown -R 65534:65534 "$place"
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	cd "$place"
	# It gets no further than the lock.
	run -75 --separate-stderr "${as[@]}" env -u REELPIPE_BIN -u REELPIPE_VAR XDG_STATE_HOME="$place/state" \
		PATH=/usr/bin:/bin usr/share/reelpipe/pipelines/demo {lock}>&-
	same 'demo: another demo is running' "$stderr"
	[[ ! -e usr/share/reelpipe/var ]]
}

@test "two runs that keep their rejects in one directory: the second exits 75 and touches nothing" {
	database installed
	export REELPIPE_RUNS=$TMP/runs
	run -0 "$ROOT/pipelines/load" watch log.csv
	local before
	before=$(cat runs/load-watch/rejects/*.tsv)
	[[ $before == *bad-time* ]]
	exec {lock}>runs/load-watch.lock
	flock "$lock"
	run -75 --separate-stderr "$ROOT/pipelines/load" watch log.csv {lock}>&-
	same 'load-watch: another run has its directory' "$stderr"
	same "$before" "$(cat runs/load-watch/rejects/*.tsv)"
	exec {lock}>&-
	run -0 "$ROOT/pipelines/load" watch log.csv
}

@test "an aggregate's days are the business's" {
	database installed
	"$ROOT/pipelines/load" watch log.csv 2>/dev/null
	sql "UPDATE settings SET business_tz = 'Europe/Berlin'"
	# 23:30 UTC of the 1st is the 2nd in Berlin.
	"$ROOT/pipelines/aggregate" --all --now 2026-11-01T23:30:00Z 2>err || fail "$(cat err)"
	same '2026-11-02 1' "$(sql "SELECT as_of || ' ' || views FROM trending WHERE \"by\" = 'movie' AND window_days = 28")"
	same '2026-11-02 0' "$(sql "SELECT day || ' ' || hour FROM hour_daily")"
}

@test "interrupted: 130, nothing loaded, nothing left behind" {
	database installed
	mkdir tmp
	mkfifo log.fifo
	# Background jobs of a shell ignore SIGINT, which a terminal's don't.
	# shellcheck disable=SC2016 # perl's
	TMPDIR=$TMP/tmp setsid perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
		"$ROOT/pipelines/load" watch log.fifo >out 2>err 3>&- &
	local pid=$! status=0 tries=0
	exec 7>log.fifo
	cat log.csv >&7
	until [[ -n $(pgrep -g "$pid" -x pg-load) && -n $(pgrep -g "$pid" -x csv-read) ]]; do
		((tries++ < 100)) || fail 'the stages are not there'
		sleep 0.05
	done
	kill -INT -- "-$pid"
	wait "$pid" || status=$?
	exec 7>&-
	same 130 "$status"
	same '' "$(ls tmp)"
	same 0 "$(sql 'SELECT count(*) FROM watch_sessions')"
}

# The tree as `make install` puts it, for the tests below.
installed() {
	make -s -C "$ROOT" install DESTDIR="$TMP/root" PREFIX=/usr >/dev/null
}

@test "make install: what is named exists; make uninstall takes it all away" {
	installed
	local command
	for command in "$ROOT"/src/*; do
		command=${command##*/}
		command=${command%.c}
		[[ -x root/usr/bin/$command && -s root/usr/share/man/man1/$command.1 ]] || fail "$command"
		[[ -e root/usr/share/bash-completion/completions/$command ]] || fail "completion of $command"
	done
	[[ ! -e root/usr/bin/setup && ! -e root/usr/bin/completion.bash ]]
	same '' "$(grep -rl "$ROOT" root/usr/share root/usr/lib)"
	make -s -C "$ROOT" uninstall DESTDIR="$TMP/root" PREFIX=/usr
	same '' "$(find root ! -type d)"
}

@test "another PREFIX: units and crontab name its pipelines" {
	make -s -C "$ROOT" install DESTDIR="$TMP/root" PREFIX=/opt/reel >/dev/null
	same '' "$(grep -rh '/usr/share/reelpipe' root/opt/reel/lib root/opt/reel/share/reelpipe/pipelines/crontab)"
	grep -q '^PIPELINES=/opt/reel/share/reelpipe/pipelines$' root/opt/reel/share/reelpipe/pipelines/crontab
}

@test "systemd takes the units; the service is confined" {
	installed
	cp -R /usr/lib/systemd/system/*.target root/usr/lib/systemd/system
	local unit
	for unit in "$ROOT"/pipelines/systemd/*; do
		unit=${unit##*/}
		run -0 systemd-analyze verify --man=no --root="$TMP/root" "${unit/@/@watch-hourly}"
		same '' "$output"
	done
	systemd-analyze security --offline=true --threshold=25 --root="$TMP/root" reelpipe@watch-hourly.service >exposure ||
		fail "$(cat exposure)"
}

@test "what crontab and timers run are pipelines" {
	local name
	for name in $(sed -nE 's|.*PIPELINES/run (--quiet )?([a-z-]+).*|\2|p' "$ROOT/pipelines/crontab") \
		$(sed -nE 's/^Unit=reelpipe@(.*)\.service$/\1/p' "$ROOT"/pipelines/systemd/*.timer); do
		[[ -x $ROOT/pipelines/$name ]] || fail "$name"
	done
	local -a times
	mapfile -t times < <(sed -n 's/^OnCalendar=//p' "$ROOT"/pipelines/systemd/*.timer)
	run -0 systemd-analyze calendar "${times[@]}"
}

@test "completion: options and values as --help has them" {
	cat >complete.bash <<-'END'
		source "$ROOT/bin/completion.bash"
		complete_words() {
			COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
			_reelpipe_complete "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
			echo "${COMPREPLY[*]}"
		}
	END
	# shellcheck source=/dev/null
	source complete.bash
	same '--score' "$(complete_words agg-trending --sc)"
	same 'views viewers decay' "$(complete_words agg-trending --score '')"
	same 'first' "$(complete_words dedupe --keep = f)"
	[[ $(complete_words pg-load --expect '') == 'watch movie user '* ]]
	[[ " $(complete_words pg-read '') " == *' movies-stale '* ]]
	same 'Europe/Berlin' "$(complete_words agg-daily --tz Europe/Berl)"
	same 'start status stop' "$(complete_words pg-local st | tr ' ' '\n' | sort | xargs)"
	same '' "$(complete_words csv-read x)"
}
