/* Applications at rest: sealed, opened, begun, added to. */
#include <stdio.h>

#include "base/text.h"
#include "crypto/aead.h"
#include "crypto/digest.h"
#include "service/travel/application_internal.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { REFERENCE_BYTES = 8, SECRET_BYTES = 12, DAY = 24 * 60 * 60 };

bool application_no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

struct date application_day(const struct application_desk *d, unix_time now)
{
    return date_of_time(now + d->utc_offset);
}

int application_kept(const struct application_desk *d)
{
    return d->kept_days > 0 ? d->kept_days : KEPT_DAYS;
}

/* ---- sealing ---- */

static void key_of(const struct application_desk *d, struct span reference, const char *what,
                   struct traveller_key *key)
{
    store_subject_key(d->store, SPAN("application seal"), reference, span_str(what), key);
}

struct span application_seal(const struct application_desk *d, struct span reference, const char *what,
                             struct span plain, struct arena *a)
{
    uint8_t *out = arena_alloc(a, GCM_IV + plain.n + GCM_TAG);
    struct traveller_key key;

    if (!out)
        return (struct span){ NULL, 0 };
    key_of(d, reference, what, &key);
    d->random(out, GCM_IV);
    gcm_seal(key.b, out, plain, out + GCM_IV);
    return span_of(out, GCM_IV + plain.n + GCM_TAG);
}

bool application_unseal(const struct application_desk *d, struct span reference, const char *what,
                        struct span sealed, struct arena *a, struct span *out, struct why *w)
{
    struct traveller_key key;
    uint8_t *plain;

    if (sealed.n < GCM_IV + GCM_TAG)
        return why_set(w, "sealed", WHY_NO_OFFSET, NULL, "what was sealed is cut");
    plain = arena_alloc(a, sealed.n);
    if (!plain)
        return application_no_room(w);
    key_of(d, reference, what, &key);
    if (!gcm_open(key.b, sealed.p, span_sub(sealed, GCM_IV, sealed.n), plain))
        return why_set(
            w, "sealed", WHY_NO_OFFSET, NULL,
            "what was sealed does not open: it was changed, or the key of this store is another one");
    *out = span_of(plain, sealed.n - GCM_IV - GCM_TAG);
    return true;
}

/* ---- content ---- */

static void put_some(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
}

static void put_day(struct json_writer *j, const char *key, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        jw_str(j, key, date_format(d, text));
}

static bool put_answers(struct json_writer *j, const struct application *x, struct arena *a)
{
    jw_object(j, "answers");
    for (size_t i = 0; i < x->n_answers; i++) {
        const char *name = arena_str(a, x->answer[i].name);

        if (!name)
            return false;
        if (x->answer[i].value.n)
            jw_text(j, name, x->answer[i].value);
    }
    jw_object_end(j);
    return true;
}

/* The same application is the same bytes. */
static bool content_of(const struct application *x, struct arena *a, struct span *out, struct why *w)
{
    struct json_writer j;
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_APPLICATION_CONTENT - 64);
    j = json_to(&b);
    jw_object(&j, NULL);
    put_some(&j, "kind", x->kind);
    put_some(&j, "purpose", x->purpose);
    put_some(&j, "passport", x->passport);
    put_day(&j, "from", x->from);
    put_day(&j, "until", x->until);
    if (x->entries >= 0)
        jw_int(&j, "entries", x->entries);
    if (x->stay > 0)
        jw_int(&j, "stay", x->stay);
    put_some(&j, "contact", x->contact);
    put_some(&j, "payment", x->payment);
    put_some(&j, "language", x->language);
    ok = put_answers(&j, x, a);
    jw_object_end(&j);
    *out = arena_copy(a, buf_span(&b));
    ok = ok && buf_ok(&b) && out->p;
    buf_free(&b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the application is longer than %d bytes",
                         LIMIT_APPLICATION_CONTENT);
}

/* ---- events ---- */

struct span application_text_body(struct span text, struct arena *a)
{
    struct json_writer j;
    struct buffer b;
    struct span out;

    buf_init(&b, LIMIT_APPLICATION_CONTENT - 64);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "text", text);
    jw_object_end(&j);
    out = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return out;
}

static struct span member_text(struct span plain, const char *name, struct arena *a)
{
    struct span s = { NULL, 0 };
    struct json j;

    if (!json_parse(plain, a, &j, NULL) || !json_text_of(&j, json_member(&j, JSON_ROOT, name), a, &s))
        return (struct span){ NULL, 0 };
    return s;
}

/* The newest decision of each person, for what the application says now. */
static void take_vote(struct application_view *v, const struct application_vote *x)
{
    size_t i = 0;

    while (i < v->n_votes && !application_same_officer(v->vote[i].officer, x->officer))
        i++;
    if (i == sizeof v->vote / sizeof *v->vote)
        return;
    v->vote[i] = *x;
    v->n_votes += i == v->n_votes;
}

static bool take_event(const struct application_desk *d, struct application_view *v,
                       const struct application_event *e, struct arena *a, struct why *w)
{
    struct application_vote x = { .officer = e->who, .at = e->at, .revision = e->revision };
    struct span plain = { NULL, 0 };

    if (e->body.n && !application_unseal(d, v->row.reference, "event", e->body, a, &plain, w))
        return false;
    if (span_eq_str(e->what, application_step_word(STEP_SUBMITTED))) {
        v->returned = (struct span){ NULL, 0 };
        v->n_votes = 0; /* what was decided before it was given back counts no more */
    } else if (span_eq_str(e->what, application_step_word(STEP_RETURNED))) {
        v->returned = member_text(plain, "text", a);
    } else if (span_eq_str(e->what, application_step_word(STEP_ISSUED)) ||
               span_eq_str(e->what, application_step_word(STEP_EXTENDED))) {
        v->superseded = v->permission;
        v->permission = member_text(plain, "permission", a);
        if (!date_parse(member_text(plain, "until", a), &v->permission_until))
            v->permission_until = (struct date){ 0 };
        v->extensions += span_eq_str(e->what, application_step_word(STEP_EXTENDED));
    } else if ((span_eq_str(e->what, application_step_word(STEP_VOTED)) ||
                span_eq_str(e->what, application_step_word(STEP_GRANTED)) ||
                span_eq_str(e->what, application_step_word(STEP_DECLINED))) &&
               application_vote_read(plain, a, &x) && x.revision == v->row.revision) {
        take_vote(v, &x);
    }
    return true;
}

static bool view_of(const struct application_desk *d, unix_time now, struct arena *a,
                    struct application_view *v, struct why *w)
{
    struct application_request ignored = { 0 };
    struct span plain = { NULL, 0 };

    v->state = application_state_from(v->row.state);
    v->app = (struct application){ .entries = -1 };
    if (v->state == APPLICATION_STATES)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL,
                       "an application in a state that there is not");
    if (!application_unseal(d, v->row.reference, "content", v->row.content, a, &plain, w) ||
        !application_read(plain, now, a, &ignored, &v->app, w))
        return false;
    v->kind = agreement_permission(d->agreement, v->row.kind, v->row.purpose);
    v->fee = application_fee(d->agreement, d->member, &v->app, application_day(d, v->row.at), &v->cost);
    for (size_t i = 0; i < v->row.n_events; i++)
        if (!take_event(d, v, &v->row.event[i], a, w))
            return false;
    return application_consulted(d, v, now, a, w);
}

bool application_open(const struct application_desk *d, struct span reference, unix_time now, struct arena *a,
                      bool *found, struct application_view *out, struct why *w)
{
    memset(out, 0, sizeof *out);
    if (!store_find_application(d->store, reference, found, a, &out->row, w))
        return false;
    if (*found && out->row.ends < now)
        *found = false; /* its time is over; erased with the next pass */
    return !*found || view_of(d, now, a, out, w);
}

/* ---- reference and secret ---- */

static void letters_of(const struct application_desk *d, const char *use, struct span what, size_t bytes,
                       char *out, size_t n)
{
    struct traveller_key k;
    struct buffer b;

    store_subject_key(d->store, span_str(use), d->member, what, &k);
    buf_init_fixed(&b, out, n);
    base32_put(&b, span_of(k.b, bytes));
    (void)buf_cstr(&b);
}

static void reference_of(const struct application_desk *d, struct span id, char out[APPLICATION_REFERENCE])
{
    out[0] = (char)d->member.p[0];
    out[1] = (char)d->member.p[1];
    letters_of(d, "application reference", id, REFERENCE_BYTES, out + 2, APPLICATION_REFERENCE - 2);
    out[12] = 0;
}

void application_secret(const struct application_desk *d, struct span reference, char out[APPLICATION_SECRET])
{
    char all[APPLICATION_SECRET + 4];

    letters_of(d, "application secret", reference, SECRET_BYTES, all, sizeof all);
    memcpy(out, all, APPLICATION_SECRET - 1);
    out[APPLICATION_SECRET - 1] = 0;
}

bool application_secret_fits(const struct application_desk *d, struct span reference, struct span secret)
{
    char right[APPLICATION_SECRET];
    uint8_t differs = 0;

    application_secret(d, reference, right);
    if (secret.n != APPLICATION_SECRET - 1)
        return false;
    for (size_t i = 0; i < secret.n; i++)
        differs |= (uint8_t)(secret.p[i] ^ (uint8_t)right[i]);
    return differs == 0;
}

/* ---- files ---- */

static bool seal_files(const struct application_desk *d, struct span reference, const struct application *x,
                       struct arena *a, struct application_file **ret, struct why *w)
{
    struct application_file *f = arena_array(a, x->n_uploads + 1, sizeof *f);

    for (size_t i = 0; f && i < x->n_uploads; i++) {
        const struct application_upload *u = &x->upload[i];
        struct digest h;

        digest_of(DIGEST_SHA256, u->bytes, &h);
        f[i] = (struct application_file){ .name = u->name,
                                          .type = u->type,
                                          .size = (int64_t)u->bytes.n,
                                          .hash = arena_copy(a, digest_span(&h)),
                                          .bytes = application_seal(d, reference, "file", u->bytes, a) };
        if (!f[i].hash.p || !f[i].bytes.p)
            return application_no_room(w);
    }
    *ret = f;
    return f || application_no_room(w);
}

bool application_file(const struct application_desk *d, struct span reference, struct span name,
                      struct arena *a, bool *found, struct application_file *out, struct why *w)
{
    struct application_file f;

    if (!store_application_file(d->store, reference, name, found, a, &f, w))
        return false;
    if (!*found)
        return true;
    if (!application_unseal(d, reference, "file", f.bytes, a, &f.bytes, w))
        return false;
    *out = f;
    return true;
}

/* ---- steps ---- */

/* When something is due, and when all of it is erased, by the state it is in then. */
static void set_times(const struct application_desk *d, const struct application_view *v,
                      enum application_state to, unix_time now, struct application_change *c)
{
    struct date last = date_is_set(v->app.until) ? v->app.until : date_of_time(now);
    unix_time over = time_of_date(date_add_days(last, 1)) - d->utc_offset;
    unix_time kept = (unix_time)application_kept(d) * DAY;

    if (over < now)
        over = now;
    if (to == APPLICATION_DRAFT) {
        c->due = now + (unix_time)DRAFT_DAYS * DAY;
        c->ends = c->due + (unix_time)DRAFT_DAYS * DAY;
    } else if (to == APPLICATION_SUBMITTED) {
        c->due = now;
        c->ends = over + kept;
    } else if (to == APPLICATION_CONSULTING || to == APPLICATION_TO_DECIDE) {
        c->due = c->due ? c->due : over;
        c->ends = over + kept;
    } else {
        c->due = 0;
        c->ends = c->ends ? c->ends : (to == APPLICATION_GRANTED ? over : now) + kept;
    }
}

bool application_move(const struct application_desk *d, struct application_view *v,
                      enum application_step step, struct span who, struct span plain,
                      struct application_change *c, unix_time now, struct arena *a, struct why *w)
{
    enum application_state to = APPLICATION_STATES;
    bool found = false;

    if (!application_next(v->state, step, &to))
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "the application is %s: \"%s\" is not possible now",
                       application_state_word(v->state), application_step_word(step));
    c->reference = v->row.reference;
    c->seen = v->row.events;
    c->event = (struct application_event){ .at = now,
                                           .what = span_str(application_step_word(step)),
                                           .state = span_str(application_state_word(to)),
                                           .who = who };
    if (to == v->state) {
        c->due = c->due ? c->due : v->row.due;
        c->ends = c->ends ? c->ends : v->row.ends;
    } else {
        set_times(d, v, to, now, c);
    }
    if (plain.n) {
        c->event.body = application_seal(d, v->row.reference, "event", plain, a);
        if (!c->event.body.p)
            return application_no_room(w);
    }
    return store_change_application(d->store, c, w) &&
           application_open(d, c->reference, now, a, &found, v, w) &&
           (found || why_set(w, "application-unknown", WHY_NO_OFFSET, NULL, "the application is gone"));
}

bool application_note(const struct application_desk *d, struct application_view *v,
                      enum application_step step, struct span who, struct span text, unix_time now,
                      struct arena *a, struct why *w)
{
    struct application_change c = { 0 };
    struct span body = text.n ? application_text_body(text, a) : text;

    if (text.n && !body.p)
        return application_no_room(w);
    return application_move(d, v, step, who, body, &c, now, a, w);
}

/* ---- by the applicant ---- */

static void request_hash(const struct application_desk *d, struct span reference, struct span content,
                         const struct application *x, const struct application_file *f,
                         struct traveller_key *out)
{
    struct span part[1 + 2 * LIMIT_PERMISSION_ITEMS];
    struct digest h;
    size_t n = 0;

    part[n++] = content;
    for (size_t i = 0; i < x->n_uploads; i++) {
        part[n++] = f[i].hash;
        part[n++] = f[i].name;
    }
    digest_parts(DIGEST_SHA256, part, n, &h);
    store_subject_key(d->store, SPAN("application request"), reference, digest_span(&h), out);
}

static bool submit(const struct application_desk *d, struct application_view *v, unix_time now,
                   struct arena *a, struct why *w)
{
    struct application_change c = { .counted = SPAN("submitted"), .year = application_day(d, now).year };

    return application_move(d, v, STEP_SUBMITTED, (struct span){ NULL, 0 }, (struct span){ NULL, 0 }, &c, now,
                            a, w);
}

static bool id_fits(struct span id)
{
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] <= ' ' || id.p[i] > '~')
            return false;
    return id.n >= 8 && id.n <= 64;
}

static bool put_new(const struct application_desk *d, const struct application *x, struct span reference,
                    unix_time now, struct arena *a, enum store_put *what, struct why *w)
{
    const struct application_event first = { .at = now,
                                             .what = span_str(application_step_word(STEP_BEGUN)),
                                             .state = span_str(application_state_word(APPLICATION_DRAFT)) };
    const struct permission_kind *k = agreement_permission(d->agreement, x->kind, x->purpose);
    struct application_row r = { .reference = reference,
                                 .kind = span_str(k->name),
                                 .purpose = x->purpose,
                                 .at = now,
                                 .due = now + (unix_time)DRAFT_DAYS * DAY,
                                 .ends = now + 2 * (unix_time)DRAFT_DAYS * DAY };
    struct application_file *f = NULL;
    struct traveller_key hash;
    struct span content = { NULL, 0 };

    if (!content_of(x, a, &content, w) || !seal_files(d, reference, x, a, &f, w))
        return false;
    request_hash(d, reference, content, x, f, &hash);
    r.request = span_of(hash.b, sizeof hash.b);
    r.content = application_seal(d, reference, "content", content, a);
    store_traveller_key(d->store, span_str(x->mrz.issuer), span_str(x->mrz.number), &r.subject);
    return (r.content.p || application_no_room(w)) &&
           store_put_application(d->store, &r, &first, f, x->n_uploads, what, w);
}

bool application_begin(const struct application_desk *d, const struct application_request *r,
                       const struct application *x, unix_time now, struct arena *a,
                       struct application_faults *faults, struct application_view *out, bool *repeated,
                       struct why *w)
{
    char reference[APPLICATION_REFERENCE];
    enum store_put what;
    bool found = false;

    faults->n = 0;
    if (!id_fits(r->id))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"id\" has 8 to 64 visible ASCII characters");
    application_check(d->agreement, d->member, x, NULL, 0, application_day(d, now), application_day(d, now),
                      r->submit, faults);
    if (faults->n)
        return true;
    reference_of(d, r->id, reference);
    if (!put_new(d, x, span_str(reference), now, a, &what, w))
        return false;
    if (what == STORE_CONFLICT)
        return why_set(w, "request-conflict", WHY_NO_OFFSET, NULL, "this id stands for another application");
    *repeated = what == STORE_REPEATED;
    if (!application_open(d, arena_copy(a, span_str(reference)), now, a, &found, out, w))
        return false;
    if (!found)
        return why_set(w, "application-unknown", WHY_NO_OFFSET, NULL, "the application is gone");
    return !r->submit || out->state != APPLICATION_DRAFT || out->row.n_events > 1 ||
           submit(d, out, now, a, w);
}

static bool same_passport(const struct application *x, const struct application_view *v)
{
    return strcmp(x->mrz.number, v->app.mrz.number) == 0 && strcmp(x->mrz.issuer, v->app.mrz.issuer) == 0;
}

/* Content of a draft; of one that was sent only the payment. */
static bool save(const struct application_desk *d, struct application_view *v, const struct application *x,
                 enum application_step step, unix_time now, struct arena *a, struct why *w)
{
    const struct span nobody = { NULL, 0 };
    struct application_change c = { .n_files = x->n_uploads };
    struct application_file *f = NULL;
    struct span content = { NULL, 0 };

    if (!content_of(x, a, &content, w) || !seal_files(d, v->row.reference, x, a, &f, w))
        return false;
    c.file = f;
    c.content = application_seal(d, v->row.reference, "content", content, a);
    return (c.content.p || application_no_room(w)) &&
           application_move(d, v, step, nobody, nobody, &c, now, a, w);
}

static bool changed(const struct application_view *v, const struct application *x, struct arena *a,
                    bool *is_changed, struct why *w)
{
    struct span before = { NULL, 0 }, now = { NULL, 0 };

    if (!content_of(&v->app, a, &before, w) || !content_of(x, a, &now, w))
        return false;
    *is_changed = x->n_uploads || !span_eq(before, now);
    return true;
}

/* After it was sent nothing is taken but the reference of a payment. */
static bool only_payment(const struct application_view *v, const struct application *x, struct arena *a,
                         bool *only, struct why *w)
{
    struct application paid = v->app;
    struct span a_paid = { NULL, 0 }, b_paid = { NULL, 0 };

    paid.payment = x->payment;
    if (!content_of(&paid, a, &a_paid, w) || !content_of(x, a, &b_paid, w))
        return false;
    *only = !x->n_uploads && span_eq(a_paid, b_paid);
    return true;
}

bool application_add(const struct application_desk *d, struct application_view *v,
                     const struct application *x, const struct application_request *r, unix_time now,
                     struct arena *a, struct application_faults *faults, struct why *w)
{
    const struct span nobody = { NULL, 0 };
    bool is_changed = false, only = false;

    faults->n = 0;
    if (r->withdraw)
        return application_note(d, v, STEP_WITHDRAWN, nobody, nobody, now, a, w);
    if (!changed(v, x, a, &is_changed, w) || !only_payment(v, x, a, &only, w))
        return false;
    if (is_changed && only && v->state != APPLICATION_DRAFT)
        return save(d, v, x, STEP_PAID, now, a, w);
    if ((x->passport_read && !same_passport(x, v)) || !span_eq(x->purpose, v->app.purpose) ||
        !span_eq(x->kind, v->app.kind))
        return why_set(w, "request-conflict", WHY_NO_OFFSET, NULL,
                       "another passport, kind or purpose is another application: begin a new one");
    application_check(d->agreement, d->member, x, v->row.file, v->row.n_files, application_day(d, now),
                      application_day(d, v->row.at), r->submit, faults);
    if (faults->n)
        return true;
    if (is_changed && !save(d, v, x, STEP_SAVED, now, a, w))
        return false;
    return !r->submit || submit(d, v, now, a, w);
}
