/* Which of the keys that acts name stand: by succession from a key of the member, or admitted by the others.
 */
#include <stdlib.h>

#include "trust/list_internal.h"

static int by_target(const void *a, const void *b)
{
    const struct trust_naming *x = a, *y = b;

    if (x->of != y->of)
        return x->of < y->of ? -1 : 1;
    if (x->admits != y->admits)
        return x->admits ? 1 : -1;
    return (x->by > y->by) - (x->by < y->by);
}

/* The row of the key that a statement names; rows->n: none. A successor keeps its member's name, with which
 * the origins of its logs begin. */
static size_t target(const struct trust_rows *rows, const struct trust_row *by, const struct act_statement *s)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct trust_member *m = rows->row[i].m;

        if (m->standing == MEMBER_KEY_NONE || !span_eq_str(s->state, m->state) ||
            memcmp(m->fingerprint, s->sha256, sizeof s->sha256) != 0)
            continue;
        if (s->verb == ACT_ADMIT
                ? rows->row[i].party != by->party
                : rows->row[i].party == by->party && &rows->row[i] != by && strcmp(m->name, by->m->name) == 0)
            return i;
    }
    return rows->n;
}

/* Of each naming statement in a chain; out NULL: counts only. */
static size_t each_naming(const struct trust_rows *rows, struct trust_naming *out)
{
    size_t n = 0;

    for (size_t i = 0; i < rows->n; i++)
        for (size_t k = 0; k < rows->row[i].chain; k++)
            for (size_t j = 0; j < rows->row[i].act[k]->n; j++) {
                const struct act_statement *s = &rows->row[i].act[k]->statement[j];

                if (!act_names_key(s->verb))
                    continue;
                if (out)
                    out[n] = (struct trust_naming){ i, target(rows, &rows->row[i], s), s->verb == ACT_ADMIT };
                n++;
            }
    return n;
}

bool trust_namings_make(struct trust_rows *rows, struct arena *a)
{
    size_t n = each_naming(rows, NULL), kept = 0;
    struct trust_naming *x = arena_array(a, n + 1, sizeof *x);

    if (!x)
        return false;
    (void)each_naming(rows, x);
    qsort(x, n, sizeof *x, by_target);
    for (size_t i = 0; i < n; i++)
        if (x[i].of < rows->n && (kept == 0 || by_target(&x[kept - 1], &x[i]) != 0))
            x[kept++] = x[i];
    rows->naming = x;
    rows->n_namings = kept;
    /* Two keys may name each other: the depth of a circle is where counting stops. */
    for (size_t round = 0; round < LIMIT_NAMED_KEYS; round++)
        for (size_t i = 0; i < kept; i++) {
            struct trust_row *of = &rows->row[x[i].of];

            if (!x[i].admits && of->m->named && of->depth <= rows->row[x[i].by].depth &&
                of->depth <= LIMIT_NAMED_KEYS)
                of->depth = rows->row[x[i].by].depth + 1;
        }
    return true;
}

/* The namings of one row: [*from, return). */
static size_t group_end(const struct trust_rows *rows, size_t from)
{
    size_t to = from;

    while (to < rows->n_namings && rows->naming[to].of == rows->naming[from].of)
        to++;
    return to;
}

/* One voice a member: rows of one party stand together. */
static unsigned admissions(const struct trust_rows *rows, size_t from, size_t to, const bool *in)
{
    size_t last = SIZE_MAX;
    unsigned n = 0;

    for (size_t i = from; i < to; i++) {
        size_t party = rows->row[rows->naming[i].by].party;

        if (!rows->naming[i].admits || !in[rows->naming[i].by] || party == last)
            continue;
        last = party;
        n++;
    }
    return n;
}

static bool stands(const struct trust_rows *rows, size_t from, size_t to, const bool *in)
{
    for (size_t i = from; i < to; i++)
        if (!rows->naming[i].admits && in[rows->naming[i].by])
            return true;
    return admissions(rows, from, to, in) >= rows->decisions;
}

void trust_stand(const struct trust_rows *rows, const bool *eligible, bool *in)
{
    bool more = true;

    for (size_t i = 0; i < rows->n; i++)
        in[i] = eligible[i] && !rows->row[i].m->named;
    while (more) {
        more = false;
        for (size_t i = 0, end; i < rows->n_namings; i = end) {
            size_t of = rows->naming[i].of;

            end = group_end(rows, i);
            if (in[of] || !eligible[of] || !stands(rows, i, end, in))
                continue;
            in[of] = more = true;
        }
    }
}

unsigned trust_admissions(const struct trust_rows *rows, size_t of, const bool *in)
{
    size_t from = 0;

    while (from < rows->n_namings && rows->naming[from].of < of)
        from++;
    if (from == rows->n_namings || rows->naming[from].of != of)
        return 0;
    return admissions(rows, from, group_end(rows, from), in);
}

bool trust_descends(const struct trust_rows *rows, size_t from, size_t of)
{
    bool reached[LIMIT_KNOWN_KEYS + LIMIT_TRUST_KEYS] = { false }, more = true;

    if (rows->n > sizeof reached)
        return false;
    reached[of] = true;
    while (more && !reached[from]) {
        more = false;
        for (size_t i = 0; i < rows->n_namings; i++) {
            const struct trust_naming *x = &rows->naming[i];

            if (x->admits || !reached[x->by] || reached[x->of])
                continue;
            reached[x->of] = more = true;
        }
    }
    return from != of && reached[from];
}
