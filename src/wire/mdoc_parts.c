/* The embedded parts: items, what the device signed, the mobile security object. */

#include "base/date.h"
#include "base/text.h"
#include "wire/mdoc_internal.h"

/* --- items --- */

static void read_item(struct cbor *c, struct mdoc_item *it)
{
    enum { ID = 1, RANDOM = 2, NAME = 4, VALUE = 8 };
    const uint8_t *at = c->p;
    unsigned seen = 0;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "digestID")) {
            it->digest_id = cbor_uint(c);
            seen |= ID;
        } else if (span_eq_str(key, "random")) {
            it->random = cbor_bytes(c);
            seen |= RANDOM;
        } else if (span_eq_str(key, "elementIdentifier")) {
            it->id = cbor_text(c);
            seen |= NAME;
        } else {
            struct span item = cbor_item(c);

            if (span_eq_str(key, "elementValue")) {
                it->value = item;
                seen |= VALUE;
            }
        }
    }
    mdoc_need(c, at, seen == (ID | RANDOM | NAME | VALUE), "an item lacks a member");
}

bool mdoc_items_read(struct mdoc_response *r, struct mdoc_document *d, bool tolerant, struct arena *a,
                     struct why *w)
{
    for (size_t i = 0; i < d->n_items; i++) {
        struct cbor c;

        if (!mdoc_embedded(r, d->item[i].map, tolerant, a, &c, w))
            return false;
        read_item(&c, &d->item[i]);
        if (!cbor_finish(&c, "ISO/IEC 18013-5 10.3.3", w))
            return false;
    }
    return true;
}

/* --- what the device signed --- */

bool mdoc_device_read(struct mdoc_response *r, struct mdoc_document *d, bool tolerant, struct arena *a,
                      struct why *w)
{
    struct cbor c, ahead;
    size_t room = 0;

    if (!d->has_device)
        return true;
    if (!mdoc_embedded(r, d->device_spaces_map, tolerant, a, &c, w))
        return false;
    ahead = c;
    for (size_t n = cbor_map(&ahead); n > 0 && cbor_ok(&ahead); n--) {
        (void)cbor_text(&ahead);
        struct cbor in = cbor_within(&ahead, cbor_item(&ahead));

        room += cbor_map(&in);
    }
    d->element = arena_array(a, room, sizeof *d->element);
    mdoc_need(&c, NULL, d->element || room == 0, "too many elements");
    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        struct span ns = cbor_text(&c);
        const uint8_t *at = c.p;
        size_t elements = cbor_map(&c);

        mdoc_need(&c, at, elements > 0, "a namespace without elements");
        for (; elements > 0 && cbor_ok(&c); elements--) {
            struct mdoc_element e = { .ns = ns, .id = cbor_text(&c) };

            e.value = cbor_item(&c);
            if (cbor_ok(&c) && d->element && d->n_elements < room)
                d->element[d->n_elements++] = e;
        }
    }
    return cbor_finish(&c, "ISO/IEC 18013-5 10.3.3", w);
}

/* --- mobile security object --- */

/* Heap sort: nothing an issuer chooses makes it slow. */
static void sift(struct mdoc_digest *a, size_t i, size_t n)
{
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        struct mdoc_digest t = a[i];

        if (child + 1 < n && a[child].id < a[child + 1].id)
            child++;
        if (t.id >= a[child].id)
            return;
        a[i] = a[child];
        a[child] = t;
    }
}

static void order(struct mdoc_digest *a, size_t n)
{
    size_t sorted = 1;

    while (sorted < n && a[sorted - 1].id < a[sorted].id)
        sorted++;
    if (sorted >= n)
        return;
    for (size_t i = n / 2; i-- > 0;)
        sift(a, i, n);
    for (size_t i = n; i-- > 1;) {
        struct mdoc_digest t = a[0];

        a[0] = a[i];
        a[i] = t;
        sift(a, 0, i);
    }
}

static void read_digests(struct cbor *c, struct mdoc_mso *m, struct arena *a)
{
    const uint8_t *at = c->p;
    size_t n = cbor_map(c);

    mdoc_need(c, at, n > 0, "no digests");
    m->digests = arena_array(a, cbor_ok(c) ? n : 0, sizeof *m->digests);
    mdoc_need(c, at, m->digests, "too many digests");
    for (; n > 0 && cbor_ok(c); n--) {
        struct mdoc_digests *d = &m->digests[m->n_digests];

        d->ns = cbor_text(c);
        at = c->p;
        d->n = cbor_map(c);
        mdoc_need(c, at, d->n > 0, "a namespace without digests");
        d->digest = arena_array(a, cbor_ok(c) ? d->n : 0, sizeof *d->digest);
        mdoc_need(c, at, d->digest, "too many digests");
        for (size_t i = 0; i < d->n && cbor_ok(c); i++) {
            d->digest[i].id = cbor_uint(c);
            d->digest[i].value = cbor_bytes(c);
        }
        if (cbor_ok(c)) {
            order(d->digest, d->n);
            m->n_digests++;
        }
    }
}

static bool authorized_whole(const struct mdoc_mso *m, size_t n, struct span ns)
{
    for (size_t i = 0; i < n; i++)
        if (m->authorization[i].id.n == 0 && span_eq(m->authorization[i].ns, ns))
            return true;
    return false;
}

static void authorize(struct mdoc_mso *m, struct cbor *c, size_t room, struct span ns, struct span id)
{
    if (cbor_ok(c) && m->n_authorizations < room)
        m->authorization[m->n_authorizations++] = (struct mdoc_authorization){ ns, id };
}

static void read_spaces(struct cbor c, struct mdoc_mso *m, size_t room, struct cbor *outer)
{
    const uint8_t *at = c.p;
    size_t n = cbor_array(&c);

    mdoc_need(&c, at, n > 0, "no namespace is authorized");
    for (; n > 0 && cbor_ok(&c); n--) {
        struct span ns = cbor_text(&c);

        authorize(m, &c, room, ns, (struct span){ 0 });
    }
    if (!cbor_ok(&c))
        cbor_fail(outer, c.bad_at, c.what);
}

static void read_elements(struct cbor c, struct mdoc_mso *m, size_t room, struct cbor *outer)
{
    const uint8_t *at = c.p;
    size_t n = cbor_map(&c), whole = m->n_authorizations;

    mdoc_need(&c, at, n > 0, "no element is authorized");
    for (; n > 0 && cbor_ok(&c); n--) {
        struct span ns = cbor_text(&c);
        size_t ids;

        at = c.p;
        ids = cbor_array(&c);
        mdoc_need(&c, at, ids > 0 && !authorized_whole(m, whole, ns),
                  "a namespace without elements, or authorized twice");
        for (; ids > 0 && cbor_ok(&c); ids--) {
            struct span id = cbor_text(&c);

            mdoc_need(&c, at, id.n > 0, "an element without name");
            authorize(m, &c, room, ns, id);
        }
    }
    if (!cbor_ok(&c))
        cbor_fail(outer, c.bad_at, c.what);
}

/* 12.3.4: not empty, and a namespace in one of the two members only. */
static void read_authorizations(struct cbor *c, struct mdoc_mso *m, struct arena *a)
{
    const uint8_t *at = c->p;
    size_t n = cbor_map(c), room;
    struct span spaces = { 0 }, elements = { 0 };

    for (; n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c), item = cbor_item(c);

        if (span_eq_str(key, "nameSpaces"))
            spaces = item;
        else if (span_eq_str(key, "dataElements"))
            elements = item;
    }
    mdoc_need(c, at, spaces.n || elements.n, "keyAuthorizations is empty");
    /* Each authorization takes at least one byte. */
    room = spaces.n + elements.n;
    m->authorization = arena_array(a, room, sizeof *m->authorization);
    mdoc_need(c, at, m->authorization, "too many authorizations");
    if (cbor_ok(c) && spaces.n)
        read_spaces(cbor_within(c, spaces), m, room, c);
    if (cbor_ok(c) && elements.n)
        read_elements(cbor_within(c, elements), m, room, c);
}

static void read_key_info(struct cbor *c, struct mdoc_mso *m, struct arena *a)
{
    const uint8_t *at = c->p;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "deviceKey")) {
            mdoc_need(c, NULL, cbor_peek(c) == CBOR_MAP, "deviceKey is no map");
            m->device_key = cbor_item(c);
        } else if (span_eq_str(key, "keyAuthorizations")) {
            read_authorizations(c, m, a);
        } else {
            (void)cbor_item(c);
        }
    }
    mdoc_need(c, at, m->device_key.n > 0, "deviceKey is missing");
}

static void read_validity(struct cbor *c, struct mdoc_mso *m)
{
    const uint8_t *at = c->p;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c), item = cbor_item(c);

        if (span_eq_str(key, "signed"))
            m->signed_at = item;
        else if (span_eq_str(key, "validFrom"))
            m->valid_from = item;
        else if (span_eq_str(key, "validUntil"))
            m->valid_until = item;
        else if (span_eq_str(key, "expectedUpdate"))
            m->expected_update = item;
    }
    mdoc_need(c, at, m->signed_at.n && m->valid_from.n && m->valid_until.n,
              "a time of validityInfo is missing");
}

static void read_status_list(struct cbor *c, struct mdoc_status *s)
{
    const uint8_t *at = c->p;
    bool has_index = false, has_uri = false;

    s->has_list = true;
    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "idx")) {
            s->index = cbor_uint(c);
            has_index = true;
        } else if (span_eq_str(key, "uri")) {
            s->list_uri = cbor_text(c);
            has_uri = true;
        } else if (span_eq_str(key, "certificate")) {
            s->list_certificate = cbor_bytes(c);
        } else {
            (void)cbor_item(c);
        }
    }
    mdoc_need(c, at, has_index && has_uri, "status_list lacks idx or uri");
}

static void read_identifiers(struct cbor *c, struct mdoc_status *s)
{
    const uint8_t *at = c->p;
    bool has_id = false, has_uri = false;

    s->has_identifiers = true;
    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "id")) {
            s->identifier = cbor_bytes(c);
            has_id = true;
        } else if (span_eq_str(key, "uri")) {
            s->identifiers_uri = cbor_text(c);
            has_uri = true;
        } else if (span_eq_str(key, "certificate")) {
            s->identifiers_certificate = cbor_bytes(c);
        } else {
            (void)cbor_item(c);
        }
    }
    mdoc_need(c, at, has_id && has_uri, "identifier_list lacks id or uri");
}

static void read_status(struct cbor *c, struct mdoc_status *s)
{
    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "status_list"))
            read_status_list(c, s);
        else if (span_eq_str(key, "identifier_list"))
            read_identifiers(c, s);
        else
            (void)cbor_item(c);
    }
}

static void read_mso(struct cbor *c, struct mdoc_mso *m, struct arena *a)
{
    enum { VERSION = 1, ALGORITHM = 2, DIGESTS = 4, KEY = 8, TYPE = 16, VALIDITY = 32, ALL = 63 };
    const uint8_t *at = c->p;
    unsigned seen = 0;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        struct span key = cbor_text(c);

        if (span_eq_str(key, "version")) {
            m->version = cbor_text(c);
            seen |= VERSION;
        } else if (span_eq_str(key, "digestAlgorithm")) {
            m->digest_algorithm = cbor_text(c);
            seen |= ALGORITHM;
        } else if (span_eq_str(key, "valueDigests")) {
            read_digests(c, m, a);
            seen |= DIGESTS;
        } else if (span_eq_str(key, "deviceKeyInfo")) {
            read_key_info(c, m, a);
            seen |= KEY;
        } else if (span_eq_str(key, "docType")) {
            m->doc_type = cbor_text(c);
            seen |= TYPE;
        } else if (span_eq_str(key, "validityInfo")) {
            read_validity(c, m);
            seen |= VALIDITY;
        } else if (span_eq_str(key, "status")) {
            read_status(c, &m->status);
        } else {
            (void)cbor_item(c);
        }
    }
    mdoc_need(c, at, seen == ALL, "the mobile security object lacks a member");
}

bool mdoc_mso_read(struct mdoc_response *r, struct span payload, bool tolerant, struct arena *a,
                   struct mdoc_mso *out, struct why *w)
{
    struct mdoc_mso m = { 0 };
    struct cbor c;
    struct span body;

    if (!mdoc_embedded(r, payload, tolerant, a, &c, w))
        return false;
    body = cbor_encoded(&c, NULL);
    if (!cbor_finish(&c, "ISO/IEC 18013-5 12.3.4", w) || !mdoc_embedded(r, body, tolerant, a, &c, w))
        return false;
    read_mso(&c, &m, a);
    if (!cbor_finish(&c, "ISO/IEC 18013-5 12.3.4", w))
        return false;
    *out = m;
    return true;
}

const struct mdoc_digest *mdoc_digest_find(const struct mdoc_mso *m, struct span ns, uint64_t id)
{
    for (size_t i = 0; i < m->n_digests; i++) {
        const struct mdoc_digests *d = &m->digests[i];
        size_t lo = 0, hi = d->n;

        if (!span_eq(d->ns, ns))
            continue;
        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;

            if (d->digest[mid].id < id)
                lo = mid + 1;
            else
                hi = mid;
        }
        return lo < d->n && d->digest[lo].id == id ? &d->digest[lo] : NULL;
    }
    return NULL;
}

/* --- times --- */

static int number(const uint8_t *p, size_t n)
{
    int v = 0;

    for (size_t i = 0; i < n; i++) {
        if (!ascii_digit(p[i]))
            return -1;
        v = 10 * v + p[i] - '0';
    }
    return v;
}

bool mdoc_time(struct span item, bool *fraction, int64_t *out)
{
    struct cbor c = cbor_of(item);
    struct date day;
    struct span s;
    int hour, minute, second;
    size_t end = 19;

    if (cbor_tag(&c) != CBOR_TAG_TDATE)
        return false;
    s = cbor_text(&c);
    if (!cbor_ok(&c) || s.n < 20 || s.p[4] != '-' || s.p[7] != '-' || s.p[10] != 'T' || s.p[13] != ':' ||
        s.p[16] != ':')
        return false;
    hour = number(s.p + 11, 2);
    minute = number(s.p + 14, 2);
    second = number(s.p + 17, 2);
    if (number(s.p, 4) < 0 || number(s.p + 5, 2) < 0 || number(s.p + 8, 2) < 0 ||
        !date_make(number(s.p, 4), number(s.p + 5, 2), number(s.p + 8, 2), &day) || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    if (fraction)
        *fraction = s.p[end] == '.';
    if (fraction && *fraction) {
        for (end++; end < s.n && ascii_digit(s.p[end]);)
            end++;
        if (end == 20)
            return false;
    }
    if (end + 1 != s.n || s.p[end] != 'Z')
        return false;
    *out = time_of_date(day) + hour * 3600 + minute * 60 + second;
    return true;
}
