#include "node/bloc.h"

bool bloc_input(const struct agreement *agreement, const char *member, enum bloc_view view,
                const struct acts_folder *d, struct span party[BLOC_PARTIES], struct trust_input *out,
                struct why *w)
{
    struct trust_input in = { .agreement = span_str(agreement_title(agreement)),
                              .party = party,
                              .keys = d->keys,
                              .n_acts = d->n_acts,
                              .act = d->act,
                              .n_certificates = d->n_certificates,
                              .certificate = d->certificate,
                              .own = span_str(view == BLOC_HERE ? member : NULL) };

    if (!agreement_trust(agreement, &in.rules.confirmations, &in.rules.reports))
        return why_set(
            w, "no-trust-rules", WHY_NO_OFFSET, "doc/agreement-language.md",
            "the agreement does not say how many parties must vouch for a certificate: there is no "
            "common list");
    in.rules.decisions = agreement_decisions(agreement);
    in.n_parties = agreement_parties(agreement, party, BLOC_PARTIES);
    *out = in;
    return true;
}

bool bloc_list(const struct agreement *agreement, const char *member, enum bloc_view view,
               const struct acts_folder *d, struct arena *a, struct trust_list *out, struct why *w)
{
    struct span party[BLOC_PARTIES];
    struct trust_input in;

    return bloc_input(agreement, member, view, d, party, &in, w) && trust_list_make(&in, a, out, w);
}

bool bloc_roster(const struct agreement *agreement, const char *member, enum bloc_view view,
                 const struct acts_folder *d, struct arena *a, struct roster *out, struct findings *f,
                 struct why *w)
{
    struct span *party = arena_array(a, BLOC_PARTIES, sizeof *party);
    struct roster_input in = { .n_cards = d->n_cards, .card = d->card };
    struct agreement_quorum q = { 0 };

    if (!party)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!bloc_input(agreement, member, view, d, party, &in.acts, w))
        return false;
    if (agreement_witnesses(agreement, &q))
        in.witnesses = q.need;
    memcpy(in.agreement_sha256, agreement_hash(agreement), sizeof in.agreement_sha256);
    return roster_make(&in, a, out, f, w);
}
