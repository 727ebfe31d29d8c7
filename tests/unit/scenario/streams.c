/*
 * Ten members with streams, audiences, bodies, erasure, questions and one roster, over a network that loses,
 * delays and doubles; one of them suspended in the middle and resumed, another that changes its log key,
 * machines restored from old back-ups. What must hold: nothing that was witnessed is lost, nothing unproved
 * or unwitnessed is shown, an erased body never comes back, each question is answered once; and each attack
 * ends in a finding of its own.
 */
#include "society.h"

#include <stdio.h>
#include <stdlib.h>

#include "log/files.h"
#include "sanitized.h"
#include "seeds.h"

enum { SUSPENDED = 5, ROTATES = 4, RESTORED = 6, OWNER_RESTORED = 8, STEP = 7 };

enum { TURNS = SANITIZED ? 40 : 70 };

static struct society *x;

/* ---- what consumers are shown ---- */

static size_t stream_of(const struct citizen *owner, struct span origin)
{
    for (size_t k = 0; k <= INDEX; k++)
        if (span_eq_str(origin, owner->origin[k]))
            return k;
    fail_msg("a log that nobody has");
    return 0;
}

static bool is_shown(void *ctx, const struct sync_record *r, struct why *w)
{
    struct citizen *c = ctx;
    const struct citizen *owner = citizen_of(c->of, r->owner);
    const struct told *t = &owner->told[stream_of(owner, r->origin->text)];

    (void)w;
    assert_true(r->index < t->witnessed && r->index < t->n && t->record[r->index]);
    if (r->erased)
        assert_true(t->erased[r->index]);
    else
        assert_true(span_eq(r->body, body_number(t->serial[r->index], &x->turn)));
    c->shown++;
    return true;
}

/* What was seen to be witnessed stays so: at its owner and wherever it is kept. */
static void look_at_witnessed(void)
{
    for (size_t i = 0; i < TEN; i++) {
        struct stream_state *all;
        struct why w = { 0 };
        size_t n;

        society_must(streams_states(x->m[i].streams, &x->turn, &all, &n, &w), &w, "states");
        for (size_t k = 0; k < n; k++) {
            struct told *t;

            if (all[k].why.reason)
                fail_msg("%s: %s: %s", x->m[i].state, all[k].why.reason, all[k].why.detail);
            if (memmem(all[k].origin.p, all[k].origin.n, "/index/", 7))
                continue;
            t = &x->m[i].told[stream_of(&x->m[i], all[k].origin)];
            assert_int_equal(all[k].published, t->n);
            if (all[k].witnessed > t->witnessed)
                t->witnessed = all[k].witnessed;
        }
    }
}

static void start_consumers(void)
{
    for (size_t i = 0; i < TEN; i++)
        for (size_t k = 0; k < STREAMS; k++)
            x->m[i].consumer[k] = (struct sync_consumer){
                .name = "test", .stream = k ? "licence" : "trust", .take = is_shown, .ctx = &x->m[i]
            };
}

/* ---- turns ---- */

static bool may_be(const char *reason)
{
    return strcmp(reason, "unreachable") == 0 || strcmp(reason, "missing") == 0 ||
           strcmp(reason, "audience") == 0;
}

static void pull(size_t i, size_t from, size_t owner, size_t stream)
{
    bool mine = in_audience(&x->m[i], &x->m[owner], stream);
    struct why w = { 0 };

    if (i == from || i == owner)
        return;
    if (citizen_pulls(&x->m[i], from, owner, stream, NULL, &w)) {
        assert_true(mine || x->m[owner].told[stream].n == 0);
        return;
    }
    if (!may_be(w.reason) || (strcmp(w.reason, "audience") == 0 && mine))
        fail_msg("%s of %s from %s: %s: %s", x->m[i].state, x->m[owner].origin[stream], x->m[from].state,
                 w.reason, w.detail);
    x->audience_refused += strcmp(w.reason, "audience") == 0;
}

static void turn_of(size_t i)
{
    struct citizen *c = &x->m[i];
    size_t owner = society_random(x, TEN), stream = society_random(x, STREAMS);
    struct why w = { 0 };

    if (society_random(x, 4) == 0)
        citizen_publishes(c, society_random(x, STREAMS), 1 + society_random(x, 3));
    if (society_random(x, 25) == 0 && c->told[stream].n)
        citizen_erases(c, stream, society_random(x, (uint32_t)c->told[stream].n));
    citizen_turns(c);
    for (size_t k = 0; k < TEN; k++)
        if (society_random(x, 2))
            citizen_asks_witness(c, k);
    if (owner == i || society_random(x, 3) || !in_audience(c, &x->m[owner], stream) ||
        !reader_is_killed(c, owner, stream))
        pull(i, owner, owner, stream);
    pull(i, society_random(x, TEN), owner, stream);
    if (society_random(x, 6) == 0) {
        size_t to = society_random(x, TEN);
        char reference[24];

        (void)snprintf(reference, sizeof reference, "q-%zu", x->asked);
        if (to != i && i != SUSPENDED && to != SUSPENDED) {
            x->asked++;
            (void)society_asks(x, i, to, reference);
        }
    }
    if (society_random(x, 4) == 0)
        society_must(ask_runner_pass(c->runner, x->now, NULL, NULL, &w), &w, "the runner");
}

static void one_turn(void)
{
    x->now += STEP;
    arena_reset(&x->turn);
    society_delivers(x);
    for (size_t i = 0; i < TEN; i++)
        turn_of(i);
    look_at_witnessed();
    for (size_t i = 0; i < TEN; i++)
        citizen_consumes(&x->m[i]);
}

/* The network is well; until every log is witnessed and everywhere where it belongs. */
static void calm(unsigned turns)
{
    unsigned loss = x->loss;
    bool quiet = x->quiet;

    x->loss = 0;
    x->quiet = true;
    memset(x->cut, 0, sizeof x->cut);
    for (unsigned n = 0; n < turns; n++) {
        struct why w = { 0 };

        x->now += 61;
        arena_reset(&x->turn);
        society_delivers(x);
        for (size_t i = 0; i < TEN; i++) {
            for (size_t k = 0; k < TEN; k++)
                for (unsigned logs = 0; logs < 3; logs++)
                    citizen_asks_witness(&x->m[i], k);
            society_must(ask_runner_pass(x->m[i].runner, x->now, NULL, NULL, &w), &w, "the runner");
        }
    }
    for (size_t i = 0; i < TEN; i++)
        for (size_t owner = 0; owner < TEN; owner++)
            for (size_t k = 0; k <= INDEX; k++)
                pull(i, owner, owner, k);
    look_at_witnessed();
    for (size_t i = 0; i < TEN; i++)
        citizen_consumes(&x->m[i]);
    x->loss = loss;
    x->quiet = quiet;
}

/* ---- what must hold ---- */

static struct replica_row row_of(const struct citizen *c, const struct citizen *owner, size_t stream,
                                 bool *found)
{
    struct replica_row row = { 0 };
    struct why w = { 0 };

    society_must(replica_find(c->store, span_str(owner->origin[stream]), found, &x->turn, &row, &w), &w,
                 "row");
    return row;
}

static void replica_has_all(const struct citizen *c, const struct citizen *owner, size_t stream)
{
    const struct told *t = &owner->told[stream];
    bool found;
    struct replica_row row = row_of(c, owner, stream, &found);
    struct why w = { 0 };

    if (!in_audience(c, owner, stream)) {
        assert_false(found); /* not one byte of it */
        return;
    }
    if (row.held != t->n || replica_witnessed(&row) != t->n)
        fail_msg("%s has %llu (%llu) of %llu of %s", c->state, (unsigned long long)row.held,
                 (unsigned long long)replica_witnessed(&row), (unsigned long long)t->n,
                 owner->origin[stream]);
    for (uint64_t i = 0; i < row.held; i++) {
        struct replica_entry e;
        struct buffer body;

        society_must(replica_entry(c->store, &row, i, &x->turn, &e, &w), &w, "entry");
        if (!t->record[i])
            continue;
        if (t->erased[i] ? e.body != REPLICA_BODY_ERASED || e.sealed.n : e.body != REPLICA_BODY_THERE)
            fail_msg("%s, entry %llu of %s: body %d", c->state, (unsigned long long)i, owner->origin[stream],
                     (int)e.body);
        if (t->erased[i])
            continue;
        buf_init(&body, LIMIT_LOG_BODY);
        society_must(leaf_open(&e.leaf, e.sealed.p, span_sub(e.sealed, LEAF_SALT, e.sealed.n), &body, &w), &w,
                     "opening");
        assert_true(span_eq(buf_span(&body), body_number(t->serial[i], &x->turn)));
        buf_free(&body);
    }
    arena_reset(&x->turn);
}

static void everybody_has_all(void)
{
    for (size_t i = 0; i < TEN; i++)
        for (size_t owner = 0; owner < TEN; owner++)
            for (size_t k = 0; k < STREAMS; k++)
                if (i != owner && x->m[owner].told[k].n)
                    replica_has_all(&x->m[i], &x->m[owner], k);
}

static void owner_has_all(const struct citizen *c)
{
    for (size_t k = 0; k < STREAMS; k++)
        for (uint64_t i = 0; i < c->told[k].n; i++) {
            struct stream_record r;
            struct why w = { 0 };

            society_must(streams_get(c->streams, span_str(c->origin[k]), i, &x->turn, &r, &w), &w, "get");
            assert_int_equal(r.control, !c->told[k].record[i]);
            if (!r.control)
                assert_int_equal(r.state, c->told[k].erased[i] ? BODY_ERASED : BODY_THERE);
        }
    arena_reset(&x->turn);
}

/* ---- back-ups ---- */

static void back_up(const struct citizen *c)
{
    char to[140];
    struct why w = { 0 };

    (void)snprintf(to, sizeof to, "%s.old", c->store_folder);
    society_shell("rm -rf '%s' '%s.old' && cp -a '%s' '%s.old'", to, c->folder, c->folder, c->folder);
    society_must(store_backup(c->store, to, &w), &w, "back-up");
}

static void restore_store(struct citizen *c)
{
    store_close(c->store);
    society_shell("rm -rf '%s' && cp -a '%s.old' '%s'", c->store_folder, c->store_folder, c->store_folder);
    citizen_open_store(c);
}

struct kept {
    const struct citizen *at;
    struct replica_files files;
};

static bool what_is_kept(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    const struct kept *k = ctx;
    struct policy *p = arena_alloc(a, sizeof *p);
    struct witness v = { .folder = k->at->seen, .policy = p, .key = &k->at->witness_key };

    if (!p || (!roster_policy(&x->roster, origin, a, p, w) && strcmp(w->reason, "quorum") != 0))
        return false;
    return witness_checkpoint(&v, origin, a, note, w);
}

/* Its logs are those of an old back-up, and what was signed last is lost: the others are asked. */
static void restore_streams(struct citizen *c)
{
    streams_close(c->streams);
    society_shell("rm -rf '%s' '%s' && cp -a '%s.old' '%s'", c->folder, c->keep, c->folder, c->folder);
    for (size_t k = 0; k <= INDEX; k++) {
        struct recover_source s[TEN];
        struct kept kept[TEN];
        char folder[200], keep[200];
        struct note_key key;
        struct log_writer_options o = {
            .folder = folder, .keep = keep, .key = &key, .signer = &c->log[c->log_now], .bodies = k != INDEX
        };
        struct log_recovery r;
        struct why w = { 0 };
        size_t n = 0;

        (void)snprintf(folder, sizeof folder, "%s%s", c->folder, strchr(c->origin[k], '/'));
        (void)snprintf(keep, sizeof keep, "%s%s", c->keep, strchr(c->origin[k], '/'));
        society_shell("mkdir -p '%s'", keep);
        note_key_of(span_str(c->origin[k]), NOTE_KEY_ED25519, c->log[c->log_now].pub, &key);
        for (size_t i = 0; i < TEN; i++) {
            if (i == c->i)
                continue;
            kept[n] = (struct kept){ &x->m[i], { x->m[i].store, span_str(c->origin[k]) } };
            s[n] = (struct recover_source){ .member = span_str(x->m[i].state),
                                            .checkpoint = what_is_kept,
                                            .files = replica_source(&kept[n].files),
                                            .ctx = &kept[n] };
            n++;
        }
        society_must(log_recover(&o, s, n, n, &x->turn, &r, &w), &w, "recovering");
        if (r.end != RECOVERY_DONE)
            fail_msg("%s: %s: %s", c->origin[k], recovery_word(r.end), r.why.detail);
        if (k != INDEX)
            assert_int_equal(r.size, c->told[k].n);
    }
    citizen_open_streams(c);
    society_roster(x);
}

/* ---- the schedule ---- */

static void suspended_meanwhile(void)
{
    struct citizen *c = &x->m[SUSPENDED];
    uint64_t witnessed;

    calm(6);
    witnessed = c->told[0].witnessed;
    assert_int_equal(witnessed, c->told[0].n);
    society_says(x, ACT_SUSPEND, SUSPENDED);
    assert_int_equal(x->roster.member[SUSPENDED].standing, ROSTER_SUSPENDED);
    x->quiet = true;
    citizen_publishes(c, 0, 3);
    x->quiet = false;
    for (unsigned i = 0; i < 10; i++)
        one_turn();
    assert_true(c->told[0].n > witnessed);
    assert_int_equal(c->told[0].witnessed, witnessed); /* published, and witnessed by nobody */
    assert_true(x->refused_witness > 0);
}

static void key_replaced(void)
{
    struct citizen *c = &x->m[ROTATES];

    society_card(x, ROTATES, 2, true, true);
    streams_close(c->streams);
    c->log_now = 1;
    citizen_open_streams(c);
    society_roster(x);
}

/* What was restored knows again what was erased; what follows the log forgets it once more. */
static void erased_stays_erased(void)
{
    struct citizen *owner = &x->m[0], *c = &x->m[RESTORED], *next = &x->m[7];
    bool found;
    struct replica_row row;
    struct replica_entry e;
    struct why w = { 0 };
    uint64_t at = 0;

    citizen_publishes(owner, 0, 1);
    at = owner->told[0].n - 1;
    calm(6);
    back_up(c);
    citizen_erases(owner, 0, at);
    calm(6);
    restore_store(c);
    row = row_of(c, owner, 0, &found);
    society_must(found && replica_entry(c->store, &row, at, &x->turn, &e, &w), &w, "entry");
    assert_int_equal(e.body, REPLICA_BODY_THERE); /* the back-up has it */
    x->loss = 0;
    pull(7, RESTORED, 0, 0); /* a relay that has it still */
    row = row_of(next, owner, 0, &found);
    society_must(replica_entry(next->store, &row, at, &x->turn, &e, &w), &w, "entry");
    assert_int_equal(e.body, REPLICA_BODY_ERASED);
    pull(RESTORED, 7, 0, 0); /* from another one's replica, not from the owner */
    row = row_of(c, owner, 0, &found);
    society_must(replica_entry(c->store, &row, at, &x->turn, &e, &w), &w, "entry");
    assert_int_equal(e.body, REPLICA_BODY_ERASED);
    assert_int_equal(e.sealed.n, 0);
}

static void owner_restored(void)
{
    struct citizen *c = &x->m[OWNER_RESTORED];

    citizen_publishes(c, 0, 2);
    calm(6);
    back_up(c);
    citizen_erases(c, 0, c->told[0].n - 1);
    citizen_publishes(c, 0, 3);
    citizen_publishes(c, 1, 2);
    calm(6);
    restore_streams(c);
    owner_has_all(c);
}

static void questions_are_settled(void)
{
    for (unsigned n = 0; n < 3; n++)
        calm(3);
    for (size_t i = 0; i < TEN; i++) {
        struct ask_runner_state s = { 0 };

        ask_runner_state(x->m[i].runner, &s);
        assert_int_equal(s.open, 0);
    }
    assert_int_equal(x->desked, x->asked); /* each was looked up once, however often it came */
}

static void goes_by(void)
{
    for (unsigned t = 1; t <= TURNS; t++) {
        if (t % 30 == 0)
            x->loss = society_random(x, 3) ? 8 : 30;
        if (t % 15 == 0)
            society_weather(x);
        if (t == TURNS / 3)
            suspended_meanwhile();
        if (t == TURNS / 2)
            key_replaced();
        if (t == TURNS * 2 / 3)
            society_says(x, ACT_RESUME, SUSPENDED);
        one_turn();
    }
    x->quiet = true;
    erased_stays_erased();
    owner_restored();
    calm(8);
    society_card(x, ROTATES, 3, false, true);
    society_roster(x);
    for (size_t i = 0; i < TEN; i++)
        citizen_publishes(&x->m[i], 0, 1);
    calm(8);
}

static void all_is_there(void)
{
    questions_are_settled();
    everybody_has_all();
    for (size_t i = 0; i < TEN; i++) {
        owner_has_all(&x->m[i]);
        for (size_t k = 0; k < STREAMS; k++)
            assert_int_equal(x->m[i].told[k].witnessed, x->m[i].told[k].n);
    }
}

/* What was found, and happened, in all years together: one alone may be lucky. */
static struct {
    size_t killed, whole, nothing, failed, outside, asked;
} sum;

static void year(uint64_t seed)
{
    uint64_t shown = 0;

    x = calloc(1, sizeof *x);
    assert_non_null(x);
    seed_says(seed);
    society_open(x, seed);
    society_offices(x);
    start_consumers();
    goes_by();
    all_is_there();
    x->quiet = true;
    attacks_on_desks(x);
    attacks_on_offices(x);
    attacks_on_logs(x);
    for (size_t i = 0; i < TEN; i++) {
        shown += x->m[i].shown;
        ask_runner_free(x->m[i].runner);
    }
    printf("# %u records, %llu shown, %zu cosigned, %zu pulls (%zu failed, %zu out of the audience), %zu "
           "questions, %zu requests of a suspended member refused\n# %zu killed, %zu ended before it; of "
           "batches cut off %zu stand whole and %zu not at all\n",
           x->serial, (unsigned long long)shown, x->cosigned, x->pulls, x->failed, x->audience_refused,
           x->asked, x->refused_witness, x->killed, x->survived, x->whole, x->nothing);
    assert_true(shown > x->serial);
    sum.killed += x->killed;
    sum.whole += x->whole;
    sum.nothing += x->nothing;
    sum.failed += x->failed;
    sum.outside += x->audience_refused;
    sum.asked += x->asked;
    society_close(x);
    free(x);
}

static void years_of_ten(void **state)
{
    unsigned long long seed[SEEDS_MAX];
    size_t n = seeds_of(1, seed);

    (void)state;
    for (size_t i = 0; i < n; i++)
        year(seed[i]);
    assert_true(sum.killed > 0 && sum.nothing > 0 && sum.failed > 0 && sum.outside > 0 && sum.asked > 10);
}

static int group(void **state)
{
    return node_crypto_init() ? arena_setup(state) : 1;
}

int main(void)
{
    static const struct CMUnitTest tests[] = { cmocka_unit_test(years_of_ten) };

    return cmocka_run_group_tests_name("scenario-streams", tests, group, arena_teardown);
}
