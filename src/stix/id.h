/*
 * STIX identifiers: "type--UUID" (STIX 2.1 2.9). Those of observables follow from their content (3.4); ours
 * of sightings and the like follow from what they are about, in a namespace of our own.
 */
#ifndef SERAI_STIX_ID_H
#define SERAI_STIX_ID_H

#include "base/why.h"
#include "wire/json.h"

struct stix_uuid {
    uint8_t b[16];
};

struct stix_id {
    struct span type; /* "indicator" */
    struct stix_uuid uuid;
};

enum { STIX_UUID_TEXT = 37, STIX_ID_TEXT = 290 };

static inline bool stix_uuid_eq(const struct stix_uuid *a, const struct stix_uuid *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* RFC 9562 4.2: 0 when the variant is another. */
unsigned stix_uuid_version(const struct stix_uuid *u);

/* 8-4-4-4-12 hexadecimal digits, both cases. */
MUST_USE bool stix_uuid_read(struct span s, struct stix_uuid *out);
/* Lower case, with a NUL. Returns out. */
const char *stix_uuid_text(const struct stix_uuid *u, char out[STIX_UUID_TEXT]);

/* A name of a type (3.1: a-z, 0-9 and single hyphens, 3 to 250 bytes), "--" and a UUID of RFC 9562's variant
 * and one of its versions 1 to 8. The type is part of s. */
MUST_USE bool stix_id_read(struct span s, struct stix_id *out);
MUST_USE bool stix_type_name(struct span s);

/* UUIDv5 (RFC 9562 5.5) of a name in a namespace. */
void stix_uuid_v5(const struct stix_uuid *space, struct span name, struct stix_uuid *out);
/* UUIDv4 of 16 random bytes. */
void stix_uuid_v4(const uint8_t random[16], struct stix_uuid *out);

extern const struct stix_uuid stix_space_sco;   /* 2.9: of observables alone */
extern const struct stix_uuid stix_space_serai; /* ours: of what a node makes itself */

enum stix_derived {
    STIX_DERIVED,      /* the id that these properties give */
    STIX_DERIVED_NONE, /* none of the contributing properties is there: a UUIDv4 is right (2.9, 3.4) */
    STIX_DERIVED_NO,   /* no observable whose id follows from its content: process, custom types, SDOs */
};

/*
 * The deterministic id of the observable v of type `type`: UUIDv5 over the canonical JSON of its contributing
 * properties, as written. *why is set and STIX_DERIVED_NO returned when the canonical form cannot be made
 * (a number beyond a double); scratch is used for it.
 */
enum stix_derived stix_sco_id(const struct json *j, json_ref v, struct span type, struct arena *scratch,
                              struct stix_uuid *out, struct why *w);

#endif
