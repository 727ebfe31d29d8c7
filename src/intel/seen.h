/* Which values of one reading were seen: a set in an arena. */
#ifndef SERAI_INTEL_SEEN_H
#define SERAI_INTEL_SEEN_H

#include "base/arena.h"
#include "intel/kind.h"

struct intel_seen {
    struct arena *a;
    struct seen_entry *entry; /* open addressing; hash 0: free */
    size_t n, room;           /* room: a power of two, or 0 */
};

static inline void intel_seen_init(struct intel_seen *s, struct arena *a)
{
    *s = (struct intel_seen){ .a = a };
}

enum intel_new { INTEL_NEW, INTEL_KNOWN, INTEL_FULL }; /* FULL: the arena is at its ceiling */

/* Adds kind and value, copied. tag is kept with a new one; *known gets that of a known one (may be NULL). */
enum intel_new intel_seen_add(struct intel_seen *s, unsigned kind, struct span value, uint64_t tag,
                              uint64_t *known);

/* Hash of bytes, for tables whose order nobody sees. */
uint64_t intel_hash(struct span s, uint64_t seed);

#endif
