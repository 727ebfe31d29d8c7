#include "lookup/revocation.h"

#include "lookup/fold.h"
#include "wire/cbor_write.h"

static const char CLAUSE[] = "lookup/revocation.h";

enum { REASON = 32 };

static bool printing(struct span s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n > 0 && s.n <= most;
}

static bool sound(const struct permission_revocation *r)
{
    uint8_t folded[LOOKUP_NUMBER];
    size_t n;

    return printing(r->number, REVOCATION_NUMBER) && lookup_fold(r->number, folded, &n) &&
           printing(r->reason, REASON) && date_is_set(r->on);
}

bool revocation_put(const struct permission_revocation *r, struct buffer *out)
{
    if (!sound(r))
        return false;
    cbor_put_map(out, 3);
    cbor_put_int(out, 1);
    cbor_put_text(out, r->number);
    cbor_put_int(out, 2);
    cbor_put_int(out, date_to_days(r->on));
    cbor_put_int(out, 3);
    cbor_put_text(out, r->reason);
    return buf_ok(out);
}

bool revocation_parse(struct span body, struct permission_revocation *out, struct why *w)
{
    struct cbor c = cbor_of(body);
    struct permission_revocation r = { 0 };
    int64_t day;

    if (cbor_map(&c) != 3)
        cbor_fail(&c, NULL, "three members");
    cbor_key(&c, 1);
    r.number = cbor_text(&c);
    cbor_key(&c, 2);
    day = cbor_int(&c);
    cbor_key(&c, 3);
    r.reason = cbor_text(&c);
    if (!cbor_finish(&c, CLAUSE, NULL))
        return why_set(w, "revocation", cbor_offset(&c), CLAUSE, "not the body of a revocation");
    if (day >= 0 && day < 366 * 200)
        r.on = date_from_days((day_number)day);
    if (!sound(&r))
        return why_set(w, "revocation", 0, CLAUSE, "a number, a day or a reason that cannot be");
    *out = r;
    return true;
}

lookup_print revocation_print(struct span key, struct span issuer, struct span number)
{
    uint8_t folded[LOOKUP_NUMBER];
    size_t n = 0;
    struct span part[2] = { issuer, number };

    if (lookup_fold(number, folded, &n))
        part[1] = span_of(folded, n);
    return lookup_print_of(key, "permission", part, 2);
}

uint32_t revocation_value(struct date on)
{
    day_number n = date_to_days(on);

    return n < 0 ? 0 : (uint32_t)n;
}

struct date revocation_day(uint32_t value)
{
    return date_from_days((day_number)(value & 0xffffff));
}
