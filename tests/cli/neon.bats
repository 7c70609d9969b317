#!/usr/bin/env bats
# The scans on 64-bit ARM: compiled for it, and run in an emulator.

setup() {
	load helper
}

@test "NEON finds the same bytes as the portable way" {
	[[ -n ${REELPIPE_FULL-} ]] || skip 'needs a compiler for ARM: tests/run --full'
	aarch64-linux-gnu-gcc -static -O2 -std=c11 -Wall -Wextra -Wshadow -Wconversion -Werror -I"$ROOT/common" \
		-I"$ROOT/src/csv-read" -o variants "$ROOT/tests/neon/csv-read.c" "$ROOT/common/scan.c" "$ROOT/src/csv-read/csvscan.c"
	same 'scan: neon; csvscan: neon' "$(qemu-aarch64 ./variants)"
}
