#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "cacao/cacao.h"
#include "cacao/shapes.h"
#include "stix/pattern.h"

struct check {
    const struct cacao *c;
    const struct json *j;
    struct cacao_findings *out;
    bool full;
};

static void add(struct check *x, enum cacao_class class, json_ref at, const char *name, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

/* name is copied; a name is told once, but those of the shape. */
static void add(struct check *x, enum cacao_class class, json_ref at, const char *name, const char *fmt, ...)
{
    struct cacao_findings *f = x->out;
    char says[300];
    va_list ap;

    for (uint32_t i = 0; class != CACAO_SHAPE && i < f->n; i++)
        if (strcmp(f->item[i].name, name) == 0)
            return;
    f->count[class]++;
    if (f->n == LIMIT_CACAO_FINDINGS) {
        f->lost++;
        return;
    }
    va_start(ap, fmt);
    (void)vsnprintf(says, sizeof says, fmt, ap);
    va_end(ap);
    f->item[f->n] = (struct cacao_finding){ class, arena_str(x->c->a, span_str(name)), at,
                                            arena_str(x->c->a, span_str(says)) };
    if (f->item[f->n].name && f->item[f->n].says)
        f->n++;
    else
        x->full = true;
}

static bool tell(void *ctx, enum shape_fault fault, json_ref at, const char *says)
{
    struct check *x = ctx;

    if (fault != SHAPE_UNKNOWN)
        add(x, CACAO_SHAPE, at, "shape", "%s", says);
    return !x->full;
}

static struct span text_of(struct check *x, json_ref v)
{
    struct span s = { NULL, 0 };

    if (json_is(x->j, v, JSON_KIND_STRING) && !json_text_of(x->j, v, x->c->a, &s))
        x->full = true;
    return s;
}

static json_ref first(const struct check *x, json_ref v, enum json_kind kind)
{
    return json_is(x->j, v, kind) ? json_first(x->j, v) : JSON_NONE;
}

static void check_start(struct check *x)
{
    const struct cacao *c = x->c;
    unsigned starts = 0, ends = 0, actions = 0;
    char name[40];

    for (uint32_t i = 0; i < c->steps; i++) {
        starts += c->step[i].kind == CACAO_START;
        ends += c->step[i].kind == CACAO_END;
        actions += c->step[i].kind == CACAO_ACTION || c->step[i].kind == CACAO_PLAYBOOK_ACTION;
    }
    if (c->start == CACAO_NONE)
        add(x, CACAO_REFER, c->start_at, "start-missing",
            "the step that the workflow begins with is not there");
    else if (c->step[c->start].kind != CACAO_START)
        add(x, CACAO_REFER, c->start_at, "start-not-a-start-step",
            "the workflow begins with a step of another type");
    (void)snprintf(name, sizeof name, "start-steps:%u", starts);
    if (starts != 1)
        add(x, CACAO_REFER, JSON_ROOT, name, "there are %u start steps, and one is wanted", starts);
    if (ends == 0)
        add(x, CACAO_REFER, JSON_ROOT, "no-end-step", "there is no end step");
    if (actions == 0)
        add(x, CACAO_REFER, JSON_ROOT, "no-action-step", "no step does anything");
}

static bool defined(const struct check *x, struct span id, const char *dictionary)
{
    json_ref all = json_member(x->j, JSON_ROOT, dictionary);

    for (json_ref m = first(x, all, JSON_KIND_OBJECT); m != JSON_NONE; m = json_after(x->j, all, m)) {
        struct span name;

        if (json_text_of(x->j, m, x->c->a, &name) && span_eq(name, id))
            return true;
    }
    return false;
}

static int by_text(const void *a, const void *b)
{
    return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* The names of a dictionary, sorted: asked for once a reference. */
struct names {
    struct span *item;
    size_t n;
};

static struct names names_of(struct check *x, const char *dictionary)
{
    json_ref all = json_member(x->j, JSON_ROOT, dictionary);
    struct names s = { NULL, 0 };

    if (!json_is(x->j, all, JSON_KIND_OBJECT))
        return s;
    s.item = arena_array(x->c->a, json_count(x->j, all) + 1, sizeof *s.item);
    if (!s.item) {
        x->full = true;
        return s;
    }
    for (json_ref m = json_first(x->j, all); m != JSON_NONE; m = json_after(x->j, all, m))
        s.item[s.n++] = text_of(x, m);
    qsort(s.item, s.n, sizeof *s.item, by_text);
    return s;
}

static bool named(const struct names *s, struct span id)
{
    return s->n && bsearch(&id, s->item, s->n, sizeof *s->item, by_text) != NULL;
}

static void dangling(struct check *x, json_ref at, const char *property)
{
    char name[60];

    (void)snprintf(name, sizeof name, "dangling:%s", property);
    add(x, CACAO_REFER, at, name, "%s names something that is not defined", property);
}

static void check_references(struct check *x)
{
    const struct cacao *c = x->c;
    struct names agents = names_of(x, "agent_definitions"), targets = names_of(x, "target_definitions");
    struct names secrets = names_of(x, "authentication_info_definitions");
    static const char *const parties[] = { "agent_definitions", "target_definitions" };

    if (c->exception_at != JSON_NONE && c->exception == CACAO_NONE)
        dangling(x, c->exception_at, "workflow_exception");
    for (uint32_t i = 0; i < c->edges; i++)
        if (c->edge[i].to == CACAO_NONE)
            dangling(x, c->edge[i].at, cacao_edge_word(c->edge[i].kind));
    for (uint32_t i = 0; i < c->steps; i++) {
        json_ref agent = json_member(x->j, c->step[i].at, "agent");
        json_ref list = json_member(x->j, c->step[i].at, "targets");

        if (json_is(x->j, agent, JSON_KIND_STRING) && !named(&agents, text_of(x, agent)))
            dangling(x, agent, "agent");
        for (json_ref t = first(x, list, JSON_KIND_ARRAY); t != JSON_NONE; t = json_after(x->j, list, t))
            if (json_is(x->j, t, JSON_KIND_STRING) && !named(&targets, text_of(x, t)) &&
                !named(&agents, text_of(x, t)))
                dangling(x, t, "targets");
    }
    for (int k = 0; k < 2; k++) {
        json_ref all = json_member(x->j, JSON_ROOT, parties[k]);

        for (json_ref m = first(x, all, JSON_KIND_OBJECT); m != JSON_NONE; m = json_after(x->j, all, m)) {
            json_ref v = json_member(x->j, json_value_of(x->j, m), "authentication_info");

            if (json_is(x->j, v, JSON_KIND_STRING) && !named(&secrets, text_of(x, v)))
                dangling(x, v, "authentication_info");
        }
    }
}

static bool into_body(const struct cacao *c, const struct cacao_edge *e)
{
    return e->kind == CACAO_ON_TRUE && c->step[e->from].kind == CACAO_WHILE;
}

/* Depth first with a stack of our own. A way back is one to a step on the stack; the way into the body of a
 * while is not walked on here, so that the body may lead back to its condition. */
static void check_cycles(struct check *x)
{
    enum { NEW, OPEN, DONE };
    const struct cacao *c = x->c;
    uint32_t *stack = arena_array(c->a, c->steps + (size_t)1, sizeof *stack);
    uint32_t *next = arena_array(c->a, c->steps + (size_t)1, sizeof *next);
    uint8_t *state = arena_alloc(c->a, c->steps + (size_t)1);

    if (!stack || !next || !state) {
        x->full = true;
        return;
    }
    for (uint32_t root = 0; root < c->steps; root++) {
        uint32_t depth = 0;

        if (state[root] != NEW)
            continue;
        state[root] = OPEN;
        stack[depth++] = root;
        while (depth) {
            uint32_t at = stack[depth - 1], k = next[at]++;
            const struct cacao_edge *e;

            if (k >= c->step[at].edges) {
                state[at] = DONE;
                depth--;
                continue;
            }
            e = &c->edge[c->step[at].edge + k];
            if (e->to == CACAO_NONE || into_body(c, e) || state[e->to] == DONE)
                continue;
            if (state[e->to] == OPEN) {
                add(x, CACAO_REFER, e->at, "cycle",
                    "this leads back to a step that leads here, outside the body of a while");
                return;
            }
            state[e->to] = OPEN;
            stack[depth++] = e->to;
        }
    }
}

static void check_reach(struct check *x)
{
    const struct cacao *c = x->c;
    uint32_t *stack = arena_array(c->a, c->steps + (size_t)2, sizeof *stack), depth = 0;
    bool *seen = arena_alloc(c->a, c->steps + (size_t)1);

    if (!stack || !seen) {
        x->full = true;
        return;
    }
    for (int i = 0; i < 2; i++) {
        uint32_t from = i ? c->exception : c->start;

        if (from != CACAO_NONE && !seen[from]) {
            seen[from] = true;
            stack[depth++] = from;
        }
    }
    while (depth) {
        const struct cacao_step *s = &c->step[stack[--depth]];

        for (uint32_t i = 0; i < s->edges; i++) {
            uint32_t to = c->edge[s->edge + i].to;

            if (to != CACAO_NONE && !seen[to]) {
                seen[to] = true;
                stack[depth++] = to;
            }
        }
    }
    for (uint32_t i = 0; i < c->steps; i++) {
        if (!seen[i])
            add(x, CACAO_REFER, c->step[i].at, "unreachable-step", "no way leads to this step");
        if (c->step[i].edges == 0 && c->step[i].kind != CACAO_END)
            add(x, CACAO_REFER, c->step[i].at, "step-without-successor",
                "this step leads nowhere and is no end step");
    }
}

/* …:ss.mmmZ */
static bool milliseconds(struct span s)
{
    return s.n == 24 && s.p[19] == '.' && s.p[23] == 'Z' && ascii_digit(s.p[20]) && ascii_digit(s.p[21]) &&
           ascii_digit(s.p[22]);
}

static void check_top(struct check *x)
{
    static const char *const times[] = { "created", "modified", "valid_from", "valid_until" };
    json_ref types = json_member(x->j, JSON_ROOT, "playbook_types"),
             markings = json_member(x->j, JSON_ROOT, "markings");

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        json_ref v = json_member(x->j, JSON_ROOT, times[i]);
        char name[60];

        (void)snprintf(name, sizeof name, "timestamp-not-milliseconds:%s", times[i]);
        if (json_is(x->j, v, JSON_KIND_STRING) && !milliseconds(text_of(x, v)))
            add(x, CACAO_REFER, v, name, "%s has not exactly three digits after the point", times[i]);
    }
    if (types != JSON_NONE && json_member(x->j, JSON_ROOT, "playbook_activities") == JSON_NONE)
        add(x, CACAO_REFER, types, "types-without-activities",
            "there are playbook_types and no playbook_activities");
    for (json_ref m = first(x, markings, JSON_KIND_ARRAY); m != JSON_NONE; m = json_after(x->j, markings, m))
        if (!defined(x, text_of(x, m), "data_marking_definitions")) {
            add(x, CACAO_REFER, m, "marking-not-defined",
                "a marking is not defined in data_marking_definitions");
            break;
        }
}

/* The length of a variable's name that begins at s: __name__; 0: none does. */
static size_t variable_at(struct span s)
{
    size_t i = 3;

    if (s.n < 5 || s.p[0] != '_' || s.p[1] != '_' ||
        (!ascii_lower(s.p[2]) && !ascii_upper(s.p[2]) && s.p[2] != '_'))
        return 0;
    while (i + 1 < s.n && i < 204) {
        if (s.p[i] == '_' && s.p[i + 1] == '_')
            return i + 2;
        if (!ascii_lower(s.p[i]) && !ascii_upper(s.p[i]) && !ascii_digit(s.p[i]) && s.p[i] != '_' &&
            s.p[i] != '-')
            return 0;
        i++;
    }
    return 0;
}

static struct names variables_of(struct check *x)
{
    const struct cacao *c = x->c;
    json_ref own = json_member(x->j, JSON_ROOT, "playbook_variables"), m;
    struct names s = { NULL, 0 };
    size_t n = json_is(x->j, own, JSON_KIND_OBJECT) ? json_count(x->j, own) : 0;

    for (uint32_t i = 0; i < c->steps; i++)
        n += json_count(x->j, json_member(x->j, c->step[i].at, "step_variables"));
    s.item = arena_array(c->a, n + 1, sizeof *s.item);
    if (!s.item) {
        x->full = true;
        return s;
    }
    for (m = first(x, own, JSON_KIND_OBJECT); m != JSON_NONE; m = json_after(x->j, own, m))
        s.item[s.n++] = text_of(x, m);
    for (uint32_t i = 0; i < c->steps; i++) {
        own = json_member(x->j, c->step[i].at, "step_variables");
        for (m = first(x, own, JSON_KIND_OBJECT); m != JSON_NONE; m = json_after(x->j, own, m))
            s.item[s.n++] = text_of(x, m);
    }
    qsort(s.item, s.n, sizeof *s.item, by_text);
    return s;
}

static void check_used(struct check *x, json_ref v, const struct names *known)
{
    struct span s = text_of(x, v);

    for (size_t i = 0; i + 4 < s.n; i++) {
        size_t n = s.p[i] == '_' ? variable_at(span_sub(s, i, s.n)) : 0;
        char name[260];

        if (n == 0)
            continue;
        if (!named(known, span_sub(s, i, i + n))) {
            (void)snprintf(name, sizeof name, "undefined-variable:%.*s", (int)n, (const char *)s.p + i);
            add(x, CACAO_REFER, v, name, "the variable %.*s is used and declared nowhere", (int)n,
                (const char *)s.p + i);
        }
        i += n - 1;
    }
}

static void check_variables(struct check *x)
{
    static const char *const places[] = { "workflow", "agent_definitions", "target_definitions",
                                          "authentication_info_definitions" };
    struct names known = variables_of(x);

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        json_ref all = json_member(x->j, JSON_ROOT, places[i]);

        /* All nodes of it, names of members among them: those stand right before their value, and a
         * declaration is known. */
        for (json_ref v = all; all != JSON_NONE && v < x->j->node[all].next && !x->full && x->out->lost == 0;
             v++)
            if (json_is(x->j, v, JSON_KIND_STRING))
                check_used(x, v, &known);
    }
}

static bool secret_name(struct span s)
{
    static const char *const words[] = { "password", "passphrase",    "token",
                                         "key",      "private_key",   "secret",
                                         "api_key",  "client_secret", "access_token" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_eq_str(s, words[i]))
            return true;
    return false;
}

static void check_secrets(struct check *x)
{
    json_ref all = json_member(x->j, JSON_ROOT, "authentication_info_definitions");

    for (json_ref m = first(x, all, JSON_KIND_OBJECT); m != JSON_NONE; m = json_after(x->j, all, m)) {
        json_ref one = json_value_of(x->j, m);

        for (json_ref k = first(x, one, JSON_KIND_OBJECT); k != JSON_NONE; k = json_after(x->j, one, k)) {
            struct span s = text_of(x, json_value_of(x->j, k));

            if (s.n && secret_name(text_of(x, k)) && variable_at(s) == 0)
                add(x, CACAO_REFER, k, "secret-in-clear", "a password, token or key stands here to be read");
        }
    }
}

/* something@domain.tld */
static bool email(struct span s)
{
    size_t at = 0, dot = 0;

    while (at < s.n && s.p[at] != '@')
        at++;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] <= ' ' || (i > at && s.p[i] == '@'))
            return false;
        if (i > at + 1 && s.p[i] == '.' && i + 1 < s.n && s.p[i - 1] != '.')
            dot = i;
    }
    return at > 0 && dot > 0;
}

static void check_mail(struct check *x)
{
    static const char *const parties[] = { "agent_definitions", "target_definitions" };

    for (int k = 0; k < 2; k++) {
        json_ref all = json_member(x->j, JSON_ROOT, parties[k]);

        for (json_ref m = first(x, all, JSON_KIND_OBJECT); m != JSON_NONE; m = json_after(x->j, all, m)) {
            json_ref mails = json_member(x->j, json_member(x->j, json_value_of(x->j, m), "contact"), "email");

            for (json_ref e = first(x, mails, JSON_KIND_OBJECT); e != JSON_NONE;
                 e = json_after(x->j, mails, e))
                if (json_is(x->j, json_value_of(x->j, e), JSON_KIND_STRING) &&
                    !email(text_of(x, json_value_of(x->j, e))))
                    add(x, CACAO_REFER, e, "bad-email", "a contact address has no domain");
        }
    }
}

/* Conditions are expressions of STIX patterns; brackets around them may be left out. */
static void check_conditions(struct check *x)
{
    for (uint32_t i = 0; i < x->c->steps; i++) {
        json_ref v = json_member(x->j, x->c->step[i].at, "condition");
        struct span s = text_of(x, v);
        struct pattern p;
        struct buffer b;

        if (!json_is(x->j, v, JSON_KIND_STRING))
            continue;
        buf_init(&b, LIMIT_CACAO);
        buf_str(&b, "[");
        buf_put(&b, s);
        buf_str(&b, "]");
        if (!pattern_parse(s, x->c->a, &p, NULL) && !pattern_parse(buf_span(&b), x->c->a, &p, NULL))
            add(x, CACAO_NOTE, v, "condition-not-a-pattern",
                "a condition is no expression of a STIX pattern");
        buf_free(&b);
    }
}

static int by_class(const void *a, const void *b)
{
    const struct cacao_finding *x = a, *y = b;
    int c = x->class != y->class ? (x->class < y->class ? -1 : 1) : strcmp(x->name, y->name);

    return c != 0 ? c : x->at < y->at ? -1 : x->at > y->at;
}

bool cacao_check(const struct cacao *c, struct cacao_findings *out, struct why *w)
{
    struct cacao_findings f = { .cap = LIMIT_CACAO_FINDINGS };
    struct check x = { .c = c, .j = &c->j, .out = &f };

    f.item = arena_array(c->a, f.cap, sizeof *f.item);
    if (!f.item)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!json_shape_check(&c->j, JSON_ROOT, &cacao_playbook_shape, c->a, tell, &x, w))
        return false;
    check_start(&x);
    check_references(&x);
    check_cycles(&x);
    check_reach(&x);
    check_top(&x);
    check_variables(&x);
    check_secrets(&x);
    check_mail(&x);
    check_conditions(&x);
    if (x.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "checking the playbook takes more memory than is given to one");
    qsort(f.item, f.n, sizeof *f.item, by_class);
    *out = f;
    return true;
}

bool cacao_has_secret(const struct cacao_findings *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].name, "secret-in-clear") == 0)
            return true;
    return f->lost > 0;
}
