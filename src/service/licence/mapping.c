#include "base/text.h"
#include "service/licence/recognise.h"

#include "service/licence/licence_mapping.inc"

enum { MAPPINGS = sizeof mapping / sizeof *mapping };

static uint8_t upper(uint8_t c)
{
    return ascii_lower(c) ? (uint8_t)(c - 32) : c;
}

/* Letters of categories are compared without regard to case: "Motorcar" is printed so. */
static bool same(struct span s, const char *name)
{
    size_t i = 0;

    while (i < s.n && name[i] && upper(s.p[i]) == (uint8_t)name[i])
        i++;
    return i == s.n && !name[i];
}

const struct licence_mapping *licence_map(enum licence_scheme scheme, struct span issuer,
                                          struct span category, size_t *at)
{
    while (*at < MAPPINGS) {
        const struct licence_mapping *m = &mapping[(*at)++];

        if (m->scheme == scheme && (!m->issuer[0] || span_eq_str(issuer, m->issuer)) &&
            same(category, m->category))
            return m;
    }
    return NULL;
}

enum licence_scheme licence_mapped_scheme(const struct licence_privilege *p, struct span issuer)
{
    size_t at = 0;

    return licence_map(LICENCE_SCHEME_DOMESTIC, issuer, p->category, &at) ? LICENCE_SCHEME_DOMESTIC
                                                                          : p->scheme;
}
