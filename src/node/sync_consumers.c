/*
 * Consumers. Stream "trust": acts, cards and certificates of the members go into the acts
 * folder, so that the bloc's trust list arrives at each node by itself; nothing is believed for having come
 * in a log, since each act is verified with its own key. Stream "licence-status": status tokens go into the
 * folder of tokens, when an anchor of this node vouches for them. Both folders take the same thing twice
 * without effect.
 */
#include "node/cooperation.h"
#include "node/cyber.h"
#include "node/lookups.h"
#include "node/notices.h"
#include "node/part_slots.h"
#include "node/status_folder.h"
#include "service/travel/revoked.h"
#include "trust/bundle.h"

static bool put_bundle(const struct sync_record *r, struct buffer *b)
{
    if (span_eq_str(r->leaf->type, "act") || span_eq_str(r->leaf->type, "card"))
        trust_bundle_put_note(b, r->body);
    else if (span_eq_str(r->leaf->type, "certificate"))
        trust_bundle_put_certificate(b, r->body);
    else
        return false;
    return true;
}

/* What the folder refuses is refused for good: the same bytes never verify later but by a key that is not
 * known yet; then it waits. */
static bool receive(const struct federation_step *s, struct span bundle, struct why *w)
{
    struct receive_counts n = { 0 };
    struct acts_folder d;
    struct findings f;
    struct arena a;
    bool ok;

    findings_init(&f);
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    ok = acts_folder_open(s->f->config->trust, span_str(agreement_title(s->f->o.instance->agreement)), true,
                          &a, &d, &f, w);
    if (ok) {
        ok = acts_folder_receive(&d, bundle, &n, &f, w);
        acts_folder_close(&d);
    }
    for (size_t i = 0; ok && i < f.n && n.refused; i++)
        if (strcmp(f.item[i].why.reason, "no-key") == 0)
            ok = why_set(w, "no-key", WHY_NO_OFFSET, NULL, "%s", f.item[i].why.detail);
    arena_free(&a);
    return ok;
}

static bool take_trust(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;
    struct buffer b;
    bool ok = true;

    if (r->erased)
        return true;
    buf_init(&b, 2 * LIMIT_ACT);
    if (put_bundle(r, &b))
        ok = buf_ok(&b) ? receive(v->s, buf_span(&b), w)
                        : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the record is larger than an act");
    buf_free(&b);
    return ok;
}

/* A token that no anchor vouches for, or that is older than the one here, is not waited for: the next one
 * comes in the same log. */
static bool take_status(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;
    struct why y = { 0 };
    struct arena a;
    bool news, ok;

    if (r->erased || !span_eq_str(r->leaf->type, "status-token"))
        return true;
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    ok =
        status_folder_put(v->s->f->config->status, r->body, v->s->beliefs->anchors, v->s->now, &a, &news, &y);
    arena_free(&a);
    if (ok || (strcmp(y.reason, "io") != 0 && strcmp(y.reason, "no-anchor") != 0))
        return true;
    return why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
}

/* A revocation counts when it is published: a lane must not wait for witnesses to stop a permission. What
 * gives one back waits for them. */
static enum sync_needs revocation_needs(void *ctx, struct span type)
{
    (void)ctx;
    return span_eq_str(type, REVOCATION_TYPE) ? SYNC_PUBLISHED : SYNC_WITNESSED;
}

/* The issuer is the state whose log it is, whatever the body says; one that cannot be read is nobody's. */
static bool take_revocation(void *ctx, const struct sync_record *r, struct why *w)
{
    const struct sync_consumer_view *v = ctx;
    bool lifted = span_eq_str(r->leaf->type, REVOCATION_LIFTED);
    struct permission_revocation x;
    struct why bad;

    why_clear(&bad);
    if (r->erased || (!lifted && !span_eq_str(r->leaf->type, REVOCATION_TYPE)) ||
        !revocation_parse(r->body, &x, &bad))
        return true;
    return revoked_put(v->s->f->o.instance->store, r->owner, x.number, lifted ? NULL : &x, r->leaf->time, w);
}

size_t sync_consumers(struct sync_consumer_view *v, struct sync_consumer out[SYNC_CONSUMERS])
{
    const struct node_config *c = v->s->f->config;
    size_t n = 0;

    if (c->trust)
        out[n++] = (struct sync_consumer){ .name = "acts", .stream = "trust", .take = take_trust, .ctx = v };
    if (v->s->f->o.instance->store)
        out[n++] = (struct sync_consumer){ .name = "revocations",
                                           .stream = REVOCATION_STREAM,
                                           .needs = revocation_needs,
                                           .take = take_revocation,
                                           .ctx = v };
    if (c->status && v->s->beliefs->anchors)
        out[n++] = (struct sync_consumer){
            .name = "status", .stream = "licence-status", .take = take_status, .ctx = v
        };
    n += lookups_consumers(v, out + n);
    n += slots_consumers(v, out + n);
    n += notices_consumers(v, out + n);
    n += cyber_consumers(v, out + n);
    n += cooperation_consumers(v, out + n);
    return n;
}
