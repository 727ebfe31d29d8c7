/*
 * What a node believes, as its files say it at one moment: anchors, the bloc's list, the acts that others
 * fetch, what waits. Built whole, then read by any number of threads and never changed; counted, so that each
 * request works with one moment from its beginning to its end (node/keeper.h).
 */
#ifndef SERAI_NODE_BELIEFS_H
#define SERAI_NODE_BELIEFS_H

#include <stdatomic.h>

#include "node/bloc.h"
#include "node/laws.h"
#include "node/watch.h"
#include "trust/report.h"

/* The files, as node.conf names them. All must outlive what is loaded. */
struct beliefs_from {
    const char *member;
    const struct agreement *agreement;
    const char *anchors; /* folder or file; NULL: none */
    const char *trust;   /* folder of the bloc's trust list; NULL: none */
    const char *status;  /* folder of status tokens of licences; NULL: none */
    const char *laws;    /* folder of the agreement's versions; NULL: none */
    struct span text;    /* the bytes of the agreement; empty: no register of instruments */
};

struct status_tokens; /* seal/status_tokens.h */

struct beliefs {
    struct arena arena;
    struct anchor_set *anchors;    /* entries of the list in force among them */
    unix_time anchors_as_of;       /* when the newest of the files changed */
    struct acts_folder acts;       /* what the list is made of */
    const struct trust_list *list; /* NULL: none, or not used */
    const struct roster *roster;   /* of the members; NULL: none, as there are no acts */
    struct laws *laws;             /* who is bound by which version */
    struct findings findings;      /* what was passed over */
    bool served;                   /* what follows is there */
    bool has_acts;                 /* acts are kept here: */
    struct span bundle;            /* as a bundle, */
    char tag[40];                  /* its entity tag: the digest, quoted */
    struct trust_waiting *waiting;
    const struct status_tokens *status;     /* for status_ask; NULL: the node has no folder of them */
    struct digest seen_anchors, seen_trust; /* the files just before they were read (node/watch.h) */
    struct digest seen_status, seen_laws;
    uint64_t log_bytes; /* whole records of the log of imports */
    size_t unreadable;  /* files that could not be read */
    struct why kept;    /* why the anchors are those of before; reason NULL: they are those of the files */
    struct trust_list list_itself;
    struct roster roster_itself;
    _Atomic unsigned holders;
};

/*
 * Reads all. served: also what only a node that answers others needs. *ret has one holder. before: what was
 * believed until now, NULL at the start: then of a log
 * of imports that is gone or lost records, and of a file that cannot be read any more, nothing is taken,
 * since what they took back would be believed again: the anchors of before are kept, `kept` says why, and the
 * list alone is new. Reasons: "io", "damaged", those of acts_folder_open and bloc_list.
 */
MUST_USE bool beliefs_load(const struct beliefs_from *from, bool served, const struct beliefs *before,
                           struct beliefs **ret, struct why *w);

/* At once, whoever holds it; NULL allowed. */
void beliefs_free(struct beliefs *b);

#endif
