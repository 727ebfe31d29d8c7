#include <stdio.h>

#include "base/date.h"
#include "base/text.h"
#include "stix/pattern.h"

static const char *const words[] = { "=",  "!=",   "<",       "<=",       ">",          ">=",
                                     "IN", "LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET", "EXISTS" };

const char *pattern_operator_word(enum pattern_operator op)
{
    return words[op];
}

static void quote(struct span s, struct buffer *out)
{
    buf_u8(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\'' || s.p[i] == '\\')
            buf_u8(out, '\\');
        buf_u8(out, s.p[i]);
    }
    buf_u8(out, '\'');
}

static bool is_keyword(struct span s)
{
    static const char *const keywords[] = { "AND",     "OR",         "NOT",      "FOLLOWEDBY", "LIKE",
                                            "MATCHES", "ISSUPERSET", "ISSUBSET", "EXISTS",     "LAST",
                                            "IN",      "START",      "STOP",     "SECONDS",    "WITHIN",
                                            "REPEATS", "TIMES",      "true",     "false" };

    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (span_eq_str(s, keywords[i]))
            return true;
    return false;
}

/* A key that needs no quotes (9.7). */
static bool plain(struct span s)
{
    if (s.n == 0 || ascii_digit(s.p[0]) || is_keyword(s))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !ascii_upper(s.p[i]) && !ascii_lower(s.p[i]) && s.p[i] != '_')
            return false;
    return true;
}

void pattern_print_path(const struct pattern_comparison *c, struct buffer *out)
{
    buf_put(out, c->type);
    for (uint32_t i = 0; i < c->steps; i++) {
        const struct pattern_step *s = &c->step[i];

        if (s->kind == PATTERN_ALL) {
            buf_str(out, "[*]");
        } else if (s->kind == PATTERN_INDEX) {
            buf_u8(out, '[');
            buf_decimal(out, s->index);
            buf_u8(out, ']');
        } else {
            buf_u8(out, i ? '.' : ':');
            if (plain(s->key))
                buf_put(out, s->key);
            else
                quote(s->key, out);
        }
    }
}

/* Without sign plus and needless zeros before the point; at least one digit there. */
static void real(struct span s, struct buffer *out)
{
    size_t i = 0;

    if (s.p[0] == '-')
        buf_u8(out, '-');
    if (s.p[0] == '-' || s.p[0] == '+')
        i = 1;
    while (i + 1 < s.n && s.p[i] == '0' && ascii_digit(s.p[i + 1]))
        i++;
    if (s.p[i] == '.')
        buf_u8(out, '0');
    buf_put(out, span_sub(s, i, s.n));
}

static void constant(const struct pattern_constant *c, struct buffer *out)
{
    switch (c->kind) {
    case PATTERN_INTEGER:
        buf_decimal(out, c->integer);
        break;
    case PATTERN_FLOAT:
        real(c->text, out);
        break;
    case PATTERN_STRING:
        quote(c->text, out);
        break;
    case PATTERN_BINARY:
        buf_str(out, c->hex ? "h'" : "b'");
        if (c->hex)
            hex_put(out, c->text);
        else
            base64_put(out, c->text, BASE64_STD);
        buf_u8(out, '\'');
        break;
    case PATTERN_BOOLEAN:
        buf_str(out, c->boolean ? "true" : "false");
        break;
    case PATTERN_TIMESTAMP:
        buf_str(out, "t'");
        buf_put(out, c->text);
        buf_u8(out, '\'');
        break;
    }
}

void pattern_print_constants(const struct pattern_comparison *c, struct buffer *out)
{
    if (c->op == PATTERN_IN)
        buf_u8(out, '(');
    for (uint32_t i = 0; i < c->constants; i++) {
        if (i)
            buf_str(out, ", ");
        constant(&c->of[i], out);
    }
    if (c->op == PATTERN_IN)
        buf_u8(out, ')');
}

static void comparison(const struct pattern_comparison *c, struct buffer *out)
{
    if (c->op == PATTERN_EXISTS) {
        buf_str(out, c->negated ? "NOT EXISTS " : "EXISTS ");
        pattern_print_path(c, out);
        return;
    }
    pattern_print_path(c, out);
    buf_str(out, c->negated ? " NOT " : " ");
    buf_str(out, words[c->op]);
    buf_u8(out, ' ');
    pattern_print_constants(c, out);
}

static int precedence(enum pattern_kind k)
{
    switch (k) {
    case PATTERN_FOLLOWEDBY:
        return 1;
    case PATTERN_OR:
    case PATTERN_EITHER:
        return 2;
    case PATTERN_AND:
    case PATTERN_BOTH:
        return 3;
    case PATTERN_COMPARISON:
    case PATTERN_BRACKET:
    case PATTERN_REPEATS:
    case PATTERN_WITHIN:
    case PATTERN_START_STOP:
        break;
    }
    return 4;
}

static bool is_qualifier(const struct pattern_node *n)
{
    return n->kind == PATTERN_REPEATS || n->kind == PATTERN_WITHIN || n->kind == PATTERN_START_STOP;
}

/* Qualifiers on a bracket of which two are of a kind are read only when it stands in parentheses. */
static bool qualified_twice(const struct pattern *p, uint32_t bracket)
{
    unsigned seen = 0;

    for (uint32_t i = p->node[bracket].parent; i != PATTERN_NONE && is_qualifier(&p->node[i]);
         i = p->node[i].parent) {
        if (seen & 1u << p->node[i].kind)
            return true;
        seen |= 1u << p->node[i].kind;
    }
    return false;
}

/* Whether node i stands in parentheses. */
static bool enclosed(const struct pattern *p, uint32_t i)
{
    const struct pattern_node *n = &p->node[i], *up = n->parent == PATTERN_NONE ? NULL : &p->node[n->parent];

    if (!up || up->kind == PATTERN_BRACKET)
        return false;
    if (is_qualifier(up))
        return precedence(n->kind) < 4 || (n->kind == PATTERN_BRACKET && qualified_twice(p, i));
    if (precedence(n->kind) == 4)
        return false;
    return n->left ? precedence(n->kind) < precedence(up->kind) : precedence(n->kind) <= precedence(up->kind);
}

static void put_time(struct pattern_time t, struct buffer *out)
{
    char room[TIME_TEXT], digits[24];
    int n = snprintf(digits, sizeof digits, ".%018llu", (unsigned long long)t.fraction);

    time_format(t.seconds, room);
    while (n > 0 && (digits[n - 1] == '0' || digits[n - 1] == '.'))
        n--;
    buf_str(out, "t'");
    buf_put(out, span_of(room, strlen(room) - 1));
    buf_put(out, span_of(digits, (size_t)n));
    buf_str(out, "Z'");
}

void pattern_print_qualifier(const struct pattern_node *n, struct buffer *out)
{
    if (n->kind == PATTERN_REPEATS) {
        buf_str(out, " REPEATS ");
        buf_decimal(out, (int64_t)n->times);
        buf_str(out, " TIMES");
    } else if (n->kind == PATTERN_WITHIN) {
        buf_str(out, " WITHIN ");
        real(n->seconds, out);
        buf_str(out, " SECONDS");
    } else {
        buf_str(out, " START ");
        put_time(n->start, out);
        buf_str(out, " STOP ");
        put_time(n->stop, out);
    }
}

/* What opens at a comparison, from the outermost node that begins with it inwards. */
static void openings(const struct pattern *p, uint32_t leaf, struct buffer *out)
{
    uint32_t k = leaf;

    while (p->node[k].parent != PATTERN_NONE && p->node[p->node[k].parent].first == leaf)
        k = p->node[k].parent;
    for (;; k = precedence(p->node[k].kind) < 4 ? p->node[k - 1].first - 1 : k - 1) {
        if (enclosed(p, k))
            buf_u8(out, '(');
        if (k == leaf)
            return;
        if (p->node[k].kind == PATTERN_BRACKET)
            buf_u8(out, '[');
    }
}

/* What follows a comparison: all that ends with it, then the operator before the next one. */
static void endings(const struct pattern *p, uint32_t leaf, struct buffer *out)
{
    for (uint32_t k = leaf;; k = p->node[k].parent) {
        const struct pattern_node *n = &p->node[k];

        if (n->kind == PATTERN_BRACKET)
            buf_u8(out, ']');
        else if (is_qualifier(n))
            pattern_print_qualifier(n, out);
        if (enclosed(p, k))
            buf_u8(out, ')');
        if (n->parent == PATTERN_NONE)
            return;
        if (n->left) {
            enum pattern_kind up = p->node[n->parent].kind;

            buf_str(out, up == PATTERN_FOLLOWEDBY                   ? " FOLLOWEDBY "
                         : up == PATTERN_OR || up == PATTERN_EITHER ? " OR "
                                                                    : " AND ");
            return;
        }
    }
}

void pattern_print(const struct pattern *p, struct buffer *out)
{
    for (uint32_t i = 0; i < p->nodes; i++) {
        if (p->node[i].kind != PATTERN_COMPARISON)
            continue;
        openings(p, i, out);
        comparison(&p->comparison[p->node[i].which], out);
        endings(p, i, out);
    }
}
