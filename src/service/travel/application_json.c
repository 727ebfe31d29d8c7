/* Applications as people and programs are shown them. An applicant sees no office's name and no opinion of a
 * member; an officer sees all of it. */
#include "service/travel/application_internal.h"
#include "wire/json_write.h"

static void put_some(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
}

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, t ? time_format(t, text) : NULL);
}

static void put_day(struct json_writer *j, const char *key, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        jw_str(j, key, date_format(d, text));
}

static void put_content(struct json_writer *j, const struct application *x)
{
    char name[65];

    put_some(j, "passport", x->passport);
    put_day(j, "from", x->from);
    put_day(j, "until", x->until);
    if (x->entries >= 0)
        jw_int(j, "entries", x->entries);
    if (x->stay)
        jw_int(j, "stay", x->stay);
    put_some(j, "contact", x->contact);
    put_some(j, "payment", x->payment);
    put_some(j, "language", x->language);
    jw_object(j, "answers");
    for (size_t i = 0; i < x->n_answers; i++) {
        size_t n = x->answer[i].name.n < 64 ? x->answer[i].name.n : 64;

        memcpy(name, x->answer[i].name.p, n);
        name[n] = 0;
        jw_text(j, name, x->answer[i].value);
    }
    jw_object_end(j);
}

static void put_traveller(struct json_writer *j, const struct application *x)
{
    if (!x->passport_read)
        return;
    jw_object(j, "traveller");
    jw_str(j, "surname", x->mrz.primary);
    jw_str(j, "given_names", x->mrz.secondary);
    jw_str(j, "nationality", x->nationality ? x->nationality : x->mrz.nationality);
    jw_str(j, "number", x->mrz.number);
    put_day(j, "born", mrz_date_whole(x->mrz.birth));
    put_day(j, "expiry", mrz_date_whole(x->mrz.expiry));
    jw_object_end(j);
}

static void put_files(struct json_writer *j, const struct application_row *r)
{
    jw_array(j, "files");
    for (size_t i = 0; i < r->n_files; i++) {
        jw_object(j, NULL);
        jw_text(j, "name", r->file[i].name);
        jw_text(j, "type", r->file[i].type);
        jw_int(j, "size", r->file[i].size);
        jw_hex(j, "sha256", r->file[i].hash);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_events(struct json_writer *j, const struct application_view *v, bool officer)
{
    jw_array(j, "events");
    for (size_t i = 0; i < v->row.n_events; i++) {
        const struct application_event *e = &v->row.event[i];

        jw_object(j, NULL);
        put_time(j, "at", e->at);
        jw_text(j, "what", e->what);
        jw_text(j, "state", e->state);
        if (officer)
            put_some(j, "who", e->who);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_consulted(struct json_writer *j, const struct application_view *v, unix_time now)
{
    jw_array(j, "consulted");
    for (size_t i = 0; i < v->n_consulted; i++) {
        const struct application_consulted *c = &v->consulted[i];

        jw_object(j, NULL);
        jw_text(j, "member", c->member);
        jw_text(j, "reference", c->reference);
        jw_str(j, "opinion", application_opinion_word(c->opinion));
        jw_bool(j, "objects", application_opinion_objects(c->opinion));
        jw_str(j, "asked", ask_state_word(c->asked));
        put_time(j, "until", c->until);
        jw_bool(j, "due_soon", c->opinion == OPINION_NONE && now > c->until - LIMIT_ASK_REMINDER);
        jw_bool(j, "late", c->late);
        put_some(j, "reason", c->reason);
        put_some(j, "officer", c->officer);
        if (c->at)
            put_time(j, "at", c->at);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_terms(struct json_writer *j, const struct application_vote *x)
{
    put_day(j, "from", x->from);
    put_day(j, "until", x->until);
    jw_int(j, "entries", x->entries);
    jw_int(j, "stay", x->stay);
}

static void put_votes(struct json_writer *j, const struct application_view *v)
{
    jw_array(j, "decisions");
    for (size_t i = 0; i < v->n_votes; i++) {
        const struct application_vote *x = &v->vote[i];

        jw_object(j, NULL);
        jw_text(j, "officer", x->officer);
        put_time(j, "at", x->at);
        jw_str(j, "decision", x->grants ? "grant" : "decline");
        if (x->grants)
            put_terms(j, x);
        put_some(j, "reason", x->reason);
        put_some(j, "article", x->article);
        put_some(j, "appeal", x->appeal);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* What the applicant is told when it was declined: all of it. */
static void put_declined(struct json_writer *j, const struct application_view *v)
{
    const struct application_vote *last = NULL;

    for (size_t i = 0; i < v->n_votes; i++)
        if (!v->vote[i].grants && (!last || v->vote[i].at >= last->at))
            last = &v->vote[i];
    if (v->state != APPLICATION_DECLINED || !last)
        return;
    jw_object(j, "declined");
    jw_text(j, "reason", last->reason);
    jw_text(j, "article", last->article);
    jw_text(j, "appeal", last->appeal);
    jw_object_end(j);
}

static void put_kind(struct json_writer *j, const struct application_view *v)
{
    const struct permission_kind *k = v->kind;

    jw_int(j, "officers", k ? k->officers : 2);
    fee_json(j, "fee", v->fee, &v->cost);
}

void application_json(struct json_writer *j, const char *key, const struct application_view *v,
                      enum application_reader reader, unix_time now)
{
    bool officer = reader == APPLICATION_FOR_OFFICER;
    const struct application_vote *granted = application_granted(v);

    jw_object(j, key);
    jw_text(j, "reference", v->row.reference);
    jw_str(j, "state", application_state_word(v->state));
    jw_text(j, "kind", v->row.kind);
    jw_text(j, "purpose", v->row.purpose);
    put_time(j, "at", v->row.at);
    put_time(j, "last", v->row.last);
    put_time(j, "ends", v->row.ends);
    jw_int(j, "revision", v->row.revision);
    put_kind(j, v);
    put_content(j, &v->app);
    put_traveller(j, &v->app);
    put_files(j, &v->row);
    put_events(j, v, officer);
    put_some(j, "returned", v->returned);
    if (granted) {
        jw_object(j, "granted");
        put_terms(j, granted);
        jw_object_end(j);
    }
    put_declined(j, v);
    put_some(j, "permission", v->permission);
    if (v->permission.n)
        put_day(j, "permission_until", v->permission_until);
    if (officer) {
        jw_int(j, "extensions", v->extensions);
        put_consulted(j, v, now);
        put_votes(j, v);
    }
    jw_object_end(j);
}

void application_row_json(struct json_writer *j, const struct application_row *r, unix_time now)
{
    jw_object(j, NULL);
    jw_text(j, "reference", r->reference);
    jw_text(j, "state", r->state);
    jw_text(j, "kind", r->kind);
    jw_text(j, "purpose", r->purpose);
    put_time(j, "at", r->at);
    put_time(j, "last", r->last);
    put_time(j, "due", r->due);
    jw_bool(j, "overdue", r->due && r->due < now);
    jw_object_end(j);
}

void application_faults_json(struct json_writer *j, const char *key, const struct application_faults *f)
{
    jw_array(j, key);
    for (size_t i = 0; i < f->n; i++) {
        jw_object(j, NULL);
        jw_str(j, "field", f->item[i].field);
        jw_str(j, "code", f->item[i].code);
        jw_str(j, "article", f->item[i].article);
        jw_str(j, "text", f->item[i].text);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* ---- what can be applied for ---- */

static void put_items(struct json_writer *j, const char *key, const struct permission_item *item, size_t n,
                      bool typed, const char *language)
{
    jw_array(j, key);
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        jw_str(j, "name", item[i].name);
        jw_str(j, "title", permission_item_title(&item[i], language));
        if (typed)
            jw_str(j, "type", permission_type_word(item[i].type));
        jw_bool(j, "optional", item[i].optional);
        if (item[i].n_words) {
            jw_array(j, "words");
            for (size_t k = 0; k < item[i].n_words; k++)
                jw_text(j, NULL, item[i].words[k]);
            jw_array_end(j);
        }
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_limit(struct json_writer *j, const char *key, int n)
{
    if (n)
        jw_int(j, key, n);
    else
        jw_null(j, key);
}

/* Of a block for several purposes only what is the same whichever is chosen. */
static void put_fee(struct json_writer *j, const struct agreement *g, const struct permission_kind *k,
                    struct span member, struct date on)
{
    struct application x = { .kind = span_str(k->name), .entries = -1 };
    struct table_value v;
    enum table_answer answer;

    if (k->n_purposes == 1)
        x.purpose = k->purposes[0];
    answer = application_fee_of(g, k, member, &x, on, &v);
    fee_json(j, "fee", answer, &v);
}

static void put_permission(struct json_writer *j, const struct agreement *g, const struct permission_kind *k,
                           struct span member, struct date on, const char *language)
{
    jw_object(j, NULL);
    jw_str(j, "kind", k->name);
    jw_str(j, "title", permission_title(k, language));
    jw_array(j, "purposes");
    for (size_t i = 0; i < k->n_purposes; i++)
        jw_text(j, NULL, k->purposes[i]);
    jw_array_end(j);
    jw_str(j, "article", k->article);
    put_items(j, "asks", k->asks, k->n_asks, true, language);
    put_items(j, "files", k->attachments, k->n_attachments, false, language);
    put_fee(j, g, k, member, on);
    jw_array(j, "consulted");
    for (size_t i = 0; i < k->n_consultations; i++) {
        const struct permission_consultation *c = &k->consultations[i];

        jw_object(j, NULL);
        if (c->home)
            jw_str(j, "member", "home");
        else
            jw_text(j, "member", c->member);
        jw_int(j, "days", c->days);
        jw_str(j, "silence", permission_silence_word(c->silence));
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_int(j, "officers", k->officers);
    put_limit(j, "valid_days", k->valid_days);
    put_limit(j, "stay_days", k->stay_days);
    put_limit(j, "entries", k->entries);
    jw_int(j, "extensions", k->extensions);
    put_limit(j, "quota", k->quota);
    jw_object_end(j);
}

void permission_kinds_json(struct json_writer *j, const char *key, const struct agreement *g,
                           struct span member, struct date on, const char *language)
{
    const struct permission_kind *k;

    jw_array(j, key);
    for (size_t i = 0; (k = agreement_permission_at(g, i)) != NULL; i++)
        put_permission(j, g, k, member, on, language);
    jw_array_end(j);
}
