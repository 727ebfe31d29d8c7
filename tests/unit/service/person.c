/* Persons, sessions, links and tokens: what ends when, what counts once, what a browser sends, and the chain.
 */
#include "../store/fixture.h"
#include "base/limits.h"
#include "crypto/node_key.h"
#include "node/routes.h"
#include "service/person/call.h"

enum { T0 = 1800000000, IDLE = 900, DAY_LONG = 36000 };

static struct place place;
static struct arena arena;
static struct person_desk desk;
static struct why why;
static uint8_t next_random;

/* No two alike. */
static void draw(void *p, size_t n)
{
    memset(p, ++next_random, n);
}

static int set_up(void **state)
{
    (void)state;
    assert_true(node_crypto_init());
    arena_init(&arena, 512 << 20);
    why_clear(&why);
    place_make(&place);
    desk = (struct person_desk){ open_place(&place), T0, draw, sessions_new(IDLE, DAY_LONG) };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sessions_free(desk.sessions);
    store_close(desk.store);
    place_remove(&place);
    arena_free(&arena);
    return 0;
}

static void put(const char *id, const char *roles)
{
    const struct person_row p = { .id = span_str(id), .name = SPAN("A. SPECIMEN"), .roles = span_str(roles) };

    if (!person_put(&desk, &p, &why))
        fail_msg("%s: %s", why.reason, why.detail);
}

static void open_session(const char *id, char token[PERSON_SECRET])
{
    if (!person_session_open(&desk, span_str(id), WAY_LINK, token, &why))
        fail_msg("%s: %s", why.reason, why.detail);
}

/* NULL: it is one. */
static const char *found(const char *token, struct person_session *x)
{
    why_clear(&why);
    return person_session_find(&desk, span_str(token), &arena, x, &why) ? NULL : why.reason;
}

static void a_session_ends_when_it_is_not_used_and_at_its_end_however_it_is(void **state)
{
    char token[PERSON_SECRET];
    struct person_session x;

    (void)state;
    put("a", "lane cert");
    open_session("a", token);
    for (desk.now = T0; desk.now < T0 + DAY_LONG; desk.now += IDLE - 1)
        assert_null(found(token, &x));
    assert_int_equal(x.roles, ROLE_LANE | ROLE_CERT);
    assert_int_equal(x.ends, T0 + DAY_LONG);
    desk.now = T0 + DAY_LONG;
    assert_string_equal(found(token, &x), "session-ended");
    assert_string_equal(found(token, &x), "session");
    desk.now = T0;
    open_session("a", token);
    desk.now += IDLE - 1;
    assert_null(found(token, &x));
    desk.now += IDLE;
    assert_string_equal(found(token, &x), "session-idle");
}

static void whether_a_session_stands_is_no_use_of_it(void **state)
{
    char token[PERSON_SECRET];
    struct person_session x;

    (void)state;
    put("a", "lane");
    open_session("a", token);
    assert_null(found(token, &x));
    assert_true(sessions_stand(desk.sessions, x.hash, T0 + IDLE - 1));
    assert_false(sessions_stand(desk.sessions, x.hash, T0 + IDLE));
    assert_false(sessions_stand(desk.sessions, x.hash, T0 + DAY_LONG));
    x.hash[0] ^= 1;
    assert_false(sessions_stand(desk.sessions, x.hash, T0));
    x.hash[0] ^= 1;
    sessions_end_of(desk.sessions, SPAN("a"), NULL);
    assert_false(sessions_stand(desk.sessions, x.hash, T0));
}

static void the_least_used_session_makes_room(void **state)
{
    char token[LIMIT_PERSON_SESSIONS + 1][PERSON_SECRET], other[PERSON_SECRET];
    struct person_session x;

    (void)state;
    put("a", "lane");
    put("b", "lane");
    open_session("b", other);
    for (size_t i = 0; i < LIMIT_PERSON_SESSIONS; i++)
        open_session("a", token[i]);
    assert_null(found(token[0], &x));
    open_session("a", token[LIMIT_PERSON_SESSIONS]);
    assert_null(found(token[0], &x));
    assert_string_equal(found(token[1], &x), "session");
    for (size_t i = 2; i <= LIMIT_PERSON_SESSIONS; i++)
        assert_null(found(token[i], &x));
    assert_null(found(other, &x));
}

static void what_is_changed_about_a_person_ends_the_sessions(void **state)
{
    char token[PERSON_SECRET];
    struct person_session x;

    (void)state;
    put("a", "lane");
    open_session("a", token);
    put("a", "cert");
    assert_string_equal(found(token, &x), "session");
    open_session("a", token);
    assert_true(person_remove(&desk, SPAN("a"), &why));
    assert_string_equal(found(token, &x), "session");
    why_clear(&why);
    assert_false(person_session_open(&desk, SPAN("a"), WAY_LINK, token, &why));
    assert_string_equal(why.reason, "person");
}

static const char *used(const char *link, bool here)
{
    struct span person;

    why_clear(&why);
    return person_link_use(&desk, span_str(link), here, &arena, &person, &why) ? NULL : why.reason;
}

static void a_link_works_once_in_its_time_and_place(void **state)
{
    char link[PERSON_SECRET], late[PERSON_SECRET];

    (void)state;
    put("a", "lane");
    assert_true(person_link_make(&desk, SPAN("a"), true, link, &why));
    assert_true(person_link_make(&desk, SPAN("a"), false, late, &why));
    assert_string_equal(used(link, false), "link-place");
    assert_null(used(link, true));
    assert_string_equal(used(link, true), "link-used");
    desk.now += PERSON_LINK_SECONDS;
    assert_string_equal(used(late, true), "link-ended");
    assert_string_equal(used("", true), "link");
}

static void a_program_has_no_more_than_the_person_has_now(void **state)
{
    char token[PERSON_SECRET];
    struct person_session x;

    (void)state;
    put("desk", "lane cert");
    assert_true(
        person_token_make(&desk, SPAN("desk"), SPAN("cert operator"), SPAN(""), T0 + 100, token, &why));
    assert_true(person_token_find(&desk, span_str(token), &arena, &x, &why));
    assert_int_equal(x.roles, ROLE_CERT);
    put("desk", "lane");
    assert_true(person_token_find(&desk, span_str(token), &arena, &x, &why));
    assert_int_equal(x.roles, 0);
    desk.now = T0 + 100;
    assert_false(person_token_find(&desk, span_str(token), &arena, &x, &why));
    assert_string_equal(why.reason, "token-ended");
    assert_false(person_token_make(&desk, SPAN("desk"), SPAN("cert"), SPAN(""), T0, token, &why));
}

static void a_cookie_is_read_as_browsers_write_it(void **state)
{
    static const struct {
        const char *header, *value;
    } cases[] = {
        { "serai-1=abc", "abc" },
        { "x=1; serai-1=abc; y=2", "abc" },
        { "serai-11=no; serai-1=abc", "abc" },
        { "serai-1=abc; serai-1=abc", "" },
        { "xserai-1=abc", "" },
        { "serai-1", "" },
        { "serai-1=", "" },
        { "", "" },
        { ";;;=;", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!span_eq_str(person_cookie(span_str(cases[i].header), SPAN("serai-1")), cases[i].value))
            fail_msg("%s", cases[i].header);
}

static void only_paths_of_this_site_are_gone_to(void **state)
{
    static const char *const own[] = { "/", "/desk.html", "/trust.html?q=1#x", "/a/b" };
    static const char *const foreign[] = { "",
                                           "//evil.example",
                                           "/\\evil.example",
                                           "http://evil.example",
                                           "desk",
                                           "/a//evil",
                                           "/\t/evil",
                                           "/x\n",
                                           "\\\\evil",
                                           "/é" };

    (void)state;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!person_path_is_own(span_str(own[i])))
            fail_msg("%s", own[i]);
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (person_path_is_own(span_str(foreign[i])))
            fail_msg("%s", foreign[i]);
}

static void every_operation_has_its_roles(void **state)
{
    (void)state;
    for (size_t i = 0; i < route_count(); i++)
        if (!person_gate(route_at(i)->operation))
            fail_msg("%s is in no group of roles", route_at(i)->operation);
    assert_int_equal(person_gate("getPersons"), ROLE_OPERATOR | ROLE_AUDITOR);
    assert_int_equal(person_gate("check"), ROLE_LANE);
    assert_int_equal(person_gate("getPersonsAndMore"), 0);
    assert_int_equal(person_gate(""), 0);
}

static void calls_that_are_not_understood_change_nothing(void **state)
{
    static const struct {
        const char *op, *json, *reason;
    } cases[] = {
        { "put", "{\"id\":\"a\",\"name\":\"A\",\"roles\":\"pilot\"}", "roles" },
        { "put", "{\"id\":\"a b\",\"name\":\"A\",\"roles\":\"lane\"}", "person" },
        { "put", "{\"id\":\"a\",\"roles\":\"lane\"}", "request" },
        { "put", "[", "json" },
        { "remove", "{\"id\":\"a\"}", "person" },
        { "link", "{\"id\":\"a\"}", "person" },
        { "token", "{\"id\":\"a\",\"roles\":\"lane\",\"days\":0}", "request" },
        { "token", "{\"id\":\"a\",\"roles\":\"lane\",\"days\":4000}", "request" },
        { "certificate", "{\"id\":\"a\",\"fingerprint\":\"ABC\"}", "request" },
        { "drop", "{\"id\":\"a\",\"kind\":\"token\",\"credential\":\"x\"}", "credential" },
        { "elsewhere", "{}", "operation" },
    };
    const struct person_row *p;
    struct buffer b;
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_init(&b, 1 << 20);
        why_clear(&why);
        assert_false(person_call(&desk, cases[i].op, span_str(cases[i].json), &arena, &b, &why));
        if (strcmp(why.reason, cases[i].reason) != 0)
            fail_msg("%s %s: %s", cases[i].op, cases[i].json, why.reason);
        buf_free(&b);
    }
    assert_true(store_persons(desk.store, &arena, &p, &n, &why));
    assert_int_equal(n, 0);
}

static void the_chain_holds_however_long_it_is(void **state)
{
    size_t n = 0;

    (void)state;
    assert_true(person_chain_holds(&desk, &n, &why));
    assert_int_equal(n, 0);
    for (size_t i = 0; i < 1205; i++)
        assert_true(person_say(&desk, SPAN("a"), "refused", WAY_PASSKEY, &why));
    assert_true(person_chain_holds(&desk, &n, &why));
    assert_int_equal(n, 1205);
}

int main(int argc, char **argv)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_session_ends_when_it_is_not_used_and_at_its_end_however_it_is),
        TEST(whether_a_session_stands_is_no_use_of_it),
        TEST(the_least_used_session_makes_room),
        TEST(what_is_changed_about_a_person_ends_the_sessions),
        TEST(a_link_works_once_in_its_time_and_place),
        TEST(a_program_has_no_more_than_the_person_has_now),
        TEST(a_cookie_is_read_as_browsers_write_it),
        TEST(only_paths_of_this_site_are_gone_to),
        TEST(every_operation_has_its_roles),
        TEST(calls_that_are_not_understood_change_nothing),
        TEST(the_chain_holds_however_long_it_is),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
