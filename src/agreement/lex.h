/*
 * Lines and words of an agreement text. A logical line is a line with its continuations: a line that begins
 * with "and", "or" or a quotation mark, or that follows a comma or a colon, belongs to the line before it.
 */
#ifndef SERAI_AGREEMENT_LEX_H
#define SERAI_AGREEMENT_LEX_H

#include "agreement/agreement.h"
#include "base/reader.h"

enum token_kind {
    TOKEN_END, /* of the logical line; stands where the line ends */
    TOKEN_WORD,
    TOKEN_NUMBER,
    TOKEN_DATE,
    TOKEN_STRING,
    TOKEN_COMMA,
    TOKEN_COLON,
    TOKEN_OPEN,
    TOKEN_CLOSE,
};

struct token {
    enum token_kind kind;
    struct span text; /* as it stands; a string without its marks and with escapes undone */
    unsigned line, column;
    int64_t number;
    struct date date;
};

struct lexer {
    struct reader r;
    unsigned line, column; /* of the next character */
    struct arena *arena;   /* for strings with escapes */
    struct agreement_faults *faults;
    struct token *token; /* LIMIT_AGREEMENT_LINE of them; the last is TOKEN_END */
    size_t n;
    unsigned indent; /* blanks before the logical line */
    bool full;       /* the line had too many tokens, told already */
};

/* False at the end of the text. Faults in a line are told and its readable tokens given. */
bool lex_line(struct lexer *l);

/* Adds a fault; the list full, only counts it. fmt makes one or two plain sentences. */
void fault_at(struct agreement_faults *f, unsigned line, unsigned column, bool warning, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

#endif
