/*
 * What a node keeps of the bloc's trust list, in a folder:
 *
 *   members                          the members' keys (trust/keys.h), kept by the operator
 *   acts/IR-1a2b3c4d5e6f7081/000001.act
 *                                    one signed note a file, a folder for each key by its fingerprint;
 *                                    000001-9c0d….act is another act of that number: the proof of two
 * histories certificates/<sha256>.der        those that acts speak of seen                             the
 * end of each chain, so that a folder that lost acts is noticed lock                             held by the
 * one process that writes
 *   cards/IR-1a2b3c4d5e6f7081-000001.card    the members' cards (trust/card.h), one signed note a file
 *   seen-cards                       the newest of each key, likewise
 *
 * A file appears whole, with its name, or not at all, and is on disk before anybody is told of it; none is
 * ever replaced but `seen` and `members`.
 */
#ifndef SERAI_TRUST_ACTS_FOLDER_H
#define SERAI_TRUST_ACTS_FOLDER_H

#include "base/finding.h"
#include "files/durable.h"
#include "trust/bundle.h"
#include "trust/card.h"

struct acts_folder {
    const char *path;
    struct span agreement;
    struct arena *arena;
    struct trust_keys keys;
    size_t n_acts, cap_acts;
    struct trust_act *act; /* verified; in order of key, number, digest */
    size_t n_certificates, cap_certificates;
    struct trust_certificate *certificate;
    size_t n_cards, cap_cards;
    struct member_card *card; /* verified, of keys that are known; by fingerprint, number, digest */
    struct why rollback;      /* reason "rollback": acts that were here once are missing; NULL: none */
    int lock;                 /* -1: open for reading */
    const struct folder_steps *steps;
};

/*
 * Reads everything; acts that do not verify are findings and do not count. A folder that is not there is an
 * empty one; writing makes it. Memory is the arena's. Reasons: "io", "members", "trust-locked" (another
 * process writes), "too-large".
 */
MUST_USE bool acts_folder_open(const char *path, struct span agreement, bool write, struct arena *a,
                               struct acts_folder *out, struct findings *f, struct why *w);
void acts_folder_close(struct acts_folder *d);

struct receive_counts {
    size_t acts, cards, known, forks, certificates;
    size_t refused; /* acts that do not verify, that leave a gap, or whose key is not known: findings say
                       which */
};

/*
 * Takes what is new of a bundle: acts that continue their chain, cards newer than those here of keys that are
 * known, and certificates that acts speak of. Two cards of one number are both kept ("two-cards"). An
 * older state changes nothing. An act that belongs to another past of its key is kept beside the chain as the
 * proof, with the finding "two-histories"; other findings: "no-key", "act-gap" and the reasons of
 * trust_act_verify. False only when the bundle or the folder cannot be used: reasons of trust_bundle_parse,
 * "io".
 */
MUST_USE bool acts_folder_receive(struct acts_folder *d, struct span bundle, struct receive_counts *n,
                                  struct findings *f, struct why *w);

/*
 * Signs the next act of one's own chain and keeps it. key: its place among the members' keys. Reasons:
 * "rollback" (acts of that key are missing: a second act of one number could come of it), "two-histories",
 * "key-ended" (it retired or left; it can still report itself), "act" (it would not read back), "no-key",
 * "key" (the signer's is another), "io", and those of the signer: then no act came to be.
 */
MUST_USE bool acts_folder_act(struct acts_folder *d, size_t key, const struct signer *signer,
                              const struct act_statement *statement, size_t n, unix_time now, struct why *w);

/*
 * Signs the next card of that key and keeps it: keys, address and digest of the agreement as given, the rest
 * is filled. Reasons: "rollback" (a newer card was here once), "card", "key", "io", those of the signer.
 */
MUST_USE bool acts_folder_card(struct acts_folder *d, size_t key, const struct signer *signer,
                               const struct member_card *card, unix_time now, struct why *w);
/* The newest card of that key; NULL: none. */
const struct member_card *acts_folder_newest_card(const struct acts_folder *d, const uint8_t fingerprint[32]);

/* Keeps a certificate so that others get it with the acts; one that is there already is well. */
MUST_USE bool acts_folder_certificate(struct acts_folder *d, struct span der, struct why *w);

/* Adds a line to the members' keys. Reason "members" when the key stands there already. */
MUST_USE bool acts_folder_add_key(struct acts_folder *d, struct span state, struct span name,
                                  const uint8_t pub[NODE_PUBLIC_KEY], struct why *w);

/* All acts and the certificates they speak of, as a bundle, in an order that depends on nothing else. */
void acts_folder_bundle(const struct acts_folder *d, struct buffer *out);

#endif
