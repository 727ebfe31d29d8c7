/*
 * What members agreed on sharing: "sharing NAME …". How far a marking reaches, which trust groups there are,
 * what an object without a marking counts as. doc/agreement-language.md has the grammar, doc/sharing.md the
 * meaning.
 */
#ifndef SERAI_AGREEMENT_SHARING_H
#define SERAI_AGREEMENT_SHARING_H

#include "agreement/agreement.h"
#include "agreement/sharing_may.h"

struct wording;

struct sharing_group {
    struct span name; /* "energy"; small letters, digits, "-" */
    uint64_t members; /* places among agreement_members */
    struct wording *titles;
    unsigned line;
};

struct sharing_rules {
    const char *name, *article;
    enum tlp unmarked;
    /* 1 + enum tlp; 0: not said, nothing */
    uint8_t onward, clients, detectors;
    bool open;         /* clear for anybody */
    bool anonymous;    /* sightings without names */
    bool two_officers; /* a standing rule of release waits for a second one */
    int keep_days;     /* at other members; 0: not said */
    int embargo_days, recall_hours;
    const struct sharing_group *group;
    size_t n_group;
    unsigned line;
};

/* NULL: the agreement has no such block, and nothing is shared. */
const struct sharing_rules *agreement_sharing(const struct agreement *a, struct span name);
/* CYBER_PLACES: no such group. */
size_t sharing_group_at(const struct sharing_rules *r, struct span name);
/* In the language, in English, or its name. */
const char *sharing_group_title(const struct sharing_group *g, const char *language);

/* Members (places among agreement_members) that the article of the rules binds on that day, without those
 * apart from self; self is among them only when it is bound. */
uint64_t agreement_sharing_bound(const struct agreement *a, const struct sharing_rules *r, struct span self,
                                 struct date on);

/* The law in the agreement's own places. Members bound: as given. */
void sharing_law(const struct sharing_rules *r, uint64_t bound, uint8_t self, struct cyber_law *out);

/* "amber-strict": TLP as the language writes it. */
const char *sharing_tlp_word(enum tlp t);
MUST_USE bool sharing_tlp_of(struct span word, enum tlp *out);

/* Runs the worked examples of all blocks; how many fail. */
size_t agreement_run_sharing_examples(const struct agreement *a,
                                      void (*one)(void *ctx, const char *article, const char *example,
                                                  bool ok, const char *detail),
                                      void *ctx);

#endif
