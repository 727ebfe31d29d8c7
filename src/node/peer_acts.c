#include "node/peer_acts.h"

#include "crypto/digest.h"

enum { ACTS_MS = 60 * 1000 };

static bool receive(const struct federation_step *s, struct span bundle, struct why *w)
{
    struct receive_counts n = { 0 };
    struct acts_folder d;
    struct findings f;
    struct arena a;
    bool ok;

    findings_init(&f);
    arena_init(&a, (size_t)512 << 20);
    ok = acts_folder_open(s->f->config->trust, span_str(agreement_title(s->f->o.instance->agreement)), true,
                          &a, &d, &f, w);
    if (ok) {
        ok = acts_folder_receive(&d, bundle, &n, &f, w);
        acts_folder_close(&d);
    }
    arena_free(&a);
    return ok;
}

bool peer_acts_take(const struct federation_step *s, struct span at, struct digest *seen, struct why *w)
{
    const struct link_request q = {
        .method = "GET", .path = "/acts", .most = LIMIT_LINK_ANSWER, .timeout_ms = ACTS_MS
    };
    struct link_answer got;
    struct digest d;

    if (!s->f->config->trust)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no folder for acts: trust");
    if (!link_call(s->f->links, at, &q, s->arena, &got, w))
        return false;
    if (got.status == 404)
        return true;
    if (got.status != 200)
        return why_set(w, "status", WHY_NO_OFFSET, NULL, "%.*s answers /acts with %u", (int)at.n,
                       (const char *)at.p, got.status);
    digest_of(DIGEST_SHA256, got.body, &d);
    if (seen && seen->n == d.n && memcmp(seen->b, d.b, d.n) == 0)
        return true;
    if (!receive(s, got.body, w))
        return false;
    if (seen)
        *seen = d;
    return true;
}
