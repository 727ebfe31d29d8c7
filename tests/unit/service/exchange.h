/* Two members' stores, an office and a desk, and carriers that misbehave. */
#ifndef SERAI_TESTS_SERVICE_EXCHANGE_H
#define SERAI_TESTS_SERVICE_EXCHANGE_H

#include "../store/fixture.h"
#include "crypto/signer.h"
#include "service/licence/status.h"

enum { NOON = 1800000000, EXCHANGE_MEMBERS = 4 };

struct exchange {
    struct place place[2];
    struct store *asker, *answerer;
    struct agreement *agreement;
    struct arena arena;
    unix_time clock; /* of both */
    struct ask_desk desk;
    struct ask_desks desks;
    struct ask_office office;
    /* Node keys of IR, KZ, TR and FR. */
    uint8_t secret[EXCHANGE_MEMBERS][NODE_SECRET_KEY];
    struct signer signer[EXCHANGE_MEMBERS];
    struct ask_known_key key[EXCHANGE_MEMBERS];
    struct ask_key_table keys;
    struct span (*spoil)(struct exchange *x, struct span answer); /* what a carrier does to an answer */
    struct span question;                                         /* the last one that went across */
    int carried;
    bool down;
};

/* IR asks, KZ answers, both parties of the sample agreement. */
void exchange_open(struct exchange *x);
void exchange_close(struct exchange *x);

struct signer *exchange_signer(struct exchange *x, struct span member);
/* Signed by the member it says it is from. */
struct span exchange_question(struct exchange *x, const struct ask_question *q);
struct span exchange_answer(struct exchange *x, const struct ask_answer *n, struct span purpose);

/* The cases of a side, newest first; fails the test when they cannot be read. */
size_t exchange_cases(struct exchange *x, struct store *s, const struct traveller_key *subject,
                      const struct case_view **ret);

/* A licence of KZ in the answering register. */
void exchange_register(struct exchange *x, const char *number, enum licence_standing standing,
                       struct date since, struct date until, struct date birth);

#endif
