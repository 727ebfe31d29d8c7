/* A person of a list as bytes: what rests sealed in the store. */
#include "base/reader.h"
#include "service/travel/manifest.h"

static void put_text(struct buffer *b, struct span s)
{
    buf_u8(b, (uint8_t)s.n); /* no column holds more than 255 bytes */
    buf_put(b, s);
}

_Static_assert(MANIFEST_TEXT < 256 && MANIFEST_WORD < 256, "a length is one byte");

static void put_date(struct buffer *b, struct date d)
{
    buf_be(b, (uint16_t)d.year, 2);
    buf_u8(b, d.month);
    buf_u8(b, d.day);
}

static void put_faults(struct buffer *b, const struct manifest_person *p)
{
    uint8_t n = 0;

    for (unsigned i = 0; i < MANIFEST_COLUMNS_N; i++)
        n = (uint8_t)(n + (p->fault[i] != FAULT_NONE));
    buf_u8(b, n);
    for (unsigned i = 0; i < MANIFEST_COLUMNS_N; i++) {
        if (p->fault[i] == FAULT_NONE)
            continue;
        buf_u8(b, (uint8_t)i);
        buf_u8(b, p->fault[i]);
    }
    buf_u8(b, p->row);
}

void manifest_pack(const struct manifest_person *p, struct buffer *out)
{
    buf_be(out, p->at, 4);
    buf_put(out, span_of(p->issuer, 3));
    buf_put(out, span_of(p->nationality, 3));
    buf_put(out, span_of(p->from, 3));
    buf_put(out, span_of(p->permission_issuer, 3));
    buf_u8(out, (uint8_t)p->kind);
    buf_u8(out, (uint8_t)p->sex);
    put_date(out, p->expiry);
    put_date(out, p->birth);
    put_date(out, p->entry);
    buf_be(out, (uint32_t)p->stay, 4);
    put_text(out, p->number);
    put_text(out, p->family);
    put_text(out, p->given);
    put_text(out, p->purpose);
    put_text(out, p->mode);
    put_text(out, p->post);
    put_text(out, p->group);
    put_text(out, p->permission);
    put_faults(out, p);
}

static void get_code(struct reader *r, char out[4])
{
    struct span s = rd_take(r, 3);

    if (s.n == 3)
        memcpy(out, s.p, 3);
}

static struct date get_date(struct reader *r)
{
    struct date d = { .year = (int16_t)rd_be(r, 2) };

    d.month = (uint8_t)rd_be(r, 1);
    d.day = (uint8_t)rd_be(r, 1);
    if (date_is_set(d) && !date_valid(d.year, d.month, d.day))
        rd_fail(r);
    return d;
}

static struct span get_text(struct reader *r)
{
    return rd_take(r, (size_t)rd_be(r, 1));
}

static void get_faults(struct reader *r, struct manifest_person *p)
{
    size_t n = (size_t)rd_be(r, 1);

    for (size_t i = 0; i < n && rd_ok(r); i++) {
        size_t column = (size_t)rd_be(r, 1);
        uint8_t fault = (uint8_t)rd_be(r, 1);

        if (column >= MANIFEST_COLUMNS_N || fault >= MANIFEST_FAULTS)
            rd_fail(r);
        else
            p->fault[column] = fault;
    }
    p->row = (uint8_t)rd_be(r, 1);
    if (p->row >= MANIFEST_FAULTS)
        rd_fail(r);
}

bool manifest_unpack(struct reader *r, struct manifest_person *out)
{
    struct manifest_person p = { .at = (uint32_t)rd_be(r, 4) };

    get_code(r, p.issuer);
    get_code(r, p.nationality);
    get_code(r, p.from);
    get_code(r, p.permission_issuer);
    p.kind = (char)rd_be(r, 1);
    p.sex = (enum manifest_sex)rd_be(r, 1);
    if (p.sex > MANIFEST_SEX_X)
        rd_fail(r);
    p.expiry = get_date(r);
    p.birth = get_date(r);
    p.entry = get_date(r);
    p.stay = (int32_t)rd_be(r, 4);
    p.number = get_text(r);
    p.family = get_text(r);
    p.given = get_text(r);
    p.purpose = get_text(r);
    p.mode = get_text(r);
    p.post = get_text(r);
    p.group = get_text(r);
    p.permission = get_text(r);
    get_faults(r, &p);
    if (!rd_ok(r))
        return false;
    *out = p;
    return true;
}
