/* Literals inside LIKE and MATCHES: cautious, what is not plainly certain is left out. */
#include "base/text.h"
#include "stix/pattern_need.h"

struct span pattern_like_literal(struct span like)
{
    struct span best = { NULL, 0 };
    size_t from = 0;

    for (size_t i = 0; i <= like.n; i++) {
        if (i < like.n && like.p[i] != '%' && like.p[i] != '_' && like.p[i] < 0x80)
            continue;
        if (i - from > best.n)
            best = span_sub(like, from, i);
        from = i + 1;
    }
    return best;
}

struct run {
    struct span regex;
    size_t at;
    uint8_t *now, *best; /* what is being read, and the longest so far */
    size_t n, best_n;
    bool given_up;
};

static int peek(const struct run *r)
{
    return r->at < r->regex.n ? r->regex.p[r->at] : -1;
}

static void end_run(struct run *r)
{
    if (r->n > r->best_n) {
        memcpy(r->best, r->now, r->n);
        r->best_n = r->n;
    }
    r->n = 0;
}

/* [..], at behind the [. */
static void skip_class(struct run *r)
{
    if (peek(r) == '^')
        r->at++;
    if (peek(r) == ']')
        r->at++;
    while (peek(r) >= 0 && peek(r) != ']') {
        if (peek(r) == '\\') {
            r->at++;
        } else if (peek(r) == '[' && r->at + 1 < r->regex.n && strchr(":.=", r->regex.p[r->at + 1])) {
            r->given_up = true;
            return;
        }
        r->at++;
    }
    r->at++;
}

/* (..), at behind the (. Options within end all certainty. */
static void skip_group(struct run *r)
{
    for (unsigned depth = 1; depth && !r->given_up && peek(r) >= 0;) {
        int c = r->regex.p[r->at++];

        if (c == '\\') {
            r->at++;
        } else if (c == '[') {
            skip_class(r);
        } else if (c == ')') {
            depth--;
        } else if (c == '(') {
            depth++;
        }
    }
}

/* Whether ( at i opens a plain group: (..), (?:..) or one that looks ahead or behind. */
static bool plain_group(struct span s, size_t i)
{
    int a = i + 1 < s.n ? s.p[i + 1] : -1, b = i + 2 < s.n ? s.p[i + 2] : -1;

    if (a == '*')
        return false;
    return a != '?' || b == ':' || b == '=' || b == '!' || b == '<';
}

/* Anything that changes how the rest is read. */
static bool understood(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\\') {
            int c = i + 1 < s.n ? s.p[i + 1] : -1;

            if (c == 'Q' || c == 'E' || c == 'K')
                return false;
            i++;
        } else if (s.p[i] == '(' && !plain_group(s, i)) {
            return false;
        }
    }
    return true;
}

/* An escape; at behind the backslash. Punctuation stands for itself, all else ends the run. */
static void escape(struct run *r)
{
    int c = peek(r);

    r->at++;
    if (c >= 0 && c < 0x80 && !ascii_digit(c) && !ascii_upper(c) && !ascii_lower(c)) {
        r->now[r->n++] = (uint8_t)c;
        return;
    }
    end_run(r);
    if (c >= 0 && strchr("dDwWsSbBAzZhHvVRntrfea", c))
        return;
    r->given_up = true; /* \x41, \101, \cA, \p{..}, \k<..>: not worth it */
}

/* ?, * and {: the atom before may be missing. */
static void may_be_missing(struct run *r, int c)
{
    if (r->n)
        r->n--;
    end_run(r);
    while (c == '{' && (ascii_digit(peek(r)) || peek(r) == ','))
        r->at++;
    if (c == '{' && peek(r) == '}')
        r->at++;
}

static void step(struct run *r)
{
    int c = r->regex.p[r->at++];

    if (c == '\\') {
        escape(r);
    } else if (c == '(') {
        end_run(r);
        skip_group(r);
    } else if (c == '[') {
        end_run(r);
        skip_class(r);
    } else if (c == '?' || c == '*' || c == '{') {
        may_be_missing(r, c);
    } else if (c == '|') {
        r->given_up = true;
    } else if (c == '+' || c == '.' || c == '^' || c == '$' || c == ')' || c >= 0x80) {
        end_run(r);
    } else {
        r->now[r->n++] = (uint8_t)c;
    }
}

struct span pattern_regex_literal(struct span regex, struct arena *a)
{
    struct run r = { .regex = regex,
                     .now = arena_alloc(a, regex.n + 1),
                     .best = arena_alloc(a, regex.n + 1) };

    if (!r.now || !r.best || !understood(regex))
        return (struct span){ NULL, 0 };
    while (r.at < regex.n && !r.given_up)
        step(&r);
    end_run(&r);
    return r.given_up ? (struct span){ NULL, 0 } : span_of(r.best, r.best_n);
}
