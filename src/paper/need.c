/* What a traveller needs: the answer of GET /v1/need. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "paper/form.h"

static struct span text_of(struct form *s, json_ref object, const char *name)
{
    struct span t;

    return json_text_of(s->j, json_member(s->j, object, name), s->a, &t) ? t : (struct span){ NULL, 0 };
}

static const char *str_of(struct form *s, json_ref object, const char *name)
{
    const char *t = arena_str(s->a, text_of(s, object, name));

    return t ? t : "";
}

static void put_fill(struct form *s, enum page_style style, const char *key, const char *name,
                     const char *value)
{
    const char *const pair[] = { name, value, NULL };

    form_put(s, style, catalogue_fill(&s->c, key, pair));
}

/* Words of which vocabulary the fact holds, as the catalogue has them. */
static const char *kind_of_word(struct span fact)
{
    static const char *const kinds[][2] = { { "document.kind", "document" },
                                            { "permission.kind", "permission" },
                                            { "permission.purpose", "purpose" },
                                            { "travel.mode", "mode" },
                                            { "travel.post", "post" } };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (span_eq_str(fact, kinds[i][0]))
            return kinds[i][1];
    return "word";
}

/* Currencies are written in capitals (ISO 4217), which the words of an agreement are not. */
static void put_word(struct form *s, struct buffer *b, struct span fact, struct span word)
{
    bool currency = span_eq_str(fact, "insurance.currency");
    struct date day;

    if (date_parse(word, &day))
        buf_str(b, form_day(s, word));
    else if (word.n == 2 && ascii_upper(word.p[0]) && ascii_upper(word.p[1]))
        buf_str(b, form_state(s, word));
    else if (!currency)
        buf_str(b, catalogue_word(&s->c, kind_of_word(fact), word));
    for (size_t i = 0; currency && i < word.n; i++)
        buf_u8(b, ascii_lower(word.p[i]) ? (uint8_t)(word.p[i] - 32) : word.p[i]);
}

static const char *values(struct form *s, json_ref thing, struct span fact)
{
    json_ref v = json_member(s->j, thing, "value"), other = json_member(s->j, thing, "other");
    struct span word;
    struct buffer b;
    const char *out;

    buf_init(&b, 1 << 16);
    if (json_text_of(s->j, v, s->a, &word))
        put_word(s, &b, fact, word);
    else
        buf_put(&b, json_source(s->j, v));
    for (json_ref o = json_first(s->j, other); o != JSON_NONE; o = json_after(s->j, other, o))
        if (json_text_of(s->j, o, s->a, &word)) {
            buf_str(&b, s->c.right_to_left ? "، " : ", ");
            put_word(s, &b, fact, word);
        }
    out = arena_str(s->a, buf_span(&b));
    buf_free(&b);
    return out ? out : "";
}

static const char *cited(struct form *s, json_ref list)
{
    struct span number;
    struct buffer b;
    const char *out, *join = " (";

    buf_init(&b, 4096);
    for (json_ref o = json_first(s->j, list); o != JSON_NONE; o = json_after(s->j, list, o)) {
        const char *const pair[] = { "article", NULL, NULL };
        const char *filled[3] = { pair[0], NULL, NULL };

        if (!json_text_of(s->j, o, s->a, &number))
            continue;
        filled[1] = arena_str(s->a, number);
        buf_str(&b, join);
        buf_str(&b, catalogue_fill(&s->c, "reason.article", filled));
        join = s->c.right_to_left ? "، " : ", ";
    }
    if (b.n)
        buf_str(&b, ")");
    out = arena_str(s->a, buf_span(&b));
    buf_free(&b);
    return out ? out : "";
}

static const char *join(struct form *s, const char *a, const char *b)
{
    struct buffer to;
    const char *out;

    buf_init(&to, 1 << 16);
    buf_str(&to, a);
    buf_str(&to, b);
    out = arena_str(s->a, buf_span(&to));
    buf_free(&to);
    return out ? out : a;
}

static void put_thing(struct form *s, json_ref t)
{
    struct span fact = text_of(s, t, "fact");
    const char *const pair[] = { "value", values(s, t, fact), NULL };
    char key[96];

    (void)snprintf(key, sizeof key, "need.thing.%.*s", (int)fact.n, (const char *)fact.p);
    if (span_eq_str(fact, "permission.kind") && span_eq_str(text_of(s, t, "value"), "none"))
        (void)snprintf(key, sizeof key, "need.thing.permission.none");
    form_put(s, PAGE_ITEM,
             join(s, catalogue_fill(&s->c, key, pair), cited(s, json_member(s->j, t, "articles"))));
}

static void put_things(struct form *s, json_ref things, const char *by, const char *heading)
{
    bool any = false;

    for (json_ref t = json_first(s->j, things); t != JSON_NONE; t = json_after(s->j, things, t)) {
        if (!json_text_is(s->j, json_member(s->j, t, "by"), by))
            continue;
        if (!any)
            form_put(s, PAGE_TEXT, catalogue_text(&s->c, heading));
        any = true;
        put_thing(s, t);
    }
}

static void put_duties(struct form *s, json_ref list)
{
    for (json_ref d = json_first(s->j, list); d != JSON_NONE; d = json_after(s->j, list, d)) {
        struct span wording = text_of(s, d, "wording"),
                    days = json_source(s->j, json_member(s->j, d, "within_days"));
        const char *what = wording.n ? str_of(s, d, "wording") : str_of(s, d, "what");
        const char *const pair[] = { "what", what, "days", arena_str(s->a, days), NULL };

        form_put(s, PAGE_ITEM,
                 catalogue_fill(&s->c, span_eq_str(days, "null") ? "need.duty" : "need.duty.within", pair));
    }
}

static void put_days(struct form *s, json_ref way)
{
    json_ref days = json_member(s->j, way, "days"), enough = json_member(s->j, way, "enough");
    const char *n = arena_str(s->a, json_source(s->j, days));
    const char *const pair[] = { "n", n, "day", form_day(s, text_of(s, way, "last_day")), NULL };

    if (json_is(s->j, json_member(s->j, way, "permission_says"), JSON_KIND_TRUE))
        form_put(s, PAGE_TEXT, catalogue_text(&s->c, "need.days.permission"));
    if (json_is(s->j, days, JSON_KIND_NUMBER))
        form_put(s, PAGE_TEXT, catalogue_fill(&s->c, "need.days", pair));
    else if (!json_is(s->j, json_member(s->j, way, "permission_says"), JSON_KIND_TRUE))
        form_put(s, PAGE_TEXT, catalogue_text(&s->c, "need.days.none"));
    if (json_is(s->j, enough, JSON_KIND_FALSE))
        form_put(s, PAGE_TEXT, catalogue_text(&s->c, "need.days.short"));
}

/* One text of each element, with commas between: its member, or itself when name is NULL. */
static const char *listed(struct form *s, json_ref list, const char *name, const char *kind)
{
    struct buffer b;
    struct span word;
    const char *out, *between = "";

    buf_init(&b, 1 << 16);
    for (json_ref o = json_first(s->j, list); o != JSON_NONE; o = json_after(s->j, list, o)) {
        if (!json_text_of(s->j, name ? json_member(s->j, o, name) : o, s->a, &word))
            continue;
        buf_str(&b, between);
        if (kind && strcmp(kind, "state") == 0)
            buf_str(&b, form_state(s, word));
        else if (kind)
            buf_str(&b, catalogue_word(&s->c, kind, word));
        else
            buf_put(&b, word);
        if (name && json_is(s->j, json_member(s->j, o, "optional"), JSON_KIND_TRUE)) {
            buf_str(&b, " (");
            buf_str(&b, catalogue_text(&s->c, "apply.optional"));
            buf_str(&b, ")");
        }
        between = s->c.right_to_left ? "، " : ", ";
    }
    out = arena_str(s->a, buf_span(&b));
    buf_free(&b);
    return out ? out : "";
}

static void put_fee(struct form *s, json_ref fee)
{
    json_ref missing = json_member(s->j, fee, "missing");
    const char *currency = str_of(s, fee, "currency");
    const char *const pair[] = { "amount", str_of(s, fee, "amount"), "currency", currency, NULL };

    if (!json_is(s->j, fee, JSON_KIND_OBJECT))
        return;
    if (json_first(s->j, missing) != JSON_NONE)
        put_fill(s, PAGE_ITEM, "need.apply.fee.unsaid", "facts", listed(s, missing, NULL, "fact"));
    else if (!*currency)
        form_put(s, PAGE_ITEM, catalogue_text(&s->c, "need.apply.fee.free"));
    else
        form_put(s, PAGE_ITEM, catalogue_fill(&s->c, "need.apply.fee", pair));
}

static void put_items(struct form *s, json_ref list, const char *key)
{
    if (json_first(s->j, list) != JSON_NONE)
        put_fill(s, PAGE_ITEM, key, "items", listed(s, list, "title", NULL));
}

static const char *number_of(struct form *s, json_ref object, const char *name)
{
    json_ref v = json_member(s->j, object, name);

    return json_is(s->j, v, JSON_KIND_NUMBER) ? arena_str(s->a, json_source(s->j, v)) : NULL;
}

/* What the permission costs and asks for, as far as the agreement says it. */
static void put_application(struct form *s, json_ref x)
{
    const char *days, *officers, *page;

    if (!json_is(s->j, x, JSON_KIND_OBJECT))
        return;
    days = number_of(s, x, "consulted_days");
    officers = number_of(s, x, "officers");
    page = str_of(s, x, "page");
    form_put(s, PAGE_TEXT, catalogue_text(&s->c, "need.apply"));
    put_fee(s, json_member(s->j, x, "fee"));
    put_items(s, json_member(s->j, x, "asks"), "need.apply.asks");
    put_items(s, json_member(s->j, x, "files"), "need.apply.files");
    if (days) {
        const char *const pair[] = { "days", days, "members",
                                     listed(s, json_member(s->j, x, "consulted"), "member", "state"), NULL };

        form_put(s, PAGE_ITEM, catalogue_fill(&s->c, "need.apply.consulted", pair));
    }
    if (officers)
        put_fill(s, PAGE_ITEM, "need.apply.officers", "n", officers);
    if (*page)
        form_put(s, PAGE_ITEM, join(s, join(s, catalogue_text(&s->c, "need.apply.page"), ": "), page));
}

static void put_way(struct form *s, json_ref way)
{
    struct span kind = text_of(s, way, "permission");
    json_ref things = json_member(s->j, way, "things"), duties = json_member(s->j, way, "duties");

    if (kind.n)
        put_fill(s, PAGE_HEADING, "need.with", "permission", catalogue_word(&s->c, "permission", kind));
    else
        form_put(s, PAGE_HEADING, catalogue_text(&s->c, "need.without"));
    put_days(s, way);
    put_things(s, things, "traveller", "need.bring");
    put_things(s, things, "office", "need.office");
    put_things(s, things, "assumed", "need.assumed");
    put_application(s, json_member(s->j, way, "application"));
    if (json_first(s->j, duties) != JSON_NONE)
        form_put(s, PAGE_TEXT, catalogue_text(&s->c, "need.duties"));
    put_duties(s, duties);
}

static void put_why(struct form *s, json_ref of)
{
    json_ref missing = json_member(s->j, of, "missing"), reasons = json_member(s->j, of, "reasons");
    struct span word;

    for (json_ref m = json_first(s->j, missing); m != JSON_NONE; m = json_after(s->j, missing, m))
        if (json_text_of(s->j, m, s->a, &word))
            form_put(s, PAGE_ITEM, catalogue_word(&s->c, "fact", word));
    for (json_ref r = json_first(s->j, reasons); r != JSON_NONE && json_first(s->j, missing) == JSON_NONE;
         r = json_after(s->j, reasons, r)) {
        struct span number = text_of(s, r, "article");
        const char *const pair[] = { "article", arena_str(s->a, number), NULL };
        const char *said = catalogue_word(&s->c, "reason", text_of(s, r, "code"));

        form_put(s, PAGE_ITEM,
                 number.n ? join(s, join(s, catalogue_fill(&s->c, "reason.article", pair), ": "), said)
                          : said);
    }
}

static void put_licences(struct form *s, json_ref list)
{
    for (json_ref l = json_first(s->j, list); l != JSON_NONE; l = json_after(s->j, list, l)) {
        json_ref ways = json_member(s->j, l, "ways");
        char key[64];

        put_fill(s, PAGE_HEADING, "need.licence", "category", str_of(s, l, "category"));
        (void)snprintf(key, sizeof key, "need.licence.%.40s", str_of(s, l, "outcome"));
        form_put(s, PAGE_TEXT, catalogue_text(&s->c, key));
        for (json_ref y = json_first(s->j, ways); y != JSON_NONE; y = json_after(s->j, ways, y)) {
            json_ref things = json_member(s->j, y, "things");

            if (y != json_first(s->j, ways))
                form_put(s, PAGE_TEXT, catalogue_text(&s->c, "need.or"));
            put_things(s, things, "traveller", "need.bring");
            put_things(s, things, "office", "need.office");
            put_things(s, things, "assumed", "need.assumed");
            put_duties(s, json_member(s->j, y, "duties"));
        }
        put_why(s, l);
    }
}

static void put_leg(struct form *s, json_ref leg)
{
    json_ref ways = json_member(s->j, leg, "ways");
    struct span outcome = text_of(s, leg, "outcome"), from = text_of(s, leg, "from"),
                to = text_of(s, leg, "to");

    form_put(s, PAGE_RULE, NULL);
    put_fill(s, PAGE_LARGE, "need.leg", "state", form_state(s, text_of(s, leg, "entering")));
    form_put(s, PAGE_TEXT,
             to.n ? join(s, join(s, form_day(s, from), " – "), form_day(s, to)) : form_day(s, from));
    if (span_eq_str(outcome, "unsaid"))
        form_put(s, PAGE_TEXT, catalogue_text(&s->c, "need.unsaid"));
    else if (span_eq_str(outcome, "officer"))
        form_put(s, PAGE_TEXT, catalogue_text(&s->c, "need.officer"));
    for (json_ref y = json_first(s->j, ways); y != JSON_NONE; y = json_after(s->j, ways, y))
        put_way(s, y);
    put_why(s, leg);
    put_licences(s, json_member(s->j, leg, "licence"));
}

static void put_articles(struct form *s, json_ref list)
{
    form_put(s, PAGE_RULE, NULL);
    form_put(s, PAGE_HEADING, catalogue_text(&s->c, "need.articles"));
    for (json_ref x = json_first(s->j, list); x != JSON_NONE; x = json_after(s->j, list, x)) {
        const char *const pair[] = { "article", str_of(s, x, "number"), NULL };
        const char *head = join(s, catalogue_fill(&s->c, "reason.article", pair), " · ");

        form_put(s, PAGE_TEXT, join(s, head, str_of(s, x, "title")));
        form_put(s, PAGE_SMALL, str_of(s, x, "wording"));
    }
}

bool need_form(const struct json *j, const struct paper_how *how, struct arena *a, struct form *out,
               struct why *w)
{
    struct form f = { .a = a, .j = j };
    const char *own = str_of(&f, JSON_ROOT, "language");
    json_ref legs = json_member(j, JSON_ROOT, "legs"), agreement = json_member(j, JSON_ROOT, "agreement");

    if (!json_is(j, legs, JSON_KIND_ARRAY))
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "this is no answer about a journey");
    if (!form_open(how->folder, how->language ? how->language : own, j, a, &f, w))
        return false;
    form_put(&f, PAGE_TITLE, catalogue_text(&f.c, "need.title"));
    form_put(&f, PAGE_SMALL, str_of(&f, agreement, "title"));
    form_put(&f, PAGE_SMALL, str_of(&f, agreement, "note"));
    for (json_ref l = json_first(j, legs); l != JSON_NONE; l = json_after(j, legs, l))
        put_leg(&f, l);
    put_articles(&f, json_member(j, JSON_ROOT, "articles"));
    form_put(&f, PAGE_SMALL, catalogue_text(&f.c, "need.note"));
    *out = f;
    return true;
}

bool paper_need(struct span answer, const struct paper_how *how, struct arena *a, struct buffer *pdf,
                struct why *w)
{
    struct json *j = arena_alloc(a, sizeof *j);
    struct form f;

    if (!j)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the form is too long");
    return json_parse(answer, a, j, w) && need_form(j, how, a, &f, w) && form_pdf(&f, how, pdf, w);
}
