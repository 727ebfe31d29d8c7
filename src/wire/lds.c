#include "wire/lds.h"

#define CLAUSE "Doc 9303-10 4.7"

static const uint8_t tags[LDS_GROUPS + 1] = { 0x60, 0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68,
                                              0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70 };

int lds_number(uint8_t tag)
{
    for (int i = 0; i <= LDS_GROUPS; i++)
        if (tags[i] == tag)
            return i;
    return LDS_UNKNOWN;
}

uint8_t lds_tag(unsigned number)
{
    return number <= LDS_GROUPS ? tags[number] : 0;
}

static size_t read_length(struct reader *r)
{
    uint8_t first = rd_u8(r);
    size_t n = first & 0x7f, v;

    if (first < 0x80)
        return first;
    if (n < 1 || n > 4) {
        rd_fail(r);
        return 0;
    }
    v = (size_t)rd_be(r, n);
    if (v < 0x80 || v >> (8 * (n - 1)) == 0)
        rd_fail(r);
    return v;
}

bool lds_next(struct reader *r, uint32_t *tag, struct span *value)
{
    uint32_t t;
    size_t n;

    if (!rd_ok(r) || rd_left(r) == 0)
        return false;
    t = rd_u8(r);
    if ((t & 0x1f) == 0x1f) {
        t = t << 8 | rd_u8(r);
        if (t & 0x80)
            t = t << 8 | rd_u8(r);
        if (t > 0xffff && (t & 0x80))
            rd_fail(r);
    }
    n = read_length(r);
    *value = rd_take(r, n);
    *tag = t;
    return rd_ok(r);
}

static bool mrz_parse(struct span body, size_t offset, struct span *out, struct why *w)
{
    struct reader r = rd_of(body);
    uint32_t tag = 0;
    struct span mrz = { 0 };

    if (!lds_next(&r, &tag, &mrz) || tag != 0x5f1f || !rd_done(&r))
        return why_set(w, "lds", offset + rd_offset(&r), "Doc 9303-10 4.7.1",
                       "DG1 does not hold exactly one MRZ");
    if (mrz.n != 88 && mrz.n != 72 && mrz.n != 90)
        return why_set(w, "lds", offset, "Doc 9303-10 4.7.1", "MRZ of %zu characters", mrz.n);
    for (size_t i = 0; i < mrz.n; i++) {
        uint8_t c = mrz.p[i];

        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '<')
            return why_set(w, "mrz-character", offset + (size_t)(mrz.p - body.p) + i, "Doc 9303-3 4.3",
                           "byte %02x is no character of an MRZ", c);
    }
    *out = mrz;
    return true;
}

bool lds_file_parse(struct span in, struct lds_file *out, struct why *w)
{
    struct reader r = rd_of(in);
    struct lds_file f = { .number = in.n ? lds_number(in.p[0]) : LDS_UNKNOWN };
    uint32_t tag;

    if (f.number == LDS_UNKNOWN)
        return why_set(w, "lds", 0, CLAUSE, "not a data group");
    if (!lds_next(&r, &tag, &f.body))
        return why_set(w, "lds", rd_offset(&r), CLAUSE, "length is wrong or goes beyond the end");
    if (!rd_done(&r))
        return why_set(w, "lds", rd_offset(&r), CLAUSE, "bytes after the data group");
    if (f.number == 1 && !mrz_parse(f.body, (size_t)(f.body.p - in.p), &f.mrz, w))
        return false;
    *out = f;
    return true;
}

bool lds_com_groups(struct span com_body, uint32_t *groups, struct why *w)
{
    struct reader r = rd_of(com_body);
    uint32_t tag, found = 0;
    struct span value;
    bool list = false;

    while (lds_next(&r, &tag, &value)) {
        if (tag != 0x5c)
            continue;
        list = true;
        for (size_t i = 0; i < value.n; i++) {
            int number = lds_number(value.p[i]);

            if (number < 1)
                return why_set(w, "lds", (size_t)(value.p - com_body.p) + i, "Doc 9303-10 4.6.1",
                               "EF.COM names an unknown data group");
            found |= 1u << number;
        }
    }
    if (!rd_done(&r) || !list)
        return why_set(w, "lds", rd_offset(&r), "Doc 9303-10 4.6.1", "EF.COM cannot be read");
    *groups = found;
    return true;
}
