/* What was signed last of each own log, when a cluster keeps it: is it reached, and does it know all? */
#include <fts.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "files/durable.h"
#include "log/checkpoint.h"
#include "log/keep.h"
#include "node/doctor_internal.h"
#include "seal/note_key.h"

static bool size_of(struct doctor *d, struct span text, uint64_t *size)
{
    struct note *note = arena_alloc(d->a, sizeof *note);
    struct checkpoint c = { 0 };

    *size = 0;
    if (text.n == 0)
        return true;
    if (!note || !note_parse(text, note, NULL) || !checkpoint_parse(note->text, &c, NULL))
        return false;
    *size = c.size;
    return true;
}

/* False: nobody answers, and the other logs need not be asked for. */
static bool look_at_log(struct doctor *d, const char *folder, const char *origin)
{
    char path[LIMIT_LOG_PATH];
    struct span published = { 0 }, kept = { 0 };
    uint64_t here = 0, there = 0;
    struct log_keep k = { 0 };
    struct why w = { 0 };
    bool found, ok;

    (void)snprintf(path, sizeof path, "%s/checkpoint", folder);
    if (!file_read(path, LIMIT_CHECKPOINT, d->a, &published, &found, &w) || !size_of(d, published, &here))
        return true; /* of the folder, which the node itself tells */
    ok = log_keep_open(d->config.logs_keep, span_str(origin), NULL, &k, &w) && k.get(k.ctx, d->a, &kept, &w);
    log_keep_close(&k);
    if (!ok)
        doctor_say(d, "keep-unreachable", "%s", w.detail);
    else if (!size_of(d, kept, &there) || there < here)
        doctor_say(d, "keep-behind", "%.120s: %llu entries are published, and the cluster keeps %llu", origin,
                   (unsigned long long)here, (unsigned long long)there);
    return ok;
}

/* LOGS/own/STREAM/AUDIENCE/SHARD */
void doctor_keep(struct doctor *d)
{
    const struct node_config *c = &d->config;
    char root[LIMIT_LOG_PATH], origin[LIMIT_LOG_PATH];
    char *paths[] = { root, NULL };
    FTSENT *e;
    FTS *fts;

    if (!c->logs || !c->log_key || !c->logs_keep || !log_keep_is_etcd(c->logs_keep) ||
        (size_t)snprintf(root, sizeof root, "%s/own", c->logs) >= sizeof root)
        return;
    fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    while (fts && (e = fts_read(fts))) {
        if (e->fts_info != FTS_D || e->fts_level < 3)
            continue;
        (void)fts_set(fts, e, FTS_SKIP);
        if ((size_t)snprintf(origin, sizeof origin, "%s%s", c->name, e->fts_path + strlen(root)) <
                sizeof origin &&
            !look_at_log(d, e->fts_path, origin))
            break;
    }
    if (fts)
        (void)fts_close(fts);
}
