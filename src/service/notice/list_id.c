#include "service/notice/list_id.h"

#include "base/text.h"
#include "crypto/digest.h"

enum { SHORT = 5 };

static const struct {
    const char *property;
    enum list_id_kind kind;
} kinds[] = {
    { "leiCode", LIST_ID_LEI },
    { "swiftBic", LIST_ID_BIC },
    { "imoNumber", LIST_ID_IMO },
    { "passportNumber", LIST_ID_PASSPORT },
    { "idNumber", LIST_ID_NATIONAL },
    { "socialSecurityNumber", LIST_ID_NATIONAL },
    { "taxNumber", LIST_ID_TAX },
    { "innCode", LIST_ID_TAX },
    { "vatCode", LIST_ID_TAX },
    { "registrationNumber", LIST_ID_REGISTRATION },
    { "ogrnCode", LIST_ID_REGISTRATION },
    { "uscCode", LIST_ID_REGISTRATION },
    { "okpoCode", LIST_ID_REGISTRATION },
    { "jibCode", LIST_ID_REGISTRATION },
    { "npiCode", LIST_ID_REGISTRATION },
    { "bikCode", LIST_ID_OTHER },
    { "dunsCode", LIST_ID_OTHER },
    { "uniqueEntityId", LIST_ID_OTHER },
    { "mmsi", LIST_ID_OTHER },
    { "callSign", LIST_ID_OTHER },
    { "isin", LIST_ID_OTHER },
    { "serialNumber", LIST_ID_OTHER },
    { "publicKey", LIST_ID_OTHER },
    { "unscId", LIST_ID_OTHER },
    { "referenceNumber", LIST_ID_OTHER },
    { "wikidataId", LIST_ID_OTHER },
};

enum list_id_kind list_id_kind(struct span property)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (span_eq_str(property, kinds[i].property))
            return kinds[i].kind;
    return LIST_ID_NONE;
}

/* Value of digits and letters (A is 10) as one decimal number, modulo 97: ISO 7064. */
static unsigned mod97(struct span s)
{
    unsigned v = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (ascii_digit(s.p[i]))
            v = (v * 10 + (unsigned)(s.p[i] - '0')) % 97;
        else
            v = (v * 100 + (unsigned)(s.p[i] - 'A') + 10) % 97;
    }
    return v;
}

bool list_lei_sound(struct span s)
{
    return s.n == 20 && ascii_digit(s.p[18]) && ascii_digit(s.p[19]) && mod97(s) == 1;
}

/* The first six digits by 7, 6, 5, 4, 3, 2: the last digit of the sum is the seventh. */
bool list_imo_sound(struct span s)
{
    unsigned sum = 0;

    if (s.n != 7)
        return false;
    for (size_t i = 0; i < 7; i++) {
        if (!ascii_digit(s.p[i]))
            return false;
        if (i < 6)
            sum += (unsigned)(s.p[i] - '0') * (unsigned)(7 - i);
    }
    return sum % 10 == (unsigned)(s.p[6] - '0');
}

static bool bic_sound(struct span s)
{
    if (s.n != 8 && s.n != 11)
        return false;
    for (size_t i = 4; i < 6; i++)
        if (!ascii_upper(s.p[i]))
            return false;
    return true;
}

/* Letters of old booklets that look like Latin ones, as a zone has them; digits of the Arabic script. */
static uint32_t plain(uint32_t c)
{
    static const struct {
        uint16_t from;
        char to;
    } alike[] = { { 0x410, 'A' }, { 0x412, 'B' }, { 0x415, 'E' }, { 0x41a, 'K' }, { 0x41c, 'M' },
                  { 0x41d, 'H' }, { 0x41e, 'O' }, { 0x420, 'P' }, { 0x421, 'C' }, { 0x422, 'T' },
                  { 0x423, 'Y' }, { 0x425, 'X' }, { 0x406, 'I' } };

    if (c >= 0x660 && c <= 0x669)
        return '0' + (c - 0x660);
    if (c >= 0x6f0 && c <= 0x6f9)
        return '0' + (c - 0x6f0);
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (c == alike[i].from || c == alike[i].from + (alike[i].from == 0x406 ? 0x50u : 0x20u))
            return (uint32_t)alike[i].to;
    return c;
}

/* Letters beyond ASCII stay: registers of many States have them. */
static bool fold(struct span text, struct list_id *out)
{
    struct reader r = rd_of(text);
    struct buffer b;
    uint32_t c;

    buf_init_fixed(&b, out->text, sizeof out->text);
    while ((c = utf8_next(&r)) != UTF8_BAD) {
        c = plain(c);
        if (c < 128 && ascii_lower((int)c))
            c -= 32;
        if (c >= 128 ? c != 0xa0 && c != 0x2010 && c != 0x2011 && c != 0x2013 && c != 0x2116
                     : ascii_digit((int)c) || ascii_upper((int)c))
            utf8_put(&b, c);
    }
    out->n = b.n;
    return buf_ok(&b) && rd_ok(&r);
}

bool list_id_fold(struct span property, struct span text, struct list_id *out)
{
    struct list_id id = { .kind = list_id_kind(property) };
    struct span s;

    if (id.kind == LIST_ID_NONE || !fold(text, &id) || id.n < SHORT)
        return false;
    if (id.kind == LIST_ID_IMO && id.n == 10 && memcmp(id.text, "IMO", 3) == 0) {
        memmove(id.text, id.text + 3, 7);
        id.n = 7;
    }
    s = span_of(id.text, id.n);
    if ((id.kind == LIST_ID_LEI && !list_lei_sound(s)) || (id.kind == LIST_ID_IMO && !list_imo_sound(s)) ||
        (id.kind == LIST_ID_BIC && !bic_sound(s)))
        return false;
    if (id.kind == LIST_ID_BIC)
        id.n = 8;
    *out = id;
    return true;
}

/* What lists call a tax number others call a registration or an identity number. */
static enum list_id_kind group(enum list_id_kind k)
{
    return k == LIST_ID_TAX || k == LIST_ID_REGISTRATION ? LIST_ID_NATIONAL : k;
}

bool list_id_same(const struct list_id *a, const struct list_id *b)
{
    return group(a->kind) == group(b->kind) && span_eq(span_of(a->text, a->n), span_of(b->text, b->n));
}

static bool same_state(struct span a, struct span b)
{
    return (a.p[0] | 32) == (b.p[0] | 32) && (a.p[1] | 32) == (b.p[1] | 32);
}

float list_id_of_entry(const struct list_entry *e, const struct list_id *id, struct span state,
                       struct span *listed)
{
    float best = 0;

    for (size_t i = 0; i < e->n; i++) {
        const struct list_value *v = &e->value[i];
        bool known = v->country.n == 2 && state.n == 2;
        float worth = known ? LIST_ID_NUMBER : LIST_ID_NUMBER_ALONE;
        struct list_id own;

        if (worth <= best || (known && !same_state(v->country, state)) ||
            !list_id_fold(v->property, v->text, &own) || !list_id_same(&own, id))
            continue;
        best = worth;
        if (listed)
            *listed = v->text;
    }
    return best;
}

uint64_t list_id_hash(const struct list_id *id)
{
    uint8_t kind = (uint8_t)group(id->kind);
    const struct span part[] = { span_of(&kind, 1), span_of(id->text, id->n) };
    struct digest d;
    uint64_t v = 0;

    digest_parts(DIGEST_SHA256, part, 2, &d);
    for (size_t i = 0; i < 8; i++)
        v = v << 8 | d.b[i];
    return v;
}

bool list_iban_country(struct span iban, char out[3])
{
    struct list_id id = { 0 };
    uint8_t turned[LIST_ID_TEXT];

    if (!fold(iban, &id) || id.n < 15 || id.n > 34 || !ascii_upper(id.text[0]) || !ascii_upper(id.text[1]))
        return false;
    for (size_t i = 0; i < id.n; i++)
        if (id.text[i] > 127)
            return false;
    memcpy(turned, id.text + 4, id.n - 4);
    memcpy(turned + id.n - 4, id.text, 4);
    if (mod97(span_of(turned, id.n)) != 1)
        return false;
    out[0] = (char)(id.text[0] | 32);
    out[1] = (char)(id.text[1] | 32);
    out[2] = 0;
    return true;
}
