#include "check/stays.h"

#include "check/fields.h"

enum { ASK_SECONDS = 8, PARTIES = 64, NO_RULE_DAYS = 365 };

static struct date today(const struct stays_desk *d)
{
    return date_of_time(d->now + d->utc_offset);
}

static bool whole(struct buffer *out, struct why *w)
{
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long");
}

static void put_day(struct json_writer *j, const char *key, struct date day)
{
    char text[DATE_TEXT];

    jw_str(j, key, date_is_set(day) ? date_format(day, text) : NULL);
}

static void put_standing(struct json_writer *j, const char *key, const struct stay_standing *s)
{
    jw_object(j, key);
    jw_hex(j, "traveller", span_of(s->entry.traveller.b, sizeof s->entry.traveller.b));
    put_day(j, "from", s->entry.from);
    jw_bool(j, "limited", s->limited);
    put_day(j, "until", s->limited ? s->until : (struct date){ 0 });
    jw_int(j, "over", s->over);
    jw_int(j, "left", s->left);
    if (s->entry.article.n)
        jw_text(j, "article", s->entry.article);
    else
        jw_null(j, "article");
    if (s->entry.days) {
        jw_object(j, "rule");
        jw_int(j, "days", s->entry.days);
        jw_int(j, "period", s->entry.period);
        jw_object_end(j);
    } else {
        jw_null(j, "rule");
    }
    jw_bool(j, "exit_missing", s->exit_missing);
    jw_bool(j, "entry_missing", s->entry_missing);
    jw_int(j, "repaired", (int64_t)s->repaired);
    jw_object_end(j);
}

bool stays_overdue_json(const struct stays_desk *d, const struct overdue_query *q, struct arena *a,
                        struct buffer *out, size_t *n, struct why *w)
{
    const struct stay_standing *page = NULL;
    struct json_writer j = json_to(out);
    int64_t next = 0;
    size_t k = 0;

    if (!stays_overdue(d->store, d->member, today(d), (int)q->within, q->all, q->after, a, &page, &k, &next,
                       w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "member", d->member);
    put_day(&j, "today", today(d));
    jw_array(&j, "stays");
    for (size_t i = 0; i < k; i++)
        put_standing(&j, NULL, &page[i]);
    jw_array_end(&j);
    if (next)
        jw_int(&j, "next", next);
    else
        jw_null(&j, "next");
    jw_object_end(&j);
    *n = k;
    return whole(out, w);
}

/* ---- one traveller ---- */

struct look {
    struct span issuer, number, office, purpose, role;
    bool ask;
    struct travel_bearer bearer;
    struct open_stay entry;
    bool entered;
    size_t n_answers, n_elsewhere;
    struct stays_answer answer[PARTIES];
    struct stay elsewhere[LIMIT_STAYS];
    bool undetermined; /* somebody who was to be asked did not answer in whole */
};

/* Movements there from the beginning of the longest time that the rule looks at. */
static struct date since_of(const struct stays_desk *d, const struct look *l)
{
    int days = l->entry.period ? l->entry.period : NO_RULE_DAYS;

    return date_add_days(l->entered ? l->entry.from : today(d), -days);
}

static void add_elsewhere(const struct stays_desk *d, struct look *l, const struct stays_answer *s)
{
    for (size_t i = 0; i < s->n && l->n_elsewhere < LIMIT_STAYS; i++)
        l->elsewhere[l->n_elsewhere++] =
            (struct stay){ s->stay[i].stay.from,
                           date_is_set(s->stay[i].stay.to) ? s->stay[i].stay.to : today(d) };
}

/* Each other party; an answer that was not given, or not in whole, is not "never there". */
static bool ask_all(const struct stays_desk *d, struct look *l, struct arena *a, struct why *w)
{
    struct span party[PARTIES];
    size_t n = agreement_parties(d->agreement, party, PARTIES);

    if (!d->office)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node cannot ask other members");
    if (!stays_article(d->agreement, l->purpose).n)
        return why_set(w, "not-agreed", WHY_NO_OFFSET, NULL,
                       "no article of the agreement lets stays be asked for this purpose");
    for (size_t i = 0; i < n && i < PARTIES; i++) {
        struct stays_answer *s = &l->answer[l->n_answers];

        if (span_eq(party[i], d->member))
            continue;
        if (!stays_ask(d->office, party[i], l->bearer.digest, since_of(d, l), l->purpose, l->role, d->now,
                       d->now + ASK_SECONDS, a, s, w))
            return false;
        if (!s->from.n)
            s->from = party[i];
        l->undetermined |= !s->whole && !(s->state == ASK_REFUSED && span_eq_str(s->reason, "not-bound"));
        add_elsewhere(d, l, s);
        l->n_answers++;
    }
    return true;
}

/* Does the article of the entry count what is elsewhere? It is the one that lets it be asked. */
static bool counts_elsewhere(const struct stays_desk *d, const struct look *l)
{
    return l->ask && span_eq(stays_article(d->agreement, l->purpose), l->entry.article);
}

static void put_repairs(struct json_writer *j, const struct repair_record *r, size_t n)
{
    char time[TIME_TEXT];

    jw_array(j, "repairs");
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        jw_str(j, "movement", r[i].kind == MOVEMENT_EXIT ? "exit" : "entry");
        put_day(j, "day", r[i].day);
        jw_text(j, "office", r[i].office);
        jw_text(j, "reason", r[i].reason);
        jw_str(j, "recorded", time_format(r[i].recorded, time));
        jw_object_end(j);
    }
    jw_array_end(j);
}

static bool inside(const struct stay_record *r, size_t n)
{
    return n && !date_is_set(r[n - 1].stay.to);
}

static bool put_look(const struct stays_desk *d, const struct look *l, struct arena *a, struct buffer *out,
                     int *over, struct why *w)
{
    const struct repair_record *repairs = NULL;
    const struct stay_record *r = NULL;
    struct stay_standing st = { .limited = false };
    struct json_writer j = json_to(out);
    size_t n = 0, k = 0;
    bool counts = counts_elsewhere(d, l);

    if (!store_stay_records(d->store, &l->bearer.key, d->member, a, &r, &n, w) ||
        !store_repairs(d->store, &l->bearer.key, d->member, a, &repairs, &k, w))
        return false;
    if (l->entered && inside(r, n) &&
        !stay_stands(d->store, d->member, &l->entry, today(d), counts ? l->elsewhere : NULL,
                     counts ? l->n_elsewhere : 0, a, &st, w))
        return false;
    jw_object(&j, NULL);
    jw_hex(&j, "traveller", span_of(l->bearer.key.b, sizeof l->bearer.key.b));
    jw_text(&j, "member", d->member);
    put_day(&j, "today", today(d));
    stay_records_json(&j, "stays", r, n);
    put_repairs(&j, repairs, k);
    if (l->entered && inside(r, n))
        put_standing(&j, "standing", &st);
    else
        jw_null(&j, "standing");
    jw_bool(&j, "counts_elsewhere", counts);
    jw_bool(&j, "undetermined", counts && l->undetermined);
    jw_array(&j, "elsewhere");
    for (size_t i = 0; i < l->n_answers; i++)
        stays_answer_json(&j, &l->answer[i]);
    jw_array_end(&j);
    jw_object_end(&j);
    *over = st.over > 0 ? 1 : (counts && l->undetermined) || (inside(r, n) && !st.limited) ? -1 : 0;
    return whole(out, w);
}

bool stays_of_json(const struct stays_desk *d, struct span json, struct arena *a, struct buffer *out,
                   int *over, struct why *w)
{
    struct look *l = arena_alloc(a, sizeof *l);
    struct span article;

    if (!l)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *l = (struct look){ .ask = false };
    const struct request_field f[] = {
        { "issuer", FIELD_TEXT, &l->issuer }, { "number", FIELD_TEXT, &l->number },
        { "office", FIELD_TEXT, &l->office }, { "purpose", FIELD_TEXT, &l->purpose },
        { "role", FIELD_TEXT, &l->role },     { "ask", FIELD_YES, &l->ask }
    };
    if (!request_fields(json, f, sizeof f / sizeof *f, a, w) ||
        !travel_bearer_of(d->store, l->issuer, l->number, &l->bearer, w))
        return false;
    if (!l->office.n || !l->purpose.n)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "say which office looks, and for which purpose");
    article = stays_article(d->agreement, l->purpose);
    if (!stays_looked(d->store, d->member, &l->bearer.key, l->office, l->purpose, article, d->now, w) ||
        !store_last_entry(d->store, &l->bearer.key, d->member, &l->entered, a, &l->entry, w))
        return false;
    return (!l->ask || ask_all(d, l, a, w)) && put_look(d, l, a, out, over, w);
}

/* ---- movements ---- */

struct movement_request {
    struct span id, movement, issuer, number, at, day, office, reason;
};

static bool record(const struct stays_desk *d, const struct movement_request *q,
                   const struct travel_bearer *b, enum movement kind, struct arena *a, struct why *w)
{
    struct stay_repair r = {
        .traveller = &b->key, .kind = kind, .id = q->id, .office = q->office, .reason = q->reason
    };
    unix_time at = d->now;

    if (q->office.n || q->reason.n || q->day.n) {
        if (!date_parse(q->day, &r.day) || !q->office.n || !q->reason.n)
            return why_set(w, "request", WHY_NO_OFFSET, NULL,
                           "what was missed is entered with its day, the office and the reason");
        return stay_repair(d->store, d->member, &r, d->now, d->utc_offset, a, w);
    }
    if (q->at.n && (!time_parse(q->at, &at) || at > d->now))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"at\" is no time, or one that is to come");
    if (kind == MOVEMENT_ENTRY)
        return why_set(
            w, "request", WHY_NO_OFFSET, NULL,
            "an entry is recorded by the check that admits; one that was missed has office and reason");
    return q->at.n ? store_put_movement(d->store, &b->key, d->member, kind, at, q->id, w)
                   : store_put_movement_now(d->store, &b->key, d->member, kind, at, q->id, w);
}

bool stays_movement_json(const struct stays_desk *d, struct span json, struct arena *a, struct buffer *out,
                         struct why *w)
{
    struct movement_request q = { .id = { NULL, 0 } };
    const struct request_field f[] = {
        { "id", FIELD_TEXT, &q.id },         { "movement", FIELD_TEXT, &q.movement },
        { "issuer", FIELD_TEXT, &q.issuer }, { "number", FIELD_TEXT, &q.number },
        { "at", FIELD_TEXT, &q.at },         { "day", FIELD_TEXT, &q.day },
        { "office", FIELD_TEXT, &q.office }, { "reason", FIELD_TEXT, &q.reason }
    };
    const struct stay_record *r = NULL;
    struct travel_bearer b;
    enum movement kind;
    struct json_writer j;
    size_t n = 0;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w))
        return false;
    kind = span_eq_str(q.movement, "exit")    ? MOVEMENT_EXIT
           : span_eq_str(q.movement, "entry") ? MOVEMENT_ENTRY
                                              : MOVEMENT_NONE;
    if (kind == MOVEMENT_NONE)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a movement is an entry or an exit");
    if (!travel_bearer_of(d->store, q.issuer, q.number, &b, w) || !record(d, &q, &b, kind, a, w) ||
        !store_stay_records(d->store, &b.key, d->member, a, &r, &n, w))
        return false;
    j = json_to(out);
    jw_object(&j, NULL);
    jw_bool(&j, "recorded", true);
    stay_records_json(&j, "stays", r, n);
    jw_object_end(&j);
    return whole(out, w);
}
