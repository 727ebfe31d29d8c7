/* What the sub-commands of the bloc's trust list share. */
#ifndef SERAI_CLI_TRUST_BLOC_H
#define SERAI_CLI_TRUST_BLOC_H

#include "base/buffer.h"
#include "cli/trust.h"
#include "wire/json_write.h"

/* A node with its acts open, and the list they make. */
struct bloc {
    struct instance i;
    struct arena a;
    struct acts_folder acts;
    struct trust_list list;
    struct findings f;
    bool restored; /* the node stands as it was restored (node/backup.h) */
};

/* Opens, or says why not. write: for one process at a time. *b must not move. */
MUST_USE bool bloc_begin(const char *folder, bool write, struct bloc *b);
void bloc_end(struct bloc *b);

/* Works the list out again after acts came. */
MUST_USE bool bloc_again(struct bloc *b);

/* The place of the node's own key among the members' keys; SIZE_MAX with a word on stderr when it is not
 * there. */
size_t bloc_own_key(const struct bloc *b);

/*
 * Whether this node may sign an act or a card now, by the gate of node/may_sign.h. A node that was restored
 * may not, before it knows what it signed since: a second act of one number could come of it.
 */
MUST_USE bool bloc_may_sign(const struct bloc *b, struct why *w);

/* Findings on stderr. */
void bloc_say_findings(const struct findings *f);

/* How a certificate is meant when nobody says what for. */
const char *bloc_purpose(const struct anchor *x);

/* "KZ visible seals 5e2f… SPECIMEN …" for people, on one line. */
void bloc_put_entry(const struct trust_entry *e);

/*
 * Appends the authorities in force for driving licences as a VICAL (ISO/IEC 18013-5 C.1.7), signed with this
 * member's signer of such lists. *left_out: how many may not stand in one; a word on stderr for each.
 */
MUST_USE bool bloc_put_vical(struct bloc *b, struct buffer *out, size_t *left_out, struct why *w);

#endif
