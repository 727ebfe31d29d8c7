#include "check/documents.h"

#include "check/gather.h"
#include "wire/mrz_codes.h"

const char *gathered_listing_word(const struct gathered_listing *l)
{
    if (l->answer.state == LOOKUP_NOT_LISTED && l->answer.read_again)
        return "read again";
    return lookup_state_word(l->answer.state);
}

struct span gathered_listing_fact(const struct gathered_listing *l)
{
    if (!l->asked || l->answer.state == LOOKUP_UNKNOWN)
        return (struct span){ NULL, 0 };
    return l->answer.state == LOOKUP_LISTED ? span_str(document_status_word(l->answer.status))
                                            : SPAN("not listed");
}

bool gathered_listing_unknown(const struct gathered_listing *l)
{
    return l->asked && l->answer.state == LOOKUP_UNKNOWN;
}

static enum document_kind kind_of(const struct mrz *m)
{
    if (m->format == MRZ_MRVA || m->format == MRZ_MRVB)
        return DOCUMENT_VISA;
    if (m->format == MRZ_TD3 || m->code[0] == 'P')
        return DOCUMENT_PASSPORT;
    return m->code[0] == 'I' || m->code[0] == 'A' || m->code[0] == 'C' ? DOCUMENT_IDENTITY_CARD
                                                                       : DOCUMENT_OTHER;
}

/*
 * Only a number that reads well: one whose check digit fails is read again, not looked for. What a chip
 * proves was not misread.
 */
void gather_listing(const struct check_context *c, unix_time now, struct gathered *g)
{
    const struct travel_document *d = &g->document;
    struct gathered_listing *l = &g->listing;
    struct document_number number;
    const char *state;

    if (!c->documents || !d->present || !d->readable)
        return;
    state = state_from_alpha3(span_str(d->mrz.issuer));
    if (!state || !document_fold(DOCUMENT_OTHER, span_str(d->mrz.number), &number, NULL))
        return;
    c->documents->ask(c->documents->ctx, span_str(state), kind_of(&d->mrz), &number,
                      !d->has_chip || d->chip != RESULT_GENUINE, now, &l->answer, &l->as_of);
    /* Of a State that keeps no list there is nothing to be known. */
    l->asked = l->as_of != 0 || l->answer.state != LOOKUP_UNKNOWN;
}
