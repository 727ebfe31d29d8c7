/* The register of indicators read on as the store grows, and the detectors told. */
#include "node/indicators.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/limits.h"
#include "crypto/node_key.h"
#include "detect/build.h"
#include "detect/source.h"
#include "files/durable.h"
#include "node/cyber.h"

enum { GATE_PAUSES = 2000, GATE_PAUSE_NS = 5 * 1000 * 1000 };
enum { STEP = 4096, REST = 128 * 1024, WAIT_MS = 250, LIST_BYTES = 64 << 20 };

struct indicators *indicators_of(struct federation *f)
{
    return f ? federation_part_state(f, "indicators") : NULL;
}

/* ---- the gate before publishing */

static size_t doubts(void *ctx, const struct stix_uuid *indicator, unix_time now, const char **out)
{
    struct indicators *x = ctx;
    unsigned d;
    size_t n = 0;

    (void)pthread_rwlock_rdlock(&x->lock);
    d = life_doubts(x->life, indicator, now);
    (void)pthread_rwlock_unlock(&x->lock);
    for (unsigned k = 0; k < LIFE_DOUBTS; k++)
        if (d >> k & 1)
            out[n++] = life_doubt_word((enum life_doubt)(1u << k));
    return n;
}

bool indicators_gate(struct federation *f, struct cyber_desk *d, struct why *w)
{
    const struct timespec pause = { 0, GATE_PAUSE_NS };
    struct indicators *x = indicators_of(f);
    uint64_t newest = object_store_newest(d->objects), at = 0;

    for (unsigned i = 0; x && i < GATE_PAUSES; i++) {
        (void)pthread_rwlock_rdlock(&x->lock);
        at = life_sequence(x->life);
        (void)pthread_rwlock_unlock(&x->lock);
        if (at >= newest)
            break;
        (void)nanosleep(&pause, NULL);
    }
    if (x && at < newest)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "the register of indicators is being read");
    d->doubts = x ? doubts : NULL;
    d->doubts_ctx = x;
    return true;
}

/* ---- warning lists */

static bool add_list(struct detect_build *b, const char *folder, const char *name, struct why *w)
{
    struct detect_source_how how = { .name = span_str(name) };
    struct detect_source_counts n = { 0 };
    char path[4096];
    struct span text;
    struct arena a;
    bool there, ok;

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the name of a warning list is too long");
    how.name.n -= 5; /* ".json" */
    arena_init(&a, 2 * (size_t)LIST_BYTES);
    ok = file_read(path, LIST_BYTES, &a, &text, &there, w) && detect_source_warnings(b, text, &how, &n, w);
    arena_free(&a);
    return ok;
}

static bool is_list(const struct dirent *d)
{
    size_t n = strlen(d->d_name);

    return n > 5 && strcmp(d->d_name + n - 5, ".json") == 0;
}

static struct detect_build *negative(void)
{
    struct detect_build_how how = { .sign = DETECT_WARNING };

    random_bytes(&how.key, sizeof how.key);
    how.key.b |= 1;
    random_bytes(how.identity, sizeof how.identity);
    return detect_build_new(&how);
}

static bool read_lists(struct indicators *x, const char *folder, const char *image, struct why *w)
{
    struct detect_build *b = negative();
    struct dirent **item = NULL;
    int n = scandir(folder, &item, NULL, alphasort);
    bool ok = n >= 0 || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read the folder %s", folder);

    for (int i = 0; i < n; i++) {
        if (ok && is_list(item[i]))
            ok = add_list(b, folder, item[i]->d_name, w);
        free(item[i]);
    }
    free(item);
    if (ok && image)
        ok = detect_build_write(b, image, w);
    ok = ok && detect_build_memory(b, &x->lists, w) && detect_warnings_new(&x->lists, &x->warnings, w);
    detect_build_free(b);
    return ok;
}

/* ---- the part */

static void indicators_close(void *state)
{
    struct indicators *x = state;
    void *lists;

    if (!x)
        return;
    lists = (void *)(uintptr_t)x->lists.p;
    life_free(x->life);
    detect_warnings_free(x->warnings);
    detect_image_close(&x->lists);
    free(lists);
    detector_feed_free(&x->feed);
    (void)pthread_rwlock_destroy(&x->lock);
    free(x);
}

static struct life_days days_of(const struct node_config *c)
{
    struct life_days d = LIFE_DAYS;

    d.address = c->days_address ? c->days_address : d.address;
    d.name = c->days_name ? c->days_name : d.name;
    d.url = c->days_url ? c->days_url : d.url;
    d.mail = c->days_mail ? c->days_mail : d.mail;
    d.hash = c->days_hash ? c->days_hash : d.hash;
    return d;
}

static bool open_folder(struct indicators *x, const struct node_config *c, char lists[4096], struct why *w)
{
    if (!c->detector)
        return true;
    if (mkdir(c->detector, 0755) != 0 && errno != EEXIST)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make the folder %s", c->detector);
    x->feed.whole = true;
    return ((size_t)snprintf(x->feed.image, sizeof x->feed.image, "%s/indicators.image", c->detector) <
                sizeof x->feed.image &&
            (size_t)snprintf(lists, 4096, "%s/warninglists.image", c->detector) < 4096) ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "the path of the folder is too long");
}

static bool indicators_open(struct federation *f, void **state, struct why *w)
{
    const struct node_config *c = f->config;
    const struct instance *i = f->o.instance;
    struct life_options o = { .days = days_of(c) };
    char lists[4096] = "";
    struct indicators *x;

    if (!i->cyber)
        return true;
    x = calloc(1, sizeof *x);
    if (!x)
        abort();
    (void)pthread_rwlock_init(&x->lock, NULL);
    o.objects = i->cyber->objects;
    o.self = cyber_place_of(&i->cyber->places, f->member);
    random_bytes(&o.key, sizeof o.key);
    o.key.b |= 1;
    if (!open_folder(x, c, lists, w) ||
        (c->warninglists && !read_lists(x, c->warninglists, *lists ? lists : NULL, w)))
        goto fail;
    o.warnings = x->warnings;
    x->how = o;
    if (!life_new(&o, &x->life, w))
        goto fail;
    *state = x;
    return true;
fail:
    indicators_close(x);
    return false;
}

/* When nothing has come since, or very much. */
static void rest(struct indicators *x, bool idle)
{
    uint64_t now = life_sequence(x->life);

    if (now - x->rested < (idle ? 1 : REST))
        return;
    life_rest(x->life);
    x->rested = now;
}

static bool read_on(struct indicators *x, const struct federation_step *s, struct why *w)
{
    uint64_t before = life_sequence(x->life);
    bool more = true, ok = true;

    while (ok && more && !federation_ending(s->f)) {
        (void)pthread_rwlock_wrlock(&x->lock);
        ok = life_step(x->life, STEP, &more, w);
        (void)pthread_rwlock_unlock(&x->lock);
        rest(x, false);
    }
    rest(x, life_sequence(x->life) == before);
    return ok;
}

static bool same_law(const struct cyber_law *a, const struct cyber_law *b)
{
    return a->bound == b->bound && a->self == b->self && a->onward == b->onward && a->clients == b->clients &&
           a->detectors == b->detectors && a->open == b->open && a->groups == b->groups &&
           a->unmarked == b->unmarked && memcmp(a->group, b->group, sizeof a->group) == 0;
}

static bool feed(struct indicators *x, const struct federation_step *s, struct why *w)
{
    struct cyber_law law;

    if (!*x->feed.image || federation_ending(s->f))
        return true;
    cyber_base_law(s->f->o.instance, s->now, &law, NULL);
    if (!same_law(&law, &x->law))
        x->feed.whole = true;
    x->law = law;
    return detector_feed_step(&x->feed, x->life, &law, s->now, w);
}

/* The register is made of the store's feed, which does not tell what was erased: made anew then, and with it
 * what the detectors have. */
static bool forget(struct indicators *x, const struct federation_step *s, struct why *w)
{
    uint64_t erased = atomic_load(&s->f->o.instance->cyber->erased);
    struct life *l = NULL;
    bool ok = true;

    if (erased == x->erased)
        return true;
    (void)pthread_rwlock_wrlock(&x->lock);
    ok = life_new(&x->how, &l, w);
    if (ok) {
        life_free(x->life);
        x->life = l;
        x->erased = erased;
        free(x->feed.has);
        x->feed.has = NULL;
        x->feed.n = 0;
        x->feed.whole = true;
    }
    (void)pthread_rwlock_unlock(&x->lock);
    return ok;
}

/* The store tells when it has something new: a withdrawal does not wait for a round. */
static bool indicators_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct object_store *objects = s->f->o.instance->cyber->objects;
    struct indicators *x = state;

    if (!forget(x, s, w) || !read_on(x, s, w) || !feed(x, s, w))
        return false;
    if (!federation_ending(s->f))
        object_store_wait(objects, life_sequence(x->life), WAIT_MS);
    *again = 0;
    return true;
}

const struct federation_part indicators_part = { .name = "indicators",
                                                 .seconds = 1,
                                                 .open = indicators_open,
                                                 .step = indicators_step,
                                                 .close = indicators_close };
