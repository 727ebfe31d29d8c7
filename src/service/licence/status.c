#include "service/licence/status.h"

#include "service/licence/entry.h"
#include "wire/json_write.h"

enum { BODY_VERSION = 1, QUESTION_MEMBERS = 4, ANSWER_MEMBERS = 8, QUESTION_BYTES = 1024 };

/* ---- the question's body ---- */

/* 0 version, 1 number, 2 digest, 3 birth: one of number and digest, the other empty. A number is understood,
 * for members that have only that, and never sent. */
static void question_put(const struct licence_named *l, struct buffer *b)
{
    cbor_put_map(b, QUESTION_MEMBERS);
    cbor_put_int(b, 0);
    cbor_put_int(b, BODY_VERSION);
    entry_put_text(b, 1, l->number);
    cbor_put_int(b, 2);
    cbor_put_bytes(b, span_of(l->digest, !l->number.n && l->digest ? LICENCE_DIGEST : 0));
    entry_put_date(b, 3, l->birth);
}

struct asked {
    uint8_t digest[LICENCE_DIGEST];
    struct date birth;
};

static bool question_read(struct span body, struct span issuer, struct arena *a, struct asked *out,
                          struct why *w)
{
    struct asked q = { 0 };
    struct span number, digest;
    struct cbor c;

    if (!cbor_check(body, NULL, a, w))
        return false;
    c = cbor_of(body);
    if (cbor_map(&c) != QUESTION_MEMBERS)
        cbor_fail(&c, body.p, "another number of members");
    entry_key(&c, 0);
    if (cbor_int(&c) != BODY_VERSION)
        cbor_fail(&c, NULL, "another version");
    number = entry_text(&c, 1);
    entry_key(&c, 2);
    digest = cbor_bytes(&c);
    q.birth = entry_date(&c, 3);
    if (!cbor_finish(&c, NULL, w))
        return false;
    if ((number.n > 0) == (digest.n > 0) || (digest.n && digest.n != LICENCE_DIGEST))
        return why_set(w, "VALUE", WHY_NO_OFFSET, NULL, "a number or a digest is expected");
    if (digest.n)
        memcpy(q.digest, digest.p, digest.n);
    else if (!licence_digest(issuer, number, q.digest))
        return why_set(w, "VALUE", WHY_NO_OFFSET, NULL, "the number is none");
    *out = q;
    return true;
}

/* ---- the answer's body ---- */

static void answer_put(const struct licence_entry *e, unix_time as_of, struct buffer *b)
{
    cbor_put_map(b, ANSWER_MEMBERS);
    cbor_put_int(b, 0);
    cbor_put_int(b, BODY_VERSION);
    entry_put_state(b, e);
    cbor_put_int(b, 6);
    cbor_put_int(b, as_of);
    entry_put_categories(b, e);
}

bool licence_status_read(struct span body, struct arena *a, struct licence_status *out, struct why *w)
{
    struct licence_entry *e = arena_alloc(a, sizeof *e);
    struct licence_status s = *out;
    struct cbor c;

    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!cbor_check(body, NULL, a, w))
        return false;
    c = cbor_of(body);
    if (cbor_map(&c) != ANSWER_MEMBERS)
        cbor_fail(&c, body.p, "another number of members");
    entry_key(&c, 0);
    if (cbor_int(&c) != BODY_VERSION)
        cbor_fail(&c, NULL, "another version");
    entry_state(&c, e);
    entry_key(&c, 6);
    s.as_of = cbor_int(&c);
    entry_categories(&c, e);
    if (!cbor_finish(&c, NULL, w))
        return false;
    s.has_entry = true;
    s.standing = e->standing;
    s.reason = e->reason;
    s.authority = e->authority;
    s.since = e->since;
    s.until = e->until;
    s.n = e->n;
    s.category = e->category;
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
    if (!question_read(q->body, q->to, a, &asked, &bad))
        return false;
    licence_subject(s, q->to, asked.digest, out);
    return true;
}

/* Whoever does not know the holder's birth date learns nothing, not even that there is such a licence. */
static bool guard_agrees(const struct ask_desk *d, const struct asked *q, const struct licence_entry *e,
                         size_t n)
{
    uint8_t guard[32];
    size_t i = 0;

    while (i < n && !e[i].has_guard)
        i++;
    if (!date_is_set(q->birth) || i == n)
        return true;
    licence_guard(d->store, q->digest, q->birth, guard);
    return memcmp(guard, e[i].guard, sizeof guard) == 0;
}

static bool answer(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    const struct licence_entry *e = NULL;
    struct licence_entry *standing = arena_alloc(a, sizeof *standing);
    struct asked asked = { 0 };
    struct buffer b;
    struct why bad;
    size_t n = 0;

    why_clear(&bad);
    if (!standing)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!question_read(q->body, d->member, a, &asked, &bad)) {
        *out = (struct ask_reply){ .said = ASK_SAID_REFUSED, .reason = "body" };
        return true;
    }
    if (!licence_register_history(d->store, d->member, asked.digest, a, &e, &n, w))
        return false;
    if (!licence_standing_on(e, n, date_of_time(now), standing) || !guard_agrees(d, &asked, e, n)) {
        *out = (struct ask_reply){ .said = ASK_SAID_UNKNOWN };
        return true;
    }
    buf_init(&b, LIMIT_ASK_BODY);
    answer_put(standing, now, &b);
    *out = (struct ask_reply){ .said = ASK_SAID_ANSWERED, .body = arena_copy(a, buf_span(&b)) };
    buf_free(&b);
    return out->body.p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

const struct ask_topic licence_status_topic = { .name = "licence status",
                                                .subject = subject,
                                                .answer = answer };

/* ---- asking ---- */

static void status_of(const struct ask_outcome *o, struct arena *a, struct licence_status *out)
{
    struct licence_status s = {
        .state = o->state, .reference = o->reference, .from = o->from, .why = o->reason
    };
    struct why bad;

    why_clear(&bad);
    if (o->body.n && (o->state == ASK_ANSWERED || o->state == ASK_LATE) &&
        !licence_status_read(o->body, a, &s, &bad)) {
        s.state = ASK_UNREACHABLE; /* something was said, and it is no status */
        s.why = SPAN("answer-body");
    } else if (!o->body.n && o->state == ASK_ANSWERED) {
        s.state = ASK_UNREACHABLE;
        s.why = SPAN("answer-body");
    }
    *out = s;
}

/* *asked is what goes out: a number as its digest, so that it neither crosses a border nor stands in a store.
 */
static bool name_licence(const struct licence_named *l, unix_time now, unix_time deadline,
                         uint8_t digest[LICENCE_DIGEST], struct licence_named *asked, struct why *w)
{
    if (!l->number.n && !l->digest)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "a licence's number or its digest is expected");
    if (l->number.n && !licence_digest(l->issuer, l->number, digest))
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "the number has no letter or digit, or more than 64 bytes");
    if (deadline <= now)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "the deadline is not after now");
    *asked = (struct licence_named){ .issuer = l->issuer, .digest = l->digest, .birth = l->birth };
    if (l->number.n)
        asked->digest = digest;
    return true;
}

bool licence_status_ask(const struct ask_office *office, const struct licence_named *licence,
                        struct span purpose, unix_time now, unix_time deadline, struct arena *a,
                        struct licence_status *out, struct why *w)
{
    uint8_t mem[QUESTION_BYTES];
    struct ask_order order = { .topic = &licence_status_topic,
                               .to = licence->issuer,
                               .purpose = purpose,
                               .role = licence->role,
                               .at = now,
                               .until = deadline };
    uint8_t digest[LICENCE_DIGEST];
    struct licence_named asked = *licence;
    struct ask_outcome got;
    struct buffer b;

    if (!name_licence(licence, now, deadline, digest, &asked, w))
        return false;
    if (!office) {
        *out = (struct licence_status){ .state = ASK_UNREACHABLE, .from = licence->issuer };
        return true;
    }
    buf_init_fixed(&b, mem, sizeof mem);
    question_put(&asked, &b);
    order.article = ask_article(office, &licence_status_topic, order.to, purpose, now, a);
    order.body = buf_span(&b);
    if (!ask(office, &order, a, &got, w))
        return false;
    status_of(&got, a, out);
    return true;
}

bool licence_status_look(const struct ask_office *office, struct span issuer, struct span reference,
                         unix_time now, struct arena *a, bool *found, struct licence_status *out,
                         struct why *w)
{
    struct ask_outcome got;
    bool there = false;

    if (!ask_look(office, issuer, reference, now, a, &there, &got, w))
        return false;
    if (there)
        status_of(&got, a, out);
    *found = there;
    return true;
}

/* ---- what it is worth ---- */

struct span licence_status_fact(const struct licence_status *s, struct span category)
{
    const char *word;
    bool entitled = s->n == 0;

    if (s->state != ASK_ANSWERED || !s->has_entry)
        return (struct span){ NULL, 0 };
    word = licence_standing_fact(s->standing);
    if (!word || !licence_in_use(s->standing))
        return span_str(word);
    for (size_t i = 0; i < s->n; i++)
        entitled |= s->category[i].entitled && (!category.n || span_eq(category, s->category[i].category));
    return entitled ? span_str(word) : SPAN("disqualified");
}

static void json_day(struct json_writer *w, const char *key, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        jw_str(w, key, date_format(d, text));
}

static void json_some(struct json_writer *w, const char *key, struct span s)
{
    if (s.n)
        jw_text(w, key, s);
}

static void json_category(struct json_writer *w, const struct licence_entitlement *x)
{
    jw_object(w, NULL);
    jw_text(w, "category", x->category);
    jw_bool(w, "entitled", x->entitled);
    json_day(w, "from", x->from);
    json_day(w, "to", x->to);
    json_some(w, "codes", x->codes);
    jw_object_end(w);
}

static void json_entry(struct json_writer *w, const struct licence_status *s)
{
    char time[TIME_TEXT];

    jw_str(w, "word", licence_standing_word(s->standing));
    json_some(w, "reason", s->reason);
    json_day(w, "since", s->since);
    json_day(w, "until", s->until);
    json_some(w, "authority", s->authority);
    jw_str(w, "as_of", time_format(s->as_of, time));
    jw_array(w, "categories");
    for (size_t i = 0; i < s->n; i++)
        json_category(w, &s->category[i]);
    jw_array_end(w);
}

void licence_status_json(struct json_writer *w, const char *key, const struct licence_status *s)
{
    jw_object(w, key);
    jw_bool(w, "asked", s != NULL);
    jw_str(w, "state", s ? ask_state_word(s->state) : "not asked");
    if (s) {
        if (s->has_entry)
            json_entry(w, s);
        else
            json_some(w, "reason", s->why);
        json_some(w, "reference", s->reference);
        json_some(w, "from", s->from);
    }
    jw_object_end(w);
}
