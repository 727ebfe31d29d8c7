/* Between the files doctor*.c. */
#ifndef SERAI_NODE_DOCTOR_INTERNAL_H
#define SERAI_NODE_DOCTOR_INTERNAL_H

#include "base/why.h"
#include "node/config.h"
#include "node/doctor.h"
#include "store/store.h"

struct doctor {
    const struct doctor_options *o;
    struct arena *a;
    struct doctor_report *out;
    struct node_config config;
    struct agreement *agreement; /* NULL: it cannot be read */
    bool running;                /* somebody has the store open for writing */
    bool has_node_key;
    uint8_t node_key[32];  /* public */
    unix_time signed_at;   /* the newest time that something signed or recorded here says */
    const char *signed_by; /* what says so; static */
};

/* word is one of doctor_words.c, which gives weight, meaning and remedy. */
void doctor_say(struct doctor *d, const char *word, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* A time that the clock must not be before. */
void doctor_time(struct doctor *d, unix_time t, const char *by);

struct doctor_word {
    const char *word;
    enum doctor_weight weight;
    const char *means, *remedy;
};
extern const struct doctor_word doctor_words[]; /* ends with a NULL word */

void doctor_files(struct doctor *d); /* keys and certificates */
void doctor_tls(struct doctor *d);
void doctor_trust(struct doctor *d); /* agreement, anchors, lists, acts, status tokens */
void doctor_place(struct doctor *d); /* store, disk, port, console, desks */
/* Own notices that end within the agreement's warning. */
void doctor_notices(struct doctor *d, struct store *s);
void doctor_cooperation(struct doctor *d, struct store *s);
void doctor_cyber(struct doctor *d, struct store *s);
void doctor_persons(struct doctor *d, struct store *s); /* passkeys that may have been copied */
void doctor_posts(struct doctor *d);                    /* border posts and their slots */
void doctor_forks(struct doctor *d);                    /* proofs of two histories */
void doctor_keep(struct doctor *d);  /* where the last checkpoints are kept, when that is a cluster */
void doctor_peers(struct doctor *d); /* of the other members, as the running node knows it */

#endif
