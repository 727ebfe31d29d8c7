/* Mobile licences: answers, single documents, what an issuer signed, and requests of readers. */
#include "base/date.h"
#include "base/limits.h"
#include "check/inspect_parts.h"
#include "seal/mdoc_request.h"
#include "seal/mdoc_transcript.h"
#include "trust/report.h"

/* --- values --- */

static const char *name_of(struct inspection *in, struct span s)
{
    const char *name = arena_str(in->arena, s);

    return name ? name : "";
}

struct level {
    size_t left;
    bool is_map;
};

/* One value that is no container; true when it is one and was opened. */
static bool put_simple(struct json_writer *w, const char *key, struct cbor *c, struct level *open)
{
    struct span s;

    switch (cbor_peek(c)) {
    case CBOR_UINT:
    case CBOR_NINT:
        jw_int(w, key, cbor_int(c));
        break;
    case CBOR_BYTES: /* portraits and the like: their size alone */
        s = cbor_bytes(c);
        jw_object(w, key);
        jw_int(w, "bytes", (int64_t)s.n);
        jw_object_end(w);
        break;
    case CBOR_TEXT:
        jw_text(w, key, cbor_text(c));
        break;
    case CBOR_ARRAY:
        *open = (struct level){ cbor_array(c), false };
        jw_array(w, key);
        return true;
    case CBOR_MAP:
        *open = (struct level){ cbor_map(c), true };
        jw_object(w, key);
        return true;
    case CBOR_OTHER:
        if (*c->p == 0xf4 || *c->p == 0xf5) {
            jw_bool(w, key, cbor_bool(c));
        } else {
            (void)cbor_item(c);
            jw_null(w, key);
        }
        break;
    case CBOR_TAG:
    case CBOR_NONE:
        cbor_fail(c, NULL, "a tag without value");
        break;
    }
    return false;
}

static void close_levels(struct json_writer *w, const struct level *level, size_t *depth)
{
    while (*depth > 0 && level[*depth - 1].left == 0) {
        if (level[--*depth].is_map)
            jw_object_end(w);
        else
            jw_array_end(w);
    }
}

/* The key of a map as a name: texts and numbers as they are, others by their bytes. */
static const char *key_of(struct inspection *in, struct cbor *c)
{
    enum cbor_major kind = cbor_peek(c);
    struct buffer b;
    char text[160];

    if (kind == CBOR_TEXT)
        return name_of(in, cbor_text(c));
    buf_init_fixed(&b, text, sizeof text);
    if (kind == CBOR_UINT || kind == CBOR_NINT) {
        buf_decimal(&b, cbor_int(c));
    } else {
        struct span item = cbor_item(c);

        buf_str(&b, "0x");
        for (size_t i = 0; i < item.n && i < 64; i++)
            buf_printf(&b, "%02x", item.p[i]);
    }
    return name_of(in, buf_span(&b));
}

/* A value of CBOR as JSON; tags are stepped over, because dates are texts behind one. */
static void put_value(struct inspection *in, const char *key, struct span item)
{
    struct level level[LIMIT_CBOR_DEPTH + 1], next;
    struct cbor c = cbor_of(item);
    struct json_writer *w = &in->fields;
    size_t depth = 0;

    do {
        bool in_map = depth > 0 && level[depth - 1].is_map;

        if (depth > 0)
            level[depth - 1].left--;
        if (depth > 0)
            key = in_map ? key_of(in, &c) : NULL;
        while (cbor_peek(&c) == CBOR_TAG)
            (void)cbor_tag(&c);
        if (put_simple(w, key, &c, &next) && depth <= LIMIT_CBOR_DEPTH)
            level[depth++] = next;
        close_levels(w, level, &depth);
    } while (depth > 0 && cbor_ok(&c));
    for (size_t i = 0; i < depth; i++)
        level[i].left = 0;
    close_levels(w, level, &depth);
}

/* --- documents --- */

static void put_time(struct json_writer *w, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(w, key, t ? time_format(t, text) : NULL);
}

static void put_elements(struct inspection *in, const struct mdoc_document *d)
{
    struct json_writer *w = &in->fields;

    jw_object(w, "elements");
    for (size_t i = 0; i < d->n_items; i++) {
        if (i == 0 || d->item[i].ns.p != d->item[i - 1].ns.p) {
            if (i > 0)
                jw_object_end(w);
            jw_object(w, name_of(in, d->item[i].ns));
        }
        put_value(in, name_of(in, d->item[i].id), d->item[i].value);
    }
    if (d->n_items)
        jw_object_end(w);
    jw_object_end(w);
}

static const char *device_word(const struct mdoc_verdict *v)
{
    bool proof = v->document->device_signature.n || v->document->device_mac.n;

    if (v->device == PROOF_FAILS)
        return "fails";
    if (v->device == PROOF_HOLDS)
        return v->device_by_mac ? "code-holds" : "signature-holds";
    return proof ? "not-checked" : "absent";
}

static void put_not_checked(struct json_writer *w, const struct mdoc_verdict *v, bool revocation)
{
    jw_array(w, "not_checked");
    if (!revocation)
        jw_str(w, NULL, "revocation");
    if (v->device == PROOF_NOT_CHECKED)
        jw_str(w, NULL, "device");
    jw_array_end(w);
}

/* Who vouches for the authority, and by which list. */
static void put_anchor(struct json_writer *w, const struct mdoc_verdict *v, unix_time at)
{
    const struct anchor_origin *o = v->by ? v->by : v->path.anchor->origin;

    jw_str(w, "anchor", o->source);
    if (v->by && v->by->list)
        anchor_list_put(w, "list", v->by->list, at);
}

/* The elements of a revoked licence are those of its holder all the same. */
static void put_document(struct inspection *in, const struct mdoc_verdict *v, bool authentic,
                         const struct status_said *said)
{
    struct json_writer *w = &in->fields;

    jw_object(w, NULL);
    jw_text(w, "docType", v->has_mso ? v->mso.doc_type : v->document->doc_type);
    jw_str(w, "result", result_word(v->result));
    jw_str(w, "reason", v->why.reason);
    jw_str(w, "detail", v->why.reason ? v->why.detail : NULL);
    put_time(w, "signed", v->signed_at);
    put_time(w, "valid_from", v->valid_from);
    put_time(w, "valid_until", v->valid_until);
    jw_str(w, "algorithm", cose_alg_name(v->issuer_auth.alg));
    jw_str(w, "issuer_signature",
           v->issuer == PROOF_HOLDS   ? "holds"
           : v->issuer == PROOF_FAILS ? "fails"
                                      : "not-checked");
    jw_object(w, "digests");
    if (v->has_mso)
        jw_text(w, "algorithm", v->mso.digest_algorithm);
    jw_int(w, "checked", (int64_t)v->digests_checked);
    jw_int(w, "wrong", (int64_t)v->digests_wrong);
    jw_object_end(w);
    jw_str(w, "device", device_word(v));
    inspect_put_status(w, v, said);
    put_not_checked(w, v, said->found || in->opt->status.required);
    if (v->has_signer)
        put_certificate(w, "signer", &v->signer);
    if (v->has_path)
        put_anchor(w, v, in->opt->at);
    if (authentic)
        put_elements(in, v->document);
    jw_object_end(w);
}

/* One document, after its status was asked; in what is about the whole answer only the graver replaces. */
static void inspect_document(struct inspection *in, struct mdoc *m, struct mdoc_verdict *v)
{
    bool authentic = mdoc_authentic(v);
    struct status_said said = { .answer = STATUS_UNDETERMINED };

    if (authentic) {
        inspect_ask_status(in, v, &said);
        inspect_data(in, v);
    }
    put_document(in, v, authentic, &said);
    if (v->why.reason &&
        (m->result == RESULT_GENUINE || (m->result == RESULT_UNDETERMINED && v->result == RESULT_REVOKED))) {
        m->result = v->result;
        m->why = v->why;
    }
}

static enum result inspect_answer(struct inspection *in, const struct mdoc_options *opt)
{
    struct mdoc m;
    enum result r = mdoc_verify(in->bytes, opt, in->arena, &m, in->findings);

    if (m.response.version.n)
        jw_text(&in->fields, "version", m.response.version);
    jw_array(&in->fields, "documents");
    for (size_t i = 0; i < m.n; i++)
        inspect_document(in, &m, &m.document[i]);
    jw_array_end(&in->fields);
    in->why = m.why;
    if (r == RESULT_GENUINE && opt->transcript.n == 0)
        finding_add(in->findings, FINDING_NOTE, "device-not-checked", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.8.2",
                    "without the session it cannot be told that the device is the one it was issued to");
    return m.result;
}

static enum result inspect_request(struct inspection *in, const struct mdoc_options *opt)
{
    struct json_writer *w = &in->fields;
    struct mdoc_request m;
    enum result r = mdoc_request_verify(in->bytes, opt, in->arena, &m, in->findings);

    in->why = m.why;
    in->kind = "mdoc-request";
    jw_array(w, "requests");
    for (size_t i = 0; i < m.n; i++) {
        const struct mdoc_item_request *q = &m.request[i];

        jw_object(w, NULL);
        jw_text(w, "docType", q->doc_type);
        jw_str(w, "result", result_word(q->result));
        jw_str(w, "reason", q->why.reason);
        put_value(in, "elements", q->spaces);
        if (q->reader.certificate.der.n)
            put_certificate(w, "reader", &q->reader.certificate);
        jw_object_end(w);
    }
    jw_array_end(w);
    if (m.n_all == 0)
        return r;
    jw_array(w, "readers_of_all");
    for (size_t i = 0; i < m.n_all; i++) {
        jw_object(w, NULL);
        jw_str(w, "result", result_word(m.all[i].result));
        jw_str(w, "reason", m.all[i].why.reason);
        if (m.all[i].certificate.der.n)
            put_certificate(w, "reader", &m.all[i].certificate);
        jw_object_end(w);
    }
    jw_array_end(w);
    return r;
}

enum result inspect_mdoc(struct inspection *in)
{
    enum mdoc_form form;
    bool answer = mdoc_form_of(in->bytes, &form);
    struct mdoc_options opt = { .form = form,
                                .profile = in->opt->profile,
                                .at = in->opt->at,
                                .anchors = in->opt->anchors,
                                .transcript = in->opt->transcript,
                                .reader_key = in->opt->reader_key };

    in->thing = THING_MDOC;
    return answer ? inspect_answer(in, &opt) : inspect_request(in, &opt);
}
