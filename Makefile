# reelpipe: one rule for all programs. src/NAME.c or src/NAME/*.c becomes bin/NAME; a new file is
# found by itself, and so are the headers that it includes.
#
#   make                   build bin/ (FLAVOUR=plain)
#   make FLAVOUR=sanitize  the same under build/sanitize/bin, with ASan and UBSan
#   make check             every test (tests/run); `tests/run --full` for the full sizes
#   make sanitize          every test against the sanitized programs
#   make fuzz              the fuzz targets, FUZZ_SECONDS each
#   make bench             rows/s, MB/s and memory beside other tools
#   make bench-plot        what a record costs, from 10^4 to 10^8 of them, as a picture
#   make lint              warnings are errors; layout of code, scripts and manuals
#   make coverage          every test, then the lines that none of them reached
#   make install           PREFIX (/usr/local) and DESTDIR
#   make deb               a Debian package, build/*.deb
#
.DELETE_ON_ERROR:
.SUFFIXES:

VERSION := 0.1
FLAVOUR ?= plain
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 5
CC = $(CC_$(FLAVOUR))
CFLAGS ?= -O2 -g
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wconversion

# The sanitizers of clang put all their reports where they are told (tests/one); gcc's don't.
CC_plain = gcc
CC_sanitize = clang
CC_coverage = gcc
CC_fuzz = clang
CC_package = gcc
FLAGS_plain =
FLAGS_package =
FLAGS_sanitize = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_coverage = --coverage -O0
FLAGS_fuzz = -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

build = build/$(FLAVOUR)
bindir = $(if $(filter plain,$(FLAVOUR)),bin,$(build)/bin)

ALL_CPPFLAGS = -D_GNU_SOURCE -DREELPIPE_VERSION='"$(VERSION)"' -Icommon $(CPPFLAGS)
ALL_CFLAGS = -std=c11 $(CFLAGS) $(WARNINGS) $(FLAGS_$(FLAVOUR))
# Every program is offered all libraries and keeps those that it calls.
LIBRARIES = -Wl,--as-needed -lpq -lcurl -lcjson -lcsv -lz -lcrypto -lm
INCLUDE_PQ = -I/usr/include/postgresql

programs := $(patsubst src/%.c,%,$(wildcard src/*.c)) \
            $(patsubst src/%/main.c,%,$(wildcard src/*/main.c))
common_objects := $(patsubst %.c,$(build)/%.o,$(wildcard common/*.c))
library = $(build)/libreelpipe.a

all: $(programs:%=$(bindir)/%)

$(build)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(EXTRA_CPPFLAGS) $(INCLUDE_PQ) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(library): $(common_objects)
	@rm -f $@
	$(AR) rcs $@ $^

.SECONDEXPANSION:
sources_of = $(wildcard src/$(1).c src/$(1)/*.c)
objects_of = $(patsubst %.c,$(build)/%.o,$(call sources_of,$(1)))
$(programs:%=$(bindir)/%): $(bindir)/%: $$(call objects_of,$$*) $(library)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

# Unit tests: tests/unit/NAME.c, cmocka, become build/FLAVOUR/tests/unit/NAME; all are linked with
# tests/unit/support/.
unit_tests := $(patsubst %.c,$(build)/%,$(wildcard tests/unit/*.c))
unit_support := $(patsubst %.c,$(build)/%.o,$(wildcard tests/unit/support/*.c))
unit: $(unit_tests)
$(unit_tests): $(build)/%: $(build)/%.o $(unit_support) $(library)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBRARIES)

# Fuzz targets: tests/fuzz/NAME.c become build/fuzz/tests/fuzz/NAME. One that has the name of a
# program is linked with that program's objects too (their main is called program_main) and may
# include its headers. tests/fuzz/support/ is linked to all: exit() there ends one input, not the run.
fuzz_targets := $(patsubst %.c,$(build)/%,$(wildcard tests/fuzz/*.c))
fuzz_support := $(patsubst %.c,$(build)/%.o,$(wildcard tests/fuzz/support/*.c))
wrapped = exit read malloc calloc realloc free
ifeq ($(FLAVOUR),fuzz)
$(build)/src/%.o: EXTRA_CPPFLAGS = -Dmain=program_main
$(build)/tests/fuzz/%.o: EXTRA_CPPFLAGS = $(addprefix -I,$(wildcard src/$(*F))) -Itests/fuzz/support
$(fuzz_targets): $(build)/tests/fuzz/%: $(build)/tests/fuzz/%.o $$(call objects_of,$$*) \
                 $(fuzz_support) $(library)
	$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(wrapped:%=-Wl,--wrap=%) -o $@ $^ $(LIBRARIES)
fuzz-targets: $(fuzz_targets)
else
fuzz-targets:
	$(MAKE) FLAVOUR=fuzz $@
endif

fuzz: fuzz-targets
	FUZZ_SECONDS=$(FUZZ_SECONDS) prove --exec tests/one $(wildcard tests/fuzz/*.c)

check:
	tests/run

sanitize:
	tests/run --flavour sanitize

coverage:
	rm -rf build/coverage
	tests/run --flavour coverage
	tests/coverage

lint:
	tests/lint

bench: all
	tests/bench/run
	tests/bench/indexes

bench-plot: all
	tests/bench/plot

# What a distribution would install. pg-load and its like find share/reelpipe/sql beside their bin/; the demo
# needs the TMDB on loopback. Units and crontab name the place of the pipelines.
share = $(DESTDIR)$(PREFIX)/share
units = $(DESTDIR)$(PREFIX)/lib/systemd/system
completions = $(share)/bash-completion/completions
scripts = $(notdir $(shell grep -lI '^\#!' $(wildcard bin/*) /dev/null))
commands = $(sort $(programs) $(filter-out setup,$(scripts)))
data = $(shell find sql pipelines grafana -type f ! -name '*.service' ! -name '*.timer') tests/tmdb-sim
manuals = $(wildcard $(commands:%=man/%.1) man/*.5 man/*.7)
section = $(patsubst .%,%,$(suffix $(1)))
mode = $(if $(shell head -c 2 $(1) | grep '^\#!'),755,644)
here = sed 's|/usr/share/reelpipe|$(PREFIX)/share/reelpipe|'

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(units) $(completions)
	install -m 755 $(addprefix $(bindir)/,$(programs)) $(addprefix bin/,$(filter-out setup,$(scripts))) $(DESTDIR)$(PREFIX)/bin
	$(foreach m,$(manuals),install -D -m 644 $(m) $(share)/man/man$(call section,$(m))/$(notdir $(m));)
	$(foreach f,$(data),install -D -m $(call mode,$(f)) $(f) $(share)/reelpipe/$(f);)
	$(here) pipelines/crontab >$(share)/reelpipe/pipelines/crontab
	for unit in $(wildcard pipelines/systemd/*); do \
		$(here) $$unit >$(units)/$${unit##*/} && chmod 644 $(units)/$${unit##*/}; \
	done
	install -m 644 bin/completion.bash $(completions)/reelpipe
	for command in $(commands); do ln -sf reelpipe $(completions)/$$command; done

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(commands))
	rm -f $(foreach m,$(manuals),$(share)/man/man$(call section,$(m))/$(notdir $(m)))
	rm -f $(addprefix $(units)/,$(notdir $(wildcard pipelines/systemd/*)))
	rm -f $(addprefix $(completions)/,reelpipe $(commands))
	rm -rf $(share)/reelpipe

deb:
	bin/setup full
	.ci/deb/build

clean:
	rm -rf build $(programs:%=bin/%)

-include $(shell find $(build) -name '*.d' 2>/dev/null)
.PHONY: all unit fuzz fuzz-targets check sanitize coverage lint bench bench-plot install uninstall deb clean
