/*
 * The register of indicators: read on step by step it is what it is when made anew; whose version counts;
 * what members say moves confidence and sums; values, states and ends.
 */
#include "service/cyber/life.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "seeds.h"
#include "service/cyber/federate_take.h"

enum { SELF = 0, KZ = 1, TR = 2, T0 = 1767225600 /* 2026-01-01 */, DAY = 86400 };

static int64_t clock_us = (int64_t)T0 * 1000000;

static int64_t now(void *ctx)
{
    (void)ctx;
    return clock_us++;
}

struct box {
    char path[64];
    struct object_store *s;
    uint16_t own, shared;
};

static void open_box(struct box *b)
{
    struct object_store_options o = { .folder = b->path, .now = now };
    struct why w = { 0 };

    (void)snprintf(b->path, sizeof b->path, "%s/serai-XXXXXX",
                   access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    assert_non_null(mkdtemp(b->path));
    if (!object_store_open(&o, &b->s, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_true(object_store_collection(b->s, SPAN("own"), &b->own, &w));
    assert_true(object_store_collection(b->s, span_str(cyber_shared_collection()), &b->shared, &w));
}

static void close_box(struct box *b)
{
    char command[100];

    object_store_close(b->s);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", b->path);
    assert_int_equal(system(command), 0);
}

static enum object_outcome put(struct box *b, uint16_t collection, uint8_t owner, uint8_t tlp,
                               const char *text)
{
    static const struct stix_how how = { .any_pattern = true };
    struct object_new n = { 0 };
    struct stix_object o;
    struct why w = { 0 };

    if (!stix_read(span_str(text), &how, &test_arena, &o, NULL, &w))
        fail_msg("%s: %s: %s", text, w.reason, w.detail);
    assert_true(object_new_of(&o, &n));
    n.text = span_str(text);
    n.type = o.type;
    n.row.label =
        (struct cyber_label){ .audience = CYBER_ALL, .owner = owner, .group = CYBER_NO_PLACE, .tlp = tlp };
    n.row.origin = CYBER_NO_PLACE;
    if (!object_store_add(b->s, collection, &n, 1, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return n.outcome;
}

static const char *when(int64_t t, char out[STIX_TIME_TEXT])
{
    return stix_time_text(t * 1000000, out);
}

struct as {
    unsigned n;
    int64_t modified;
    int confidence; /* -1: none */
    bool revoked;
    const char *pattern;
    int64_t until;
};

static const char *indicator(const struct as *x)
{
    static char text[2000];
    char made[STIX_TIME_TEXT], changed[STIX_TIME_TEXT], until[STIX_TIME_TEXT], more[200] = "", end[100] = "";

    if (x->confidence >= 0)
        (void)snprintf(more, sizeof more, ",\"confidence\":%d", x->confidence);
    if (x->until)
        (void)snprintf(end, sizeof end, ",\"valid_until\":\"%s\"", when(x->until, until));
    (void)snprintf(text, sizeof text,
                   "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--00000000-0000-4000-"
                   "8000-%012x\","
                   "\"created\":\"%s\",\"modified\":\"%s\",\"pattern\":\"%s\",\"pattern_type\":\"stix\","
                   "\"valid_from\":\"2026-01-01T00:00:00Z\"%s%s%s}",
                   x->n, when(T0, made), when(T0 + x->modified, changed), x->pattern, more, end,
                   x->revoked ? ",\"revoked\":true" : "");
    return text;
}

static const char *opinion(unsigned n, unsigned about, int64_t modified, const char *word)
{
    static char text[1000];
    char made[STIX_TIME_TEXT], changed[STIX_TIME_TEXT];

    (void)snprintf(
        text, sizeof text,
        "{\"type\":\"opinion\",\"spec_version\":\"2.1\",\"id\":\"opinion--00000000-0000-4000-8000-%012x\","
        "\"created\":\"%s\",\"modified\":\"%s\",\"opinion\":\"%s\","
        "\"object_refs\":[\"indicator--00000000-0000-4000-8000-%012x\"]}",
        n, when(T0, made), when(T0 + modified, changed), word, about);
    return text;
}

static const char *sighting(unsigned n, unsigned about, unsigned count)
{
    static char text[1000];
    char made[STIX_TIME_TEXT];

    (void)snprintf(
        text, sizeof text,
        "{\"type\":\"sighting\",\"spec_version\":\"2.1\",\"id\":\"sighting--00000000-0000-4000-8000-%012x\","
        "\"created\":\"%s\",\"modified\":\"%s\",\"first_seen\":\"2026-01-02T00:00:00Z\","
        "\"last_seen\":\"2026-01-02T01:00:00Z\",\"count\":%u,"
        "\"sighting_of_ref\":\"indicator--00000000-0000-4000-8000-%012x\"}",
        n, when(T0, made), made, count, about);
    return text;
}

static struct life *made(struct box *b)
{
    const struct life_options o = {
        .objects = b->s, .self = SELF, .days = LIFE_DAYS, .key = { 0x1234567, 0x7654321 }
    };
    struct life *l = NULL;
    struct why w = { 0 };

    if (!life_new(&o, &l, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return l;
}

static void read_on(struct life *l, size_t most)
{
    struct why w = { 0 };
    bool more = true;

    while (more)
        if (!life_step(l, most, &more, &w))
            fail_msg("%s: %s", w.reason, w.detail);
}

static size_t at(const struct life *l, unsigned n)
{
    struct stix_uuid u;
    char text[40];
    size_t i = 0;

    (void)snprintf(text, sizeof text, "00000000-0000-4000-8000-%012x", n);
    assert_true(stix_uuid_read(span_str(text), &u));
    assert_true(life_find(l, &u, &i));
    return i;
}

static struct life_indicator of(const struct life *l, unsigned n)
{
    struct life_indicator x;

    assert_true(life_at(l, at(l, n), &x));
    return x;
}

static const char *const words[] = { "strongly-disagree", "disagree", "neutral", "agree", "strongly-agree" };

static uint64_t state;

static unsigned below(unsigned n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)((state >> 33) % n);
}

/* Objects of three members in two collections in any order; anew it is the same. */
static void anew_of_seed(void)
{
    static const char *const patterns[] = {
        "[domain-name:value = 'a.example']",
        "[domain-name:value = 'a.example' OR domain-name:value = 'b.example']",
        "[ipv4-addr:value = '192.0.2.1']",
        "[domain-name:value LIKE '%.bad.example']",
        "[url:value = 'http://a.example/x' AND domain-name:value = 'b.example']",
    };
    struct box b;
    struct life *l, *fresh;
    uint8_t one[32], two[32], before[32] = { 0 };

    open_box(&b);
    l = made(&b);
    for (unsigned k = 0; k < 600; k++) {
        uint16_t c = below(2) ? b.own : b.shared;
        uint8_t owner = c == b.own ? SELF : (uint8_t)below(3);
        const struct as x = { .n = 1 + (unsigned)below(40),
                              .modified = (int64_t)below(50),
                              .confidence = (int)below(102) - 1,
                              .revoked = below(12) == 0,
                              .pattern = patterns[below(5)] };

        switch (below(3)) {
        case 0:
            (void)put(&b, c, owner, (uint8_t)below(4), indicator(&x));
            break;
        case 1:
            (void)put(&b, c, owner, TLP_GREEN,
                      opinion((unsigned)below(60), x.n, x.modified, words[below(5)]));
            break;
        default:
            (void)put(&b, c, owner, TLP_GREEN, sighting((unsigned)below(90), x.n, (unsigned)below(9)));
        }
        if (below(4) == 0)
            read_on(l, 1 + below(5));
        if (k % 50 != 49)
            continue;
        read_on(l, 7);
        fresh = made(&b);
        read_on(fresh, 1000);
        life_digest(l, one);
        life_digest(fresh, two);
        assert_memory_equal(one, two, 32);
        assert_memory_not_equal(one, before, 32);
        memcpy(before, one, 32);
        life_free(fresh);
    }
    life_free(l);
    close_box(&b);
}

static void anew_it_is_the_same(void **st)
{
    unsigned long long seed[SEEDS_MAX];
    size_t n = seeds_of(3, seed);

    (void)st;
    for (size_t i = 0; i < n; i++) {
        seed_says(seed[i]);
        state = seed[i];
        anew_of_seed();
    }
}

static void only_the_owner_withdraws(void **st)
{
    struct as x = { .n = 1, .confidence = 80, .pattern = "[domain-name:value = 'a.example']" };
    struct box b;
    struct life *l;

    (void)st;
    open_box(&b);
    l = made(&b);
    (void)put(&b, b.shared, KZ, TLP_GREEN, indicator(&x));
    x.modified = 10;
    x.revoked = true;
    assert_int_equal(put(&b, b.own, SELF, TLP_AMBER, indicator(&x)), OBJECT_ADDED);
    read_on(l, 100);
    assert_false(of(l, 1).revoked);
    assert_int_equal(of(l, 1).label.owner, KZ);
    assert_int_equal(of(l, 1).label.tlp, TLP_AMBER); /* but stricter it may become */
    x.modified = 5;
    (void)put(&b, b.shared, KZ, TLP_GREEN, indicator(&x));
    read_on(l, 100);
    assert_true(of(l, 1).revoked);
    assert_int_equal(life_state_of(l, at(l, 1), T0 + DAY), LIFE_WITHDRAWN);
    life_free(l);
    close_box(&b);
}

/* A tool of this member has it first; then its true owner releases it. */
static void owner_that_comes_later(void **st)
{
    struct as x = { .n = 1,
                    .modified = 9,
                    .confidence = 80,
                    .revoked = true,
                    .pattern = "[domain-name:value = 'a.example']" };
    struct box b;
    struct life *l;

    (void)st;
    open_box(&b);
    l = made(&b);
    (void)put(&b, b.own, SELF, TLP_CLEAR, indicator(&x));
    read_on(l, 100);
    assert_true(of(l, 1).revoked);
    x.revoked = false;
    x.modified = 0;
    (void)put(&b, b.shared, TR, TLP_AMBER_STRICT, indicator(&x));
    read_on(l, 100);
    assert_false(of(l, 1).revoked);
    assert_int_equal(of(l, 1).label.tlp, TLP_AMBER_STRICT);
    life_free(l);
    close_box(&b);
}

static void what_members_say(void **st)
{
    struct as x = { .n = 1, .confidence = 60, .pattern = "[domain-name:value = 'a.example']" };
    struct life_value v;
    struct box b;
    struct life *l;

    (void)st;
    open_box(&b);
    l = made(&b);
    /* What is said of it may come first. */
    (void)put(&b, b.shared, KZ, TLP_GREEN, sighting(1, 1, 3));
    (void)put(&b, b.shared, TR, TLP_GREEN, sighting(2, 1, 4));
    (void)put(&b, b.shared, TR, TLP_GREEN, sighting(3, 1, 0));
    read_on(l, 100);
    (void)put(&b, b.shared, KZ, TLP_GREEN, indicator(&x));
    read_on(l, 100);
    assert_int_equal(of(l, 1).said.count, 7);
    assert_int_equal(of(l, 1).said.members, 2);
    assert_int_equal(of(l, 1).said.sightings, 3);
    assert_int_equal(of(l, 1).said.last, T0 + DAY + 3600);
    /* The same one twice is one. */
    (void)put(&b, b.own, KZ, TLP_GREEN, sighting(2, 1, 4));
    read_on(l, 100);
    assert_int_equal(of(l, 1).said.count, 7);
    /* Only a member's last word counts, however many it has. */
    (void)put(&b, b.shared, TR, TLP_GREEN, opinion(1, 1, 1, "strongly-disagree"));
    (void)put(&b, b.shared, TR, TLP_GREEN, opinion(2, 1, 2, "disagree"));
    (void)put(&b, b.shared, KZ, TLP_GREEN, opinion(3, 1, 1, "agree"));
    read_on(l, 100);
    assert_int_equal(of(l, 1).confidence, 60 - 20 + 10);
    x = (struct as){ .n = 2, .confidence = 50, .pattern = "[domain-name:value = 'A.example']" };
    (void)put(&b, b.shared, TR, TLP_GREEN, indicator(&x));
    read_on(l, 100);
    life_value_at(l, at(l, 1), 0, NULL, &v);
    assert_int_equal(v.confidence, 75); /* 1 - (1 - .5)(1 - .5) */
    assert_int_equal(v.indicators, 2);
    assert_int_equal(life_named(l, DETECT_DOMAIN, SPAN("a.example"), NULL, 0), 2);
    life_free(l);
    close_box(&b);
}

static void rules_of_confidence(void **st)
{
    const int all[] = { 1, 1, 1 }, up[] = { 5, 5, 5, 5, 5, 5 }, odd[] = { 0, 3, 9, -1 };
    const uint8_t half[] = { 50, 50 }, sure[] = { 100, 3 };

    (void)st;
    assert_int_equal(life_confidence(-1, NULL, 0), 50);
    assert_int_equal(life_confidence(90, all, 3), 0);
    assert_int_equal(life_confidence(10, up, 6), 100);
    assert_int_equal(life_confidence(33, odd, 4), 33);
    assert_int_equal(life_together(NULL, 0), 0);
    assert_int_equal(life_together(half, 2), 75);
    assert_int_equal(life_together(sure, 2), 100);
}

static void values_and_ends(void **st)
{
    static const struct {
        const char *name, *pattern;
        size_t values;
        enum detect_kind kind;
        int64_t days; /* until it is over by itself; 0: never */
    } c[] = {
        { "an address", "[ipv4-addr:value = '192.0.2.1']", 1, DETECT_IPV4, 90 },
        { "a range", "[ipv4-addr:value = '192.0.2.0/24']", 1, DETECT_CIDR4, 90 },
        { "the same name twice", "[domain-name:value = 'A.example' OR domain-name:value = 'a.example']", 1,
          DETECT_DOMAIN, 365 },
        { "two names", "[domain-name:value = 'c.example'] OR [domain-name:value = 'b.example']", 2,
          DETECT_DOMAIN, 365 },
        { "a name of one label, which would be met everywhere", "[domain-name:value = 'com']", 0,
          DETECT_KINDS, -1 },
        { "a file", "[file:hashes.MD5 = '00000000000000000000000000000000']", 1, DETECT_MD5, 0 },
        { "both have to hold", "[domain-name:value = 'c.example' AND url:value = 'http://c.example/']", 1,
          DETECT_KINDS, 365 },
        { "by a reference", "[network-traffic:dst_ref.value = '192.0.2.1']", 1, DETECT_KINDS, 365 },
    };
    struct box b;
    struct life *l;

    (void)st;
    open_box(&b);
    l = made(&b);
    for (unsigned k = 0; k < sizeof c / sizeof *c; k++) {
        const struct as x = { .n = k, .confidence = 50, .pattern = c[k].pattern };
        struct life_value v;

        (void)put(&b, b.own, SELF, TLP_GREEN, indicator(&x));
        read_on(l, 100);
        if (of(l, k).values != c[k].values)
            fail_msg("%s: %zu values", c[k].name, of(l, k).values);
        if (!c[k].values)
            continue;
        life_value_at(l, at(l, k), 0, NULL, &v);
        if (v.kind != c[k].kind || v.until != (c[k].days ? T0 + c[k].days * DAY : 0))
            fail_msg("%s: kind %d, until %lld", c[k].name, (int)v.kind, (long long)v.until);
    }
    assert_int_equal(life_state_of(l, at(l, 0), T0 + 89 * DAY), LIFE_ACTIVE);
    assert_int_equal(life_state_of(l, at(l, 0), T0 + 90 * DAY), LIFE_EXPIRED);
    assert_int_equal(life_state_of(l, at(l, 0), T0 - 1), LIFE_WAITING);
    assert_int_equal(life_state_of(l, at(l, 5), T0 + 9000 * (int64_t)DAY), LIFE_ACTIVE);
    life_free(l);
    close_box(&b);
}

/* Each indicator that may have changed is told once, those that share a value too. */
static void changes_are_told(void **st)
{
    struct as x = { .n = 1, .confidence = 50, .pattern = "[domain-name:value = 'a.example']" };
    struct box b;
    struct life *l;
    size_t i, n = 0;

    (void)st;
    open_box(&b);
    l = made(&b);
    (void)put(&b, b.own, SELF, TLP_GREEN, indicator(&x));
    x.n = 2;
    (void)put(&b, b.own, SELF, TLP_GREEN, indicator(&x));
    x.n = 3;
    x.pattern = "[domain-name:value = 'b.example']";
    (void)put(&b, b.own, SELF, TLP_GREEN, indicator(&x));
    read_on(l, 100);
    while (life_changed(l, &i))
        n++;
    assert_int_equal(n, 3);
    (void)put(&b, b.shared, KZ, TLP_GREEN, opinion(1, 1, 1, "disagree"));
    read_on(l, 100);
    for (n = 0; life_changed(l, &i); n++)
        assert_int_not_equal(i, at(l, 3));
    assert_int_equal(n, 2);
    life_free(l);
    close_box(&b);
}

static unsigned doubts(const struct life *l, unsigned n, unix_time t)
{
    const struct life_indicator x = of(l, n);

    return life_doubts(l, &x.uuid, t);
}

static void what_to_look_at_before(void **st)
{
    struct as x = { .n = 1, .confidence = 50, .pattern = "[domain-name:value = 'a.example']" };
    const struct stix_uuid nobody = { { 9 } };
    struct box b;
    struct life *l;

    (void)st;
    open_box(&b);
    l = made(&b);
    (void)put(&b, b.own, SELF, TLP_GREEN, indicator(&x));
    read_on(l, 100);
    assert_int_equal(doubts(l, 1, T0), 0);
    assert_int_equal(doubts(l, 1, T0 + 365 * DAY), LIFE_DOUBT_OVER);
    assert_int_equal(life_doubts(l, &nobody, T0), LIFE_DOUBT_UNREAD);
    /* Another one of the value counts once members share it, and until it is withdrawn. */
    x = (struct as){ .n = 2, .confidence = -1, .pattern = "[domain-name:value = 'A.EXAMPLE']" };
    (void)put(&b, b.own, SELF, TLP_GREEN, indicator(&x));
    read_on(l, 100);
    assert_int_equal(doubts(l, 1, T0), 0);
    (void)put(&b, b.shared, KZ, TLP_GREEN, indicator(&x));
    read_on(l, 100);
    assert_int_equal(doubts(l, 1, T0), LIFE_DOUBT_DOUBLE);
    assert_int_equal(doubts(l, 2, T0), LIFE_DOUBT_UNSURE);
    x.modified = 1;
    x.revoked = true;
    (void)put(&b, b.shared, KZ, TLP_GREEN, indicator(&x));
    read_on(l, 100);
    assert_int_equal(doubts(l, 1, T0), 0);
    assert_int_equal(doubts(l, 2, T0), 0); /* a withdrawal never waits */
    life_free(l);
    close_box(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anew_it_is_the_same),    cmocka_unit_test(only_the_owner_withdraws),
        cmocka_unit_test(owner_that_comes_later), cmocka_unit_test(what_members_say),
        cmocka_unit_test(rules_of_confidence),    cmocka_unit_test(values_and_ends),
        cmocka_unit_test(changes_are_told),       cmocka_unit_test(what_to_look_at_before),
    };

    return cmocka_run_group_tests_name("life", tests, arena_setup, arena_teardown);
}
