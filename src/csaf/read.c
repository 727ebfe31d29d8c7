#include <stdlib.h>

#include "base/limits.h"
#include "csaf/csaf.h"

static const char *const statuses[] = {
    [CSAF_FIRST_AFFECTED] = "first_affected",
    [CSAF_FIRST_FIXED] = "first_fixed",
    [CSAF_FIXED] = "fixed",
    [CSAF_KNOWN_AFFECTED] = "known_affected",
    [CSAF_KNOWN_NOT_AFFECTED] = "known_not_affected",
    [CSAF_LAST_AFFECTED] = "last_affected",
    [CSAF_RECOMMENDED] = "recommended",
    [CSAF_UNDER_INVESTIGATION] = "under_investigation",
};

static const char *const labels[] = {
    [CSAF_UNLABELED] = "UNLABELED", [CSAF_WHITE] = "WHITE", [CSAF_GREEN] = "GREEN",
    [CSAF_AMBER] = "AMBER",         [CSAF_RED] = "RED",
};

const char *csaf_status_word(enum csaf_status s)
{
    return statuses[s];
}

const char *csaf_tlp_word(enum csaf_tlp t)
{
    return labels[t];
}

/* Tables that grow, in the arena. What does not fit any more makes the reading fail at its end. */
struct reading {
    struct csaf *c;
    uint32_t branch_cap, product_cap, group_cap, standing_cap, vulnerability_cap;
    bool full;
};

static void *grown(struct reading *r, void *old, uint32_t n, uint32_t *cap, size_t size)
{
    uint32_t more = *cap ? *cap * 2 : 16;
    void *p;

    if (n < *cap || r->full)
        return old;
    p = arena_array(r->c->a, more, size);
    if (!p) {
        r->full = true;
        return old;
    }
    if (n)
        memcpy(p, old, n * size);
    *cap = more;
    return p;
}

static struct span text(struct reading *r, json_ref object, const char *name)
{
    struct span s = { NULL, 0 };
    json_ref v = json_member(&r->c->j, object, name);

    if (json_is(&r->c->j, v, JSON_KIND_STRING) && !json_text_of(&r->c->j, v, r->c->a, &s))
        r->full = true;
    return s;
}

static uint32_t add_branch(struct reading *r, json_ref v, uint32_t parent)
{
    struct csaf *c = r->c;
    uint32_t at = c->branches;

    c->branch = grown(r, c->branch, at, &r->branch_cap, sizeof *c->branch);
    if (r->full)
        return CSAF_NONE;
    c->branch[c->branches++] = (struct csaf_branch){ v, text(r, v, "category"), text(r, v, "name"), parent };
    return at;
}

/* The names above, nearest first. */
static void place(const struct csaf *c, struct csaf_product *p)
{
    for (uint32_t b = p->branch; b != CSAF_NONE; b = c->branch[b].parent) {
        const struct csaf_branch *at = &c->branch[b];
        struct span *to = span_eq_str(at->category, "vendor")                  ? &p->vendor
                          : span_eq_str(at->category, "product_name")          ? &p->product
                          : span_eq_str(at->category, "product_family")        ? &p->family
                          : span_eq_str(at->category, "product_version")       ? &p->version
                          : span_eq_str(at->category, "product_version_range") ? &p->version
                                                                               : NULL;

        if (!to || to->p)
            continue;
        *to = at->name;
        if (to == &p->version)
            p->version_is_range = span_eq_str(at->category, "product_version_range");
    }
}

static struct csaf_product *add_product(struct reading *r, json_ref v, enum csaf_origin origin,
                                        uint32_t branch)
{
    struct csaf *c = r->c;
    struct csaf_product *p;

    if (!json_is(&c->j, v, JSON_KIND_OBJECT))
        return NULL;
    c->product = grown(r, c->product, c->products, &r->product_cap, sizeof *c->product);
    if (r->full)
        return NULL;
    p = &c->product[c->products++];
    *p = (struct csaf_product){
        .at = v, .origin = origin, .branch = branch, .part = CSAF_NONE, .whole = CSAF_NONE
    };
    p->id = text(r, v, "product_id");
    p->name = text(r, v, "name");
    p->helper = json_member(&c->j, v, "product_identification_helper");
    p->cpe = text(r, p->helper, "cpe");
    p->purl = text(r, p->helper, "purl");
    place(c, p);
    return p;
}

/* Branches in branches: a stack instead of calls. */
static void read_branches(struct reading *r)
{
    struct level {
        json_ref list, at;
        uint32_t parent;
    } stack[LIMIT_JSON_DEPTH + 1];
    const struct json *j = &r->c->j;
    json_ref list = json_member(j, r->c->tree, "branches");
    unsigned depth = 0;

    if (json_is(j, list, JSON_KIND_ARRAY))
        stack[depth++] = (struct level){ list, json_first(j, list), CSAF_NONE };
    while (depth && !r->full) {
        struct level *l = &stack[depth - 1];
        json_ref v = l->at;
        uint32_t self;

        if (v == JSON_NONE) {
            depth--;
            continue;
        }
        l->at = json_after(j, l->list, v);
        if (!json_is(j, v, JSON_KIND_OBJECT))
            continue;
        self = add_branch(r, v, l->parent);
        (void)add_product(r, json_member(j, v, "product"), CSAF_OF_BRANCH, self);
        list = json_member(j, v, "branches");
        if (json_is(j, list, JSON_KIND_ARRAY) && depth <= LIMIT_JSON_DEPTH)
            stack[depth++] = (struct level){ list, json_first(j, list), self };
    }
}

static json_ref list_of(const struct json *j, json_ref object, const char *name)
{
    json_ref v = json_member(j, object, name);

    return json_is(j, v, JSON_KIND_ARRAY) ? v : JSON_NONE;
}

static void read_tree(struct reading *r)
{
    struct csaf *c = r->c;
    json_ref list, v;

    read_branches(r);
    list = list_of(&c->j, c->tree, "full_product_names");
    for (v = json_first(&c->j, list); v != JSON_NONE; v = json_after(&c->j, list, v))
        (void)add_product(r, v, CSAF_OF_LIST, CSAF_NONE);
    list = list_of(&c->j, c->tree, "relationships");
    for (v = json_first(&c->j, list); v != JSON_NONE; v = json_after(&c->j, list, v)) {
        struct csaf_product *p =
            add_product(r, json_member(&c->j, v, "full_product_name"), CSAF_OF_RELATIONSHIP, CSAF_NONE);

        if (p)
            p->relation = text(r, v, "category");
    }
    list = list_of(&c->j, c->tree, "product_groups");
    for (v = json_first(&c->j, list); v != JSON_NONE && !r->full; v = json_after(&c->j, list, v)) {
        if (!json_is(&c->j, v, JSON_KIND_OBJECT))
            continue;
        c->group = grown(r, c->group, c->groups, &r->group_cap, sizeof *c->group);
        if (!r->full)
            c->group[c->groups++] = (struct csaf_group){ text(r, v, "group_id"), v };
    }
}

static int by_id(const void *a, const void *b)
{
    const struct csaf_id *x = a, *y = b;
    int c = span_cmp(x->id, y->id);

    return c != 0 ? c : x->of < y->of ? -1 : x->of > y->of;
}

static void sort_ids(struct reading *r)
{
    struct csaf *c = r->c;

    c->product_id = arena_array(c->a, c->products ? c->products : 1, sizeof *c->product_id);
    c->group_id = arena_array(c->a, c->groups ? c->groups : 1, sizeof *c->group_id);
    if (!c->product_id || !c->group_id) {
        r->full = true;
        return;
    }
    for (uint32_t i = 0; i < c->products; i++)
        c->product_id[i] = (struct csaf_id){ c->product[i].id, i };
    for (uint32_t i = 0; i < c->groups; i++)
        c->group_id[i] = (struct csaf_id){ c->group[i].id, i };
    qsort(c->product_id, c->products, sizeof *c->product_id, by_id);
    qsort(c->group_id, c->groups, sizeof *c->group_id, by_id);
}

static uint32_t first_of(const struct csaf_id *id, uint32_t n, struct span s)
{
    uint32_t low = 0, high = n;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (span_cmp(id[mid].id, s) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < n && span_eq(id[low].id, s) ? id[low].of : CSAF_NONE;
}

uint32_t csaf_product_of(const struct csaf *c, struct span id)
{
    return id.n ? first_of(c->product_id, c->products, id) : CSAF_NONE;
}

uint32_t csaf_group_of(const struct csaf *c, struct span id)
{
    return id.n ? first_of(c->group_id, c->groups, id) : CSAF_NONE;
}

/* Products of relationships know their parts once all ids are known. */
static void relate(struct reading *r)
{
    struct csaf *c = r->c;
    json_ref list = list_of(&c->j, c->tree, "relationships"), v = json_first(&c->j, list);

    for (uint32_t i = 0; i < c->products && !r->full; i++) {
        struct csaf_product *p = &c->product[i];

        if (p->origin != CSAF_OF_RELATIONSHIP)
            continue;
        while (v != JSON_NONE && json_member(&c->j, v, "full_product_name") != p->at)
            v = json_after(&c->j, list, v);
        p->part = csaf_product_of(c, text(r, v, "product_reference"));
        p->whole = csaf_product_of(c, text(r, v, "relates_to_product_reference"));
    }
}

static void read_standings(struct reading *r, json_ref status, struct csaf_vulnerability *v)
{
    struct csaf *c = r->c;

    v->standing = c->standings;
    for (int s = 0; s < CSAF_STATUSES; s++) {
        json_ref list = list_of(&c->j, status, statuses[s]);

        for (json_ref i = json_first(&c->j, list); i != JSON_NONE && !r->full;
             i = json_after(&c->j, list, i)) {
            struct span id = { NULL, 0 };

            if (!json_is(&c->j, i, JSON_KIND_STRING))
                continue;
            c->standing = grown(r, c->standing, c->standings, &r->standing_cap, sizeof *c->standing);
            if (!json_text_of(&c->j, i, c->a, &id))
                r->full = true;
            if (!r->full)
                c->standing[c->standings++] =
                    (struct csaf_standing){ i, csaf_product_of(c, id), (enum csaf_status)s };
        }
    }
    v->standings = c->standings - v->standing;
}

static void read_vulnerabilities(struct reading *r)
{
    struct csaf *c = r->c;
    json_ref list = list_of(&c->j, JSON_ROOT, "vulnerabilities");

    c->vulnerabilities = list;
    for (json_ref i = json_first(&c->j, list); i != JSON_NONE && !r->full; i = json_after(&c->j, list, i)) {
        struct csaf_vulnerability v = { .at = i };

        if (!json_is(&c->j, i, JSON_KIND_OBJECT))
            continue;
        v.cve = text(r, i, "cve");
        v.title = text(r, i, "title");
        v.cwe = text(r, json_member(&c->j, i, "cwe"), "id");
        read_standings(r, json_member(&c->j, i, "product_status"), &v);
        c->vulnerability = grown(r, c->vulnerability, c->vulnerability_count, &r->vulnerability_cap,
                                 sizeof *c->vulnerability);
        if (!r->full)
            c->vulnerability[c->vulnerability_count++] = v;
    }
}

static void read_label(struct reading *r)
{
    struct csaf *c = r->c;
    json_ref tlp = json_member(&c->j, json_member(&c->j, c->document, "distribution"), "tlp");
    struct span s = text(r, tlp, "label");

    c->tlp = CSAF_UNLABELED;
    c->tlp_known = true;
    if (json_member(&c->j, tlp, "label") == JSON_NONE)
        return;
    for (int i = CSAF_WHITE; i <= CSAF_RED; i++)
        if (span_eq_str(s, labels[i])) {
            c->tlp = (enum csaf_tlp)i;
            return;
        }
    if (span_eq_str(c->version, "2.1") && span_eq_str(s, "CLEAR")) {
        c->tlp = CSAF_WHITE;
        return;
    }
    c->tlp = CSAF_RED;
    c->tlp_known = span_eq_str(c->version, "2.1") && span_eq_str(s, "AMBER+STRICT");
}

static void read_document(struct reading *r)
{
    struct csaf *c = r->c;
    json_ref publisher;

    c->document = json_member(&c->j, JSON_ROOT, "document");
    c->tracking = json_member(&c->j, c->document, "tracking");
    c->tree = json_member(&c->j, JSON_ROOT, "product_tree");
    publisher = json_member(&c->j, c->document, "publisher");
    c->version = text(r, c->document, "csaf_version");
    c->title = text(r, c->document, "title");
    c->category = text(r, c->document, "category");
    c->language = text(r, c->document, "lang");
    c->publisher = text(r, publisher, "name");
    c->publisher_namespace = text(r, publisher, "namespace");
    c->id = text(r, c->tracking, "id");
    c->status = text(r, c->tracking, "status");
    c->revision = text(r, c->tracking, "version");
    c->initial_release = text(r, c->tracking, "initial_release_date");
    c->current_release = text(r, c->tracking, "current_release_date");
    read_label(r);
}

bool csaf_read(struct span in, struct arena *a, struct csaf *out, struct why *w)
{
    struct csaf c = { .a = a };
    struct reading r = { .c = &c };

    if (in.n > LIMIT_CSAF)
        return why_set(w, "too-large", WHY_NO_OFFSET, "CSAF 2.0 C.1", "an advisory has at most %d bytes",
                       LIMIT_CSAF);
    if (!json_parse(in, a, &c.j, w))
        return false;
    if (!json_is(&c.j, JSON_ROOT, JSON_KIND_OBJECT))
        return why_set(w, "not-csaf", 0, "CSAF 2.0 3.2", "an advisory is a JSON object");
    read_document(&r);
    read_tree(&r);
    sort_ids(&r);
    if (!r.full) {
        relate(&r);
        read_vulnerabilities(&r);
    }
    if (r.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "the advisory needs more memory than is given to one");
    *out = c;
    return true;
}

/* CSAF 2.0 5.1 */
void csaf_filename(struct span id, struct buffer *out)
{
    bool gap = false;

    for (size_t i = 0; i < id.n; i++) {
        int c = id.p[i];

        if (c >= 'A' && c <= 'Z')
            c += 32;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-') {
            buf_u8(out, (uint8_t)c);
            gap = false;
        } else if (!gap) {
            buf_u8(out, '_');
            gap = true;
        }
    }
    buf_str(out, ".json");
}

void csaf_products(const struct csaf *c, csaf_product_fn fn, void *ctx)
{
    for (uint32_t v = 0; v < c->vulnerability_count; v++) {
        const struct csaf_vulnerability *vulnerability = &c->vulnerability[v];

        for (uint32_t i = 0; i < vulnerability->standings; i++) {
            const struct csaf_standing *s = &c->standing[vulnerability->standing + i];
            const struct csaf_product *p = s->product == CSAF_NONE ? NULL : &c->product[s->product];
            struct csaf_match m = { vulnerability, p, s->status };

            if (p && !fn(ctx, &m))
                return;
            if (p && p->part != CSAF_NONE) {
                m.product = &c->product[p->part];
                if (!fn(ctx, &m))
                    return;
            }
        }
    }
}
