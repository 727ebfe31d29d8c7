/* Patterns that are lists of equalities (pattern_index.h). */
#include "base/text.h"
#include "stix/pattern_index.h"
#include "stix/pattern_number.h"

const char *pattern_equality_word(enum pattern_equality_kind kind)
{
    static const char *const words[] = { "ipv4", "ipv6", "domain", "url",   "email",
                                         "md5",  "sha1", "sha256", "sha512" };

    return words[kind];
}

static bool key_is(const struct pattern_comparison *c, uint32_t i, const char *key)
{
    return i < c->steps && c->step[i].kind == PATTERN_KEY && span_eq_str(c->step[i].key, key);
}

static bool ends(struct span s, const char *with)
{
    size_t n = strlen(with);

    return s.n > n && memcmp(s.p + s.n - n, with, n) == 0;
}

/* The steps before `i` end in a reference: x_ref, x_refs[*] or x_refs[n]. */
static bool reference_before(const struct pattern_comparison *c, uint32_t i)
{
    if (i >= 1 && c->step[i - 1].kind == PATTERN_KEY)
        return ends(c->step[i - 1].key, "_ref");
    return i >= 2 && c->step[i - 2].kind == PATTERN_KEY && ends(c->step[i - 2].key, "_refs");
}

/* MD5, SHA-1, SHA-256, SHA-512, in the spellings that are met ("sha256"). */
static bool hash_kind(struct span key, enum pattern_equality_kind *out)
{
    static const struct {
        const char *name;
        enum pattern_equality_kind kind;
    } of[] = { { "MD5", PATTERN_MD5 },
               { "SHA1", PATTERN_SHA1 },
               { "SHA256", PATTERN_SHA256 },
               { "SHA512", PATTERN_SHA512 } };

    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        size_t k = 0, at = 0;

        for (; at < key.n; at++) {
            int ch = ascii_lower(key.p[at]) ? key.p[at] - 32 : key.p[at];

            if (ch == '-')
                continue;
            if (of[i].name[k] != ch)
                break;
            k++;
        }
        if (at == key.n && of[i].name[k] == 0) {
            *out = of[i].kind;
            return true;
        }
    }
    return false;
}

/* What a value behind a reference is, as it is written. */
static enum pattern_equality_kind kind_of_value(struct span s)
{
    struct pattern_range r;

    if (pattern_range_read(s, &r))
        return r.v6 ? PATTERN_IPV6 : PATTERN_IPV4;
    if (s.p && memmem(s.p, s.n, "://", 3))
        return PATTERN_URL;
    return s.p && memchr(s.p, '@', s.n) ? PATTERN_EMAIL : PATTERN_DOMAIN;
}

static bool path_kind(const struct pattern_comparison *c, struct pattern_equality *e)
{
    static const struct {
        const char *type;
        enum pattern_equality_kind kind;
    } of[] = { { "ipv4-addr", PATTERN_IPV4 },
               { "ipv6-addr", PATTERN_IPV6 },
               { "domain-name", PATTERN_DOMAIN },
               { "url", PATTERN_URL },
               { "email-addr", PATTERN_EMAIL } };
    uint32_t last = c->steps - 1;

    e->path = c;
    if (last == 0 && key_is(c, 0, "value")) {
        for (size_t i = 0; i < sizeof of / sizeof *of; i++)
            if (span_eq_str(c->type, of[i].type)) {
                e->kind = of[i].kind;
                return true;
            }
        return false;
    }
    if (key_is(c, last, "value") && reference_before(c, last)) {
        e->referred = true;
        e->kind = kind_of_value(e->value);
        return true;
    }
    if (last < 1 || c->step[last].kind != PATTERN_KEY || !key_is(c, last - 1, "hashes") ||
        !hash_kind(c->step[last].key, &e->kind))
        return false;
    e->referred = reference_before(c, last - 1);
    return e->referred || (last == 1 && span_eq_str(c->type, "file"));
}

static bool equality(const struct pattern_comparison *c, uint32_t i, struct pattern_equality *e)
{
    *e = (struct pattern_equality){ .value = c->of[i].text, .below = c->op == PATTERN_ISSUBSET };
    return c->of[i].kind == PATTERN_STRING && path_kind(c, e) &&
           (!e->below || e->kind == PATTERN_IPV4 || e->kind == PATTERN_IPV6);
}

static bool plain(const struct pattern *p)
{
    struct pattern_equality e;

    for (uint32_t i = 0; i < p->nodes; i++) {
        enum pattern_kind k = p->node[i].kind;

        if (k != PATTERN_COMPARISON && k != PATTERN_EITHER && k != PATTERN_BRACKET && k != PATTERN_OR)
            return false;
    }
    for (uint32_t i = 0; i < p->comparisons; i++) {
        const struct pattern_comparison *c = &p->comparison[i];

        if (c->negated || (c->op != PATTERN_EQ && c->op != PATTERN_IN && c->op != PATTERN_ISSUBSET))
            return false;
        for (uint32_t k = 0; k < c->constants; k++)
            if (!equality(c, k, &e))
                return false;
    }
    return true;
}

bool pattern_equalities(const struct pattern *p, pattern_equality_visit *visit, void *arg)
{
    struct pattern_equality e;

    if (!plain(p))
        return false;
    for (uint32_t i = 0; visit && i < p->comparisons; i++)
        for (uint32_t k = 0; k < p->comparison[i].constants; k++)
            if (equality(&p->comparison[i], k, &e) && !visit(&e, arg))
                return true;
    return true;
}
