#include "seal/mdoc_request.h"

#include "seal/mdoc_errors.h"
#include "seal/mdoc_transcript.h"

#define CLAUSE "ISO/IEC 18013-5 10.3.1"

enum { CHAIN = 8 };

static void need(struct cbor *c, const uint8_t *at, bool all, const char *what)
{
    if (cbor_ok(c) && !all)
        cbor_fail(c, at, what);
}

static void read_request(struct cbor *c, struct mdoc_item_request *r)
{
    const uint8_t *at = c->p;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "itemsRequest")) {
            (void)cbor_encoded(c, &r->items);
        } else {
            struct span item = cbor_item(c);

            if (span_eq_str(key, "readerAuth"))
                r->auth = item;
        }
    }
    need(c, at, r->items.n > 0, "itemsRequest is missing");
}

static void read_all(struct cbor *c, struct mdoc_request *m, struct arena *a)
{
    const uint8_t *at = c->p;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);
        const uint8_t *list = c->p;

        if (span_eq_str(key, "version")) {
            m->version = cbor_text(c);
        } else if (span_eq_str(key, "docRequests")) {
            m->n = cbor_array(c);
            need(c, list, m->n > 0, "nothing is asked for");
            m->request = arena_array(a, cbor_ok(c) ? m->n : 0, sizeof *m->request);
            need(c, list, m->request, "too many requests");
            for (size_t i = 0; i < m->n && cbor_ok(c); i++)
                read_request(c, &m->request[i]);
        } else {
            (void)cbor_item(c);
        }
    }
    need(c, at, m->version.n > 0 && m->n > 0, "version or docRequests is missing");
}

static bool read_items(struct mdoc_item_request *r, const uint8_t *base, bool lenient, struct arena *a,
                       struct why *w)
{
    struct cbor outer = cbor_of(r->items), c;
    struct span body = cbor_encoded(&outer, NULL);
    size_t longer = 0;

    if (!cbor_check(body, lenient ? &longer : NULL, a, w)) {
        why_shift(w, (size_t)(body.p - base));
        return false;
    }
    c = cbor_of(body);
    c.base = base;
    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        struct span key = cbor_text(&c);

        if (span_eq_str(key, "docType"))
            r->doc_type = cbor_text(&c);
        else if (span_eq_str(key, "nameSpaces"))
            r->spaces = cbor_item(&c);
        else
            (void)cbor_item(&c);
    }
    need(&c, body.p, r->doc_type.n > 0 && r->spaces.n > 0 && r->spaces.p[0] >> 5 == CBOR_MAP,
         "docType or nameSpaces is missing");
    return cbor_finish(&c, CLAUSE, w);
}

/* The signature of the reader and its certificate; false with why. */
static bool check_reader(struct mdoc_item_request *r, const struct cose *c, const uint8_t *base,
                         const struct mdoc_options *opt, struct arena *a, struct findings *f)
{
    struct span chain[CHAIN];
    struct session_content content;
    struct public_key *key = NULL;
    size_t n;
    bool ok;

    if (!cose_check_form(c, true, &r->why) || !cose_chain(c, chain, CHAIN, &n, &r->why) ||
        !mdl_certificate_parse(chain[0], base, &r->reader, &r->why) ||
        !cose_check_x5t(c, chain[0], &r->why) ||
        !mdl_certificate_check(&r->reader, MDL_READER, opt->profile, base, f, &r->why))
        return false;
    if (!opt->anchors || !mdl_path_find(opt->anchors, &r->reader, chain + 1, (n < CHAIN ? n : CHAIN) - 1,
                                        opt->at, base, &r->path, &r->why))
        return why_set(&r->why, "CERT_UNTRUSTED", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.8.3",
                       "no authority is known");
    if (opt->transcript.n == 0)
        return why_set(&r->why, "COSE_SIG", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.7",
                       "without the session the signature cannot be checked");
    if (!public_key_place_spki(r->reader.spki, a, &key, NULL))
        return why_set(&r->why, "CERT_KEY", WHY_NO_OFFSET, "ISO/IEC 18013-5 B.1", "the key cannot be used");
    reader_content(&content, opt->transcript, r->items);
    ok = cose_verify(c, key, (struct span){ 0 }, &content.content, a, "COSE_SIG", &r->why);
    public_key_clear(key);
    return ok;
}

static enum result malformed(struct mdoc_request *m)
{
    m->n = 0;
    return m->result = RESULT_MALFORMED;
}

enum result mdoc_request_verify(struct span in, const struct mdoc_options *opt, struct arena *a,
                                struct mdoc_request *out, struct findings *f)
{
    bool lenient = opt->profile == PROFILE_LENIENT;
    struct cbor c = cbor_of(in);
    struct cose *auth;
    size_t longer = 0;

    memset(out, 0, sizeof *out);
    out->why.offset = WHY_NO_OFFSET;
    if (!cbor_check(in, lenient ? &longer : NULL, a, &out->why))
        return malformed(out);
    read_all(&c, out, a);
    if (!cbor_finish(&c, CLAUSE, &out->why))
        return malformed(out);
    auth = arena_array(a, out->n, sizeof *auth);
    for (size_t i = 0; i < out->n; i++) {
        struct mdoc_item_request *r = &out->request[i];

        if (!auth || !read_items(r, c.base, lenient, a, &out->why) ||
            (r->auth.n && !cose_parse(r->auth, c.base, COSE_SIGN1, COSE_UNTAGGED, lenient ? &longer : NULL, a,
                                      &auth[i], &out->why)))
            return malformed(out);
    }
    if (out->version.n < 3 || out->version.p[0] != '1' || out->version.p[1] != '.') {
        (void)why_set(&out->why, "VERSION", (size_t)(out->version.p - c.base), "ISO/IEC 18013-5 8.3",
                      "a version that is not known");
        return malformed(out);
    }
    for (size_t i = 0; i < out->n; i++) {
        struct mdoc_item_request *r = &out->request[i];

        r->why.offset = WHY_NO_OFFSET;
        if (r->auth.n == 0) {
            (void)why_set(&r->why, "CERT_MISSING", (size_t)(r->items.p - c.base), "ISO/IEC 18013-5 12.7",
                          "the request is not signed");
            r->result = RESULT_UNDETERMINED;
        } else if (!check_reader(r, &auth[i], c.base, opt, a, f)) {
            r->result = licence_error_result(r->why.reason);
        }
        if (r->result != RESULT_GENUINE && out->result == RESULT_GENUINE) {
            out->result = r->result;
            out->why = r->why;
        }
    }
    return out->result;
}
