/* Levels and profiles; assessments in records and out of them; which reviews count, in whatever order they
 * come. */
#include "service/cyber/maturity.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "wire/jcs.h"
#include "wire/json_write.h"

static const char *named(void *ctx, const char *name)
{
    (void)snprintf(ctx, 32, "%s", name);
    return ctx;
}

static void test_table(void **state)
{
    char name[32];
    const struct tongue none = { .language = "en" }, some = { .language = "fa", .find = named, .ctx = name };
    size_t must = 0;

    (void)state;
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++) {
        const struct maturity_parameter *p = maturity_parameter(i);

        assert_int_equal(maturity_find(span_str(p->id)), i);
        assert_true(p->least[0] <= p->least[1] && p->least[1] <= p->least[2] && p->least[2] <= MATURITY_TOP);
        must += p->must;
    }
    assert_true(must > 5 && must < MATURITY_PARAMETERS);
    assert_int_equal(maturity_find(SPAN("O-12")), MATURITY_PARAMETERS);
    assert_string_equal(maturity_title(0, &none), "O-1"); /* without catalogues: its id */
    assert_string_equal(maturity_title(11, &some), "sim3.H-1");
}

static void test_profiles(void **state)
{
    struct maturity_levels l;
    struct maturity_sum s;
    size_t gap[MATURITY_PARAMETERS];

    (void)state;
    maturity_clear(&l);
    maturity_sum(&l, &s);
    assert_int_equal(s.assessed, 0);
    assert_int_equal(s.profile, MATURITY_NONE);
    assert_int_equal(maturity_gaps(&l, MATURITY_BASIC, gap), MATURITY_PARAMETERS);
    for (int p = MATURITY_BASIC; p < MATURITY_PROFILES; p++) {
        for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
            l.p[i].level = maturity_parameter(i)->least[p - MATURITY_BASIC];
        maturity_sum(&l, &s);
        assert_int_equal(s.profile, p);
        for (size_t i = 0; i < MATURITY_PARAMETERS; i++) { /* one below in any one, and it is not met */
            l.p[i].level--;
            maturity_sum(&l, &s);
            assert_true((int)s.profile < p);
            assert_int_equal(maturity_gaps(&l, (enum maturity_profile)p, gap), 1);
            assert_int_equal(gap[0], i);
            l.p[i].level++;
        }
    }
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
        l.p[i].level = 3;
    maturity_sum(&l, &s);
    assert_int_equal(s.overall, 300);
    l.p[0].level = -1; /* of eleven in O */
    maturity_sum(&l, &s);
    assert_int_equal(s.mean[0], 300 * 10 / 11);
    assert_int_equal(s.mean[1], 300);
}

/* ---- records ---- */

static bool read_text(const char *text, struct coop_record *out, struct why *w)
{
    struct buffer b;
    struct json j;
    struct span s;

    buf_init(&b, 2 * LIMIT_COOPERATION);
    assert_true(json_parse(arena_copy(&test_arena, span_str(text)), &test_arena, &j, w));
    assert_true(jcs_put(&b, &j, JSON_ROOT, &test_arena, w));
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return coop_read(s, &test_arena, out, w);
}

static struct coop_record *made(const char *kind, const char *member, const char *at, const char *rest)
{
    struct coop_record *r = arena_alloc(&test_arena, sizeof *r);
    struct why w = { 0 };
    char text[4096];

    (void)snprintf(text, sizeof text,
                   "{\"kind\":\"%s\",\"member\":\"%s\",\"office\":\"cert\",\"at\":\"%s\",%s}", kind, member,
                   at, rest);
    if (!read_text(text, r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return r;
}

#define HEAD   "\"tlp\":\"amber\",\"to\":[\"TR\",\"UZ\"],\"framework\":\"sim3-v2i\",\"year\":2026,"
#define REVIEW "\"reviewers\":[\"TR\"],"
#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GOOD                                                                                                 \
    HEAD REVIEW                                                                                              \
        "\"levels\":[\"O-1=3@2026-01-31@lead\",\"P-17=0@2026-01-31@lead\"],\"evidence\":[\"O-1 SPECIMEN\"]"

static void test_shapes(void **state)
{
    static const struct {
        const char *what, *rest, *reason; /* NULL: taken */
    } cases[] = {
        { "as it should be", GOOD, NULL },
        { "with a digest", GOOD ",\"digests\":[\"O-1=" DIGEST "\"]", NULL },
        { "no evidence", HEAD REVIEW "\"levels\":[\"O-1=3@2026-01-31@lead\"]", "request" },
        { "twice", HEAD REVIEW "\"levels\":[\"O-1=0@2026-01-31@lead\",\"O-1=0@2026-01-31@lead\"]",
          "request" },
        { "level 5", HEAD REVIEW "\"levels\":[\"O-1=5@2026-01-31@lead\"],\"evidence\":[\"O-1 x\"]",
          "request" },
        { "no such parameter", HEAD REVIEW "\"levels\":[\"X-1=0@2026-01-31@lead\"]", "request" },
        { "no such day", HEAD REVIEW "\"levels\":[\"O-1=0@2026-02-31@lead\"]", "request" },
        { "no office", HEAD REVIEW "\"levels\":[\"O-1=0@2026-01-31@\"]", "request" },
        { "evidence of what has no level",
          HEAD REVIEW "\"levels\":[\"O-1=0@2026-01-31@lead\"],\"evidence\":[\"O-2 x\"]", "request" },
        { "half a digest", GOOD ",\"digests\":[\"O-1=0123\"]", "request" },
        { "nobody reviews", HEAD "\"levels\":[\"O-1=0@2026-01-31@lead\"]", "request" },
        { "the own member reviews", HEAD "\"reviewers\":[\"KZ\"],\"levels\":[\"O-1=0@2026-01-31@lead\"]",
          "own" },
        { "who does not get it reviews", HEAD "\"reviewers\":[\"PK\"],\"levels\":[\"O-1=0@2026-01-31@lead\"]",
          "request" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coop_record r;
        struct why w = { 0 };
        char text[4096];
        bool ok;

        (void)snprintf(text, sizeof text,
                       "{\"kind\":\"assessment\",\"member\":\"KZ\",\"office\":\"cert\",\"at\":\"2026-02-"
                       "01T00:00:00Z\",%s}",
                       cases[i].rest);
        ok = read_text(text, &r, &w);
        if (ok != !cases[i].reason || (!ok && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].what, ok ? "taken" : w.detail);
    }
}

/* Written and read again, with all that text may hold. */
static void test_round(void **state)
{
    struct maturity_levels l, again;
    struct coop_record *r;
    struct json_writer j;
    struct why w = { 0 };
    struct buffer b;
    char rest[20000];

    (void)state;
    maturity_clear(&l);
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
        l.p[i] = (struct maturity_level){ (int)(i % 5), SPAN("2026-01-31"), SPAN("lead"),
                                          SPAN("a \"quoted\" = @ text \\ \xd8\xa7"),
                                          i % 2 ? SPAN(DIGEST) : SPAN("") };
    buf_init(&b, 1 << 20);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "kind", "assessment");
    jw_str(&j, "member", "KZ");
    jw_str(&j, "office", "cert");
    jw_str(&j, "at", "2026-02-01T00:00:00Z");
    maturity_put(&l, &j);
    jw_object_end(&j);
    (void)snprintf(rest, sizeof rest, "%.*s," HEAD "\"reviewers\":[\"TR\"]}", (int)buf_span(&b).n - 1,
                   buf_cstr(&b));
    r = arena_alloc(&test_arena, sizeof *r);
    if (!read_text(rest, r, &w) || !maturity_read(r, &test_arena, &again, &w))
        fail_msg("%s", w.detail);
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++) {
        assert_int_equal(again.p[i].level, l.p[i].level);
        assert_true(span_eq(again.p[i].evidence, l.p[i].evidence));
        assert_true(span_eq(again.p[i].digest, l.p[i].digest));
        assert_true(span_eq(again.p[i].office, l.p[i].office));
    }
    buf_free(&b);
}

static struct coop_record *review(const char *member, const char *at, const char *id, const char *parameter,
                                  const char *verdict)
{
    char rest[400];

    (void)snprintf(
        rest, sizeof rest,
        "\"tlp\":\"amber\",\"to\":[\"%s\"],\"assessment\":\"%s\",\"parameter\":\"%s\",\"verdict\":\"%s\","
        "\"reason\":\"SPECIMEN\"",
        strcmp(member, "KZ") == 0 ? "TR" : "KZ", id, parameter, verdict);
    return made("assessment-review", member, at, rest);
}

static void test_reviews(void **state)
{
    struct coop_record *r[10];
    struct maturity_book b;
    struct coop_set s;
    struct why w = { 0 };
    size_t n = 0;

    (void)state;
    struct coop_record *old = r[n++] = made("assessment", "KZ", "2026-02-01T00:00:00Z", GOOD);
    struct coop_record *first = r[n++] = review("TR", "2026-02-02T00:00:00Z", old->id, "O-1", "disputed");
    struct coop_record *second = r[n++] = review("TR", "2026-02-03T00:00:00Z", old->id, "O-1", "confirmed");
    struct coop_record *own = r[n++] = review("KZ", "2026-02-02T00:00:00Z", old->id, "O-1", "confirmed");
    struct coop_record *stranger = r[n++] = review("UZ", "2026-02-02T00:00:00Z", old->id, "O-1", "confirmed");
    struct coop_record *early = r[n++] = review("TR", "2026-01-01T00:00:00Z", old->id, "O-1", "confirmed");
    struct coop_record *absent = r[n++] = review("TR", "2026-02-02T00:00:00Z", old->id, "O-2", "confirmed");
    struct coop_record *nothing = r[n++] =
        review("TR", "2026-02-02T00:00:00Z", "00000000000000000000000000000000", "O-1", "confirmed");
    struct coop_record *newer = r[n++] = made("assessment", "KZ", "2026-03-01T00:00:00Z", GOOD);
    const struct {
        const struct coop_record *r;
        const char *why;
    } refused[] = { { own, "own" },
                    { stranger, "not-asked" },
                    { early, "order" },
                    { absent, "parameter" },
                    { nothing, "unknown" } };

    for (size_t turn = 0; turn < n; turn++) {
        struct coop_record *last = r[0];
        const struct maturity_view *v;

        memmove(r, r + 1, (n - 1) * sizeof *r);
        r[n - 1] = last;
        assert_true(coop_set_make(r, n, &test_arena, &s, &w));
        assert_true(maturity_book_make(&s, &test_arena, &b, &w));
        assert_int_equal(b.n_assessment, 2);
        v = maturity_view_of(&b, span_str(old->id));
        assert_false(v->newest);
        assert_true(maturity_view_of(&b, span_str(newer->id))->newest);
        assert_int_equal(v->n_review, 1);
        assert_ptr_equal(v->review[0].r, second);
        assert_true(v->review[0].confirmed);
        assert_null(coop_refused_of(&b.refused, first));
        assert_int_equal(b.refused.n, sizeof refused / sizeof *refused);
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
            assert_string_equal(coop_refused_of(&b.refused, refused[i].r)->why, refused[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table), cmocka_unit_test(test_profiles), cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_round), cmocka_unit_test(test_reviews),
    };

    return cmocka_run_group_tests_name("maturity", tests, arena_setup, arena_teardown);
}
