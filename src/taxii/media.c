#include "taxii/media.h"

#include <strings.h>

#include "base/limits.h"
#include "base/text.h"

/* One media range with what counts of its parameters. */
struct range {
    struct span type;
    bool versioned, ours; /* it names a version; ours */
    bool never;           /* q=0 */
};

static bool same_word(struct span s, const char *word)
{
    return s.n == strlen(word) && strncasecmp((const char *)s.p, word, s.n) == 0;
}

static bool token_char(uint8_t c)
{
    return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?={}", c);
}

static struct span take_token(struct reader *r)
{
    const uint8_t *from = r->p;

    while (rd_left(r) && token_char(*r->p))
        r->p++;
    if (r->p == from)
        rd_fail(r);
    return span_of(from, (size_t)(r->p - from));
}

static void skip_blanks(struct reader *r)
{
    while (rd_peek(r) == ' ' || rd_peek(r) == '\t')
        r->p++;
}

static bool take_sign(struct reader *r, int c)
{
    if (rd_peek(r) != c)
        return false;
    r->p++;
    return true;
}

/* A token or a quoted text; what stands between the quotes is taken as it is. */
static struct span take_value(struct reader *r)
{
    const uint8_t *from;

    if (!take_sign(r, '"'))
        return take_token(r);
    from = r->p;
    while (rd_left(r) && *r->p != '"')
        r->p += *r->p == '\\' && rd_left(r) > 1 ? 2 : 1;
    if (!rd_left(r)) {
        rd_fail(r);
        return (struct span){ NULL, 0 };
    }
    r->p++;
    return span_of(from, (size_t)(r->p - from) - 1);
}

static bool is_zero(struct span q)
{
    for (size_t i = 0; i < q.n; i++)
        if (q.p[i] != '0' && q.p[i] != '.')
            return false;
    return q.n > 0 && q.p[0] == '0';
}

/* type "/" subtype *( ";" name "=" value ) */
static struct range take_range(struct reader *r)
{
    struct range out = { 0 };
    const uint8_t *from = r->p;

    (void)take_token(r);
    if (!take_sign(r, '/'))
        rd_fail(r);
    (void)take_token(r);
    out.type = span_of(from, rd_ok(r) ? (size_t)(r->p - from) : 0);
    for (skip_blanks(r); take_sign(r, ';'); skip_blanks(r)) {
        struct span name, value;

        skip_blanks(r);
        if (rd_peek(r) == ';' || rd_peek(r) == ',' || !rd_left(r))
            continue;
        name = take_token(r);
        skip_blanks(r);
        if (!take_sign(r, '='))
            rd_fail(r);
        skip_blanks(r);
        value = take_value(r);
        if (same_word(name, "version")) {
            out.versioned = true;
            out.ours = span_eq_str(value, "2.1");
        } else if (same_word(name, "q")) {
            out.never = is_zero(value);
        }
    }
    return out;
}

/* How closely the range means our type; 0: not at all. */
static unsigned closeness(const struct range *g)
{
    if (same_word(g->type, "application/taxii+json"))
        return !g->versioned ? 3 : g->ours ? 4 : 0;
    if (same_word(g->type, "application/*"))
        return 2;
    return same_word(g->type, "*/*") ? 1 : 0;
}

bool taxii_accepts(struct span accept)
{
    struct reader r = rd_of(accept);
    unsigned best = 0;
    bool yes = false;

    if (accept.n > LIMIT_TAXII_ACCEPT)
        return false;
    while (rd_left(&r)) {
        struct range g;
        unsigned close;

        skip_blanks(&r);
        if (take_sign(&r, ','))
            continue;
        if (!rd_left(&r))
            break;
        g = take_range(&r);
        skip_blanks(&r);
        if (!rd_ok(&r) || (rd_left(&r) && rd_peek(&r) != ','))
            return false;
        close = closeness(&g);
        if (close > best || (close == best && close && !g.never)) {
            best = close;
            yes = !g.never;
        }
    }
    return yes;
}

bool taxii_is_content(struct span content_type)
{
    struct reader r = rd_of(content_type);
    struct range g;

    skip_blanks(&r);
    g = take_range(&r);
    skip_blanks(&r);
    return rd_done(&r) && closeness(&g) >= 3;
}
