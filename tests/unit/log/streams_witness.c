/* How a member's checkpoints come by their cosignatures, with witnesses in the same process and a clock that
 * stands in the test's hand. */
#include "streams_support.h"

#include "log/witness.h"

static const struct span LICENCE = { (const uint8_t *)"licence", 7 }, ALL = { (const uint8_t *)"all", 3 };

enum { WITNESSES = 4 };

/* A bloc of four that witness each log of the fifth; two of them make the quorum. */
struct bloc {
    char *path;
    struct streams *s;
    struct policy policy;    /* for the publisher */
    struct policy *believes; /* what the witnesses know of logs */
    uint8_t secret[WITNESSES][NODE_SECRET_KEY];
    struct signer signer[WITNESSES];
    struct note_key key[WITNESSES];
    char folder[WITNESSES][200], name[WITNESSES][32];
};

static const char *const origins[] = { "kz.specimen/index/all/2026", "kz.specimen/licence/all/2026",
                                       "kz.specimen/licence/all/2027", "kz.specimen/index/all/2027" };

static void bloc_policy(struct bloc *b, unsigned quorum)
{
    char text[4096];
    struct buffer t, k;
    struct why w = { 0 };

    buf_init_fixed(&t, text, sizeof text);
    for (size_t i = 0; i < WITNESSES; i++) {
        buf_init(&k, 1024);
        note_key_put(&b->key[i], &k);
        buf_printf(&t, "witness w%zu %s\n", i, buf_cstr(&k));
        buf_free(&k);
    }
    buf_printf(&t, "group members %u w0 w1 w2 w3\nquorum members\n", quorum);
    if (!policy_parse(arena_copy(&test_arena, buf_span(&t)), &b->policy, &w))
        fail_msg("%s", w.detail);
}

static void bloc_make(struct bloc *b, unsigned quorum)
{
    memset(b, 0, sizeof *b);
    b->path = member_folder();
    b->s = member(b->path, Y2026);
    for (size_t i = 0; i < WITNESSES; i++) {
        uint8_t seed[NODE_SEED] = { 77, (uint8_t)i }, pub[NODE_PUBLIC_KEY];

        node_key_from_seed(seed, pub, b->secret[i]);
        signer_in_memory(b->secret[i], &b->signer[i]);
        (void)snprintf(b->name[i], sizeof b->name[i], "w%zu.specimen/witness", i);
        note_key_of(span_str(b->name[i]), NOTE_KEY_COSIGNATURE, pub, &b->key[i]);
        (void)snprintf(b->folder[i], sizeof b->folder[i], "%s/w%zu", b->path, i);
    }
    b->believes = arena_alloc(&test_arena, sizeof *b->believes);
    for (size_t i = 0; i < 4; i++) {
        struct policy_log *l = &b->believes->log[b->believes->n_logs++];

        note_key_of(span_str(origins[i]), NOTE_KEY_ED25519, member_signer.pub, &l->key);
        l->origin = span_str(origins[i]);
    }
    bloc_policy(b, quorum);
    streams_witnesses(b->s, &b->policy);
}

static void bloc_end(struct bloc *b)
{
    streams_close(b->s);
    member_remove(b->path);
}

static void publish(struct bloc *b, unix_time now)
{
    struct stream_new r = { .type = SPAN("t"), .time = now, .body = SPAN("body") };

    must(streams_publish(b->s, LICENCE, ALL, &r, 1, now, NULL, &must_w));
}

/* The key's own name serves as well as that in the policy. */
static bool ask(struct bloc *b, size_t i, unix_time now, struct stream_request *q)
{
    char short_name[8];
    bool any;

    (void)snprintf(short_name, sizeof short_name, "w%zu", i);
    must(streams_witness_next(b->s, span_str(now % 2 ? short_name : b->name[i]), now, &test_arena, q, &any,
                              &must_w));
    return any;
}

static void answer(struct bloc *b, size_t i, const struct stream_request *q, unsigned status,
                   struct span body, unix_time now)
{
    must(streams_cosigned(b->s, span_str(q->origin), span_str(b->name[i]), status, body, now, &must_w));
}

static unsigned witness_answers(struct bloc *b, size_t i, const struct stream_request *q, unix_time now,
                                struct span *body)
{
    struct witness v = {
        .folder = b->folder[i], .policy = b->believes, .key = &b->key[i], .signer = &b->signer[i]
    };
    struct witness_answer a;

    must(witness_add_checkpoint(&v, q->body, now, &test_arena, &a, &must_w));
    *body = a.body;
    return a.status;
}

/* One question and its answer; 0: nothing was asked. */
static unsigned round_with(struct bloc *b, size_t i, unix_time now)
{
    struct stream_request q;
    struct span body;
    unsigned status;

    if (!ask(b, i, now, &q))
        return 0;
    status = witness_answers(b, i, &q, now, &body);
    answer(b, i, &q, status, body, now);
    return status;
}

static struct stream_state state_of(struct bloc *b, const char *origin)
{
    struct stream_state *all;
    size_t n;

    must(streams_states(b->s, &test_arena, &all, &n, &must_w));
    for (size_t i = 0; i < n; i++)
        if (span_eq_str(all[i].origin, origin))
            return all[i];
    fail_msg("%s has no state", origin);
    return all[0];
}

/* What is served under that name counts for whoever has the policy. */
static uint64_t served(struct bloc *b, const char *name, bool quorum)
{
    struct policy *p = arena_alloc(&test_arena, sizeof *p);
    struct note *note = arena_alloc(&test_arena, sizeof *note);
    struct policy_verdict v;
    struct checkpoint c;
    struct span text;
    char path[300];
    bool there;

    (void)snprintf(path, sizeof path, "%s/logs/licence/all/2026/%s", b->path, name);
    must(file_read(path, LIMIT_CHECKPOINT, &test_arena, &text, &there, &must_w));
    if (!there)
        return 0;
    *p = b->policy;
    p->n_logs = 1;
    p->log[0] = b->believes->log[1];
    must(note_parse(text, note, &must_w) && checkpoint_parse(note->text, &c, &must_w));
    assert_true(policy_check(p, note, &c, &test_arena, &v, NULL) == quorum);
    return c.size;
}

static void a_quorum_and_no_more(void **state)
{
    struct bloc *b = arena_alloc(&test_arena, sizeof *b);
    struct stream_state s;
    unix_time now = Y2026;

    (void)state;
    bloc_make(b, 2);
    assert_int_equal(round_with(b, 0, now), 0); /* nothing published */
    publish(b, now);
    assert_int_equal(round_with(b, 0, now), 200);
    assert_int_equal(round_with(b, 0, now), 0); /* not twice */
    s = state_of(b, origins[1]);
    assert_true(s.published == 1 && s.witnessed == 0 && s.waiting_since == now);
    assert_int_equal(served(b, "witnessed", true), 0);
    assert_int_equal(round_with(b, 1, now + 1), 200);
    s = state_of(b, origins[1]);
    assert_true(s.witnessed == 1 && s.waiting_since == 0 && s.witnessed_at == now + 1 && s.n_by == 2);
    assert_true(span_eq_str(s.by[0], "w0") && span_eq_str(s.by[1], "w1"));
    assert_int_equal(served(b, "witnessed", true), 1);
    assert_int_equal(served(b, "checkpoint", true), 1);
    assert_int_equal(round_with(b, 2, now + 2), 200); /* one more stands under it */
    assert_int_equal(state_of(b, origins[1]).n_by, 3);
    publish(b, now + 3);
    assert_int_equal(served(b, "checkpoint", false), 2);
    assert_int_equal(served(b, "witnessed", true), 1);
    /* From what each knows; w3 knows nothing. */
    for (size_t i = 0; i < WITNESSES; i++)
        assert_int_equal(round_with(b, i, now + 4), 200);
    assert_int_equal(served(b, "checkpoint", true), 2);
    bloc_end(b);
}

static void sizes_are_learnt(void **state)
{
    struct bloc *b = arena_alloc(&test_arena, sizeof *b);
    struct stream_request q;

    (void)state;
    bloc_make(b, 2);
    for (unix_time t = 0; t < 300; t++) {
        publish(b, Y2026 + t);
        if (t % 90 == 0)
            assert_int_equal(round_with(b, (size_t)(t / 90), Y2026 + t), 200);
    }
    streams_close(b->s);
    b->s = member(b->path, Y2026 + 400);
    streams_witnesses(b->s, &b->policy);
    for (size_t i = 0; i < WITNESSES;
         i++) { /* nothing is known of them: 409 tells, and they are asked at once */
        assert_int_equal(round_with(b, i, Y2026 + 400), 409);
        assert_int_equal(round_with(b, i, Y2026 + 400), 200);
    }
    assert_true(state_of(b, origins[1]).witnessed == 300);
    streams_close(b->s);
    b->s = member(b->path, Y2026 + 500);
    streams_witnesses(b->s, &b->policy);
    assert_true(state_of(b, origins[1]).witnessed == 300 && state_of(b, origins[1]).waiting_since == 0);
    assert_false(ask(b, 0, Y2026 + 500, &q)); /* they stand under what was kept */
    publish(b, Y2026 + 501);
    for (size_t i = 0; i < WITNESSES; i++)
        assert_int_equal(round_with(b, i, Y2026 + 501), 200);
    bloc_end(b);
}

/* A witness that is away is asked for ever, less and less often, and for the newest state alone. */
static void away(void **state)
{
    struct bloc *b = arena_alloc(&test_arena, sizeof *b);
    struct stream_request q = { .size = 0 };
    unix_time now = Y2026, asked = 0, longest = 0;
    unsigned times = 0;

    (void)state;
    bloc_make(b, 2);
    for (unix_time t = 0; t < 4 * 60 * 60; t++) {
        if (t % 60 == 0)
            publish(b, now + t);
        if (!ask(b, 0, now + t, &q))
            continue;
        assert_true(streams_witness_due(b->s, SPAN("w0"), now + t) > now + t);
        answer(b, 0, &q, t % 3 ? 0 : 503, (struct span){ 0 }, now + t);
        if (asked && now + t - asked > longest)
            longest = now + t - asked;
        asked = now + t;
        times++;
        assert_int_equal(q.size, (uint64_t)(t / 60) + 1); /* the newest */
    }
    assert_true(times > 50 && times < 70 && longest <= 5 * 60 + 1);
    now += 5 * 60 * 60;
    assert_int_equal(round_with(b, 0, now), 200);
    assert_int_equal(round_with(b, 1, now), 200);
    assert_true(state_of(b, origins[1]).witnessed == state_of(b, origins[1]).published);
    /* A question without any word is asked again after a minute. */
    publish(b, now);
    assert_true(ask(b, 0, now, &q));
    assert_false(ask(b, 0, now + 59, &q));
    assert_true(ask(b, 0, now + 60, &q));
    bloc_end(b);
}

static void a_log_that_never_rests(void **state)
{
    struct bloc *b = arena_alloc(&test_arena, sizeof *b);
    struct stream_request q[2];
    struct span body;
    uint64_t behind = 0;

    (void)state;
    bloc_make(b, 2);
    for (unix_time t = 0; t < 50; t++) { /* between question and answer it always grows */
        for (size_t i = 0; i < 2; i++) {
            struct stream_state s;

            publish(b, Y2026 + t);
            if (!ask(b, i, Y2026 + t, &q[i]))
                continue;
            publish(b, Y2026 + t);
            assert_int_equal(witness_answers(b, i, &q[i], Y2026 + t, &body), 200);
            answer(b, i, &q[i], 200, body, Y2026 + t);
            s = state_of(b, origins[1]);
            behind = s.published - s.witnessed;
            assert_true(t < 2 || behind <= 8);
        }
        assert_int_equal(served(b, "witnessed", true), state_of(b, origins[1]).witnessed);
    }
    bloc_end(b);
}

static void answers_that_do_not_hold(void **state)
{
    struct bloc *b = arena_alloc(&test_arena, sizeof *b);
    struct stream_request q, other;
    struct span body, foreign;
    unix_time now = Y2026;
    struct why w = { 0 };

    (void)state;
    bloc_make(b, 2);
    publish(b, now);
    assert_true(ask(b, 0, now, &q) && ask(b, 1, now, &other));
    assert_int_equal(witness_answers(b, 1, &other, now, &foreign), 200);
    answer(b, 0, &q, 200, foreign, now); /* another one's line */
    assert_int_equal(state_of(b, origins[1]).witnessed, 0);
    assert_false(ask(b, 0, now + 1, &q)); /* it waits as if it had not answered */
    assert_true(ask(b, 0, now + 2, &q));
    assert_int_equal(witness_answers(b, 0, &q, now, &body), 200);
    {
        struct span forged = arena_copy(&test_arena, body);

        ((uint8_t *)(uintptr_t)forged.p)[forged.n - 20] ^= 1;
        answer(b, 0, &q, 200, forged, now + 2);
    }
    assert_true(ask(b, 0, now + 6, &q));
    answer(b, 0, &q, 200, SPAN(""), now + 6);
    assert_true(ask(b, 0, now + 20, &q));
    answer(b, 0, &q, 409, SPAN("many\n"), now + 20);
    assert_true(ask(b, 0, now + 60, &q));
    answer(b, 0, &q, 200, body, now + 60); /* the true one, late */
    answer(b, 1, &other, 200, foreign, now + 1);
    assert_int_equal(state_of(b, origins[1]).witnessed, 1);
    answer(b, 1, &other, 200, foreign, now + 70); /* unasked */
    assert_false(streams_cosigned(b->s, SPAN("kz.specimen/other/all/2026"), SPAN("w0"), 200, body, now, &w));
    assert_string_equal(w.reason, "origin");
    must(streams_cosigned(b->s, span_str(origins[1]), SPAN("nobody"), 200, body, now, &must_w));
    bloc_end(b);
}

/* A witness that has seen more than is here: this copy must not go on as if nothing were. */
static void ahead(void **state)
{
    struct bloc *b = arena_alloc(&test_arena, sizeof *b);
    struct stream_request q;
    struct stream_state s;

    (void)state;
    bloc_make(b, 2);
    publish(b, Y2026);
    assert_true(ask(b, 0, Y2026, &q));
    answer(b, 0, &q, 409, SPAN("7\n"), Y2026);
    s = state_of(b, origins[1]);
    assert_string_equal(s.why.reason, "ahead");
    bloc_end(b);
}

static void brought_unasked(void **state)
{
    struct bloc *b = arena_alloc(&test_arena, sizeof *b);
    struct stream_request q;
    struct span note[2], body;
    struct why w = { 0 };
    char path[300];
    bool there;

    (void)state;
    bloc_make(b, 2);
    publish(b, Y2026);
    for (size_t i = 0; i < 2; i++) { /* each fetched the checkpoint and cosigned it by itself */
        struct buffer r;
        struct span text;

        (void)snprintf(path, sizeof path, "%s/logs/licence/all/2026/checkpoint", b->path);
        must(file_read(path, LIMIT_CHECKPOINT, &test_arena, &text, &there, &must_w));
        buf_init(&r, 8192);
        witness_request_put(0, NULL, 0, text, &r);
        q.body = arena_copy(&test_arena, buf_span(&r));
        assert_int_equal(witness_answers(b, i, &q, Y2026, &body), 200);
        r.n = 0;
        buf_put(&r, text);
        buf_put(&r, body);
        note[i] = arena_copy(&test_arena, buf_span(&r));
        buf_free(&r);
    }
    must(streams_cosignature_came(b->s, note[0], Y2026, &must_w));
    must(streams_cosignature_came(b->s, note[0], Y2026, &must_w));
    assert_int_equal(state_of(b, origins[1]).witnessed, 0);
    must(streams_cosignature_came(b->s, note[1], Y2026, &must_w));
    assert_int_equal(state_of(b, origins[1]).witnessed, 1);
    publish(b, Y2026);
    must(streams_cosignature_came(b->s, note[1], Y2026, &must_w)); /* older: nothing changes */
    assert_false(streams_cosignature_came(b->s, SPAN("no note"), Y2026, &w));
    why_clear(&w);
    {
        uint8_t *p = (uint8_t *)(uintptr_t)arena_copy(&test_arena, note[0]).p;

        p[strlen(origins[1]) + 6] ^= 1; /* another root */
        assert_false(streams_cosignature_came(b->s, span_of(p, note[0].n), Y2026, &w));
    }
    bloc_end(b);
}

/* The last checkpoint of a closed shard is witnessed, too, and the index. */
static void closed_shards(void **state)
{
    struct bloc *b = arena_alloc(&test_arena, sizeof *b);
    unsigned rounds = 0;

    (void)state;
    bloc_make(b, 2);
    publish(b, Y2026);
    must(streams_turn(b->s, Y2026, 0, &must_w));
    must(streams_turn(b->s, Y2027, 0, &must_w));
    assert_true(state_of(b, origins[1]).published == 2);
    for (size_t i = 0; i < 2; i++)
        while (round_with(b, i, Y2027) == 200)
            rounds++;
    assert_int_equal(rounds, 8); /* four logs, two witnesses */
    for (size_t i = 2; i < 4; i++)
        assert_true(state_of(b, origins[i]).witnessed == state_of(b, origins[i]).published);
    assert_int_equal(served(b, "checkpoint", true), 2);
    assert_int_equal(served(b, "witnessed", true), 2);
    bloc_end(b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quorum_and_no_more),
        cmocka_unit_test(sizes_are_learnt),
        cmocka_unit_test(away),
        cmocka_unit_test(a_log_that_never_rests),
        cmocka_unit_test(answers_that_do_not_hold),
        cmocka_unit_test(ahead),
        cmocka_unit_test(brought_unasked),
        cmocka_unit_test(closed_shards),
    };

    if (!node_crypto_init())
        return 1;
    member_setup();
    return cmocka_run_group_tests_name("log-streams-witness", tests, arena_setup, arena_teardown);
}
