/*
 * Lists of licence authorities (VICAL) that a node has imported. Of each provider one is installed: the last
 * that was taken, which is the newest unless a person said otherwise. What an older one vouched for and the
 * installed one does not is no longer believed.
 */
#ifndef SERAI_TRUST_LICENCE_LISTS_H
#define SERAI_TRUST_LICENCE_LISTS_H

#include "seal/vical.h"
#include "trust/folder.h"

/* One that is installed; the object is valid until the next is added. */
struct trust_vical {
    const struct trust_object *object;
    struct vical vical; /* genuine; bytes are those of the log or the arena */
};

/*
 * The installed lists whose signer the set certifies, or holds, for lists, and has not been revoked, each
 * provider once; returns how many, at most LIMIT_LIST_PROVIDERS. Their dates are not judged: who uses an
 * authority asks anchor_typed.
 */
size_t trust_vicals(const struct trust_log *t, const struct anchor_set *set, struct arena *a,
                    struct trust_vical *out);

/*
 * A list that nothing known signed, on the word of who names it: when it holds under the signer's certificate
 * that it brings, that certificate is added to the set as a signer of lists, and the list verified again.
 */
enum result trust_vical_on_word(struct span in, const struct vical_options *opt, struct anchor_set *set,
                                const struct anchor_origin *from, struct arena *a, struct vical *out,
                                struct findings *f);

#endif
