#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "seal/issue_certificate.h"
#include "seal/issue_list.h"
#include "seal/path.h"
#include "trust/import.h"
#include "trust/list.h"
#include "trust/load.h"

/* A State of our own: two country signers of one name, a list signer and a document signer of the first. */
struct state {
    struct private_key *key[2], *signer_key;
    struct span country[2], link, lister, signer[2];
};

static const unix_time from = 1700000000, to = 2000000000;

static struct span issue(enum certificate_role role, const char *state, const char *name, uint64_t serial,
                         const struct private_key *subject, const struct private_key *by, struct span issuer)
{
    const struct certificate_order o = { role, state, "SPECIMEN", name, serial, from, to, NULL };
    struct why w = { 0 };
    struct buffer b;
    struct span out;

    buf_init(&b, 8192);
    if (!certificate_issue(&o, subject, by, issuer, &b, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static struct state state_make(const char *code)
{
    static const struct span self = { NULL, 0 };
    struct state s;

    for (int i = 0; i < 2; i++) {
        assert_true(private_key_generate(CURVE_P256, &s.key[i], NULL));
        s.country[i] = issue(CERTIFICATE_COUNTRY_SIGNER, code, "CSCA SPECIMEN", 1 + (uint64_t)i, s.key[i],
                             s.key[i], self);
    }
    assert_true(private_key_generate(CURVE_P256, &s.signer_key, NULL));
    s.link = issue(CERTIFICATE_COUNTRY_SIGNER, code, "CSCA SPECIMEN", 3, s.key[1], s.key[0], s.country[0]);
    s.lister = issue(CERTIFICATE_LIST_SIGNER, code, "List signer", 4, s.signer_key, s.key[0], s.country[0]);
    for (int i = 0; i < 2; i++) /* the same issuer name and serial number under both keys */
        s.signer[i] =
            issue(CERTIFICATE_DOCUMENT_SIGNER, code, "DS SPECIMEN", 9, s.signer_key, s.key[i], s.country[i]);
    return s;
}

static void state_drop(struct state *s)
{
    private_key_free(s->key[0]);
    private_key_free(s->key[1]);
    private_key_free(s->signer_key);
}

static struct span list_of(const struct state *s, const struct span *certificate, size_t n, unix_time at)
{
    const struct list_order o = { certificate, n, s->lister, s->country[0], at };
    struct why w = { 0 };
    struct buffer b;
    struct span out;

    buf_init(&b, 1 << 20);
    if (!master_list_issue(&o, s->signer_key, &b, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

/* A node's folder: its log, what it believes, and files to import. */
struct fixture {
    char *dir;
    char log[300];
    char refused[64]; /* reason of the last refusal */
    char noted[64];
    struct trust_import_counts n;
    bool vouch, older;
    unsigned purposes;
};

static void on_refused(void *ctx, const struct trust_refusal *r)
{
    struct fixture *f = ctx;

    assert_non_null(r->advice);
    assert_true(r->advice[0] != 0);
    (void)snprintf(f->refused, sizeof f->refused, "%s", r->why.reason);
}

static void on_note(void *ctx, const char *file, const struct why *w)
{
    struct fixture *f = ctx;

    assert_non_null(file);
    (void)snprintf(f->noted, sizeof f->noted, "%s", w->reason);
}

static struct fixture fixture_make(void)
{
    struct fixture f = { .dir = arena_str(&test_arena, SPAN("/tmp/serai-import-XXXXXX")) };

    assert_non_null(mkdtemp(f.dir));
    (void)snprintf(f.log, sizeof f.log, "%s/%s", f.dir, TRUST_LOG_NAME);
    return f;
}

static void fixture_drop(struct fixture *f)
{
    char command[400];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    assert_int_equal(system(command), 0);
}

static const char *put(const struct fixture *f, const char *name, struct span bytes)
{
    char path[400];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/in-%s", f->dir, name);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fwrite(bytes.p, 1, bytes.n, file) == bytes.n);
    assert_int_equal(fclose(file), 0);
    return arena_str(&test_arena, span_str(path));
}

static void load(const struct fixture *f, struct anchor_set *set, struct trust_counts *n)
{
    struct trust_log *log;
    struct findings findings;
    struct why w = { 0 };

    *n = (struct trust_counts){ 0 };
    findings_init(&findings);
    if (access(f->log, R_OK) != 0)
        return;
    if (!trust_log_open(f->log, TRUST_LOG_READ, &log, &findings, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    trust_log_load(log, set, n, &findings);
    trust_log_close(log);
}

static void import(struct fixture *f, const char *path)
{
    const struct trust_import_options o = { .member = "IR",
                                            .by = "SPECIMEN",
                                            .now = 1800000000,
                                            .vouch = f->vouch,
                                            .older = f->older,
                                            .purposes = f->purposes,
                                            .refused = on_refused,
                                            .noted = on_note,
                                            .ctx = f };
    struct anchor_set *set = anchor_set_new();
    struct trust_log *log;
    struct trust_counts counts;
    struct why w = { 0 };

    f->refused[0] = f->noted[0] = 0;
    load(f, set, &counts);
    if (!trust_log_open(f->log, TRUST_LOG_WRITE, &log, NULL, &w) ||
        !trust_import(log, set, &path, 1, &o, &f->n, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    trust_log_close(log);
    anchor_set_free(set);
}

/* How many the node believes and how many things wait. */
static void expect(const struct fixture *f, size_t anchors, size_t waiting)
{
    struct anchor_set *set = anchor_set_new();
    struct trust_counts n;

    load(f, set, &n);
    assert_int_equal(anchor_set_count(set), anchors);
    assert_int_equal(n.waiting, waiting);
    anchor_set_free(set);
}

static void an_older_list_is_refused_unless_asked(void **state)
{
    struct state a = state_make("UT"), b = state_make("XX");
    struct fixture f = fixture_make();
    struct span both[] = { a.country[0], a.country[1] };
    const char *y1 = put(&f, "1", list_of(&a, both, 1, 1750000000)),
               *y2 = put(&f, "2", list_of(&a, both, 2, 1760000000));
    const char *other = put(&f, "3", list_of(&b, b.country, 1, 1740000000));

    (void)state;
    import(&f, y2);
    assert_string_equal(f.noted, "list-not-proved");
    assert_int_equal(f.n.lists, 1);
    import(&f, y1);
    assert_string_equal(f.refused, "older-list");
    assert_int_equal(f.n.lists, 0);
    import(&f, other); /* of another State: its age is its own */
    assert_int_equal(f.n.lists, 1);
    import(&f, y2);
    assert_int_equal(f.n.already, 1);
    assert_string_equal(f.refused, "");
    f.older = true;
    import(&f, y1);
    assert_string_equal(f.refused, "");
    assert_int_equal(f.n.lists, 1);
    expect(&f, 3, 0);
    fixture_drop(&f);
    state_drop(&a);
    state_drop(&b);
}

/* In LDIF nobody's word stands behind a list: it counts when its own country signer has come, and then brings
 * what it holds. */
static void a_list_in_ldif_waits_for_its_country_signer(void **state)
{
    struct state a = state_make("UT"), b = state_make("XX");
    struct fixture f = fixture_make();
    struct span all[] = { a.country[1], b.country[0] };
    struct buffer ldif;

    (void)state;
    buf_init(&ldif, 1 << 20);
    buf_str(&ldif, "version: 1\n\ndn: c=UT\npkdMasterListContent:: ");
    base64_put(&ldif, list_of(&a, all, 2, 1760000000), BASE64_STD);
    buf_str(&ldif, "\nuserCertificate;binary:: ");
    base64_put(&ldif, b.signer[0], BASE64_STD);
    buf_str(&ldif, "\n");
    import(&f, put(&f, "pkd.ldif", buf_span(&ldif)));
    if (f.n.waiting != 2)
        fail_msg("%zu certificates %zu lists %zu refused %s %s", f.n.certificates, f.n.lists, f.n.refused,
                 f.refused, f.noted);
    expect(&f, 0, 2);
    import(&f, put(&f, "ca", a.country[0]));
    assert_int_equal(f.n.certified, 2); /* the list, and the signer that a country signer in it certified */
    expect(&f, 4, 0);
    buf_free(&ldif);
    fixture_drop(&f);
    state_drop(&a);
    state_drop(&b);
}

static void one_name_with_two_keys_and_one_serial(void **state)
{
    struct state a = state_make("UT");
    struct fixture f = fixture_make();
    struct anchor_set *set = anchor_set_new();
    const struct anchor *found[4];
    struct trust_counts n;
    struct certificate c;
    struct path path;

    (void)state;
    import(&f, put(&f, "s0", a.signer[0]));
    import(&f, put(&f, "s1", a.signer[1]));
    expect(&f, 0, 2);
    import(&f, put(&f, "c1", a.country[1]));
    assert_int_equal(f.n.certified, 1);
    expect(&f, 2, 1); /* the other key of the same name certifies nothing of it */
    import(&f, put(&f, "link", a.link));
    import(&f, put(&f, "c0", a.country[0]));
    expect(&f, 5, 0);
    load(&f, set, &n);
    assert_true(certificate_parse(a.signer[0], &c, NULL, NULL));
    assert_int_equal(anchors_by_issuer_serial(set, c.issuer, c.serial, found, 4), 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(path_of_anchor(set, found[i], FOR_TRAVEL, &path, NULL, NULL), RESULT_GENUINE);
        assert_false(path.direct);
    }
    anchor_set_free(set);
    fixture_drop(&f);
    state_drop(&a);
}

/* A link alone carries on from the old key: its key is the new one's, and either of the two anchors. */
static void a_link_stands_for_the_new_key(void **state)
{
    struct state a = state_make("UT");
    struct fixture f = fixture_make();

    (void)state;
    import(&f, put(&f, "link", a.link));
    import(&f, put(&f, "s1", a.signer[1]));
    assert_int_equal(f.n.certified, 1);
    import(&f, put(&f, "s0", a.signer[0]));
    assert_int_equal(f.n.waiting, 1);
    fixture_drop(&f);
    state_drop(&a);
}

/* What failed its proof when its issuer came is dropped, and stays so. */
static void revocation_lists_wait_and_are_proved(void **state)
{
    struct fixture f = fixture_make();
    struct anchor_set *set = anchor_set_new();
    struct trust_counts n;

    (void)state;
    import(&f, vector_path("travel/emrtd/synthetic/crl1.crl"));
    import(&f, arena_str(&test_arena, span_str(vector_path("travel/emrtd/synthetic/crl1_badsig.crl"))));
    expect(&f, 0, 2);
    import(&f, vector_path("travel/emrtd/synthetic/csca1.der"));
    assert_int_equal(f.n.certified, 1);
    assert_int_equal(f.n.refused, 1);
    assert_string_equal(f.refused, "signature");
    load(&f, set, &n);
    assert_int_equal(anchor_set_crl_count(set), 1);
    assert_int_equal(n.crls, 1);
    anchor_set_free(set);
    fixture_drop(&f);
}

/* A log that ends anywhere gives a beginning of what it held; one that was changed anywhere never gives
 * anything else than what it held. */
static void a_log_that_is_cut_or_changed(void **state)
{
    struct state a = state_make("UT");
    struct fixture f = fixture_make();
    struct span whole;
    size_t before = 0;
    uint8_t *copy;

    (void)state;
    import(&f, put(&f, "s", a.signer[0]));
    import(&f, put(&f, "c", a.country[0]));
    import(&f, put(&f, "d", a.country[0])); /* one more origin */
    whole = load_file(&test_arena, f.log);
    copy = arena_alloc(&test_arena, whole.n);
    for (size_t cut = 0; cut <= whole.n; cut++) {
        bool changed = cut % 3 == 2 && cut < whole.n;
        struct trust_log *log = NULL;
        struct why w = { 0 };
        FILE *file = fopen(f.log, "wb");

        memcpy(copy, whole.p, whole.n);
        if (changed)
            copy[cut] ^= 0x20;
        assert_true(fwrite(copy, 1, changed ? whole.n : cut, file) == (changed ? whole.n : cut));
        assert_int_equal(fclose(file), 0);
        if (!trust_log_open(f.log, TRUST_LOG_READ, &log, NULL, &w)) {
            assert_true(cut < sizeof TRUST_LOG_START); /* no log at all */
            assert_string_equal(w.reason, "damaged");
            continue;
        }
        assert_true(trust_log_count(log) <= 2);
        if (!changed) {
            assert_true(trust_log_count(log) >= before);
            before = trust_log_count(log);
        }
        for (size_t i = 0; i < trust_log_count(log); i++) {
            struct span der = trust_log_der(log, trust_log_at(log, i));

            assert_true(span_eq(der, i ? a.country[0] : a.signer[0]));
        }
        trust_log_close(log);
    }
    assert_int_equal(before, 2);
    fixture_drop(&f);
    state_drop(&a);
}

static unsigned believed_for(const struct fixture *f, struct span der)
{
    struct anchor_set *set = anchor_set_new();
    const struct anchor *a;
    struct trust_counts counts;
    struct digest d;
    unsigned purposes;

    load(f, set, &counts);
    digest_of(DIGEST_SHA256, der, &d);
    a = anchor_by_sha256(set, &d);
    purposes = a ? a->purposes : 0;
    anchor_set_free(set);
    return purposes;
}

/* What was said at the import is in the log; a later import widens, and says nothing new when it narrows. */
static void an_import_vouches_for_what_is_said(void **state)
{
    struct fixture f = fixture_make();
    struct state s = state_make("UT");
    const char *country = put(&f, "country.der", s.country[0]);
    const char *list = put(&f, "list.ml", list_of(&s, &s.country[1], 1, 1750000000));

    (void)state;
    f.purposes = FOR_LICENCES;
    import(&f, country);
    assert_int_equal(believed_for(&f, s.country[0]), FOR_LICENCES);
    import(&f, country);
    assert_int_equal(f.n.already, 1);
    f.purposes = 0;
    import(&f, list); /* proved by nobody who may: on this node's word */
    assert_string_equal(f.noted, "list-not-proved");
    assert_int_equal(believed_for(&f, s.country[1]), FOR_TRAVEL); /* a list holds country signers */
    f.purposes = FOR_SEALS | FOR_LISTS;
    import(&f, country);
    assert_int_equal(f.n.certificates, 1);
    assert_int_equal(believed_for(&f, s.country[0]), FOR_LICENCES | FOR_SEALS | FOR_LISTS);
    import(&f, list);
    assert_int_equal(believed_for(&f, s.country[1]), FOR_TRAVEL | FOR_SEALS | FOR_LISTS);
    f.purposes = 0;
    import(&f, country);
    assert_int_equal(believed_for(&f, s.country[0]), FOR_ALL);
    f.purposes = FOR_LISTS;
    import(&f, country);
    assert_int_equal(believed_for(&f, s.country[0]), FOR_ALL);
    state_drop(&s);
    fixture_drop(&f);
}

/* A list that nobody vouches for waits for an issuer of lists, not for any issuer. */
static void a_list_waits_for_an_issuer_of_lists(void **state)
{
    struct fixture f = fixture_make();
    struct state s = state_make("UT");
    struct buffer b;
    const char *country = put(&f, "country.der", s.country[0]);

    (void)state;
    buf_init(&b, 1 << 16);
    buf_str(&b, "dn: c=UT\npkdMasterListContent:: ");
    base64_put(&b, list_of(&s, &s.country[1], 1, 1750000000), BASE64_STD);
    buf_str(&b, "\n");
    f.purposes = FOR_LICENCES;
    import(&f, country);
    f.purposes = 0;
    import(&f, put(&f, "list.ldif", buf_span(&b)));
    assert_int_equal(f.n.waiting, 1);
    assert_int_equal(believed_for(&f, s.country[1]), 0);
    f.purposes = FOR_LISTS;
    import(&f, country);
    assert_int_equal(believed_for(&f, s.country[1]), FOR_TRAVEL);
    buf_free(&b);
    state_drop(&s);
    fixture_drop(&f);
}

/* The set is made anew from what is in force: what was withdrawn is gone from it, for that purpose alone. */
static void the_bloc_list_gives_its_purposes(void **state)
{
    static const struct trust_member ut = { .state = "UT" };
    static const struct trust_voucher voice = {
        .by = &ut, .at = 1800000000, .vouched = true, .counts = true
    };
    static const char *const words[] = { "travel documents", "driving licences", "lists", "something else" };
    struct state s = state_make("UT");
    struct trust_entry e[4];
    struct trust_list l = { .n_entries = 4, .entry = e };
    struct certificate c;

    (void)state;
    assert_true(certificate_parse(s.signer[0], &c, NULL, NULL));
    for (unsigned in_force = 0; in_force < 16; in_force++) {
        unsigned expected = (in_force & 1 ? FOR_TRAVEL : 0u) | (in_force & 2 ? FOR_LICENCES : 0u) |
                            (in_force & 4 ? FOR_LISTS : 0u);
        struct anchor_set *set = anchor_set_new();
        struct path path;

        for (unsigned i = 0; i < 4; i++)
            e[i] = (struct trust_entry){ .der = s.country[0],
                                         .fits = true,
                                         .purpose = words[i],
                                         .state = "UT",
                                         .standing = in_force >> i & 1 ? ENTRY_IN_FORCE : ENTRY_WITHDRAWN,
                                         .n_vouchers = 1,
                                         .n_counting = 1,
                                         .voucher = &voice };
        assert_int_equal(trust_list_into(&l, set, &test_arena, NULL),
                         (in_force & 1) + (in_force >> 1 & 1) + (in_force >> 2 & 1));
        assert_int_equal(anchor_set_count(set), expected != 0);
        if (expected)
            assert_int_equal(anchor_at(set, 0)->purposes, expected);
        assert_int_equal(path_find(set, &c, FOR_TRAVEL, &path, NULL, NULL),
                         in_force & 1 ? RESULT_GENUINE : RESULT_NO_ANCHOR);
        assert_int_equal(path_find(set, &c, FOR_LICENCES, &path, NULL, NULL),
                         in_force & 2 ? RESULT_GENUINE : RESULT_NO_ANCHOR);
        anchor_set_free(set);
    }
    state_drop(&s);
}

static void one_import_at_a_time(void **state)
{
    struct fixture f = fixture_make();
    struct trust_log *one, *two;
    struct why w = { 0 };

    (void)state;
    assert_true(trust_log_open(f.log, TRUST_LOG_WRITE, &one, NULL, &w));
    assert_false(trust_log_open(f.log, TRUST_LOG_WRITE, &two, NULL, &w));
    assert_string_equal(w.reason, "locked");
    trust_log_close(one);
    fixture_drop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_list_is_refused_unless_asked),
        cmocka_unit_test(a_list_in_ldif_waits_for_its_country_signer),
        cmocka_unit_test(one_name_with_two_keys_and_one_serial),
        cmocka_unit_test(a_link_stands_for_the_new_key),
        cmocka_unit_test(revocation_lists_wait_and_are_proved),
        cmocka_unit_test(a_log_that_is_cut_or_changed),
        cmocka_unit_test(an_import_vouches_for_what_is_said),
        cmocka_unit_test(a_list_waits_for_an_issuer_of_lists),
        cmocka_unit_test(the_bloc_list_gives_its_purposes),
        cmocka_unit_test(one_import_at_a_time),
    };

    return cmocka_run_group_tests_name("trust-import", tests, arena_setup, arena_teardown);
}
