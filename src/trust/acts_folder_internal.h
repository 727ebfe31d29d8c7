/* Between acts_folder.c and cards_folder.c: the members' cards beside the acts. */
#ifndef SERAI_TRUST_ACTS_FOLDER_INTERNAL_H
#define SERAI_TRUST_ACTS_FOLDER_INTERNAL_H

#include "trust/acts_folder.h"

/* A file of the folder: one that does not verify is a finding. ctx: struct findings. */
bool acts_folder_load_card(struct acts_folder *d, const char *path, struct span bytes, void *ctx,
                           struct why *w);
MUST_USE bool acts_folder_receive_card(struct acts_folder *d, struct span note, struct receive_counts *n,
                                       struct findings *f, struct why *w);
/* The newest card of each key, and two of one number. */
void acts_folder_bundle_cards(const struct acts_folder *d, struct buffer *out);

/* The file `seen-cards`: whether a card that was here once is missing goes into d->rollback. */
MUST_USE bool acts_folder_read_seen_cards(struct acts_folder *d, struct span *out, struct why *w);
void acts_folder_check_cards(struct acts_folder *d, struct span seen);
MUST_USE bool acts_folder_write_seen_cards(struct acts_folder *d, struct why *w);

#endif
