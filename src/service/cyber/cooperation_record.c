/* One record: read, opened, checked on arrival. */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "seal/receipt.h"
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/exposure_notice.h"
#include "service/cyber/maturity.h"
#include "wire/jcs.h"
#include "wire/note.h"

static const char CLAUSE[] = "doc/cooperation.md";
static const char LINE[] = COOP_LINE_FIRST;

enum { WORD = 128, TEXT_MOST = 2000, HASH = 64 };

/* ---- what a record says ---- */

struct span coop_item(const struct coop_record *r, json_ref v)
{
    struct span s = { NULL, 0 };

    if (!json_is(&r->j, v, JSON_KIND_STRING))
        return s;
    if (!r->j.node[v].escaped)
        return json_text_of(&r->j, v, NULL, &s) ? s : (struct span){ NULL, 0 };
    for (size_t i = 0; i < r->n_text; i++)
        if (r->text[i].at == v)
            return r->text[i].value;
    return s;
}

struct span coop_text(const struct coop_record *r, const char *name)
{
    return coop_item(r, json_member(&r->j, JSON_ROOT, name));
}

int64_t coop_number(const struct coop_record *r, const char *name)
{
    int64_t v = 0;

    return json_int64(&r->j, json_member(&r->j, JSON_ROOT, name), &v) ? v : 0;
}

unix_time coop_time(const struct coop_record *r, const char *name)
{
    unix_time t = 0;

    return time_parse(coop_text(r, name), &t) ? t : 0;
}

json_ref coop_list(const struct coop_record *r, const char *name)
{
    return json_member(&r->j, JSON_ROOT, name);
}

bool coop_is_for(const struct coop_record *r, struct span member)
{
    bool found = r->to == JSON_NONE || span_eq(r->member, member);

    for (json_ref v = found ? JSON_NONE : json_first(&r->j, r->to); v != JSON_NONE && !found;
         v = json_after(&r->j, r->to, v)) {
        found = span_eq(coop_item(r, v), member);
    }
    return found;
}

/* ---- shapes ---- */

static bool is_word(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n && s.n <= WORD;
}

static bool is_line(struct span s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < ' ' && s.p[i] != '\n' && s.p[i] != '\t' && s.p[i] != '\r') || s.p[i] == 0x7f)
            return false;
    return s.n && s.n <= most;
}

static bool is_hex(struct span s, size_t n)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    return s.n == n;
}

static bool is_state(struct span s)
{
    return s.n == 2 && ascii_upper(s.p[0]) && ascii_upper(s.p[1]);
}

static bool is_moment(struct span s)
{
    char text[TIME_TEXT];
    unix_time t = 0;

    return time_parse(s, &t) && span_eq_str(s, time_format(t, text));
}

static bool is_of(struct span s, const char *const *word)
{
    while (*word && !span_eq_str(s, *word))
        word++;
    return *word != NULL;
}

static bool shape_of_text(const struct coop_field *f, struct span s)
{
    switch (f->shape) {
    case COOP_WORD:
    case COOP_WORDS:
        return is_word(s);
    case COOP_LINE:
    case COOP_LINES:
        return is_line(s, TEXT_MOST);
    case COOP_WHOLE:
        return s.n && s.n <= LIMIT_COOPERATION;
    case COOP_MOMENT:
        return is_moment(s);
    case COOP_REF:
        return is_hex(s, COOP_ID - 1);
    case COOP_HASH:
        return is_hex(s, HASH);
    case COOP_STATE:
        return is_state(s);
    case COOP_ONE_OF:
        return is_of(s, f->word);
    case COOP_INT:
        break;
    }
    return false;
}

static bool list_fits(const struct coop_field *f, const struct json *j, json_ref v, struct arena *a)
{
    if (!json_is(j, v, JSON_KIND_ARRAY) || !json_count(j, v) || json_count(j, v) > LIMIT_COOPERATION_ITEMS)
        return false;
    for (json_ref i = json_first(j, v); i != JSON_NONE; i = json_after(j, v, i)) {
        struct span s = { NULL, 0 };

        if (!json_text_of(j, i, a, &s) || !shape_of_text(f, s))
            return false;
    }
    return true;
}

/* Texts with escapes are decoded once, here. */
static bool keep_text(struct coop_record *r, json_ref at, struct arena *a, struct span *s)
{
    if (!json_text_of(&r->j, at, a, s))
        return false;
    if (r->j.node[at].escaped) {
        if (r->n_text == COOP_TEXTS)
            return false;
        r->text[r->n_text].at = at;
        r->text[r->n_text++].value = *s;
    }
    return true;
}

static bool fits(struct coop_record *r, const struct coop_field *f, json_ref v, struct arena *a)
{
    struct span s = { NULL, 0 };
    int64_t n = 0;

    if (f->shape == COOP_INT)
        return json_int64(&r->j, v, &n) && n >= f->least && n <= f->most;
    if (f->shape == COOP_WORDS || f->shape == COOP_LINES)
        return list_fits(f, &r->j, v, a);
    return keep_text(r, v, a, &s) && shape_of_text(f, s);
}

static const struct coop_field common[] = { { "kind", COOP_WORD, true, 0, 0, NULL },
                                            { "member", COOP_STATE, true, 0, 0, NULL },
                                            { "office", COOP_WORD, true, 0, 0, NULL },
                                            { "at", COOP_MOMENT, true, 0, 0, NULL },
                                            { "tlp", COOP_WORD, true, 0, 0, NULL },
                                            { "to", COOP_WORDS, false, 0, 0, NULL },
                                            { 0 } };

static const struct coop_field *field_of(const struct coop_field *f, const struct json *j, json_ref name)
{
    while (f->name && !json_text_is(j, name, f->name))
        f++;
    return f->name ? f : NULL;
}

static bool read_fields(struct coop_record *r, struct arena *a, struct why *w)
{
    const struct coop_field *own = coop_fields(r->kind);
    const struct json *j = &r->j;

    for (json_ref name = json_first(j, JSON_ROOT); name != JSON_NONE; name = json_after(j, JSON_ROOT, name)) {
        const struct coop_field *f = field_of(common, j, name);

        if (!f && !(f = field_of(own, j, name)))
            return why_set(w, "request", json_offset(j, name), CLAUSE,
                           "a member of the record is not one that \"%s\" has", coop_kind_word(r->kind));
        if (!fits(r, f, json_value_of(j, name), a))
            return why_set(w, "request", json_offset(j, json_value_of(j, name)), CLAUSE,
                           "\"%s\" has a value that is not allowed", f->name);
    }
    for (const struct coop_field *f = own; f->name; f++)
        if (f->must && json_member(j, JSON_ROOT, f->name) == JSON_NONE)
            return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"%s\" of \"%s\" is missing", f->name,
                           coop_kind_word(r->kind));
    return true;
}

/* Whom it is for: in order, each once, without its author; named when it is stricter than green. */
static bool read_to(struct coop_record *r, struct why *w)
{
    struct span last = { NULL, 0 };

    r->to = json_member(&r->j, JSON_ROOT, "to");
    for (json_ref v = r->to == JSON_NONE ? JSON_NONE : json_first(&r->j, r->to); v != JSON_NONE;
         v = json_after(&r->j, r->to, v)) {
        struct span s = coop_item(r, v);

        if (!is_state(s) || span_eq(s, r->member) || (last.n && span_cmp(last, s) >= 0))
            return why_set(w, "request", json_offset(&r->j, v), CLAUSE,
                           "\"to\" names other States, in order and each once");
        last = s;
    }
    if (r->tlp == TLP_RED)
        return why_set(w, "tlp", WHY_NO_OFFSET, "TLP 2.0",
                       "what is red is for named persons, and not put into a log");
    if (r->tlp >= TLP_AMBER && r->to == JSON_NONE)
        return why_set(w, "tlp", WHY_NO_OFFSET, "TLP 2.0",
                       "what is stricter than green names the members it is for (\"to\")");
    return true;
}

/* What the table of shapes cannot say. */
static bool read_sense(const struct coop_record *r, struct why *w)
{
    if (r->kind == COOP_OFFER || r->kind == COOP_REQUEST) {
        if (coop_time(r, "from") > coop_time(r, "until"))
            return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"until\" is before \"from\"");
        if (r->kind == COOP_REQUEST && coop_time(r, "answer_by") <= r->at)
            return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"answer_by\" is over already");
    }
    if (r->kind == COOP_REPLY && span_eq_str(coop_text(r, "answer"), "declined") && !coop_text(r, "reason").n)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "who declines says why (\"reason\")");
    if (r->kind == COOP_CONTACT && !coop_text(r, "phone").n && !coop_text(r, "mail").n &&
        !coop_text(r, "out_of_hours").n && !coop_text(r, "url").n)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "a contact has a channel: phone, mail, …");
    if (r->kind == COOP_CONTACT && coop_text(r, "mail").n && !coop_text(r, "fingerprint").n)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                       "mail comes with the fingerprint of its key (\"fingerprint\")");
    return true;
}

/* Kinds with a sense of their own: the same check where it is said and where it arrives. */
static bool read_own_sense(const struct coop_record *r, struct arena *a, struct why *w)
{
    struct maturity_levels *l;
    struct exposure_notice n;

    if (r->kind == COOP_EXPOSURE_BOARD)
        return exposure_notice_read(r, &n, w);
    if (r->kind == COOP_ASSESSMENT_REVIEW)
        return maturity_review_check(r, w);
    if (r->kind != COOP_ASSESSMENT)
        return true;
    l = arena_alloc(a, sizeof *l);
    return (l || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this")) &&
           maturity_read(r, a, l, w);
}

static bool is_canonical(const struct json *j, struct arena *a, struct why *w)
{
    struct buffer b;
    bool ok, same;

    buf_init(&b, 2 * LIMIT_COOPERATION);
    ok = jcs_put(&b, j, JSON_ROOT, a, w);
    same = ok && span_eq(buf_span(&b), j->text);
    buf_free(&b);
    return same || (ok && why_set(w, "request", 0, "RFC 8785", "the record is not in canonical form"));
}

bool coop_read(struct span json, struct arena *a, struct coop_record *out, struct why *w)
{
    struct coop_record *r = out;
    struct span kind = { NULL, 0 }, at = { NULL, 0 };
    struct buffer hex;
    struct digest d;

    *r = (struct coop_record){ .json = json, .to = JSON_NONE };
    if (json.n > LIMIT_COOPERATION)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a record of %zu bytes", json.n);
    if (!json_parse(json, a, &r->j, w) || !is_canonical(&r->j, a, w))
        return false;
    if (!json_text_of(&r->j, json_member(&r->j, JSON_ROOT, "kind"), a, &kind) ||
        !coop_kind_of(kind, &r->kind))
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "the record is of no kind that is known");
    if (!read_fields(r, a, w))
        return false;
    r->member = coop_text(r, "member");
    r->office = coop_text(r, "office");
    at = coop_text(r, "at");
    if (!r->member.n || !r->office.n || !time_parse(at, &r->at))
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                       "who says it, for which office and when is missing");
    if (!sharing_tlp_of(coop_text(r, "tlp"), &r->tlp))
        return why_set(w, "tlp", WHY_NO_OFFSET, "TLP 2.0", "\"tlp\" is clear, green, amber or amber-strict");
    if (!read_to(r, w) || !read_sense(r, w) || !read_own_sense(r, a, w))
        return false;
    digest_of(DIGEST_SHA256, json, &d);
    buf_init_fixed(&hex, r->id, sizeof r->id);
    hex_put(&hex, span_of(d.b, (COOP_ID - 1) / 2));
    r->id[COOP_ID - 1] = 0;
    return true;
}

bool coop_open(struct span body, struct span name, const uint8_t *pub, struct arena *a,
               struct coop_record *out, struct why *w)
{
    struct span verified, json;
    struct note *n = arena_alloc(a, sizeof *n);

    if (!n || body.n > LIMIT_STORE_RECORD)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a record of %zu bytes", body.n);
    if (!note_parse(body, n, w))
        return false;
    if (n->n != 1 || !span_eq(n->signature[0].name, name))
        return why_set(w, "signer", WHY_NO_OFFSET, "C2SP signed-note",
                       "it is not signed by its member alone");
    if (pub && receipt_verify(body, name, pub, &verified, NULL) != RESULT_GENUINE)
        return why_set(w, "forged", WHY_NO_OFFSET, "C2SP signed-note", "the signature is not its member's");
    if (!span_starts(n->text, span_str(LINE)))
        return why_set(w, "note", 0, CLAUSE, "it is no record of cooperation");
    json = span_sub(n->text, sizeof LINE - 1, n->text.n);
    if (json.n < 2 || memchr(json.p, '\n', json.n) != json.p + json.n - 1)
        return why_set(w, "note", n->text.n, CLAUSE, "one line of JSON is expected");
    if (!coop_read(span_sub(json, 0, json.n - 1), a, out, w))
        return false;
    out->note = body;
    return true;
}

bool coop_reopen(struct span body, struct arena *a, struct coop_record *out, struct why *w)
{
    const uint8_t *end =
        body.n > sizeof LINE ? memchr(body.p + sizeof LINE - 1, '\n', body.n - sizeof LINE + 1) : NULL;

    if (!end || !span_starts(body, span_str(LINE)))
        return why_set(w, "note", 0, CLAUSE, "it is no record of cooperation");
    if (!coop_read(span_sub(body, sizeof LINE - 1, (size_t)(end - body.p)), a, out, w))
        return false;
    out->note = body;
    return true;
}

bool coop_audience(const struct coop_record *r, char out[COOP_AUDIENCE])
{
    size_t n = 0;

    if (r->to == JSON_NONE) {
        (void)snprintf(out, COOP_AUDIENCE, "all");
        return true;
    }
    for (json_ref v = json_first(&r->j, r->to); v != JSON_NONE; v = json_after(&r->j, r->to, v)) {
        struct span s = coop_item(r, v);

        if (s.n != 2 || n + 4 > COOP_AUDIENCE)
            return false;
        n += (size_t)snprintf(out + n, COOP_AUDIENCE - n, "%s%c%c", n ? "-" : "", s.p[0] | 0x20,
                              s.p[1] | 0x20);
    }
    return n != 0;
}

bool coop_check_arrival(const struct coop_record *r, struct span owner, struct span audience,
                        unix_time logged, struct arena *a, struct why *w)
{
    char expected[COOP_AUDIENCE];

    if (!span_eq(r->member, owner))
        return why_set(w, "issuer", WHY_NO_OFFSET, CLAUSE, "a member speaks for itself alone");
    if (!coop_audience(r, expected) || !span_eq_str(audience, expected))
        return why_set(w, "audience", WHY_NO_OFFSET, CLAUSE, "it stands in a log of another audience");
    if (logged != r->at)
        return why_set(w, "time", WHY_NO_OFFSET, CLAUSE,
                       "its entry in the log has another time than it has itself");
    if (r->kind == COOP_DRILL_PLAN)
        return why_set(w, "plan", WHY_NO_OFFSET, "doc/drills.md", "a plan stays with its organiser");
    return coop_check_content(r, a, w);
}

bool coop_check_content(const struct coop_record *r, struct arena *a, struct why *w)
{
    if (r->kind == COOP_PLAYBOOK)
        return library_check(r, a, w);
    return r->kind == COOP_CONTACT ? contact_check(r, w) : drill_check(r, a, w);
}
