/* Many travellers at once: who has ever been here. */
#include "store/internal.h"

enum { AT_ONCE = 20 }; /* Q_TRAVELLERS_SEEN */

static void mark(struct span found, const struct traveller_key *t, size_t n, bool *seen)
{
    for (size_t i = 0; i < n; i++)
        seen[i] = seen[i] || span_eq(found, span_of(t[i].b, sizeof t[i].b));
}

/* n: 1 to AT_ONCE. */
static bool ask(struct database *db, struct span member, const struct traveller_key *t, size_t n, bool *seen,
                struct why *w)
{
    struct value v[1 + AT_ONCE] = { v_text(member) };
    bool row = false, ok;
    struct cursor c;

    for (size_t i = 0; i < AT_ONCE; i++)
        v[1 + i] = v_bytes(span_of(t[i < n ? i : 0].b, sizeof t->b));
    if (!db_start(db, Q_TRAVELLERS_SEEN, v, &c, w))
        return false;
    while ((ok = db_next(&c, &row, w)) && row)
        mark(db_bytes(&c, 0), t, n, seen);
    db_end(&c);
    return ok;
}

bool store_seen(struct store *s, struct span member, const struct traveller_key *t, size_t n, bool *seen,
                struct why *w)
{
    struct database *db;
    bool ok;

    memset(seen, 0, n * sizeof *seen);
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_read_begin(db, w);
    if (ok) {
        for (size_t i = 0; ok && i < n; i += AT_ONCE)
            ok = ask(db, member, t + i, n - i < AT_ONCE ? n - i : AT_ONCE, seen + i, w);
        db_rollback(db);
    }
    readers_give(&s->readers, db, !ok);
    return ok;
}
