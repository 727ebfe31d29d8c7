/* Contacts at a member's desk: said, tested, acknowledged, listed. */
#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "service/cyber/contact.h"
#include "service/cyber/cooperation_internal.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/drills.md";

enum { PIECE = 64 * 1024, CODE = 8, MEMBERS = 64 };

static bool open_book(const struct coop_desk *d, struct coop_record *extra, unix_time now, struct arena *a,
                      struct contact_book *b, struct why *w)
{
    struct coop_set s;

    return coop_load(d, COOP_CONTACTS, extra, a, &s, w) && contact_book_make(&s, now, a, b, w);
}

static bool say(const struct coop_desk *d, struct coop_record *r, unix_time now, struct arena *a,
                struct why *w)
{
    struct contact_book b;

    return open_book(d, r, now, a, &b, w) && coop_would_count(&b.refused, r, w) && coop_say(d, r, w);
}

static bool done(const struct coop_record *r, const char *code, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    coop_put_head(&j, r);
    if (code)
        jw_str(&j, "code", code);
    jw_object_end(&j);
    return coop_filled(out, w);
}

/* The request with the mark of an exercise, and a digest where there is one. */
static bool marked(struct span json, const char *digest, struct arena *a, struct span *out, struct why *w)
{
    static const char *const name[] = { "office",  "tlp",    "to",   "tested", "role",
                                        "channel", "within", "test", "code" };
    struct json_writer j;
    struct buffer b;
    struct json given;

    if (!json_parse(json, a, &given, w))
        return false;
    buf_init(&b, PIECE);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "exercise", COOP_EXERCISE);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        json_ref v = json_member(&given, JSON_ROOT, name[i]);

        if (v != JSON_NONE)
            jw_raw(&j, name[i], json_source(&given, v));
    }
    if (digest)
        jw_str(&j, "digest", digest);
    jw_object_end(&j);
    *out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return out->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool given(struct span json, const char *name, struct arena *a, struct span *out, struct why *w)
{
    struct json j;

    *out = (struct span){ NULL, 0 };
    if (!json_parse(json, a, &j, w))
        return false;
    (void)!json_text_of(&j, json_member(&j, JSON_ROOT, name), a, out);
    return true;
}

static bool begin(const struct coop_desk *d, enum coop_kind k, struct span json, unix_time now,
                  struct arena *a, const char *code, struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    struct contact_book b;

    return (r || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this")) &&
           open_book(d, NULL, now, a, &b, w) &&
           coop_make(d, k, json, coop_after(&b.set, d->self, now), a, r, w) && say(d, r, now, a, w) &&
           done(r, code, out, w);
}

bool contact_set(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                 struct buffer *out, struct why *w)
{
    return begin(d, COOP_CONTACT, json, now, a, NULL, out, w);
}

bool contact_withdraw(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    return begin(d, COOP_CONTACT_WITHDRAWN, json, now, a, NULL, out, w);
}

static const struct contact_view *contact_of(const struct contact_book *b, struct span member,
                                             struct span role)
{
    for (size_t i = 0; i < b->n_contact; i++)
        if (span_eq(b->contact[i].r->member, member) && span_eq(coop_text(b->contact[i].r, "role"), role))
            return &b->contact[i];
    return NULL;
}

/* Over a channel other than the desk a code is said, whose digest alone is in the record. */
bool contact_ask(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                 struct buffer *out, struct why *w)
{
    uint8_t random[CODE];
    char code[2 * CODE + 1], hex[65];
    struct span channel, tested, role, body;
    struct contact_book b;
    struct buffer text;
    struct digest sum;
    bool desk;

    if (!given(json, "channel", a, &channel, w) || !given(json, "tested", a, &tested, w) ||
        !given(json, "role", a, &role, w) || !open_book(d, NULL, now, a, &b, w))
        return false;
    if (!contact_of(&b, tested, role))
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "that member lists no contact for the role");
    desk = span_eq_str(channel, "desk");
    d->random(random, sizeof random);
    buf_init_fixed(&text, code, sizeof code);
    hex_put(&text, span_of(random, sizeof random));
    code[2 * CODE] = 0;
    digest_of(DIGEST_SHA256, span_str(code), &sum);
    buf_init_fixed(&text, hex, sizeof hex);
    hex_put(&text, digest_span(&sum));
    hex[64] = 0;
    return marked(json, desk ? NULL : hex, a, &body, w) &&
           begin(d, COOP_CONTACT_TEST, body, now, a, desk ? NULL : code, out, w);
}

bool contact_acknowledge(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                         struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    const struct coop_record *test;
    struct contact_book b;
    struct span id, body;

    if (!r)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!given(json, "test", a, &id, w) || !open_book(d, NULL, now, a, &b, w))
        return false;
    test = coop_find(&b.set, id);
    if (!test || test->kind != COOP_CONTACT_TEST)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "\"test\" names no test that is here");
    now = coop_after(&b.set, d->self, now > test->at ? now : test->at); /* clocks differ */
    return marked(json, NULL, a, &body, w) &&
           coop_make_answer(d, COOP_CONTACT_ANSWER, body, test, now, a, r, w) && say(d, r, now, a, w) &&
           done(r, NULL, out, w);
}

/* ---- listing ---- */

static void put_field(struct json_writer *j, const struct coop_record *r, const char *name)
{
    json_ref v = json_member(&r->j, JSON_ROOT, name);

    if (v != JSON_NONE)
        jw_raw(j, name, json_source(&r->j, v));
}

static void put_contact(struct json_writer *j, const struct contact_view *c)
{
    static const char *const name[] = { "role",  "phone", "mail",         "fingerprint", "url",
                                        "hours", "zone",  "out_of_hours", "languages" };

    jw_object(j, NULL);
    coop_put_head(j, c->r);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        put_field(j, c->r, name[i]);
    jw_int(j, "version", (int64_t)c->versions);
    jw_object_end(j);
}

static void put_test(struct json_writer *j, const struct contact_test *t)
{
    char by[TIME_TEXT];

    jw_object(j, NULL);
    coop_put_head(j, t->r);
    put_field(j, t->r, "exercise");
    put_field(j, t->r, "tested");
    put_field(j, t->r, "role");
    put_field(j, t->r, "channel");
    jw_str(j, "answer_by", time_format(t->r->at + coop_number(t->r, "within"), by));
    jw_bool(j, "code_asked", coop_text(t->r, "digest").n != 0);
    jw_str(j, "result", contact_result_word(t->result));
    if (t->answer)
        jw_int(j, "seconds", t->answer->at - t->r->at);
    jw_object_end(j);
}

/* By member that was tested: how often, and how long ago it answered last. */
static void put_results(struct json_writer *j, const struct contact_book *b, unix_time now)
{
    struct span seen[MEMBERS];
    size_t n = 0;

    for (size_t i = 0; i < b->n_test; i++) {
        struct span m = coop_text(b->test[i].r, "tested");
        unsigned sent = 0, answered = 0, missed = 0;
        unix_time last = 0;
        size_t k = 0;
        char at[TIME_TEXT];

        while (k < n && !span_eq(seen[k], m))
            k++;
        if (k < n || n == MEMBERS)
            continue;
        seen[n++] = m;
        for (size_t t = 0; t < b->n_test; t++) {
            const struct contact_test *x = &b->test[t];

            if (!span_eq(coop_text(x->r, "tested"), m))
                continue;
            sent++;
            answered += x->result == CONTACT_ACKNOWLEDGED;
            missed += x->result == CONTACT_MISSED;
            if (x->answer && x->answer->at > last)
                last = x->answer->at;
        }
        jw_object(j, NULL);
        jw_text(j, "member", m);
        jw_int(j, "sent", sent);
        jw_int(j, "acknowledged", answered);
        jw_int(j, "missed", missed);
        if (last) {
            jw_str(j, "last_success", time_format(last, at));
            jw_int(j, "age_days", now > last ? (now - last) / 86400 : 0);
        }
        jw_object_end(j);
    }
}

bool contact_list(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct contact_book b;

    (void)json;
    if (!open_book(d, NULL, now, a, &b, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "member", d->self);
    jw_array(&j, "contacts");
    for (size_t i = 0; i < b.n_contact; i++)
        put_contact(&j, &b.contact[i]);
    jw_array_end(&j);
    jw_array(&j, "tests");
    for (size_t i = 0; i < b.n_test; i++)
        put_test(&j, &b.test[i]);
    jw_array_end(&j);
    jw_array(&j, "results");
    put_results(&j, &b, now);
    jw_array_end(&j);
    coop_put_refused(&j, &b.refused);
    jw_object_end(&j);
    return coop_filled(out, w);
}
