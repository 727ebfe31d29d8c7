/*
 * Notices at this node, as the interface and the command line have them: each operation takes JSON and gives
 * JSON (schemas of web/openapi.json). notices.c what officers do, notices_list.c what they see,
 * notices_redress.c what those concerned ask for; part_notices.c what goes on beside requests.
 */
#ifndef SERAI_NODE_NOTICES_H
#define SERAI_NODE_NOTICES_H

#include "node/federation.h"
#include "node/handlers.h"
#include "service/notice/notice_desk.h"
#include "store/complaints.h"
#include "wire/json.h"

struct sync_consumer;
struct sync_consumer_view;

struct notices {
    const struct node_config *config;
    const struct agreement *agreement;
    struct store *store;
    struct notice_book *book;
    struct notice_desk *desk; /* NULL: nothing can be said from here */
    struct span member;
    struct notice_hit_source hits;
};

/* Reason "not-ready". */
MUST_USE bool notices_of(const struct node_view *v, struct notices *out, struct why *w);

/* Writes the answer into out. *status: of HTTP, when it is not 200. */
typedef bool notices_op(const struct notices *n, struct span json, unix_time now, struct arena *a,
                        struct buffer *out, unsigned *status, struct why *w);

notices_op notices_kinds, notices_check, notices_draft, notices_sign, notices_act, notices_list, notices_show,
    notices_drafts, notices_statistics;
notices_op redress_link, redress_consult, redress_answer, redress_disclose, redress_restrict;

/* Which HTTP status says what a reason means. */
unsigned notices_status_of(const struct why *w);

/* The desk of the part "notices"; NULL: this node publishes nothing. */
struct notice_desk *notices_part_desk(const struct federation *f);
/* The consumers of both streams, into out; how many. */
size_t notices_consumers(struct sync_consumer_view *v, struct sync_consumer *out);

/* ---- for the files of it ---- */

/* {"word", "clause", "text", "todo"} of each. */
void notices_faults_json(struct json_writer *j, const char *key, uint32_t faults);
/* Nothing of a person. */
void notices_held_json(struct json_writer *j, const char *key, const struct notices *n,
                       const struct notice_held *h);
/* The version that counts, or is for review, as it was written; empty: it has ended, or is not here. */
MUST_USE bool notices_text(const struct notices *n, const struct notice_held *h, struct arena *a,
                           struct span *json, struct why *w);
/* Who looked at it, when and why: an entry on disk. */
MUST_USE bool notices_record_look(const struct notices *n, struct span id, struct span officer,
                                  struct span purpose, unix_time now, struct why *w);
/* The key under which entries about a notice stand. */
void notices_subject(const struct notices *n, struct span id, struct traveller_key *out);
/* An officer's id in the arena. */
MUST_USE bool notices_officer(const struct notices *n, struct span given, struct arena *a, struct span *out,
                              struct why *w);

#endif
