/* Tests of the product tree and of references into it. */
#include "base/text.h"
#include "csaf/check.h"
#include "csaf/forms.h"

static void defined(struct csaf_check *x, json_ref v)
{
    if (json_is(x->j, v, JSON_KIND_STRING) && x->number[v] != CSAF_NONE && x->definitions[x->number[v]] == 0)
        check_say(x, v, "the product %s is defined nowhere in the product tree",
                  check_show(x, check_value(x, v)));
}

static void group_defined(struct csaf_check *x, json_ref item)
{
    EACH(x, g, item, "group_ids")
    if (x->number[g] != CSAF_NONE && x->group_definitions[x->number[g]] == 0)
        check_say(x, g, "the product group %s is defined nowhere in the product tree",
                  check_show(x, check_value(x, g)));
}

static const char *const with_products[] = { "flags", "remediations", "threats" };
enum { WITH_PRODUCTS = sizeof with_products / sizeof *with_products };

void check_6_1_1(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->c->groups; i++)
        EACH(x, v, x->c->group[i].at, "product_ids")
    defined(x, v);
    EACH(x, r, x->c->tree, "relationships")
    {
        defined(x, json_member(x->j, r, "product_reference"));
        defined(x, json_member(x->j, r, "relates_to_product_reference"));
    }
    for (uint32_t i = 0; i < x->c->standings; i++)
        defined(x, x->c->standing[i].at);
    EACH_VULNERABILITY(x, v)
    {
        for (int k = 0; k < WITH_PRODUCTS; k++)
            EACH(x, item, v->at, with_products[k])
        EACH(x, id, item, "product_ids")
        defined(x, id);
        EACH(x, s, v->at, "scores")
        EACH(x, id, s, "products")
        defined(x, id);
    }
}

void check_6_1_2(struct csaf_check *x)
{
    check_unmark(x);
    for (uint32_t i = 0; i < x->c->products; i++) {
        json_ref id = json_member(x->j, x->c->product[i].at, "product_id");

        if (id == JSON_NONE || x->number[id] == CSAF_NONE)
            continue;
        if (check_marked(x, id))
            check_say(x, id, "the product %s is defined more than once", check_show(x, check_value(x, id)));
        x->mark[x->number[id]] = x->stamp;
    }
}

/* Which relationships define an id: first[id] .. first[id + 1] of list. */
struct relations {
    uint32_t *first, *list, n;
    json_ref *at;
    uint32_t *defines, *refers; /* of each; refers has two */
};

static uint32_t number_of(const struct csaf_check *x, json_ref object, const char *name)
{
    json_ref v = json_member(x->j, object, name);

    return v == JSON_NONE ? CSAF_NONE : x->number[v];
}

static bool relations_of(struct csaf_check *x, struct relations *r)
{
    size_t n = json_count(x->j, check_list(x, x->c->tree, "relationships"));
    uint32_t sum = 0;

    *r = (struct relations){
        .first = arena_array(x->a, x->ids + (size_t)2, sizeof *r->first),
        .list = arena_array(x->a, n + 1, sizeof *r->list),
        .at = arena_array(x->a, n + 1, sizeof *r->at),
        .defines = arena_array(x->a, n + 1, sizeof *r->defines),
        .refers = arena_array(x->a, 2 * n + 1, sizeof *r->refers),
    };
    if (!r->first || !r->list || !r->at || !r->defines || !r->refers)
        return false;
    EACH(x, v, x->c->tree, "relationships")
    {
        uint32_t id = number_of(x, json_member(x->j, v, "full_product_name"), "product_id");

        r->at[r->n] = v;
        r->defines[r->n] = id;
        r->refers[2 * r->n] = number_of(x, v, "product_reference");
        r->refers[2 * r->n + 1] = number_of(x, v, "relates_to_product_reference");
        if (id != CSAF_NONE)
            r->first[id + 1]++;
        r->n++;
    }
    for (uint32_t i = 0; i <= x->ids; i++)
        r->first[i] = sum += r->first[i];
    for (uint32_t i = r->n; i-- > 0;)
        if (r->defines[i] != CSAF_NONE)
            r->list[--r->first[r->defines[i] + 1]] = i;
    for (uint32_t i = 0; i <= x->ids; i++)
        r->first[i] = r->first[i + 1];
    r->first[x->ids] = sum;
    return true;
}

/* Depth first over ids with a stack of our own; an edge back to an id on the stack closes a circle. */
void check_6_1_3(struct csaf_check *x)
{
    enum { NEW, OPEN, DONE };
    struct relations r;
    uint32_t *stack = arena_array(x->a, x->ids + (size_t)1, sizeof *stack);
    uint32_t *next = arena_array(x->a, x->ids + (size_t)1, sizeof *next);
    uint8_t *state = arena_alloc(x->a, x->ids + (size_t)1);

    if (!stack || !next || !state || !relations_of(x, &r)) {
        x->full = true;
        return;
    }
    for (uint32_t root = 0; root < x->ids; root++) {
        uint32_t depth = 0;

        if (state[root] != NEW)
            continue;
        state[root] = OPEN;
        stack[depth++] = root;
        while (depth) {
            uint32_t id = stack[depth - 1], edge = next[id]++, at = r.first[id] + edge / 2, to;

            if (at >= r.first[id + 1]) {
                state[id] = DONE;
                depth--;
                continue;
            }
            to = r.refers[2 * r.list[at] + edge % 2];
            if (to == CSAF_NONE || state[to] == DONE)
                continue;
            if (state[to] == OPEN) {
                json_ref rel = r.at[r.list[at]];

                check_say(
                    x, rel, "the product %s is defined by itself",
                    check_show(x, check_text(x, json_member(x->j, rel, "full_product_name"), "product_id")));
                continue;
            }
            state[to] = OPEN;
            stack[depth++] = to;
        }
    }
}

void check_6_1_4(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    for (int k = 0; k < WITH_PRODUCTS; k++)
        EACH(x, item, v->at, with_products[k])
    group_defined(x, item);
}

void check_6_1_5(struct csaf_check *x)
{
    check_unmark(x);
    for (uint32_t i = 0; i < x->c->groups; i++) {
        json_ref id = json_member(x->j, x->c->group[i].at, "group_id");
        uint32_t n = id == JSON_NONE ? CSAF_NONE : x->number[id];

        if (n == CSAF_NONE)
            continue;
        if (x->group_mark[n] == x->stamp)
            check_say(x, id, "the product group %s is defined more than once",
                      check_show(x, check_value(x, id)));
        x->group_mark[n] = x->stamp;
    }
}

enum contradiction { AFFECTED, NOT_AFFECTED, FIXED, INVESTIGATED, RECOMMENDED };

static const uint8_t contradicts[CSAF_STATUSES] = {
    [CSAF_FIRST_AFFECTED] = AFFECTED,
    [CSAF_KNOWN_AFFECTED] = AFFECTED,
    [CSAF_LAST_AFFECTED] = AFFECTED,
    [CSAF_KNOWN_NOT_AFFECTED] = NOT_AFFECTED,
    [CSAF_FIRST_FIXED] = FIXED,
    [CSAF_FIXED] = FIXED,
    [CSAF_UNDER_INVESTIGATION] = INVESTIGATED,
    [CSAF_RECOMMENDED] = RECOMMENDED,
};

void check_6_1_6(struct csaf_check *x)
{
    uint8_t *group = arena_alloc(x->a, x->ids + (size_t)1);

    if (!group) {
        x->full = true;
        return;
    }
    EACH_VULNERABILITY(x, v)
    {
        check_unmark(x);
        for (uint32_t i = 0; i < v->standings; i++) {
            const struct csaf_standing *s = &x->c->standing[v->standing + i];
            uint32_t n = x->number[s->at];

            if (n == CSAF_NONE || contradicts[s->status] == RECOMMENDED)
                continue;
            if (check_marked(x, s->at) && group[n] != contradicts[s->status])
                check_say(x, s->at, "the product %s stands in lists that contradict each other",
                          check_show(x, check_value(x, s->at)));
            group[n] = contradicts[s->status];
            x->mark[n] = x->stamp;
        }
    }
}

void check_6_1_13(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->c->products; i++) {
        const struct csaf_product *p = &x->c->product[i];
        const char *fault = p->purl.p ? purl_fault(p->purl) : NULL;

        if (fault)
            check_say(x, json_member(x->j, p->helper, "purl"), "this package URL is not valid: %s", fault);
    }
}

/* For each list of hashes of one file of any product. */
static void each_hashes(struct csaf_check *x, void (*fn)(struct csaf_check *x, json_ref item))
{
    for (uint32_t i = 0; i < x->c->products; i++)
        EACH(x, h, x->c->product[i].helper, "hashes")
    fn(x, h);
}

static bool same_word(struct span a, struct span b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++) {
        int p = ascii_upper(a.p[i]) ? a.p[i] + 32 : a.p[i], q = ascii_upper(b.p[i]) ? b.p[i] + 32 : b.p[i];

        if (p != q)
            return false;
    }
    return a.n == b.n;
}

static void one_algorithm(struct csaf_check *x, json_ref item)
{
    struct span seen[16];
    size_t n = 0;

    EACH(x, h, item, "file_hashes")
    {
        struct span s = check_text(x, h, "algorithm");

        for (size_t i = 0; i < n; i++)
            if (span_eq(seen[i], s)) {
                check_say(x, h, "the hash algorithm %s stands twice for one file", check_show(x, s));
                break;
            }
        if (n < sizeof seen / sizeof *seen)
            seen[n++] = s;
    }
}

void check_6_1_25(struct csaf_check *x)
{
    each_hashes(x, one_algorithm);
}

static void without_products(struct csaf_check *x, const char *list, const char *what)
{
    EACH_VULNERABILITY(x, v)
    EACH(x, item, v->at, list)
    if (json_member(x->j, item, "group_ids") == JSON_NONE &&
        json_member(x->j, item, "product_ids") == JSON_NONE)
        check_say(x, item, "this %s names no product and no group", what);
}

void check_6_1_29(struct csaf_check *x)
{
    without_products(x, "remediations", "remediation");
}

void check_6_1_32(struct csaf_check *x)
{
    without_products(x, "flags", "flag");
}

static bool separator(int c)
{
    return ascii_space(c) || c == '(' || c == ')' || c == ',' || c == ';' || c == ':' || c == '[' || c == ']';
}

static bool says_range(struct span s)
{
    static const char *const words[] = { "after", "all", "before", "earlier", "later", "prior", "versions" };
    size_t from = 0;

    for (size_t i = 0; i <= s.n; i++) {
        if (i < s.n && (s.p[i] == '<' || s.p[i] == '>'))
            return true;
        if (i < s.n && !separator(s.p[i]))
            continue;
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            if (same_word(span_sub(s, from, i), span_str(words[k])))
                return true;
        from = i + 1;
    }
    return false;
}

void check_6_1_31(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->c->branches; i++) {
        const struct csaf_branch *b = &x->c->branch[i];

        if (span_eq_str(b->category, "product_version") && says_range(b->name))
            check_say(x, json_member(x->j, b->at, "name"), "%s is a range of versions, not one version",
                      check_show(x, b->name));
    }
}

void check_6_2_1(struct csaf_check *x)
{
    if (check_category(x, "csaf_informational_advisory"))
        return;
    for (uint32_t i = 0; i < x->c->products; i++) {
        json_ref id = json_member(x->j, x->c->product[i].at, "product_id");

        if (id != JSON_NONE && x->number[id] != CSAF_NONE && !x->used[x->number[id]])
            check_say(x, id, "the product %s is defined and never mentioned",
                      check_show(x, check_value(x, id)));
    }
}

/* `word` is the only algorithm of a file. */
static void only(struct csaf_check *x, json_ref item, const char *word)
{
    bool found = false;

    EACH(x, h, item, "file_hashes")
    {
        if (!same_word(check_text(x, h, "algorithm"), span_str(word)))
            return;
        found = true;
    }
    if (found)
        check_say(x, json_member(x->j, item, "file_hashes"), "the only hash of this file is of %s", word);
}

static void only_md5(struct csaf_check *x, json_ref item)
{
    only(x, item, "md5");
}

static void only_sha1(struct csaf_check *x, json_ref item)
{
    only(x, item, "sha1");
}

void check_6_2_8(struct csaf_check *x)
{
    each_hashes(x, only_md5);
}

void check_6_2_9(struct csaf_check *x)
{
    each_hashes(x, only_sha1);
}

void check_6_2_16(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->c->products; i++)
        if (x->c->product[i].helper == JSON_NONE)
            check_say(x, x->c->product[i].at, "nothing identifies the product %s but its name",
                      check_show(x, x->c->product[i].id));
}

/* vers:type/… with a type of small letters, digits, '.', '-', '+', beginning without a digit. */
static bool form_vers(struct span s)
{
    size_t i = 5;

    if (!span_starts(s, SPAN("vers:")))
        return false;
    while (i < s.n && (ascii_lower(s.p[i]) || s.p[i] == '.' || s.p[i] == '-' || s.p[i] == '+' ||
                       (i > 5 && ascii_digit(s.p[i]))))
        i++;
    return i > 5 && i + 1 < s.n && s.p[i] == '/';
}

void check_6_2_18(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->c->branches; i++) {
        const struct csaf_branch *b = &x->c->branch[i];

        if (span_eq_str(b->category, "product_version_range") && !form_vers(b->name))
            check_say(x, json_member(x->j, b->at, "name"), "the range %s is not written as vers",
                      check_show(x, b->name));
    }
}

static void short_hash(struct csaf_check *x, json_ref item)
{
    EACH(x, h, item, "file_hashes")
    if (json_is(x->j, json_member(x->j, h, "value"), JSON_KIND_STRING) && check_text(x, h, "value").n < 64)
        check_say(x, json_member(x->j, h, "value"), "this hash has fewer than 64 digits");
}

void check_6_3_5(struct csaf_check *x)
{
    each_hashes(x, short_hash);
}

void check_6_3_9(struct csaf_check *x)
{
    static const char *const order[] = { "product_version", "product_name", "vendor" };

    for (uint32_t i = 0; i < x->c->products; i++) {
        const struct csaf_product *p = &x->c->product[i];
        size_t k = 0;

        if (p->origin != CSAF_OF_BRANCH)
            continue;
        for (uint32_t b = p->branch; b != CSAF_NONE && k < 3; b = x->c->branch[b].parent)
            if (span_eq_str(x->c->branch[b].category, order[k]))
                k++;
        if (k < 3)
            check_say(x, x->c->branch[p->branch].at,
                      "the branches above %s do not go from vendor to product_name to product_version",
                      check_show(x, p->id));
    }
}

void check_6_3_10(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->c->branches; i++)
        if (span_eq_str(x->c->branch[i].category, "product_version_range"))
            check_say(x, json_member(x->j, x->c->branch[i].at, "category"),
                      "%s is a range, which machines compare badly", check_show(x, x->c->branch[i].name));
}

void check_6_3_11(struct csaf_check *x)
{
    for (uint32_t i = 0; i < x->c->branches; i++) {
        const struct csaf_branch *b = &x->c->branch[i];

        if (span_eq_str(b->category, "product_version") && b->name.n > 1 && (b->name.p[0] | 0x20) == 'v' &&
            ascii_digit(b->name.p[1]))
            check_say(x, json_member(x->j, b->at, "name"), "the version %s begins with a V",
                      check_show(x, b->name));
    }
}
