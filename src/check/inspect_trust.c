#include "check/inspect_parts.h"
#include "seal/crl.h"
#include "seal/licence_crl.h"
#include "seal/master_list.h"
#include "seal/path.h"

void put_certificate(struct json_writer *w, const char *key, const struct certificate *c)
{
    char from[TIME_TEXT], to[TIME_TEXT];

    jw_object(w, key);
    jw_text(w, "country", c->country);
    jw_text(w, "common_name", c->common_name);
    jw_hex(w, "serial", c->serial);
    jw_str(w, "not_before", time_format(c->not_before, from));
    jw_str(w, "not_after", time_format(c->not_after, to));
    jw_bool(w, "is_ca", c->is_ca);
    jw_hex(w, "key_id", c->ski);
    jw_hex(w, "authority_key_id", c->aki);
    jw_object_end(w);
}

static bool first_only(void *ctx, struct span der)
{
    *(struct span *)ctx = der;
    return false;
}

/* Whether the anchors certify it: a certificate that names no known issuer proves nothing about itself. */
static bool every_one(void *ctx, struct span der)
{
    (void)ctx;
    (void)der;
    return true;
}

enum result inspect_certificate(struct inspection *in)
{
    struct span der = in->bytes;
    struct certificate c;
    struct path path;
    enum result r;
    size_t n;

    if (in->thing == THING_PEM) {
        if (certificates_in(in->bytes, in->arena, first_only, &der) == 0) {
            (void)why_set(&in->why, "pem", 0, "RFC 7468 5", "no certificate between its BEGIN and END lines");
            return RESULT_MALFORMED;
        }
        n = certificates_in(in->bytes, in->arena, every_one, NULL);
        if (n > 1)
            finding_add(in->findings, FINDING_WARNING, "more-certificates", WHY_NO_OFFSET, "RFC 7468 5",
                        "the file holds %zu certificates; this says something of the first only", n);
    }
    if (!certificate_parse(der, &c, in->findings, &in->why))
        return RESULT_MALFORMED;
    put_certificate(&in->fields, "certificate", &c);
    r = path_find(in->opt->anchors, &c, FOR_ALL, &path, in->findings, &in->why);
    if (r != RESULT_GENUINE)
        return r;
    jw_str(&in->fields, "anchor", path.anchor->origin->source);
    jw_bool(&in->fields, "direct", path.direct);
    jw_array(&in->fields, "purposes");
    for (unsigned rest = path.anchor->purposes; rest; rest &= rest - 1)
        jw_str(&in->fields, NULL, purpose_word(rest));
    jw_array_end(&in->fields);
    if (!path.direct &&
        anchors_revocation(in->opt->anchors, path.anchor, c.serial, in->opt->at) == REVOCATION_REVOKED) {
        (void)why_set(&in->why, "revoked", WHY_NO_OFFSET, "RFC 5280 5",
                      "a revocation list of its issuer names it");
        return RESULT_REVOKED;
    }
    if (in->opt->at < c.not_before || in->opt->at > c.not_after) {
        (void)why_set(&in->why, "validity", WHY_NO_OFFSET, "RFC 5280 4.1.2.5", "not valid at this time");
        return RESULT_EXPIRED;
    }
    return r;
}

/* What a list says of a signer of licences: its authority is found by key and signature, never by name. */
static enum result ask_crl(struct inspection *in, struct span der)
{
    struct why *w = &in->why;
    struct certificate c;
    struct path path;
    enum result r;

    if (!certificate_parse(der, &c, in->findings, w))
        return RESULT_MALFORMED;
    put_certificate(&in->fields, "certificate", &c);
    if (path_find(in->opt->anchors, &c, FOR_ALL, &path, NULL, NULL) != RESULT_GENUINE || path.direct) {
        (void)why_set(w, "CERT_UNTRUSTED", WHY_NO_OFFSET, "ISO/IEC 18013-5 B.1.9",
                      "no anchor is known to have certified the signer that is asked about");
        return RESULT_NO_ANCHOR;
    }
    r = licence_crl_check(in->bytes, &path.anchor->cert, &c, in->opt->at, in->findings, w);
    jw_str(&in->fields, "anchor", path.anchor->origin->source);
    return r;
}

enum result inspect_crl(struct inspection *in)
{
    const struct anchor *issuer;
    char from[TIME_TEXT], to[TIME_TEXT];
    enum result r;
    struct crl l;

    if (!crl_parse(in->bytes, &l, in->findings, &in->why))
        return RESULT_MALFORMED;
    jw_str(&in->fields, "this_update", time_format(l.this_update, from));
    jw_str(&in->fields, "next_update", l.next_update ? time_format(l.next_update, to) : NULL);
    jw_hex(&in->fields, "authority_key_id", l.aki);
    if (in->opt->n_signers)
        return ask_crl(in, in->opt->signer[0]);
    r = anchors_crl_issuer(in->opt->anchors, &l, &issuer, &in->why);
    if (r != RESULT_GENUINE)
        return r;
    jw_str(&in->fields, "anchor", issuer->origin->source);
    if (l.next_update && in->opt->at > l.next_update) {
        (void)why_set(&in->why, "validity", WHY_NO_OFFSET, "RFC 5280 5.1.2.5",
                      "a newer list was due at this time");
        return RESULT_EXPIRED;
    }
    return RESULT_GENUINE;
}

enum result inspect_master_list(struct inspection *in)
{
    struct master_list *l = arena_alloc(in->arena, sizeof *l);
    char at[TIME_TEXT];

    if (!l) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    (void)master_list_verify(in->bytes, in->opt->anchors, in->arena, l, in->findings);
    in->why = l->why;
    if (l->certificates.n) {
        jw_int(&in->fields, "certificates", (int64_t)l->n);
        put_certificate(&in->fields, "signer", &l->signer);
        jw_str(&in->fields, "signing_time", l->has_signing_time ? time_format(l->signing_time, at) : NULL);
        jw_str(&in->fields, "anchor", l->path.anchor ? l->path.anchor->origin->source : NULL);
    }
    return l->result;
}
