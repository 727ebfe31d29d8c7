/*
 * Hits at IR on notices of KZ: found, compared, closed by persons, remembered, asked about; with everything
 * that must not happen.
 */
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "check/hits.h"
#include "crypto/node_key.h"
#include "exchange.h"
#include "seal/anchors.h"
#include "service/notice/hit_ask.h"
#include "wire/json.h"

enum { DAY = 86400 };

/* What the owner of the shelf says, as each test sets it. */
static struct told {
    const char *id, *name, *birth, *version, *owner;
    enum hit_standing standing;
    enum names_alias alias;
    unix_time expires;
    bool protect, second, fails;
} told[4];

static struct exchange x;
static struct screen *engine;
static char names_folder[256];
static struct hit_source source[2];
static struct hit_rules rules;
static struct hit_desk desk, theirs;
static struct why why;
static const struct ask_topic *const topics[] = { &hit_topic, &misused_identity_topic, NULL };

static bool about(void *ctx, const char *shelf, struct span id, unix_time now, struct arena *a,
                  struct hit_entity *out, struct why *w)
{
    (void)ctx;
    (void)shelf;
    (void)now;
    (void)a;
    *out = (struct hit_entity){ .standing = HIT_GONE };
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const struct told *t = &told[i];

        if (!t->id || !span_eq_str(id, t->id))
            continue;
        if (t->fails)
            return why_set(w, "store", WHY_NO_OFFSET, NULL, "not now");
        *out = (struct hit_entity){ .standing = t->standing,
                                    .notice = true,
                                    .protect = t->protect,
                                    .second = t->second,
                                    .owner = span_str(t->owner),
                                    .kind = SPAN("wanted"),
                                    .action = SPAN("inform"),
                                    .facts = SPAN("SPECIMEN facts"),
                                    .version = span_str(t->version),
                                    .expires = t->expires,
                                    .n_names = 1,
                                    .name = { { span_str(t->name), SPAN("primary"), false } },
                                    .n_births = 1,
                                    .birth = { span_str(t->birth) } };
    }
    return true;
}

static void stand(size_t i, const char *id, const char *name, const char *birth)
{
    struct names_entry e = { .id = span_str(id), .name = span_str(name), .alias = told[i].alias };

    told[i] = (struct told){ .id = id,
                             .name = name,
                             .birth = birth,
                             .version = "v1",
                             .owner = "KZ",
                             .standing = HIT_ACT,
                             .alias = told[i].alias };
    names_about_dates(&e.about, span_str(birth));
    assert_true(screen_put(engine, SCREEN_NOTICES, &e, 1, &why));
}

static int set_up(void **state)
{
    (void)state;
    exchange_open(&x);
    x.desk.topics = topics;
    why_clear(&why);
    memset(told, 0, sizeof told);
    (void)snprintf(names_folder, sizeof names_folder, "/tmp/serai-hit-XXXXXX");
    assert_non_null(mkdtemp(names_folder));
    assert_true(screen_open(names_folder, &engine, &why));
    assert_true(screen_shelf(engine, SCREEN_NOTICES, SCREEN_BORDER, &why));
    rules = hit_defaults;
    source[0] = (struct hit_source){ .notices = true, .about = about };
    desk = (struct hit_desk){ .store = x.asker,
                              .member = SPAN("IR"),
                              .agreement = x.agreement,
                              .screen = engine,
                              .source = source,
                              .n_source = 1,
                              .rules = &rules,
                              .office = &x.office };
    theirs = (struct hit_desk){
        .store = x.answerer, .member = SPAN("KZ"), .agreement = x.agreement, .rules = &rules, .desk = &x.desk
    };
    stand(0, "KZ-2026-1", "Gulnara Specimenova", "1981-04-12");
    return 0;
}

static int tear_down(void **state)
{
    char command[300];

    (void)state;
    screen_close(engine);
    exchange_close(&x);
    (void)snprintf(command, sizeof command, "rm -rf %s", names_folder);
    return system(command);
}

static struct hit_traveller traveller(void)
{
    return (struct hit_traveller){ .n = 2,
                                   .name = { { SPAN("SPECIMENOVA GULNARA"), SPAN("mrz"), false },
                                             { SPAN("Гульнара Спесименова"), SPAN("chip"), false } },
                                   .birth = SPAN("1981-04-12"),
                                   .sex = SPAN("F"),
                                   .state = SPAN("UZ"),
                                   .issuer = SPAN("UZB"),
                                   .number = SPAN("N7777777"),
                                   .kind = SPAN("passport") };
}

static struct hit_screened screen_one(const struct hit_traveller *t, const char *check)
{
    struct hit_screened s;

    if (!hit_screen(&desk, t, span_str(check), x.clock, &x.arena, &s, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return s;
}

static const struct hit_caller officer = { SPAN("o-17"), SPAN("border-office"), SPAN("border-check") };

static struct hit_order order(struct span id, const char *outcome)
{
    return (struct hit_order){
        .by = officer, .id = id, .outcome = span_str(outcome), .reason = SPAN("SPECIMEN reason")
    };
}

static void refused(const struct hit_order *o, const char *reason)
{
    struct hit_closed c;

    why_clear(&why);
    assert_false(hit_close(&desk, o, x.clock, &x.arena, &c, &why));
    assert_string_equal(why.reason, reason);
    why_clear(&why);
}

static struct hit_closed closed(const struct hit_order *o)
{
    struct hit_closed c;

    if (!hit_close(&desk, o, x.clock, &x.arena, &c, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return c;
}

/* ---- who alerts ---- */

static void test_standing(void **state)
{
    static const struct {
        const char *what;
        enum hit_standing standing;
        int64_t expires; /* from now; 0: never */
        enum hit_answer want;
        size_t n;
    } cases[] = {
        { "in force", HIT_ACT, DAY, HIT_FOUND, 1 },
        { "flagged here: still a lead, with other words", HIT_FLAGGED, DAY, HIT_FOUND, 1 },
        { "suspended", HIT_SUSPENDED, DAY, HIT_NONE, 0 },
        { "withdrawn", HIT_GONE, DAY, HIT_NONE, 0 },
        { "expired at this second", HIT_ACT, -0, HIT_NONE, 0 },
        { "expired long ago", HIT_ACT, -DAY, HIT_NONE, 0 },
    };
    struct hit_traveller t = traveller();
    char check[16];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hit_screened s;

        told[0].standing = cases[i].standing;
        told[0].expires = x.clock + cases[i].expires;
        (void)snprintf(check, sizeof check, "c-%zu", i);
        s = screen_one(&t, check);
        if (s.answer != cases[i].want || s.n != cases[i].n)
            fail_msg("%s: %s, %zu", cases[i].what, hit_answer_word(s.answer), s.n);
    }
}

static void test_unknown_is_not_none(void **state)
{
    struct hit_traveller t = traveller();

    (void)state;
    told[0].fails = true;
    assert_int_equal(screen_one(&t, "c-1").answer, HIT_UNKNOWN);
    told[0].fails = false;
    t.name[0].text = SPAN("\xff\xfe");
    t.n = 1;
    assert_int_equal(screen_one(&t, "c-2").answer, HIT_UNKNOWN);
    t.n = 0;
    assert_int_equal(screen_one(&t, "c-3").answer, HIT_UNKNOWN);
}

static void test_weak_and_namesakes(void **state)
{
    struct hit_traveller t = traveller();

    (void)state;
    told[1].alias = NAMES_WEAK;
    stand(1, "KZ-2026-2", "Rustam Quxlarov", "");
    stand(2, "KZ-2026-3", "Gulnara Specimenova", "1994-11-30");
    assert_int_equal(screen_one(&t, "c-1").n, 1);
    t.birth = SPAN("1960-01-01");
    assert_int_equal(screen_one(&t, "c-2").n, 0);
    t = traveller();
    t.n = 1;
    t.name[0].text = SPAN("Rustam Quxlarov");
    t.birth = (struct span){ NULL, 0 };
    assert_int_equal(screen_one(&t, "c-3").answer, HIT_NONE);
}

/* ---- by the number of the document ---- */

static void listed(const char *id, const char *state, const char *number)
{
    const struct screen_document d = { span_str(state), span_str(number) };

    assert_true(screen_put_documents(engine, SCREEN_NOTICES, span_str(id), &d, 1, &why));
}

static void test_number(void **state)
{
    struct hit_traveller t = traveller();
    struct hit_screened s;
    struct hit_order o;

    (void)state;
    stand(1, "KZ-2026-7", "Bahrom Andereperson", "1955-05-05");
    listed("KZ-2026-7", "UZ", "N 777-7777");
    t.n = 1;
    t.name[0].text = SPAN("QUXLAR ANORA");
    s = screen_one(&t, "c-1");
    assert_int_equal(s.n, 1); /* neither name nor birth date are like it */
    assert_true(s.alert[0].document && !s.alert[0].protect);
    t.issuer = SPAN("TUR");
    assert_int_equal(screen_one(&t, "c-2").n, 0); /* another State's */
    t.issuer = SPAN("XXA");
    assert_int_equal(screen_one(&t, "c-3").n, 1); /* no State's: it may be */
    t.issuer = SPAN("UZB");
    told[1].standing = HIT_SUSPENDED;
    assert_int_equal(screen_one(&t, "c-4").answer, HIT_NONE);
    told[1].standing = HIT_ACT;
    told[1].protect = true;
    s = screen_one(&t, "c-5");
    assert_true(s.n == 1 && s.alert[0].protect);
    told[1].protect = false;
    o = order(s.alert[0].id, "no match");
    (void)closed(&o);
    s = screen_one(&t, "c-6");
    assert_true(s.n == 0 && s.remembered == 1);
    told[1].version = "v2";
    assert_int_equal(screen_one(&t, "c-7").n, 1);
    t.n = 0; /* nothing to be read of the name: not "none", but the number counts */
    s = screen_one(&t, "c-8");
    assert_int_equal(s.n, 1);
    told[1].standing = HIT_GONE;
    assert_int_equal(screen_one(&t, "c-9").answer, HIT_UNKNOWN);
}

/* By name and number it is one hit, by the number. */
static void test_number_and_name(void **state)
{
    struct hit_traveller t = traveller();
    struct hit_screened s;

    (void)state;
    listed("KZ-2026-1", "UZ", "N7777777");
    stand(1, "KZ-2026-2", "Gulnara Specimenova", "1981-04-12");
    s = screen_one(&t, "c-1");
    assert_int_equal(s.n, 2);
    assert_true(s.alert[0].document && !s.alert[1].document);
    assert_false(span_eq(s.alert[0].id, s.alert[1].id));
}

/* The same check again is the same hit; the same person again while it is open too. */
static void test_once(void **state)
{
    struct hit_traveller t = traveller();
    struct hit_screened a = screen_one(&t, "c-1"), b = screen_one(&t, "c-1"), c = screen_one(&t, "c-2");

    (void)state;
    assert_int_equal(a.n, 1);
    assert_false(a.alert[0].again);
    assert_true(span_eq(a.alert[0].id, b.alert[0].id));
    assert_true(span_eq(a.alert[0].id, c.alert[0].id));
    assert_true(c.alert[0].again);
}

/* ---- closed by persons ---- */

static void test_close_needs_a_person(void **state)
{
    struct hit_traveller t = traveller();
    struct span id = screen_one(&t, "c-1").alert[0].id;
    struct hit_order o = order(id, "no match");

    (void)state;
    o.by.officer = (struct span){ NULL, 0 };
    refused(&o, "officer");
    o.by.officer = SPAN("x");
    refused(&o, "officer");
    o.by.officer = SPAN("two words");
    refused(&o, "officer");
    o = order(id, "no match");
    o.by.purpose = (struct span){ NULL, 0 };
    refused(&o, "purpose");
    o.by.purpose = SPAN("curiosity");
    refused(&o, "purpose");
    o = order(id, "no match");
    o.reason = SPAN(" \n ");
    refused(&o, "reason");
    o = order(id, "refused");
    refused(&o, "outcome");
    o = order(id, "confirmed");
    o.consent = true;
    refused(&o, "consent");
    o = order(SPAN("H-NONE"), "no match");
    refused(&o, "hit-unknown");
    assert_int_equal(screen_one(&t, "c-2").n, 1);
}

static void test_two_officers(void **state)
{
    struct hit_traveller t = traveller();
    struct span id = screen_one(&t, "c-1").alert[0].id;
    struct hit_order o = order(id, "no match");

    (void)state;
    told[0].second = true;
    assert_true(closed(&o).waits);
    assert_int_equal(screen_one(&t, "c-2").n, 1);
    refused(&o, "same-officer");
    o.by.officer = SPAN("O-17");
    refused(&o, "same-officer");
    o.by.officer = SPAN("o-18");
    o.outcome = SPAN("possible");
    assert_false(closed(&o).waits); /* they disagree: it is open again */
    o.outcome = SPAN("no match");
    assert_true(closed(&o).waits);
    o.by.officer = SPAN("o-17");
    assert_false(closed(&o).waits);
    assert_int_equal(screen_one(&t, "c-3").n, 0);
}

/* ---- remembered ---- */

static void test_remembered(void **state)
{
    struct hit_traveller t = traveller();
    struct hit_screened s = screen_one(&t, "c-1");
    struct hit_order o = order(s.alert[0].id, "no match");

    (void)state;
    (void)closed(&o);
    s = screen_one(&t, "c-2");
    assert_int_equal(s.n, 0);
    assert_int_equal(s.remembered, 1);
    stand(1, "TR-2026-9", "Gulnara Specimenova", "1981-04-12");
    s = screen_one(&t, "c-3");
    assert_int_equal(s.n, 1); /* another notice is not hidden */
    told[1].standing = HIT_GONE;
    told[0].version = "v2";
    assert_int_equal(screen_one(&t, "c-4").n, 1); /* nor a changed one */
    told[0].version = "v1";
    t.number = SPAN("N8888888");
    assert_int_equal(screen_one(&t, "c-5").n, 1); /* another document asks again */
    t.number = SPAN("N7777777");
    assert_int_equal(screen_one(&t, "c-6").n, 0);
    x.clock += (unix_time)rules.remember_days * DAY;
    assert_int_equal(screen_one(&t, "c-7").n, 1); /* and time */
}

static void test_no_document_is_not_remembered(void **state)
{
    struct hit_traveller t = traveller();
    struct hit_order o;

    (void)state;
    t.number = (struct span){ NULL, 0 };
    o = order(screen_one(&t, "c-1").alert[0].id, "no match");
    (void)closed(&o);
    assert_int_equal(screen_one(&t, "c-2").n, 1);
}

static void test_changed_mind(void **state)
{
    struct hit_traveller t = traveller();
    struct hit_order o = order(screen_one(&t, "c-1").alert[0].id, "no match");

    (void)state;
    (void)closed(&o);
    refused(&o, "hit-state");
    o.outcome = SPAN("possible");
    assert_true(closed(&o).asked);
    assert_int_equal(screen_one(&t, "c-2").n, 1);
}

/* ---- looked at ---- */

static void test_show(void **state)
{
    struct hit_traveller t = traveller();
    struct span id = screen_one(&t, "c-1").alert[0].id;
    struct hit_caller lane = { SPAN("o-17"), SPAN("lane"), SPAN("border-check") };
    struct hit_shown h;

    (void)state;
    assert_true(hit_show(&desk, &officer, id, x.clock, &x.arena, &h, &why));
    assert_true(h.known);
    assert_int_equal(h.traveller.n, 2);
    assert_string_equal(h.view.event[h.view.n_events - 1].what.p ? "looked" : "", "looked");
    assert_true(span_eq_str(h.view.event[h.view.n_events - 1].officer, "o-17"));
    assert_true(hit_may_see(&desk, &officer));
    assert_false(hit_may_see(&desk, &lane));
    lane.purpose = (struct span){ NULL, 0 };
    assert_false(hit_show(&desk, &lane, id, x.clock, &x.arena, &h, &why));
    assert_string_equal(why.reason, "purpose");
    why_clear(&why);
}

static struct span show_json(const char *office, struct span id)
{
    struct hits_call c = { .desk = &desk, .now = x.clock };
    char json[300];
    struct buffer b;
    struct span s;

    (void)snprintf(json, sizeof json,
                   "{\"id\":\"%.*s\",\"officer\":\"o-17\",\"office\":\"%s\",\"purpose\":\"border-check\"}",
                   (int)id.n, (const char *)id.p, office);
    buf_init(&b, 1 << 20);
    if (!hits_show(&c, span_str(json), &x.arena, &b, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    s = arena_copy(&x.arena, buf_span(&b));
    buf_free(&b);
    return s;
}

static bool holds(struct span s, const char *part)
{
    return memmem(s.p, s.n, part, strlen(part)) != NULL;
}

static void test_side_by_side(void **state)
{
    struct hit_traveller t = traveller();
    struct span id = screen_one(&t, "c-1").alert[0].id, s = show_json("border-office", id);

    (void)state;
    assert_true(holds(s, "\"facts\":\"SPECIMEN facts\""));
    assert_true(holds(s, "\"action\":\"inform\""));
    assert_true(holds(s, "Гульнара Спесименова"));
    assert_true(holds(s, "\"cyrillic\":\"гулнара спесименова\""));
    assert_true(holds(s,
                      "\"what\":\"birth\",\"traveller\":\"1981-04-12\",\"listed\":[\"1981-04-12\"],\"how\":"
                      "\"agrees\"}"));
    assert_true(holds(s, "\"what\":\"document\""));
    s = show_json("lane", id);
    assert_false(holds(s, "SPECIMEN facts"));
    assert_false(holds(s, "inform"));
    told[0].standing = HIT_SUSPENDED;
    assert_true(holds(show_json("lane", id), "\"advice\":\"suspended\""));
    told[0].standing = HIT_GONE;
    assert_true(holds(show_json("lane", id), "\"listed\":null"));
    told[0].standing = HIT_ACT;
    told[0].protect = true;
    assert_true(holds(show_json("lane", id), "\"advice\":\"protect\""));
}

/* ---- the owner ---- */

static void test_owner(void **state)
{
    struct hit_traveller t = traveller();
    struct span id = screen_one(&t, "c-1").alert[0].id;
    struct hit_order o = order(id, "possible");
    const struct hit_task *task = NULL;
    struct hit_task mine = { .open = false };
    struct hit_question q = { .consent = false };
    struct hit_reply r = { SPAN("not the person"), SPAN("another face"), { NULL, 0 } };
    struct hit_caller owner = { SPAN("kz-3"), SPAN("border-office"), SPAN("border-check") };
    struct hit_owner_said said;
    struct hit_view v;
    size_t n = 0, others = 0;
    bool found = false;

    (void)state;
    assert_true(closed(&o).asked);
    assert_true(hit_tasks(&desk, false, 0, x.clock, &x.arena, &task, &n, &why));
    assert_int_equal(n, 1);
    if (!task[0].open || task[0].overdue || !span_eq(task[0].hit, id))
        fail_msg("%.*s %.*s", (int)task[0].state.n, (const char *)task[0].state.p, (int)task[0].hit.n,
                 (const char *)task[0].hit.p);
    assert_true(hit_tasks(&desk, true, 0, task[0].until + 1, &x.arena, &task, &n, &why));
    assert_int_equal(n, 1);
    assert_true(task[0].overdue);
    assert_true(hit_tasks(&theirs, false, 0, x.clock, &x.arena, &task, &n, &why));
    assert_int_equal(n, 1);
    assert_true(task[0].open && task[0].side == CASE_THEIRS);
    assert_true(
        hit_task_show(&theirs, &owner, SPAN("IR"), task[0].reference, x.clock, &x.arena, &mine, &q, &why));
    assert_true(span_eq_str(q.entity, "KZ-2026-1") && span_eq_str(q.traveller.number, "N7777777"));
    r.says = SPAN("arrest");
    assert_false(hit_task_answer(&theirs, &owner, SPAN("IR"), task[0].reference, &r, x.clock, &x.arena,
                                 &others, &why));
    assert_string_equal(why.reason, "says");
    why_clear(&why);
    r.says = SPAN("not the person");
    if (!hit_task_answer(&theirs, &owner, SPAN("IR"), task[0].reference, &r, x.clock, &x.arena, &others,
                         &why))
        fail_msg("%s: %s", why.reason, why.detail);
    assert_int_equal(others, 0); /* no consent: nobody else is told */
    assert_true(store_find_hit(desk.store, id, &found, &x.arena, &v, &why) && found);
    assert_true(hit_owner_said(&desk, &v, x.clock, &x.arena, &said, &why));
    assert_true(said.asked);
}

/* Only the owner's word on a misused identity counts. */
static void test_misused(void **state)
{
    const struct misused_identity m = { SPAN("KZ-2026-1"), SPAN("v1"), SPAN("UZB"), SPAN("N7777777"),
                                        NOON + 3000 * (unix_time)DAY };
    struct ask_desk at_ir = { .member = SPAN("IR"), .store = x.asker };
    struct hit_traveller t = traveller();
    struct ask_question q = { .from = SPAN("TR") };
    struct ask_reply r;
    struct buffer b;

    (void)state;
    buf_init(&b, 4096);
    misused_identity_put(&m, &b);
    q.body = buf_span(&b);
    assert_true(misused_identity_topic.answer(&at_ir, &q, x.clock, &x.arena, &r, &why));
    assert_int_equal(r.said, ASK_SAID_REFUSED);
    assert_string_equal(r.reason, "not-the-owner");
    assert_int_equal(screen_one(&t, "c-1").n, 1);
    q.from = SPAN("KZ");
    assert_true(misused_identity_topic.answer(&at_ir, &q, x.clock, &x.arena, &r, &why));
    assert_int_equal(r.said, ASK_SAID_ANSWERED);
    assert_int_equal(screen_one(&t, "c-2").remembered, 1);
    x.clock += (unix_time)rules.remember_days * DAY; /* no longer than what one finds out oneself */
    assert_int_equal(screen_one(&t, "c-3").n, 1);
    buf_free(&b);
}

/* ---- counted, erased ---- */

static void test_counts_and_end(void **state)
{
    struct hit_traveller t = traveller();
    struct hit_order o = order(screen_one(&t, "c-1").alert[0].id, "no match");
    const struct hit_figure *f = NULL;
    const struct notice_hit_figures *m = NULL;
    struct notice_hit_source counts = hit_figure_source(x.asker);
    unix_time began = x.clock;
    struct hit_view v;
    int64_t erased = 0;
    size_t n = 0;
    bool found = false;

    (void)state;
    x.clock += 600;
    (void)closed(&o);
    t.number = SPAN("N8888888");
    (void)screen_one(&t, "c-2");
    assert_true(hit_figures(x.asker, began, x.clock + 1, &x.arena, &f, &n, &why));
    assert_int_equal(n, 1);
    assert_int_equal(f[0].hits, 2);
    assert_int_equal(f[0].open, 1);
    assert_int_equal(f[0].no_match, 1);
    assert_int_equal(f[0].seconds, 600);
    assert_true(counts.figures(counts.ctx, began, x.clock + 1, &x.arena, &m, &n, &why));
    assert_int_equal(n, 1);
    assert_string_equal(m[0].member, "KZ");
    assert_int_equal(m[0].no_match, 1);
    x.clock += (unix_time)(rules.keep_days + 1) * DAY;
    assert_true(hit_tidy(&desk, x.clock, &erased, &why));
    assert_int_equal(erased, 1); /* the open one is a person's to close */
    assert_true(store_find_hit(x.asker, o.id, &found, &x.arena, &v, &why) && found);
    assert_int_equal(v.row.body.n, 0);
    assert_int_equal(v.row.entity.n, 0);
    refused(&o, "hit-erased");
    assert_true(hit_figures(x.asker, began, began + DAY, &x.arena, &f, &n, &why));
    assert_int_equal(f[0].hits, 2);
}

/* ---- at the check ---- */

/* No text can let a hit pass, or make more of it than a second look. */
static const char ADMITS_ALL[] =
    "agreement \"Everybody (illustrative)\" version 1\n"
    "parties IR KZ UZ\n"
    "in force from 2026-01-01\n"
    "words for travel.purpose: tourism\n"
    "\n"
    "article 1 \"Visits\"\n"
    "  text en \"Everybody is let in.\"\n"
    "  when traveller.nationality is a party\n"
    "  allow stay by travel purpose\n"
    "    tourism    30 days in any 180 days\n"
    "\n"
    "  example \"anybody\"\n"
    "    given on 2027-03-01, nationality UZ, purpose tourism, entering IR, no earlier stays\n"
    "    gives admit, by article 1\n";

static struct check_answer run_check(const struct agreement *g, const char *id, bool officer_admits)
{
    static struct check_request r;
    struct check_context c = { .member = "IR",
                               .node_name = "ir.specimen",
                               .agreement = g,
                               .law = { NULL, NULL },
                               .store = x.asker,
                               .signer = exchange_signer(&x, SPAN("IR")),
                               .hits = &desk };
    struct check_answer a = { .outcome = OUTCOME_ADMIT };

    c.anchors = anchor_set_new();
    r = (struct check_request){ .id = span_str(id),
                                .purpose = SPAN("tourism"),
                                .mode = SPAN("road"),
                                .stay_days = 5,
                                .movement = MOVEMENT_ENTRY,
                                .officer_admits = officer_admits,
                                .n_evidence = 1 };
    r.evidence[0] = (struct evidence){ .kind = EVIDENCE_MRZ,
                                       .bytes = SPAN("P<UZBSPECIMENOVA<<GULNARA<<<<<<<<<<<<<<<<<<<\n"
                                                     "N777777773UZB8104122F3105135<<<<<<<<<<<<<<<8") };
    if (!check_run(&c, &r, x.clock, &x.arena, &a, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    anchor_set_free((struct anchor_set *)(uintptr_t)c.anchors);
    return a;
}

static void test_check(void **state)
{
    static struct agreement_faults faults;
    struct agreement *agreement = agreement_parse(span_str(ADMITS_ALL), &faults);
    struct check_answer a = run_check(x.agreement, "check-1", false);

    (void)state;
    assert_int_equal(a.outcome, OUTCOME_REFER);
    assert_true(holds(a.json, "\"verdict\":\"refer\""));
    if (!holds(a.json, "name-hit"))
        fail_msg("%.*s", (int)a.json.n, (const char *)a.json.p);
    assert_true(holds(a.json, "\"second_look\":true"));
    assert_false(holds(a.json, "KZ-2026-1"));
    assert_false(holds(a.json, "wanted"));
    assert_false(holds(a.json, "SPECIMEN facts"));
    a = run_check(x.agreement, "check-2", true); /* a person lets her in: nothing stands in the way */
    assert_true(holds(a.json, "\"officer_admits\":true"));
    assert_true(agreement != NULL);
    a = run_check(agreement, "check-all-1", false);
    assert_int_equal(a.outcome, OUTCOME_REFER);
    assert_true(holds(a.json, "name-hit"));
    told[0].standing = HIT_GONE;
    a = run_check(agreement, "check-all-2", false);
    assert_int_equal(a.outcome, OUTCOME_ADMIT); /* it was the hit alone */
    agreement_free(agreement);
    stand(1, "KZ-2026-7", "Bahrom Andereperson", "1955-05-05");
    listed("KZ-2026-7", "UZ", "N77777777");
    a = run_check(x.agreement, "check-number", false);
    assert_int_equal(a.outcome, OUTCOME_REFER);
    assert_true(holds(a.json, "\"document-hit\"") && holds(a.json, "\"by\":\"document number\""));
    assert_false(holds(a.json, "KZ-2026-7") || holds(a.json, "Andereperson"));
    told[1].standing = HIT_GONE;
    told[0].standing = HIT_SUSPENDED;
    a = run_check(x.agreement, "check-3", false);
    assert_true(holds(a.json, "\"answer\":\"none\""));
    told[0].fails = true;
    a = run_check(x.agreement, "check-4", false);
    assert_int_equal(a.outcome, OUTCOME_REFER);
    assert_true(holds(a.json, "screening-unknown"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_standing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_is_not_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_weak_and_namesakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_number_and_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_close_needs_a_person, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_officers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_remembered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_document_is_not_remembered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_changed_mind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_show, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_side_by_side, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_misused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_counts_and_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_check, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
