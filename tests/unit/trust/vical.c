/* Lists of licence authorities in a node's log: what is installed, what each vouches for, and until when. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "seal/mdl_issue_certificate.h"
#include "seal/vical.h"
#include "trust/import.h"
#include "trust/load.h"

enum { NOW = 1789500000, DAY = 86400 };

#define MDL   TYPE_DRIVING_LICENCE
#define PHOTO "org.iso.23220.photoid.1"

static const char *const both_types[] = { MDL, PHOTO };

/* Two providers, the second with the first's name under another root; three authorities. */
static struct {
    struct private_key *root_key[2], *key[2], *authority_key[3];
    struct span root[2], signer[2], authority[3];
} own;

static struct span certify(enum mdl_role role, const char *name, uint64_t serial,
                           const struct private_key *key, const struct private_key *by, struct span issuer)
{
    const struct mdl_certificate_order o = { .role = role,
                                             .country = "UT",
                                             .organization = "SPECIMEN",
                                             .common_name = name,
                                             .serial = serial,
                                             .not_before = NOW - 30 * DAY,
                                             .not_after = NOW + 400 * DAY,
                                             .authority_url = "https://authority.example/",
                                             .crl_url = "https://authority.example/crl" };
    struct buffer b, spki;
    struct why w = { 0 };
    struct span out;

    buf_init(&b, 8192);
    buf_init(&spki, 1024);
    private_key_spki(key, &spki);
    if (!mdl_certificate_issue(&o, buf_span(&spki), by, issuer, &b, &w))
        fail_msg("%s: %s: %s", name, w.reason, w.detail);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    buf_free(&spki);
    return out;
}

static int set_up(void **state)
{
    static const struct span self = { NULL, 0 };
    char name[32];

    if (arena_setup(state) != 0)
        return -1;
    for (unsigned i = 0; i < 2; i++) {
        assert_true(private_key_generate(CURVE_P256, &own.root_key[i], NULL));
        assert_true(private_key_generate(CURVE_P256, &own.key[i], NULL));
        (void)snprintf(name, sizeof name, "ROOT %u SPECIMEN", i);
        own.root[i] = certify(MDL_IACA, name, 1, own.root_key[i], own.root_key[i], self);
        own.signer[i] =
            certify(MDL_LIST_SIGNER, "LISTS SPECIMEN", 2, own.key[i], own.root_key[i], own.root[i]);
    }
    for (unsigned i = 0; i < 3; i++) {
        assert_true(private_key_generate(CURVE_P256, &own.authority_key[i], NULL));
        (void)snprintf(name, sizeof name, "IACA %u SPECIMEN", i);
        own.authority[i] = certify(MDL_IACA, name, 10 + i, own.authority_key[i], own.authority_key[i], self);
    }
    return 0;
}

static int tear_down(void **state)
{
    for (unsigned i = 0; i < 2; i++) {
        private_key_free(own.root_key[i]);
        private_key_free(own.key[i]);
    }
    for (unsigned i = 0; i < 3; i++)
        private_key_free(own.authority_key[i]);
    return arena_teardown(state);
}

/* Of provider p, from those days before NOW: authorities of the mask, each for that many types. */
static struct span list_of(unsigned p, int days_ago, uint64_t issue, unsigned mask, size_t n_types)
{
    struct vical_order_entry entry[3];
    struct vical_order o = { .provider = "SPECIMEN",
                             .date = NOW - days_ago * (unix_time)DAY,
                             .next_update = NOW - days_ago * (unix_time)DAY + 40 * (unix_time)DAY,
                             .issue = issue,
                             .entry = entry };
    struct why w = { 0 };
    struct buffer b;
    struct span out;

    for (unsigned i = 0; i < 3; i++)
        if (mask >> i & 1)
            entry[o.n++] = (struct vical_order_entry){ own.authority[i], both_types, n_types };
    buf_init(&b, 1 << 20);
    if (!vical_write(&o, own.key[p], own.signer[p], &test_arena, &b, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

struct fixture {
    char dir[64], log[120];
    unsigned n;
    char refused[64], noted[64];
    struct trust_import_counts counts;
    struct trust_import_options o;
};

static void on_refused(void *ctx, const struct trust_refusal *r)
{
    struct fixture *f = ctx;

    assert_true(r->advice && *r->advice);
    (void)snprintf(f->refused, sizeof f->refused, "%s", r->why.reason);
}

static void on_note(void *ctx, const char *file, const struct why *w)
{
    struct fixture *f = ctx;

    (void)file;
    (void)snprintf(f->noted, sizeof f->noted, "%s", w->reason);
}

static void begin(struct fixture *f)
{
    *f = (struct fixture){ .dir = "/tmp/serai-vical-XXXXXX" };
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->log, sizeof f->log, "%s/%s", f->dir, TRUST_LOG_NAME);
    f->o = (struct trust_import_options){
        .member = "IR", .by = "SPECIMEN", .now = NOW, .refused = on_refused, .noted = on_note, .ctx = f
    };
}

static void end(const struct fixture *f)
{
    char command[100];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->dir);
    assert_int_equal(system(command), 0);
}

static struct anchor_set *believed(const struct fixture *f, struct trust_counts *n)
{
    struct anchor_set *set = anchor_set_new();
    struct trust_counts counts = { 0 };
    struct trust_log *log;

    if (access(f->log, R_OK) == 0) {
        assert_true(trust_log_open(f->log, TRUST_LOG_READ, &log, NULL, NULL));
        trust_log_load(log, set, &counts, NULL);
        trust_log_close(log);
    }
    if (n)
        *n = counts;
    return set;
}

/* Reason of the refusal; "" when it was taken. */
static const char *take(struct fixture *f, struct span bytes)
{
    struct anchor_set *set = believed(f, NULL);
    char path[120];
    const char *name = path;
    struct trust_log *log;
    struct why w = { 0 };
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/in-%u", f->dir, f->n++);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, file), bytes.n);
    assert_int_equal(fclose(file), 0);
    f->refused[0] = f->noted[0] = 0;
    if (!trust_log_open(f->log, TRUST_LOG_WRITE, &log, NULL, &w) ||
        !trust_import(log, set, &name, 1, &f->o, &f->counts, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    trust_log_close(log);
    anchor_set_free(set);
    return f->refused;
}

static void take_root(struct fixture *f, unsigned p, unsigned purposes)
{
    f->o.purposes = purposes;
    assert_string_equal(take(f, own.root[p]), "");
    f->o.purposes = 0;
}

/* What each authority is at that time: 'y' for licences, 'o' for other types, '-' nothing, 'x' list over. */
static const char *authorities(const struct fixture *f, unix_time at)
{
    struct anchor_set *set = believed(f, NULL);
    char *out = arena_alloc(&test_arena, 4);

    for (unsigned i = 0; i < 3; i++) {
        const struct anchor *a;
        struct digest d;

        digest_of(DIGEST_SHA256, own.authority[i], &d);
        a = anchor_by_sha256(set, &d);
        out[i] = !a ? '-' : "yox"[anchor_typed(a, SPAN(MDL), at, NULL)];
    }
    out[3] = 0;
    anchor_set_free(set);
    return out;
}

static void a_provider_must_be_known_for_lists(void **state)
{
    static const struct {
        unsigned purposes;
        const char *reason;
    } cases[] = { { FOR_LICENCES, "CERT_UNTRUSTED" }, { FOR_TRAVEL, "CERT_UNTRUSTED" },
                  { FOR_SEALS, "CERT_UNTRUSTED" },    { FOR_LISTS, "" },
                  { FOR_LISTS | FOR_TRAVEL, "" },     { 0, "" } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;

        begin(&f);
        assert_string_equal(take(&f, list_of(0, 5, 1, 7, 1)), "CERT_UNTRUSTED");
        take_root(&f, 0, cases[i].purposes);
        assert_string_equal(take(&f, list_of(0, 5, 1, 7, 1)), cases[i].reason);
        assert_string_equal(authorities(&f, NOW), *cases[i].reason ? "---" : "yyy");
        end(&f);
    }
}

static void one_list_of_a_provider_is_installed(void **state)
{
    static const struct {
        const char *what;
        int days_ago;
        uint64_t issue;
        unsigned mask;
        bool older;
        const char *reason, *then;
    } steps[] = {
        { "the first", 20, 9, 3, false, "", "yy-" },
        { "a later date, a lower issue", 10, 2, 5, false, "", "y-y" },
        { "the same date, a lower issue", 10, 1, 7, false, "VICAL_ROLLBACK", "y-y" },
        { "the same date, a higher issue", 10, 3, 1, false, "", "y--" },
        { "the first again", 20, 9, 3, false, "VICAL_ROLLBACK", "y--" },
        { "the first again, asked for", 20, 9, 3, true, "", "yy-" },
        { "the one that was replaced, which is newer", 10, 3, 1, false, "", "y--" },
        { "of the future", -1, 4, 7, false, "VICAL_NOT_YET", "y--" },
        { "nobody", 1, 4, 0, false, "", "---" },
    };
    struct fixture f;

    (void)state;
    begin(&f);
    take_root(&f, 0, FOR_LISTS);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct trust_counts n;
        struct anchor_set *set;

        f.o.older = steps[i].older;
        if (strcmp(take(&f, list_of(0, steps[i].days_ago, steps[i].issue, steps[i].mask, 1)),
                   steps[i].reason) != 0)
            fail_msg("%s: %s", steps[i].what, f.refused);
        if (strcmp(authorities(&f, NOW), steps[i].then) != 0)
            fail_msg("%s: %s", steps[i].what, authorities(&f, NOW));
        set = believed(&f, &n);
        assert_int_equal(n.waiting, 0);
        assert_non_null(anchor_list_at(set, 0));
        assert_null(anchor_list_at(set, 1));
        anchor_set_free(set);
    }
    end(&f);
}

/* The name in a list is the provider's word: another root with it replaces nothing. */
static void providers_of_one_name(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    take_root(&f, 0, FOR_LISTS);
    take_root(&f, 1, FOR_LISTS);
    assert_string_equal(take(&f, list_of(0, 5, 5, 1, 1)), "");
    assert_string_equal(take(&f, list_of(1, 9, 1, 2, 1)), "");
    assert_string_equal(authorities(&f, NOW), "yy-");
    assert_string_equal(take(&f, list_of(1, 2, 9, 4, 1)), "");
    assert_string_equal(authorities(&f, NOW), "y-y");
    end(&f);
}

/* Types are those that any list names; the node's own word is for all. */
static void types_of_documents(void **state)
{
    struct fixture f;
    struct anchor_set *set;
    const struct anchor_origin *by;
    struct digest d;

    (void)state;
    begin(&f);
    take_root(&f, 0, FOR_LISTS);
    take_root(&f, 1, FOR_LISTS);
    assert_string_equal(take(&f, list_of(0, 5, 5, 1, 1)), "");
    set = believed(&f, NULL);
    digest_of(DIGEST_SHA256, own.authority[0], &d);
    assert_int_equal(anchor_typed(anchor_by_sha256(set, &d), SPAN(PHOTO), NOW, &by), ANCHOR_OTHER_TYPE);
    assert_int_equal(anchor_typed(anchor_by_sha256(set, &d), SPAN(MDL "x"), NOW, &by), ANCHOR_OTHER_TYPE);
    assert_int_equal(anchor_typed(anchor_by_sha256(set, &d), SPAN("org.iso.18013.5.1.mD"), NOW, &by),
                     ANCHOR_OTHER_TYPE);
    assert_false(anchor_any_type(anchor_by_sha256(set, &d)));
    anchor_set_free(set);
    assert_string_equal(take(&f, list_of(1, 5, 6, 1, 2)), "");
    set = believed(&f, NULL);
    assert_int_equal(anchor_typed(anchor_by_sha256(set, &d), SPAN(PHOTO), NOW, &by), ANCHOR_TYPED);
    assert_int_equal(by->list->issue, 6);
    assert_string_equal(by->list->provider, "SPECIMEN");
    assert_string_equal(by->member, "IR");
    anchor_set_free(set);
    f.o.purposes = FOR_LICENCES;
    assert_string_equal(take(&f, own.authority[0]), "");
    set = believed(&f, NULL);
    assert_int_equal(anchor_typed(anchor_by_sha256(set, &d), SPAN("any.other"), NOW, &by), ANCHOR_TYPED);
    assert_null(by->list);
    assert_true(anchor_any_type(anchor_by_sha256(set, &d)));
    anchor_set_free(set);
    end(&f);
}

/* A stale list counts; the origin that is not stale is named when there is one. */
static void stale(void **state)
{
    struct fixture f;
    struct anchor_set *set;
    const struct anchor_origin *by;
    struct digest d;

    (void)state;
    begin(&f);
    take_root(&f, 0, FOR_LISTS);
    take_root(&f, 1, FOR_LISTS);
    assert_string_equal(take(&f, list_of(1, 3, 2, 1, 1)), "");
    assert_string_equal(f.noted, "");
    f.o.now = NOW + 38 * (unix_time)DAY;
    assert_string_equal(take(&f, list_of(0, 5, 1, 1, 1)), "");
    assert_string_equal(f.noted, "VICAL_STALE");
    set = believed(&f, NULL);
    digest_of(DIGEST_SHA256, own.authority[0], &d);
    assert_int_equal(anchor_typed(anchor_by_sha256(set, &d), SPAN(MDL), NOW + 36 * (unix_time)DAY, &by),
                     ANCHOR_TYPED);
    assert_int_equal(by->list->issue, 2);
    assert_int_equal(anchor_typed(anchor_by_sha256(set, &d), SPAN(MDL), NOW + 90 * (unix_time)DAY, &by),
                     ANCHOR_TYPED);
    anchor_set_free(set);
    end(&f);
}

/* Read from a set directly: past its last day a list vouches for nothing. */
static void past_its_last_day(void **state)
{
    struct anchor_list l = { .provider = "P", .source = "f", .date = NOW - DAY, .not_after = NOW };
    struct anchor_origin from = {
        .source = "f", .purposes = FOR_LICENCES, .types = MDL "\n" PHOTO, .list = &l
    };
    const struct anchor_origin lists = { .source = "g", .purposes = FOR_LISTS };
    struct anchor_set *set = anchor_set_new();
    const struct anchor *a;

    (void)state;
    assert_true(anchor_set_add(set, own.authority[0], &from, ANCHOR_VOUCHED, NULL, NULL));
    assert_true(anchor_set_add(set, own.authority[0], &lists, ANCHOR_VOUCHED, NULL, NULL));
    a = anchor_at(set, 0);
    assert_int_equal(anchor_typed(a, SPAN(PHOTO), NOW, NULL), ANCHOR_TYPED);
    assert_int_equal(anchor_typed(a, SPAN(PHOTO), NOW + 1, NULL), ANCHOR_LIST_OVER);
    assert_true(anchor_counts_at(a, FOR_LICENCES, NOW));
    assert_false(anchor_counts_at(a, FOR_LICENCES, NOW + 1));
    assert_true(anchor_counts_at(a, FOR_LISTS, NOW + 1));
    assert_int_equal(anchor_set_count(set), 1);
    l.provider = "Q"; /* the set has its own */
    assert_string_equal(anchor_list_at(set, 0)->provider, "P");
    anchor_set_free(set);
}

/* The word of who names a file or folder: without an import. */
static void named_files(void **state)
{
    struct anchor_set *set = anchor_set_new();
    struct trust_counts n;
    struct findings f;
    struct span list = list_of(0, 5, 1, 3, 1);

    (void)state;
    findings_init(&f);
    assert_true(trust_load_bytes(set, list, "a.cbor", &n, &f, NULL));
    assert_int_equal(n.lists, 1);
    assert_int_equal(f.n, 1);
    assert_string_equal(f.item[0].why.reason, "list-not-proved");
    assert_int_equal(anchor_set_count(set), 3); /* its signer, for lists, and two authorities */
    assert_int_equal(anchor_at(set, 0)->purposes, FOR_LISTS);
    anchor_set_free(set);
    set = anchor_set_new();
    findings_init(&f);
    assert_true(trust_load_bytes(set, own.root[0], "r.der", NULL, &f, NULL));
    assert_true(trust_load_bytes(set, list, "a.cbor", &n, &f, NULL));
    assert_int_equal(f.n, 0);
    assert_int_equal(anchor_set_count(set), 3);
    anchor_set_free(set);
}

/* Every published list: each authority with its list, as many as its index says. */
static void shared_lists(void **state)
{
    json_t *index = load_json(vector_path("licence/vical-real/index.json")), *c;
    size_t i;

    (void)state;
    json_array_foreach(json_object_get(index, "cases"), i, c)
    {
        json_t *expect = json_object_get(c, "expect");
        struct anchor_set *set;
        struct fixture f;
        char path[300];

        begin(&f);
        (void)snprintf(path, sizeof path, "licence/%s",
                       json_string_value(json_array_get(json_object_get(c, "anchors"), 0)));
        f.o.purposes = FOR_LISTS;
        assert_string_equal(take(&f, load_file(&test_arena, vector_path(path))), "");
        (void)snprintf(path, sizeof path, "licence/%s", json_string_value(json_object_get(c, "file")));
        f.o.profile = PROFILE_STRICT;
        assert_string_equal(take(&f, load_file(&test_arena, vector_path(path))), "VICAL_ENTRY");
        f.o.profile = PROFILE_LENIENT;
        assert_string_equal(take(&f, load_file(&test_arena, vector_path(path))), "");
        assert_string_equal(f.noted, "VICAL_ENTRY");
        set = believed(&f, NULL);
        assert_int_equal(f.counts.authorities, json_integer_value(json_object_get(expect, "entries")));
        assert_int_equal(anchor_list_at(set, 0)->entries, f.counts.authorities);
        assert_int_equal(anchor_list_at(set, 0)->defective,
                         json_object_size(json_object_get(expect, "findings")));
        assert_int_equal(anchor_set_count(set), f.counts.authorities + 1);
        anchor_set_free(set);
        end(&f);
    }
    assert_true(i > 0);
    json_decref(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_provider_must_be_known_for_lists),
        cmocka_unit_test(one_list_of_a_provider_is_installed),
        cmocka_unit_test(providers_of_one_name),
        cmocka_unit_test(types_of_documents),
        cmocka_unit_test(stale),
        cmocka_unit_test(past_its_last_day),
        cmocka_unit_test(named_files),
        cmocka_unit_test(shared_lists),
    };

    return cmocka_run_group_tests_name("trust vical", tests, set_up, tear_down);
}
