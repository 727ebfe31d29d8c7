/* Mobile licences: every shared vector with its expected outcome, and what must hold of any. */
#include "seal/mdoc.h"

#include "base/buffer.h"
#include "seal/mdoc_transcript.h"
#include "support/guard.h"
#include "support/vectors.h"

static struct anchor_set *anchors_of(json_t *c)
{
    struct anchor_set *set = anchor_set_new();
    const struct anchor_origin from = { .source = "test" };
    json_t *name;
    size_t i;

    json_array_foreach(json_object_get(c, "anchors"), i, name)
    {
        char path[200];
        struct why w = { 0 };

        (void)snprintf(path, sizeof path, "licence/%s", json_string_value(name));
        if (!anchor_set_add(set, load_file(&test_arena, vector_path(path)), &from, ANCHOR_VOUCHED, NULL, &w))
            fail_msg("%s: %s", path, w.detail);
    }
    return set;
}

static struct span file_of(json_t *c, const char *member)
{
    const char *name = json_string_value(json_object_get(c, member));
    char path[200];

    if (!name)
        return (struct span){ 0 };
    (void)snprintf(path, sizeof path, "licence/%s", name);
    return load_file(&test_arena, vector_path(path));
}

static struct mdoc_options options_of(json_t *c)
{
    const char *kind = json_string_value(json_object_get(c, "kind")),
               *hex = json_string_value(json_object_get(c, "transcript_hex")),
               *now = json_string_value(json_object_get(c, "now"));
    struct mdoc_options opt = { .form = MDOC_RESPONSE, .profile = PROFILE_STRICT };
    struct span key = file_of(c, "reader_key");

    if (strcmp(kind, "document") == 0)
        opt.form = MDOC_DOCUMENT;
    else if (strcmp(kind, "issuer-signed") == 0)
        opt.form = MDOC_ISSUER_SIGNED;
    if (hex)
        opt.transcript = from_hex(&test_arena, hex);
    if (key.n) {
        struct private_key *k = NULL;

        assert_true(private_key_load(key, &k, NULL));
        opt.reader_key = k;
    }
    assert_true(time_parse(span_str(now), &opt.at));
    return opt;
}

static void options_free(struct mdoc_options *opt)
{
    private_key_free((struct private_key *)(uintptr_t)opt->reader_key);
}

static const char *outcome(const struct mdoc *m)
{
    return m->result == RESULT_GENUINE ? "OK" : m->why.reason;
}

static bool among(json_t *list, const char *name)
{
    json_t *v;
    size_t i;

    json_array_foreach(list, i, v)
    {
        if (strcmp(json_string_value(v), name) == 0)
            return true;
    }
    return false;
}

/* Findings of one kind (WARN_* or not) are those of the list, no more and no less. */
static bool same_set(json_t *list, const struct findings *f, bool warnings)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++) {
        bool warning = strncmp(f->item[i].why.reason, "WARN_", 5) == 0;

        if (warning != warnings)
            continue;
        n++;
        if (!among(list, f->item[i].why.reason))
            return false;
    }
    return n == json_array_size(list);
}

struct score {
    size_t cases, wrong;
};

static void wrong(struct score *s, json_t *c, const char *what, const char *want, const char *got)
{
    s->wrong++;
    print_message("%s: %s: wanted %s, got %s\n", json_string_value(json_object_get(c, "id")), what, want,
                  got);
}

static void list_findings(const struct findings *f, char *out, size_t n)
{
    out[0] = 0;
    for (size_t i = 0; i < f->n; i++) {
        strncat(out, f->item[i].why.reason, n - strlen(out) - 1);
        strncat(out, " ", n - strlen(out) - 1);
    }
}

static void try_profile(struct score *s, json_t *c, struct mdoc_options *opt, struct span in, enum profile p)
{
    json_t *expect = json_object_get(c, "expect");
    const char *want = json_string_value(json_object_get(expect, p == PROFILE_STRICT ? "strict" : "lenient"));
    struct findings f;
    struct arena a;
    struct mdoc m;
    char got[400];

    if (!want)
        return;
    arena_init(&a, MDOC_ARENA(in.n));
    findings_init(&f);
    opt->profile = p;
    (void)mdoc_verify(in, opt, &a, &m, &f);
    s->cases++;
    if (strcmp(outcome(&m), want) != 0)
        wrong(s, c, p == PROFILE_STRICT ? "strict" : "lenient", want, outcome(&m));
    if ((m.result == RESULT_GENUINE) != (m.why.reason == NULL))
        wrong(s, c, "result and reason", "both or none", outcome(&m));
    list_findings(&f, got, sizeof got);
    if (m.result == RESULT_GENUINE) {
        json_t *none = json_array();
        json_t *deviations = p == PROFILE_LENIENT ? json_object_get(expect, "deviations") : none;

        if (!same_set(deviations, &f, false))
            wrong(s, c, "deviations", "those listed", got);
        if (!same_set(json_object_get(expect, "warnings"), &f, true))
            wrong(s, c, "warnings", "those listed", got);
        json_decref(none);
    }
    arena_free(&a);
}

static void try_signatures(struct score *s, json_t *c, const struct mdoc *m, json_t *signatures)
{
    static const char *const word[] = { "none", "ok", "bad" };
    const char *issuer = json_string_value(json_object_get(signatures, "issuer")),
               *device = json_string_value(json_object_get(signatures, "device"));
    size_t bad = 0;

    for (size_t i = 0; i < m->n; i++) {
        bad += m->document[i].digests_wrong;
        if (strcmp(word[m->document[i].issuer], issuer) != 0)
            wrong(s, c, "signature of the issuer", issuer, word[m->document[i].issuer]);
        if (strcmp(word[m->document[i].device], device) != 0)
            wrong(s, c, "signature of the device", device, word[m->document[i].device]);
    }
    if (m->n == 0)
        wrong(s, c, "signatures", "a document", outcome(m));
    else if (bad != (size_t)json_integer_value(json_object_get(signatures, "digests_bad")))
        wrong(s, c, "wrong digests", "those counted", "another number");
}

/* The signer itself is trusted. */
static void try_pinned(struct score *s, json_t *c, struct mdoc_options *opt, struct span in)
{
    json_t *expect = json_object_get(c, "expect"), *pinned = json_object_get(expect, "pinned_ds"),
           *signatures = json_object_get(expect, "signatures");
    struct span signer[8];
    struct findings f;
    struct arena a;
    struct mdoc m;
    const char *want;
    char got[400];

    if (!pinned)
        return;
    arena_init(&a, 2 * MDOC_ARENA(in.n));
    findings_init(&f);
    opt->profile = PROFILE_LENIENT;
    (void)mdoc_verify(in, opt, &a, &m, &f);
    for (size_t i = 0; i < m.n && i < 8; i++)
        signer[opt->n_trusted++] = m.document[i].has_signer ? m.document[i].signer.der : (struct span){ 0 };
    opt->trusted_signers = signer;
    findings_init(&f);
    (void)mdoc_verify(in, opt, &a, &m, &f);
    s->cases++;
    want = json_string_value(json_object_get(pinned, "result"));
    if (strcmp(outcome(&m), want) != 0)
        wrong(s, c, "signer pinned", want, outcome(&m));
    list_findings(&f, got, sizeof got);
    if (m.result == RESULT_GENUINE && !same_set(json_object_get(pinned, "deviations"), &f, false))
        wrong(s, c, "deviations, signer pinned", "those listed", got);
    if (signatures)
        try_signatures(s, c, &m, signatures);
    opt->n_trusted = 0;
    arena_free(&a);
}

static bool is_document(json_t *c)
{
    static const char *const kinds[] = { "device-response", "document", "issuer-signed", "mdoc-with-status" };
    const char *kind = json_string_value(json_object_get(c, "kind"));

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

static void run_folder(const char *index)
{
    json_t *file = load_json(vector_path(index)), *c;
    struct score s = { 0 };
    size_t i;

    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        struct mdoc_options opt;
        struct anchor_set *set;
        struct span in;

        if (!is_document(c))
            continue;
        opt = options_of(c);
        set = anchors_of(c);
        opt.anchors = set;
        in = guard_copy(file_of(c, "file"));
        try_profile(&s, c, &opt, in, PROFILE_STRICT);
        try_profile(&s, c, &opt, in, PROFILE_LENIENT);
        try_pinned(&s, c, &opt, in);
        guard_free(in);
        anchor_set_free(set);
        options_free(&opt);
    }
    json_decref(file);
    assert_true(s.cases > 0);
    if (s.wrong)
        fail_msg("%s: %zu wrong of %zu", index, s.wrong, s.cases);
}

static void one_defect_each(void **state)
{
    (void)state;
    run_folder("licence/bad/index.json");
}

static void issued_by_others(void **state)
{
    (void)state;
    run_folder("licence/generated/index.json");
}

static void worked_example(void **state)
{
    (void)state;
    run_folder("licence/annexD-2021/index.json");
}

static void public_answers(void **state)
{
    (void)state;
    run_folder("licence/responses/index.json");
}

static void public_structures(void **state)
{
    (void)state;
    run_folder("licence/blobs/index.json");
}

static void with_status(void **state)
{
    (void)state;
    run_folder("licence/status/index.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_defect_each),   cmocka_unit_test(issued_by_others),
        cmocka_unit_test(worked_example),    cmocka_unit_test(public_answers),
        cmocka_unit_test(public_structures), cmocka_unit_test(with_status),
    };

    return cmocka_run_group_tests_name("mdoc", tests, arena_setup, arena_teardown);
}
