/*
 * The register of indicators at one member: what the objects of the store come to, per indicator and per
 * value. Worked out of the store's feed as it grows; worked out anew it is the same. doc/indicators.md has
 * the rules.
 *
 * An object may stand in several collections and come from several members. Its owner is the first member
 * other than this one that released it here, else this member; only versions of its owner count, what stands
 * elsewhere can only make its marking stricter, and a version that its owner revoked is the last one.
 *
 * One thread steps it while nobody looks; many may look at once.
 */
#ifndef SERAI_SERVICE_CYBER_LIFE_H
#define SERAI_SERVICE_CYBER_LIFE_H

#include "detect/image.h"
#include "detect/warning.h"
#include "service/cyber/object_store.h"

struct life;

/* Days after which a value without valid_until counts as over; 0: never. Counted from valid_from or the
 * version, whichever is later. */
struct life_days {
    unsigned address, name, url, mail, hash, pattern;
};
#define LIFE_DAYS ((struct life_days){ 90, 365, 180, 365, 0, 365 })

struct life_options {
    struct object_store *objects;
    uint8_t self; /* place of this member in labels */
    struct life_days days;
    const struct detect_warnings *warnings; /* or NULL; outlives it */
    struct detect_key key;                  /* random, b odd: strangers choose ids and values */
};

/* Reasons of the store. Nothing is read yet. */
MUST_USE bool life_new(const struct life_options *o, struct life **ret, struct why *w);
void life_free(struct life *l); /* NULL allowed */

/* Reads the feed on, at most so many records; *more: there are further ones. Objects that cannot be read are
 * passed over. False: the store cannot be read; reading goes on there. */
MUST_USE bool life_step(struct life *l, size_t most, bool *more, struct why *w);
/* What it has need not stay in memory: after a long step, when nothing comes for a while. */
void life_rest(const struct life *l);
uint64_t life_sequence(const struct life *l); /* up to which record it has read */

enum life_state { LIFE_ACTIVE, LIFE_WAITING, LIFE_WARNED, LIFE_EXPIRED, LIFE_WITHDRAWN };
enum { LIFE_STATES = LIFE_WITHDRAWN + 1 };
const char *life_state_word(enum life_state s); /* "active", "waiting", "warning-list", … */

/* One value that an indicator names; a pattern that is no list of values is one of kind DETECT_KINDS. */
struct life_value {
    enum detect_kind kind;
    struct span value;    /* in the form of detect/value.h, or the pattern */
    struct span readable; /* as people write it */
    unix_time until;      /* 0: open */
    uint8_t confidence;   /* of all indicators that name it */
    uint32_t indicators;  /* how many name it and count */
    uint16_t list[4];     /* warning lists, at most four of them */
    uint8_t lists;
};

/* Sums over what members said, each sighting and each member's last opinion once. */
struct life_said {
    uint64_t count;     /* how often it was seen, in all sightings */
    uint32_t sightings; /* objects */
    uint32_t members;   /* that saw it */
    unix_time last;     /* seen; 0: never */
    uint32_t agree, neutral, disagree;
};

struct life_indicator {
    struct stix_uuid uuid;
    uint64_t sequence; /* of the version that counts */
    int64_t version;   /* of it, microseconds */
    struct cyber_label label;
    bool revoked;
    unix_time from, until; /* as it says; 0: open */
    int said_confidence;   /* as it says; -1: nothing */
    uint8_t confidence;    /* with the opinions of members */
    size_t values;
    struct life_said said;
};

/* Number of indicators; they are numbered from 0 in the order in which the store got them, for ever. */
size_t life_count(const struct life *l);
/* False: no version of it is here (only somebody's sighting). */
MUST_USE bool life_at(const struct life *l, size_t i, struct life_indicator *out);
MUST_USE bool life_find(const struct life *l, const struct stix_uuid *uuid, size_t *i);
/* Value k of indicator i; spans live until the next step. readable is put into b, which is emptied. */
void life_value_at(const struct life *l, size_t i, size_t k, struct buffer *b, struct life_value *out);
/* The state of the indicator: withdrawn, expired when all its values are, on a warning list when one is. */
enum life_state life_state_of(const struct life *l, size_t i, unix_time now);

/* Indicators that name the value (in its form), into out, at most room; how many there are. */
size_t life_named(const struct life *l, enum detect_kind kind, struct span value, uint32_t *out, size_t room);

/* Indicators that may have changed since this was called the last time; each once. NULL at the end of them.
 */
bool life_changed(struct life *l, size_t *i);

/* The version of an object that counts here, by the rule above. False: there is none. */
MUST_USE bool life_newest(struct object_store *s, uint16_t shared, uint8_t self, const struct stix_id *id,
                          uint64_t *sequence, struct object_row *row);

/* What a person has to look at before an indicator goes to other members; or-ed, 0: nothing. */
enum life_doubt {
    LIFE_DOUBT_LIST = 1,    /* a value is on a warning list */
    LIFE_DOUBT_OVER = 2,    /* expired */
    LIFE_DOUBT_UNSURE = 4,  /* says no confidence above 0 */
    LIFE_DOUBT_DOUBLE = 8,  /* members share another indicator of a value already */
    LIFE_DOUBT_UNREAD = 16, /* the register has not got to it */
};
enum { LIFE_DOUBTS = 5 };
unsigned life_doubts(const struct life *l, const struct stix_uuid *uuid, unix_time now);
const char *life_doubt_word(enum life_doubt d);

/* Out of an indicator's own words and what members said of it. -1: it says none, and counts 50. */
uint8_t life_confidence(int said, const int *opinion, size_t n);
/* Of several: each member's best once. */
uint8_t life_together(const uint8_t *confidence, size_t n);

/* A digest over all that the register has, for comparing it with one that was made anew. */
void life_digest(const struct life *l, uint8_t out[32]);

#endif
