/*
 * What is believed, read from files and folders into an anchor set, in all the forms of trust/forms.h and
 * LDIF, and from logs of imports. The only place here that opens files.
 */
#ifndef SERAI_TRUST_LOAD_H
#define SERAI_TRUST_LOAD_H

#include "trust/folder.h"

/* How far a load has come; called after each file. */
struct trust_progress {
    void (*report)(void *ctx, const char *file, size_t anchors);
    void *ctx;
};

struct trust_counts {
    size_t files, certificates, lists, crls, refused;
    size_t waiting; /* in a log of imports: not proved yet */
};

/*
 * Whoever names a file vouches for what is in it, for all purposes, and for what a master list holds for
 * travel documents; only a log of imports says itself what is vouched for. A folder is read with those in it;
 * first all certificates, then master lists, so that a list finds the country signer of its own signer, then
 * revocation lists. A file that cannot be used is a finding with the file's name and does not stop the
 * others; a master list whose signer's country is not known is believed on the word of who named it, and that
 * is a finding too. A list or certificate that fails its proof is refused.
 *
 * False with reason "file" when path cannot be opened, "empty" when nothing in it could be used, "too-large".
 * progress, counts and findings may be NULL.
 */
MUST_USE bool trust_load(struct anchor_set *set, const char *path, const struct trust_progress *progress,
                         struct trust_counts *counts, struct findings *f, struct why *w);

/* The same for bytes that are in memory; name is what findings and sources say. Nothing is deferred. */
MUST_USE bool trust_load_bytes(struct anchor_set *set, struct span file, const char *name,
                               struct trust_counts *counts, struct findings *f, struct why *w);

/*
 * What a log of imports holds: certificates and lists that are vouched for, then what they certify as
 * candidates, then revocation lists. What waits for its issuer is counted and left out, so that it is in
 * nobody's way.
 */
void trust_log_load(const struct trust_log *t, struct anchor_set *set, struct trust_counts *counts,
                    struct findings *f);

/* Whether something in the log does not count yet, because nothing in the set proves it. What was dropped
 * does not wait. */
bool trust_waits(const struct trust_log *t, const struct trust_object *o, const struct anchor_set *set);

#endif
