/* The outer structure of an answer: everything that is not inside tag 24. */
#include "wire/mdoc.h"

#include "wire/mdoc_internal.h"

#define CLAUSE "ISO/IEC 18013-5 10.3.2"

bool mdoc_embedded(struct mdoc_response *r, struct span part, bool tolerant, struct arena *a,
                   struct cbor *out, struct why *w)
{
    size_t more = 0;

    if (!cbor_check(part, tolerant ? &more : NULL, a, w)) {
        why_shift(w, (size_t)(part.p - r->base));
        return false;
    }
    r->nonpreferred += more;
    *out = cbor_of(part);
    out->base = r->base;
    return true;
}

void mdoc_need(struct cbor *c, const uint8_t *at, bool all, const char *what)
{
    if (cbor_ok(c) && !all)
        cbor_fail(c, at, what);
}

static size_t count_items(struct cbor c)
{
    size_t total = 0;

    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        (void)cbor_text(&c);
        struct cbor in = cbor_within(&c, cbor_item(&c));

        total += cbor_array(&in);
    }
    return total;
}

/* Namespaces of the issuer: none of them empty. */
static void read_spaces(struct cbor *c, struct mdoc_document *d, struct arena *a)
{
    const uint8_t *at = c->p;
    size_t room = count_items(*c), n = cbor_map(c);

    mdoc_need(c, at, n > 0, "no namespace");
    d->item = arena_array(a, room, sizeof *d->item);
    mdoc_need(c, at, d->item || room == 0, "too many items");
    while (n-- > 0 && cbor_ok(c)) {
        struct span ns = cbor_text(c);
        const uint8_t *list = c->p;
        size_t items = cbor_array(c);

        mdoc_need(c, list, items > 0, "a namespace without items");
        for (; items > 0 && cbor_ok(c); items--) {
            struct mdoc_item it = { .ns = ns };

            it.map = cbor_encoded(c, &it.whole);
            if (cbor_ok(c) && d->item && d->n_items < room)
                d->item[d->n_items++] = it;
        }
    }
}

static void read_issuer_signed(struct cbor *c, struct mdoc_document *d, struct arena *a)
{
    const uint8_t *at = c->p;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "issuerAuth"))
            d->issuer_auth = cbor_item(c);
        else if (span_eq_str(key, "nameSpaces"))
            read_spaces(c, d, a);
        else
            (void)cbor_item(c);
    }
    mdoc_need(c, at, d->issuer_auth.n > 0, "issuerAuth is missing");
}

static void read_device_auth(struct cbor *c, struct mdoc_document *d)
{
    const uint8_t *at = c->p;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c), item = cbor_item(c);

        if (span_eq_str(key, "deviceSignature"))
            d->device_signature = item;
        else if (span_eq_str(key, "deviceMac"))
            d->device_mac = item;
    }
    mdoc_need(c, at, d->device_signature.n == 0 || d->device_mac.n == 0,
              "both a signature and a code of the device");
}

static void read_device_signed(struct cbor *c, struct mdoc_document *d)
{
    const uint8_t *at = c->p;

    d->has_device = true;
    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "nameSpaces"))
            d->device_spaces_map = cbor_encoded(c, &d->device_spaces);
        else if (span_eq_str(key, "deviceAuth"))
            read_device_auth(c, d);
        else
            (void)cbor_item(c);
    }
    mdoc_need(c, at, d->device_spaces.n > 0, "nameSpaces of the device are missing");
}

static void read_document(struct cbor *c, struct mdoc_document *d, struct arena *a)
{
    const uint8_t *at = c->p;
    bool has_type = false;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "docType")) {
            d->doc_type = cbor_text(c);
            has_type = true;
        } else if (span_eq_str(key, "issuerSigned")) {
            read_issuer_signed(c, d, a);
        } else if (span_eq_str(key, "deviceSigned")) {
            read_device_signed(c, d);
        } else {
            (void)cbor_item(c);
        }
    }
    mdoc_need(c, at, has_type, "docType is missing");
    mdoc_need(c, at, d->issuer_auth.n > 0, "issuerSigned is missing");
}

static bool room_for(struct mdoc_response *r, size_t n, struct arena *a)
{
    r->document = arena_array(a, n, sizeof *r->document);
    r->n = n;
    return n == 0 || r->document;
}

static void read_response(struct cbor *c, struct mdoc_response *r, struct arena *a)
{
    const uint8_t *at = c->p;
    bool has_version = false, has_status = false;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);
        const uint8_t *list = c->p;

        if (span_eq_str(key, "version")) {
            r->version = cbor_text(c);
            has_version = true;
        } else if (span_eq_str(key, "status")) {
            r->status = cbor_uint(c);
            has_status = true;
        } else if (span_eq_str(key, "documents")) {
            size_t count = cbor_array(c);

            mdoc_need(c, list, count > 0, "an empty list of documents");
            mdoc_need(c, list, room_for(r, cbor_ok(c) ? count : 0, a), "too many documents");
            for (size_t i = 0; i < count && cbor_ok(c); i++)
                read_document(c, &r->document[i], a);
        } else {
            (void)cbor_item(c);
        }
    }
    mdoc_need(c, at, has_version && has_status, "version or status is missing");
}

bool mdoc_read(struct span in, enum mdoc_form form, bool tolerant, struct arena *a, struct mdoc_response *out,
               struct why *w)
{
    struct cbor c = cbor_of(in);
    struct mdoc_response r = { .base = c.base };

    if (!cbor_check(in, tolerant ? &r.nonpreferred : NULL, a, w))
        return false;
    if (form == MDOC_RESPONSE) {
        read_response(&c, &r, a);
    } else {
        mdoc_need(&c, NULL, room_for(&r, 1, a), "no memory left for this");
        if (cbor_ok(&c) && form == MDOC_DOCUMENT)
            read_document(&c, r.document, a);
        else if (cbor_ok(&c))
            read_issuer_signed(&c, r.document, a);
    }
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    *out = r;
    return true;
}

const struct mdoc_item *mdoc_item_find(const struct mdoc_document *d, const char *ns, const char *id)
{
    for (size_t i = 0; i < d->n_items; i++)
        if (span_eq_str(d->item[i].ns, ns) && span_eq_str(d->item[i].id, id))
            return &d->item[i];
    return NULL;
}

bool mdoc_form_of(struct span in, enum mdoc_form *out)
{
    struct cbor c = cbor_of(in);

    *out = MDOC_RESPONSE;
    for (size_t n = cbor_peek(&c) == CBOR_MAP ? cbor_map(&c) : 0; n > 0 && cbor_more(&c); n--) {
        struct span key = cbor_peek(&c) == CBOR_TEXT ? cbor_text(&c) : cbor_item(&c);

        if (span_eq_str(key, "docRequests"))
            return false;
        if (span_eq_str(key, "docType") || span_eq_str(key, "issuerAuth")) {
            *out = span_eq_str(key, "docType") ? MDOC_DOCUMENT : MDOC_ISSUER_SIGNED;
            return true;
        }
        (void)cbor_item(&c);
    }
    return true;
}
