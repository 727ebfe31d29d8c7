/* Notices and what was said of them: put, erased. */
#include "store/notices.h"

#include "store/internal.h"

static const char USE[] = "notice";

static bool seal_body(const struct store *s, struct span plain, struct arena *a, struct span *out,
                      struct why *w)
{
    *out = (struct span){ NULL, 0 };
    if (plain.n > 2 * LIMIT_NOTICE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a notice of %zu bytes", plain.n);
    return !plain.n || store_seal(s, USE, plain, a, out, w);
}

struct put_job {
    const struct notice_row *r;
    const struct notice_event_row *e;
    struct span body; /* sealed */
    int64_t changed;
};

static enum job_end run_notice(struct database *db, void *arg, struct why *w)
{
    struct put_job *j = arg;
    const struct notice_row *r = j->r;
    const struct value v[] = { v_text(r->origin), v_int(r->place),    v_text(r->id),
                               v_int(r->version), v_int(r->open),     v_text(r->issuer),
                               v_text(r->kind),   v_bytes(r->digest), v_bytes(r->substance),
                               v_int(r->at),      v_int(r->expires),  v_bytes_or_null(j->body) };

    return db_do(db, Q_NOTICE_PUT, v, &j->changed, w) ? JOB_DONE : JOB_SPOILED;
}

static bool words_ok(struct span origin, struct span id, struct span member, struct span kind)
{
    return origin.n && origin.n <= 256 && id_valid(id) && word_valid(member) && word_valid(kind);
}

bool store_put_notice(struct store *s, const struct notice_row *r, bool *news, struct why *w)
{
    struct put_job j = { .r = r };
    struct arena a;
    bool ok;

    if (!words_ok(r->origin, r->id, r->issuer, r->kind) || r->digest.n != STORE_NOTICE_DIGEST ||
        r->substance.n != STORE_NOTICE_DIGEST)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a notice has a place, an id, words and digests");
    arena_init(&a, 8 * LIMIT_NOTICE);
    ok = seal_body(s, r->body, &a, &j.body, w) && store_write_bytes(s, run_notice, &j, j.body.n, w);
    arena_free(&a);
    if (ok)
        *news = j.changed > 0;
    return ok;
}

static enum job_end run_event(struct database *db, void *arg, struct why *w)
{
    struct put_job *j = arg;
    const struct notice_event_row *e = j->e;
    const struct value v[] = { v_text(e->origin),       v_int(e->place), v_text(e->id),
                               v_int(e->version),       v_text(e->what), v_text(e->member),
                               v_text(e->kind),         v_int(e->at),    v_bytes_or_null(e->digest),
                               v_bytes_or_null(j->body) };

    return db_do(db, Q_NOTICE_EVENT_PUT, v, &j->changed, w) ? JOB_DONE : JOB_SPOILED;
}

bool store_put_notice_event(struct store *s, const struct notice_event_row *r, bool *news, struct why *w)
{
    struct put_job j = { .e = r };
    struct arena a;
    bool ok;

    if (!words_ok(r->origin, r->id, r->member, r->kind) || !word_valid(r->what) ||
        (r->digest.n && r->digest.n != STORE_NOTICE_DIGEST))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "an event has a place, an id and words");
    arena_init(&a, 8 * LIMIT_NOTICE);
    ok = seal_body(s, r->body, &a, &j.body, w) && store_write_bytes(s, run_event, &j, j.body.n, w);
    arena_free(&a);
    if (ok)
        *news = j.changed > 0;
    return ok;
}

/* ---- erasing ---- */

struct erase_job {
    struct span id, reference;
    int64_t below; /* 0: all, with events */
    bool drafts;
    int64_t n;
};

static enum job_end run_erase(struct database *db, void *arg, struct why *w)
{
    struct erase_job *j = arg;
    int64_t k = 0;

    j->n = 0;
    if (j->drafts) {
        const struct value v[] = { v_text_or_null(j->reference), v_text_or_null(j->id) };

        return db_do(db, Q_NOTICE_DRAFT_ERASE, v, &j->n, w) ? JOB_DONE : JOB_SPOILED;
    }
    if (!db_do(db, Q_NOTICE_ERASE, (struct value[]){ v_text(j->id), v_int(j->below ? j->below : INT64_MAX) },
               &j->n, w))
        return JOB_SPOILED;
    if (!j->below && !db_do(db, Q_NOTICE_EVENTS_ERASE, (struct value[]){ v_text(j->id) }, &k, w))
        return JOB_SPOILED;
    j->n += k;
    return JOB_DONE;
}

/* What was erased must not linger in the write-ahead log. */
static bool settle(struct store *s, struct why *w)
{
    struct database *db;
    bool ok;

    if (!db_open(s->path, DB_WRITE, 0, &db, w))
        return false;
    ok = db_settle(db, w);
    db_close(db);
    return ok;
}

static bool erase(struct store *s, struct erase_job *j, struct why *w)
{
    return store_write(s, run_erase, j, w) && (!j->n || settle(s, w));
}

bool store_erase_notice(struct store *s, struct span id, struct why *w)
{
    return erase(s, &(struct erase_job){ .id = id }, w);
}

bool store_erase_notice_versions(struct store *s, struct span id, int64_t below, struct why *w)
{
    return below <= 0 || erase(s, &(struct erase_job){ .id = id, .below = below }, w);
}

bool store_erase_notice_drafts(struct store *s, struct span reference, struct span id, struct why *w)
{
    return erase(s, &(struct erase_job){ .id = id, .reference = reference, .drafts = true }, w);
}

/* ---- drafts ---- */

struct draft_job {
    const struct notice_draft_row *r;
    struct span body;
};

static enum job_end run_draft(struct database *db, void *arg, struct why *w)
{
    const struct draft_job *j = arg;
    const struct notice_draft_row *r = j->r;
    int64_t changed = 0, there = 0;
    const struct value v[] = { v_text(r->reference),    v_text(r->state), v_text_or_null(r->id),
                               v_int(r->revision),      v_int(r->at),     v_int(r->last),
                               v_bytes_or_null(j->body) };

    if (!db_do(db, r->revision == 1 ? Q_NOTICE_DRAFT_PUT : Q_NOTICE_DRAFT_CHANGE, v, &changed, w))
        return JOB_SPOILED;
    if (changed)
        return JOB_DONE;
    if (!db_number(db, Q_NOTICE_DRAFT_THERE, (struct value[]){ v_text(r->reference) }, 0, &there, w))
        return JOB_SPOILED;
    (void)why_set(w,
                  r->revision == 1 ? "notice-exists"
                  : there          ? "notice-moved"
                                   : "notice-unknown",
                  WHY_NO_OFFSET, NULL, "the draft is there already, has changed, or is not there");
    return JOB_REFUSED;
}

bool store_put_notice_draft(struct store *s, const struct notice_draft_row *r, struct why *w)
{
    struct draft_job j = { .r = r };
    struct arena a;
    bool ok;

    if (!id_valid(r->reference) || !word_valid(r->state) || (r->id.n && !id_valid(r->id)) || r->revision < 1)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a draft has a reference, a state and a revision");
    arena_init(&a, 8 * LIMIT_NOTICE);
    ok = seal_body(s, r->body, &a, &j.body, w) && store_write_bytes(s, run_draft, &j, j.body.n, w);
    arena_free(&a);
    return ok;
}
