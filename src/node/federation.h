/*
 * The part of a running node that works with the other members: links to them, what this node logs and
 * witnesses, and threads that keep going (parts). Started by `serai serve` when node.conf names a transport
 * key. The roster is the beliefs' (node/keeper.h): who takes beliefs has the roster of the same moment.
 */
#ifndef SERAI_NODE_FEDERATION_H
#define SERAI_NODE_FEDERATION_H

#include <stdatomic.h>

#include "link/link.h"
#include "node/instance.h"
#include "node/keeper.h"

/* How bad what a part says is; as enum log_level of node/node_log.h. */
struct federation_options {
    const struct instance *instance; /* configuration, agreement, store, keys */
    struct keeper *keeper;
    unix_time (*now)(void *ctx);
    /* A failure, and what ended one (w NULL), each once: by the threads of the parts. NULL: nobody is told.
     */
    void (*told)(void *ctx, const char *part, const char *event, const struct why *w);
    void *ctx;
};

/* What parts and handlers of the members' port work with. Nothing of it changes once started. */
struct federation {
    struct federation_options o;
    const struct node_config *config;
    struct span member; /* this node's */
    struct links *links;
    struct span certificate, key; /* PEM, of the transport */
    struct federation_thread *thread;
    size_t n_threads;
};

/* One step of a part: roster and beliefs of one moment. */
struct federation_step {
    struct federation *f;
    const struct beliefs *beliefs;
    struct arena *arena; /* emptied after the step */
    unix_time now;
};

/*
 * Something that goes on beside requests, by its own thread. federation_parts.c lists them: a line each.
 * open is called before any thread starts; *state NULL: this node does not need it. step returns false with a
 * reason when it could not do all; it is called again after `seconds`, or *again when it sets that (0: at
 * once), or when it is poked. A step looks at federation_ending now and then.
 */
struct federation_part {
    const char *name; /* "witness": in metrics and messages */
    unsigned seconds;
    bool (*open)(struct federation *f, void **state, struct why *w);
    bool (*step)(void *state, const struct federation_step *s, unsigned *again, struct why *w);
    void (*close)(void *state);
};

extern const struct federation_part *const federation_parts[];
extern const size_t federation_parts_n;

/* Starts the parts. Reasons: "transport", those of the parts. */
MUST_USE bool federation_start(const struct federation_options *o, struct federation **ret, struct why *w);
/* After the node has stopped and before the keeper does. NULL allowed. */
void federation_stop(struct federation *f);

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
size_t federation_report(struct federation *f, struct federation_part_report *out, size_t room);

/*
 * Who connects with a transport key of that pin. True with the two letters of a member that may speak; else
 * reasons "stranger" (no certificate, or one of nobody), "suspended", "withdrawn", "compromised", "card".
 */
MUST_USE bool federation_member(struct federation *f, const uint8_t pin[TRANSPORT_PIN], char member[8],
                                struct why *w);

#endif
