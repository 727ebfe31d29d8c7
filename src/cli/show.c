#include "cli/show.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/cli.h"
#include "wire/json.h"

enum { WORD = 18 };

/* Text of hostile files goes to a terminal plain, and on one line. */
static void put(struct span s)
{
    struct buffer b;

    buf_init(&b, LIMIT_FILE);
    text_put_plain(&b, s);
    for (size_t i = 0; i < b.n; i++)
        (void)putchar(b.p[i] == '\n' ? '/' : b.p[i]);
    buf_free(&b);
}

static struct span text_of(const struct json *j, json_ref v, struct arena *a)
{
    struct span s = { 0 };

    if (!json_text_of(j, v, a, &s))
        s = json_is(j, v, JSON_KIND_NULL) ? SPAN("-") : json_source(j, v);
    return s;
}

static struct span member(const struct json *j, json_ref obj, const char *name, struct arena *a)
{
    json_ref v = json_member(j, obj, name);

    return v == JSON_NONE || json_is(j, v, JSON_KIND_NULL) ? (struct span){ 0 } : text_of(j, v, a);
}

static enum cli_style style_of(struct span result)
{
    enum result r;

    if (!result_from_word(result, &r))
        return STYLE_PLAIN;
    switch (cli_exit_of(r)) {
    case CLI_POSITIVE:
        return STYLE_GOOD;
    case CLI_UNDETERMINED:
        return STYLE_CARE;
    default:
        return STYLE_BAD;
    }
}

static void put_styled(struct span s, enum cli_style style)
{
    (void)fputs(cli_style(stdout, style), stdout);
    put(s);
    (void)fputs(cli_style(stdout, STYLE_PLAIN), stdout);
}

enum { INDENT = 4, STEP = 2, DEEPEST = 12 };

static void put_name(struct span name, size_t depth)
{
    int width = WORD - (int)(depth * STEP);

    printf("%*s%s%-*.*s%s ", (int)(INDENT + depth * STEP), "", cli_style(stdout, STYLE_DIM),
           width > 0 ? width : 0, (int)name.n, (const char *)name.p, cli_style(stdout, STYLE_PLAIN));
}

static bool is_container(const struct json *j, json_ref v)
{
    return json_is(j, v, JSON_KIND_OBJECT) || json_is(j, v, JSON_KIND_ARRAY);
}

static bool is_empty(const struct json *j, json_ref v, struct arena *a)
{
    return json_is(j, v, JSON_KIND_NULL) ||
           (json_is(j, v, JSON_KIND_STRING) ? text_of(j, v, a).n == 0
                                            : is_container(j, v) && json_first(j, v) == JSON_NONE);
}

/* Items without members of their own fit on one line. */
static bool is_flat_list(const struct json *j, json_ref v)
{
    if (!json_is(j, v, JSON_KIND_ARRAY))
        return false;
    for (json_ref i = json_first(j, v); i != JSON_NONE; i = json_after(j, v, i))
        if (is_container(j, i))
            return false;
    return true;
}

static void put_flat_list(const struct json *j, json_ref v, struct arena *a)
{
    const char *between = "";

    for (json_ref i = json_first(j, v); i != JSON_NONE; i = json_after(j, v, i)) {
        (void)fputs(between, stdout);
        put(text_of(j, i, a));
        between = ", ";
    }
}

/* A container that is being shown, and where in it. */
struct shown {
    json_ref of, next;
    unsigned n; /* items before, of an array */
};

/* One member or item; true: it has members of its own, which come next. */
static bool show_one(const struct json *j, struct shown *s, size_t depth, json_ref *inner, struct arena *a)
{
    bool is_item = json_is(j, s->of, JSON_KIND_ARRAY);
    json_ref v = is_item ? s->next : json_value_of(j, s->next);
    struct span name = is_item ? (struct span){ 0 } : text_of(j, s->next, a);
    char number[16];

    s->next = json_after(j, s->of, s->next);
    s->n++;
    if (is_empty(j, v, a))
        return false;
    if (is_item)
        name = span_of(number, (size_t)snprintf(number, sizeof number, "%u", s->n));
    put_name(name, depth);
    *inner = v;
    if (is_container(j, v) && !is_flat_list(j, v) && depth + 1 < DEEPEST) {
        (void)putchar('\n');
        return true;
    }
    if (is_flat_list(j, v))
        put_flat_list(j, v, a);
    else
        put(text_of(j, v, a));
    (void)putchar('\n');
    return false;
}

/* "    name              value", a step to the right for each level. */
static void show_fields(const struct json *j, json_ref fields, struct arena *a)
{
    struct shown level[DEEPEST] = { { .of = fields, .next = json_first(j, fields) } };
    size_t depth = 0;
    json_ref inner = JSON_NONE;

    for (;;) {
        if (level[depth].next == JSON_NONE) {
            if (depth-- == 0)
                return;
        } else if (show_one(j, &level[depth], depth, &inner, a)) {
            level[++depth] = (struct shown){ .of = inner, .next = json_first(j, inner) };
        }
    }
}

/* Messages of a seal: name or tag, then the value. */
static void show_messages(const struct json *j, json_ref list, struct arena *a)
{
    for (json_ref m = json_first(j, list); m != JSON_NONE; m = json_after(j, list, m)) {
        struct span name = member(j, m, "name", a), value = member(j, m, "value", a);

        if (!name.n)
            name = member(j, m, "tag", a);
        printf("    %s%-*.*s%s ", cli_style(stdout, STYLE_DIM), WORD, (int)name.n, (const char *)name.p,
               cli_style(stdout, STYLE_PLAIN));
        put(value.n ? value : member(j, m, "hex", a));
        (void)putchar('\n');
    }
}

static void show_findings(const struct json *j, json_ref list, struct arena *a)
{
    for (json_ref f = json_first(j, list); f != JSON_NONE; f = json_after(j, list, f)) {
        struct span severity = member(j, f, "severity", a), clause = member(j, f, "clause", a);

        printf("  ");
        put_styled(severity, span_eq_str(severity, "warning") ? STYLE_CARE : STYLE_DIM);
        printf(": ");
        put(member(j, f, "detail", a));
        if (clause.n) {
            printf(" (");
            put(clause);
            (void)putchar(')');
        }
        (void)putchar('\n');
    }
}

void show_inspection(struct span text, struct arena *a)
{
    struct span result, detail, clause;
    json_ref fields, messages;
    struct json j;

    if (!json_parse(text, a, &j, NULL)) {
        put(text);
        (void)putchar('\n');
        return;
    }
    result = member(&j, JSON_ROOT, "result", a);
    detail = member(&j, JSON_ROOT, "detail", a);
    clause = member(&j, JSON_ROOT, "clause", a);
    put(member(&j, JSON_ROOT, "file", a));
    printf(": ");
    put(member(&j, JSON_ROOT, "kind", a));
    printf(", ");
    put_styled(result, style_of(result));
    if (detail.n) {
        printf(": ");
        put(detail);
    }
    if (clause.n) {
        printf(" (");
        put(clause);
        (void)putchar(')');
    }
    (void)putchar('\n');
    fields = json_member(&j, JSON_ROOT, "fields");
    messages = json_member(&j, fields, "messages");
    if (messages == JSON_NONE)
        show_fields(&j, fields, a);
    else
        show_messages(&j, messages, a);
    show_findings(&j, json_member(&j, JSON_ROOT, "findings"), a);
}

static void show_reasons(const struct json *j, struct arena *a)
{
    json_ref list = json_member(j, JSON_ROOT, "reasons");

    for (json_ref r = json_first(j, list); r != JSON_NONE; r = json_after(j, list, r)) {
        struct span article = member(j, r, "article", a), clause = member(j, r, "clause", a);
        bool good = json_text_is(j, json_member(j, r, "for"), "admission");

        printf("  %s%s%s ", cli_style(stdout, good ? STYLE_GOOD : STYLE_CARE), good ? "+" : "-",
               cli_style(stdout, STYLE_PLAIN));
        put(member(j, r, "text", a));
        if (article.n || clause.n) {
            printf("  %s(", cli_style(stdout, STYLE_DIM));
            if (article.n) {
                printf(_("article "));
                put(article);
            }
            if (clause.n) {
                printf("%s", article.n ? ", " : "");
                put(clause);
            }
            printf(")%s", cli_style(stdout, STYLE_PLAIN));
        }
        (void)putchar('\n');
    }
}

static void show_evidence(const struct json *j, struct arena *a)
{
    json_ref list = json_member(j, JSON_ROOT, "evidence");
    int n = 0;

    for (json_ref e = json_first(j, list); e != JSON_NONE; e = json_after(j, list, e)) {
        struct span result = member(j, e, "result", a), kind = member(j, e, "kind", a);

        printf(_("  evidence %d  %-8.*s "), ++n, (int)kind.n, (const char *)kind.p);
        put_styled(result, style_of(result));
        (void)putchar('\n');
    }
}

void show_verdict(struct span text, struct arena *a)
{
    struct json j;
    json_ref traveller, stay, age;
    struct span name;
    int64_t us = 0;
    bool admit;

    if (!json_parse(text, a, &j, NULL)) {
        put(text);
        (void)putchar('\n');
        return;
    }
    admit = json_text_is(&j, json_member(&j, JSON_ROOT, "verdict"), "admit");
    traveller = json_member(&j, JSON_ROOT, "traveller");
    stay = json_member(&j, JSON_ROOT, "stay");
    age = json_member(&j, JSON_ROOT, "age");
    printf("\n  %s%s%s", cli_style(stdout, admit ? STYLE_GOOD : STYLE_CARE),
           admit ? _("ADMIT") : _("REFER TO AN OFFICER"), cli_style(stdout, STYLE_PLAIN));
    name = member(&j, traveller, "name", a);
    if (name.n) {
        printf("   ");
        put(name);
        printf("  ");
        put(member(&j, traveller, "nationality", a));
        (void)putchar(' ');
        put(member(&j, traveller, "number", a));
    }
    printf("\n\n");
    show_reasons(&j, a);
    if (json_is(&j, stay, JSON_KIND_OBJECT)) {
        printf(_("  stay        "));
        put(member(&j, stay, "left", a));
        printf(_(" days left, "));
        put(member(&j, stay, "used", a));
        printf(_(" used"));
        if (member(&j, stay, "last_day", a).n) {
            printf(_("; last day "));
            put(member(&j, stay, "last_day", a));
        }
        (void)putchar('\n');
    }
    show_evidence(&j, a);
    printf(_("  data        anchors of "));
    put(text_of(&j, json_member(&j, age, "anchors"), a));
    printf(_(", agreement version "));
    put(text_of(&j, json_member(&j, age, "agreement"), a));
    if (json_int64(&j, json_member(&j, JSON_ROOT, "took_us"), &us))
        printf(_("\n  time        %.1f ms%s\n"), (double)us / 1000,
               json_is(&j, json_member(&j, JSON_ROOT, "repeated"), JSON_KIND_TRUE)
                   ? _(", repeated: the answer given before")
                   : "");
}
