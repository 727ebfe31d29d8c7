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
    { "accession", line_accession, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "withdrawal", line_withdrawal, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "suspension", line_suspension, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "amendments", line_amendments, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "no reservations", line_no_reservations, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "fee for", line_fee, UNDER(BLOCK_TOP), BLOCK_FIGURES },
    { "limit for", line_limit, UNDER(BLOCK_TOP), BLOCK_FIGURES },
    { "category of", line_category, UNDER(BLOCK_TOP), BLOCK_FIGURES },
    { "quota", line_quota, UNDER(BLOCK_TOP), BLOCK_QUOTA },
    { "trust", line_trust, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "records", line_records, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "complaints", line_complaints, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "words for", line_words, UNDER(BLOCK_TOP), BLOCK_LEAF },
    { "define", line_define, UNDER(BLOCK_TOP), BLOCK_DEFINITION },
    { "case", line_case, UNDER(BLOCK_TOP), BLOCK_CASE },
    { "article", line_article, UNDER(BLOCK_TOP), BLOCK_ARTICLE },
    { "permission", line_permission, UNDER(BLOCK_TOP), BLOCK_PERMISSION },
    { "notices", line_notices, UNDER(BLOCK_TOP), BLOCK_NOTICES },
    { "categories", line_notice_categories, UNDER(BLOCK_NOTICES), BLOCK_LEAF },
    { "not about", line_notice_not_about, UNDER(BLOCK_NOTICES), BLOCK_LEAF },
    { "excluded", line_notice_excluded, UNDER(BLOCK_NOTICES), BLOCK_LEAF },
    { "withdrawn", line_notice_withdrawn, UNDER(BLOCK_NOTICES), BLOCK_LEAF },
    { "warned", line_notice_warned, UNDER(BLOCK_NOTICES), BLOCK_LEAF },
    { "access", line_notice_access, UNDER(BLOCK_NOTICES), BLOCK_LEAF },
    { "correction", line_notice_correction, UNDER(BLOCK_NOTICES), BLOCK_LEAF },
    { "owner", line_notice_owner, UNDER(BLOCK_NOTICES), BLOCK_LEAF },
    { "notice", line_notice, UNDER(BLOCK_TOP), BLOCK_NOTICE },
    { "under", line_notice_under, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "only for", line_notice_only, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "status", line_notice_status, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "action", line_notice_action, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "penalty", line_notice_penalty, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "sentence", line_notice_sentence, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "require", line_notice_require, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "expires", line_notice_expires, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "review", line_notice_every, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "reviewed", line_notice_reviewed, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "hits", line_notice_hits, UNDER(BLOCK_NOTICE), BLOCK_LEAF },
    { "example", line_notice_example, UNDER(BLOCK_NOTICE), BLOCK_NOTICE_EXAMPLE },
    { "given", line_notice_given, UNDER(BLOCK_NOTICE_EXAMPLE), BLOCK_LEAF },
    { "gives", line_notice_gives, UNDER(BLOCK_NOTICE_EXAMPLE), BLOCK_LEAF },
    { "sharing", line_sharing, UNDER(BLOCK_TOP), BLOCK_SHARING },
    { "under", line_sharing_under, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "unmarked", line_sharing_unmarked, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "passed on", line_sharing_onward, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "clients", line_sharing_clients, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "detectors", line_sharing_detectors, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "clear", line_sharing_open, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "sightings", line_sharing_sightings, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "kept", line_sharing_kept, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "embargo", line_sharing_embargo, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "recalled", line_sharing_recalled, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "standing", line_sharing_standing, UNDER(BLOCK_SHARING), BLOCK_LEAF },
    { "group", line_sharing_group, UNDER(BLOCK_SHARING), BLOCK_SHARING_GROUP },
    { "example", line_sharing_example, UNDER(BLOCK_SHARING), BLOCK_SHARING_EXAMPLE },
    { "given", line_sharing_given, UNDER(BLOCK_SHARING_EXAMPLE), BLOCK_LEAF },
    { "gives", line_sharing_gives, UNDER(BLOCK_SHARING_EXAMPLE), BLOCK_LEAF },
    { "under", line_under, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "ask", line_ask, UNDER(BLOCK_PERMISSION), BLOCK_ITEM },
    { "attach", line_attach, UNDER(BLOCK_PERMISSION), BLOCK_ITEM },
    { "fee", line_permission_fee, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "consult", line_consult, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "decided", line_decided, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "valid", line_valid, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "stay", line_stay, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "entries", line_entries, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "extended", line_extended, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "not extended", line_not_extended, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "quota", line_permission_quota, UNDER(BLOCK_PERMISSION), BLOCK_LEAF },
    { "title", line_title,
      UNDER(BLOCK_AGREEMENT) | UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_PERMISSION) | UNDER(BLOCK_ITEM) |
          UNDER(BLOCK_NOTICE) | UNDER(BLOCK_SHARING_GROUP),
      BLOCK_LEAF },
    { "note", line_note, UNDER(BLOCK_AGREEMENT), BLOCK_LEAF },
    { "text", line_text,
      UNDER(BLOCK_ARTICLE) | UNDER(BLOCK_DEFINITION) | UNDER(BLOCK_EXCEPTION) | UNDER(BLOCK_RESERVATION) |
          UNDER(BLOCK_DUTY) | UNDER(BLOCK_QUOTA),
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
    { "in force", line_article_force, UNDER(BLOCK_ARTICLE), BLOCK_LEAF },
    { "parties", line_article_parties, UNDER(BLOCK_ARTICLE), BLOCK_LEAF },
    { "optional", line_optional, UNDER(BLOCK_ARTICLE), BLOCK_LEAF },
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
            buf_str(&b, left == 1 ? why_text(" or ") : ", ");
    }
    return buf_cstr(&b);
}

static bool misplaced(struct parser *p, enum block_kind k)
{
    const char *list[KEYWORDS + 1], *near;
    char what[400], hint[60];
    size_t n = 0;

    for (size_t i = 0; i < KEYWORDS; i++)
        if (keywords[i].under & UNDER(k))
            list[n++] = keywords[i].word;
    list[n] = NULL;
    near = tok(p)->kind == TOKEN_WORD ? nearest(list, tok(p)->text) : NULL;
    (void)snprintf(hint, sizeof hint, why_text("did you mean \"%s\"?"), near ? near : "");
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
    if (k == BLOCK_FIGURES)
        return line_figure(s, child);
    if (k == BLOCK_QUOTA && tok(p)->kind == TOKEN_WORD && is_state_shape(tok(p)->text))
        return line_quota_row(s, child);
    if (k == BLOCK_LEAF)
        return wrong(p, tok(p)->line, tok(p)->column,
                     "nothing can stand under the line above; expected the same indentation as that line");
    for (size_t i = 0; i < KEYWORDS; i++) {
        if ((keywords[i].under & UNDER(k)) && accept_word(p, keywords[i].word)) {
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
    permissions_finish(p);
    notices_finish(p);
    sharings_finish(p);
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

static struct article *reserved_article(struct agreement *a, struct span number)
{
    for (struct article *x = a->articles; x; x = x->next)
        if (span_eq_str(number, x->number))
            return x;
    return NULL;
}

/* One line, one condition, nothing behind it. */
static bool reserved_condition(struct agreement *a, struct span text, struct reservation *r)
{
    struct agreement_faults *faults = arena_alloc(&a->arena, sizeof *faults);
    struct parser p = { .a = a, .arena = &a->arena, .faults = faults };

    if (!faults)
        return false;
    p.lexer = (struct lexer){ .r = rd_of(text), .line = 1, .column = 1, .arena = &a->arena };
    p.lexer.faults = faults;
    p.lexer.token = arena_array(&a->arena, LIMIT_AGREEMENT_LINE + 1, sizeof *p.lexer.token);
    if (!p.lexer.token || !check_characters(&p, text) || !lex_line(&p.lexer))
        return false;
    r->not_bound = accept_word(&p, "not bound");
    if (!r->not_bound && !parse_condition(&p, &r->cond))
        return false;
    return want_end(&p) && !lex_line(&p.lexer) && p.errors == 0 && faults->n == 0;
}

bool agreement_reserve(struct agreement *a, const struct agreement_reservation *in, unsigned bit)
{
    struct article *x = reserved_article(a, in->article);
    struct reservation *r = arena_alloc(&a->arena, sizeof *r);
    struct span member = arena_copy(&a->arena, in->member), *w = arena_alloc(&a->arena, sizeof *w);
    struct span text = arena_copy(&a->arena, in->condition);

    if (!x || !r || !w || !is_member(a, in->member))
        return false;
    *w = member;
    *r = (struct reservation){ .members = { w, 1 },
                               .reciprocal = true,
                               .by_instrument = true,
                               .instrument = bit,
                               .line = x->line,
                               .column = x->column };
    if (!reserved_condition(a, text, r))
        return false;
    if (r->not_bound)
        return true;
    if (x->last_reservation)
        x->last_reservation->next = r;
    else
        x->reservations = r;
    x->last_reservation = r;
    return true;
}
