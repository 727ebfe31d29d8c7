/*
 * Importing: files and folders of certificates and lists into a node's log of imports (trust/folder.h). Each
 * thing is proved as far as it can be now; what cannot be proved yet is kept and waits for its issuer; what
 * fails its proof is refused, and stops nothing else. The same import again changes nothing, and one that was
 * interrupted goes on.
 */
#ifndef SERAI_TRUST_IMPORT_H
#define SERAI_TRUST_IMPORT_H

#include "seal/master_list.h"
#include "trust/folder.h"

struct trust_import_counts {
    size_t files;
    size_t certificates, lists, crls; /* new in the log; lists: master lists */
    size_t vicals, authorities;       /* lists of licence authorities installed, and what they vouch for */
    size_t already;                   /* were there, from this very source */
    size_t waiting;                   /* of the new ones: do not count yet */
    size_t certified; /* came to count in this import, by their issuer: new ones and old ones */
    size_t refused;
};

/* What was not taken. */
struct trust_refusal {
    const char *file;
    char what[160]; /* which thing in the file: "C=UT, CN=SP", "line 12"; "" for the file as a whole */
    struct why why;
    const char *advice; /* what to do; never NULL */
};

struct trust_import_options {
    const char *member; /* who vouches: "IR" */
    const char *by;     /* who runs the import */
    unix_time now;
    bool vouch;           /* believe each certificate itself, also signers and what comes in LDIF */
    unsigned purposes;    /* what is vouched for; 0: not said (trust_purposes) */
    bool older;           /* take lists that are older than the newest known one */
    enum profile profile; /* of lists of licence authorities: strict refuses one with a defective entry */
    void (*refused)(void *ctx, const struct trust_refusal *r);
    void (*noted)(void *ctx, const char *file,
                  const struct why *note); /* taken, but worth a word; may be NULL */
    /* now and then; at most a few times a second is for the caller to see to; may be NULL */
    void (*progress)(void *ctx, const char *file, const struct trust_import_counts *so_far);
    void *ctx;
};

/*
 * set holds what the node believes now, and is added to. Country signers and master lists are vouched for by
 * `member`; signers are known, and count when a country signer certified them; what comes in LDIF, which
 * nobody signed, is known only. A list whose signer's country is not known is believed on the word of who
 * named its file, except in LDIF: there it waits.
 *
 * A list of licence authorities (VICAL) must be signed under an anchor for lists; with vouch, its signer
 * becomes one. It takes the place of the provider's list before, and is refused as VICAL_ROLLBACK when it is
 * older.
 *
 * False when nothing more can be written ("disk") or a path cannot be opened ("file"); what was taken before
 * stays.
 */
MUST_USE bool trust_import(struct trust_log *log, struct anchor_set *set, const char *const *path, size_t n,
                           const struct trust_import_options *o, struct trust_import_counts *counts,
                           struct why *w);

/* What to do about a refusal with that reason. */
const char *trust_advice(const char *reason);

#endif
