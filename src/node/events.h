/*
 * Who waits for changes is told that there are some: a topic and a running number, never what changed or
 * whom it is about. Pages then ask their own endpoint, which judges who may see what (GET /v1/events).
 *
 * A hub knows nothing of HTTP. Each stream holds the topics that changed and were not read yet as bits, so
 * that a slow reader costs no more memory than a quick one, and nobody who tells ever waits for a reader.
 */
#ifndef SERAI_NODE_EVENTS_H
#define SERAI_NODE_EVENTS_H

#include "base/why.h"

/* X(bit, word): what a stream can be about. The words are those of the interface. */
#define EVENTS_TOPICS(X)                                                                                     \
    X(EVENTS_LANE, "lane")               /* what this node is and has: agreement, anchors, lists */          \
    X(EVENTS_ROADSIDE, "roadside")       /* notices of offences */                                           \
    X(EVENTS_DESK, "desk")               /* applications, consultations, permissions */                      \
    X(EVENTS_COMPLAINTS, "complaints")   /* of travellers */                                                 \
    X(EVENTS_MANIFESTS, "manifests")     /* lists of travellers */                                           \
    X(EVENTS_NOTICES, "notices")         /* notices, drafts, redress, listed documents */                    \
    X(EVENTS_HITS, "hits")               /* of names, and what owners are asked about them */                \
    X(EVENTS_CYBER, "cyber")             /* objects, alerts, releases, exposure */                           \
    X(EVENTS_COOPERATION, "cooperation") /* playbooks, capabilities, drills, contacts, maturity */           \
    X(EVENTS_FEDERATION, "federation")   /* the other members and their logs, as they are seen here */       \
    X(EVENTS_TRUST, "trust")             /* what is believed */                                              \
    X(EVENTS_SLOTS, "slots")             /* slots and waiting at posts */

#define X(bit, word) bit##_AT,
enum { EVENTS_TOPICS(X) EVENTS_N };
#undef X
#define X(bit, word) bit = 1 << bit##_AT,
enum events_topic { EVENTS_TOPICS(X) EVENTS_ALL = (1 << EVENTS_N) - 1 };
#undef X

/* The bit of a word; 0: it is none. */
unsigned events_topic_of(struct span word);

struct events;
struct events_stream;

struct events_options {
    uint64_t first;     /* the running number begins here: higher than any that an earlier start gave out */
    unsigned most;      /* streams at once */
    unsigned most_each; /* of them from one address */
    unsigned gather_ms; /* changes within this time are told together */
    unsigned heartbeat_ms; /* a stream with nothing to say says so */
    /* Looked at a few times a second: while true, streams end and none begins. NULL: never. */
    bool (*shut)(void *ctx);
    void *ctx;
};

/* Starts the thread that wakes streams. Reason "node". */
MUST_USE bool events_start(const struct events_options *o, struct events **ret, struct why *w);
/* Streams end with their next reading, none begins, and the thread stops. NULL allowed. */
void events_end(struct events *e);
void events_free(struct events *e); /* after events_end and the last events_close; NULL allowed */

/* Something of these topics changed. By any thread, at any time before events_free; never waits for a
 * reader. NULL allowed. */
void events_tell(struct events *e, unsigned topics);

/* The connection of a stream, as its carrier does it. All are called while the hub is locked: they return
 * soon and call nothing of the hub. */
struct events_line {
    void (*sleep)(void *ctx); /* not read again before wake: by the reader's thread, within events_read */
    void (*wake)(void *ctx);  /* by any thread, once for each sleep */
    bool (*gone)(void *ctx);  /* the other side has hung up; asked while it sleeps */
    void *ctx;
};

enum { EVENTS_ADDRESS = 16, EVENTS_KEY = 32, EVENTS_TEXT = 1024 };

struct events_wish {
    unsigned topics;
    const uint8_t *address; /* EVENTS_ADDRESS bytes; NULL: not counted by address */
    /* Asked before each reading: false ends the stream. NULL: it stands as long as the node. */
    bool (*stands)(const void *ctx, const uint8_t key[EVENTS_KEY]);
    const void *ctx;
    const uint8_t *key; /* EVENTS_KEY bytes */
    unsigned seconds;   /* it ends then at the latest, to be opened again; 0: never */
    bool again;         /* it had a stream before, whose last number `last` is; 0: not understood */
    uint64_t last;
};

/* NULL with a reason: "streams" (too many), "maintenance", "stopping". */
struct events_stream *events_open(struct events *e, const struct events_wish *wish, struct why *w);
/* Before the first events_read. */
void events_carry(struct events_stream *s, const struct events_line *line);
void events_close(struct events_stream *s); /* NULL allowed */

/*
 * What is to be written: its length. 0: nothing now, and line.sleep was called. EVENTS_OVER: the stream ends.
 */
enum { EVENTS_OVER = -1 };
int events_read(struct events_stream *s, char out[EVENTS_TEXT]);

unsigned events_streams(struct events *e); /* open */

#endif
