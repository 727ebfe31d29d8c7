/* Between the files of VICAL. */
#ifndef SERAI_SEAL_VICAL_INTERNAL_H
#define SERAI_SEAL_VICAL_INTERNAL_H

#include "seal/vical.h"

/* Fills cert, defects and usable of an entry. prove: its own signature is verified, with keys from the arena,
 * which costs far more than all else. */
void vical_entry_judge(struct vical_entry *e, bool prove, struct arena *a);

/* The DER of its certificate hashed, to find an entry again. */
MUST_USE bool vical_mark_doubles(struct vical *v, struct arena *a);

/* Path of the signer: directly, or through other certificates of its chain. CERT_*. */
MUST_USE bool vical_signer_path(const struct span *chain, size_t n, const struct certificate *signer,
                                const struct vical_options *opt, const uint8_t *base,
                                const struct anchor **anchor, struct why *w);

#endif
