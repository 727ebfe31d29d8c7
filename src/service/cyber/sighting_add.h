/*
 * Sightings of this member: one object per indicator, observer and closed interval, a day or an hour, final
 * once it is stored. Totals are sums over them, so that nobody downloads a history twice. Its id follows from
 * member, observer, indicator and interval under a secret of the node: told again it is the same object, and
 * nobody else can try out which member, or which of its observers, saw something.
 */
#ifndef SERAI_SERVICE_CYBER_SIGHTING_ADD_H
#define SERAI_SERVICE_CYBER_SIGHTING_ADD_H

#include "service/cyber/release.h"
#include "wire/json.h"

/* The collection they are stored in until a person releases them: a UUIDv5, the same at every node. */
#define CYBER_SIGHTINGS "582d1c28-1727-5b1f-9ce4-34f8f51453f5"

struct sighting {
    struct span member, observer; /* "KZ", "dns-1": the observer's name is nowhere but in the id */
    struct stix_uuid indicator;
    unix_time from;        /* of the interval */
    unsigned seconds;      /* 86400 or 3600 */
    unix_time first, last; /* seen; unused when count is 0 */
    uint64_t count;        /* 0: looked for, and not seen */
    enum tlp tlp;
    bool anonymous; /* names no member */
};

/* A row as serai cyber match --sightings writes it; all but member, tlp and anonymous. False: it is none. */
MUST_USE bool sighting_read(const struct json *j, json_ref row, struct arena *a, struct sighting *out);

enum { SIGHTING_SECRET = 32 };

/* A UUID of version 4 whose bits are HMAC-SHA256 under the secret. */
void sighting_id(const uint8_t secret[SIGHTING_SECRET], const struct sighting *s, struct stix_uuid *out);
/* The object; the same bytes for the same sighting and secret. */
void sighting_put(struct buffer *b, const uint8_t secret[SIGHTING_SECRET], const struct sighting *s);

/*
 * {"officer": ID, "tlp": WORD, "sightings": [row]}, rows as serai cyber match --sightings writes them, "hour"
 * ("2026-01-08T02:00:00Z") in place of "day" allowed, count 0 too. tlp: stricter than the indicators' own.
 * The answer says for each row that was refused why: "open" (the interval is not over), "unknown" (no such
 * indicator here), "laxer", "final" (another count was told already), "overlap" (the day was told by hours or
 * the other way), "row". Reasons besides those of release.h: "request".
 */
cyber_op cyber_sightings_add;

#endif
