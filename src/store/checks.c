/* Checks as they were recorded, for whoever looks back. */
#include "store/internal.h"

enum { PAGE = 500 };

/* One page of checks behind *seq; *n of them, 0 at the end. */
static bool page(struct database *db, int64_t *seq, unix_time from, unix_time to, size_t *n, bool *stop,
                 bool (*one)(void *ctx, const struct check_kept *c), void *ctx, struct why *w)
{
    const struct value v[] = { v_int(*seq), v_int(from), v_int(to), v_int(PAGE) };
    struct cursor c;
    bool row = false, ok;

    if (!db_start(db, Q_CHECKS_FROM, v, &c, w))
        return false;
    while ((ok = db_next(&c, &row, w)) && row && !*stop) {
        const struct check_kept k = { .request_id = db_bytes(&c, 1),
                                      .at = db_int(&c, 2),
                                      .admitted = db_int(&c, 3) != 0,
                                      .response = db_bytes(&c, 4),
                                      .facts = db_bytes(&c, 5) };

        *seq = db_int(&c, 0);
        ++*n;
        *stop = !one(ctx, &k);
    }
    db_end(&c);
    return ok;
}

bool store_each_check(struct store *s, unix_time from, unix_time to,
                      bool (*one)(void *ctx, const struct check_kept *c), void *ctx, struct why *w)
{
    int64_t seq = 0;
    bool stop = false, ok = true;
    size_t n = PAGE;

    while (ok && n == PAGE && !stop) {
        struct database *db;

        n = 0;
        if (!readers_take(&s->readers, &db, w))
            return false;
        ok = page(db, &seq, from, to, &n, &stop, one, ctx, w);
        readers_give(&s->readers, db, !ok);
    }
    return ok;
}
