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
                r->reader.auth = item;
        }
    }
    need(c, at, r->items.n > 0, "itemsRequest is missing");
}

static void read_list(struct cbor *c, struct mdoc_request *m, struct arena *a)
{
    const uint8_t *list = c->p;

    m->n = cbor_array(c);
    need(c, list, m->n > 0, "nothing is asked for");
    m->request = arena_array(a, cbor_ok(c) ? m->n : 0, sizeof *m->request);
    need(c, list, m->request, "too many requests");
    for (size_t i = 0; i < m->n && cbor_ok(c); i++)
        read_request(c, &m->request[i]);
}

static void read_signatures(struct cbor *c, struct mdoc_request *m, struct arena *a)
{
    const uint8_t *list = c->p;

    m->n_all = cbor_array(c);
    need(c, list, m->n_all > 0, "readerAuthAll is empty");
    m->all = arena_array(a, cbor_ok(c) ? m->n_all : 0, sizeof *m->all);
    need(c, list, m->all, "too many signatures");
    for (size_t i = 0; i < m->n_all && cbor_ok(c); i++)
        m->all[i].auth = cbor_item(c);
}

static void read_all(struct cbor *c, struct mdoc_request *m, struct arena *a)
{
    const uint8_t *at = c->p;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "version"))
            m->version = cbor_text(c);
        else if (span_eq_str(key, "docRequests"))
            read_list(c, m, a);
        else if (span_eq_str(key, "deviceRequestInfo"))
            (void)cbor_encoded(c, &m->info);
        else if (span_eq_str(key, "readerAuthAll"))
            read_signatures(c, m, a);
        else
            (void)cbor_item(c);
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

/* The signature of a reader and its certificate; false with why. */
static bool check_reader(struct mdoc_reader *r, const struct cose *c, const struct cose_content *content,
                         const uint8_t *base, const struct mdoc_options *opt, struct arena *a,
                         struct findings *f)
{
    struct span chain[CHAIN];
    struct public_key *key = NULL;
    size_t n;
    bool ok;

    if (!cose_check_form(c, true, &r->why) || !cose_chain(c, chain, CHAIN, &n, &r->why) ||
        !mdl_certificate_parse(chain[0], base, &r->certificate, &r->why) ||
        !cose_check_x5t(c, chain[0], &r->why) ||
        !mdl_certificate_check(&r->certificate, MDL_READER, opt->profile, base, f, &r->why))
        return false;
    if (!opt->anchors || !mdl_path_find(opt->anchors, &r->certificate, chain + 1, (n < CHAIN ? n : CHAIN) - 1,
                                        opt->at, base, &r->path, &r->why))
        return why_set(&r->why, "CERT_UNTRUSTED", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.8.3",
                       "no authority is known");
    if (opt->transcript.n == 0)
        return why_set(&r->why, "COSE_SIG", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.7",
                       "without the session the signature cannot be checked");
    if (!public_key_place_spki(r->certificate.spki, a, &key, NULL))
        return why_set(&r->why, "CERT_KEY", WHY_NO_OFFSET, "ISO/IEC 18013-5 B.1", "the key cannot be used");
    ok = cose_verify(c, key, (struct span){ 0 }, content, a, "COSE_SIG", &r->why);
    public_key_clear(key);
    return ok;
}

static enum result malformed(struct mdoc_request *m)
{
    m->n = m->n_all = 0;
    return m->result = RESULT_MALFORMED;
}

/* Reading a whole request; auth has one place for each reader, those of all requests behind the others. */
struct reading {
    struct mdoc_request *m;
    const struct mdoc_options *opt;
    struct arena *a;
    struct findings *f;
    const uint8_t *base;
    struct cose *auth;
};

static bool parse_auth(struct reading *k, const struct mdoc_reader *r, struct cose *out)
{
    size_t longer = 0;

    return r->auth.n == 0 ||
           cose_parse(r->auth, k->base, COSE_SIGN1, COSE_UNTAGGED,
                      k->opt->profile == PROFILE_LENIENT ? &longer : NULL, k->a, out, &k->m->why);
}

static bool read_parts(struct reading *k)
{
    struct mdoc_request *m = k->m;

    k->auth = arena_array(k->a, m->n + m->n_all, sizeof *k->auth);
    if (!k->auth)
        return why_set(&m->why, "CBOR_DEPTH", WHY_NO_OFFSET, NULL, "too many requests");
    for (size_t i = 0; i < m->n; i++)
        if (!read_items(&m->request[i], k->base, k->opt->profile == PROFILE_LENIENT, k->a, &m->why) ||
            !parse_auth(k, &m->request[i].reader, &k->auth[i]))
            return false;
    for (size_t i = 0; i < m->n_all; i++)
        if (!parse_auth(k, &m->all[i], &k->auth[m->n + i]))
            return false;
    if (m->version.n < 3 || m->version.p[0] != '1' || m->version.p[1] != '.')
        return why_set(&m->why, "VERSION", (size_t)(m->version.p - k->base), "ISO/IEC 18013-5 8.3",
                       "a version that is not known");
    return true;
}

/* Those over all requests; the first that fails, or NULL. */
static const struct mdoc_reader *judge_all(struct reading *k)
{
    struct mdoc_request *m = k->m;
    struct span *items = arena_array(k->a, m->n, sizeof *items);
    const struct mdoc_reader *bad = NULL;
    struct session_content content;

    for (size_t i = 0; items && i < m->n; i++)
        items[i] = m->request[i].items;
    for (size_t i = 0; i < m->n_all; i++) {
        struct mdoc_reader *r = &m->all[i];

        r->why.offset = WHY_NO_OFFSET;
        if (!items || !reader_all_content(&content, k->opt->transcript, items, m->n, m->info, k->a, NULL))
            (void)why_set(&r->why, "CBOR_DEPTH", WHY_NO_OFFSET, NULL, "too many requests");
        else
            (void)check_reader(r, &k->auth[m->n + i], &content.content, k->base, k->opt, k->a, k->f);
        r->result = r->why.reason ? licence_error_result(r->why.reason) : RESULT_GENUINE;
        if (r->result != RESULT_GENUINE && !bad)
            bad = r;
    }
    return bad;
}

static void judge(struct reading *k, size_t i, const struct mdoc_reader *bad)
{
    struct mdoc_item_request *q = &k->m->request[i];
    struct mdoc_reader *r = &q->reader;
    struct session_content content;

    r->why.offset = q->why.offset = WHY_NO_OFFSET;
    if (r->auth.n) {
        reader_content(&content, k->opt->transcript, q->items);
        (void)check_reader(r, &k->auth[i], &content.content, k->base, k->opt, k->a, k->f);
    } else if (k->m->n_all == 0) {
        (void)why_set(&r->why, "CERT_MISSING", (size_t)(q->items.p - k->base), "ISO/IEC 18013-5 12.7",
                      "the request is not signed");
    }
    r->result = r->why.reason ? licence_error_result(r->why.reason) : RESULT_GENUINE;
    if (r->auth.n == 0 && k->m->n_all == 0)
        r->result = RESULT_UNDETERMINED;
    q->why = r->result != RESULT_GENUINE || !bad ? r->why : bad->why;
    q->result = r->result != RESULT_GENUINE || !bad ? r->result : bad->result;
}

enum result mdoc_request_verify(struct span in, const struct mdoc_options *opt, struct arena *a,
                                struct mdoc_request *out, struct findings *f)
{
    struct reading k = { .m = out, .opt = opt, .a = a, .f = f };
    struct cbor c = cbor_of(in);
    const struct mdoc_reader *bad;
    size_t longer = 0;

    memset(out, 0, sizeof *out);
    out->why.offset = WHY_NO_OFFSET;
    if (!cbor_check(in, opt->profile == PROFILE_LENIENT ? &longer : NULL, a, &out->why))
        return malformed(out);
    read_all(&c, out, a);
    k.base = c.base;
    if (!cbor_finish(&c, CLAUSE, &out->why) || !read_parts(&k))
        return malformed(out);
    bad = judge_all(&k);
    for (size_t i = 0; i < out->n; i++) {
        judge(&k, i, bad);
        if (out->request[i].result != RESULT_GENUINE && out->result == RESULT_GENUINE) {
            out->result = out->request[i].result;
            out->why = out->request[i].why;
        }
    }
    return out->result;
}
