# Takes the examples out of a manual page: the `.Bd -literal` blocks of its EXAMPLES section that
# hold a command (`$ `). Example number N becomes the files DIR/N.sh (the commands) and DIR/N.want (what
# stands for their output); DIR/N.where says where it stands, and DIR/N.database exists when the block
# is marked with `.\" example: database`.

function plain(text) {
	gsub(/\\&/, "", text)
	gsub(/\\-/, "-", text)
	gsub(/\\\(aq/, "'", text)
	gsub(/\\\(dq/, "\"", text)
	gsub(/\\e/, "\\", text)
	return text
}

function finish() {
	if (commands != "") {
		n++
		printf "%s", commands > (DIR "/" n ".sh")
		printf "%s", output > (DIR "/" n ".want")
		printf "%s:%d\n", FILENAME, start > (DIR "/" n ".where")
		if (database)
			printf "" > (DIR "/" n ".database")
	}
	block = database = 0
}

/^\.Sh / { examples = ($2 == "EXAMPLES") }
!examples { next }
/^\.\\" example: database/ { wants_database = 1; next }
/^\.Bd .*-literal/ {
	block = 1
	start = NR
	commands = output = ""
	continued = 0
	database = wants_database
	wants_database = 0
	next
}
/^\.Ed/ { finish(); next }
!block { next }
{
	line = plain($0)
	if (continued || line ~ /^\$ /) {
		# The output of a later command follows that of an earlier one.
		commands = commands (continued ? line : substr(line, 3)) "\n"
		continued = (line ~ /\\$/)
	} else {
		output = output line "\n"
	}
}
