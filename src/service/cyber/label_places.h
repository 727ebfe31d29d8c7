/*
 * Places of members and trust groups in the masks of labels: given in the order in which they are first seen
 * and kept in a file of the node, since labels are stored and an agreement's order may change.
 */
#ifndef SERAI_SERVICE_CYBER_LABEL_PLACES_H
#define SERAI_SERVICE_CYBER_LABEL_PLACES_H

#include "files/durable.h"
#include "service/cyber/label.h"

enum { CYBER_NAME = 33 };

/* Does not change after it was opened. */
struct cyber_places {
    size_t n, n_groups;
    char member[CYBER_PLACES][CYBER_NAME]; /* "KZ" */
    char group[CYBER_PLACES][CYBER_NAME];  /* "energy" */
};

/* "sharing" of this name is that of the cyber service. */
#define CYBER_SHARING "cyber"

/* Adds to p the members of the agreement and its trust groups that are not there yet. Reason "too-large". */
MUST_USE bool cyber_places_add(const struct agreement *a, struct cyber_places *p, struct why *w);
/* FOLDER/places, read and brought up to the agreement. Reasons "io", "places" (not as it was written), that
 * of cyber_places_add. */
MUST_USE bool cyber_places_open(const char *folder, const struct agreement *a, struct cyber_places *out,
                                struct why *w);

/* CYBER_NO_PLACE: none. */
uint8_t cyber_place_of(const struct cyber_places *p, struct span member);
uint8_t cyber_group_of(const struct cyber_places *p, struct span group);

/*
 * What the agreement says on that day, in these places, for the node of the member self. *rules (may be NULL
 * itself) NULL: it says nothing of sharing, and out lets nothing through but what is the member's own.
 */
void cyber_law_on(const struct cyber_places *p, const struct agreement *a, struct span self, struct date on,
                  struct cyber_law *out, const struct sharing_rules **rules);

/* The audience of a log (log/origin.h): "all", "self", "kz-tr"; without the owner's own place. States that
 * have no place are left out. */
uint64_t cyber_audience_read(const struct cyber_places *p, struct span audience);
/* The other way: members of the mask without the owner, in order; all: "all"; none: "self". False: no room.
 */
MUST_USE bool cyber_audience_put(const struct cyber_places *p, uint64_t audience, uint8_t owner,
                                 struct buffer *b);

/* What an object is labelled with, once its markings are known. */
struct cyber_arrival_label {
    const struct cyber_law *law;
    uint8_t owner;
    uint64_t audience; /* of the record it came in */
    uint8_t group;     /* CYBER_NO_PLACE: none */
    uint8_t flags;     /* CYBER_EXERCISE, CYBER_EMBARGO */
    uint32_t until;
};
struct cyber_label cyber_label_of(const struct cyber_arrival_label *x, const struct stix_marks *m);
/* Of an object that came in here, from a tool or a person of this member: for this member alone. */
struct cyber_label cyber_label_own(const struct cyber_law *law, const struct stix_marks *m);

#endif
