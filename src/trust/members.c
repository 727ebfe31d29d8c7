/*
 * The chains of the members' keys, and which keys count. Whether a key counts must not depend on the order in
 * which reports came, nor on itself by way of others: so it is worked out in steps, each over what the step
 * before left counting, and no step is repeated.
 *
 *   1. two histories: the key does not count;
 *   2. a member's own report: by the key itself, or, of two keys of the operator's file, by the later one;
 *   3. of the keys that acts name, those that stand on the rest (admission.c);
 *   4. a member's own report by such a key: of those it comes from, or, when the others admitted it, of those
 *      that they did not;
 *   5. this node's own member reports: does not count here;
 *   6. enough other members report, by keys that steps 1 to 5 left counting;
 *   7. named keys stand on what is left.
 */
#include <stdlib.h>

#include "trust/list_internal.h"

static int by_number(const void *a, const void *b)
{
    const struct trust_act *x = *(const struct trust_act *const *)a;
    const struct trust_act *y = *(const struct trust_act *const *)b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return memcmp(x->sha256, y->sha256, sizeof x->sha256);
}

/* Acts in order, each once. */
static const struct trust_act **sorted_acts(const struct trust_input *in, struct arena *a, size_t *n)
{
    const struct trust_act **s = arena_array(a, in->n_acts + 1, sizeof *s);

    if (!s)
        return NULL;
    for (size_t i = 0; i < in->n_acts; i++)
        s[i] = &in->act[i];
    qsort(s, in->n_acts, sizeof *s, by_number);
    *n = 0;
    for (size_t i = 0; i < in->n_acts; i++)
        if (*n == 0 || by_number(&s[*n - 1], &s[i]) != 0)
            s[(*n)++] = s[i];
    return s;
}

bool trust_fork_check(const struct trust_act *x, const struct trust_act *y, const char **how)
{
    const char *text = NULL;

    if (x->key != y->key || memcmp(x->sha256, y->sha256, sizeof x->sha256) == 0)
        return false;
    if (x->number == y->number)
        text = "two different acts of one number";
    else if (x->number + 1 == y->number && memcmp(y->previous, x->sha256, sizeof x->sha256) != 0)
        text = "the later act names another one before it";
    else if (y->number + 1 == x->number && memcmp(x->previous, y->sha256, sizeof y->sha256) != 0)
        text = "the later act names another one before it";
    if (text && how)
        *how = text;
    return text != NULL;
}

/* The chain up to a gap or a fork; the first fork. */
static const struct act_statement *end_in(const struct trust_act *act)
{
    for (size_t i = 0; i < act->n; i++)
        if (act_ends(act->statement[i].verb))
            return &act->statement[i];
    return NULL;
}

/* Nothing counts of a chain behind the act by which its key ends. */
static bool cut_at_end(struct trust_row *r, struct arena *a)
{
    struct trust_member *m = r->m;

    r->whole = r->chain;
    for (size_t i = 0; i < r->chain; i++) {
        const struct act_statement *s = end_in(r->act[i]);

        if (!s)
            continue;
        m->end = s->verb == ACT_LEAVE ? KEY_LEFT : KEY_RETIRED;
        m->ended = r->act[i]->time;
        m->end_reason = arena_str(a, s->reason);
        r->chain = i + 1;
        return m->end_reason != NULL;
    }
    return true;
}

static void follow(struct trust_row *r)
{
    struct trust_member *m = r->m;
    const struct trust_act *last;

    for (size_t i = 0; i < r->n_act; i++) {
        const struct trust_act *act = r->act[i];

        if (i && !m->fork[0] && trust_fork_check(r->act[i - 1], act, NULL)) {
            m->standing = MEMBER_KEY_FORKED;
            m->fork[0] = r->act[i - 1];
            m->fork[1] = act;
            m->since = act->time > r->act[i - 1]->time ? act->time : r->act[i - 1]->time;
            m->reason = "it signed two histories";
        }
        if (!m->fork[0] && r->chain == i && act->number == i + 1)
            r->chain++;
    }
    m->acts = r->chain;
    if (r->chain == 0)
        return;
    last = r->act[r->chain - 1];
    memcpy(m->head, last->sha256, sizeof m->head);
    m->latest = last->time;
}

static bool fill_row(const struct trust_input *in, struct trust_row *r, const struct trust_act *const *acts,
                     size_t n_acts, size_t key, struct arena *a)
{
    const struct trust_key *k = &in->keys.key[key];
    struct trust_member *m = r->m;

    m->name = arena_str(a, k->name);
    memcpy(m->key, k->key, sizeof m->key);
    memcpy(m->fingerprint, k->fingerprint, sizeof m->fingerprint);
    m->standing = MEMBER_KEY_COUNTS;
    m->named = k->named_by.n > 0;
    r->act = acts;
    while (r->n_act < n_acts && acts[r->n_act]->key == key)
        r->n_act++;
    follow(r);
    return m->name != NULL && cut_at_end(r, a);
}

static bool add_party(const struct trust_input *in, size_t party, const struct trust_act *const *acts,
                      size_t n_acts, struct trust_rows *rows, struct arena *a)
{
    const char *state = arena_str(a, in->party[party]);
    bool any = false;

    if (!state)
        return false;
    for (size_t k = 0; k <= in->keys.n; k++) {
        struct trust_row *r = &rows->row[rows->n];
        size_t at = 0;

        if (k == in->keys.n ? any : !span_eq(in->keys.key[k].state, in->party[party]))
            continue;
        *r = (struct trust_row){ .m = &rows->member[rows->n], .party = party };
        r->m->state = state;
        rows->n++;
        if (k == in->keys.n)
            continue;
        any = true;
        while (at < n_acts && acts[at]->key < k)
            at++;
        if (!fill_row(in, r, acts + at, n_acts - at, k, a))
            return false;
    }
    return true;
}

/* The first report of one row's key by another row; NULL: none. */
static const struct trust_act *report_of(const struct trust_row *by, const struct trust_member *m,
                                         struct span *reason)
{
    for (size_t i = 0; i < (by->m == m ? by->whole : by->chain); i++) {
        for (size_t k = 0; k < by->act[i]->n; k++) {
            const struct act_statement *s = &by->act[i]->statement[k];

            if (s->verb == ACT_REPORT && span_eq_str(s->state, m->state) &&
                memcmp(s->sha256, m->fingerprint, sizeof s->sha256) == 0) {
                *reason = s->reason;
                return by->act[i];
            }
        }
    }
    return NULL;
}

static void silence(struct trust_member *m, unix_time since, struct span reason, struct arena *a)
{
    m->standing = MEMBER_KEY_COMPROMISED;
    m->since = since;
    m->reason = arena_str(a, reason);
}

/* Step 2: later keys first, since only one that counts may speak for an earlier one. */
static void own_reports(struct trust_rows *rows, struct arena *a)
{
    for (size_t i = rows->n; i-- > 0;) {
        struct trust_row *r = &rows->row[i];

        for (size_t k = i; k < rows->n && rows->row[k].party == r->party && row_counts(r); k++) {
            const struct trust_row *by = &rows->row[k];
            const struct trust_act *act;
            struct span reason;

            if (k != i && (!row_counts(by) || by->m->named))
                continue;
            act = report_of(by, r->m, &reason);
            if (act) {
                silence(r->m, act->time, reason, a);
                r->m->reported_by = 1;
            }
        }
    }
}

/* Steps 3 and 7: keys that nothing carries any more. */
static void drop_fallen(struct trust_rows *rows, bool *eligible, bool *in)
{
    for (size_t i = 0; i < rows->n; i++)
        eligible[i] = row_counts(&rows->row[i]);
    trust_stand(rows, eligible, in);
    for (size_t i = 0; i < rows->n; i++)
        if (eligible[i] && !in[i])
            rows->row[i].m->standing = MEMBER_KEY_NAMED;
}

/* A key that acts named may report one of its member: one it comes from, or one that was not admitted when it
 * was. */
static bool may_report(const struct trust_rows *rows, size_t by, size_t of, const bool *in)
{
    if (!rows->row[by].m->named && !rows->row[of].m->named)
        return false; /* step 2 */
    return trust_descends(rows, by, of) || (trust_admissions(rows, by, in) >= rows->decisions &&
                                            trust_admissions(rows, of, in) < rows->decisions);
}

/* Step 4: all at once, over in, what step 3 left counting. */
static void named_reports(struct trust_rows *rows, const bool *in, struct arena *a)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct trust_row *r = &rows->row[i];

        for (size_t k = 0; k < rows->n && in[i] && row_counts(r); k++) {
            const struct trust_act *act;
            struct span reason;

            if (k == i || rows->row[k].party != r->party || !in[k])
                continue;
            act = report_of(&rows->row[k], r->m, &reason);
            if (act && may_report(rows, k, i, in)) {
                silence(r->m, act->time, reason, a);
                r->m->reported_by = 1;
            }
        }
    }
}

/* Step 5. */
static void here(struct trust_rows *rows, struct span own, struct arena *a)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct trust_row *r = &rows->row[i];

        for (size_t k = 0; k < rows->n && own.n && row_counts(r); k++) {
            const struct trust_row *by = &rows->row[k];
            const struct trust_act *act;
            struct span reason;

            if (by->party == r->party || !span_eq_str(own, by->m->state) || !row_counts(by))
                continue;
            act = report_of(by, r->m, &reason);
            if (act) {
                silence(r->m, act->time, reason, a);
                r->m->here_only = true;
            }
        }
    }
}

struct report {
    unix_time at;
    struct span reason;
};

static int by_time(const void *a, const void *b)
{
    const struct report *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return span_cmp(x->reason, y->reason);
}

/* The first report by each other party that speaks by a counting key. */
static size_t reports_by_others(const struct trust_rows *rows, const bool *counts, const struct trust_row *r,
                                struct report *out)
{
    size_t n = 0, last = SIZE_MAX;

    for (size_t k = 0; k < rows->n; k++) {
        const struct trust_row *by = &rows->row[k];
        const struct trust_act *act;
        struct span reason;

        if (by->party == r->party || !counts[k] || !(act = report_of(by, r->m, &reason)))
            continue;
        if (n && last == by->party) {
            if (act->time < out[n - 1].at)
                out[n - 1] = (struct report){ act->time, reason };
            continue;
        }
        out[n++] = (struct report){ act->time, reason };
        last = by->party;
    }
    qsort(out, n, sizeof *out, by_time);
    return n;
}

/* Step 6: all at once, over what the steps before left counting. */
static bool others_reports(struct trust_rows *rows, unsigned enough, struct arena *a)
{
    bool *counts = arena_array(a, rows->n + 1, sizeof *counts);
    struct report *report = arena_array(a, rows->n + 1, sizeof *report);

    if (!counts || !report)
        return false;
    for (size_t i = 0; i < rows->n; i++)
        counts[i] = row_counts(&rows->row[i]);
    for (size_t i = 0; i < rows->n; i++) {
        struct trust_member *m = rows->row[i].m;
        size_t n;

        if (m->standing == MEMBER_KEY_NONE || m->standing == MEMBER_KEY_NAMED)
            continue;
        n = reports_by_others(rows, counts, &rows->row[i], report);
        m->reported_by += (unsigned)n;
        if (n < enough || enough == 0 || (!counts[i] && !m->here_only))
            continue;
        silence(m, report[enough - 1].at, report[enough - 1].reason, a);
        m->here_only = false;
    }
    return true;
}

/* Keys of one party in their order: those of the operator's file as they stand there, then named ones, by how
 * many successions lead to them, then by fingerprint. */
static int by_age(const void *a, const void *b)
{
    const struct trust_row *x = a, *y = b;

    if (x->party != y->party)
        return x->party < y->party ? -1 : 1;
    if (x->m->named != y->m->named)
        return x->m->named ? 1 : -1;
    if (!x->m->named)
        return x->m < y->m ? -1 : x->m > y->m;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    return memcmp(x->m->fingerprint, y->m->fingerprint, sizeof x->m->fingerprint);
}

/* Rows in their order, and members in that of the rows. Twice: the depth is known only when namings are. */
static bool put_in_order(struct trust_rows *rows, struct arena *a)
{
    struct trust_member *member = arena_array(a, rows->n + 1, sizeof *member);
    bool ok = member && trust_namings_make(rows, a);

    if (!ok)
        return false;
    qsort(rows->row, rows->n, sizeof *rows->row, by_age);
    for (size_t i = 0; i < rows->n; i++) {
        member[i] = *rows->row[i].m;
        rows->row[i].m = &member[i];
        rows->row[i].depth = 0;
    }
    rows->member = member;
    return trust_namings_make(rows, a);
}

/* A named key that never stood is nobody's: nothing of it is heard, not even that it has two histories. */
static void drop_strangers(struct trust_rows *rows, bool *eligible, bool *in)
{
    for (size_t i = 0; i < rows->n; i++)
        eligible[i] = true;
    trust_stand(rows, eligible, in);
    for (size_t i = 0; i < rows->n; i++) {
        struct trust_member *m = rows->row[i].m;

        rows->row[i].stood = in[i];
        if (in[i])
            continue;
        m->standing = MEMBER_KEY_NAMED;
        m->since = 0;
        m->reason = NULL;
        m->fork[0] = m->fork[1] = NULL;
    }
}

static void count_admissions(struct trust_rows *rows, bool *in)
{
    for (size_t i = 0; i < rows->n; i++)
        in[i] = row_counts(&rows->row[i]);
    for (size_t i = 0; i < rows->n; i++)
        rows->row[i].m->admitted_by = trust_admissions(rows, i, in);
}

static bool settle(const struct trust_input *in, struct trust_rows *rows, struct arena *a)
{
    bool *eligible = arena_array(a, rows->n + 1, sizeof *eligible);
    bool *stand = arena_array(a, rows->n + 1, sizeof *stand), ok;

    if (!eligible || !stand)
        return false;
    drop_strangers(rows, eligible, stand);
    own_reports(rows, a);
    drop_fallen(rows, eligible, stand);
    named_reports(rows, stand, a);
    here(rows, in->own, a);
    ok = others_reports(rows, in->rules.reports, a);
    drop_fallen(rows, eligible, stand);
    count_admissions(rows, stand);
    return ok;
}

bool trust_rows_make(const struct trust_input *in, struct arena *a, struct trust_rows *out, struct why *w)
{
    size_t most = in->n_parties + in->keys.n, n_acts = 0;
    struct trust_rows rows = { .row = arena_array(a, most + 1, sizeof *rows.row),
                               .member = arena_array(a, most + 1, sizeof *rows.member),
                               .decisions = in->rules.decisions ? in->rules.decisions
                                                                : (unsigned)in->n_parties / 2 + 1 };
    const struct trust_act **acts = sorted_acts(in, a, &n_acts);
    bool ok = rows.row && rows.member && acts;

    for (size_t p = 0; ok && p < in->n_parties; p++)
        ok = add_party(in, p, acts, n_acts, &rows, a);
    if (!ok || !put_in_order(&rows, a) || !settle(in, &rows, a))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = rows;
    return true;
}
