/* Two members' stores, an office and a desk, and carriers that misbehave. */
#ifndef SERAI_TESTS_SERVICE_EXCHANGE_H
#define SERAI_TESTS_SERVICE_EXCHANGE_H

#include "../store/fixture.h"
#include "service/licence/status.h"

enum { NOON = 1800000000 };

struct exchange {
    struct place place[2];
    struct store *asker, *answerer;
    struct agreement *agreement;
    struct arena arena;
    unix_time clock; /* of both */
    struct ask_desk desk;
    struct ask_desks desks;
    struct ask_office office;
    struct span (*spoil)(struct exchange *x, struct span answer); /* what a carrier does to an answer */
    struct span question;                                         /* the last one that went across */
    int carried;
    bool down;
};

/* IR asks, KZ answers, both parties of the sample agreement. */
void exchange_open(struct exchange *x);
void exchange_close(struct exchange *x);

/* The cases of a side, newest first; fails the test when they cannot be read. */
size_t exchange_cases(struct exchange *x, struct store *s, const struct traveller_key *subject,
                      const struct case_view **ret);

/* A licence of KZ in the answering register. */
void exchange_register(struct exchange *x, const char *number, enum licence_standing standing,
                       struct date since, struct date until, struct date birth);

#endif
