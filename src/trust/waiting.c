#include "seal/crl.h"
#include "trust/load.h"
#include "trust/report.h"

static bool add(const struct trust_log *t, const struct trust_object *o, struct arena *a,
                struct trust_waiting_item *out)
{
    const struct trust_source *from = o->from->source;
    struct span der = trust_log_der(t, o), subject = { 0 }, issuer = { 0 };
    struct certificate c;
    struct crl crl;

    if (o->kind == TRUST_CERTIFICATE && certificate_parse(der, &c, NULL, NULL)) {
        subject = c.subject;
        issuer = c.issuer;
    } else if (o->kind == TRUST_CRL && crl_parse(der, &crl, NULL, NULL)) {
        issuer = crl.issuer;
    }
    *out = (struct trust_waiting_item){ .kind = o->kind,
                                        .subject = arena_copy(a, subject),
                                        .issuer = arena_copy(a, issuer),
                                        .source = arena_str(a, span_str(from->file)),
                                        .at = from->at };
    memcpy(out->sha256, o->sha256, 32);
    return out->source && out->subject.n == subject.n && out->issuer.n == issuer.n;
}

bool trust_waiting_find(const struct trust_log *t, const struct anchor_set *set, struct arena *a,
                        struct trust_waiting *out, struct why *w)
{
    const struct trust_object *o;

    out->count = out->listed = 0;
    for (size_t i = 0; (o = trust_log_at(t, i)) != NULL; i++) {
        if (!trust_waits(t, o, set) || out->count++ >= REPORT_WAITING)
            continue;
        if (!add(t, o, a, &out->item[out->listed++]))
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    return true;
}
