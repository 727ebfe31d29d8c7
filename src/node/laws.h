/*
 * The versions of the agreement that a node keeps, in the folder `agreements` beside its configuration, each
 * under its SHA-256, and who is bound by which of them: agreement/regime.h over the members' acts.
 */
#ifndef SERAI_NODE_LAWS_H
#define SERAI_NODE_LAWS_H

#include "agreement/regime.h"
#include "trust/acts_folder.h"

enum { LAWS = 32 };
#define LAWS_FOLDER "agreements"

struct laws {
    struct agreement *own[LAWS]; /* read from the folder */
    const struct agreement *text[LAWS];
    struct span bytes[LAWS];
    size_t n_own, n;
    struct register_input in; /* of the regime: texts and instruments */
    struct regime *regime;    /* NULL: no member has declared anything */
    struct arena arena;
};

struct laws_from {
    const char *folder; /* "…/agreements"; NULL or not there: only the node's own text */
    const char *member;
    const struct agreement *agreement; /* of the node; outlives the laws */
    struct span text;                  /* its bytes; empty: no register */
    const struct acts_folder *acts;
    bool always; /* also when no member has declared anything */
};

/*
 * Files that are no agreement of this title, or whose bytes are not those of their name, are findings and
 * passed over. Reasons "too-large", "io".
 */
MUST_USE bool laws_load(const struct laws_from *from, struct laws **ret, struct findings *f, struct why *w);
/* NULL allowed. */
void laws_free(struct laws *l);

/* Keeps a text under its hash; one that is there already is well. Reasons: "agreement" (it has faults, or is
 * of another title), "io". */
MUST_USE bool laws_keep(const char *folder, const struct agreement *agreement, struct span text,
                        uint8_t sha256[32], struct why *w);

#endif
