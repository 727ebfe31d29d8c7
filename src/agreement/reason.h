/* The codes of reasons: stable words, the same in verdicts, examples and translations. */
#ifndef SERAI_AGREEMENT_REASON_H
#define SERAI_AGREEMENT_REASON_H

#include <stddef.h>

/* X(id, code, for admission) */
/* clang-format off */
#define REASONS(X) \
    X(ALLOWED,       "allowed",                   1) \
    X(KEPT,          "requirement-kept",          1) \
    X(DUTY,          "duty",                      1) \
    X(RECOGNISED,    "recognised",                1) \
    X(RESTRICTED,    "restricted",                1) \
    X(SHORTER,       "stay-shorter-than-asked",   1) \
    X(NOT_IN_FORCE,  "not-in-force",              0) \
    X(NOT_PERMITTED, "not-permitted",             0) \
    X(NOT_A_PARTY,   "not-a-party",               0) \
    X(CONDITION,     "condition-not-met",         0) \
    X(REQUIREMENT,   "requirement-not-met",       0) \
    X(EXCEPTION,     "excepted",                  0) \
    X(RESERVATION,   "reserved",                  0) \
    X(CONTRADICTION, "contradiction",             0) \
    X(NOT_LISTED,    "not-listed",                0) \
    X(PERMISSION,    "permission-needed",         0) \
    X(EXHAUSTED,     "stay-exhausted",            0) \
    X(NOT_RECOGNISED, "not-recognised",           0) \
    X(NOT_YET,       "licence-not-begun",         0) \
    X(EXPIRED,       "licence-expired",           0) \
    X(RESIDENCE,     "residence-term",            0) \
    X(TOO_YOUNG,     "too-young",                 0) \
    X(MISSING,       "missing-fact",              0) \
    X(UNKNOWN,       "unknown-word",              0) \
    X(NOT_BOUND,     "not-bound",                 0) \
    X(QUOTA,         "quota-exhausted",           0)
/* clang-format on */

enum reason {
#define X(id, code, good) REASON_##id,
    REASONS(X)
#undef X
        REASONS_N
};

/* All codes, ended by NULL. */
extern const char *const reason_codes[REASONS_N + 1];

#endif
