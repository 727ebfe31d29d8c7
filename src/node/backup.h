/*
 * A whole node in one file, made while it runs: store, logs at a checkpoint of theirs, bodies, what it
 * believes, configuration; and back. The archive can be read with tar, and its digests with sha256sum:
 *
 *   node.conf, store.db, logs/…   the node's folder
 *   keys.locked                   its keys as an archive of their own, behind a passphrase (crypto/locked.h);
 *                                 only when asked for. No key ever stands in the clear
 *   BACKUP                        whose node, when, what was left out
 *   MANIFEST                      the digest of each of these
 *   MANIFEST.note                 the digest of MANIFEST, signed with the node key
 *
 * What tells that a log was restored from an old copy (KEEP of log/writer.h) is never part of it. A restored
 * folder holds a file RESTORED_FILE: until the node has asked the others what it signed since (log/recover.h)
 * it signs no log, no act and no cosignature.
 */
#ifndef SERAI_NODE_BACKUP_H
#define SERAI_NODE_BACKUP_H

#include "base/buffer.h"
#include "base/date.h"
#include "seal/note_key.h"

#define RESTORED_FILE "restored"
/* In the node's folder: empty, as old as the last back-up that was made of it. */
#define BACKED_UP_FILE "backed-up"

struct backup_options {
    const char *folder; /* of the node */
    const char *out;    /* must not be there */
    unix_time now;
    bool with_keys;
    struct span passphrase;      /* of the keys */
    const struct signer *signer; /* of the node key; NULL: not signed */
};

enum { BACKUP_NOTES = 64 };

struct backup_report {
    char member[8], name[256];
    unix_time made;
    uint64_t files, bytes, logs, stores, keys;
    bool keys_inside, is_signed;
    struct buffer notes; /* a line for each thing that is not in it: a key, a link, a file elsewhere */
};

void backup_report_free(struct backup_report *r);

/* Reasons: "config"; "exists"; "io"; "passphrase"; those of store_backup and of reading a log. */
MUST_USE bool backup_make(const struct backup_options *o, struct backup_report *out, struct why *w);

/*
 * Reads all of it. Reasons: "io"; "archive" (cut, damaged, no archive); "manifest" (a file is not what it
 * was); "backup" (no back-up of a node, or of a later version); "signature" (signer is not NULL, and that key
 * has not signed it). With a passphrase that is not empty the keys are opened too: "passphrase", "locked".
 */
MUST_USE bool backup_verify(const char *file, const struct note_key *signer, struct span passphrase,
                            struct backup_report *out, struct why *w);

/*
 * The same, and then the node's folder, which must not be there or be empty ("exists"); it has its name once
 * all is on disk. passphrase empty: without keys.
 */
MUST_USE bool backup_restore(const char *file, const struct note_key *signer, struct span passphrase,
                             const char *folder, unix_time now, struct backup_report *out, struct why *w);

/* The node in this folder was restored, and has not yet asked what it signed since. */
bool backup_is_restored(const char *folder);

#endif
