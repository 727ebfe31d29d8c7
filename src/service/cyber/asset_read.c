/* Lists of assets: the table, what every row must be, and what may not be in one. */
#include "service/cyber/asset.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "wire/csv.h"

enum { VENDOR, PRODUCT, VERSION, CPE, PURL, COUNT, ORGANISATION, SECTOR, FACING, COLUMNS };
enum { SCRATCH = 64 * 1024 };

static const char *const formats[] = { "any", "csv", "cyclonedx", "spdx" };

const char *asset_format_word(enum asset_format f)
{
    return formats[f];
}

bool asset_format_from(struct span word, enum asset_format *out)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (span_eq_str(word, formats[i])) {
            *out = (enum asset_format)i;
            return true;
        }
    return false;
}

void asset_remark(struct asset_reading *r, uint32_t at, const char *code, struct span text)
{
    struct asset_remark *m;
    struct buffer b;

    if (r->report->n_remarks == ASSET_REMARKS) {
        r->report->remarks_lost++;
        return;
    }
    m = &r->report->remark[r->report->n_remarks++];
    *m = (struct asset_remark){ .at = at, .code = code };
    buf_init_fixed(&b, m->text, sizeof m->text - 1);
    text_put_plain(&b, span_sub(text, 0, 60));
    m->text[b.n] = 0;
    if (utf8_valid_to(buf_span(&b)) < b.n)
        m->text[utf8_valid_to(buf_span(&b))] = 0;
}

/* ---- what names a host ---- */

static size_t parts_of(struct span s, uint8_t sep, size_t most, bool (*good)(struct span))
{
    struct span part;
    size_t n = 0;

    while (text_split(&s, sep, &part))
        if (!good(part) || ++n > most)
            return 0;
    return n;
}

static bool octet(struct span s)
{
    uint64_t v;

    return s.n <= 3 && text_number(s, 255, &v);
}

static bool hex_digits(struct span s, size_t least, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !(ascii_lower(s.p[i] | 32) && (s.p[i] | 32) <= 'f'))
            return false;
    return s.n >= least && s.n <= most;
}

static bool mac_part(struct span s)
{
    return hex_digits(s, 2, 2);
}

static bool v6_part(struct span s)
{
    return hex_digits(s, 0, 4);
}

static bool label(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !ascii_lower(s.p[i] | 32) && s.p[i] != '-' && s.p[i] != '_')
            return false;
    return s.n > 0 && s.n < 64;
}

static bool is_host_name(struct span s)
{
    size_t last;

    if (s.n && s.p[s.n - 1] == '.')
        s.n--;
    last = s.n;
    while (last > 0 && ascii_lower(s.p[last - 1] | 32))
        last--;
    return s.p && s.n - last >= 2 && last > 0 && s.p[last - 1] == '.' && parts_of(s, '.', 127, label) >= 3;
}

bool asset_names_host(struct span s)
{
    struct span at = text_trim(s);
    size_t colons = 0, slash = 0;

    if (!at.p)
        return false;
    if (memmem(at.p, at.n, "://", 3))
        return true;
    for (size_t i = 0; i < at.n; i++) {
        colons += at.p[i] == ':';
        if (at.p[i] == '@' && i > 0 && memchr(at.p + i, '.', at.n - i))
            return true;
        if (at.p[i] == '/' && !slash)
            slash = i;
    }
    if (slash)
        at.n = slash; /* of a network: "10.0.0.0/8" */
    return parts_of(at, '.', 4, octet) == 4 || parts_of(at, ':', 6, mac_part) == 6 ||
           parts_of(at, '-', 6, mac_part) == 6 || (colons >= 2 && parts_of(at, ':', 8, v6_part) > 0) ||
           is_host_name(at);
}

static bool refuse(struct why *w, uint32_t at, struct span column)
{
    return why_set(
        w, "asset-host", WHY_NO_OFFSET, NULL,
        "line %u, \"%.*s\": this names a host, an address, a person or a device. Lists of assets say what "
        "is run and how often, never where: leave the column out",
        at, (int)(column.n < 40 ? column.n : 40), (const char *)column.p);
}

/* ---- a row ---- */

static bool code_good(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !ascii_lower(s.p[i] | 32) && s.p[i] != '-' && s.p[i] != '_')
            return false;
    return s.n <= ASSET_CODE;
}

static bool text_good(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return utf8_valid_to(s) == s.n;
}

static const char *fault_of(const struct asset_item *x)
{
    const struct span text[] = { x->vendor, x->product, x->version, x->cpe, x->purl };
    char key[ASSET_KEY];

    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        if (text[i].n > ASSET_TEXT || !text_good(text[i]))
            return text[i].n > ASSET_TEXT ? "long" : "text";
    if (!asset_key(x->vendor, x->product, key).n && !asset_purl_key(x->purl, key).n)
        return "product";
    if (!code_good(x->organisation) || !code_good(x->sector) || !x->organisation.n)
        return "code";
    return x->count < 1 || x->count > ASSET_COUNT_MOST ? "count" : NULL;
}

bool asset_give(struct asset_reading *r, struct asset_item *x, struct why *w)
{
    static const char *const name[] = { "vendor", "product", "organisation", "sector", "cpe", "purl" };
    const struct span looked[] = { x->vendor, x->product, x->organisation, x->sector, x->cpe, x->purl };
    struct asset_cpe cpe;
    const char *fault;

    for (size_t i = 0; i < x->purl.n; i++) /* qualifiers may say where it came from */
        if (x->purl.p[i] == '?' || x->purl.p[i] == '#')
            x->purl.n = i;
    for (size_t i = 0; i < sizeof looked / sizeof *looked; i++)
        if (!span_starts(looked[i], SPAN("pkg:")) && !span_starts(looked[i], SPAN("cpe:")) &&
            asset_names_host(looked[i]))
            return refuse(w, x->at, span_str(name[i]));
    if (asset_cpe_read(x->cpe, &cpe)) {
        if (!x->vendor.n && !x->product.n) {
            x->vendor = cpe.vendor;
            x->product = cpe.product;
        }
        x->version = x->version.n ? x->version : cpe.version;
    }
    if (!x->version.n)
        x->version = asset_purl_version(x->purl);
    x->organisation = x->organisation.n ? x->organisation : r->s->organisation;
    x->sector = x->sector.n ? x->sector : r->s->sector;
    r->report->rows++;
    fault = fault_of(x);
    if (fault) {
        asset_remark(r, x->at, fault, SPAN(""));
        return true;
    }
    r->report->taken++;
    r->report->installations += x->count;
    return r->one(r->ctx, x, w);
}

/* ---- the table ---- */

static const struct {
    const char *name;
    uint8_t column;
} columns[] = {
    { "vendor", VENDOR },
    { "manufacturer", VENDOR },
    { "product", PRODUCT },
    { "software", PRODUCT },
    { "name", PRODUCT },
    { "version", VERSION },
    { "cpe", CPE },
    { "cpe23", CPE },
    { "purl", PURL },
    { "count", COUNT },
    { "installations", COUNT },
    { "quantity", COUNT },
    { "organisation", ORGANISATION },
    { "organization", ORGANISATION },
    { "org", ORGANISATION },
    { "sector", SECTOR },
    { "internet_facing", FACING },
    { "internet-facing", FACING },
    { "facing", FACING },
};

/* Parts of names of columns that say where, who or which one. */
static bool column_names_host(struct span name)
{
    static const char *const parts[] = { "host",    "fqdn",     "dns",      "ip",     "ipv4",   "ipv6",
                                         "addr",    "address",  "mac",      "url",    "uri",    "domain",
                                         "node",    "user",     "mail",     "email",  "serial", "tag",
                                         "netbios", "computer", "machine",  "device", "person", "owner",
                                         "login",   "account",  "location", "server", "phone" };
    char word[64];
    size_t k = 0;

    for (size_t i = 0; i <= name.n && i < 200; i++) {
        uint8_t c = i < name.n ? name.p[i] : 0;

        if (ascii_digit(c) || ascii_lower(c | 32)) {
            if (k < sizeof word)
                word[k++] = (char)(ascii_upper(c) ? c + 32 : c);
            continue;
        }
        for (size_t p = 0; k && p < sizeof parts / sizeof *parts; p++) {
            struct span have = span_of(word, k);

            if (span_eq_str(have, parts[p]) ||
                (strlen(parts[p]) > 3 && memmem(have.p, have.n, parts[p], strlen(parts[p]))))
                return true;
        }
        k = 0;
    }
    return false;
}

struct header {
    size_t n;
    uint8_t column[CSV_FIELDS];
};

static uint8_t column_of(struct span name)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (name.n == strlen(columns[i].name) &&
            strncasecmp((const char *)name.p, columns[i].name, name.n) == 0)
            return columns[i].column;
    return COLUMNS;
}

static bool read_header(struct asset_reading *r, const struct csv_record *rec, struct header *h,
                        struct why *w)
{
    bool seen[COLUMNS] = { false };

    h->n = rec->n;
    for (size_t i = 0; i < rec->n; i++) {
        struct span name = text_trim(rec->field[i]);
        uint8_t c = name.n ? column_of(name) : COLUMNS;

        if (c == COLUMNS && column_names_host(name))
            return refuse(w, rec->line, name);
        if (c == COLUMNS && name.n)
            asset_remark(r, rec->line, "column-unknown", name);
        if (c < COLUMNS && seen[c]) {
            asset_remark(r, rec->line, "column-twice", name);
            c = COLUMNS;
        } else if (c < COLUMNS) {
            seen[c] = true;
        }
        h->column[i] = c;
    }
    if (!seen[PRODUCT] && !seen[CPE] && !seen[PURL])
        return why_set(w, "asset", 0, NULL,
                       "the first line must name the columns, among them product, cpe or purl");
    return true;
}

static bool said_yes(struct span s)
{
    return span_eq_str(s, "yes") || span_eq_str(s, "true") || span_eq_str(s, "1") || span_eq_str(s, "y");
}

static bool give_record(struct asset_reading *r, const struct header *h, const struct csv_record *rec,
                        struct why *w)
{
    struct asset_item x = { .at = rec->line, .count = 1, .facing = r->s->facing };
    struct span *const text[] = { &x.vendor, &x.product, &x.version, &x.cpe, &x.purl };
    uint64_t n = 0;
    bool any = false;

    for (size_t i = 0; i < rec->n; i++) {
        struct span v = text_trim(rec->field[i]);
        uint8_t c = i < h->n ? h->column[i] : COLUMNS;

        any = any || v.n;
        if (!v.n)
            continue;
        if (c == COLUMNS && asset_names_host(v))
            return refuse(w, rec->line, SPAN("a column of no known name"));
        if (c < COUNT)
            *text[c] = v;
        else if (c == COUNT)
            x.count = text_number(v, ASSET_COUNT_MOST, &n) ? (uint32_t)n : 0;
        else if (c == ORGANISATION)
            x.organisation = v;
        else if (c == SECTOR)
            x.sector = v;
        else if (c == FACING)
            x.facing = said_yes(v);
    }
    return !any || asset_give(r, &x, w);
}

static bool read_table(struct asset_reading *r, struct why *w)
{
    uint8_t *room = arena_alloc(r->a, SCRATCH);
    struct header h = { 0 };
    struct csv_record rec;
    struct buffer scratch;
    struct csv c;

    if (!room)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    buf_init_fixed(&scratch, room, SCRATCH);
    csv_open(&c, r->s->text);
    if (csv_next(&c, &scratch, &rec, NULL) != CSV_RECORD)
        return why_set(w, "asset", 0, NULL, "there is no first line that names the columns");
    if (!read_header(r, &rec, &h, w))
        return false;
    for (;;) {
        struct why why = { 0 };
        enum csv_got got = csv_next(&c, &scratch, &rec, &why);

        if (got == CSV_END)
            return true;
        if (got == CSV_BAD) {
            r->report->rows++;
            asset_remark(r, rec.line, "row", span_str(why.reason));
        } else if (!give_record(r, &h, &rec, w)) {
            return false;
        }
    }
}

bool asset_read(const struct asset_source *s, struct arena *a, asset_row *one, void *ctx,
                struct asset_report *out, struct why *w)
{
    struct asset_reading r = { s, a, one, ctx, out };
    struct span head = text_trim(s->text);
    bool bom = s->format == ASSET_ANY ? head.n && head.p[0] == '{' : s->format != ASSET_CSV;

    *out = (struct asset_report){ .format = s->format == ASSET_ANY ? ASSET_CSV : s->format };
    if (s->text.n > LIMIT_ASSETS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a list of more than %d bytes", LIMIT_ASSETS);
    if (!code_good(s->organisation) || !code_good(s->sector))
        return why_set(w, "asset", WHY_NO_OFFSET, NULL,
                       "codes of organisations and sectors are letters, digits, - and _, at most %d",
                       ASSET_CODE);
    return bom ? asset_read_bom(&r, w) : read_table(&r, w);
}
