/*
 * The one function over labels: against the rules of TLP 2.0 said another way, and monotone: what is stricter
 * in one part or in several is never allowed where the milder is not, for all values of the small parts and
 * random ones of the masks.
 */
#include "service/cyber/label_places.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "seeds.h"

static uint64_t state = 88172645463325252ull;

static uint64_t roll(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Four members, two groups. */
static struct cyber_law random_law(void)
{
    struct cyber_law l = { .bound = roll() & 15,
                           .self = (uint8_t)(roll() % 4),
                           .onward = (uint8_t)(roll() % 4),
                           .clients = (uint8_t)(roll() % 4),
                           .detectors = (uint8_t)(roll() % 5),
                           .open = roll() % 2,
                           .groups = roll() & 3 };

    l.group[0] = roll() & 15;
    l.group[1] = roll() & 15;
    return l;
}

static struct cyber_reader random_reader(void)
{
    struct cyber_reader r = { .kind = (enum cyber_kind)(roll() % 5),
                              .organisation = (enum cyber_organisation)(roll() % 2),
                              .member = (uint8_t)(roll() % 4),
                              .clearance = (uint8_t)(roll() % 5),
                              .exercise = roll() % 2,
                              .groups = roll() & 3 };

    if (r.kind == CYBER_ANONYMOUS)
        r.member = CYBER_NO_PLACE;
    if (r.kind == CYBER_NODE)
        r.organisation = CYBER_CERT;
    return r;
}

static struct cyber_label random_label(void)
{
    static const uint8_t groups[] = { 0, 1, CYBER_NO_PLACE, CYBER_NO_PLACE, CYBER_NOBODY };
    struct cyber_label l = { .audience = roll() % 3 ? roll() & 15 : CYBER_ALL,
                             .until = (uint32_t)(roll() % 4),
                             .owner = (uint8_t)(roll() % 4),
                             .group = groups[roll() % 5],
                             .tlp = (uint8_t)(roll() % 6),
                             .flags = (uint8_t)(roll() & roll() & 127) };

    return l;
}

/* ---- said another way: each sentence of doc/sharing.md, without an order ---- */

static bool in(uint64_t mask, uint8_t place)
{
    return place < 64 && (mask >> place & 1);
}

static bool naive(const struct cyber_law *w, const struct cyber_reader *r, const struct cyber_label *l,
                  enum cyber_act act, unix_time now)
{
    bool refer = l->flags & CYBER_REFER, held = l->flags & CYBER_HELD, drill = l->flags & CYBER_EXERCISE;
    bool embargo = (l->flags & CYBER_EMBARGO) && (!l->until || now < (unix_time)l->until);
    bool red = refer || l->tlp >= TLP_RED, strict = !red && l->tlp == TLP_AMBER_STRICT;
    unsigned level = red ? TLP_RED : l->tlp;
    bool machine = r->kind == CYBER_DETECTOR || act == CYBER_EXPORT, cert = r->organisation == CYBER_CERT;
    bool owns = r->member == l->owner, out = r->member != w->self;
    bool anybody = w->open && level == TLP_CLEAR && l->audience == CYBER_ALL && l->group == CYBER_NO_PLACE &&
                   !refer && !held && !drill && !embargo;
    bool ok = true;

    if (anybody && act == CYBER_READ && r->kind != CYBER_DETECTOR)
        return true;
    if (r->kind == CYBER_ANONYMOUS || r->member >= 64)
        return false;
    ok = ok && (in(w->bound, r->member) || (!out && l->owner == w->self));
    ok = ok && (owns || in(l->audience, r->member));
    if (held || refer)
        ok = ok && act == CYBER_READ && r->kind == CYBER_ANALYST && cert && !out;
    if (l->group != CYBER_NO_PLACE)
        ok = ok && in(w->groups, l->group) && in(w->group[l->group & 63], r->member) &&
             (r->kind == CYBER_NODE || in(r->groups, l->group));
    ok = ok && level <= r->clearance;
    if (red)
        ok = ok && cert && !machine;
    if (strict)
        ok = ok && cert;
    if (!cert && !owns)
        ok = ok && level + 1 <= w->clients && !embargo;
    if (out && l->owner != w->self && !owns)
        ok = ok && !red && level + 1 <= w->onward && !embargo;
    if (machine)
        ok = ok && !drill && (owns || (level + 1 <= w->detectors && !embargo));
    if (drill)
        ok = ok && (r->exercise || r->kind == CYBER_NODE);
    return ok;
}

static void as_said(void **unused)
{
    size_t allowed = 0;

    (void)unused;
    for (size_t i = 0; i < 2000000; i++) {
        struct cyber_law w = random_law();
        struct cyber_reader r = random_reader();
        struct cyber_label l = random_label();
        enum cyber_act act = (enum cyber_act)(roll() % CYBER_ACTS);
        unix_time now = (unix_time)(roll() % 4);
        bool want = naive(&w, &r, &l, act, now);
        enum cyber_verdict got = cyber_may(&w, &r, &l, act, now);

        allowed += want;
        if (want != (got == CYBER_ALLOWED))
            fail_msg("round %zu: wanted %d, got %s", i, want, cyber_verdict_word(got));
    }
    assert_true(allowed > 10000); /* it did not refuse everything */
}

/* Something stricter than l. */
static struct cyber_label stricter(const struct cyber_label *l)
{
    static const uint8_t flag[] = { CYBER_EXERCISE, CYBER_REFER, CYBER_HELD, CYBER_EMBARGO };
    struct cyber_label s = *l;

    for (unsigned n = 1 + (unsigned)(roll() % 2); n; n--) {
        switch (roll() % 4) {
        case 0:
            s.audience &= roll();
            break;
        case 1:
            s.tlp = (uint8_t)(s.tlp + roll() % 3);
            break;
        case 2:
            s.group = s.group == CYBER_NO_PLACE ? (uint8_t)(roll() % 2) : s.group;
            break;
        default: {
            uint8_t f = flag[roll() % 4];

            if (f == CYBER_EMBARGO && (s.flags & f) && s.until)
                s.until += (uint32_t)(roll() % 2);
            s.flags |= f;
        }
        }
    }
    return s;
}

static void monotone(void **unused)
{
    size_t told = 0;

    (void)unused;
    for (size_t i = 0; i < 2000000; i++) {
        struct cyber_law w = random_law();
        struct cyber_reader r = random_reader();
        struct cyber_label l = random_label(), s = stricter(&l);
        enum cyber_act act = (enum cyber_act)(roll() % CYBER_ACTS);
        unix_time now = (unix_time)(roll() % 4);

        assert_true(cyber_label_below(&s, &l));
        if (cyber_may(&w, &r, &s, act, now) != CYBER_ALLOWED)
            continue;
        told++;
        if (cyber_may(&w, &r, &l, act, now) != CYBER_ALLOWED)
            fail_msg("round %zu: the stricter label is allowed, the milder is not", i);
    }
    assert_true(told > 10000);
}

/* Every pair of small labels that is ordered, and the meet of two. */
static void meets(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 500000; i++) {
        struct cyber_law w = random_law();
        struct cyber_reader r = random_reader();
        struct cyber_label a = random_label(), b = random_label(), m;
        enum cyber_act act = (enum cyber_act)(roll() % CYBER_ACTS);
        unix_time now = (unix_time)(roll() % 4);

        b.owner = a.owner;
        m = cyber_label_meet(&a, &b);
        assert_true(cyber_label_below(&m, &a));
        assert_true(cyber_label_below(&m, &b));
        if (cyber_may(&w, &r, &m, act, now) == CYBER_ALLOWED) {
            assert_int_equal(cyber_may(&w, &r, &a, act, now), CYBER_ALLOWED);
            assert_int_equal(cyber_may(&w, &r, &b, act, now), CYBER_ALLOWED);
        }
        if (cyber_label_below(&a, &b) && cyber_label_below(&b, &a))
            assert_int_equal(cyber_may(&w, &r, &a, act, now), cyber_may(&w, &r, &b, act, now));
    }
}

/* A reader or a law that allows less lets nothing more through. */
static void less(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < 1000000; i++) {
        struct cyber_law w = random_law(), v = w;
        struct cyber_reader r = random_reader(), q = r;
        struct cyber_label l = random_label();
        enum cyber_act act = (enum cyber_act)(roll() % CYBER_ACTS);
        unix_time now = (unix_time)(roll() % 4);

        q.groups &= roll();
        q.clearance = (uint8_t)(q.clearance ? q.clearance - roll() % 2 : 0);
        q.exercise = q.exercise && roll() % 2;
        v.bound &= roll();
        v.groups &= roll();
        v.onward = (uint8_t)(v.onward ? v.onward - roll() % 2 : 0);
        v.clients = (uint8_t)(v.clients ? v.clients - roll() % 2 : 0);
        v.detectors = (uint8_t)(v.detectors ? v.detectors - roll() % 2 : 0);
        v.open = v.open && roll() % 2;
        if (cyber_may(&v, &q, &l, act, now) == CYBER_ALLOWED &&
            cyber_may(&w, &r, &l, act, now) != CYBER_ALLOWED)
            fail_msg("round %zu: less lets more through", i);
        /* what is read by another member was allowed to go there */
        if (act == CYBER_FORWARD)
            assert_true(cyber_may(&w, &r, &l, CYBER_FORWARD, now) != CYBER_ALLOWED || r.member == l.owner ||
                        (l.audience >> r.member & 1));
    }
}

/* Nothing said: nothing leaves. */
static void silence(void **unused)
{
    const struct cyber_law none = { .self = 0, .unmarked = TLP_RED };

    (void)unused;
    for (size_t i = 0; i < 100000; i++) {
        struct cyber_reader r = random_reader();
        struct cyber_label l = random_label();
        enum cyber_act act = (enum cyber_act)(roll() % CYBER_ACTS);

        if (cyber_may(&none, &r, &l, act, 0) == CYBER_ALLOWED) {
            assert_int_equal(r.member, 0);
            assert_int_equal(l.owner, 0);
        }
    }
}

/* ---- places ---- */

static struct agreement *agreement(const char *parties, const char *groups)
{
    struct agreement_faults faults = { 0 };
    struct agreement *a;
    char text[2000];

    (void)snprintf(text, sizeof text,
                   "agreement \"T\" version 1\nparties %s\narticle 1 \"A\"\n  text en \"x\"\n"
                   "sharing \"cyber\"\n  under article 1\n  unmarked counts as amber\n%s",
                   parties, groups);
    a = agreement_parse(span_str(text), &faults);
    if (!a)
        fail_msg("%u: %s", faults.item[0].line, faults.item[0].message);
    return a;
}

static void places_last(void **unused)
{
    char folder[] = "/tmp/serai-places-XXXXXX", command[100];
    struct agreement *a = agreement("BB CC", "  group \"one\" of BB, CC\n");
    struct agreement *b = agreement("AA BB CC", "  group \"zero\" of AA, CC\n  group \"one\" of BB, CC\n");
    struct cyber_places p, q;
    const struct sharing_rules *rules;
    struct cyber_law law;
    struct why w = { 0 };

    (void)unused;
    assert_non_null(mkdtemp(folder));
    assert_true(cyber_places_open(folder, a, &p, &w));
    assert_int_equal(cyber_place_of(&p, SPAN("BB")), 0);
    assert_true(cyber_places_open(folder, b, &q, &w)); /* a party stands before the others now */
    assert_int_equal(cyber_place_of(&q, SPAN("BB")), 0);
    assert_int_equal(cyber_place_of(&q, SPAN("CC")), 1);
    assert_int_equal(cyber_place_of(&q, SPAN("AA")), 2);
    assert_int_equal(cyber_group_of(&q, SPAN("one")), 0);
    assert_int_equal(cyber_group_of(&q, SPAN("zero")), 1);
    assert_int_equal(cyber_place_of(&q, SPAN("ZZ")), CYBER_NO_PLACE);
    cyber_law_on(&q, b, SPAN("CC"), (struct date){ 2026, 5, 1 }, &law, &rules);
    assert_non_null(rules);
    assert_int_equal(law.self, 1);
    assert_int_equal(law.bound, 7);
    assert_int_equal(law.group[0], 3);
    assert_int_equal(law.group[1], 6);
    assert_int_equal(law.unmarked, TLP_AMBER);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    agreement_free(a);
    agreement_free(b);
}

static void audiences(void **unused)
{
    struct cyber_places p = { .n = 4, .member = { "TR", "KZ", "IR", "AZ" } };
    char mem[100];
    struct buffer b;

    (void)unused;
    for (uint64_t m = 0; m < 16; m++) {
        for (uint8_t owner = 0; owner < 4; owner++) {
            buf_init_fixed(&b, mem, sizeof mem);
            assert_true(cyber_audience_put(&p, m, owner, &b));
            assert_int_equal(cyber_audience_read(&p, buf_span(&b)), m & ~(1ull << owner));
        }
    }
    buf_init_fixed(&b, mem, sizeof mem);
    assert_true(cyber_audience_put(&p, 15, 0, &b));
    assert_string_equal(buf_cstr(&b), "az-ir-kz");
    assert_true(cyber_audience_read(&p, SPAN("all")) == CYBER_ALL);
    assert_int_equal(cyber_audience_read(&p, SPAN("kz-xx")), 2); /* who is not known here is nobody */
    assert_int_equal(cyber_audience_read(&p, SPAN("self")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_said),   cmocka_unit_test(monotone), cmocka_unit_test(meets),
        cmocka_unit_test(less),      cmocka_unit_test(silence),  cmocka_unit_test(places_last),
        cmocka_unit_test(audiences),
    };

    return cmocka_run_group_tests_name("label", tests, NULL, NULL);
}
