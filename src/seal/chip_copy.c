#include "card/chip_authentication.h"
#include "seal/active_authentication.h"
#include "seal/card_security.h"
#include "seal/chip_internal.h"

static struct span group_file(const struct chip_run *k, const struct data_group *dg, size_t n,
                              unsigned number)
{
    for (size_t i = 0; i < n && k->out->group[number] == GROUP_HOLDS; i++)
        if (dg[i].bytes.n && dg[i].bytes.p[0] == lds_tag(number))
            return dg[i].bytes;
    return (struct span){ 0 };
}

bool chip_proven(const struct chip *c)
{
    return c->signature == STEP_HOLDS && c->message_digest == STEP_HOLDS && c->chain == STEP_HOLDS;
}

static void check_active_authentication(struct chip_run *k, struct span dg15, struct span dg14)
{
    const struct active_authentication in = { k->opt->aa_challenge, k->opt->aa_response, dg15, dg14 };
    struct why w = { .offset = WHY_NO_OFFSET };
    enum digest_alg digest;
    enum result r;

    if (in.challenge.n == 0 && in.response.n == 0)
        return;
    if (!chip_proven(k->out) || dg15.n == 0) {
        chip_say(k, RESULT_UNDETERMINED, "active-authentication", WHY_NO_OFFSET, "Doc 9303-11 6.1",
                 "EF.SOD proves no DG15: whose key answered the challenge is not known");
        return;
    }
    r = active_authentication_verify(&in, &digest, k->f, &w);
    k->out->active_authentication = r == RESULT_GENUINE  ? STEP_HOLDS
                                    : r == RESULT_FORGED ? STEP_FAILS
                                                         : STEP_NOT_DONE;
    if (r != RESULT_GENUINE)
        chip_conclude(k, r, &w);
    else if (digest == DIGEST_SHA1)
        chip_deviation(k, DEVIATION_PLAIN, "weak-digest", WHY_NO_OFFSET, "Doc 9303-12 4.4",
                       "the chip answers the challenge over SHA-1");
}

/* The other signed file of the chip: forged, it makes the chip so; whatever else it is, it is only not
 * believed. */
static void check_card_security(struct chip_run *k)
{
    struct card_security *s;

    if (k->opt->card_security.n == 0 || (s = arena_alloc(k->a, sizeof *s)) == NULL)
        return;
    k->out->has_card_security = true;
    k->out->card_security = card_security_verify(k->opt->card_security, k->opt, k->a, s, NULL);
    if (s->result == RESULT_GENUINE)
        k->out->card_security_infos = s->infos;
    else if (s->result == RESULT_FORGED || s->result == RESULT_REVOKED)
        chip_conclude(k, s->result, &s->why);
    else
        finding_add(k->f, FINDING_WARNING, "card-security", WHY_NO_OFFSET, s->why.clause,
                    "EF.CardSecurity is %s: %s", result_word(s->result), s->why.detail);
}

static const struct security_infos *infos_of(struct chip_run *k, struct span set, bool group)
{
    struct security_infos *s = set.n ? arena_alloc(k->a, sizeof *s) : NULL;

    if (!s ||
        !(group ? security_infos_parse_dg14(set, s, NULL, NULL) : security_infos_parse(set, s, NULL, NULL)))
        return NULL;
    return s;
}

static void check_chip_authentication(struct chip_run *k, const struct security_infos *dg14,
                                      const struct security_infos *card_security)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    enum result r;

    if (k->opt->ca_record.n == 0)
        return;
    if (!chip_proven(k->out) || (!dg14 && !card_security)) {
        chip_say(k, RESULT_UNDETERMINED, "chip-authentication", WHY_NO_OFFSET, "Doc 9303-11 6.2",
                 "nothing that is proven holds a key for chip authentication");
        return;
    }
    r = chip_authentication_replay(k->opt->ca_record, dg14, card_security, k->a, NULL, &w);
    k->out->chip_authentication = r == RESULT_GENUINE  ? STEP_HOLDS
                                  : r == RESULT_FORGED ? STEP_FAILS
                                                       : STEP_NOT_DONE;
    if (r != RESULT_GENUINE)
        chip_conclude(k, r == RESULT_FORGED ? r : RESULT_UNDETERMINED, &w);
}

/* What was said before anything was proven must stand in what is (Doc 9303-11 9.2.10: DG14 repeats
 * EF.CardAccess). */
static void check_card_access(struct chip_run *k, const struct security_infos *dg14)
{
    const struct security_infos *access = infos_of(k, k->opt->card_access, false);

    if (!access || !dg14)
        return;
    for (size_t i = 0; i < access->n; i++) {
        size_t j = 0;

        while (j < dg14->n && !span_eq(dg14->item[j].all, access->item[i].all))
            j++;
        if (j < dg14->n || access->item[i].kind == SECURITY_INFO_UNKNOWN)
            continue;
        finding_add(k->f, FINDING_WARNING, "card-access", WHY_NO_OFFSET, "Doc 9303-11 9.2",
                    "EF.CardAccess announces a protocol that DG14 does not");
        return;
    }
}

/* Passive authentication proves the data, not the chip: all files can be copied to another one. */
void chip_copy_check(struct chip_run *k, const struct data_group *dg, size_t n)
{
    struct span dg14 = group_file(k, dg, n, 14), dg15 = group_file(k, dg, n, 15);
    const struct security_infos *infos = infos_of(k, dg14, true);

    check_active_authentication(k, dg15, dg14);
    check_card_security(k);
    check_chip_authentication(k, infos, infos_of(k, k->out->card_security_infos, false));
    check_card_access(k, infos);
    if (k->out->active_authentication == STEP_NOT_DONE && k->out->chip_authentication == STEP_NOT_DONE)
        finding_add(
            k->f, FINDING_NOTE, "clone-not-ruled-out", WHY_NO_OFFSET, "Doc 9303-11 6",
            k->out->hash[14].n || k->out->hash[15].n
                ? "neither active nor chip authentication was done: a copy of the chip would say the same"
                : "the chip offers neither active nor chip authentication: a copy would say the same");
}
