#include "detect/export.h"

#include "base/text.h"

enum { SID = 8100000 /* of the first rule */, RANGE_RULES = 100000, SINGLE_HASH = 65536 };
enum suricata_file { S_DOMAIN, S_IP, S_MD5, S_SHA1, S_SHA256, S_RULES };

bool detect_export_named(const char *word, enum detect_export_form *out)
{
    static const char *const names[EXPORT_FORMS] = { "suricata-datasets", "zeek-intel", "dns-rpz" };

    for (unsigned i = 0; i < EXPORT_FORMS; i++)
        if (strcmp(word, names[i]) == 0) {
            *out = (enum detect_export_form)i;
            return true;
        }
    return false;
}

void detect_export_begin(struct detect_export *e, enum detect_export_form form, const char *zone,
                         uint32_t serial)
{
    static const char *const suricata[] = { "serai-domain.lst", "serai-ip.lst",     "serai-md5.lst",
                                            "serai-sha1.lst",   "serai-sha256.lst", "serai.rules" };

    memset(e, 0, sizeof *e);
    e->form = form;
    e->zone = zone;
    e->serial = serial;
    e->files = form == EXPORT_SURICATA ? 6 : 1;
    for (size_t i = 0; i < e->files; i++) {
        e->file[i].name = form == EXPORT_SURICATA ? suricata[i]
                          : form == EXPORT_ZEEK   ? "serai.intel"
                                                  : "serai.rpz";
        buf_init(&e->file[i].text, SIZE_MAX / 2);
    }
    if (form == EXPORT_ZEEK)
        buf_str(&e->file[0].text, "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\n");
    if (form == EXPORT_RPZ)
        buf_printf(&e->file[0].text,
                   "$TTL 300\n$ORIGIN %s.\n@ IN SOA localhost. hostmaster.localhost. ( %u 300 60 604800 300 "
                   ")\n@ IN NS localhost.\n",
                   zone, serial);
}

void detect_export_free(struct detect_export *e)
{
    for (size_t i = 0; i < e->files; i++)
        buf_free(&e->file[i].text);
}

static void line(struct detect_export_file *f, enum detect_kind kind, struct span form)
{
    detect_put_readable(&f->text, kind, form);
    buf_u8(&f->text, '\n');
    f->lines++;
}

/* One rule for a range. */
static void range_rule(struct detect_export *e, const struct detect_indicator *x)
{
    struct detect_export_file *f = &e->file[S_RULES];

    if (f->lines == RANGE_RULES) {
        e->left_out[x->kind]++;
        return;
    }
    buf_str(&f->text, "alert ip any any -> ");
    detect_put_readable(&f->text, x->kind, x->value);
    buf_printf(&f->text,
               " any (msg:\"serai range\"; threshold:type limit, track by_both, seconds 60, count 1; sid:%u; "
               "rev:%u;)\n",
               SID + 100 + (unsigned)f->lines, e->serial);
    f->lines++;
}

static void suricata(struct detect_export *e, const struct detect_indicator *x)
{
    switch (x->kind) {
    case DETECT_DOMAIN:
        base64_put(&e->file[S_DOMAIN].text, x->value, BASE64_STD);
        buf_u8(&e->file[S_DOMAIN].text, '\n');
        e->file[S_DOMAIN].lines++;
        return;
    case DETECT_IPV4:
    case DETECT_IPV6:
        line(&e->file[S_IP], x->kind, x->value);
        return;
    case DETECT_MD5:
        line(&e->file[S_MD5], x->kind, x->value);
        return;
    case DETECT_SHA1:
        line(&e->file[S_SHA1], x->kind, x->value);
        return;
    case DETECT_SHA256:
        line(&e->file[S_SHA256], x->kind, x->value);
        return;
    case DETECT_CIDR4:
    case DETECT_CIDR6:
        range_rule(e, x);
        return;
    case DETECT_URL:
    case DETECT_URL_PREFIX:
    case DETECT_SHA512:
    case DETECT_MAIL:
    case DETECT_TEXT:
    case DETECT_KINDS:
        break;
    }
    e->left_out[x->kind]++;
}

static void dataset(struct detect_export *e, unsigned sid, const char *protocol, const char *buffer,
                    const char *set, const char *type, uint64_t n)
{
    uint64_t hash = 1024;

    while (hash < n && hash < SINGLE_HASH)
        hash *= 2;
    buf_printf(&e->file[S_RULES].text,
               "alert %s any any -> any any (msg:\"serai %s in %s\"; %s; dataset:isset,serai-%s,type %s,load "
               "serai-%s.lst,hashsize %llu; sid:%u; rev:%u;)\n",
               protocol, set, buffer, buffer, set, type, set, (unsigned long long)hash, sid, e->serial);
}

static void suricata_end(struct detect_export *e)
{
    static const char *const hash[] = { "md5", "sha1", "sha256" };

    if (e->file[S_DOMAIN].lines) {
        dataset(e, SID, "dns", "dns.query", "domain", "string", e->file[S_DOMAIN].lines);
        dataset(e, SID + 1, "tls", "tls.sni", "domain", "string", e->file[S_DOMAIN].lines);
        dataset(e, SID + 2, "http", "http.host", "domain", "string", e->file[S_DOMAIN].lines);
    }
    if (e->file[S_IP].lines) {
        dataset(e, SID + 3, "ip", "ip.dst", "ip", "ip", e->file[S_IP].lines);
        dataset(e, SID + 4, "ip", "ip.src", "ip", "ip", e->file[S_IP].lines);
    }
    for (unsigned i = 0; i < 3; i++)
        if (e->file[S_MD5 + i].lines)
            buf_printf(
                &e->file[S_RULES].text,
                "alert http any any -> any any (msg:\"serai %s\"; file%s:serai-%s.lst; sid:%u; rev:%u;)\n",
                hash[i], hash[i], hash[i], SID + 5 + i, e->serial);
}

static void zeek(struct detect_export *e, const struct detect_indicator *x)
{
    static const char *const type[DETECT_KINDS] = {
        [DETECT_IPV4] = "ADDR",        [DETECT_IPV6] = "ADDR",      [DETECT_CIDR4] = "SUBNET",
        [DETECT_CIDR6] = "SUBNET",     [DETECT_DOMAIN] = "DOMAIN",  [DETECT_URL] = "URL",
        [DETECT_MD5] = "FILE_HASH",    [DETECT_SHA1] = "FILE_HASH", [DETECT_SHA256] = "FILE_HASH",
        [DETECT_SHA512] = "FILE_HASH", [DETECT_MAIL] = "EMAIL",
    };
    struct buffer *b = &e->file[0].text;
    size_t from = b->n;

    if (!type[x->kind]) {
        e->left_out[x->kind]++;
        return;
    }
    detect_put_readable(b, x->kind, x->value);
    buf_printf(b, "\tIntel::%s\tserai\t", type[x->kind]);
    for (size_t i = 0; i < x->id.n; i++)
        buf_u8(b, x->id.p[i] < 0x20 ? ' ' : x->id.p[i]);
    if (x->id.n == 0)
        buf_u8(b, '-');
    for (size_t i = from; i < b->n; i++) /* Zeek undoes \x.. */
        if (b->p[i] == '\\')
            b->p[i] = '/';
    buf_u8(b, '\n');
    e->file[0].lines++;
}

/* "32.4.3.2.1.rpz-ip", "128.1.zz.db8.2001.rpz-ip": the groups from the right, one run of zeros as zz. */
static void rpz_address(struct buffer *b, enum detect_kind kind, struct span form)
{
    bool v4 = kind == DETECT_IPV4 || kind == DETECT_CIDR4,
         cidr = kind == DETECT_CIDR4 || kind == DETECT_CIDR6;
    struct span a = cidr ? span_sub(form, 1, form.n) : form;
    unsigned group[8], best = 8, best_n = 1;

    if (!a.p) /* a form of an address is never empty */
        return;
    buf_decimal(b, cidr ? form.p[0] : v4 ? 32 : 128);
    if (v4) {
        for (size_t i = 4; i-- > 0;)
            buf_printf(b, ".%u", a.p[i]);
    } else {
        for (unsigned i = 0; i < 8; i++)
            group[i] = (unsigned)a.p[2 * i] << 8 | a.p[2 * i + 1];
        for (unsigned i = 0; i < 8; i++) {
            unsigned n = 0;

            while (i + n < 8 && group[i + n] == 0)
                n++;
            if (n > best_n) {
                best = i;
                best_n = n;
            }
        }
        for (unsigned i = 8; i-- > 0;) {
            if (best < 8 && i == best + best_n - 1) {
                buf_str(b, ".zz");
                i = best;
            } else {
                buf_printf(b, ".%x", group[i]);
            }
        }
    }
    buf_str(b, ".rpz-ip CNAME .\n");
}

/* A name that a zone file can hold as it is, below the zone and with a wildcard in front. */
static bool zone_name(const struct detect_export *e, struct span s)
{
    size_t label = 0;

    if (s.n + strlen(e->zone) + 4 > 253)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        label = s.p[i] == '.' ? 0 : label + 1;
        if (label > 63 || s.p[i] == '*')
            return false;
    }
    return true;
}

static void rpz(struct detect_export *e, const struct detect_indicator *x)
{
    struct buffer *b = &e->file[0].text;

    if (x->kind <= DETECT_CIDR6) {
        rpz_address(b, x->kind, x->value);
    } else if (x->kind == DETECT_DOMAIN && zone_name(e, x->value)) {
        buf_put(b, x->value);
        buf_str(b, " CNAME .\n*.");
        buf_put(b, x->value);
        buf_str(b, " CNAME .\n");
    } else {
        e->left_out[x->kind]++;
        return;
    }
    e->file[0].lines++;
}

void detect_export_add(struct detect_export *e, const struct detect_indicator *x)
{
    if ((unsigned)x->kind >= DETECT_KINDS)
        return;
    if (e->form == EXPORT_SURICATA)
        suricata(e, x);
    else if (e->form == EXPORT_ZEEK)
        zeek(e, x);
    else
        rpz(e, x);
}

void detect_export_end(struct detect_export *e)
{
    if (e->form == EXPORT_SURICATA)
        suricata_end(e);
}
