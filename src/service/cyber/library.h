/*
 * The members' library of playbooks (CACAO 2.0): published in versions, withdrawn, used by members with an
 * outcome. Worked out of the records (cooperation.h); nothing here executes a playbook.
 */
#ifndef SERAI_SERVICE_CYBER_LIBRARY_H
#define SERAI_SERVICE_CYBER_LIBRARY_H

#include "service/cyber/cooperation.h"

enum { LIBRARY_OUTCOMES = 4, LIBRARY_USERS = 64 };

struct library_user {
    struct span member;
    unsigned times, outcome[LIBRARY_OUTCOMES]; /* in the order of coop_used_outcomes */
    uint64_t minutes;
    unix_time last;
};

struct library_version {
    const struct coop_record *r;
    struct span id, modified; /* of the playbook */
    bool revoked;
    size_t title; /* of the playbook: versions of one have the same */
};

struct library_title {
    struct span owner, id;
    const struct library_version *newest;
    const struct coop_record *withdrawn; /* NULL: not; else what says so */
    bool gone;                           /* withdrawn after its newest version, or that one is revoked */
    size_t versions, n_user;
    struct library_user user[LIBRARY_USERS];
};

struct library {
    struct library_version *version; /* by owner, id, modified */
    struct library_title *title;
    size_t n_version, n_title;
    struct coop_refusals refused;
};

/* The same for the same records in any order. Reason "too-large". */
MUST_USE bool library_make(const struct coop_set *s, struct arena *a, struct library *out, struct why *w);
/* version empty: the newest. NULL: none. */
const struct library_version *library_find(const struct library *l, struct span owner, struct span id,
                                           struct span version);

/* The words, each of them, stand in some text of the playbook in some language; case and the forms of Arabic
 * letters do not count. Empty: yes. */
bool library_has_words(struct span playbook, struct span words, struct arena *a);

/* Reasons besides those of coop_make: "playbook", "secret", "refer", "unknown", "withdrawn", "version",
 * "order". */
coop_op library_share, library_withdraw, library_used;
/* {"activity": …, "words": …, "language": …, "state": "withdrawn"}; all of them optional. */
coop_op library_list;
/* {"owner": …, "playbook_id": …, "version": …}: its text. */
coop_op library_get;
/* {"owner": …, "playbook_id": …}: all versions that are here, the oldest first. */
coop_op library_versions;
/* {"playbook": …, "language": …}: a text, from here or not, as a person reads it; nothing is kept. Reason
 * "playbook". */
coop_op library_look;

#endif
