/* What every operation shares, and what applicants do. */
#include "node/permit.h"

#include "base/text.h"
#include "crypto/node_key.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { MONTH = 31 };

bool permit_of(const struct node_config *config, const struct check_context *check,
               const struct instance *instance, const char *data, struct permit *out, struct why *w)
{
    if (!check->store || !check->agreement)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no %s",
                       check->store ? "agreement" : "store");
    *out = (struct permit){ .desk = { .member = span_str(config->member),
                                      .agreement = check->agreement,
                                      .store = check->store,
                                      .office = check->office,
                                      .random = random_bytes,
                                      .officers = config->officers.item,
                                      .n_officers = config->officers.n,
                                      .utc_offset = config->utc_offset,
                                      .kept_days = (int)config->applications_kept * MONTH },
                            .answers = check->desk,
                            .instance = instance,
                            .data = data };
    return true;
}

unsigned permit_status_of(const struct why *w)
{
    static const struct {
        const char *reason;
        unsigned status;
    } known[] = {
        { "no-application", 404 },
        { "no-permission", 404 },
        { "no-consultation", 404 },
        { "no-file", 404 },
        { "application-unknown", 404 },
        { "case-unknown", 404 },
        { "officer", 403 },
        { "state", 409 },
        { "changed", 409 },
        { "application-moved", 409 },
        { "request-conflict", 409 },
        { "consultation-open", 409 },
        { "quota", 409 },
        { "unpaid", 409 },
        { "fee-unknown", 409 },
        { "objection", 409 },
        { "issued", 409 },
        { "extensions", 409 },
        { "revoked", 409 },
        { "case-state", 409 },
        { "too-large", 413 },
        { "not-configured", 501 },
        { "not-ready", 503 },
        { "sealed", 503 },
    };

    for (size_t i = 0; w->reason && i < sizeof known / sizeof *known; i++)
        if (strcmp(w->reason, known[i].reason) == 0)
            return known[i].status;
    return w->reason && strncmp(w->reason, "store", 5) == 0 ? 503 : 400;
}

/* ---- requests ---- */

bool permit_read(struct span json, struct arena *a, struct permit_request *out, struct why *w)
{
    *out = (struct permit_request){ arena_alloc(a, sizeof *out->j), a, w, false };
    if (!out->j)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return json_parse(json, a, out->j, w) && (json_is(out->j, JSON_ROOT, JSON_KIND_OBJECT) ||
                                              why_set(w, "request", 0, NULL, "the request is no object"));
}

static void fail(struct permit_request *r, const char *name, const char *what)
{
    if (!r->bad)
        (void)why_set(r->w, "request", WHY_NO_OFFSET, NULL, "\"%s\" %s", name, what);
    r->bad = true;
}

struct span permit_text(struct permit_request *r, const char *name)
{
    json_ref v = json_member(r->j, JSON_ROOT, name);
    struct span s = { NULL, 0 };

    if (v != JSON_NONE && !json_text_of(r->j, v, r->a, &s))
        fail(r, name, "is no text");
    return text_trim(s);
}

struct span permit_needed(struct permit_request *r, const char *name)
{
    struct span s = permit_text(r, name);

    if (!s.n)
        fail(r, name, "is missing");
    return s;
}

struct date permit_day(struct permit_request *r, const char *name)
{
    struct span s = permit_text(r, name);
    struct date d = { 0 };

    if (s.n && !date_parse(s, &d))
        fail(r, name, "is no day such as 2027-03-01");
    return d;
}

int64_t permit_number(struct permit_request *r, const char *name, int64_t absent)
{
    json_ref v = json_member(r->j, JSON_ROOT, name);
    int64_t n = absent;

    if (v != JSON_NONE && !json_int64(r->j, v, &n))
        fail(r, name, "is no whole number");
    return n;
}

static bool unknown(struct why *w)
{
    return why_set(w, "no-application", WHY_NO_OFFSET, NULL,
                   "there is no application of this reference, or the code is another one");
}

static struct application_view *view_of(const struct permit *p, struct span reference, unix_time now,
                                        struct arena *a, struct why *w)
{
    struct application_view *v = arena_alloc(a, sizeof *v);
    bool found = false;

    if (!v) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return NULL;
    }
    if (!application_open(&p->desk, reference, now, a, &found, v, w))
        return NULL;
    if (!found)
        (void)unknown(w);
    return found ? v : NULL;
}

struct application_view *permit_view(const struct permit *p, struct permit_request *r, unix_time now)
{
    struct span reference = permit_needed(r, "reference");

    return r->bad ? NULL : view_of(p, reference, now, r->a, r->w);
}

bool permit_officer(const struct permit *p, struct permit_request *r, struct span *out)
{
    struct span given = permit_needed(r, "officer");
    char id[OFFICER];

    if (r->bad || !application_officer(&p->desk, given, id, r->w))
        return false;
    *out = arena_copy(r->a, span_str(id));
    return out->p != NULL || why_set(r->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* ---- applicants ---- */

static void put_faults(const struct application_faults *f, struct buffer *out, unsigned *status)
{
    struct json_writer j = json_to(out);

    *status = 422;
    jw_object(&j, NULL);
    jw_object(&j, "error");
    jw_str(&j, "reason", "incomplete");
    jw_str(&j, "detail", "Something is missing or is not as the agreement wants it: see faults.");
    jw_object_end(&j);
    application_faults_json(&j, "faults", f);
    jw_object_end(&j);
}

static void put_view(const struct permit *p, const struct application_view *v, bool secret, bool repeated,
                     unix_time now, struct buffer *out)
{
    char code[APPLICATION_SECRET];
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    application_json(&j, "application", v, APPLICATION_FOR_APPLICANT, now);
    if (secret) {
        application_secret(&p->desk, v->row.reference, code);
        jw_str(&j, "secret", code);
        jw_bool(&j, "repeated", repeated);
    }
    jw_object_end(&j);
}

/* Questions go out at once; what does not get through goes out again by itself. */
static bool go_on(const struct permit *p, struct application_view *v, unix_time now, struct arena *a,
                  struct why *w)
{
    return v->state != APPLICATION_SUBMITTED || application_tick(&p->desk, v, now, a, w) ||
           strcmp(w->reason, "application-moved") == 0;
}

bool permit_apply(const struct permit *p, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, unsigned *status, struct why *w)
{
    struct application_faults *faults = arena_alloc(a, sizeof *faults);
    struct application_view *v = arena_alloc(a, sizeof *v);
    struct application *x = arena_alloc(a, sizeof *x);
    struct application_request r = { 0 };
    bool repeated = false;

    if (!faults || !v || !x)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *x = (struct application){ .entries = -1 };
    if (!application_read(json, now, a, &r, x, w) ||
        !application_begin(&p->desk, &r, x, now, a, faults, v, &repeated, w))
        return false;
    if (faults->n) {
        put_faults(faults, out, status);
        return true;
    }
    if (!go_on(p, v, now, a, w))
        return false;
    put_view(p, v, true, repeated, now, out);
    return true;
}

/* Whoever follows has the code; nothing tells a wrong one from a reference that there is not. */
static struct application_view *followed(const struct permit *p, const struct application_request *r,
                                         unix_time now, struct arena *a, struct why *w)
{
    if (!r->reference.n || !application_secret_fits(&p->desk, r->reference, r->secret)) {
        (void)unknown(w);
        return NULL;
    }
    return view_of(p, r->reference, now, a, w);
}

static bool wants_change(struct span json, struct arena *a)
{
    struct json j;

    return json_parse(json, a, &j, NULL) && json_count(&j, JSON_ROOT) > 2;
}

bool permit_follow(const struct permit *p, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, unsigned *status, struct why *w)
{
    struct application_faults *faults = arena_alloc(a, sizeof *faults);
    struct application *x = arena_alloc(a, sizeof *x);
    struct application_request who = { 0 }, r = { 0 };
    struct application_view *v;

    if (!faults || !x)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *x = (struct application){ .entries = -1 };
    if (!application_read(json, now, a, &who, x, w))
        return false;
    v = followed(p, &who, now, a, w);
    if (!v)
        return false;
    if (wants_change(json, a)) {
        *x = v->app;
        if (!application_read(json, now, a, &r, x, w) ||
            !application_add(&p->desk, v, x, &r, now, a, faults, w))
            return false;
        if (faults->n) {
            put_faults(faults, out, status);
            return true;
        }
        if (!go_on(p, v, now, a, w))
            return false;
    }
    put_view(p, v, false, false, now, out);
    return true;
}

static bool put_file(const struct application_file *f, struct buffer *out)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    jw_text(&j, "name", f->name);
    jw_text(&j, "type", f->type);
    buf_str(out, ",\"data\":\"");
    base64_put(out, f->bytes, BASE64_STD);
    buf_str(out, "\"");
    jw_object_end(&j);
    return true;
}

static bool give_file(const struct permit *p, struct span reference, struct span name, struct arena *a,
                      struct buffer *out, struct why *w)
{
    struct application_file f;
    bool found = false;

    if (!application_file(&p->desk, reference, name, a, &found, &f, w))
        return false;
    return found ? put_file(&f, out)
                 : why_set(w, "no-file", WHY_NO_OFFSET, NULL, "the application has no file of this name");
}

bool permit_own_file(const struct permit *p, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, unsigned *status, struct why *w)
{
    struct application_request who = { 0 };
    struct permit_request r;
    struct span name;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    who.reference = permit_needed(&r, "reference");
    who.secret = permit_needed(&r, "secret");
    name = permit_needed(&r, "name");
    return !r.bad && followed(p, &who, now, a, w) && give_file(p, who.reference, name, a, out, w);
}

bool permit_file(const struct permit *p, struct span json, unix_time now, struct arena *a, struct buffer *out,
                 unsigned *status, struct why *w)
{
    struct application_view *v;
    struct permit_request r;
    struct span name, officer;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    name = permit_needed(&r, "name");
    if (!permit_officer(p, &r, &officer))
        return false;
    v = permit_view(p, &r, now);
    return v && application_note(&p->desk, v, STEP_LOOKED, officer, name, now, a, w) &&
           give_file(p, v->row.reference, name, a, out, w);
}

bool permit_kinds(const struct permit *p, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, unsigned *status, struct why *w)
{
    struct json_writer j = json_to(out);
    struct permit_request r;
    const char *language;

    (void)status;
    if (!permit_read(json, a, &r, w))
        return false;
    language = arena_str(a, permit_text(&r, "language"));
    if (r.bad)
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "member", p->desk.member);
    permission_kinds_json(&j, "permissions", p->desk.agreement, p->desk.member,
                          date_of_time(now + p->desk.utc_offset), language && *language ? language : "en");
    jw_object(&j, "files");
    jw_int(&j, "most", LIMIT_APPLICATION_FILE);
    jw_int(&j, "together", LIMIT_APPLICATION_FILES);
    jw_object_end(&j);
    jw_object_end(&j);
    return true;
}
