#include "node/config.h"

#include <stdio.h>
#include <unistd.h>

#include "vectors.h"

#define LEAST "member = IR\nname = ir.specimen\nagreement = eco.agreement\nstore = store.db\n"

static struct arena arena;
static struct node_config config;
static struct config_fault fault;

static bool parse(const char *text)
{
    arena_free(&arena);
    arena_init(&arena, 1 << 20);
    return config_parse(span_str(text), "/srv/ir", &arena, &config, &fault);
}

static void defaults(void **state)
{
    (void)state;
    assert_true(parse(LEAST));
    assert_string_equal(config.member, "IR");
    assert_string_equal(config.host, "127.0.0.1");
    assert_int_equal(config.port, CONFIG_PORT);
    assert_string_equal(config.agreement, "/srv/ir/eco.agreement");
    assert_null(config.anchors);
    assert_null(config.node_key);
    assert_int_equal(config.threads, 0);
    assert_int_equal(config.modes.n, 0);
    assert_int_equal(config.languages.n, 4);
    assert_int_equal(config.purposes.n, 0);
}

static void everything(void **state)
{
    (void)state;
    assert_true(
        parse("# a node\n\n" LEAST "listen=[::1]:0\r\n anchors = /etc/anchors # not a comment\n"
              "node-key = keys/node.seed\nsigner-key = s.pem\nsigner-certificate = s.der\n"
              "tls-certificate = t.pem\ntls-key = k.pem\nthreads = 64\nutc-offset = -03:30\nhosts = "
              "a.example  b.example\n"
              "languages = fa en\npurposes = pilgrimage\nmodes = road\nposts = one,two parts , three"));
    assert_string_equal(config.host, "::1");
    assert_int_equal(config.port, 0);
    assert_string_equal(config.anchors, "/etc/anchors # not a comment");
    assert_string_equal(config.node_key, "/srv/ir/keys/node.seed");
    assert_int_equal(config.threads, 64);
    assert_int_equal(config.utc_offset, -12600);
    assert_int_equal(config.hosts.n, 2);
    assert_string_equal(config.hosts.item[1], "b.example");
    assert_int_equal(config.languages.n, 2);
    assert_string_equal(config.posts.item[1], "two parts");
    assert_string_equal(config.posts.item[2], "three");
}

static void where_checkpoints_are_kept(void **state)
{
    (void)state;
    assert_true(parse(LEAST "logs-keep = keep"));
    assert_string_equal(config.logs_keep, "/srv/ir/keep");
    assert_true(parse(LEAST "logs-keep = etcd https://10.0.0.1:2379,https://10.0.0.2:2379 ca=etcd/ca.pem "
                            "certificate=/etc/c.pem key=c.key"));
    assert_string_equal(config.logs_keep, "etcd https://10.0.0.1:2379,https://10.0.0.2:2379 "
                                          "ca=/srv/ir/etcd/ca.pem certificate=/etc/c.pem key=/srv/ir/c.key");
}

/* Where a question may be passed on to: nothing that leaves the machine and its private network unencrypted.
 */
static void services(void **state)
{
    static const struct {
        const char *line;
        bool good;
    } cases[] = {
        { "\"a b\" http://127.0.0.1:80/", true },
        { "\"a\" http://10.1.2.3:8080/x?y=z", true },
        { "\"a\" http://172.31.0.1:80/", true },
        { "\"a\" http://192.168.0.1:80/", true },
        { "\"a\" http://[::1]:80/", true },
        { "\"a\" http://[fd00::1]:80/", true },
        { "\"a\" /usr/bin/answer one  two", true },
        { "\"a\" http://172.32.0.1:80/", false },
        { "\"a\" http://11.0.0.1:80/", false },
        { "\"a\" http://[2001:db8::1]:80/", false },
        { "\"a\" http://::1:80/", false },
        { "\"a\" http://localhost:80/", false },
        { "\"a\" http://127.0.0.1:0/", false },
        { "\"a\" http://127.0.0.1:65536/", false },
        { "\"a\" http://127.0.0.1:80", false },
        { "\"a\" http://127.0.0.1@example.org:80/", false },
        { "\"a\" http://127.0.0.1:80/a b", false },
        { "\"a\" https://127.0.0.1:80/", false },
        { "\"a\" answer", false },
        { "\"a\"", false },
        { "\"a http://127.0.0.1:80/", false },
        { "\"\" /bin/true", false },
        { "a /bin/true", false },
    };
    char text[400];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        (void)snprintf(text, sizeof text, LEAST "answer-with = %s\nanswer-with = \"other\" /bin/true\n",
                       cases[i].line);
        if (parse(text) != cases[i].good)
            fail_msg("%s", cases[i].line);
        if (cases[i].good)
            assert_int_equal(config.services.n, 2);
    }
    assert_true(parse(LEAST "answer-with = \"a b\" /bin/x y\n"));
    assert_string_equal(config.services.item[0].topic, "a b");
    assert_string_equal(config.services.item[0].command, "/bin/x y");
    assert_null(config.services.item[0].url);
}

static const struct {
    const char *what, *text;
    unsigned line, column;
    const char *says;
} bad[] = {
    { "unknown key, nearest offered", LEAST "lisen = 127.0.0.1:1\n", 5, 1, "perhaps `listen` is meant" },
    { "indented unknown key", LEAST "  anchor = x\n", 5, 3, "perhaps `anchors` is meant" },
    { "no equals sign", LEAST "listen\n", 5, 1, "key = value" },
    { "set twice", LEAST "member = PK\n", 5, 1, "`member` stands on line 1 already" },
    { "empty item", LEAST "posts = a,,b\n", 5, 9, "words with blanks between" },
    { "no value", LEAST "posts =\n", 5, 8, "has no value" },
    { "missing key", "member = IR\nname = x\nstore = s\n", 0, 0, "`agreement` is missing" },
    { "empty file", "", 0, 0, "`member` is missing" },
    { "member in small letters", "member = ir\n", 1, 10, "two capital letters" },
    { "member of three letters", "member = IRN\n", 1, 10, "two capital letters" },
    { "name with a blank", "name = a b\n", 1, 8, "a name such as" },
    { "host by name", LEAST "listen = localhost:1\n", 5, 10, "an address and a port" },
    { "no port", LEAST "listen = 127.0.0.1\n", 5, 10, "an address and a port" },
    { "port too high", LEAST "listen = 127.0.0.1:65536\n", 5, 10, "an address and a port" },
    { "port with a sign", LEAST "listen = 127.0.0.1:+1\n", 5, 10, "an address and a port" },
    { "bare IPv6 address", LEAST "listen = ::1:7311\n", 5, 10, "an address and a port" },
    { "open bracket", LEAST "listen = [::1:7311\n", 5, 10, "an address and a port" },
    { "IPv4 in brackets", LEAST "listen = [127.0.0.1]:1\n", 5, 10, "an address and a port" },
    { "an offset without a sign", LEAST "utc-offset = 03:30\n", 5, 14, "such as +03:30" },
    { "an offset of 15 hours", LEAST "utc-offset = +15:00\n", 5, 14, "such as +03:30" },
    { "an offset of 60 minutes", LEAST "utc-offset = +03:60\n", 5, 14, "such as +03:30" },
    { "a cluster by a word that is not known", LEAST "logs-keep = etcd http://127.0.0.1:1 colour=red\n", 5,
      13, "a folder, or etcd" },
    { "a cluster without an address", LEAST "logs-keep = etcd ca=x\n", 5, 13, "a folder, or etcd" },
    { "no threads", LEAST "threads = 0\n", 5, 11, "a number from 1 to 64" },
    { "too many threads", LEAST "threads = 65\n", 5, 11, "a number from 1 to 64" },
    { "threads in words", LEAST "threads = two\n", 5, 11, "a number from 1 to 64" },
    { "certificate without its key", LEAST "tls-certificate = x\n", 0, 0, "tls-certificate and tls-key" },
    { "key without its certificate", LEAST "signer-key = x\n", 0, 0, "signer-certificate and signer-key" },
    { "not UTF-8", LEAST "posts = \xff\n", 5, 9, "not UTF-8" },
    { "columns count characters", LEAST "\xd8\xb3 = x\n", 5, 1, "unknown key" },
    { "column after a two-byte letter", LEAST "posts = \xd8\xb3\xd8\xb3\xfe\n", 5, 11, "not UTF-8" },
};

static void faults_say_where_and_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct node_config before = { .port = 9 };

        config = before;
        if (parse(bad[i].text))
            fail_msg("%s: accepted", bad[i].what);
        if (fault.line != bad[i].line || fault.column != bad[i].column || !strstr(fault.message, bad[i].says))
            fail_msg("%s: %u:%u: %s", bad[i].what, fault.line, fault.column, fault.message);
        assert_memory_equal(&config, &before, sizeof config);
    }
}

static void a_zero_byte_is_no_path(void **state)
{
    static const char text[] = LEAST "anchors = a\0b\n";

    (void)state;
    arena_free(&arena);
    arena_init(&arena, 1 << 20);
    assert_false(config_parse(span_of(text, sizeof text - 1), "/", &arena, &config, &fault));
    assert_int_equal(fault.line, 5);
}

static void too_long_a_list_is_refused(void **state)
{
    char text[2048] = LEAST "posts =";

    (void)state;
    for (int i = 0; i < CONFIG_LIST; i++)
        strcat(text, " p");
    assert_true(parse(text));
    strcat(text, " p");
    assert_false(parse(text));
    assert_int_equal(fault.line, 5);
}

static void files_are_named_in_errors(void **state)
{
    char path[] = "/tmp/serai-config-XXXXXX", says[64];
    int fd = mkstemp(path);
    struct why w;

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "member = I\n", 11), 11);
    (void)close(fd);
    why_clear(&w);
    assert_false(config_load(path, &arena, &config, &w));
    assert_string_equal(w.reason, "config");
    (void)snprintf(says, sizeof says, "%s:1:10: ", path);
    assert_non_null(strstr(w.detail, says));
    (void)unlink(path);
    why_clear(&w);
    assert_false(config_load(path, &arena, &config, &w));
    assert_non_null(strstr(w.detail, path));
}

static void loopback_is_told_apart(void **state)
{
    (void)state;
    assert_true(config_is_loopback("127.0.0.1"));
    assert_true(config_is_loopback("127.9.9.9"));
    assert_true(config_is_loopback("::1"));
    assert_false(config_is_loopback("0.0.0.0"));
    assert_false(config_is_loopback("::"));
    assert_false(config_is_loopback("::ffff:127.0.0.1"));
    assert_false(config_is_loopback("192.0.2.1"));
    assert_false(config_is_loopback("localhost"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(everything),
        cmocka_unit_test(where_checkpoints_are_kept),
        cmocka_unit_test(services),
        cmocka_unit_test(faults_say_where_and_what),
        cmocka_unit_test(a_zero_byte_is_no_path),
        cmocka_unit_test(too_long_a_list_is_refused),
        cmocka_unit_test(files_are_named_in_errors),
        cmocka_unit_test(loopback_is_told_apart),
    };
    int failed = cmocka_run_group_tests_name("node configuration", tests, NULL, NULL);

    arena_free(&arena);
    return failed;
}
