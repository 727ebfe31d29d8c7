/* A list checked beforehand: everybody as a single check at the lane would, like ones found, and stopped
 * anywhere it goes on to the same end. */
#include "vectors.h"

#include "../store/fixture.h"
#include "check/manifest.h"
#include "check/manifest_internal.h"
#include "service/travel/revoked.h"
#include "wire/json.h"
#include "wire/mrz_codes.h"
#include "wire/mrz_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PERSONS = 1100 }; /* three parts */

static struct place here;
static struct check_context context;
static struct agreement *agreement;
static struct arena arena;
static struct why why;
static unix_time now;

static int load(void **state)
{
    static uint8_t text[256 * 1024];
    struct agreement_faults faults;
    FILE *f = fopen(source_path("agreements/eco.agreement"), "rb");

    (void)state;
    assert_non_null(f);
    agreement = agreement_parse(span_of(text, fread(text, 1, sizeof text, f)), &faults);
    (void)fclose(f);
    assert_non_null(agreement);
    now = time_of_date((struct date){ 2027, 3, 1 });
    return 0;
}

static int unload(void **state)
{
    (void)state;
    agreement_free(agreement);
    return 0;
}

static void document_ask(void *ctx, struct span state, enum document_kind kind,
                         const struct document_number *number, bool confused, unix_time at,
                         struct document_answer *out, unix_time *as_of)
{
    (void)ctx;
    (void)kind;
    (void)confused;
    *out = (struct document_answer){ .state = LOOKUP_NOT_LISTED };
    *as_of = at - 60;
    if (span_eq_str(state, "TM")) { /* keeps no list */
        out->state = LOOKUP_UNKNOWN;
        *as_of = 0;
    } else if (span_eq_str(state, "AF")) { /* its list is too old */
        out->state = LOOKUP_UNKNOWN;
    } else if (number->text[number->n - 1] == '7') {
        out->state = LOOKUP_LISTED;
        out->status = DOCUMENT_STOLEN;
        out->on = (struct date){ 2026, 5, 1 };
    }
}

static const struct document_lookup documents = { document_ask, NULL };

static int set_up(void **state)
{
    (void)state;
    place_make(&here);
    context = (struct check_context){ .member = "IR",
                                      .node_name = "ir.specimen",
                                      .agreement = agreement,
                                      .store = open_place(&here),
                                      .documents = &documents };
    arena_init(&arena, 1 << 28);
    why_clear(&why);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(context.store);
    arena_free(&arena);
    place_remove(&here);
    return 0;
}

/* ---- one person, as the lane would say ---- */

static const char *const states[] = { "PAK", "AFG", "TKM", "IRN", "TUR", "D", "UZB", "USA" };
static const char *const purposes[] = { "pilgrimage", "work", "tourism", "treatment", "" };
static const char *const modes[] = { "air", "road", "" };
static const char *const posts[] = { "bazargan", "mirjaveh", "" };

static unsigned draw(unsigned n)
{
    static uint64_t s = 88172645463325252u;

    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
    return (unsigned)(s % n);
}

static struct manifest_person any_person(char number[16])
{
    struct manifest_person p = { .at = 1, .kind = "PI"[draw(2)], .sex = MANIFEST_MALE };

    (void)snprintf(p.issuer, sizeof p.issuer, "%s", states[draw(8)]);
    (void)snprintf(p.nationality, sizeof p.nationality, "%s", draw(4) ? p.issuer : states[draw(8)]);
    (void)snprintf(number, 16, "N%07u", draw(3000));
    p.number = span_str(number);
    p.family = SPAN("SPECIMEN");
    p.given = SPAN("ALI");
    p.birth = date_from_days((day_number)draw(18000));
    p.expiry = date_add_days((struct date){ 2027, 3, 1 }, (int)draw(900) - 100);
    p.purpose = span_str(purposes[draw(5)]);
    p.mode = span_str(modes[draw(3)]);
    p.post = span_str(posts[draw(3)]);
    p.stay = (int32_t)draw(100);
    return p;
}

static struct span lines_of(const struct manifest_person *p)
{
    struct mrz_fields f = { .format = p->kind == 'I' ? MRZ_TD1 : MRZ_TD3,
                            .code = p->kind == 'I' ? SPAN("I") : SPAN("P"),
                            .issuer = span_str(p->issuer),
                            .number = p->number,
                            .nationality = span_str(p->nationality),
                            .primary = p->family,
                            .secondary = p->given,
                            .sex = MRZ_SEX_MALE };
    struct buffer b;

    f.birth = (struct mrz_date){ MRZ_DATE_LEGAL, p->birth.year, p->birth.month, p->birth.day };
    f.expiry = (struct mrz_date){ MRZ_DATE_LEGAL, p->expiry.year, p->expiry.month, p->expiry.day };
    buf_init(&b, 256);
    if (!mrz_write(&f, &b, NULL, &why))
        fail_msg("%s", why.detail);
    struct span s = arena_copy(&arena, buf_span(&b));

    buf_free(&b);
    return s;
}

/* Codes and articles of what speaks against admission, and whether anything does. */
static void said_by_lane(const struct manifest_person *p, char out[2048])
{
    struct check_request r = { .purpose = p->purpose,
                               .mode = p->mode,
                               .post = p->post,
                               .stay_days = p->stay,
                               .movement = MOVEMENT_NONE,
                               .examined = EXAMINED_YES,
                               .n_evidence = 1 };
    struct check_answer answer;
    struct json j;
    json_ref list;
    struct buffer b;

    r.evidence[0] = (struct evidence){ .kind = EVIDENCE_MRZ, .bytes = lines_of(p) };
    if (!check_run(&context, &r, now, &arena, &answer, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    assert_true(json_parse(answer.json, &arena, &j, &why));
    buf_init_fixed(&b, out, 2048);
    buf_str(&b, answer.outcome == OUTCOME_ADMIT ? "admit" : "refer");
    list = json_member(&j, JSON_ROOT, "reasons");
    for (json_ref x = json_first(&j, list); x != JSON_NONE; x = json_after(&j, list, x)) {
        /* what is said of evidence beside the agreement has notes of its own in a list */
        if (json_text_is(&j, json_member(&j, x, "for"), "referral") &&
            !json_is(&j, json_member(&j, x, "evidence"), JSON_KIND_NUMBER)) {
            struct span code = json_source(&j, json_member(&j, x, "code")),
                        text = json_source(&j, json_member(&j, x, "text"));

            buf_printf(&b, " %.*s/%.*s", (int)code.n, (const char *)code.p, (int)text.n,
                       (const char *)text.p);
        }
    }
    list = json_member(&j, JSON_ROOT, "missing");
    for (json_ref x = json_first(&j, list); x != JSON_NONE; x = json_after(&j, list, x))
        buf_printf(&b, " ?%.*s", (int)json_source(&j, x).n, (const char *)json_source(&j, x).p);
    (void)buf_cstr(&b);
}

static void said_by_list(const struct manifest_person *p, char out[2048])
{
    const struct manifest_setting s = { .check = &context, .officer = SPAN("post"), .now = now };
    struct manifest_verdict v;
    struct buffer b;

    if (!manifest_decide(&s, p, &arena, &v, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    buf_init_fixed(&b, out, 2048);
    buf_str(&b, v.verdict.outcome == OUTCOME_ADMIT ? "admit" : "refer");
    for (size_t i = 0; i < v.verdict.n_reasons; i++)
        if (!v.verdict.reason[i].for_admission)
            buf_printf(&b, " \"%s\"/\"%s\"", v.verdict.reason[i].code, v.verdict.reason[i].text);
    for (size_t i = 0; i < v.verdict.n_missing; i++)
        buf_printf(&b, " ?\"%s\"", fact_name(v.verdict.missing[i]));
    (void)buf_cstr(&b);
}

/* With earlier stays, listed documents, documents out of date: the same words, for the same reasons. */
static void everybody_as_at_the_lane(void **state)
{
    char number[16], at_lane[2048], in_list[2048];
    size_t admitted = 0;

    (void)state;
    for (int i = 0; i < 300; i++) {
        struct manifest_person p = any_person(number);
        char issuer[4];

        if (draw(3) == 0) {
            struct traveller_key t;
            char id[32];

            (void)snprintf(issuer, sizeof issuer, "%s", strcmp(p.issuer, "D") == 0 ? "D<<" : p.issuer);
            store_traveller_key(context.store, span_str(issuer), p.number, &t);
            (void)snprintf(id, sizeof id, "e%d", i);
            assert_true(store_put_movement(context.store, &t, SPAN("IR"), MOVEMENT_ENTRY,
                                           now - (unix_time)(40 + draw(60)) * 86400, span_str(id), &why));
            (void)snprintf(id, sizeof id, "x%d", i);
            if (draw(2))
                assert_true(store_put_movement(context.store, &t, SPAN("IR"), MOVEMENT_EXIT,
                                               now - (unix_time)draw(30) * 86400, span_str(id), &why));
        }
        arena_reset(&arena);
        said_by_lane(&p, at_lane);
        said_by_list(&p, in_list);
        if (strcmp(at_lane, in_list) != 0)
            fail_msg("person %d: the lane says %s, the list %s", i, at_lane, in_list);
        admitted += in_list[0] == 'a';
    }
    assert_true(admitted > 10 && admitted < 290); /* both are seen */
}

/* ---- permissions ---- */

static uint32_t notes_of(const char *permission, const char *number, struct manifest_verdict *v)
{
    const struct manifest_setting s = { .check = &context, .officer = SPAN("post"), .now = now };
    struct manifest_person p = { .kind = 'P',
                                 .issuer = "PAK",
                                 .nationality = "PAK",
                                 .number = span_str(number),
                                 .birth = { 1990, 5, 14 },
                                 .expiry = { 2031, 5, 13 },
                                 .purpose = SPAN("work"),
                                 .mode = SPAN("air"),
                                 .permission = span_str(permission) };

    why_clear(&why);
    if (!manifest_decide(&s, &p, &arena, v, &why))
        fail_msg("%s", why.detail);
    return v->notes;
}

static void permissions_are_looked_up(void **state)
{
    static const uint8_t hash[32] = { 7 };
    struct permission_revocation r = { SPAN("I12345678"), { 2027, 1, 1 }, SPAN("fraud") };
    struct manifest_verdict v;
    struct traveller_key t;
    char body[400], hex[65];
    bool is;

    (void)state;
    (void)hash;
    store_traveller_key(context.store, SPAN("PAK"), SPAN("N1"), &t);
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", t.b[i]);
    (void)snprintf(
        body, sizeof body,
        "{\"kind\":\"eco "
        "visa\",\"purpose\":\"work\",\"holder\":\"%s\",\"from\":\"2027-01-01\",\"until\":\"2027-12-31\","
        "\"entries\":2,\"stay_days\":30}",
        hex);
    assert_true(store_put_permission(context.store, SPAN("IR-I12345678"), span_str(body), 1, &why));
    assert_int_equal(notes_of("I12345678", "N1", &v), 0);
    assert_int_equal(v.verdict.outcome, OUTCOME_ADMIT);
    assert_string_equal(v.verdict.article, "7");
    assert_int_equal(notes_of("i-1234 5678", "N2", &v), 1u << NOTE_PERMISSION_OTHER);
    assert_int_equal(v.verdict.outcome, OUTCOME_REFER);
    assert_int_equal(notes_of("I99999999", "N1", &v), 1u << NOTE_PERMISSION_UNKNOWN);
    assert_int_equal(v.verdict.outcome, OUTCOME_REFER);
    assert_true(revoked_put(context.store, SPAN("IR"), SPAN("I12345678"), &r, now, &why));
    is = notes_of("I12345678", "N1", &v) >> NOTE_PERMISSION_REVOKED & 1;
    assert_true(is);
    assert_int_equal(v.verdict.outcome, OUTCOME_REFER);
}

/* ---- screening ---- */

static bool screen_some(void *ctx, const struct manifest_person *p, struct span purpose, struct span officer,
                        struct arena *a, struct manifest_screened *out, struct why *w)
{
    (void)a;
    ++*(int *)ctx;
    assert_true(span_eq_str(purpose, "manifest") && officer.n);
    if (span_eq_str(p->family, "BROKEN"))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "not now");
    *out = (struct manifest_screened){ true, span_eq_str(p->family, "FOUND"), .97f };
    return true;
}

static void names_are_screened_by_whoever_can(void **state)
{
    int asked = 0;
    const struct manifest_screen screen = { screen_some, &asked };
    const struct manifest_setting s = { &context, &screen, SPAN("post"), now };
    struct manifest_person p = { .family = SPAN("FOUND") };
    struct manifest_verdict v;

    (void)state;
    assert_true(manifest_decide(&s, &p, &arena, &v, &why));
    assert_true(v.notes >> NOTE_SCREENED & 1);
    p.family = SPAN("BROKEN");
    assert_true(manifest_decide(&s, &p, &arena, &v, &why));
    assert_true(v.notes >> NOTE_NOT_SCREENED & 1); /* not known, and never "none" */
    p.family = SPAN("SPECIMEN");
    assert_true(manifest_decide(&s, &p, &arena, &v, &why));
    assert_int_equal(v.notes & (1u << NOTE_SCREENED | 1u << NOTE_NOT_SCREENED), 0);
    assert_int_equal(asked, 3);
}

/* ---- whole lists ---- */

static struct span a_list(void)
{
    static char text[PERSONS * 120];
    size_t n = (size_t)snprintf(text, sizeof text,
                                "document_state,document_kind,document_number,expiry,family_name,given_names,"
                                "birth,sex,nationality,purpose,mode,entry\n");

    for (int i = 0; i < PERSONS; i++) {
        /* 7 and 1007: one document; 20 and 900: one person; 30 and 31: a month and a day swapped */
        int number = i == 1007 ? 7 : i, who = i == 1007 ? 7 : i == 900 ? 20 : i == 31 ? 30 : i;
        const char *birth = i == 30 ? "1980-05-09" : i == 31 ? "1980-09-05" : "";
        char day[16];

        (void)snprintf(day, sizeof day, "%04d-%02d-%02d", 1950 + who % 53, 1 + who % 12, 1 + who % 28);
        n += (size_t)snprintf(
            text + n, sizeof text - n,
            "PK,P,S%06d,2031-05-13,SPECIMEN%c%c,%c%c%c ALI,%s,M,PK,pilgrimage,air,2027-03-01\n", number,
            'A' + who % 26, 'A' + who / 26 % 26, 'B' + who % 17, 'A' + who * 7 % 26, 'C' + who / 100,
            birth[0] ? birth : day);
    }
    return span_of(text, n);
}

static void take(char reference[MANIFEST_REFERENCE])
{
    const struct manifest_request r = { .office = SPAN("post"), .text = a_list() };
    static struct manifest_report report;
    enum store_put what;

    why_clear(&why);
    if (!manifest_take(&context, &r, now, reference, &what, &arena, &report, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    assert_int_equal(report.persons, PERSONS);
}

static struct span all_results(const char *reference)
{
    struct manifest_page q = {
        .reference = span_str(reference), .office = SPAN("post"), .from = 1, .most = 300
    };
    struct buffer b;
    size_t n = 0, sum = 0;
    struct span s;

    buf_init(&b, 64 << 20);
    for (int64_t next = 1; next; sum += n) {
        q.from = next;
        if (!manifest_results(&context, &q, true, now, &arena, &b, &n, &next, &why))
            fail_msg("%s", why.detail);
    }
    assert_int_equal(sum, PERSONS);
    s = arena_copy(&arena, buf_span(&b));
    buf_free(&b);
    return s;
}

struct stopper {
    int64_t at; /* parts after which it is killed, or stopped */
    int64_t done;
};

static void count_parts(void *ctx, int64_t done, int64_t parts)
{
    struct stopper *s = ctx;

    (void)parts;
    s->done++;
    (void)done;
    if (s->at < 0 && s->done == -s->at)
        _exit(9); /* as if killed: nothing is put in order */
}

static bool stop_after(void *ctx)
{
    const struct stopper *s = ctx;

    return s->at > 0 && s->done >= s->at;
}

static bool run(const char *reference, struct stopper *s)
{
    const struct manifest_job j = {
        .check = &context, .threads = 1, .now = now, .ending = stop_after, .progress = count_parts, .ctx = s
    };

    why_clear(&why);
    return manifest_run(&j, span_str(reference), &why);
}

static void stopped_it_goes_on_to_the_same_end(void **state)
{
    char reference[MANIFEST_REFERENCE], other[MANIFEST_REFERENCE];
    struct stopper s = { .at = 1 }, rest = { 0 };
    struct span first, second;

    (void)state;
    take(reference);
    assert_false(run(reference, &s));
    assert_string_equal(why.reason, "stopped");
    assert_int_equal(s.done, 1);
    take(other); /* the same command again: the same list */
    assert_string_equal(reference, other);
    assert_true(run(reference, &rest));
    assert_int_equal(rest.done, 2); /* only what was missing */
    first = all_results(reference);
    assert_true(store_erase_manifest(context.store, span_str(reference), SPAN("post"), now, &why));
    take(reference);
    rest = (struct stopper){ 0 };
    assert_true(run(reference, &rest));
    assert_int_equal(rest.done, 3);
    second = all_results(reference);
    assert_true(span_eq(first, second));
}

/* Killed behind each part in turn, as the next process finds it. */
static void killed_it_goes_on_to_the_same_end(void **state)
{
    char reference[MANIFEST_REFERENCE];
    struct stopper whole = { 0 };
    struct span expected, got;

    (void)state;
    take(reference);
    assert_true(run(reference, &whole));
    expected = all_results(reference);
    for (int64_t at = 1; at <= 3; at++) {
        int status = 0;
        pid_t child;

        assert_true(store_erase_manifest(context.store, span_str(reference), SPAN("post"), now, &why));
        store_close(context.store);
        child = fork();
        if (child == 0) {
            struct stopper s = { .at = -at };

            context.store = open_place(&here);
            take(reference);
            (void)run(reference, &s);
            _exit(1);
        }
        assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 9);
        context.store = open_place(&here);
        whole = (struct stopper){ 0 };
        assert_true(run(reference, &whole));
        assert_int_equal(whole.done, 3 - at);
        got = all_results(reference);
        assert_true(span_eq(expected, got));
    }
}

/* Of some the store knows stays: by two threads, a part asked for at once, as of each alone. */
static void stays_of_a_part_are_those_of_each(void **state)
{
    struct manifest_setting s = { .check = &context, .officer = SPAN("post"), .now = now };
    const struct manifest_job j = { .check = &context, .threads = 2, .now = now };
    char reference[MANIFEST_REFERENCE], number[16], id[16];
    size_t over = 0;

    (void)state;
    take(reference);
    for (int i = 0; i < PERSONS; i += 29) {
        struct traveller_key t;

        (void)snprintf(number, sizeof number, "S%06d", i);
        (void)snprintf(id, sizeof id, "e%d", i);
        store_traveller_key(context.store, SPAN("PAK"), span_str(number), &t);
        assert_true(store_put_movement(context.store, &t, SPAN("IR"), MOVEMENT_ENTRY,
                                       now - (unix_time)(20 + i % 90) * 86400, span_str(id), &why));
    }
    assert_true(manifest_run(&j, span_str(reference), &why));
    for (int64_t part = 0; part <= (PERSONS - 1) / MANIFEST_PART; part++) {
        struct manifest_result got;
        struct result_reader r;
        struct span list, made;
        struct reader people;
        bool found;

        assert_true(
            manifest_part(&context, span_str(reference), PART_LIST, part, &found, &arena, &list, &why) &&
            found);
        assert_true(
            manifest_part(&context, span_str(reference), PART_RESULTS, part, &found, &arena, &made, &why) &&
            found);
        assert_true(result_open(made, &arena, &r, &why));
        people = rd_of(list);
        for (size_t i = 0; i < r.n; i++) {
            struct manifest_verdict alone;
            struct manifest_person p;

            assert_true(manifest_unpack(&people, &p) && result_next(&r, &got));
            assert_true(manifest_decide(&s, &p, &arena, &alone, &why));
            assert_int_equal(got.outcome, alone.verdict.outcome);
            assert_int_equal(got.days_used, alone.verdict.days_used);
            assert_int_equal(got.n_missing, alone.verdict.n_missing);
            assert_int_equal(got.notes, alone.notes);
            if (got.stay_limited)
                assert_int_equal(date_cmp(got.last_day, alone.verdict.last_day), 0);
            over += got.days_used > 0;
        }
    }
    assert_true(over > 0);
}

static void like_ones_are_pointed_out(void **state)
{
    char reference[MANIFEST_REFERENCE];
    struct stopper whole = { 0 };
    const char *text;

    (void)state;
    take(reference);
    assert_true(run(reference, &whole));
    text = arena_str(&arena, all_results(reference));
    assert_non_null(strstr(text, "same-document:1008"));
    assert_non_null(strstr(text, "same-document:8"));
    assert_non_null(strstr(text, "same-person:901"));
    assert_non_null(strstr(text, "same-person:21"));
    assert_non_null(strstr(text, "look-alike:32"));
}

static void organisers_are_told_what_to_mend_alone(void **state)
{
    const struct manifest_request r = {
        .office = SPAN("post"),
        .text = SPAN("document_state,document_kind,document_number,expiry,family_name,given_names,birth,sex,"
                     "nationality,purpose,mode,entry\n"
                     "PK,P,S0000007,2031-05-13,SPECIMEN,ALI,1990-05-14,M,PK,pilgrimage,air,2027-03-01\n"
                     "PK,P,S0000001,2031-05-13,SPECIMEN,OMAR,1990-13-14,M,PK,sightseeing,air,2027-03-01\n")
    };
    struct manifest_page q = { .office = SPAN("organiser"), .view = MANIFEST_ORGANISER, .from = 1 };
    static struct manifest_report report;
    char reference[MANIFEST_REFERENCE];
    struct stopper whole = { 0 };
    enum store_put what;
    struct buffer b;
    const char *text;
    int64_t next;
    size_t n;

    (void)state;
    assert_true(manifest_take(&context, &r, now, reference, &what, &arena, &report, &why));
    assert_true(run(reference, &whole));
    q.reference = span_str(reference);
    buf_init(&b, 1 << 20);
    assert_true(manifest_results(&context, &q, false, now, &arena, &b, &n, &next, &why));
    text = buf_cstr(&b);
    assert_int_equal(n, 2);
    assert_null(strstr(text, "listed"));
    assert_null(strstr(text, "contradiction"));
    assert_null(strstr(text, "outcome"));
    assert_non_null(strstr(text, "{\"column\":\"birth\",\"fault\":\"date\"}"));
    assert_non_null(strstr(text, "{\"column\":\"purpose\",\"fault\":\"word\"}"));
    buf_reset(&b);
    q.view = MANIFEST_OFFICER;
    assert_true(manifest_results(&context, &q, false, now, &arena, &b, &n, &next, &why));
    assert_non_null(strstr(buf_cstr(&b), "document-listed"));
    q.only = SPAN("no such");
    assert_false(manifest_results(&context, &q, false, now, &arena, &b, &n, &next, &why));
    assert_string_equal(why.reason, "request");
    buf_free(&b);
}

/* Another list's part, or a part in another's place, does not open. */
static void what_is_sealed_stays_in_its_place(void **state)
{
    struct span sealed = manifest_seal(context.store, SPAN("M1"), "list 1", SPAN("SPECIMEN"), &arena), plain;

    (void)state;
    assert_true(manifest_unseal(context.store, SPAN("M1"), "list 1", sealed, &arena, &plain, &why));
    assert_true(span_eq_str(plain, "SPECIMEN"));
    assert_false(manifest_unseal(context.store, SPAN("M1"), "list 2", sealed, &arena, &plain, &why));
    assert_string_equal(why.reason, "sealed");
    assert_false(manifest_unseal(context.store, SPAN("M2"), "list 1", sealed, &arena, &plain, NULL));
    assert_false(
        manifest_unseal(context.store, SPAN("M1"), "list 1", span_sub(sealed, 0, 20), &arena, &plain, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everybody_as_at_the_lane, set_up, tear_down),
        cmocka_unit_test_setup_teardown(permissions_are_looked_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_are_screened_by_whoever_can, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopped_it_goes_on_to_the_same_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(killed_it_goes_on_to_the_same_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stays_of_a_part_are_those_of_each, set_up, tear_down),
        cmocka_unit_test_setup_teardown(like_ones_are_pointed_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(organisers_are_told_what_to_mend_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_sealed_stays_in_its_place, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
