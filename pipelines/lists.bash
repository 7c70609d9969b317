# shellcheck shell=bash
# The lists of pipelines/aggregate: trending and top rated, of today and, if that has changed, of the day before.
# Sourced by it, whose settings and plan it goes by.
#
# What they are made of is read into files. All of it but today stays as it is until another day changes, and is
# much more than today: so these files are kept, as the history, for the runs of the same day. The database knows
# the name of the one that belongs to its lists, and the transaction that stores lists says which that is from now on.

# shellcheck disable=SC2154 # set by pipelines/aggregate: the plan and the settings

# No day before today has changed since the lists were made.
past_holds() {
	[[ $changed == none || ($changed != all && ${changed% *} > $yesterday) ]]
}

# The lists of a day hold as long as no day that they count has changed since.
choose_days() {
	list_days=("$today")
	if [[ ${listed% *} != "$today" && ${listed% *} != "$yesterday" ]] || ! past_holds; then
		list_days+=("$yesterday")
	fi
}

# What a history belongs to, besides the day that it is of.
history_key() {
	printf '1 %s %s %s %s\n' "$today" "$tz" "$short" "$long"
}

history_is_whole() {
	local file
	[[ $(cat -- "$past/key" 2>/dev/null) == "$(history_key)" ]] || return 1
	for file in watches days windows totals; do
		[[ $(tail -n 1 -- "$past/$file.tsv" 2>/dev/null) == '#end'* ]] || return 1
	done
}

# find_history: sets $past, the directory of the history, and $past_is_known: it has all files.
find_history() {
	histories=$(histories_directory) past_is_known=
	[[ $history =~ ^[A-Za-z0-9]{8}$ ]] || history=none
	past=$histories/$history
	if [[ $summed == t && ${listed% *} == "$today" ]] && past_holds && history_is_whole; then
		past_is_known=yes
		return 0
	fi
	past=$work/history
	if mkdir -p -- "${histories%/*}" 2>/dev/null && { [[ -d $histories ]] || mkdir -m 700 -- "$histories" 2>/dev/null; }; then
		# Those of earlier days, and of runs that were killed, are no use to anybody.
		find "$histories" -mindepth 1 -maxdepth 1 \( -mmin +2880 -o -mmin +180 ! -exec test -e '{}/key' \; \) \
			-exec rm -rf '{}' + 2>/dev/null || true
		past=$(mktemp -d "$histories/XXXXXXXX" 2>/dev/null) || past=$work/history
	fi
	[[ -d $past ]] || mkdir -m 700 -- "$past"
}

# However a run ends, a history that isn't whole goes with it.
forget_unfinished() {
	[[ -z ${past-} || -e $past/key ]] || rm -rf -- "$past" || true
}

# keep_history: after the lists have been stored, which name it.
keep_history() {
	[[ -z $past_is_known && $past != "$work"/* && -d $past ]] || return 0
	rm -rf -- "${histories:?}/${history:?}" || true
	history_key >"$past/key" || rm -f -- "$past/key"
}

# watches DAYS FILE: the watches of these days, with their films' genres.
watches() {
	stage pg-read --quiet watch-of-days --param "days=$1" --param "tz=$tz" |
		stage lookup --quiet "$work/genres.tsv" --key movie_id --add genres >"$2"
}

past_rollups() {
	alone pg-read --quiet movie-days genre-days --param "from=${before%%,*}" --param "to=$yesterday" >"$past/days.tsv"
	alone pg-read --quiet movie-windows genre-windows --param "to=$today" --param "days=$long" \
		--param "until=$yesterday" >"$past/windows.tsv"
}

# All days are added up once; from then on changes are added to the sums.
past_totals() {
	if [[ $summed == f ]]; then
		stage pg-read --quiet movie-sums | stage pg-load --quiet --expect movie_total
	fi
	alone pg-read --quiet movie-totals --param "to=$yesterday" >"$past/totals.tsv"
}

present_rollups() {
	alone pg-read --quiet movie-days genre-days --param "from=$today" --param "to=$today" >"$work/today.tsv"
	sed '/^#genre_daily/,$d' "$work/today.tsv" >"$work/today-movies.tsv"
}

read_figures() {
	if [[ -z $past_is_known ]]; then
		beside watches "$before" "$past/watches.tsv"
		beside past_rollups
		beside past_totals
	fi
	beside watches "$today" "$work/watches.tsv"
	beside present_rollups
	together
}

# trending SCORE DAYS DAY FILE…: a list, by films, genres and all.
trending() {
	alone agg-trending --quiet --by movie,genre,all --score "$1" --window "${2}d" --top "$places" --now "$3" --tz "$tz" \
		"${@:4}" >"$work/lists/trending-$1-$2-$3"
}

# top_rated SCORE DAY FILE…
top_rated() {
	alone agg-toprated --quiet --score "$1" --top "$places" --now "$2" --tz "$tz" "${@:3}" >"$work/lists/top_rated-$1-$2"
}

lists_of_today() {
	trending views "$long" "$today" "$past/windows.tsv" "$work/today.tsv"
	trending decay "$short" "$today" "$past/days.tsv" "$work/today.tsv"
	top_rated bayes "$today" "$past/totals.tsv" "$work/today-movies.tsv"
	top_rated weighted "$today" "$past/totals.tsv" "$work/today-movies.tsv"
}

lists_of_yesterday() {
	trending views "$short" "$yesterday" "$past/watches.tsv"
	alone pg-read --quiet movie-windows genre-windows --param "to=$yesterday" --param "days=$long" >"$work/windows.tsv"
	trending views "$long" "$yesterday" "$work/windows.tsv"
	trending decay "$short" "$yesterday" "$past/days.tsv"
	top_rated bayes "$yesterday" "$past/totals.tsv"
	top_rated weighted "$yesterday" "$past/totals.tsv"
}

make_lists() {
	mkdir "$work/lists"
	beside trending views "$short" "$today" "$past/watches.tsv" "$work/watches.tsv"
	beside lists_of_today
	if ((${#list_days[@]} > 1)); then
		beside lists_of_yesterday
	fi
	together
}

# The keys of all lists, so that the database knows of those that came out empty.
list_keys() {
	local day by
	for day in "${list_days[@]}"; do
		for by in movie genre all; do
			printf 'trending\t%s\t%s\t%s\t%s\n' "$by" views "$day" "$short" "$by" views "$day" "$long" "$by" decay "$day" "$short"
		done
		printf 'top_rated\tmovie\t%s\t%s\t0\n' bayes "$day" weighted "$day"
	done
}

# one_segment FILE…: the records of segments that are whole and have the same columns, as one segment.
one_segment() {
	awk 'NR == 1 { print } !/^#/ { print; n++ } END { printf "#end\t%d\n", n }' "$@"
}

# The bookmarks say of which day the lists are and of which rollups, that nothing has changed since, and where the
# history is.
all_lists() {
	one_segment "$work"/lists/trending-*
	one_segment "$work"/lists/top_rated-*
	printf '#computed_list\tlist\tby\tscored_by\tas_of\twindow_days\n'
	list_keys
	printf '#mark\tlists\t%s\n#mark\tchanged\tnone\n#mark\thistory\t%s\n#end\t%d\n' "$today $rolled" "${past##*/}" \
		$((11 * ${#list_days[@]}))
}

list() {
	local list_days histories past_is_known
	choose_days
	find_history
	umask 077
	read_figures
	[[ -d $past ]] || die 75 'what it had read was deleted, as erase-user does'
	make_lists
	all_lists >"$work/lists.tsv"
	alone pg-load --expect trending,top_rated,computed_list --pipeline "$pipeline" --rejects "$work/rejects/pg-load-lists.tsv" \
		"$work/lists.tsv"
	keep_history
	rm -rf -- "$work"/{lists,history} "$work"/{watches,today,today-movies,windows}.tsv
}
