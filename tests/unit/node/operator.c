/* What the operator's overview tells of node.conf: nothing that is secret, and nothing of a person. */
#include "vectors.h"

#include "node/operator.h"

#define SECRET "SPECIMENSECRET"

static struct buffer out;
static struct arena arena;

static int begin(void **state)
{
    (void)state;
    buf_init(&out, 1 << 20);
    arena_init(&arena, 1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    buf_free(&out);
    arena_free(&arena);
    return 0;
}

/* Each setting that may hold a password, a path of a key, a PIN file or a name holds the word. */
static struct node_config full(void)
{
    return (struct node_config){
        .member = "IR",
        .name = "ir.specimen",
        .host = "127.0.0.1",
        .port = 7311,
        .store = "postgresql://serai:" SECRET "@db/serai",
        .store_folder = "/" SECRET,
        .node_key = "pkcs11:token=t;object=o?pin-source=/" SECRET,
        .log_key = "/keys/" SECRET,
        .signer_key = "/keys/" SECRET,
        .transport_key = "/keys/" SECRET,
        .logs_keep = "etcd http://root:" SECRET "@keep:2379",
        .sync_from = "https://" SECRET,
        .reader = SECRET,
        .offence_authority = SECRET,
        .match_officer = SECRET,
        .peer_address = "https://" SECRET,
        .exposure_offices = { .n = 1, .item = { SECRET } },
        .officers = { .n = 1, .item = { SECRET } },
        .notice_officers = { .n = 1, .item = { SECRET } },
        .log = "text",
        .languages = { .n = 2, .item = { "fa", "en" } },
    };
}

static void no_secret_is_told(void **state)
{
    const struct node_config c = full();
    struct json_writer j = json_to(&out);

    (void)state;
    jw_object(&j, NULL);
    operator_put_keys(&j, &c, &arena);
    operator_put_config(&j, &c);
    jw_object_end(&j);
    assert_true(buf_ok(&out));
    assert_null(strstr(buf_cstr(&out), SECRET));
    assert_non_null(strstr(buf_cstr(&out), "\"postgresql\""));
    assert_non_null(strstr(buf_cstr(&out), "\"etcd\""));
    assert_non_null(strstr(buf_cstr(&out), "\"token\""));
    assert_non_null(strstr(buf_cstr(&out), "\"fa en\""));
    assert_non_null(strstr(buf_cstr(&out), "\"127.0.0.1 7311\""));
}

static void a_list_that_is_too_long_is_cut(void **state)
{
    static const char name[] = "a-name-of-a-host-that-takes-forty-letters.specimen";
    struct node_config c = full();
    struct json_writer j = json_to(&out);

    (void)state;
    for (c.hosts.n = 0; c.hosts.n < CONFIG_LIST; c.hosts.n++)
        c.hosts.item[c.hosts.n] = name;
    jw_object(&j, NULL);
    operator_put_config(&j, &c);
    jw_object_end(&j);
    assert_true(buf_ok(&out));
    assert_non_null(strstr(buf_cstr(&out), name));
}

static void a_certificate_that_cannot_be_read_says_so(void **state)
{
    struct node_config c = full();
    struct json_writer j = json_to(&out);

    (void)state;
    c.tls_key = "/nowhere/key";
    c.tls_certificate = "/nowhere/certificate";
    jw_object(&j, NULL);
    operator_put_keys(&j, &c, &arena);
    jw_object_end(&j);
    assert_non_null(strstr(buf_cstr(&out), "\"name\":\"tls-key\",\"place\":\"file\",\"certificate\":true,"
                                           "\"ends\":null,\"trouble\":\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_secret_is_told, begin, end),
        cmocka_unit_test_setup_teardown(a_list_that_is_too_long_is_cut, begin, end),
        cmocka_unit_test_setup_teardown(a_certificate_that_cannot_be_read_says_so, begin, end),
    };

    return cmocka_run_group_tests_name("node operator", tests, NULL, NULL);
}
