#include "seal/card_security.h"

#include "base/limits.h"
#include "seal/chip_internal.h"
#include "wire/der.h"
#include "wire/security_infos.h"

#define CLAUSE              "Doc 9303-11 9.2.11"
#define OID_SECURITY_OBJECT SPAN("\x04\x00\x7f\x00\x07\x03\x02\x01")

bool card_security_likely(struct span in)
{
    struct der d = der_ber(in), info = der_open(&d, DER_SEQUENCE), explicit, data, content;

    (void)der_oid(&info);
    explicit = der_open(&info, DER_CONTEXT_CONSTRUCTED(0));
    data = der_open(&explicit, DER_SEQUENCE);
    (void)der_small(&data);
    (void)der_get(&data, DER_SET);
    content = der_open(&data, DER_SEQUENCE);
    return span_eq(der_oid(&content), OID_SECURITY_OBJECT);
}

static bool read_file(struct chip_run *k, struct why *w)
{
    struct security_infos infos;

    if (k->file.n > LIMIT_SOD)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "EF.CardSecurity of %zu bytes", k->file.n);
    if (!cms_parse(k->file, k->a, &k->cms, k->f, w))
        return false;
    if (!span_eq(k->cms.content_type, OID_SECURITY_OBJECT))
        return why_set(w, "content-type", (size_t)(k->cms.content_type.p - k->file.p), CLAUSE,
                       "content is not that of EF.CardSecurity");
    if (k->cms.indefinite)
        chip_deviation(k, DEVIATION_NAMED, "indefinite-length", WHY_NO_OFFSET, CLAUSE,
                       "EF.CardSecurity is BER, not DER");
    return security_infos_parse(k->cms.content, &infos, k->f, w);
}

/* Document signer and country signer are of one State; there is no DG1 to compare with. */
static void check_country(struct chip_run *k)
{
    struct span a = k->out->signer.country, b;

    if (k->out->chain != STEP_HOLDS)
        return;
    b = k->out->path.anchor->cert.country;
    if (a.n != 2 || b.n != 2 || (a.p[0] | 0x20) != (b.p[0] | 0x20) || (a.p[1] | 0x20) != (b.p[1] | 0x20))
        chip_say(k, RESULT_FORGED, "country", WHY_NO_OFFSET, "Doc 9303-12 7.1",
                 "document signer and country signer name different States");
}

enum result card_security_verify(struct span in, const struct chip_options *opt, struct arena *a,
                                 struct card_security *out, struct findings *f)
{
    struct chip c = { .result = RESULT_GENUINE, .why = { .offset = WHY_NO_OFFSET } };
    struct chip_run k = { .opt = opt, .a = a, .out = &c, .f = f, .file = in };
    struct why w = { .offset = WHY_NO_OFFSET };

    if (!read_file(&k, &w)) {
        *out = (struct card_security){ .result = chip_unreadable(&w), .why = w };
        return out->result;
    }
    chip_signer_check(&k);
    chip_signer_times(&k, 0);
    check_country(&k);
    if (c.signature != STEP_HOLDS || c.message_digest != STEP_HOLDS || c.chain != STEP_HOLDS)
        chip_say(&k, RESULT_UNDETERMINED, "not-checked", WHY_NO_OFFSET, "Doc 9303-11 5.1",
                 "a step could not be done");
    *out = (struct card_security){ .result = c.result,
                                   .why = c.why,
                                   .infos = k.cms.content,
                                   .signature = c.signature,
                                   .message_digest = c.message_digest,
                                   .chain = c.chain,
                                   .has_signing_time = k.cms.has_signing_time,
                                   .signing_time = k.cms.signing_time,
                                   .has_signer = c.has_signer,
                                   .signer = c.signer,
                                   .path = c.path };
    return out->result;
}
