/* Members of whose logs two histories are proved. */
#include <stdio.h>

#include "log/forks.h"
#include "node/doctor_internal.h"

static bool say_fork(void *ctx, const uint8_t hash[32])
{
    struct doctor *d = ctx;
    char folder[LIMIT_LOG_PATH], name[200];
    struct span proof = { 0 }, origin = { 0 };
    struct why w = { 0 };
    bool own;

    (void)snprintf(folder, sizeof folder, "%s/forks", d->config.logs);
    (void)snprintf(name, sizeof name, "%s/", d->config.name);
    if (!forks_read(folder, hash, d->a, &proof, &w) || !fork_origin(proof, d->a, &origin, &w))
        return true;
    own = span_starts(origin, span_str(name));
    doctor_say(d, own ? "own-two-histories" : "two-histories", "%.*s", (int)(origin.n < 150 ? origin.n : 150),
               (const char *)origin.p);
    return true;
}

void doctor_forks(struct doctor *d)
{
    char folder[LIMIT_LOG_PATH];

    if (d->config.logs && (size_t)snprintf(folder, sizeof folder, "%s/forks", d->config.logs) < sizeof folder)
        forks_each(folder, say_fork, d);
}
