/* The bloc's trust list as one node has it: rules from its agreement, acts from its folder. */
#ifndef SERAI_NODE_BLOC_H
#define SERAI_NODE_BLOC_H

#include "agreement/agreement.h"
#include "trust/acts_folder.h"
#include "trust/list.h"
#include "trust/roster.h"

enum bloc_view {
    BLOC_HERE,    /* with this node's own reports */
    BLOC_FOR_ALL, /* as every node sees it that has the same acts */
};

/* What a list is made of. parties: room for BLOC_PARTIES. False with reason "no-trust-rules" when the
 * agreement does not say when a certificate counts. */
enum { BLOC_PARTIES = 64 };
MUST_USE bool bloc_input(const struct agreement *agreement, const char *member, enum bloc_view view,
                         const struct acts_folder *d, struct span party[BLOC_PARTIES],
                         struct trust_input *out, struct why *w);

/* Who is a member, by the same acts and the cards beside them (trust/roster.h). */
MUST_USE bool bloc_roster(const struct agreement *agreement, const char *member, enum bloc_view view,
                          const struct acts_folder *d, struct arena *a, struct roster *out,
                          struct findings *f, struct why *w);

/* The list itself. */
MUST_USE bool bloc_list(const struct agreement *agreement, const char *member, enum bloc_view view,
                        const struct acts_folder *d, struct arena *a, struct trust_list *out, struct why *w);

#endif
