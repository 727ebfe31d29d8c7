/*
 * How checkpoints of a member's own logs come by their cosignatures: which witness is asked what next, and
 * what its answer means (C2SP tlog-witness, the client's side). A state machine without clock, network or
 * disk; the caller holds its lock.
 *
 * Of each log one checkpoint at a time is the *target*. A newer one takes its place when it is witnessed,
 * when nobody has cosigned it, or after ROUND_SECONDS: so a log that grows without pause is witnessed all the
 * same, and a state that is past is not asked for for ever.
 */
#ifndef SERAI_LOG_ROUNDS_H
#define SERAI_LOG_ROUNDS_H

#include "log/origin.h"
#include "log/policy.h"

enum {
    ROUND_SECONDS = 10,
    ROUND_ANSWER = 60,         /* seconds until a question without any word counts as lost */
    ROUND_PAUSE = 2,           /* seconds after the first failure, doubled … */
    ROUND_PAUSE_MOST = 5 * 60, /* … up to this */
};

/* What is known of one witness and one log. */
struct round_witness {
    uint64_t known; /* size it cosigned last, as far as we know */
    bool cosigned;  /* the target */
    uint64_t asked; /* under way: that size and root */
    struct tree_hash asked_root;
    unix_time until;    /* under way until then; 0: nothing is */
    unix_time next;     /* not before */
    unsigned pause;     /* seconds; 0: it answered last */
    bool ahead;         /* it has seen more than is here */
    const char *reason; /* of the last failure, NULL: none */
};

struct round_log {
    char origin[ORIGIN_MAX];
    const char *folder; /* of its files; owned by the log */
    bool open;          /* else: closed, and here until it is witnessed */
    struct buffer note; /* published last */
    uint64_t size;
    struct tree_hash root;
    uint64_t indexed;     /* size that the index log knows */
    unix_time since;      /* published is ahead of witnessed since then; 0: it is not */
    struct buffer target; /* its note, with the cosignature lines that came */
    uint64_t target_size;
    struct tree_hash target_root;
    unix_time target_since;
    size_t target_n;         /* cosignatures */
    bool target_done;        /* the quorum is there */
    struct buffer witnessed; /* note */
    uint64_t witnessed_size;
    unix_time witnessed_at;
    struct round_witness *witness; /* as many as the policy has members */
    struct round_log *next;
};

struct rounds {
    struct round_log *logs;
    struct policy *policy; /* NULL: nobody is asked */
    struct arena names;    /* of the policy */
    struct note_key key;   /* of the logs; each has its origin as name */
};

void rounds_init(struct rounds *r, const uint8_t pub[NODE_PUBLIC_KEY]);
void rounds_free(struct rounds *r);
void rounds_policy(struct rounds *r, const struct policy *p);

struct round_log *rounds_find(const struct rounds *r, struct span origin);
/* The log, made when it is not there; folder is copied. */
struct round_log *rounds_log(struct rounds *r, struct span origin, const char *folder);
/* A checkpoint of the log was signed and published: note is its text with the log's signature. */
MUST_USE bool rounds_published(struct rounds *r, struct round_log *g, struct span note, unix_time now,
                               struct why *w);
/* At the start: what was witnessed before, as it lies on disk; what does not hold is passed over. */
void rounds_recall(struct rounds *r, struct round_log *g, struct span note);

/* The log whose target this witness is to be asked for, the one that waits longest; NULL: none now. */
struct round_log *rounds_next(struct rounds *r, size_t witness, unix_time now);
/* Asked: what was taken from rounds_next is under way. */
void rounds_asked(struct round_log *g, size_t witness, unix_time now);
unix_time rounds_due(const struct rounds *r, size_t witness, unix_time now);

/*
 * An answer: see streams_cosigned. *now_witnessed: the quorum is there and g->target is to be kept as
 * witnessed, then rounds_kept says that it is on disk. Also true when one more cosignature came later.
 */
void rounds_answer(struct rounds *r, struct round_log *g, size_t witness, unsigned status, struct span body,
                   unix_time now, bool *now_witnessed);
/* Signature lines that came unasked, over a text of this log. */
MUST_USE bool rounds_came(struct rounds *r, struct round_log *g, struct span note, unix_time now,
                          bool *now_witnessed, struct why *w);
void rounds_kept(struct rounds *r, struct round_log *g, struct span note);

/* The place of a witness in the policy by its name; policy->n: none. */
size_t rounds_witness(const struct rounds *r, struct span name);

#endif
