/* A carrier whose other end is in the same process: bytes in, bytes out, as over a line. */
#include "service/ask/internal.h"

static bool carry(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                  struct span *answer, struct why *w)
{
    const struct ask_desks *d = ctx;
    struct ask_question q;
    unix_time now;

    (void)until; /* the desk looks at it, by its own clock */
    for (size_t i = 0; i < d->n; i++) {
        if (!span_eq(d->desk[i].member, to))
            continue;
        if (d->now)
            now = d->now(d->ctx);
        else if (ask_question_stored(question, a, &q, w))
            now = q.at;
        else
            return false;
        return ask_desk_answer(&d->desk[i], d->from, question, now, a, answer, w);
    }
    return why_set(w, "no-desk", WHY_NO_OFFSET, NULL, "no way is known to the member %.*s", (int)to.n,
                   (const char *)to.p);
}

struct ask_carrier ask_desks_carrier(const struct ask_desks *d)
{
    return (struct ask_carrier){ (void *)(uintptr_t)d, carry };
}
