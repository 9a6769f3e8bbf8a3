# Assay. `make` builds, `make demo` runs a whole inspection, `make check` tests; `make help` lists the rest.

# ---- what a user may set -------------------------------------------------------------------------
PREFIX  ?= /usr/local
DESTDIR ?=
CFLAGS  ?= -O2 -g
SAN     ?=
FUZZ_S  ?= 60
V       ?=

# ---- where things go -----------------------------------------------------------------------------
B := build$(if $(SAN),/san)$(if $(FUZZ_WITH),/fuzz)
O := $(B)/obj

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
comma := ,
SANITIZE := $(if $(SAN)$(FUZZ_WITH),-fsanitize=address$(comma)undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer) \
            $(if $(FUZZ_WITH),-fsanitize=fuzzer-no-link)
# -ffp-contract=off: what selects must give the same bits on every machine
# -fno-math-errno -fno-trapping-math: nobody asks for either, and loops that mind them stay scalar
C := $(CC) -std=c11 -D_POSIX_C_SOURCE=200809L -ffp-contract=off -fno-math-errno -fno-trapping-math -fPIC -pthread $(WARN) -iquote core $(CFLAGS) $(SANITIZE) -MMD -MP

PKG = $(shell pkg-config $(1))
CORE_CFLAGS = $(call PKG,--cflags gsl libcjson libutf8proc)
LUA_CFLAGS  = $(call PKG,--cflags lua5.4)
# libcrypto stands in the program itself: one library less to find at start
CORE_LIBS   = $(call PKG,--libs gsl libcjson libutf8proc) -l:libcrypto.a -lm
LUA_LIBS    = $(call PKG,--libs lua5.4)
# what only file formats need is in a module of its own, which is loaded when it is first asked for
FORMATS_CFLAGS = $(call PKG,--cflags libzip expat)
FORMATS_LIBS   = $(call PKG,--libs libzip expat) -lreadstat
CHECK_LIBS  = $(call PKG,--libs check)

FORMATS := $(wildcard core/data/spreadsheet*.c core/data/statfile*.c)
FORMATS_BIND := $(wildcard lua/bind/lformats.c lua/bind/lspreadsheet.c lua/bind/lstatfile.c)
CORE  := $(filter-out $(FORMATS),$(wildcard core/*/*.c))
BIND  := $(filter-out $(FORMATS_BIND),$(wildcard lua/bind/*.c))
HOST  := $(wildcard lua/host/*.c)
FACE  := $(shell find lua/assay -name '*.lua')
META  := $(wildcard lua/meta/*.lua)
SHARE := $(wildcard data/frameworks/*.json data/scales/*.json data/wordings/*.json)
TESTS := $(wildcard tests/core/check_*.c)

CORE_O := $(CORE:%.c=$(O)/%.o)
BIND_O := $(BIND:%.c=$(O)/%.o)
FORMATS_O := $(FORMATS:%.c=$(O)/%.o)
FORMATS_BIND_O := $(FORMATS_BIND:%.c=$(O)/%.o)
HOST_O := $(HOST:%.c=$(O)/%.o)
FACE_B := $(FACE:lua/%=$(B)/lua/%) $(META:lua/meta/%=$(B)/lua/assay/meta/%)
SHARE_B := $(SHARE:data/%=$(B)/share/assay/%)
TESTS_B := $(TESTS:tests/core/%.c=$(B)/tests/%)

PROGRAM := $(B)/assay
MODULE  := $(B)/lua/assay/core.so
SECOND  := $(B)/lua/assay/formats.so

# ---- what can be asked for -----------------------------------------------------------------------
.PHONY: all help deps test-deps demo check check-slow fuzz bench install uninstall format clean \
        module install-module do-install do-install-module do-all do-module prune do-demo do-check-built do-check do-check-slow do-fuzz do-bench
.DEFAULT_GOAL := all

# what tests need is built by as many at a time as there are processors, unless a -j says how many
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

all: deps            ## build the program, the module and the library
	@$(MAKE) --no-print-directory do-all
demo: deps           ## install what is needed, build, and run the inspection of November 2018
	@$(MAKE) --no-print-directory do-all do-demo
check: test-deps      ## run every test (SAN=1: again under the sanitizers)
	@$(MAKE) $(JOBS) --no-print-directory do-check-built
	@$(MAKE) --no-print-directory do-check
check-slow: test-deps ## the sweeps that take minutes
	@$(MAKE) $(JOBS) --no-print-directory do-check-built
	@$(MAKE) --no-print-directory do-check-slow
fuzz: deps           ## every parser against inputs made up by libFuzzer, FUZZ_S seconds each (60)
	@tests/packages $(FUZZ_DEPS)
	@$(MAKE) --no-print-directory CC=clang FUZZ_WITH=clang do-fuzz
bench: deps          ## time the workloads of tests/bench (ROWS=10000000: on so many cases)
	@tests/packages lua5.4
	@$(MAKE) --no-print-directory do-all do-bench
install: deps        ## install below PREFIX (and DESTDIR)
	@$(MAKE) --no-print-directory do-all do-install
install-module: deps
	@$(MAKE) --no-print-directory do-module do-install-module

help:
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

# ---- packages ------------------------------------------------------------------------------------
DEPS := gcc make pkg-config liblua5.4-dev libgsl-dev libcjson-dev libutf8proc-dev libssl-dev \
        libzip-dev libexpat1-dev libreadstat-dev lua-argparse
TEST_DEPS := lua5.4 check lua-busted lua-check locales libreoffice-calc
FUZZ_DEPS := clang libclang-rt-14-dev

deps:                ## install the packages that building and running need
	@tests/packages $(DEPS)
test-deps: deps
	@tests/packages $(TEST_DEPS)

# ---- building ------------------------------------------------------------------------------------
# V=1 shows the commands, else there is a line for each file
Q   := $(if $(V),,@)
say = $(if $(V),,@echo '  $(1)')

do-all: $(PROGRAM) do-module
do-module: $(MODULE) $(SECOND) $(FACE_B) $(SHARE_B) prune
module: deps
	@$(MAKE) --no-print-directory do-module

# what a source that is gone has left behind
prune:
	@rm -f $(filter-out $(FACE_B) $(SHARE_B) $(TESTS_B),$(wildcard $(B)/tests/check_*) \
	    $(shell find $(B)/lua $(B)/share -name '*.lua' -o -name '*.json' 2>/dev/null))

$(O)/core/%.o: core/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(Q)$(C) $(CORE_CFLAGS) $(FORMATS_CFLAGS) -c $< -o $@
$(O)/lua/%.o: lua/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(Q)$(C) -iquote lua $(LUA_CFLAGS) -c $< -o $@
$(O)/tests/core/%.o: tests/core/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(Q)$(C) -c $< -o $@
$(O)/tests/%.o: tests/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(Q)$(C) -iquote lua $(LUA_CFLAGS) -c $< -o $@

$(B)/libassay.a: $(CORE_O) $(B)/sources
	@rm -f $@
	$(call say,ar $@)
	$(Q)$(AR) rcs $@ $(CORE_O)
$(B)/libformats.a: $(FORMATS_O) $(B)/sources
	@rm -f $@
	$(call say,ar $@)
	$(Q)$(AR) rcs $@ $(FORMATS_O)

# Program and module hold all of core, and let the second module find it in them: whichever of them
# is there has the one state of base/memory. libcrypto's names stay inside, because what the second
# module needs may bring another copy. The name that the second module asks for is on both.
WHOLE := -Wl,-E -Wl,--exclude-libs,libcrypto.a -Wl,-soname,assay-core.so -Wl,--whole-archive $(B)/libassay.a -Wl,--no-whole-archive
LINK   = $(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -pthread
# -z nodelete: what a library in the module left with the process outlives the lua_State that loaded it
SHARED := -shared -Wl,-z,nodelete

$(PROGRAM): $(HOST_O) $(BIND_O) $(B)/libassay.a
	$(call say,link $@)
	$(LINK) -o $@ $(HOST_O) $(BIND_O) $(WHOLE) $(CORE_LIBS) $(LUA_LIBS)
$(MODULE): $(BIND_O) $(B)/libassay.a
	@mkdir -p $(@D)
	$(call say,link $@)
	$(LINK) $(SHARED) -Wl,-Bsymbolic-functions -o $@ $(BIND_O) $(WHOLE) $(CORE_LIBS)
$(SECOND): $(FORMATS_BIND_O) $(B)/libformats.a $(MODULE)
	$(call say,link $@)
	$(LINK) $(SHARED) -o $@ $(FORMATS_BIND_O) -Wl,--whole-archive $(B)/libformats.a -Wl,--no-whole-archive $(MODULE) $(FORMATS_LIBS)
$(B)/lua/%.lua: lua/%.lua
	@mkdir -p $(@D)
	@cp $< $@
$(B)/lua/assay/meta/%.lua: lua/meta/%.lua
	@mkdir -p $(@D)
	@cp $< $@
$(B)/share/assay/%: data/%
	@mkdir -p $(@D)
	@cp $< $@

$(B)/tests/%: $(O)/tests/core/%.o $(B)/libformats.a $(B)/libassay.a
	@mkdir -p $(@D)
	$(call say,link $@)
	$(LINK) -Wl,--as-needed -o $@ $^ $(CORE_LIBS) $(FORMATS_LIBS) $(CHECK_LIBS)

# what `make bench` times without Lua
BENCHES := $(B)/tests/memory $(B)/tests/intervals $(B)/tests/coverage $(B)/tests/replicates
$(BENCHES): $(B)/tests/%: $(O)/tests/bench/%.o $(B)/libassay.a
	@mkdir -p $(@D)
	$(call say,link $@)
	$(Q)$(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS) -pthread -o $@ $^ $(CORE_LIBS)

# loaded before the C library; never with the sanitizers in it
SHIMS := $(B)/tests/io_shim.so $(B)/tests/malloc_shim.so
$(SHIMS): $(B)/tests/%.so: tests/faults/%.c | $(B)/flags
	@mkdir -p $(@D)
	$(call say,link $@)
	$(Q)$(CC) -std=c11 -fPIC $(WARN) $(CFLAGS) -shared -o $@ $< -ldl

# locales with a decimal comma; a suite says so where they cannot be made
LOCALES := $(B)/tests/locales/de_DE.UTF-8 $(B)/tests/locales/tr_TR.UTF-8
$(LOCALES):
	@mkdir -p $(@D)
	$(call say,localedef $@)
	$(Q)-localedef -i $(basename $(@F)) -f UTF-8 $@ >/dev/null 2>&1

# the program with another main
HOST_TESTS := $(B)/tests/sweep $(B)/tests/inside $(B)/tests/walls
$(B)/tests/sweep: $(O)/tests/faults/sweep.o
$(B)/tests/sweep: private LINK += -Wl,--wrap=realloc
$(B)/tests/walls: $(O)/tests/faults/walls.o
$(B)/tests/inside: $(O)/tests/lua/inside.o
$(HOST_TESTS): $(filter-out %/main.o,$(HOST_O)) $(BIND_O) $(B)/libassay.a
	@mkdir -p $(@D)
	$(call say,link $@)
	$(LINK) -o $@ $(filter %.o,$^) $(WHOLE) $(CORE_LIBS) $(LUA_LIBS)

# one program a parser, made by clang, whose libFuzzer has its main
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))
$(B)/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(B)/libformats.a $(B)/libassay.a
	$(call say,link $@)
	$(LINK) -fsanitize=fuzzer -Wl,--as-needed -o $@ $^ $(CORE_LIBS) $(FORMATS_LIBS)
$(O)/tests/fuzz/%.o: tests/fuzz/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,cc $<)
	$(Q)$(C) -D_GNU_SOURCE -c $< -o $@

# everything is built again when the flags change, and linked again when there are other sources
$(B)/flags: SAY = $(C) $(LDFLAGS)
$(B)/sources: SAY = $(CORE) $(BIND) $(HOST) $(FORMATS) $(FORMATS_BIND)
$(B)/flags $(B)/sources: FORCE
	@mkdir -p $(@D)
	@echo '$(SAY)' | cmp -s - $@ || echo '$(SAY)' > $@
FORCE:
.PHONY: FORCE
.SECONDARY:

# ---- installing ----------------------------------------------------------------------------------
BIN       := $(DESTDIR)$(PREFIX)/bin
LUA_LIB   := $(DESTDIR)$(PREFIX)/lib/lua/5.4/assay
LUA_SHARE := $(DESTDIR)$(PREFIX)/share/lua/5.4/assay
SHARE_TO  := $(DESTDIR)$(PREFIX)/share/assay

do-install: do-install-module
	install -D -m 755 $(PROGRAM) $(BIN)/assay
	cd $(B)/share/assay && find . -type f -exec install -D -m 644 {} $(SHARE_TO)/{} \;
do-install-module:
	install -D -m 755 $(MODULE) $(LUA_LIB)/core.so
	install -D -m 755 $(SECOND) $(LUA_LIB)/formats.so
	cd $(B)/lua/assay && find . -name '*.lua' -exec install -D -m 644 {} $(LUA_SHARE)/{} \;
uninstall:           ## remove what `make install` installed
	rm -f $(BIN)/assay
	rm -rf $(LUA_LIB) $(LUA_SHARE) $(SHARE_TO)

# ---- testing -------------------------------------------------------------------------------------
do-check-built: do-all $(TESTS_B) $(HOST_TESTS) $(SHIMS) $(LOCALES)
do-check: do-check-built
	@SAN=$(SAN) tests/run $(B)
do-check-slow: do-check-built
	@SAN=$(SAN) tests/run $(B) slow
do-fuzz: $(FUZZERS)
	@tests/fuzz/run $(B) $(FUZZ_S) $(FUZZ)
do-demo:
	@scripts/dtv-2018/demo $(B)
do-bench: $(BENCHES)
	@tests/bench/run $(B) $(ROWS)

clean:               ## remove what was built
	rm -rf build
format:              ## lay out the C code by .clang-format
	clang-format -i $$(git ls-files '*.c' '*.h')

-include $(patsubst %.o,%.d,$(CORE_O) $(BIND_O) $(HOST_O) $(FORMATS_O) $(FORMATS_BIND_O)) $(wildcard $(O)/tests/*/*.d)
