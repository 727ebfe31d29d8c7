#include "link/log_source.h"

#include <stdio.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "link/internal.h"

void link_log_init(struct link_log *g, struct links *l, struct span at, struct span origin,
                   int64_t timeout_ms)
{
    struct digest d;
    struct buffer b;

    *g = (struct link_log){ .links = l, .timeout_ms = timeout_ms };
    (void)snprintf(g->member, sizeof g->member, "%.*s", (int)at.n, (const char *)at.p);
    digest_of(DIGEST_SHA256, origin, &d);
    buf_init_fixed(&b, g->prefix, sizeof g->prefix);
    buf_str(&b, "/log/");
    hex_put(&b, digest_span(&d));
    buf_u8(&b, '/');
    (void)buf_cstr(&b);
}

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    const struct link_log *g = ctx;
    char whole[LIMIT_LOG_PATH], type[64];
    struct link_request q = { .method = "GET", .path = whole, .most = most, .timeout_ms = g->timeout_ms };
    int64_t left = g->until_ms ? g->until_ms - g->links->o.clock_ms(g->links->o.ctx) : INT64_MAX;
    unsigned status;

    if (left <= 0)
        return why_set(w, "timeout", WHY_NO_OFFSET, NULL, "%s: the time for this step is over", g->member);
    if (q.timeout_ms == 0 || left < q.timeout_ms)
        q.timeout_ms = left < INT64_MAX ? left : q.timeout_ms;
    if ((size_t)snprintf(whole, sizeof whole, "%s%s", g->prefix, path) >= sizeof whole)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!link_call_into(g->links, span_str(g->member), &q, out, &status, type, w))
        return false;
    *found = status == 200;
    if (status == 200 || status == 404 || status == 410)
        return true;
    if (status == 403)
        return why_set(w, "audience", WHY_NO_OFFSET, NULL, "%s does not give %s: this log is not for us",
                       g->member, path);
    return why_set(w, "status", WHY_NO_OFFSET, NULL, "%s answers %s with status %u", g->member, path, status);
}

struct log_source link_log_source(struct link_log *g)
{
    return (struct log_source){ get, g };
}
