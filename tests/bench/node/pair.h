/*
 * Two members' nodes for measurements: IR asks in this process, KZ answers in a child with as long a body;
 * keys, transport keys, stores and links are real, the topic is an echo.
 */
#ifndef SERAI_TESTS_BENCH_PAIR_H
#define SERAI_TESTS_BENCH_PAIR_H

#include <sys/types.h>

#include "crypto/signer.h"
#include "node/ask_line.h"
#include "service/ask/ask.h"

struct side {
    const char *state, *name;
    uint8_t secret[NODE_SECRET_KEY];
    struct signer signer;
    uint8_t pem[2][TRANSPORT_PEM];
    struct buffer certificate, key;
    uint8_t pin[TRANSPORT_PIN];
    char folder[160];
};

/* Asks; answers. */
extern struct side side[2];
extern const struct ask_topic echo;

/* Prints and ends the program; w NULL: errno. */
_Noreturn void die(const char *what, const struct why *w);
double seconds_of(clockid_t clock);

/* Keys, agreement, a folder for each under root. */
void pair_make(const char *root);
/* The child and its members' port. */
pid_t pair_answer(uint16_t *port);
void pair_stop_answer(pid_t pid);

struct pair_asker {
    struct ask_office office;
    struct links *links;
    struct ask_post post;
};
/* most: connections at once; 0: as a node has them. */
void pair_ask(uint16_t port, unsigned most, struct pair_asker *out);
void pair_ask_end(struct pair_asker *k);
/* Removes the folders. After all others. */
void pair_end(void);

double bytes_in(const char *folder);
/* "VmHWM": the most that was resident; "VmRSS": what is. Megabytes. */
double memory_of(pid_t pid, const char *what);

#endif
