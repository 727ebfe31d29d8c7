/* Starts and stops what works with other members, and keeps its threads going. */
#include "node/federation.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "crypto/node_key.h"
#include "node/edges.h"
#include "node/events.h"

enum { STEP_MEMORY = 256 * 1024 * 1024, KEEP_MEMORY = 1 << 20 };

/* A part that is needed here. */
struct federation_running {
    const struct federation_part *part;
    struct federation *f;
    void *state; /* NULL: not needed */
    pthread_mutex_t lock;
    pthread_cond_t poked;
    unsigned pokes; /* counted, so that none is lost while a step runs */
    unix_time stepped, well;
    struct why why;
};

struct federation_thread {
    pthread_t id;
    struct federation_running *of;
};

static int64_t clock_ms(void *ctx)
{
    struct timespec t;

    (void)ctx;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Each reason is told once, until it is over. */
static void note(struct federation_running *r, unix_time now, bool ok, const struct why *w)
{
    bool changed;

    (void)pthread_mutex_lock(&r->lock);
    r->stepped = now;
    if (ok)
        r->well = now;
    changed = ok ? r->why.reason != NULL : !r->why.reason || strcmp(r->why.reason, w->reason) != 0;
    r->why = *w;
    (void)pthread_mutex_unlock(&r->lock);
    if (changed)
        events_tell(r->f->o.events, EVENTS_FEDERATION);
    if (changed && r->f->o.told)
        r->f->o.told(r->f->o.ctx, r->part->name, ok ? NULL : w);
}

static unsigned step(struct federation_running *r, struct arena *a)
{
    struct federation *f = r->f;
    struct beliefs *b = keeper_take(f->o.keeper);
    const struct federation_step s = {
        .f = f, .beliefs = b, .roster = b->roster, .arena = a, .now = f->o.now(f->o.ctx)
    };
    unsigned again = r->part->seconds;
    struct why w;
    bool ok;

    why_clear(&w);
    ok = r->part->step(r->state, &s, &again, &w);
    keeper_give(f->o.keeper, b);
    note(r, s.now, ok, &w);
    arena_reset(a);
    return again;
}

/* Until the time is over, or somebody poked since *seen. */
static void pause_for(struct federation_running *r, unsigned seconds, unsigned *seen)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)seconds;
    (void)pthread_mutex_lock(&r->lock);
    while (*seen == r->pokes && !federation_ending(r->f) &&
           pthread_cond_timedwait(&r->poked, &r->lock, &until) == 0)
        ;
    *seen = r->pokes;
    (void)pthread_mutex_unlock(&r->lock);
}

static void *run(void *arg)
{
    struct federation_running *r = arg;
    unsigned seen = 0, again;
    struct arena a;

    arena_init(&a, STEP_MEMORY);
    while (!federation_ending(r->f)) {
        again = step(r, &a);
        if (again)
            pause_for(r, again, &seen);
    }
    arena_free(&a);
    return NULL;
}

bool federation_may_sign(const struct federation *f, const struct roster *r, enum sign_what what,
                         struct why *w)
{
    const struct sign_state s = {
        .has_key = what == SIGN_RECORDS ? f->own.folder != NULL : f->restored_witness != NULL,
        .restored = atomic_load(&f->restored) || (what == SIGN_RECORDS ? !f->streams : !f->witness_folder),
        .maintained = f->o.maintenance && access(f->o.maintenance, F_OK) == 0,
        .roster = r,
        .member = f->member
    };

    return may_sign(what, &s, w);
}

bool federation_ending(const struct federation *f)
{
    return atomic_load(&f->ending);
}

static bool read_pem(struct federation *f, const char *path, struct span *out, struct why *w)
{
    bool there = false;

    return file_read(path, TRANSPORT_PEM * 4, &f->arena, out, &there, w) &&
           (there || why_set(w, "transport", WHY_NO_OFFSET, NULL, "%s is not there", path));
}

static bool open_links(struct federation *f, struct why *w)
{
    struct links_options o = { .clock_ms = clock_ms, .random = random_bytes };

    return read_pem(f, f->config->transport_certificate, &o.certificate, w) &&
           read_pem(f, f->config->transport_key, &o.key, w) && links_new(&o, &f->links, w);
}

static const char *path_of(struct federation *f, const char *folder, const char *name)
{
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = arena_alloc(&f->arena, n);

    if (!path)
        abort(); /* the arena holds names of folders and two keys */
    (void)snprintf(path, n, "%s/%s", folder, name);
    return path;
}

/* "NAME/log", "NAME/witness". */
static bool open_key(struct federation *f, const char *place, const char *use, enum note_key_type type,
                     struct signing_key *out, struct why *w)
{
    return signing_key_open(place, span_str(path_of(f, f->config->name, use)), type, NULL, &f->arena, out, w);
}

static bool open_logs(struct federation *f, struct why *w)
{
    const struct node_config *c = f->config;

    if (!c->logs || (!c->log_key && !c->witness_key))
        return true;
    if (!folder_make(c->logs, NULL, w))
        return false;
    f->forks = path_of(f, c->logs, "forks");
    if (c->witness_key) {
        if (!open_key(f, c->witness_key, "witness", NOTE_KEY_COSIGNATURE, &f->witness_key, w))
            return false;
        f->cosigner = f->witness_key.note;
        f->restored_witness = path_of(f, c->logs, "witness");
        if (!f->restored)
            f->witness_folder = f->restored_witness;
    }
    if (!c->log_key)
        return true;
    if (!own_streams_open(c, !f->restored, f->o.now(f->o.ctx), &f->arena, &f->own, w))
        return false;
    f->streams = f->own.streams;
    return !f->restored || folder_make(f->own.folder, NULL, w);
}

static bool open_parts(struct federation *f, struct why *w)
{
    pthread_condattr_t attr;

    f->running = calloc(federation_parts_n, sizeof *f->running);
    if (!f->running)
        abort();
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    for (size_t i = 0; i < federation_parts_n; i++) {
        struct federation_running *r = &f->running[i];

        r->part = federation_parts[i];
        r->f = f;
        (void)pthread_mutex_init(&r->lock, NULL);
        (void)pthread_cond_init(&r->poked, &attr);
    }
    (void)pthread_condattr_destroy(&attr);
    for (size_t i = 0; i < federation_parts_n; i++)
        if (!federation_parts[i]->open(f, &f->running[i].state, w))
            return false;
    return true;
}

static bool start_threads(struct federation *f, struct why *w)
{
    size_t most = 0;

    for (size_t i = 0; i < federation_parts_n; i++)
        most += federation_parts[i]->threads ? federation_parts[i]->threads : 1;
    f->thread = calloc(most, sizeof *f->thread);
    if (!f->thread)
        abort();
    for (size_t i = 0; i < federation_parts_n; i++) {
        unsigned n = federation_parts[i]->threads ? federation_parts[i]->threads : 1;

        for (unsigned k = 0; f->running[i].state && k < n; k++) {
            struct federation_thread *t = &f->thread[f->n_threads];

            t->of = &f->running[i];
            if (pthread_create(&t->id, NULL, run, t->of) != 0)
                return why_set(w, "node", WHY_NO_OFFSET, NULL,
                               "cannot start a thread: raise the limit on processes");
            f->n_threads++;
        }
    }
    return true;
}

bool federation_start(const struct federation_options *o, struct federation **ret, struct why *w)
{
    struct federation *f = calloc(1, sizeof *f);

    if (!f)
        abort();
    f->o = *o;
    f->config = &o->instance->config;
    f->member = span_str(f->config->member);
    f->clock_ms = clock_ms;
    f->restored = o->restored && access(o->restored, F_OK) == 0;
    arena_init(&f->arena, KEEP_MEMORY);
    if (open_links(f, w) && open_logs(f, w) && open_parts(f, w) && start_threads(f, w)) {
        *ret = f;
        return true;
    }
    federation_stop(f);
    return false;
}

void federation_quiesce(struct federation *f)
{
    if (!f)
        return;
    atomic_store(&f->ending, true);
    if (f->links)
        links_cut(f->links);
    federation_poke(f, NULL);
    for (size_t i = 0; i < f->n_threads; i++)
        (void)pthread_join(f->thread[i].id, NULL);
    f->n_threads = 0;
}

void federation_stop(struct federation *f)
{
    if (!f)
        return;
    federation_quiesce(f);
    for (size_t i = 0; f->running && i < federation_parts_n; i++) {
        struct federation_running *r = &f->running[i];

        if (r->state && r->part->close)
            r->part->close(r->state);
        if (r->part) {
            (void)pthread_cond_destroy(&r->poked);
            (void)pthread_mutex_destroy(&r->lock);
        }
    }
    free(f->running);
    free(f->thread);
    own_streams_close(&f->own);
    signing_key_close(&f->witness_key);
    links_free(f->links);
    arena_free(&f->arena);
    free(f);
}

void federation_poke(struct federation *f, const char *name)
{
    for (size_t i = 0; f && f->running && i < federation_parts_n; i++) {
        struct federation_running *r = &f->running[i];

        if (!r->part || (name && strcmp(name, r->part->name) != 0))
            continue;
        (void)pthread_mutex_lock(&r->lock);
        r->pokes++;
        (void)pthread_cond_broadcast(&r->poked);
        (void)pthread_mutex_unlock(&r->lock);
    }
}

void *federation_part_state(const struct federation *f, const char *name)
{
    for (size_t i = 0; i < federation_parts_n; i++)
        if (strcmp(name, federation_parts[i]->name) == 0)
            return f->running[i].state;
    return NULL;
}

size_t federation_report(struct federation *f, struct federation_part_report *out, size_t room)
{
    size_t n = 0;

    for (size_t i = 0; i < federation_parts_n && n < room; i++) {
        struct federation_running *r = &f->running[i];

        if (!r->state)
            continue;
        (void)pthread_mutex_lock(&r->lock);
        out[n++] = (struct federation_part_report){
            .name = r->part->name, .stepped = r->stepped, .well = r->well, .why = r->why
        };
        (void)pthread_mutex_unlock(&r->lock);
    }
    return n;
}

bool federation_log_find(const struct federation *f, const uint8_t hash[32], struct arena *a,
                         struct federation_log *out)
{
    for (size_t i = 0; i < federation_parts_n; i++)
        if (f->running[i].state && federation_parts[i]->find &&
            federation_parts[i]->find(f->running[i].state, hash, a, out))
            return true;
    return false;
}

void federation_log_list(const struct federation *f, struct arena *a,
                         void (*one)(void *ctx, const struct federation_log *l), void *ctx)
{
    for (size_t i = 0; i < federation_parts_n; i++)
        if (f->running[i].state && federation_parts[i]->list)
            federation_parts[i]->list(f->running[i].state, a, one, ctx);
}

/* What a member that does not count is told. */
static bool refuse(const struct roster_member *m, struct why *w)
{
    static const struct {
        const char *reason, *detail;
    } why[] = {
        [ROSTER_UNKNOWN] = { "unknown", "no card of this member is known here" },
        [ROSTER_COUNTS] = { NULL, NULL },
        [ROSTER_SUSPENDED] = { "suspended", "this member is suspended" },
        [ROSTER_WITHDRAWN] = { "withdrawn", "this member has withdrawn" },
        [ROSTER_COMPROMISED] = { "compromised", "the keys of this member are reported as compromised" },
    };

    return why_set(w, why[m->standing].reason, WHY_NO_OFFSET, NULL, "%.*s: %s", (int)m->state.n,
                   (const char *)m->state.p, why[m->standing].detail);
}

static bool look_up(const struct roster *r, const uint8_t pin[TRANSPORT_PIN], char member[8], struct why *w)
{
    const struct roster_member *m = r ? roster_of_transport(r, pin) : NULL;

    if (!m)
        return why_set(w, "stranger", WHY_NO_OFFSET, NULL,
                       "the key of this certificate is no member's transport key here");
    if (!roster_counts(m))
        return refuse(m, w);
    (void)snprintf(member, 8, "%.*s", (int)m->state.n, (const char *)m->state.p);
    return true;
}

bool federation_member(struct federation *f, const uint8_t pin[TRANSPORT_PIN], char member[8], struct why *w)
{
    struct beliefs *b = keeper_take(f->o.keeper);
    bool ok = look_up(b->roster, pin, member, w);

    keeper_give(f->o.keeper, b);
    if (ok)
        link_heard(f->links, span_str(member));
    return ok;
}

bool federation_edge(struct federation *f, const uint8_t pin[TRANSPORT_PIN], char member[8], struct why *w)
{
    struct span text = { 0 }, name;
    struct why bad;
    struct arena a;
    bool there = false, ok;

    why_clear(&bad);
    arena_init(&a, 2 * EDGES_BYTES);
    ok = f->config->edges && file_read(f->config->edges, EDGES_BYTES, &a, &text, &there, &bad) && there &&
         edges_find(text, pin, &name, &bad);
    arena_free(&a);
    if (ok)
        (void)snprintf(member, 8, "%.*s", (int)f->member.n, (const char *)f->member.p);
    else if (bad.reason)
        (void)why_set(w, bad.reason, bad.offset, NULL, "the file of edges: %s", bad.detail);
    else
        (void)why_set(w, "stranger", WHY_NO_OFFSET, NULL,
                      "the key of this certificate is no member's transport key here");
    return ok;
}
