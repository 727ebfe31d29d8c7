/* A member publishes: what was acknowledged is there, for whom it is meant, and gone once it is erased. */
#include "streams_support.h"

#include <ftw.h>
#include <pthread.h>

#include "log/serve.h"

static const struct span LICENCE = { (const uint8_t *)"licence", 7 }, ALL = { (const uint8_t *)"all", 3 };

static struct stream_place publish(struct streams *s, const char *stream, const char *audience, uint64_t i,
                                   unix_time now)
{
    struct stream_new r = { .type = SPAN("licence-status"), .subject = SPAN("KZ 123456789"), .time = now };
    struct stream_place place = { 0 };

    r.body = body_of(i, &test_arena);
    must(streams_publish(s, span_str(stream), span_str(audience), &r, 1, now, &place, &must_w));
    return place;
}

static enum body_state state_of(struct streams *s, const struct stream_place *p, uint64_t i)
{
    struct stream_record r;
    struct arena a;

    arena_init(&a, 32 << 20);
    must(streams_get(s, span_str(p->origin), p->index, &a, &r, &must_w));
    assert_false(r.control);
    if (r.state == BODY_THERE)
        assert_true(span_eq(r.body, body_of(i, &test_arena)));
    arena_free(&a);
    return r.state;
}

static void published_and_read(void **state)
{
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct stream_place place[600];

    (void)state;
    for (uint64_t i = 0; i < 600; i++) {
        place[i] = publish(s, "licence", "all", i, Y2026);
        assert_string_equal(place[i].origin, "kz.specimen/licence/all/2026");
        assert_int_equal(place[i].index, i);
    }
    for (uint64_t i = 0; i < 600; i++)
        assert_int_equal(state_of(s, &place[i], i), BODY_THERE);
    streams_close(s);
    assert_int_equal(member_verified(path, place[0].origin), 600);
    s = member(path, Y2026);
    for (uint64_t i = 0; i < 600; i++)
        assert_int_equal(state_of(s, &place[i], i), BODY_THERE);
    assert_int_equal(publish(s, "licence", "all", 600, Y2026).index, 600);
    /* Of bodies one partial bundle is there, the newest. */
    assert_int_equal(member_shell("test $(find '%s' -path '*bodies/*.p/*' | wc -l) = 1", path), 0);
    streams_close(s);
    member_remove(path);
}

static void refused(void **state)
{
    static const uint8_t large[LIMIT_LOG_BODY + 1];
    static const struct {
        const char *what, *stream, *audience, *type, *reason;
        size_t body;
        unix_time time;
    } cases[] = {
        { "the index is not the caller's", "index", "all", "t", "origin", 1, 1 },
        { "a stream out of the folder", "..", "all", "t", "origin", 1, 1 },
        { "an audience out of order", "s", "tr-kz", "t", "origin", 1, 1 },
        { "a type with a blank", "s", "all", "a b", "leaf", 1, 1 },
        { "an erasure is not published", "s", "all", "erasure", "leaf", 1, 1 },
        { "before 1970", "s", "all", "t", "leaf", 1, -1 },
        { "a body above the limit", "s", "all", "t", "too-large", sizeof large, 1 },
    };
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct stream_state *all;
    struct why w;
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stream_new r = { .type = span_str(cases[i].type),
                                .time = cases[i].time,
                                .body = span_of(large, cases[i].body) };

        why_clear(&w);
        if (streams_publish(s, span_str(cases[i].stream), span_str(cases[i].audience), &r, 1, Y2026, NULL,
                            &w) ||
            strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s", cases[i].what, w.reason ? w.reason : "taken");
    }
    why_clear(&w);
    assert_false(streams_publish(s, LICENCE, ALL, NULL, 0, Y2026, NULL, &w));
    must(streams_states(s, &test_arena, &all, &n, &must_w));
    assert_int_equal(n, 0);
    assert_null(member_open(path, NULL, Y2026, &w));
    assert_string_equal(w.reason, "locked");
    streams_close(s);
    member_remove(path);
}

/* Callers at once share checkpoints, and each has its own entries. */
enum { CALLERS = 8, CALLS = 40 };

struct caller {
    struct streams *s;
    uint64_t base;
    struct stream_place place[CALLS];
};

static void *call(void *arg)
{
    struct caller *c = arg;

    for (uint64_t i = 0; i < CALLS; i++) {
        uint64_t text[2] = { c->base, i };
        struct stream_new r[3];

        for (size_t k = 0; k < 3; k++)
            r[k] =
                (struct stream_new){ .type = SPAN("t"), .time = Y2026, .body = span_of(text, sizeof text) };
        if (!streams_publish(c->s, LICENCE, ALL, r, 3, Y2026, &c->place[i], NULL))
            abort();
    }
    return NULL;
}

static void many_at_once(void **state)
{
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct caller caller[CALLERS];
    pthread_t thread[CALLERS];
    bool seen[CALLERS * CALLS * 3] = { false };

    (void)state;
    for (uint64_t i = 0; i < CALLERS; i++) {
        caller[i] = (struct caller){ .s = s, .base = i };
        assert_int_equal(pthread_create(&thread[i], NULL, call, &caller[i]), 0);
    }
    for (size_t i = 0; i < CALLERS; i++)
        (void)pthread_join(thread[i], NULL);
    for (uint64_t i = 0; i < CALLERS; i++)
        for (uint64_t k = 0; k < CALLS; k++)
            for (uint64_t m = 0; m < 3; m++) {
                uint64_t at = caller[i].place[k].index + m, text[2] = { i, k };
                struct stream_record r;

                assert_true(at < CALLERS * CALLS * 3 && !seen[at]);
                seen[at] = true;
                must(streams_get(s, span_str(caller[i].place[k].origin), at, &test_arena, &r, &must_w));
                assert_true(span_eq(r.body, span_of(text, sizeof text)));
            }
    streams_close(s);
    assert_int_equal(member_verified(path, "kz.specimen/licence/all/2026"), CALLERS * CALLS * 3);
    member_remove(path);
}

/* Whether some bytes stand in any file of a folder. */
static struct span wanted;
static bool found;

static int look(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    struct arena a;
    struct span s;
    bool there;

    (void)st;
    (void)at;
    arena_init(&a, 64 << 20);
    if (kind == FTW_F && file_read(path, 64 << 20, &a, &s, &there, NULL) && there)
        for (size_t i = 0; !found && i + wanted.n <= s.n; i++)
            found = memcmp(s.p + i, wanted.p, wanted.n) == 0;
    arena_free(&a);
    return 0;
}

static bool stands_in(const char *path, struct span s)
{
    wanted = s;
    found = false;
    assert_int_equal(nftw(path, look, 8, FTW_PHYS), 0);
    return found;
}

/* The salt of an entry's body, which alone opens it. */
static struct span salt_of(const char *path, const char *origin, uint64_t index)
{
    struct body_slot slot[TILE_WIDTH];
    unsigned at = (unsigned)(index % TILE_WIDTH);
    enum body_state state;
    struct span entry;
    struct buffer b;
    char folder[300];

    (void)entry;
    (void)snprintf(folder, sizeof folder, "%s/logs/%s", path, strchr(origin, '/') + 1);
    buf_init(&b, BODY_BUNDLE);
    must(body_bundle_read(folder, index / TILE_WIDTH, at + 1, &b, &state, &must_w));
    must(body_bundle_parse(buf_span(&b), at + 1, slot, NULL, &must_w));
    if (slot[at].kind == BODY_SLOT_HERE)
        entry = arena_copy(&test_arena, span_sub(slot[at].kept, 0, LEAF_SALT));
    else
        entry = (struct span){ 0 };
    buf_free(&b);
    return entry;
}

static void numbers_and_bodies_are_nowhere(void **state)
{
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct stream_place a = publish(s, "licence", "kz-tr", 1, Y2026);
    struct stream_place b = publish(s, "licence", "all", 1, Y2026);
    struct stream_record x, y;

    (void)state;
    must(streams_get(s, span_str(a.origin), 0, &test_arena, &x, &must_w));
    must(streams_get(s, span_str(b.origin), 0, &test_arena, &y, &must_w));
    assert_true(x.leaf.has_subject && y.leaf.has_subject);
    assert_memory_not_equal(x.leaf.subject, y.leaf.subject, LEAF_TAG); /* two audiences cannot join them */
    assert_memory_not_equal(x.leaf.body, y.leaf.body, LEAF_HASH);
    assert_memory_not_equal(x.leaf.commitment, y.leaf.commitment, LEAF_HASH);
    assert_false(stands_in(path, SPAN("123456789")));
    assert_false(stands_in(path, x.body));
    streams_close(s);
    member_remove(path);
}

static void erased(void **state)
{
    static const uint64_t which[] = {
        0, 3, 255, 256, 290, 299
    }; /* full and partial bundles; 3, 290: alone */
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct stream_place place[300];
    struct span salt[6];
    struct why w = { 0 };

    (void)state;
    for (uint64_t i = 0; i < 300; i++)
        place[i] = publish(s, "licence", "all", i, Y2026);
    for (size_t i = 0; i < 6; i++) {
        struct span origin = span_str(place[0].origin);

        salt[i] = salt_of(path, place[0].origin, which[i]);
        assert_true(salt[i].n == 0 || stands_in(path, salt[i]));
        must(streams_erase(s, origin, which[i], SPAN("court-order"), Y2026, &must_w));
        must(
            streams_erase(s, origin, which[i], SPAN("court-order"), Y2026, &must_w)); /* one entry for both */
        assert_int_equal(state_of(s, &place[which[i]], which[i]), BODY_ERASED);
        assert_true(salt[i].n == 0 || !stands_in(path, salt[i]));
    }
    assert_false(streams_erase(s, span_str(place[0].origin), 300, SPAN("x"), Y2026, &w));
    assert_string_equal(w.reason, "leaf"); /* that is an erasure */
    why_clear(&w);
    assert_false(streams_erase(s, span_str(place[0].origin), 999, SPAN("x"), Y2026, &w));
    assert_string_equal(w.reason, "range");
    why_clear(&w);
    assert_false(streams_erase(s, span_str(place[0].origin), 1, SPAN("not a word"), Y2026, &w));
    assert_string_equal(w.reason, "leaf");
    for (uint64_t i = 300; i < 600; i++) /* grows over what was erased at the edge */
        (void)publish(s, "licence", "all", i, Y2026);
    streams_close(s);
    s = member(path, Y2027);
    for (uint64_t i = 0, k = 0; i < 300; i++) {
        bool gone = k < 6 && which[k] == i;

        assert_int_equal(state_of(s, &place[i], i), gone ? BODY_ERASED : BODY_THERE);
        k += gone;
    }
    for (size_t i = 0; i < 6; i++)
        assert_true(salt[i].n == 0 || !stands_in(path, salt[i]));
    assert_int_equal(member_verified(path, place[0].origin), 606);
    /* In a shard of another year the erasure is an entry of the one that is open. */
    must(streams_turn(s, Y2027, 0, &must_w));
    salt[0] = salt_of(path, place[1].origin, 1);
    must(streams_erase(s, span_str(place[1].origin), 1, SPAN("retention"), Y2027, &must_w));
    assert_int_equal(state_of(s, &place[1], 1), BODY_ERASED);
    assert_false(stands_in(path, salt[0]));
    assert_int_equal(member_verified(path, place[0].origin), 607); /* closed */
    assert_int_equal(member_verified(path, "kz.specimen/licence/all/2027"), 2);
    streams_close(s);
    member_remove(path);
}

static unsigned status_of(const char *path, const char *origin, const char *member, const char *file)
{
    struct log_serve_answer a;
    struct origin o;
    struct buffer b;
    char folder[300];

    (void)snprintf(folder, sizeof folder, "%s/logs/%s", path, strchr(origin, '/') + 1);
    buf_init(&b, BODY_BUNDLE);
    must(origin_parse(span_str(origin), &o, &must_w));
    must(log_serve(folder, &o, SPAN("KZ"), span_str(member), span_str(file), &b, &a, &must_w));
    assert_true((a.status == 200) == (b.n > 0));
    buf_free(&b);
    return a.status;
}

static void served_to_the_audience(void **state)
{
    static const char *const content[] = { "tile/0/000.p/4", "tile/entries/000.p/4", "bodies/000.p/4",
                                           "bodies/000.p/2" };
    static const struct {
        const char *origin, *member;
        unsigned status;
    } cases[] = {
        { "kz.specimen/licence/all/2026", "TR", 200 },    { "kz.specimen/licence/all/2026", "KZ", 200 },
        { "kz.specimen/licence/all/2026", "", 403 },      { "kz.specimen/licence/kz-tr/2026", "TR", 200 },
        { "kz.specimen/licence/kz-tr/2026", "KZ", 200 },  { "kz.specimen/licence/kz-tr/2026", "IR", 403 },
        { "kz.specimen/licence/kz-tr/2026", "T", 403 },   { "kz.specimen/licence/kz-tr/2026", "TRR", 403 },
        { "kz.specimen/licence/kz-tr/2026", "ALL", 403 }, { "kz.specimen/licence/self/2026", "TR", 403 },
        { "kz.specimen/licence/self/2026", "KZ", 200 },   { "kz.specimen/licence/self/2026", "SELF", 403 },
        { "kz.specimen/licence/ir-uz/2026", "KZ", 200 },  { "kz.specimen/licence/ir-uz/2026", "TR", 403 },
    };
    static const char *const audience[] = { "all", "kz-tr", "self", "ir-uz" };
    char *path = member_folder(), alone[BODY_PATH];
    struct streams *s = member(path, Y2026);
    struct stream_record r;

    (void)state;
    for (size_t k = 0; k < 4; k++)
        for (uint64_t i = 0; i < 4; i++)
            (void)publish(s, "licence", audience[k], i, Y2026);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(status_of(path, cases[i].origin, cases[i].member, "checkpoint"),
                         cases[i].member[0] ? 200 : 403);
        must(streams_get(s, span_str(cases[i].origin), 3, &test_arena, &r, &must_w));
        body_alone_path(r.leaf.body, alone);
        for (size_t k = 0; k < 5; k++)
            if (status_of(path, cases[i].origin, cases[i].member, k < 4 ? content[k] : alone) !=
                cases[i].status)
                fail_msg("%s to %s: %s", cases[i].origin, cases[i].member, k < 4 ? content[k] : alone);
    }
    assert_int_equal(status_of(path, cases[0].origin, "TR", "../all/2026/checkpoint"), 404);
    assert_int_equal(status_of(path, cases[0].origin, "TR", "bodies/.draft"), 404);
    assert_int_equal(status_of(path, cases[0].origin, "TR", "bodies/001"), 404);
    assert_int_equal(status_of(path, cases[0].origin, "TR", "witnessed"), 404);
    must(streams_get(s, span_str(cases[0].origin), 3, &test_arena, &r, &must_w));
    body_alone_path(r.leaf.body, alone);
    must(streams_erase(s, span_str(cases[0].origin), 3, SPAN("retention"), Y2026, &must_w));
    assert_int_equal(status_of(path, cases[0].origin, "TR", alone), 410);
    assert_int_equal(status_of(path, cases[0].origin, "IR", "bodies/000.p/4"), 200);
    streams_close(s);
    member_remove(path);
}

static void states_and_index(void **state)
{
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct stream_state *all;
    struct stream_record r;
    size_t n;

    (void)state;
    for (uint64_t i = 0; i < 5; i++) {
        (void)publish(s, "licence", "all", i, Y2026);
        (void)publish(s, "trust", "kz-tr", i, Y2026);
        must(streams_turn(s, Y2026 + (unix_time)i, 60, &must_w));
    }
    must(streams_turn(s, Y2026 + 60, 60, &must_w));
    must(streams_turn(s, Y2026 + 120, 60, &must_w)); /* nothing new */
    must(streams_states(s, &test_arena, &all, &n, &must_w));
    assert_int_equal(n, 3);
    assert_true(span_eq_str(all[0].origin, "kz.specimen/index/all/2026") && all[0].published == 4);
    assert_true(span_eq_str(all[2].origin, "kz.specimen/trust/kz-tr/2026") && all[2].published == 5);
    assert_true(all[1].witnessed == 0 && all[1].waiting_since == Y2026 && !all[1].why.reason);
    must(streams_get(s, all[0].origin, 3, &test_arena, &r, &must_w));
    assert_true(r.control && span_starts(r.entry, SPAN("kz.specimen/trust/kz-tr/2026\n5\n")));
    streams_close(s);
    s = member(path, Y2026 + 200); /* knows what the index has */
    must(streams_turn(s, Y2026 + 200, 0, &must_w));
    streams_close(s);
    assert_int_equal(member_verified(path, "kz.specimen/index/all/2026"), 4);
    member_remove(path);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_and_read),
        cmocka_unit_test(refused),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(numbers_and_bodies_are_nowhere),
        cmocka_unit_test(erased),
        cmocka_unit_test(served_to_the_audience),
        cmocka_unit_test(states_and_index),
    };

    if (!node_crypto_init())
        return 1;
    member_setup();
    return cmocka_run_group_tests_name("log-streams", tests, arena_setup, arena_teardown);
}
