#include "seal/certificate.h"

#define CLAUSE "Doc 9303-12 7.1"

static void warn(struct findings *f, const char *reason, const char *clause, const char *text)
{
    finding_add(f, FINDING_WARNING, reason, WHY_NO_OFFSET, clause, "%s", text);
}

static bool has(const struct certificate *c, struct span oid)
{
    struct span value;

    return certificate_extension(c, oid, &value);
}

static void check_country(const struct certificate *c, struct findings *f)
{
    if (c->country.n == 0)
        warn(f, "country-missing", CLAUSE, "the subject names no country");
    else if (c->country.n != 2)
        warn(f, "country-form", CLAUSE, "the country is not two letters");
    else if ((c->country.p[0] | c->country.p[1]) & 0x20)
        warn(f, "country-case", CLAUSE, "the country is not in capital letters");
}

void certificate_conformance(const struct certificate *c, struct findings *f)
{
    check_country(c, f);
    if (c->common_name.n == 0)
        warn(f, "common-name-missing", CLAUSE, "the subject has no common name");
    if (c->sig_alg.digest == DIGEST_SHA1)
        warn(f, "weak-digest", "Doc 9303-12 4.4", "signed over SHA-1");
    if (!c->key_usage)
        warn(f, "key-usage-missing", CLAUSE, "keyUsage is missing");
    if (c->is_ca && c->ski.n == 0)
        warn(f, "key-identifier-missing", CLAUSE, "a country signer without subject key identifier");
    if (!c->is_ca && c->aki.n == 0)
        warn(f, "key-identifier-missing", CLAUSE, "a signer that does not name its issuer's key");
    if (!has(c, SPAN("\x55\x1d\x10")))
        warn(f, "usage-period-missing", CLAUSE, "the private key's usage period is missing");
    if (!c->is_ca && !c->has_eku && !has(c, SPAN("\x67\x81\x08\x01\x01\x06\x02")))
        warn(f, "document-type-missing", CLAUSE, "documentType is missing");
    if (!c->is_ca && has(c, SPAN("\x55\x1d\x13")))
        warn(f, "basic-constraints", CLAUSE, "basicConstraints in a signer's certificate");
}
