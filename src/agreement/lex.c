#include "agreement/lex.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

void fault_at(struct agreement_faults *f, unsigned line, unsigned column, bool warning, const char *fmt, ...)
{
    struct agreement_fault *x;
    va_list ap;

    if (f->n == AGREEMENT_FAULTS) {
        /* A fault is worth more than a warning. */
        for (size_t i = 0; !warning && i < f->n; i++) {
            if (f->item[i].warning) {
                memmove(&f->item[i], &f->item[i + 1], (f->n - i - 1) * sizeof *f->item);
                f->n--;
                break;
            }
        }
        f->lost++;
        if (f->n == AGREEMENT_FAULTS)
            return;
    }
    x = &f->item[f->n++];
    *x = (struct agreement_fault){ .line = line, .column = column, .warning = warning };
    va_start(ap, fmt);
    (void)vsnprintf(x->message, sizeof x->message, why_text(fmt), ap);
    va_end(ap);
    /* What was quoted may have been cut inside a character. */
    x->message[utf8_valid_to(span_str(x->message))] = 0;
}

static int peek(const struct lexer *l)
{
    return rd_peek(&l->r);
}

/* The text is valid UTF-8 by now: every byte that begins a character counts one column. */
static void skip(struct lexer *l)
{
    uint8_t c = rd_u8(&l->r);

    if (c == '\n') {
        l->line++;
        l->column = 1;
    } else if ((c & 0xc0) != 0x80) {
        l->column++;
    }
}

static void to_line_end(struct lexer *l)
{
    while (peek(l) >= 0 && peek(l) != '\n')
        skip(l);
}

struct start {
    unsigned line, indent;
    bool tab;
};

/* Past blank lines and comments to the first sign of the next line. */
static bool next_start(struct lexer *l, struct start *s)
{
    for (;;) {
        bool tab = false;
        unsigned column;

        while (peek(l) == ' ' || peek(l) == '\t' || peek(l) == '\r') {
            tab |= peek(l) == '\t';
            skip(l);
        }
        column = l->column;
        if (peek(l) < 0)
            return false;
        if (peek(l) == '\n') {
            skip(l);
        } else if (peek(l) == '#') {
            to_line_end(l);
        } else {
            *s = (struct start){ l->line, column - 1, tab };
            return true;
        }
    }
}

static struct token *add(struct lexer *l, enum token_kind kind, unsigned line, unsigned column)
{
    if (l->n == LIMIT_AGREEMENT_LINE) {
        if (!l->full)
            fault_at(l->faults, line, column, false,
                     "this line has more than %d words; expected a shorter one", LIMIT_AGREEMENT_LINE);
        l->full = true;
        return NULL;
    }
    l->token[l->n] = (struct token){ .kind = kind, .line = line, .column = column };
    return &l->token[l->n++];
}

static bool word_char(int c)
{
    return ascii_digit(c) || ascii_lower(c) || ascii_upper(c) || c == '.' || c == '-' || c == '_' ||
           c == '/' || c >= 0x80;
}

static bool all_digits(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]))
            return false;
    return s.n != 0;
}

/* Digits with hyphens between them: meant as a date. */
static bool like_date(struct span s)
{
    size_t hyphens = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '-')
            hyphens++;
        else if (!ascii_digit(s.p[i]))
            return false;
    }
    return hyphens == 2 && s.n && ascii_digit(s.p[0]);
}

static void number(struct lexer *l, struct token *t)
{
    t->kind = TOKEN_NUMBER;
    for (size_t i = 0; i < t->text.n; i++) {
        t->number = t->number * 10 + (t->text.p[i] - '0');
        if (t->number > LIMIT_AGREEMENT_NUMBER) {
            fault_at(l->faults, t->line, t->column, false, "the number is too large; expected at most %d",
                     LIMIT_AGREEMENT_NUMBER);
            t->number = LIMIT_AGREEMENT_NUMBER;
            return;
        }
    }
}

static void word(struct lexer *l)
{
    const uint8_t *from = l->r.p;
    unsigned line = l->line, column = l->column;
    struct token *t;

    while (peek(l) >= 0 && word_char(peek(l)))
        skip(l);
    t = add(l, TOKEN_WORD, line, column);
    if (!t)
        return;
    t->text = span_of(from, (size_t)(l->r.p - from));
    if (all_digits(t->text)) {
        number(l, t);
    } else if (like_date(t->text)) {
        t->kind = TOKEN_DATE;
        if (!date_parse(t->text, &t->date)) {
            fault_at(l->faults, line, column, false,
                     "there is no day %.*s; expected year-month-day, as 2027-01-31",
                     (int)(t->text.n < 40 ? t->text.n : 40), (const char *)t->text.p);
            t->date = (struct date){ 1, 1, 1 };
        }
    }
}

static void string(struct lexer *l)
{
    unsigned line = l->line, column = l->column;
    const uint8_t *from;
    uint8_t *out;
    struct token *t;
    size_t n = 0;

    skip(l);
    from = l->r.p;
    while (peek(l) >= 0 && peek(l) != '"' && peek(l) != '\n') {
        if (peek(l) == '\\')
            skip(l);
        if (peek(l) >= 0 && peek(l) != '\n')
            skip(l);
    }
    t = add(l, TOKEN_STRING, line, column);
    if (t) {
        t->text = span_of(from, (size_t)(l->r.p - from));
        if (memchr(from, '\\', t->text.n)) {
            out = arena_alloc(l->arena, t->text.n);
            for (size_t i = 0; out && i < t->text.n; i++)
                if (from[i] != '\\' || (++i < t->text.n))
                    out[n++] = from[i];
            t->text = span_of(out, n);
        }
    }
    if (peek(l) == '"')
        skip(l);
    else
        fault_at(l->faults, line, column, false,
                 "the text that begins here does not end on its line; expected a closing \" "
                 "(a long text goes on in a new line with marks of its own)");
}

static void sign(struct lexer *l)
{
    static const char signs[] = ",:()";
    static const enum token_kind kinds[] = { TOKEN_COMMA, TOKEN_COLON, TOKEN_OPEN, TOKEN_CLOSE };
    const char *at = strchr(signs, peek(l));
    unsigned line = l->line, column = l->column;
    const uint8_t *from = l->r.p;
    struct token *t;

    if (!at || !*at) {
        fault_at(l->faults, line, column, false,
                 "the sign %c has no meaning here; expected a word, a number or \"text\"",
                 peek(l) > ' ' ? peek(l) : '?');
        skip(l);
        return;
    }
    skip(l);
    t = add(l, kinds[at - signs], line, column);
    if (t)
        t->text = span_of(from, 1);
}

/* Tokens up to the end of the physical line. */
static void tokens(struct lexer *l)
{
    while (peek(l) >= 0 && peek(l) != '\n' && peek(l) != '#') {
        int c = peek(l);

        if (c == ' ' || c == '\t' || c == '\r')
            skip(l);
        else if (c == '"')
            string(l);
        else if (word_char(c))
            word(l);
        else
            sign(l);
    }
    to_line_end(l);
}

static bool starts_word(const struct lexer *l, const char *w)
{
    struct span rest = span_of(l->r.p, rd_left(&l->r));
    size_t n = strlen(w);

    return span_starts(rest, span_str(w)) && (rest.n == n || !word_char(rest.p[n]));
}

static bool continues(const struct lexer *l)
{
    enum token_kind last = l->n ? l->token[l->n - 1].kind : TOKEN_END;

    return last == TOKEN_COMMA || last == TOKEN_COLON || peek(l) == '"' || starts_word(l, "and") ||
           starts_word(l, "or");
}

static void begin(struct lexer *l, const struct start *s)
{
    if (s->tab)
        fault_at(l->faults, s->line, 1, false,
                 "a tab stands before the first word; expected blanks: a tab has no fixed width");
}

bool lex_line(struct lexer *l)
{
    struct start s;
    unsigned line, column;
    struct reader r;

    l->n = 0;
    l->full = false;
    if (!next_start(l, &s))
        return false;
    l->indent = s.indent;
    for (;;) {
        begin(l, &s);
        tokens(l);
        line = l->line;
        column = l->column;
        r = l->r;
        if (!next_start(l, &s))
            break;
        if (!continues(l)) {
            l->r = r;
            l->line = line;
            l->column = column;
            break;
        }
    }
    l->token[l->n] = (struct token){ .kind = TOKEN_END, .line = line, .column = column };
    return true;
}
