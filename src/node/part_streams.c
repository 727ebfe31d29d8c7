/* The logs that this member publishes: what is due on them, and where their files are. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/digest.h"
#include "log/roster_policy.h"
#include "node/federation.h"

enum { INDEX_SECONDS = 10, EXPIRE_SECONDS = 60 * 60, LOGS = 4096 };

struct own_log {
    uint8_t hash[32];
    char origin[ORIGIN_MAX + 1];
};

struct own_logs {
    struct federation *f;
    char folder[LIMIT_LOG_PATH];
    pthread_mutex_t lock; /* of what follows */
    size_t n;
    struct own_log *log;
    unix_time expired;
    bool asked; /* the streams know their witnesses: */
    uint8_t digest[32];
};

static void add(struct own_logs *o, const char *stream, const char *audience, const char *shard)
{
    struct own_log *l = o->log ? &o->log[o->n] : NULL;
    struct digest d;
    struct origin parsed;
    struct why w;
    int n =
        l ? snprintf(l->origin, sizeof l->origin, "%s/%s/%s/%s", o->f->config->name, stream, audience, shard)
          : 0;

    why_clear(&w);
    if (n <= 0 || (size_t)n >= sizeof l->origin || !origin_parse(span_str(l->origin), &parsed, &w))
        return;
    digest_of(DIGEST_SHA256, span_str(l->origin), &d);
    memcpy(l->hash, d.b, sizeof l->hash);
    o->n++;
}

static DIR *open_below(const struct own_logs *o, const char *a, const char *b)
{
    char path[LIMIT_LOG_PATH + 600];

    (void)snprintf(path, sizeof path, "%s/%s/%s", o->folder, a, b);
    return opendir(path);
}

static void look_at(struct own_logs *o, const char *stream, const char *audience)
{
    DIR *shards = open_below(o, stream, audience);
    const struct dirent *e;

    while (shards && o->n < LOGS && (e = readdir(shards)))
        if (e->d_name[0] != '.')
            add(o, stream, audience, e->d_name);
    if (shards)
        (void)closedir(shards);
}

/* FOLDER/STREAM/AUDIENCE/SHARD: also those of years that are over, which streams_states leaves out. */
static void look(struct own_logs *o)
{
    DIR *streams = opendir(o->folder), *audiences;
    const struct dirent *s, *e;

    o->n = 0;
    while (streams && (s = readdir(streams))) {
        if (s->d_name[0] == '.')
            continue;
        audiences = open_below(o, s->d_name, "");
        while (audiences && (e = readdir(audiences)))
            if (e->d_name[0] != '.')
                look_at(o, s->d_name, e->d_name);
        if (audiences)
            (void)closedir(audiences);
    }
    if (streams)
        (void)closedir(streams);
}

static bool own_open(struct federation *f, void **state, struct why *w)
{
    struct own_logs *o;

    if (!f->streams)
        return true;
    o = calloc(1, sizeof *o);
    if (!o || !(o->log = calloc(LOGS, sizeof *o->log)))
        abort();
    o->f = f;
    (void)pthread_mutex_init(&o->lock, NULL);
    *state = o;
    if ((size_t)snprintf(o->folder, sizeof o->folder, "%s/own", f->config->logs) >= sizeof o->folder)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    look(o);
    return true;
}

static void own_close(void *state)
{
    struct own_logs *o = state;

    (void)pthread_mutex_destroy(&o->lock);
    free(o->log);
    free(o);
}

/* Who cosigns changes with the roster. */
static bool set_witnesses(struct own_logs *o, const struct federation_step *s, struct why *w)
{
    char origin[ORIGIN_MAX];
    struct policy *p;
    struct why unmet;

    if (!s->roster || (o->asked && memcmp(o->digest, s->roster->digest, sizeof o->digest) == 0))
        return true;
    (void)snprintf(origin, sizeof origin, "%s/index/all/2026", o->f->config->name);
    p = arena_alloc(s->arena, sizeof *p);
    why_clear(&unmet);
    if (!p || (!roster_policy(s->roster, span_str(origin), s->arena, p, &unmet) &&
               strcmp(unmet.reason, "quorum") != 0))
        return why_set(w, unmet.reason ? unmet.reason : "roster", WHY_NO_OFFSET, NULL, "%s", unmet.detail);
    streams_witnesses(s->f->streams, p);
    memcpy(o->digest, s->roster->digest, sizeof o->digest);
    o->asked = true;
    return true;
}

static bool own_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct own_logs *o = state;
    struct why shut = { 0 };
    size_t gone;
    bool ok = set_witnesses(o, s, w);

    (void)again;
    if (!federation_may_sign(s->f, s->roster, SIGN_RECORDS, &shut)) {
        if (strcmp(shut.reason, "maintenance") == 0)
            return true; /* which whoever set it knows */
        return why_set(w, shut.reason, shut.offset, shut.clause, "%s", shut.detail);
    }
    ok = streams_turn(s->f->streams, s->now, INDEX_SECONDS, w) && ok;
    if (s->now - o->expired >= EXPIRE_SECONDS) {
        ok = streams_expire(s->f->streams, s->now, &gone, w) && ok;
        o->expired = s->now;
    }
    return ok;
}

/* A log that is not known may have begun a moment ago. */
static const struct own_log *find(struct own_logs *o, const uint8_t hash[32])
{
    for (unsigned again = 0; again < 2; again++) {
        for (size_t i = 0; i < o->n; i++)
            if (memcmp(o->log[i].hash, hash, 32) == 0)
                return &o->log[i];
        if (again == 0)
            look(o);
    }
    return NULL;
}

static void fill(const struct own_logs *o, const struct own_log *l, struct arena *a,
                 struct federation_log *out)
{
    size_t skip = strlen(o->f->config->name), n = strlen(o->folder) + strlen(l->origin) + 2;
    char *path = arena_alloc(a, n);

    if (path)
        (void)snprintf(path, n, "%s%s", o->folder, l->origin + skip);
    *out = (struct federation_log){ .origin = arena_copy(a, span_str(l->origin)),
                                    .owner = o->f->member,
                                    .folder = path ? path : "",
                                    .own = true };
}

static bool own_find(void *state, const uint8_t hash[32], struct arena *a, struct federation_log *out)
{
    struct own_logs *o = state;
    const struct own_log *l;

    (void)pthread_mutex_lock(&o->lock);
    l = find(o, hash);
    if (l)
        fill(o, l, a, out);
    (void)pthread_mutex_unlock(&o->lock);
    return l != NULL;
}

static void own_list(void *state, struct arena *a, void (*one)(void *ctx, const struct federation_log *l),
                     void *ctx)
{
    struct own_logs *o = state;
    struct federation_log l;

    (void)pthread_mutex_lock(&o->lock);
    look(o);
    for (size_t i = 0; o->log && i < o->n; i++) {
        fill(o, &o->log[i], a, &l);
        one(ctx, &l);
    }
    (void)pthread_mutex_unlock(&o->lock);
}

const struct federation_part streams_part = { .name = "streams",
                                              .seconds = 1,
                                              .open = own_open,
                                              .step = own_step,
                                              .close = own_close,
                                              .find = own_find,
                                              .list = own_list };
