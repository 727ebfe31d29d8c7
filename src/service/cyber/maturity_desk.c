/* Assessing at a member's desk, publishing, reviewing. What is assessed is kept sealed, a parameter a year.
 */
#include "base/limits.h"
#include "base/text.h"
#include "service/cyber/maturity_internal.h"
#include "store/exposures.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/maturity.md";
#define KIND "maturity"

enum { ENTRY = 8 * 1024, ID = 16, DAY_TEXT = 10 };

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* ---- requests ---- */

static bool number(const struct json *j, const char *name, int64_t *out)
{
    json_ref v = json_member(j, JSON_ROOT, name);
    struct span s = { NULL, 0 };
    uint64_t n;

    if (v == JSON_NONE || json_int64(j, v, out))
        return true;
    if (!json_text_of(j, v, NULL, &s) || !text_number(s, 1 << 20, &n))
        return false;
    *out = (int64_t)n;
    return true;
}

static int64_t year_of(unix_time now)
{
    char t[TIME_TEXT];
    uint64_t year = 0;

    (void)!text_number(span_sub(span_str(time_format(now, t)), 0, 4), 9999, &year);
    return (int64_t)year;
}

bool maturity_ask_read(struct span json, unix_time now, struct arena *a, struct maturity_ask *q,
                       struct why *w)
{
    int64_t this_year = year_of(now);

    *q = (struct maturity_ask){ .year = this_year, .with = -1, .level = -1 };
    const struct {
        const char *name;
        struct span *to;
    } texts[] = { { "office", &q->office },        { "language", &q->language },
                  { "parameter", &q->parameter },  { "evidence", &q->evidence },
                  { "digest", &q->digest },        { "scope", &q->scope },
                  { "consent", &q->consent },      { "tlp", &q->tlp },
                  { "format", &q->format },        { "profile", &q->profile },
                  { "assessment", &q->assessment } };

    if (!json_parse(json, a, &q->j, w))
        return false;
    if (!json_is(&q->j, JSON_ROOT, JSON_KIND_OBJECT))
        return why_set(w, "request", 0, CLAUSE, "the request is an object");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        (void)!json_text_of(&q->j, json_member(&q->j, JSON_ROOT, texts[i].name), a, texts[i].to);
    if (!number(&q->j, "year", &q->year) || !number(&q->j, "with", &q->with) ||
        !number(&q->j, "level", &q->level) || q->year < MATURITY_YEAR_FIRST || q->year > this_year)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                       "a year up to this one, and numbers, are expected");
    return true;
}

/* ---- kept ---- */

static void id_of(int64_t year, size_t parameter, struct buffer *out)
{
    buf_decimal(out, year);
    buf_u8(out, '.');
    buf_str(out, maturity_parameter(parameter)->id);
}

static struct span text_of(const struct json *j, const char *name, struct arena *a)
{
    struct span s = { NULL, 0 };

    (void)!json_text_of(j, json_member(j, JSON_ROOT, name), a, &s);
    return s;
}

bool maturity_own(const struct coop_desk *d, int64_t year, struct arena *a, struct maturity_levels *out,
                  struct why *w)
{
    maturity_clear(out);
    if (!d->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no store");
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++) {
        struct maturity_level *p = &out->p[i];
        struct span text = { NULL, 0 };
        bool found = false;
        uint8_t mem[ID];
        struct buffer id;
        struct json j;
        int64_t level;

        buf_init_fixed(&id, mem, sizeof mem);
        id_of(year, i, &id);
        if (!store_exposure(d->store, KIND, buf_span(&id), &found, a, &text, w))
            return false;
        if (!found)
            continue;
        if (!json_parse(text, a, &j, w) || !json_int64(&j, json_member(&j, JSON_ROOT, "level"), &level))
            return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL,
                           "what is kept of an assessment does not read");
        *p = (struct maturity_level){ (int)level, text_of(&j, "date", a), text_of(&j, "office", a),
                                      text_of(&j, "evidence", a), text_of(&j, "digest", a) };
    }
    return true;
}

/* ---- assessing ---- */

static bool is_role(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !ascii_lower(s.p[i]) && !ascii_upper(s.p[i]) && s.p[i] != '-' &&
            s.p[i] != '_' && s.p[i] != '.')
            return false;
    return s.n && s.n <= 64;
}

static bool is_plain(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return utf8_valid_to(s) == s.n;
}

static bool is_digest(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    return !s.n || s.n == 64;
}

static bool assess_check(const struct maturity_ask *q, size_t parameter, struct why *w)
{
    if (!is_role(q->office))
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                       "an office assesses, named by letters, digits, - _ .");
    if (parameter == MATURITY_PARAMETERS)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"parameter\" is none of the framework");
    if (q->level < 0 || q->level > MATURITY_TOP)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"level\" is from 0 to 4");
    if (q->evidence.n > MATURITY_EVIDENCE || !is_plain(q->evidence) || (q->level && !q->evidence.n))
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                       "a level above 0 has evidence: one line of at most %d bytes", MATURITY_EVIDENCE);
    return is_digest(q->digest) || why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                                           "\"digest\" is a SHA-256 in small hexadecimal digits");
}

static void put_entry(const struct maturity_ask *q, unix_time now, struct buffer *b)
{
    struct json_writer j = json_to(b);
    char t[TIME_TEXT];

    jw_object(&j, NULL);
    jw_int(&j, "level", q->level);
    jw_text(&j, "date", span_sub(span_str(time_format(now, t)), 0, DAY_TEXT));
    jw_text(&j, "office", q->office);
    jw_text(&j, "evidence", q->evidence);
    jw_text(&j, "digest", q->digest);
    jw_object_end(&j);
}

bool maturity_assess(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w)
{
    uint8_t mem[ENTRY], id_mem[ID];
    struct exposure_look look = { .at = now, .what = SPAN("assess"), .purpose = SPAN("maturity") };
    struct maturity_ask q;
    struct buffer b, id;
    size_t parameter;

    if (!maturity_ask_read(json, now, a, &q, w))
        return false;
    if (!d->store)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node has no store");
    parameter = maturity_find(q.parameter);
    if (!assess_check(&q, parameter, w))
        return false;
    buf_init_fixed(&b, mem, sizeof mem);
    buf_init_fixed(&id, id_mem, sizeof id_mem);
    put_entry(&q, now, &b);
    id_of(q.year, parameter, &id);
    if (!buf_ok(&b))
        return no_room(w);
    look.id = buf_span(&id);
    look.who = q.office;
    if (!store_note_exposure(d->store, &look, w) ||
        !store_put_exposure(d->store, KIND, buf_span(&id), now, 0, buf_span(&b), w))
        return false;
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    jw_int(&j, "year", q.year);
    jw_text(&j, "parameter", q.parameter);
    jw_int(&j, "level", q.level);
    jw_object_end(&j);
    return coop_filled(out, w);
}

/* ---- publishing ---- */

static bool made(const struct coop_desk *d, struct coop_record *r, struct arena *a, struct buffer *out,
                 struct why *w)
{
    struct maturity_book b;
    struct json_writer j;
    struct coop_set s;

    if (!coop_load(d, COOP_MATURITY, r, a, &s, w) || !maturity_book_make(&s, a, &b, w) ||
        !coop_would_count(&b.refused, r, w) || !coop_say(d, r, w))
        return false;
    j = json_to(out);
    jw_object(&j, NULL);
    coop_put_head(&j, r);
    jw_object_end(&j);
    return coop_filled(out, w);
}

static bool complete(const struct maturity_levels *l, struct why *w)
{
    size_t gap[MATURITY_PARAMETERS], n = maturity_gaps(l, MATURITY_NONE, gap);

    return !n || why_set(w, "incomplete", WHY_NO_OFFSET, CLAUSE,
                         "%zu parameters that must be assessed are not, the first is %s", n,
                         maturity_parameter(gap[0])->id);
}

/* To the reviewers, unless the owner says to whom. */
static bool put_levels(const struct maturity_ask *q, const struct maturity_levels *l, struct json_writer *j,
                       struct why *w)
{
    json_ref reviewers = json_member(&q->j, JSON_ROOT, "reviewers"), to = json_member(&q->j, JSON_ROOT, "to");

    if (!json_is(&q->j, reviewers, JSON_KIND_ARRAY) || !json_count(&q->j, reviewers))
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"reviewers\" names States, at least one");
    jw_text(j, "tlp", q->tlp.n ? q->tlp : SPAN("amber"));
    jw_raw(j, "to", json_source(&q->j, to == JSON_NONE ? reviewers : to));
    jw_raw(j, "reviewers", json_source(&q->j, reviewers));
    maturity_put(l, j);
    return true;
}

static bool put_profile(const struct maturity_ask *q, const struct maturity_levels *l, struct json_writer *j,
                        struct why *w)
{
    static const char *const quadrant[] = { "o", "h", "t", "p" };
    struct maturity_sum s;

    if (!span_eq_str(q->consent, "yes"))
        return why_set(w, "consent", WHY_NO_OFFSET, CLAUSE,
                       "a profile goes to all only when the member says so (\"consent\": \"yes\")");
    maturity_sum(l, &s);
    jw_text(j, "tlp", q->tlp.n ? q->tlp : SPAN("green"));
    jw_str(j, "profile", maturity_profile_word(s.profile));
    jw_int(j, "assessed", s.assessed);
    jw_int(j, "overall", s.overall);
    for (size_t i = 0; i < MATURITY_QUADRANTS; i++)
        jw_int(j, quadrant[i], s.mean[i]);
    jw_str(j, "consent", "yes");
    return true;
}

bool maturity_publish(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    struct maturity_levels l;
    struct maturity_ask q;
    struct json_writer j;
    struct coop_set s;
    struct buffer b;
    bool profile, ok;

    if (!r)
        return no_room(w);
    if (!maturity_ask_read(json, now, a, &q, w))
        return false;
    profile = span_eq_str(q.scope, "profile");
    if (!profile && q.scope.n && !span_eq_str(q.scope, "levels"))
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"scope\" is levels or profile");
    if (!maturity_own(d, q.year, a, &l, w) || !complete(&l, w) ||
        !coop_load(d, COOP_MATURITY, NULL, a, &s, w))
        return false;
    buf_init(&b, LIMIT_COOPERATION);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "office", q.office);
    jw_str(&j, "framework", MATURITY_FRAMEWORK);
    jw_int(&j, "year", q.year);
    ok = profile ? put_profile(&q, &l, &j, w) : put_levels(&q, &l, &j, w);
    jw_object_end(&j);
    ok = ok && (buf_ok(&b) || no_room(w)) &&
         coop_make(d, profile ? COOP_ASSESSMENT_PROFILE : COOP_ASSESSMENT, buf_span(&b),
                   coop_after(&s, d->self, now), a, r, w) &&
         made(d, r, a, out, w);
    buf_free(&b);
    return ok;
}

bool maturity_review(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    const struct maturity_view *v;
    struct maturity_book b;
    struct maturity_ask q;
    struct coop_set s;

    if (!r)
        return no_room(w);
    if (!maturity_ask_read(json, now, a, &q, w) || !coop_load(d, COOP_MATURITY, NULL, a, &s, w) ||
        !maturity_book_make(&s, a, &b, w))
        return false;
    v = maturity_view_of(&b, q.assessment);
    if (!v)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE,
                       "no such assessment was published to this member");
    if (span_eq(v->r->member, d->self))
        return why_set(w, "own", WHY_NO_OFFSET, CLAUSE, "nobody reviews an assessment of the own member");
    return coop_make_answer(d, COOP_ASSESSMENT_REVIEW, json, v->r, coop_after(&s, d->self, now), a, r, w) &&
           made(d, r, a, out, w);
}
