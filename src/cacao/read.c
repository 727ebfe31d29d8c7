#include <stdlib.h>

#include "base/limits.h"
#include "cacao/cacao.h"
#include "csaf/csaf.h"

static const char *const steps[] = {
    [CACAO_START] = "start",           [CACAO_END] = "end",
    [CACAO_ACTION] = "action",         [CACAO_PLAYBOOK_ACTION] = "playbook-action",
    [CACAO_PARALLEL] = "parallel",     [CACAO_IF] = "if-condition",
    [CACAO_WHILE] = "while-condition", [CACAO_SWITCH] = "switch-condition",
    [CACAO_UNKNOWN_STEP] = "unknown",
};

static const char *const edges[] = {
    [CACAO_ON_COMPLETION] = "on_completion",
    [CACAO_ON_SUCCESS] = "on_success",
    [CACAO_ON_FAILURE] = "on_failure",
    [CACAO_ON_TRUE] = "on_true",
    [CACAO_ON_FALSE] = "on_false",
    [CACAO_NEXT] = "next_steps",
    [CACAO_CASE] = "cases",
};

const char *cacao_step_word(enum cacao_step_kind k)
{
    return steps[k];
}

const char *cacao_edge_word(enum cacao_edge_kind k)
{
    return edges[k];
}

static bool text(const struct cacao *c, json_ref object, const char *name, struct span *out)
{
    json_ref v = json_member(&c->j, object, name);

    *out = (struct span){ NULL, 0 };
    return !json_is(&c->j, v, JSON_KIND_STRING) || json_text_of(&c->j, v, c->a, out);
}

static enum cacao_step_kind kind_of(const struct cacao *c, json_ref step)
{
    json_ref type = json_member(&c->j, step, "type");

    for (int k = 0; k < CACAO_UNKNOWN_STEP; k++)
        if (json_text_is(&c->j, type, steps[k]))
            return (enum cacao_step_kind)k;
    return CACAO_UNKNOWN_STEP;
}

static bool read_steps(struct cacao *c)
{
    json_ref workflow = json_member(&c->j, JSON_ROOT, "workflow");
    size_t n = json_is(&c->j, workflow, JSON_KIND_OBJECT) ? json_count(&c->j, workflow) : 0;

    c->step = arena_array(c->a, n + 1, sizeof *c->step);
    c->by_id = arena_array(c->a, n + 1, sizeof *c->by_id);
    if (!c->step || !c->by_id)
        return false;
    for (json_ref m = n ? json_first(&c->j, workflow) : JSON_NONE; m != JSON_NONE;
         m = json_after(&c->j, workflow, m)) {
        struct cacao_step *s = &c->step[c->steps];

        s->at = json_value_of(&c->j, m);
        if (!json_text_of(&c->j, m, c->a, &s->id) || !text(c, s->at, "name", &s->name))
            return false;
        s->kind = kind_of(c, s->at);
        c->steps++;
    }
    return true;
}

/* qsort has no context: places are sorted with the ids they stand for. */
struct named {
    struct span id;
    uint32_t at;
};

static int by_name(const void *a, const void *b)
{
    return span_cmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

static bool sort_steps(struct cacao *c)
{
    struct named *n = arena_array(c->a, c->steps + (size_t)1, sizeof *n);

    if (!n)
        return false;
    for (uint32_t i = 0; i < c->steps; i++)
        n[i] = (struct named){ c->step[i].id, i };
    qsort(n, c->steps, sizeof *n, by_name);
    for (uint32_t i = 0; i < c->steps; i++)
        c->by_id[i] = n[i].at;
    return true;
}

uint32_t cacao_step_of(const struct cacao *c, struct span id)
{
    uint32_t low = 0, high = c->steps;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int d = span_cmp(c->step[c->by_id[mid]].id, id);

        if (d == 0)
            return c->by_id[mid];
        if (d < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return CACAO_NONE;
}

static size_t count_edges(const struct cacao *c)
{
    size_t n = 0;

    for (uint32_t i = 0; i < c->steps; i++)
        n += CACAO_NEXT + json_count(&c->j, json_member(&c->j, c->step[i].at, "next_steps")) +
             json_count(&c->j, json_member(&c->j, c->step[i].at, "cases"));
    return n;
}

static bool add_edge(struct cacao *c, uint32_t from, enum cacao_edge_kind kind, json_ref v, json_ref label)
{
    struct cacao_edge *e = &c->edge[c->edges];
    struct span id;

    if (!json_is(&c->j, v, JSON_KIND_STRING))
        return true;
    *e = (struct cacao_edge){ .from = from, .kind = kind, .at = v };
    if (!json_text_of(&c->j, v, c->a, &id) ||
        (label != JSON_NONE && !json_text_of(&c->j, label, c->a, &e->label)))
        return false;
    e->to = cacao_step_of(c, id);
    c->edges++;
    return true;
}

static bool read_edges(struct cacao *c)
{
    c->edge = arena_array(c->a, count_edges(c) + 1, sizeof *c->edge);
    if (!c->edge)
        return false;
    for (uint32_t i = 0; i < c->steps; i++) {
        json_ref at = c->step[i].at, list, v;

        c->step[i].edge = c->edges;
        for (int k = 0; k < CACAO_NEXT; k++)
            if (!add_edge(c, i, (enum cacao_edge_kind)k, json_member(&c->j, at, edges[k]), JSON_NONE))
                return false;
        list = json_member(&c->j, at, "next_steps");
        for (v = json_is(&c->j, list, JSON_KIND_ARRAY) ? json_first(&c->j, list) : JSON_NONE; v != JSON_NONE;
             v = json_after(&c->j, list, v))
            if (!add_edge(c, i, CACAO_NEXT, v, JSON_NONE))
                return false;
        list = json_member(&c->j, at, "cases");
        for (v = json_is(&c->j, list, JSON_KIND_OBJECT) ? json_first(&c->j, list) : JSON_NONE; v != JSON_NONE;
             v = json_after(&c->j, list, v))
            if (!add_edge(c, i, CACAO_CASE, json_value_of(&c->j, v), v))
                return false;
        c->step[i].edges = c->edges - c->step[i].edge;
    }
    return true;
}

static bool read_all(struct cacao *c)
{
    struct span s;

    if (!text(c, JSON_ROOT, "id", &c->id) || !text(c, JSON_ROOT, "name", &c->name) ||
        !text(c, JSON_ROOT, "description", &c->description) ||
        !text(c, JSON_ROOT, "created_by", &c->created_by) || !text(c, JSON_ROOT, "created", &c->created) ||
        !text(c, JSON_ROOT, "modified", &c->modified) || !read_steps(c) || !sort_steps(c) || !read_edges(c))
        return false;
    c->revoked = json_is(&c->j, json_member(&c->j, JSON_ROOT, "revoked"), JSON_KIND_TRUE);
    c->start_at = json_member(&c->j, JSON_ROOT, "workflow_start");
    c->exception_at = json_member(&c->j, JSON_ROOT, "workflow_exception");
    if (!text(c, JSON_ROOT, "workflow_start", &s))
        return false;
    c->start = s.p ? cacao_step_of(c, s) : CACAO_NONE;
    if (!text(c, JSON_ROOT, "workflow_exception", &s))
        return false;
    c->exception = s.p ? cacao_step_of(c, s) : CACAO_NONE;
    return true;
}

bool cacao_read(struct span in, struct arena *a, struct cacao *out, struct why *w)
{
    struct cacao c = { .a = a };

    if (in.n > LIMIT_CACAO)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a playbook has at most %d bytes", LIMIT_CACAO);
    if (!json_parse(in, a, &c.j, w))
        return false;
    if (!json_is(&c.j, JSON_ROOT, JSON_KIND_OBJECT))
        return why_set(w, "not-cacao", 0, "CACAO 2.0", "a playbook is a JSON object");
    if (!read_all(&c))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "the playbook needs more memory than is given to one");
    *out = c;
    return true;
}

int cacao_version_cmp(const struct cacao *a, const struct cacao *b)
{
    return csaf_time_cmp(a->modified, b->modified);
}

/* contents.LANGUAGE.property of one extension, as language-content of STIX 2.1 has it. */
static struct span translated(const struct cacao *c, json_ref extension, const char *property,
                              struct span language)
{
    json_ref contents = json_member(&c->j, extension, "contents");
    struct span s = { NULL, 0 }, name;

    for (json_ref m = json_is(&c->j, contents, JSON_KIND_OBJECT) ? json_first(&c->j, contents) : JSON_NONE;
         m != JSON_NONE; m = json_after(&c->j, contents, m))
        if (json_text_of(&c->j, m, c->a, &name) && span_eq(name, language))
            (void)text(c, json_value_of(&c->j, m), property, &s);
    return s;
}

struct span cacao_text(const struct cacao *c, json_ref thing, const char *property, struct span language)
{
    json_ref all = json_member(&c->j, thing, thing == JSON_ROOT ? "playbook_extensions" : "step_extensions");
    struct span s = { NULL, 0 };

    for (json_ref m = language.n && json_is(&c->j, all, JSON_KIND_OBJECT) ? json_first(&c->j, all)
                                                                          : JSON_NONE;
         m != JSON_NONE && !s.p; m = json_after(&c->j, all, m))
        s = translated(c, json_value_of(&c->j, m), property, language);
    if (!s.p)
        (void)text(c, thing, property, &s);
    return s;
}
