/* What the files of the register share. */
#ifndef SERAI_SERVICE_CYBER_LIFE_INTERNAL_H
#define SERAI_SERVICE_CYBER_LIFE_INTERNAL_H

#include "files/spill.h"
#include "service/cyber/life.h"

enum { LIFE_VALUES = 1024, LIFE_LISTS = 4, LIFE_NONE = UINT32_MAX };

/* A value that some indicator names, or named. Lives as long as the register. There are as many as
 * indicators, and mostly one names one: both are small. */
struct named {
    union {
        uint32_t one, *many;
    } by; /* indicators */
    uint32_t n;
    uint32_t hash;
    uint32_t length;
    uint8_t kind, lists;
    uint8_t p[]; /* the value, then `lists` warning lists, each a uint16_t */
};

static inline uint32_t life_by(const struct named *v, uint32_t i)
{
    return v->n == 1 ? v->by.one : v->by.many[i];
}

struct entry {
    struct stix_uuid uuid;
    struct cyber_label label;
    int64_t version;
    unix_time from, until;
    union {
        struct named *one, **many;
    } value;
    uint32_t sequence; /* of the version that counts; 0: nothing of it is here */
    uint32_t note;     /* the first one about it */
    uint16_t n;
    int16_t said;
    uint8_t confidence;
    bool queued, revoked;
    bool shared; /* it stands in the collection that members share */
};

static inline struct named *life_value(const struct entry *e, uint32_t k)
{
    return e->n == 1 ? e->value.one : e->value.many[k];
}

/* What one object says of one indicator. */
struct note {
    uint32_t target, next; /* next about the target */
    uint32_t of_source;    /* next of the same object */
    int64_t version;
    uint64_t count;
    unix_time last;
    uint8_t owner;
    uint8_t opinion; /* 1 to 5; 0: a sighting */
    bool dead;
};

struct source {
    struct stix_uuid uuid;
    uint64_t sequence;
    struct cyber_label label;
    uint32_t note;
};

struct slots {
    struct spill in;
    uint32_t *at; /* index plus one */
    size_t n;
};

struct life {
    struct life_options o;
    uint16_t shared;
    uint64_t sequence;
    uint64_t here; /* the record of the feed that is looked at, and its bytes; 0: none */
    struct span text;
    struct spill entries_at; /* what there is of each indicator rests in files */
    struct entry *entry;
    size_t n;
    struct source *source;
    size_t n_sources, cap_sources;
    struct note *note;
    size_t n_notes, cap_notes;
    struct spill values_at;
    struct named **value;
    size_t n_values, n_slots; /* a power of two */
    struct spill *heap;       /* the values themselves, which never move */
    size_t n_heap, heap_used; /* bytes of the last one */
    struct slots entries, sources;
    uint32_t *changed;
    size_t n_changed, cap_changed;
};

/* life_table.c */
uint32_t life_entry(struct life *l, const struct stix_uuid *u); /* made when it is not there */
uint32_t life_source(struct life *l, const struct stix_uuid *u);
struct named *life_named_of(const struct life *l, enum detect_kind kind, struct span value);
struct named *life_name(struct life *l, enum detect_kind kind, struct span value);
void life_link(struct named *v, uint32_t entry);
void life_unlink(struct named *v, uint32_t entry);
uint32_t life_note(struct life *l, uint32_t source, const struct note *n);
void life_queue(struct life *l, uint32_t entry); /* and all that share a value with it */
void life_tables_free(struct life *l);

/* life_pattern.c: the values of a pattern, linked to nothing; at most LIFE_VALUES. */
size_t life_values_of(struct life *l, struct span pattern, struct arena *a, struct named **out);

/* life_judge.c */
void life_said_of(const struct life *l, const struct entry *e, struct life_said *out);
uint8_t life_own_confidence(const struct life *l, const struct entry *e);
unix_time life_until(const struct life *l, const struct entry *e, enum detect_kind kind);

#endif
