#!/usr/bin/env bats
# reelpipe-pipelines(7): what it says is there, and what is there it says. And what its units are to run, can run so.

setup() {
	load ../cli/helper
	page=$ROOT/man/reelpipe-pipelines.7
}

pipelines() {
	find "$ROOT/pipelines" -maxdepth 1 -type f -perm -u+x -printf '%f\n' | sort
}

# section NAME: the lines of a section or subsection.
section() {
	awk -v name="$1" '/^\.S[hs] / { inside = (substr($0, 5) == name); next } inside' "$page"
}

@test "every pipeline is in the page, and no other" {
	{
		section 'Every hour and every day'
		section 'By hand, and parts of others'
	} | sed -n 's/^\.It Pa pipelines\/\([a-z-]*\).*/\1/p' | sort >documented
	pipelines >there
	[[ $(wc -l <there) -ge 14 ]]
	diff -u documented there || fail 'the page and pipelines/ differ'
	# Nor is any other mentioned, here or in the tour.
	grep -ohP '(?<!tests/)pipelines/[a-z.-]*[a-z]' "$page" "$ROOT"/man/*.[157] "$ROOT/README.md" | sort -u |
		while read -r name; do
			[[ -e $ROOT/$name ]] || fail "$name is mentioned and isn't there"
		done
}

# The pipelines of the table and when they start, as the timers have it.
documented_times() {
	section DESCRIPTION | sed -n 's/^\.It \([a-z-]*\) Ta \([^ ].*\) Ta .*/\1 \2/p' | sort
}

@test "timers and crontab start what the page says, when it says" {
	local timer
	documented_times >documented
	[[ $(wc -l <documented) == 5 ]]
	for timer in "$ROOT"/pipelines/systemd/*.timer; do
		printf '%s %s\n' "$(sed -n 's/^Unit=reelpipe@\(.*\)\.service$/\1/p' "$timer")" \
			"$(sed -n 's/^OnCalendar=//p' "$timer")"
	done | sort >timers
	same_file documented timers
	# shellcheck disable=SC2016 # the dollars are awk's
	awk '/^[0-9]/ {
		time = sprintf("%s:%02d", $2 == "*" ? "*" : sprintf("%02d", $2), $1)
		day = $3 == "*" ? "" : sprintf("*-*-%02d ", $3)
		print $8, day time
	}' "$ROOT/pipelines/crontab" | sort >by-cron
	same_file documented by-cron
}

@test "every setting of the example configuration is in the page" {
	local name
	sed -n 's/^#\{0,1\}\([A-Z_]*\)=.*/\1/p' "$ROOT/pipelines/reelpipe.conf" >settings
	[[ $(wc -l <settings) -ge 8 ]]
	while read -r name; do
		section ENVIRONMENT | grep -q "^\.It Ev .*\b$name\b" || fail "not in the page: $name"
	done <settings
}

# The messages that the runbook quotes, one a line, `...` for what varies.
quoted() {
	sed '/\\$/ { N; s/\\\n// }' "$page" | awk '/^\.Sh / { inside = ($2 == "RUNBOOK") } inside && /^\.It Sy / {
		n = split($0, part, "\"")
		for (i = 2; i <= n; i += 2)
			print part[i]
	}'
}

# unwritten: those of them that no source has.
unwritten() {
	quoted >messages
	[[ $(wc -l <messages) -ge 50 ]] || fail "only $(wc -l <messages) messages in the page"
	find "$ROOT/src" "$ROOT/common" "$ROOT/pipelines" "$ROOT/sql" -type f -exec cat {} + >sources
	# Literals that go over several lines are put together.
	python3 - messages sources <<-'END'
		import re, sys
		messages, sources = (open(name, encoding="utf-8", errors="replace").read() for name in sys.argv[1:])
		sources = re.sub(r'"\s*\n\s*"', "", sources).replace("''", "'")
		for message in messages.splitlines():
		    parts = [part.strip() for part in message.split("...")]
		    parts = [re.escape(part).replace("%", "%{1,2}").replace("\\ ", r"\s+") for part in parts if part]
		    if not re.search(r"[^\n]{1,40}?".join(parts), sources):
		        print(message)
	END
}

@test "every message that the runbook quotes is one of the programs'" {
	local missing
	missing=$(unwritten)
	same '' "$missing"
	# That would be found out.
	sed 's/node is missing: bin/node is absent: bin/; s/given up after ... attempts/given up after ... tries/' "$page" >changed
	page=$TMP/changed
	missing=$(unwritten)
	[[ $missing == *'given up after ... tries'*$'\n''node is absent: '* ]] || fail "$missing"
}

@test "the report can be made where no memory is both written and run, as in its unit" {
	database report
	grep -q '^MemoryDenyWriteExecute=true' "$ROOT/pipelines/systemd/reelpipe@.service"
	cat >denied <<-'END'
		import ctypes, os, sys
		# PR_SET_MDWE, since Linux 6.3; what it forbids goes with exec.
		if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):
		    sys.exit(99)
		os.execvp(sys.argv[1], sys.argv[1:])
	END
	local status=0
	python3 denied "$ROOT/pipelines/report" --now 2026-11-16 --out page.html 2>err || status=$?
	((status != 99)) || skip 'this kernel has no PR_SET_MDWE'
	((status == 0)) || fail "$(cat err)"
	grep -q '</html>' page.html
	"$ROOT/pipelines/report" --now 2026-11-16 --out same.html 2>err
	same_file page.html same.html
}
