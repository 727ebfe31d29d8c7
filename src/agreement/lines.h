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
    BLOCK_PERMISSION,
    BLOCK_ITEM,    /* asked of an applicant, or to be attached */
    BLOCK_FIGURES, /* rows of a table beside the text */
    BLOCK_QUOTA,
    BLOCK_NOTICES, /* rules of all notices */
    BLOCK_NOTICE,  /* one kind */
    BLOCK_NOTICE_EXAMPLE,
    BLOCK_SHARING,
    BLOCK_SHARING_GROUP,
    BLOCK_SHARING_EXAMPLE,
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
        struct permission_block *permission;
        struct notice_block *notice;
        struct notice_example *notice_example;
        struct sharing_block *sharing;
        struct sharing_example *sharing_example;
        struct table *table;
        struct quota_clause *quota;
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
bool line_article_force(struct shape *s, struct block *child);
bool line_article_parties(struct shape *s, struct block *child);
bool line_optional(struct shape *s, struct block *child);
bool line_accession(struct shape *s, struct block *child);
bool line_withdrawal(struct shape *s, struct block *child);
bool line_suspension(struct shape *s, struct block *child);
bool line_amendments(struct shape *s, struct block *child);
bool line_no_reservations(struct shape *s, struct block *child);
bool line_fee(struct shape *s, struct block *child);
bool line_limit(struct shape *s, struct block *child);
bool line_category(struct shape *s, struct block *child);
bool line_figure(struct shape *s, struct block *child);
bool line_quota(struct shape *s, struct block *child);
bool line_quota_row(struct shape *s, struct block *child);
bool line_trust(struct shape *s, struct block *child);
bool line_records(struct shape *s, struct block *child);
bool line_complaints(struct shape *s, struct block *child);
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
/* parse_permission.c */
bool line_permission(struct shape *s, struct block *child);
bool line_ask(struct shape *s, struct block *child);
bool line_attach(struct shape *s, struct block *child);
bool line_consult(struct shape *s, struct block *child);
bool line_under(struct shape *s, struct block *child);
bool line_permission_fee(struct shape *s, struct block *child);
bool line_decided(struct shape *s, struct block *child);
bool line_valid(struct shape *s, struct block *child);
bool line_stay(struct shape *s, struct block *child);
bool line_entries(struct shape *s, struct block *child);
bool line_extended(struct shape *s, struct block *child);
bool line_not_extended(struct shape *s, struct block *child);
bool line_permission_quota(struct shape *s, struct block *child);
/* What can be said of them only when the whole text was read. */
void permissions_finish(struct parser *p);
/* parse_notice.c */
bool line_notices(struct shape *s, struct block *child);
bool line_notice_categories(struct shape *s, struct block *child);
bool line_notice_not_about(struct shape *s, struct block *child);
bool line_notice_excluded(struct shape *s, struct block *child);
bool line_notice_withdrawn(struct shape *s, struct block *child);
bool line_notice_warned(struct shape *s, struct block *child);
bool line_notice_access(struct shape *s, struct block *child);
bool line_notice_correction(struct shape *s, struct block *child);
bool line_notice_owner(struct shape *s, struct block *child);
bool line_notice(struct shape *s, struct block *child);
bool line_notice_under(struct shape *s, struct block *child);
bool line_notice_only(struct shape *s, struct block *child);
bool line_notice_status(struct shape *s, struct block *child);
bool line_notice_action(struct shape *s, struct block *child);
bool line_notice_penalty(struct shape *s, struct block *child);
bool line_notice_sentence(struct shape *s, struct block *child);
bool line_notice_require(struct shape *s, struct block *child);
bool line_notice_expires(struct shape *s, struct block *child);
bool line_notice_every(struct shape *s, struct block *child);
bool line_notice_reviewed(struct shape *s, struct block *child);
bool line_notice_hits(struct shape *s, struct block *child);
bool line_notice_example(struct shape *s, struct block *child);
bool line_notice_given(struct shape *s, struct block *child);
bool line_notice_gives(struct shape *s, struct block *child);
/* What can be said of them only when the whole text was read. */
void notices_finish(struct parser *p);
/* parse_sharing.c */
bool line_sharing(struct shape *s, struct block *child);
bool line_sharing_under(struct shape *s, struct block *child);
bool line_sharing_unmarked(struct shape *s, struct block *child);
bool line_sharing_onward(struct shape *s, struct block *child);
bool line_sharing_clients(struct shape *s, struct block *child);
bool line_sharing_detectors(struct shape *s, struct block *child);
bool line_sharing_open(struct shape *s, struct block *child);
bool line_sharing_sightings(struct shape *s, struct block *child);
bool line_sharing_kept(struct shape *s, struct block *child);
bool line_sharing_embargo(struct shape *s, struct block *child);
bool line_sharing_recalled(struct shape *s, struct block *child);
bool line_sharing_standing(struct shape *s, struct block *child);
bool line_sharing_group(struct shape *s, struct block *child);
/* parse_sharing_example.c */
bool line_sharing_example(struct shape *s, struct block *child);
bool line_sharing_given(struct shape *s, struct block *child);
bool line_sharing_gives(struct shape *s, struct block *child);
/* What can be said of them only when the whole text was read. */
void sharings_finish(struct parser *p);
/* red, amber-strict, … */
bool want_tlp(struct parser *p, enum tlp *out);
/* The place of a member; it must be one. */
bool want_member_place(struct parser *p, uint8_t *out);
bool line_example(struct shape *s, struct block *child);
bool line_given(struct shape *s, struct block *child);
bool line_gives(struct shape *s, struct block *child);

#endif
