/* What the files of releasing share. */
#ifndef SERAI_SERVICE_CYBER_RELEASE_INTERNAL_H
#define SERAI_SERVICE_CYBER_RELEASE_INTERNAL_H

#include "service/cyber/federate_take.h"
#include "service/cyber/release.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { RELEASE_IDS = 10000, RELEASE_TYPES = 64, RELEASE_CLASSES = 1024, RELEASE_ID = 35 };

/* What is asked: which objects, to whom. */
struct release_ask {
    struct span officer, reason;
    uint16_t collection;
    struct stix_id *id;
    struct span *type;
    size_t n_ids, n_types;
    struct stix_id *confirm; /* doubtful ones that the officer has looked at */
    size_t n_confirm;
    int64_t added_after;
    bool dated;
    bool all; /* to all members, also later ones */
    uint64_t to;
    uint8_t group;
    struct span group_name;
    bool exercise;
    unix_time embargo;
};

/* Objects with one label, and what comes of them at each member. */
struct release_class {
    struct cyber_label label;      /* as it will be there; audience: who gets it */
    uint64_t reach;                /* members that may know what it is about */
    uint8_t verdict[CYBER_PLACES]; /* of each member that was asked for */
    size_t n;
};

struct release_object {
    uint64_t sequence;
    uint32_t class;
};

/* Of a standing rule: which records are looked at, and whether one of them is meant. */
struct release_filter {
    uint64_t after, until;
    int64_t added_after; /* 0: not asked */
    bool (*fits)(void *ctx, uint64_t sequence, const struct cyber_label *label);
    void *ctx;
};

struct release_plan {
    const struct cyber_desk *desk;
    const struct release_ask *ask;
    struct cyber_law law;
    const struct sharing_rules *rules;
    unix_time now;
    struct release_object *object; /* on the heap */
    size_t n;
    struct release_class *class;
    size_t n_classes;
    const struct release_filter *filter; /* NULL: none */
    struct span rule;                    /* that it is released by; empty: a person does it */
    struct stix_id *hidden;              /* named, and not the officer's to read; in the arena */
    size_t n_hidden;
};

/* Reads the request and the law of the day. */
MUST_USE bool release_read(const struct cyber_desk *d, struct span json, unix_time now, bool to,
                           struct arena *a, struct release_ask *ask, struct release_plan *p, struct why *w);
/* Chooses the objects and judges each; release_plan_free afterwards, also on failure. */
MUST_USE bool release_judge(struct release_plan *p, struct arena *a, struct why *w);
void release_plan_free(struct release_plan *p);
/* Members that may have the object for what it is about: an opinion goes no further than its object, and has
 * no looser marking. All for other types. */
uint64_t release_reach(const struct release_plan *p, uint16_t shared, uint64_t sequence,
                       const struct cyber_label *label);
/* The members of the preview and what is refused, into an object that is open. */
void release_say(const struct release_plan *p, struct json_writer *j);

/* Doubts about what goes, into an array that is open (NULL: not said); how many are not confirmed. */
size_t release_doubts(const struct release_plan *p, struct json_writer *j);

/* What speaks against giving object i of the plan to others, as words (CYBER_DOUBTS); how many. */
size_t release_doubts_of(const struct release_plan *p, size_t i, struct object_row *row, const char **out);
/* The ids of what goes, the first of them said, all of them in a digest. */
void release_say_ids(const struct release_plan *p, struct json_writer *j);

/* "R-" and 32 hexadecimal digits. */
void release_new_id(const struct cyber_desk *d, char prefix, char out[RELEASE_ID]);

/* Who, when and why, into an object that is open. */
void release_terms(const struct release_plan *p, const char *id, struct json_writer *j);
/* The row of an act. */
MUST_USE bool release_write(const struct release_plan *p, const char *id, const char *act,
                            struct span audience, struct span body, struct why *w);

/* Whether the officer may read it. */
bool release_readable(const struct release_plan *p, const struct cyber_label *l);
/* Notes an object that was named and may not be read; release_write_hidden puts them on record, each request
 * once, with what was asked for ("preview"). */
void release_hide(struct release_plan *p, const struct stix_id *id);
MUST_USE bool release_write_hidden(const struct release_plan *p, const char *asked, struct why *w);

/* Publishes the objects of a plan; places gets {"origin", "index", "objects"} of each record, *n how many
 * objects went. What was published before a failure stays so. */
MUST_USE bool release_publish(const struct release_plan *p, const char *id, struct arena *a,
                              struct json_writer *places, size_t *n, struct why *w);

#endif
