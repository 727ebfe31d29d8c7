#include "licence_cases.h"

#include "guard.h"
#include "seal/licence_crl.h"

static struct certificate authority, certificate;

static void load(const json_t *c)
{
    assert_true(certificate_parse(case_file(&test_arena, c, "ca"), &authority, NULL, NULL));
    assert_true(certificate_parse(case_file(&test_arena, c, "certificate"), &certificate, NULL, NULL));
}

static const char *reason_of(struct span in, unix_time at)
{
    struct why w = { 0 };
    enum result r = licence_crl_check(in, &authority, &certificate, at, NULL, &w);

    assert_int_equal(r == RESULT_GENUINE, !w.reason);
    assert_int_equal(r == RESULT_REVOKED, w.reason && strcmp(w.reason, "CERT_REVOKED") == 0);
    return w.reason ? w.reason : "OK";
}

static void list_case(const json_t *c, void *ctx)
{
    struct span in = guard_copy(case_file(&test_arena, c, "file"));

    (void)ctx;
    load(c);
    assert_string_equal(reason_of(in, case_time(c, "now")),
                        case_text(json_object_get(c, "expect"), "result"));
    guard_free(in);
}

static void shared_lists(void **state)
{
    (void)state;
    assert_int_equal(each_case("crl", list_case, NULL), 3);
}

/* What the list says is not believed before its signature, nor outside its time. */
static void in_order(const json_t *c, void *ctx)
{
    struct span in = case_file(&test_arena, c, "file");
    unix_time now = case_time(c, "now");
    uint8_t *bytes;

    (void)ctx;
    if (strcmp(case_text(c, "id"), "kz-revoked-ds") != 0)
        return;
    load(c);
    assert_string_equal(reason_of(in, now - 4000 * (unix_time)86400), "CRL_NOT_YET");
    assert_string_equal(reason_of(in, now + 4000 * (unix_time)86400), "CRL_STALE");
    assert_string_equal(reason_of(span_sub(in, 0, in.n - 1), now), "CRL_PARSE");
    assert_string_equal(reason_of((struct span){ 0 }, now), "CRL_PARSE");
    authority.subject = certificate.subject;
    assert_string_equal(reason_of(in, now), "CRL_ISSUER");
    load(c);
    authority.key_usage = KEY_USAGE_CERT_SIGN;
    assert_string_equal(reason_of(in, now), "CRL_ISSUER");
    load(c);
    bytes = arena_alloc(&test_arena, in.n);
    memcpy(bytes, in.p, in.n);
    for (size_t i = 0; i < in.n; i++) {
        const char *reason;

        bytes[i] ^= 1;
        reason = reason_of(span_of(bytes, in.n), now);
        if (strcmp(reason, "CRL_PARSE") != 0 && strcmp(reason, "CRL_SIG") != 0 &&
            strcmp(reason, "CRL_ISSUER") != 0)
            fail_msg("byte %zu: %s", i, reason);
        bytes[i] ^= 1;
    }
}

static void order_of_errors(void **state)
{
    (void)state;
    (void)each_case("crl", in_order, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_lists),
        cmocka_unit_test(order_of_errors),
    };

    return cmocka_run_group_tests_name("licence-crl", tests, arena_setup, arena_teardown);
}
