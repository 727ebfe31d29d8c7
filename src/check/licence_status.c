/* Whether this copy was revoked, by a status list; and how the answer of the issuing member counts. */
#include "check/licence_parts.h"

void licence_read_token(struct licence_inquiry *k)
{
    const struct status_question q = { .document = k->mdoc,
                                       .tokens = k->c->tokens,
                                       .brought = k->r->status_token,
                                       .anchors = k->c->anchors,
                                       .at = k->now,
                                       .profile = PROFILE_LENIENT };
    struct status_said *said = &k->token.said;
    struct findings *f;

    said->answer = STATUS_UNDETERMINED;
    if (!k->mdoc) {
        k->token.present = k->r->status_token.n != 0;
        (void)why_set(&said->why, "STATUS_UNAVAILABLE", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.6",
                      "a status list was sent, and no mobile licence that it could be about");
        return;
    }
    f = arena_alloc(k->a, sizeof *f);
    if (!f)
        return;
    findings_init(f);
    (void)status_ask(&q, k->a, said, f);
    k->token.present = said->named || k->r->status_token.n;
    if (said->answer == STATUS_REVOKED && (k->result == RESULT_GENUINE || k->result == RESULT_EXPIRED))
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
