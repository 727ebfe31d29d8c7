#include <stdio.h>

#include "check/inspect_parts.h"
#include "crypto/digest.h"
#include "seal/visible.h"

static void put_date(struct json_writer *w, const char *key, struct date d)
{
    char text[DATE_TEXT];

    json_str(w, key, date_is_set(d) ? date_format(d, text) : NULL);
}

static void put_signer(struct json_writer *w, const struct visible_seal *s)
{
    struct digest d;

    if (!s->signer_der.n)
        return;
    digest_of(DIGEST_SHA256, s->signer_der, &d);
    json_object(w, "certificate");
    json_hex(w, "sha256", digest_span(&d));
    if (s->path.anchor) {
        json_str(w, "anchor", s->path.anchor->source);
        json_bool(w, "direct", s->path.direct);
        json_text(w, "anchor_country", s->path.anchor->cert.country);
    }
    json_object_end(w);
}

static void put_messages(struct json_writer *w, const struct visible_seal *s)
{
    char tag[3];

    json_array(w, "messages");
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct seal_field *f = &s->field[i];

        (void)snprintf(tag, sizeof tag, "%02x", f->tag);
        json_object(w, NULL);
        json_str(w, "tag", tag);
        json_str(w, "name", f->name);
        if (f->text.n)
            json_text(w, "value", f->text);
        json_hex(w, "hex", f->raw);
        if (f->depth)
            json_int(w, "depth", f->depth);
        json_object_end(w);
    }
    json_array_end(w);
}

enum result inspect_seal(struct inspection *in)
{
    const struct seal_options opt = { in->opt->anchors, in->opt->at, in->opt->profile };
    struct visible_seal *s = arena_alloc(in->arena, sizeof *s);
    struct json_writer *w = &in->fields;
    char ref[5];
    enum result r;

    if (!s) {
        (void)why_set(&in->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return RESULT_MALFORMED;
    }
    r = visible_seal_verify(in->bytes, &opt, in->arena, s, in->findings);
    in->kind = seal_kind_word(s->kind);
    in->why = s->why;
    if (r == RESULT_MALFORMED)
        return r;
    json_str(w, "type", s->type);
    if (s->kind == SEAL_VDS) {
        (void)snprintf(ref, sizeof ref, "%04X", s->document_ref);
        json_int(w, "version", s->version);
        json_str(w, "document_ref", ref);
    }
    json_text(w, "country", s->country);
    if (s->signer.n)
        json_text(w, "signer", s->signer);
    if (s->cert_ref.n)
        json_text(w, "cert_ref", s->cert_ref);
    put_date(w, "issued", s->issued);
    put_date(w, "signed", s->signed_on);
    json_bool(w, "is_signed", s->is_signed);
    if (s->kind == SEAL_IDB)
        json_bool(w, "zipped", s->zipped);
    put_signer(w, s);
    if (s->json.n)
        json_raw(w, "message", s->json);
    else
        put_messages(w, s);
    return r;
}
