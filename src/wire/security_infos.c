#include "wire/security_infos.h"

#include <stdio.h>

#include "wire/der.h"
#include "wire/oid.h"

#define CLAUSE "Doc 9303-11 9.2"

/* 0.4.0.127.0.7 is bsi-de; below it smartcard protocols 2.2 and standardizedDomainParameters 1.2. */
static const uint8_t bsi_protocols[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x02, 0x02 };
static const uint8_t standard_domains[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x02 };
static const uint8_t active_auth[] = { 0x67, 0x81, 0x08, 0x01, 0x01, 0x05 };
static const uint8_t ef_dir[] = { 0x67, 0x81, 0x08, 0x01, 0x01, 0x0d };

enum { PROTOCOL_PK = 1, PROTOCOL_TA = 2, PROTOCOL_CA = 3, PROTOCOL_PACE = 4 };

/* The arcs under id-PACE: key agreement and mapping. 5 is not given out. */
static const struct {
    bool known;
    enum key_agreement agreement;
    enum pace_mapping mapping;
} pace_arc[] = {
    [1] = { true, KEY_AGREEMENT_DH, PACE_MAPPING_GENERIC },
    [2] = { true, KEY_AGREEMENT_ECDH, PACE_MAPPING_GENERIC },
    [3] = { true, KEY_AGREEMENT_DH, PACE_MAPPING_INTEGRATED },
    [4] = { true, KEY_AGREEMENT_ECDH, PACE_MAPPING_INTEGRATED },
    [6] = { true, KEY_AGREEMENT_ECDH, PACE_MAPPING_CHIP_AUTH },
};

/* What goes into a finding about the item being read. */
struct context {
    struct findings *f;
    const uint8_t *base;
};

/* What the OID alone says. UNKNOWN: nothing. */
static void read_bsi_protocol(const uint8_t *arc, size_t n, struct security_info *s)
{
    uint8_t a = n > 1 ? arc[1] : 0, cipher = n > 2 ? arc[2] : 0;

    if (n == 1 && arc[0] == PROTOCOL_TA)
        s->kind = SECURITY_INFO_TERMINAL_AUTH;
    if (n < 2 || n > 3 || (n == 3 && (cipher < 1 || cipher > 4)))
        return;
    if (arc[0] == PROTOCOL_PACE) {
        if (a >= sizeof pace_arc / sizeof *pace_arc || !pace_arc[a].known)
            return;
        s->agreement = pace_arc[a].agreement;
        s->mapping = pace_arc[a].mapping;
        if (s->mapping == PACE_MAPPING_CHIP_AUTH && cipher == 1)
            return;
        s->kind = n == 3 ? SECURITY_INFO_PACE : SECURITY_INFO_PACE_DOMAIN;
    } else if (arc[0] == PROTOCOL_CA || (arc[0] == PROTOCOL_PK && n == 2)) {
        if (a != 1 && a != 2)
            return;
        s->agreement = a == 1 ? KEY_AGREEMENT_DH : KEY_AGREEMENT_ECDH;
        s->kind = arc[0] == PROTOCOL_PK ? SECURITY_INFO_CHIP_AUTH_KEY
                  : n == 3              ? SECURITY_INFO_CHIP_AUTH
                                        : SECURITY_INFO_CHIP_AUTH_DOMAIN;
    }
    if (cipher)
        s->cipher = (enum sm_cipher)(cipher - 1);
}

static void read_protocol(struct security_info *s)
{
    struct span bsi = span_of(bsi_protocols, sizeof bsi_protocols);

    if (span_starts(s->oid, bsi))
        read_bsi_protocol(s->oid.p + bsi.n, s->oid.n - bsi.n, s);
    else if (span_eq(s->oid, span_of(active_auth, sizeof active_auth)))
        s->kind = SECURITY_INFO_ACTIVE_AUTH;
    else if (span_eq(s->oid, span_of(ef_dir, sizeof ef_dir)))
        s->kind = SECURITY_INFO_EF_DIR;
}

/* AlgorithmIdentifier; the number when it names a standardized domain. */
static struct span read_algorithm(struct der *d, int32_t *standard)
{
    struct der_item item = der_get(d, DER_SEQUENCE);
    struct der in = der_within(d, item.body);
    struct span oid = der_oid(&in);

    if (span_eq(oid, span_of(standard_domains, sizeof standard_domains)))
        *standard = der_small(&in);
    else if (der_more(&in))
        (void)der_any(&in);
    der_close(d, &in);
    return item.all;
}

static void read_public_key(struct der *d, struct security_info *s)
{
    struct der_item item = der_get(d, DER_SEQUENCE);
    struct der in = der_within(d, item.body);

    (void)read_algorithm(&in, &s->standard_domain);
    s->key_bits = der_bits(&in);
    der_close(d, &in);
    s->key = item.all;
}

static void read_optional_id(struct der *d, struct security_info *s)
{
    if (der_more(d))
        s->id = der_small(d);
}

/* FileID ::= SEQUENCE { fid OCTET STRING (SIZE(2)), sfid OCTET STRING (SIZE(1)) OPTIONAL } */
static void read_cvca(struct der *d, struct security_info *s)
{
    struct der in = der_open(d, DER_SEQUENCE);
    const uint8_t *at = in.p;

    s->cvca_file = der_take(&in, DER_OCTET_STRING);
    if (der_more(&in))
        s->cvca_short = der_take(&in, DER_OCTET_STRING);
    if (s->cvca_file.n != 2 || s->cvca_short.n > 1)
        der_fail(&in, at, "file identifier of a wrong length");
    der_close(d, &in);
}

static void read_body(struct der *d, struct security_info *s)
{
    switch (s->kind) {
    case SECURITY_INFO_PACE:
    case SECURITY_INFO_CHIP_AUTH:
        s->version = der_small(d);
        read_optional_id(d, s);
        break;
    case SECURITY_INFO_PACE_DOMAIN:
    case SECURITY_INFO_CHIP_AUTH_DOMAIN:
        s->domain = read_algorithm(d, &s->standard_domain);
        read_optional_id(d, s);
        break;
    case SECURITY_INFO_CHIP_AUTH_KEY:
        read_public_key(d, s);
        read_optional_id(d, s);
        break;
    case SECURITY_INFO_TERMINAL_AUTH:
        s->version = der_small(d);
        if (der_more(d))
            read_cvca(d, s);
        break;
    case SECURITY_INFO_ACTIVE_AUTH:
        s->version = der_small(d);
        s->signature = der_oid(d);
        break;
    case SECURITY_INFO_EF_DIR:
        s->directory = der_take(d, DER_OCTET_STRING);
        break;
    case SECURITY_INFO_UNKNOWN:
        while (der_more(d))
            (void)der_any(d);
        break;
    }
}

/* The versions that the standards know; 0, 0: the kind has none. */
static void check_version(const struct context *c, const struct security_info *s)
{
    static const struct {
        uint8_t low, high;
        const char *clause;
    } known[] = {
        [SECURITY_INFO_PACE] = { 2, 2, "Doc 9303-11 9.2.1" },
        [SECURITY_INFO_ACTIVE_AUTH] = { 1, 1, "Doc 9303-11 9.2.3" },
        [SECURITY_INFO_CHIP_AUTH] = { 1, 3, "Doc 9303-11 9.2.4" },
        [SECURITY_INFO_TERMINAL_AUTH] = { 1, 2, "BSI TR-03110-3 A.1.1.3" },
        [SECURITY_INFO_EF_DIR] = { 0, 0, NULL },
    };

    if (s->version < known[s->kind].low || s->version > known[s->kind].high)
        finding_add(c->f, FINDING_WARNING, "security-info-value", (size_t)(s->all.p - c->base),
                    known[s->kind].clause, "version %d is not known", (int)s->version);
}

static bool read_one(struct der *set, const struct context *c, struct security_info *out, struct why *w)
{
    struct der_item item = der_get(set, DER_SEQUENCE);
    struct der d = der_within(set, item.body);
    struct security_info s = { .id = SECURITY_INFO_NO_ID, .standard_domain = SECURITY_INFO_NO_ID };

    s.all = item.all;
    s.oid = der_oid(&d);
    if (!der_ok(&d)) /* without a name it is nothing */
        return der_finish(&d, "security-infos", CLAUSE, w);
    read_protocol(&s);
    read_body(&d, &s);
    if (!der_done(&d)) {
        if (s.kind == SECURITY_INFO_UNKNOWN)
            return der_finish(&d, "security-infos", CLAUSE, w);
        finding_add(c->f, FINDING_WARNING, "security-info", der_offset(&d), CLAUSE,
                    "information about a known protocol has another form and is not used: %s",
                    d.what ? d.what : "bytes after the last expected item");
        s = (struct security_info){ .all = s.all, .oid = s.oid };
        s.id = s.standard_domain = SECURITY_INFO_NO_ID;
    } else {
        check_version(c, &s);
    }
    *out = s;
    return true;
}

static bool read_set(struct der *d, struct security_infos *out, struct findings *f, struct why *w)
{
    const struct context c = { .f = f, .base = d->base };
    struct der set = der_open(d, DER_SET);

    out->n = 0;
    while (der_more(&set)) {
        if (out->n == LIMIT_SECURITY_INFOS)
            return why_set(w, "too-large", der_offset(&set), CLAUSE, "more than %d security infos",
                           LIMIT_SECURITY_INFOS);
        if (!read_one(&set, &c, &out->item[out->n], w))
            return false;
        out->n++;
    }
    der_close(d, &set);
    return der_finish(d, "security-infos", CLAUSE, w);
}

bool security_infos_parse(struct span in, struct security_infos *out, struct findings *f, struct why *w)
{
    struct der d = der_of(in);

    return read_set(&d, out, f, w);
}

bool security_infos_parse_dg14(struct span file, struct security_infos *out, struct findings *f,
                               struct why *w)
{
    struct der d = der_of(file), in = der_open(&d, 0x6e);

    if (der_ok(&in) && !der_done(&d))
        return why_set(w, "security-infos", der_offset(&d), CLAUSE, "bytes after DG14");
    return read_set(&in, out, f, w);
}

const struct security_info *security_infos_find(const struct security_infos *s, enum security_info_kind kind,
                                                int32_t id)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->item[i].kind == kind && (id == SECURITY_INFO_NO_ID || s->item[i].id == id))
            return &s->item[i];
    return NULL;
}

const char *security_info_name(const struct security_info *s, char out[SECURITY_INFO_TEXT])
{
    static const char *const mapping[] = { "GM", "IM", "CAM" };
    static const char *const cipher[] = { "3DES-CBC-CBC", "AES-CBC-CMAC-128", "AES-CBC-CMAC-192",
                                          "AES-CBC-CMAC-256" };
    const char *agreement = s->agreement == KEY_AGREEMENT_DH ? "DH" : "ECDH";

    _Static_assert((int)SECURITY_INFO_TEXT == (int)OID_TEXT, "one buffer for both");
    switch (s->kind) {
    case SECURITY_INFO_PACE:
        (void)snprintf(out, SECURITY_INFO_TEXT, "PACE-%s-%s-%s", agreement, mapping[s->mapping],
                       cipher[s->cipher]);
        break;
    case SECURITY_INFO_PACE_DOMAIN:
        (void)snprintf(out, SECURITY_INFO_TEXT, "PACE-%s-%s", agreement, mapping[s->mapping]);
        break;
    case SECURITY_INFO_CHIP_AUTH:
        (void)snprintf(out, SECURITY_INFO_TEXT, "CA-%s-%s", agreement, cipher[s->cipher]);
        break;
    case SECURITY_INFO_CHIP_AUTH_DOMAIN:
        (void)snprintf(out, SECURITY_INFO_TEXT, "CA-%s", agreement);
        break;
    case SECURITY_INFO_CHIP_AUTH_KEY:
        (void)snprintf(out, SECURITY_INFO_TEXT, "PK-%s", agreement);
        break;
    case SECURITY_INFO_TERMINAL_AUTH:
        return "TA";
    case SECURITY_INFO_ACTIVE_AUTH:
        return "AA";
    case SECURITY_INFO_EF_DIR:
        return "EFDIR";
    case SECURITY_INFO_UNKNOWN:
        return oid_text(s->oid, out);
    }
    return out;
}
