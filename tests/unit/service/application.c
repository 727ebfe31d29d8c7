/*
 * Applications at IR by a national of KZ, which is consulted: from what is sent to what officers decide, with
 * everything that must not go through.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/node_key.h"
#include "exchange.h"
#include "service/travel/application_internal.h"

enum { DAY = 24 * 60 * 60 };

#define PASSPORT "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\\nN123456785KAZ9005145F3512311<<<<<<<<<<<<<<<4"

static struct exchange x;
static struct application_desk desk;
static struct why why;
static struct application_faults faults;
static const struct ask_topic *const topics[] = { &consultation_topic, NULL };
static const struct span nobody = { NULL, 0 };

static int set_up(void **state)
{
    (void)state;
    exchange_open(&x);
    x.desk.topics = topics;
    x.clock = time_of_date((struct date){ 2027, 1, 20 }) + 12 * 3600;
    desk = (struct application_desk){ .member = SPAN("IR"),
                                      .agreement = x.agreement,
                                      .store = x.asker,
                                      .office = &x.office,
                                      .random = random_bytes };
    why_clear(&why);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    exchange_close(&x);
    return 0;
}

#define WORK                                                                                                 \
    "\"purpose\": \"work\", \"kind\": \"work permit\", \"passport\": \"" PASSPORT "\","                      \
    "\"from\": \"2027-03-01\", \"until\": \"2027-08-01\", \"entries\": 0, \"stay\": 60,"                     \
    "\"contact\": \"specimen@example.org\", \"payment\": \"SPECIMEN-77\","                                   \
    "\"answers\": {\"employer\": \"SPECIMEN works\", \"employer registration\": \"IR-1\","                   \
    "\"occupation\": \"welder\"}"
#define FILES                                                                                                \
    ", \"files\": [{\"name\": \"employment contract\", \"type\": \"application/pdf\", \"data\": "            \
    "\"JVBERi0xLjcK\"}]"

/* *bad: it was not recorded. */
static struct application_view *send(const char *json, bool *bad)
{
    struct application_view *v = arena_alloc(&x.arena, sizeof *v);
    struct application_request r = { 0 };
    struct application *app = arena_alloc(&x.arena, sizeof *app);
    bool repeated;

    *app = (struct application){ .entries = -1 };
    why_clear(&why);
    faults.n = 0;
    *bad = !application_read(span_str(json), x.clock, &x.arena, &r, app, &why) ||
           !application_begin(&desk, &r, app, x.clock, &x.arena, &faults, v, &repeated, &why) || faults.n;
    return v;
}

static struct application_view *sent(const char *json)
{
    bool bad;
    struct application_view *v = send(json, &bad);

    if (bad)
        fail_msg("%s %s; %s %s", why.reason ? why.reason : "", why.detail, faults.item[0].field,
                 faults.item[0].text);
    return v;
}

static struct application_view *submitted(void)
{
    return sent("{\"id\": \"applicant-0001\", \"submit\": true, " WORK FILES "}");
}

static void tick(struct application_view *v)
{
    if (!application_tick(&desk, v, x.clock, &x.arena, &why))
        fail_msg("%s: %s", why.reason, why.detail);
}

static void reopen(struct application_view *v)
{
    bool found = false;

    assert_true(application_open(&desk, v->row.reference, x.clock, &x.arena, &found, v, &why));
    assert_true(found);
}

/* KZ says its opinion, and it arrives. */
static void opine(struct application_view *v, bool objects, const char *reason)
{
    struct application_desk home = desk;
    const struct opinion o = { objects, span_str(reason), SPAN("consul.1") };
    struct ask_outcome out;
    struct span message;

    home.member = SPAN("KZ");
    home.store = x.answerer;
    assert_int_equal(v->n_consulted, 1);
    if (!consultation_answer(&home, &x.desk, SPAN("IR"), v->consulted[0].reference, &o, x.clock, &x.arena,
                             &message, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    assert_true(ask_receive(&x.office, SPAN("KZ"), message, x.clock, &x.arena, &out, &why));
    reopen(v);
}

static struct application_view *to_decide(bool objects)
{
    struct application_view *v = submitted();

    tick(v);
    opine(v, objects, objects ? "known under another name" : "");
    tick(v);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    return v;
}

static struct application_decision grant(const char *officer, const struct application_view *v)
{
    return (struct application_decision){
        .officer = span_str(officer), .revision = v->row.revision, .grants = true, .entries = -1
    };
}

static struct application_decision decline(const char *officer, const struct application_view *v)
{
    return (struct application_decision){ .officer = span_str(officer),
                                          .revision = v->row.revision,
                                          .reason = SPAN("the employer is not registered"),
                                          .article = SPAN("20"),
                                          .appeal = SPAN("in writing to the SPECIMEN court in 30 days") };
}

static void decides(struct application_view *v, const struct application_decision *d)
{
    if (!application_decide(&desk, v, d, x.clock, &x.arena, &why))
        fail_msg("%s: %s", why.reason, why.detail);
}

static void refuses(struct application_view *v, const struct application_decision *d, const char *reason)
{
    enum application_state before = v->state;

    why_clear(&why);
    assert_false(application_decide(&desk, v, d, x.clock, &x.arena, &why));
    assert_string_equal(why.reason, reason);
    assert_int_equal(v->state, before);
    reopen(v);
    assert_int_equal(v->state, before);
}

/* ---- what is sent ---- */

static void faults_name_field_and_article(void **state)
{
    static const struct {
        const char *what, *json, *field, *code;
    } rows[] = {
        { "no purpose", "{\"id\": \"applicant-0001\", \"passport\": \"" PASSPORT "\"}", "purpose",
          "missing" },
        { "a purpose that there is not",
          "{\"id\": \"applicant-0001\", \"purpose\": \"espionage\", \"passport\": \"" PASSPORT "\"}",
          "purpose", "purpose" },
        { "a kind that is not for the purpose",
          "{\"id\": \"applicant-0001\", \"purpose\": \"tourism\", \"kind\": \"work permit\","
          "\"passport\": \"" PASSPORT "\"}",
          "kind", "kind" },
        { "no passport", "{\"id\": \"applicant-0001\", \"purpose\": \"work\"}", "passport", "missing" },
        { "a misread passport",
          "{\"id\": \"applicant-0001\", \"purpose\": \"work\", \"passport\": "
          "\"P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\\nN123456786KAZ9005145F3512311<<<<<<<<<<<<<<<4\"}",
          "passport", "passport" },
        { "a document that is missing", "{\"id\": \"applicant-0001\", \"submit\": true, " WORK "}",
          "files.employment contract", "missing" },
        { "an answer that is missing",
          "{\"id\": \"applicant-0001\", \"submit\": true, \"purpose\": \"work\", \"passport\": \"" PASSPORT
          "\"}",
          "answers.employer", "missing" },
        { "an answer nobody asked for",
          "{\"id\": \"applicant-0001\", \"purpose\": \"work\", \"passport\": \"" PASSPORT
          "\", \"answers\": {\"religion\": \"x\"}}",
          "answers.religion", "not-asked" },
        { "longer than the agreement allows",
          "{\"id\": \"applicant-0001\", \"purpose\": \"work\", \"passport\": \"" PASSPORT
          "\", \"from\": \"2027-03-01\", \"until\": \"2028-03-01\"}",
          "until", "too-long" },
        { "the last day before the first",
          "{\"id\": \"applicant-0001\", \"purpose\": \"work\", \"passport\": \"" PASSPORT
          "\", \"from\": \"2027-03-02\", \"until\": \"2027-03-01\"}",
          "until", "date" },
        { "more entries than the agreement allows",
          "{\"id\": \"applicant-0001\", \"purpose\": \"tourism\", \"passport\": \"" PASSPORT
          "\", \"entries\": 3}",
          "entries", "too-many" },
        { "any number of entries where two are the most",
          "{\"id\": \"applicant-0001\", \"purpose\": \"tourism\", \"passport\": \"" PASSPORT
          "\", \"entries\": 0}",
          "entries", "too-many" },
        { "a number that is none",
          "{\"id\": \"applicant-0001\", \"purpose\": \"tourism\", \"passport\": \"" PASSPORT
          "\", \"answers\": {\"days of stay\": \"many\"}}",
          "answers.days of stay", "number" },
        { "beyond the passport",
          "{\"id\": \"applicant-0001\", \"purpose\": \"work\", \"passport\": \"" PASSPORT
          "\", \"from\": \"2035-12-01\", \"until\": \"2036-01-01\"}",
          "passport", "passport" },
    };

    (void)state;
    x.clock = time_of_date((struct date){ 2027, 1, 10 });
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool bad, told = false;

        (void)send(rows[i].json, &bad);
        if (!bad || why.reason)
            fail_msg("%s: it is recorded, or %s %s", rows[i].what, why.reason ? why.reason : "", why.detail);
        for (size_t k = 0; k < faults.n; k++)
            told |= strcmp(faults.item[k].field, rows[i].field) == 0 &&
                    strcmp(faults.item[k].code, rows[i].code) == 0 &&
                    (!faults.item[k].article || strcmp(faults.item[k].article, "20") == 0);
        if (!told)
            fail_msg("%s: %s %s", rows[i].what, faults.item[0].field, faults.item[0].code);
    }
}

static void what_cannot_be_read_is_refused(void **state)
{
    static const struct {
        const char *what, *json, *reason;
    } rows[] = {
        { "no JSON", "{", "json" },
        { "a member twice", "{\"id\": \"a\", \"id\": \"b\"}", "duplicate-member" },
        { "a member that there is not", "{\"admin\": true}", "request" },
        { "a control character", "{\"contact\": \"a\\u0000b\"}", "request" },
        { "a short id", "{\"id\": \"1234567\", " WORK "}", "request" },
        { "a picture that is called a document",
          "{\"files\": [{\"name\": \"x\", \"type\": \"application/pdf\", \"data\": \"/9j/AAAA\"}]}",
          "file-type" },
        { "a page that calls itself a picture",
          "{\"files\": [{\"name\": \"x\", \"type\": \"image/png\", \"data\": \"PGh0bWw+\"}]}", "file-type" },
        { "a type of its own",
          "{\"files\": [{\"name\": \"x\", \"type\": \"text/html\", \"data\": \"PGh0bWw+\"}]}", "file-type" },
        { "no Base64", "{\"files\": [{\"name\": \"x\", \"type\": \"image/png\", \"data\": \"*\"}]}",
          "request" },
        { "a file with more members",
          "{\"files\": [{\"name\": \"x\", \"type\": \"image/png\", \"data\": \"\", \"path\": \"/etc\"}]}",
          "request" },
        { "entries beyond a seal", "{\"entries\": 255}", "request" },
    };
    bool bad;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        (void)send(rows[i].json, &bad);
        if (!bad || !why.reason || strcmp(why.reason, rows[i].reason) != 0)
            fail_msg("%s: %s", rows[i].what, why.reason ? why.reason : "taken");
    }
}

static void the_same_id_is_one_application(void **state)
{
    struct application_view *v = submitted(), *again = submitted();
    struct application_filter f = { 0 };
    const struct application_row *page;
    size_t n;
    bool bad;

    (void)state;
    assert_true(span_eq(v->row.reference, again->row.reference));
    assert_int_equal(again->row.events, v->row.events);
    (void)send("{\"id\": \"applicant-0001\", " WORK FILES "}", &bad); /* not submitted: the same content */
    assert_false(bad);
    (void)send("{\"id\": \"applicant-0001\", \"purpose\": \"work\", \"passport\": \"" PASSPORT "\"}", &bad);
    assert_true(bad);
    assert_string_equal(why.reason, "request-conflict");
    why_clear(&why);
    assert_true(store_list_applications(x.asker, &f, &x.arena, &page, &n, &f.before, &why));
    assert_int_equal(n, 1);
}

static void nothing_personal_rests_in_the_clear(void **state)
{
    static const char *const personal[] = {
        "SPECIMEN", "N12345678", "example.org", "welder", "JVBER", "%PDF"
    };
    struct span file, wal;
    char path[200];

    (void)state;
    (void)submitted();
    (void)snprintf(path, sizeof path, "%s-wal", x.place[0].file);
    file = slurp(x.place[0].file);
    wal = slurp(path);
    assert_true(file.n || wal.n);
    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++) {
        assert_null(file.n ? memmem(file.p, file.n, personal[i], strlen(personal[i])) : NULL);
        assert_null(wal.n ? memmem(wal.p, wal.n, personal[i], strlen(personal[i])) : NULL);
    }
    free((void *)(uintptr_t)file.p);
    free((void *)(uintptr_t)wal.p);
}

static void followed_by_its_secret_alone(void **state)
{
    struct application_view *v = submitted();
    char secret[APPLICATION_SECRET], other[APPLICATION_SECRET];
    struct span s;

    (void)state;
    application_secret(&desk, v->row.reference, secret);
    application_secret(&desk, SPAN("IRAAAAAAAAAA"), other);
    s = span_str(secret);
    assert_true(application_secret_fits(&desk, v->row.reference, s));
    assert_false(application_secret_fits(&desk, v->row.reference, span_str(other)));
    assert_false(application_secret_fits(&desk, v->row.reference, span_sub(s, 0, s.n - 1)));
    assert_false(application_secret_fits(&desk, v->row.reference, nobody));
    secret[3] = secret[3] == 'A' ? 'B' : 'A';
    assert_false(application_secret_fits(&desk, v->row.reference, s));
}

static void a_draft_is_completed_and_then_stands(void **state)
{
    struct application_view *v = sent("{\"id\": \"applicant-0001\", " WORK "}");
    struct application_request r = { 0 };
    struct application more = v->app;

    (void)state;
    assert_int_equal(v->state, APPLICATION_DRAFT);
    assert_true(application_read(SPAN("{\"submit\": true}"), x.clock, &x.arena, &r, &more, &why));
    assert_true(application_add(&desk, v, &more, &r, x.clock, &x.arena, &faults, &why));
    assert_int_equal(faults.n, 1); /* the contract */
    assert_true(application_read(SPAN("{\"answers\": {\"occupation\": \"turner\"}" FILES "}"), x.clock,
                                 &x.arena, &r, &more, &why));
    assert_true(application_add(&desk, v, &more, &r, x.clock, &x.arena, &faults, &why));
    assert_int_equal(faults.n, 0);
    assert_int_equal(v->state, APPLICATION_SUBMITTED);
    assert_int_equal(v->row.n_files, 1);
    assert_int_equal(v->row.revision, 2);
    r = (struct application_request){ 0 };
    more = v->app;
    assert_true(application_read(SPAN("{\"answers\": {\"occupation\": \"spy\"}}"), x.clock, &x.arena, &r,
                                 &more, &why));
    assert_false(application_add(&desk, v, &more, &r, x.clock, &x.arena, &faults, &why));
    assert_string_equal(why.reason, "state");
}

static void another_passport_is_another_application(void **state)
{
    struct application_view *v = sent("{\"id\": \"applicant-0001\", " WORK "}");
    struct application_request r = { 0 };
    struct application more = v->app;

    (void)state;
    assert_true(application_read(SPAN("{\"passport\": "
                                      "\"P<UZBSPECIMEN<<TIMUR<<<<<<<<<<<<<<<<<<<<<<<<"
                                      "\\nFA12345673UZB8501019M3512311<<<<<<<<<<<<<<<8\"}"),
                                 x.clock, &x.arena, &r, &more, &why));
    assert_true(more.passport_read);
    assert_false(application_add(&desk, v, &more, &r, x.clock, &x.arena, &faults, &why));
    assert_string_equal(why.reason, "request-conflict");
}

/* ---- consultation ---- */

static void the_home_state_is_asked_once(void **state)
{
    struct application_view *v = submitted();
    const struct case_view *c;

    (void)state;
    tick(v);
    assert_int_equal(v->state, APPLICATION_CONSULTING);
    assert_int_equal(v->n_consulted, 1);
    assert_true(span_eq_str(v->consulted[0].member, "KZ"));
    assert_int_equal(v->consulted[0].opinion, OPINION_NONE);
    assert_int_equal(x.carried, 1);
    tick(v);
    assert_int_equal(x.carried, 1);
    assert_int_equal(v->row.events, 3);
    assert_int_equal(exchange_cases(&x, x.answerer, NULL, &c), 1);
    assert_true(c[0].record.has_subject && span_eq_str(c[0].record.article, "20"));
    opine(v, false, "");
    tick(v);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    assert_int_equal(v->consulted[0].opinion, OPINION_NO_OBJECTION);
    assert_true(span_eq_str(v->consulted[0].officer, "consul.1"));
}

static void silence_counts_as_the_agreement_says(void **state)
{
    struct application_view *v = submitted();

    (void)state;
    x.down = true;
    tick(v);
    assert_int_equal(v->state, APPLICATION_CONSULTING);
    x.clock += 10 * DAY;
    tick(v);
    assert_int_equal(v->state, APPLICATION_CONSULTING);
    x.clock += 1;
    reopen(v);
    tick(v);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    assert_int_equal(v->consulted[0].opinion, OPINION_SILENT_NO_OBJECTION);
}

static void reminded_once_before_the_days_are_over(void **state)
{
    struct application_view *v = submitted();
    int64_t events;

    (void)state;
    tick(v);
    events = v->row.events;
    x.clock += 9 * DAY - 1;
    tick(v);
    assert_int_equal(v->row.events, events);
    x.clock += 2;
    tick(v);
    assert_int_equal(v->row.events, events + 1);
    assert_true(span_eq_str(v->row.event[events].what, "reminded"));
    tick(v);
    assert_int_equal(v->row.events, events + 1);
}

static void a_late_objection_is_still_weighed(void **state)
{
    struct application_view *v = submitted();
    struct application_decision d;

    (void)state;
    tick(v);
    x.clock += 11 * DAY;
    reopen(v);
    tick(v);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    opine(v, true, "SPECIMEN reason");
    assert_int_equal(v->consulted[0].opinion, OPINION_OBJECTION);
    assert_true(v->consulted[0].late);
    d = grant("officer.one", v);
    refuses(v, &d, "objection");
}

static void nothing_is_decided_while_a_member_is_asked(void **state)
{
    struct application_view *v = submitted();
    struct application_decision d;

    (void)state;
    tick(v);
    d = grant("officer.one", v);
    refuses(v, &d, "state");
}

static void an_objection_is_an_opinion(void **state)
{
    struct application_view *v = to_decide(true);
    struct application_decision d = grant("officer.one", v);

    (void)state;
    refuses(v, &d, "objection");
    d.reason = SPAN("the objection concerns another person: birth dates differ");
    decides(v, &d);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    d = grant("officer.two", v);
    d.reason = SPAN("seen and agreed");
    decides(v, &d);
    assert_int_equal(v->state, APPLICATION_GRANTED);
}

/* ---- decision ---- */

/* Lines with this date of birth; "" for one that nobody knows. */
static struct application about(const char *kind, const char *purpose, const char *birth)
{
    struct application a = { .kind = span_str(kind), .purpose = span_str(purpose), .entries = -1 };

    a.passport_read = true;
    a.mrz.format = MRZ_TD3;
    if (*birth) {
        struct date d = { 0 };

        assert_true(date_parse(span_str(birth), &d));
        a.mrz.birth = (struct mrz_date){
            .state = MRZ_DATE_LEGAL, .year = (int16_t)d.year, .month = (uint8_t)d.month, .day = (uint8_t)d.day
        };
    }
    return a;
}

static void the_fee_is_that_of_the_table(void **state)
{
    static const struct {
        const char *what, *kind, *purpose, *birth;
        enum table_answer answer;
        int64_t amount;
    } rows[] = {
        { "a grown-up", "eco visa", "tourism", "1990-01-01", TABLE_FOUND, 6000 },
        { "a day before 18", "eco visa", "tourism", "2009-03-02", TABLE_FOUND, 3000 },
        { "18 on the day it was begun", "eco visa", "tourism", "2009-03-01", TABLE_FOUND, 6000 },
        { "a date of birth that nobody knows", "eco visa", "tourism", "", TABLE_UNKNOWN, 0 },
        { "where the age says nothing", "eco visa", "pilgrimage", "", TABLE_FOUND, 2000 },
        { "free", "eco visa", "treatment", "1990-01-01", TABLE_FOUND, 0 },
        { "with cents", "work permit", "work", "1990-01-01", TABLE_FOUND, 12050 },
        { "the kind was not said", "", "work", "1990-01-01", TABLE_FOUND, 12050 },
        { "what cannot be applied for", "eco visa", "work", "1990-01-01", TABLE_NONE, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct application a = about(rows[i].kind, rows[i].purpose, rows[i].birth);
        struct table_value v = { 0 };
        enum table_answer got =
            application_fee(desk.agreement, SPAN("IR"), &a, (struct date){ 2027, 3, 1 }, &v);

        if (got != rows[i].answer || (got == TABLE_FOUND && v.amount != rows[i].amount) ||
            (got == TABLE_UNKNOWN && v.facts != (uint64_t)1 << FACT_TRAVELLER_AGE))
            fail_msg("%s: %d, %lld", rows[i].what, (int)got, (long long)v.amount);
    }
}

static void nothing_is_granted_unpaid(void **state)
{
    struct application_view *v = to_decide(false);
    struct application_decision d = grant("officer.one", v);

    (void)state;
    v->app.payment = (struct span){ NULL, 0 };
    refuses(v, &d, "unpaid");
    v->app.payment = (struct span){ NULL, 0 }; /* read anew after a refusal */
    v->fee = TABLE_UNKNOWN;
    refuses(v, &d, "fee-unknown");
    v->app.payment = (struct span){ NULL, 0 };
    v->cost.amount = 0; /* free */
    decides(v, &d);
}

static void a_fee_nobody_knows_is_granted_with_a_reason(void **state)
{
    struct application_view *v = to_decide(false);
    struct application_decision d = grant("officer.one", v);

    (void)state;
    v->app.payment = (struct span){ NULL, 0 };
    v->fee = TABLE_UNKNOWN;
    d.reason = SPAN("the date of birth is not known");
    decides(v, &d);
}

static void two_officers_grant(void **state)
{
    struct application_view *v = to_decide(false);
    struct application_decision one = grant("Officer.One", v), two;
    const struct application_vote *granted;

    (void)state;
    decides(v, &one);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    assert_null(application_granted(v));
    two = grant("officer.two", v);
    decides(v, &two);
    assert_int_equal(v->state, APPLICATION_GRANTED);
    granted = application_granted(v);
    assert_non_null(granted);
    assert_int_equal(granted->stay, 60);
    assert_int_equal(granted->entries, 0);
    assert_true(span_eq_str(v->row.event[v->row.n_events - 1].who, "officer.two"));
    assert_true(span_eq_str(v->row.event[v->row.n_events - 2].who, "officer.one"));
    refuses(v, &two, "state");
}

static void one_person_is_one_officer(void **state)
{
    static const char *const same[] = { "officer.one", "OFFICER.ONE",       "officer-one",
                                        "officerone",  "o.f.f.i.c.e.r.one", "Officer-ONE" };
    static const char *const none[] = { "",
                                        "o",
                                        "officer one",
                                        "officer.one ",
                                        ".officer.one",
                                        "оfficer.one",
                                        "officer\n.one",
                                        "officer_one",
                                        "officer.one\xc2\xad" };
    struct application_view *v = to_decide(false);
    struct application_decision d = grant("officer.one", v);
    int64_t events;

    (void)state;
    decides(v, &d);
    events = v->row.events;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        d = grant(same[i], v);
        decides(v, &d);
        assert_int_equal(v->state, APPLICATION_TO_DECIDE);
        assert_int_equal(v->row.events, events);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        d = grant(none[i], v);
        refuses(v, &d, "officer");
    }
}

static void only_those_of_the_desk_decide(void **state)
{
    static const char *const officers[] = { "officer.one", "officer.two" };
    struct application_view *v = to_decide(false);
    struct application_decision d = grant("officer.three", v);

    (void)state;
    desk.officers = officers;
    desk.n_officers = 2;
    refuses(v, &d, "officer");
    d = grant("officer.two", v);
    decides(v, &d);
}

static void other_terms_are_another_decision(void **state)
{
    struct application_view *v = to_decide(false);
    struct application_decision d = grant("officer.one", v);

    (void)state;
    decides(v, &d);
    d = grant("officer.two", v);
    d.stay = 90;
    decides(v, &d);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    d = decline("officer.three", v);
    decides(v, &d);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    d = grant("officer.one", v); /* changes over to the terms of the second */
    d.stay = 90;
    decides(v, &d);
    assert_int_equal(v->state, APPLICATION_GRANTED);
    assert_int_equal(application_granted(v)->stay, 90);
}

static void terms_stay_within_the_agreement(void **state)
{
    static const struct {
        const char *what;
        struct date from, until;
        int64_t entries, stay;
        const char *reason;
    } rows[] = {
        { "a longer stay", { 2027, 3, 1 }, { 2027, 5, 1 }, 1, 91, "terms" },
        { "a longer validity", { 2027, 3, 1 }, { 2028, 2, 29 }, 1, 30, "terms" },
        { "backwards", { 2027, 3, 2 }, { 2027, 3, 1 }, 1, 30, "terms" },
        { "over already", { 2020, 3, 2 }, { 2020, 3, 5 }, 1, 30, "terms" },
        { "beyond the passport", { 2035, 12, 1 }, { 2036, 1, 1 }, 1, 30, "passport" },
    };
    struct application_view *v = to_decide(false);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct application_decision d = grant("officer.one", v);

        d.from = rows[i].from;
        d.until = rows[i].until;
        d.entries = rows[i].entries;
        d.stay = rows[i].stay;
        refuses(v, &d, rows[i].reason);
    }
}

static void a_decision_on_what_has_changed_is_none(void **state)
{
    struct application_view *v = to_decide(false);
    struct application_decision d = grant("officer.one", v);
    struct application_request r = { 0 };
    struct application paid = v->app;

    (void)state;
    decides(v, &d);
    assert_true(application_read(SPAN("{\"payment\": \"SPECIMEN-78\"}"), x.clock, &x.arena, &r, &paid, &why));
    assert_true(application_add(&desk, v, &paid, &r, x.clock, &x.arena, &faults, &why));
    assert_int_equal(v->row.revision, 2);
    d = grant("officer.two", v);
    d.revision = 1;
    refuses(v, &d, "changed");
    d.revision = 2;
    decides(v, &d); /* what the first decided was about another application */
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
}

static void two_at_once_are_one_after_the_other(void **state)
{
    struct application_view *v = to_decide(false), *stale = arena_alloc(&x.arena, sizeof *stale);
    struct application_decision d = grant("officer.one", v);

    (void)state;
    *stale = *v;
    decides(v, &d);
    d = grant("officer.two", stale);
    assert_false(application_decide(&desk, stale, &d, x.clock, &x.arena, &why));
    assert_string_equal(why.reason, "application-moved");
}

static void declining_wants_reason_article_and_appeal(void **state)
{
    struct application_view *v = to_decide(false);
    struct application_decision d = decline("officer.one", v);

    (void)state;
    d.reason = SPAN("  \n");
    refuses(v, &d, "reason");
    d = decline("officer.one", v);
    d.article = SPAN("99");
    refuses(v, &d, "article");
    d.article = nobody;
    refuses(v, &d, "article");
    d = decline("officer.one", v);
    d.appeal = nobody;
    refuses(v, &d, "appeal");
    d = decline("officer.one", v);
    decides(v, &d);
    assert_int_equal(v->state, APPLICATION_TO_DECIDE);
    d = decline("officer.two", v);
    decides(v, &d);
    assert_int_equal(v->state, APPLICATION_DECLINED);
}

/* ---- the rest of a life ---- */

static void given_back_and_sent_again_is_decided_anew(void **state)
{
    struct application_view *v = to_decide(false);
    struct application_decision d = grant("officer.one", v);
    struct application_request r = { .submit = true };

    (void)state;
    decides(v, &d);
    assert_true(application_note(&desk, v, STEP_RETURNED, SPAN("officer.two"), SPAN("the last page is cut"),
                                 x.clock, &x.arena, &why));
    assert_int_equal(v->state, APPLICATION_DRAFT);
    assert_true(span_eq_str(v->returned, "the last page is cut"));
    assert_true(application_add(&desk, v, &v->app, &r, x.clock, &x.arena, &faults, &why));
    assert_int_equal(v->state, APPLICATION_SUBMITTED);
    assert_int_equal(v->n_votes, 0);
    assert_int_equal(v->returned.n, 0);
    tick(v);
    assert_int_equal(v->state, APPLICATION_CONSULTING); /* KZ is asked again */
    assert_int_equal(x.carried, 2);
}

static void withdrawn_is_the_end(void **state)
{
    struct application_view *v = to_decide(false);
    struct application_request r = { .withdraw = true };
    struct application_decision d = grant("officer.one", v);

    (void)state;
    assert_true(application_add(&desk, v, &v->app, &r, x.clock, &x.arena, &faults, &why));
    assert_int_equal(v->state, APPLICATION_WITHDRAWN);
    refuses(v, &d, "state");
    assert_false(application_add(&desk, v, &v->app, &r, x.clock, &x.arena, &faults, &why));
}

static void expired_and_erased(void **state)
{
    struct application_view *v = sent("{\"id\": \"applicant-0001\", " WORK "}");
    struct span reference = arena_copy(&x.arena, v->row.reference);
    bool found = true;
    size_t moved = 0;

    (void)state;
    x.clock += 31 * DAY;
    assert_true(application_pass(&desk, x.clock, NULL, NULL, &moved, &why));
    assert_int_equal(moved, 1);
    reopen(v);
    assert_int_equal(v->state, APPLICATION_EXPIRED);
    x.clock += 366 * DAY;
    assert_true(application_open(&desk, reference, x.clock, &x.arena, &found, v, &why));
    assert_false(found); /* also before anybody erased it */
    assert_true(application_pass(&desk, x.clock, NULL, NULL, &moved, &why));
    assert_true(store_find_application(x.asker, reference, &found, &x.arena, &v->row, &why));
    assert_false(found);
}

static void what_was_changed_at_rest_does_not_open(void **state)
{
    struct application_view *v = submitted();
    struct application_change c = { .reference = v->row.reference,
                                    .seen = v->row.events,
                                    .event = { .at = x.clock,
                                               .what = SPAN("saved"),
                                               .state = SPAN("submitted"),
                                               .body = SPAN("not sealed by this store, that is") },
                                    .due = 1,
                                    .ends = x.clock + DAY };
    bool found;

    (void)state;
    assert_true(store_change_application(x.asker, &c, &why));
    assert_false(application_open(&desk, c.reference, x.clock, &x.arena, &found, v, &why));
    assert_string_equal(why.reason, "sealed");
}

static void every_state_has_its_steps(void **state)
{
    enum application_state to;

    (void)state;
    for (unsigned s = 0; s < APPLICATION_STATES; s++) {
        assert_int_equal(application_state_from(span_str(application_state_word((enum application_state)s))),
                         s);
        for (unsigned e = 0; e < APPLICATION_STEPS; e++) {
            bool over = s >= APPLICATION_GRANTED;
            bool may = application_next((enum application_state)s, (enum application_step)e, &to);

            /* What is settled is settled, and only an officer's step settles against the applicant. */
            if (may && over)
                assert_int_equal(to, s);
            if (may && to == APPLICATION_DECLINED && s != APPLICATION_DECLINED)
                assert_true(s == APPLICATION_TO_DECIDE && e == STEP_DECLINED);
        }
    }
    assert_int_equal(application_state_from(SPAN("refused")), APPLICATION_STATES);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(faults_name_field_and_article),
        CASE(what_cannot_be_read_is_refused),
        CASE(the_same_id_is_one_application),
        CASE(nothing_personal_rests_in_the_clear),
        CASE(followed_by_its_secret_alone),
        CASE(a_draft_is_completed_and_then_stands),
        CASE(another_passport_is_another_application),
        CASE(the_home_state_is_asked_once),
        CASE(silence_counts_as_the_agreement_says),
        CASE(reminded_once_before_the_days_are_over),
        CASE(a_late_objection_is_still_weighed),
        CASE(nothing_is_decided_while_a_member_is_asked),
        CASE(an_objection_is_an_opinion),
        CASE(the_fee_is_that_of_the_table),
        CASE(nothing_is_granted_unpaid),
        CASE(a_fee_nobody_knows_is_granted_with_a_reason),
        CASE(two_officers_grant),
        CASE(one_person_is_one_officer),
        CASE(only_those_of_the_desk_decide),
        CASE(other_terms_are_another_decision),
        CASE(terms_stay_within_the_agreement),
        CASE(a_decision_on_what_has_changed_is_none),
        CASE(two_at_once_are_one_after_the_other),
        CASE(declining_wants_reason_article_and_appeal),
        CASE(given_back_and_sent_again_is_decided_anew),
        CASE(withdrawn_is_the_end),
        CASE(expired_and_erased),
        CASE(what_was_changed_at_rest_does_not_open),
        CASE(every_state_has_its_steps),
    };

    return cmocka_run_group_tests_name("application", tests, NULL, NULL);
}
