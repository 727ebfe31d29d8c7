/* Graphs of our own, long ones among them; signatures made, checked, and broken. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "cacao/sign.h"
#include "vectors.h"

#define ID(n) "11111111-1111-4111-8111-1111111111" n

/* start 01 -> action 02 -> end 03; parts are replaced. */
/* clang-format off */
static const char good[] =
    "{\"type\":\"playbook\",\"spec_version\":\"cacao-2.0\",\"id\":\"playbook--" ID("00")
    "\",\"name\":\"SPECIMEN\",\"created_by\":\"identity--" ID("99")
    "\",\"created\":\"2026-01-01T00:00:00.000Z\"," "\"modified\":\"2026-01-01T00:00:00.000Z\","
    "\"playbook_extensions\":{\"extension-definition--" ID("90")
    "\":{\"contents\":{\"fa\":{\"name\":\"نمونه\"}}}}," "\"workflow_start\":\"start--" ID("01")
    "\",\"workflow\":{\"start--" ID("01") "\":{\"type\":\"start\",\"on_completion\":\"action--" ID("02")
    "\"},\"action--" ID("02") "\":{\"type\":\"action\",\"name\":\"do <it>\","
    "\"commands\":[{\"type\":\"manual\",\"command\":\"look\"}]," "\"agent\":\"group--" ID("04")
    "\",\"on_completion\":\"end--" ID("03") "\"},\"end--" ID("03") "\":{\"type\":\"end\"}},"
    "\"agent_definitions\":{\"group--" ID("04") "\":{\"type\":\"group\",\"name\":\"g\","
    "\"contact\":{\"email\":{\"work\":\"cert@specimen.example\"}}}}}";
/* clang-format on */

static const struct {
    const char *finding, *from, *to;
} cases[] = {
    { "start-missing", "\"workflow_start\":\"start--" ID("01"), "\"workflow_start\":\"start--" ID("09") },
    { "start-not-a-start-step", "\"workflow_start\":\"start--" ID("01"),
      "\"workflow_start\":\"action--" ID("02") },
    { "start-steps:2", "\"workflow\":{",
      "\"workflow\":{\"start--" ID("08") "\":{\"type\":\"start\",\"on_completion\":\"end--" ID("03") "\"}," },
    { "no-end-step", "{\"type\":\"end\"}", "{\"type\":\"start\"}" },
    { "no-action-step", "\"type\":\"action\"", "\"type\":\"end\"" },
    { "step-without-successor", "\"agent\":\"group--" ID("04") "\",\"on_completion\":\"end--" ID("03") "\"",
      "\"agent\":\"group--" ID("04") "\"" },
    { "dangling:on_completion", "\"on_completion\":\"end--" ID("03"), "\"on_completion\":\"end--" ID("07") },
    { "dangling:agent", "\"agent\":\"group--" ID("04"), "\"agent\":\"group--" ID("07") },
    { "dangling:targets", "\"commands\"", "\"targets\":[\"group--" ID("07") "\"],\"commands\"" },
    { "dangling:workflow_exception", "\"workflow_start\"",
      "\"workflow_exception\":\"end--" ID("07") "\",\"workflow_start\"" },
    { "cycle", "\"on_completion\":\"end--" ID("03"), "\"on_completion\":\"action--" ID("02") },
    { "unreachable-step", "\"workflow\":{", "\"workflow\":{\"end--" ID("08") "\":{\"type\":\"end\"}," },
    { "timestamp-not-milliseconds:created", "\"created\":\"2026-01-01T00:00:00.000Z\"",
      "\"created\":\"2026-01-01T00:00:00Z\"" },
    { "types-without-activities", "\"workflow_start\"",
      "\"playbook_types\":[\"attack\"],\"workflow_start\"" },
    { "marking-not-defined", "\"workflow_start\"",
      "\"markings\":[\"marking-tlp--" ID("50") "\"],\"workflow_start\"" },
    { "undefined-variable:__a-b__", "\"look\"", "\"look at __a-b__:value\"" },
    { "secret-in-clear", "\"workflow_start\"",
      "\"authentication_info_definitions\":{\"user-auth--" ID(
          "60") "\":{\"type\":\"user-auth\",\"password\":\"x\"}},\"workflow_start\"" },
    { "bad-email", "cert@specimen.example", "cert@" },
    { "condition-not-a-pattern", "\"workflow\":{",
      "\"workflow\":{\"if-condition--" ID(
          "08") "\":{\"type\":\"if-condition\",\"condition\":\"maybe\",\"on_true\":\"end--" ID("03") "\"}," },
    { "shape", "\"name\":\"SPECIMEN\",", "" },
    { "shape", "\"cacao-2.0\"", "\"cacao-1.0\"" },
    { "shape", "playbook--11111111-1111-4111", "playbook--11111111-1111-6111" },
    { "shape", "{\"type\":\"end\"}", "{\"type\":\"end\",\"on_completion\":\"end--" ID("03") "\"}" },
    { "shape", "\"commands\":[{", "\"commands\":[],\"x\":[{" },
    { "shape", "\"workflow_start\"", "\"priority\":101,\"workflow_start\"" },
};

static void read_it(struct span s, struct arena *a, struct cacao *c, struct cacao_findings *f)
{
    struct why w = { 0 };

    arena_init(a, LIMIT_CACAO_MEMORY);
    if (!cacao_read(s, a, c, &w) || !cacao_check(c, f, &w))
        fail_msg("%s", w.detail);
}

static bool has(const struct cacao_findings *f, const char *name)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].name, name) == 0)
            return true;
    return false;
}

static void test_findings(void **state)
{
    struct cacao_findings f;
    struct arena a;
    struct cacao c;

    (void)state;
    read_it(SPAN(good), &a, &c, &f);
    assert_int_equal(f.n, 0);
    assert_true(span_eq_str(cacao_text(&c, JSON_ROOT, "name", SPAN("fa")), "نمونه"));
    assert_true(span_eq_str(cacao_text(&c, JSON_ROOT, "name", SPAN("tr")), "SPECIMEN"));
    arena_free(&a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *at = strstr(good, cases[i].from);
        struct buffer b;

        assert_non_null(at);
        buf_init(&b, 1u << 16);
        buf_put(&b, span_of(good, (size_t)(at - good)));
        buf_str(&b, cases[i].to);
        buf_str(&b, at + strlen(cases[i].from));
        read_it(buf_span(&b), &a, &c, &f);
        if (!has(&f, cases[i].finding))
            fail_msg("%s is not found", cases[i].finding);
        arena_free(&a);
        buf_free(&b);
    }
}

/* A ring, or a chain, of so many action steps. */
static void long_graph(struct buffer *b, int n, bool ring)
{
    buf_str(b, "{\"workflow_start\":\"s0\",\"workflow\":{");
    for (int i = 0; i < n; i++)
        buf_printf(b, "%s\"s%d\":{\"type\":\"%s\",\"on_completion\":\"s%d\",\"on_failure\":\"s%d\"}",
                   i ? "," : "", i, i ? "action" : "start", ring ? (i + 1) % n : i + 1, n);
    buf_str(b, "}}");
}

static void test_long(void **state)
{
    enum { STEPS = 10000 };
    struct cacao_findings f;
    struct cacao_line *line;
    struct why w = { 0 };
    struct arena a;
    struct buffer b;
    struct cacao c;
    uint32_t n;

    (void)state;
    buf_init(&b, LIMIT_CACAO);
    long_graph(&b, STEPS, true);
    read_it(buf_span(&b), &a, &c, &f);
    assert_true(has(&f, "cycle") && has(&f, "dangling:on_failure"));
    assert_true(cacao_flow(&c, &line, &n, &w));
    assert_int_equal(n, 2 * STEPS + 1);
    buf_reset(&b);
    assert_false(cacao_draw(&c, SPAN(""), &b, &w));
    assert_string_equal(w.reason, "too-large");
    arena_free(&a);
    buf_reset(&b);
    long_graph(&b, 500, false);
    read_it(buf_span(&b), &a, &c, &f);
    assert_false(has(&f, "cycle"));
    buf_reset(&b);
    assert_true(cacao_draw(&c, SPAN(""), &b, NULL));
    arena_free(&a);
    buf_free(&b);
}

/* The body of a while may lead back to it; a ring inside the body is one all the same. */
static void test_while(void **state)
{
    static const char *const bodies[] = { "w", "b" };

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct cacao_findings f;
        struct arena a;
        struct buffer b;
        struct cacao c;

        buf_init(&b, 4096);
        buf_printf(&b,
                   "{\"workflow_start\":\"s\",\"workflow\":{\"s\":{\"type\":\"start\",\"on_completion\":"
                   "\"w\"},\"w\":{\"type\":"
                   "\"while-condition\",\"on_true\":\"b\",\"on_completion\":\"e\"},\"b\":{\"type\":"
                   "\"action\",\"on_completion\":"
                   "\"%s\"},\"e\":{\"type\":\"end\"}}}",
                   bodies[i]);
        read_it(buf_span(&b), &a, &c, &f);
        assert_int_equal(has(&f, "cycle"), i);
        arena_free(&a);
        buf_free(&b);
    }
}

static void test_drawing(void **state)
{
    struct cacao_findings f;
    struct arena a;
    struct buffer b;
    struct cacao c;
    const char *s;

    (void)state;
    read_it(SPAN(good), &a, &c, &f);
    buf_init(&b, 1u << 20);
    assert_true(cacao_draw(&c, SPAN("fa"), &b, NULL));
    s = buf_cstr(&b);
    assert_non_null(strstr(s, "do &lt;it&gt;"));
    assert_non_null(strstr(s, "نمونه"));
    assert_null(strstr(s, "<it>"));
    assert_null(strstr(s, "style="));
    assert_null(strstr(s, "script"));
    buf_free(&b);
    arena_free(&a);
}

static void sign_it(struct span text, uint8_t secret[NODE_SECRET_KEY], const char *id, struct buffer *out)
{
    struct cacao_signing s = { span_str(id), { NULL, 0 }, SPAN("SPECIMEN CERT"), 1800000000 };
    struct cacao_findings f;
    struct signer key;
    struct why w = { 0 };
    struct arena a;
    struct cacao c;

    read_it(text, &a, &c, &f);
    signer_in_memory(secret, &key);
    if (!cacao_sign(&c, &s, &key, out, &w))
        fail_msg("%s", w.detail);
    arena_free(&a);
}

/* proof of each of the signatures */
static uint32_t proofs(struct span text, enum cacao_proof *out)
{
    struct cacao_signature *s;
    struct cacao_findings f;
    struct arena a;
    struct cacao c;
    uint32_t n;

    read_it(text, &a, &c, &f);
    assert_int_equal(f.count[CACAO_SHAPE], 0);
    assert_true(cacao_verify(&c, &s, &n, NULL));
    for (uint32_t i = 0; i < n; i++)
        out[i] = s[i].proof;
    arena_free(&a);
    return n;
}

static void change(struct buffer *b, const char *from, const char *to)
{
    char *at = strstr((char *)(uintptr_t)buf_cstr(b), from);

    assert_non_null(at);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(at, to, strlen(to));
}

static void test_signatures(void **state)
{
    uint8_t seed[NODE_SEED] = { 1 }, pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    enum cacao_proof p[8];
    struct buffer once, twice;

    (void)state;
    assert_true(node_crypto_init());
    node_key_from_seed(seed, pub, secret);
    buf_init(&once, 1u << 16);
    buf_init(&twice, 1u << 16);
    sign_it(SPAN(good), secret, "jss--" ID("70"), &once);
    sign_it(buf_span(&once), secret, "jss--" ID("71"), &twice);
    assert_int_equal(proofs(buf_span(&once), p), 1);
    assert_int_equal(p[0], CACAO_GENUINE);
    assert_int_equal(proofs(buf_span(&twice), p), 2);
    assert_true(p[0] == CACAO_GENUINE && p[1] == CACAO_GENUINE);
    /* White space and the order of members are no change; a word is. */
    change(&twice, "\"commands\":[{\"type\":\"manual\",\"command\":\"look\"}]",
           "\"commands\":[{\"command\":\"look\",\"type\":\"manual\"}]");
    assert_int_equal(proofs(buf_span(&twice), p), 2);
    assert_true(p[0] == CACAO_GENUINE && p[1] == CACAO_GENUINE);
    change(&twice, "look", "lock");
    assert_int_equal(proofs(buf_span(&twice), p), 2);
    assert_true(p[0] == CACAO_FORGED && p[1] == CACAO_FORGED);
    change(&once, "SPECIMEN CERT", "SPECIMEN CART");
    assert_int_equal(proofs(buf_span(&once), p), 1);
    assert_int_equal(p[0], CACAO_FORGED);
    change(&once, "Ed25519", "Ed25518");
    assert_int_equal(proofs(buf_span(&once), p), 1);
    assert_int_equal(p[0], CACAO_UNDETERMINED);
    buf_free(&once);
    buf_free(&twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings), cmocka_unit_test(test_long),       cmocka_unit_test(test_while),
        cmocka_unit_test(test_drawing),  cmocka_unit_test(test_signatures),
    };

    return cmocka_run_group_tests_name("cacao playbook", tests, NULL, NULL);
}
