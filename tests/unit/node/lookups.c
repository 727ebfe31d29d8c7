/* How old a list may be before it tells nothing any more, and which list is asked. */
#include "node/lookups.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "agreement/agreement.h"

enum { NOW = 1800000000, HOUR = 3600 };

static struct lookups *l;
static char folder[64];

static int open_all(void **state)
{
    static struct agreement_faults faults;
    struct node_config c = { .member = "TR", .lookup = folder, .stale_hours = 24 };
    struct agreement *g;
    struct why w = { 0 };
    char root[] = "/tmp/serai-XXXXXX";

    if (arena_setup(state) != 0 || !mkdtemp(root))
        return -1;
    (void)snprintf(folder, sizeof folder, "%s/lookup", root);
    g = agreement_parse(load_file(&test_arena, source_path("agreements/eco.agreement")), &faults);
    if (!g || !lookups_open(&c, g, LOOKUP_WRITE, &l, &w))
        return -1;
    agreement_free(g);
    return 0;
}

static int close_all(void **state)
{
    char command[128];

    lookups_close(l);
    (void)snprintf(command, sizeof command, "rm -rf \"$(dirname '%s')\"", folder);
    return system(command) != 0 || arena_teardown(state) != 0;
}

static void aged(const char *origin, unix_time looked, bool told, const char *owns)
{
    static struct roster_member member[2] = {
        { .name = { (const uint8_t *)"kz.specimen", 11 }, .state = { (const uint8_t *)"KZ", 2 } },
        { .name = { (const uint8_t *)"ir.specimen", 11 }, .state = { (const uint8_t *)"IR", 2 } }
    };
    const struct roster r = { .member = member, .n = 2 };
    const struct replica_row row = { .origin = span_str(origin), .looked = looked };

    lookups_aged(l, &row, 1, &r, told, span_str(owns));
}

static enum lookup_state ask(const char *state, enum document_kind kind, const char *number, unix_time at)
{
    struct document_lookup d = lookups_ask(l);
    struct document_number n;
    struct document_answer a;
    unix_time as_of;

    assert_true(document_fold(kind, span_str(number), &n, NULL));
    d.ask(d.ctx, span_str(state), kind, &n, true, at, &a, &as_of);
    assert_true(as_of <= at);
    return a.state;
}

static void ages(void **state)
{
    const struct document_entry e = { .kind = DOCUMENT_PASSPORT,
                                      .status = DOCUMENT_STOLEN,
                                      .on = { 2026, 5, 1 },
                                      .number = { .text = "N1", .n = 2 } };
    struct why w = { 0 };

    (void)state;
    assert_true(document_set_take(lookups_documents(l), SPAN("KZ"), &e, 1, &w));
    /* Nothing was ever looked at: nothing is "not listed". */
    assert_int_equal(ask("KZ", DOCUMENT_PASSPORT, "N2", NOW), LOOKUP_UNKNOWN);
    assert_int_equal(ask("KZ", DOCUMENT_PASSPORT, "N1", NOW), LOOKUP_LISTED);
    /* A log of another stream says nothing of the list. */
    aged("kz.specimen/trust/all/2026", NOW, true, "");
    assert_int_equal(ask("KZ", DOCUMENT_PASSPORT, "N2", NOW), LOOKUP_UNKNOWN);
    /* The log was looked at, but not all of it was handed over. */
    aged("kz.specimen/documents/all/2026", NOW, false, "");
    assert_int_equal(ask("KZ", DOCUMENT_PASSPORT, "N2", NOW), LOOKUP_UNKNOWN);
    aged("kz.specimen/documents/all/2026", NOW, true, "");
    assert_int_equal(ask("KZ", DOCUMENT_PASSPORT, "N2", NOW), LOOKUP_NOT_LISTED);
    assert_int_equal(ask("KZ", DOCUMENT_PASSPORT, "N2", NOW + 24 * HOUR), LOOKUP_NOT_LISTED);
    assert_int_equal(ask("KZ", DOCUMENT_PASSPORT, "N2", NOW + 24 * HOUR + 1), LOOKUP_UNKNOWN);
    /* What is listed stays so, however old the list is. */
    assert_int_equal(ask("KZ", DOCUMENT_PASSPORT, "N1", NOW + 9000 * HOUR), LOOKUP_LISTED);
    assert_int_equal(ask("IR", DOCUMENT_PASSPORT, "N2", NOW), LOOKUP_UNKNOWN);
    /* A vehicle may be on any list: the oldest decides. */
    assert_int_equal(ask("", DOCUMENT_VEHICLE, "1M8GDM9AXKP042788", NOW), LOOKUP_NOT_LISTED);
    aged("ir.specimen/documents/all/2026", NOW - 30 * HOUR, true, "");
    assert_int_equal(ask("", DOCUMENT_VEHICLE, "1M8GDM9AXKP042788", NOW), LOOKUP_UNKNOWN);
    /* Where documents are entered the own list is never old. */
    aged("ir.specimen/documents/all/2026", NOW, true, "TR");
    assert_int_equal(ask("TR", DOCUMENT_PASSPORT, "N2", NOW + 9000 * HOUR), LOOKUP_NOT_LISTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(ages) };

    return cmocka_run_group_tests_name("node/lookups", tests, open_all, close_all);
}
