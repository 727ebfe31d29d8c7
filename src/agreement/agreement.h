/*
 * The agreement: one readable text that holds each article's wording beside its rule, with worked examples.
 * Parsing and checking give an immutable model; deciding is pure and allocation-free.
 */
#ifndef SERAI_AGREEMENT_AGREEMENT_H
#define SERAI_AGREEMENT_AGREEMENT_H

#include "agreement/facts.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"

struct agreement;

/* A fault in the text, for people: where, what stands there, what was expected. */
struct agreement_fault {
    unsigned line, column; /* from 1; column counts characters */
    bool warning;
    char message[400];
};

enum { AGREEMENT_FAULTS = 32 };

struct agreement_faults {
    size_t n, lost;
    struct agreement_fault item[AGREEMENT_FAULTS];
};

/* text is copied. NULL when there is a fault that is not a warning. Free with agreement_free. */
struct agreement *agreement_parse(struct span text, struct agreement_faults *faults);
void agreement_free(struct agreement *a);

const char *agreement_title(const struct agreement *a);
unsigned agreement_version(const struct agreement *a);
/* SHA-256 of the exact bytes: what members sign. */
const uint8_t *agreement_hash(const struct agreement *a);
bool agreement_is_party(const struct agreement *a, struct span state);
size_t agreement_parties(const struct agreement *a, struct span *out, size_t max);
/* The words that the agreement itself lists for a vocabulary, in its order; how many there are. */
size_t agreement_words(const struct agreement *a, enum vocabulary v, struct span *out, size_t max);

/*
 * What the parties agreed on the keys they believe together (trust/list.h). False: the agreement has no such
 * lines, and there is no common list.
 */
bool agreement_trust(const struct agreement *a, unsigned *vouch, unsigned *report);

/* When a record of a member's log is witnessed; the witnesses of a log are all parties but its owner's. */
struct agreement_quorum {
    unsigned need, witnesses;
    bool safe;            /* no two quorums without a witness in common */
    unsigned collude;     /* so many may collude with a log, and still no two histories are witnessed */
    unsigned unreachable; /* so many may be out of reach, and still records are witnessed */
};

/* False: the agreement does not say. */
bool agreement_witnesses(const struct agreement *a, struct agreement_quorum *out);
/* How many parties together admit a member's key or suspend a member: as said, else the majority of all. */
unsigned agreement_decisions(const struct agreement *a);
/* Whether records of that type count only when witnessed: as long as the agreement does not say otherwise. */
bool agreement_needs_witnesses(const struct agreement *a, struct span type);

/* Terms of complaints in days; 0: not said. */
struct agreement_complaints {
    int acknowledge, answer; /* after filing */
    int appeal;              /* after the answer */
    int decide;              /* after the appeal */
    int keep;                /* after it was closed */
};
/* False: the agreement says none of them. */
bool agreement_complaint_terms(const struct agreement *a, struct agreement_complaints *out);

/* Of an entry: admit or refer. Of a category of a driving licence: one of the last three, or refer. */
enum outcome {
    OUTCOME_ADMIT,
    OUTCOME_REFER,
    OUTCOME_RECOGNISED,
    OUTCOME_RESTRICTED,    /* recognised under the codes that the category carries */
    OUTCOME_NOT_RECOGNISED /* no article recognises it, whatever is not known may turn out to be */
};
/* "admit", "refer", "recognised", "recognised with restrictions", "not recognised" */
const char *outcome_word(enum outcome o);

enum { VERDICT_REASONS = 16, VERDICT_MISSING = 16 };

struct verdict_reason {
    const char *article; /* "5"; owned by the agreement; NULL: no article, the general rule */
    const char *clause;  /* "exception", "reservation of TM", "when", … */
    bool for_admission;
    const char *code; /* stable kebab-case: "stay-exhausted", "not-permitted", "missing-fact", … (reason.h) */
    uint64_t facts;   /* evidence: bit FACT_x for each fact it turned on */
    int days, window; /* of the rule of stay it speaks of; days == 0: of none; window == 0: per visit */
    unsigned line;    /* of the clause in the text; 0: none */
    char text[200];   /* one sentence in English, no personal data */
};

_Static_assert(FACTS_N <= 64, "facts fit a mask");

struct verdict {
    enum outcome outcome;
    size_t n_reasons;
    struct verdict_reason reason[VERDICT_REASONS];
    size_t n_missing;
    enum fact missing[VERDICT_MISSING];
    bool stay_limited; /* days_left and last_day mean something */
    int days_used, days_left;
    struct date last_day; /* the traveller may stay when entering today, or the category is recognised */
    const char *article;  /* the one that admits or recognises; else NULL */
    bool by_permission;   /* admitted, and without the permission not so, by another article or not as long:
                             this entry uses it */
};

/* Pure: the same facts, agreement and date give the same verdict. Allocates nothing, always ends. */
void agreement_decide(const struct agreement *a, const struct facts *f, struct date on, struct verdict *out);

/*
 * Whether one category of a foreign driving licence is recognised on that day: facts licence.*, driver.* and
 * travel.entering, where the licence is used. last_day: how long at most. Pure, allocates nothing.
 */
void agreement_recognise(const struct agreement *a, const struct facts *f, struct date on,
                         struct verdict *out);

/* Runs the worked examples; reports each through one. Returns how many failed. */
size_t agreement_run_examples(const struct agreement *a,
                              void (*one)(void *ctx, const char *article, const char *example, bool ok,
                                          const char *detail),
                              void *ctx);

struct agreement_article {
    const char *number, *title; /* "5"; the title in the language of the header */
    unsigned line;
    bool has_rule;   /* allows or requires; false: definitions, principles */
    bool recognises; /* driving licences */
    bool notifies;   /* offences, from one party to another */
};

/* A question of one party to another, as far as the agreement decides whether it may be put. */
struct asking {
    struct span article;  /* that it rests on */
    struct span topic;    /* "licence status" */
    struct span purpose;  /* "road-check" */
    struct span role;     /* of the office that asks; may be empty */
    struct span from, to; /* parties */
    struct date on;       /* of asking; unset: whom it binds on which day is not looked at */
};
/*
 * NULL: it may be put. Else why not, in this order: "not-agreed" (no article lets such questions be put: what
 * the agreement does not say may not be asked), "purpose-missing", "purpose" (no article lets it be put for
 * that), "article" (that one does not), "not-bound" (either side has reserved that the article does not bind
 * it, or it does not on that day by the register that was given to agreement_bind: suspended, withdrawn, not
 * accepted, apart from each other), "role-missing", "role".
 */
const char *agreement_asking(const struct agreement *a, const struct asking *q);
/* The topics that some article lets be asked about, each once, at most max; how many. */
size_t agreement_asked(const struct agreement *a, struct span *out, size_t max);
/* The first article that lets it be put for that purpose, else for any; empty: none. */
struct span agreement_asking_article(const struct agreement *a, struct span topic, struct span purpose);
/* The only office that the article lets ask for that purpose; empty: any may, several may, or none. */
struct span agreement_asking_role(const struct agreement *a, struct span article, struct span topic,
                                  struct span purpose);

/* Articles in the order of the text; how many there are. */
size_t agreement_articles(const struct agreement *a, struct agreement_article *out, size_t max);

/* Title of the agreement (article NULL) or of an article in a language, or in the nearest one; NULL: no such
 * article. */
const char *agreement_title_in(const struct agreement *a, const char *article, const char *language,
                               const char **language_found);

/* The note on the agreement in a language or in the nearest one; NULL when it has none. */
const char *agreement_note(const struct agreement *a, const char *language, const char **language_found);

/* Whether some example reaches the article: a reason of its verdict names it. out: one bool per article. */
void agreement_coverage(const struct agreement *a, bool *out, size_t max);

/* The wording of an article in a language ("fa"), or in the nearest one present; NULL when no such article.
 */
const char *agreement_wording(const struct agreement *a, const char *article, const char *language,
                              const char **language_found);

#endif
