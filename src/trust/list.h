/*
 * The bloc's trust list: the certificates for which enough members vouch. Nobody keeps it: it is a pure
 * function of the acts that the members signed (trust/act.h), the members' keys and the numbers in the
 * agreement, so every node that has the same acts has the same list, and anybody can compute it again.
 */
#ifndef SERAI_TRUST_LIST_H
#define SERAI_TRUST_LIST_H

#include "base/finding.h"
#include "seal/anchors.h"
#include "trust/act.h"
#include "trust/bundle.h"
#include "trust/keys.h"

/* From the agreement. */
struct trust_rules {
    unsigned
        confirmations; /* a certificate counts when that many members vouch for it, the proposer among them */
    unsigned reports;  /* a member's key no longer counts when that many others report it; its own report
                          always  suffices (so does that of a later key of the same member), and so does this
                          node's own,  here */
    unsigned
        decisions; /* so many others admit a member's key, or suspend a member; 0: the majority of parties */
};

enum member_key {
    MEMBER_KEY_NONE, /* its key is not known here: its acts cannot be read */
    MEMBER_KEY_COUNTS,
    MEMBER_KEY_COMPROMISED, /* reported: nothing it ever signed counts, but that it withdrew a certificate of
                               its own State, which helps no forger, holds until a later key vouches again */
    MEMBER_KEY_FORKED, /* it signed two different acts of one number: the same consequence, and a proof */
    MEMBER_KEY_NAMED,  /* acts name it, and too little speaks for it: nothing it signed counts */
};

/* What the key said of itself; nothing of its chain after that counts. */
enum key_end { KEY_SPEAKS, KEY_RETIRED, KEY_LEFT };

/* One key of a member, or a member without any. */
struct trust_member {
    const char *state; /* "IR" */
    const char *name;  /* of its node: "ir.specimen"; NULL: none known */
    uint8_t key[NODE_PUBLIC_KEY];
    uint8_t fingerprint[32]; /* of name and key: what reports name */
    enum member_key standing;
    bool here_only;       /* COMPROMISED by this node's own report alone: others may see it count */
    unix_time since;      /* of the report that sufficed, or of the fork; else 0 */
    const char *reason;   /* as given in the report; NULL */
    unsigned reported_by; /* how many members, itself included; fewer than suffice are shown too */
    bool named;           /* by acts; false: this operator confirmed it */
    unsigned admitted_by; /* how many other members whose keys count */
    enum key_end end;
    unix_time ended;                 /* when, as it says */
    const char *end_reason;          /* as given; NULL */
    const struct trust_act *fork[2]; /* FORKED: the proof, for trust_fork_check */
    size_t acts;                     /* its chain from number 1 without gap: how many, */
    uint8_t head[32];                /* and SHA-256 of the last one's text */
    unix_time latest;                /* when it says it signed the last one */
};

struct trust_voucher {
    const struct trust_member *by;
    unix_time at;   /* of its last word on it, as the member wrote it */
    size_t act;     /* number of that act in the member's chain */
    bool vouched;   /* it has vouched for it at some time; false: it only objected by withdrawing */
    bool withdrawn; /* its last word was to withdraw */
    bool counts;    /* not withdrawn, and the member's key counts */
};

enum entry_state {
    ENTRY_PROPOSED, /* too few vouch so far */
    ENTRY_IN_FORCE,
    ENTRY_WITHDRAWN, /* withdrawn by the State whose certificate it is, or too few vouch any more of those
                        that once did */
};

struct trust_entry {
    uint8_t sha256[32];
    struct span der; /* empty: vouched for, but the certificate itself has not come */
    bool fits;       /* der can be read, and its subject names that State: else it is believed for nothing */
    const char *purpose; /* "travel documents", "visible seals", "driving licences", … as in the act */
    const char *state;   /* whose certificate, as the acts say */
    enum entry_state standing;
    size_t n_vouchers, n_counting;
    const struct trust_voucher *voucher; /* one for each member, in the order of the parties */
    unix_time since;    /* when it got into its standing: the act that made the difference, as dated */
    const char *reason; /* of the last withdrawal; NULL */
};

struct trust_list {
    struct trust_rules rules;
    size_t n_members, n_entries;
    const struct trust_member *member; /* in the order of the agreement's parties, a party's keys in the order
                                          of the members' file */
    const struct trust_entry *entry;   /* sorted by state, sha256, purpose */
    uint64_t version;                  /* how many acts it is made of: never less than before */
    uint8_t digest[32]; /* over agreement, rules, keys with their standing, and heads (doc/trust-list.md): two
                           lists of one digest are the same list */
};

/* All that a list depends on. What it points to must outlive the list. */
struct trust_input {
    struct span agreement; /* its title */
    struct trust_rules rules;
    size_t n_parties;
    const struct span *party;
    struct trust_keys keys;
    size_t n_acts;
    const struct trust_act *act; /* verified with these keys (trust_act_verify), in any order */
    size_t n_certificates;
    const struct trust_certificate *certificate; /* any; nothing about them is believed */
    struct span own; /* this node's State, whose reports suffice here; empty: as the bloc sees it */
};

/*
 * Pure: the same members, keys, acts and rules give the same list, whatever the order in which acts came. An
 * entry is in force when at least rules.confirmations members vouch for it whose keys count, among them the
 * State whose certificate it is, unless that is no party or its counting keys have published no statement
 * about any certificate; and that State has not withdrawn it. doc/trust-list.md gives every rule and its
 * reason. False with reason "too-large".
 */
MUST_USE bool trust_list_make(const struct trust_input *in, struct arena *a, struct trust_list *out,
                              struct why *w);

/*
 * Adds the certificates of entries in force whose purpose is known, for that purpose, with an origin for each
 * vouching member: source "bloc list: visible seals". One in force for several purposes is an anchor for all
 * of them. What cannot be added is a finding. Returns how many entries are anchors
 * now.
 */
size_t trust_list_into(const struct trust_list *l, struct anchor_set *set, struct arena *a,
                       struct findings *f);

/* The State that acts name for a certificate: subject C in capitals; "XXX" when it is no word of two or three
 * letters. */
enum { STATE_TEXT = 4 };
void trust_state_of(const struct certificate *c, char out[STATE_TEXT]);

const char *member_key_word(enum member_key k); /* "counts" */
const char *entry_word(enum entry_state s);     /* "in force" */

/*
 * Whether two verified acts prove that their key has two histories: signed by one key, and of one number with
 * different texts, or of two successive numbers of which the later names another one before it. *how gets a
 * sentence when they do; may be NULL.
 */
bool trust_fork_check(const struct trust_act *x, const struct trust_act *y, const char **how);

/*
 * The guard against going back: later follows earlier when each act of earlier is in later. Reason "rollback"
 * (a chain is shorter: whose, by how many) or "other-past" (another act in place of one seen). Both verified
 * with the same keys.
 */
MUST_USE bool trust_follows(const struct trust_act *earlier, size_t n_earlier, const struct trust_act *later,
                            size_t n_later, const struct trust_keys *keys, struct why *w);

#endif
