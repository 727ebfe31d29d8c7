/*
 * Published lists as they are asked: what is in force now, by whoever says why. A list that was changed is
 * seen by the next question; nothing is asked of a list that does not serve the purpose.
 */
#ifndef SERAI_SERVICE_NOTICE_LIST_DESK_H
#define SERAI_SERVICE_NOTICE_LIST_DESK_H

#include "base/limits.h"
#include "service/notice/list_book.h"
#include "service/notice/screen.h"

struct list_desk;
/* The folder of list_book.h; it need not be there yet. Any number of threads. */
struct list_desk *list_desk_new(const char *folder);
void list_desk_free(struct list_desk *d); /* NULL allowed; nobody holds a view */

struct list_shelf {
    struct list_terms terms;
    struct list_about about;
    struct list_version *version;
    struct screen *screen;
    uint64_t names;
};
/* What is in force at one moment. */
struct list_view {
    size_t n;
    struct list_shelf of[LIMIT_LISTS];
};
/* Reasons of list_version_open and screen_open; then nothing is to be given back. */
MUST_USE bool list_desk_take(struct list_desk *d, const struct list_view **ret, struct why *w);
void list_desk_give(struct list_desk *d, const struct list_view *v);

/* NULL: there is no such list. */
const struct list_shelf *list_view_find(const struct list_view *v, struct span name);

/* ---- questions ---- */

enum { LIST_ASK_IDS = 16, LIST_ASK_COUNTRIES = 8, LIST_RESULTS = 16 };

/* Why somebody looks: which lists may answer, and how it is called in the record. */
struct list_reason {
    const char *word;
    unsigned purposes; /* of list_terms: any of them */
};
/* "border-check", "road-check", "registration", "issuance", "investigation", "payment", "customer",
 * "money-laundering". NULL: none of them. */
const struct list_reason *list_reason_of(struct span word);

struct list_question {
    const struct list_reason *why;
    struct span officer;
    struct span schema; /* empty: LegalEntity */
    size_t n_name, n_id;
    struct span name[SCREEN_ASKED];
    struct names_about about;
    struct list_asked_id {
        struct span property, text;
        struct list_id id;
    } id[LIST_ASK_IDS];
    float least; /* what scores less is left out */
    size_t top;  /* at most LIST_RESULTS */
    bool cut;    /* more names or identifiers were given than are asked */
    /* Which lists, and which of their entries; empty: all. */
    bool (*asks)(void *ctx, const struct list_shelf *s);
    bool (*wants)(void *ctx, const struct list_shelf *s, const struct list_entry *e);
    void *ctx;
};

struct list_result {
    const struct list_shelf *shelf;
    struct list_entry entry; /* the arena's, or in the view */
    float score;
    float name; /* by the names alone; 0: found by an identifier */
    bool alerts, weak;
    size_t asked; /* which name */
    enum names_agreement birth, sex, country;
    const struct list_asked_id *id; /* the identifier that is the same; NULL: none */
    struct span id_listed;
    const struct screen_hit *hit; /* the words compared; NULL: by an identifier alone */
};

struct list_found {
    size_t n;
    struct list_result result[LIST_RESULTS]; /* best first */
    bool limited;
    size_t asked; /* lists that were asked */
};

/* Puts a property of FollowTheMoney, or "iban", into the question; what is neither name, date, country, sex
 * nor identifier counts for nothing. */
void list_question_put(struct list_question *q, struct span property, struct span text);

/* Reasons of screen_ask; "request": neither name nor identifier. */
MUST_USE bool list_ask(const struct list_view *v, const struct list_question *q, struct arena *a,
                       struct list_found *out, struct why *w);

/* Why a result was found, as {"name":{"score":…,"query":…,"candidate":…,"detail":…},…}: name, weak_alias,
 * identifier, birth_date, gender, country; and the same as numbers alone. */
void list_result_explain(struct json_writer *j, const char *key, const struct list_question *q,
                         const struct list_result *r);
void list_result_features(struct json_writer *j, const char *key, const struct list_result *r);
/* Which words are which: [{"asked":…,"listed":…,"rule":"same"|"variant"|"script"|"initial"|"typo"|"alone"}].
 */
void list_result_words(struct json_writer *j, const char *key, const struct list_result *r);
/* Members of an entity as FollowTheMoney has them, into an object that is open: id, caption, schema,
 * properties, datasets, referents, target, first_seen, last_seen, last_change. */
void list_entity_put(struct json_writer *j, const struct list_shelf *s, const struct list_entry *e);

#endif
