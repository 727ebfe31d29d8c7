/* What statuses of the other node mean, and whose keys the roster has. */
#include "vectors.h"

#include <string.h>

#include "node/ask_line.h"
#include "service/ask/ask.h"

static struct {
    bool fails;
    unsigned status;
    struct span body;
    struct link_request seen;
} other;

static bool call(void *ctx, struct span member, const struct link_request *q, struct arena *a,
                 struct link_answer *out, struct why *w)
{
    (void)ctx;
    (void)a;
    assert_true(span_eq_str(member, "KZ"));
    other.seen = *q;
    if (other.fails)
        return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "no connection");
    *out = (struct link_answer){ .status = other.status, .body = other.body };
    return true;
}

static const struct ask_post post = { NULL, call };

static void what_a_question_brings(void **state)
{
    static const struct {
        bool fails;
        unsigned status;
        const char *body;
        bool carried;
        const char *reason;
    } rows[] = {
        { false, 200, "answer", true, NULL },
        { false, 202, "", true, NULL },
        { false, 503, "{\"error\":{\"reason\":\"store-full\"}}", false, "peer-status" },
        { false, 403, "no JSON", false, "peer-status" },
        { false, 204, "", false, "peer-status" },
        { true, 0, "", false, "unreachable" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct ask_carrier c = ask_line_carrier(&post);
        struct span answer = SPAN("before");
        struct why w = { 0 };
        struct arena a;

        arena_init(&a, 1 << 20);
        other.fails = rows[i].fails;
        other.status = rows[i].status;
        other.body = span_str(rows[i].body);
        assert_int_equal(c.carry(c.ctx, SPAN("KZ"), SPAN("question"), 5, &a, &answer, &w), rows[i].carried);
        assert_string_equal(other.seen.path, "/ask");
        assert_string_equal(other.seen.type, "application/cose");
        assert_true(span_eq_str(other.seen.body, "question"));
        assert_int_equal(other.seen.timeout_ms, LIMIT_ASK_TRY_MS);
        if (rows[i].carried)
            assert_true(span_eq_str(answer, rows[i].status == 200 ? rows[i].body : ""));
        else
            assert_string_equal(w.reason, rows[i].reason);
        arena_free(&a);
    }
}

static void an_answer_is_delivered_when_that_is_said(void **state)
{
    struct why w = { 0 };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    other.fails = false;
    other.status = 204;
    assert_true(ask_line_deliver(&post, SPAN("KZ"), SPAN("answer"), &a, &w));
    assert_string_equal(other.seen.path, "/answer");
    other.status = 200;
    assert_false(ask_line_deliver(&post, SPAN("KZ"), SPAN("answer"), &a, &w));
    other.status = 400;
    other.body = SPAN("{\"error\":{\"reason\":\"answer-key\"}}");
    why_clear(&w);
    assert_false(ask_line_deliver(&post, SPAN("KZ"), SPAN("answer"), &a, &w));
    assert_non_null(strstr(w.detail, "answer-key"));
    arena_free(&a);
}

static void keys_by_the_roster(void **state)
{
    struct roster_member m[3] = {
        { .state = SPAN("IR"), .name = SPAN("ir.specimen"), .standing = ROSTER_COUNTS, .node = { 1 } },
        { .state = SPAN("KZ"), .name = SPAN("kz.specimen"), .standing = ROSTER_SUSPENDED, .node = { 2 } },
        { .state = SPAN("TR"), .standing = ROSTER_UNKNOWN }, /* zero key */
    };
    const struct roster r = { .n = 3, .member = m };
    const uint8_t zero[NODE_PUBLIC_KEY] = { 0 }, stranger[NODE_PUBLIC_KEY] = { 9 };
    uint8_t pub[NODE_PUBLIC_KEY] = { 0 }, kid[ASK_KID];

    (void)state;
    ask_kid(m[0].node, kid);
    assert_int_equal(ask_key_of_roster(&r, SPAN("IR"), span_of(kid, ASK_KID), pub), ASK_KEY_GOOD);
    assert_memory_equal(pub, m[0].node, sizeof pub);
    assert_int_equal(ask_key_of_roster(&r, SPAN("KZ"), span_of(kid, ASK_KID), pub), ASK_KEY_OF_ANOTHER);
    ask_kid(m[1].node, kid);
    assert_int_equal(ask_key_of_roster(&r, SPAN("KZ"), span_of(kid, ASK_KID), pub), ASK_KEY_SUSPENDED);
    ask_kid(stranger, kid);
    assert_int_equal(ask_key_of_roster(&r, SPAN("IR"), span_of(kid, ASK_KID), pub), ASK_KEY_UNKNOWN);
    ask_kid(zero, kid); /* a member without a key has none, not this one */
    assert_int_equal(ask_key_of_roster(&r, SPAN("TR"), span_of(kid, ASK_KID), pub), ASK_KEY_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_question_brings),
        cmocka_unit_test(an_answer_is_delivered_when_that_is_said),
        cmocka_unit_test(keys_by_the_roster),
    };

    return cmocka_run_group_tests_name("ask-line", tests, NULL, NULL);
}
