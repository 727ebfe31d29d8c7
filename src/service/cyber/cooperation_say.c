/* What this member says: made of the fields that a person gave, checked, signed, kept until it is published.
 */
#include <stdlib.h>

#include "agreement/bound.h"
#include "base/limits.h"
#include "seal/receipt.h"
#include "service/cyber/cooperation_internal.h"
#include "wire/jcs.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/cooperation.md";

/* Of the members of "to", and of this one, each has to be bound by the article on sharing. */
static bool allowed(const struct coop_desk *d, const struct coop_record *r, struct why *w)
{
    const struct sharing_rules *rules = d->agreement ? agreement_sharing(d->agreement, SPAN("cyber")) : NULL;
    unsigned me = d->agreement ? agreement_member_at(d->agreement, d->self) : 0;
    uint64_t bound;

    if (!rules)
        return why_set(w, "not-agreed", WHY_NO_OFFSET, NULL, "the agreement says nothing of sharing");
    bound = agreement_sharing_bound(d->agreement, rules, d->self, date_of_time(r->at));
    if (me >= 64 || !(bound >> me & 1))
        return why_set(w, "not-agreed", WHY_NO_OFFSET, NULL, "article %s does not bind this member",
                       rules->article);
    for (json_ref v = r->to == JSON_NONE ? JSON_NONE : json_first(&r->j, r->to); v != JSON_NONE;
         v = json_after(&r->j, r->to, v)) {
        unsigned at = agreement_member_at(d->agreement, coop_item(r, v));

        if (at >= 64 || !(bound >> at & 1))
            return why_set(w, "member", json_offset(&r->j, v), NULL,
                           "article %s does not bind a State of \"to\"", rules->article);
    }
    return true;
}

static bool sign(const struct coop_desk *d, struct coop_record *r, struct arena *a, struct why *w)
{
    struct buffer text, note;
    bool ok;

    buf_init(&text, LIMIT_STORE_RECORD);
    buf_init(&note, LIMIT_STORE_RECORD);
    buf_str(&text, COOP_LINE_FIRST);
    buf_put(&text, r->json);
    buf_u8(&text, '\n');
    ok = buf_ok(&text) && receipt_sign(buf_span(&text), d->name, d->signer, &note, w) && buf_ok(&note);
    if (ok)
        r->note = arena_copy(a, buf_span(&note));
    ok = ok && r->note.p;
    buf_free(&text);
    buf_free(&note);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static void put_given(struct json_writer *w, const struct json *j, const char *const *but)
{
    for (json_ref name = json_first(j, JSON_ROOT); name != JSON_NONE; name = json_after(j, JSON_ROOT, name)) {
        struct buffer key;
        uint8_t mem[80];
        size_t i = 0;

        while (but[i] && !json_text_is(j, name, but[i]))
            i++;
        if (but[i] || j->node[name].len >= sizeof mem || j->node[name].escaped)
            continue;
        buf_init_fixed(&key, mem, sizeof mem);
        buf_put(&key, span_of(j->text.p + j->node[name].at, j->node[name].len));
        jw_raw(w, buf_cstr(&key), json_source(j, json_value_of(j, name)));
    }
}

static int by_bytes(const void *a, const void *b)
{
    return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* Everybody that the other record is for, and its author, without this member. */
static void put_to_of(struct json_writer *j, const struct coop_record *r, struct span self)
{
    struct span state[LIMIT_COOPERATION_ITEMS + 1];
    size_t n = 0;

    if (r->to == JSON_NONE)
        return;
    state[n++] = r->member;
    for (json_ref v = json_first(&r->j, r->to); v != JSON_NONE && n <= LIMIT_COOPERATION_ITEMS;
         v = json_after(&r->j, r->to, v))
        state[n++] = coop_item(r, v);
    qsort(state, n, sizeof *state, by_bytes);
    jw_array(j, "to");
    for (size_t i = 0; i < n; i++)
        if (!span_eq(state[i], self) && (!i || !span_eq(state[i], state[i - 1])))
            jw_text(j, NULL, state[i]);
    jw_array_end(j);
}

static bool compose(const struct coop_desk *d, enum coop_kind k, const struct json *given,
                    const struct coop_record *to, unix_time now, struct arena *a, struct span *out,
                    struct why *w)
{
    static const char *const ours[] = { "kind", "member", "at", NULL };
    static const char *const ours_and_to[] = { "kind", "member", "at", "to", "tlp", NULL };
    char at[TIME_TEXT];
    struct json_writer j;
    struct buffer b, canonical;
    struct json parsed;
    struct span text;
    bool ok;

    buf_init(&b, 2 * LIMIT_COOPERATION);
    buf_init(&canonical, LIMIT_COOPERATION);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "kind", coop_kind_word(k));
    jw_text(&j, "member", d->self);
    jw_str(&j, "at", time_format(now, at));
    put_given(&j, given, to ? ours_and_to : ours);
    if (to) {
        jw_str(&j, "tlp", sharing_tlp_word(to->tlp));
        put_to_of(&j, to, d->self);
    }
    jw_object_end(&j);
    text = arena_copy(a, buf_span(&b));
    ok = buf_ok(&b) && text.p && json_parse(text, a, &parsed, w) &&
         jcs_put(&canonical, &parsed, JSON_ROOT, a, w);
    if (ok)
        *out = arena_copy(a, buf_span(&canonical));
    ok = ok && out->p;
    buf_free(&canonical);
    buf_free(&b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the record is too long");
}

static bool make(const struct coop_desk *d, enum coop_kind k, struct span json, const struct coop_record *to,
                 unix_time now, struct arena *a, struct coop_record *out, struct why *w)
{
    struct span canonical = { NULL, 0 };
    struct json given;

    if (!d->store || !d->signer)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL,
                       "this node publishes nothing: it has no store, or no part in the federation");
    if (!json_parse(json, a, &given, w))
        return false;
    if (!json_is(&given, JSON_ROOT, JSON_KIND_OBJECT))
        return why_set(w, "request", 0, CLAUSE, "the request is an object");
    return compose(d, k, &given, to, now, a, &canonical, w) && coop_read(canonical, a, out, w) &&
           allowed(d, out, w) && coop_check_content(out, a, w) && sign(d, out, a, w);
}

bool coop_make(const struct coop_desk *d, enum coop_kind k, struct span json, unix_time now, struct arena *a,
               struct coop_record *out, struct why *w)
{
    return make(d, k, json, NULL, now, a, out, w);
}

bool coop_make_answer(const struct coop_desk *d, enum coop_kind k, struct span json,
                      const struct coop_record *to, unix_time now, struct arena *a, struct coop_record *out,
                      struct why *w)
{
    return make(d, k, json, to, now, a, out, w);
}

static bool put(const struct coop_desk *d, const struct coop_record *r, unix_time due, struct why *w)
{
    char audience[COOP_AUDIENCE];
    struct cooperation_row row = { .id = span_of(r->id, COOP_ID - 1),
                                   .part = span_str(coop_part_word(coop_part_of(r->kind))),
                                   .kind = span_str(coop_kind_word(r->kind)),
                                   .member = r->member,
                                   .at = r->at,
                                   .due = due,
                                   .body = r->note };
    bool news = false;

    if (!coop_audience(r, audience))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many members for one audience");
    row.audience = span_str(audience);
    return store_put_cooperation(d->store, &row, &news, w);
}

bool coop_say(const struct coop_desk *d, const struct coop_record *r, struct why *w)
{
    return put(d, r, r->at, w);
}

bool coop_keep(const struct coop_desk *d, const struct coop_record *r, struct why *w)
{
    return put(d, r, 0, w);
}

bool coop_show(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
               struct buffer *out, struct why *w)
{
    struct cooperation_row *row = NULL;
    struct coop_record r;
    struct json_writer j;
    struct span id = { NULL, 0 };
    struct json given;
    size_t n = 0;

    (void)now;
    if (!json_parse(json, a, &given, w))
        return false;
    if (!json_text_of(&given, json_member(&given, JSON_ROOT, "id"), a, &id) || !id.n || id.n > 64)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"id\" is missing: that of a record");
    if (!d->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no store");
    if (!store_cooperation_of(d->store, id, a, &row, &n, w))
        return false;
    if (!n || !coop_reopen(row->body, a, &r, w))
        return why_set(w, "unknown", WHY_NO_OFFSET, NULL, "no record with that id is at this node");
    j = json_to(out);
    jw_object(&j, NULL);
    coop_put_head(&j, &r);
    jw_raw(&j, "record", r.json);
    jw_text(&j, "note", r.note);
    jw_bool(&j, "published", row->due == 0 && r.kind != COOP_DRILL_PLAN);
    jw_object_end(&j);
    return coop_filled(out, w);
}
