#include "vectors.h"

#include "seal/receipt.h"

static const char text[] = "serai receipt v1\nmember KZ\n";

static void signed_note(struct buffer *note, uint8_t pub[NODE_PUBLIC_KEY])
{
    static const uint8_t seed[NODE_SEED] = "SPECIMEN seed, of no value.....";
    uint8_t secret[NODE_SECRET_KEY];
    struct signer signer;

    node_key_from_seed(seed, pub, secret);
    buf_init(note, 4096);
    signer_in_memory(secret, &signer);
    assert_true(receipt_sign(span_str(text), SPAN("kz.specimen"), &signer, note, NULL));
    assert_true(buf_ok(note));
}

static void a_receipt_verifies(void **state)
{
    uint8_t pub[NODE_PUBLIC_KEY], again[NODE_PUBLIC_KEY];
    struct buffer note, vkey;
    struct span got, name;

    (void)state;
    signed_note(&note, pub);
    assert_int_equal(receipt_verify(buf_span(&note), SPAN("kz.specimen"), pub, &got, NULL), RESULT_GENUINE);
    assert_true(span_eq_str(got, text));
    assert_int_equal(receipt_verify(buf_span(&note), SPAN("ir.specimen"), pub, &got, NULL), RESULT_NO_ANCHOR);
    buf_init(&vkey, 4096);
    node_vkey(SPAN("kz.specimen"), pub, &vkey);
    assert_true(node_vkey_parse(buf_span(&vkey), &name, again, NULL));
    assert_true(span_eq_str(name, "kz.specimen"));
    assert_memory_equal(pub, again, sizeof pub);
    vkey.p[0] = 'x'; /* another name: the hash gives it away */
    assert_false(node_vkey_parse(buf_span(&vkey), &name, again, NULL));
    buf_free(&vkey);
    buf_free(&note);
}

/* No bit of a receipt can be changed so that it still verifies with another text. */
static void no_mutation_verifies(void **state)
{
    uint8_t pub[NODE_PUBLIC_KEY];
    struct buffer note;
    struct span got;

    (void)state;
    signed_note(&note, pub);
    for (size_t i = 0; i < note.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            note.p[i] ^= (uint8_t)(1 << bit);
            if (receipt_verify(buf_span(&note), SPAN("kz.specimen"), pub, &got, NULL) == RESULT_GENUINE)
                fail_msg("byte %zu bit %d", i, bit);
            note.p[i] ^= (uint8_t)(1 << bit);
        }
    }
    buf_free(&note);
}

static int init(void **state)
{
    (void)state;
    return !node_crypto_init();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_verifies),
        cmocka_unit_test(no_mutation_verifies),
    };

    return cmocka_run_group_tests_name("receipt", tests, init, NULL);
}
