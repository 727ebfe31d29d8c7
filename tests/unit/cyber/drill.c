/* Drills and contacts: what is marked, what counts, what ends, and what is tried against them. */
#include "service/cyber/drill.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "crypto/digest.h"
#include "service/cyber/contact.h"
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/object_admit.h"
#include "stix/exercise.h"
#include "wire/jcs.h"
#include "wire/json_write.h"

#define REAL_MARK "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"

static const char MARKING[] =
    "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" STIX_EXERCISE_ID
    "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"definition_type\":\"statement\",\"definition\":{"
    "\"statement\":\"EXERCISE\"}}";

/* An indicator with an id that begins so, and a mark or none. */
static const char *indicator(const char *begins, const char *mark)
{
    char *text = arena_alloc(&test_arena, 1024);

    (void)snprintf(
        text, 1024,
        "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--%s-0000-4000-8000-"
        "000000000001\",\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"2026-01-01T00:00:00."
        "000Z\",\"pattern\":\"[domain-name:value = 'x.example']\",\"pattern_type\":\"stix\","
        "\"valid_from\":\"2026-01-01T00:00:00Z\"%s%s%s}",
        begins, mark ? ",\"object_marking_refs\":[\"" : "", mark ? mark : "", mark ? "\"]" : "");
    return text;
}

static void marks(void **unused)
{
    static const struct {
        const char *what, *begins, *mark, *reason;
    } cases[] = {
        { "real", "00000000", REAL_MARK, NULL },
        { "real, unmarked", "00000000", NULL, NULL },
        { "of a drill", STIX_EXERCISE_PREFIX, STIX_EXERCISE_ID, "exercise" },
        { "mark forged on a real one", "00000000", STIX_EXERCISE_ID, "exercise-forged" },
        { "mark taken off", STIX_EXERCISE_PREFIX, NULL, "exercise-stripped" },
        { "mark replaced", STIX_EXERCISE_PREFIX, REAL_MARK, "exercise-stripped" },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stix_object o;
        struct why w = { 0 };
        struct json j;
        bool ok;

        assert_true(json_parse(span_str(indicator(cases[i].begins, cases[i].mark)), &test_arena, &j, &w));
        ok = object_admit(&j, JSON_ROOT, false, &test_arena, &o, &w);
        if (ok != !cases[i].reason || (!ok && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].what, ok ? "taken" : w.reason);
    }
}

static const char *plan_with(const char *title, const char *object, const char *inject_title,
                             const char *extra)
{
    char *text = arena_alloc(&test_arena, 8192);

    (void)snprintf(text, 8192,
                   "{\"title\":\"%s\",\"from\":\"2026-03-01T10:00:00Z\",\"until\":\"2026-03-01T14:00:00Z\","
                   "\"participants\":[\"TR\",\"UZ\"],\"injects\":[{\"id\":\"i1\",\"after\":0,\"to\":[\"TR\"],"
                   "\"what\":\"object\",\"title\":\"%s\",\"content\":{\"type\":\"bundle\",\"id\":\"bundle--"
                   "00000000-0000-4000-8000-000000000009\",\"objects\":[%s,%s]},\"expect\":[{\"answer\":"
                   "\"blocked\",\"within\":30},{\"answer\":\"reported\",\"within\":60}]},{\"id\":\"i2\","
                   "\"after\":60,\"to\":[\"TR\",\"UZ\"],\"what\":\"question\",\"title\":\"EXERCISE q\","
                   "\"content\":\"EXERCISE who?\",\"expect\":[{\"answer\":\"seen\",\"within\":10}]}]%s}",
                   title, inject_title, MARKING, object, extra);
    return text;
}

static void plans(void **unused)
{
    const char *drilled = indicator(STIX_EXERCISE_PREFIX, STIX_EXERCISE_ID);
    const struct {
        const char *what, *text, *reason;
    } cases[] = {
        { "in order", plan_with("EXERCISE one", drilled, "EXERCISE i", ""), NULL },
        { "a title without the word", plan_with("one", drilled, "EXERCISE i", ""), "exercise" },
        { "an inject's without it", plan_with("EXERCISE one", drilled, "Alarm", ""), "exercise" },
        { "a real object", plan_with("EXERCISE one", indicator("00000000", NULL), "EXERCISE i", ""),
          "exercise" },
        { "the mark alone",
          plan_with("EXERCISE one", indicator("00000000", STIX_EXERCISE_ID), "EXERCISE i", ""), "exercise" },
        { "the id alone", plan_with("EXERCISE one", indicator(STIX_EXERCISE_PREFIX, NULL), "EXERCISE i", ""),
          "exercise" },
        { "a member nobody knows", plan_with("EXERCISE one", drilled, "EXERCISE i", ",\"x\":1"), "request" },
        { "no object", "[]", "request" },
    };
    struct drill_plan p;

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };
        bool ok = drill_plan_read(span_str(cases[i].text), &test_arena, &p, &w);

        if (ok != !cases[i].reason || (!ok && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s %s", cases[i].what, ok ? "taken" : w.reason, ok ? "" : w.detail);
    }
}

/* ---- records ---- */

static bool read_text(const char *text, struct coop_record *out, struct why *w)
{
    struct json j;
    struct buffer b;
    struct span s;

    buf_init(&b, 2 * LIMIT_COOPERATION);
    assert_true(json_parse(arena_copy(&test_arena, span_str(text)), &test_arena, &j, w));
    assert_true(jcs_put(&b, &j, JSON_ROOT, &test_arena, w));
    s = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return coop_read(s, &test_arena, out, w);
}

static struct coop_record *made(const char *kind, const char *member, const char *to, const char *at,
                                const char *rest)
{
    struct coop_record *r = arena_alloc(&test_arena, sizeof *r);
    char text[4096];
    struct why w = { 0 };

    (void)snprintf(text, sizeof text,
                   "{\"kind\":\"%s\",\"member\":\"%s\",\"to\":[%s],\"office\":\"cert\",\"tlp\":\"amber\","
                   "\"at\":\"2026-03-01T%sZ\"%s}",
                   kind, member, to, at, rest);
    if (!read_text(text, r, &w) || !coop_check_content(r, &test_arena, &w))
        fail_msg("%s: %s %s", kind, w.reason, w.detail);
    return r;
}

#define MARK ",\"exercise\":\"EXERCISE\""

static struct coop_record *drill_of(const char *at)
{
    return made("drill", "KZ", "\"TR\",\"UZ\"", at,
                MARK
                ",\"title\":\"EXERCISE one\",\"from\":\"2026-03-01T10:00:00Z\",\"until\":\"2026-03-01T14:"
                "00:00Z\",\"digest\":\"00000000000000000000000000000000000000000000000000000000000000aa\"");
}

static struct coop_record *inject(const struct coop_record *d, const char *by, const char *to, const char *at,
                                  const char *name)
{
    char rest[600];

    (void)snprintf(rest, sizeof rest,
                   MARK ",\"drill\":\"%s\",\"inject\":\"%s\",\"what\":\"question\",\"title\":\"EXERCISE q\","
                        "\"content\":\"EXERCISE who?\"",
                   d->id, name);
    return made("drill-inject", by, to, at, rest);
}

static struct coop_record *answer(const struct coop_record *d, const struct coop_record *i, const char *by,
                                  const char *to, const char *at, const char *word)
{
    char rest[400];

    (void)snprintf(rest, sizeof rest, MARK ",\"drill\":\"%s\",\"said\":\"%s\",\"answer\":\"%s\"", d->id,
                   i->id, word);
    return made("drill-answer", by, to, at, rest);
}

static struct coop_record *stop(const struct coop_record *d, const char *by, const char *to, const char *at)
{
    char rest[200];

    (void)snprintf(rest, sizeof rest, MARK ",\"drill\":\"%s\"", d->id);
    return made("drill-stopped", by, to, at, rest);
}

static unix_time moment(const char *clock)
{
    char text[40];
    unix_time t = 0;

    (void)snprintf(text, sizeof text, "2026-03-01T%sZ", clock);
    assert_true(time_parse(span_str(text), &t));
    return t;
}

static struct drill_book book(struct coop_record **r, size_t n, const char *now)
{
    struct drill_book b;
    struct coop_set s;
    struct why w = { 0 };

    assert_true(coop_set_make(r, n, &test_arena, &s, &w));
    assert_true(drill_book_make(&s, moment(now), &test_arena, &b, &w));
    return b;
}

static void refused_as(const struct coop_refusals *l, const struct coop_record *r, const char *why)
{
    const struct coop_refused *x = coop_refused_of(l, r);

    if (!why) {
        if (x)
            fail_msg("refused: %s", x->why);
        return;
    }
    assert_non_null(x);
    assert_string_equal(x->why, why);
}

/* A life with what others try; the same in any order of arrival. */
static void life(void **unused)
{
    struct coop_record *r[16], *d = drill_of("09:00:00"), *other = drill_of("09:00:01");
    size_t n = 0;

    (void)unused;
    r[n++] = d;
    struct coop_record *good = r[n++] = inject(d, "KZ", "\"TR\"", "10:00:00", "i1");
    struct coop_record *replay = r[n++] = inject(d, "KZ", "\"TR\"", "10:05:00", "i1");
    struct coop_record *early = r[n++] = inject(d, "KZ", "\"TR\"", "09:59:59", "i0");
    struct coop_record *foreign = r[n++] = inject(d, "TR", "\"UZ\"", "10:10:00", "i2");
    struct coop_record *outside = r[n++] = inject(d, "KZ", "\"PK\",\"TR\"", "10:10:00", "i3");
    struct coop_record *after = r[n++] = inject(d, "KZ", "\"TR\"", "12:00:00", "i4");
    struct coop_record *orphan = r[n++] = inject(other, "KZ", "\"TR\"", "10:00:00", "i5");
    struct coop_record *yes = r[n++] = answer(d, good, "TR", "\"KZ\"", "10:20:00", "blocked");
    struct coop_record *twice = r[n++] = answer(d, good, "TR", "\"KZ\"", "10:21:00", "blocked");
    struct coop_record *nosy = r[n++] = answer(d, good, "UZ", "\"KZ\"", "10:20:00", "blocked");
    struct coop_record *late = r[n++] = answer(d, good, "TR", "\"KZ\"", "12:30:00", "reported");
    struct coop_record *leak = r[n++] = answer(d, good, "TR", "\"KZ\",\"PK\"", "10:20:00", "seen");
    struct coop_record *thief = r[n++] = stop(d, "TR", "\"KZ\",\"UZ\"", "10:30:00");
    struct coop_record *end = r[n++] = stop(d, "KZ", "\"TR\",\"UZ\"", "12:00:00");

    for (size_t turn = 0; turn < n; turn++) {
        struct drill_book b = book(r, n, "12:10:00");
        const struct drill_view *v = drill_find(&b, span_str(d->id));
        struct coop_record *first = r[0];

        refused_as(&b.refused, good, NULL);
        refused_as(&b.refused, yes, NULL);
        refused_as(&b.refused, end, NULL);
        refused_as(&b.refused, replay, "again");
        refused_as(&b.refused, early, "order");
        refused_as(&b.refused, foreign, "not-organiser");
        refused_as(&b.refused, outside, "participant");
        refused_as(&b.refused, after, "stopped");
        refused_as(&b.refused, orphan, "unknown");
        refused_as(&b.refused, twice, "again");
        refused_as(&b.refused, nosy, "not-asked");
        refused_as(&b.refused, late, "stopped");
        refused_as(&b.refused, leak, "audience");
        refused_as(&b.refused, thief, "not-organiser");
        assert_int_equal(v->state, DRILL_STOPPED);
        assert_int_equal(v->n_said, 1);
        assert_int_equal(v->said[0].n_answer, 1);
        memmove(r, r + 1, (n - 1) * sizeof *r);
        r[n - 1] = first;
    }
}

/* Nobody stops it: it ends by itself, and what comes later is nothing. */
static void ends(void **unused)
{
    struct coop_record *d = drill_of("09:00:00"), *i = inject(d, "KZ", "\"TR\"", "13:59:00", "i1");
    struct coop_record *r[] = { d, i, inject(d, "KZ", "\"TR\"", "14:00:01", "i2"),
                                answer(d, i, "TR", "\"KZ\"", "14:00:01", "seen") };
    struct drill_book b = book(r, 4, "14:00:01");

    (void)unused;
    assert_int_equal(b.drill[0].state, DRILL_OVER);
    refused_as(&b.refused, r[2], "late");
    refused_as(&b.refused, r[3], "late");
    assert_int_equal(book(r, 4, "13:59:30").drill[0].state, DRILL_RUNNING);
    assert_int_equal(book(r, 4, "09:30:00").drill[0].state, DRILL_PLANNED);
}

static void report(void **unused)
{
    struct coop_record *d = drill_of("09:00:00"), *i1 = inject(d, "KZ", "\"TR\"", "10:00:00", "i1");
    struct coop_record *i2 = inject(d, "KZ", "\"TR\",\"UZ\"", "11:00:00", "i2");
    struct coop_record *r[] = { d, i1, i2, answer(d, i1, "TR", "\"KZ\"", "10:30:00", "blocked"),
                                answer(d, i2, "TR", "\"KZ\",\"UZ\"", "11:10:01", "seen") };
    const char *plan =
        plan_with("EXERCISE one", indicator(STIX_EXERCISE_PREFIX, STIX_EXERCISE_ID), "EXERCISE i", "");
    struct drill_book b = book(r, 5, "14:30:00");
    struct drill_plan p;
    struct buffer out;
    struct why w = { 0 };

    (void)unused;
    assert_true(drill_plan_read(span_str(plan), &test_arena, &p, &w));
    buf_init(&out, 1 << 20);
    assert_true(drill_report_put(&b.drill[0], &p, moment("14:30:00"), &test_arena, &out, &w));
    assert_non_null(strstr(buf_cstr(&out), "\"seconds\":1800,\"result\":\"in-time\""));
    assert_non_null(strstr(buf_cstr(&out), "\"seconds\":601,\"result\":\"late\""));
    assert_non_null(strstr(buf_cstr(&out), "{\"member\":\"TR\",\"in-time\":1,\"late\":1,\"missed\":1,"));
    assert_non_null(strstr(buf_cstr(&out), "{\"member\":\"UZ\",\"in-time\":0,\"late\":0,\"missed\":1,"));
    assert_non_null(strstr(buf_cstr(&out), "EXERCISE EXERCISE EXERCISE"));
    buf_free(&out);
}

/* The mark of the record taken off, or put on a real one; a text without it. */
static void record_marks(void **unused)
{
    static const struct {
        const char *what, *text, *reason;
    } cases[] = {
        { "stripped",
          "{\"kind\":\"contact-answer\",\"member\":\"TR\",\"office\":\"cert\",\"tlp\":\"green\",\"at\":"
          "\"2026-03-01T10:00:00Z\",\"test\":\"00000000000000000000000000000000\"}",
          "request" },
        { "another word",
          "{\"kind\":\"contact-answer\",\"member\":\"TR\",\"office\":\"cert\",\"tlp\":\"green\",\"at\":"
          "\"2026-03-01T10:00:00Z\",\"test\":\"00000000000000000000000000000000\",\"exercise\":\"real\"}",
          "request" },
        { "forged on a real record",
          "{\"kind\":\"contact\",\"member\":\"TR\",\"office\":\"cert\",\"tlp\":\"green\",\"at\":"
          "\"2026-03-01T10:00:00Z\",\"role\":\"duty\",\"phone\":\"1\",\"exercise\":\"EXERCISE\"}",
          "request" },
        { "a drill without participants",
          "{\"kind\":\"drill\",\"member\":\"TR\",\"office\":\"cert\",\"tlp\":\"green\",\"at\":\"2026-03-"
          "01T10:00:"
          "00Z\",\"exercise\":\"EXERCISE\",\"title\":\"EXERCISE\",\"from\":\"2026-03-01T10:00:00Z\","
          "\"until\":"
          "\"2026-03-01T11:00:00Z\",\"digest\":"
          "\"0000000000000000000000000000000000000000000000000000000000000000\"}",
          "request" },
        { "a person's address",
          "{\"kind\":\"contact\",\"member\":\"TR\",\"office\":\"cert\",\"tlp\":\"green\",\"at\":"
          "\"2026-03-01T10:00:00Z\",\"role\":\"duty\",\"mail\":\"specimen.person@cert.example\","
          "\"fingerprint\":"
          "\"00\"}",
          "person" },
        { "an office's address",
          "{\"kind\":\"contact\",\"member\":\"TR\",\"office\":\"cert\",\"tlp\":\"green\",\"at\":"
          "\"2026-03-01T10:00:00Z\",\"role\":\"duty\",\"mail\":\"duty.cert@member.example\",\"fingerprint\":"
          "\"00\"}",
          NULL },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct coop_record r;
        struct why w = { 0 };
        bool ok = read_text(cases[i].text, &r, &w) && coop_check_content(&r, &test_arena, &w);

        if (ok != !cases[i].reason || (!ok && strcmp(w.reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].what, ok ? "taken" : w.detail);
    }
}

static struct coop_record *ack(const struct coop_record *t, const char *by, const char *to, const char *at,
                               const char *more)
{
    char rest[300];

    (void)snprintf(rest, sizeof rest, MARK ",\"test\":\"%s\"%s", t->id, more);
    return made("contact-answer", by, to, at, rest);
}

static void contacts(void **unused)
{
    /* SHA-256 of "SPECIMEN" is worked out here, so that no figure is copied. */
    struct coop_record *r[16];
    struct digest sum;
    struct contact_book b;
    struct coop_set s;
    struct buffer hex;
    char digest[65], rest[300];
    struct why w = { 0 };
    size_t n = 0;

    (void)unused;
    digest_of(DIGEST_SHA256, SPAN("SPECIMEN"), &sum);
    buf_init_fixed(&hex, digest, sizeof digest);
    for (size_t i = 0; i < sum.n; i++)
        buf_printf(&hex, "%02x", sum.b[i]);
    (void)snprintf(
        rest, sizeof rest,
        MARK ",\"tested\":\"TR\",\"role\":\"duty\",\"channel\":\"phone\",\"within\":600,\"digest\":\"%.64s\"",
        digest);
    r[n++] = made("contact", "TR", "\"KZ\"", "08:00:00", ",\"role\":\"duty\",\"phone\":\"SPECIMEN 1\"");
    struct coop_record *newer = r[n++] =
        made("contact", "TR", "\"KZ\"", "08:30:00", ",\"role\":\"duty\",\"phone\":\"SPECIMEN 2\"");
    r[n++] = made("contact", "TR", "\"KZ\"", "08:00:00", ",\"role\":\"press\",\"phone\":\"SPECIMEN\"");
    r[n++] = made("contact-withdrawn", "TR", "\"KZ\"", "08:10:00", ",\"role\":\"press\"");
    struct coop_record *t = r[n++] = made("contact-test", "KZ", "\"TR\"", "09:00:00", rest);
    struct coop_record *missed = r[n++] = made("contact-test", "KZ", "\"TR\"", "09:00:01", rest);
    struct coop_record *self = r[n++] = made("contact-test", "TR", "\"KZ\"", "09:00:00", rest);
    struct coop_record *wrong = r[n++] = ack(t, "TR", "\"KZ\"", "09:01:00", ",\"code\":\"guess\"");
    struct coop_record *none = r[n++] = ack(t, "TR", "\"KZ\"", "09:01:30", "");
    struct coop_record *good = r[n++] = ack(t, "TR", "\"KZ\"", "09:02:00", ",\"code\":\"SPECIMEN\"");
    struct coop_record *again = r[n++] = ack(t, "TR", "\"KZ\"", "09:03:00", ",\"code\":\"SPECIMEN\"");
    struct coop_record *foreign = r[n++] = ack(t, "UZ", "\"KZ\"", "09:02:00", ",\"code\":\"SPECIMEN\"");
    struct coop_record *late = r[n++] = ack(missed, "TR", "\"KZ\"", "09:10:02", ",\"code\":\"SPECIMEN\"");

    assert_true(coop_set_make(r, n, &test_arena, &s, &w));
    assert_true(contact_book_make(&s, moment("10:00:00"), &test_arena, &b, &w));
    assert_int_equal(b.n_contact, 1);
    assert_ptr_equal(b.contact[0].r, newer);
    assert_int_equal(b.contact[0].versions, 2);
    refused_as(&b.refused, self, "own");
    refused_as(&b.refused, wrong, "code");
    refused_as(&b.refused, none, "code");
    refused_as(&b.refused, good, NULL);
    refused_as(&b.refused, again, "again");
    refused_as(&b.refused, foreign, "not-asked");
    refused_as(&b.refused, late, "late");
    assert_int_equal(b.n_test, 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(b.test[i].result, b.test[i].r == t ? CONTACT_ACKNOWLEDGED : CONTACT_MISSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks),    cmocka_unit_test(plans),  cmocka_unit_test(life),
        cmocka_unit_test(ends),     cmocka_unit_test(report), cmocka_unit_test(record_marks),
        cmocka_unit_test(contacts),
    };

    return cmocka_run_group_tests_name("drill", tests, arena_setup, arena_teardown);
}
