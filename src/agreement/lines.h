/* The lines of an agreement and the blocks they open; shared by the files of the parser. */
#ifndef SERAI_AGREEMENT_LINES_H
#define SERAI_AGREEMENT_LINES_H

#include "agreement/parse.h"

enum block_kind {
    BLOCK_TOP,
    BLOCK_AGREEMENT,
    BLOCK_DEFINITION,
    BLOCK_CASE,
    BLOCK_ARTICLE,
    BLOCK_TABLE,  /* rows of stay, or of categories recognised */
    BLOCK_PLACES, /* rows of "require FACT by FACT" */
    BLOCK_RESERVATION,
    BLOCK_DUTY,
    BLOCK_EXCEPTION,
    BLOCK_EXAMPLE,
    BLOCK_LEAF, /* nothing may stand under it */
    BLOCK_SKIP, /* its line was faulty: what stands under it is passed over */
};

struct block {
    enum block_kind kind;
    unsigned indent;
    int inner; /* indentation of the lines under it; -1: none yet */
    union {
        struct definition *definition;
        struct example *example;
        struct article *article;
        struct reservation *reservation;
        struct duty *duty;
        struct exception *exception;
        struct requirement *requirement;
        struct effect *effect;
    } u;
    struct wording **texts; /* where "text" goes; NULL: no text here */
    struct wording **titles;
};

/* Depth: top, agreement or article, exceptions, table, row. */
enum { BLOCKS = LIMIT_AGREEMENT_DEPTH + 6 };

struct shape {
    struct parser *p;
    struct block block[BLOCKS];
    size_t n;
    bool seen_agreement, seen_parties;
};

static inline struct block *parent(struct shape *s)
{
    return &s->block[s->n - 1];
}

/* Zeroed memory of the arena; NULL with a fault past the ceiling. */
void *make(struct parser *p, size_t n);
/* LANGUAGE "text", added to the list; a language stands once. */
bool add_wording(struct parser *p, struct wording **list, const char *what);

/* Each reads one line after its keyword; what may stand under it goes to child. */
bool line_agreement(struct shape *s, struct block *child);
bool line_parties(struct shape *s, struct block *child);
bool line_force(struct shape *s, struct block *child);
bool line_trust(struct shape *s, struct block *child);
bool line_records(struct shape *s, struct block *child);
bool line_words(struct shape *s, struct block *child);
bool line_define(struct shape *s, struct block *child);
bool line_case(struct shape *s, struct block *child);
bool line_article(struct shape *s, struct block *child);
bool line_title(struct shape *s, struct block *child);
bool line_text(struct shape *s, struct block *child);
bool line_note(struct shape *s, struct block *child);
bool line_when(struct shape *s, struct block *child);
bool line_allow(struct shape *s, struct block *child);
bool line_recognise(struct shape *s, struct block *child);
/* What stands after the categories of a row of "recognise". */
bool read_licence_row(struct parser *p, struct stay_row *r);
bool line_row(struct shape *s, struct block *child);
bool line_require(struct shape *s, struct block *child);
bool line_place(struct shape *s, struct block *child);
bool line_except(struct shape *s, struct block *child);
bool line_reservation(struct shape *s, struct block *child);
bool line_duty(struct shape *s, struct block *child);
bool line_notify(struct shape *s, struct block *child);
bool line_asking(struct shape *s, struct block *child);
bool line_example(struct shape *s, struct block *child);
bool line_given(struct shape *s, struct block *child);
bool line_gives(struct shape *s, struct block *child);

#endif
