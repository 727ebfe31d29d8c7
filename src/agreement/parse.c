/*
 * The shape of an agreement: lines and what may stand under them. One table says which word may begin a line
 * under which other line; the same table writes the message when another word stands there.
 */
#include <stdio.h>

#include "agreement/lines.h"
#include "base/text.h"

#define UNDER(k) (1u << (k))

static const struct keyword {
    const char *word;
    bool (*read)(struct shape *s, struct block *child);
    unsigned under; /* kinds of block it may stand in */
    enum block_kind opens;
} keywords[] = {
    { "agreement", line_agreement, UNDER(BLOCK_TOP), BLOCK_AGREEMENT },
    { "parties", line_parties, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "in force", line_force, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "trust", line_trust, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "records", line_records, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "words for", line_words, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "define", line_define, UNDER(BLOCK_TOP), BLOCK_DEFINITION },
    { "case", line_case, UNDER(BLOCK_TOP), BLOCK_CASE },
    { "article", line_article, UNDER(BLOCK_TOP), BLOCK_ARTICLE },
    { "title", line_title, UNDER(BLOCK_AGREEMENT) | UNDER(BLOCK_ARTICLE), BLOCK_LEAF },
    { "note", line_note, UNDER(BLOCK_AGREEMENT), BLOCK_LEAF },
    { "text", line_text,
      UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_DEFINITION) | UNDER(BLOCK_EXCEPTION) | UNDER(BLOCK_RESERVATION) |
          UNDER(BLOCK_DUTY),
      BLOCK_LEAF },
    { "when", line_when, UNDER(BLOCK_ARTICLE), BLOCK_LEAF },
    { "allow", line_allow, UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_EXCEPTION), BLOCK_LEAF },
    { "recognise", line_recognise, UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_EXCEPTION), BLOCK_TABLE },
    { "require", line_require, UNDER(BLOCK_ARTICLE), BLOCK_LEAF },
    { "except", line_except, UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_EXCEPTION), BLOCK_EXCEPTION },
    { "reservation of", line_reservation, UNDER(BLOCK_ARTICLE), BLOCK_RESERVATION },
    { "duty", line_duty, UNDER(BLOCK_ARTICLE), BLOCK_DUTY },
    { "notify", line_notify, UNDER(BLOCK_ARTICLE), BLOCK_LEAF },
    { "asking", line_asking, UNDER(BLOCK_ARTICLE), BLOCK_LEAF },
    { "example", line_example, UNDER(BLOCK_ARTICLE), BLOCK_EXAMPLE },
    { "given", line_given, UNDER(BLOCK_CASE) | UNDER(BLOCK_EXAMPLE), BLOCK_LEAF },
    { "gives", line_gives, UNDER(BLOCK_EXAMPLE), BLOCK_LEAF },
};

enum { KEYWORDS = sizeof keywords / sizeof *keywords };

/* What may begin a line here, for a message. */
static const char *choices(enum block_kind k, char *out, size_t n)
{
    struct buffer b;
    size_t left = 0;

    buf_init_fixed(&b, out, n);
    for (size_t i = 0; i < KEYWORDS; i++)
        left += (keywords[i].under & UNDER(k)) != 0;
    for (size_t i = 0; i < KEYWORDS; i++) {
        if (!(keywords[i].under & UNDER(k)))
            continue;
        left--;
        buf_str(&b, keywords[i].word);
        if (left)
            buf_str(&b, left == 1 ? " or " : ", ");
    }
    return buf_cstr(&b);
}

static bool misplaced(struct parser *p, enum block_kind k)
{
    const char *list[KEYWORDS + 1], *near;
    char what[180], hint[60];
    size_t n = 0;

    for (size_t i = 0; i < KEYWORDS; i++)
        if (keywords[i].under & UNDER(k))
            list[n++] = keywords[i].word;
    list[n] = NULL;
    near = tok(p)->kind == TOKEN_WORD ? nearest(list, tok(p)->text) : NULL;
    (void)snprintf(hint, sizeof hint, "did you mean \"%s\"?", near ? near : "");
    return expected(p, choices(k, what, sizeof what), near ? hint : NULL);
}

/* Reads the line under the innermost block; what it opens goes to child. */
static bool dispatch(struct shape *s, struct block *child)
{
    struct parser *p = s->p;
    enum block_kind k = parent(s)->kind;

    if (k == BLOCK_TABLE)
        return line_row(s, child);
    if (k == BLOCK_PLACES)
        return line_place(s, child);
    if (k == BLOCK_LEAF)
        return wrong(p, tok(p)->line, tok(p)->column,
                     "nothing can stand under the line above; expected the same indentation as that line");
    for (size_t i = 0; i < KEYWORDS; i++) {
        if ((keywords[i].under & UNDER(k)) && accept(p, keywords[i].word)) {
            child->kind = keywords[i].opens;
            return keywords[i].read(s, child);
        }
    }
    return misplaced(p, k);
}

/* Closes the blocks that this line's indentation leaves; false when it fits none. */
static bool settle(struct shape *s)
{
    struct parser *p = s->p;
    unsigned indent = p->lexer.indent;
    struct block *up;

    while (s->n > 1 && indent <= parent(s)->indent)
        s->n--;
    up = parent(s);
    if (up->inner < 0)
        up->inner = (int)indent;
    if (up->kind == BLOCK_SKIP || (unsigned)up->inner == indent)
        return true;
    return wrong(p, tok(p)->line, tok(p)->column,
                 "this line is indented by %u blanks, its neighbours by %d; expected the same", indent,
                 up->inner);
}

static void read_line(struct shape *s)
{
    struct parser *p = s->p;
    struct block child = { .kind = BLOCK_LEAF, .indent = p->lexer.indent, .inner = -1 };
    size_t errors = p->errors;

    p->at = 0;
    if (p->lexer.n == 0 || !settle(s) || parent(s)->kind == BLOCK_SKIP)
        return;
    if (!dispatch(s, &child) && p->errors == errors)
        (void)wrong(p, tok(p)->line, tok(p)->column, "the agreement is too large");
    if (p->errors != errors)
        child.kind = child.kind == BLOCK_ARTICLE && child.u.article ? BLOCK_ARTICLE : BLOCK_SKIP;
    if (s->n == BLOCKS) {
        (void)wrong(p, p->lexer.token[0].line, p->lexer.token[0].column,
                    "nested too deep; expected at most %d levels", LIMIT_AGREEMENT_DEPTH);
        return;
    }
    s->block[s->n++] = child;
}

/* Characters that would make the text read otherwise than it is written. */
static bool deceptive(uint32_t c)
{
    return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f || c == 0xa0 || c == 0xad ||
           c == 0xfeff || c == 0x200b || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
           (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static bool check_characters(struct parser *p, struct span text)
{
    struct reader r = rd_of(text);
    unsigned line = 1, column = 1;
    bool ok = true;

    while (rd_left(&r)) {
        uint32_t c = utf8_next(&r);

        if (c == UTF8_BAD)
            return wrong(p, line, column, "this is not UTF-8; expected a text saved in UTF-8");
        if (deceptive(c) && ok)
            ok = wrong(p, line, column,
                       "the invisible character U+%04X stands here; expected none: what is signed must be "
                       "what is seen",
                       (unsigned)c);
        column++;
        if (c == '\n') {
            line++;
            column = 1;
        }
    }
    return ok;
}

static void read_all(struct parser *p)
{
    struct shape s = { .p = p, .n = 1, .block = { { .kind = BLOCK_TOP, .inner = 0 } } };
    unsigned last = 1;

    while (lex_line(&p->lexer)) {
        read_line(&s);
        last = p->lexer.token[p->lexer.n].line;
    }
    if (!s.seen_agreement)
        (void)wrong(p, 1, 1, "expected a line \"agreement\", as in: agreement \"Title\" version 1");
    if (!s.seen_parties)
        (void)wrong(p, 1, 1, "expected a line \"parties\", as in: parties AF IR KZ");
    if (!p->a->articles)
        (void)wrong(p, last, 1, "expected at least one article, as in: article 1 \"Title\"");
}

void agreement_parse_model(struct agreement *a, struct agreement_faults *faults)
{
    struct parser p = { .a = a, .arena = &a->arena, .faults = faults };

    p.lexer =
        (struct lexer){ .r = rd_of(a->text), .line = 1, .column = 1, .arena = &a->arena, .faults = faults };
    p.lexer.token = arena_array(&a->arena, LIMIT_AGREEMENT_LINE + 1, sizeof *p.lexer.token);
    if (p.lexer.token && check_characters(&p, a->text))
        read_all(&p);
}
