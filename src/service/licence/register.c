#include "service/licence/register.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "service/licence/entry.h"

static const struct span register_name = { (const uint8_t *)"licence", 7 };

enum { ENTRY_VERSION = 1, ENTRY_MEMBERS = 8, ENTRY_BYTES = 64 * 1024 };

/* Signs that are written or left out at will. */
static bool written_at_will(uint8_t c)
{
    return ascii_space(c) || c == '-' || c == '.' || c == '/' || c == '<';
}

bool licence_digest(struct span issuer, struct span number, uint8_t out[LICENCE_DIGEST])
{
    uint8_t form[ENTRY_NUMBER];
    struct digest d;
    size_t n = 0;

    for (size_t i = 0; i < number.n; i++) {
        uint8_t c = number.p[i];

        if (written_at_will(c))
            continue;
        if (n == sizeof form)
            return false;
        form[n++] = ascii_lower(c) ? (uint8_t)(c - 'a' + 'A') : c;
    }
    if (n == 0)
        return false;
    digest_parts(DIGEST_SHA256,
                 (struct span[]){ SPAN("serai licence\n"), issuer, SPAN("\n"), span_of(form, n) }, 4, &d);
    memcpy(out, d.b, LICENCE_DIGEST);
    return true;
}

void licence_subject(const struct store *s, struct span issuer, const uint8_t digest[LICENCE_DIGEST],
                     struct traveller_key *out)
{
    store_subject_key(s, SPAN("licence"), issuer, span_of(digest, LICENCE_DIGEST), out);
}

void licence_guard(const struct store *s, const uint8_t digest[LICENCE_DIGEST], struct date birth,
                   uint8_t out[32])
{
    struct traveller_key k;
    char day[DATE_TEXT];

    store_subject_key(s, SPAN("birth of the holder"), span_of(digest, LICENCE_DIGEST),
                      span_str(date_format(birth, day)), &k);
    memcpy(out, k.b, 32);
}

void licence_entry_put(const struct licence_entry *e, struct buffer *b)
{
    cbor_put_map(b, ENTRY_MEMBERS);
    cbor_put_int(b, 0);
    cbor_put_int(b, ENTRY_VERSION);
    entry_put_state(b, e);
    cbor_put_int(b, 6);
    cbor_put_bytes(b, span_of(e->guard, e->has_guard ? sizeof e->guard : 0));
    entry_put_categories(b, e);
}

bool licence_entry_read(struct span in, struct arena *a, struct licence_entry *out, struct why *w)
{
    struct licence_entry *e = arena_alloc(a, sizeof *e);
    struct span guard;
    struct cbor c;

    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!cbor_check(in, NULL, a, w))
        return false;
    c = cbor_of(in);
    if (cbor_map(&c) != ENTRY_MEMBERS)
        cbor_fail(&c, in.p, "another number of members");
    entry_key(&c, 0);
    if (cbor_int(&c) != ENTRY_VERSION)
        cbor_fail(&c, NULL, "another version");
    entry_state(&c, e);
    entry_key(&c, 6);
    guard = cbor_bytes(&c);
    if (guard.n != 0 && guard.n != sizeof e->guard)
        cbor_fail(&c, guard.p, "a guard has 32 bytes");
    entry_categories(&c, e);
    if (!cbor_finish(&c, NULL, w))
        return false;
    e->has_guard = guard.n != 0;
    if (guard.n)
        memcpy(e->guard, guard.p, guard.n);
    *out = *e;
    return true;
}

static bool plain(struct span s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return s.n <= most && utf8_valid_to(s) == s.n;
}

static bool entry_check(const struct licence_entry *e, struct why *w)
{
    const char *what = NULL;

    if (e->standing <= LICENCE_NO_STANDING || e->standing >= LICENCE_STANDINGS)
        what = "a state such as valid or suspended is expected";
    else if (!plain(e->reason, ENTRY_REASON))
        what = "the reason is a word of at most 64 bytes";
    else if (!plain(e->authority, ENTRY_AUTHORITY))
        what = "the authority is a text of at most 150 bytes";
    else if (e->n > LIMIT_LICENCE_PRIVILEGES)
        what = "there are too many categories";
    else if (date_is_set(e->since) && date_is_set(e->until) && date_cmp(e->until, e->since) < 0)
        what = "the last day is before the first";
    for (size_t i = 0; !what && i < e->n; i++)
        if (!e->category[i].category.n || !plain(e->category[i].category, ENTRY_CATEGORY) ||
            !plain(e->category[i].codes, ENTRY_CODES))
            what = "a category or its codes are not what they must be";
    return !what || why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

bool licence_register_put(struct store *s, struct span issuer, const uint8_t digest[LICENCE_DIGEST],
                          const struct licence_entry *e, bool must_be_new, struct why *w)
{
    struct traveller_key key;
    struct register_entry r = { .at = e->at };
    const struct register_entry *old;
    enum store_put what = STORE_NEW;
    struct arena a;
    struct buffer b;
    size_t n = 0;
    bool ok;

    if (!entry_check(e, w))
        return false;
    arena_init(&a, 1 << 20);
    buf_init(&b, ENTRY_BYTES);
    licence_subject(s, issuer, digest, &key);
    licence_entry_put(e, &b);
    r.body = buf_span(&b);
    ok = buf_ok(&b) || why_set(w, "request", WHY_NO_OFFSET, NULL, "the entry is too long");
    if (ok && !must_be_new) {
        ok = store_register(s, register_name, &key, 1, &a, &old, &n, w);
        if (ok && n == 0)
            ok = why_set(w, "register", WHY_NO_OFFSET, NULL, "there is no such licence in the register");
    }
    ok = ok && store_put_register(s, register_name, &key, &r, must_be_new, &what, w);
    if (ok && what == STORE_CONFLICT)
        ok = why_set(w, "register", WHY_NO_OFFSET, NULL, "the licence is in the register already");
    buf_free(&b);
    arena_free(&a);
    return ok;
}

bool licence_register_history(struct store *s, struct span issuer, const uint8_t digest[LICENCE_DIGEST],
                              struct arena *a, const struct licence_entry **ret, size_t *n, struct why *w)
{
    const struct register_entry *r = NULL;
    struct licence_entry *e;
    struct traveller_key key;
    size_t k = 0;

    licence_subject(s, issuer, digest, &key);
    if (!store_register(s, register_name, &key, LIMIT_REGISTER_ENTRIES, a, &r, &k, w))
        return false;
    e = arena_array(a, k, sizeof *e);
    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < k; i++) {
        if (!licence_entry_read(r[i].body, a, &e[i], w))
            return false;
        e[i].at = r[i].at;
    }
    *ret = e;
    *n = k;
    return true;
}

static bool lasts(struct date from, struct date to, struct date on)
{
    return (!date_is_set(from) || date_cmp(from, on) <= 0) && (!date_is_set(to) || date_cmp(on, to) <= 0);
}

bool licence_standing_on(const struct licence_entry *e, size_t n, struct date on, struct licence_entry *out)
{
    size_t i = 0;

    while (i < n && date_is_set(e[i].since) && date_cmp(e[i].since, on) > 0)
        i++;
    if (i == n)
        return false;
    *out = e[i];
    if (licence_in_use(out->standing) && !lasts((struct date){ 0 }, out->until, on))
        out->standing = LICENCE_PAST;
    for (size_t k = 0; k < out->n; k++) {
        struct licence_entitlement *x = &out->category[k];

        x->entitled = x->entitled && licence_in_use(out->standing) && lasts(x->from, x->to, on);
    }
    return true;
}
