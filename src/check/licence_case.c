#include "check/licence_case.h"

#include "base/text.h"
#include "check/answer.h"
#include "check/id.h"
#include "check/licence_parts.h"
#include "check/licence_record.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"
#include "seal/receipt.h"
#include "wire/json.h"

enum { SALT = CHECK_SALT, ANSWER_MAX = 16 << 20, RECORD_MAX = 256 * 1024, REQUEST_MAX = 256 * 1024 };

static const char clause[] = "openapi.json LicenceRequest";

struct recording {
    const struct check_context *node;
    const struct licence_request *r;
    struct arena *a;
    struct licence_setting c;
    char id[CHECK_ID_MAX + 1];
    struct digest request;
    struct licence_inquiry *k;
    char salt[2 * SALT + 1];
    struct licence_stamp stamp;
    struct span facts; /* as they are kept */
};

/* Where no member can be reached at all, nobody is asked, and that is what is said. */
static bool can_ask(const struct check_context *node)
{
    return node->office && node->office->carrier.carry;
}

struct licence_setting licence_setting_of(const struct check_context *node)
{
    return (struct licence_setting){ .member = node->member,
                                     .utc_offset = node->utc_offset,
                                     .agreement = node->agreement,
                                     .law = node->law,
                                     .anchors = node->anchors,
                                     .anchors_as_of = node->anchors_as_of,
                                     .tokens = node->status_tokens,
                                     .picture = licence_picture_read,
                                     .ask = can_ask(node) ? licence_ask_office : NULL,
                                     .ask_ctx = (void *)(uintptr_t)node->office };
}

/* --- what the request is: SHA-256 over everything it says, each part with its length --- */

static void part(struct buffer *b, struct span s)
{
    buf_be(b, s.n, 8);
    buf_put(b, s);
}

static void bytes(struct buffer *b, struct span s)
{
    struct digest d;

    digest_of(DIGEST_SHA256, s, &d);
    buf_be(b, s.n, 8);
    buf_put(b, digest_span(&d));
}

static void day(struct buffer *b, struct date d)
{
    buf_be(b, (uint64_t)(uint16_t)d.year << 16 | (uint64_t)d.month << 8 | d.day, 8);
}

static void typed(struct buffer *b, const struct licence_typed *t)
{
    buf_u8(b, t->present);
    part(b, t->issuer);
    part(b, t->number);
    day(b, t->issued);
    day(b, t->expiry);
    day(b, t->birth);
    buf_u8(b, t->has_categories);
    buf_be(b, t->n_categories, 8);
    for (size_t i = 0; i < t->n_categories; i++) {
        const struct licence_privilege *p = &t->category[i];

        part(b, p->category);
        day(b, p->from);
        day(b, p->to);
        buf_be(b, p->n_codes, 8);
        for (size_t k = 0; k < p->n_codes; k++)
            part(b, t->code[p->first_code + k].code);
    }
}

static bool hash_request(struct recording *x, struct why *w)
{
    const struct licence_request *r = x->r;
    struct buffer b;
    bool ok;

    buf_init(&b, REQUEST_MAX);
    part(&b, SPAN("serai licence check"));
    part(&b, r->purpose);
    part(&b, r->language);
    part(&b, r->place);
    buf_be(&b, r->n_evidence, 8);
    for (size_t i = 0; i < r->n_evidence; i++) {
        buf_u8(&b, (uint8_t)r->evidence[i].kind);
        bytes(&b, r->evidence[i].bytes);
    }
    bytes(&b, r->session);
    bytes(&b, r->status_token);
    typed(&b, &r->typed);
    part(&b, r->residence);
    day(&b, r->resident_since);
    day(&b, r->entered);
    buf_u8(&b, (uint8_t)r->examined);
    buf_u8(&b, (uint8_t)r->translation);
    buf_u8(&b, (uint8_t)r->permit);
    buf_u8(&b, (uint8_t)r->statement);
    buf_u8(&b, r->do_not_ask);
    digest_of(DIGEST_SHA256, buf_span(&b), &x->request);
    ok = buf_ok(&b);
    buf_free(&b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, clause, "the request is too large");
}

/* --- receipt and record --- */

static const char *article_of(const struct licence_inquiry *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->decision[i].verdict.outcome == k->outcome && k->decision[i].verdict.article)
            return k->decision[i].verdict.article;
    return "-";
}

static void line(struct buffer *b, const char *key, struct span value)
{
    buf_str(b, key);
    buf_put(b, value);
    buf_u8(b, '\n');
}

/* As the receipt of a border check (check/answer.c): the evidence is committed to under a salt. */
static void receipt_text(const struct recording *x, const uint8_t salt[SALT], struct buffer *b)
{
    const struct span part_of[] = { span_of(salt, SALT), digest_span(&x->request) };
    struct digest d;
    char at[TIME_TEXT];

    digest_parts(DIGEST_SHA256, part_of, 2, &d);
    line(b, "serai receipt v1\nmember ", span_str(x->c.member));
    line(b, "licence check ", span_str(x->id));
    line(b, "time ", span_str(time_format(x->k->now, at)));
    line(b, "outcome ", span_str(outcome_word(x->k->outcome)));
    line(b, "article ", span_str(article_of(x->k)));
    buf_str(b, "agreement ");
    hex_put(b, span_of(agreement_hash(x->k->agreement), 32));
    buf_str(b, "\nevidence ");
    hex_put(b, digest_span(&d));
    if (x->facts.n) {
        answer_commits(salt, x->facts, &d);
        buf_str(b, "\nfacts ");
        hex_put(b, digest_span(&d));
    }
    buf_u8(b, '\n');
}

static bool keep_facts(struct recording *x, struct why *w)
{
    struct buffer b;
    bool whole;

    if (!x->node->store)
        return true;
    buf_init(&b, RECORD_MAX);
    licence_facts_put(x->k, date_of_time(x->k->now + x->c.utc_offset), &b);
    x->facts = arena_copy(x->a, buf_span(&b));
    whole = buf_ok(&b) && (x->facts.n || !b.n);
    buf_free(&b);
    return whole || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the facts are too many to be kept");
}

static bool make_stamp(struct recording *x, struct why *w)
{
    uint8_t salt[SALT], text_mem[1024], note_mem[1536];
    struct buffer text, note, hex;

    random_bytes(salt, sizeof salt);
    buf_init_fixed(&hex, (uint8_t *)x->salt, sizeof x->salt);
    hex_put(&hex, span_of(salt, sizeof salt));
    x->stamp =
        (struct licence_stamp){ .id = span_str(x->id), .salt = buf_cstr(&hex), .outcome = x->k->outcome };
    if (!x->node->signer)
        return true;
    buf_init_fixed(&text, text_mem, sizeof text_mem);
    buf_init_fixed(&note, note_mem, sizeof note_mem);
    receipt_text(x, salt, &text);
    if (!receipt_sign(buf_span(&text), span_str(x->node->node_name), x->node->signer, &note, w))
        return false;
    x->stamp.note = arena_copy(x->a, buf_span(&note));
    return (buf_ok(&text) && buf_ok(&note) && x->stamp.note.n) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the receipt is too large");
}

static bool make_record(struct recording *x, struct span *out, struct why *w)
{
    struct json_writer j;
    struct buffer b;
    char at[TIME_TEXT];
    bool ok;

    buf_init(&b, RECORD_MAX);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "kind", "licence check");
    jw_str(&j, "id", x->id);
    jw_str(&j, "at", time_format(x->k->now, at));
    jw_str(&j, "member", x->c.member);
    jw_str(&j, "article", article_of(x->k));
    licence_record_put(x->k, &j);
    jw_str(&j, "salt", x->salt);
    if (x->stamp.note.n)
        jw_text(&j, "receipt", x->stamp.note);
    jw_object_end(&j);
    *out = arena_copy(x->a, buf_span(&b));
    ok = buf_ok(&b) && out->n;
    buf_free(&b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the record is too large");
}

/* --- the first time, and again --- */

static bool conflict(struct why *w)
{
    return why_set(w, "request-conflict", WHY_NO_OFFSET, NULL,
                   "this id was used for another request; give each stop an id of its own");
}

static bool outcome_from(const struct json *j, enum outcome *out)
{
    for (int o = OUTCOME_REFER; o <= OUTCOME_NOT_RECOGNISED; o++) {
        if (json_text_is(j, json_member(j, JSON_ROOT, "outcome"), outcome_word((enum outcome)o))) {
            *out = (enum outcome)o;
            return true;
        }
    }
    return false;
}

static struct span text_at(const struct json *j, json_ref object, const char *name, struct arena *a)
{
    struct span s;

    return json_text_of(j, json_member(j, object, name), a, &s) ? s : (struct span){ NULL, 0 };
}

/* What was answered then, of which nothing but these words is kept. */
static void home_from(const struct json *j, struct arena *a, struct licence_home *h)
{
    json_ref s = json_member(j, JSON_ROOT, "status");
    struct span at;

    *h = (struct licence_home){ .state = LICENCE_NOT_ASKED };
    for (int i = LICENCE_NOT_ASKED; i <= LICENCE_UNKNOWN; i++)
        if (json_text_is(j, json_member(j, s, "state"), licence_home_word((enum licence_home_state)i)))
            h->state = (enum licence_home_state)i;
    h->word = text_at(j, s, "word", a);
    h->reference = text_at(j, s, "reference", a);
    h->from = text_at(j, s, "from", a);
    if (json_text_of(j, json_member(j, s, "as_of"), a, &at) && !time_parse(at, &h->as_of))
        h->as_of = 0;
}

/* The reasons of a status are kept with the question alone: they are looked up there. */
static void look_at_home(const struct recording *x, struct licence_home *h)
{
    struct licence_home found;

    if (h->state == LICENCE_ANSWERED && x->node->office && h->reference.n &&
        licence_look_office(x->node->office, licence_issuer_of(x->k), h->reference, x->k->now, x->a,
                            &found) &&
        found.state == LICENCE_ANSWERED)
        *h = found;
}

/* The licence is read from the request again, at the time of then: nothing of it was kept. */
static bool again(struct recording *x, struct span record, struct why *w)
{
    struct licence_home h;
    struct span at, salt;
    unix_time then;
    struct json j;

    if (!json_parse(record, x->a, &j, w) || !outcome_from(&j, &x->stamp.outcome) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, "at"), x->a, &at) || !time_parse(at, &then) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, "salt"), x->a, &salt) ||
        !(x->stamp.salt = arena_str(x->a, salt)))
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "the record of this check cannot be read");
    x->stamp.note = text_at(&j, JSON_ROOT, "receipt", x->a);
    home_from(&j, x->a, &h);
    if (!licence_begin(&x->c, x->r, then, x->a, &x->k, w))
        return false;
    look_at_home(x, &h);
    licence_set_home(x->k, &h);
    (void)licence_decide(x->k);
    x->stamp.id = span_str(x->id);
    x->stamp.repeated = true;
    return true;
}

static bool record(struct recording *x, struct why *w)
{
    struct check_record rec = { .request_id = span_str(x->id),
                                .request_hash = digest_span(&x->request),
                                .at = x->k->now,
                                .movement = MOVEMENT_NONE,
                                .member = span_str(x->c.member) };
    struct span previous = { NULL, 0 };
    enum store_put what;

    if (!keep_facts(x, w) || !make_stamp(x, w) || !make_record(x, &rec.response, w))
        return false;
    rec.facts = x->facts;
    if (!x->node->store)
        return true;
    if (!store_put_check(x->node->store, &rec, &what, x->a, &previous, w))
        return false;
    if (what == STORE_CONFLICT)
        return conflict(w);
    return what != STORE_REPEATED || again(x, previous, w);
}

/* A repeat is known before anybody is asked at home. */
static bool run(struct recording *x, unix_time now, struct why *w)
{
    struct span previous = { NULL, 0 };
    enum store_put what;
    bool found = false;

    if (x->r->id.n && x->node->store &&
        !store_find_check(x->node->store, span_str(x->id), digest_span(&x->request), &found, &what, x->a,
                          &previous, w))
        return false;
    if (found)
        return what == STORE_CONFLICT ? conflict(w) : again(x, previous, w);
    if (!licence_begin(&x->c, x->r, now, x->a, &x->k, w))
        return false;
    licence_ask_home(x->k);
    (void)licence_decide(x->k);
    return record(x, w);
}

static bool finish(struct recording *x, struct licence_answer *out, struct why *w)
{
    struct json_writer j;
    struct buffer b;
    bool ok;

    buf_init(&b, ANSWER_MAX);
    j = json_to(&b);
    licence_answer_put(x->k, &x->stamp, &j);
    *out = (struct licence_answer){ .outcome = x->stamp.outcome,
                                    .repeated = x->stamp.repeated,
                                    .json = arena_copy(x->a, buf_span(&b)) };
    ok = buf_ok(&b) && out->json.n;
    buf_free(&b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too large");
}

bool licence_case_run(const struct check_context *node, const struct tongues *tongues,
                      const struct licence_request *r, unix_time now, struct arena *a,
                      struct licence_answer *out, struct why *w)
{
    struct recording *x = arena_alloc(a, sizeof *x);

    if (!x)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    x->node = node;
    x->r = r;
    x->a = a;
    x->c = licence_setting_of(node);
    x->c.tongues = *tongues;
    return check_id(r->id, clause, x->id, w) && hash_request(x, w) && run(x, now, w) && finish(x, out, w);
}
