/*
 * Bodies of a log's entries, beside its entry bundles and numbered like them: bodies/<N>[.p/<W>] holds for
 * each entry
 *
 *   uint32 big endian   how many bytes follow: salt and sealed body (log/leaf.h)
 *          0xfffffffe   none here: the entry has no body (an erasure, a succession), or it stands alone
 *          0xffffffff   erased: 410, and not missing
 *
 * A body too large for a bundle stands alone, salt and sealed body, as body/<hex of the hash in its leaf>.
 * Static files: the same bytes go over HTTP, through a relay or on a stick. What is in them is proved by the
 * leaf, so a bundle needs no signature.
 */
#ifndef SERAI_LOG_BODY_BUNDLE_H
#define SERAI_LOG_BODY_BUNDLE_H

#include "base/limits.h"
#include "log/leaf.h"
#include "log/tile.h"

enum {
    BODY_IN_BUNDLE = 64 * 1024, /* salt and sealed body in a bundle at most, bytes */
    BODY_ALONE = LEAF_SALT + LIMIT_LOG_BODY + LEAF_SEAL,
    BODY_BUNDLE = TILE_WIDTH * (4 + BODY_IN_BUNDLE),
    BODY_PATH = 5 + 2 * LEAF_HASH + 1 /* "body/", the hash, NUL */
};

enum body_slot_kind {
    BODY_SLOT_NONE, /* none, or alone under its hash */
    BODY_SLOT_ERASED,
    BODY_SLOT_HERE,
};

struct body_slot {
    enum body_slot_kind kind;
    struct span kept; /* of BODY_SLOT_HERE: salt, then sealed body; at least LEAF_SALT + LEAF_SEAL bytes */
};

static inline const uint8_t *body_salt(struct span kept)
{
    return kept.p;
}

static inline struct span body_sealed(struct span kept)
{
    return span_sub(kept, LEAF_SALT, kept.n);
}

/*
 * The slots of a bundle of that width, in place. Reason "bundle" with the offset: too short, a length that no
 * body has, or more than its entries. *end, which may be NULL, gets where the last slot ends: then more may
 * follow, so that a wider bundle serves for a narrower one.
 */
MUST_USE bool body_bundle_parse(struct span bundle, unsigned width, struct body_slot slot[TILE_WIDTH],
                                size_t *end, struct why *w);
/* False: longer than BODY_IN_BUNDLE, or too short to be a body. */
MUST_USE bool body_bundle_put(const struct body_slot *slot, struct buffer *b);

/* "bodies/x001/234", "bodies/000.p/8"; out has room for TILE_PATH. */
void body_bundle_path(uint64_t index, unsigned width, char out[TILE_PATH]);
/* False for what body_bundle_path would not write. */
MUST_USE bool body_bundle_path_parse(struct span path, uint64_t *index, unsigned *width);
/* "body/0123…": of a body that stands alone. */
void body_alone_path(const uint8_t hash[LEAF_HASH], char out[BODY_PATH]);
MUST_USE bool body_alone_path_parse(struct span path, uint8_t hash[LEAF_HASH]);

#endif
