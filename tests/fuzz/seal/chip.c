/*
 * A whole chip and whom to believe, all of it anybody's: EF.SOD, data groups, a signer outside,
 * EF.CardSecurity, answers, and anchors. The input is cut into parts by two bytes of length each. What is
 * genuine once is so again, in either profile.
 */
#include <stdlib.h>

#include "base/reader.h"
#include "seal/card_security.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct span part(struct reader *r)
{
    size_t n = rd_left(r) >= 2 ? rd_u16(r) : 0;

    return rd_take(r, n < rd_left(r) ? n : rd_left(r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct reader r = rd_of(span_of(data, n));
    struct span sod = part(&r), signer = part(&r);
    struct data_group dg[3] = { { 0, part(&r) }, { 0, part(&r) }, { 0, part(&r) } };
    struct chip_options opt = {
        .at = 1760000000, .dsc = &signer, .n_dsc = signer.n > 0, .required = 1u << 1
    };
    struct anchor_set *set = anchor_set_new();
    enum result result[2];
    struct card_security s;
    struct findings f;
    struct chip c;
    struct arena a;

    opt.anchors = set;
    opt.card_security = part(&r);
    opt.card_access = part(&r);
    opt.ca_record = part(&r);
    opt.aa_challenge = part(&r);
    opt.aa_response = part(&r);
    for (int i = 0; i < 2; i++)
        (void)!anchor_set_add(set, part(&r), NULL, ANCHOR_VOUCHED, NULL, NULL);
    (void)!anchor_set_add_crl(set, part(&r), NULL, NULL, NULL);
    arena_init(&a, 8 << 20);
    for (int i = 0; i < 2; i++) {
        opt.profile = (enum profile)i;
        findings_init(&f);
        result[i] = chip_verify(sod, dg, 3, &opt, &a, &c, &f);
        if (result[i] != c.result || (result[i] != RESULT_GENUINE && !c.why.reason))
            abort();
        if (result[i] == RESULT_GENUINE && (c.signature != STEP_HOLDS || c.chain != STEP_HOLDS))
            abort();
    }
    if (result[0] != result[1])
        abort();
    (void)card_security_verify(opt.card_security, &opt, &a, &s, &f);
    arena_free(&a);
    anchor_set_free(set);
    return 0;
}
