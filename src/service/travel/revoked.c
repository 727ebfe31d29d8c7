#include "service/travel/revoked.h"

#include <stdio.h>

#include "lookup/fold.h"

#define NAME       "permission revoked"
#define TO_PUBLISH "to publish"
#define PUBLISHED  "published"

enum { PAGE = 200, REFERENCE = 80 };

const char *const *revoked_reasons(void)
{
    static const char *const words[] = { "fraud",       "error",    "conduct",    "holder", "lost",
                                         "court-order", "security", "superseded", NULL };

    return words;
}

bool revoked_reason_known(struct span word)
{
    for (const char *const *w = revoked_reasons(); *w; w++)
        if (span_eq_str(word, *w))
            return true;
    return false;
}

static bool key_of(const struct store *s, struct span issuer, struct span number, struct traveller_key *out)
{
    uint8_t folded[LOOKUP_NUMBER];
    size_t n;

    if (!lookup_fold(number, folded, &n))
        return false;
    store_subject_key(s, SPAN(NAME), issuer, span_of(folded, n), out);
    return true;
}

static bool bad_number(struct why *w)
{
    return why_set(w, "revocation", WHY_NO_OFFSET, NULL, "this is no number of a permission");
}

/* What takes back and what gives back come on their own ways, and may overtake each other. */
static bool said_later(struct store *s, const struct traveller_key *key, unix_time at, bool *later,
                       struct why *w)
{
    const struct register_entry *e = NULL;
    struct arena a;
    size_t n = 0;
    bool ok;

    arena_init(&a, LIMIT_STORE_RECORD + 4096);
    ok = store_register(s, SPAN(NAME), key, 1, &a, &e, &n, w);
    *later = ok && n && e[0].at > at;
    arena_free(&a);
    return ok;
}

bool revoked_put(struct store *s, struct span issuer, struct span number,
                 const struct permission_revocation *r, unix_time at, struct why *w)
{
    struct register_entry e = { .at = at };
    struct traveller_key key;
    enum store_put what;
    struct buffer b;
    bool later = false, ok;

    if (!key_of(s, issuer, number, &key))
        return bad_number(w);
    if (!said_later(s, &key, at, &later, w))
        return false;
    if (later)
        return true;
    buf_init(&b, 1024);
    ok = !r || revocation_put(r, &b);
    e.body = buf_span(&b); /* empty: it counts again */
    ok = ok ? store_put_register(s, SPAN(NAME), &key, &e, false, &what, w) : bad_number(w);
    buf_free(&b);
    return ok;
}

bool revoked_look(struct store *s, struct span issuer, struct span number, struct arena *a, bool *revoked,
                  struct permission_revocation *out, struct why *w)
{
    const struct register_entry *e = NULL;
    struct traveller_key key;
    size_t n = 0;

    *revoked = false;
    if (!key_of(s, issuer, number, &key))
        return true;
    if (!store_register(s, SPAN(NAME), &key, 1, a, &e, &n, w))
        return false;
    if (!n || !e[0].body.n)
        return true;
    *revoked = true;
    return revocation_parse(e[0].body, out, w);
}

/* ---- taken back by this member ---- */

static struct span reference_of(const struct revoked_order *o, char out[REFERENCE])
{
    int n = snprintf(out, REFERENCE, "revoked.%.*s", (int)o->number.n, (const char *)o->number.p);

    return span_of(out, n > 0 && n < REFERENCE ? (size_t)n : 0);
}

bool revoked_order(struct store *s, const struct revoked_order *o, struct span sealed, unix_time now,
                   struct arena *a, enum store_put *what, struct why *w)
{
    const struct permission_revocation r = { .number = o->number, .on = o->on, .reason = o->reason };
    char text[REFERENCE];
    struct case_record record = { .name = { CASE_OURS, o->member, reference_of(o, text) },
                                  .kind = SPAN(NAME),
                                  .purpose = SPAN("revocation"),
                                  .article = o->article,
                                  .at = now,
                                  .until = now,
                                  .state = SPAN(TO_PUBLISH) };
    const struct case_event who = { .id = SPAN("officer"), .what = o->officer, .at = now, .body = sealed };
    struct buffer b;
    bool ok;

    (void)a;
    if (!revoked_reason_known(o->reason))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the reason is none of those of the list");
    buf_init(&b, 1024);
    ok = revocation_put(&r, &b);
    record.body = buf_span(&b);
    ok = ok ? store_put_case(s, &record, &who, 1, what, w) : bad_number(w);
    buf_free(&b);
    return ok && (*what == STORE_CONFLICT || revoked_put(s, o->member, o->number, &r, now, w));
}

bool revoked_open(struct store *s, struct span member, struct arena *a, struct revoked_open **ret, size_t *n,
                  struct why *w)
{
    const struct case_filter f = { .kind = SPAN(NAME),
                                   .state = SPAN(TO_PUBLISH),
                                   .other = member,
                                   .side = CASE_OURS,
                                   .most = PAGE,
                                   .bodies = true };
    const struct case_view *page = NULL;
    struct revoked_open *out;
    struct permission_revocation r;
    int64_t next;

    if (!store_list_cases(s, &f, a, &page, n, &next, w))
        return false;
    out = arena_array(a, *n + 1, sizeof *out);
    if (!out)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < *n; i++) {
        const struct case_record *c = &page[i].record;

        if (!revocation_parse(c->body, &r, w))
            return false;
        out[i] = (struct revoked_open){ c->name.reference, c->body, r.number, c->at };
    }
    *ret = out;
    return true;
}

bool revoked_published(struct store *s, struct span member, struct span reference, unix_time now,
                       struct why *w)
{
    const struct case_name name = { CASE_OURS, member, reference };
    const struct case_event e = {
        .id = SPAN(PUBLISHED), .what = SPAN(PUBLISHED), .state = SPAN(PUBLISHED), .at = now
    };
    enum store_put what;

    return store_put_event(s, &name, &e, &what, w);
}
