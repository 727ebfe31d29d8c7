/* Permissions under an application: issued once, extended by a new one that takes the old one's place, taken
 * back by a record that every member's lanes get. */
#include <stdio.h>

#include "base/text.h"
#include "node/issue.h"
#include "node/permit.h"
#include "service/travel/application_internal.h"
#include "service/travel/revoked.h"
#include "wire/json_write.h"

enum { LABELS = 1 << 20 };

static bool read_labels(const struct permit *p, struct arena *a, struct span *out)
{
    char path[4096];
    FILE *f;
    uint8_t *room;

    (void)snprintf(path, sizeof path, "%s/data/stickers/labels.tsv", p->data ? p->data : ".");
    f = fopen(path, "rbe");
    room = f ? arena_alloc(a, LABELS) : NULL;
    if (room)
        *out = span_of(room, fread(room, 1, LABELS, f));
    if (f)
        (void)fclose(f);
    return room != NULL;
}

static bool may_issue(const struct permit *p, struct why *w)
{
    return (p->instance && p->instance->signer_key) ||
           why_set(w, "not-configured", WHY_NO_OFFSET, NULL,
                   "this node issues nothing: its node.conf names no signer-key and signer-certificate");
}

/* ---- what is handed out ---- */

static bool put_base64(struct json_writer *j, struct buffer *out, const char *name, struct span bytes)
{
    (void)j;
    buf_printf(out, ",\"%s\":\"", name);
    base64_put(out, bytes, BASE64_STD);
    buf_str(out, "\"");
    return true;
}

/* As it rests beside the application. */
static bool put_issued(const struct permit *p, const struct application_view *v, bool repeated,
                       struct arena *a, struct buffer *out, struct why *w)
{
    static const char *const member[] = { "seal", "pdf", "png" };
    struct json_writer j = json_to(out);
    struct application_file f;
    char until[DATE_TEXT];
    bool found = false;

    jw_object(&j, NULL);
    jw_text(&j, "permission", v->permission);
    jw_text(&j, "reference", v->row.reference);
    jw_str(&j, "until", date_format(v->permission_until, until));
    jw_bool(&j, "repeated", repeated);
    for (size_t i = 0; i < 3; i++) {
        if (!application_file(&p->desk, v->row.reference, span_str(application_issued_files[i]), a, &found,
                              &f, w))
            return false;
        if (found)
            (void)put_base64(&j, out, member[i], f.bytes);
    }
    jw_object_end(&j);
    return true;
}

struct terms {
    struct date from, until;
    int64_t entries, stay;
    bool digital;
};

static bool make(const struct permit *p, struct application_view *v, const struct terms *t,
                 enum application_step step, struct span officer, struct span place, unix_time now,
                 struct arena *a, struct why *w)
{
    struct issue_request r = { .passport = v->app.passport,
                               .purpose = arena_str(a, v->row.purpose),
                               .place = place.n ? arena_str(a, place) : "SPECIMEN",
                               .from = t->from,
                               .until = t->until,
                               .entries = (int)t->entries,
                               .stay_days = (int)t->stay,
                               .at = now,
                               .kind = arena_str(a, v->row.kind),
                               .application = arena_str(a, v->row.reference),
                               .digital = t->digital };
    struct application_permission made = { .who = officer, .until = t->until };
    struct issued *issued = NULL;
    bool ok;

    if (!r.purpose || !r.place || !r.kind || !r.application)
        return application_no_room(w);
    (void)read_labels(p, a, &r.labels);
    if (!issue_permission(p->instance, &r, &issued, w))
        return false;
    made.permission = arena_copy(a, span_str(issued->number));
    made.file[0] = buf_span(&issued->seal);
    made.file[1] = buf_span(&issued->pdf);
    made.file[2] = buf_span(&issued->png);
    ok = made.permission.p ? application_permission(&p->desk, v, step, &made, now, a, w)
                           : application_no_room(w);
    issued_free(issued);
    return ok;
}

static bool read_form(struct permit_request *r, bool *digital)
{
    struct span form = permit_text(r, "form");

    *digital = span_eq_str(form, "digital");
    return *digital || !form.n || span_eq_str(form, "sticker") ||
           why_set(r->w, "request", WHY_NO_OFFSET, NULL, "\"form\" is sticker or digital");
}

bool permit_issue(const struct permit *p, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, unsigned *status, struct why *w)
{
    const struct application_vote *g;
    struct application_view *v;
    struct permit_request r;
    struct span officer, place;
    struct terms t;
    bool digital, had;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    place = permit_text(&r, "place");
    if (!read_form(&r, &digital) || r.bad || !may_issue(p, w) || !permit_officer(p, &r, &officer))
        return false;
    v = permit_view(p, &r, now);
    if (!v)
        return false;
    g = application_granted(v);
    if (!g)
        return why_set(w, "state", WHY_NO_OFFSET, NULL,
                       "the application is %s: only what is granted is issued",
                       application_state_word(v->state));
    had = v->permission.n != 0;
    t = (struct terms){ g->from, g->until, g->entries, g->stay, digital };
    return (had || make(p, v, &t, STEP_ISSUED, officer, place, now, a, w)) &&
           put_issued(p, v, had, a, out, w);
}

/* ---- taking back ---- */

static struct span order_text(const struct revoked_order *o, struct arena *a)
{
    struct json_writer j;
    struct buffer b;
    struct span s;

    buf_init(&b, LIMIT_APPLICATION_CONTENT);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "text", o->text);
    jw_text(&j, "appeal", o->appeal);
    jw_object_end(&j);
    s = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return s;
}

static bool take_back(const struct permit *p, const struct revoked_order *o, unix_time now, struct arena *a,
                      enum store_put *what, struct why *w)
{
    struct span plain = order_text(o, a), sealed = { NULL, 0 };

    if (plain.p)
        sealed = application_seal(&p->desk, o->number, "revocation", plain, a);
    return sealed.p ? revoked_order(p->desk.store, o, sealed, now, a, what, w) : application_no_room(w);
}

static bool supersede(const struct permit *p, const struct application_view *v, struct span officer,
                      unix_time now, struct arena *a, struct why *w)
{
    const struct revoked_order o = { .member = p->desk.member,
                                     .number = v->superseded,
                                     .reason = SPAN("superseded"),
                                     .on = application_day(&p->desk, now),
                                     .officer = officer,
                                     .text = SPAN("extended: a later permission takes its place"),
                                     .article =
                                         span_str(v->kind && v->kind->article ? v->kind->article : "-") };
    enum store_put what;

    return !o.number.n || take_back(p, &o, now, a, &what, w);
}

/* What the agreement lets an extension be. */
static bool may_extend(const struct permit *p, const struct application_view *v, struct terms *t,
                       unix_time now, struct why *w)
{
    const struct permission_kind *k = v->kind;
    struct date today = application_day(&p->desk, now);

    if (!k || v->extensions >= k->extensions)
        return why_set(w, "extensions", WHY_NO_OFFSET, NULL,
                       "the agreement lets it be extended %d times at most", k ? k->extensions : 0);
    t->from = date_cmp(today, t->from) > 0 ? today : t->from;
    if (date_cmp(t->until, v->permission_until) <= 0 ||
        (k->valid_days && date_to_days(t->until) - date_to_days(t->from) + 1 > k->valid_days) ||
        t->stay < 1 || (k->stay_days && t->stay > k->stay_days))
        return why_set(w, "terms", WHY_NO_OFFSET, NULL,
                       "an extension ends later than the permission, and within what the agreement allows");
    return true;
}

static bool second_officer(const struct permit *p, struct permit_request *r, const struct application_view *v,
                           struct span officer)
{
    struct span second = permit_text(r, "second");
    char id[OFFICER];

    if (r->bad)
        return false;
    if (v->kind && v->kind->officers < 2)
        return true;
    return application_officer(&p->desk, second, id, r->w) &&
           (!application_same_officer(officer, second) ||
            why_set(r->w, "officer", WHY_NO_OFFSET, NULL,
                    "the second officer is another person than the first"));
}

static bool is_revoked(const struct permit *p, struct span number, struct arena *a, struct why *w)
{
    struct permission_revocation r;
    bool revoked = false;

    return !revoked_look(p->desk.store, p->desk.member, number, a, &revoked, &r, w) ||
           (revoked && !why_set(w, "revoked", WHY_NO_OFFSET, NULL, "the permission was revoked"));
}

bool permit_extend(const struct permit *p, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, unsigned *status, struct why *w)
{
    const struct application_vote *g;
    struct application_view *v;
    struct permit_request r;
    struct span officer, place;
    struct terms t = { 0 };
    bool had = false;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    place = permit_text(&r, "place");
    t.until = permit_day(&r, "until");
    t.stay = permit_number(&r, "stay", 0);
    if (!read_form(&r, &t.digital) || r.bad || !may_issue(p, w) || !permit_officer(p, &r, &officer))
        return false;
    v = permit_view(p, &r, now);
    if (!v || !second_officer(p, &r, v, officer))
        return false;
    g = application_granted(v);
    if (!g || !v->permission.n)
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "nothing was issued under this application");
    if (is_revoked(p, v->permission, a, w))
        return false;
    t.from = g->from;
    t.entries = g->entries;
    t.stay = t.stay ? t.stay : g->stay;
    /* The answer to the same was lost: the same again. */
    had = v->extensions && date_cmp(t.until, v->permission_until) == 0;
    if (!had && (!may_extend(p, v, &t, now, w) || !make(p, v, &t, STEP_EXTENDED, officer, place, now, a, w)))
        return false;
    return supersede(p, v, officer, now, a, w) && put_issued(p, v, had, a, out, w);
}

static struct span application_of(struct span body, struct arena *a)
{
    struct span s = { NULL, 0 };
    struct json j;

    if (!json_parse(body, a, &j, NULL) || !json_text_of(&j, json_member(&j, JSON_ROOT, "application"), a, &s))
        return (struct span){ NULL, 0 };
    return s;
}

static bool find_permission(const struct permit *p, struct span number, struct arena *a, struct span *body,
                            struct why *w)
{
    char id[80];
    bool found = false;

    (void)snprintf(id, sizeof id, "%.*s-%.*s", (int)p->desk.member.n, (const char *)p->desk.member.p,
                   (int)number.n, (const char *)number.p);
    if (number.n <= 64 && !store_get_permission(p->desk.store, span_str(id), &found, a, body, NULL, w))
        return false;
    return found || why_set(w, "no-permission", WHY_NO_OFFSET, NULL, "this member issued no such permission");
}

/* In the application it was issued under, while that is kept. */
static bool note_revoked(const struct permit *p, const struct revoked_order *o, struct span reference,
                         unix_time now, struct arena *a, struct why *w)
{
    const struct application_permission made = { .permission = o->number, .who = o->officer };
    struct application_view *v = arena_alloc(a, sizeof *v);
    bool found = false;

    if (!v || !reference.n)
        return v || application_no_room(w);
    return application_open(&p->desk, reference, now, a, &found, v, w) &&
           (!found || application_permission(&p->desk, v, STEP_REVOKED, &made, now, a, w));
}

static bool read_order(const struct permit *p, struct permit_request *r, unix_time now,
                       struct revoked_order *o)
{
    o->member = p->desk.member;
    o->number = permit_needed(r, "permission");
    o->reason = permit_needed(r, "class");
    o->text = permit_needed(r, "reason");
    o->article = permit_needed(r, "article");
    o->appeal = permit_needed(r, "appeal");
    o->on = permit_day(r, "on");
    if (r->bad || !permit_officer(p, r, &o->officer))
        return false;
    if (!date_is_set(o->on))
        o->on = application_day(&p->desk, now);
    return agreement_title_in(p->desk.agreement, arena_str(r->a, o->article), "en", NULL) != NULL ||
           why_set(r->w, "article", WHY_NO_OFFSET, NULL, "there is no such article");
}

bool permit_revoke(const struct permit *p, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct revoked_order o = { 0 };
    struct permit_request r;
    enum store_put what = STORE_NEW;
    char since[DATE_TEXT];
    struct span body = { NULL, 0 };

    (void)status;
    if (!permit_read(json, a, &r, w) || !read_order(p, &r, now, &o) ||
        !find_permission(p, o.number, a, &body, w) || !take_back(p, &o, now, a, &what, w))
        return false;
    if (what == STORE_CONFLICT)
        return why_set(w, "revoked", WHY_NO_OFFSET, NULL, "it was revoked before, for another reason or day");
    if (what == STORE_NEW && !note_revoked(p, &o, application_of(body, a), now, a, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "permission", o.number);
    jw_str(&j, "since", date_format(o.on, since));
    jw_text(&j, "class", o.reason);
    jw_bool(&j, "repeated", what == STORE_REPEATED);
    jw_object_end(&j);
    return true;
}
