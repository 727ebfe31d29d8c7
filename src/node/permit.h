/*
 * Applications and permissions at this node, as the interface and the command line have them: each operation
 * takes JSON and gives JSON (schemas of web/openapi.json), whoever calls. permit.c what applicants do;
 * permit_desk.c officers; permit_issue.c what is issued, extended and revoked.
 */
#ifndef SERAI_NODE_PERMIT_H
#define SERAI_NODE_PERMIT_H

#include "node/instance.h"
#include "service/travel/application.h"
#include "wire/json.h"

struct permit {
    struct application_desk desk;
    const struct ask_desk *answers;  /* this member's own; NULL: it answers nobody */
    const struct instance *instance; /* NULL: issues nothing */
    const char *data;                /* folder with data/stickers */
};

/* False: no store; "not-ready". */
MUST_USE bool permit_of(const struct node_config *config, const struct check_context *check,
                        const struct instance *instance, const char *data, struct permit *out, struct why *w);

/*
 * Writes the answer into out. *status: of HTTP, when it is not 200 and still an answer ("faults" of an
 * application: 422). Reasons: "request" and those of json_parse; "no-application" (also a wrong secret),
 * "no-permission", "no-consultation", "no-file"; those of application.h, revoked.h, issue.h and of the store.
 */
typedef bool permit_op(const struct permit *p, struct span json, unix_time now, struct arena *a,
                       struct buffer *out, unsigned *status, struct why *w);

/* By applicants. */
permit_op permit_apply, permit_follow, permit_own_file;
/* By officers: they say who they are ("officer"), and each look at an application is an event of it. */
permit_op permit_list, permit_show, permit_file, permit_return, permit_decide;
/* Of other members' questions. */
permit_op permit_consultations, permit_consultation, permit_opinion;
permit_op permit_issue, permit_extend, permit_revoke, permit_statistics, permit_kinds;

/* Which HTTP status says what a reason means. */
unsigned permit_status_of(const struct why *w);

/* ---- for the files of it ---- */

/* A request read: members by name; the first fault stays. */
struct permit_request {
    struct json *j;
    struct arena *a;
    struct why *w;
    bool bad;
};
MUST_USE bool permit_read(struct span json, struct arena *a, struct permit_request *out, struct why *w);
/* Empty: not there. */
struct span permit_text(struct permit_request *r, const char *name);
struct span permit_needed(struct permit_request *r, const char *name);
struct date permit_day(struct permit_request *r, const char *name);
int64_t permit_number(struct permit_request *r, const char *name, int64_t absent);

/* The application of "reference"; NULL with why. */
struct application_view *permit_view(const struct permit *p, struct permit_request *r, unix_time now);
/* The officer who asks, in the arena. */
MUST_USE bool permit_officer(const struct permit *p, struct permit_request *r, struct span *out);

#endif
