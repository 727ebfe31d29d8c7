#include "service/cyber/release.h"

#include "base/limits.h"
#include "crypto/digest.h"
#include "service/cyber/release_internal.h"

enum { BODY = 1 << 20, IDS = 1000, PAGE = 200, OBJECT_MEMORY = 64 << 20 };

void release_new_id(const struct cyber_desk *d, char prefix, char out[RELEASE_ID])
{
    static const char hex[] = "0123456789abcdef";
    uint8_t r[16];

    d->random(r, sizeof r);
    out[0] = prefix;
    out[1] = '-';
    for (size_t i = 0; i < sizeof r; i++) {
        out[2 + 2 * i] = hex[r[i] >> 4];
        out[3 + 2 * i] = hex[r[i] & 15];
    }
    out[RELEASE_ID - 1] = 0;
}

bool cyber_preview(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    struct release_ask ask;
    struct release_plan p;
    struct json_writer j = json_to(out);
    bool ok = release_read(d, json, now, true, a, &ask, &p, w), judged = ok && release_judge(&p, a, w);

    ok = ok && release_write_hidden(&p, "preview", w) && judged;
    if (ok) {
        jw_object(&j, NULL);
        release_say(&p, &j);
        jw_object_end(&j);
    }
    release_plan_free(&p);
    return ok;
}

void release_say_ids(const struct release_plan *p, struct json_writer *j)
{
    struct digest_run run;
    struct digest all;
    size_t said = 0;

    digest_begin(DIGEST_SHA256, &run);
    jw_array(j, "ids");
    for (size_t i = 0; i < p->n; i++) {
        struct object_row row;
        char id[STIX_ID_TEXT];
        size_t n;

        if (!p->class[p->object[i].class].label.audience ||
            !object_store_row(p->desk->objects, p->object[i].sequence, &row))
            continue;
        n = object_id_text(p->desk->objects, &row, id);
        digest_more(&run, span_of((const uint8_t *)id, n));
        digest_more(&run, SPAN("\n"));
        if (said++ < IDS)
            jw_str(j, NULL, id);
    }
    jw_array_end(j);
    digest_end(&run, &all);
    jw_hex(j, "ids_sha256", span_of(all.b, 32));
}

bool release_write(const struct release_plan *p, const char *id, const char *act, struct span audience,
                   struct span body, struct why *w)
{
    const struct cyber_act_row r = { .id = span_str(id),
                                     .at = p->now,
                                     .act = span_str(act),
                                     .who = p->ask->officer,
                                     .audience = audience,
                                     .article = span_str(p->rules->article),
                                     .body = body };
    bool news;

    return store_put_cyber_act(p->desk->store, &r, &news, w);
}

void release_terms(const struct release_plan *p, const char *id, struct json_writer *j)
{
    char t[TIME_TEXT];

    jw_str(j, "id", id);
    jw_str(j, "at", time_format(p->now, t));
    jw_text(j, "officer", p->ask->officer);
    if (p->ask->reason.n)
        jw_text(j, "reason", p->ask->reason);
    if (p->rule.n)
        jw_text(j, "rule", p->rule);
    if (p->ask->group_name.n)
        jw_text(j, "group", p->ask->group_name);
    if (p->ask->exercise)
        jw_bool(j, "exercise", true);
    if (p->ask->embargo)
        jw_str(j, "embargo", time_format(p->ask->embargo, t));
}

/* Published, then written down, then told; what is published carries the release's id itself. */
static bool carry_out(const struct release_plan *p, struct arena *a, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    char id[RELEASE_ID];
    struct buffer audience;
    struct arena scratch;
    size_t n = 0;
    bool ok;

    (void)a;
    release_new_id(p->desk, 'R', id);
    buf_init(&audience, ORIGIN_AUDIENCE);
    arena_init(&scratch, OBJECT_MEMORY);
    jw_object(&j, NULL);
    release_terms(p, id, &j);
    release_say_ids(p, &j); /* before their records give way to those of what is shared */
    jw_array(&j, "records");
    ok = release_publish(p, id, &scratch, &j, &n, w);
    jw_array_end(&j);
    jw_int(&j, "released", (int64_t)n);
    jw_bool(&j, "complete", ok);
    release_say(p, &j);
    jw_object_end(&j);
    if (!cyber_audience_put(p->desk->places, p->ask->to, p->law.self, &audience))
        ok = ok && why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many members for one audience");
    if (n || ok) /* also what went out before something failed is on record */
        ok = release_write(p, id, "release", buf_span(&audience), buf_span(out), w) && ok;
    arena_free(&scratch);
    buf_free(&audience);
    return ok;
}

bool cyber_release(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    struct release_ask ask;
    struct release_plan p;
    size_t goes = 0, open;
    bool ok, judged;

    if (!d->streams)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node publishes nothing now");
    ok = release_read(d, json, now, true, a, &ask, &p, w);
    judged = ok && release_judge(&p, a, w);
    ok = ok && release_write_hidden(&p, "release", w) && judged;
    for (size_t c = 0; ok && c < p.n_classes; c++)
        goes += p.class[c].label.audience ? p.class[c].n : 0;
    if (ok && !goes)
        ok = why_set(w, "nothing", WHY_NO_OFFSET, NULL,
                     "none of the %zu objects may go to any of them: look at the preview", p.n);
    open = ok ? release_doubts(&p, NULL) : 0;
    if (open)
        ok = why_set(w, "doubt", WHY_NO_OFFSET, NULL,
                     "%zu indicators need a confirmation (\"confirm\"): the preview says which, and why",
                     open);
    ok = ok && carry_out(&p, a, out, w);
    release_plan_free(&p);
    return ok;
}

static bool text_at(const struct json *j, const char *name, struct arena *a, struct span *out)
{
    json_ref v = json_member(j, JSON_ROOT, name);

    return v == JSON_NONE || (json_text_of(j, v, a, out) && out->n <= 64);
}

bool cyber_releases(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, struct why *w)
{
    struct span act = { NULL, 0 }, before = { NULL, 0 };
    struct json_writer w_ = json_to(out);
    struct cyber_act_row *r = NULL;
    unix_time until = 0;
    char t[TIME_TEXT];
    struct json j;
    size_t n = 0;

    (void)now;
    if (!json_parse(json, a, &j, w))
        return false;
    if (!text_at(&j, "act", a, &act) || !text_at(&j, "before", a, &before) ||
        (before.n && !time_parse(before, &until)))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"act\" is a word, \"before\" a time");
    if (!store_cyber_acts(d->store, act, until, PAGE, a, &r, &n, w))
        return false;
    jw_object(&w_, NULL);
    jw_array(&w_, "acts");
    for (size_t i = 0; i < n; i++) {
        jw_object(&w_, NULL);
        jw_text(&w_, "id", r[i].id);
        jw_str(&w_, "at", time_format(r[i].at, t));
        jw_text(&w_, "act", r[i].act);
        jw_text(&w_, "who", r[i].who);
        jw_text(&w_, "audience", r[i].audience);
        jw_text(&w_, "article", r[i].article);
        jw_raw(&w_, "record", r[i].body);
        jw_object_end(&w_);
    }
    jw_array_end(&w_);
    jw_object_end(&w_);
    return true;
}
