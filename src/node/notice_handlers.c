/* Listed documents: entered by this member, looked up by whoever says why. */
#include <stdio.h>

#include "check/members.h"
#include "crypto/node_key.h"
#include "node/caller.h"
#include "node/handlers.h"
#include "node/instance.h"
#include "node/part_documents.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "openapi.json";

enum { ENTRIES = 8192, ASKED = 100, ANSWER = 64 * 1024, REFERENCE = 16 };

static const char *const purposes[] = { "border-check", "road-check", "registration", "issuance",
                                        "investigation" };

/* ---- looking up ---- */

struct asked {
    struct span state, kind, number;
    enum document_kind k;
    struct document_number folded;
};

struct look_up {
    struct span purpose, officer;
    struct asked item[ASKED];
    size_t n;
};

static bool fail(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "%s", what);
}

static bool read_asked(const struct json *j, json_ref v, struct arena *a, struct asked *out, struct why *w)
{
    struct asked q = { .k = DOCUMENT_OTHER };
    const struct member table[] = {
        { "state", member_text, &q.state },
        { "kind", member_id, &q.kind },
        { "number", member_id, &q.number },
    };

    if (!members_read(j, v, "a document", CLAUSE, table, 3, a, w))
        return false;
    if (!document_kind_of(q.kind, &q.k))
        return fail(w, "\"kind\" is none of those of the list");
    if (!document_kind_is_object(q.k) && q.state.n != 2)
        return fail(w, "\"state\" is missing: two letters of the State that issued the document");
    if (!document_fold(q.k, q.number, &q.folded, w))
        return false;
    *out = q;
    return true;
}

static bool purpose_known(struct span s)
{
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (span_eq_str(s, purposes[i]))
            return true;
    return false;
}

static bool read_look_up(struct span body, struct arena *a, struct look_up *out, struct why *w)
{
    struct json j;
    json_ref list;
    const struct member table[] = {
        { "purpose", member_text, &out->purpose },
        { "officer", member_id, &out->officer },
        { "documents", NULL, NULL },
    };

    if (!json_parse(body, a, &j, w) || !members_read(&j, JSON_ROOT, "the request", CLAUSE, table, 3, a, w))
        return false;
    if (!purpose_known(out->purpose))
        return why_set(w, "purpose", WHY_NO_OFFSET, CLAUSE,
                       "say why data are looked at: border-check, road-check, registration, issuance or "
                       "investigation");
    list = json_member(&j, JSON_ROOT, "documents");
    if (!json_is(&j, list, JSON_KIND_ARRAY) || out->officer.n > 64)
        return fail(w, "\"documents\" is a list, and \"officer\" at most 64 bytes");
    for (json_ref v = json_first(&j, list); v != JSON_NONE; v = json_after(&j, list, v)) {
        if (out->n == ASKED)
            return fail(w, "at most 100 documents are looked up at a time");
        if (!read_asked(&j, v, a, &out->item[out->n], w))
            return false;
        out->n++;
    }
    return out->n || fail(w, "there is no document");
}

static void put_answer(struct json_writer *j, const struct document_answer *x, unix_time as_of)
{
    const struct gathered_listing l = { true, *x, as_of };
    bool listed = x->state == LOOKUP_LISTED;
    char day[DATE_TEXT], at[TIME_TEXT];

    jw_object(j, NULL);
    jw_str(j, "answer", gathered_listing_word(&l));
    jw_str(j, "kind", document_kind_word(x->kind));
    jw_str(j, "status", listed ? document_status_word(x->status) : NULL);
    jw_str(j, "on", listed ? date_format(x->on, day) : NULL);
    jw_str(j, "by", listed ? x->by : NULL);
    jw_str(j, "as_of", as_of ? time_format(as_of, at) : NULL);
    jw_object_end(j);
}

/* Of the entry: what was said, and of which kind; the number is its subject, as a keyed hash. */
static void put_entry(struct json_writer *j, const struct look_up *q, const struct asked *x,
                      const struct document_answer *ans)
{
    const struct gathered_listing l = { true, *ans, 0 };

    jw_object(j, NULL);
    jw_str(j, "answer", gathered_listing_word(&l));
    jw_str(j, "kind", document_kind_word(x->k));
    if (q->officer.n)
        jw_text(j, "officer", q->officer);
    jw_object_end(j);
}

/* On disk before the answer is given. */
static bool record(const struct node_view *v, const struct look_up *q, size_t i,
                   const struct document_answer *ans, const char *reference, unix_time now, struct why *w)
{
    const struct asked *x = &q->item[i];
    char name[2 * REFERENCE + 32];
    struct case_record c = { .kind = SPAN("document look-up"),
                             .has_subject = true,
                             .purpose = q->purpose,
                             .article = SPAN("-"), /* the purpose is the basis; no article names it */
                             .at = now,
                             .until = now,
                             .state = SPAN("answered") };
    uint8_t mem[256];
    struct json_writer j;
    struct buffer b;
    enum store_put what;

    (void)snprintf(name, sizeof name, "%s.%zu", reference, i);
    c.name = (struct case_name){ CASE_OURS, span_str(v->check->member), span_str(name) };
    store_traveller_key(v->check->store, x->state, document_number_span(&x->folded), &c.subject);
    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    put_entry(&j, q, x, ans);
    c.body = buf_span(&b);
    return (buf_ok(&b) || fail(w, "the entry is too long")) &&
           store_put_case(v->check->store, &c, NULL, 0, &what, w);
}

static bool answer_all(const struct node_view *v, const struct look_up *q, unix_time now,
                       const char *reference, struct buffer *b, struct why *w)
{
    const struct document_lookup *d = v->check->documents;
    struct json_writer j = json_to(b);

    jw_object(&j, NULL);
    jw_str(&j, "reference", reference);
    jw_array(&j, "answers");
    for (size_t i = 0; i < q->n; i++) {
        const struct asked *x = &q->item[i];
        struct document_answer ans;
        unix_time as_of;

        d->ask(d->ctx, x->state, x->k, &x->folded, true, now, &ans, &as_of);
        if (!record(v, q, i, &ans, reference, now, w))
            return false;
        put_answer(&j, &ans, as_of);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return buf_ok(b) || fail(w, "the answer is too long");
}

static unsigned status_of(const struct why *w)
{
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

void handle_documents_look_up(const struct node_view *v, const struct http_request *r, struct arena *a,
                              struct http_answer *out)
{
    struct look_up *q = arena_alloc(a, sizeof *q);
    unix_time now = v->o->now(v->o->ctx);
    uint8_t random[REFERENCE];
    char reference[2 * REFERENCE + 1];
    struct buffer b;
    struct why w;

    why_clear(&w);
    if (!v->check->documents || !v->check->store) {
        answer_refuse(out, 503, "not-ready", "This node keeps no lists: node.conf names no folder `lookup`.",
                      a);
        return;
    }
    if (!q || !read_look_up(r->body, a, q, &w)) {
        answer_error(out, 400, &w, a);
        return;
    }
    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        (void)snprintf(reference + 2 * i, 3, "%02x", random[i]);
    buf_init(&b, ANSWER);
    if (answer_all(v, q, now, reference, &b, &w))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_error(out, status_of(&w), &w, a);
    buf_free(&b);
}

/* ---- entering ---- */

struct order {
    struct document_entry *list, *withdraw;
    size_t n_list, n_withdraw;
};

static bool read_entry(const struct json *j, json_ref v, bool listed, struct arena *a,
                       struct document_entry *out, struct why *w)
{
    struct document_entry e = { .status = DOCUMENT_CLEAR };
    struct span kind = { 0 }, number = { 0 }, to = { 0 }, status = { 0 };
    const struct member table[] = {
        { "kind", member_id, &kind },     { "number", member_id, &number }, { "to", member_id, &to },
        { "status", member_id, &status }, { "on", member_date, &e.on },
    };
    size_t prefix;
    uint64_t first, last;

    if (!members_read(j, v, "a document", CLAUSE, table, 5, a, w))
        return false;
    if (!document_kind_of(kind, &e.kind))
        return fail(w, "\"kind\" is none of those of the list");
    if (listed && (!document_status_of(status, &e.status) || !date_is_set(e.on)))
        return fail(w, "what is listed has a status (lost, stolen, revoked, stolen blank) and a day");
    if (!document_fold(e.kind, number, &e.number, w))
        return false;
    if (to.n && (document_kind_is_object(e.kind) || !document_fold(e.kind, to, &e.to, w) ||
                 !document_range(&e.number, &e.to, &prefix, &first, &last, w)))
        return fail(w, "vehicles and containers have no ranges");
    *out = e;
    return true;
}

static bool read_entries(const struct json *j, json_ref list, bool listed, struct arena *a,
                         struct document_entry **ret, size_t *n, struct why *w)
{
    size_t most = json_count(j, list);
    struct document_entry *e;

    *n = 0;
    if (list == JSON_NONE)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY) || most > ENTRIES)
        return fail(w, "\"list\" and \"withdraw\" are lists of at most 8192 documents");
    e = arena_array(a, most + 1, sizeof *e);
    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        if (!read_entry(j, v, listed, a, &e[*n], w))
            return false;
        ++*n;
    }
    *ret = e;
    return true;
}

static bool read_order(struct span body, struct arena *a, struct order *o, struct why *w)
{
    static const struct member table[] = { { "list", NULL, NULL }, { "withdraw", NULL, NULL } };
    struct json j;

    return json_parse(body, a, &j, w) && members_read(&j, JSON_ROOT, "the request", CLAUSE, table, 2, a, w) &&
           read_entries(&j, json_member(&j, JSON_ROOT, "list"), true, a, &o->list, &o->n_list, w) &&
           read_entries(&j, json_member(&j, JSON_ROOT, "withdraw"), false, a, &o->withdraw, &o->n_withdraw,
                        w) &&
           (o->n_list + o->n_withdraw || fail(w, "there is no document"));
}

static void put_done(const struct order *o, const struct document_withdrawn *d, struct arena *a,
                     struct http_answer *out)
{
    uint8_t mem[256];
    struct json_writer j;
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_int(&j, "listed", (int64_t)o->n_list);
    jw_int(&j, "withdrawn", (int64_t)d->withdrawn);
    jw_int(&j, "unknown", (int64_t)d->unknown);
    jw_int(&j, "erased", (int64_t)d->erased);
    jw_object_end(&j);
    answer_json(out, 200, arena_copy(a, buf_span(&b)));
}

void handle_documents(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    struct document_issue *d = documents_part_issue(v->o->federation);
    unix_time now = v->o->now(v->o->ctx);
    struct document_withdrawn gone = { 0 };
    struct order o = { 0 };
    struct why w;

    why_clear(&w);
    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Documents are entered from the node's own machine.", a);
        return;
    }
    if (!d) {
        answer_refuse(out, 503, "not-ready",
                      "This node enters no documents: node.conf names no folder `lookup`, or no log key.", a);
        return;
    }
    if (!read_order(r->body, a, &o, &w)) {
        answer_error(out, 400, &w, a);
    } else if ((o.n_list && !document_issue_list(d, o.list, o.n_list, now, &w)) ||
               (o.n_withdraw && !document_issue_withdraw(d, o.withdraw, o.n_withdraw, now, &gone, &w))) {
        answer_error(out, 503, &w, a);
    } else {
        federation_poke(v->o->federation, "streams");
        federation_poke(v->o->federation, "cosign");
        put_done(&o, &gone, a, out);
    }
}
