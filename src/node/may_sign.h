/*
 * May this node sign now? The one gate before its streams, its cosignatures and its acts, with one list of
 * reasons:
 *
 *   reason        what holds                                              stops
 *   no-key        node.conf names no key for it                           what that key signs
 *   restored      the node was restored, and has not asked the others     all
 *   maintenance   the file `maintenance` stands in its folder             records, cosignatures
 *   not-ready     no roster is known                                      cosignatures
 *   withdrawn     the member left                                         records, cosignatures
 *   compromised   every key of the member is reported                     records, cosignatures
 *   suspended     the others suspended it                                 cosignatures
 *
 * A suspended member goes on publishing: its records wait for witnesses until it is resumed. Acts are the
 * word of a person, who may have to speak just then; whether they count, the roster says.
 */
#ifndef SERAI_NODE_MAY_SIGN_H
#define SERAI_NODE_MAY_SIGN_H

#include "trust/roster.h"

enum sign_what { SIGN_RECORDS, SIGN_COSIGNATURES, SIGN_ACTS };

struct sign_state {
    bool has_key, restored, maintained;
    const struct roster *roster; /* NULL: not known; acts do not ask for it */
    struct span member;          /* this node's: "KZ" */
};

/* True, or the first reason of the list that holds. */
MUST_USE bool may_sign(enum sign_what what, const struct sign_state *s, struct why *w);

#endif
