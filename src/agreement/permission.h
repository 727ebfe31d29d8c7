/*
 * Permissions that an agreement provides for: what an applicant is asked, by kind and travel purpose, and
 * how it is decided. One block "permission KIND for PURPOSES" each. Read-only, lives as long as the
 * agreement.
 */
#ifndef SERAI_AGREEMENT_PERMISSION_H
#define SERAI_AGREEMENT_PERMISSION_H

#include "agreement/agreement.h"

enum permission_type {
    PERMISSION_TEXT,
    PERMISSION_NUMBER, /* whole, from 0 */
    PERMISSION_DATE,
    PERMISSION_STATE,  /* two letters */
    PERMISSION_YES_NO, /* "yes" or "no" */
    PERMISSION_CHOICE, /* one of words */
};
/* "text", "number", "date", "state", "yes or no", "one of" */
const char *permission_type_word(enum permission_type t);

struct wording; /* in model.h */

/* Something asked of the applicant, or a document to attach (type then has no meaning). */
struct permission_item {
    const char *name; /* "employer", as the agreement writes it: stable, lower case */
    enum permission_type type;
    bool optional;
    const struct span *words; /* CHOICE */
    size_t n_words;
    struct wording *const *titles; /* permission_item_title */
    unsigned line;
};

/* What the silence of a member that was consulted means once its days are over. */
enum permission_silence { SILENCE_NO_OBJECTION, SILENCE_OBJECTION };
const char *permission_silence_word(enum permission_silence s); /* "no objection", "objection" */

/* A member that is asked before the permission may be granted. */
struct permission_consultation {
    bool home;          /* the State of the applicant's nationality, where it is a party and not the issuer */
    struct span member; /* else: "IR" */
    int days;           /* to answer */
    enum permission_silence silence;
    unsigned line;
};

struct permission_kind {
    const char *name;            /* "work permit": a word of permission.kind */
    const struct span *purposes; /* words of travel.purpose */
    size_t n_purposes;
    const char *article; /* that it rests on, and that consultations rest on; NULL: not said */
    const struct permission_item *asks, *attachments;
    size_t n_asks, n_attachments;
    /* As the block says it: only agreement_permission_fee (fee.h) knows what the permission costs. */
    int64_t fee;          /* in the smallest unit of the currency */
    const char *currency; /* "USD"; empty: free; NULL: the block says no fee */
    unsigned fee_line, fee_column;
    const struct permission_consultation *consultations;
    size_t n_consultations;
    int officers;                 /* different persons who decide; 1 when not said */
    int valid_days, stay_days;    /* at most; 0: not said */
    int entries;                  /* at most; 0: any number, or not said */
    int extensions;               /* at most; 0: not extended */
    int quota;                    /* granted by one member in a calendar year, at most; 0: no quota */
    const struct wording *titles; /* permission_title */
    unsigned line;
};

/* In the order of the text. */
size_t agreement_permissions(const struct agreement *a);
const struct permission_kind *agreement_permission_at(const struct agreement *a, size_t i);
/* That of this kind for this purpose; kind empty: the first for the purpose. NULL: the agreement has none. */
const struct permission_kind *agreement_permission(const struct agreement *a, struct span kind,
                                                   struct span purpose);

/* In the language, in English, or its name when it has no such wording; language NULL: the name. */
const char *permission_title(const struct permission_kind *k, const char *language);
const char *permission_item_title(const struct permission_item *i, const char *language);

#endif
