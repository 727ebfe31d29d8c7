/* Figures for the other members: what is left out cannot be worked out, small cells are refused, and boards
 * of different days differ by enough. */
#include "service/cyber/exposure_notice.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agreement/agreement.h"
#include "base/limits.h"
#include "crypto/node_key.h"
#include "service/cyber/exposure_desk_internal.h"
#include "wire/jcs.h"

enum { DAY = 86400, NOW = 1767225600 + 20 * DAY, STEP = BOARD_LEAST, SUMS = 600 };

static uint64_t seed = 5;

static unsigned roll(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

static void put_finding(struct buffer *b, unsigned organisation, const char *sector, unsigned severity,
                        bool exploited, int64_t closed)
{
    buf_printf(b,
               "{\"organisation\":\"O%u\",\"sector\":\"%s\",\"product\":\"a/b\",\"id\":\"CVE-2026-0001\","
               "\"installations\":1,\"since\":%d,\"closed\":%lld,\"due\":0,\"severity\":%u,\"facing\":true,"
               "\"exploited\":%s,\"here\":true}\n",
               organisation, sector, NOW - 9 * DAY, (long long)closed, severity,
               exploited ? "true" : "false");
}

static void read_findings(struct buffer *b, struct exposure_findings *f)
{
    exposure_findings_init(f);
    assert_true(exposure_findings_read(buf_span(b), f, NULL));
}

/* ---- what can be worked out, the slow way: every sum of the cells that is possible ---- */

static bool any_told(const struct notice_cell *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (c[i].n)
            return true;
    return false;
}

/* Sums of all cells but one (n: of all). */
static void sums(const struct notice_cell *c, size_t n, size_t but, bool out[SUMS])
{
    memset(out, 0, SUMS * sizeof *out);
    out[0] = true;
    for (size_t i = 0; i < n; i++) {
        bool next[SUMS] = { false };

        if (i == but)
            continue;
        for (size_t s = 0; s < SUMS; s++)
            for (size_t v = c[i].n; out[s] && v < c[i].n + STEP && s + v < SUMS; v++)
                next[s + v] = true;
        memcpy(out, next, sizeof next);
    }
}

static void whole(const struct exposure_notice *n, bool out[SUMS])
{
    bool one[SUMS];

    for (size_t s = 0; s < SUMS; s++)
        out[s] = !n->total || (s >= n->total && s < n->total + STEP);
    if (any_told(n->worst, NOTICE_WORST)) {
        sums(n->worst, NOTICE_WORST, NOTICE_WORST, one);
        for (size_t s = 0; s < SUMS; s++)
            out[s] = out[s] && one[s];
    }
    if (any_told(n->kev, NOTICE_KEV)) {
        sums(n->kev, NOTICE_KEV, NOTICE_KEV, one);
        for (size_t s = 0; s < SUMS; s++)
            out[s] = out[s] && one[s];
    }
}

static size_t possible(const bool all[SUMS], const struct notice_cell *c, size_t n, size_t cell)
{
    bool rest[SUMS];
    size_t k = 0;

    sums(c, n, cell, rest);
    for (size_t v = 0; v < STEP; v++) {
        bool fits = false;

        for (size_t s = 0; s + v < SUMS && !fits; s++)
            fits = rest[s] && all[s + v];
        k += fits;
    }
    return k;
}

static void check_list(const bool all[SUMS], const struct notice_cell *c, size_t n, size_t *left_out)
{
    if (!any_told(c, n))
        return;
    for (size_t i = 0; i < n; i++) {
        if (c[i].n)
            continue;
        ++*left_out;
        if (possible(all, c, n, i) < NOTICE_POSSIBLE)
            fail_msg("a number that is left out may be one of too few");
    }
}

static void test_nothing_follows(void **state)
{
    static const char *const sector[] = { "energy", "health", "water", "rail" };
    size_t told = 0, left_out = 0;

    (void)state;
    for (unsigned round = 0; round < 1500; round++) {
        unsigned organisations = roll(90), top = 1 + roll(6);
        struct exposure_findings f;
        struct exposure_notice n;
        bool all[SUMS];
        struct buffer b;

        buf_init(&b, 1 << 20);
        for (unsigned i = 0; i < organisations; i++)
            put_finding(&b, i, sector[roll(1 + roll(4))], roll(top), roll(3) == 0, 0);
        read_findings(&b, &f);
        exposure_notice_make(&f, STEP, NOW, &n);
        assert_null(exposure_notice_tells(&n));
        whole(&n, all);
        check_list(all, n.worst, NOTICE_WORST, &left_out);
        check_list(all, n.kev, NOTICE_KEV, &left_out);
        for (size_t i = 0; i < n.sectors; i++) {
            assert_true(n.sector[i].n >= STEP && n.sector[i].n % STEP == 0);
            told++;
        }
        exposure_findings_free(&f);
        buf_free(&b);
    }
    assert_true(told > 1000 && left_out > 1000);
}

/* Ten of twenty in the one sector that is told: if there is but one other, it has four. The sectors go. */
static void test_sectors_withheld(void **state)
{
    struct exposure_findings f;
    struct exposure_notice n;
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (unsigned i = 0; i < 22; i++)
        put_finding(&b, i, i < 10 ? "energy" : i < 14 ? "health" : i < 18 ? "water" : "rail", 5, false, 0);
    read_findings(&b, &f);
    exposure_notice_make(&f, STEP, NOW, &n);
    assert_int_equal(n.total, 20);
    assert_int_equal(n.worst[0].n, 20);
    assert_int_equal(n.sectors, 0);
    n.sector[0] = (struct notice_cell){ SPAN("energy"), 10 };
    n.sectors = 1;
    assert_string_equal(exposure_notice_tells(&n), "sectors");
    n.sector[0].n = 20;
    assert_null(exposure_notice_tells(&n));
    exposure_findings_free(&f);
    buf_free(&b);
}

/* Many findings of few organisations are few. */
static void test_ages(void **state)
{
    struct exposure_findings f;
    int64_t open, closed;
    struct buffer b;
    char sector[8];

    (void)state;
    buf_init(&b, 1 << 20);
    for (unsigned i = 0; i < 12; i++) {
        (void)snprintf(sector, sizeof sector, "s%u", i);
        put_finding(&b, i % 4, sector, 4, false, 0);
        put_finding(&b, 100 + i % 4, sector, 4, false, NOW - DAY);
    }
    read_findings(&b, &f);
    exposure_findings_ages(&f, STEP, NOW, &open, &closed);
    assert_int_equal(open, -1);
    assert_int_equal(closed, -1);
    exposure_findings_free(&f);
    put_finding(&b, 4, "s", 4, false, 0);
    put_finding(&b, 104, "s", 4, false, NOW - DAY);
    read_findings(&b, &f);
    exposure_findings_ages(&f, STEP, NOW, &open, &closed);
    assert_int_equal(open, 9);
    assert_int_equal(closed, 8);
    exposure_findings_free(&f);
    buf_free(&b);
}

/* ---- records ---- */

static bool read_record(const char *member, const char *at, const char *as_of, const char *rest,
                        struct coop_record *out, struct why *w)
{
    char text[2000];
    struct buffer b;
    struct json j;
    struct span s;

    (void)snprintf(text, sizeof text,
                   "{\"kind\":\"exposure-board\",\"member\":\"%s\",\"office\":\"cert\",\"at\":\"%s\",\"tlp\":"
                   "\"green\",\"as_of\":\"%s\",\"consent\":\"yes\",%s}",
                   member, at, as_of, rest);
    buf_init(&b, 2 * LIMIT_COOPERATION);
    assert_true(json_parse(arena_copy(&test_arena, span_str(text)), &test_arena, &j, w));
    assert_true(jcs_put(&b, &j, JSON_ROOT, &test_arena, w));
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return coop_read(s, &test_arena, out, w);
}

#define T "2026-01-20T10:00:00Z"

static void test_refused(void **state)
{
    static const struct {
        const char *what, *rest, *reason; /* NULL: taken */
    } cases[] = {
        { "nothing reaches the threshold", "\"least\":5", NULL },
        { "as it should be",
          "\"least\":5,\"total\":20,\"worst\":[\"critical:15\"],\"sectors\":[\"energy:15\"]", NULL },
        { "a small cell", "\"least\":5,\"worst\":[\"critical:3\"]", "small-cell" },
        { "a small sector", "\"least\":5,\"sectors\":[\"energy:1\"]", "small-cell" },
        { "not rounded", "\"least\":5,\"worst\":[\"critical:17\"]", "small-cell" },
        { "a small sum", "\"least\":5,\"total\":4", "small-cell" },
        { "a threshold of one", "\"least\":1,\"worst\":[\"critical:3\"]", "small-cell" },
        { "days not rounded", "\"least\":5,\"open_days\":3", "small-cell" },
        { "a sector that follows", "\"least\":5,\"total\":20,\"sectors\":[\"energy:10\"]", "small-cell" },
        { "sums that contradict", "\"least\":5,\"total\":5,\"kev\":[\"overdue:20\"]", "small-cell" },
        { "a host for a sector", "\"least\":5,\"sectors\":[\"db1.example.kz:10\"]", "request" },
        { "a sector twice", "\"least\":5,\"sectors\":[\"energy:10\",\"energy:15\"]", "request" },
        { "a word twice", "\"least\":5,\"worst\":[\"high:10\",\"high:15\"]", "request" },
        { "another word", "\"least\":5,\"kev\":[\"CVE-2026-0001:10\"]", "request" },
        { "a product in it", "\"least\":5,\"product\":\"acme/pump\"", "request" },
        { "no number", "\"least\":5,\"worst\":[\"high\"]", "request" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coop_record r;
        struct why w = { 0 };
        bool ok;

        ok = read_record("KZ", T, T, cases[i].rest, &r, &w);
        if (ok != !cases[i].reason || (!ok && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].what, ok ? "taken" : w.detail);
    }
}

static void test_book(void **state)
{
    static const char *const rest = "\"least\":5,\"worst\":[\"critical:15\"]";
    struct coop_record *r = arena_array(&test_arena, 5, sizeof *r), *all[5];
    struct notice_book b;
    struct coop_set s;
    struct why w = { 0 };

    (void)state;
    assert_true(read_record("KZ", "2026-01-20T10:00:00Z", "2026-01-20T10:00:00Z", rest, &r[0], &w));
    assert_true(
        read_record("KZ", "2026-01-20T11:00:00Z", "2026-01-20T11:00:00Z", rest, &r[1], &w)); /* again */
    assert_true(read_record("KZ", "2026-01-22T10:00:00Z", "2026-01-22T10:00:00Z", rest, &r[2], &w));
    assert_true(
        read_record("KZ", "2026-01-23T10:00:00Z", "2026-01-20T10:00:00Z", rest, &r[3], &w)); /* older */
    assert_true(read_record("TR", "2026-01-19T10:00:00Z", "2026-01-19T10:00:00Z", rest, &r[4], &w));
    for (size_t turn = 0; turn < 5; turn++) {
        for (size_t i = 0; i < 5; i++)
            all[i] = &r[(i + turn) % 5];
        assert_true(coop_set_make(all, 5, &test_arena, &s, &w));
        assert_true(notice_book_make(&s, &test_arena, &b, &w));
        assert_int_equal(b.n, 2);
        assert_ptr_equal(b.newest[0], &r[2]);
        assert_ptr_equal(b.newest[1], &r[4]);
        assert_string_equal(coop_refused_of(&b.refused, &r[1])->why, "again");
        assert_string_equal(coop_refused_of(&b.refused, &r[3])->why, "order");
        assert_int_equal(b.refused.n, 2);
    }
}

/* ---- the sender ---- */

static const char agreement_text[] =
    "agreement \"T\" version 1\nparties KZ TR\narticle 1 \"A\"\n  text en \"x\"\n"
    "sharing \"cyber\"\n  under article 1\n  unmarked counts as amber\n"
    "  passed on up to green\n  clients up to amber\n  detectors up to amber\n";

struct box {
    char folder[64], path[96];
    uint8_t secret[NODE_SECRET_KEY];
    struct signer signer;
    struct agreement *agreement;
    struct coop_desk desk;
};

static void open_box(struct box *b)
{
    struct store_options o = { .path = b->path };
    struct agreement_faults faults = { 0 };
    uint8_t from[NODE_SEED] = { 7 }, pub[NODE_PUBLIC_KEY];
    struct why w = { 0 };

    (void)snprintf(b->folder, sizeof b->folder, "%s/serai-XXXXXX",
                   access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    assert_non_null(mkdtemp(b->folder));
    (void)snprintf(b->path, sizeof b->path, "%s/store.db", b->folder);
    b->desk = (struct coop_desk){ .self = SPAN("KZ"), .name = SPAN("kz.specimen") };
    if (!store_open(&o, &b->desk.store, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    b->agreement = agreement_parse(SPAN(agreement_text), &faults);
    assert_non_null(b->agreement);
    b->desk.agreement = b->agreement;
    node_key_from_seed(from, pub, b->secret);
    signer_in_memory(b->secret, &b->signer);
    b->desk.signer = &b->signer;
}

static void close_box(struct box *b)
{
    char command[100];

    store_close(b->desk.store);
    agreement_free(b->agreement);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", b->folder);
    assert_int_equal(system(command), 0);
}

static void keep(struct box *x, unsigned organisations, unsigned severe)
{
    struct exposure_findings f;
    struct buffer b;

    buf_init(&b, 1 << 20);
    for (unsigned i = 0; i < organisations; i++)
        put_finding(&b, i, "energy", i < severe ? 5 : 3, false, 0);
    read_findings(&b, &f);
    assert_true(exposure_keep(x->desk.store, EXPOSURE_FINDINGS, &f, NOW, NULL));
    exposure_findings_free(&f);
    buf_free(&b);
}

static void publish(struct box *x, unix_time now, const char *reason)
{
    static const char asked[] = "{\"office\":\"cert\",\"purpose\":\"SPECIMEN\",\"consent\":\"yes\"}";
    struct why w = { 0 };
    struct buffer out;
    bool ok;

    buf_init(&out, 1 << 20);
    ok = exposure_publish(&x->desk, SPAN(asked), now, &test_arena, &out, &w);
    if (ok != !reason || (reason && strcmp(w.reason, reason) != 0))
        fail_msg("%s: %s", w.reason ? w.reason : "told", w.detail);
    buf_free(&out);
}

/* Who knows all organisations but one compares two boards: there are none that differ by one, or by four. */
static void test_differences(void **state)
{
    struct box x;

    (void)state;
    open_box(&x);
    keep(&x, 14, 0);
    publish(&x, NOW, NULL);
    publish(&x, NOW + 3600, "again");
    keep(&x, 15, 0); /* 10 would become 15 */
    publish(&x, NOW + DAY, "too-close");
    keep(&x, 18, 0);
    publish(&x, NOW + 2 * DAY, "too-close");
    keep(&x, 14, 4);
    publish(&x, NOW + 2 * DAY, "too-close");
    keep(&x, 14, 5);
    publish(&x, NOW + 3 * DAY, NULL);
    keep(&x, 14, 5);
    publish(&x, NOW + 4 * DAY, "too-close"); /* not even the same again */
    close_box(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_follows),
        cmocka_unit_test(test_sectors_withheld),
        cmocka_unit_test(test_ages),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_book),
        cmocka_unit_test(test_differences),
    };

    return cmocka_run_group_tests_name("exposure notice", tests, arena_setup, arena_teardown);
}
