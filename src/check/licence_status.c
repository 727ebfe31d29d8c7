/* Whether this copy was revoked, by a status list; and how the answer of the issuing member counts. */
#include "check/licence_parts.h"

/* Trust as for the licence: under the authority that certified its signer (ISO/IEC 18013-5 2nd
 * edition 12.3.6). */
void licence_read_token(struct licence_inquiry *k)
{
    struct licence_token *t = &k->token;
    struct status_options opt = { .anchors = k->c->anchors,
                                  .at = k->now,
                                  .profile = PROFILE_LENIENT,
                                  .authority = k->mdoc && k->mdoc->has_path ? k->mdoc->path.anchor : NULL };
    struct status_reference ref;
    struct findings f;
    bool named = k->mdoc && status_reference_of(&k->mdoc->mso.status, &ref);

    t->present = named || k->r->status_token.n;
    t->answer = STATUS_UNDETERMINED;
    if (!t->present)
        return;
    if (!named) {
        (void)why_set(&t->why, "STATUS_UNAVAILABLE", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.6",
                      "a status list was sent, and no licence that was verified names one");
        return;
    }
    findings_init(&f);
    t->answer = status_of(&ref, k->r->status_token, &opt, k->a, &t->list, &f, &t->why);
    if (t->answer == STATUS_REVOKED && (k->result == RESULT_GENUINE || k->result == RESULT_EXPIRED))
        k->result = RESULT_REVOKED;
}

const char *licence_home_word(enum licence_home_state s)
{
    static const char *const word[] = {
        "not asked", "answered", "late", "unreachable", "refused", "unknown"
    };

    return word[s];
}

struct span licence_issuer_of(const struct licence_inquiry *k)
{
    return k->strength == LICENCE_NOTHING ? (struct span){ NULL, 0 } : k->facts.issuing_country;
}

struct span licence_number_of(const struct licence_inquiry *k)
{
    return k->strength == LICENCE_NOTHING ? (struct span){ NULL, 0 } : k->facts.document_number;
}

const struct licence_home *licence_home_of(const struct licence_inquiry *k)
{
    return &k->home;
}

void licence_set_home(struct licence_inquiry *k, const struct licence_home *h)
{
    k->home = *h;
    k->asked = h->state != LICENCE_NOT_ASKED;
}

void licence_ask_home(struct licence_inquiry *k)
{
    const struct licence_question q = { .issuer = licence_issuer_of(k),
                                        .number = licence_number_of(k),
                                        .birth = k->facts.birth_date,
                                        .purpose = k->r->purpose,
                                        .at = k->now };
    struct licence_home h = { .state = LICENCE_NOT_ASKED };

    if (k->r->do_not_ask || !k->c->ask || q.issuer.n == 0 || q.number.n == 0)
        return;
    k->c->ask(k->c->ask_ctx, &q, k->a, &h);
    licence_set_home(k, &h);
}
