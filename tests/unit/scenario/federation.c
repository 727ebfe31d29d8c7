/*
 * Ten members through everything that happens: seeded schedules of cut links, loss, doubled and late
 * messages, processes killed at any step that changes a disk, machines restored from old back-ups, and three
 * members that break the rules. What must hold whatever happens:
 *   - no record that was acknowledged is lost, and every replica has every one of them;
 *   - no replica holds anything that its owner has not signed;
 *   - no two checkpoints are witnessed that do not fit;
 *   - who breaks the rules is found, with a proof or a finding of its own.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

#include "log/files.h"
#include "seeds.h"

enum { LIAR = 2, CHEAT = 6, BACKDATER = 8, TICKS = 240 };

static void change_weather(struct world *x)
{
    bool one_side[MEMBERS];

    memset(x->cut, 0, sizeof x->cut);
    switch (world_random(x, 4)) {
    case 0: /* two halves */
        for (size_t i = 0; i < MEMBERS; i++)
            one_side[i] = world_random(x, 2);
        for (size_t i = 0; i < MEMBERS; i++)
            for (size_t k = 0; k < MEMBERS; k++)
                x->cut[i][k] = one_side[i] != one_side[k];
        break;
    case 1: /* some links */
        for (size_t n = 0; n < 12; n++) {
            size_t i = world_random(x, MEMBERS), k = world_random(x, MEMBERS);

            x->cut[i][k] = x->cut[k][i] = true;
        }
        break;
    default: /* all well */
        break;
    }
    x->loss = world_random(x, 3) == 0 ? 20 : 3;
}

static void accidents(struct world *x, int64_t t)
{
    size_t who = world_random(x, MEMBERS);

    if (t % 40 == 0)
        change_weather(x);
    if (t % 50 == 10 && who != CHEAT && !x->m[who].restored) {
        member_backs_up(x, who);
        x->backed_up = who;
        x->calm = t < 60 || world_random(x, 4) != 0;
    }
    /* Most machines are lost in a calm hour, when somebody has all; now and then one is not. */
    for (size_t i = 0; x->calm && t % 50 > 36 && i < MEMBERS; i++)
        member_pulls(x, i, x->backed_up, x->backed_up);
    if (t % 50 == 45 && t > 50 && !x->m[x->backed_up].restored && member_up(x, x->backed_up))
        member_is_restored(x, x->backed_up);
    if (t == TICKS / 2)
        member_splits(x, CHEAT);
}

static void turn(struct world *x, size_t i)
{
    if (!member_up(x, i))
        return;
    if (x->m[i].restored) {
        if (world_random(x, 3) == 0)
            member_recovers(x, i);
        if (x->m[i].restored)
            return;
    }
    if (!x->quiet && world_random(x, 6) == 0 && !(x->calm && i == x->backed_up && (x->now - BEGIN) % 50 > 25))
        member_publishes(x, i);
    if (world_random(x, 3) == 0)
        member_asks_witnesses(x, i);
    if (member_up(x, i))
        member_pulls(x, i, world_random(x, MEMBERS), world_random(x, MEMBERS));
}

static void run(struct world *x)
{
    for (int64_t t = 1; t <= TICKS; t++) {
        x->now = BEGIN + t;
        accidents(x, t);
        world_delivers(x);
        for (size_t i = 0; i < MEMBERS; i++)
            turn(x, i);
    }
}

/* Links are whole again, nobody is killed; everybody looks at everything, also at what the others pass on. */
static void settle(struct world *x)
{
    memset(x->cut, 0, sizeof x->cut);
    x->loss = 0;
    x->quiet = true;
    for (int64_t t = 0; t < 60; t++) {
        x->now++;
        world_delivers(x);
        for (size_t i = 0; i < MEMBERS; i++) {
            x->m[i].up_at = 0;
            if (x->m[i].restored)
                member_recovers(x, i);
            else
                member_asks_witnesses(x, i);
        }
    }
    for (size_t i = 0; i < MEMBERS; i++)
        for (size_t owner = 0; owner < MEMBERS; owner++) {
            member_pulls(x, i, owner, owner);
            member_pulls(x, i, (owner + 1) % MEMBERS, owner);
            member_pulls(x, i, (owner + 2) % MEMBERS, owner);
        }
    for (size_t i = 0; i < MEMBERS; i++)
        for (size_t from = 0; from < MEMBERS; from++)
            member_pulls(x, i, from, CHEAT);
}

/* ---- what must hold ---- */

static void root_of(const struct member *m, uint64_t size, struct tree_hash *root)
{
    struct tree t = { 0 };

    for (uint64_t i = 0; i < size; i++) {
        struct tree_hash h;

        tree_leaf(span_of(m->entry[i].b, m->entry[i].n), &h);
        tree_append(&t, &h);
    }
    tree_root(&t, root);
}

static bool is_handed_in(void *ctx, uint64_t index, struct span entry, struct why *w)
{
    const struct member *m = ctx;

    return (index < m->acknowledged && span_eq(entry, span_of(m->entry[index].b, m->entry[index].n))) ||
           why_set(w, "other", WHY_NO_OFFSET, NULL, "entry %llu of %s is another one",
                   (unsigned long long)index, m->state);
}

/* Nothing acknowledged is lost at its owner, and the log verifies. */
static void owner_has_all(struct world *x, size_t i)
{
    struct member *m = &x->m[i];
    struct log_verify_options opt = { .policy = &m->own, .entry = is_handed_in, .ctx = m };
    struct log_source s = log_folder(m->folder);
    struct log_report r;
    struct why w = { 0 };

    if (!m->acknowledged)
        return; /* always killed, or restored before its first entry: it may have no checkpoint */
    if (!log_verify(&s, &opt, &test_arena, &r, &w) && strcmp(w.reason, "quorum") != 0)
        fail_msg("%s: %s: %s", m->state, w.reason, w.detail);
    if (i != CHEAT) /* who shows two histories is not witnessed any more */
        assert_null(w.reason);
    if (w.reason == NULL)
        assert_int_equal(r.entries, m->acknowledged);
}

static void replica_has_all(struct world *x, size_t i, size_t owner)
{
    struct member *o = &x->m[owner];
    struct replica_row row = { 0 };
    struct replica_entry *e;
    uint64_t next = 0;
    size_t n;
    bool found;
    struct arena a;
    struct why w = { 0 };

    arena_init(&a, 256 << 20);
    assert_true(replica_find(x->m[i].store, o->log_key.name, &found, &a, &row, &w));
    if (owner != CHEAT && !o->lost && ((found ? row.held : 0) != o->acknowledged || row.fork.n))
        fail_msg("%s has %llu of %zu entries of %s", x->m[i].state, found ? (unsigned long long)row.held : 0,
                 o->acknowledged, o->state);
    if (owner != CHEAT && !o->lost)
        assert_int_equal(replica_witnessed(&row), o->acknowledged);
    for (uint64_t at = 0; found && at < row.held && owner != CHEAT; at = next) {
        if (!replica_entries(x->m[i].store, &row, at, 256, (struct span){ 0 }, false, &a, &e, &n, &next, &w))
            fail_msg("%s: %s", w.reason, w.detail);
        for (size_t k = 0; k < n; k++)
            if (!is_handed_in(o, e[k].index, e[k].bytes, &w))
                fail_msg("%s", w.detail);
    }
    arena_free(&a);
}

static void no_two_histories(struct world *x)
{
    struct tree_hash root;

    for (size_t i = 0; i < x->n_said; i++) {
        const struct member *m = &x->m[x->said[i].owner];

        assert_true(x->said[i].size <= m->acknowledged);
        root_of(m, x->said[i].size, &root);
        if (!tree_hash_eq(&root, &x->said[i].root))
            fail_msg("%s: a checkpoint of %llu entries was witnessed that does not fit", m->state,
                     (unsigned long long)x->said[i].size);
    }
}

/* Of those who were shown the second log most have the proof, by what others passed on to them; it convinces
 * whoever has the cheat's key alone. */
static void the_cheat_is_found(struct world *x)
{
    struct fork_file *f = arena_alloc(&test_arena, sizeof *f);
    struct policy *key = arena_alloc(&test_arena, sizeof *key);
    struct member *cheat = &x->m[CHEAT];
    size_t found_by = 0;

    policy_of_key(&cheat->log_key, (struct span){ 0 }, key);
    for (size_t i = 0; i < MEMBERS; i++) {
        struct replica_row row;
        struct why w = { 0 };
        bool found;

        if (i == CHEAT)
            continue;
        assert_true(replica_find(x->m[i].store, cheat->log_key.name, &found, &test_arena, &row, &w));
        if (!found || !row.fork.n)
            continue;
        found_by++;
        if (!fork_parse(row.fork, f, &w) || !fork_check(f, key, &test_arena, &w))
            fail_msg("%s: the proof: %s: %s", x->m[i].state, w.reason, w.detail);
    }
    assert_true(found_by >= MEMBERS / 2 - 1);
}

/* What was found in all schedules together: one alone may be lucky. */
static unsigned history, rewritten, backdated, recovered, lost;

static void add_up(const struct world *x)
{
    history += x->history;
    rewritten += x->rewritten;
    backdated += x->backdated;
    recovered += x->recovered;
    lost += x->lost;
}

static void schedule(uint64_t seed)
{
    struct world *x = calloc(1, sizeof *x);

    assert_non_null(x);
    seed_says(seed);
    world_open(x, seed);
    x->m[LIAR].malice = REWRITES;
    x->m[CHEAT].malice = SPLIT_VIEW;
    x->m[BACKDATER].malice = BACKDATES;
    run(x);
    settle(x);
    for (size_t i = 0; i < MEMBERS; i++) {
        assert_false(x->m[i].restored);
        if (!x->m[i].lost)
            owner_has_all(x, i);
        for (size_t owner = 0; owner < MEMBERS; owner++)
            if (owner != i)
                replica_has_all(x, i, owner);
    }
    no_two_histories(x);
    the_cheat_is_found(x);
    printf("# %u killed, %u restored, %u recovered (%u turns waiting, %u logs lost), %u pulls (%u "
           "failed, %u "
           "relayed), "
           "%zu checkpoints witnessed, %u conflicts\n# found: two histories %u times in pulls and %u at "
           "witnesses, %u rewritten, %u backdated\n",
           x->kills, x->restores, x->recovered, x->waited, x->lost, x->pulls, x->failed_pulls, x->relayed,
           x->n_said, x->conflicts, x->history, x->forks_at_witness, x->rewritten, x->backdated);
    assert_true(x->kills > 0 && x->recovered == x->restores && x->n_said > MEMBERS);
    add_up(x);
    world_close(x);
    free(x);
}

static void schedules(void **state)
{
    unsigned long long seed[SEEDS_MAX];
    size_t n = seeds_of(2, seed);

    (void)state;
    for (size_t i = 0; i < n; i++)
        schedule(seed[i]);
    assert_true(history > 0 && rewritten > 0 && backdated > 0);
    assert_true(recovered > lost);
}

static int group(void **state)
{
    return node_crypto_init() ? arena_setup(state) : 1;
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(schedules) };

    return cmocka_run_group_tests_name("scenario-federation", tests, group, arena_teardown);
}
