/* The files of a version, in the machine's order: they are this node's own. */
#ifndef SERAI_SERVICE_NOTICE_LIST_VERSION_INTERNAL_H
#define SERAI_SERVICE_NOTICE_LIST_VERSION_INTERNAL_H

#include "service/notice/list_version.h"

struct list_slot {
    uint64_t hash, at; /* of the id; offset of the line */
    uint32_t len;
    uint8_t digest[LIST_DIGEST];
};
_Static_assert(sizeof(struct list_slot) == 40, "no holes");

struct list_id_slot {
    uint64_t hash, entry; /* of the identifier; of the entry's id */
};

/* The first eight bytes of its SHA-256: ids that share them are taken for one, about once in 10^8 lists of a
 * million. */
uint64_t list_hash_of(struct span id);

#endif
