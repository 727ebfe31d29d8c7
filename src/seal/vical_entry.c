/* What is wrong with an entry: its fields against its certificate, and that against the profile of
 * authorities. */
#include <stdio.h>

#include "base/text.h"
#include "seal/mdl_profile.h"
#include "seal/vical_internal.h"
#include "wire/der.h"
#include "wire/mdoc.h"

const char *vical_defect_word(enum vical_defect d)
{
    static const char *const words[] = {
        [VICAL_UNREADABLE] = "certificate",
        [VICAL_SERIAL] = "serialNumber",
        [VICAL_SKI] = "ski",
        [VICAL_ISSUER] = "issuer",
        [VICAL_SUBJECT] = "subject",
        [VICAL_COUNTRY] = "issuingCountry",
        [VICAL_STATE] = "stateOrProvinceName",
        [VICAL_NOT_BEFORE] = "notBefore",
        [VICAL_NOT_AFTER] = "notAfter",
        [VICAL_MALFORMED_EXTENSION] = "malformed extension",
        [VICAL_KEY] = "key",
        [VICAL_SIGNATURE_ALGORITHM] = "signature algorithm",
        [VICAL_NOT_CA] = "not a CA",
        [VICAL_BASIC_NOT_CRITICAL] = "basicConstraints not critical",
        [VICAL_PATH_LENGTH] = "pathLen",
        [VICAL_KEY_USAGE] = "keyUsage",
        [VICAL_NO_ISSUER_NAME] = "issuerAltName",
        [VICAL_NO_KEY_ID] = "subjectKeyIdentifier",
        [VICAL_EXTENSION] = "extension not allowed",
        [VICAL_VALIDITY] = "validity",
        [VICAL_NOT_SELF_SIGNED] = "not self-signed",
        [VICAL_DEFECTS] = "",
    };

    return words[d];
}

void vical_entry_say(const struct vical_entry *e, size_t i, char *out, size_t n)
{
    size_t used = (size_t)snprintf(out, n, "entry %zu", i);
    const char *between = ": ";

    for (unsigned d = 0; d < VICAL_DEFECTS && used < n; d++) {
        if (!(e->defects & 1u << d))
            continue;
        used +=
            (size_t)snprintf(out + used, n - used, "%s%s", between, vical_defect_word((enum vical_defect)d));
        between = ", ";
    }
}

static void defect(struct vical_entry *e, enum vical_defect d, bool is)
{
    if (is)
        e->defects |= 1u << d;
}

/* --- fields --- */

static bool same_letters(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if ((a.p[i] | 0x20) != (b.p[i] | 0x20))
            return false;
    return true;
}

/* RFC 5280 4.2.1.2 (1): SHA-1 over the bits of the public key. */
static void key_id(struct span spki, struct digest *out)
{
    struct der d = der_of(spki), in = der_open(&d, DER_SEQUENCE);

    (void)der_take(&in, DER_SEQUENCE);
    digest_of(DIGEST_SHA1, der_bits(&in), out);
}

static bool ski_differs(const struct vical_entry *e)
{
    struct digest d;

    if (e->cert.ski.n)
        return !span_eq(e->ski, e->cert.ski);
    key_id(e->cert.spki, &d);
    return !span_eq(e->ski, digest_span(&d));
}

static bool time_differs(struct span item, unix_time t)
{
    bool fraction;
    int64_t said;

    return item.n > 0 && mdoc_time(item, &fraction, &said) && said != t;
}

static void judge_fields(struct vical_entry *e)
{
    struct span serial = e->cert.serial, st = mdl_certificate_state(&e->cert), country = e->country;
    const uint8_t *dash = country.n ? memchr(country.p, '-', country.n) : NULL;

    while (serial.n > 0 && serial.p[0] == 0)
        serial = span_sub(serial, 1, serial.n);
    if (dash)
        country.n = (size_t)(dash - country.p);
    defect(e, VICAL_SERIAL, !span_eq(serial, e->serial));
    defect(e, VICAL_SKI, ski_differs(e));
    defect(e, VICAL_ISSUER, e->issuer.n && !names_equal(e->issuer, e->cert.issuer));
    defect(e, VICAL_SUBJECT, e->subject.n && !names_equal(e->subject, e->cert.subject));
    defect(e, VICAL_COUNTRY, country.n && !same_letters(country, e->cert.country));
    defect(e, VICAL_STATE, e->state.n && !same_letters(e->state, st));
    defect(e, VICAL_NOT_BEFORE, time_differs(e->not_before, e->cert.not_before));
    defect(e, VICAL_NOT_AFTER, time_differs(e->not_after, e->cert.not_after));
}

/* --- profile --- */

struct extensions {
    uint64_t present, critical;
    bool malformed, unknown_critical;
    bool ca, path_length_0;
};

static bool is_true(struct span all)
{
    return span_eq(all, SPAN("\x01\x01\xff"));
}

/* cA and pathLen, written as DER has it: TRUE as FF, and a default not at all. */
static bool read_basic(struct span value, struct extensions *x)
{
    struct der d = der_of(value), in = der_open(&d, DER_SEQUENCE);
    struct der_item flag;

    if (der_optional(&in, DER_BOOLEAN, &flag)) {
        x->ca = flag.body.n == 1 && flag.body.p[0] != 0;
        if (!is_true(flag.all))
            return false;
    }
    x->path_length_0 = der_more(&in) && der_small(&in) == 0;
    der_close(&d, &in);
    return der_done(&d);
}

static void read_extensions(const struct certificate *c, struct extensions *x)
{
    struct der exts = der_of(c->extensions);

    while (der_more(&exts)) {
        struct der e = der_open(&exts, DER_SEQUENCE);
        struct span oid = der_oid(&e), value;
        struct der_item flag = { 0 };
        bool critical = der_optional(&e, DER_BOOLEAN, &flag);
        bool ce = oid.n == 3 && oid.p[0] == 0x55 && oid.p[1] == 0x1d && oid.p[2] < 64;
        uint64_t bit = ce ? BIT(oid.p[2]) : 0;

        value = der_take(&e, DER_OCTET_STRING);
        if (!der_ok(&e) || (critical && !is_true(flag.all)) || x->present & bit)
            x->malformed = true;
        if (!der_ok(&e))
            return;
        if (ce && oid.p[2] == BASIC && !read_basic(value, x))
            x->malformed = true;
        if (ce && (oid.p[2] == CRL_POINTS || oid.p[2] == ISSUER_NAME) &&
            (value.n == 0 || value.p[0] != DER_SEQUENCE || !der_check(value, false, NULL, NULL)))
            x->malformed = true;
        x->present |= bit;
        if (critical) {
            x->critical |= bit;
            x->unknown_critical |= !(bit & KNOWN);
        }
    }
}

/* By its own key and name; without prove, by its name alone. */
static void judge_key(struct vical_entry *e, bool prove, struct arena *a)
{
    const struct certificate *c = &e->cert;
    struct public_key *key = NULL;
    struct digest d;
    bool own = !prove && names_equal(c->issuer, c->subject);

    if (prove && public_key_place_spki(c->spki, a, &key, NULL)) {
        defect(e, VICAL_KEY, public_key_kind(key) != KEY_EC || !mdl_curve_allowed(public_key_curve(key)));
        digest_of(c->sig_alg.digest, c->tbs, &d);
        own =
            names_equal(c->issuer, c->subject) && signature_verify(key, &c->sig_alg, &d, c->signature, NULL);
        public_key_clear(key);
    } else {
        defect(e, VICAL_KEY, prove);
    }
    defect(e, VICAL_SIGNATURE_ALGORITHM, !mdl_signed_well(&c->sig_alg));
    defect(e, VICAL_NOT_SELF_SIGNED, !own);
}

static void judge_profile(struct vical_entry *e, const struct extensions *x)
{
    const struct mdl_profile *p = mdl_profile_of(MDL_IACA);
    const struct certificate *c = &e->cert;
    unix_time life = c->not_after - c->not_before;

    defect(e, VICAL_VALIDITY, life < 0 || life > p->days * (unix_time)86400);
    defect(e, VICAL_MALFORMED_EXTENSION, x->malformed);
    if (x->malformed)
        return;
    defect(e, VICAL_NOT_CA, !c->is_ca);
    defect(e, VICAL_KEY_USAGE, c->key_usage != p->key_usage || !(x->critical & BIT(KEY_USAGE)));
    defect(e, VICAL_NO_KEY_ID, p->required & BIT(SKI) & ~x->present);
    defect(e, VICAL_EXTENSION, x->present & FORBIDDEN || x->unknown_critical);
    if (!c->is_ca)
        return;
    defect(e, VICAL_BASIC_NOT_CRITICAL, !(x->critical & BIT(BASIC)));
    defect(e, VICAL_PATH_LENGTH, !x->path_length_0);
    defect(e, VICAL_NO_ISSUER_NAME, p->required & BIT(ISSUER_NAME) & ~x->present);
}

void vical_entry_judge(struct vical_entry *e, bool prove, struct arena *a)
{
    struct extensions x = { 0 };

    e->defects = 0;
    e->usable = certificate_parse(e->der, &e->cert, NULL, NULL);
    if (!e->usable) {
        defect(e, VICAL_UNREADABLE, true);
        return;
    }
    judge_fields(e);
    read_extensions(&e->cert, &x);
    judge_profile(e, &x);
    judge_key(e, prove, a);
    e->usable = e->cert.is_ca;
}

/* --- doubles --- */

/* Open addressing over the hashes of the certificates; places hold the number of an entry and one. */
bool vical_mark_doubles(struct vical *v, struct arena *a)
{
    size_t room = 16;
    struct digest *hash;
    uint32_t *place;

    while (room < 2 * v->n)
        room *= 2;
    hash = arena_array(a, v->n + 1, sizeof *hash);
    place = arena_array(a, room, sizeof *place);
    if (!hash || !place)
        return false;
    for (size_t i = 0; i < v->n; i++) {
        size_t at;

        digest_of(DIGEST_SHA256, v->entry[i].der, &hash[i]);
        at = ((size_t)hash[i].b[0] | (size_t)hash[i].b[1] << 8 | (size_t)hash[i].b[2] << 16) & (room - 1);
        while (place[at] && memcmp(hash[place[at] - 1].b, hash[i].b, 32) != 0)
            at = (at + 1) & (room - 1);
        v->entry[i].again = place[at] != 0;
        if (!place[at])
            place[at] = (uint32_t)i + 1;
    }
    return true;
}
