#include "service/notice/notice_book.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/limits.h"
#include "service/notice/notice_standing.h"

enum {
    MEMORY = 64 * 1024 * 1024,
    PAGE = 64,
    OTHERS = 64, /* statements of one other member about one notice; what is more is passed over */
    OWN = 200,   /* of its issuer, but what ends it */
};

struct notice_book {
    struct store *store;
    const struct agreement *agreement;
    char member[4];
    struct notice_watch watch[NOTICE_WATCHES];
    size_t n_watches;
    _Atomic int64_t latest; /* newest time asked for: what was seen expired does not come back */
};

bool notice_book_open(struct store *s, const struct agreement *g, struct span member,
                      struct notice_book **ret, struct why *w)
{
    struct notice_book *b;

    if (member.n != 2)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "the member of a book of notices is two letters");
    b = calloc(1, sizeof *b);
    if (!b)
        abort();
    b->store = s;
    b->agreement = g;
    memcpy(b->member, member.p, 2);
    *ret = b;
    return true;
}

void notice_book_close(struct notice_book *b)
{
    free(b);
}

bool notice_book_watch(struct notice_book *b, const struct notice_watch *watch)
{
    if (b->n_watches == NOTICE_WATCHES)
        return false;
    b->watch[b->n_watches++] = *watch;
    return true;
}

static void tell(const struct notice_book *b, struct span id)
{
    for (size_t i = 0; i < b->n_watches; i++)
        b->watch[i].changed(b->watch[i].ctx, id);
}

/* A clock that is set back brings nothing to life again that this process has seen end. */
static unix_time not_before(struct notice_book *b, unix_time now)
{
    int64_t seen = b->latest;

    while (now > seen && !atomic_compare_exchange_weak(&b->latest, &seen, now))
        ;
    return now > seen ? now : seen;
}

/* ---- taking ---- */

static bool pass(struct why *why_not, const char *reason, const char *what)
{
    (void)why_set(why_not, reason, WHY_NO_OFFSET, NULL, "%s", what);
    return true;
}

static size_t said_by(const struct notice_rows *rows, struct span member)
{
    size_t n = 0;

    for (size_t i = 0; i < rows->n_events; i++)
        n += span_eq(rows->event[i].member, member);
    return n;
}

static bool is_over(const struct notice_rows *rows, struct span issuer)
{
    for (size_t i = 0; i < rows->n_events; i++)
        if (span_eq(rows->event[i].member, issuer) &&
            (span_eq_str(rows->event[i].what, notice_what_word(NOTICE_SAYS_WITHDRAWN)) ||
             span_eq_str(rows->event[i].what, notice_what_word(NOTICE_SAYS_CANCELLED))))
            return true;
    return false;
}

static bool take_notice(struct notice_book *b, const struct notice_arrival *x, struct span json,
                        struct arena *a, struct why *why_not, struct why *w)
{
    const struct notice *n = NULL;
    struct notice_rows rows;
    struct notice_id id;
    bool news = false;

    if (!notice_read(json, a, &n, why_not))
        return true;
    if (!notice_id_read(n->id, &id) || !span_eq(id.state, x->owner) || !span_eq(n->issuer, x->owner))
        return pass(why_not, "issuer", "only the log of its issuer holds a notice");
    if (!span_eq_str(x->type, NOTICE_TYPE))
        return pass(why_not, "type", "the record's type is not that of its content");
    if (!store_find_notice(b->store, n->id, false, a, &rows, w))
        return false;
    if (rows.n >= OWN)
        return pass(why_not, "too-large", "the notice has too many versions");
    const struct notice_row r = { .origin = x->origin,
                                  .place = (int64_t)x->index,
                                  .id = n->id,
                                  .issuer = n->issuer,
                                  .kind = n->kind,
                                  .version = n->version,
                                  .open = span_eq_str(x->audience, "all"),
                                  .digest = span_of(n->digest, NOTICE_DIGEST),
                                  .substance = span_of(n->substance, NOTICE_DIGEST),
                                  .at = n->at,
                                  .expires = n->expires,
                                  .body = is_over(&rows, x->owner) ? (struct span){ 0 } : json };

    if (!store_put_notice(b->store, &r, &news, w))
        return false;
    if (news)
        tell(b, n->id);
    return true;
}

/* The number of a notice is how many its issuer proposed in that year: nobody chooses it. */
static bool in_turn(const struct notice_arrival *x, const struct notice_statement *s)
{
    struct notice_id id;

    if (s->what != NOTICE_SAYS_PROPOSED || s->version != 1)
        return true;
    return notice_id_read(s->id, &id) && span_eq(id.shard, x->shard) && id.number == x->ordinal + 1;
}

static bool placed(const struct notice_arrival *x, const struct notice_statement *s)
{
    bool redress = s->what == NOTICE_SAYS_CONSULTED || s->what == NOTICE_SAYS_DISCLOSE ||
                   s->what == NOTICE_SAYS_RESTRICT;

    return span_eq_str(x->type, notice_statement_type(s)) &&
           redress != span_eq_str(x->stream, NOTICES_STREAM);
}

static bool ends(const struct notice_statement *s)
{
    return s->what == NOTICE_SAYS_WITHDRAWN || s->what == NOTICE_SAYS_CANCELLED;
}

static bool take_statement(struct notice_book *b, const struct notice_arrival *x, struct span json,
                           struct arena *a, struct why *why_not, struct why *w)
{
    struct notice_statement s;
    struct notice_rows rows;
    bool news = false, own;

    if (!notice_statement_read(json, a, &s, why_not))
        return true;
    if (!notice_statement_may(&s, x->owner))
        return pass(why_not, "issuer", "this member may not say this of that notice");
    if (!placed(x, &s))
        return pass(why_not, "type", "the record's type or stream is not that of its content");
    if (!in_turn(x, &s))
        return pass(why_not, "number", "the number is not the next of its issuer");
    if (!store_find_notice(b->store, s.id, false, a, &rows, w))
        return false;
    own = span_eq(span_sub(s.id, 0, 2), x->owner);
    if (!ends(&s) && said_by(&rows, x->owner) >= (own ? OWN : OTHERS))
        return pass(why_not, "too-large", "this member said too much of this notice");
    const struct notice_event_row e = { .origin = x->origin,
                                        .place = (int64_t)x->index,
                                        .id = s.id,
                                        .what = span_str(notice_what_word(s.what)),
                                        .member = x->owner,
                                        .kind = s.kind.n ? s.kind : SPAN("-"),
                                        .version = s.version,
                                        .at = s.at,
                                        .digest =
                                            s.version ? span_of(s.digest, NOTICE_DIGEST) : (struct span){ 0 },
                                        .body = json };

    if (!store_put_notice_event(b->store, &e, &news, w))
        return false;
    if (ends(&s) && (!store_erase_notice(b->store, s.id, w) ||
                     !store_erase_notice_drafts(b->store, (struct span){ 0 }, s.id, w)))
        return false;
    if (news)
        tell(b, s.id);
    return true;
}

bool notice_book_take(struct notice_book *b, const struct notice_arrival *x, struct why *why_not,
                      struct why *w)
{
    struct span json = { 0 };
    struct why passed;
    bool notice = false, ok = true;
    struct arena a;

    why_clear(&passed);
    arena_init(&a, MEMORY);
    if (!x->erased && notice_open(x->body, x->name, x->pub, &notice, &json, &passed))
        ok = notice ? take_notice(b, x, json, &a, &passed, w) : take_statement(b, x, json, &a, &passed, w);
    arena_free(&a);
    if (why_not)
        *why_not = passed;
    return ok;
}

/* ---- asking ---- */

bool notice_book_find(struct notice_book *b, struct span id, unix_time now, struct arena *a, bool *found,
                      const struct notice_held **out, struct why *w)
{
    struct notice_held *h = arena_alloc(a, sizeof *h);
    struct notice_rows rows;

    now = not_before(b, now);
    if (!h)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!notice_id_read(id, NULL)) {
        *found = false;
        return true;
    }
    if (!store_find_notice(b->store, id, true, a, &rows, w))
        return false;
    *found = rows.n_events > 0;
    if (!*found)
        return true;
    if (!notice_stands(b->agreement, span_of(b->member, 2), &rows, now, a, h, w))
        return false;
    *out = h;
    return true;
}

bool notice_book_ids(struct notice_book *b, struct span after, size_t most, struct arena *a,
                     const struct span **ret, size_t *n, struct why *w)
{
    return store_notice_ids(b->store, after, 0, most, a, ret, n, w);
}

/* One page of ids, each looked at in an arena of its own. */
static bool walk_page(struct notice_book *b, const struct span *id, size_t n, unix_time now,
                      bool (*one)(void *ctx, const struct notice_held *h, struct why *w), void *ctx,
                      bool *more, struct why *w)
{
    struct arena a;
    bool ok = true;

    arena_init(&a, MEMORY);
    for (size_t i = 0; ok && *more && i < n; i++) {
        const struct notice_held *h = NULL;
        bool found = false;

        arena_reset(&a);
        ok = notice_book_find(b, id[i], now, &a, &found, &h, w);
        if (ok && found && h->state == NOTICE_ACTIVE)
            *more = one(ctx, h, w);
    }
    arena_free(&a);
    return ok;
}

bool notice_book_active(struct notice_book *b, unix_time now,
                        bool (*one)(void *ctx, const struct notice_held *h, struct why *w), void *ctx,
                        struct why *w)
{
    const struct span *id = NULL;
    char last[NOTICE_ID] = "";
    struct arena ids;
    bool ok = true, more = true;
    size_t n = PAGE;

    now = not_before(b, now);
    arena_init(&ids, MEMORY);
    while (ok && more && n == PAGE) {
        arena_reset(&ids);
        ok = store_notice_ids(b->store, span_str(last), now, PAGE, &ids, &id, &n, w);
        if (!ok || !n)
            break;
        ok = walk_page(b, id, n, now, one, ctx, &more, w);
        memcpy(last, id[n - 1].p, id[n - 1].n < NOTICE_ID ? id[n - 1].n : NOTICE_ID - 1);
        last[id[n - 1].n < NOTICE_ID ? id[n - 1].n : NOTICE_ID - 1] = 0;
    }
    arena_free(&ids);
    return ok && (more || !w || !w->reason);
}

bool notice_book_version(struct notice_book *b, struct span id, const uint8_t digest[NOTICE_DIGEST],
                         struct arena *a, const struct notice **out, struct span *json, struct why *w)
{
    struct notice_rows rows;

    *out = NULL;
    if (!store_find_notice(b->store, id, true, a, &rows, w))
        return false;
    for (size_t i = 0; i < rows.n; i++) {
        if (!rows.row[i].body.n || !span_eq(rows.row[i].digest, span_of(digest, NOTICE_DIGEST)))
            continue;
        if (json)
            *json = rows.row[i].body;
        return notice_read(rows.row[i].body, a, out, w);
    }
    return true;
}

bool notice_book_said(struct notice_book *b, struct span id, struct arena *a,
                      const struct notice_event_row **ret, size_t *n, struct why *w)
{
    struct notice_rows rows;

    if (!store_find_notice(b->store, id, true, a, &rows, w))
        return false;
    *ret = rows.event;
    *n = rows.n_events;
    return true;
}

/* ---- tidying ---- */

bool notice_book_tidy(struct notice_book *b, unix_time now, size_t *n, struct why *w)
{
    const struct span *id = NULL;
    struct arena a;
    size_t k = 0;
    bool ok;

    *n = 0;
    arena_init(&a, MEMORY);
    ok = store_notices_expired(b->store, now - NOTICE_EXPIRED_KEPT, 4 * PAGE, &a, &id, &k, w);
    for (size_t i = 0; ok && i < k; i++, (*n)++) {
        ok = store_erase_notice(b->store, id[i], w) &&
             store_erase_notice_drafts(b->store, (struct span){ 0 }, id[i], w);
        if (ok)
            tell(b, id[i]);
    }
    arena_free(&a);
    return ok;
}
