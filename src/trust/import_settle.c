#include "trust/import_internal.h"

#include "seal/crl.h"

static bool stop(struct import_run *k)
{
    k->stopped = true;
    return false;
}

static bool settle_certificate(struct import_run *k, const struct trust_object *o)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct certificate c;
    struct path path;
    enum result r;

    if (!certificate_parse(trust_log_der(k->log, o), &c, NULL, NULL))
        return true;
    r = path_find(k->set, &c, FOR_ALL, &path, NULL, &w);
    if (r == RESULT_GENUINE && !path.direct) {
        k->counts->certified++;
        return trust_log_prove(k->log, o, path.anchor->sha256, k->w) || stop(k);
    }
    if (r != RESULT_FORGED)
        return true;
    k->file = o->from->source->file;
    k->ldif = false;
    import_refuse_named(k, c.subject, &w);
    return trust_log_drop(k->log, o, w.detail, k->w) || stop(k);
}

static bool settle_crl(struct import_run *k, const struct trust_object *o)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    const struct anchor *by;
    enum result r;
    struct crl crl;

    if (!crl_parse(trust_log_der(k->log, o), &crl, NULL, NULL))
        return true;
    r = anchors_crl_issuer(k->set, &crl, &by, &w);
    if (r == RESULT_GENUINE) {
        k->counts->certified++;
        return trust_log_prove(k->log, o, by->sha256, k->w) || stop(k);
    }
    if (r != RESULT_FORGED)
        return true;
    k->file = o->from->source->file;
    k->ldif = false;
    import_refuse_named(k, crl.issuer, &w);
    return trust_log_drop(k->log, o, w.detail, k->w) || stop(k);
}

/* A list that nobody vouched for begins to count when its country signer has come; true when one did. */
static bool settle_list(struct import_run *k, const struct trust_object *o)
{
    struct anchor_origin from = { .source = o->from->source->file,
                                  .member = o->from->source->member,
                                  .at = o->from->source->at,
                                  .purposes = trust_purposes(o->from->source->purposes, true) };
    struct master_list l;
    bool counts = master_list_verify(trust_log_der(k->log, o), k->set, &k->arena, &l, NULL) == RESULT_GENUINE;

    if (counts) {
        import_believe_list(k, &l, &from);
        k->counts->certified++;
        if (!trust_log_prove(k->log, o, l.path.anchor->sha256, k->w))
            return stop(k);
    }
    arena_reset(&k->arena);
    return counts;
}

static bool waits(const struct trust_object *o, enum trust_kind kind)
{
    return o->kind == kind && !o->proved && !o->dropped && !trust_object_vouched(o);
}

/* New country signers prove lists, which bring country signers; then signers, then revocation lists. */
bool import_settle(struct import_run *k)
{
    const struct trust_object *o;
    bool more = true;

    if (!trust_log_commit(k->log, k->w))
        return false;
    while (more && !k->stopped) {
        more = false;
        for (size_t i = 0; (o = trust_log_at(k->log, i)) != NULL && !k->stopped; i++)
            if (waits(o, TRUST_LIST))
                more |= settle_list(k, o);
    }
    for (size_t i = 0; (o = trust_log_at(k->log, i)) != NULL && !k->stopped; i++)
        if (waits(o, TRUST_CERTIFICATE) && !settle_certificate(k, o))
            break;
    for (size_t i = 0; (o = trust_log_at(k->log, i)) != NULL && !k->stopped; i++)
        if (waits(o, TRUST_CRL) && !settle_crl(k, o))
            break;
    return !k->stopped && trust_log_commit(k->log, k->w);
}
