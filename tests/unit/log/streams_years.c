/* Shards of a stream through the years: closed and continued, lost and continued by an act, kept and expired,
 * restored from a mirror. */
#include "streams_support.h"

static const struct span LICENCE = { (const uint8_t *)"licence", 7 }, ALL = { (const uint8_t *)"all", 3 };

static struct stream_place publish(struct streams *s, uint64_t i, unix_time now)
{
    struct stream_new r = { .type = SPAN("t"), .time = now, .body = body_of(i, &test_arena) };
    struct stream_place place;

    must(streams_publish(s, LICENCE, ALL, &r, 1, now, &place, &must_w));
    return place;
}

static struct shard_ends ends_of(const char *path, const char *shard)
{
    struct note *note = arena_alloc(&test_arena, sizeof *note);
    struct shard_ends e;
    struct checkpoint c;
    struct log_source s;
    struct span text;
    char folder[300], file[320];
    bool there;

    (void)snprintf(folder, sizeof folder, "%s/logs/licence/all/%s", path, shard);
    (void)snprintf(file, sizeof file, "%s/checkpoint", folder);
    s = log_folder(folder);
    must(file_read(file, LIMIT_CHECKPOINT, &test_arena, &text, &there, &must_w));
    must(note_parse(text, note, &must_w) && checkpoint_parse(note->text, &c, &must_w));
    must(shard_ends_read(&s, &c, &test_arena, &e, &must_w));
    return e;
}

static bool broken(const struct shard_ends *shard, size_t n, const struct note_key *node)
{
    struct why w = { 0 };

    return !succession_check(shard, n, node, &test_arena, NULL, &w) && strcmp(w.reason, "succession") == 0;
}

static struct span again(struct span entry, void (*change)(struct succession *s))
{
    struct succession s;
    struct buffer b;
    struct span out;

    must(succession_parse(entry, &s, &must_w));
    change(&s);
    buf_init(&b, 4096);
    assert_true(succession_put(&s, &b));
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static void one_less(struct succession *s)
{
    s->size--;
}

static void other_root(struct succession *s)
{
    s->root.b[31] ^= 1;
}

static void other_origin(struct succession *s)
{
    s->origin = SPAN("kz.specimen/licence/all/2025");
}

static void three_years(void **state)
{
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct shard_ends good[3], bad[3];
    struct stream_record r;
    struct succession in_index;

    (void)state;
    (void)publish(s, 1, Y2026);
    must(streams_turn(s, Y2026, 0, &must_w));
    assert_string_equal(publish(s, 2, Y2027).origin, "kz.specimen/licence/all/2027");
    assert_string_equal(publish(s, 3, Y2026).origin, "kz.specimen/licence/all/2027"); /* never back */
    streams_close(s);
    s = member(path, Y2028); /* nobody published at the turn of the year */
    must(streams_turn(s, Y2028, 0, &must_w));
    for (int i = 0; i < 3; i++) {
        char shard[8];

        (void)snprintf(shard, sizeof shard, "%d", 2026 + i);
        good[i] = ends_of(path, shard);
    }
    must(succession_check(good, 3, NULL, &test_arena, NULL, &must_w));
    assert_true(good[0].size == 2 && good[1].size == 4 && good[2].size == 1);
    must(streams_get(s, SPAN("kz.specimen/index/all/2027"), 1, &test_arena, &r, &must_w));
    must(succession_parse(r.entry, &in_index, &must_w));
    assert_true(span_eq_str(in_index.in, "kz.specimen/licence/all/2027") && in_index.size == 2);
    assert_true(broken((struct shard_ends[]){ good[0], good[2] }, 2, NULL)); /* a year is missing */
    assert_true(broken((struct shard_ends[]){ good[1], good[0] }, 2, NULL));
    memcpy(bad, good, sizeof bad);
    bad[0].last = bad[0].first; /* not closed */
    assert_true(broken(bad, 2, NULL));
    bad[0] = good[0];
    bad[0].root.b[0] ^= 1; /* another end than the one that was continued */
    assert_true(broken(bad, 2, NULL));
    bad[0] = good[0];
    bad[0].size++;
    assert_true(broken(bad, 2, NULL));
    bad[0] = good[0];
    bad[1].first = again(good[1].first, one_less);
    assert_true(broken(bad, 2, NULL));
    bad[1].first = again(good[1].first, other_root);
    assert_true(broken(bad, 2, NULL));
    bad[1].first = again(good[1].first, other_origin);
    assert_true(broken(bad, 2, NULL));
    bad[0].last = again(good[0].last, other_origin);
    bad[1] = good[1];
    assert_true(broken(bad, 2, NULL));
    bad[0] = good[0];
    bad[0].origin = SPAN("kz.specimen/trust/all/2026");
    assert_true(broken(bad, 2, NULL));
    streams_close(s);
    member_remove(path);
}

static void every_bit_of_an_entry(void **state)
{
    struct tree_hash root = { { 1, 2, 3 } };
    struct succession s[] = {
        { .closed = true, .time = Y2026, .origin = SPAN("kz.specimen/licence/all/2027") },
        { .time = Y2027, .origin = SPAN("kz.specimen/licence/all/2026"), .size = 300, .root = root },
        { .time = Y2027,
          .origin = SPAN("kz.specimen/licence/all/2026"),
          .root = root,
          .act = SPAN("an act"),
          .in = SPAN("kz.specimen/licence/all/2026.2") },
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct buffer b, out;

        buf_init(&b, 4096);
        assert_true(succession_put(&s[i], &b));
        assert_true(succession_is(buf_span(&b)));
        for (size_t cut = 0; cut < b.n; cut++) {
            struct succession r;
            struct why w = { 0 };

            assert_false(succession_parse(span_of(b.p, cut), &r, &w));
            assert_true(strcmp(w.reason, "succession") == 0 && w.offset <= cut);
        }
        for (size_t bit = 0; bit < 8 * b.n; bit++) {
            struct succession r;

            b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
            buf_init(&out, 4096);
            if (succession_parse(buf_span(&b), &r, NULL))
                assert_true(succession_put(&r, &out) && span_eq(buf_span(&out), buf_span(&b)));
            b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
            buf_free(&out);
        }
        buf_free(&b);
    }
}

static void a_lost_tail(void **state)
{
    uint8_t seed[NODE_SEED] = { 44 }, pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct shard_ends old, shard[2], known;
    struct signer signer;
    struct note_key node, other;
    struct why w = { 0 };
    size_t lost;

    (void)state;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    note_key_of(SPAN("kz.specimen"), NOTE_KEY_ED25519, pub, &node);
    note_key_of(SPAN("kz.specimen"), NOTE_KEY_ED25519, member_signer.pub, &other);
    for (uint64_t i = 0; i < 10; i++)
        (void)publish(s, i, Y2026);
    known = ends_of(path, "2026");
    assert_false(streams_lost(s, SPAN("kz.specimen/licence/all/2026"), 10, &known.root, SPAN("fire"), &node,
                              &signer, Y2026, &w));
    assert_string_equal(w.reason, "exists");
    streams_close(s);
    assert_int_equal(member_shell("cp -a '%s/logs' '%s/old'", path, path), 0);
    s = member(path, Y2026);
    for (uint64_t i = 10; i < 20; i++)
        (void)publish(s, i, Y2026);
    streams_close(s);
    assert_int_equal(member_shell("rm -rf '%s/logs' && mv '%s/old' '%s/logs'", path, path, path), 0);
    s = member(path, Y2026);
    {
        struct stream_state *all;
        struct stream_new r = { .type = SPAN("t"), .time = Y2026, .body = SPAN("x") };
        size_t n;

        must(streams_states(s, &test_arena, &all, &n, &must_w));
        assert_true(n == 1 && strcmp(all[0].why.reason, "restored") == 0);
        why_clear(&w);
        assert_false(streams_publish(s, LICENCE, ALL, &r, 1, Y2026, NULL, &w));
        assert_string_equal(w.reason, "restored");
    }
    old = known;
    old.root.b[0] ^= 1;
    why_clear(&w);
    assert_false(streams_lost(s, SPAN("kz.specimen/licence/all/2026"), 10, &old.root, SPAN("fire"), &node,
                              &signer, Y2026, &w));
    assert_string_equal(w.reason, "history");
    must(streams_lost(s, SPAN("kz.specimen/licence/all/2026"), 10, &known.root, SPAN("fire"), &node, &signer,
                      Y2026, &must_w));
    assert_string_equal(publish(s, 30, Y2026).origin, "kz.specimen/licence/all/2026.2");
    streams_close(s);
    s = member(path, Y2026);
    assert_string_equal(publish(s, 31, Y2026).origin, "kz.specimen/licence/all/2026.2");
    assert_string_equal(publish(s, 32, Y2027).origin, "kz.specimen/licence/all/2027");
    shard[0] = ends_of(path, "2026");
    shard[1] = ends_of(path, "2026.2");
    must(succession_check(shard, 2, &node, &test_arena, &lost, &must_w));
    assert_int_equal(lost, 1);
    assert_true(broken(shard, 2, NULL));
    assert_true(broken(shard, 2, &other));
    shard[0].size = 11; /* somebody has more than was said to be known */
    assert_true(broken(shard, 2, &node));
    streams_close(s);
    member_remove(path);
}

static void expired(void **state)
{
    char *path = member_folder();
    struct streams *s = member(path, Y2026);
    struct stream_place place[30];
    struct stream_record r;
    size_t n;

    (void)state;
    for (uint64_t i = 0; i < 30; i++)
        place[i] = publish(s, i, Y2026);
    must(streams_retention(s, LICENCE, ALL, 400, SPAN("Article 9 (SPECIMEN)"), Y2026, &must_w));
    must(streams_retention(s, LICENCE, ALL, 30, SPAN("Article 9 (SPECIMEN)"), Y2026 + 1, &must_w));
    must(streams_expire(s, Y2026, &n, &must_w));
    assert_int_equal(n, 0); /* the shard is open */
    (void)publish(s, 30, Y2027);
    must(streams_expire(s, Y2027 + 29 * 86400 - 2000, &n, &must_w));
    assert_int_equal(n, 0);
    must(streams_get(s, span_str(place[3].origin), 3, &test_arena, &r, &must_w));
    assert_int_equal(r.state, BODY_THERE);
    must(streams_expire(s, Y2027 + 30 * 86400, &n, &must_w));
    assert_int_equal(n, 1);
    must(streams_expire(s, Y2027 + 30 * 86400, &n, &must_w));
    assert_int_equal(n, 0);
    for (uint64_t i = 0; i < 30; i++) {
        must(streams_get(s, span_str(place[i].origin), i, &test_arena, &r, &must_w));
        assert_int_equal(r.state, BODY_ERASED);
    }
    assert_int_equal(
        member_shell("test $(find '%s/logs/licence/all/2026' -path '*bod*' -type f | wc -l) = 1", path), 0);
    streams_close(s);
    assert_int_equal(member_verified(path, place[0].origin), 31);
    assert_int_equal(member_verified(path, "kz.specimen/licence/all/2027"), 3);
    member_remove(path);
}

/* The restored copy takes its tail from a mirror, bodies included; what had been erased stays erased. */
static void restored(void **state)
{
    char *path = member_folder(), mirror[200];
    struct streams *s = member(path, Y2026);
    struct stream_place place[400];
    struct log_source from;
    struct stream_record r;

    (void)state;
    for (uint64_t i = 0; i < 260; i++)
        place[i] = publish(s, i, Y2026);
    streams_close(s);
    assert_int_equal(member_shell("cp -a '%s/logs' '%s/old'", path, path), 0);
    s = member(path, Y2026);
    must(streams_erase(s, span_str(place[7].origin), 7, SPAN("court-order"), Y2026, &must_w));
    for (uint64_t i = 261; i < 400; i++)
        place[i] = publish(s, i, Y2026);
    must(streams_erase(s, span_str(place[7].origin), 300, SPAN("court-order"), Y2026, &must_w));
    streams_close(s);
    (void)snprintf(mirror, sizeof mirror, "%s/mirror/licence/all/2026", path);
    assert_int_equal(
        member_shell("mv '%s/logs' '%s/mirror' && mv '%s/old' '%s/logs'", path, path, path, path), 0);
    s = member(path, Y2026);
    from = body_folder(mirror);
    must(streams_repair(s, span_str(place[0].origin), &from, Y2026, &must_w));
    for (uint64_t i = 0; i < 400; i++) {
        if (i == 260)
            continue;
        must(streams_get(s, span_str(place[0].origin), i, &test_arena, &r, &must_w));
        assert_int_equal(r.state, i == 7 || i == 300 ? BODY_ERASED : BODY_THERE);
        if (r.state == BODY_THERE)
            assert_true(span_eq(r.body, body_of(i, &test_arena)));
    }
    assert_int_equal(publish(s, 401, Y2026).index, 401);
    streams_close(s);
    assert_int_equal(member_verified(path, place[0].origin), 402);
    member_remove(path);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_years), cmocka_unit_test(every_bit_of_an_entry),
        cmocka_unit_test(a_lost_tail), cmocka_unit_test(expired),
        cmocka_unit_test(restored),
    };

    if (!node_crypto_init())
        return 1;
    member_setup();
    return cmocka_run_group_tests_name("log-streams-years", tests, arena_setup, arena_teardown);
}
