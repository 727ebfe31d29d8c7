/*
 * The part of a running node that works with the other members: links to them, what this node logs and
 * witnesses, and threads that keep going (parts). Started by `serai serve` when node.conf names a transport
 * key. The roster is the beliefs' (node/keeper.h): who takes beliefs has the roster of the same moment.
 */
#ifndef SERAI_NODE_FEDERATION_H
#define SERAI_NODE_FEDERATION_H

#include "link/link.h"
#include "log/streams.h"
#include "log/witness.h"
#include "node/instance.h"
#include "node/keeper.h"
#include "node/may_sign.h"
#include "node/own_streams.h"
#include "seal/signing_key.h"
#include "trust/roster.h"

struct events; /* node/events.h */

struct federation_options {
    const struct instance *instance; /* configuration, agreement, store, keys */
    struct keeper *keeper;
    unix_time (*now)(void *ctx);
    /* A failure, each once, and that it is over (w NULL): by the threads of the parts. NULL: nobody is told.
     */
    void (*told)(void *ctx, const char *part, const struct why *w);
    /* While this file is there (node/backup.h) nothing is signed but questions and answers: the others are
     * asked first what was signed. NULL: never. recovered: they have said it, and the file is gone; who
     * started this stops it and starts it anew. */
    const char *restored;
    const char *maintenance; /* while this file is there nothing is published and cosigned; NULL: never */
    void (*recovered)(void *ctx);
    struct events *events; /* told of what arrives; NULL: nobody is */
    void *ctx;
};

/* What parts and handlers of the members' port work with. Nothing of it changes once started. */
struct federation {
    struct federation_options o;
    const struct node_config *config;
    struct span member; /* this node's */
    struct arena arena;
    struct links *links;
    int64_t (*clock_ms)(void *ctx); /* of links; ctx unused */
    struct own_streams own;
    struct signing_key witness_key;
    struct streams *streams;      /* own logs; NULL: publishes nothing */
    struct note_key cosigner;     /* of the witness key */
    const char *forks;            /* proofs of two histories (log/forks.h); NULL: no folder of logs */
    const char *witness_folder;   /* NULL: cosigns nothing */
    _Atomic bool restored;        /* streams and witness_folder are NULL until the others were asked */
    const char *restored_witness; /* what witness_folder then is; NULL: not needed here */
    struct federation_thread *thread;
    size_t n_threads;
    struct federation_running *running; /* a place for each part */
    _Atomic bool ending;
};

/* One step of a part: roster and beliefs of one moment. */
struct federation_step {
    struct federation *f;
    const struct beliefs *beliefs;
    const struct roster *roster; /* of these; NULL: not known */
    struct arena *arena;         /* emptied after the step */
    unix_time now;
};

/* A log that can be served from here. Spans and strings are the arena's. */
struct federation_log {
    struct span origin, owner; /* owner: the state whose log it is */
    const char *folder;        /* NULL: in the store (sync/replica.h) */
    bool own;                  /* else a mirror */
};

/*
 * Something that goes on beside requests, by its own threads. federation_parts.c lists them: a line each.
 * open is called before any thread starts; *state NULL: this node does not need it. step returns false with a
 * reason when it could not do all; it is called again after `seconds`, or *again when it sets that (0: at
 * once), or when it is poked. It looks at federation_ending now and then.
 */
struct federation_part {
    const char *name; /* "streams": in metrics and messages */
    unsigned seconds;
    unsigned threads; /* that call step, also at once; 0: one */
    bool (*open)(struct federation *f, void **state, struct why *w);
    bool (*step)(void *state, const struct federation_step *s, unsigned *again, struct why *w);
    void (*close)(void *state); /* NULL: nothing is held */
    /* Logs that it keeps in folders; both may be NULL. find: false when it has none of that hash of an
     * origin. list calls one for each. Called by any thread. */
    bool (*find)(void *state, const uint8_t hash[32], struct arena *a, struct federation_log *out);
    void (*list)(void *state, struct arena *a, void (*one)(void *ctx, const struct federation_log *l),
                 void *ctx);
};

/* Each is in the file of its name: part_links.c. */
extern const struct federation_part links_part, streams_part, publish_part, edge_part, cosign_part, pull_part,
    sync_part, ask_part, recover_part, permit_part, forks_part, documents_part, slots_part, notices_part,
    cooperation_part, grew_part, indicators_part, embargo_part, standing_part, keep_part;

extern const struct federation_part *const federation_parts[];
extern const size_t federation_parts_n;

/* Starts the parts. Reasons: "transport", those of keys, of streams_open and of the parts. */
MUST_USE bool federation_start(const struct federation_options *o, struct federation **ret, struct why *w);
/* Parts stop; what they wait for is cut off. Before node_stop, which may still work with the rest. */
void federation_quiesce(struct federation *f); /* NULL allowed */
/* After the node has stopped and before the keeper does. NULL allowed. */
void federation_stop(struct federation *f);

/* The gate of node/may_sign.h for streams and cosignatures. */
MUST_USE bool federation_may_sign(const struct federation *f, const struct roster *r, enum sign_what what,
                                  struct why *w);

/* Step now. name NULL: all. NULL for f allowed. */
void federation_poke(struct federation *f, const char *name);
bool federation_ending(const struct federation *f);
/* The state of a part, for handlers that work with it; NULL: not there. */
void *federation_part_state(const struct federation *f, const char *name);

struct federation_part_report {
    const char *name;
    unix_time stepped, well; /* last step, last one without failure; 0: never */
    struct why why;          /* of the last step; reason NULL: all went well */
};
enum { FEDERATION_PARTS = 20 }; /* room for the reports of all */
size_t federation_report(struct federation *f, struct federation_part_report *out, size_t room);

/* The log of that SHA-256 of its origin, from whatever part has it. */
MUST_USE bool federation_log_find(const struct federation *f, const uint8_t hash[32], struct arena *a,
                                  struct federation_log *out);
void federation_log_list(const struct federation *f, struct arena *a,
                         void (*one)(void *ctx, const struct federation_log *l), void *ctx);

/*
 * Who connects with a transport key of that pin. True with the two letters of a member that may speak; else
 * reasons "stranger" (a certificate of nobody), "suspended", "withdrawn", "compromised", "unknown".
 */
MUST_USE bool federation_member(struct federation *f, const uint8_t pin[TRANSPORT_PIN], char member[8],
                                struct why *w);

/*
 * The same of a node of this member at a desk (node/edges.h), for a pin that is no member's: true with this
 * member, for which it reads. Reasons "stranger" (also when there is no file of them), "edges" (the file
 * cannot be used: nobody in it is let in), "io".
 */
MUST_USE bool federation_edge(struct federation *f, const uint8_t pin[TRANSPORT_PIN], char member[8],
                              struct why *w);

#endif
