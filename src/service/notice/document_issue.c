#include "service/notice/document_issue.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "files/durable.h"

enum {
    PATH = 4096,
    RECORDS = 64,      /* published at once */
    YEAR_FIRST = 2026, /* no stream of documents is older */
    EPOCHS = 8,
    INDEX_BITS = 22, /* of a place; above them epoch (3) and year (7) */
    RECORD_BYTES = 32 + DOCUMENTS_RECORD * 80,
};

struct document_issue {
    char folder[PATH];
    struct document_set *set;
    struct lookup_exact *places;
    struct streams *streams;
    struct span state, name;
    char origin[ORIGIN_MAX]; /* read up to there; empty: nothing yet */
    uint64_t next;
    pthread_mutex_t lock; /* one change at a time */
};

/* ---- where things stand ---- */

struct shard {
    unsigned year, epoch; /* epoch from 1 */
};

static bool shard_name(const struct document_issue *d, struct shard s, char out[ORIGIN_MAX])
{
    int n = snprintf(out, ORIGIN_MAX, "%.*s/" DOCUMENTS_STREAM "/all/%u", (int)d->name.n,
                     (const char *)d->name.p, s.year);

    if (n > 0 && n < ORIGIN_MAX && s.epoch > 1)
        n += snprintf(out + n, (size_t)(ORIGIN_MAX - n), ".%u", s.epoch);
    return n > 0 && n < ORIGIN_MAX;
}

static bool place_of(struct shard s, uint64_t index, uint32_t *out)
{
    if (index >> INDEX_BITS || s.year < 2000 || s.year > 2127)
        return false;
    *out = (uint32_t)index | (s.epoch - 1) << INDEX_BITS | (s.year - 2000) << (INDEX_BITS + 3);
    return true;
}

static lookup_print place_print(const struct document_issue *d, const struct document_entry *e)
{
    const struct span part[3] = { span_str(document_kind_word(e->kind)), document_number_span(&e->number),
                                  document_number_span(&e->to) };

    return lookup_print_of(lookup_exact_key(d->places), "place", part, 3);
}

/* ---- reading the own log ---- */

static bool save_read(const struct document_issue *d, struct why *w)
{
    char text[ORIGIN_MAX + 32];
    int n = snprintf(text, sizeof text, "%s %llu\n", d->origin, (unsigned long long)d->next);

    return file_replace(d->folder, "read", span_of(text, (size_t)n), NULL, w);
}

static bool load_read(struct document_issue *d, struct why *w)
{
    char path[PATH + 8];
    unsigned long long next = 0;
    struct arena a;
    struct span s;
    bool there = false, ok;

    (void)snprintf(path, sizeof path, "%s/read", d->folder);
    arena_init(&a, 4096);
    ok = file_read(path, ORIGIN_MAX + 32, &a, &s, &there, w);
    if (ok && there) {
        const char *text = arena_str(&a, s);
        const char *blank = text ? strchr(text, ' ') : NULL;

        ok = blank && blank != text && sscanf(blank, " %20llu", &next) == 1;
        if (ok) {
            (void)snprintf(d->origin, sizeof d->origin, "%.*s", (int)(blank - text), text);
            d->next = next;
        } else {
            (void)why_set(w, "damaged", WHY_NO_OFFSET, NULL, "%s is not as it was written", path);
        }
    }
    arena_free(&a);
    return ok;
}

struct reading {
    struct document_issue *d;
    struct shard shard;
    uint64_t index;
    size_t n;
    struct document_entry e[DOCUMENTS_RECORD];
};

static bool collect(void *ctx, const struct document_entry *e, struct why *w)
{
    struct reading *r = ctx;

    (void)w;
    r->e[r->n++] = *e;
    return true;
}

static bool keep_places(struct reading *r, struct why *w)
{
    struct lookup_change c[DOCUMENTS_RECORD];
    uint32_t place;

    if (!place_of(r->shard, r->index, &place))
        return true; /* found by nobody, and so not erased: the log is kept as its retention says */
    for (size_t i = 0; i < r->n; i++)
        c[i] = (struct lookup_change){ place_print(r->d, &r->e[i]), place, false };
    return lookup_exact_change(r->d->places, c, r->n, w);
}

/* What this node did not publish in this form itself is passed over: it stands there for good. */
static bool read_record(struct reading *r, const struct stream_record *s, struct why *w)
{
    bool listed = span_eq_str(s->leaf.type, DOCUMENTS_LISTED);

    r->n = 0;
    if (s->control || s->state != BODY_THERE ||
        (!listed && !span_eq_str(s->leaf.type, DOCUMENTS_WITHDRAWN)) ||
        !documents_read(s->body, listed, collect, r, NULL))
        return true;
    return (!listed || keep_places(r, w)) && document_set_take(r->d->set, r->d->state, r->e, r->n, w);
}

/* From `from` to the end of one shard; *n: its entries. Absent: none. */
static bool read_shard(struct document_issue *d, struct shard shard, uint64_t from, uint64_t *n, bool *there,
                       struct why *w)
{
    struct reading *r = calloc(1, sizeof *r);
    char origin[ORIGIN_MAX];
    struct arena a;
    bool ok = shard_name(d, shard, origin);

    if (!r)
        abort();
    *r = (struct reading){ .d = d, .shard = shard };
    arena_init(&a, 2 * LIMIT_LOG_BODY);
    *there = true;
    for (*n = from; ok; ++*n) {
        struct stream_record s;
        struct why y;

        why_clear(&y);
        arena_reset(&a);
        if (!streams_get(d->streams, span_str(origin), *n, &a, &s, &y)) {
            *there = strcmp(y.reason, "origin") != 0;
            ok = !*there || strcmp(y.reason, "range") == 0 ||
                 why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
            break;
        }
        r->index = *n;
        ok = read_record(r, &s, w);
        if (!ok)
            break;
    }
    arena_free(&a);
    free(r);
    return ok;
}

static bool shard_is(const struct document_issue *d, struct shard s)
{
    char origin[ORIGIN_MAX];

    return shard_name(d, s, origin) && strcmp(origin, d->origin) == 0;
}

static bool read_on(struct document_issue *d, unix_time now, struct why *w)
{
    unsigned last = (unsigned)date_of_time(now).year + 1;
    bool before = d->origin[0] != 0; /* the shard that was read to is still to come */

    for (struct shard s = { YEAR_FIRST, 1 }; s.year <= last; s.year++) {
        bool there = true;

        for (s.epoch = 1; there && s.epoch <= EPOCHS; s.epoch++) {
            uint64_t from = 0, n = 0;

            if (before && !shard_is(d, s))
                continue; /* was read */
            if (before)
                from = d->next;
            before = false;
            if (!read_shard(d, s, from, &n, &there, w))
                return false;
            if (there && (n != d->next || !shard_is(d, s))) {
                (void)shard_name(d, s, d->origin);
                d->next = n;
                if (!save_read(d, w))
                    return false;
            }
        }
    }
    if (lookup_exact_is_due(document_set_exact(d->set)) &&
        !lookup_exact_compact(document_set_exact(d->set), w))
        return false;
    return !lookup_exact_is_due(d->places) || lookup_exact_compact(d->places, w);
}

bool document_issue_read_on(struct document_issue *d, unix_time now, struct why *w)
{
    bool ok;

    (void)pthread_mutex_lock(&d->lock);
    ok = read_on(d, now, w);
    (void)pthread_mutex_unlock(&d->lock);
    return ok;
}

/* ---- publishing ---- */

/* Records of at most DOCUMENTS_RECORD entries, some of them in one commit. */
static bool publish(struct document_issue *d, const char *type, const struct document_entry *e, size_t n,
                    unix_time now, struct why *w)
{
    struct stream_new record[RECORDS];
    struct stream_place place;
    bool ok = true;

    for (size_t i = 0; ok && i < n;) {
        struct buffer body[RECORDS];
        size_t k = 0;

        for (; k < RECORDS && i < n; k++) {
            buf_init(&body[k], RECORD_BYTES);
            documents_begin(&body[k]);
            for (size_t j = 0; j < DOCUMENTS_RECORD && i < n; j++, i++)
                documents_put(&e[i], &body[k]);
            ok = ok && buf_ok(&body[k]);
            record[k] =
                (struct stream_new){ .type = span_str(type), .time = now, .body = buf_span(&body[k]) };
        }
        ok = ok ? streams_publish(d->streams, SPAN(DOCUMENTS_STREAM), SPAN("all"), record, k, now, &place, w)
                : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a record of documents is too long");
        while (k--)
            buf_free(&body[k]);
    }
    return ok;
}

bool document_issue_list(struct document_issue *d, const struct document_entry *e, size_t n, unix_time now,
                         struct why *w)
{
    bool ok;

    for (size_t i = 0; i < n; i++)
        if (e[i].status == DOCUMENT_CLEAR || !date_is_set(e[i].on))
            return why_set(w, "status", WHY_NO_OFFSET, NULL, "a document is listed with a status and a day");
    (void)pthread_mutex_lock(&d->lock);
    ok = publish(d, DOCUMENTS_LISTED, e, n, now, w) && read_on(d, now, w);
    (void)pthread_mutex_unlock(&d->lock);
    return ok;
}

/* ---- withdrawing ---- */

struct rest {
    struct document_issue *d;
    const struct document_entry *gone;
    size_t n_gone, n;
    struct document_entry e[DOCUMENTS_RECORD];
};

static bool same(const struct document_entry *a, const struct document_entry *b)
{
    return a->kind == b->kind &&
           span_eq(document_number_span(&a->number), document_number_span(&b->number)) &&
           span_eq(document_number_span(&a->to), document_number_span(&b->to));
}

static bool keep_rest(void *ctx, const struct document_entry *e, struct why *w)
{
    struct rest *r = ctx;

    (void)w;
    for (size_t i = 0; i < r->n_gone; i++)
        if (same(e, &r->gone[i]))
            return true;
    r->e[r->n++] = *e;
    return true;
}

/* The record's body goes; what else stood in it is listed again before. */
static bool erase_record(struct rest *r, struct shard shard, uint64_t index, unix_time now, bool *erased,
                         struct why *w)
{
    struct document_issue *d = r->d;
    char origin[ORIGIN_MAX];
    struct stream_record s;
    struct arena a;
    bool ok;

    *erased = false;
    if (!shard_name(d, shard, origin))
        return true;
    arena_init(&a, 2 * LIMIT_LOG_BODY);
    r->n = 0;
    ok = streams_get(d->streams, span_str(origin), index, &a, &s, w);
    if (ok && s.state == BODY_THERE && span_eq_str(s.leaf.type, DOCUMENTS_LISTED)) {
        ok = documents_read(s.body, true, keep_rest, r, w) &&
             (r->n == 0 || publish(d, DOCUMENTS_LISTED, r->e, r->n, now, w)) &&
             streams_erase(d->streams, span_str(origin), index, SPAN("withdrawn"), now, w);
        *erased = ok;
    }
    arena_free(&a);
    return ok;
}

static bool is_listed(struct document_issue *d, const struct document_entry *e)
{
    struct document_answer a;
    uint32_t place;

    if (lookup_exact_find(d->places, place_print(d, e), &place) == LOOKUP_THERE)
        return true;
    if (e->to.n)
        return false;
    document_set_ask(d->set, d->state, e->kind, &e->number, false, &a);
    return a.state == LOOKUP_LISTED && memcmp(a.by, d->state.p, d->state.n) == 0;
}

static bool erase_all(struct document_issue *d, const struct document_entry *e, size_t n, unix_time now,
                      struct document_withdrawn *out, struct why *w)
{
    struct rest *r = calloc(1, sizeof *r);
    bool ok = true;

    if (!r)
        abort();
    *r = (struct rest){ .d = d, .gone = e, .n_gone = n };
    for (size_t i = 0; ok && i < n; i++) {
        struct lookup_change c = { place_print(d, &e[i]), 0, true };
        uint32_t place = 0;
        bool erased = false;

        if (lookup_exact_find(d->places, c.print, &place) != LOOKUP_THERE)
            continue;
        ok = erase_record(r,
                          (struct shard){ 2000 + (place >> (INDEX_BITS + 3)), 1 + (place >> INDEX_BITS & 7) },
                          place & ((UINT32_C(1) << INDEX_BITS) - 1), now, &erased, w) &&
             lookup_exact_change(d->places, &c, 1, w);
        out->erased += erased;
    }
    free(r);
    return ok;
}

/* The withdrawal is published before anything else: it counts from then on wherever it arrives. */
static bool withdraw(struct document_issue *d, struct document_entry *e, size_t n, unix_time now,
                     struct document_withdrawn *out, struct why *w)
{
    out->withdrawn = n;
    return publish(d, DOCUMENTS_WITHDRAWN, e, n, now, w) && read_on(d, now, w) &&
           erase_all(d, e, n, now, out, w) && read_on(d, now, w);
}

bool document_issue_withdraw(struct document_issue *d, const struct document_entry *e, size_t n,
                             unix_time now, struct document_withdrawn *out, struct why *w)
{
    struct document_entry *known = calloc(n + 1, sizeof *known);
    struct document_withdrawn o = { 0 };
    size_t k = 0;
    bool ok;

    if (!known)
        abort();
    (void)pthread_mutex_lock(&d->lock);
    ok = read_on(d, now, w);
    for (size_t i = 0; ok && i < n; i++) {
        known[k] = e[i];
        known[k].status = DOCUMENT_CLEAR;
        known[k].on = (struct date){ 0 };
        k += is_listed(d, &e[i]);
    }
    o.unknown = n - k;
    ok = ok && (k == 0 || withdraw(d, known, k, now, &o, w));
    (void)pthread_mutex_unlock(&d->lock);
    free(known);
    if (ok)
        *out = o;
    return ok;
}

bool document_issue_open(const char *folder, struct document_set *set, struct streams *streams,
                         struct span state, struct span name, struct document_issue **ret, struct why *w)
{
    struct document_issue *d = calloc(1, sizeof *d);
    char places[PATH + 8];

    if (!d)
        abort();
    *d = (struct document_issue){ .set = set, .streams = streams, .state = state, .name = name };
    (void)pthread_mutex_init(&d->lock, NULL);
    (void)snprintf(places, sizeof places, "%s/places", folder);
    if ((size_t)snprintf(d->folder, sizeof d->folder, "%s", folder) >= sizeof d->folder) {
        document_issue_close(d);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    }
    if (!lookup_exact_open(places, LOOKUP_WRITE, true, NULL, &d->places, w) || !load_read(d, w)) {
        document_issue_close(d);
        return false;
    }
    *ret = d;
    return true;
}

void document_issue_close(struct document_issue *d)
{
    if (!d)
        return;
    lookup_exact_close(d->places);
    (void)pthread_mutex_destroy(&d->lock);
    free(d);
}
