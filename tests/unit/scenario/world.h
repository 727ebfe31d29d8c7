/*
 * Ten members in one process, with a fake clock and a network that delays, loses, doubles and cuts: each has
 * a log, a witness and a store with replicas of the others' logs, as the code of a node has them. What is
 * random comes from one seed.
 */
#ifndef SERAI_TESTS_SCENARIO_WORLD_H
#define SERAI_TESTS_SCENARIO_WORLD_H

#include "log/recover.h"
#include "sync/pull.h"
#include "vectors.h"

enum {
    MEMBERS = 10,
    QUORUM = 6,
    ENTRIES = 4000,
    SAID = 4000, /* witnessed checkpoints that are remembered */
    BEGIN = 1800000000,
};

/* What somebody does against the rules. */
enum malice {
    HONEST,
    SPLIT_VIEW, /* two logs of one key: each half of the members is shown one */
    REWRITES,   /* passes others' logs on with entries altered */
    BACKDATES,  /* cosigns with times that are over */
};

struct entry {
    uint8_t b[200];
    size_t n;
};

/* An owner's dealing with one witness. */
struct counterpart {
    uint64_t knows; /* size it cosigned last, as far as known */
    bool cosigned;  /* the checkpoint under collection */
};

struct member {
    const char *state;
    char name[24], origin[48], folder[96], twin[96], seen[96], file[120], old[96];
    uint8_t log_secret[NODE_SECRET_KEY], witness_secret[NODE_SECRET_KEY];
    struct signer log_signer, witness_signer;
    struct note_key log_key, witness_key;
    struct policy own;    /* its log, the others as witnesses, the quorum */
    struct policy others; /* as a witness: all logs */
    struct store *store;
    enum malice malice;
    bool split;    /* the second log is there by now */
    bool restored; /* signs nothing until it has asked */
    bool lost;     /* a witness saw more than anybody has: this log is never signed again */
    int64_t up_at; /* it was killed, and comes back then */
    struct counterpart with[MEMBERS];
    struct buffer collected; /* the checkpoint under collection with the cosignatures that came */
    struct span collecting;  /* its text, in collected */
    size_t acknowledged;     /* entries whose commit was acknowledged */
    struct entry *entry;     /* as they were handed in */
    unix_time cosigned_at;   /* the last time it gave */
};

/* A checkpoint that a quorum cosigned. */
struct witnessed {
    size_t owner;
    uint64_t size;
    struct tree_hash root;
};

struct message {
    struct message *next;
    int64_t at;
    size_t from, to;
    unsigned status; /* 0: a request to cosign; else what was answered */
    struct span body;
    uint64_t size; /* of an answer: the checkpoint it is about */
};

struct world {
    char base[64];
    int64_t now;
    uint64_t random;
    struct member m[MEMBERS];
    bool cut[MEMBERS][MEMBERS];
    unsigned loss; /* of a hundred */
    struct message *flying;
    struct witnessed said[SAID];
    size_t n_said;
    size_t backed_up; /* who was last */
    bool calm;        /* before it loses its machine the others get what it has */
    /* What was found, by reason. */
    unsigned history, rewritten, backdated, forks_at_witness, conflicts, audience;
    /* What happened. */
    unsigned kills, restores, recovered, waited, lost, pulls, failed_pulls, relayed;
    bool quiet; /* no accidents */
};

void world_open(struct world *x, uint64_t seed);
void world_close(struct world *x);

uint32_t world_random(struct world *x, uint32_t below);
bool world_reaches(const struct world *x, size_t a, size_t b);
bool member_up(const struct world *x, size_t i);

/* The log that a member is shown by its owner. */
const char *log_shown_to(const struct world *x, size_t owner, size_t to);

/* acts.c: what one member does in its turn; all of it may be cut off by an accident. */
void member_publishes(struct world *x, size_t i);
void member_asks_witnesses(struct world *x, size_t i);
void member_pulls(struct world *x, size_t i, size_t from, size_t owner);
void member_recovers(struct world *x, size_t i);
void world_delivers(struct world *x);

/* A back-up of what a machine has, and the machine lost and set up from it. */
void member_backs_up(struct world *x, size_t i);
void member_is_restored(struct world *x, size_t i);
void member_splits(struct world *x, size_t i);

PRINTF_LIKE(1, 2) void shell(const char *format, ...);

#endif
