#include "wire/json_names.h"

enum { FEW = 24 };

struct name {
    uint64_t mark; /* equal names have equal marks */
    struct span text;
    json_ref at;
};

static bool duplicate(const struct json *j, json_ref at, struct why *w)
{
    return why_set(w, "duplicate-member", json_offset(j, at), "RFC 8259 4",
                   "a member name twice in one object");
}

/* The first eight bytes and the length, mixed. */
static inline uint64_t mark_of(struct span s, size_t readable)
{
    uint64_t v = 0;

    if (readable >= 8) {
        memcpy(&v, s.p, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        if (s.n < 8)
            v &= ((uint64_t)1 << 8 * s.n) - 1;
#else
        if (s.n < 8)
            v = s.n ? v >> (64 - 8 * s.n) << (64 - 8 * s.n) : 0;
#endif
    } else if (s.n) {
        memcpy(&v, s.p, s.n < 8 ? s.n : 8);
    }
    return v ^ (uint64_t)s.n * 0x9e3779b97f4a7c15u;
}

static int compare(const struct name *x, const struct name *y)
{
    if (x->mark != y->mark)
        return x->mark < y->mark ? -1 : 1;
    return span_cmp(x->text, y->text);
}

static void sift(struct name *v, size_t i, size_t n)
{
    struct name top = v[i];

    for (size_t c = 2 * i + 1; c < n; c = 2 * i + 1) {
        if (c + 1 < n && compare(&v[c], &v[c + 1]) < 0)
            c++;
        if (compare(&top, &v[c]) >= 0)
            break;
        v[i] = v[c];
        i = c;
    }
    v[i] = top;
}

/* Heapsort: no memory, no bad case. */
static void sort(struct name *v, size_t n)
{
    struct name x;

    for (size_t i = n / 2; i-- > 0;)
        sift(v, i, n);
    for (size_t i = n; i-- > 1;) {
        x = v[0];
        v[0] = v[i];
        v[i] = x;
        sift(v, 0, i);
    }
}

static bool many_differ(const struct json *j, json_ref object, size_t n, struct arena *a, struct why *w)
{
    struct name *v = arena_array(a, n, sizeof *v);
    size_t k = 0;

    if (!v)
        return why_set(w, "too-large", json_offset(j, object), "RFC 8259", "more members than memory allows");
    for (json_ref i = json_first(j, object); i != JSON_NONE; i = json_after(j, object, i), k++) {
        v[k].at = i;
        if (!json_text_of(j, i, a, &v[k].text))
            return why_set(w, "too-large", json_offset(j, i), "RFC 8259", "more text than memory allows");
        v[k].mark = mark_of(v[k].text, v[k].text.n);
    }
    sort(v, n);
    for (size_t i = 1; i < n; i++)
        if (compare(&v[i - 1], &v[i]) == 0)
            return duplicate(j, v[i].at > v[i - 1].at ? v[i].at : v[i - 1].at, w);
    return true;
}

bool json_names_differ(const struct json *j, json_ref object, struct arena *a, struct why *w)
{
    uint64_t mark[FEW];
    json_ref at[FEW];
    size_t n = 0;
    uint64_t seen = 0, bit; /* a bit for some bits of each mark: mostly nothing has to be compared */
    json_ref end = j->node[object].next;

    for (json_ref i = object + 1; i < end; i = j->node[i + 1].next) {
        const struct json_node *k = &j->node[i];
        struct span s = { j->text.p + k->at, k->len };

        if (n == FEW || k->escaped)
            return many_differ(j, object, json_count(j, object), a, w);
        mark[n] = mark_of(s, j->text.n - k->at);
        at[n] = i;
        bit = (uint64_t)1 << (mark[n] * 0x9e3779b97f4a7c15u >> 58);
        for (size_t m = seen & bit ? 0 : n; m < n; m++)
            if (mark[m] == mark[n] && span_eq(json_source(j, at[m]), json_source(j, i)))
                return duplicate(j, i, w);
        seen |= bit;
        n++;
    }
    return true;
}
