# shellcheck shell=bash
# What all pipelines share. Sourced, not run:
#
#     source "$(dirname -- "${BASH_SOURCE[0]}")/lib.bash"
#     pipeline_begin load-watch
#
# A pipeline exits as its programs do: 0 done, 1 failed, 2 wrong usage, 75 try again later.

set -euo pipefail

note() {
	printf '%s: %s\n' "$pipeline" "$1" >&2
}

die() {
	note "$2"
	exit "$1"
}

wrong_usage() {
	note "$1"
	note "Try '$pipeline --help'."
	exit 2
}

# read_config: the settings of this installation, NAME=value a line, from the file that REELPIPE_CONF names, or
# /etc/reelpipe/reelpipe.conf. It is read, not run: nothing in it is expanded. The environment's own values win.
read_config() {
	local config=${REELPIPE_CONF-/etc/reelpipe/reelpipe.conf} line number=0 name value
	local setting='^((PG|REELPIPE_|TMDB_)[A-Z0-9_]+|TMPDIR)=(.*)$'
	if [[ ! -e $config ]]; then
		[[ -z ${REELPIPE_CONF-} ]] || die 1 "$config: no such file"
		return 0
	fi
	[[ -r $config ]] || die 1 "$config: it can't be read"
	while IFS= read -r line || [[ -n $line ]]; do
		number=$((number + 1))
		[[ ! $line =~ ^[[:space:]]*(#.*)?$ ]] || continue
		[[ $line =~ $setting ]] || die 1 "$config:$number: not a setting (NAME=value): ${line%%=*}"
		name=${BASH_REMATCH[1]} value=${BASH_REMATCH[3]}
		if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then
			value=${BASH_REMATCH[1]}
		fi
		[[ -v $name ]] || export "$name=$value"
	done <"$config"
}
pipeline=${0##*/}
read_config

# The directory above pipelines/: the source tree, or share/reelpipe once installed.
tree=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# The programs are beside: in a source tree's bin, or PREFIX/bin, which cron's PATH may lack. Tests name others.
if [[ -n ${REELPIPE_BIN:-} ]]; then
	PATH=$REELPIPE_BIN:$PATH
elif [[ -e $tree/Makefile ]]; then
	PATH=$tree/bin:$PATH
elif [[ -x $tree/../../bin/pg-load ]]; then
	PATH=$(cd -- "$tree/../../bin" && pwd):$PATH
fi

# state_directory: where what outlives a run is kept, as pg-local has it: with the tree, or with the state of the user
# (of the machine, for root) where the programs are installed.
state_directory() {
	if [[ -n ${REELPIPE_VAR:-} ]]; then
		readlink -m -- "$REELPIPE_VAR"
	elif [[ -e $tree/Makefile ]]; then
		printf '%s/var\n' "$tree"
	elif ((EUID == 0)); then
		printf '/var/lib/reelpipe\n'
	elif [[ -z ${XDG_STATE_HOME-}${HOME-} ]]; then
		die 1 'neither REELPIPE_VAR nor HOME says where state is kept'
	else
		printf '%s/reelpipe\n' "${XDG_STATE_HOME:-$HOME/.local/state}"
	fi
}

# histories_directory: where pipelines/aggregate keeps what lists are made of, which has numbers of users.
histories_directory() {
	local state
	state=$(state_directory)
	printf '%s/aggregate\n' "$state"
}

# The key for TMDB is tmdb-pull's alone. Other programs, some of which stay, don't get it into their environment;
# who runs tmdb-pull, or a pipeline that does, hands it over by with_key COMMAND…
export -n TMDB_TOKEN TMDB_API_KEY

with_key() {
	(
		export TMDB_TOKEN TMDB_API_KEY # without their values, which `bash -x` would show
		exec "$@"
	)
}

# pipeline_begin NAME: sets $pipeline, and $work, the directory of this run: rejects/STAGE.tsv has the records
# that each stage rejected, stages.tsv what each stage counted. It goes when the pipeline ends, unless
# REELPIPE_RUNS names a directory: then it is REELPIPE_RUNS/NAME and stays until the next run. Under etl-run, which
# says so by REELPIPE_RUN, what is counted goes to a file of etl-run's, and so does which stage failed.
pipeline_begin() {
	pipeline=$1
	if [[ -n ${REELPIPE_RUNS:-} ]]; then
		work=$REELPIPE_RUNS/$pipeline
		(umask 077 && mkdir -p -- "$REELPIPE_RUNS")
		# Two at once would delete each other's rejects.
		local lock
		exec {lock}>"$work.lock"
		flock -n "$lock" || die 75 'another run has its directory'
		rm -rf -- "$work"
		(umask 077 && mkdir -p -- "$work")
	else
		work=$(mktemp -d "${TMPDIR:-/tmp}/reelpipe-$pipeline.XXXXXX")
	fi
	trap pipeline_end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir "$work/rejects"
	[[ -n ${REELPIPE_RUN:-} ]] || export REELPIPE_STATS=$work/stages.tsv REELPIPE_FAILED=$work/failed
	export REELPIPE_PIPE=-
	pipe=1
}

# alone PROGRAM…: a program that is no part of a pipe. When it fails its name and status are appended to
# REELPIPE_FAILED.
alone() {
	local name=$1 status=0
	[[ $name != with_key ]] || name=$2
	"$@" || status=$?
	((status == 0 || status == 141)) || printf '%s\t%d\n' "${name##*/}" "$status" >>"$REELPIPE_FAILED"
	return "$status"
}

# stage PROGRAM…: one program of a pipe: `stage csv-read … | stage validate | stage pg-load`. When it fails that is
# noted before those that read from it, or write to it, can notice; so the first line of REELPIPE_FAILED is the
# cause. What the programs of a pipe count is marked as belonging together.
stage() {
	REELPIPE_PIPE=$$.$pipe alone "$@"
}

# beside FUNCTION…: runs a function, with pipes of its own, beside what the pipeline does next. together [N] waits for
# the first N of them, or for all, and is to them what pipeline_status is to a pipe; so they don't call that themselves.
beside() {
	pipe=$((pipe + 1))
	(
		trap - EXIT
		REELPIPE_FAILED=$work/failed.$pipe "$@"
	) &
	beside+=("$!:$work/failed.$pipe")
}
beside=()

together() {
	local each status statuses=() n=${1-${#beside[@]}}
	for each in "${beside[@]:0:n}"; do
		status=0
		wait "${each%%:*}" || status=$?
		statuses+=("$status")
		# One that was ended by a signal may have written no line.
		[[ ! -s ${each#*:} ]] || cat -- "${each#*:}" >>"$REELPIPE_FAILED"
		rm -f -- "${each#*:}"
	done
	beside=("${beside[@]:n}")
	pipeline_status "${statuses[@]}"
}

# The first line that stages have written since the last pipe: NAME TAB STATUS, or nothing. Pipes are parted by
# empty lines.
cause_of_failure() {
	local line cause=
	[[ -s $REELPIPE_FAILED ]] || return 0
	while IFS= read -r line; do
		if [[ -z $line ]]; then
			cause=
		elif [[ -z $cause ]]; then
			cause=$line
		fi
	done <"$REELPIPE_FAILED"
	printf '%s' "$cause"
}

# end_tree PID: ends a process and all that it has started.
end_tree() {
	local child children=()
	read -r -a children 2>/dev/null <"/proc/$1/task/$1/children" || true
	for child in "${children[@]}"; do
		end_tree "$child"
	done
	kill "$1" 2>/dev/null || true
}

# However a pipeline ends, what it has in the background ends too, and a directory that nobody asked for goes.
pipeline_end() {
	local job
	for job in $(jobs -p); do
		end_tree "$job"
	done
	wait
	[[ -n ${REELPIPE_RUNS:-} ]] || rm -rf -- "$work"
}

# pipeline_status STATUS…: call it with "${PIPESTATUS[@]}". When one stage fails the others fail with it:
# those before it by SIGPIPE (141), those behind it by cut input. So the cause is the first that failed, or,
# where commands were run without `stage`, the first in the pipe that failed of itself.
pipeline_status() {
	local status=0 place=0 name cause
	pipe=$((pipe + 1))
	for status; do
		((status == 0)) || break
	done
	if ((status == 0)); then
		[[ ! -s $REELPIPE_FAILED ]] || : >"$REELPIPE_FAILED" # what a pipeline has put up with
		return 0
	fi
	cause=$(cause_of_failure)
	if [[ -n $cause ]]; then
		name=${cause%%$'\t'*} status=${cause##*$'\t'}
	else
		for status; do
			place=$((place + 1))
			((status == 0 || status == 141)) || break
		done
		# SIGPIPE alone: a reader that ended early and yet said it succeeded.
		((status != 0 && status != 141)) || status=1
		name="stage $place"
		printf '%s\t%d\n' "$name" "$status" >>"$REELPIPE_FAILED"
	fi
	printf '\n' >>"$REELPIPE_FAILED"
	case $status in
	1 | 2 | 75) return "$status" ;;
	*)
		if ((status > 128)); then
			note "$name was killed by signal $((status - 128)) ($(kill -l "$status"))"
		else
			note "$name ended with status $status"
		fi
		return 1
		;;
	esac
}

# --- people ------------------------------------------------------------------------------------

pgoptions=${PGOPTIONS-} people=

# The list of erased users goes into $work/erased.tsv, and its state to the merges of pg-load: they refuse
# records that were held against an older list (exit status 75), and such that were held against none.
read_erased() {
	local state
	REELPIPE_STATS='' pg-read --quiet erased-users >"$work/erased.tsv"
	state=$(awk -F'\t' '!/^#/ { print $2; exit }' "$work/erased.tsv")
	export PGOPTIONS="$pgoptions -c reelpipe.erasures=${state:-0:0}"
}

# people_begin [MASK OPTION…]: a pipeline that loads watches or users calls it behind pipeline_begin, and has
# drop_erased as a stage behind its source. What the run keeps of bad records loses the rows of erased users too,
# or what the options for mask say, as soon as the run ends.
people_begin() {
	people=yes
	sealing=("$@")
	read_erased
	[[ -z ${REELPIPE_RUNS:-} ]] || trap people_end EXIT
}

people_end() {
	local status=$?
	seal_rejects || ((status)) || status=1
	exit "$status"
}

drop_erased() {
	stage mask --erased "$work/erased.tsv"
}

# mask_file FILE OPTION…: masks a file of rejects in place. One that can't be masked isn't kept.
mask_file() {
	local file=$1
	shift
	if (umask 077 && REELPIPE_STATS='' mask --quiet --partial "$@" <"$file" >"$file.new"); then
		mv -- "$file.new" "$file"
	else
		rm -f -- "$file" "$file.new"
		return 1
	fi
}

# find_rejects: sets $rejects, the files of the run that have a record, be it a cut one. Mostly none has, and then
# the run is done sooner.
find_rejects() {
	mapfile -t rejects < <(grep -alsv '^#' -- "$work"/rejects/*.tsv)
}

seal_rejects() {
	local -a rejects=()
	local file status=0
	find_rejects
	for file in "${rejects[@]}"; do
		mask_file "$file" --erased "$work/erased.tsv" "${sealing[@]}" || status=1
	done
	return "$status"
}

# After a load: the rejects of all stages go into the database too (where they came from and why; the rows
# themselves stay in the files). When a user is erased just now, once more with the new list.
load_rejects() {
	local -a rejects=()
	local state status
	find_rejects
	((${#rejects[@]})) || return 0
	read_erased
	while :; do
		[[ -z $people ]] || seal_rejects
		state=$PGOPTIONS status=0
		REELPIPE_STATS='' pg-load --quiet --pipeline "$pipeline" "${rejects[@]}" || status=$?
		((status == 75)) || return "$status"
		read_erased
		[[ $PGOPTIONS != "$state" ]] || return "$status"
	done
}
