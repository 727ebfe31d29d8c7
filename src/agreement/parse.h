/* Shared by the parts of the parser: the line under the cursor and what is read from it. */
#ifndef SERAI_AGREEMENT_PARSE_H
#define SERAI_AGREEMENT_PARSE_H

#include "agreement/lex.h"
#include "agreement/model.h"

struct parser {
    struct agreement *a;
    struct arena *arena;
    struct agreement_faults *faults;
    struct lexer lexer;
    size_t at;  /* token of the line that comes next */
    size_t ops; /* steps of all conditions so far */
    size_t errors;
    bool unsure[VOCABULARY_N]; /* its declaration was faulty: its words are not questioned */
};

static inline const struct token *tok(const struct parser *p)
{
    return &p->lexer.token[p->at];
}

static inline bool is_word(const struct token *t, const char *w)
{
    return t->kind == TOKEN_WORD && span_eq_str(t->text, w);
}

/* Fault at a token: "expected X, found Y". hint: a further sentence, or NULL. Always false. */
bool expected(struct parser *p, const char *what, const char *hint);
/* Fault at a place, in own words. Always false. */
bool wrong(struct parser *p, unsigned line, unsigned column, const char *fmt, ...) PRINTF_LIKE(4, 5);
void warn(struct parser *p, unsigned line, unsigned column, const char *fmt, ...) PRINTF_LIKE(4, 5);

/* The next words are w ("is a party"): passes them. */
bool accept_word(struct parser *p, const char *w);
bool accept_kind(struct parser *p, enum token_kind k);
bool want(struct parser *p, const char *w, const char *hint);
bool want_end(struct parser *p);
/* days, months, years */
bool accept_unit(struct parser *p, enum unit *u);
bool want_string(struct parser *p, const char **out, const char *what);
bool want_number(struct parser *p, int least, int most, int *out, const char *what);
bool want_date(struct parser *p, struct date *out);
/* 30 days, 6 months, 1 year */
bool want_notice(struct parser *p, struct notice_period *out);
/* The number of an article: 5, 5a. */
bool want_label(struct parser *p, struct span *out);
/* Words "en" of two or three lower-case letters, with subtags. */
bool want_language(struct parser *p, const char **out);

/* A member: two letters, and a party. */
bool want_party(struct parser *p, struct span *out);
/* Two or three capital letters. */
bool is_state_shape(struct span s);
bool is_party(const struct agreement *a, struct span state);
/* A party, or a State that may accede. */
bool is_member(const struct agreement *a, struct span state);
/* A, B and C */
bool want_parties(struct parser *p, struct words *out);

/* The longest fact name or its short form at the cursor. FACTS_N: none, nothing passed. */
unsigned accept_fact(struct parser *p);
unsigned want_fact(struct parser *p);
/* The short and the long names of facts, for hints. */
const char *nearest_fact(struct span s);

/* A word of the fact's vocabulary, or a state, by the fact's type. Words up to a comma or a word of the
 * language. */
bool want_value(struct parser *p, unsigned fact, struct span *out);
/* Values with commas between. */
bool want_values(struct parser *p, unsigned fact, struct words *out);
/* Words up to a comma, a sign, a number or a word of the language; joined by one blank, lower case. n == 0:
 * none. */
struct span accept_phrase(struct parser *p);
/* The next n tokens, joined likewise. */
struct span accept_words(struct parser *p, size_t n);
bool is_reserved(const struct token *t);
/* Result words "genuine" and so on. */
bool is_builtin_word(enum vocabulary v, struct span w);

bool parse_condition(struct parser *p, struct condition *out);
/* a and b, both may be empty. */
bool condition_and(struct parser *p, const struct condition *a, const struct condition *b,
                   struct condition *out);
bool condition_or(struct parser *p, const struct condition *a, const struct condition *b,
                  struct condition *out);
bool condition_of(struct parser *p, const struct cond *op, size_t n, struct condition *out);
/* fact is one of the words */
struct cond cond_in(unsigned fact, struct words w, const struct token *at);

/* What stands behind "in force"; adds to what was said before. */
bool parse_force(struct parser *p, struct force *f);
/* "40 USD", "40.50 USD", "free"; "20 litres"; "child": what a row of such a table holds. */
bool parse_figure(struct parser *p, enum table_of kind, int64_t *amount, const char **unit);
/* The name behind "fee for", in words or quotation marks. */
bool want_table_name(struct parser *p, struct span *out);

void example_init(struct example *e, const struct token *at);
bool parse_given(struct parser *p, struct example *e);
bool parse_gives(struct parser *p, struct example *e);

/* The word of list (ended by NULL) nearest to s; NULL when none is near. */
const char *nearest(const char *const *list, struct span s);

struct words words_copy(struct parser *p, const struct span *w, size_t n);

#endif
