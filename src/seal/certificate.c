#include "seal/certificate.h"

#include "base/text.h"
#include "seal/algorithm.h"
#include "seal/name.h"

#define CLAUSE "RFC 5280 4.1"

static int two(const uint8_t *p)
{
    return ascii_digit(p[0]) && ascii_digit(p[1]) ? 10 * (p[0] - '0') + p[1] - '0' : -1;
}

/* YYMMDDHHMMSSZ from 1950 to 2049, or YYYYMMDDHHMMSSZ. */
unix_time certificate_time(struct der *d)
{
    bool utc = der_peek(d) == DER_UTC_TIME;
    struct der_item item = der_get(d, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME);
    const uint8_t *p = item.body.p;
    int year, century = 20, hour, minute, second;
    struct date day;

    if (!der_ok(d))
        return 0;
    if (item.body.n != (utc ? 13u : 15u) || p[item.body.n - 1] != 'Z') {
        der_fail(d, item.all.p, "time is not in UTC with seconds");
        return 0;
    }
    if (!utc) {
        century = two(p);
        p += 2;
    } else if (two(p) >= 50) {
        century = 19;
    }
    year = century * 100 + two(p);
    hour = two(p + 6);
    minute = two(p + 8);
    second = two(p + 10);
    if (century < 0 || two(p) < 0 || !date_make(year, two(p + 2), two(p + 4), &day) || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        der_fail(d, item.all.p, "no such time");
        return 0;
    }
    return time_of_date(day) + hour * 3600 + minute * 60 + second;
}

/* Subject C and CN. Of several values the first counts. */
static void read_subject(struct certificate *c, struct der *d)
{
    struct name_parts it = name_parts(c->subject);
    struct name_part p;

    while (name_next(&it, &p)) {
        if (p.type.n != 3 || p.type.p[0] != 0x55 || p.type.p[1] != 0x04)
            continue;
        if (p.type.p[2] == 6 && c->country.n == 0)
            c->country = p.value;
        else if (p.type.p[2] == 3 && c->common_name.n == 0)
            c->common_name = p.value;
    }
    if (!der_done(&it.rdns))
        der_fail(d, it.rdns.bad_at ? it.rdns.bad_at : it.rdns.p, "subject is not a Name");
}

/* One of the extensions that decide something here; seen counts each once (RFC 5280 4.2). */
enum known_extension { EXT_SKI, EXT_KEY_USAGE, EXT_BASIC, EXT_AKI, EXT_EKU, EXT_OTHER };

static enum known_extension which(struct span oid)
{
    if (oid.n != 3 || oid.p[0] != 0x55 || oid.p[1] != 0x1d)
        return EXT_OTHER;
    switch (oid.p[2]) {
    case 14:
        return EXT_SKI;
    case 15:
        return EXT_KEY_USAGE;
    case 19:
        return EXT_BASIC;
    case 35:
        return EXT_AKI;
    case 37:
        return EXT_EKU;
    default:
        return EXT_OTHER;
    }
}

static void read_key_usage(struct certificate *c, struct der *v)
{
    struct span bits = der_take(v, DER_BIT_STRING);

    if (der_ok(v) && bits.n < 2)
        der_fail(v, NULL, "empty keyUsage");
    if (!der_ok(v))
        return;
    for (unsigned i = 0; i < 8; i++)
        if (bits.p[1] & 0x80 >> i)
            c->key_usage = (uint16_t)(c->key_usage | 1u << i);
    if (bits.n > 2 && bits.p[2] & 0x80)
        c->key_usage |= 1 << 8;
}

static void read_value(struct certificate *c, enum known_extension kind, struct der *v)
{
    struct der in;
    struct der_item item;

    switch (kind) {
    case EXT_SKI:
        c->ski = der_take(v, DER_OCTET_STRING);
        break;
    case EXT_KEY_USAGE:
        read_key_usage(c, v);
        break;
    case EXT_BASIC:
        in = der_open(v, DER_SEQUENCE);
        c->is_ca = der_flag(&in);
        if (der_more(&in))
            (void)der_small(&in);
        der_close(v, &in);
        break;
    case EXT_AKI:
        in = der_open(v, DER_SEQUENCE);
        if (der_optional(&in, DER_CONTEXT(0), &item))
            c->aki = item.body;
        while (der_more(&in))
            (void)der_any(&in);
        der_close(v, &in);
        break;
    case EXT_EKU:
        c->has_eku = true;
        c->eku = der_take(v, DER_SEQUENCE);
        break;
    case EXT_OTHER:
        v->p = v->end;
        break;
    }
}

static void read_extensions(struct certificate *c, struct der *tbs, struct findings *f)
{
    struct der list = der_open(tbs, DER_CONTEXT_CONSTRUCTED(3)), exts = der_open(&list, DER_SEQUENCE);
    unsigned seen = 0;

    c->extensions = span_of(exts.p, (size_t)(exts.end - exts.p));
    while (der_more(&exts)) {
        struct der e = der_open(&exts, DER_SEQUENCE);
        struct span oid = der_oid(&e);
        bool critical = der_flag(&e);
        struct span value = der_take(&e, DER_OCTET_STRING);
        struct der v = der_within(&e, value);
        enum known_extension kind = which(oid);

        if (der_ok(&e) && kind != EXT_OTHER && (seen & 1u << kind))
            der_fail(&e, oid.p, "the same extension twice");
        seen |= 1u << kind;
        if (der_ok(&e))
            read_value(c, kind, &v);
        der_close(&e, &v);
        der_close(&exts, &e);
        if (critical && kind == EXT_OTHER && der_ok(&exts))
            finding_add(f, FINDING_NOTE, "critical-extension", (size_t)(oid.p - exts.base), "RFC 5280 4.2",
                        "a critical extension that is not evaluated here");
    }
    der_close(&list, &exts);
    der_close(tbs, &list);
}

static void read_serial(struct certificate *c, struct der *tbs, struct findings *f)
{
    struct der_item serial = der_get(tbs, DER_INTEGER);

    c->serial = serial.body;
    if (!der_ok(tbs))
        return;
    if (c->serial.n == 0)
        der_fail(tbs, serial.all.p, "empty serial number");
    else if (c->serial.n > 21 || c->serial.p[0] >= 0x80 ||
             (c->serial.n > 1 && !c->serial.p[0] && c->serial.p[1] < 0x80))
        finding_add(f, FINDING_NOTE, "serial-number", (size_t)(serial.all.p - tbs->base), "RFC 5280 4.1.2.2",
                    "serial number is negative, padded or longer than 20 octets");
}

static void read_unique_ids(struct der *tbs)
{
    struct der_item id;

    (void)der_optional(tbs, DER_CONTEXT(1), &id);
    (void)der_optional(tbs, DER_CONTEXT(2), &id);
}

/* TBSCertificate. *alg is its signature field, compared later with the outer one. */
static bool read_tbs(struct certificate *c, struct der *cert, struct span *alg, struct findings *f,
                     struct why *w)
{
    struct der tbs = der_open(cert, DER_SEQUENCE), version, validity;
    int32_t v = 0;
    const uint8_t *alg_at;

    if (der_peek(&tbs) == DER_CONTEXT_CONSTRUCTED(0)) {
        version = der_open(&tbs, DER_CONTEXT_CONSTRUCTED(0));
        v = der_small(&version);
        der_close(&tbs, &version);
    }
    if (der_ok(&tbs) && v > 2)
        der_fail(&tbs, NULL, "unknown version");
    read_serial(c, &tbs, f);
    alg_at = tbs.p;
    if (!sig_alg_read(&tbs, NULL, &c->sig_alg, w) && der_ok(&tbs))
        return false;
    *alg = der_ok(&tbs) ? span_of(alg_at, (size_t)(tbs.p - alg_at)) : (struct span){ 0 };
    c->issuer = der_get(&tbs, DER_SEQUENCE).all;
    validity = der_open(&tbs, DER_SEQUENCE);
    c->not_before = certificate_time(&validity);
    c->not_after = certificate_time(&validity);
    der_close(&tbs, &validity);
    c->subject = der_get(&tbs, DER_SEQUENCE).all;
    c->spki = der_get(&tbs, DER_SEQUENCE).all;
    read_unique_ids(&tbs);
    if (der_more(&tbs))
        read_extensions(c, &tbs, f);
    if (der_ok(&tbs))
        read_subject(c, &tbs);
    der_close(cert, &tbs);
    return true;
}

static bool too_large(struct span der, struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a certificate of %zu bytes", der.n);
}

bool certificate_read(struct span der, struct certificate *out, struct findings *f, struct why *w)
{
    struct der d = der_of(der), cert;
    struct certificate c = { .der = der };
    struct span inner = { 0 };
    const uint8_t *p;

    if (der.n > LIMIT_CERTIFICATE)
        return too_large(der, w);
    cert = der_open(&d, DER_SEQUENCE);
    p = cert.p;
    if (!read_tbs(&c, &cert, &inner, f, w))
        return false;
    if (der_ok(&cert))
        c.tbs = span_of(p, (size_t)(cert.p - p));
    p = cert.p;
    /* RFC 5280 4.1.1.2: both must be the same, so the outer one, which is not signed, is not read again. */
    if (der_ok(&cert) && !span_eq(der_get(&cert, DER_SEQUENCE).all, inner))
        der_fail(&cert, p, "signature algorithm differs from the signed one");
    c.signature = der_bits(&cert);
    der_close(&d, &cert);
    if (!der_done(&d))
        return der_finish(&d, "certificate", CLAUSE, w);
    *out = c;
    return true;
}

bool certificate_parse(struct span der, struct certificate *out, struct findings *f, struct why *w)
{
    if (der.n > LIMIT_CERTIFICATE)
        return too_large(der, w);
    return der_check(der, false, NULL, w) && certificate_read(der, out, f, w);
}

bool certificate_extension(const struct certificate *c, struct span oid, struct span *value)
{
    struct der exts = der_of(c->extensions);

    while (der_more(&exts)) {
        struct der e = der_open(&exts, DER_SEQUENCE);
        struct span id = der_oid(&e);

        (void)der_flag(&e);
        if (der_ok(&e) && span_eq(id, oid)) {
            *value = der_take(&e, DER_OCTET_STRING);
            return der_ok(&e);
        }
    }
    return false;
}

bool certificate_has_eku(const struct certificate *c, struct span oid)
{
    struct der list = der_of(c->eku);

    while (der_more(&list))
        if (span_eq(der_oid(&list), oid))
            return true;
    return false;
}
