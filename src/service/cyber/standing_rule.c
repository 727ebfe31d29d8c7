/* What rules are: their words, and what was said of them since. */
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/standing_internal.h"

enum { DAY = 86400, WORD = 64, REVIEW_DAYS = 90 };

const char *standing_state_word(enum standing_state s)
{
    static const char *const word[STANDING_STATES] = { "waiting", "active", "suspended", "expired",
                                                       "stopped" };

    return s < STANDING_STATES ? word[s] : "stopped";
}

/* ---- a rule's own words */

static bool request(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", what);
}

static bool time_at(const struct json *j, const char *name, struct arena *a, unix_time *out)
{
    json_ref v = json_member(j, JSON_ROOT, name);
    struct span s;

    return v == JSON_NONE || (json_text_of(j, v, a, &s) && time_parse(s, out));
}

static bool read_labels(const struct json *j, struct arena *a, struct standing_terms *t, struct why *w)
{
    json_ref list = json_member(j, JSON_ROOT, "labels");

    if (list == JSON_NONE)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY) || json_count(j, list) > STANDING_LABELS)
        return request(w, "\"labels\" is a list of at most 32 words");
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v)) {
        struct span *s = &t->label[t->n_labels++];

        if (!json_text_of(j, v, a, s) || !s->n || s->n > WORD)
            return request(w, "an item of \"labels\" is no word");
    }
    return true;
}

static bool read_filter(const struct json *j, const struct release_ask *ask, struct arena *a,
                        struct standing_terms *t, struct why *w)
{
    static const char *const never[] = { "ids", "confirm", "added_after", "exercise", "embargo" };
    json_ref v = json_member(j, JSON_ROOT, "confidence");
    struct span most = { NULL, 0 };

    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (json_member(j, JSON_ROOT, never[i]) != JSON_NONE)
            return why_set(w, "request", WHY_NO_OFFSET, NULL, "a standing rule has no \"%s\"", never[i]);
    if (!ask->n_types && ask->collection == OBJECT_ANY)
        return request(w, "a rule says which objects: \"types\" or \"collection\"");
    if (v != JSON_NONE && (!json_int64(j, v, &t->confidence) || t->confidence < 1 || t->confidence > 100))
        return request(w, "\"confidence\" is a number from 1 to 100");
    if (!json_text_of(j, json_member(j, JSON_ROOT, "most"), a, &most) || !sharing_tlp_of(most, &t->most) ||
        t->most > TLP_AMBER_STRICT)
        return request(w, "\"most\" is the strictest marking that goes by itself: clear, green, amber or "
                          "amber-strict; what is red goes from a person");
    v = json_member(j, JSON_ROOT, "dry");
    if (v != JSON_NONE && !json_boolean(j, v, &t->dry))
        return request(w, "\"dry\" is true or false");
    return read_labels(j, a, t, w);
}

static bool read_end(const struct json *j, unix_time now, bool laid, struct arena *a,
                     struct standing_terms *t, struct why *w)
{
    if (!time_at(j, "until", a, &t->until) || !time_at(j, "review", a, &t->review))
        return request(w, "\"until\" and \"review\" are times as 2026-12-01T00:00:00Z");
    if (!t->until)
        return why_set(w, "expiry", WHY_NO_OFFSET, NULL, "a rule has an end: \"until\"");
    if (laid && (t->until <= now || t->until > now + (unix_time)LIMIT_CYBER_RULE_DAYS * DAY))
        return why_set(w, "expiry", WHY_NO_OFFSET, NULL, "it has to end within %d days",
                       LIMIT_CYBER_RULE_DAYS);
    if (!t->review && laid)
        t->review = now + REVIEW_DAYS * DAY;
    if (!t->review || t->review > t->until)
        t->review = t->until;
    return !laid || t->review > now || request(w, "\"review\" is ahead");
}

bool standing_read(const struct cyber_desk *d, struct span json, unix_time now, bool laid, struct arena *a,
                   struct release_ask *ask, struct release_plan *p, struct standing_terms *t, struct why *w)
{
    struct span article = { NULL, 0 };
    struct json j;

    *t = (struct standing_terms){ 0 };
    if (!release_read(d, json, now, true, a, ask, p, w) || !json_parse(json, a, &j, w))
        return false;
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "article"), a, &article) ||
        !span_eq_str(article, p->rules->article))
        return why_set(w, "article", WHY_NO_OFFSET, NULL,
                       "a rule says under which article it releases: that of the agreement is %s",
                       p->rules->article);
    return read_filter(&j, ask, a, t, w) && read_end(&j, now, laid, a, t, w);
}

enum standing_state standing_state_of(const struct standing_rule *r, const struct release_plan *p,
                                      const struct standing_terms *t, unix_time now)
{
    if (r->suspended)
        return STANDING_SUSPENDED;
    if (!t)
        return STANDING_STOPPED;
    if (t->until <= now)
        return STANDING_EXPIRED;
    return p->rules->two_officers && !r->confirmed_by.n ? STANDING_WAITING : STANDING_ACTIVE;
}

/* ---- what was said of rules */

struct said {
    struct json j;
    int64_t n;
    const struct cyber_act_row *row;
};

static int by_number(const void *a, const void *b)
{
    const struct said *x = a, *y = b;

    return (x->n > y->n) - (x->n < y->n);
}

struct standing_rule *standing_find(const struct standing_book *b, struct span id)
{
    for (size_t i = 0; i < b->n; i++)
        if (span_eq(b->rule[i].id, id) && !b->rule[i].removed)
            return &b->rule[i];
    return NULL;
}

static struct span text_in(const struct json *j, const char *name, struct arena *a)
{
    struct span s = { NULL, 0 };

    return json_text_of(j, json_member(j, JSON_ROOT, name), a, &s) ? s : (struct span){ NULL, 0 };
}

static uint64_t number_in(const struct json *j, const char *name)
{
    int64_t n = 0;

    return json_int64(j, json_member(j, JSON_ROOT, name), &n) && n > 0 ? (uint64_t)n : 0;
}

static void take_step(struct standing_book *b, const struct said *s, struct arena *a)
{
    struct standing_rule *r = standing_find(b, text_in(&s->j, "rule", a));
    struct span step = text_in(&s->j, "step", a);
    unix_time review = 0;

    if (span_eq_str(step, "add")) {
        b->rule[b->n++] =
            (struct standing_rule){ .id = s->row->id,
                                    .json = json_source(&s->j, json_member(&s->j, JSON_ROOT, "words")),
                                    .officer = s->row->who,
                                    .at = s->row->at,
                                    .after = number_in(&s->j, "after") };
        return;
    }
    if (!r)
        return;
    r->reason = text_in(&s->j, "reason", a);
    if (span_eq_str(step, "suspend")) {
        r->suspended = true;
        r->suspended_by = s->row->who;
    } else if (span_eq_str(step, "confirm")) {
        r->suspended = false;
        r->after = number_in(&s->j, "after");
        if (!span_eq(s->row->who, r->officer))
            r->confirmed_by = s->row->who;
    } else if (span_eq_str(step, "review") && time_at(&s->j, "review", a, &review)) {
        r->review = review;
    } else if (span_eq_str(step, "remove")) {
        r->removed = true;
    }
}

bool standing_load(const struct cyber_desk *d, struct arena *a, struct standing_book *out, struct why *w)
{
    struct standing_book b = { 0 };
    struct cyber_act_row *r = NULL;
    struct said *s;
    size_t n = 0;

    if (!store_cyber_acts(d->store, SPAN(STANDING_ACT), 0, LIMIT_CYBER_RULE_STEPS, a, &r, &n, w))
        return false;
    s = arena_array(a, n + 1, sizeof *s);
    b.rule = arena_array(a, n + 1, sizeof *b.rule);
    if (!s || !b.rule)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n; i++) {
        s[i].row = &r[i];
        /* What cannot be read might be what suspends a rule: then none runs. */
        if (!json_parse(r[i].body, a, &s[i].j, w) ||
            !json_int64(&s[i].j, json_member(&s[i].j, JSON_ROOT, "n"), &s[i].n))
            return why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "what was said of a rule cannot be read");
    }
    if (n)
        qsort(s, n, sizeof *s, by_number);
    for (size_t i = 0; i < n; i++)
        take_step(&b, &s[i], a);
    b.steps = n;
    *out = b;
    return true;
}
