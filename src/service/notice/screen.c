#include "service/notice/screen_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "files/durable.h"

/* Memory of one search at a time. */
struct seat {
    struct seat *next;
    struct names_searcher *searcher;
    struct names_found found;
    struct screen_hit hit[NAMES_HITS]; /* the best so far */
};

bool screen_open(const char *folder, struct screen **ret, struct why *w)
{
    struct screen *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    if ((size_t)snprintf(s->folder, sizeof s->folder, "%s", folder) >= sizeof s->folder - 64) {
        free(s);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    }
    (void)pthread_mutex_init(&s->changing, NULL);
    (void)pthread_mutex_init(&s->seating, NULL);
    *ret = s;
    return true;
}

void screen_close(struct screen *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++) {
        names_index_close(s->shelf[i].index);
        screen_documents_free(s->shelf[i].documents);
        (void)pthread_rwlock_destroy(&s->shelf[i].lock);
    }
    while (s->free) {
        struct seat *next = s->free->next;

        names_searcher_free(s->free->searcher);
        free(s->free);
        s->free = next;
    }
    names_close(s->names);
    (void)pthread_mutex_destroy(&s->changing);
    (void)pthread_mutex_destroy(&s->seating);
    free(s);
}

/* ---- shelves ---- */

struct shelf *screen_shelf_of(struct screen *s, const char *name)
{
    size_t n = atomic_load(&s->n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(s->shelf[i].name, name) == 0)
            return &s->shelf[i];
    return NULL;
}

bool screen_no_shelf(struct why *w, const char *name)
{
    return why_set(w, "shelf", WHY_NO_OFFSET, NULL, "there is no shelf %s", name);
}

static bool name_ok(const char *name)
{
    size_t n = strlen(name);

    return n >= 1 && n <= SCREEN_SHELF_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

static void file_path(const struct screen *s, const char *name, const char *kind, char out[SCREEN_PATH])
{
    (void)snprintf(out, SCREEN_PATH, "%.*s/%s.%s", SCREEN_PATH - 64, s->folder, name, kind);
}

/* Whoever puts the first name on a shelf waits for all scripts, so that no traveller does. */
static bool tables(struct screen *s, struct why *w)
{
    if (s->names)
        return true;
    s->names = names_open(w);
    if (s->names)
        names_warm(s->names);
    return s->names != NULL;
}

/* What is not there yet is an empty image, and then no document has been listed either. */
static bool open_index(struct screen *s, const char *name, struct names_index **ret,
                       struct screen_documents **documents, struct why *w)
{
    char path[SCREEN_PATH];
    struct names_build *b;
    bool ok = true, fresh;

    file_path(s, name, "names", path);
    fresh = access(path, F_OK) != 0;
    if (fresh) {
        b = names_build_new(s->names);
        ok = folder_make(s->folder, NULL, w) && names_build_write(b, path, w);
        names_build_free(b);
    }
    if (!ok || !names_index_open(s->names, path, ret, w))
        return false;
    file_path(s, name, "documents", path);
    if (screen_documents_open(path, fresh, documents, w))
        return true;
    names_index_close(*ret);
    return false;
}

static bool add_shelf(struct screen *s, const char *name, unsigned uses, struct why *w)
{
    size_t n = atomic_load(&s->n);
    struct shelf *x = &s->shelf[n < SCREEN_SHELVES ? n : 0];
    struct screen_documents *documents = NULL;
    struct names_index *index = NULL;
    pthread_rwlockattr_t attr;

    if (n == SCREEN_SHELVES)
        return why_set(w, "shelf", WHY_NO_OFFSET, NULL, "there are %d shelves already", SCREEN_SHELVES);
    if (!tables(s, w) || !open_index(s, name, &index, &documents, w))
        return false;
    (void)snprintf(x->name, sizeof x->name, "%s", name);
    (void)pthread_rwlockattr_init(&attr);
    (void)pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    (void)pthread_rwlock_init(&x->lock, &attr);
    (void)pthread_rwlockattr_destroy(&attr);
    x->index = index;
    x->documents = documents;
    atomic_store(&x->uses, uses);
    atomic_store(&s->n, n + 1);
    return true;
}

bool screen_shelf(struct screen *s, const char *name, unsigned uses, struct why *w)
{
    struct shelf *x;
    bool ok = true;

    if (!name_ok(name))
        return why_set(w, "shelf", WHY_NO_OFFSET, NULL,
                       "a shelf is named with small letters, digits and hyphens");
    (void)pthread_mutex_lock(&s->changing);
    x = screen_shelf_of(s, name);
    if (x)
        atomic_store(&x->uses, uses);
    else
        ok = add_shelf(s, name, uses, w);
    (void)pthread_mutex_unlock(&s->changing);
    return ok;
}

bool screen_serves(const struct screen *s, unsigned uses)
{
    size_t n = atomic_load(&s->n);

    for (size_t i = 0; i < n; i++)
        if (atomic_load(&s->shelf[i].uses) & uses)
            return true;
    return false;
}

size_t screen_facts(struct screen *s, struct screen_facts out[SCREEN_SHELVES])
{
    size_t n = atomic_load(&s->n);

    for (size_t i = 0; i < n; i++) {
        struct shelf *x = &s->shelf[i];

        memcpy(out[i].name, x->name, sizeof x->name);
        out[i].uses = atomic_load(&x->uses);
        (void)pthread_rwlock_rdlock(&x->lock);
        names_index_facts(x->index, &out[i].names);
        out[i].documents = screen_documents_count(x->documents);
        out[i].whole = screen_documents_whole(x->documents);
        (void)pthread_rwlock_unlock(&x->lock);
    }
    return n;
}

const struct names *screen_names(const struct screen *s)
{
    return s->names;
}

bool screen_tables(struct screen *s, const struct names **ret, struct why *w)
{
    bool ok;

    (void)pthread_mutex_lock(&s->changing);
    ok = tables(s, w);
    (void)pthread_mutex_unlock(&s->changing);
    if (ok)
        *ret = s->names;
    return ok;
}

/* ---- what stands on a shelf ---- */

bool screen_put(struct screen *s, const char *shelf, const struct names_entry *e, size_t n, struct why *w)
{
    struct shelf *x;
    bool ok;

    (void)pthread_mutex_lock(&s->changing);
    x = screen_shelf_of(s, shelf);
    ok = x ? names_index_add(x->index, e, n, w) : screen_no_shelf(w, shelf);
    (void)pthread_mutex_unlock(&s->changing);
    return ok;
}

bool screen_put_documents(struct screen *s, const char *shelf, struct span id,
                          const struct screen_document *d, size_t n, struct why *w)
{
    struct shelf *x;
    bool ok;

    (void)pthread_mutex_lock(&s->changing);
    x = screen_shelf_of(s, shelf);
    ok = x ? screen_documents_put(x->documents, id, d, n, w) : screen_no_shelf(w, shelf);
    (void)pthread_mutex_unlock(&s->changing);
    return ok;
}

bool screen_drop(struct screen *s, const char *shelf, struct span id, struct why *w)
{
    struct shelf *x;
    struct why once;
    bool ok;

    why_clear(&once);
    (void)pthread_mutex_lock(&s->changing);
    x = screen_shelf_of(s, shelf);
    ok = x ? (!screen_documents_whole(x->documents) ||
              screen_documents_put(x->documents, id, NULL, 0, &once)) &&
                 names_index_remove(x->index, id, &once)
           : screen_no_shelf(&once, shelf);
    (void)pthread_mutex_unlock(&s->changing);
    if (ok || strcmp(once.reason, "absent") == 0)
        return true;
    *w = once;
    return false;
}

bool screen_due(struct screen *s, const char *shelf)
{
    struct shelf *x = screen_shelf_of(s, shelf);
    struct names_facts f;

    if (!x)
        return false;
    (void)pthread_rwlock_rdlock(&x->lock);
    names_index_facts(x->index, &f);
    (void)pthread_rwlock_unlock(&x->lock);
    return f.added + f.removed > SCREEN_CHANGES;
}

bool screen_build_begin(struct screen *s, struct names_build **ret, struct why *w)
{
    bool ok;

    (void)pthread_mutex_lock(&s->changing);
    ok = tables(s, w);
    (void)pthread_mutex_unlock(&s->changing);
    if (ok)
        *ret = names_build_new(s->names);
    return ok;
}

/* d is the shelf's when it returns true. */
static bool replace(struct screen *s, struct shelf *x, struct names_build *b, struct screen_documents *d,
                    struct why *w)
{
    struct screen_documents *before = x->documents;
    struct names_index *fresh = NULL, *old;
    char path[SCREEN_PATH], changes[SCREEN_PATH + 16];

    file_path(s, x->name, "names", path);
    (void)snprintf(changes, sizeof changes, "%s.changes", path);
    if (!names_build_write(b, path, w))
        return false;
    /* The image has all of them. An equal image would take them for its own, with what was erased since. */
    (void)unlink(changes);
    if (!names_index_open(s->names, path, &fresh, w))
        return false;
    file_path(s, x->name, "documents", path);
    if (!screen_documents_write(d, path, w)) {
        names_index_close(fresh);
        return false;
    }
    (void)pthread_rwlock_wrlock(&x->lock);
    old = x->index;
    x->index = fresh;
    x->documents = d;
    (void)pthread_rwlock_unlock(&x->lock);
    names_index_close(old);
    screen_documents_free(before);
    return true;
}

bool screen_build_end(struct screen *s, const char *shelf, struct names_build *b, struct screen_documents *d,
                      struct why *w)
{
    struct shelf *x;
    bool ok;

    if (!d)
        d = screen_documents_new();
    (void)pthread_mutex_lock(&s->changing);
    x = screen_shelf_of(s, shelf);
    ok = x ? replace(s, x, b, d, w) : screen_no_shelf(w, shelf);
    (void)pthread_mutex_unlock(&s->changing);
    names_build_free(b);
    if (!ok)
        screen_documents_free(d);
    return ok;
}

/* ---- asking ---- */

static struct seat *sit(struct screen *s)
{
    struct seat *x;

    (void)pthread_mutex_lock(&s->seating);
    x = s->free;
    if (x)
        s->free = x->next;
    (void)pthread_mutex_unlock(&s->seating);
    if (x)
        return x;
    x = calloc(1, sizeof *x);
    if (!x)
        abort();
    x->searcher = names_searcher_new();
    return x;
}

static void stand(struct screen *s, struct seat *x)
{
    (void)pthread_mutex_lock(&s->seating);
    x->next = s->free;
    s->free = x;
    (void)pthread_mutex_unlock(&s->seating);
}

struct asking {
    const struct screen_question *q;
    struct arena *a;
    struct screen_found out;
    float least;
    size_t top;
};

/* Namesakes are kept apart by their birth dates: near ones, and those about a year, are none that differ. */
static bool alerts(const struct names_hit *h, float least)
{
    return h->score >= least && !h->weak && h->birth != NAMES_DIFFERS;
}

static bool copy_hit(struct asking *k, const struct shelf *x, const struct names_found *f,
                     const struct names_hit *h, size_t asked, struct screen_hit *to)
{
    struct span id = arena_copy(k->a, h->id);

    if (!id.p)
        return false;
    *to = (struct screen_hit){ .id = id,
                               .score = h->score,
                               .name = h->name,
                               .alerts = alerts(h, k->least),
                               .weak = h->weak,
                               .asked = asked,
                               .birth = h->birth,
                               .sex = h->sex,
                               .country = h->country,
                               .as_asked = f->asked,
                               .as_listed = h->listed,
                               .reasons = h->reasons };
    memcpy(to->shelf, x->name, sizeof to->shelf);
    return true;
}

/* What alerts goes before what does not; then the better score; of equal ones the first found. */
static bool before(const struct screen_hit *a, const struct screen_hit *b)
{
    return a->alerts != b->alerts ? a->alerts : a->score > b->score;
}

/* Into its place; an entity once, by the best of its names. */
static bool take_hit(struct asking *k, const struct shelf *x, const struct names_found *f,
                     const struct names_hit *h, size_t asked)
{
    struct screen_found *o = &k->out;
    struct screen_hit new;
    size_t at;

    if (h->score < k->least)
        return true;
    if (!copy_hit(k, x, f, h, asked, &new))
        return false;
    for (at = 0; at < o->n; at++)
        if (strcmp(o->hit[at].shelf, new.shelf) == 0 && span_eq(o->hit[at].id, new.id))
            break;
    if (at < o->n && !before(&new, &o->hit[at]))
        return true;
    if (at == o->n && o->n < k->top)
        o->n++;
    else if (at == o->n && (at == 0 || !before(&new, &o->hit[--at])))
        return true;
    for (; at > 0 && before(&new, &o->hit[at - 1]); at--)
        o->hit[at] = o->hit[at - 1];
    o->hit[at] = new;
    return true;
}

static bool search(struct asking *k, struct shelf *x, struct seat *seat, size_t i, struct why *w)
{
    const struct names_question q = { .name = k->q->name[i].text,
                                      .schema = k->q->schema,
                                      .about = k->q->about,
                                      .truncated = k->q->name[i].truncated,
                                      .apart = k->q->apart };
    struct names_found *f = &seat->found;
    bool ok;

    (void)pthread_rwlock_rdlock(&x->lock);
    ok = names_search(x->index, seat->searcher, &q, k->top, f, w);
    for (size_t h = 0; ok && h < f->n; h++)
        if (!take_hit(k, x, f, &f->hit[h], i))
            ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    (void)pthread_rwlock_unlock(&x->lock);
    k->out.limited = k->out.limited || (ok && f->limited);
    return ok;
}

static bool said_before(const struct screen_question *q, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (span_eq(q->name[k].text, q->name[i].text) && q->name[k].truncated == q->name[i].truncated)
            return true;
    return false;
}

static bool search_all(struct screen *s, struct asking *k, struct seat *seat, struct why *w)
{
    size_t n = atomic_load(&s->n);

    for (size_t i = 0; i < k->q->n; i++) {
        bool read = false;

        if (said_before(k->q, i))
            continue;
        for (size_t x = 0; x < n; x++) {
            if (!(atomic_load(&s->shelf[x].uses) & k->q->use))
                continue;
            if (!search(k, &s->shelf[x], seat, i, w))
                return false;
            read = true;
        }
        k->out.empty += read && seat->found.asked.n == 0;
    }
    return true;
}

/* What was found out of the seat's memory: a hit is some kilobytes, and mostly there is none. */
static bool keep_hits(struct asking *k, struct why *w)
{
    struct screen_hit *hit = NULL;

    if (k->out.n) {
        hit = arena_array(k->a, k->out.n, sizeof *hit);
        if (!hit)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        memcpy(hit, k->out.hit, k->out.n * sizeof *hit);
    }
    k->out.hit = hit;
    return true;
}

bool screen_ask(struct screen *s, const struct screen_question *q, struct arena *a, struct screen_found *out,
                struct why *w)
{
    struct asking k = { .q = q, .a = a, .least = q->least > 0 ? q->least : SCREEN_OPERATING };
    struct seat *seat;
    bool ok;

    if (!q->purpose.n)
        return why_set(w, "purpose", WHY_NO_OFFSET, NULL, "say why names are looked at");
    if (!q->n || q->n > SCREEN_ASKED || q->top > NAMES_HITS)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "one to %d names are asked for", SCREEN_ASKED);
    if (!screen_serves(s, q->use)) {
        *out = (struct screen_found){ 0 };
        return true;
    }
    k.top = q->top ? q->top : SCREEN_HITS;
    seat = sit(s);
    k.out.hit = seat->hit;
    ok = search_all(s, &k, seat, w) && keep_hits(&k, w);
    stand(s, seat);
    if (ok)
        *out = k.out;
    return ok;
}
