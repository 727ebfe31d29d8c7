/* From chips and lines to facts and contradictions: what each reading of a document says, and what it never
 * says. */
#include "vectors.h"

#include "../seal/make_sod.h"
#include "check/gather.h"
#include "seal/issue_certificate.h"
#include "wire/der_write.h"

static struct arena arena;
static struct private_key *ca_key, *dsc_key, *other_key;
static struct span ca, dsc, other_ca, other_dsc;
static struct anchor_set *anchors;

static const unix_time now = 1760000000; /* 2025-10-09 */

#define NAME1 "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<"
#define DATA1 "N123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
#define LINES NAME1 "\n" DATA1

static struct span keep(struct buffer *b)
{
    struct span s = arena_copy(&arena, buf_span(b));

    assert_true(buf_ok(b));
    buf_free(b);
    return s;
}

static struct span issue(struct certificate_order o, const struct private_key *k,
                         const struct private_key *by, struct span issuer)
{
    struct buffer b;

    buf_init(&b, 8192);
    assert_true(certificate_issue(&o, k, by, issuer, &b, NULL));
    return keep(&b);
}

static struct span group1(const char *lines)
{
    struct buffer b;
    size_t at;

    buf_init(&b, 256);
    at = der_put_begin(&b, 0x61);
    buf_be(&b, 0x5f1f, 2);
    buf_u8(&b, 88);
    for (const char *p = lines; *p; p++)
        if (*p != '\n')
            buf_u8(&b, (uint8_t)*p);
    der_put_end(&b, at);
    return keep(&b);
}

static int setup(void **state)
{
    struct certificate_order country = {
        CERTIFICATE_COUNTRY_SIGNER, "KZ", NULL, "SPECIMEN CSCA", 1, 1600000000, 2000000000, NULL
    };
    struct certificate_order signer = {
        CERTIFICATE_DOCUMENT_SIGNER, "KZ", NULL, "SPECIMEN DS", 2, 1700000000, 1900000000, "P"
    };

    (void)state;
    arena_init(&arena, 256 << 20);
    assert_true(private_key_generate(CURVE_P256, &ca_key, NULL) &&
                private_key_generate(CURVE_P256, &dsc_key, NULL) &&
                private_key_generate(CURVE_P256, &other_key, NULL));
    ca = issue(country, ca_key, ca_key, (struct span){ 0 });
    dsc = issue(signer, dsc_key, ca_key, ca);
    country.common_name = "SPECIMEN unknown CSCA";
    other_ca = issue(country, other_key, other_key, (struct span){ 0 });
    other_dsc = issue(signer, dsc_key, other_key, other_ca);
    anchors = anchor_set_new();
    assert_true(
        anchor_set_add(anchors, ca, &(struct anchor_origin){ .source = "test" }, ANCHOR_VOUCHED, NULL, NULL));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    anchor_set_free(anchors);
    private_key_free(ca_key);
    private_key_free(dsc_key);
    private_key_free(other_key);
    arena_free(&arena);
    return 0;
}

static const struct span picture = SPAN("\x75\x03\x01\x02\x03");

static struct span sod_over(const char *lines, struct span cert)
{
    struct span dg[] = { group1(lines), picture };
    struct sod_order o = { .signer = dsc_key, .dsc = cert, .dg = dg, .n_dg = 2 };
    struct buffer b;

    buf_init(&b, 65536);
    make_sod(&o, &b);
    return keep(&b);
}

/* Evidence of one case: up to two texts of lines and two chips. */
struct presented {
    const char *lines[2];
    struct span file[2][4];
    size_t n_files[2];
};

static void facts_of(const struct presented *p, struct gathered *g, struct facts *f)
{
    struct check_context c = { .member = "IR", .anchors = anchors };
    struct check_request r = { 0 };
    struct travel_circumstances t = { .entering = "IR" };

    for (size_t i = 0; i < 2; i++)
        if (p->n_files[i]) /* chips first: their place must not matter */
            r.evidence[r.n_evidence++] =
                (struct evidence){ .kind = EVIDENCE_CHIP, .file = p->file[i], .n_files = p->n_files[i] };
    for (size_t i = 0; i < 2; i++)
        if (p->lines[i])
            r.evidence[r.n_evidence++] =
                (struct evidence){ .kind = EVIDENCE_MRZ, .bytes = span_str(p->lines[i]) };
    gather(&c, &r, now, NULL, &arena, g);
    t.contradictions = gathered_contradictions(g);
    travel_facts(&g->document, &g->permission, &t, date_of_time(now), f);
}

static bool is(const struct facts *f, enum fact id, const char *word)
{
    return word ? f->v[id].present && span_eq_str(f->v[id].word, word) : !f->v[id].present;
}

static void what_a_document_is_worth(void **state)
{
    struct span good = sod_over(LINES, dsc), unknown = sod_over(LINES, other_dsc), dg1 = group1(LINES);
    const char *other_name = "P<KAZSPECIMEN<<AIGERINA<<<<<<<<<<<<<<<<<<<<<\n" DATA1;
    const char *other_number = NAME1 "\nN123456796KAZ9005145F3105135<<<<<<<<<<<<<<<0";
    const char *misread = NAME1 "\nN123456785KAZ9005145F3105I35<<<<<<<<<<<<<<<2";
    struct span foreign = group1(other_name);
    struct span of_another = sod_over(other_number, dsc), dg1_of_another = group1(other_number);
    const struct {
        const char *what;
        struct presented p;
        const char *document, *chip, *contradiction;
        bool nationality; /* known */
        unsigned differs;
    } cases[] = {
        { "lines alone", { { LINES }, { { { 0 } } }, { 0 } }, "well-formed", NULL, "none", true, 0 },
        { "lines that are misread",
          { { misread }, { { { 0 } } }, { 0 } },
          "malformed",
          NULL,
          "none",
          false,
          0 },
        { "chip alone",
          { { NULL }, { { good, dg1, picture } }, { 3 } },
          "genuine",
          "genuine",
          "none",
          true,
          0 },
        { "chip and lines",
          { { LINES }, { { dg1, good, picture } }, { 3 } },
          "genuine",
          "genuine",
          "none",
          true,
          0 },
        { "misread lines beside a chip",
          { { misread }, { { good, dg1, picture } }, { 3 } },
          "genuine",
          "genuine",
          "none",
          true,
          0 },
        { "issuer not known",
          { { LINES }, { { unknown, dg1, picture } }, { 3 } },
          "no-anchor",
          "no-anchor",
          "none",
          true,
          0 },
        { "issuer not known, misread lines: DG1 is as good as lines",
          { { misread }, { { unknown, dg1, picture } }, { 3 } },
          "no-anchor",
          "no-anchor",
          "none",
          true,
          0 },
        { "without EF.SOD",
          { { LINES }, { { dg1, picture } }, { 2 } },
          "undetermined",
          "undetermined",
          "none",
          true,
          0 },
        { "without DG1",
          { { LINES }, { { good, picture } }, { 2 } },
          "undetermined",
          "undetermined",
          "none",
          true,
          0 },
        { "without DG2",
          { { LINES }, { { good, dg1 } }, { 2 } },
          "undetermined",
          "undetermined",
          "none",
          true,
          0 },
        { "nothing of a chip",
          { { LINES }, { { SPAN("x") } }, { 1 } },
          "malformed",
          "malformed",
          "none",
          true,
          0 },
        { "EF.SOD twice",
          { { LINES }, { { good, good, dg1, picture } }, { 4 } },
          "malformed",
          "malformed",
          "none",
          true,
          0 },
        { "DG1 of another",
          { { NULL }, { { good, foreign, picture } }, { 3 } },
          "forged",
          "forged",
          "forged",
          true,
          0 },
        { "DG1 of another, and lines that say so",
          { { LINES }, { { good, foreign, picture } }, { 3 } },
          "forged",
          "forged",
          "several",
          true,
          DIFFERS_NAME },
        { "printed name changed",
          { { other_name }, { { good, dg1, picture } }, { 3 } },
          "genuine",
          "genuine",
          "lines against chip",
          true,
          DIFFERS_NAME },
        { "printed name changed, issuer not known",
          { { other_name }, { { unknown, dg1, picture } }, { 3 } },
          "no-anchor",
          "no-anchor",
          "lines against chip",
          true,
          DIFFERS_NAME },
        { "two chips of one person",
          { { NULL }, { { good, dg1, picture }, { good, dg1, picture } }, { 3, 3 } },
          "genuine",
          "genuine",
          "none",
          true,
          0 },
        { "a bad reading, then a good one",
          { { LINES }, { { good, dg1 }, { good, dg1, picture } }, { 2, 3 } },
          "genuine",
          "genuine",
          "none",
          true,
          0 },
        { "two chips of two people",
          { { NULL }, { { good, dg1, picture }, { of_another, dg1_of_another, picture } }, { 3, 3 } },
          "genuine",
          "genuine",
          "two documents",
          true,
          0 },
        { "two texts of two people",
          { { LINES, other_number }, { { { 0 } } }, { 0 } },
          "well-formed",
          NULL,
          "two documents",
          true,
          0 },
    };
    struct gathered *g = arena_alloc(&arena, sizeof *g);
    struct facts f;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        facts_of(&cases[i].p, g, &f);
        if (!is(&f, FACT_DOCUMENT_RESULT, cases[i].document) || !is(&f, FACT_CHIP_RESULT, cases[i].chip) ||
            !is(&f, FACT_EVIDENCE_CONTRADICTION, cases[i].contradiction) ||
            f.v[FACT_TRAVELLER_NATIONALITY].present != cases[i].nationality || g->differs != cases[i].differs)
            fail_msg("%s: document %.*s, chip %.*s, contradiction %.*s, differs %x", cases[i].what,
                     (int)f.v[FACT_DOCUMENT_RESULT].word.n, (const char *)f.v[FACT_DOCUMENT_RESULT].word.p,
                     (int)f.v[FACT_CHIP_RESULT].word.n, (const char *)f.v[FACT_CHIP_RESULT].word.p,
                     (int)f.v[FACT_EVIDENCE_CONTRADICTION].word.n,
                     (const char *)f.v[FACT_EVIDENCE_CONTRADICTION].word.p, g->differs);
    }
}

/* One byte of any file of the chip changed, in three ways: never genuine, and forged is said of what is
 * forged. */
static void no_changed_byte_is_genuine(void **state)
{
    struct presented p = { { LINES }, { { sod_over(LINES, dsc), group1(LINES), picture } }, { 3 } };
    struct gathered *g = arena_alloc(&arena, sizeof *g);
    static const uint8_t change[] = { 0x01, 0x80, 0xff };
    struct facts f;

    (void)state;
    for (size_t file = 0; file < 3; file++) {
        uint8_t *b = (uint8_t *)(uintptr_t)arena_copy(&arena, p.file[0][file]).p;
        struct span was = p.file[0][file];

        p.file[0][file].p = b;
        for (size_t i = 0; i < was.n; i++) {
            for (size_t k = 0; k < sizeof change; k++) {
                b[i] ^= change[k];
                facts_of(&p, g, &f);
                if (is(&f, FACT_DOCUMENT_RESULT, "genuine"))
                    fail_msg("file %zu, byte %zu ^ %02x is genuine", file, i, change[k]);
                b[i] ^= change[k];
            }
        }
        p.file[0][file] = was;
    }
}

static void lines_and_dg1_field_by_field(void **state)
{
    static const struct {
        const char *what, *lines;
        unsigned differs;
    } cases[] = {
        { "the same", LINES, 0 },
        { "number", NAME1 "\nN123456796KAZ9005145F3105135<<<<<<<<<<<<<<<0", DIFFERS_NUMBER },
        { "birth", NAME1 "\nN123456785KAZ9005156F3105135<<<<<<<<<<<<<<<2", DIFFERS_BIRTH },
        { "expiry", NAME1 "\nN123456785KAZ9005145F3205138<<<<<<<<<<<<<<<2", DIFFERS_EXPIRY },
        { "name", "P<KAZSPECIMEN<<AIGERIN<<<<<<<<<<<<<<<<<<<<<<\n" DATA1, DIFFERS_NAME },
        { "names the other way round", "P<KAZAIGERIM<<SPECIMEN<<<<<<<<<<<<<<<<<<<<<<\n" DATA1, DIFFERS_NAME },
        { "nationality", NAME1 "\nN123456785UZB9005145F3105135<<<<<<<<<<<<<<<2", DIFFERS_NATIONALITY },
        { "issuer", "P<UZBSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\n" DATA1, DIFFERS_ISSUER },
        { "a misread name beside a misread digit is no difference",
          "P<KAZSPECIMEN<<A1GERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<3", 0 },
        { "but another birth date with its own digit is, whatever else is misread",
          NAME1 "\nN123456786KAZ9005156F3105135<<<<<<<<<<<<<<<2", DIFFERS_BIRTH },
    };
    struct mrz dg1, lines;

    (void)state;
    assert_true(mrz_parse(SPAN(LINES), now, &dg1, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned got;

        assert_true(mrz_parse(span_str(cases[i].lines), now, &lines, NULL));
        got = travel_lines_differ(&lines, &dg1);
        if (got != cases[i].differs)
            fail_msg("%s: %x", cases[i].what, got);
    }
}

static void contradictions_have_words_of_the_language(void **state)
{
    (void)state;
    for (unsigned set = 0; set < 32; set++) {
        const char *word = contradiction_word(set);
        const char *const *k = vocabulary_words(VOCABULARY_CONTRADICTION);
        bool one = (set & (set - 1)) == 0;

        while (*k && strcmp(*k, word) != 0)
            k++;
        assert_non_null(*k);
        assert_int_equal(strcmp(word, "none") == 0, set == 0);
        assert_int_equal(strcmp(word, "several") == 0, !one);
    }
}

static void requests_with_chips(void **state)
{
#define C(more) "{\"evidence\":[{\"kind\":\"chip\"" more "}]}"
    static const struct {
        const char *what, *json, *reason, *detail;
        size_t files;
    } cases[] = {
        { "two files", C(",\"files\":[\"dwA=\",\"YQA=\"]"), NULL, NULL, 2 },
        { "with an answer of the chip",
          C(",\"files\":[\"dwA=\"],\"active_authentication\":{\"challenge\":\"AAAAAAAAAAA=\",\"response\":"
            "\"AA==\"}"),
          NULL, NULL, 1 },
        { "with a record of chip authentication, as an object",
          C(",\"files\":[\"dwA=\"],\"chip_authentication\":{\"chip_authentication\":{}}"), NULL, NULL, 1 },
        { "the same in base64", C(",\"files\":[\"dwA=\"],\"chip_authentication\":\"e30=\""), NULL, NULL, 1 },
        { "a record that is a number", C(",\"files\":[\"dwA=\"],\"chip_authentication\":1"), "request",
          "an object, or base64", 0 },
        { "an empty record", C(",\"files\":[\"dwA=\"],\"chip_authentication\":\"\""), "request",
          "1 to 16384 bytes", 0 },
        { "a record of lines",
          "{\"evidence\":[{\"kind\":\"mrz\",\"text\":\"x\",\"chip_authentication\":{}}]}", "request",
          "belong to kind chip", 0 },
        { "no files", C(""), "request", "has \"files\"", 0 },
        { "an empty list", C(",\"files\":[]"), "request", "has \"files\"", 0 },
        { "files that are no list", C(",\"files\":{}"), "request", "has \"files\"", 0 },
        { "an empty file", C(",\"files\":[\"\"]"), "request", "not empty", 0 },
        { "a file that is a number", C(",\"files\":[1]"), "request", "not empty", 0 },
        { "broken base64", C(",\"files\":[\"d\"]"), "request", "base64", 0 },
        { "text too", C(",\"files\":[\"dwA=\"],\"text\":\"x\""), "request", "neither", 0 },
        { "base64 too", C(",\"files\":[\"dwA=\"],\"base64\":\"AA==\""), "request", "neither", 0 },
        { "files of lines", "{\"evidence\":[{\"kind\":\"mrz\",\"text\":\"x\",\"files\":[\"AA==\"]}]}",
          "request", "belong to kind chip", 0 },
        { "an answer of lines",
          "{\"evidence\":[{\"kind\":\"mrz\",\"text\":\"x\",\"active_authentication\":{\"challenge\":"
          "\"AAAAAAAAAAA=\","
          "\"response\":\"AA==\"}}]}",
          "request", "belong to kind chip", 0 },
        { "a challenge of seven bytes",
          C(",\"files\":[\"dwA=\"],\"active_authentication\":{\"challenge\":\"AAAAAAAAAA==\",\"response\":"
            "\"AA==\"}"),
          "request", "8 bytes", 0 },
        { "a challenge without response",
          C(",\"files\":[\"dwA=\"],\"active_authentication\":{\"challenge\":\"AAAAAAAAAAA=\"}"), "request",
          "8 bytes", 0 },
        { "more in the answer", C(",\"files\":[\"dwA=\"],\"active_authentication\":{\"x\":1}"), "request",
          "not known there", 0 },
        { "an answer that is no object", C(",\"files\":[\"dwA=\"],\"active_authentication\":1"), "request",
          "must be an object", 0 },
    };
#undef C
    struct check_request r;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w;
        bool ok;

        why_clear(&w);
        ok = check_request_from_json(span_str(cases[i].json), &r, &arena, &w);
        if (ok != !cases[i].reason || (ok && r.evidence[0].n_files != cases[i].files) ||
            (!ok && (strcmp(w.reason, cases[i].reason) != 0 || !strstr(w.detail, cases[i].detail) ||
                     w.offset == WHY_NO_OFFSET)))
            fail_msg("%s: %s %s", cases[i].what, ok ? "taken" : w.reason, w.detail);
    }
}

static void ceilings_of_chips(void **state)
{
    struct check_request r;
    struct buffer b;
    struct why w;

    (void)state;
    buf_init(&b, 32 << 20);
    for (size_t n = LIMIT_CHIP_FILES; n <= LIMIT_CHIP_FILES + 1; n++) {
        buf_reset(&b);
        buf_str(&b, "{\"evidence\":[{\"kind\":\"chip\",\"files\":[");
        for (size_t i = 0; i < n; i++)
            buf_str(&b, i ? ",\"AA==\"" : "\"AA==\"");
        buf_str(&b, "]}]}");
        why_clear(&w);
        assert_int_equal(check_request_from_json(buf_span(&b), &r, &arena, &w), n == LIMIT_CHIP_FILES);
    }
    assert_string_equal(w.reason, "too-large");
    for (size_t more = 0; more <= 3; more += 3) {
        buf_reset(&b);
        buf_str(&b, "{\"evidence\":[{\"kind\":\"chip\",\"files\":[\"");
        for (size_t i = 0; i < LIMIT_CHIP / 3 * 4 + more / 3 * 4; i++)
            buf_u8(&b, 'A');
        buf_str(&b, "\"]}]}");
        why_clear(&w);
        assert_int_equal(check_request_from_json(buf_span(&b), &r, &arena, &w), more == 0);
    }
    assert_string_equal(w.reason, "too-large");
    buf_free(&b);
}

static uint64_t ticks;

static uint64_t tick(void)
{
    return ticks += 1000;
}

/* Every part ends after it began, inside ones inside the whole; without a stopwatch no clock is read. */
static void parts_are_measured(void **state)
{
    static const char *const names[] = { "signature", "chain", "revocation", "groups", "chip", "mrz" };
    struct stopwatch watch = { .now = tick, .of = SIZE_MAX };
    const struct check_context c = { .member = "IR", .anchors = anchors };
    struct gathered *g = arena_alloc(&arena, sizeof *g);
    struct span file[3] = { sod_over(LINES, dsc), group1(LINES), picture };
    struct check_request r = { .n_evidence = 2,
                               .evidence = { { .kind = EVIDENCE_CHIP, .file = file, .n_files = 3 },
                                             { .kind = EVIDENCE_MRZ, .bytes = SPAN(LINES) } } };
    const struct stopwatch_part *chip = NULL;
    size_t seen = 0;

    (void)state;
    ticks = 0;
    gather(&c, &r, now, NULL, &arena, g);
    assert_int_equal(ticks, 0);
    gather(&c, &r, now, &watch, &arena, g);
    assert_int_equal(watch.n, sizeof names / sizeof *names);
    for (size_t i = 0; i < watch.n; i++)
        if (strcmp(watch.part[i].name, "chip") == 0)
            chip = &watch.part[i];
    assert_non_null(chip);
    for (size_t i = 0; i < watch.n; i++) {
        const struct stopwatch_part *p = &watch.part[i];

        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            seen += strcmp(p->name, names[k]) == 0;
        assert_true(p->took >= 1000);
        assert_int_equal(p->of, strcmp(p->name, "mrz") == 0);
        assert_int_equal(p->within, p != chip && p->of == 0);
        assert_true(!p->within || (p->from > chip->from && p->from + p->took < chip->from + chip->took));
        assert_string_equal(p->state,
                            strcmp(p->name, "chain") == 0 || strcmp(p->name, "revocation") == 0 ? "KZ" : "");
    }
    assert_int_equal(seen, watch.n);
    assert_int_equal(watch.of, SIZE_MAX);
    for (int i = 0; i < STOPWATCH_PARTS; i++) /* no more places: nothing is written past them */
        (void)stopwatch_stop(&watch, "law", 0);
    assert_int_equal(watch.n, STOPWATCH_PARTS);
    assert_null(stopwatch_stop(&watch, "law", 0));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_document_is_worth),
        cmocka_unit_test(no_changed_byte_is_genuine),
        cmocka_unit_test(lines_and_dg1_field_by_field),
        cmocka_unit_test(contradictions_have_words_of_the_language),
        cmocka_unit_test(requests_with_chips),
        cmocka_unit_test(ceilings_of_chips),
        cmocka_unit_test(parts_are_measured),
    };

    return cmocka_run_group_tests_name("gather", tests, setup, teardown);
}
