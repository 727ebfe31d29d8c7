# A thin face over Meson. make: build/serai. make demo: see it work. make test: everything that must hold.
BUILD ?= build
SETUP  = test -f $(BUILD)/build.ninja || meson setup $(BUILD) >$(BUILD).log 2>&1 || { cat $(BUILD).log >&2; exit 1; }

all: packages-build
	@$(SETUP)
	@ninja -C $(BUILD) programs

demo: all
	@BUILD=$(BUILD) tools/demo

test: packages-build packages-test
	@$(SETUP)
	@ninja -C $(BUILD)
	@tools/run-tests $(BUILD) $(TESTS)

# The leader of a PostgreSQL cluster killed under load; SERAI_PG_CLUSTER starts one. Minutes.
test-cluster: all packages-test packages-cluster
	@SERAI_BUILD=$(CURDIR)/$(BUILD) SERAI_SOURCE=$(CURDIR) python3 tests/e2e/failover.py

bench: packages-build packages-test
	@test -f $(BUILD)-release/build.ninja || meson setup --buildtype=release $(BUILD)-release >/dev/null
	@ninja -C $(BUILD)-release >/dev/null
	@tools/bench $(BUILD)-release $(ARGS)

# Two nodes, one asking the other over mutual TLS: make load SECONDS=600 RATE=50.
load: packages-build packages-test
	@test -f $(BUILD)-release/build.ninja || meson setup --buildtype=release $(BUILD)-release >/dev/null
	@ninja -C $(BUILD)-release tests/bench-node-load >/dev/null
	@$(BUILD)-release/tests/bench-node-load --seconds $(or $(SECONDS),60) --rate $(or $(RATE),20)

fuzz: packages-build packages-test packages-ci
	@tools/fuzz $(SECONDS_EACH)

lint: packages-build packages-test packages-ci
	@$(SETUP)
	@tools/lint $(BUILD)

install: all
	@meson configure $(BUILD) -Dfrom_source=false
	@meson install -C $(BUILD)

# A Debian package of the committed tree, in $(BUILD)-deb.
deb: packages-build
	@tools/deb $(BUILD)-deb

clean:
	rm -rf $(BUILD) $(BUILD)-release $(BUILD)-fuzz $(BUILD)-deb

packages-%:
	@tools/install-packages $*

.PHONY: all demo test test-cluster bench load fuzz lint install deb clean
