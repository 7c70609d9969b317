# shellcheck shell=bash
# Completion of reelpipe's commands for bash. Installed once, and linked under each command's name, where
# bash-completion finds it; in a source tree, `source bin/completion.bash`. It knows no command: options and
# their values are what a command's --help says, queries what `pg-read --list` says.

# _reelpipe_help COMMAND: its long options, one a line, each with what stands behind it: TYPE, FILE, first|last …
_reelpipe_help() {
	"$1" --help 2>/dev/null | sed -nE 's/^ +(-., )?(--[a-z-]+)( ([^ ]+))?( .*)?$/\2 \4/p'
}

# _reelpipe_values ARGUMENT: what may stand for it; nothing when it is a file or anybody's guess.
_reelpipe_values() {
	case $1 in
	TYPE*) validate --list-types --quiet 2>/dev/null | awk '!/^#/ { print $1 }' | uniq ;;
	ZONE) awk '!/^#/ { print $3 } END { print "UTC" }' /usr/share/zoneinfo/zone1970.tab 2>/dev/null ;;
	*[A-Z]*) ;;
	*'|'*) printf '%s\n' "${1//|/$'\n'}" ;;
	esac
}

_reelpipe_complete() {
	local command=$1 word=$2 previous=$3 option argument words=''
	# `--option=value` comes as three words.
	[[ $word != '=' ]] || word=
	[[ $previous != '=' ]] || previous=${COMP_WORDS[COMP_CWORD - 2]}
	if [[ $previous == --* ]]; then
		while read -r option argument; do
			[[ $option != "$previous" || -z $argument ]] || words=$(_reelpipe_values "$argument")
		done < <(_reelpipe_help "$command")
	fi
	if [[ -z $words && $word == -* ]]; then
		words=$(_reelpipe_help "$command" | cut -d ' ' -f 1)
	elif [[ -z $words && ${command##*/} == pg-read ]]; then
		words=$("$command" --list 2>/dev/null | sed -nE 's/^([a-z-]+) .*/\1/p')
	elif [[ -z $words && ${command##*/} == pg-local ]] && ((COMP_CWORD == 1)); then
		words='start stop status env psql remove'
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

# Where nothing is known, files are offered. In a source tree all its commands are completed, else the one this file
# was read for.
if [[ ${BASH_SOURCE[0]} == */completion.bash ]]; then
	mapfile -t _reelpipe_commands < <(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && find . -type f -perm -u+x -printf '%f\n')
	complete -o default -F _reelpipe_complete "${_reelpipe_commands[@]}"
	unset _reelpipe_commands
else
	complete -o default -F _reelpipe_complete "${BASH_SOURCE[0]##*/}"
fi
