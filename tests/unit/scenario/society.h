/*
 * Ten members in one process as their nodes run them: own streams with bodies and audiences, a witness,
 * replicas of the others' logs, a desk and an office, and one roster made of acts and cards. The clock is the
 * test's, the network loses, delays and doubles, and everything random comes from one seed.
 */
#ifndef SERAI_TESTS_SCENARIO_SOCIETY_H
#define SERAI_TESTS_SCENARIO_SOCIETY_H

#include "log/recover.h"
#include "log/roster_policy.h"
#include "log/streams.h"
#include "log/witness.h"
#include "service/ask/runner.h"
#include "sync/consumers.h"
#include "sync/pull.h"
#include "vectors.h"

enum {
    TEN = 10,
    VOICES = 6, /* the quorum, and who suspends a member */
    STREAMS = 2,
    INDEX = STREAMS, /* its log stands behind those of the streams */
    RECORDS = 700,   /* entries of a log */
    ACTS = 4 * TEN,  /* in all */
    LATE = 64,       /* answers on their way */
    YEAR = 2026,
    MORNING = 1780000000,
};

struct society;

/* What the test knows of one log: how it must be, whatever happens. */
struct told {
    uint64_t n;           /* entries acknowledged */
    uint64_t witnessed;   /* most that a quorum was seen to have cosigned */
    bool record[RECORDS]; /* no erasure */
    uint32_t serial[RECORDS];
    bool erased[RECORDS];
};

struct citizen {
    struct society *of;
    size_t i;
    const char *state;
    char name[24], witness_name[40], folder[100], keep[100], seen[100], store_folder[100];
    char audience[STREAMS + 1][8], origin[STREAMS + 1][64];
    uint8_t node_secret[NODE_SECRET_KEY], witness_secret[NODE_SECRET_KEY], log_secret[2][NODE_SECRET_KEY];
    struct signer node, witness, log[2];
    struct note_key witness_key;
    size_t log_now; /* which of the two signs */
    struct streams *streams;
    const struct folder_steps *steps; /* of its streams; NULL: it is not killed */
    struct store *store;
    struct told told[STREAMS + 1];
    struct ask_desk desk;
    struct ask_office office;
    struct ask_runner *runner;
    struct sync_consumer consumer[STREAMS];
    uint64_t shown; /* records that its consumers were told */
};

/* An answer of a witness on its way. */
struct late {
    int64_t at;
    size_t from, to;
    char origin[ORIGIN_MAX];
    unsigned status;
    struct span body; /* heap; NULL: this place is free */
};

struct society {
    char base[64];
    unix_time now;
    uint64_t random;
    unsigned loss; /* of a hundred */
    bool cut[TEN][TEN];
    bool quiet;               /* nobody is killed */
    struct arena arena, turn; /* turn: until the next one */
    struct citizen m[TEN];
    struct late late[LATE];
    struct agreement *agreement;
    /* What the roster is made of. */
    struct span party[TEN];
    struct trust_key key[TEN];
    struct member_card card[TEN];
    struct trust_act act[ACTS];
    size_t n_acts;
    struct roster roster;
    uint32_t serial;
    struct span held_question, held_answer;  /* the last ones that went across */
    struct findings *found;                  /* by the last pull */
    size_t killed, survived, whole, nothing; /* whole, nothing: what was left of batches cut off */
    size_t asked, desked, refused_witness, audience_refused, cosigned, pulls, failed;
};

void society_open(struct society *x, uint64_t seed);
void society_close(struct society *x);
uint32_t society_random(struct society *x, uint32_t below);
bool society_loses(struct society *x);

/* accidents.c: whether a message goes through; which links are cut from now on. */
bool society_reaches(struct society *x, size_t a, size_t b);
void society_weather(struct society *x);
/*
 * Now and then: what it does is done by a process that is killed at some step, also while it opens what is
 * there; then it is opened anew. False: not this time, and nothing was done.
 */
bool citizen_is_killed(struct citizen *c, void (*act)(struct citizen *c, void *ctx), void *ctx);
bool witness_is_killed(struct citizen *c, struct witness *v, struct span request);
bool reader_is_killed(struct citizen *c, size_t owner, size_t stream);

/* The roster anew, from acts and cards. */
void society_roster(struct society *x);
/* As many members as it takes say it of one. */
void society_says(struct society *x, enum act_verb verb, size_t about);
/* The card of a member with these log keys: the first, both, or the second. */
void society_card(struct society *x, size_t i, uint64_t number, bool first, bool second);

void citizen_open_streams(struct citizen *c);
void citizen_open_store(struct citizen *c);
uint64_t citizen_size(struct citizen *c, size_t stream); /* published */
void citizen_publishes(struct citizen *c, size_t stream, size_t n);
void citizen_turns(struct citizen *c);
void citizen_erases(struct citizen *c, size_t stream, uint64_t index);
/* What is due with one witness: asks it, and its answer comes now, later, twice or never. */
void citizen_asks_witness(struct citizen *c, size_t witness);
void society_delivers(struct society *x);

/* One step from the owner or from another's replica. False with the reason of sync_pull; files NULL: theirs.
 */
bool citizen_pulls(struct citizen *c, size_t from, size_t owner, size_t stream,
                   const struct log_source *files, struct why *w);
void citizen_consumes(struct citizen *c);
bool in_audience(const struct citizen *c, const struct citizen *owner, size_t stream);

/* questions.c */
void society_offices(struct society *x);
struct citizen *citizen_of(struct society *x, struct span state);
struct ask_outcome society_asks(struct society *x, size_t from, size_t to, const char *reference);
void attacks_on_desks(struct society *x);
void attacks_on_offices(struct society *x);

/* attacks.c: nothing of it is taken, and each is found out under a name of its own. */
void attacks_on_logs(struct society *x);

/* A body that no other record has. */
struct span body_number(uint32_t serial, struct arena *a);
void society_must(bool ok, const struct why *w, const char *what);
PRINTF_LIKE(1, 2) void society_shell(const char *format, ...);

#endif
