/*
 * Certificates and revocation lists: what is read points into the input, a second reading gives the same, and
 * nothing that was not issued by the anchor is certified by it.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "seal/crl.h"
#include "seal/name.h"
#include "seal/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void inside(struct span part, struct span whole)
{
    if (part.n && (part.p < whole.p || part.p + part.n > whole.p + whole.n))
        abort();
}

static bool count(void *ctx, struct span der)
{
    struct certificate c;

    *(size_t *)ctx += certificate_parse(der, &c, NULL, NULL);
    return true;
}

static void use(const struct certificate *c, struct span in)
{
    struct anchor_set *set = anchor_set_new();
    struct public_key *key;
    struct path path;
    struct why w = { .offset = WHY_NO_OFFSET };
    struct buffer text;
    struct span value;

    inside(c->tbs, in);
    inside(c->issuer, in);
    inside(c->subject, in);
    inside(c->spki, in);
    inside(c->ski, in);
    inside(c->aki, in);
    inside(c->country, in);
    inside(c->signature, in);
    buf_init(&text, 1 << 20);
    name_put(&text, c->subject);
    buf_free(&text);
    if (!names_equal(c->subject, c->subject))
        abort();
    if (names_equal(c->subject, c->issuer) && name_hash(c->subject) != name_hash(c->issuer))
        abort();
    (void)certificate_extension(c, SPAN("\x55\x1d\x25"), &value);
    (void)certificate_has_eku(c, SPAN("\x67\x81\x08\x01\x01\x03"));
    if (public_key_from_spki(c->spki, &key, &w))
        public_key_free(key);
    if (!anchor_set_add(set, in, &(struct anchor_origin){ .source = "fuzz" }, ANCHOR_VOUCHED, NULL, NULL))
        abort();
    if (path_find(set, c, FOR_ALL, &path, NULL, NULL) != RESULT_GENUINE || !path.direct)
        abort();
    anchor_set_free(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    struct certificate c;
    struct crl crl;
    struct findings f;
    struct why w = { .offset = WHY_NO_OFFSET };
    struct arena a;
    size_t found = 0;

    findings_init(&f);
    if (certificate_parse(in, &c, &f, &w))
        use(&c, in);
    else if (!w.reason || (w.offset != WHY_NO_OFFSET && w.offset > n))
        abort();
    if (crl_parse(in, &crl, NULL, NULL)) {
        inside(crl.revoked, in);
        (void)crl_lists(&crl, SPAN("\x05"));
    }
    arena_init(&a, 4 << 20);
    (void)certificates_in(in, &a, count, &found);
    arena_free(&a);
    return 0;
}
