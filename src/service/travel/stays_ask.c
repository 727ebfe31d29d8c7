#include "service/travel/stays_ask.h"

#include "wire/cbor.h"
#include "wire/cbor_write.h"

enum { BODY_VERSION = 1, QUESTION_MEMBERS = 3, ANSWER_MEMBERS = 4, STAYS_MOST = 200, QUESTION_BYTES = 128 };

enum { MARK_EXIT_MISSING = 1, MARK_ENTRY_MISSING = 2 };

/* ---- the question's body: 0 version, 1 digest, 2 first day (days since 1970-01-01) ---- */

struct asked {
    uint8_t digest[TRAVEL_DIGEST];
    struct date since;
};

static bool read_day(struct cbor *c, struct date *out)
{
    int64_t n = cbor_int(c);

    if (n < -719162 || n > 2932896)
        cbor_fail(c, NULL, "no day");
    else
        *out = date_from_days((day_number)n);
    return true;
}

static bool question_read(struct span body, struct arena *a, struct asked *out, struct why *w)
{
    struct asked q = { .since = { 0 } };
    struct span digest;
    struct cbor c;

    if (!cbor_check(body, NULL, a, w))
        return false;
    c = cbor_of(body);
    if (cbor_map(&c) != QUESTION_MEMBERS)
        cbor_fail(&c, body.p, "another number of members");
    cbor_key(&c, 0);
    if (cbor_int(&c) != BODY_VERSION)
        cbor_fail(&c, NULL, "another version");
    cbor_key(&c, 1);
    digest = cbor_bytes(&c);
    cbor_key(&c, 2);
    (void)read_day(&c, &q.since);
    if (!cbor_finish(&c, NULL, w))
        return false;
    if (digest.n != TRAVEL_DIGEST)
        return why_set(w, "VALUE", WHY_NO_OFFSET, NULL, "a digest of 32 bytes is expected");
    memcpy(q.digest, digest.p, digest.n);
    *out = q;
    return true;
}

static void question_put(const uint8_t digest[TRAVEL_DIGEST], struct date since, struct buffer *b)
{
    cbor_put_head(b, CBOR_MAP, QUESTION_MEMBERS);
    cbor_put_int(b, 0);
    cbor_put_int(b, BODY_VERSION);
    cbor_put_int(b, 1);
    cbor_put_bytes(b, span_of(digest, TRAVEL_DIGEST));
    cbor_put_int(b, 2);
    cbor_put_int(b, date_to_days(since));
}

/* ---- the answer's body: 0 version, 1 kept from (0: all), 2 as of, 3 [[from, to or null, marks]] ---- */

static void answer_put(const struct stay_record *r, size_t n, struct date kept_from, unix_time as_of,
                       struct buffer *b)
{
    cbor_put_head(b, CBOR_MAP, ANSWER_MEMBERS);
    cbor_put_int(b, 0);
    cbor_put_int(b, BODY_VERSION);
    cbor_put_int(b, 1);
    cbor_put_int(b, date_is_set(kept_from) ? date_to_days(kept_from) : 0);
    cbor_put_int(b, 2);
    cbor_put_int(b, as_of);
    cbor_put_int(b, 3);
    cbor_put_head(b, CBOR_ARRAY, n);
    for (size_t i = 0; i < n; i++) {
        cbor_put_head(b, CBOR_ARRAY, 3);
        cbor_put_int(b, date_to_days(r[i].stay.from));
        if (date_is_set(r[i].stay.to))
            cbor_put_int(b, date_to_days(r[i].stay.to));
        else
            cbor_put_null(b);
        cbor_put_int(b, (r[i].exit_missing ? MARK_EXIT_MISSING : 0) |
                            (r[i].entry_missing ? MARK_ENTRY_MISSING : 0));
    }
}

static void read_stay(struct cbor *c, struct stay_record *r)
{
    int64_t marks;

    *r = (struct stay_record){ 0 };
    if (cbor_array(c) != 3)
        cbor_fail(c, NULL, "no stay");
    (void)read_day(c, &r->stay.from);
    if (cbor_peek(c) == CBOR_OTHER)
        cbor_null(c);
    else
        (void)read_day(c, &r->stay.to);
    marks = cbor_int(c);
    if (marks < 0 || marks > 3)
        cbor_fail(c, NULL, "no marks");
    r->exit_missing = marks & MARK_EXIT_MISSING;
    r->entry_missing = (marks & MARK_ENTRY_MISSING) != 0;
}

bool stays_answer_read(struct span body, struct arena *a, struct stays_answer *out, struct why *w)
{
    struct stays_answer s = *out;
    struct stay_record *r;
    struct date kept = { 0 };
    struct cbor c;
    size_t n;

    if (!cbor_check(body, NULL, a, w))
        return false;
    c = cbor_of(body);
    if (cbor_map(&c) != ANSWER_MEMBERS)
        cbor_fail(&c, body.p, "another number of members");
    cbor_key(&c, 0);
    if (cbor_int(&c) != BODY_VERSION)
        cbor_fail(&c, NULL, "another version");
    cbor_key(&c, 1);
    (void)read_day(&c, &kept);
    cbor_key(&c, 2);
    (void)cbor_int(&c);
    cbor_key(&c, 3);
    n = cbor_array(&c);
    r = arena_array(a, STAYS_MOST, sizeof *r);
    if (n > STAYS_MOST || !r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more stays than an answer has");
    for (size_t i = 0; i < n; i++)
        read_stay(&c, &r[i]);
    if (!cbor_finish(&c, NULL, w))
        return false;
    for (size_t i = 0; i < n; i++)
        if (date_is_set(r[i].stay.to) && date_cmp(r[i].stay.to, r[i].stay.from) < 0)
            return why_set(w, "VALUE", WHY_NO_OFFSET, NULL, "a stay ends before it begins");
    s.stay = r;
    s.n = n;
    if (date_to_days(kept) != 0)
        s.kept_from = kept;
    *out = s;
    return true;
}

/* ---- the topic ---- */

static bool subject(const struct store *s, const struct ask_question *q, struct arena *a,
                    struct traveller_key *out)
{
    struct asked asked;
    struct why bad;

    why_clear(&bad);
    if (!question_read(q->body, a, &asked, &bad))
        return false;
    travel_digest_subject(s, asked.digest, out);
    return true;
}

/* Those that reach to the day asked for or beyond; the newest. */
static size_t since(struct stay_record *out, const struct stay_record *r, size_t n, struct date day)
{
    size_t k = 0, from = n > STAYS_MOST ? n - STAYS_MOST : 0;

    for (size_t i = from; i < n; i++)
        if (!date_is_set(r[i].stay.to) || date_cmp(r[i].stay.to, day) >= 0)
            out[k++] = r[i];
    return k;
}

static bool put_reply(const struct stay_record *r, size_t n, unix_time erased, unix_time now, struct arena *a,
                      struct ask_reply *out, struct why *w)
{
    struct buffer b;

    buf_init(&b, LIMIT_ASK_BODY);
    answer_put(r, n, erased ? date_of_time(erased) : (struct date){ 0 }, now, &b);
    *out = (struct ask_reply){ .said = ASK_SAID_ANSWERED, .body = arena_copy(a, buf_span(&b)) };
    buf_free(&b);
    return out->body.p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool answer(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    struct stay_record *some = arena_array(a, STAYS_MOST, sizeof *some);
    const struct stay_record *r = NULL;
    struct traveller_key key, traveller;
    struct asked asked = { .since = { 0 } };
    unix_time erased = 0;
    bool found = false;
    struct why bad;
    size_t n = 0;

    why_clear(&bad);
    if (!some)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!question_read(q->body, a, &asked, &bad)) {
        *out = (struct ask_reply){ .said = ASK_SAID_REFUSED, .reason = "body" };
        return true;
    }
    travel_digest_subject(d->store, asked.digest, &key);
    if (!store_traveller_of(d->store, &key, &found, &traveller, w) ||
        !store_erased_before(d->store, &erased, w))
        return false;
    if (!found && !erased) {
        *out = (struct ask_reply){ .said = ASK_SAID_UNKNOWN };
        return true;
    }
    if (found && !store_stay_records(d->store, &traveller, d->member, a, &r, &n, w))
        return false;
    return put_reply(some, since(some, r, n, asked.since), erased, now, a, out, w);
}

const struct ask_topic stays_topic = { .name = "stays", .subject = subject, .answer = answer };

/* ---- asking ---- */

struct span stays_article(const struct agreement *a, struct span purpose)
{
    const struct asking q = { .article = agreement_asking_article(a, SPAN("stays"), purpose),
                              .topic = SPAN("stays"),
                              .purpose = purpose };
    const char *no = agreement_asking(a, &q);

    /* Found for another purpose, it is none. */
    if (no && (strcmp(no, "not-agreed") == 0 || strcmp(no, "purpose-missing") == 0 ||
               strcmp(no, "purpose") == 0 || strcmp(no, "article") == 0))
        return (struct span){ NULL, 0 };
    return q.article;
}

static void outcome_of(const struct ask_outcome *o, struct date since_day, struct arena *a,
                       struct stays_answer *out)
{
    struct stays_answer s = {
        .state = o->state, .from = o->from, .reason = o->reason, .reference = o->reference
    };
    struct why bad;

    why_clear(&bad);
    if (o->state == ASK_ANSWERED && (!o->body.n || !stays_answer_read(o->body, a, &s, &bad))) {
        s.state = ASK_UNREACHABLE;
        s.reason = SPAN("answer-body");
        s.n = 0;
    }
    s.whole =
        s.state == ASK_UNKNOWN ||
        (s.state == ASK_ANSWERED && (!date_is_set(s.kept_from) || date_cmp(s.kept_from, since_day) <= 0));
    *out = s;
}

bool stays_ask(const struct ask_office *o, struct span to, const uint8_t digest[TRAVEL_DIGEST],
               struct date since_day, struct span purpose, struct span role, unix_time now,
               unix_time deadline, struct arena *a, struct stays_answer *out, struct why *w)
{
    uint8_t mem[QUESTION_BYTES];
    struct ask_order order = {
        .topic = &stays_topic, .to = to, .purpose = purpose, .role = role, .at = now, .until = deadline
    };
    struct ask_outcome got;
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    question_put(digest, since_day, &b);
    order.article = ask_article(o, &stays_topic, to, purpose, now, a);
    order.body = buf_span(&b);
    if (!ask(o, &order, a, &got, w))
        return false;
    outcome_of(&got, since_day, a, out);
    return true;
}

/* ---- as JSON ---- */

static void put_day(struct json_writer *j, const char *key, struct date d)
{
    char text[DATE_TEXT];

    jw_str(j, key, date_is_set(d) ? date_format(d, text) : NULL);
}

void stay_records_json(struct json_writer *j, const char *key, const struct stay_record *r, size_t n)
{
    jw_array(j, key);
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        put_day(j, "from", r[i].stay.from);
        put_day(j, "to", r[i].stay.to);
        jw_bool(j, "exit_missing", r[i].exit_missing);
        jw_bool(j, "entry_missing", r[i].entry_missing);
        jw_object_end(j);
    }
    jw_array_end(j);
}

void stays_answer_json(struct json_writer *j, const struct stays_answer *s)
{
    jw_object(j, NULL);
    jw_text(j, "member", s->from);
    jw_str(j, "state", ask_state_word(s->state));
    jw_bool(j, "whole", s->whole);
    put_day(j, "kept_from", s->kept_from);
    if (s->reason.n)
        jw_text(j, "reason", s->reason);
    else
        jw_null(j, "reason");
    if (s->reference.n)
        jw_text(j, "reference", s->reference);
    else
        jw_null(j, "reference");
    stay_records_json(j, "stays", s->stay, s->n);
    jw_object_end(j);
}
