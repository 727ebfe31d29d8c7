/* What an officer does with rules: lays down, looks at, confirms, suspends, removes. */
#include "base/limits.h"
#include "service/cyber/standing_internal.h"

enum { DAY = 86400, BODY = 256 * 1024, WORDS = 64 * 1024, SAMPLES = 100, LOOK_BACK = 90 };

/* ---- saying */

static void say_words(const struct standing_rule *r, const struct release_plan *p,
                      const struct standing_terms *t, unix_time now, struct json_writer *j)
{
    enum standing_state s = standing_state_of(r, p, t, now);
    unix_time review = r->review ? r->review : t ? t->review : 0;
    char time[TIME_TEXT];

    jw_object(j, NULL);
    jw_text(j, "id", r->id);
    jw_str(j, "state", standing_state_word(s));
    jw_text(j, "officer", r->officer);
    jw_str(j, "at", time_format(r->at, time));
    if (r->confirmed_by.n)
        jw_text(j, "confirmed_by", r->confirmed_by);
    if (r->suspended)
        jw_text(j, "suspended_by", r->suspended_by);
    if (r->reason.n)
        jw_text(j, "said", r->reason);
    if (review)
        jw_str(j, "review", time_format(review, time));
    jw_bool(j, "review_due", review && review <= now && s <= STANDING_SUSPENDED);
    if (t)
        jw_str(j, "until", time_format(t->until, time));
    jw_bool(j, "dry", t && t->dry);
    jw_raw(j, "rule", r->json);
    jw_object_end(j);
}

bool cyber_rules(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                 struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct standing_book b;

    (void)json;
    if (!standing_load(d, a, &b, w))
        return false;
    jw_object(&j, NULL);
    jw_array(&j, "rules");
    for (size_t i = 0; i < b.n; i++) {
        struct standing_terms t;
        struct release_plan p;
        struct release_ask ask;
        struct why unfit = { 0 };
        bool fits;

        if (b.rule[i].removed)
            continue;
        fits = standing_read(d, b.rule[i].json, now, false, a, &ask, &p, &t, &unfit);
        say_words(&b.rule[i], &p, fits ? &t : NULL, now, &j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return true;
}

bool standing_count(const struct cyber_desk *d, unix_time now, struct standing_counts *out, struct why *w)
{
    struct standing_counts c = { 0 };
    struct standing_book b = { 0 };
    struct arena a;
    bool ok;

    arena_init(&a, 64 << 20);
    ok = standing_load(d, &a, &b, w);
    for (size_t i = 0; ok && i < b.n; i++) {
        struct standing_terms t;
        struct release_plan p;
        struct release_ask ask;
        struct why unfit = { 0 };
        bool fits =
            !b.rule[i].removed && standing_read(d, b.rule[i].json, now, false, &a, &ask, &p, &t, &unfit);
        enum standing_state s;
        unix_time review;

        if (b.rule[i].removed)
            continue;
        s = standing_state_of(&b.rule[i], &p, fits ? &t : NULL, now);
        c.in[s]++;
        review = b.rule[i].review ? b.rule[i].review : fits ? t.review : 0;
        if (!review || s > STANDING_SUSPENDED)
            continue;
        c.to_review += review <= now;
        if (!c.first_review || review < c.first_review)
            c.first_review = review;
    }
    arena_free(&a);
    if (ok)
        *out = c;
    return ok;
}

/* ---- steps */

static bool write_step(const struct cyber_desk *d, const char *id, struct span who, struct span article,
                       unix_time now, struct span body, struct why *w)
{
    const struct cyber_act_row r = { .id = span_str(id),
                                     .at = now,
                                     .act = SPAN(STANDING_ACT),
                                     .who = who,
                                     .audience = SPAN("self"),
                                     .article = article,
                                     .body = body };
    bool news;

    return store_put_cyber_act(d->store, &r, &news, w);
}

bool cyber_rule_add(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, struct why *w)
{
    struct standing_book b;
    struct standing_terms t;
    struct release_ask ask;
    struct release_plan p;
    struct standing_rule r = { .json = json, .at = now };
    char id[RELEASE_ID], time[TIME_TEXT];
    struct json_writer j, answer = json_to(out);
    struct buffer body;
    bool ok;

    if (json.n > WORDS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a rule of %zu bytes", json.n);
    if (!standing_read(d, json, now, true, a, &ask, &p, &t, w) || !standing_load(d, a, &b, w))
        return false;
    if (b.steps + 1 >= LIMIT_CYBER_RULE_STEPS / 2 || b.n >= STANDING_PLACES)
        return why_set(w, "too-many", WHY_NO_OFFSET, NULL, "no memory left for this");
    release_new_id(d, 'U', id);
    r.id = span_str(id);
    r.officer = ask.officer;
    r.review = t.review;
    buf_init(&body, BODY);
    j = json_to(&body);
    jw_object(&j, NULL);
    jw_int(&j, "n", (int64_t)b.steps + 1);
    jw_str(&j, "rule", id);
    jw_str(&j, "step", "add");
    jw_int(&j, "after", (int64_t)object_store_newest(d->objects));
    jw_str(&j, "until", time_format(t.until, time));
    jw_raw(&j, "words", json);
    jw_object_end(&j);
    ok = write_step(d, id, ask.officer, span_str(p.rules->article), now, buf_span(&body), w);
    buf_free(&body);
    if (ok)
        say_words(&r, &p, &t, now, &answer);
    return ok;
}

struct step {
    struct span officer, id, word, reason, review;
    unix_time review_at;
    bool all;
};

static bool read_step(struct span json, unix_time now, struct arena *a, struct step *s, struct why *w)
{
    static const char *const words[] = { "confirm", "suspend", "review", "remove" };
    struct json j;
    bool known = false;
    json_ref v;

    *s = (struct step){ 0 };
    if (!json_parse(json, a, &j, w))
        return false;
    v = json_member(&j, JSON_ROOT, "all");
    if ((v != JSON_NONE && !json_boolean(&j, v, &s->all)) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, "officer"), a, &s->officer) || !s->officer.n ||
        s->officer.n > 64 || !json_text_of(&j, json_member(&j, JSON_ROOT, "step"), a, &s->word))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "say \"officer\", \"step\" and \"id\"");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        known = known || span_eq_str(s->word, words[i]);
    v = json_member(&j, JSON_ROOT, "id");
    if (!known || (v != JSON_NONE && !json_text_of(&j, v, a, &s->id)) ||
        (s->all ? !span_eq_str(s->word, "suspend") : !s->id.n))
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "\"step\" is confirm, suspend (also of \"all\"), review or remove, of an \"id\"");
    v = json_member(&j, JSON_ROOT, "reason");
    if (v != JSON_NONE && (!json_text_of(&j, v, a, &s->reason) || s->reason.n > 1000))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"reason\" is at most 1000 bytes");
    if (!span_eq_str(s->word, "review"))
        return true;
    return (json_text_of(&j, json_member(&j, JSON_ROOT, "review"), a, &s->review) &&
            time_parse(s->review, &s->review_at) && s->review_at > now) ||
           why_set(w, "request", WHY_NO_OFFSET, NULL, "\"review\" is the next time, ahead");
}

static bool may_confirm(const struct cyber_desk *d, const struct standing_rule *r, const struct step *s,
                        unix_time now, struct arena *a, struct why *w)
{
    struct standing_terms t;
    struct release_ask ask;
    struct release_plan p;
    enum standing_state state;

    if (!standing_read(d, r->json, now, false, a, &ask, &p, &t, w))
        return false;
    state = standing_state_of(r, &p, &t, now);
    if (t.until <= now || (state != STANDING_WAITING && state != STANDING_SUSPENDED))
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "it is %s: there is nothing to confirm",
                       standing_state_word(t.until <= now ? STANDING_EXPIRED : state));
    if (p.rules->two_officers && ((!r->confirmed_by.n && span_eq(s->officer, r->officer)) ||
                                  (r->suspended && span_eq(s->officer, r->suspended_by))))
        return why_set(
            w, "same-officer", WHY_NO_OFFSET, NULL,
            "the agreement asks for another officer than the one who laid it down or suspended it");
    return true;
}

static bool take(const struct cyber_desk *d, struct standing_book *b, const struct standing_rule *r,
                 const struct step *s, unix_time now, struct why *w)
{
    char id[RELEASE_ID];
    struct json_writer j;
    struct buffer body;
    bool ok;

    release_new_id(d, 'V', id);
    buf_init(&body, BODY);
    j = json_to(&body);
    jw_object(&j, NULL);
    jw_int(&j, "n", (int64_t)++b->steps);
    jw_text(&j, "rule", r->id);
    jw_text(&j, "step", s->word);
    if (span_eq_str(s->word, "confirm"))
        jw_int(&j, "after", (int64_t)object_store_newest(d->objects));
    if (s->review.n)
        jw_text(&j, "review", s->review);
    if (s->reason.n)
        jw_text(&j, "reason", s->reason);
    jw_object_end(&j);
    ok = write_step(d, id, s->officer, SPAN("-"), now, buf_span(&body), w);
    buf_free(&body);
    return ok;
}

bool cyber_rule_step(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w)
{
    const struct standing_rule *r = NULL;
    struct standing_book b;
    struct step s;
    bool ok = true;

    if (!read_step(json, now, a, &s, w) || !standing_load(d, a, &b, w))
        return false;
    if (!s.all && !(r = standing_find(&b, s.id)))
        return why_set(w, "rule", WHY_NO_OFFSET, NULL, "there is no such rule, or it was removed");
    if (b.steps + b.n >= LIMIT_CYBER_RULE_STEPS && !s.all && !span_eq_str(s.word, "suspend"))
        return why_set(w, "too-many", WHY_NO_OFFSET, NULL, "too much was said of rules");
    if (r && span_eq_str(s.word, "confirm") && !may_confirm(d, r, &s, now, a, w))
        return false;
    for (size_t i = 0; ok && i < b.n; i++)
        if ((r && &b.rule[i] == r) || (s.all && !b.rule[i].removed && !b.rule[i].suspended))
            ok = take(d, &b, &b.rule[i], &s, now, w);
    return ok && cyber_rules(d, json, now, a, out, w);
}

/* ---- looking back */

static void say_samples(const struct release_plan *p, struct json_writer *j)
{
    size_t said = 0;

    jw_array(j, "would");
    for (size_t i = 0; i < p->n && said < SAMPLES; i++) {
        const struct cyber_label *l = &p->class[p->object[i].class].label;
        const char *word[CYBER_DOUBTS];
        struct object_row row;
        char id[STIX_ID_TEXT];
        size_t doubts;

        if (!l->audience || !object_store_row(p->desk->objects, p->object[i].sequence, &row))
            continue;
        doubts = release_doubts_of(p, i, &row, word);
        (void)object_id_text(p->desk->objects, &row, id);
        jw_object(j, NULL);
        jw_str(j, "object", id);
        jw_str(j, "marking", sharing_tlp_word(l->tlp > TLP_RED ? TLP_RED : (enum tlp)l->tlp));
        jw_bool(j, "waits", doubts != 0);
        jw_object_end(j);
        said++;
    }
    jw_array_end(j);
}

bool cyber_rule_preview(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                        struct buffer *out, struct why *w)
{
    struct span id = { NULL, 0 }, words = json, officer = { NULL, 0 };
    struct json_writer j = json_to(out);
    struct standing_book b;
    struct standing_terms t;
    struct release_ask ask;
    struct release_plan p = { 0 };
    struct json in;
    int64_t days = 0;
    json_ref v;
    bool ok;

    if (!json_parse(json, a, &in, w))
        return false;
    if (!json_int64(&in, json_member(&in, JSON_ROOT, "days"), &days) || days < 1 || days > LOOK_BACK ||
        !json_text_of(&in, json_member(&in, JSON_ROOT, "officer"), a, &officer))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "say \"officer\", and \"days\" from 1 to %d",
                       LOOK_BACK);
    v = json_member(&in, JSON_ROOT, "id");
    if (v != JSON_NONE) {
        const struct standing_rule *r;

        if (!json_text_of(&in, v, a, &id) || !standing_load(d, a, &b, w))
            return false;
        r = standing_find(&b, id);
        if (!r)
            return why_set(w, "rule", WHY_NO_OFFSET, NULL, "there is no such rule, or it was removed");
        words = r->json;
    }
    if (!standing_read(d, words, now, v == JSON_NONE, a, &ask, &p, &t, w))
        return false;
    ask.officer = officer; /* who looks sees what he may read */
    ok = standing_judge(&p, &t, 0, 0, (int64_t)(now - days * DAY) * 1000000, a, w);
    if (ok) {
        jw_object(&j, NULL);
        jw_int(&j, "days", days);
        release_say(&p, &j);
        say_samples(&p, &j);
        jw_object_end(&j);
    }
    release_plan_free(&p);
    return ok;
}
