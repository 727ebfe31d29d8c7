/*
 * A TAXII 2.1 client as a state machine: it says what to send and is told what came; the caller carries bytes
 * and waits. So every behaviour of a server can be tested without one.
 *
 *   for (;;) {
 *       taxii_client_next(c, now, &step);
 *       SEND: carry out step.request, then taxii_client_answer(c, &answer, now)
 *       WAIT: wait step.wait_ms
 *       DONE, FAILED: ready
 *   }
 *
 * Pulling finds the collection from any address (discovery, API root, collection), then takes pages: by
 * `next` where the server gives it, else by date. By date it asks for a little more than it needs, because
 * objects that share a date may lie on both sides of a page's end: what was taken before comes again, and the
 * sink passes it over. After each page where to go on is said; whoever keeps that with the page loses
 * nothing.
 *
 * A server that is busy (429, 503) is waited for as it asks, and asked less often from then on. One that
 * breaks off is asked again, then for smaller pages. Pages may be larger than asked for, repeat themselves or
 * never end: nothing of that loops for ever.
 */
#ifndef SERAI_TAXII_CLIENT_H
#define SERAI_TAXII_CLIENT_H

#include "base/buffer.h"
#include "base/why.h"

enum { TAXII_URL = 2048, TAXII_NEXT = 1024, TAXII_DATE = 48 };

enum taxii_step_kind { TAXII_SEND, TAXII_WAIT, TAXII_DONE, TAXII_FAILED };

struct taxii_step {
    enum taxii_step_kind kind;
    bool post;
    const char *url;    /* of SEND; until the answer */
    const char *accept; /* Accept and, of a POST, Content-Type */
    struct span body;   /* of a POST */
    int64_t wait_ms;    /* of WAIT */
};

/* What came. Strings may be NULL: absent. */
struct taxii_answer {
    bool broken;    /* no answer, or it ended in the middle; then only too_large says more */
    bool too_large; /* longer than the caller takes */
    unsigned status;
    struct span body;
    const char *type, *retry_after, *date, *first, *last, *location;
};

/* Where a pull goes on. Kept by the caller between runs; all empty: from the beginning. */
struct taxii_place_in {
    char added_after[TAXII_DATE]; /* of the round under way */
    char next[TAXII_NEXT];        /* of the page to ask for; empty: the first of the round */
    char last[TAXII_DATE];        /* the newest date that was seen */
};

struct taxii_client_options {
    const char *url;        /* of a server, discovery, API root or collection */
    const char *collection; /* id, alias or title; may be NULL when url is a collection */
    size_t limit;           /* objects of a page to ask for; 0: the server's choice */
    const char *match;      /* further filters, as "match[type]=indicator"; NULL: none */
    int64_t pace_ms;        /* between two requests at least; 0: none until the server asks for it */
    unsigned tries;         /* in a row that may fail before it gives up; 0: 6 */
};

/* One page: objects as they stand in it. Answers how many of them were new; *ok false ends the pull. */
typedef size_t (*taxii_page)(void *ctx, const struct span *object, size_t n,
                             const struct taxii_place_in *after, bool *ok);

struct taxii_client_stats {
    size_t pages, objects, fresh, requests, retries, waits;
    size_t odd;      /* answers with another media type, or misspelled names, that were understood */
    bool incomplete; /* more objects share one date than the server gives in one page: some may be missing */
};

struct taxii_client;

/* Of pulling. place is copied. Reason "url". */
MUST_USE bool taxii_pull_new(const struct taxii_client_options *o, const struct taxii_place_in *place,
                             taxii_page page, void *ctx, struct taxii_client **ret, struct why *w);

/* What became of one object that was sent: success or, with a message, not. */
typedef void (*taxii_outcome)(void *ctx, struct span id, struct span version, bool success,
                              struct span message);

/* Of pushing: objects as JSON, kept by the caller until the end, in POSTs of at most most_bytes (0: what the
 * API root says, or LIMIT_TAXII_PUSH), each followed until the server has it. */
MUST_USE bool taxii_push_new(const struct taxii_client_options *o, const struct span *object, size_t n,
                             size_t most_bytes, taxii_outcome outcome, void *ctx, struct taxii_client **ret,
                             struct why *w);
void taxii_client_free(struct taxii_client *c); /* NULL allowed */

/* now: milliseconds that never go back. */
void taxii_client_next(struct taxii_client *c, int64_t now, struct taxii_step *out);
void taxii_client_answer(struct taxii_client *c, const struct taxii_answer *a, int64_t now);

/* After FAILED. Reasons: "unauthorized", "forbidden", "not-found", "not-taxii", "no-collection", "refused"
 * (another status), "unreachable", "busy", "page" (more pages, but no way to them), "loop", "read-only",
 * "write-only", "too-large", "stopped". */
const struct why *taxii_client_why(const struct taxii_client *c);
void taxii_client_figures(const struct taxii_client *c, struct taxii_client_stats *out);

/* Milliseconds that a Retry-After asks for (RFC 9110 10.2.3): seconds, or a date beside the answer's own
 * (date may be NULL); -1: none. At most LIMIT_TAXII_RETRY_SECONDS. */
int64_t taxii_retry_after(const char *retry_after, const char *date);

/* The place as JSON, and back: unknown or broken text is the beginning again, and false. */
void taxii_place_put(struct buffer *b, const struct taxii_place_in *p);
MUST_USE bool taxii_place_read(struct span json, struct taxii_place_in *out);

#endif
