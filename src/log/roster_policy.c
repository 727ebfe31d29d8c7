#include "log/roster_policy.h"

#include <stdio.h>

static const char clause[] = "doc/membership.md";

static bool add_logs(const struct roster_member *owner, struct span origin, struct policy *p)
{
    for (size_t i = 0; i < owner->n_log && p->n_logs < LIMIT_POLICY; i++) {
        struct policy_log *l = &p->log[p->n_logs++];

        note_key_of(origin, NOTE_KEY_ED25519, owner->log[i], &l->key);
        l->origin = origin;
        l->url = (struct span){ 0 };
        l->until = 0;
    }
    if (p->n_logs == 0)
        return false;
    for (size_t i = 0; i < owner->n_retired && p->n_logs < LIMIT_POLICY; i++) {
        struct policy_log *l = &p->log[p->n_logs++];

        note_key_of(origin, NOTE_KEY_ED25519, owner->retired[i].pub, &l->key);
        l->origin = origin;
        l->url = (struct span){ 0 };
        l->until = owner->retired[i].until;
    }
    return true;
}

static struct span joined(struct arena *a, struct span name, const char *rest)
{
    char text[LIMIT_NODE_NAME + 32];
    int n = snprintf(text, sizeof text, "%.*s%s", (int)name.n, (const char *)name.p, rest);

    return n > 0 && (size_t)n < sizeof text ? arena_copy(a, span_of(text, (size_t)n)) : (struct span){ 0 };
}

static void put_bit(struct policy_member *group, size_t at)
{
    group->members[at / 64] |= (uint64_t)1 << (at % 64);
}

/* The witness keys of a member, and above several a group of which one suffices: one voice. Its place, or
 * LIMIT_POLICY when there is no room. */
static size_t add_witness(const struct roster_member *m, struct arena *a, struct policy *p)
{
    struct policy_member *group;
    size_t first = p->n;

    if (p->n + m->n_witness + 2 > LIMIT_POLICY)
        return LIMIT_POLICY;
    for (size_t i = 0; i < m->n_witness; i++) {
        struct policy_member *x = &p->member[p->n++];
        char number[32];

        (void)snprintf(number, sizeof number, "#%zu", i + 1);
        *x = (struct policy_member){ .witness = true, .name = joined(a, m->name, number) };
        note_key_of(joined(a, m->name, "/witness"), NOTE_KEY_COSIGNATURE, m->witness[i], &x->key);
    }
    if (m->n_witness == 1)
        return first;
    group = &p->member[p->n];
    *group = (struct policy_member){ .name = m->state, .need = 1 };
    for (size_t i = first; i < p->n; i++)
        put_bit(group, i);
    return p->n++;
}

bool roster_policy(const struct roster *r, struct span origin, struct arena *a, struct policy *out,
                   struct why *w)
{
    const struct roster_member *owner = roster_of_origin(r, origin);
    struct policy *p = arena_alloc(a, sizeof *p);
    /* No number: one that is never reached. */
    struct policy_member all = { .name = SPAN("members"),
                                 .need = r->witnesses ? r->witnesses : LIMIT_POLICY + 1 };
    size_t n = 0;

    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!owner)
        return why_set(w, "origin", WHY_NO_OFFSET, clause, "it is no log of a member");
    if (!add_logs(owner, origin, p))
        return why_set(w, "no-key", WHY_NO_OFFSET, clause, "no key of the logs of %.*s is known", 2,
                       (const char *)owner->state.p);
    for (size_t i = 0; i < r->n; i++) {
        const struct roster_member *m = &r->member[i];
        size_t at = m != owner && roster_counts(m) && m->n_witness ? add_witness(m, a, p) : LIMIT_POLICY;

        if (at == LIMIT_POLICY)
            continue;
        put_bit(&all, at);
        n++;
    }
    p->quorum = p->n;
    p->member[p->n++] = all;
    *out = *p;
    if (r->witnesses == 0)
        return why_set(w, "quorum", WHY_NO_OFFSET, clause,
                       "the agreement does not say how many parties cosign a record");
    return n >= r->witnesses ||
           why_set(w, "quorum", WHY_NO_OFFSET, clause,
                   "%zu members that count can cosign, and %u are needed: a record can be published, not "
                   "witnessed",
                   n, r->witnesses);
}
