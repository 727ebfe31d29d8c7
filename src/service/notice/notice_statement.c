#include "service/notice/notice_statement.h"

#include "base/limits.h"
#include "base/text.h"
#include "seal/receipt.h"
#include "service/notice/notice_fields.h"
#include "wire/jcs.h"
#include "wire/note.h"

static const char NOTICE_LINE[] = "serai notice 1\n";
static const char STATEMENT_LINE[] = "serai notice statement 1\n";

const char *const notice_checks[NOTICE_CHECKS + 1] = { "neutrality", "threshold", "minimum data",
                                                       "proportionality", NULL };

/* What each must say besides id, what and at. */
enum {
    HAS_VERSION = 1,
    HAS_OFFICER = 2,
    HAS_SECOND = 4,
    HAS_REASON = 8,
    HAS_KIND = 16,
    HAS_CHECKED = 32,
    HAS_REFERENCE = 64,
    HAS_MEMBER = 128,
    MAY_SECOND = 256
};

static const struct {
    const char *word, *type;
    unsigned needs;
} whats[NOTICE_WHATS] = {
    [NOTICE_SAYS_PROPOSED] = { "proposed", NULL, HAS_VERSION | HAS_KIND },
    [NOTICE_SAYS_CONFIRMED] = { "confirmed", "notice-review",
                                HAS_VERSION | HAS_OFFICER | HAS_SECOND | HAS_CHECKED | HAS_REASON },
    [NOTICE_SAYS_REFUSED] = { "refused", "notice-review", HAS_VERSION | HAS_OFFICER | HAS_REASON },
    [NOTICE_SAYS_SUSPENDED] = { "suspended", "notice-state", HAS_OFFICER | HAS_REASON },
    [NOTICE_SAYS_RESUMED] = { "resumed", "notice-state", HAS_OFFICER | HAS_SECOND | HAS_REASON },
    [NOTICE_SAYS_WITHDRAWN] = { "withdrawn", "notice-state", HAS_OFFICER | HAS_REASON },
    [NOTICE_SAYS_CANCELLED] = { "cancelled", "notice-state", HAS_OFFICER | HAS_REASON },
    [NOTICE_SAYS_FLAGGED] = { "flagged", "notice-flag", HAS_OFFICER | HAS_REASON },
    [NOTICE_SAYS_UNFLAGGED] = { "unflagged", "notice-flag", HAS_OFFICER | HAS_REASON },
    [NOTICE_SAYS_ERASED] = { "erased", "notice-erased", 0 },
    [NOTICE_SAYS_CONSULTED] = { "consulted", "notice-redress", HAS_OFFICER | HAS_REFERENCE },
    [NOTICE_SAYS_DISCLOSE] = { "disclose", "notice-redress", HAS_OFFICER | HAS_REFERENCE | HAS_MEMBER },
    [NOTICE_SAYS_RESTRICT] = { "restrict", "notice-redress",
                               HAS_OFFICER | HAS_REFERENCE | HAS_REASON | HAS_MEMBER },
};

const char *notice_what_word(enum notice_what x)
{
    return x < NOTICE_WHATS ? whats[x].word : "unknown";
}

const char *notice_statement_type(const struct notice_statement *s)
{
    if (s->what == NOTICE_SAYS_PROPOSED)
        return s->version == 1 ? NOTICE_TYPE_PROPOSED : "notice-amended";
    return s->what < NOTICE_WHATS ? whats[s->what].type : "unknown";
}

static bool read_what(struct notice_fields *f, json_ref v, void *to)
{
    for (unsigned i = 0; i < NOTICE_WHATS; i++) {
        if (json_text_is(f->j, v, whats[i].word)) {
            *(enum notice_what *)to = (enum notice_what)i;
            return true;
        }
    }
    return false;
}

static bool read_digest(struct notice_fields *f, json_ref v, void *to)
{
    struct span hex = { 0 }, bytes;

    if (!notice_field_hash(f, v, &hex) || !hex_decode(hex, f->a, &bytes))
        return false;
    memcpy(to, bytes.p, NOTICE_DIGEST);
    return true;
}

static bool read_stakes(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_statement *s = to;

    return notice_fields_list(f, v, s->stake, sizeof *s->stake, NOTICE_STAKES, &s->n_stakes,
                              notice_field_state);
}

/* All of them, in order. */
static bool read_checked(struct notice_fields *f, json_ref v, void *to)
{
    size_t n = 0;

    if (!json_is(f->j, v, JSON_KIND_ARRAY))
        return false;
    for (json_ref x = json_first(f->j, v); x != JSON_NONE; x = json_after(f->j, v, x), n++)
        if (n == NOTICE_CHECKS || !json_text_is(f->j, x, notice_checks[n]))
            return false;
    *(bool *)to = true;
    return n == NOTICE_CHECKS;
}

static unsigned said(const struct notice_fields *f, const struct notice_statement *s)
{
    unsigned m = 0;

    m |= (unsigned)(s->version > 0 && json_member(f->j, JSON_ROOT, "digest") != JSON_NONE) * HAS_VERSION;
    m |= (unsigned)(s->officer.n > 0) * HAS_OFFICER;
    m |= (unsigned)(s->second.n > 0 && !span_eq(s->officer, s->second)) * HAS_SECOND;
    m |= (unsigned)(s->reason.n > 0) * HAS_REASON;
    m |= (unsigned)(s->kind.n > 0) * HAS_KIND;
    m |= (unsigned)s->checked * HAS_CHECKED;
    m |= (unsigned)(s->reference.n > 0) * HAS_REFERENCE;
    m |= (unsigned)(s->member.n > 0) * HAS_MEMBER;
    return m;
}

static bool read_all(struct notice_fields *f, struct notice_statement *s)
{
    const struct notice_field table[] = {
        { "what", read_what, &s->what, true },
        { "id", notice_field_word, &s->id, true },
        { "at", notice_field_time, &s->at, true },
        { "version", notice_field_months, &s->version, false },
        { "digest", read_digest, s->digest, false },
        { "kind", notice_field_text, &s->kind, false },
        { "stake", read_stakes, s, false },
        { "officer", notice_field_word, &s->officer, false },
        { "second", notice_field_word, &s->second, false },
        { "reason", notice_field_text, &s->reason, false },
        { "reference", notice_field_word, &s->reference, false },
        { "member", notice_field_state, &s->member, false },
        { "checked", read_checked, &s->checked, false },
    };
    unsigned has;

    if (!notice_fields_read(f, JSON_ROOT, table, sizeof table / sizeof *table))
        return false;
    has = said(f, s);
    if ((has & whats[s->what].needs) != whats[s->what].needs)
        return notice_fields_wrong(
            f, JSON_ROOT, "something that such a statement needs is missing: version, officers, reason, …");
    return notice_id_read(s->id, NULL) || notice_fields_wrong(f, JSON_ROOT, "the id is none of a notice");
}

bool notice_statement_read(struct span json, struct arena *a, struct notice_statement *out, struct why *w)
{
    struct notice_fields f = { .a = a, .w = w, .reason = "statement" };
    struct notice_statement s = { 0 };
    struct json j;
    struct buffer b;
    bool ok;

    f.j = &j;
    if (!json_parse(json, a, &j, w) || !read_all(&f, &s))
        return false;
    buf_init(&b, LIMIT_NOTICE);
    ok = jcs_put(&b, &j, JSON_ROOT, a, w) &&
         (span_eq(buf_span(&b), json) ||
          why_set(w, "canonical", WHY_NO_OFFSET, "RFC 8785", "the statement is not in canonical form"));
    buf_free(&b);
    if (ok)
        *out = s;
    return ok;
}

static void text(struct json_writer *j, const char *key, struct span s)
{
    if (s.n)
        jw_text(j, key, s);
}

bool notice_statement_put(const struct notice_statement *s, struct arena *a, struct buffer *out,
                          struct why *w)
{
    struct json_writer j;
    struct json parsed;
    char at[TIME_TEXT];
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_NOTICE);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "what", notice_what_word(s->what));
    jw_text(&j, "id", s->id);
    jw_str(&j, "at", time_format(s->at, at));
    if (s->version) {
        jw_int(&j, "version", s->version);
        jw_hex(&j, "digest", span_of(s->digest, NOTICE_DIGEST));
    }
    text(&j, "kind", s->kind);
    if (s->n_stakes) {
        jw_array(&j, "stake");
        for (size_t i = 0; i < s->n_stakes; i++)
            jw_text(&j, NULL, s->stake[i]);
        jw_array_end(&j);
    }
    text(&j, "officer", s->officer);
    text(&j, "second", s->second);
    text(&j, "reason", s->reason);
    text(&j, "reference", s->reference);
    text(&j, "member", s->member);
    if (s->checked) {
        jw_array(&j, "checked");
        for (size_t i = 0; i < NOTICE_CHECKS; i++)
            jw_str(&j, NULL, notice_checks[i]);
        jw_array_end(&j);
    }
    jw_object_end(&j);
    ok = buf_ok(&b) ? json_parse(buf_span(&b), a, &parsed, w) && jcs_put(out, &parsed, JSON_ROOT, a, w)
                    : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the statement is too large");
    buf_free(&b);
    return ok;
}

bool notice_statement_may(const struct notice_statement *s, struct span member)
{
    struct notice_id id;
    bool issuer;

    if (!notice_id_read(s->id, &id))
        return false;
    issuer = span_eq(id.state, member);
    switch (s->what) {
    case NOTICE_SAYS_PROPOSED:
    case NOTICE_SAYS_SUSPENDED:
    case NOTICE_SAYS_RESUMED:
    case NOTICE_SAYS_WITHDRAWN:
    case NOTICE_SAYS_CANCELLED:
    case NOTICE_SAYS_DISCLOSE:
    case NOTICE_SAYS_RESTRICT:
        return issuer;
    case NOTICE_SAYS_CONFIRMED:
    case NOTICE_SAYS_REFUSED:
    case NOTICE_SAYS_FLAGGED:
    case NOTICE_SAYS_UNFLAGGED:
    case NOTICE_SAYS_CONSULTED:
        return !issuer;
    case NOTICE_SAYS_ERASED:
        return true;
    case NOTICE_WHATS:
        break;
    }
    return false;
}

/* ---- as a signed note ---- */

bool notice_sign(bool notice, struct span json, struct span name, const struct signer *signer,
                 struct arena *a, struct span *out, struct why *w)
{
    struct buffer text_, note;
    bool ok;

    buf_init(&text_, 2 * LIMIT_NOTICE);
    buf_init(&note, 2 * LIMIT_NOTICE);
    buf_str(&text_, notice ? NOTICE_LINE : STATEMENT_LINE);
    buf_put(&text_, json);
    buf_u8(&text_, '\n');
    ok = buf_ok(&text_) && receipt_sign(buf_span(&text_), name, signer, &note, w);
    if (ok) {
        *out = arena_copy(a, buf_span(&note));
        ok = buf_ok(&note) && out->p;
        if (!ok)
            (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    } else if (!buf_ok(&text_)) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    buf_free(&text_);
    buf_free(&note);
    return ok;
}

static bool signed_by(const struct note *n, struct span name)
{
    for (size_t i = 0; i < n->n; i++)
        if (span_eq(n->signature[i].name, name))
            return true;
    return false;
}

bool notice_open(struct span body, struct span name, const uint8_t *pub, bool *notice, struct span *json,
                 struct why *w)
{
    struct span text_, line = { 0 }, verified;
    struct note n;
    bool is_notice;

    if (!note_parse(body, &n, w))
        return false;
    if (!signed_by(&n, name))
        return why_set(w, "signer", WHY_NO_OFFSET, "C2SP signed-note", "nobody of that name signed it");
    if (pub && receipt_verify(body, name, pub, &verified, w) == RESULT_FORGED)
        return false;
    if (w)
        why_clear(w);
    text_ = n.text;
    is_notice = span_starts(text_, span_str(NOTICE_LINE));
    if (!is_notice && !span_starts(text_, span_str(STATEMENT_LINE)))
        return why_set(w, "note", 0, NULL, "it is no notice and no statement about one");
    line = span_sub(text_, is_notice ? sizeof NOTICE_LINE - 1 : sizeof STATEMENT_LINE - 1, text_.n);
    if (line.n < 2 || memchr(line.p, '\n', line.n - 1))
        return why_set(w, "note", text_.n, NULL, "one line of JSON is expected");
    *notice = is_notice;
    *json = span_sub(line, 0, line.n - 1);
    return true;
}
