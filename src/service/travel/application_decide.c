/* Officers decide: two different ones where the agreement wants two, on what the application says now. */
#include "base/text.h"
#include "crypto/digest.h"
#include "service/travel/application_internal.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { TEXT = 2000 };

/* ---- a decision as an event's body ---- */

static struct span vote_body(const struct application_vote *x, struct arena *a)
{
    char from[DATE_TEXT], until[DATE_TEXT];
    struct json_writer j;
    struct buffer b;
    struct span out;

    buf_init(&b, LIMIT_APPLICATION_CONTENT - 64);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_int(&j, "revision", x->revision);
    jw_bool(&j, "grants", x->grants);
    if (x->grants) {
        jw_str(&j, "from", date_format(x->from, from));
        jw_str(&j, "until", date_format(x->until, until));
        jw_int(&j, "entries", x->entries);
        jw_int(&j, "stay", x->stay);
    }
    jw_text(&j, "reason", x->reason);
    jw_text(&j, "article", x->article);
    jw_text(&j, "appeal", x->appeal);
    jw_object_end(&j);
    out = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return out;
}

static bool day_of(const struct json *j, const char *name, struct arena *a, struct date *out)
{
    struct span s;

    return json_text_of(j, json_member(j, JSON_ROOT, name), a, &s) && date_parse(s, out);
}

bool application_vote_read(struct span plain, struct arena *a, struct application_vote *v)
{
    struct json j;

    if (!json_parse(plain, a, &j, NULL) ||
        !json_int64(&j, json_member(&j, JSON_ROOT, "revision"), &v->revision) ||
        !(json_boolean)(&j, json_member(&j, JSON_ROOT, "grants"), &v->grants))
        return false;
    if (v->grants && (!day_of(&j, "from", a, &v->from) || !day_of(&j, "until", a, &v->until) ||
                      !json_int64(&j, json_member(&j, JSON_ROOT, "entries"), &v->entries) ||
                      !json_int64(&j, json_member(&j, JSON_ROOT, "stay"), &v->stay)))
        return false;
    return json_text_of(&j, json_member(&j, JSON_ROOT, "reason"), a, &v->reason) &&
           json_text_of(&j, json_member(&j, JSON_ROOT, "article"), a, &v->article) &&
           json_text_of(&j, json_member(&j, JSON_ROOT, "appeal"), a, &v->appeal);
}

/* ---- what a decision needs ---- */

static bool text_is_sound(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < ' ' && s.p[i] != '\n') || s.p[i] == 0x7f)
            return false;
    return s.n <= TEXT && utf8_valid_to(s) == s.n;
}

static bool has_article(const struct agreement *g, struct span number, struct arena *a)
{
    const char *text = arena_str(a, number);

    return text && number.n && agreement_title_in(g, text, "en", NULL) != NULL;
}

static bool may_decline(const struct application_desk *d, const struct application_vote *x, struct arena *a,
                        struct why *w)
{
    if (!text_trim(x->reason).n)
        return why_set(w, "reason", WHY_NO_OFFSET, NULL, "who declines says why");
    if (!has_article(d->agreement, x->article, a))
        return why_set(w, "article", WHY_NO_OFFSET, NULL,
                       "who declines names the article of the agreement that it rests on");
    return text_trim(x->appeal).n ||
           why_set(w, "appeal", WHY_NO_OFFSET, NULL, "who declines says how the applicant can appeal");
}

static bool terms_fit(const struct application_desk *d, const struct application_view *v,
                      const struct application_vote *x, unix_time now, struct why *w)
{
    const struct permission_kind *k = v->kind;
    int64_t days = date_to_days(x->until) - date_to_days(x->from) + 1;

    if (days < 1 || date_cmp(x->until, application_day(d, now)) < 0)
        return why_set(w, "terms", WHY_NO_OFFSET, NULL, "the last day is before the first, or over already");
    if ((k->valid_days && days > k->valid_days) || x->stay < 1 || x->stay > LIMIT_PERMISSION_STAY ||
        (k->stay_days && x->stay > k->stay_days) || x->entries < 0 || x->entries > LIMIT_PERMISSION_STAY ||
        (k->entries && (x->entries == 0 || x->entries > k->entries)))
        return why_set(w, "terms", WHY_NO_OFFSET, NULL,
                       "the days, the stay or the entries are more than the agreement allows");
    if (date_cmp(mrz_date_whole(v->app.mrz.expiry), x->until) < 0)
        return why_set(w, "passport", WHY_NO_OFFSET, NULL, "the passport ends before the permission would");
    return true;
}

/* What cannot be worked out is a person's to say: with a payment, or with a reason. */
static bool paid(const struct application_view *v, const struct application_vote *x, struct why *w)
{
    if (v->app.payment.n || v->fee == TABLE_NONE)
        return true;
    if (v->fee == TABLE_UNKNOWN)
        return text_trim(x->reason).n ||
               why_set(w, "fee-unknown", WHY_NO_OFFSET, NULL,
                       "the fee turns on what is not known: who grants without a payment says why");
    return !fee_is_due(v->fee, &v->cost) ||
           why_set(w, "unpaid", WHY_NO_OFFSET, NULL, "no payment of the fee is recorded");
}

/* Looked at again with every decision: what was true for the first officer may not be for the second. */
static bool may_grant(const struct application_desk *d, const struct application_view *v,
                      const struct application_vote *x, unix_time now, struct why *w)
{
    int64_t granted = 0;
    bool objected = false;

    if (!v->kind)
        return why_set(w, "terms", WHY_NO_OFFSET, NULL, "the agreement provides for no such permission");
    if (!v->app.passport_read)
        return why_set(w, "passport", WHY_NO_OFFSET, NULL, "the lines of the passport do not read well");
    for (size_t i = 0; i < v->n_consulted; i++) {
        if (v->consulted[i].opinion == OPINION_NONE)
            return why_set(w, "consultation-open", WHY_NO_OFFSET, NULL,
                           "%.*s was consulted and its days are not over", (int)v->consulted[i].member.n,
                           (const char *)v->consulted[i].member.p);
        objected |= application_opinion_objects(v->consulted[i].opinion);
    }
    if (objected && !text_trim(x->reason).n)
        return why_set(w, "objection", WHY_NO_OFFSET, NULL,
                       "a member that was consulted objects: who grants all the same says why");
    if (!paid(v, x, w))
        return false;
    if (!terms_fit(d, v, x, now, w))
        return false;
    if (v->kind->quota && (!store_application_counted(d->store, application_day(d, now).year, v->row.kind,
                                                      v->row.purpose, SPAN("granted"), &granted, w) ||
                           (granted >= v->kind->quota &&
                            !why_set(w, "quota", WHY_NO_OFFSET, NULL,
                                     "the agreement lets %d be granted in a year", v->kind->quota))))
        return false;
    return true;
}

/* ---- counting decisions ---- */

static bool same_terms(const struct application_vote *a, const struct application_vote *b)
{
    if (a->grants != b->grants)
        return false;
    return !a->grants || (date_cmp(a->from, b->from) == 0 && date_cmp(a->until, b->until) == 0 &&
                          a->entries == b->entries && a->stay == b->stay);
}

static int officers_needed(const struct application_view *v)
{
    return v->kind ? v->kind->officers : 2;
}

/* Different officers who say the same as x, x among them. */
static int agreeing(const struct application_view *v, const struct application_vote *x)
{
    int n = 1;

    for (size_t i = 0; i < v->n_votes; i++)
        n += !application_same_officer(v->vote[i].officer, x->officer) && same_terms(&v->vote[i], x);
    return n;
}

static bool said_already(const struct application_view *v, const struct application_vote *x)
{
    for (size_t i = 0; i < v->n_votes; i++)
        if (application_same_officer(v->vote[i].officer, x->officer) && same_terms(&v->vote[i], x))
            return true;
    return false;
}

static unix_time submitted_at(const struct application_view *v)
{
    unix_time at = v->row.at;

    for (size_t i = 0; i < v->row.n_events; i++)
        if (span_eq_str(v->row.event[i].what, application_step_word(STEP_SUBMITTED)))
            at = v->row.event[i].at;
    return at;
}

static struct application_vote vote_of(const struct application_view *v, const struct application_decision *x,
                                       const char *officer, unix_time now)
{
    return (struct application_vote){ .officer = span_str(officer),
                                      .at = now,
                                      .revision = x->revision,
                                      .grants = x->grants,
                                      .from = date_is_set(x->from) ? x->from : v->app.from,
                                      .until = date_is_set(x->until) ? x->until : v->app.until,
                                      .entries = x->entries >= 0 ? x->entries : v->app.entries,
                                      .stay = x->stay > 0 ? x->stay : v->app.stay,
                                      .reason = x->reason,
                                      .article = x->article,
                                      .appeal = x->appeal };
}

static bool settle(const struct application_desk *d, struct application_view *v,
                   const struct application_vote *x, unix_time now, struct arena *a, struct why *w)
{
    enum application_step step = STEP_VOTED;
    struct application_change c = { .year = application_day(d, now).year };
    struct span body = vote_body(x, a), who = arena_copy(a, x->officer);

    if (!body.p || !who.p)
        return application_no_room(w);
    if (agreeing(v, x) >= officers_needed(v)) {
        step = x->grants ? STEP_GRANTED : STEP_DECLINED;
        c.counted = span_str(application_step_word(step));
        c.seconds = now - submitted_at(v);
        c.quota = x->grants && v->kind ? v->kind->quota : 0;
    }
    return application_move(d, v, step, who, body, &c, now, a, w);
}

bool application_decide(const struct application_desk *d, struct application_view *v,
                        const struct application_decision *x, unix_time now, struct arena *a, struct why *w)
{
    struct application_vote vote;
    char officer[OFFICER];

    if (!application_officer(d, x->officer, officer, w))
        return false;
    if (v->state != APPLICATION_TO_DECIDE)
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "the application is %s: nothing can be decided now",
                       application_state_word(v->state));
    if (x->revision != v->row.revision)
        return why_set(w, "changed", WHY_NO_OFFSET, NULL,
                       "the application has changed since it was looked at: read it again");
    if (!text_is_sound(x->reason) || !text_is_sound(x->appeal) || x->article.n > 16)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a text has at most %d bytes", TEXT);
    vote = vote_of(v, x, officer, now);
    if (x->grants ? !may_grant(d, v, &vote, now, w) : !may_decline(d, &vote, a, w))
        return false;
    return said_already(v, &vote) || settle(d, v, &vote, now, a, w);
}

const struct application_vote *application_granted(const struct application_view *v)
{
    const struct application_vote *last = NULL;

    if (v->state != APPLICATION_GRANTED)
        return NULL;
    for (size_t i = 0; i < v->n_votes; i++)
        if (v->vote[i].grants && (!last || v->vote[i].at >= last->at))
            last = &v->vote[i];
    return last;
}

/* ---- what is issued under it ---- */

const char *const application_issued_files[3] = { "issued.seal", "issued.pdf", "issued.png" };

/* What was handed out rests beside the application, so that asking again hands out the same. */
static bool seal_issued(const struct application_desk *d, const struct application_view *v,
                        const struct application_permission *p, struct arena *a, struct application_change *c,
                        struct why *w)
{
    static const char *const types[] = { "application/octet-stream", "application/pdf", "image/png" };
    struct application_file *f = arena_array(a, 3, sizeof *f);
    struct digest h;

    c->file = f;
    for (size_t i = 0; f && i < 3; i++) {
        if (!p->file[i].n)
            continue;
        digest_of(DIGEST_SHA256, p->file[i], &h);
        f[c->n_files] = (struct application_file){
            .name = span_str(application_issued_files[i]),
            .type = span_str(types[i]),
            .size = (int64_t)p->file[i].n,
            .hash = arena_copy(a, digest_span(&h)),
            .bytes = application_seal(d, v->row.reference, "file", p->file[i], a),
        };
        if (!f[c->n_files].hash.p || !f[c->n_files].bytes.p)
            return application_no_room(w);
        c->n_files++;
    }
    return f || application_no_room(w);
}

static struct span permission_body(const struct application_permission *p, struct arena *a)
{
    char text[DATE_TEXT];
    struct json_writer j;
    struct buffer b;
    struct span body;

    buf_init(&b, 1024);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "permission", p->permission);
    if (date_is_set(p->until))
        jw_str(&j, "until", date_format(p->until, text));
    jw_object_end(&j);
    body = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return body;
}

bool application_permission(const struct application_desk *d, struct application_view *v,
                            enum application_step step, const struct application_permission *p, unix_time now,
                            struct arena *a, struct why *w)
{
    enum { DAY = 24 * 60 * 60 };
    struct application_change c = { .counted = span_str(application_step_word(step)),
                                    .year = application_day(d, now).year };
    struct span body = permission_body(p, a);

    if (date_is_set(p->until)) {
        c.ends = time_of_date(p->until) + (unix_time)application_kept(d) * DAY;
        c.ends = c.ends > v->row.ends ? c.ends : v->row.ends;
    }
    if (!body.p)
        return application_no_room(w);
    return seal_issued(d, v, p, a, &c, w) && application_move(d, v, step, p->who, body, &c, now, a, w);
}
