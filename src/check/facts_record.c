#include "check/facts_record.h"

#include "base/text.h"
#include "wire/json.h"
#include "wire/json_write.h"

static void put_fact(struct json_writer *w, enum fact f, const struct fact_value *v)
{
    char day[DATE_TEXT];

    switch (fact_type(f)) {
    case FACT_TYPE_STATE:
    case FACT_TYPE_WORD:
        jw_text(w, fact_name(f), v->word);
        break;
    case FACT_TYPE_DATE:
        jw_str(w, fact_name(f), date_format(v->date, day));
        break;
    case FACT_TYPE_NUMBER:
        jw_int(w, fact_name(f), v->number);
        break;
    case FACT_TYPE_BOOL:
        jw_bool(w, fact_name(f), v->number != 0);
        break;
    case FACT_TYPE_STAYS:
        break;
    }
}

void facts_record_put(const struct facts *f, struct date on, const uint8_t agreement[32], struct buffer *out)
{
    struct json_writer w = json_to(out);
    char day[DATE_TEXT];

    jw_object(&w, NULL);
    jw_hex(&w, "agreement", span_of(agreement, 32));
    jw_str(&w, "on", date_format(on, day));
    jw_object(&w, "facts");
    for (unsigned i = 0; i < FACTS_N; i++)
        if (f->v[i].present && !facts_record_leaves_out((enum fact)i))
            put_fact(&w, (enum fact)i, &f->v[i]);
    jw_object_end(&w);
    if (f->stays_known) {
        jw_array(&w, "stays");
        for (size_t i = 0; i < f->n_stays; i++) {
            jw_array(&w, NULL);
            jw_str(&w, NULL, date_format(f->stays[i].from, day));
            jw_str(&w, NULL, date_is_set(f->stays[i].to) ? date_format(f->stays[i].to, day) : NULL);
            jw_array_end(&w);
        }
        jw_array_end(&w);
    }
    jw_object_end(&w);
}

struct reading {
    struct json j;
    struct arena *a;
    struct why *w;
};

static bool bad(struct reading *r, json_ref at, const char *what)
{
    return why_set(r->w, "facts", json_offset(&r->j, at), NULL, "%s", what);
}

static bool read_date(struct reading *r, json_ref at, struct date *out)
{
    struct span s;

    return (json_text_of(&r->j, at, r->a, &s) && date_parse(s, out)) || bad(r, at, "expected a day");
}

static bool read_fact(struct reading *r, json_ref name, struct facts *f)
{
    json_ref at = json_value_of(&r->j, name);
    struct fact_value v = { .present = true };
    struct span word;
    enum fact id;

    if (!json_text_of(&r->j, name, r->a, &word) || !fact_from_name(word, &id) ||
        !span_eq_str(word, fact_name(id)))
        return bad(r, name, "there is no such fact");
    switch (fact_type(id)) {
    case FACT_TYPE_STATE:
    case FACT_TYPE_WORD:
        if (!json_text_of(&r->j, at, r->a, &v.word))
            return bad(r, at, "expected a word");
        break;
    case FACT_TYPE_DATE:
        if (!read_date(r, at, &v.date))
            return false;
        break;
    case FACT_TYPE_NUMBER:
        if (!json_int64(&r->j, at, &v.number))
            return bad(r, at, "expected a number");
        break;
    case FACT_TYPE_BOOL:
        if (!json_is(&r->j, at, JSON_KIND_TRUE) && !json_is(&r->j, at, JSON_KIND_FALSE))
            return bad(r, at, "expected true or false");
        v.number = json_is(&r->j, at, JSON_KIND_TRUE);
        break;
    case FACT_TYPE_STAYS:
        return bad(r, name, "stays stand beside the facts");
    }
    f->v[id] = v;
    return true;
}

static bool read_stays(struct reading *r, json_ref list, struct facts *f)
{
    size_t n = json_count(&r->j, list);
    struct stay *s = n <= LIMIT_STAYS ? arena_array(r->a, n + 1, sizeof *s) : NULL;

    if (!json_is(&r->j, list, JSON_KIND_ARRAY) || !s)
        return bad(r, list, "expected a list of stays");
    for (json_ref i = json_first(&r->j, list); i != JSON_NONE; i = json_after(&r->j, list, i)) {
        json_ref from = json_first(&r->j, i), to = from == JSON_NONE ? from : json_after(&r->j, i, from);
        struct stay *at = &s[f->n_stays++];

        if (!read_date(r, from, &at->from))
            return false;
        if (!json_is(&r->j, to, JSON_KIND_NULL) && !read_date(r, to, &at->to))
            return false;
    }
    f->stays = s;
    f->stays_known = true;
    return true;
}

bool facts_record_read(struct span text, struct arena *a, struct facts_record *out, struct why *w)
{
    struct reading r = { .a = a, .w = w };
    struct facts_record k = { 0 };
    json_ref facts, stays;
    struct span hash, raw;

    if (!json_parse(text, a, &r.j, w))
        return false;
    if (!json_text_of(&r.j, json_member(&r.j, JSON_ROOT, "agreement"), a, &hash) ||
        !hex_decode(hash, a, &raw) || raw.n != sizeof k.agreement)
        return bad(&r, JSON_ROOT, "expected the SHA-256 of the agreement");
    memcpy(k.agreement, raw.p, sizeof k.agreement);
    facts = json_member(&r.j, JSON_ROOT, "facts");
    stays = json_member(&r.j, JSON_ROOT, "stays");
    if (!read_date(&r, json_member(&r.j, JSON_ROOT, "on"), &k.on) || !json_is(&r.j, facts, JSON_KIND_OBJECT))
        return bad(&r, JSON_ROOT, "expected a day and the facts");
    for (json_ref i = json_first(&r.j, facts); i != JSON_NONE; i = json_after(&r.j, facts, i))
        if (!read_fact(&r, i, &k.facts))
            return false;
    if (stays != JSON_NONE && !read_stays(&r, stays, &k.facts))
        return false;
    *out = k;
    return true;
}
