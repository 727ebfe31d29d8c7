#include <stdio.h>

#include "check/inspect_parts.h"
#include "crypto/digest.h"
#include "seal/visible.h"

static void put_date(struct json_writer *w, const char *key, struct date d)
{
    char text[DATE_TEXT];

    jw_str(w, key, date_is_set(d) ? date_format(d, text) : NULL);
}

static void put_signer(struct json_writer *w, const struct visible_seal *s)
{
    struct digest d;

    if (!s->signer_der.n)
        return;
    digest_of(DIGEST_SHA256, s->signer_der, &d);
    jw_object(w, "certificate");
    jw_hex(w, "sha256", digest_span(&d));
    if (s->path.anchor) {
        jw_str(w, "anchor", s->path.anchor->origin->source);
        jw_bool(w, "direct", s->path.direct);
        jw_text(w, "anchor_country", s->path.anchor->cert.country);
    }
    jw_object_end(w);
}

static void put_messages(struct json_writer *w, const struct visible_seal *s)
{
    char tag[3];

    jw_array(w, "messages");
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct seal_field *f = &s->field[i];

        (void)snprintf(tag, sizeof tag, "%02X", f->tag);
        jw_object(w, NULL);
        jw_str(w, "tag", tag);
        jw_str(w, "name", f->name);
        if (f->text.n)
            jw_text(w, "value", f->text);
        jw_hex(w, "hex", f->raw);
        if (f->depth)
            jw_int(w, "depth", f->depth);
        jw_object_end(w);
    }
    jw_array_end(w);
}

enum result inspect_seal(struct inspection *in)
{
    const struct seal_options opt = { in->opt->anchors, in->opt->at, in->opt->profile, NULL };
    struct visible_seal *s = arena_alloc(in->arena, sizeof *s);
    struct json_writer *w = &in->fields;
    char ref[5];
    enum result r;

    if (!s) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    r = visible_seal_verify(in->bytes, &opt, in->arena, s, in->findings);
    in->why = s->why;
    if (r == RESULT_MALFORMED)
        return r;
    in->kind = seal_kind_word(s->kind);
    jw_str(w, "type", s->type);
    if (s->kind == SEAL_VDS) {
        (void)snprintf(ref, sizeof ref, "%04X", s->document_ref);
        jw_int(w, "version", s->version);
        jw_str(w, "document_ref", ref);
    }
    jw_text(w, "country", s->country);
    if (s->signer.n)
        jw_text(w, "signer", s->signer);
    if (s->cert_ref.n)
        jw_text(w, "cert_ref", s->cert_ref);
    put_date(w, "issued", s->issued);
    put_date(w, "signed", s->signed_on);
    jw_bool(w, "is_signed", s->is_signed);
    if (s->kind == SEAL_IDB)
        jw_bool(w, "zipped", s->zipped);
    put_signer(w, s);
    if (s->json.n)
        jw_raw(w, "message", s->json);
    else
        put_messages(w, s);
    return r;
}
