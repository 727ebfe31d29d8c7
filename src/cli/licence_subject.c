#include "cli/licence_subject.h"

#include "base/text.h"
#include "cli/cli.h"
#include "service/licence/register.h"

/* A travel document's number as machine-readable zones have it: no fillers, upper case. */
static struct span document_number(struct span s, struct arena *a)
{
    uint8_t *p = arena_alloc(a, s.n);
    size_t n = 0;

    for (size_t i = 0; p && i < s.n; i++)
        if (s.p[i] != '<' && s.p[i] != ' ')
            p[n++] = ascii_lower(s.p[i]) ? s.p[i] & (uint8_t)~0x20u : s.p[i];
    return span_of(p, n);
}

static bool licence_key(const struct store *s, struct span issuer, struct span number, struct arena *a,
                        struct traveller_key *out)
{
    struct span digest = { 0 };
    uint8_t own[LICENCE_DIGEST];

    if (number.n == (size_t)2 * LICENCE_DIGEST && hex_decode(number, a, &digest))
        memcpy(own, digest.p, sizeof own);
    else if (!licence_digest(issuer, number, own))
        return false;
    licence_subject(s, issuer, own, out);
    return true;
}

bool subject_read(const char *text, const struct store *s, struct arena *a, struct subject_named *out,
                  struct why *w)
{
    struct span rest = span_str(text), all = { 0 };
    struct subject_named x = { 0 };

    if (!text_split(&rest, ':', &x.issuer) || x.issuer.n < 2 || x.issuer.n > 3 || !rest.n)
        return why_set(
            w, "request", WHY_NO_OFFSET, NULL,
            "--subject wants issuer and number such as KZ:123456, or KZ:- and the number on standard "
            "input");
    if (span_eq_str(rest, "-")) {
        if (!cli_read("-", a, &all, w))
            return false;
        rest = text_trim(all);
    }
    if (x.issuer.n == 3)
        store_traveller_key(s, x.issuer, document_number(rest, a), &x.key);
    else if (!licence_key(s, x.issuer, rest, a, &x.key))
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "the number has no letter or digit, or is too long");
    *out = x;
    return true;
}
