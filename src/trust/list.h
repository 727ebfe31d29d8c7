/*
 * The bloc's trust list: the certificates for which enough members vouch. Nobody keeps it: it is a pure
 * function of the acts that the members signed (trust/act.h), the members' keys and the numbers in the
 * agreement, so every node that has the same acts has the same list, and anybody can compute it again.
 */
#ifndef SERAI_TRUST_LIST_H
#define SERAI_TRUST_LIST_H

#include "base/arena.h"
#include "base/date.h"
#include "base/finding.h"
#include "crypto/node_key.h"

/* From the agreement. */
struct trust_rules {
    unsigned
        confirmations; /* a certificate counts when that many members vouch for it, the proposer among them */
    unsigned reports;  /* a member's key no longer counts when that many others report it; its own report
                          always suffices, and so does this node's own, here */
};

enum member_key {
    MEMBER_KEY_NONE, /* its key is not known here: its acts cannot be read */
    MEMBER_KEY_COUNTS,
    MEMBER_KEY_COMPROMISED, /* reported: nothing it ever signed counts */
    MEMBER_KEY_FORKED, /* it signed two different acts of one number: the same consequence, and a proof */
};

struct trust_member {
    const char *state; /* "IR" */
    const char *name;  /* of its node: "ir.specimen"; NULL: none known */
    uint8_t key[NODE_PUBLIC_KEY];
    enum member_key standing;
    unix_time since;      /* of the report that sufficed, or of the fork; else 0 */
    const char *reason;   /* as given in the report; NULL */
    unsigned reported_by; /* how many */
    size_t acts;          /* its chain: how many, */
    uint8_t head[32];     /* and SHA-256 of the last one's text */
    unix_time latest;     /* when it says it signed the last one */
};

struct trust_voucher {
    const struct trust_member *by;
    unix_time at;   /* as the member wrote it */
    size_t act;     /* number of the act in the member's chain */
    bool withdrawn; /* taken back later by the same member */
    bool counts;    /* not withdrawn, and the member's key counts */
};

enum entry_state {
    ENTRY_PROPOSED, /* too few vouch so far */
    ENTRY_IN_FORCE,
    ENTRY_WITHDRAWN, /* withdrawn by the State whose certificate it is, or too few vouch any more */
};

struct trust_entry {
    uint8_t sha256[32];
    struct span der;     /* empty: vouched for, but the certificate itself has not come */
    const char *purpose; /* "travel documents", "visible seals", "driving licences", … as in the act */
    const char *state;   /* subject C of the certificate; "" without der */
    enum entry_state standing;
    size_t n_vouchers, n_counting;
    const struct trust_voucher *voucher;
    unix_time since;    /* when it got into its standing: the act that made the difference */
    const char *reason; /* of the last withdrawal; NULL */
};

struct trust_list {
    struct trust_rules rules;
    size_t n_members, n_entries;
    const struct trust_member *member; /* in the order of the agreement's parties */
    const struct trust_entry *entry;   /* sorted by state, then sha256 */
    uint64_t version;                  /* how many acts it is made of: never less than before */
    uint8_t digest[32];                /* over all heads: two lists of one digest are the same list */
};

#endif
