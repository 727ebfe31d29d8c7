#include "agreement/parse.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

bool wrong(struct parser *p, unsigned line, unsigned column, const char *fmt, ...)
{
    char message[400];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof message, why_text(fmt), ap);
    va_end(ap);
    fault_at(p->faults, line, column, false, "%s", message);
    p->errors++;
    return false;
}

void warn(struct parser *p, unsigned line, unsigned column, const char *fmt, ...)
{
    char message[400];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof message, why_text(fmt), ap);
    va_end(ap);
    fault_at(p->faults, line, column, true, "%s", message);
}

/* What stands at the cursor, for a message. */
static const char *found(const struct token *t, char *out, size_t n)
{
    if (t->kind == TOKEN_END)
        (void)snprintf(out, n, "%s", why_text("the end of the line"));
    else if (t->kind == TOKEN_STRING)
        (void)snprintf(out, n, "%s", why_text("a text in quotation marks"));
    else
        (void)snprintf(out, n, "\"%.*s\"", (int)(t->text.n < 40 ? t->text.n : 40), (const char *)t->text.p);
    return out;
}

bool expected(struct parser *p, const char *what, const char *hint)
{
    char f[64];

    return wrong(p, tok(p)->line, tok(p)->column, "expected %s, found %s%s%s", why_text(what),
                 found(tok(p), f, sizeof f), hint ? "; " : "", hint ? why_text(hint) : "");
}

bool accept_word(struct parser *p, const char *w)
{
    struct span rest = span_str(w), part;
    size_t i = p->at;

    while (text_split(&rest, ' ', &part)) {
        const struct token *t = &p->lexer.token[i];

        if (t->kind != TOKEN_WORD || !span_eq(t->text, part))
            return false;
        i++;
    }
    p->at = i;
    return true;
}

bool accept_kind(struct parser *p, enum token_kind k)
{
    if (tok(p)->kind != k)
        return false;
    p->at++;
    return true;
}

bool want(struct parser *p, const char *w, const char *hint)
{
    char what[64];

    if (accept_word(p, w))
        return true;
    (void)snprintf(what, sizeof what, "\"%s\"", w);
    return expected(p, what, hint);
}

bool want_end(struct parser *p)
{
    return tok(p)->kind == TOKEN_END || expected(p, "the end of the line", NULL);
}

/* Texts that follow each other are one, with a blank between. */
bool want_string(struct parser *p, const char **out, const char *what)
{
    size_t n = 0;
    char *s;

    if (tok(p)->kind != TOKEN_STRING)
        return expected(p, what, "texts stand in quotation marks \"…\"");
    for (size_t i = p->at; p->lexer.token[i].kind == TOKEN_STRING; i++)
        n += p->lexer.token[i].text.n + 1;
    s = arena_alloc(p->arena, n);
    if (!s)
        return wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    *out = s;
    for (; tok(p)->kind == TOKEN_STRING; p->at++) {
        struct span t = tok(p)->text;

        if (t.n)
            memcpy(s, t.p, t.n);
        s += t.n;
        *s++ = ' ';
    }
    s[-1] = 0;
    return true;
}

bool want_number(struct parser *p, int least, int most, int *out, const char *what)
{
    if (tok(p)->kind != TOKEN_NUMBER)
        return expected(p, what, NULL);
    if (tok(p)->number < least || tok(p)->number > most)
        return wrong(p, tok(p)->line, tok(p)->column, "expected %s from %d to %d, found %d", why_text(what),
                     least, most, (int)tok(p)->number);
    *out = (int)tok(p)->number;
    p->at++;
    return true;
}

bool want_date(struct parser *p, struct date *out)
{
    if (tok(p)->kind != TOKEN_DATE)
        return expected(p, "a date", "dates are written year-month-day, as 2027-01-31");
    *out = tok(p)->date;
    p->at++;
    return true;
}

bool want_language(struct parser *p, const char **out)
{
    struct span s = tok(p)->text;
    size_t i = 0;

    if (tok(p)->kind == TOKEN_WORD)
        while (i < s.n && ascii_lower(s.p[i]))
            i++;
    if (i < 2 || i > 3 || (i < s.n && s.p[i] != '-') || s.n > 16)
        return expected(p, "a language", "languages are written as en, fa, ru, tr (BCP 47)");
    *out = arena_str(p->arena, s);
    p->at++;
    return *out != NULL;
}

bool is_party(const struct agreement *a, struct span state)
{
    for (size_t i = 0; i < a->parties.n; i++)
        if (span_eq(a->parties.w[i], state))
            return true;
    return false;
}

bool is_member(const struct agreement *a, struct span state)
{
    for (size_t i = 0; i < a->accession.n; i++)
        if (span_eq(a->accession.w[i], state))
            return true;
    return is_party(a, state);
}

bool is_state_shape(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_upper(s.p[i]))
            return false;
    return s.n == 2 || s.n == 3;
}

bool want_party(struct parser *p, struct span *out)
{
    const struct token *t = tok(p);

    if (t->kind != TOKEN_WORD || !is_state_shape(t->text))
        return expected(p, "a party", "parties are written by their two letters, as KZ");
    if (!is_member(p->a, t->text))
        return wrong(p, t->line, t->column,
                     "%.*s is not a party to this agreement; expected one of the line \"parties\"",
                     (int)t->text.n, (const char *)t->text.p);
    *out = t->text;
    p->at++;
    return true;
}

struct words words_copy(struct parser *p, const struct span *w, size_t n)
{
    struct span *s = arena_array(p->arena, n, sizeof *s);

    if (!s)
        return (struct words){ NULL, 0 };
    if (n)
        memcpy(s, w, n * sizeof *s);
    return (struct words){ s, n };
}

bool want_parties(struct parser *p, struct words *out)
{
    struct span w[64];
    size_t n = 0;

    do {
        if (n == sizeof w / sizeof *w)
            return wrong(p, tok(p)->line, tok(p)->column,
                         "the list is too long; expected at most 64 parties");
        if (!want_party(p, &w[n]))
            return false;
        n++;
    } while (accept_kind(p, TOKEN_COMMA));
    *out = words_copy(p, w, n);
    return true;
}

bool is_reserved(const struct token *t)
{
    static const char *const reserved[] = { "and", "or",     "not", "when", "with",  "by",   "is",
                                            "in",  "within", "to",  "at",   "gives", "from", NULL };

    for (size_t i = 0; reserved[i]; i++)
        if (is_word(t, reserved[i]))
            return true;
    return false;
}

/* First of the words up to a sign or a reserved word; their number in *n. */
static size_t phrase_length(const struct parser *p)
{
    size_t n = 0;

    while (p->lexer.token[p->at + n].kind == TOKEN_WORD && !is_reserved(&p->lexer.token[p->at + n]))
        n++;
    return n;
}

struct span accept_words(struct parser *p, size_t n)
{
    size_t bytes = 0, k = 0;
    uint8_t *out;

    for (size_t i = 0; i < n; i++)
        bytes += p->lexer.token[p->at + i].text.n + 1;
    out = n ? arena_alloc(p->arena, bytes) : NULL;
    if (!out)
        return (struct span){ NULL, 0 };
    for (size_t i = 0; i < n; i++, p->at++) {
        struct span t = tok(p)->text;

        for (size_t c = 0; c < t.n; c++)
            out[k++] = ascii_upper(t.p[c]) ? (uint8_t)(t.p[c] + 32) : t.p[c];
        out[k++] = ' ';
    }
    return span_of(out, k - 1);
}

struct span accept_phrase(struct parser *p)
{
    return accept_words(p, phrase_length(p));
}
