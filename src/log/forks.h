/*
 * Proofs that a log has two histories (log/fork.h), of all logs of all members, as files that are passed on:
 *
 *   FOLDER/<hex SHA-256 of the origin>     the first proof of that log; it stays
 */
#ifndef SERAI_LOG_FORKS_H
#define SERAI_LOG_FORKS_H

#include "log/fork.h"

enum { FORKS_MAX = 4096, FORK_BYTES = 4 * LIMIT_CHECKPOINT };

/* The log that a proof is about, in the arena. Reasons of fork_parse; "origin": it is of two logs. */
MUST_USE bool fork_origin(struct span proof, struct arena *a, struct span *origin, struct why *w);

/* Checked with the policy of its log (fork_check), and kept; *news: it was not there. Reason "io" too. */
MUST_USE bool forks_keep(const char *folder, struct span origin, struct span proof, const struct policy *p,
                         struct arena *a, bool *news, struct why *w);

/* An empty span: none of that log. */
MUST_USE bool forks_read(const char *folder, const uint8_t hash[32], struct arena *a, struct span *proof,
                         struct why *w);

/* Calls one for each, at most FORKS_MAX, until it returns false. A folder that is not there has none. */
void forks_each(const char *folder, bool (*one)(void *ctx, const uint8_t hash[32]), void *ctx);

/* 64 small hexadecimal digits. */
bool fork_hash_parse(struct span hex, uint8_t hash[32]);

#endif
