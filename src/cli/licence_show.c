#include "cli/licence_show.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/cli.h"
#include "wire/json.h"

/* Names come from strangers: plain, and on one line. */
static void put(struct span s)
{
    struct buffer b;

    buf_init(&b, LIMIT_FILE);
    text_put_plain(&b, s);
    for (size_t i = 0; i < b.n; i++)
        (void)putchar(b.p[i] == '\n' ? ' ' : b.p[i]);
    buf_free(&b);
}

static struct span text_of(const struct json *j, json_ref object, const char *name, struct arena *a)
{
    struct span s;

    return json_text_of(j, json_member(j, object, name), a, &s) ? s : (struct span){ NULL, 0 };
}

/* before is put only when there is something to put. */
static void put_member(const struct json *j, json_ref object, const char *name, const char *before,
                       struct arena *a)
{
    struct span s = text_of(j, object, name, a);

    if (s.n)
        (void)fputs(before, stdout);
    put(s);
}

static enum cli_style style_of(struct span outcome)
{
    if (span_starts(outcome, SPAN("recognised")))
        return STYLE_GOOD;
    return span_eq(outcome, SPAN("refer")) ? STYLE_CARE : STYLE_BAD;
}

static void put_said(const struct json *j, json_ref object, struct arena *a)
{
    (void)fputs(cli_style(stdout, style_of(text_of(j, object, "outcome", a))), stdout);
    put(text_of(j, object, "said", a));
    (void)fputs(cli_style(stdout, STYLE_PLAIN), stdout);
}

static void show_document(const struct json *j, struct arena *a)
{
    json_ref l = json_member(j, JSON_ROOT, "licence");

    if (!json_is(j, l, JSON_KIND_OBJECT))
        return;
    (void)fputs("  ", stdout);
    put_member(j, l, "issuer", "", a);
    put_member(j, l, "number", " ", a);
    put_member(j, l, "family_name", ", ", a);
    put_member(j, l, "given_name", " ", a);
    put_member(j, l, "birth", ", ", a);
    put_member(j, l, "expiry", ", - ", a);
    (void)fputs("  [", stdout);
    put(text_of(j, JSON_ROOT, "strength", a));
    (void)fputs("]\n", stdout);
}

static void show_codes(const struct json *j, json_ref category, struct arena *a)
{
    json_ref list = json_member(j, category, "codes");

    if (list == JSON_NONE)
        return;
    for (json_ref c = json_first(j, list); c != JSON_NONE; c = json_after(j, list, c)) {
        put_member(j, c, "code", "      ", a);
        put_member(j, c, "sign", " ", a);
        put_member(j, c, "value", " ", a);
        put_member(j, c, "meaning", "  ", a);
        (void)putchar('\n');
    }
}

static void show_reasons(const struct json *j, json_ref category, struct arena *a)
{
    json_ref list = json_member(j, category, "reasons"), missing = json_member(j, category, "missing"),
             said_list = json_member(j, category, "missing_said"),
             named = said_list == JSON_NONE ? JSON_NONE : json_first(j, said_list);

    for (json_ref r = json_first(j, list); r != JSON_NONE; r = json_after(j, list, r)) {
        struct span said = text_of(j, r, "said", a);

        (void)fputs("      ", stdout);
        put(said.n ? said : text_of(j, r, "text", a));
        (void)fputs(" [", stdout);
        put(text_of(j, r, "code", a));
        (void)fputs("]\n", stdout);
    }
    for (json_ref m = json_first(j, missing); m != JSON_NONE; m = json_after(j, missing, m)) {
        struct span name = { NULL, 0 }, text = { NULL, 0 };

        if (!json_text_of(j, m, a, &name))
            continue;
        (void)fputs("      ? ", stdout);
        if (named != JSON_NONE && json_text_of(j, named, a, &text)) {
            put(text);
            (void)fputs(" [", stdout);
        }
        put(name);
        (void)puts(text.n ? "]" : "");
        named = named == JSON_NONE ? named : json_after(j, said_list, named);
    }
}

static void show_categories(const struct json *j, struct arena *a)
{
    json_ref list = json_member(j, JSON_ROOT, "categories");

    for (json_ref c = json_first(j, list); c != JSON_NONE; c = json_after(j, list, c)) {
        put_member(j, c, "category", "  ", a);
        put_member(j, c, "vienna", " = ", a);
        put_member(j, c, "name", ", ", a);
        (void)fputs(": ", stdout);
        put_said(j, c, a);
        put_member(j, c, "until", ", - ", a);
        put_member(j, c, "article", ", \xc2\xa7 ", a);
        (void)putchar('\n');
        show_codes(j, c, a);
        show_reasons(j, c, a);
    }
}

static void show_status(const struct json *j, struct arena *a)
{
    json_ref s = json_member(j, JSON_ROOT, "status");

    put_member(j, s, "said", "  ", a);
    put_member(j, s, "reason", ", ", a);
    put_member(j, s, "since", ", ", a);
    put_member(j, s, "until", " - ", a);
    put_member(j, s, "from", ", ", a);
    put_member(j, s, "as_of", " ", a);
    put_member(j, s, "reference", " #", a);
    (void)putchar('\n');
}

static void show_findings(const struct json *j, struct arena *a)
{
    json_ref list = json_member(j, JSON_ROOT, "findings");

    for (json_ref f = json_first(j, list); f != JSON_NONE; f = json_after(j, list, f)) {
        struct span said = text_of(j, f, "said", a);
        bool warning = json_text_is(j, json_member(j, f, "severity"), "warning");

        printf("  %s%s%s ", cli_style(stdout, warning ? STYLE_CARE : STYLE_DIM), warning ? "!" : "-",
               cli_style(stdout, STYLE_PLAIN));
        put(said.n ? said : text_of(j, f, "detail", a));
        put_member(j, f, "do", " ", a);
        (void)fputs(" [", stdout);
        put(text_of(j, f, "reason", a));
        put_member(j, f, "clause", ", ", a);
        (void)fputs("]\n", stdout);
    }
}

void show_licence(struct span json, struct arena *a)
{
    struct json j;

    if (!json_parse(json, a, &j, NULL))
        return;
    put_said(&j, JSON_ROOT, a);
    (void)putchar('\n');
    show_document(&j, a);
    show_categories(&j, a);
    show_status(&j, a);
    show_findings(&j, a);
}
