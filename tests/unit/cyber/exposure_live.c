/* The node's engine follows what is kept: after any steps it stands as one that starts now. */
#include "service/cyber/exposure_live.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "service/cyber/exposure_desk_internal.h"

enum { DAY = 86400, NOW = 1767225600 };

static uint64_t seed = 9;

static unsigned roll(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static char folder[64], path[96];
static struct store *store;

static void ask(exposure_op *op, const struct exposure_desk *d, const char *list, const char *text,
                unix_time now, const char *reason)
{
    const struct exposure_ask q = {
        .office = SPAN("cert"), .purpose = SPAN("SPECIMEN"), .list = span_str(list), .text = span_str(text)
    };
    struct why w = { 0 };
    struct buffer out;
    bool ok;

    buf_init(&out, 1 << 22);
    ok = op(d, &q, now, &out, &w);
    if (ok != !reason || (reason && strcmp(w.reason, reason) != 0))
        fail_msg("%s: %s", w.reason ? w.reason : "done", w.detail);
    buf_free(&out);
}

static void take_list(const struct exposure_desk *d, const char *id, unix_time now)
{
    char text[4096];
    size_t n = (size_t)snprintf(text, sizeof text, "vendor,product,version,organisation,sector\n");

    for (unsigned i = 0, rows = 1 + roll(8); i < rows; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "Acme,Pump,%u,%s-%u,energy\n", roll(4), id, roll(6));
    ask(exposure_take_assets, d, id, text, now, NULL);
}

static void take_advisory(const struct exposure_desk *d, unsigned number, unix_time now)
{
    static unsigned day;
    char text[1024];

    day++;
    (void)snprintf(
        text, sizeof text,
        "{\"document\":{\"csaf_version\":\"2.0\",\"publisher\":{\"namespace\":\"https://specimen.example\"},"
        "\"tracking\":{\"id\":\"A-%u\",\"current_release_date\":\"2026-%02u-%02uT00:00:00Z\"}},"
        "\"product_tree\":{\"branches\":[{\"category\":\"vendor\",\"name\":\"Acme\",\"branches\":[{"
        "\"category\":\"product_name\",\"name\":\"Pump\",\"branches\":[{\"category\":"
        "\"product_version_range\",\"name\":\"<%u\",\"product\":{\"name\":\"x\",\"product_id\":\"P\"}}]}]}]},"
        "\"vulnerabilities\":[{\"cve\":\"CVE-2026-%04u\",\"product_status\":{\"known_affected\":[\"P\"]}}]}",
        number, 1 + day / 28 % 12, 1 + day % 28, roll(5), number);
    ask(exposure_take_advisory, d, "x", text, now, NULL);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct lines {
    char *line[4096];
    size_t n;
};

static bool put_holding(void *ctx, const struct exposure_holding *h)
{
    struct lines *l = ((void **)ctx)[0];
    const struct exposure *e = ((void **)ctx)[1];

    for (size_t i = 0; i < exposure_results(e, h->variant); i++) {
        struct exposure_result r;
        char text[200];

        exposure_result_at(e, h->variant, i, &r);
        (void)snprintf(text, sizeof text, "%.*s %.*s %d %llu", (int)h->organisation.n,
                       (const char *)h->organisation.p, (int)r.id.n, (const char *)r.id.p, (int)r.state,
                       (unsigned long long)h->count);
        assert_true(l->n < 4096);
        l->line[l->n++] = strdup(text);
    }
    return true;
}

static void lines_of(const struct exposure_live *x, struct lines *l)
{
    union {
        const struct exposure *from;
        void *to;
    } e = { exposure_live_engine(x) };
    void *ctx[2] = { l, e.to };

    l->n = 0;
    exposure_holdings(e.from, put_holding, ctx);
    qsort(l->line, l->n, sizeof *l->line, by_bytes);
}

static void lines_free(struct lines *l)
{
    while (l->n)
        free(l->line[--l->n]);
}

static void same(const struct exposure_live *live, unix_time now, size_t *seen)
{
    struct exposure_live *fresh = exposure_live_new();
    static struct lines a, b;
    bool moved;

    assert_true(exposure_live_follow(fresh, store, now, &moved, NULL));
    lines_of(live, &a);
    lines_of(fresh, &b);
    assert_int_equal(a.n, b.n);
    for (size_t i = 0; i < a.n; i++)
        assert_string_equal(a.line[i], b.line[i]);
    *seen += a.n;
    lines_free(&a);
    lines_free(&b);
    exposure_live_free(fresh);
}

static void test_follows(void **state)
{
    static const char *const id[] = { "one", "two", "three" };
    struct exposure_live *live = exposure_live_new();
    const struct exposure_desk d = { .store = store, .member = SPAN("KZ") };
    unix_time now = NOW;
    size_t seen = 0;

    (void)state;
    for (unsigned round = 0; round < 120; round++) {
        now += roll(2); /* often within the same second */
        if (roll(5) == 0)
            ask(exposure_erase, &d, id[roll(3)], "", now, NULL);
        else if (roll(2))
            take_list(&d, id[roll(3)], now);
        else
            take_advisory(&d, roll(3), now);
        assert_true(exposure_live_keep(live, store, now, NULL));
        same(live, now, &seen);
    }
    assert_true(seen > 500);
    exposure_live_free(live);
}

static size_t open_now(void)
{
    struct exposure_findings f;
    bool found;
    size_t n = 0;

    exposure_findings_init(&f);
    assert_true(exposure_load(store, EXPOSURE_FINDINGS, &f, &found, NULL));
    for (uint32_t i = 0; i < f.n; i++)
        n += !f.item[i].closed;
    exposure_findings_free(&f);
    return n;
}

/* What ended while no node ran is closed when one starts; details only for the offices that may. */
static void test_desk(void **state)
{
    static const char *const offices[] = { "cert" };
    static const char *const others[] = { "lead" };
    struct exposure_live *live = exposure_live_new();
    struct exposure_desk d = {
        .store = store, .member = SPAN("KZ"), .live = live, .offices = offices, .n_offices = 1
    };
    struct exposure_look *look;
    struct arena a;
    size_t n;

    (void)state;
    ask(exposure_erase, &d, "one", "", NOW + DAY, NULL);
    ask(exposure_erase, &d, "two", "", NOW + DAY, NULL);
    ask(exposure_erase, &d, "three", "", NOW + DAY, NULL);
    ask(exposure_take_assets, &d, "one",
        "vendor,product,version,organisation,sector\nAcme,Pump,0,O1,energy\n", NOW + DAY, NULL);
    take_advisory(&d, 7, NOW + DAY);
    ask(exposure_match, &d, "", "", NOW + DAY, NULL);
    ask(exposure_detail, &d, "", "", NOW + DAY, NULL);
    d.offices = others;
    ask(exposure_detail, &d, "", "", NOW + DAY, "office");
    ask(exposure_close, &d, "", "", NOW + DAY, "request");
    arena_init(&a, 1 << 20);
    assert_true(store_exposure_looks(store, 1, &a, &look, &n, NULL));
    assert_true(span_eq_str(look->what, "refused") && span_eq_str(look->who, "cert")); /* on record */
    arena_free(&a);
    exposure_live_free(live);

    d.live = NULL;
    ask(exposure_erase, &d, "one", "", NOW + 2 * DAY, NULL);
    live = exposure_live_new();
    assert_true(exposure_live_keep(live, store, NOW + 3 * DAY, NULL));
    assert_int_equal(open_now(), 0);
    exposure_live_free(live);
}

static int setup(void **state)
{
    const struct store_options o = { .path = path };

    (void)snprintf(folder, sizeof folder, "%s/serai-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    assert_true(store_open(&o, &store, NULL));
    return arena_setup(state);
}

static int teardown(void **state)
{
    char command[100];

    store_close(store);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) || arena_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_follows), cmocka_unit_test(test_desk) };

    return cmocka_run_group_tests_name("exposure live", tests, setup, teardown);
}
