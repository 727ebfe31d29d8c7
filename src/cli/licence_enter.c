#include "cli/licence_enter.h"

#include "base/text.h"
#include "cli/licence_row.h"
#include "wire/licence_data.h"

enum { CODES_TEXT = 512 };

static bool read_licence(struct span in, struct span member, unix_time at, struct arena *a,
                         struct licence_data *out, struct why *w)
{
    const struct licence_context c = { .now = at, .country = member };
    struct mdoc_response r;

    if (!mdoc_read(in, MDOC_ISSUER_SIGNED, false, a, &r, w) ||
        !mdoc_items_read(&r, &r.document[0], false, a, w))
        return false;
    licence_data_of(&r.document[0], in, &c, out);
    return span_eq(out->issuing_country, member) ||
           why_set(w, "register", WHY_NO_OFFSET, NULL,
                   "the licence is not one of %.*s, whose register this is", (int)member.n,
                   (const char *)member.p);
}

/* "01 78 S01<=3500", as a register has them. */
static bool codes_of(const struct licence_data *l, const struct licence_privilege *p, struct arena *a,
                     struct span *out)
{
    uint8_t *mem = arena_alloc(a, CODES_TEXT);
    struct buffer b;

    if (!mem)
        return false;
    buf_init_fixed(&b, mem, CODES_TEXT);
    for (size_t i = 0; i < p->n_codes; i++) {
        const struct licence_code *c = &l->code[p->first_code + i];

        buf_str(&b, i ? " " : "");
        buf_put(&b, c->code);
        buf_put(&b, c->sign);
        buf_put(&b, c->value);
    }
    *out = buf_span(&b);
    return buf_ok(&b);
}

static bool fill(const struct licence_data *l, struct arena *a, struct licence_entry *e, struct why *w)
{
    e->standing = LICENCE_VALID;
    e->since = l->issue_date;
    e->until = l->expiry_date;
    e->authority = l->issuing_authority;
    e->n = l->n_privileges;
    for (size_t i = 0; i < e->n; i++) {
        const struct licence_privilege *p = &l->privilege[i];

        e->category[i] = (struct licence_entitlement){
            .category = p->category, .entitled = true, .from = p->from, .to = p->to
        };
        if (!codes_of(l, p, a, &e->category[i].codes))
            return why_set(w, "request", WHY_NO_OFFSET, NULL, "the codes of a category are too long");
    }
    return true;
}

/* A licence that is on its way to its holder, in use, or renewed after its last day. */
static bool may_be_issued(enum licence_standing s)
{
    return s == LICENCE_VALID || s == LICENCE_APPROVED || s == LICENCE_PERSONALISED ||
           s == LICENCE_DISPATCHED || s == LICENCE_HANDED_OVER || s == LICENCE_PAST;
}

static bool put(struct store *s, struct span member, const struct licence_data *l, struct licence_entry *e,
                struct arena *a, struct why *w)
{
    const struct licence_entry *old = NULL;
    uint8_t digest[LICENCE_DIGEST];
    size_t n = 0;

    if (!licence_digest(member, l->document_number, digest))
        return why_set(w, "register", WHY_NO_OFFSET, NULL, "the licence has no number to enter it by");
    if (!licence_register_history(s, member, digest, a, &old, &n, w))
        return false;
    if (n && !may_be_issued(old[0].standing))
        return why_set(w, "register", WHY_NO_OFFSET, NULL,
                       "the register says of this licence: %s. Only who decided that can lift it: serai "
                       "licence register set",
                       licence_standing_word(old[0].standing));
    e->has_guard = date_is_set(l->birth_date);
    if (e->has_guard)
        licence_guard(s, digest, l->birth_date, e->guard);
    return licence_register_put(s, member, digest, e, n == 0, w);
}

bool licence_enter(const char *folder, struct span issuer_signed, unix_time at, struct arena *a,
                   struct why *w)
{
    struct licence_data *l = arena_alloc(a, sizeof *l);
    struct licence_entry *e = arena_alloc(a, sizeof *e);
    struct node_config config;
    struct store *s = NULL;
    struct span member;
    bool ok;

    if (!l || !e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    e->at = at;
    if (!cli_open_store(folder, false, a, &config, &s, w))
        return false;
    member = span_str(config.member);
    ok = read_licence(issuer_signed, member, at, a, l, w) && fill(l, a, e, w) && put(s, member, l, e, a, w);
    store_close(s);
    return ok;
}
