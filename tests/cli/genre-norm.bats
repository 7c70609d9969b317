#!/usr/bin/env bats
# genre-norm: genre labels become TMDB's official movie genres.

setup() {
	load helper
}

# One film with these labels, and the list that they become.
norm() {
	local field=$1
	shift
	printf '#movie\tmovie_id\tgenres\n1\t%s\n#end\t1\n' "$field" | genre-norm -q "$@" | sed -n 2p | cut -f 2
}

# norms FIELD WANT…: several at once, in pairs.
norms() {
	local n=$(($# / 2))
	{
		printf '#movie\tgenres\n'
		printf '%s\t\n' "$@" | sed -n 'p;n' | tr -d '\t'
		printf '#end\t%d\n' "$n"
	} >in
	{
		printf '#movie\tgenres\n'
		printf '%s\n' "$@" | sed -n 'n;p'
		printf '#end\t%d\n' "$n"
	} >want
	genre-norm -q in >got
	same_file want got
}

@test "the official genres are TMDB's nineteen, and stay as they are" {
	run -0 --separate-stderr genre-norm --list-genres
	same "$(printf '#genre\tid\tname\n28\tAction\n12\tAdventure\n16\tAnimation\n35\tComedy\n80\tCrime
99\tDocumentary\n18\tDrama\n10751\tFamily\n14\tFantasy\n36\tHistory\n27\tHorror\n10402\tMusic
9648\tMystery\n10749\tRomance\n878\tScience Fiction\n10770\tTV Movie\n53\tThriller\n10752\tWar
37\tWestern\n#end\t19\n')" "$output"
	local id name
	while IFS=$'\t' read -r id name; do
		printf '%s\t%s\n' "$name" "$name" "${name^^}" "$name" "${name,,}" "$name" " $name  " "$name" \
			"${name// /-}" "$name" "${name// /_}" "$name" "${name// /}" "$name" "$id" "$name" "$name." "$name"
	done < <(sed '1d;$d' <<<"$output") >pairs
	[[ $(wc -l <pairs) == 171 ]]
	mapfile -t all < <(tr '\t' '\n' <pairs)
	norms "${all[@]}"
}

@test "the built-in labels: each stands once, in order, and means what it says" {
	genre-norm --list-labels >labels
	sed '1d;$d' labels | cut -f 1 >keys
	[[ $(wc -l <keys) -gt 400 ]]
	same "" "$(sort keys | uniq -d)"
	LC_ALL=C awk -F '\t' '!/^#/ && $2 == meaning && $1 <= key { print } { key = $1; meaning = $2 }' labels >unsorted
	same "" "$(<unsorted)"
	grep -qvx '[a-z0-9]*' keys && fail "a key that no label can have"
	{
		printf '#t\tgenres\twant\n'
		sed '1d;$d' labels
		tail -1 labels
	} | genre-norm -q --unknown reject --rejects bad >got
	cut -f 1 got | sed '1d;$d' >one
	sed '1d;$d' labels | cut -f 2 >two
	same_file two one
	same "#end	0" "$(tail -1 bad)"
}

@test "the labels of the specification" {
	norms 'Sci-Fi' 'Science Fiction' 'SciFi' 'Science Fiction' 'Science-Fiction' 'Science Fiction' \
		'SF' 'Science Fiction' 'Rom-Com' 'Romance|Comedy' 'Romcom' 'Romance|Comedy' \
		'Dramedy' 'Drama|Comedy' 'Children' 'Family' "Children's" 'Family' 'Children’s' 'Family' \
		'Kids' 'Family' 'Film-Noir' 'Crime' 'Noir' 'Crime' 'Musical' 'Music' 'IMAX' '\N' '3D' '\N' \
		'Short' '\N' 'Feature Film' '\N' 'Biography' 'History' 'Sport' '\N' 'Anime' 'Animation' \
		'Suspense' 'Thriller' 'Docu' 'Documentary' 'Superhero' 'Action' 'Martial Arts' 'Action' \
		'Sword & Sorcery' 'Fantasy' 'Sword and Sorcery' 'Fantasy' 'TV-Movie' 'TV Movie' \
		'Reality-TV' '\N' 'Talk-Show' '\N' 'News' 'Documentary' 'Game-Show' '\N' 'Adult' '\N'
}

@test "TMDB's genres of series, by name and by number" {
	norms 'Action & Adventure' 'Action|Adventure' 'Sci-Fi & Fantasy' 'Science Fiction|Fantasy' \
		'War & Politics' 'War' 'Soap' 'Drama' 'Talk' '\N' 'Kids' 'Family' 'Reality' '\N' \
		10759 'Action|Adventure' 10762 'Family' 10765 'Science Fiction|Fantasy' 10768 'War' \
		10763 'Documentary' 10766 'Drama' 10764 '\N' 10767 '\N'
}

@test "lists are split, de-duplicated in the order of first appearance, and joined" {
	norms 'Drama|Comedy|drama' 'Drama|Comedy' 'Sci-Fi|IMAX|Fantasy|SF' 'Science Fiction|Fantasy' \
		'Comedy|Rom-Com|Romance' 'Comedy|Romance' '28|12|28' 'Action|Adventure' \
		'IMAX|Drama' 'Drama' 'Drama|IMAX' 'Drama' 'Drama||Comedy' 'Drama|Comedy' '|Drama|' 'Drama'
}

@test "elements with commas, semicolons or slashes are lists when a part is known" {
	norms 'Action, Comedy' 'Action|Comedy' 'Action,Comedy;War' 'Action|Comedy|War' \
		'Action/Adventure' 'Action|Adventure' 'Action,,' 'Action' 'Foo, Bar' 'Foo, Bar' \
		'Foo, Drama' 'Foo|Drama' 'N/A' '\N' 'Sci-Fi/Fantasy' 'Science Fiction|Fantasy' \
		'Drama / Foo / drama / foo' 'Drama|Foo' ', /' '\N' 'AC/DC' 'AC/DC'
}

@test "several genres in one label are found word by word, if every word is known" {
	norms 'Romantic Crime Thriller' 'Romance|Crime|Thriller' 'Action Comedy' 'Action|Comedy' \
		'Horror-Comedy' 'Horror|Comedy' 'Science Fiction Western' 'Science Fiction|Western' \
		'Animated Feature Film' 'Animation' 'Horrorfilm' 'Horror' 'War Movies' 'War' \
		'Drama and Romance' 'Drama|Romance' 'Comedy + Horror' 'Comedy|Horror' \
		'Love & Friendship' 'Love & Friendship' 'Drama of Ideas' 'Drama of Ideas' \
		'Short Documentary' 'Documentary' "Children's Comedy" 'Family|Comedy' 'Rock & Roll Music' 'Rock & Roll Music'
}

@test "labels that say that there is none are missing" {
	norms '(no genres listed)' '\N' 'N/A' '\N' 'n/a' '\N' 'Unknown' '\N' 'none' '\N' '-' '\N' \
		'???' '\N' '\N' '\N' 'unknown|Drama' 'Drama'
}

@test "unknown labels are kept where they stand, once, and counted" {
	rec '#movie movie_id genres' '1 Foo|Drama|foo' '2 Bar' '3 FOO' '4 Comedy' '5 Drama|bar,Foo' >in
	run -0 --separate-stderr genre-norm in
	same "$(rec '#movie movie_id genres' '1 Foo|Drama' '2 Bar' '3 FOO' '4 Comedy' '5 Drama|bar,Foo')" "$output"
	same 'genre-norm: genres: unknown labels: "Foo" 2, "Bar" 1, "bar,Foo" 1' "${stderr_lines[0]}"
	[[ ${stderr_lines[1]} == "genre-norm: read 5 = written 5 + rejected 0 + dropped 0,"* ]]
	run -0 --separate-stderr genre-norm -q in
	same "" "$stderr"
}

@test "the report names the ten most frequent unknown labels" {
	for i in {1..12}; do
		for ((n = 0; n < i; n++)); do echo "Odd$i"; done
	done | sed '1i#movie\tgenres' >in
	run -0 --separate-stderr genre-norm --partial in
	same 'genre-norm: genres: unknown labels: "Odd12" 12, "Odd11" 11, "Odd10" 10, "Odd9" 9, "Odd8" 8, "Odd7" 7, "Odd6" 6, "Odd5" 5, "Odd4" 4, "Odd3" 3, others 3' "${stderr_lines[0]}"
}

@test "--unknown reject rejects the record" {
	rec '#movie movie_id genres _origin' '1 Drama a:1' '2 Drama|Tone\tPoem a:2' '3 Foo \N' >in
	run -0 --separate-stderr genre-norm --unknown reject --rejects bad in
	same "$(rec '#movie movie_id genres _origin' '1 Drama a:1')" "$output"
	[[ $stderr == *"read 3 = written 1 + rejected 2 + dropped 0,"* ]]
	same "genre-norm	unknown-genre	a:2	genres: not a genre: \"Tone\\\\\\\\tPoem\"
genre-norm	unknown-genre	in:4	genres: not a genre: \"Foo\"" "$(grep ^genre-norm bad | cut -f 1-4)"
	same 2\\tDrama\|Tone\\\\tPoem\\ta:2 "$(sed -n 2p bad | cut -f 6)"
	same "600" "$(stat -c %a bad)"
	run -1 --separate-stderr genre-norm -q --unknown reject --max-rejects 1 in
	[[ $stderr == *"genre-norm: more than 1 rejects"* ]]
	[[ $output != *'#end'* ]]
	run -1 --separate-stderr genre-norm -q --unknown reject --max-rejects 50% in
	[[ $output != *'#end'* ]]
}

@test "--unknown drop drops the label and counts it" {
	rec '#movie movie_id genres' '1 Foo|Drama' '2 Foo' >in
	run -0 --separate-stderr genre-norm --unknown drop in
	same "$(rec '#movie movie_id genres' '1 Drama' '2 \N')" "$output"
	[[ $stderr == *'unknown labels: "Foo" 2'* ]]
	[[ $stderr == *"read 2 = written 2 + rejected 0 + dropped 0,"* ]]
}

@test "--map with TMDB's list in another language" {
	rec '#genre id name' '35 Komödie' '80 Krimi' '10402 MÚSICA' '27 ホラー' '10765 Zukunft' >de
	same 'Comedy' "$(norm 'Komödie' --map de)"
	same 'Comedy' "$(norm 'KOMÖDIE' --map de)"
	same 'Music|Horror' "$(norm 'música|ホラー' --map de)"
	same 'Crime|Comedy' "$(norm 'Krimi-Komödie' --map de)"
	same 'Science Fiction|Fantasy' "$(norm 'Zukunft' --map de)"
	same 'Komödie' "$(norm 'Komödie')"
	same 'Komodie' "$(norm 'Komodie' --map de)"
}

@test "--map with labels and genres; later files beat earlier ones and the table" {
	tabs '#table genre label' 'Action|Drama Sport' '\N Drama' '#end 2' >one
	tabs '#table label genre' 'Sport Comedy' '#end 1' >two
	same 'Action|Drama' "$(norm 'sport|drama' --map one)"
	same 'Comedy' "$(norm 'sport|drama' --map one --map two)"
	same 'Action|Drama' "$(norm 'sport' --map two --map one)"
	genre-norm --list-labels >all
	same 'Science Fiction' "$(norm 'sci-fi' --map all)"
}

@test "a map that can't be used is an error" {
	rec '#movie genres' Drama >in
	rec '#genre id name' '35 Komödie' '99999 Foo' >m
	run -1 --separate-stderr genre-norm -q --map m in
	same 'genre-norm: m:3: id: not the number of a TMDB genre: "99999"' "$stderr"
	same "" "$output"
	rec '#t label genre' 'Foo Komödie' >m
	run -1 --separate-stderr genre-norm -q --map m in
	same "genre-norm: m:2: genre: not TMDB's movie genres: \"Komödie\"" "$stderr"
	rec '#t label genre' '\N Drama' >m
	run -1 --separate-stderr genre-norm -q --map m in
	same 'genre-norm: m:2: not a label: "\\N"' "$stderr"
	rec '#t label genre' '--- Drama' >m
	run -1 --separate-stderr genre-norm -q --map m in
	same 'genre-norm: m:2: not a label: "---"' "$stderr"
	rec '#t label' 'a' >m
	run -1 --separate-stderr genre-norm -q --map m in
	same 'genre-norm: m:1: a map needs the columns label and genre, or id and name' "$stderr"
	rec_open '#t label genre' 'a Drama' >m
	run -1 --separate-stderr genre-norm -q --map m in
	same 'genre-norm: m: the input is cut: no #end after line 2' "$stderr"
	run -2 --separate-stderr genre-norm -q --map - <m
	[[ $stderr == "genre-norm: --map: standard input is read already"* ]]
}

@test "letters beyond ASCII are folded, spaces and punctuation beyond ASCII don't count" {
	rec '#t label genre' 'Ужасы Horror' 'ΤΡΌΜΟΣ Thriller' >m
	same 'Horror' "$(norm 'УЖАСЫ' --map m)"
	same 'Thriller' "$(norm 'τρόμοσ' --map m)"
	same 'Science Fiction' "$(norm 'Sci‑Fi')"
	same 'Science Fiction' "$(norm $'Sci\u00a0Fi')"
	same 'Science Fiction' "$(norm '«Sci—Fi»')"
}

@test "the user's locale changes nothing" {
	rec '#movie genres' 'KOMÖDIE|SCI-FI|ΤΡΌΜΟΣ' 'FİLM' >in
	rec '#t label genre' 'komödie Comedy' 'τρόμοσ Thriller' >m
	LC_ALL=C genre-norm -q --map m in >one
	LC_ALL=tr_TR.UTF-8 genre-norm -q --map m in >two
	same "Comedy|Science Fiction|Thriller" "$(sed -n 2p one)"
	same_file one two
}

@test "any type and column, the rest of the record as it is" {
	rec '#thing a genres b' 'x\ty Sci-Fi \N' '\#1 \N z' ' Foo ' >in
	run -0 --separate-stderr genre-norm -q in
	same "$(rec '#thing a genres b' 'x\ty Science\ Fiction \N' '\#1 \N z' ' Foo ' | sed 's/\\	/ /')" "$output"
	rec '#thing a labels' '1 Sci-Fi' >in
	run -0 --separate-stderr genre-norm -q --column labels in
	same "1	Science Fiction" "${lines[1]}"
	run -1 --separate-stderr genre-norm -q in
	same 'genre-norm: in:1: the thing records have no column genres: their columns are "a\tlabels"' "$stderr"
}

@test "escapes in labels survive, and a # at a field's start is escaped" {
	norms 'a\\b|Drama' 'a\\b|Drama' 'IMAX|#tag' '\#tag' '\#tag|Drama' '\#tag|Drama' \
		'Drama|#tag' 'Drama|#tag' 'Sci\tFi' 'Science Fiction'
}

@test "several segments and bookmarks" {
	{
		tabs '#movie genres' 'SF' '#mark tmdb 1' 'Kids' '#end 2'
		tabs '#table x genres' '1 docu' '#mark tmdb 2' '#end 1'
	} >in
	run -0 --separate-stderr genre-norm in in
	want=$(
		tabs '#movie genres'
		echo 'Science Fiction'
		tabs '#mark tmdb 1' 'Family' '#end 2' '#table x genres' '1 Documentary' '#mark tmdb 2' '#end 1'
	)
	same "$want"$'\n'"$want" "$output"
	[[ $stderr == *"read 6 = written 6 "* ]]
}

@test "very long labels and very many different lists" {
	long=$(printf 'x%.0s' {1..5000})
	same "$long|Drama" "$(norm "$long|SF,Drama" --map <(rec '#t label genre' 'SF \N'))"
	words=$(printf 'Drama %.0s' {1..20})
	same "${words% }" "$(norm "$words")"
	seq 1 300000 | awk 'BEGIN{print "#movie\tgenres"}{print "Sci-Fi|label number " $1 "|Children"}END{print "#end\t" NR}' >in
	genre-norm in >out 2>err
	sed 's/Sci-Fi/Science Fiction/;s/Children/Family/' in >want
	same_file want out
	[[ $(head -1 err) == *', others 299990' ]]
	genre-norm -q --unknown reject --rejects bad in >out
	same 'genres: not a genre: "label number 299999"' "$(tail -3 bad | head -1 | cut -f 4)"
}

@test "memory is bounded whatever comes" {
	seq 1 600000 | awk 'BEGIN{print "#movie\tgenres"}{print "some rather long label that nobody knows " $1}END{print "#end\t" NR}' >in
	# Address space: the sanitizers reserve more than any limit allows.
	if ! grep -q __asan <(nm -D "$(command -v genre-norm)" 2>/dev/null); then
		run -0 bash -c 'ulimit -v 80000; genre-norm -q in | tail -1'
		same "#end	600000" "$output"
	fi
}

@test "cut, empty and missing input" {
	rec_open '#movie genres' 'SF' >in
	run -1 --separate-stderr genre-norm -q in
	same "genre-norm: in: the input is cut: no #end after line 2" "$stderr"
	[[ $output != *'#end'* ]]
	run -0 --separate-stderr genre-norm -q --partial in
	same "#end	1" "${lines[2]}"
	run -1 --separate-stderr genre-norm -q </dev/null
	[[ $stderr == *"it has no segment at all" ]]
	rec '#movie genres' >in
	run -0 --separate-stderr genre-norm -q in
	same "$(rec '#movie genres')" "$output"
	run -1 --separate-stderr genre-norm -q none
	[[ $stderr == "genre-norm: none: "* ]]
}

@test "write errors are noticed, a closed pipe is quiet" {
	{ printf '#t\tgenres\n' && yes 'SF|Drama' | head -200000 && printf '#end\t200000\n'; } >in
	run -1 --separate-stderr bash -c 'genre-norm -q in >/dev/full'
	[[ $stderr == "genre-norm: stdout: "*"No space left on device"* ]]
	run -0 --separate-stderr bash -c 'genre-norm -q in | head -1; [[ ${PIPESTATUS[0]} == 141 ]]'
	same "" "$stderr"
	run -1 --separate-stderr bash -c 'genre-norm --list-labels >/dev/full'
	[[ $stderr == "genre-norm: stdout: "* ]]
}

@test "wrong usage" {
	run -2 --separate-stderr genre-norm --unknown lose
	[[ $stderr == 'genre-norm: --unknown: not keep, reject or drop: "lose"'* ]]
	run -2 --separate-stderr genre-norm --list-labels x
	[[ $stderr == 'genre-norm: --list-genres and --list-labels read no file: "x"'* ]]
	run -2 --separate-stderr genre-norm --nope
	[[ $stderr == *"--nope"* ]]
}

@test "films without a column genres pass as they are, such as tombstones" {
	{
		rec '#movie movie_id title genres' '1 One SciFi'
		rec '#movie movie_id deleted' '2 t' '#mark tmdb:changes 2026-11-15'
		rec '#movie genres movie_id' 'Children 3'
	} >in
	{
		rec '#movie movie_id title genres' '1 One Science|Fiction'
		rec '#movie movie_id deleted' '2 t' '#mark tmdb:changes 2026-11-15'
		rec '#movie genres movie_id' 'Family 3'
	} | sed 's/Science|Fiction/Science Fiction/' >wanted
	genre-norm -q in >got
	same_file wanted got
}

@test "a list of very many unknown labels takes no time that grows with its square" {
	{
		printf '#movie\tmovie_id\tgenres\n1\t'
		seq -f 'zz%.0f' 600000 | paste -sd'|'
		printf '#end\t1\n'
	} >in
	timeout 20 genre-norm -q in >out
	same_file in out
}
