/* What the library holds: a pure function over all records. */
#include <stdlib.h>

#include "cacao/cacao.h"
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/library.h"

/* Its id, version and whether it is revoked; the rest of what was parsed is given back. */
static bool read_version(const struct coop_record *r, struct arena *a, struct library_version *out)
{
    struct cacao c;
    struct arena one;
    struct why w = { 0 };
    bool ok;

    arena_init(&one, 32u << 20);
    ok = cacao_read(coop_text(r, "playbook"), &one, &c, &w);
    if (ok)
        *out = (struct library_version){
            .r = r, .id = arena_copy(a, c.id), .modified = arena_copy(a, c.modified), .revoked = c.revoked
        };
    arena_free(&one);
    return ok && out->id.n && out->modified.n;
}

static int same_title(const struct library_version *x, const struct library_version *y)
{
    int c = span_cmp(x->r->member, y->r->member);

    return c ? c : span_cmp(x->id, y->id);
}

static int in_order(const void *a, const void *b)
{
    const struct library_version *x = a, *y = b;
    int c = same_title(x, y);

    c = c ? c : span_cmp(x->modified, y->modified);
    c = c ? c : (x->r->at > y->r->at) - (x->r->at < y->r->at);
    return c ? c : memcmp(x->r->id, y->r->id, COOP_ID);
}

/* One version has one content: the first that was said. */
static void drop_twins(struct library *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n_version; i++) {
        if (n && same_title(&l->version[n - 1], &l->version[i]) == 0 &&
            span_eq(l->version[n - 1].modified, l->version[i].modified))
            coop_refuse(&l->refused, l->version[i].r, "version",
                        "This version of the playbook was published before.");
        else
            l->version[n++] = l->version[i];
    }
    l->n_version = n;
}

static void make_titles(struct library *l)
{
    for (size_t i = 0; i < l->n_version; i++) {
        struct library_version *v = &l->version[i];

        if (!i || same_title(v - 1, v) != 0)
            l->title[l->n_title++] = (struct library_title){ .owner = v->r->member, .id = v->id };
        v->title = l->n_title - 1;
        l->title[v->title].newest = v;
        l->title[v->title].versions++;
    }
}

static struct library_title *title_of(const struct library *l, struct span owner, struct span id)
{
    for (size_t i = 0; i < l->n_title; i++)
        if (span_eq(l->title[i].owner, owner) && span_eq(l->title[i].id, id))
            return &l->title[i];
    return NULL;
}

const struct library_version *library_find(const struct library *l, struct span owner, struct span id,
                                           struct span version)
{
    const struct library_title *t = title_of(l, owner, id);

    if (!t || !version.n)
        return t ? t->newest : NULL;
    for (size_t i = 0; i < l->n_version; i++)
        if (&l->title[l->version[i].title] == t && span_eq(l->version[i].modified, version))
            return &l->version[i];
    return NULL;
}

static void take_withdrawn(struct library *l, const struct coop_record *r)
{
    struct library_title *t = title_of(l, r->member, coop_text(r, "playbook_id"));

    if (!t)
        coop_refuse(&l->refused, r, "unknown", "No playbook of that member with that id is here.");
    else if (!t->withdrawn || t->withdrawn->at < r->at)
        t->withdrawn = r;
}

static struct library_user *user_of(struct library_title *t, struct span member)
{
    for (size_t i = 0; i < t->n_user; i++)
        if (span_eq(t->user[i].member, member))
            return &t->user[i];
    if (t->n_user == LIBRARY_USERS)
        return NULL;
    t->user[t->n_user] = (struct library_user){ .member = member };
    return &t->user[t->n_user++];
}

static void count_use(struct library_user *u, const struct coop_record *r)
{
    unix_time used = coop_time(r, "used");

    u->times++;
    u->minutes += (uint64_t)coop_number(r, "minutes");
    u->last = used > u->last ? used : u->last;
    for (size_t i = 0; i < LIBRARY_OUTCOMES; i++)
        u->outcome[i] += span_eq_str(coop_text(r, "outcome"), coop_used_outcomes[i]);
}

static void take_used(struct library *l, const struct coop_record *r)
{
    struct span owner = coop_text(r, "owner"), id = coop_text(r, "playbook_id");
    const struct library_version *v = library_find(l, owner, id, coop_text(r, "version"));
    struct library_title *t = title_of(l, owner, id);
    unix_time used = coop_time(r, "used");
    struct library_user *u;

    if (!t || !v)
        coop_refuse(&l->refused, r, t ? "version" : "unknown", "That playbook or version is not here.");
    else if (!coop_is_for(v->r, r->member))
        coop_refuse(&l->refused, r, "not-asked", "The playbook is not for the member that says it used it.");
    else if (used > r->at)
        coop_refuse(&l->refused, r, "order", "It was used later than it was told.");
    else if (t->gone && t->withdrawn && used > t->withdrawn->at)
        coop_refuse(&l->refused, r, "withdrawn", "It was used after it was withdrawn.");
    else if (!(u = user_of(t, r->member)))
        coop_refuse(&l->refused, r, "too-large", "Too many members used it.");
    else
        count_use(u, r);
}

static void settle(struct library_title *t)
{
    t->gone = t->newest->revoked || (t->withdrawn && t->withdrawn->at >= t->newest->r->at);
}

bool library_make(const struct coop_set *s, struct arena *a, struct library *out, struct why *w)
{
    struct library l = { .refused = { .a = a } };

    l.version = arena_array(a, s->n + 1, sizeof *l.version);
    if (!l.version)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < s->n; i++) {
        if (s->item[i]->kind != COOP_PLAYBOOK)
            continue;
        if (read_version(s->item[i], a, &l.version[l.n_version]))
            l.n_version++;
        else
            coop_refuse(&l.refused, s->item[i], "playbook", "It is no playbook with an id and a version.");
    }
    if (l.n_version)
        qsort(l.version, l.n_version, sizeof *l.version, in_order);
    drop_twins(&l);
    l.title = arena_array(a, l.n_version + 1, sizeof *l.title);
    if (!l.title)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    make_titles(&l);
    for (size_t i = 0; i < s->n; i++)
        if (s->item[i]->kind == COOP_PLAYBOOK_WITHDRAWN)
            take_withdrawn(&l, s->item[i]);
    for (size_t i = 0; i < l.n_title; i++)
        settle(&l.title[i]);
    for (size_t i = 0; i < s->n; i++)
        if (s->item[i]->kind == COOP_PLAYBOOK_USED)
            take_used(&l, s->item[i]);
    if (l.refused.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = l;
    return true;
}
