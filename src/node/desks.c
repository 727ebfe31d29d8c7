#include "node/desks.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "crypto/digest.h"
#include "node/ask_put.h"
#include "node/services.h"
#include "seal/signing_key.h"

struct place {
    struct node_config config;
    struct ask_desk desk; /* store NULL: not opened yet */
    struct desks *of;
    struct agreement *agreement; /* its own, when it is not the asker's text */
    struct services *services;   /* behind it */
    struct signing_key key;      /* of its node; zero: it has none */
    pthread_mutex_t lock;        /* of opening */
};

struct desks {
    struct arena arena;
    const struct ask_office *office;
    struct ask_desk own;
    struct services *services;                 /* behind it */
    struct ask_known_key key[LIMIT_DESKS + 1]; /* of the places, and of the office */
    struct ask_key_table keys;
    const struct desks_line *_Atomic line;
    size_t n;
    struct place place[LIMIT_DESKS];
};

/* ---- which there are ---- */

/* A desk without a node key is there, and can answer nothing. */
static bool load_key(struct desks *d, struct place *p, struct why *w)
{
    if (!p->config.node_key)
        return true;
    if (!signing_key_open(p->config.node_key, span_str(p->config.name), NOTE_KEY_ED25519, NULL, &d->arena,
                          &p->key, w))
        return false;
    p->desk.signer = &p->key.signer;
    d->key[d->keys.n] = (struct ask_known_key){ .member = span_str(p->config.member) };
    memcpy(d->key[d->keys.n++].pub, p->key.signer.pub, NODE_PUBLIC_KEY);
    return true;
}

static bool add_place(struct desks *d, const char *folder, const char *name, struct why *w)
{
    struct place *p = &d->place[d->n];
    char path[4096];

    if ((size_t)snprintf(path, sizeof path, "%s/%s/node.conf", folder, name) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (access(path, F_OK) != 0)
        return true;
    if (d->n == LIMIT_DESKS)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "%s: more than %d nodes", folder, LIMIT_DESKS);
    if (!config_load(path, &d->arena, &p->config, w))
        return false;
    for (size_t i = 0; i < d->n; i++)
        if (strcmp(d->place[i].config.member, p->config.member) == 0)
            return why_set(w, "config", WHY_NO_OFFSET, NULL, "%s: two nodes of %s", folder, p->config.member);
    if (!load_key(d, p, w))
        return false;
    (void)pthread_mutex_init(&p->lock, NULL);
    p->of = d;
    d->n++;
    return true;
}

static bool find_places(struct desks *d, const char *folder, struct why *w)
{
    DIR *dir = opendir(folder);
    const struct dirent *e;
    bool ok = true;

    if (!dir)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "desks: cannot open %s: %s", folder,
                       strerrordesc_np(errno));
    while (ok && (e = readdir(dir)))
        ok = e->d_name[0] == '.' || add_place(d, folder, e->d_name, w);
    (void)closedir(dir);
    return ok;
}

bool desks_open(const char *folder, const struct ask_office *office, struct desks **ret, struct why *w)
{
    struct desks *d = calloc(1, sizeof *d);

    if (!d)
        abort();
    arena_init(&d->arena, 64 << 20);
    d->office = office;
    d->keys.key = d->key;
    d->own = (struct ask_desk){ .member = office->member,
                                .agreement = office->agreement,
                                .law = office->law,
                                .store = office->store,
                                .topics = ask_own_topics,
                                .signer = office->signer,
                                .keys = desks_keys(d),
                                .counts = office->counts };
    if (office->signer) {
        d->key[d->keys.n] = (struct ask_known_key){ .member = office->member };
        memcpy(d->key[d->keys.n++].pub, office->signer->pub, NODE_PUBLIC_KEY);
    }
    if (folder && !find_places(d, folder, w)) {
        desks_close(d);
        return false;
    }
    *ret = d;
    return true;
}

void desks_close(struct desks *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->n; i++) {
        store_close(d->place[i].desk.store);
        agreement_free(d->place[i].agreement);
        services_close(d->place[i].services);
        (void)pthread_mutex_destroy(&d->place[i].lock);
        signing_key_close(&d->place[i].key);
    }
    services_close(d->services);
    arena_free(&d->arena);
    free(d);
}

static bool serve(const struct services_config *c, struct services **services, struct ask_desk *desk,
                  struct why *w)
{
    if (*services)
        return true;
    if (!services_open(c, ask_own_topics, services, w))
        return false;
    desk->topics = services_topics(*services);
    desk->ctx = *services;
    return true;
}

bool desks_serve(struct desks *d, const struct services_config *services, struct why *w)
{
    return serve(services, &d->services, &d->own, w);
}

size_t desks_members(const struct desks *d, struct span *out, size_t max)
{
    for (size_t i = 0; i < d->n && i < max; i++)
        out[i] = span_str(d->place[i].config.member);
    return d->n;
}

/* ---- opening one ---- */

static struct agreement *parse_agreement(struct span text, const char *path, struct why *w)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct agreement *g;

    if (!faults)
        abort();
    g = agreement_parse(text, faults);
    for (size_t k = 0; !g && k < faults->n; k++)
        if (!faults->item[k].warning)
            (void)why_set(w, "agreement", WHY_NO_OFFSET, NULL, "%s:%u:%u: %s", path, faults->item[k].line,
                          faults->item[k].column, faults->item[k].message);
    free(faults);
    return g;
}

/* The same bytes as the asker's are parsed once. */
static bool load_agreement(const struct desks *d, struct place *p, struct why *w)
{
    uint8_t *mem = malloc(LIMIT_AGREEMENT + 1);
    FILE *f = fopen(p->config.agreement, "rbe");
    struct digest hash;
    struct span text;
    bool ok = mem && f;

    if (!ok) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s", p->config.agreement);
        goto out;
    }
    text = span_of(mem, fread(mem, 1, LIMIT_AGREEMENT + 1, f));
    digest_of(DIGEST_SHA256, text, &hash);
    if (memcmp(hash.b, agreement_hash(d->office->agreement), 32) == 0) {
        p->desk.agreement = d->office->agreement;
        p->desk.law = d->office->law;
    } else {
        p->agreement = parse_agreement(text, p->config.agreement, w);
        p->desk.agreement = p->agreement;
        ok = p->agreement != NULL;
    }
out:
    if (f)
        (void)fclose(f);
    free(mem);
    return ok;
}

/* What could not be opened, because another process has it, is tried again with the next question. */
static bool open_place(const struct desks *d, struct place *p, struct why *w)
{
    struct store_options opt;
    bool ok;

    config_store(&p->config, &opt);
    (void)pthread_mutex_lock(&p->lock);
    p->desk.member = span_str(p->config.member);
    p->desk.keys = desks_keys(p->of);
    ok = serve(&p->config.services, &p->services, &p->desk, w) &&
         (p->desk.agreement || load_agreement(d, p, w)) &&
         (p->desk.store || store_open(&opt, &p->desk.store, w));
    (void)pthread_mutex_unlock(&p->lock);
    return ok;
}

static bool carry_there(struct desks *d, struct span to, struct span question, unix_time until,
                        struct arena *a, struct span *answer, struct why *w)
{
    const struct ask_office *o = d->office;
    struct ask_desks one = { .from = o->member, .desk = &d->own, .n = 1, .now = o->now, .ctx = o->ctx };
    struct ask_carrier c = ask_desks_carrier(&one);
    const struct desks_line *line = atomic_load(&d->line);

    for (size_t i = 0; i < d->n && !span_eq(to, o->member); i++) {
        if (!span_eq_str(to, d->place[i].config.member))
            continue;
        if (!open_place(d, &d->place[i], w))
            return false;
        one.desk = &d->place[i].desk;
        break;
    }
    if (line && one.desk == &d->own && !span_eq(to, o->member))
        return line->carrier.carry(line->carrier.ctx, to, question, until, a, answer, w);
    return c.carry(c.ctx, to, question, until, a, answer, w);
}

static uint64_t now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static bool carry(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                  struct span *answer, struct why *w)
{
    struct desks *d = ctx;
    uint64_t began = now_us();
    bool ok = carry_there(d, to, question, until, a, answer, w);

    if (ok && answer->n)
        ask_count_trip(d->office->counts, now_us() - began);
    return ok;
}

static enum ask_key key_of(void *ctx, struct span member, struct span kid, uint8_t pub[NODE_PUBLIC_KEY])
{
    const struct desks *d = ctx;
    const struct ask_keys near = ask_keys_of_table(&d->keys);
    const struct desks_line *line = atomic_load(&d->line);
    enum ask_key known = near.of(near.ctx, member, kid, pub);

    return known == ASK_KEY_UNKNOWN && line ? line->keys.of(line->keys.ctx, member, kid, pub) : known;
}

struct ask_keys desks_keys(struct desks *d)
{
    return (struct ask_keys){ d, key_of };
}

const struct ask_desk *desks_own(const struct desks *d)
{
    return &d->own;
}

void desks_set_line(struct desks *d, const struct desks_line *line)
{
    atomic_store(&d->line, line);
}

struct ask_carrier desks_carrier(struct desks *d)
{
    return (struct ask_carrier){ d, carry };
}
