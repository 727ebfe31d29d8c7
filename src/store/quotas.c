#include "store/quotas.h"

#include "store/internal.h"

bool store_quota_used(struct store *s, struct span name, struct date from, struct date to, int64_t *n,
                      struct why *w)
{
    const struct value v[] = { v_text(name), v_int(date_to_days(from)), v_int(date_to_days(to)) };
    struct database *db;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_number(db, Q_QUOTA_USES, v, 0, n, w);
    readers_give(&s->readers, db, !ok);
    return ok;
}

bool quota_add(struct database *db, const struct quota_use *q, unix_time at, bool *room, struct why *w)
{
    const struct value v[] = { v_text(q->name), v_int(date_to_days(q->from)), v_int(date_to_days(q->to)),
                               v_int(at), v_int(q->most) };
    int64_t changed = 0;

    if (!db_do(db, Q_QUOTA_ADD, v, &changed, w))
        return false;
    *room = changed != 0;
    return true;
}

bool quota_take_back(struct database *db, const struct quota_use *q, struct why *w)
{
    const struct value v[] = { v_text(q->name), v_int(date_to_days(q->from)), v_int(date_to_days(q->to)) };

    return db_do(db, Q_QUOTA_TAKE_BACK, v, NULL, w);
}
