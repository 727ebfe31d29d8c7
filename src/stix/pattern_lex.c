#include "stix/pattern_lex.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "stix/pattern_number.h"

static const char constants[] = "STIX 2.1 9.2";

static int at(const struct pattern_lexer *lx, size_t i)
{
    return i < lx->text.n ? lx->text.p[i] : -1;
}

static void bad(struct pattern_lexer *lx, const char *reason, size_t offset, const char *clause,
                const char *what)
{
    why_set(lx->why, reason, offset, clause, "%s", what);
    lx->token = TOKEN_BAD;
}

/* White space of Unicode (9.4): the length of one at i, 0 if there is none. */
static size_t blank(const struct pattern_lexer *lx, size_t i)
{
    struct reader r = rd_of(span_sub(lx->text, i, lx->text.n));
    uint32_t c;

    if (at(lx, i) < 0x80)
        return ascii_space(at(lx, i)) ? 1 : 0;
    c = utf8_next(&r);
    if (c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
        c == 0x202f || c == 0x205f || c == 0x3000)
        return rd_offset(&r);
    return 0;
}

/* Moves past white space and comments. False: a comment that does not end. */
static bool skip(struct pattern_lexer *lx)
{
    for (;;) {
        size_t n = blank(lx, lx->at);

        if (n) {
            lx->at += n;
        } else if (at(lx, lx->at) == '/' && at(lx, lx->at + 1) == '/') {
            while (lx->at < lx->text.n && at(lx, lx->at) != '\n' && at(lx, lx->at) != '\r')
                lx->at++;
        } else if (at(lx, lx->at) == '/' && at(lx, lx->at + 1) == '*') {
            const uint8_t *end = memmem(lx->text.p + lx->at + 2, lx->text.n - lx->at - 2, "*/", 2);

            if (!end) {
                bad(lx, "syntax", lx->at, "STIX 2.1 9.4", "a comment begins here and does not end");
                return false;
            }
            lx->at = (size_t)(end - lx->text.p) + 2;
        } else {
            return true;
        }
    }
}

/* Where a string that begins with the quote at i ends: the offset of its closing quote; SIZE_MAX. */
static size_t quote_end(struct pattern_lexer *lx, size_t i, bool *escaped)
{
    *escaped = false;
    for (size_t k = i + 1; k < lx->text.n; k++) {
        if (lx->text.p[k] == '\'')
            return k;
        if (lx->text.p[k] != '\\')
            continue;
        *escaped = true;
        if (at(lx, k + 1) != '\'' && at(lx, k + 1) != '\\') {
            bad(lx, "constant", k, constants,
                "only \\' and \\\\ are escapes in a string: write a backslash as \\\\");
            return SIZE_MAX;
        }
        k++;
    }
    bad(lx, "syntax", i, constants, "a string begins here and has no closing quote");
    return SIZE_MAX;
}

static bool unescape(struct pattern_lexer *lx, struct span raw, struct span *out)
{
    uint8_t *p = arena_alloc(lx->arena, raw.n);
    size_t n = 0;

    if (!p) {
        bad(lx, "too-large", lx->from, NULL, "the pattern needs more memory than it may have");
        return false;
    }
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] == '\\')
            i++;
        p[n++] = raw.p[i];
    }
    *out = span_of(p, n);
    return true;
}

static void string(struct pattern_lexer *lx)
{
    bool escaped;
    size_t end = quote_end(lx, lx->at, &escaped);

    if (end == SIZE_MAX)
        return;
    lx->constant.kind = PATTERN_STRING;
    lx->constant.text = span_sub(lx->text, lx->at + 1, end);
    if (escaped && !unescape(lx, lx->constant.text, &lx->constant.text))
        return;
    lx->at = end + 1;
    lx->token = TOKEN_CONSTANT;
}

/* t'..', b'..', h'..': lx->at is at the letter. */
static void prefixed(struct pattern_lexer *lx, int letter)
{
    const uint8_t *end = memchr(lx->text.p + lx->at + 2, '\'', lx->text.n - lx->at - 2);
    struct pattern_constant *c = &lx->constant;
    struct span raw;

    if (!end) {
        bad(lx, "syntax", lx->at + 1, constants, "a constant begins here and has no closing quote");
        return;
    }
    raw = span_sub(lx->text, lx->at + 2, (size_t)(end - lx->text.p));
    c->text = raw;
    if (letter == 't') {
        c->kind = PATTERN_TIMESTAMP;
        if (!pattern_time_read(raw, &c->time)) {
            bad(lx, "constant", lx->from, "STIX 2.1 9.2, 2.16",
                "no timestamp: write t'YYYY-MM-DDTHH:MM:SSZ', a fraction before the Z if need be");
            return;
        }
    } else {
        c->kind = PATTERN_BINARY;
        c->hex = letter == 'h';
        if (c->hex ? !hex_decode(raw, lx->arena, &c->text)
                   : raw.n == 0 || !pattern_base64(raw, lx->arena, &c->text)) {
            bad(lx, "constant", lx->from, constants,
                c->hex ? "no hexadecimal: two digits for each octet"
                       : "no Base64: groups of four, padded with =");
            return;
        }
    }
    lx->at = (size_t)(end - lx->text.p) + 1;
    lx->token = TOKEN_CONSTANT;
}

/* Largest integer of STIX (2.7). */
static bool integer(struct span digits, bool minus, int64_t *out)
{
    uint64_t v;

    if (!text_number(digits, (UINT64_C(1) << 53) - 1, &v))
        return false;
    *out = minus ? -(int64_t)v : (int64_t)v;
    return true;
}

static void number(struct pattern_lexer *lx)
{
    struct pattern_constant *c = &lx->constant;
    bool minus = at(lx, lx->at) == '-';
    size_t digits = lx->at + (minus || at(lx, lx->at) == '+' ? 1 : 0), end = digits;

    while (ascii_digit(at(lx, end)))
        end++;
    if (at(lx, end) == '.' && ascii_digit(at(lx, end + 1))) {
        for (end++; ascii_digit(at(lx, end)); end++)
            ;
        c->kind = PATTERN_FLOAT;
        c->text = span_sub(lx->text, lx->at, end);
        if (!pattern_real(c->text, &c->real)) {
            bad(lx, "constant", lx->from, "STIX 2.1 9.2, 2.6", "the number is out of the range of a float");
            return;
        }
    } else if (end > digits) {
        c->kind = PATTERN_INTEGER;
        c->text = span_sub(lx->text, lx->at, end);
        if (end > digits + 1 && at(lx, digits) == '0') {
            bad(lx, "constant", lx->from, constants, "an integer has no leading zeros");
            return;
        }
        if (!integer(span_sub(lx->text, digits, end), minus, &c->integer)) {
            bad(lx, "constant", lx->from, "STIX 2.1 9.2, 2.7", "the integer is beyond 2^53 - 1");
            return;
        }
        c->real = (double)c->integer;
    } else {
        bad(lx, "syntax", lx->at, "STIX 2.1 9.2", "a sign without a number");
        return;
    }
    lx->at = end;
    lx->token = TOKEN_CONSTANT;
}

static const struct {
    const char *word;
    enum pattern_token token;
} keywords[] = {
    { "AND", TOKEN_AND },
    { "OR", TOKEN_OR },
    { "NOT", TOKEN_NOT },
    { "FOLLOWEDBY", TOKEN_FOLLOWEDBY },
    { "LIKE", TOKEN_LIKE },
    { "MATCHES", TOKEN_MATCHES },
    { "ISSUPERSET", TOKEN_ISSUPERSET },
    { "ISSUBSET", TOKEN_ISSUBSET },
    { "EXISTS", TOKEN_EXISTS },
    { "LAST", TOKEN_LAST },
    { "IN", TOKEN_IN },
    { "START", TOKEN_START },
    { "STOP", TOKEN_STOP },
    { "SECONDS", TOKEN_SECONDS },
    { "WITHIN", TOKEN_WITHIN },
    { "REPEATS", TOKEN_REPEATS },
    { "TIMES", TOKEN_TIMES },
};

static void name(struct pattern_lexer *lx)
{
    size_t end = lx->at;
    struct span s;
    int c;

    lx->token = TOKEN_NAME;
    while (c = at(lx, end), ascii_digit(c) || ascii_upper(c) || ascii_lower(c) || c == '_' || c == '-') {
        if (c == '-')
            lx->token = TOKEN_HYPHENED;
        end++;
    }
    s = span_sub(lx->text, lx->at, end);
    if (s.n == 1 && at(lx, end) == '\'' && (s.p[0] == 't' || s.p[0] == 'b' || s.p[0] == 'h')) {
        prefixed(lx, s.p[0]);
        return;
    }
    lx->at = end;
    if (span_eq_str(s, "true") || span_eq_str(s, "false")) {
        lx->constant.kind = PATTERN_BOOLEAN;
        lx->constant.boolean = s.n == 4;
        lx->constant.text = s;
        lx->token = TOKEN_CONSTANT;
        return;
    }
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (span_eq_str(s, keywords[i].word))
            lx->token = keywords[i].token;
}

static const struct {
    char sign[3];
    enum pattern_token token;
} signs[] = {
    { "==", TOKEN_EQ },   { "=", TOKEN_EQ },      { "!=", TOKEN_NE },         { "<>", TOKEN_NE },
    { "<=", TOKEN_LE },   { "<", TOKEN_LT },      { ">=", TOKEN_GE },         { ">", TOKEN_GT },
    { ":", TOKEN_COLON }, { ".", TOKEN_DOT },     { ",", TOKEN_COMMA },       { "(", TOKEN_OPEN },
    { ")", TOKEN_CLOSE }, { "[", TOKEN_BRACKET }, { "]", TOKEN_BRACKET_END }, { "*", TOKEN_STAR },
};

static void sign(struct pattern_lexer *lx)
{
    struct span rest = span_sub(lx->text, lx->at, lx->text.n);

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (span_starts(rest, span_str(signs[i].sign))) {
            lx->token = signs[i].token;
            lx->at += strlen(signs[i].sign);
            return;
        }
    bad(lx, "syntax", lx->at, "STIX 2.1 9.4", "a character that begins nothing in a pattern");
}

void pattern_lex(struct pattern_lexer *lx)
{
    int c;

    if (!skip(lx))
        return;
    lx->from = lx->at;
    lx->constant = (struct pattern_constant){ .at = (uint32_t)lx->at };
    c = at(lx, lx->at);
    if (c < 0)
        lx->token = TOKEN_END;
    else if (c == '\'')
        string(lx);
    else if (ascii_digit(c) || c == '+' || c == '-' || (c == '.' && ascii_digit(at(lx, lx->at + 1))))
        number(lx);
    else if (ascii_upper(c) || ascii_lower(c) || c == '_')
        name(lx);
    else
        sign(lx);
}

const char *pattern_token_word(const struct pattern_lexer *lx, char room[48])
{
    static const char *const kinds[] = { "an integer",        "a float",   "a string",
                                         "a binary constant", "a boolean", "a timestamp" };
    struct span s = span_sub(lx->text, lx->from, lx->at);

    if (lx->token == TOKEN_END)
        return "the end";
    if (lx->token == TOKEN_CONSTANT)
        return kinds[lx->constant.kind];
    (void)snprintf(room, 48, "\"%.*s\"", s.n > 40 ? 40 : (int)s.n, (const char *)s.p);
    return room;
}
