/* Notices: the record, the rules at intake, who reviews, and every way round the safeguards that we know. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/node_key.h"
#include "service/notice/notice_book.h"

enum { DAY = 86400, HOUR = 3600 };
static const unix_time T0 = 1804000000; /* 2027-03-02 */
static const unix_time EXPIRES = 1804000000 + 300 * 86400;

static char folder[64], path[96];
static struct store *store;
static struct arena arena;
static struct agreement *agreement;
static struct notice_book *book;
static struct why why, passed;
static uint8_t secret[NODE_SECRET_KEY], other_secret[NODE_SECRET_KEY];
static struct signer signer, other_signer;
static unsigned changes;
static uint64_t place;

static void changed(void *ctx, struct span id)
{
    (void)ctx;
    changes += id.n > 0;
}

static void open_agreement(void)
{
    struct agreement_faults faults;
    char name[512];
    struct span text;
    static char bytes[256 * 1024];
    FILE *f;

    (void)snprintf(name, sizeof name, "%s/agreements/eco.agreement", getenv("SERAI_SOURCE"));
    f = fopen(name, "rb");
    assert_non_null(f);
    text = span_of(bytes, fread(bytes, 1, sizeof bytes, f));
    (void)fclose(f);
    agreement = agreement_parse(text, &faults);
    assert_non_null(agreement);
}

static int set_up(void **state)
{
    struct store_options opt = { .path = path };
    uint8_t seed[NODE_SEED] = { 1 }, pub[NODE_PUBLIC_KEY];
    const struct notice_watch watch = { NULL, changed };

    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/serai-notice-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    why_clear(&why);
    assert_true(node_crypto_init());
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    seed[0] = 2;
    node_key_from_seed(seed, pub, other_secret);
    signer_in_memory(other_secret, &other_signer);
    arena_init(&arena, 512 << 20);
    open_agreement();
    if (!store_open(&opt, &store, &why))
        fail_msg("%s", why.detail);
    assert_true(notice_book_open(store, agreement, SPAN("PK"), &book, &why));
    assert_true(notice_book_watch(book, &watch));
    changes = 0;
    place = 100;
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    notice_book_close(book);
    store_close(store);
    agreement_free(agreement);
    arena_free(&arena);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* ---- notices ---- */

#define QUALITY                                                                                              \
    "\"quality\":{\"is\":\"fact\",\"source\":\"SPECIMEN\",\"on\":\"2027-01-02\",\"by\":\"kz.police\"}"

static const char WANTED[] =
    "{\"kind\":\"wanted\",\"category\":\"drug "
    "trafficking\",\"authority\":\"kz.police\",\"action\":\"arrest\","
    "\"basis\":{\"article\":\"31\",\"offence\":\"trafficking\",\"provision\":\"SPECIMEN code 297\","
    "\"penalty_months\":144,\"warrant\":{\"court\":\"SPECIMEN "
    "court\",\"number\":\"W-17\",\"on\":\"2027-01-02\"}},"
    "\"facts\":\"SPECIMEN: transport of heroin.\",\"expires\":\"2027-12-27T00:53:20Z\","
    "\"review_due\":\"2027-08-29T00:53:20Z\",\"person\":{\"status\":\"charged\",\"names\":[{\"text\":"
    "\"SPECIMEN "
    "Samat\",\"script\":\"Latn\",\"kind\":\"primary\"," QUALITY "}],\"births\":[{\"value\":\"1980-03-01\","
    "\"precision\":\"day\"," QUALITY "}],\"nationalities\":[{\"state\":\"KZ\",\"certain\":true," QUALITY
    "}]},"
    "\"checklist\":{\"political\":false,\"military\":false,\"religious\":false,\"racial\":false}}";

static const uint64_t NUMBER = 17;
static const struct span ID = { (const uint8_t *)"KZ-2027-17", 10 };

/* A signed notice; change: what is to be different. */
static struct notice *made(int64_t version, void (*change)(struct notice *n))
{
    struct notice *n = NULL;

    if (!notice_read_draft(span_str(WANTED), &arena, &n, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    n->id = ID;
    n->version = version;
    n->nonce = SPAN("00112233445566778899aabbccddeeff");
    n->issuer = SPAN("KZ");
    n->drafted = SPAN("a.one");
    n->signed_by = SPAN("b.two");
    n->at = T0;
    n->expires = EXPIRES;
    n->checklist.officer = SPAN("a.one");
    n->checklist.at = T0;
    if (change)
        change(n);
    return n;
}

static struct span bytes_of(const struct notice *n)
{
    struct buffer b;
    struct span s;

    buf_init(&b, 1 << 20);
    assert_true(notice_put(n, &arena, &b, &why));
    s = arena_copy(&arena, buf_span(&b));
    buf_free(&b);
    return s;
}

static const struct notice *signed_notice(const struct notice *n)
{
    const struct notice *out = NULL;

    if (!notice_read(bytes_of(n), &arena, &out, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return out;
}

/* ---- arrivals ---- */

static void name_of(struct span owner, char out[16])
{
    (void)snprintf(out, 16, "%c%c.specimen", owner.p[0] | 0x20, owner.p[1] | 0x20);
}

static void arrive(struct span owner, bool notice, const char *stream, const char *audience, const char *type,
                   struct span json, const struct signer *by)
{
    char *name = arena_alloc(&arena, 16), *origin = arena_alloc(&arena, 128);
    struct notice_arrival x = { .owner = owner,
                                .pub = signer.pub,
                                .stream = span_str(stream),
                                .audience = span_str(audience),
                                .shard = SPAN("2027"),
                                .index = place++,
                                .ordinal = NUMBER - 1,
                                .type = span_str(type) };

    name_of(owner, name);
    (void)snprintf(origin, 128, "%s/%s/%s/2027", name, stream, audience);
    x.name = span_str(name);
    x.origin = span_str(origin);
    assert_true(notice_sign(notice, json, x.name, by, &arena, &x.body, &why));
    if (!notice_book_take(book, &x, &passed, &why))
        fail_msg("%s: %s", why.reason, why.detail);
}

static void say_by(struct span owner, const struct notice_statement *s, const struct signer *by)
{
    struct buffer b;

    buf_init(&b, 1 << 20);
    assert_true(notice_statement_put(s, &arena, &b, &why));
    arrive(owner, false, NOTICES_STREAM, "all", notice_statement_type(s), buf_span(&b), by);
    buf_free(&b);
}

static void say(struct span owner, const struct notice_statement *s)
{
    say_by(owner, s, &signer);
}

static void propose(const struct notice *n)
{
    struct notice_statement s = {
        .what = NOTICE_SAYS_PROPOSED, .id = n->id, .version = n->version, .kind = n->kind, .at = n->at
    };

    s.n_stakes = notice_stakes(agreement, n, s.stake);
    memcpy(s.digest, n->digest, NOTICE_DIGEST);
    say(SPAN("KZ"), &s);
}

static void publish(const struct notice *n)
{
    arrive(SPAN("KZ"), true, NOTICES_STREAM, "all", NOTICE_TYPE, bytes_of(n), &signer);
}

static struct notice_statement confirmation(const struct notice *n)
{
    struct notice_statement s = { .what = NOTICE_SAYS_CONFIRMED,
                                  .id = n->id,
                                  .version = n->version,
                                  .officer = SPAN("r.one"),
                                  .second = SPAN("s.two"),
                                  .reason = SPAN("SPECIMEN"),
                                  .checked = true,
                                  .at = n->at + HOUR };

    memcpy(s.digest, n->digest, NOTICE_DIGEST);
    return s;
}

static struct span drawn(const struct notice *n)
{
    struct span stake[NOTICE_STAKES];

    return notice_reviewer(agreement, n->id, stake, notice_stakes(agreement, n, stake));
}

static void confirm(const struct notice *n)
{
    const struct notice_statement s = confirmation(n);

    say(drawn(n), &s);
}

static void activate(const struct notice *n)
{
    propose(n);
    confirm(n);
    publish(n);
}

static void act(struct span owner, enum notice_what what, unix_time at)
{
    const struct notice_statement s = { .what = what,
                                        .id = ID,
                                        .officer = SPAN("a.one"),
                                        .second = what == NOTICE_SAYS_RESUMED ? SPAN("b.two") : SPAN(""),
                                        .reason = SPAN("SPECIMEN"),
                                        .at = at };

    say(owner, &s);
}

static const struct notice_held *held(unix_time now)
{
    const struct notice_held *h = NULL;
    bool found = false;

    if (!notice_book_find(book, ID, now, &arena, &found, &h, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return found ? h : NULL;
}

static enum notice_state state_at(unix_time now)
{
    const struct notice_held *h = held(now);

    return h ? h->state : NOTICE_DRAFT;
}

static bool count_one(void *ctx, const struct notice_held *h, struct why *w)
{
    (void)w;
    *(size_t *)ctx += h->notice != NULL;
    return true;
}

static size_t active_at(unix_time now)
{
    size_t n = 0;

    assert_true(notice_book_active(book, now, count_one, &n, &why));
    return n;
}

/* ---- the record ---- */

static void reading_is_strict(void **state)
{
    static const struct {
        const char *what, *from, *to;
    } cases[] = {
        { "a member nobody knows", "\"kind\":", "\"colour\":\"red\",\"kind\":" },
        { "no kind", "\"kind\":\"wanted\",", "" },
        { "a name without script", "\"script\":\"Latn\",", "" },
        { "a script that is none", "\"Latn\"", "\"latin\"" },
        { "a name without kind", "\"kind\":\"primary\",", "" },
        { "a status that is none", "\"charged\"", "\"guilty\"" },
        { "no status", "\"status\":\"charged\",", "" },
        { "an action that is none", "\"arrest\"", "\"shoot\"" },
        { "a day that is none", "1980-03-01", "1980-02-30" },
        { "a range without end", "\"precision\":\"day\"", "\"precision\":\"range\"" },
        { "a fraction of months", "144", "144.5" },
        { "two subjects", "\"person\":", "\"object\":{\"kind\":\"vehicle\"},\"person\":" },
        { "a State in small letters", "\"state\":\"KZ\"", "\"state\":\"kz\"" },
        { "a check-list with a question left out", "\"racial\":false", "\"note\":\"x\"" },
        { "control characters", "heroin", "her\\u0001in" },
    };
    struct notice *n;

    (void)state;
    assert_true(notice_read_draft(span_str(WANTED), &arena, &n, &why));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *at = strstr(WANTED, cases[i].from);
        char text[4096];

        assert_non_null(at);
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - WANTED), WANTED, cases[i].to,
                       at + strlen(cases[i].from));
        why_clear(&why);
        if (notice_read_draft(span_str(text), &arena, &n, &why))
            fail_msg("%s", cases[i].what);
        assert_string_equal(why.reason, "notice");
    }
}

static void only_canonical_bytes_are_a_notice(void **state)
{
    struct span s = bytes_of(made(1, NULL));
    const struct notice *n;
    char *more = arena_alloc(&arena, s.n + 1);

    (void)state;
    assert_true(notice_read(s, &arena, &n, &why));
    assert_true(span_eq(bytes_of(n), s));
    memcpy(more, s.p, s.n);
    more[s.n] = ' ';
    assert_false(notice_read(span_of(more, s.n + 1), &arena, &n, &why));
    assert_string_equal(why.reason, "canonical");
    why_clear(&why);
    assert_false(notice_read(span_str(WANTED), &arena, &n, &why));
    assert_string_equal(why.reason, "notice");
}

static void later(struct notice *n)
{
    n->at += DAY;
    n->expires += DAY;
    n->drafted = SPAN("c.three");
}

static void harsher(struct notice *n)
{
    n->facts = SPAN("SPECIMEN: another deed.");
}

static void substance_is_all_but_times_and_signers(void **state)
{
    const struct notice *a = signed_notice(made(1, NULL)), *b = signed_notice(made(2, later)),
                        *c = signed_notice(made(1, harsher));

    (void)state;
    assert_memory_equal(a->substance, b->substance, NOTICE_DIGEST);
    assert_memory_not_equal(a->digest, b->digest, NOTICE_DIGEST);
    assert_memory_not_equal(a->substance, c->substance, NOTICE_DIGEST);
}

/* ---- the rules ---- */

static void no_basis(struct notice *n)
{
    n->article = SPAN("5");
}
static void low(struct notice *n)
{
    n->penalty_months = 23;
}
static void no_warrant(struct notice *n)
{
    n->warrant = (struct notice_warrant){ 0 };
}
static void family(struct notice *n)
{
    n->offence = SPAN("family matter");
}
static void own_category(struct notice *n)
{
    n->category = SPAN("blasphemy");
}
static void religious(struct notice *n)
{
    n->checklist.matters = 1u << NOTICE_RELIGIOUS;
}
static void unchecked(struct notice *n)
{
    n->checklist = (struct notice_checklist){ 0 };
}
static void too_long(struct notice *n)
{
    n->expires = n->at + (unix_time)1826 * DAY;
}
static void no_end(struct notice *n)
{
    n->expires = n->at;
}
static void review_late(struct notice *n)
{
    n->review_due = n->at + (unix_time)366 * DAY;
}
static void one_person(struct notice *n)
{
    n->signed_by = n->drafted;
}
static void alias_alone(struct notice *n)
{
    n->person.name[0].kind = NOTICE_NAME_WEAK;
}
static void no_source(struct notice *n)
{
    n->person.birth[0].quality = (struct notice_quality){ 0 };
}
static void to_come(struct notice *n)
{
    n->person.birth[0].quality.on = (struct date){ 2028, 1, 1 };
}
static void telephone(struct notice *n)
{
    n->facts = SPAN("Call +77010001122 at night");
}
static void passport(struct notice *n)
{
    n->facts = SPAN("He travels with N7654321.");
}
static void mail(struct notice *n)
{
    n->facts = SPAN("writes to x@example.org");
}
static void persian(struct notice *n)
{
    n->facts = SPAN("شمارهٔ ملی ۱۲۳۴۵۶۷۸۹۰ برادر");
}
static void plain(struct notice *n)
{
    n->facts = SPAN("On 2027-01-02 he sold 250000 USD worth at km 14.");
}
static void itself(struct notice *n)
{
    n->link[0] = n->id, n->n_links = 1;
}
static void missing(struct notice *n)
{
    n->person.status = NOTICE_MISSING;
}

static void victim(struct notice *n)
{
    n->kind = SPAN("protection");
    n->category = SPAN("human trafficking");
    n->person.status = NOTICE_VICTIM;
}

static void victim_if_flagged(struct notice *n)
{
    victim(n);
    n->action = NOTICE_PROTECT;
    n->has_if_flagged = true;
    n->if_flagged = NOTICE_ARREST;
}

static void victim_protected(struct notice *n)
{
    victim(n);
    n->action = NOTICE_PROTECT;
}

static void plate_of_another(struct notice *n)
{
    n->subject = NOTICE_OBJECT;
    n->kind = SPAN("thing");
    n->action = NOTICE_INFORM;
    n->object =
        (struct notice_object){ .kind = SPAN("plate"), .state = SPAN("TR"), .number = SPAN("34ABC123") };
}

static void refused_at_intake_each_for_its_reason(void **state)
{
    static const struct {
        const char *what;
        void (*change)(struct notice *n);
        int fault; /* -1: accepted */
    } cases[] = {
        { "as it is", NULL, -1 },
        { "another article", no_basis, NOTICE_FAULT_BASIS },
        { "below the threshold", low, NOTICE_FAULT_THRESHOLD },
        { "no warrant", no_warrant, NOTICE_FAULT_NEED + NOTICE_NEED_WARRANT },
        { "an excluded class", family, NOTICE_FAULT_EXCLUDED },
        { "a category of its own", own_category, NOTICE_FAULT_CATEGORY },
        { "a religious matter", religious, NOTICE_FAULT_NEUTRALITY },
        { "no check-list", unchecked, NOTICE_FAULT_CHECKLIST },
        { "five years and a day", too_long, NOTICE_FAULT_EXPIRY },
        { "no time at all", no_end, NOTICE_FAULT_EXPIRY },
        { "reviewed too late", review_late, NOTICE_FAULT_REVIEW },
        { "one person alone", one_person, NOTICE_FAULT_OFFICERS },
        { "a weak alias alone", alias_alone, NOTICE_FAULT_NAME },
        { "a birth without source", no_source, NOTICE_FAULT_QUALITY },
        { "a source of tomorrow", to_come, NOTICE_FAULT_QUALITY },
        { "a telephone number", telephone, NOTICE_FAULT_OTHERS },
        { "a passport in the text", passport, NOTICE_FAULT_OTHERS },
        { "an address of mail", mail, NOTICE_FAULT_OTHERS },
        { "a number in Persian digits", persian, NOTICE_FAULT_OTHERS },
        { "days and amounts", plain, -1 },
        { "a link to itself", itself, NOTICE_FAULT_LINK },
        { "a status the kind is not for", missing, NOTICE_FAULT_STATUS },
        { "arrest of somebody missing", missing, NOTICE_FAULT_PROTECTED },
        { "arrest of a victim", victim, NOTICE_FAULT_PROTECTED },
        { "arrest of a victim where flagged", victim_if_flagged, NOTICE_FAULT_PROTECTED },
        { "protection of a victim", victim_protected, -1 },
        { "another State's plate", plate_of_another, NOTICE_FAULT_ISSUER },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t f = notice_judge(agreement, made(1, cases[i].change));
        bool as_said = cases[i].fault < 0 ? f == 0 : (f >> cases[i].fault & 1) != 0;

        if (!as_said)
            fail_msg("%s: %08x", cases[i].what, (unsigned)f);
        if (cases[i].fault >= 0) {
            const struct notice_fault_text *t = notice_fault_say((enum notice_fault)cases[i].fault);

            assert_true(t->word && t->text && t->todo);
        }
    }
}

/* ---- who reviews ---- */

static void nobody_chooses_the_reviewer(void **state)
{
    static const char *const parties[] = { "AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR", "UZ" };
    size_t n[10] = { 0 };
    const struct span tr = SPAN("TR");

    (void)state;
    for (unsigned i = 1; i <= 2000; i++) {
        char id[32];
        struct span r;

        (void)snprintf(id, sizeof id, "KZ-2027-%u", i);
        r = notice_reviewer(agreement, span_str(id), NULL, 0);
        for (size_t k = 0; k < 10; k++)
            n[k] += span_eq_str(r, parties[k]);
        assert_false(span_eq(notice_reviewer(agreement, span_str(id), &tr, 1), tr));
        if (!span_eq(r, tr)) /* who has no stake is drawn as before */
            assert_true(span_eq(notice_reviewer(agreement, span_str(id), &tr, 1), r));
    }
    assert_int_equal(n[4], 0);
    for (size_t k = 0; k < 10; k++)
        if (k != 4 && (n[k] < 150 || n[k] > 300))
            fail_msg("%s reviews %zu of 2000", parties[k], n[k]);
}

static void possible(struct notice *n)
{
    static const char *const states[] = { "TR", "IR", "UZ", "PK" };

    for (size_t i = 0; i < 4; i++) {
        n->person.nationality[n->person.n_nationalities] = n->person.nationality[0];
        n->person.nationality[n->person.n_nationalities].state = span_str(states[i]);
        n->person.nationality[n->person.n_nationalities++].certain = i >= 1;
    }
}

static void members_are_not_named_away(void **state)
{
    struct span stake[NOTICE_STAKES];

    (void)state;
    assert_int_equal(notice_stakes(agreement, made(1, possible), stake), 2);
    assert_true(span_eq_str(stake[0], "IR") && span_eq_str(stake[1], "UZ"));
}

/* ---- how it stands ---- */

static void active_in_whatever_order_it_comes(void **state)
{
    static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                      { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    const struct notice *n = signed_notice(made(1, NULL));
    void (*const step[3])(const struct notice *) = { propose, confirm, publish };
    const int *o = orders[**(int **)*state];

    for (size_t i = 0; i < 3; i++) {
        assert_int_not_equal(state_at(T0 + 2 * HOUR), NOTICE_ACTIVE);
        assert_int_equal(active_at(T0 + 2 * HOUR), 0);
        step[o[i]](n);
        assert_null(passed.reason);
    }
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_ACTIVE);
    assert_int_equal(active_at(T0 + 2 * HOUR), 1);
    assert_true(held(T0 + 2 * HOUR)->acts && changes == 3);
    assert_true(span_eq_str(held(T0 + 2 * HOUR)->notice->person.name[0].text, "SPECIMEN Samat"));
}

static void never_without_a_review(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL));

    (void)state;
    propose(n);
    publish(n);
    assert_int_equal(state_at(T0 + HOUR), NOTICE_PROPOSED);
    assert_int_equal(state_at(T0 + 200 * DAY), NOTICE_PROPOSED); /* nor by silence */
    assert_true(held(T0 + 200 * DAY)->lapsed);
    assert_int_equal(active_at(T0 + 200 * DAY), 0);
}

static void never_without_a_proposal(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL));

    (void)state;
    confirm(n);
    publish(n);
    assert_int_not_equal(state_at(T0 + 2 * HOUR), NOTICE_ACTIVE);
}

static void only_by_the_member_that_was_drawn(void **state)
{
    static const char *const parties[] = { "AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR", "UZ" };
    const struct notice *n = signed_notice(made(1, NULL));
    const struct notice_statement s = confirmation(n);

    (void)state;
    propose(n);
    publish(n);
    for (size_t i = 0; i < 10; i++) {
        if (span_eq_str(drawn(n), parties[i]))
            continue;
        say(span_str(parties[i]), &s);
        if (strcmp(parties[i], "KZ") == 0)
            assert_string_equal(passed.reason, "issuer"); /* its own member */
        assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_PROPOSED);
    }
    say_by(drawn(n), &s, &other_signer); /* a key of that name that is not believed: the log vouches alone */
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_ACTIVE);
}

static void a_forged_signature_is_passed_over(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL));
    struct notice_arrival x = { .owner = SPAN("KZ"),
                                .name = SPAN("kz.specimen"),
                                .pub = signer.pub,
                                .stream = SPAN(NOTICES_STREAM),
                                .audience = SPAN("all"),
                                .shard = SPAN("2027"),
                                .origin = SPAN("kz.specimen/notices/all/2027"),
                                .index = 1,
                                .type = SPAN(NOTICE_TYPE) };
    uint8_t *copy;

    (void)state;
    assert_true(notice_sign(true, bytes_of(n), x.name, &signer, &arena, &x.body, &why));
    copy = arena_alloc(&arena, x.body.n);
    memcpy(copy, x.body.p, x.body.n);
    copy[40] ^= 1; /* of the text */
    x.body = span_of(copy, x.body.n);
    assert_true(notice_book_take(book, &x, &passed, &why));
    assert_non_null(passed.reason);
    x.name = SPAN("tr.specimen");
    assert_true(notice_book_take(book, &x, &passed, &why));
    assert_string_equal(passed.reason, "signer");
}

static void a_review_names_the_very_version(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL)), *other = signed_notice(made(1, harsher));
    struct notice_statement s = confirmation(other);

    (void)state;
    propose(n);
    publish(other);
    publish(n);
    say(drawn(n), &s);
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_PROPOSED);
    s = confirmation(n);
    s.version = 2;
    say(drawn(n), &s);
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_PROPOSED);
    confirm(n);
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_ACTIVE);
    assert_true(span_eq(held(T0 + 2 * HOUR)->notice->facts, n->facts)); /* and never the other */
}

static void a_review_after_its_term_is_none(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL));
    struct notice_statement s = confirmation(n);

    (void)state;
    propose(n);
    publish(n);
    s.at = n->at + 73 * HOUR;
    say(drawn(n), &s);
    assert_int_equal(state_at(T0 + 80 * HOUR), NOTICE_PROPOSED);
}

static void a_review_is_whole_and_of_two(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL));
    struct notice_statement s = confirmation(n);

    (void)state;
    propose(n);
    publish(n);
    s.second = s.officer;
    say(drawn(n), &s);
    assert_string_equal(passed.reason, "statement");
    s = confirmation(n);
    s.checked = false;
    say(drawn(n), &s);
    assert_string_equal(passed.reason, "statement");
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_PROPOSED);
}

static void refused_stays_refused(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL));
    struct notice_statement s = confirmation(n);

    (void)state;
    propose(n);
    publish(n);
    s.what = NOTICE_SAYS_REFUSED;
    say(drawn(n), &s);
    confirm(n);
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_REFUSED);
}

static void rules_are_looked_at_by_each_node(void **state)
{
    static void (*const changes_[])(struct notice * n) = { victim,   no_basis,  religious, low,
                                                           too_long, telephone, one_person };
    const struct notice *n = signed_notice(made(1, changes_[**(int **)*state]));

    activate(n); /* issuer and reviewer agree on it */
    assert_int_not_equal(state_at(T0 + 2 * HOUR), NOTICE_ACTIVE);
    assert_int_equal(active_at(T0 + 2 * HOUR), 0);
}

static void stakes_are_those_of_the_notice(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL));
    struct notice_statement s = {
        .what = NOTICE_SAYS_PROPOSED, .id = ID, .version = 1, .kind = n->kind, .at = T0
    };
    struct notice_statement c = confirmation(n);

    (void)state;
    s.stake[0] = drawn(n); /* named away */
    s.n_stakes = 1;
    memcpy(s.digest, n->digest, NOTICE_DIGEST);
    say(SPAN("KZ"), &s);
    publish(n);
    say(notice_reviewer(agreement, ID, s.stake, 1), &c);
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_PROPOSED);
}

static void a_number_out_of_turn_is_none(void **state)
{
    struct notice *x = made(1, NULL);

    (void)state;
    x->id = SPAN("KZ-2027-18");
    propose(signed_notice(x));
    assert_string_equal(passed.reason, "number");
    x->id = SPAN("KZ-2028-17");
    propose(signed_notice(x));
    assert_string_equal(passed.reason, "number");
}

static void expiry_is_at_the_second_and_for_good(void **state)
{
    (void)state;
    activate(signed_notice(made(1, NULL)));
    assert_int_equal(state_at(EXPIRES - 1), NOTICE_ACTIVE);
    assert_int_equal(active_at(EXPIRES - 1), 1);
    assert_int_equal(state_at(EXPIRES), NOTICE_EXPIRED);
    assert_int_equal(active_at(EXPIRES), 0);
    assert_false(held(EXPIRES)->acts);
    /* The clock is set back: what was seen expired does not come back. */
    assert_int_equal(state_at(EXPIRES - DAY), NOTICE_EXPIRED);
    assert_int_equal(active_at(T0 + 2 * HOUR), 0);
}

static void only_the_issuer_speaks_for_its_notice(void **state)
{
    struct notice *forged = made(2, harsher);

    (void)state;
    activate(signed_notice(made(1, NULL)));
    for (int what = NOTICE_SAYS_SUSPENDED; what <= NOTICE_SAYS_CANCELLED; what++) {
        act(SPAN("TR"), (enum notice_what)what, T0 + 2 * HOUR);
        assert_string_equal(passed.reason, "issuer");
    }
    arrive(SPAN("TR"), true, NOTICES_STREAM, "all", NOTICE_TYPE, bytes_of(forged), &signer);
    assert_string_equal(passed.reason, "issuer");
    assert_int_equal(state_at(T0 + 3 * HOUR), NOTICE_ACTIVE);
    assert_int_equal(held(T0 + 3 * HOUR)->version, 1);
}

static void suspended_does_not_act(void **state)
{
    struct notice_statement one = { .what = NOTICE_SAYS_RESUMED,
                                    .id = ID,
                                    .officer = SPAN("a.one"),
                                    .second = SPAN("a.one"),
                                    .reason = SPAN("SPECIMEN"),
                                    .at = T0 + 3 * HOUR };

    (void)state;
    activate(signed_notice(made(1, NULL)));
    act(SPAN("KZ"), NOTICE_SAYS_SUSPENDED, T0 + 2 * HOUR);
    assert_int_equal(state_at(T0 + 3 * HOUR), NOTICE_SUSPENDED);
    assert_false(held(T0 + 3 * HOUR)->acts);
    assert_int_equal(active_at(T0 + 3 * HOUR), 0);
    say(SPAN("KZ"), &one); /* by one officer twice */
    assert_string_equal(passed.reason, "statement");
    act(SPAN("KZ"), NOTICE_SAYS_RESUMED, T0 + 4 * HOUR);
    assert_int_equal(state_at(T0 + 4 * HOUR), NOTICE_ACTIVE);
}

static void withdrawn_is_gone(void **state)
{
    const struct notice *n = signed_notice(made(1, NULL));
    const struct notice *got;
    struct notice_rows rows;

    (void)state;
    activate(n);
    act(SPAN("KZ"), NOTICE_SAYS_WITHDRAWN, T0 + 2 * HOUR);
    publish(n); /* told again, out of another place of the log */
    act(SPAN("KZ"), NOTICE_SAYS_RESUMED, T0 + 3 * HOUR);
    assert_int_equal(state_at(T0 + 4 * HOUR), NOTICE_WITHDRAWN);
    assert_null(held(T0 + 4 * HOUR)->notice);
    assert_true(notice_book_version(book, ID, n->digest, &arena, &got, NULL, &why));
    assert_null(got);
    assert_true(store_find_notice(store, ID, true, &arena, &rows, &why));
    assert_int_equal(rows.n, 2);
    for (size_t i = 0; i < rows.n; i++)
        assert_int_equal(rows.row[i].body.n, 0);
    for (size_t i = 0; i < rows.n_events; i++) /* what is said of it after it ended may stand */
        assert_true(rows.event[i].body.n == 0 || span_eq_str(rows.event[i].what, "proposed") ||
                    span_eq_str(rows.event[i].what, "resumed"));
}

static void a_flood_does_not_drown_a_withdrawal(void **state)
{
    (void)state;
    activate(signed_notice(made(1, NULL)));
    for (int i = 0; i < 200; i++)
        act(SPAN("TR"), i & 1 ? NOTICE_SAYS_UNFLAGGED : NOTICE_SAYS_FLAGGED, T0 - i);
    assert_string_equal(passed.reason, "too-large");
    act(SPAN("KZ"), NOTICE_SAYS_WITHDRAWN, T0 + 2 * HOUR);
    assert_int_equal(state_at(T0 + 3 * HOUR), NOTICE_WITHDRAWN);
}

static void a_change_of_substance_needs_a_review(void **state)
{
    const struct notice *one = signed_notice(made(1, NULL)), *two = signed_notice(made(2, harsher));

    (void)state;
    activate(one);
    propose(two);
    publish(two);
    assert_int_equal(held(T0 + 2 * HOUR)->version, 1);
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_ACTIVE);
    confirm(two);
    assert_int_equal(held(T0 + 2 * HOUR)->version, 2);
}

static void longer(struct notice *n)
{
    n->at = EXPIRES - 50 * DAY;
    n->expires = EXPIRES + 300 * DAY;
    n->review_due = EXPIRES + 100 * DAY;
}

static void longer_and_assessed(struct notice *n)
{
    longer(n);
    n->assessment =
        (struct notice_assessment){ SPAN("a.one"), EXPIRES - 50 * DAY, SPAN("SPECIMEN: still sought") };
}

static void too_late(struct notice *n)
{
    longer_and_assessed(n);
    n->at = n->assessment.at = EXPIRES + DAY;
}

static void prolonged_by_an_assessment_alone(void **state)
{
    static const struct {
        const char *what;
        void (*change)(struct notice *n);
        bool counts;
    } cases[] = { { "without one", longer, false },
                  { "with one", longer_and_assessed, true },
                  { "after its end", too_late, false } };
    const int which = **(int **)*state;

    activate(signed_notice(made(1, NULL)));
    publish(signed_notice(made(2, cases[which].change)));
    if ((state_at(EXPIRES + 2 * DAY) == NOTICE_ACTIVE) != cases[which].counts)
        fail_msg("%s", cases[which].what);
}

static void a_flag_is_seen_and_followed(void **state)
{
    (void)state;
    activate(signed_notice(made(1, NULL)));
    act(SPAN("PK"), NOTICE_SAYS_FLAGGED, T0 + 2 * HOUR);
    assert_int_equal(held(T0 + 3 * HOUR)->n_flags, 1);
    assert_false(held(T0 + 3 * HOUR)->acts); /* the book is Pakistan's */
    assert_int_equal(state_at(T0 + 3 * HOUR), NOTICE_ACTIVE);
    act(SPAN("KZ"), NOTICE_SAYS_FLAGGED, T0 + 3 * HOUR);
    assert_string_equal(passed.reason, "issuer");
    act(SPAN("PK"), NOTICE_SAYS_UNFLAGGED, T0 + 3 * HOUR);
    assert_true(held(T0 + 4 * HOUR)->acts);
}

static void what_is_of_tomorrow_does_not_count_today(void **state)
{
    (void)state;
    activate(signed_notice(made(1, NULL)));
    assert_int_not_equal(state_at(T0 - DAY), NOTICE_ACTIVE);
    assert_int_equal(state_at(T0 + 2 * HOUR), NOTICE_ACTIVE);
}

static void expired_bodies_go(void **state)
{
    size_t n = 0;

    (void)state;
    activate(signed_notice(made(1, NULL)));
    assert_true(notice_book_tidy(book, EXPIRES + DAY, &n, &why));
    assert_int_equal(n, 0);
    assert_true(notice_book_tidy(book, EXPIRES + NOTICE_EXPIRED_KEPT + 1, &n, &why));
    assert_int_equal(n, 1);
    assert_int_equal(state_at(EXPIRES + 30 * DAY), NOTICE_EXPIRED);
    assert_null(held(EXPIRES + 30 * DAY)->notice);
}

static int orders[] = { 0, 1, 2, 3, 4, 5, 6 };

#define T(f)                                                                                                 \
    {                                                                                                        \
#f, f, set_up, tear_down, NULL                                                                       \
    }
#define W(f, i)                                                                                              \
    {                                                                                                        \
#f " " #i, f, set_up, tear_down, &orders_at[i]                                                       \
    }

int main(void)
{
    static int *orders_at[7];

    for (size_t i = 0; i < 7; i++)
        orders_at[i] = &orders[i];
    const struct CMUnitTest tests[] = {
        T(reading_is_strict),
        T(only_canonical_bytes_are_a_notice),
        T(substance_is_all_but_times_and_signers),
        T(refused_at_intake_each_for_its_reason),
        T(nobody_chooses_the_reviewer),
        T(members_are_not_named_away),
        W(active_in_whatever_order_it_comes, 0),
        W(active_in_whatever_order_it_comes, 1),
        W(active_in_whatever_order_it_comes, 2),
        W(active_in_whatever_order_it_comes, 3),
        W(active_in_whatever_order_it_comes, 4),
        W(active_in_whatever_order_it_comes, 5),
        T(never_without_a_review),
        T(never_without_a_proposal),
        T(only_by_the_member_that_was_drawn),
        T(a_forged_signature_is_passed_over),
        T(a_review_names_the_very_version),
        T(a_review_after_its_term_is_none),
        T(a_review_is_whole_and_of_two),
        T(refused_stays_refused),
        W(rules_are_looked_at_by_each_node, 0),
        W(rules_are_looked_at_by_each_node, 1),
        W(rules_are_looked_at_by_each_node, 2),
        W(rules_are_looked_at_by_each_node, 3),
        W(rules_are_looked_at_by_each_node, 4),
        W(rules_are_looked_at_by_each_node, 5),
        W(rules_are_looked_at_by_each_node, 6),
        T(stakes_are_those_of_the_notice),
        T(a_number_out_of_turn_is_none),
        T(expiry_is_at_the_second_and_for_good),
        T(only_the_issuer_speaks_for_its_notice),
        T(suspended_does_not_act),
        T(withdrawn_is_gone),
        T(a_flood_does_not_drown_a_withdrawal),
        T(a_change_of_substance_needs_a_review),
        W(prolonged_by_an_assessment_alone, 0),
        W(prolonged_by_an_assessment_alone, 1),
        W(prolonged_by_an_assessment_alone, 2),
        T(a_flag_is_seen_and_followed),
        T(what_is_of_tomorrow_does_not_count_today),
        T(expired_bodies_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
