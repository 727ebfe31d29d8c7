/*
 * What a node has imported: one file, only ever appended to, that holds each certificate, list of
 * certificates and revocation list once, by SHA-256, and for each where it came from. What is written counts
 * when it is on disk; a process that is killed, or a disk that is full, leaves at most a torn end, which the
 * next writer cuts off. Bytes in here were read by seal/ before they were written; what is believed is
 * decided when they are loaded.
 */
#ifndef SERAI_TRUST_FOLDER_H
#define SERAI_TRUST_FOLDER_H

#include "base/finding.h"
#include "seal/anchors.h"

/* Its name in a node's folder of anchors, and how it begins. */
#define TRUST_LOG_NAME  "imports.log"
#define TRUST_LOG_START "serai trust log 1\n"

enum trust_kind {
    TRUST_CERTIFICATE = 'C',
    TRUST_LIST = 'L', /* master list */
    TRUST_CRL = 'R',
    TRUST_VICAL =
        'V', /* list of licence authorities: of each provider the one that was installed last counts */
};

/* One file of one import. */
struct trust_source {
    uint32_t id;        /* from 1 */
    const char *file;   /* as it was named */
    const char *form;   /* "master list", "LDIF", … */
    const char *member; /* who vouches: this node's member */
    const char *by;     /* who ran the import */
    unix_time at;
    unsigned purposes; /* what its certificates are vouched for, as was said; 0: nothing was said */
};

/* What a source vouches for: as was said, or else a certificate for all, and what a master list holds for
 * travel documents (Doc 9303-12 9: it lists country signers). */
static inline unsigned trust_purposes(unsigned said, bool in_list)
{
    return said ? said : in_list ? FOR_TRAVEL : FOR_ALL;
}

struct trust_from {
    const struct trust_source *source;
    enum anchor_standing standing;
    const struct trust_from *next; /* the one before */
};

struct trust_object {
    enum trust_kind kind;
    uint8_t sha256[32];
    uint8_t proved_by[32]; /* the country signer that certified it; zeros: not proved when it was written */
    bool proved, dropped;
    char dropped_why[WHY_DETAIL];  /* set when dropped: its proof failed once its issuer was known */
    const struct trust_from *from; /* the newest first; never NULL */
    uint64_t offset;
    size_t length;
    uint64_t installed; /* TRUST_VICAL: counts up with each installation */
};

struct trust_log;

enum trust_log_mode { TRUST_LOG_READ, TRUST_LOG_WRITE };

/*
 * Opens the log file; to write, it is made when it is not there, and locked. Reasons: "file", "locked"
 * (another import is running), "damaged" (no such log), "too-large". A torn end is a finding, and cut off
 * when writing.
 */
MUST_USE bool trust_log_open(const char *path, enum trust_log_mode mode, struct trust_log **ret,
                             struct findings *f, struct why *w);
/* What was not committed is lost. NULL allowed. */
void trust_log_close(struct trust_log *t);

size_t trust_log_count(const struct trust_log *t);
/* In order of addition; NULL at the end. Valid until the next object is added. */
const struct trust_object *trust_log_at(const struct trust_log *t, size_t i);
const struct trust_object *trust_log_find(const struct trust_log *t, const struct digest *sha256);
/* Its bytes; empty while it is not committed. */
struct span trust_log_der(const struct trust_log *t, const struct trust_object *o);

/* How much of the file was read as whole records; *torn: something stands behind them that is none. */
uint64_t trust_log_whole(const struct trust_log *t, bool *torn);

/* Whether one of its origins vouches for it. */
bool trust_object_vouched(const struct trust_object *o);

/*
 * Writing. A source is written with the first thing that names it; its texts are copied. trust_log_add: a new
 * object, or one more origin of one that is there; *news tells whether anything was written.
 */
struct trust_source *trust_log_source(struct trust_log *t, const struct trust_source *s);
MUST_USE bool trust_log_add(struct trust_log *t, enum trust_kind kind, struct span der,
                            struct trust_source *source, enum anchor_standing standing,
                            const uint8_t proved_by[32], bool *news, struct why *w);
MUST_USE bool trust_log_prove(struct trust_log *t, const struct trust_object *o, const uint8_t by[32],
                              struct why *w);
/* Installs a list that is there once more: one that a newer one had replaced. */
MUST_USE bool trust_log_install(struct trust_log *t, const struct trust_object *o, struct why *w);
MUST_USE bool trust_log_drop(struct trust_log *t, const struct trust_object *o, const char *reason,
                             struct why *w);
/* Everything so far is on disk when this returns true; it is also done by itself every so often. False with
 * reason "disk" leaves what was committed before; nothing more can be written then. */
MUST_USE bool trust_log_commit(struct trust_log *t, struct why *w);

#endif
