/* The chain of what happened to persons. */
#include <stdio.h>

#include "crypto/digest.h"
#include "store/internal.h"
#include "store/persons.h"

void person_event_hash(const struct person_event *e, struct span before, uint8_t out[PERSON_HASH])
{
    char at[32];
    struct digest d;
    struct span part[] = {
        before, { NULL, 0 }, SPAN(" "), e->person, SPAN(" "), e->event, SPAN(" "), e->how
    };

    (void)snprintf(at, sizeof at, "%lld", (long long)e->at);
    part[1] = span_str(at);
    digest_parts(DIGEST_SHA256, part, sizeof part / sizeof *part, &d);
    memcpy(out, d.b, PERSON_HASH);
}

static enum job_end run_event(struct database *db, void *arg, struct why *w)
{
    const struct person_event *e = arg;
    uint8_t before[PERSON_HASH], hash[PERSON_HASH];
    struct cursor c;
    bool row = false, ok;

    if (!db_start(db, Q_PERSON_EVENT, NULL, &c, w))
        return JOB_SPOILED;
    ok = db_next(&c, &row, w);
    row = ok && row && db_bytes(&c, 0).n == PERSON_HASH;
    if (row)
        memcpy(before, db_bytes(&c, 0).p, PERSON_HASH);
    db_end(&c);
    person_event_hash(e, span_of(before, row ? PERSON_HASH : 0), hash);
    const struct value v[] = { v_int(e->at), v_text(e->person), v_text(e->event), v_text(e->how),
                               v_bytes(span_of(hash, sizeof hash)) };

    return ok && db_do(db, Q_PERSON_EVENT_PUT, v, NULL, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_person_event(struct store *s, const struct person_event *e, struct why *w)
{
    struct person_event row = *e;

    if ((row.person.n && !id_valid(row.person)) || !word_valid(row.event))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "an event is a word about an id");
    row.person = row.person.n ? row.person : SPAN("");
    row.how = row.how.n ? row.how : SPAN("");
    return store_write(s, run_event, &row, w);
}

bool store_person_events(struct store *s, int64_t after, size_t most, struct arena *a,
                         const struct person_event **ret, size_t *n, struct why *w)
{
    const struct value v[] = { v_int(after), v_int((int64_t)most) };
    struct person_event *e = arena_array(a, most, sizeof *e);
    struct database *db;
    struct cursor c;
    bool row = true, ok;
    size_t k = 0;

    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_start(db, Q_PERSON_EVENTS, v, &c, w);
    if (ok) {
        while (k < most && (ok = db_next(&c, &row, w)) && row)
            e[k++] = (struct person_event){ .seq = db_int(&c, 0),
                                            .at = db_int(&c, 1),
                                            .person = arena_copy(a, db_bytes(&c, 2)),
                                            .event = arena_copy(a, db_bytes(&c, 3)),
                                            .how = arena_copy(a, db_bytes(&c, 4)),
                                            .hash = arena_copy(a, db_bytes(&c, 5)) };
        db_end(&c);
    }
    readers_give(&s->readers, db, !ok);
    *ret = e;
    *n = k;
    return ok;
}
