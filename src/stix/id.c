#include "stix/id.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "wire/jcs.h"

const struct stix_uuid stix_space_sco = { { 0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe,
                                            0xd2, 0x33, 0x15, 0xa9, 0xb7 } };
/* UUIDv5 of "serai.stix" in the namespace of DNS names (RFC 9562 6.6). */
const struct stix_uuid stix_space_serai = { { 0x61, 0x9c, 0x75, 0x39, 0x1f, 0x03, 0x5e, 0x15, 0xad, 0x0a,
                                              0xf1, 0x5a, 0x95, 0x5d, 0x9b, 0x60 } };

unsigned stix_uuid_version(const struct stix_uuid *u)
{
    return (u->b[8] & 0xc0) == 0x80 ? u->b[6] >> 4 : 0;
}

/* 16 and more: no hexadecimal digit. */
static const uint8_t hex_value[256] = {
#define X 16
    X, X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, X, X, X, X, X, X,
    X, 10, 11, 12, 13, 14, 15, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, 10, 11, 12, 13, 14, 15, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
    X, X,  X,  X,  X,  X,  X,  X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
#undef X
};

bool stix_uuid_read(struct span s, struct stix_uuid *out)
{
    static const uint8_t at[16] = { 0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34 };
    struct stix_uuid u;
    unsigned bad = 0;

    if (s.n != 36 || s.p[8] != '-' || s.p[13] != '-' || s.p[18] != '-' || s.p[23] != '-')
        return false;
    for (size_t i = 0; i < 16; i++) {
        unsigned high = hex_value[s.p[at[i]]], low = hex_value[s.p[at[i] + 1]];

        bad |= (high | low) & 16;
        u.b[i] = (uint8_t)(high << 4 | (low & 15));
    }
    if (bad)
        return false;
    *out = u;
    return true;
}

const char *stix_uuid_text(const struct stix_uuid *u, char out[STIX_UUID_TEXT])
{
    static const char digit[] = "0123456789abcdef";
    char *p = out;

    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = digit[u->b[i] >> 4];
        *p++ = digit[u->b[i] & 15];
    }
    *p = 0;
    return out;
}

bool stix_type_name(struct span s)
{
    if (s.n < 3 || s.n > 250 || !ascii_lower(s.p[0]))
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && (s.p[i] != '-' || s.p[i - 1] == '-'))
            return false;
    return true;
}

bool stix_id_read(struct span s, struct stix_id *out)
{
    struct stix_id id;
    unsigned version;

    if (s.n < 3 + 2 + 36 || s.p[s.n - 37] != '-' || s.p[s.n - 38] != '-')
        return false;
    id.type = span_sub(s, 0, s.n - 38);
    if (!stix_type_name(id.type) || !stix_uuid_read(span_sub(s, s.n - 36, s.n), &id.uuid))
        return false;
    version = stix_uuid_version(&id.uuid);
    if (version < 1 || version > 5)
        return false;
    *out = id;
    return true;
}

static void stamp(const uint8_t b[16], unsigned version, struct stix_uuid *out)
{
    memcpy(out->b, b, 16);
    out->b[6] = (uint8_t)((out->b[6] & 0x0f) | version << 4);
    out->b[8] = (uint8_t)((out->b[8] & 0x3f) | 0x80);
}

void stix_uuid_v5(const struct stix_uuid *space, struct span name, struct stix_uuid *out)
{
    struct span part[2] = { span_of(space->b, 16), name };
    struct digest d;

    digest_parts(DIGEST_SHA1, part, 2, &d);
    stamp(d.b, 5, out);
}

void stix_uuid_v4(const uint8_t random[16], struct stix_uuid *out)
{
    stamp(random, 4, out);
}

/* The contributing properties (6.1 to 6.18), in the order of canonical JSON. */
static const struct contributing {
    const char *type;
    const char *property[9];
} contributing[] = {
    { "artifact", { "hashes", "payload_bin" } },
    { "autonomous-system", { "number" } },
    { "directory", { "path" } },
    { "domain-name", { "value" } },
    { "email-addr", { "value" } },
    { "email-message", { "body", "from_ref", "subject" } },
    { "file", { "extensions", "hashes", "name", "parent_directory_ref" } },
    { "ipv4-addr", { "value" } },
    { "ipv6-addr", { "value" } },
    { "mac-addr", { "value" } },
    { "mutex", { "name" } },
    { "network-traffic",
      { "dst_port", "dst_ref", "end", "extensions", "protocols", "src_port", "src_ref", "start" } },
    { "software", { "cpe", "name", "swid", "vendor", "version" } },
    { "url", { "value" } },
    { "user-account", { "account_login", "account_type", "user_id" } },
    { "windows-registry-key", { "key", "values" } },
    { "x509-certificate", { "hashes", "serial_number" } },
};

/* 2.9: of several hashes one contributes. */
static bool put_hash(struct buffer *b, const struct json *j, json_ref hashes, struct arena *a, struct why *w)
{
    static const char *const first[] = { "MD5", "SHA-1", "SHA-256", "SHA-512" };
    json_ref v = JSON_NONE;

    for (size_t i = 0; i < 4; i++) {
        v = json_member(j, hashes, first[i]);
        if (v == JSON_NONE)
            continue;
        buf_printf(b, "{\"%s\":", first[i]);
        if (!jcs_put(b, j, v, a, w))
            return false;
        buf_u8(b, '}');
        return true;
    }
    return jcs_put(b, j, hashes, a, w); /* none of them: what there is */
}

enum stix_derived stix_sco_id(const struct json *j, json_ref v, struct span type, struct arena *scratch,
                              struct stix_uuid *out, struct why *w)
{
    const struct contributing *c = NULL;
    struct span own = json_source(j, v);
    enum stix_derived r = STIX_DERIVED_NO;
    struct buffer b;
    uint8_t *mem;
    size_t most = own.n * 4 + 64, n = 0;

    for (size_t i = 0; i < sizeof contributing / sizeof *contributing && !c; i++)
        if (span_eq_str(type, contributing[i].type))
            c = &contributing[i];
    if (!c)
        return STIX_DERIVED_NO;
    mem = arena_alloc(scratch, most);
    if (!mem) {
        (void)why_set(w, "too-large", json_offset(j, v), "STIX 2.1 2.9", "more than memory allows");
        return STIX_DERIVED_NO;
    }
    buf_init_fixed(&b, mem, most);
    buf_u8(&b, '{');
    for (size_t i = 0; i < 9 && c->property[i]; i++) {
        json_ref x = json_member(j, v, c->property[i]);

        if (x == JSON_NONE)
            continue;
        buf_printf(&b, "%s\"%s\":", n++ ? "," : "", c->property[i]);
        if (!(strcmp(c->property[i], "hashes") == 0 && json_is(j, x, JSON_KIND_OBJECT)
                  ? put_hash(&b, j, x, scratch, w)
                  : jcs_put(&b, j, x, scratch, w)))
            return STIX_DERIVED_NO;
    }
    buf_u8(&b, '}');
    if (!buf_ok(&b)) {
        (void)why_set(w, "too-large", json_offset(j, v), "STIX 2.1 2.9",
                      "a canonical form that does not fit");
    } else if (n == 0) {
        r = STIX_DERIVED_NONE;
    } else {
        stix_uuid_v5(&stix_space_sco, buf_span(&b), out);
        r = STIX_DERIVED;
    }
    return r;
}
