/* The tokens of a pattern (grammar of STIX 2.1 section 9). For pattern_parse.c alone. */
#ifndef SERAI_STIX_PATTERN_LEX_H
#define SERAI_STIX_PATTERN_LEX_H

#include "stix/pattern.h"

enum pattern_token {
    TOKEN_END,
    TOKEN_BAD, /* why is filled, or a character that begins nothing */
    TOKEN_NAME,
    TOKEN_HYPHENED, /* a name with a hyphen: object types only */
    TOKEN_CONSTANT, /* lexer.constant */
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_FOLLOWEDBY,
    TOKEN_LIKE,
    TOKEN_MATCHES,
    TOKEN_ISSUPERSET,
    TOKEN_ISSUBSET,
    TOKEN_EXISTS,
    TOKEN_LAST,
    TOKEN_IN,
    TOKEN_START,
    TOKEN_STOP,
    TOKEN_SECONDS,
    TOKEN_WITHIN,
    TOKEN_REPEATS,
    TOKEN_TIMES,
    TOKEN_EQ,
    TOKEN_NE,
    TOKEN_LT,
    TOKEN_LE,
    TOKEN_GT,
    TOKEN_GE,
    TOKEN_COLON,
    TOKEN_DOT,
    TOKEN_COMMA,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_BRACKET,
    TOKEN_BRACKET_END,
    TOKEN_STAR,
};

struct pattern_lexer {
    struct span text;
    size_t at; /* behind the token */
    struct arena *arena;
    struct why *why;
    enum pattern_token token;
    size_t from;                      /* where the token begins */
    struct pattern_constant constant; /* of TOKEN_CONSTANT */
};

/* Reads the next token into lx->token. After TOKEN_BAD it is not called again. */
void pattern_lex(struct pattern_lexer *lx);

/* The token as a person reads it, for "found ..."; a constant by its kind. */
const char *pattern_token_word(const struct pattern_lexer *lx, char room[48]);

#endif
