/* Which objects of one bundle stood before: digests, no content. */
#ifndef SERAI_STIX_SEEN_H
#define SERAI_STIX_SEEN_H

#include "stix/object.h"

struct stix_seen_entry {
    uint8_t key[16], content[16]; /* of id and version; of the bytes */
};

struct stix_seen {
    struct stix_seen_entry *entry; /* open addressing; a key that begins with zero is free */
    size_t n, cap;
};

enum stix_twin { STIX_TWIN_NONE, STIX_TWIN_SAME, STIX_TWIN_OTHER };

void stix_seen_init(struct stix_seen *s);
void stix_seen_free(struct stix_seen *s);

/* Above LIMIT_STIX_KNOWN objects nothing more is remembered, and told apart only from those that are. */
enum stix_twin stix_seen_add(struct stix_seen *s, const struct stix_object *o, struct span bytes);

#endif
