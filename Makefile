# nettop: build, test, install. Everything works from a fresh clone on Debian with the Swift
# toolchain; what else is missing is installed through apt.

SHELL := bash
SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=

# Needed to build, and to test besides.
BUILD_PACKAGES = libbpf-dev libelf-dev zlib1g-dev libncurses-dev libtomlplusplus-dev libsqlite3-dev
TEST_PACKAGES = libcap2-bin iproute2 nftables ethtool tmux python3 python3-rich zsh fish systemd sqlite3
# QEMU is fetched by Tests/Kernels/qemu.py where a recent one is not installed.
KERNEL_PACKAGES = python3 busybox kmod cpio zstd lz4 binutils
# Archives that only the static executable needs: on Debian 13, libelf decompresses with libzstd.
STATIC_PACKAGES = libzstd-dev binutils
CAPABILITY_PACKAGES = libcap2-bin passwd
PACKAGE_TEST_PACKAGES = debootstrap python3

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# lld says nothing of what Foundation links in and nobody calls.
RELEASE = -c release --static-swift-stdlib -Xswiftc -use-ld=lld
BINARY = .build/release/nettop
STATIC_BINARY = .build-static/nettop
CLANG = $$(dirname $$(readlink -f $$(command -v $(SWIFT))))/clang
TEST_BUNDLE = .build/debug/nettopPackageTests.xctest
SOURCES = Package.swift Sources Tests Plugins Benchmarks

.DEFAULT_GOAL := build
.PHONY: run build test test-fast test-build test-kernels fuzz lint lint-headers lint-folders bench bench-instructions
.PHONY: static deb test-package install install-caps uninstall clean
.PHONY: build-packages test-packages kernel-packages static-packages capability-packages
.PHONY: package-test-packages

run: build
	$(SUDO) $(BINARY) $(ARGS)

build: build-packages
	$(SWIFT) build $(RELEASE) --product nettop

test: test-build test-packages
	$(SUDO) Tests/Runner/run_tests.py $(TEST_BUNDLE) $(ARGS)

test-fast: test-build
	Tests/Runner/run_tests.py $(TEST_BUNDLE) --fast $(ARGS)

test-build: build-packages
	$(SWIFT) build --build-tests

# Its suites are those of the test bundle, all else uses the static executable.
test-kernels: kernel-packages $(if $(findstring --suites,$(ARGS)),test-build test-packages,static)
	Tests/Kernels/test_kernels.py $(ARGS)

# libFuzzer, for FUZZ_SECONDS each; its build is one of its own, and what it finds stays there.
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?= settings filters terminal records netlink tracepoints recordings
FUZZ_LIBRARY = $$(dirname $$(readlink -f $$(command -v $(SWIFT))))/../lib/clang/*/lib/linux/libclang_rt.fuzzer_no_main-$$(uname -m).a
FUZZ = --scratch-path .build-fuzz -Xswiftc -DFUZZER -Xswiftc -Xfrontend -Xswiftc -sanitize=fuzzer \
  -Xcxx -fsanitize=fuzzer-no-link -Xlinker $$(ls $(FUZZ_LIBRARY)) -Xlinker -lstdc++

fuzz: build-packages test-packages
	$(SWIFT) build --build-tests $(FUZZ)
	@mkdir -p .build-fuzz/found; \
	for target in $(FUZZ_TARGETS); do \
	  echo "== $$target"; \
	  NETTOP_FUZZ_TARGET=$$target NETTOP_FUZZ_SECONDS=$(FUZZ_SECONDS) NETTOP_FUZZ_OUTPUT=.build-fuzz/found \
	    $(SWIFT) test --skip-build --disable-xctest $(FUZZ) --filter FuzzTests/guidedByCoverage || exit 1; \
	done

lint: lint-headers lint-folders
	$(SWIFT) format lint --strict --recursive $(SOURCES)

# Folders of a target refer to each other one way.
lint-folders:
	@$(call install-missing,python3)
	Tests/Lint/folders.py

# Every header of the kernel half compiles alone, and includes no folder above its own.
BPF_FLAGS = -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter -I include -I .

lint-headers: build-packages
	@cd bpf; for header in */*.bpf.h; do \
	  printf '#include "%s"\n' $$header | $(CLANG) $(BPF_FLAGS) -x c -c - -o /dev/null \
	    || { echo "bpf/$$header does not compile alone"; exit 1; }; \
	done
	@! grep -nE '^#include "(socket|tcp|udp|walk)/' bpf/core/*.h
	@! grep -nE '^#include "(tcp|udp|walk)/' bpf/socket/*.h
	@! grep -nE '^#include "(udp|walk)/' bpf/tcp/*.h
	@! grep -nE '^#include "(tcp|walk)/' bpf/udp/*.h

bench: build test-packages
	$(SWIFT) build $(RELEASE) --product nettop-bench
	$(SUDO) .build/release/nettop-bench $(ARGS)

bench-instructions: kernel-packages build-packages
	$(SWIFT) build $(RELEASE) --product nettop-bench
	Benchmarks/instructions.py $(ARGS)

# Its build is one of its own. packaging/static/runtime.c says what it replaces of the C library.
STATIC = -c release --scratch-path .build-static --static-swift-stdlib -Xswiftc -static-executable \
  -Xswiftc -use-ld=lld -Xlinker $(CURDIR)/.build-static/runtime.o \
  -Xlinker --wrap=__libc_dlopen_mode -Xlinker --wrap=dlsym \
  -Xlinker --wrap=swift_copyAuxiliaryExecutablePath -Xlinker -lzstd

static: build-packages static-packages
	@mkdir -p .build-static
	$(CLANG) -O2 -Wall -Wextra -Werror -c packaging/static/runtime.c -o .build-static/runtime.o
	$(SWIFT) build $(STATIC) --product nettop
	strip -o $(STATIC_BINARY) .build-static/release/nettop
	@! readelf --program-headers --wide $(STATIC_BINARY) | grep INTERP

# Relative to PREFIX.
BASH_COMPLETIONS = share/bash-completion/completions/nettop
ZSH_COMPLETIONS = share/zsh/site-functions/_nettop
FISH_COMPLETIONS = share/fish/vendor_completions.d/nettop.fish
MANUAL = share/man/man1/nettop.1
SERVICE = lib/systemd/system/nettop-record.service
SYSUSERS = lib/sysusers.d/nettop.conf
INSTALLED = $(DESTDIR)$(PREFIX)
COMPLETIONS = --generate-completion-script

# The executable, its man page, its completions, which it prints itself, and the service that records.
define install-files
install -D -s -m 755 $(1) $(INSTALLED)/bin/nettop
install -D -m 644 man/nettop.1 $(INSTALLED)/$(MANUAL)
$(1) $(COMPLETIONS) bash | install -D -m 644 /dev/stdin $(INSTALLED)/$(BASH_COMPLETIONS)
$(1) $(COMPLETIONS) zsh | install -D -m 644 /dev/stdin $(INSTALLED)/$(ZSH_COMPLETIONS)
$(1) $(COMPLETIONS) fish | install -D -m 644 /dev/stdin $(INSTALLED)/$(FISH_COMPLETIONS)
sed 's|/usr/bin/|$(PREFIX)/bin/|' packaging/nettop-record.service \
  | install -D -m 644 /dev/stdin $(INSTALLED)/$(SERVICE)
install -D -m 644 packaging/nettop.sysusers $(INSTALLED)/$(SYSUSERS)
endef

install: build
	$(call install-files,$(BINARY))

# A group that may run it without root.
install-caps: install capability-packages
	$(if $(DESTDIR),$(error install-caps takes no DESTDIR: a group belongs to the running system))
	$(SUDO) packaging/install-caps $(PREFIX)/bin/nettop

uninstall:
	rm -f $(addprefix $(INSTALLED)/,bin/nettop $(MANUAL) \
	  $(BASH_COMPLETIONS) $(ZSH_COMPLETIONS) $(FISH_COMPLETIONS) $(SERVICE) $(SYSUSERS))

deb: override DESTDIR = .build-deb/root
deb: override PREFIX = /usr
deb: ZSH_COMPLETIONS = share/zsh/vendor-completions/_nettop
deb: static
	rm -rf $(DESTDIR) .build-deb/*.deb
	$(call install-files,$(STATIC_BINARY))
	packaging/deb/build $(DESTDIR) .build-deb

test-package: deb package-test-packages
	$(SUDO) Tests/Packaging/test_package.py .build-deb/nettop_*.deb $(ARGS)

clean:
	rm -rf .build .build-static .build-deb .build-fuzz

# Installs only what is missing, so that a complete machine needs neither network nor rights.
define install-missing
missing=""; \
for package in $(1); do \
  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
    || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  echo "Installing$$missing"; \
  $(SUDO) apt-get update -qq \
    && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing; \
fi
endef

build-packages:
	@$(call install-missing,$(BUILD_PACKAGES))

test-packages:
	@$(call install-missing,$(TEST_PACKAGES))

kernel-packages:
	@[ "$$(uname -m)" = x86_64 ] || { echo "The kernels and their guests are made for x86_64."; exit 1; }
	@$(call install-missing,$(KERNEL_PACKAGES))

static-packages:
	@$(call install-missing,$(STATIC_PACKAGES))

capability-packages:
	@$(call install-missing,$(CAPABILITY_PACKAGES))

package-test-packages:
	@$(call install-missing,$(PACKAGE_TEST_PACKAGES))
