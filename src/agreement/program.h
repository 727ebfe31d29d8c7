/*
 * The compact form that decides: conditions as flat steps, exceptions already folded into the conditions of
 * what they beat (default logic), words as numbers. Made once, read by many threads.
 */
#ifndef SERAI_AGREEMENT_PROGRAM_H
#define SERAI_AGREEMENT_PROGRAM_H

#include "agreement/model.h"
#include "agreement/reason.h"

enum op_code {
    OP_AND,
    OP_OR,
    OP_NOT,
    OP_TRUE,
    OP_IN,
    OP_PARTY, /* a: article, as in a table of who is bound */
    OP_NUMBER,
    OP_NUMBER_FACT,
    OP_DATE,      /* a: day */
    OP_DATE_FACT, /* a: fact or TODAY, b: offset in units */
    OP_SAME,
    OP_MEMBER,   /* one of agreement_members */
    OP_LIKEWISE, /* a: article, as in a table of who is bound */
    OP_BINDS,    /* a: article binds the member entered; a State that is none of them is not asked */
    OP_OWN,      /* a: article binds the State of the fact, if that is one of them, towards the one entered */
    OP_RESERVED, /* a: reservation by instrument, b: its member, fact: of the other side, cmp: objections
                    count */
};

struct op {
    uint8_t code, fact, cmp, unit;
    int32_t a, b;
};

/* Truth values in use at most while a clause is worked out. */
enum { STACK = 4 * LIMIT_AGREEMENT_DEPTH };

struct steps {
    uint32_t first, n; /* n == 0: holds */
};

struct clause {
    struct steps steps;
    enum reason code; /* when it does not hold */
    const char *label;
    unsigned line;
};

struct row {
    uint32_t first_key, n_keys;
    struct stay_rule rule;
    int age;
    struct steps permission;
    unsigned line;
};

/* A way to be admitted: all clauses hold and the stay has a day left. */
struct grant {
    const struct article *article;
    bool exception; /* the effect of an exception */
    uint32_t first_clause, n_clauses;
    enum effect_kind effect;
    uint8_t key;
    struct stay_rule rule;
    struct term visitors, residents;
    uint32_t first_row, n_rows;
    unsigned line;
};

/* What everybody who is admitted must meet: where all clauses of the scope hold, the body must. */
struct demand {
    const struct article *article; /* NULL: the general rule on contradictions */
    uint32_t first_clause, n_clauses;
    struct clause body;
};

struct obligation {
    const struct article *article;
    const struct duty *duty;
    struct steps steps;
};

/* A row of a table beside the text, and one table. */
struct figure {
    const struct table_row *row;
    uint32_t first_key, n_keys;
    struct steps steps;
};

struct figures {
    const struct table *table;
    uint32_t first, n;
};

struct word_slot {
    struct span word;
    uint32_t id; /* 0: free */
    uint8_t vocabulary;
};

struct program {
    const struct op *ops;
    size_t n_ops;
    const uint32_t *list; /* words and states of all OP_IN and rows */
    const struct clause *clauses;
    const struct row *rows;
    const struct grant *grants;
    size_t n_grants;
    const struct grant *recognitions; /* of "recognise" */
    size_t n_recognitions;
    const struct demand *demands;
    size_t n_demands;
    const struct obligation *obligations;
    size_t n_obligations;
    const uint32_t *members; /* agreement_members, parties first */
    size_t n_members, n_parties;
    struct bound_table standing;   /* without a register */
    const struct figures *figures; /* of the tables beside the text, in their order */
    const struct figure *figure;
    uint64_t words; /* facts that hold words or states and are asked for */
    const struct word_slot *slot;
    uint32_t slot_mask;
    day_number from; /* in force from */
    bool has_from;
};

/* Number of a word or a state as a fact holds it; 0: not known to the agreement. */
uint32_t program_word(const struct program *g, enum fact f, struct span w);

/* Two or three capital letters as one number; 0: not so. */
uint32_t program_state(struct span s);
/* Numbers all words of the agreement and the built-in ones. */
MUST_USE bool program_make_words(struct program *g, struct agreement *a);

/* The table of who is bound without instruments: articles apply to their own parties from their own dates;
 * those that wait for ratifications or for acceptance do not. False: no memory. */
MUST_USE bool program_make_standing(struct program *g, struct agreement *a);

#endif
