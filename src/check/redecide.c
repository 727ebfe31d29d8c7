#include "check/redecide_internal.h"

#include <stdio.h>

#include "base/text.h"
#include "check/answer.h"
#include "check/facts_record.h"
#include "check/screening.h"
#include "seal/receipt.h"
#include "wire/json.h"

enum { MEMORY = 8 << 20 };

bool redecide_differs(struct redecide_work *k, const char *reason, const char *kept, const char *now)
{
    k->reason = reason;
    (void)snprintf(k->detail, sizeof k->detail, "recorded: %.80s; decided now: %.80s", kept, now);
    return false;
}

bool redecide_broken(struct redecide_work *k, const char *reason, const char *detail)
{
    k->reason = reason;
    (void)snprintf(k->detail, sizeof k->detail, "%s", detail);
    return false;
}

static bool is_licence(struct span response)
{
    return span_starts(response, SPAN("{\"kind\":\"licence check\""));
}

/* The response as it stands: of a border check its last brace is missing in the store. */
static bool read_response(struct redecide_work *k, struct json *j)
{
    struct buffer b;
    struct span text;

    buf_init(&b, MEMORY);
    buf_put(&b, k->c->response);
    if (!is_licence(k->c->response))
        buf_u8(&b, '}');
    text = arena_copy(&k->a, buf_span(&b));
    buf_free(&b);
    return (text.n && json_parse(text, &k->a, j, NULL)) ||
           redecide_broken(k, "response", "the answer cannot be read");
}

/* The value of a line "word value" of the receipt. */
static const char *receipt_line(struct arena *a, struct span text, const char *word)
{
    struct span line;
    size_t n = strlen(word);

    while (text_split(&text, '\n', &line))
        if (span_starts(line, span_str(word)) && line.n > n && line.p[n] == ' ')
            return arena_str(a, span_sub(line, n + 1, line.n));
    return NULL;
}

static bool read_receipt(struct redecide_work *k, const struct json *j, struct redecide_receipt *out)
{
    json_ref at = json_member(j, JSON_ROOT, "receipt");
    struct span note, text = { 0 };
    struct why w = { 0 };

    *out = (struct redecide_receipt){ 0 };
    if (!k->with->name.n || at == JSON_NONE || json_is(j, at, JSON_KIND_NULL))
        return true;
    if (!json_text_of(j, at, &k->a, &note) ||
        receipt_verify(note, k->with->name, k->with->pub, &text, &w) != RESULT_GENUINE)
        return redecide_broken(k, "receipt", "the receipt is not signed by this node's key");
    out->verdict = receipt_line(&k->a, text, is_licence(k->c->response) ? "outcome" : "verdict");
    out->article = receipt_line(&k->a, text, "article");
    out->agreement = receipt_line(&k->a, text, "agreement");
    out->facts = receipt_line(&k->a, text, "facts");
    return (out->verdict && out->article && out->agreement) ||
           redecide_broken(k, "receipt", "the receipt lacks a line");
}

static bool same_missing(struct redecide_work *k, const struct json *j, const struct verdict *v)
{
    json_ref list = json_member(j, JSON_ROOT, "missing"), i = json_first(j, list);
    size_t n = 0;

    for (; i != JSON_NONE; i = json_after(j, list, i), n++)
        if (n >= v->n_missing || !json_text_is(j, i, fact_name(v->missing[n])))
            return redecide_differs(k, "missing", "other facts were missing",
                                    n < v->n_missing ? fact_name(v->missing[n]) : "none");
    return n == v->n_missing || redecide_differs(k, "missing", "none", fact_name(v->missing[n]));
}

static bool same_stay(struct redecide_work *k, const struct json *j, const struct verdict *v)
{
    json_ref stay = json_member(j, JSON_ROOT, "stay");
    char was[24], is[24];
    int64_t left = -1;

    if (json_is(j, stay, JSON_KIND_OBJECT) && !json_int64(j, json_member(j, stay, "left"), &left))
        return redecide_broken(k, "response", "the answer cannot be read");
    if (left == (v->stay_limited ? v->days_left : -1))
        return true;
    (void)snprintf(was, sizeof was, "%d days", (int)left);
    (void)snprintf(is, sizeof is, "%d days", v->stay_limited ? v->days_left : -1);
    return redecide_differs(k, "stay", was, is);
}

static bool turns_on_birth(const struct verdict *v)
{
    for (size_t i = 0; i < v->n_missing; i++)
        if (v->missing[i] == FACT_TRAVELLER_BIRTH)
            return true;
    return false;
}

static const char *hex(struct arena *a, const uint8_t sha256[32])
{
    struct buffer b;
    const char *s;

    buf_init(&b, 80);
    hex_put(&b, span_of(sha256, 32));
    s = arena_str(a, buf_span(&b));
    buf_free(&b);
    return s ? s : "";
}

static bool compare(struct redecide_work *k, const struct facts_record *r, const struct json *j,
                    const struct redecide_receipt *said, const struct agreement *a, const struct verdict *v)
{
    const char *now = v->outcome == OUTCOME_ADMIT ? "admit" : "refer",
               *article = v->article ? v->article : "-";

    if (memcmp(r->agreement, agreement_hash(a), 32) != 0)
        return redecide_differs(k, "version", hex(&k->a, r->agreement), hex(&k->a, agreement_hash(a)));
    if (!json_text_is(j, json_member(j, JSON_ROOT, "verdict"), now))
        return redecide_differs(k, "verdict", v->outcome == OUTCOME_ADMIT ? "refer" : "admit", now);
    if (said->verdict && strcmp(said->verdict, now) != 0)
        return redecide_differs(k, "receipt", said->verdict, now);
    if (said->article && strcmp(said->article, article) != 0)
        return redecide_differs(k, "article", said->article, article);
    if (said->agreement && strcmp(said->agreement, hex(&k->a, agreement_hash(a))) != 0)
        return redecide_differs(k, "receipt", said->agreement, hex(&k->a, agreement_hash(a)));
    return same_missing(k, j, v) && same_stay(k, j, v);
}

bool redecide_committed(struct redecide_work *k, const struct json *j, const struct redecide_receipt *said)
{
    struct digest d;
    struct span text, salt;

    if (!said->facts)
        return true;
    if (!json_text_of(j, json_member(j, JSON_ROOT, "salt"), &k->a, &text) ||
        !hex_decode(text, &k->a, &salt) || salt.n != CHECK_SALT)
        return redecide_broken(k, "response", "the answer has no salt");
    answer_commits(salt.p, k->c->facts, &d);
    k->n->proved++;
    if (strcmp(said->facts, hex(&k->a, digest_span(&d).p)) == 0)
        return true;
    k->n->proved--;
    return redecide_broken(k, "committed", "the facts kept are not those that the receipt commits to");
}

struct decided {
    bool undetermined, ahead;
};

/* An entry was recorded that neither the verdict nor an officer admitted, or the other way round. */
static bool same_record(struct redecide_work *k, const struct json *j)
{
    bool officer = json_is(j, json_member(j, JSON_ROOT, "officer_admits"), JSON_KIND_TRUE);
    bool admit = json_text_is(j, json_member(j, JSON_ROOT, "verdict"), "admit") || officer;

    return admit == k->c->admitted ||
           redecide_differs(k, "verdict", k->c->admitted ? "admitted" : "not admitted",
                            admit ? "the answer admits" : "the answer refers");
}

/* Under the law of the moment; a check was rightly decided without what had not come yet. */
static bool under_law(struct redecide_work *k, const struct facts_record *r, const struct json *j,
                      const struct redecide_receipt *said, struct decided *out)
{
    struct agreement_law law = { NULL, NULL };
    const struct agreement *a;
    struct redecide_work first = { .reason = NULL };
    struct verdict v;

    for (unsigned back = 0;; back++) {
        if (k->with->law_at ? !k->with->law_at(k->with->ctx, k->c->at, back, &law) : back > 0)
            break;
        a = agreement_by_law(&law, k->with->agreement, r->facts.v[FACT_TRAVEL_ENTERING].word,
                             r->facts.v[FACT_TRAVELLER_NATIONALITY].word, r->on);
        agreement_decide(a, &r->facts, r->on, &v);
        screening_apply(screening_referred(j), &v);
        out->undetermined = turns_on_birth(&v);
        out->ahead = back > 0;
        if (out->undetermined || compare(k, r, j, said, a, &v))
            return true;
        if (back == 0) {
            first.reason = k->reason;
            memcpy(first.detail, k->detail, sizeof first.detail);
        }
    }
    k->reason = first.reason ? first.reason : k->reason;
    memcpy(k->detail, first.detail, sizeof k->detail);
    return false;
}

static bool again(struct redecide_work *k, struct decided *out)
{
    struct facts_record r;
    struct redecide_receipt said;
    struct json j;

    if (!read_response(k, &j) || !read_receipt(k, &j, &said))
        return false;
    if (is_licence(k->c->response))
        return redecide_licence(k, &j, &said, &out->ahead);
    if (!facts_record_read(k->c->facts, &k->a, &r, NULL))
        return redecide_broken(k, "facts", "the facts cannot be read");
    return under_law(k, &r, &j, &said, out) && (out->undetermined || same_record(k, &j)) &&
           redecide_committed(k, &j, &said);
}

static bool one(void *ctx, const struct check_kept *c)
{
    struct redecide_work *k = ctx;
    struct decided d = { false, false };

    k->n->checks++;
    k->c = c;
    if (c->facts.n == 0) {
        k->n->without++;
        return true;
    }
    arena_reset(&k->a);
    if (!again(k, &d)) {
        k->n->disagreed++;
        k->told(k->ctx, c->request_id, c->at, k->reason, k->detail);
    } else if (d.undetermined) {
        k->n->undetermined++;
    } else if (d.ahead) {
        k->n->ahead++;
    } else {
        k->n->agreed++;
    }
    return true;
}

bool redecide(struct store *s, const struct redecide_with *with, unix_time from, unix_time to,
              void (*told)(void *ctx, struct span request_id, unix_time at, const char *reason,
                           const char *detail),
              void *ctx, struct redecide_counts *out, struct why *w)
{
    struct redecide_work k = { .with = with, .told = told, .ctx = ctx, .n = out };
    bool ok;

    *out = (struct redecide_counts){ 0 };
    arena_init(&k.a, MEMORY);
    ok = store_each_check(s, from, to, one, &k, w);
    arena_free(&k.a);
    return ok;
}
