/* Who may sign in at this node, by what, and what of that happened. The rules are those of service/person/.
 */
#ifndef SERAI_STORE_PERSONS_H
#define SERAI_STORE_PERSONS_H

#include "store/store.h"

enum { PERSONS_MOST = 10000, CREDENTIALS_MOST = 64, PERSON_HASH = 32 };

struct person_row {
    struct span id, name;        /* id as id_valid */
    struct span roles, purposes; /* words with blanks between */
    struct span office;          /* in whose name the person acts; may be empty */
    unix_time added;
};
/* Adds or replaces; who was removed is there again, without the credentials of then. */
MUST_USE bool store_person_put(struct store *s, const struct person_row *p, struct why *w);
/* With all credentials. Reason "person": there is none of that id. */
MUST_USE bool store_person_remove(struct store *s, struct span id, unix_time now, struct why *w);
MUST_USE bool store_person(struct store *s, struct span id, struct arena *a, bool *found,
                           struct person_row *out, struct why *w);
MUST_USE bool store_persons(struct store *s, struct arena *a, const struct person_row **ret, size_t *n,
                            struct why *w);

struct credential_row {
    struct span kind, id, person, label, data; /* id: 1..1024 bytes of text */
    int64_t counter;
    unix_time added, used, ends; /* 0: never */
};
/* Reason "credential": it is there already, or its fields are too large. */
MUST_USE bool store_credential_put(struct store *s, const struct credential_row *c, struct why *w);
MUST_USE bool store_credential(struct store *s, struct span kind, struct span id, struct arena *a,
                               bool *found, struct credential_row *out, struct why *w);
/* The first CREDENTIALS_MOST. */
MUST_USE bool store_credentials(struct store *s, struct span person, struct arena *a,
                                const struct credential_row **ret, size_t *n, struct why *w);
/* One use in all: *taken false when it was used, has ended or is not there. */
MUST_USE bool store_credential_take(struct store *s, struct span kind, struct span id, unix_time now,
                                    bool *taken, struct why *w);
/* Any number of uses; *used false when the counter did not rise (0 stays 0). */
MUST_USE bool store_credential_use(struct store *s, struct span kind, struct span id, int64_t counter,
                                   unix_time now, bool *used, struct why *w);
/* Reason "credential": the person has none of that id. */
MUST_USE bool store_credential_remove(struct store *s, struct span person, struct span kind, struct span id,
                                      struct why *w);

/* hash = SHA-256(hash of the one before, or nothing; "at person event how"): ids and words, no names. */
struct person_event {
    int64_t seq; /* of those read */
    unix_time at;
    struct span person, event, how; /* person and how may be empty */
    struct span hash;               /* of those read */
};
void person_event_hash(const struct person_event *e, struct span before, uint8_t out[PERSON_HASH]);
MUST_USE bool store_person_event(struct store *s, const struct person_event *e, struct why *w);
MUST_USE bool store_person_events(struct store *s, int64_t after, size_t most, struct arena *a,
                                  const struct person_event **ret, size_t *n, struct why *w);

#endif
