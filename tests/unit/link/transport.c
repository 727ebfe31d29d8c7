/* Transport keys: what is made can be used by others, and pins are of the key alone. */
#include "vectors.h"

#include "base/text.h"
#include "crypto/key.h"
#include "link/transport.h"

static uint8_t seed[NODE_SEED] = { 7 };

struct made {
    uint8_t certificate_mem[TRANSPORT_PEM], key_mem[TRANSPORT_PEM];
    struct buffer certificate, key;
};

static void make(struct made *m, struct span name, unix_time now)
{
    struct why w = { 0 };

    assert_true(node_crypto_init());
    buf_init_fixed(&m->certificate, m->certificate_mem, sizeof m->certificate_mem);
    buf_init_fixed(&m->key, m->key_mem, sizeof m->key_mem);
    if (!transport_make(seed, name, now, &m->certificate, &m->key, &w))
        fail_msg("%s", w.detail);
}

static void same_key(void **state)
{
    uint8_t pin[TRANSPORT_PIN], mem[256];
    struct private_key *k = NULL;
    struct digest d;
    struct buffer spki;
    struct made m;
    struct why w = { 0 };

    (void)state;
    make(&m, SPAN("kz.specimen"), 1795262400);
    assert_true(transport_pin(buf_span(&m.certificate), pin, &w));
    assert_true(private_key_load_any(buf_span(&m.key), &k, &w));
    buf_init_fixed(&spki, mem, sizeof mem);
    private_key_spki(k, &spki);
    digest_of(DIGEST_SHA256, buf_span(&spki), &d);
    assert_memory_equal(pin, d.b, sizeof pin);
    private_key_free(k);
}

static void pin_is_of_the_key(void **state)
{
    uint8_t a[TRANSPORT_PIN], b[TRANSPORT_PIN];
    struct made m;
    struct why w = { 0 };

    (void)state;
    make(&m, SPAN("kz.specimen"), 1795262400);
    assert_true(transport_pin(buf_span(&m.certificate), a, &w));
    make(&m, SPAN("another name"), 1800000000);
    assert_true(transport_pin(buf_span(&m.certificate), b, &w));
    assert_memory_equal(a, b, sizeof a);
}

static void der_and_pem(void **state)
{
    uint8_t a[TRANSPORT_PIN], b[TRANSPORT_PIN], mem[2048];
    struct made m;
    struct span text, line = { 0 };
    struct buffer base64, der;
    uint8_t joined[2048];
    struct why w = { 0 };
    size_t bad;

    (void)state;
    make(&m, SPAN("kz.specimen"), 1795262400);
    assert_true(transport_pin(buf_span(&m.certificate), a, &w));
    buf_init_fixed(&base64, joined, sizeof joined);
    buf_init_fixed(&der, mem, sizeof mem);
    for (text = buf_span(&m.certificate); text_split(&text, '\n', &line);)
        if (!span_starts(line, SPAN("-----")))
            buf_put(&base64, line);
    assert_true(base64_decode(buf_span(&base64), BASE64_STD, &der, &bad));
    assert_true(transport_pin(buf_span(&der), b, &w));
    assert_memory_equal(a, b, sizeof a);
    /* Every shorter one is none: the key stands behind more than half of it, the signature after that. */
    for (size_t n = 0; n < der.n / 2; n++) {
        why_clear(&w);
        assert_false(transport_pin(span_sub(buf_span(&der), 0, n), b, &w));
        assert_string_equal(w.reason, "transport");
    }
}

static void no_certificate(void **state)
{
    static const char *const bad[] = { "",
                                       "-----BEGIN CERTIFICATE-----\n",
                                       "0",
                                       "hello",
                                       "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
                                       "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n" };
    uint8_t pin[TRANSPORT_PIN];
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        why_clear(&w);
        assert_false(transport_pin(span_str(bad[i]), pin, &w));
        assert_string_equal(w.reason, "transport");
    }
}

static void names(void **state)
{
    uint8_t mem[2][TRANSPORT_PEM];
    char longest[66];
    struct buffer a, b;
    struct why w = { 0 };

    (void)state;
    memset(longest, 'k', sizeof longest);
    buf_init_fixed(&a, mem[0], sizeof mem[0]);
    buf_init_fixed(&b, mem[1], sizeof mem[1]);
    assert_true(transport_make(seed, span_of(longest, 64), 0, &a, &b, &w));
    assert_false(transport_make(seed, span_of(longest, 65), 0, &a, &b, &w));
    assert_string_equal(w.reason, "transport");
    why_clear(&w);
    assert_false(transport_make(seed, SPAN(""), 0, &a, &b, &w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_key),    cmocka_unit_test(pin_is_of_the_key),
        cmocka_unit_test(der_and_pem), cmocka_unit_test(no_certificate),
        cmocka_unit_test(names),
    };

    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
