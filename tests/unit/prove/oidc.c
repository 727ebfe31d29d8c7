/* Signing in with a provider that stands in this test; tokens are of vectors/prove/make.py. */
#include "prove/oidc.h"

#include "vectors.h"

enum { NOW = 1000000 };

static const char about[] =
    "{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"https://id.example/a\","
    "\"token_endpoint\":\"https://id.example/t\",\"jwks_uri\":\"https://id.example/k\"}";

struct provider {
    json_t *all;
    const char *keys, *token; /* keys NULL: does not answer */
    bool oversize;
    int asked_keys;
    char form[2048];
};

static bool ask(void *ctx, const char *url, const char *form, struct arena *a, struct span *out,
                struct why *w)
{
    struct provider *p = ctx;
    static uint8_t much[LIMIT_OIDC_BODY + 1];
    char said[32768];

    if (strstr(url, "/.well-known/")) {
        *out = p->oversize ? span_of(much, sizeof much) : span_str(about);
        return true;
    }
    if (form) {
        (void)snprintf(p->form, sizeof p->form, "%s", form);
        (void)snprintf(said, sizeof said, "{\"id_token\":\"%s\"}", p->token);
        *out = arena_copy(a, span_str(said));
        return true;
    }
    p->asked_keys++;
    if (!p->keys)
        return why_set(w, "network", WHY_NO_OFFSET, NULL, "no answer");
    *out = span_str(p->keys);
    return true;
}

static const struct oidc_config config = { "https://id.example",         "serai",  "SPECIMEN secret",
                                           "https://serai.example/back", "openid", (1u << JWS_ALGS) - 1 };

static const char *text(struct provider *p, const char *name)
{
    return json_string_value(json_object_get(p->all, name));
}

/* Begins and finishes at that time; what comes out: "" or the reason. */
static const char *sign_in(struct oidc *o, struct provider *p, struct challenges *c, const char *name,
                           unix_time now)
{
    static struct why w;
    uint8_t random[OIDC_RANDOM];
    struct id_token t;
    struct span next, none = { NULL, 0 };
    struct oidc_back back = { SPAN("cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI"), SPAN("code"), none };
    const struct challenge_to to = { SPAN("network"), SPAN("cookie") };
    const char *url;

    memset(random, 'r', sizeof random);
    why_clear(&w);
    p->token = json_string_value(json_array_get(json_object_get(json_object_get(p->all, "tokens"), name), 1));
    if (!oidc_begin(o, c, &to, SPAN("/next"), random, now, &test_arena, &url, &w))
        return w.reason;
    if (!oidc_finish(o, c, SPAN("cookie"), &back, now, &test_arena, &t, &next, &w))
        return w.reason;
    assert_true(span_eq_str(t.subject, "SPECIMEN"));
    assert_true(span_eq_str(next, "/next"));
    assert_non_null(strstr(p->form, "redirect_uri=https%3A%2F%2Fserai.example%2Fback"));
    assert_false(oidc_finish(o, c, SPAN("cookie"), &back, now, &test_arena, &t, &next, &w));
    return w.reason && strcmp(w.reason, "challenge-unknown") == 0 ? "" : "state taken twice";
}

static void tokens(void **state)
{
    struct provider p = { .all = load_json(source_path("tests/vectors/prove/sign-in.json")) };
    struct oidc_network net = { ask, &p };
    struct challenges *c = challenges_new();
    const char *name;
    json_t *row;

    (void)state;
    p.keys = text(&p, "keys");
    json_object_foreach(json_object_get(p.all, "tokens"), name, row)
    {
        const char *wanted = json_string_value(json_array_get(row, 0)), *got;
        struct oidc *o;

        assert_true(oidc_open(&config, &net, &o, NULL));
        got = sign_in(o, &p, c, name, NOW);
        if (strcmp(got, strcmp(wanted, "rotated") == 0 ? "token-key" : wanted) != 0)
            fail_msg("%s: %s, not %s", name, got, wanted);
        oidc_close(o);
    }
    challenges_free(c);
    json_decref(p.all);
}

static void keys_change(void **state)
{
    struct provider p = { .all = load_json(source_path("tests/vectors/prove/sign-in.json")) };
    struct oidc_network net = { ask, &p };
    struct challenges *c = challenges_new();
    struct oidc *o;

    (void)state;
    assert_true(oidc_open(&config, &net, &o, NULL));
    assert_string_equal(sign_in(o, &p, c, "good", NOW - 100), "network");
    p.keys = text(&p, "keys");
    assert_string_equal(sign_in(o, &p, c, "good", NOW - 60), ""); /* no lock-out by the failure */
    assert_int_equal(p.asked_keys, 2);
    p.keys = text(&p, "rotated");
    assert_string_equal(sign_in(o, &p, c, "two", NOW - 1), "token-key"); /* too early to ask */
    assert_int_equal(p.asked_keys, 2);
    p.keys = NULL;
    assert_string_equal(sign_in(o, &p, c, "two", NOW), "token-key");
    assert_int_equal(p.asked_keys, 3);
    p.keys = text(&p, "rotated");
    assert_string_equal(sign_in(o, &p, c, "two", NOW + 60), "");
    assert_string_equal(sign_in(o, &p, c, "good", NOW + 61), "token-key"); /* withdrawn */
    p.oversize = true;
    oidc_close(o);
    assert_true(oidc_open(&config, &net, &o, NULL));
    assert_string_equal(sign_in(o, &p, c, "good", NOW), "provider");
    oidc_close(o);
    challenges_free(c);
    json_decref(p.all);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(tokens), cmocka_unit_test(keys_change) };

    return cmocka_run_group_tests_name("prove/oidc", tests, arena_setup, arena_teardown);
}
