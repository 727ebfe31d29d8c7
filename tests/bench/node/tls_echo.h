/*
 * The floor of a round trip between nodes: what mutual TLS 1.3 costs alone, a message there and the same back
 * over connections that stand, without HTTP, signatures or stores.
 */
#ifndef SERAI_TESTS_BENCH_TLS_ECHO_H
#define SERAI_TESTS_BENCH_TLS_ECHO_H

#include <stddef.h>

struct tls_echo {
    double asking_us, answering_us; /* processor time of a round trip */
    double rate;                    /* round trips a second, as it went */
};

/* `connections` at once, each `n` times `bytes`. With the keys of pair.h; the answering end in a child. */
void tls_echo(size_t connections, size_t n, size_t bytes, struct tls_echo *out);

#endif
