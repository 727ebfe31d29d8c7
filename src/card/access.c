#include "card/access.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"
#include "wire/mrz_information.h"

_Static_assert((int)ACCESS_TEXT >= (int)MRZ_INFORMATION &&
                   (int)ACCESS_READINGS >= (int)MRZ_INFORMATION_READINGS,
               "every reading fits");

static void take(struct mrz_information *m, struct access *out)
{
    struct access a = { .n = m->n };

    for (size_t i = 0; i < m->n; i++) {
        a.key[i].kind = ACCESS_MRZ;
        a.key[i].n = (uint8_t)strlen(m->text[i]);
        memcpy(a.key[i].text, m->text[i], a.key[i].n);
    }
    *out = a;
    wipe(m, sizeof *m);
    wipe(&a, sizeof a);
}

bool access_from_mrz(struct span text, unix_time now, struct access *out, struct why *w)
{
    struct mrz_information i;
    struct mrz m;
    bool ok = mrz_parse(text, now, &m, w) && mrz_information(&m, &i, w);

    if (ok)
        take(&i, out);
    wipe(&m, sizeof m);
    return ok;
}

bool access_from_fields(struct span number, struct span birth, struct span expiry, struct access *out,
                        struct why *w)
{
    struct mrz_information i;

    if (!mrz_information_of(number, birth, expiry, &i, w))
        return false;
    take(&i, out);
    return true;
}

bool access_from_can(struct span can, struct access *out, struct why *w)
{
    struct access a = { .n = 1, .key[0] = { .kind = ACCESS_CAN, .n = 6 } };
    struct span s = text_trim(can);
    bool ok = s.n == 6;

    for (size_t i = 0; ok && i < s.n; i++)
        ok = ascii_digit(s.p[i]);
    if (!ok)
        return why_set(w, "can", WHY_NO_OFFSET, "Doc 9303-11 4.4.1", "a card access number has six digits");
    memcpy(a.key[0].text, s.p, s.n);
    *out = a;
    return true;
}

size_t access_secret(const struct access_key *k, uint8_t out[ACCESS_SECRET])
{
    struct digest d;

    if (k->kind == ACCESS_CAN) {
        memcpy(out, k->text, k->n);
        return k->n;
    }
    digest_of(DIGEST_SHA1, span_of(k->text, k->n), &d);
    memcpy(out, d.b, ACCESS_SECRET);
    wipe(&d, sizeof d);
    return ACCESS_SECRET;
}
