/*
 * Recognition of a foreign driving licence: what the licence says, what is known of it and of its driver, and
 * an agreement; for each category whether it is recognised, with which restrictions and until when. The rule
 * is the agreement's (agreement_recognise); here its facts are made. An unknown category grants nothing, an
 * unknown code restricts.
 */
#ifndef SERAI_SERVICE_LICENCE_RECOGNISE_H
#define SERAI_SERVICE_LICENCE_RECOGNISE_H

#include "agreement/agreement.h"
#include "agreement/tongue.h"
#include "base/result.h"
#include "wire/licence_data.h"

enum said { NOT_SAID, SAID_NO, SAID_YES };

/* What is known besides what the licence says. Empty spans, unset dates and NOT_SAID are absent. */
struct licence_case {
    const struct licence_data *data; /* after licence_data_end */
    bool has_result;
    enum result result; /* of the verification; without it nothing is known of its worth */
    enum said examined;
    struct span status; /* at home, a word of licence.status: "valid", "suspended", …; empty: not answered */
    /* Instead, when the answer speaks of single categories; NULL: it does not. */
    struct span (*status_of)(const void *answer, struct span category);
    const void *answer;
    enum said translation, permit, statement;
    struct span in;        /* the member where it is used, "IR" */
    struct span residence; /* of the driver */
    struct date resident_since, entered;
    const struct facts *said; /* facts that people state: they replace what is made of the rest, but not what
                                 the licence says of its categories; may be NULL */
};

/* What a category stands for in the letters of 1968; data/licence/mapping.tsv. */
struct licence_mapping {
    enum licence_scheme scheme;
    char issuer[3];                                   /* "": any */
    char category[10], vienna[4], word[4], needs[12]; /* word: vienna as the agreement language has it */
};

/*
 * The next mapping of the category after *at, which begins with 0; NULL: no more. Categories a State has of
 * its own come before those of the scheme that its letters follow.
 */
const struct licence_mapping *licence_map(enum licence_scheme scheme, struct span issuer,
                                          struct span category, size_t *at);
/* The scheme in which this issuer uses the category: DOMESTIC when the category is its own. */
enum licence_scheme licence_mapped_scheme(const struct licence_privilege *p, struct span issuer);

/* One category of the licence, as one category of 1968. */
struct licence_decision {
    const struct licence_privilege *privilege; /* NULL: decided by stated facts alone */
    const struct licence_mapping *mapping;     /* NULL: the category is not known, or stands for none */
    enum licence_scheme scheme;
    struct verdict verdict;
    bool by_rule;       /* the agreement decided it: */
    enum outcome ruled; /* so, */
    struct facts facts; /* on these */
};

/* Facts that do not depend on the category, and those of one category. *f is empty before. */
void licence_facts(const struct licence_case *c, struct date on, struct facts *f);
/* Those that follow from the mapping alone. */
void licence_mapping_facts(const struct licence_mapping *m, enum licence_scheme scheme, struct facts *f);
/* UNKNOWN: no word of licence.scheme. */
enum licence_scheme licence_scheme_of_fact(struct span word);
void licence_privilege_facts(const struct licence_case *c, const struct licence_privilege *p,
                             const struct licence_mapping *m, enum licence_scheme scheme, struct facts *f);

enum { LICENCE_DECISIONS = 2 * LIMIT_LICENCE_PRIVILEGES };

/*
 * Decides each category in the order of the licence; one that stands there twice is decided once, by its more
 * restrictive entry. Of a licence without categories the one that is stated is decided. Returns how many
 * there are, at most max. Allocates nothing.
 */
size_t licence_recognise(const struct agreement *a, const struct licence_case *c, struct date on,
                         struct licence_decision *out, size_t max);

/* Words for people, in the reader's language, or English (tongue NULL too). */
const char *licence_outcome_in(enum outcome o, const struct tongue *t);
/* One sentence for the code of a reason; NULL: none. */
const char *licence_reason_in(const char *code, const struct tongue *t);
/* What people call a fact, "international permit"; fact_name where nobody else has a name for it. */
const char *licence_fact_in(enum fact f, const struct tongue *t);

#endif
