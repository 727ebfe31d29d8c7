#include "node/lookups.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement/agreement.h"
#include "crypto/digest.h"
#include "files/durable.h"
#include "log/origin.h"
#include "lookup/revocation.h"
#include "node/part_sync.h"
#include "service/notice/list_desk.h"

enum { PATH = 4096, HOUR = 3600, AGE_UNKNOWN = 1, STATES = DOCUMENT_STATES };

struct lookups {
    char folder[PATH], documents_folder[PATH];
    struct document_set *documents;
    struct lookup_exact *permissions;
    struct list_desk *lists;
    unix_time stale_after, said; /* said: the age of revocations that stands on disk; by one thread */
    char documents_cursor[32], revoked_cursor[32];
    size_t n;
    struct {
        char state[4];
        _Atomic unix_time looked; /* 0: no list; AGE_UNKNOWN */
    } of[STATES];
};

static void add_states(struct lookups *l, const struct agreement *g)
{
    struct span party[STATES];
    size_t n = agreement_parties(g, party, STATES);

    for (size_t i = 0; i < n && l->n < STATES; i++) {
        if (party[i].n != 2 || !document_set_add_state(l->documents, party[i]))
            continue;
        memcpy(l->of[l->n].state, party[i].p, 2);
        l->of[l->n++].state[2] = 0;
    }
}

/* Of this very set: one that was made anew, or on another node with the same store, is told everything. */
static void name_cursor(const struct lookup_exact *x, const char *what, char out[32])
{
    struct digest d;

    digest_of(DIGEST_SHA256, lookup_exact_key(x), &d);
    (void)snprintf(out, 32, "%s-%02x%02x%02x%02x", what, d.b[0], d.b[1], d.b[2], d.b[3]);
}

bool lookups_open(const struct node_config *c, const struct agreement *g, enum lookup_access access,
                  struct lookups **ret, struct why *w)
{
    struct lookups *l = calloc(1, sizeof *l);
    char permissions[PATH];
    bool fits;

    if (!l)
        abort();
    l->stale_after = (unix_time)c->stale_hours * HOUR;
    fits = (size_t)snprintf(l->folder, sizeof l->folder, "%s", c->lookup) < sizeof l->folder - 32;
    (void)snprintf(l->documents_folder, sizeof l->documents_folder, "%.*s/documents", PATH - 32, l->folder);
    (void)snprintf(permissions, sizeof permissions, "%.*s/permissions", PATH - 32, l->folder);
    if (!fits) {
        lookups_close(l);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    }
    if ((access == LOOKUP_WRITE && !folder_make(l->folder, NULL, w)) ||
        !document_set_open(l->documents_folder, access, &l->documents, w) ||
        !lookup_exact_open(permissions, access, true, NULL, &l->permissions, w)) {
        lookups_close(l);
        return false;
    }
    {
        char lists[PATH + 16];

        (void)snprintf(lists, sizeof lists, "%s/lists", l->folder);
        l->lists = list_desk_new(lists);
    }
    add_states(l, g);
    name_cursor(document_set_exact(l->documents), "documents", l->documents_cursor);
    name_cursor(l->permissions, "revoked", l->revoked_cursor);
    *ret = l;
    return true;
}

void lookups_close(struct lookups *l)
{
    if (!l)
        return;
    document_set_close(l->documents);
    lookup_exact_close(l->permissions);
    list_desk_free(l->lists);
    free(l);
}

struct document_set *lookups_documents(struct lookups *l)
{
    return l->documents;
}

const char *lookups_documents_folder(const struct lookups *l)
{
    return l->documents_folder;
}

struct lookup_exact *lookups_permissions(struct lookups *l)
{
    return l->permissions;
}

struct list_desk *lookups_lists(struct lookups *l)
{
    return l->lists;
}

static size_t of_state(const struct lookups *l, struct span state)
{
    size_t i = 0;

    while (i < l->n && !span_eq_str(state, l->of[i].state))
        i++;
    return i;
}

unix_time lookups_age(const struct lookups *l, struct span state)
{
    size_t i = of_state(l, state);

    return i < l->n ? atomic_load(&l->of[i].looked) : 0;
}

/* For whoever makes compact sets of them: the log looked at longest ago, once a minute. */
static void say_revoked_age(struct lookups *l, unix_time looked)
{
    char path[PATH + 16], text[32];
    int n = snprintf(text, sizeof text, "%lld\n", (long long)looked);

    if (looked == INT64_MAX || (looked >= l->said && looked < l->said + 60))
        return;
    (void)snprintf(path, sizeof path, "%s/permissions", l->folder);
    if (file_replace(path, "looked", span_of(text, (size_t)n), NULL, NULL))
        l->said = looked;
}

unix_time lookups_revoked_age(const char *folder)
{
    char path[PATH];
    long long looked = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/permissions/looked", folder);
    f = fopen(path, "re");
    if (!f || fscanf(f, "%19lld", &looked) != 1 || looked < 0)
        looked = 0;
    if (f)
        (void)fclose(f);
    return looked;
}

void lookups_aged(struct lookups *l, const struct replica_row *row, size_t n, const struct roster *r,
                  bool told, struct span owns)
{
    unix_time looked[STATES] = { 0 }, revoked = INT64_MAX;

    for (size_t i = 0; i < n; i++) {
        const struct roster_member *m = roster_of_origin(r, row[i].origin);
        struct origin o;
        size_t k;

        if (!m || !origin_parse(row[i].origin, &o, NULL))
            continue;
        if (span_eq_str(o.stream, REVOCATION_STREAM) && row[i].looked < revoked)
            revoked = row[i].looked;
        if (!span_eq_str(o.stream, DOCUMENTS_STREAM))
            continue;
        k = of_state(l, m->state);
        /* Of shards the open one is looked at; the closed ones stay as they are. */
        if (k < l->n && row[i].looked > looked[k])
            looked[k] = told && !row[i].fork.n ? row[i].looked : AGE_UNKNOWN;
    }
    for (size_t k = 0; k < l->n; k++) {
        bool own = owns.n && span_eq_str(owns, l->of[k].state);
        unix_time was = atomic_load(&l->of[k].looked);

        /* What was handed over before stays as old as it was. */
        if (own)
            atomic_store(&l->of[k].looked, INT64_MAX);
        else if (looked[k] > was || (looked[k] && !was))
            atomic_store(&l->of[k].looked, looked[k]);
    }
    if (told && n)
        say_revoked_age(l, revoked);
}

/* The State's own list, and of vehicles and containers the oldest of all lists there are. */
static unix_time age_for(const struct lookups *l, struct span state, enum document_kind kind)
{
    unix_time oldest = 0;

    if (!document_kind_is_object(kind))
        return lookups_age(l, state);
    for (size_t i = 0; i < l->n; i++) {
        unix_time t = atomic_load(&l->of[i].looked);

        if (t && (!oldest || t < oldest))
            oldest = t;
    }
    return oldest;
}

static void ask_lists(void *ctx, struct span state, enum document_kind kind,
                      const struct document_number *number, bool confused, unix_time now,
                      struct document_answer *out, unix_time *as_of)
{
    struct lookups *l = ctx;
    struct lookup_answer a;

    document_set_ask(l->documents, state, kind, number, confused, out);
    *as_of = age_for(l, state, kind);
    if (*as_of > now)
        *as_of = now;
    a = lookup_aged((struct lookup_answer){ out->state, 0, *as_of }, now, l->stale_after);
    out->state = a.state;
    if (*as_of == AGE_UNKNOWN)
        *as_of = 0;
}

struct document_lookup lookups_ask(struct lookups *l)
{
    return (struct document_lookup){ .ask = ask_lists, .ctx = l };
}

/* ---- what arrives ---- */

/* A list counts when it is published: it must not wait for witnesses while a stolen passport travels, nor
 * must a withdrawal while its holder stands at the lane. */
static enum sync_needs published(void *ctx, struct span type)
{
    (void)ctx;
    (void)type;
    return SYNC_PUBLISHED;
}

/* What gives a permission back waits for witnesses; what stops one does not. */
static enum sync_needs stopped_at_once(void *ctx, struct span type)
{
    (void)ctx;
    return span_eq_str(type, REVOCATION_TYPE) ? SYNC_PUBLISHED : SYNC_WITNESSED;
}

struct batch {
    struct document_entry e[DOCUMENTS_RECORD];
    size_t n;
};

static bool collect(void *ctx, const struct document_entry *e, struct why *w)
{
    struct batch *b = ctx;

    (void)w;
    b->e[b->n++] = *e;
    return true;
}

/* The State is the one whose log it is. A record of another form is nobody's, and is not waited for. */
static bool take_documents(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;
    struct lookups *l = v->s->f->o.instance->lookups;
    bool listed = span_eq_str(r->leaf->type, DOCUMENTS_LISTED);
    struct batch *b;
    bool ok = true;

    if (r->erased || (!listed && !span_eq_str(r->leaf->type, DOCUMENTS_WITHDRAWN)))
        return true;
    b = calloc(1, sizeof *b);
    if (!b)
        abort();
    if (documents_read(r->body, listed, collect, b, NULL))
        ok = document_set_take(l->documents, r->owner, b->e, b->n, w);
    free(b);
    return ok;
}

bool lookups_take_revocation(struct lookups *l, struct span owner, struct span type, struct span body,
                             struct why *w)
{
    bool lifted = span_eq_str(type, REVOCATION_LIFTED);
    struct lookup_change c = { .gone = lifted };
    struct permission_revocation r;

    if ((!lifted && !span_eq_str(type, REVOCATION_TYPE)) || !revocation_parse(body, &r, NULL))
        return true;
    /* Plain: the compact sets made of it are the same wherever they are made. */
    c.print = revocation_print((struct span){ NULL, 0 }, owner, r.number);
    c.value = revocation_value(r.on);
    return lookup_exact_change(l->permissions, &c, 1, w);
}

static bool take_revocation(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;

    return r->erased ||
           lookups_take_revocation(v->s->f->o.instance->lookups, r->owner, r->leaf->type, r->body, w);
}

size_t lookups_consumers(struct sync_consumer_view *v, struct sync_consumer *out)
{
    if (!v->s->f->o.instance->lookups)
        return 0;
    out[0] = (struct sync_consumer){ .name = v->s->f->o.instance->lookups->documents_cursor,
                                     .stream = DOCUMENTS_STREAM,
                                     .needs = published,
                                     .take = take_documents,
                                     .ctx = v };
    out[1] = (struct sync_consumer){ .name = v->s->f->o.instance->lookups->revoked_cursor,
                                     .stream = REVOCATION_STREAM,
                                     .needs = stopped_at_once,
                                     .take = take_revocation,
                                     .ctx = v };
    return 2;
}

static bool tidy(struct lookup_exact *x, struct why *w)
{
    return !lookup_exact_is_due(x) || lookup_exact_compact(x, w);
}

bool lookups_tidy(struct lookups *l, struct why *w)
{
    return tidy(document_set_exact(l->documents), w) && tidy(l->permissions, w);
}

bool lookups_warm(struct lookups *l, bool (*ending)(void *ctx), void *ctx, struct why *w)
{
    return lookup_exact_warm(document_set_exact(l->documents), ending, ctx, w) &&
           lookup_exact_warm(l->permissions, ending, ctx, w);
}
