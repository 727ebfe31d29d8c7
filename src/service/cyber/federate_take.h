/*
 * What comes from other members: the objects of one record, checked, labelled and taken into the store, or
 * held back with a reason. The label is made of the RECORD's audience and owner; what an object says of
 * itself can only make it stricter.
 */
#ifndef SERAI_SERVICE_CYBER_FEDERATE_TAKE_H
#define SERAI_SERVICE_CYBER_FEDERATE_TAKE_H

#include "service/cyber/label_places.h"
#include "service/cyber/object_store.h"
#include "service/cyber/release_batch.h"
#include "store/cyber_acts.h"

/* The collection of what is shared between members, own objects too: a UUIDv5, the same at every node. */
const char *cyber_shared_collection(void);

struct cyber_arrival {
    struct span member;   /* whose log it is, "KZ" */
    struct span origin;   /* of the log */
    struct span audience; /* "all", "kz-tr" */
    uint64_t index;
    struct span type, body;
};

struct cyber_taking {
    const struct cyber_places *places;
    const struct cyber_law *law; /* of the day, at this node */
    const char *article;         /* of the law; "-" when it says nothing */
    struct object_store *objects;
    struct store *store; /* for what is held back; NULL: only counted */
    unix_time now;
};

enum { CYBER_WORD = 65 }; /* ids of releases */

struct cyber_taken {
    size_t objects, added, known, widened, held;
    size_t revoked; /* of added and known: withdrawn versions */
    char release[CYBER_WORD];
    bool report;        /* held is new: tell the member that sent them */
    struct buffer told; /* JSON for it; the caller's to init and free */
};

/*
 * The effect of one arrival is the same once and twice. True also when all of it was held back, or it is of
 * another type; false when the store failed: told again later.
 */
MUST_USE bool cyber_take(const struct cyber_taking *t, const struct cyber_arrival *x, struct cyber_taken *out,
                         struct why *w);

/* "T-" and 32 hexadecimal digits of a place in a log: the row of what another member told. */
enum { CYBER_TOLD_ID = 35 };
void cyber_told_id(struct span origin, uint64_t index, char out[CYBER_TOLD_ID]);

/* "D-" and 32 hexadecimal digits: the row of a member's word that it carried out a recall. */
void cyber_done_id(struct span member, struct span recall, char out[CYBER_TOLD_ID]);
/* {"recall", …}: that row's id; out is untouched when it says nothing that could be one. Reasons of JSON,
 * "request", "too-large". */
MUST_USE bool cyber_done_read(struct span member, struct span body, struct arena *a, char out[CYBER_TOLD_ID],
                              struct why *w);

/* The id of the identity object of a member's CERT: made of its two letters, so that nobody else can be it.
 */
void cyber_identity_of(struct span member, struct stix_uuid *out);

/* For all that labels objects with markings that are not TLP: what the store knows of a marking-definition.
 * ctx is a struct object_store. */
bool cyber_marking_look(void *ctx, const struct stix_uuid *id, struct stix_marking *out);

/* The newest version of an object in a collection (OBJECT_ANY: in any); false: none. */
MUST_USE bool cyber_newest(struct object_store *s, uint16_t collection, const struct stix_id *id,
                           uint64_t *sequence, struct object_row *row);

/* Of known objects those that their owner gave to more readers: in place of the records they have, so that a
 * reader who has read on sees them. row.origin says from whom each came now. */
MUST_USE bool cyber_widen(struct object_store *s, uint16_t collection, struct object_new *item, size_t n,
                          size_t *widened, struct why *w);

#endif
