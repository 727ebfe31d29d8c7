/* What deciding again border checks and roadside checks share. */
#ifndef SERAI_CHECK_REDECIDE_INTERNAL_H
#define SERAI_CHECK_REDECIDE_INTERNAL_H

#include "check/redecide.h"
#include "wire/json.h"

enum { REDECIDE_DETAIL = 200 };

struct redecide_work {
    const struct redecide_with *with;
    void (*told)(void *ctx, struct span request_id, unix_time at, const char *reason, const char *detail);
    void *ctx;
    struct redecide_counts *n;
    struct arena a;
    const struct check_kept *c;
    const char *reason;
    char detail[REDECIDE_DETAIL];
};

/* What a receipt says; NULL: there is no receipt, or it is from before receipts said so. */
struct redecide_receipt {
    const char *verdict, *article, *agreement, *facts;
};

/* Both are always false. */
bool redecide_differs(struct redecide_work *k, const char *reason, const char *kept, const char *now);
bool redecide_broken(struct redecide_work *k, const char *reason, const char *detail);

/* What is kept is what the receipt committed to on that day. */
bool redecide_committed(struct redecide_work *k, const struct json *j, const struct redecide_receipt *said);

/* A roadside check whose answer is j. */
bool redecide_licence(struct redecide_work *k, const struct json *j, const struct redecide_receipt *said,
                      bool *ahead);

#endif
