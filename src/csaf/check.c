#include "csaf/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "csaf/forms.h"
#include "csaf/schema.h"

/* Steps over members of groups in one check: groups in groups of work would be quadratic. */
enum { BUDGET = 100 * 1000 * 1000 };

static const struct csaf_test schema_test = { "schema", "JSON schema of CSAF 2.0", CSAF_SCHEMA,
                                              "give the document the shape that the standard asks for",
                                              NULL };

static void add(struct csaf_check *x, json_ref at, const char *says)
{
    struct csaf_findings *f = x->out;
    struct csaf_finding *more;
    struct span copy;

    f->count[x->test->class]++;
    if (f->n == LIMIT_CSAF_FINDINGS) {
        f->lost++;
        return;
    }
    if (f->n == f->cap) {
        more = arena_array(x->a, f->cap ? f->cap * 2 : 16, sizeof *more);
        if (more && f->n)
            memcpy(more, f->item, f->n * sizeof *more);
        f->item = more ? more : f->item;
        f->cap = more ? (f->cap ? f->cap * 2 : 16) : f->cap;
    }
    copy = span_str(arena_str(x->a, span_str(says)));
    if (f->n == f->cap || !copy.p) {
        x->full = true;
        return;
    }
    f->item[f->n++] =
        (struct csaf_finding){ x->test->test, x->test->class, at, (const char *)copy.p, x->test->mend };
}

void check_say(struct csaf_check *x, json_ref at, const char *fmt, ...)
{
    char text[400];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    add(x, at, text);
}

const char *check_show(struct csaf_check *x, struct span s)
{
    struct buffer b;
    const char *text;
    bool cut = s.n > 60;

    if (cut)
        s.n = utf8_valid_to(span_sub(s, 0, 60));
    buf_init(&b, 1024);
    buf_str(&b, "\"");
    text_put_plain(&b, s);
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] == '\n')
            b.p[i] = ' ';
    buf_str(&b, cut ? "…\"" : "\"");
    text = arena_str(x->a, buf_span(&b));
    buf_free(&b);
    return text ? text : "";
}

struct span check_value(struct csaf_check *x, json_ref v)
{
    struct span s = { NULL, 0 };

    if (json_is(x->j, v, JSON_KIND_STRING) && !json_text_of(x->j, v, x->a, &s))
        x->full = true;
    return s;
}

struct span check_text(struct csaf_check *x, json_ref object, const char *name)
{
    return check_value(x, json_member(x->j, object, name));
}

json_ref check_list(const struct csaf_check *x, json_ref object, const char *name)
{
    json_ref v = json_member(x->j, object, name);

    return json_is(x->j, v, JSON_KIND_ARRAY) ? v : JSON_NONE;
}

bool check_category(const struct csaf_check *x, const char *category)
{
    return span_eq_str(x->c->category, category);
}

/* Where ids stand, while they are numbered. */
struct places {
    struct csaf_id *item; /* of: the place in the document */
    uint32_t n, cap;
};

static void see(struct csaf_check *x, struct places *p, json_ref v)
{
    struct span s = check_value(x, v);

    if (!json_is(x->j, v, JSON_KIND_STRING) || x->full)
        return;
    if (p->n == p->cap) {
        struct csaf_id *more = arena_array(x->a, p->cap ? p->cap * 2 : 64, sizeof *more);

        if (!more) {
            x->full = true;
            return;
        }
        if (p->n)
            memcpy(more, p->item, p->n * sizeof *more);
        p->item = more;
        p->cap = p->cap ? p->cap * 2 : 64;
    }
    p->item[p->n++] = (struct csaf_id){ s, v };
}

static int by_text(const void *a, const void *b)
{
    const struct csaf_id *x = a, *y = b;
    int c = span_cmp(x->id, y->id);

    return c != 0 ? c : x->of < y->of ? -1 : x->of > y->of;
}

static uint32_t number_them(struct csaf_check *x, struct places *p)
{
    uint32_t n = 0;

    if (p->n)
        qsort(p->item, p->n, sizeof *p->item, by_text);
    for (uint32_t i = 0; i < p->n; i++) {
        if (i > 0 && !span_eq(p->item[i].id, p->item[i - 1].id))
            n++;
        x->number[p->item[i].of] = n;
    }
    return p->n ? n + 1 : 0;
}

static void see_both(struct csaf_check *x, struct places *products, struct places *groups, json_ref item)
{
    EACH(x, v, item, "product_ids")
    see(x, products, v);
    EACH(x, g, item, "group_ids")
    see(x, groups, g);
}

static void see_all(struct csaf_check *x, struct places *products, struct places *groups)
{
    for (uint32_t i = 0; i < x->c->products; i++)
        see(x, products, json_member(x->j, x->c->product[i].at, "product_id"));
    EACH(x, r, x->c->tree, "relationships")
    {
        see(x, products, json_member(x->j, r, "product_reference"));
        see(x, products, json_member(x->j, r, "relates_to_product_reference"));
    }
    for (uint32_t i = 0; i < x->c->groups; i++) {
        see(x, groups, json_member(x->j, x->c->group[i].at, "group_id"));
        EACH(x, v, x->c->group[i].at, "product_ids")
        see(x, products, v);
    }
    for (uint32_t i = 0; i < x->c->standings; i++)
        see(x, products, x->c->standing[i].at);
    EACH_VULNERABILITY(x, v)
    {
        EACH(x, r, v->at, "remediations")
        see_both(x, products, groups, r);
        EACH(x, f, v->at, "flags")
        see_both(x, products, groups, f);
        EACH(x, t, v->at, "threats")
        see_both(x, products, groups, t);
        EACH(x, s, v->at, "scores")
        EACH(x, i, s, "products")
        see(x, products, i);
    }
}

static void *zeros(struct csaf_check *x, size_t n, size_t size)
{
    void *p = arena_array(x->a, n ? n : 1, size);

    if (!p)
        x->full = true;
    return p;
}

/* Which products the groups hold, of all definitions of one id together. */
static void fill_groups(struct csaf_check *x, uint32_t total)
{
    uint32_t at = 0;

    x->list = zeros(x, total, sizeof *x->list);
    if (x->full)
        return;
    for (uint32_t i = 0; i < x->c->groups; i++) {
        json_ref id = json_member(x->j, x->c->group[i].at, "group_id");
        uint32_t g = id == JSON_NONE ? CSAF_NONE : x->number[id];

        if (g == CSAF_NONE || x->group_definitions[g]++ > 0)
            continue;
        x->member[g] = at;
        EACH(x, v, x->c->group[i].at, "product_ids")
        if (x->number[v] != CSAF_NONE)
            x->list[at++] = x->number[v];
        x->members[g] = at - x->member[g];
    }
}

static void count_uses(struct csaf_check *x, const struct places *products)
{
    for (uint32_t i = 0; i < products->n; i++)
        x->mark[x->number[products->item[i].of]]++;
    for (uint32_t i = 0; i < x->c->products; i++) {
        json_ref id = json_member(x->j, x->c->product[i].at, "product_id");

        if (id != JSON_NONE && x->number[id] != CSAF_NONE)
            x->definitions[x->number[id]]++;
    }
    for (uint32_t i = 0; i < x->ids; i++) {
        x->used[i] = x->mark[i] > x->definitions[i];
        x->mark[i] = 0;
    }
}

static void number_ids(struct csaf_check *x)
{
    struct places products = { 0 }, groups = { 0 };
    uint32_t total = 0;

    x->number = arena_array(x->a, x->j->n, sizeof *x->number);
    if (!x->number) {
        x->full = true;
        return;
    }
    memset(x->number, 0xff, x->j->n * sizeof *x->number);
    see_all(x, &products, &groups);
    if (x->full)
        return;
    x->ids = number_them(x, &products);
    x->group_ids = number_them(x, &groups);
    x->definitions = zeros(x, x->ids, sizeof *x->definitions);
    x->used = zeros(x, x->ids, sizeof *x->used);
    x->mark = zeros(x, x->ids, sizeof *x->mark);
    x->group_definitions = zeros(x, x->group_ids, sizeof *x->group_definitions);
    x->group_mark = zeros(x, x->group_ids, sizeof *x->group_mark);
    x->member = zeros(x, x->group_ids, sizeof *x->member);
    x->members = zeros(x, x->group_ids, sizeof *x->members);
    if (x->full)
        return;
    count_uses(x, &products);
    for (uint32_t i = 0; i < x->c->groups; i++)
        total += (uint32_t)json_count(x->j, check_list(x, x->c->group[i].at, "product_ids"));
    fill_groups(x, total);
}

void check_unmark(struct csaf_check *x)
{
    x->stamp++;
}

void check_mark_products(struct csaf_check *x, json_ref item)
{
    EACH(x, v, item, "product_ids")
    if (x->number[v] != CSAF_NONE)
        x->mark[x->number[v]] = x->stamp;
    EACH(x, g, item, "group_ids")
    {
        uint32_t id = x->number[g];

        if (id == CSAF_NONE || x->group_mark[id] == x->stamp)
            continue;
        x->group_mark[id] = x->stamp;
        if (x->members[id] > x->budget) {
            x->full = true;
            return;
        }
        x->budget -= x->members[id];
        for (uint32_t i = 0; i < x->members[id]; i++)
            x->mark[x->list[x->member[id] + i]] = x->stamp;
    }
}

bool check_marked(const struct csaf_check *x, json_ref id)
{
    return x->number[id] != CSAF_NONE && x->mark[x->number[id]] == x->stamp;
}

static int by_date(const void *a, const void *b)
{
    const struct csaf_revision *p = a, *q = b;
    int c = csaf_time_cmp(p->date, q->date);
    struct version v, w;

    if (c != 0)
        return c;
    if (version_parse(p->number, &v) && version_parse(q->number, &w))
        c = version_cmp(&v, &w);
    return c != 0 ? c : p->at < q->at ? -1 : p->at > q->at;
}

static void sort_history(struct csaf_check *x)
{
    json_ref list = check_list(x, x->c->tracking, "revision_history");
    size_t n = json_count(x->j, list);

    x->revision = zeros(x, n, sizeof *x->revision);
    if (x->full || list == JSON_NONE)
        return;
    EACH(x, r, x->c->tracking, "revision_history")
    x->revision[x->revisions++] =
        (struct csaf_revision){ r, check_text(x, r, "date"), check_text(x, r, "number") };
    qsort(x->revision, x->revisions, sizeof *x->revision, by_date);
}

static bool tell_schema(void *ctx, enum shape_fault fault, json_ref at, const char *says)
{
    struct csaf_check *x = ctx;

    /* The word of the version is the one thing in which CSAF 2.1 is let through here. */
    if (fault != SHAPE_UNKNOWN && !(csaf_is_2_1(x->c) && fault == SHAPE_WORD))
        add(x, at, says);
    return !x->full;
}

static bool tell_unknown(void *ctx, enum shape_fault fault, json_ref at, const char *says)
{
    struct csaf_check *x = ctx;

    if (fault == SHAPE_UNKNOWN)
        add(x, at, says);
    return !x->full;
}

void check_6_2_20(struct csaf_check *x)
{
    struct why w = { 0 };

    if (!json_shape_check(x->j, JSON_ROOT, &csaf_document_shape, x->a, tell_unknown, x, &w))
        x->full = true;
}

bool csaf_check(const struct csaf *c, enum csaf_depth depth, struct csaf_findings *out, struct why *w)
{
    struct csaf_findings f = { 0 };
    struct csaf_check x = {
        .c = c, .j = &c->j, .a = c->a, .out = &f, .test = &schema_test, .budget = BUDGET
    };

    if (!json_shape_check(&c->j, JSON_ROOT, &csaf_document_shape, c->a, tell_schema, &x, w))
        return false;
    number_ids(&x);
    sort_history(&x);
    for (const struct csaf_test *t = csaf_tests; t->test && !x.full; t++) {
        x.test = t;
        if (t->run && (int)t->class - CSAF_MANDATORY <= (int)depth)
            t->run(&x);
    }
    if (x.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "checking the advisory takes more than is given to one");
    *out = f;
    return true;
}
