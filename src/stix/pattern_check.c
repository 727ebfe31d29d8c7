#include "base/text.h"
#include "stix/pattern_regex.h"

/* 10.7 hash-algorithm-ov: digits of each. SSDEEP and TLSH have texts of their own. */
static const struct {
    const char *name;
    size_t digits;
} hashes[] = {
    { "MD5", 32 },      { "SHA-1", 40 },     { "SHA-224", 56 },    { "SHA-256", 64 },
    { "SHA-384", 96 },  { "SHA-512", 128 },  { "SHA3-224", 56 },   { "SHA3-256", 64 },
    { "SHA3-384", 96 }, { "SHA3-512", 128 }, { "RIPEMD-160", 40 }, { "WHIRLPOOL", 128 },
};

/* Names as people write them: case and hyphens do not matter here ("sha256"). */
static bool names(struct span key, const char *name)
{
    size_t k = 0;

    for (size_t i = 0; i < key.n; i++) {
        int c = ascii_lower(key.p[i]) ? key.p[i] - 32 : key.p[i];

        if (c == '-')
            continue;
        while (name[k] == '-')
            k++;
        if (name[k++] != c)
            return false;
    }
    return name[k] == 0;
}

static bool hexadecimal(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        int c = s.p[i];

        if (!ascii_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F'))
            return false;
    }
    return true;
}

/* A constant that a hash is said to equal has to be one. */
static bool hash(const struct pattern_comparison *c, struct why *w)
{
    const struct pattern_step *last = &c->step[c->steps - 1];

    if (c->steps < 2 || last->kind != PATTERN_KEY || c->step[c->steps - 2].kind != PATTERN_KEY ||
        !span_eq_str(c->step[c->steps - 2].key, "hashes"))
        return true;
    if (c->op != PATTERN_EQ && c->op != PATTERN_NE && c->op != PATTERN_IN)
        return true;
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        for (uint32_t k = 0; names(last->key, hashes[i].name) && k < c->constants; k++)
            if (c->of[k].kind != PATTERN_STRING || c->of[k].text.n != hashes[i].digits ||
                !hexadecimal(c->of[k].text))
                return why_set(w, "hash", c->of[k].at, "STIX 2.1 2.8", "no %s: it has %zu hexadecimal digits",
                               hashes[i].name, hashes[i].digits);
    return true;
}

bool pattern_check(const struct pattern *p, struct why *w)
{
    if (p->old_form != PATTERN_NONE)
        return why_set(w, "old-form", p->old_form, "STIX 2.1 9.5.1",
                       "START and STOP take timestamps t'..'; a string is the form of STIX 2.0");
    for (uint32_t i = 0; i < p->comparisons; i++) {
        const struct pattern_comparison *c = &p->comparison[i];

        if (!hash(c, w) || (c->op == PATTERN_MATCHES && !pattern_regex_check(&c->of[0], w)))
            return false;
    }
    return true;
}

static struct span type_of(const struct pattern *p, uint32_t node)
{
    return p->comparison[p->node[p->node[node].first].which].type;
}

/*
 * The object type all of a subtree needs is its first comparison's, unless an OR in it lets others in; so for
 * every AND the types of its two sides are compared where both are without OR.
 */
uint32_t pattern_never(const struct pattern *p)
{
    uint32_t either = PATTERN_NONE; /* the last OR inside brackets so far */

    for (uint32_t i = 0; i < p->nodes; i++) {
        const struct pattern_node *n = &p->node[i];

        if (n->kind == PATTERN_EITHER)
            either = i;
        if (n->kind != PATTERN_BOTH || (either != PATTERN_NONE && either >= n->first))
            continue;
        if (!span_eq(type_of(p, i), type_of(p, i - 1)))
            return n->at;
    }
    return PATTERN_NONE;
}

unsigned pattern_level(const struct pattern *p)
{
    unsigned level = 1;

    for (uint32_t i = 0; i < p->nodes; i++) {
        enum pattern_kind k = p->node[i].kind;

        if (k > PATTERN_OR)
            return 3;
        if (k == PATTERN_AND || k == PATTERN_OR)
            level = 2;
    }
    return level;
}
