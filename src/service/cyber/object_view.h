/*
 * What one person of this member's CERT sees of the store: a list, newest first, and one object with its
 * versions, markings and neighbours. Every object is asked cyber_may(READ) inside the scan; what may not be
 * seen has no name, no count and no place here. JSON, schemas CyberObjects and CyberObject of
 * web/openapi.json.
 */
#ifndef SERAI_SERVICE_CYBER_OBJECT_VIEW_H
#define SERAI_SERVICE_CYBER_OBJECT_VIEW_H

#include "service/cyber/label_places.h"
#include "service/cyber/object_store.h"
#include "wire/json_write.h"

struct object_view {
    struct object_store *objects;
    const struct cyber_places *places;
    struct cyber_law law;
    struct cyber_reader reader;
    unix_time now;
};

enum object_view_whose { OBJECT_VIEW_ALL, OBJECT_VIEW_OWN, OBJECT_VIEW_OTHERS };

struct object_view_ask {
    struct span text; /* letters of ASCII in either case, anywhere in the object; empty: all */
    struct span type; /* empty: all */
    enum object_view_whose whose;
    uint64_t before; /* sequence, looked at below it; 0: from the newest */
    size_t most;     /* at least 1 */
};

/*
 * "objects", "looked" and "next" (the `before` to go on with, or null) into an object that is open. An object
 * in several collections is listed once. Looks into at most LIMIT_CYBER_LOOKED texts. Reasons of the store.
 */
MUST_USE bool object_view_list(const struct object_view *v, const struct object_view_ask *ask,
                               struct json_writer *j, struct why *w);

/* Reason "not-found": there is none, or the reader may see none of it. Not told apart. */
MUST_USE bool object_view_one(const struct object_view *v, const struct stix_id *id, struct json_writer *j,
                              struct why *w);

/* A value as people write it so that nobody clicks on it, as it was: "hxxps[:]//a[.]example" is
 * "https://a.example". Never longer; out has s.n bytes. Returns what out holds then. */
struct span object_view_refang(struct span s, uint8_t *out);

#endif
