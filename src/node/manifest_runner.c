#include "node/manifest_runner.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "service/cyber/exposure_live.h"
#include "store/exposures.h"

enum { LOOK_MS = 250, EXPIRE_SECONDS = 600, FOLLOW_SECONDS = 10 };

struct manifest_runner {
    struct manifest_runner_options o;
    pthread_t thread;
    atomic_bool ending;
    unix_time expired, followed;
    char reason[64];     /* told last; "": none */
    struct names *names; /* opened with the first list */
};

static bool maintained(const struct manifest_runner *r)
{
    return r->o.maintenance && access(r->o.maintenance, F_OK) == 0;
}

/* Of one list: maintenance stops it, too. */
static bool ending(void *ctx)
{
    const struct manifest_runner *r = ctx;

    return atomic_load(&r->ending) || maintained(r);
}

static void tell(struct manifest_runner *r, const struct why *w)
{
    const char *reason = w && w->reason ? w->reason : "";

    if (strcmp(r->reason, reason) == 0)
        return;
    (void)strncpy(r->reason, reason, sizeof r->reason - 1);
    if (r->o.told)
        r->o.told(r->o.ctx, reason[0] ? w : NULL);
}

static bool run_one(struct manifest_runner *r, bool *found, struct why *w)
{
    struct manifest_entry m = { 0 };
    struct manifest_job job = { .check = r->o.check,
                                .screen = r->o.screen,
                                .threads = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1,
                                .now = r->o.now(r->o.ctx),
                                .ending = ending,
                                .ctx = r };
    struct arena a;
    bool ok;

    arena_init(&a, 1 << 20);
    ok = store_waiting_manifest(r->o.check->store, found, &a, &m, w);
    if (ok && *found) {
        if (!r->names)
            r->names = names_open(w);
        job.names = r->names;
        ok = r->names && manifest_run(&job, m.reference, w);
    }
    arena_free(&a);
    return ok;
}

static bool expire(struct manifest_runner *r, struct why *w)
{
    unix_time now = r->o.now(r->o.ctx);
    int64_t erased;

    if (r->expired && now - r->expired < EXPIRE_SECONDS && now >= r->expired)
        return true;
    r->expired = now;
    return store_expire_manifests(r->o.check->store, now, &erased, w) &&
           store_expire_exposures(r->o.check->store, now, &erased, w);
}

/* What a command on the folder took in while nobody asked. */
static bool follow(struct manifest_runner *r, struct why *w)
{
    unix_time now = r->o.now(r->o.ctx);

    if (!r->o.exposure || (r->followed && now - r->followed < FOLLOW_SECONDS && now >= r->followed))
        return true;
    r->followed = now;
    return exposure_live_keep(r->o.exposure, r->o.check->store, now, w);
}

static void *work(void *arg)
{
    const struct timespec pause = { .tv_nsec = LOOK_MS * 1000 * 1000 };
    struct manifest_runner *r = arg;

    while (!atomic_load(&r->ending)) {
        bool found = false, ok = true;
        struct why w;

        why_clear(&w);
        if (!maintained(r))
            ok = run_one(r, &found, &w) && expire(r, &w) && follow(r, &w);
        if (!ending(r))
            tell(r, ok ? NULL : &w);
        if (!ok || !found)
            (void)nanosleep(&pause, NULL);
    }
    return NULL;
}

bool manifest_runner_start(const struct manifest_runner_options *o, struct manifest_runner **ret,
                           struct why *w)
{
    struct manifest_runner *r = calloc(1, sizeof *r);

    if (!r)
        abort();
    r->o = *o;
    if (pthread_create(&r->thread, NULL, work, r) != 0) {
        free(r);
        return why_set(w, "node", WHY_NO_OFFSET, NULL, "the thread for lists of travellers did not start");
    }
    *ret = r;
    return true;
}

void manifest_runner_stop(struct manifest_runner *r)
{
    if (!r)
        return;
    atomic_store(&r->ending, true);
    (void)pthread_join(r->thread, NULL);
    names_close(r->names);
    free(r);
}
