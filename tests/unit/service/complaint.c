/* Complaints and stays over a real store: who may do what and when, what is never found out, what is erased.
 */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/node_key.h"
#include "service/travel/complaint.h"
#include "service/travel/stays_ask.h"

enum { DAY = 86400 };
static const unix_time T0 = 1804000000;
static char folder[64], path[96];
static struct store *store;
static struct arena arena;
static struct why why;

static int set_up(void **state)
{
    struct store_options opt = { .path = path };

    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/serai-complaint-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    why_clear(&why);
    assert_true(node_crypto_init());
    if (!store_open(&opt, &store, &why))
        fail_msg("%s", why.detail);
    arena_init(&arena, 256 << 20);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    store_close(store);
    arena_free(&arena);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const char CODE[] = "ABCD-EFGH-IJKL-MNOP";

/* A check that was recorded, with a code. */
static void put_check(const char *id, const char *code)
{
    static const uint8_t hash[32];
    enum store_put what;
    struct span previous;
    struct check_record r = { .request_id = span_str(id),
                              .request_hash = span_of(hash, 32),
                              .response = SPAN("{}"),
                              .at = T0,
                              .code = span_str(code) };

    if (!store_put_check(store, &r, &what, &arena, &previous, &why))
        fail_msg("%s", why.detail);
}

static struct complaint_request request(void)
{
    return (struct complaint_request){ .code = span_str(CODE),
                                       .subject = SPAN("delay"),
                                       .text = SPAN("Я ждал шесть часов. شش ساعت منتظر ماندم."),
                                       .contact = SPAN("specimen@example.org"),
                                       .language = SPAN("ru") };
}

static struct complaint_filed file(unix_time at)
{
    struct complaint_request q = request();
    struct complaint_filed f;

    why_clear(&why);
    if (!complaint_file(store, &complaint_defaults, &q, at, &arena, &f, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return f;
}

/* "" when it was done, else the reason. */
static const char *act(const struct complaint_filed *f, enum complaint_step step, const char *office,
                       const char *outcome, unix_time at)
{
    bool traveller = step == COMPLAINT_APPEAL || step == COMPLAINT_WITHDRAW;
    struct complaint_act a = {
        .step = step, .office = span_str(office), .outcome = span_str(outcome), .text = SPAN("A text.")
    };
    struct complaint_view v;

    if (traveller)
        a.follow = span_str(f->follow);
    else
        a.reference = span_str(f->reference);
    why_clear(&why);
    return complaint_do(store, &complaint_defaults, &a, at, &arena, &v, &why) ? "" : why.reason;
}

static void the_way_of_a_complaint(void **state)
{
    struct complaint_filed f;

    (void)state;
    put_check("check-1", CODE);
    f = file(T0);
    assert_int_equal(f.view.row.due, T0 + 3 * DAY);
    assert_string_equal(act(&f, COMPLAINT_ACKNOWLEDGE, "border-office", NULL, T0 + DAY), "");
    assert_string_equal(act(&f, COMPLAINT_REVIEW, "border-office", NULL, T0 + DAY), "");
    assert_string_equal(act(&f, COMPLAINT_CLOSE, "border-office", NULL, T0 + DAY), "complaint-state");
    assert_string_equal(act(&f, COMPLAINT_ANSWER, "border-office", "not-upheld", T0 + 2 * DAY), "");
    assert_string_equal(act(&f, COMPLAINT_ANSWER, "border-office", "upheld", T0 + 2 * DAY),
                        "complaint-state");
    assert_string_equal(act(&f, COMPLAINT_CLOSE, "border-office", NULL, T0 + 3 * DAY), "too-early");
    assert_string_equal(act(&f, COMPLAINT_APPEAL, NULL, NULL, T0 + 5 * DAY), "");
    assert_string_equal(act(&f, COMPLAINT_DECIDE, "ombudsman", "upheld", T0 + 6 * DAY), "");
    assert_string_equal(act(&f, COMPLAINT_APPEAL, NULL, NULL, T0 + 7 * DAY), "complaint-state");
    assert_string_equal(act(&f, COMPLAINT_CLOSE, "ombudsman", NULL, T0 + 7 * DAY), "");
    assert_string_equal(act(&f, COMPLAINT_ANSWER, "border-office", "upheld", T0 + 8 * DAY),
                        "complaint-state");
}

/* However the name is written, the office that dealt with it does not decide the appeal. */
static void another_office_decides(void **state)
{
    static const struct {
        const char *office, *reason;
    } rows[] = { { "border-office", "same-office" },
                 { "Border-Office", "office" },
                 { "border-office ", "office" },
                 { "border--office", "office" },
                 { "border-office-", "office" },
                 { "-border-office", "office" },
                 { "border_office", "office" },
                 { "b\xd0\xbe"
                   "rder-office",
                   "office" },
                 { "", "office" },
                 { "reviewer", "same-office" },
                 { "ombudsman", "" } };
    struct complaint_filed f;

    (void)state;
    f = file(T0);
    assert_string_equal(act(&f, COMPLAINT_REVIEW, "reviewer", NULL, T0), "");
    assert_string_equal(act(&f, COMPLAINT_ANSWER, "border-office", "partly", T0), "");
    assert_string_equal(act(&f, COMPLAINT_APPEAL, NULL, NULL, T0), "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(act(&f, COMPLAINT_DECIDE, rows[i].office, "upheld", T0), rows[i].reason) != 0)
            fail_msg("\"%s\": %s", rows[i].office, why.reason ? why.reason : "done");
}

static void only_configured_offices(void **state)
{
    static const char *const answers[] = { "border-office" }, *const decides[] = { "ombudsman" };
    const struct complaint_rules rules = { .acknowledge = 3,
                                           .answer = 30,
                                           .appeal = 30,
                                           .decide = 30,
                                           .access = 120,
                                           .correction = 270,
                                           .keep = 365,
                                           .n_answer = 1,
                                           .n_decide = 1,
                                           .answer_office = answers,
                                           .decide_office = decides };
    struct complaint_filed f = file(T0);
    struct complaint_act a = { .step = COMPLAINT_ANSWER,
                               .reference = span_str(f.reference),
                               .office = SPAN("ombudsman"),
                               .outcome = SPAN("upheld"),
                               .text = SPAN("x") };
    struct complaint_view v;

    (void)state;
    why_clear(&why);
    assert_false(complaint_do(store, &rules, &a, T0, &arena, &v, &why));
    assert_string_equal(why.reason, "office");
    a.office = SPAN("border-office");
    assert_true(complaint_do(store, &rules, &a, T0, &arena, &v, &why));
}

/* Silence can be appealed, is marked late, and is counted. */
static void no_term_passes_silently(void **state)
{
    struct complaint_filed f = file(T0);
    struct complaint_view v;
    bool found = false;
    int64_t before = 0, late = 0;

    (void)state;
    assert_true(store_count_late_complaints(store, T0, &before, &why));
    assert_string_equal(act(&f, COMPLAINT_APPEAL, NULL, NULL, T0 + 3 * DAY), "too-early");
    assert_true(store_count_late_complaints(store, T0 + 3 * DAY + 1, &late, &why));
    assert_true(late >= 1 && late > before);
    assert_string_equal(act(&f, COMPLAINT_ACKNOWLEDGE, "border-office", NULL, T0 + 5 * DAY), "");
    assert_true(store_find_complaint(store, span_str(f.reference), (struct span){ NULL, 0 }, &found, &arena,
                                     &v, &why));
    assert_true(v.event[1].late);
    assert_string_equal(act(&f, COMPLAINT_APPEAL, NULL, NULL, T0 + 29 * DAY), "too-early");
    assert_string_equal(act(&f, COMPLAINT_APPEAL, NULL, NULL, T0 + 31 * DAY), "");
    assert_string_equal(act(&f, COMPLAINT_DECIDE, "border-office", "upheld", T0 + 32 * DAY), "same-office");
    assert_string_equal(act(&f, COMPLAINT_DECIDE, "ombudsman", "upheld", T0 + 99 * DAY), "");
    assert_true(store_find_complaint(store, span_str(f.reference), (struct span){ NULL, 0 }, &found, &arena,
                                     &v, &why));
    assert_true(v.event[v.n_events - 1].late);
}

static void an_appeal_has_its_time(void **state)
{
    struct complaint_filed f = file(T0);

    (void)state;
    assert_string_equal(act(&f, COMPLAINT_ANSWER, "border-office", "upheld", T0), "");
    assert_string_equal(act(&f, COMPLAINT_APPEAL, NULL, NULL, T0 + 30 * DAY + 1), "too-late");
    assert_string_equal(act(&f, COMPLAINT_CLOSE, "border-office", NULL, T0 + 30 * DAY + 1), "");
}

static void a_wrong_code_finds_nothing(void **state)
{
    struct complaint_filed f = file(T0);
    struct complaint_view v;
    struct complaint_act a = { .step = COMPLAINT_APPEAL, .text = SPAN("x") };
    char wrong[CODE_TEXT], typed[64] = "";
    bool found = true;
    size_t n = 0;

    (void)state;
    memcpy(wrong, f.follow, sizeof wrong);
    wrong[0] = wrong[0] == 'A' ? 'B' : 'A';
    assert_true(complaint_follow(store, span_str(wrong), &found, &arena, &v, &why) && !found);
    assert_true(complaint_follow(store, SPAN("' OR 1=1 --"), &found, &arena, &v, &why) && !found);
    assert_true(complaint_follow(store, span_str(f.reference), &found, &arena, &v, &why) && !found);
    assert_true(complaint_follow(store, span_str(CODE), &found, &arena, &v, &why) && !found);
    a.follow = span_str(wrong);
    assert_false(complaint_do(store, &complaint_defaults, &a, T0, &arena, &v, &why));
    assert_string_equal(why.reason, "complaint-unknown");
    for (size_t i = 0; f.follow[i]; i++) /* as people type: small letters, blanks for hyphens */
        typed[n++] = f.follow[i] == '-' ? ' ' : (char)(f.follow[i] >= 'A' ? f.follow[i] + 32 : f.follow[i]);
    assert_true(complaint_follow(store, span_str(typed), &found, &arena, &v, &why) && found);
}

static void what_is_filed_is_looked_at(void **state)
{
    static const struct {
        const char *what;
        struct span code, permission, subject, text, language;
        const char *reason;
    } rows[] = {
#define S(x) { (const uint8_t *)(x), sizeof(x) - 1 }
        { "no such check", S("ZZZZ-ZZZZ-ZZZZ-ZZZZ"), S(""), S("delay"), S("x"), S("en"), "no-check" },
        { "no code at all", S("hello"), S(""), S("delay"), S("x"), S("en"), "no-check" },
        { "neither", S(""), S(""), S("delay"), S("x"), S("en"), "request" },
        { "no such permission", S(""), S("IR-NONE"), S("delay"), S("x"), S("en"), "no-permission" },
        { "another subject", S("ABCD-EFGH-IJKL-MNOP"), S(""), S("revenge"), S("x"), S("en"), "request" },
        { "no text", S("ABCD-EFGH-IJKL-MNOP"), S(""), S("delay"), S(""), S("en"), "request" },
        { "no UTF-8", S("ABCD-EFGH-IJKL-MNOP"), S(""), S("delay"), S("\xff"), S("en"), "request" },
        { "control characters", S("ABCD-EFGH-IJKL-MNOP"), S(""), S("delay"), S("a\x1b[2J"), S("en"),
          "request" },
        { "no language", S("ABCD-EFGH-IJKL-MNOP"), S(""), S("delay"), S("x"), S("../en"), "request" },
#undef S
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct complaint_request q = { .code = rows[i].code,
                                       .permission = rows[i].permission,
                                       .subject = rows[i].subject,
                                       .text = rows[i].text,
                                       .language = rows[i].language };
        struct complaint_filed f;

        why_clear(&why);
        if (complaint_file(store, &complaint_defaults, &q, T0, &arena, &f, &why) ||
            strcmp(why.reason, rows[i].reason) != 0)
            fail_msg("%s: %s", rows[i].what, why.reason ? why.reason : "filed");
    }
}

static void the_same_request_is_one_complaint(void **state)
{
    struct complaint_request q = request();
    struct complaint_filed first, again;

    (void)state;
    q.id = SPAN("a-secret-id-of-the-page");
    why_clear(&why);
    assert_true(complaint_file(store, &complaint_defaults, &q, T0, &arena, &first, &why));
    assert_true(complaint_file(store, &complaint_defaults, &q, T0 + 9, &arena, &again, &why));
    assert_false(first.repeated);
    assert_true(again.repeated);
    assert_string_equal(first.follow, again.follow);
    q.text = SPAN("something else");
    assert_false(complaint_file(store, &complaint_defaults, &q, T0, &arena, &again, &why));
    assert_string_equal(why.reason, "request-conflict");
}

static bool in_file(const char *needle)
{
    char name[128];
    bool found = false;

    for (int i = 0; i < 2; i++) {
        struct span s;

        (void)snprintf(name, sizeof name, "%s%s", path, i ? "-wal" : "");
        if (access(name, R_OK) != 0)
            continue;
        s = load_file(&arena, name);
        found |= memmem(s.p, s.n, needle, strlen(needle)) != NULL;
    }
    return found;
}

/* Nothing of it stands in the files, neither before nor after the end; words and times stay for the figures.
 */
static void it_is_sealed_and_erased(void **state)
{
    struct complaint_filed f = file(T0);
    struct complaint_view v;
    int64_t closed = 0, erased = 0;
    bool found = false;

    (void)state;
    assert_false(in_file("specimen@example.org"));
    assert_false(in_file("шесть"));
    assert_false(in_file(f.follow));
    assert_string_equal(act(&f, COMPLAINT_ANSWER, "border-office", "upheld", T0), "");
    assert_true(complaint_tidy(store, &complaint_defaults, T0 + 10 * DAY, &closed, &erased, &arena, &why));
    assert_true(store_find_complaint(store, span_str(f.reference), (struct span){ NULL, 0 }, &found, &arena,
                                     &v, &why));
    assert_true(span_eq_str(v.row.state, "answered"));
    assert_true(complaint_tidy(store, &complaint_defaults, T0 + 40 * DAY, &closed, &erased, &arena, &why));
    assert_true(closed >= 1);
    assert_true(complaint_tidy(store, &complaint_defaults, T0 + 40 * DAY + 366 * DAY, &closed, &erased,
                               &arena, &why));
    assert_true(erased >= 1);
    assert_true(store_find_complaint(store, span_str(f.reference), (struct span){ NULL, 0 }, &found, &arena,
                                     &v, &why));
    assert_true(found && v.row.erased && !v.row.body.n && !v.row.about.n);
    for (size_t i = 0; i < v.n_events; i++)
        assert_int_equal(v.event[i].body.n, 0);
    assert_true(v.n_events >= 3);
}

static void figures_tell_nobody_apart(void **state)
{
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 16);
    assert_true(complaint_statistics(store, 0, T0 + 1000 * DAY, T0, &b, &why));
    assert_non_null(strstr(buf_cstr(&b), "\"filed\":"));
    assert_non_null(strstr(buf_cstr(&b), "\"decision\":0"));
    buf_free(&b);
}

static void codes(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = { { "abcd efgh ijkl mnop", "ABCD-EFGH-IJKL-MNOP" },
                 { "ABCDEFGHIJKLMN0P", "ABCD-EFGH-IJKL-MNOP" },
                 { "A1CD-EFGH-IJKL-MN8P", "AICD-EFGH-IJKL-MNBP" },
                 { "ABCD-EFGH-IJKL-MNO", NULL },
                 { "ABCD-EFGH-IJKL-MNOPQ", NULL },
                 { "ABCD-EFGH-IJKL-MNO9", NULL },
                 { "", NULL },
                 { "ABCD-EFGH-IJKL-MN\xc3\x9cP", NULL } };
    static const char text[] = "serai receipt v1\nmember IR\nevidence 00\n";
    char got[CODE_TEXT], with[CODE_TEXT], whole[128];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool ok = code_read(span_str(rows[i].in), got);

        if (ok != (rows[i].out != NULL) || (ok && strcmp(got, rows[i].out) != 0))
            fail_msg("%s", rows[i].in);
    }
    code_of_receipt(span_str(text), got);
    (void)snprintf(whole, sizeof whole, "serai receipt v1\nmember IR\ncode %s\nevidence 00\n", got);
    code_of_receipt(span_str(whole), with);
    assert_string_equal(got, with);
    code_of_receipt(SPAN("serai receipt v1\nmember KZ\nevidence 00\n"), with);
    assert_string_not_equal(got, with);
}

/* ---- stays ---- */

static struct travel_bearer bearer(const char *number)
{
    struct travel_bearer b;

    why_clear(&why);
    if (!travel_bearer_of(store, SPAN("KZ"), span_str(number), &b, &why))
        fail_msg("%s", why.detail);
    return b;
}

/* An entry that was admitted for 30 days in any 180. */
static void enter(const char *id, const struct travel_bearer *b, unix_time at, int left)
{
    static uint8_t hash[32];
    enum store_put what;
    struct span previous;
    struct check_record r = { .request_id = span_str(id),
                              .request_hash = span_of(hash, 32),
                              .response = SPAN("{}"),
                              .at = at,
                              .admitted = true,
                              .movement = MOVEMENT_ENTRY,
                              .traveller = b->key,
                              .member = SPAN("IR"),
                              .article = SPAN("5"),
                              .days = 30,
                              .period = 180,
                              .has_subject = true };

    r.until = date_add_days(date_of_time(at), left - 1);
    travel_digest_subject(store, b->digest, &r.subject);
    if (!store_put_check(store, &r, &what, &arena, &previous, &why))
        fail_msg("%s", why.detail);
}

static void an_overstay_is_counted_again(void **state)
{
    struct travel_bearer b = bearer("N-OVER1"), c = bearer("N-FINE1");
    const struct stay_standing *st = NULL;
    struct stay_repair r = { .traveller = &b.key,
                             .kind = MOVEMENT_EXIT,
                             .id = SPAN("repair-1"),
                             .office = SPAN("border-office"),
                             .reason = SPAN("exit-lane-down") };
    const struct repair_record *repairs = NULL;
    int64_t next = 0;
    size_t n = 0;

    (void)state;
    /* Ten days in January, the exit never recorded; again in March: the first stay fills the days. */
    enter("stay-1", &b, T0, 30);
    enter("stay-2", &b, T0 + 40 * DAY, 1);
    enter("stay-3", &c, T0 + 40 * DAY, 30);
    assert_true(stays_overdue(store, SPAN("IR"), date_of_time(T0 + 45 * DAY), 0, false, 0, &arena, &st, &n,
                              &next, &why));
    assert_int_equal(n, 1);
    assert_memory_equal(st[0].entry.traveller.b, b.key.b, 32);
    assert_true(st[0].exit_missing && st[0].over > 0);
    /* The exit is found: nine days were used, and nobody is over. */
    r.day = date_of_time(T0 + 9 * DAY);
    if (!stay_repair(store, SPAN("IR"), &r, T0 + 45 * DAY, 0, &arena, &why))
        fail_msg("%s", why.detail);
    assert_true(stays_overdue(store, SPAN("IR"), date_of_time(T0 + 45 * DAY), 0, false, 0, &arena, &st, &n,
                              &next, &why));
    assert_int_equal(n, 0);
    assert_true(store_repairs(store, &b.key, SPAN("IR"), &arena, &repairs, &n, &why));
    assert_int_equal(n, 1);
    assert_true(span_eq_str(repairs[0].office, "border-office"));
    /* Ten of thirty days are gone: the last day is the twentieth. */
    assert_true(stays_overdue(store, SPAN("IR"), date_of_time(T0 + 60 * DAY), 0, false, 0, &arena, &st, &n,
                              &next, &why));
    assert_int_equal(n, 1);
    assert_int_equal(st[0].over, 1);
    /* Who is about to be over, and who has no limit. */
    assert_true(stays_overdue(store, SPAN("IR"), date_of_time(T0 + 60 * DAY), 30, true, 0, &arena, &st, &n,
                              &next, &why));
    assert_int_equal(n, 2);
}

static void a_repair_closes_a_gap_or_is_none(void **state)
{
    struct travel_bearer b = bearer("N-GAP1");
    static const struct {
        const char *what;
        enum movement kind;
        int day;
        const char *id, *reason;
    } rows[] = {
        { "before the entry", MOVEMENT_EXIT, -5, "g-1", "no-gap" },
        { "in the future", MOVEMENT_EXIT, 200, "g-2", "request" },
        { "an entry where none is missing", MOVEMENT_ENTRY, 3, "g-3", "no-gap" },
        { "the exit", MOVEMENT_EXIT, 12, "g-4", "" },
        { "the same again", MOVEMENT_EXIT, 12, "g-4", "" },
        { "a second exit", MOVEMENT_EXIT, 15, "g-5", "no-gap" },
    };

    (void)state;
    enter("gap-1", &b, T0, 30);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stay_repair r = { .traveller = &b.key,
                                 .kind = rows[i].kind,
                                 .day = date_of_time(T0 + rows[i].day * DAY),
                                 .id = span_str(rows[i].id),
                                 .office = SPAN("border-office"),
                                 .reason = SPAN("stamp-seen") };
        const char *got;

        why_clear(&why);
        got = stay_repair(store, SPAN("IR"), &r, T0 + 100 * DAY, 0, &arena, &why) ? "" : why.reason;
        if (strcmp(got, rows[i].reason) != 0)
            fail_msg("%s: %s", rows[i].what, got);
    }
}

/* The digest leads to the stays and back; the bytes of an answer are what was said. */
static void an_answer_on_stays(void **state)
{
    struct travel_bearer b = bearer("N-ASK1");
    struct ask_desk d = { .member = SPAN("IR"), .store = store };
    struct ask_question q = { .to = SPAN("IR") };
    struct ask_reply reply;
    struct stays_answer s = { .n = 0 };
    uint8_t body[64];
    struct buffer w;

    (void)state;
    enter("ask-1", &b, T0, 30);
    buf_init_fixed(&w, body, sizeof body);
    buf_put(&w, SPAN("\xa3\x00\x01\x01\x58\x20"));
    buf_put(&w, span_of(b.digest, 32));
    buf_put(&w, SPAN("\x02\x00"));
    q.body = buf_span(&w);
    assert_true(stays_topic.answer(&d, &q, T0, &arena, &reply, &why));
    assert_int_equal(reply.said, ASK_SAID_ANSWERED);
    assert_true(stays_answer_read(reply.body, &arena, &s, &why));
    assert_int_equal(s.n, 1);
    assert_int_equal(date_to_days(s.stay[0].stay.from), date_to_days(date_of_time(T0)));
    assert_false(date_is_set(s.stay[0].stay.to));
    body[6] ^= 1;
    assert_true(stays_topic.answer(&d, &q, T0, &arena, &reply, &why));
    assert_int_equal(reply.said, ASK_SAID_UNKNOWN);
    q.body = SPAN("\xa0");
    assert_true(stays_topic.answer(&d, &q, T0, &arena, &reply, &why));
    assert_int_equal(reply.said, ASK_SAID_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_way_of_a_complaint),
        cmocka_unit_test(another_office_decides),
        cmocka_unit_test(only_configured_offices),
        cmocka_unit_test(no_term_passes_silently),
        cmocka_unit_test(an_appeal_has_its_time),
        cmocka_unit_test(a_wrong_code_finds_nothing),
        cmocka_unit_test(what_is_filed_is_looked_at),
        cmocka_unit_test(the_same_request_is_one_complaint),
        cmocka_unit_test(it_is_sealed_and_erased),
        cmocka_unit_test(figures_tell_nobody_apart),
        cmocka_unit_test(codes),
        cmocka_unit_test(an_overstay_is_counted_again),
        cmocka_unit_test(a_repair_closes_a_gap_or_is_none),
        cmocka_unit_test(an_answer_on_stays),
    };

    return cmocka_run_group_tests_name("service/complaint", tests, set_up, tear_down);
}
