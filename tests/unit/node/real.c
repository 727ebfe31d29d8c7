/* The server with everything below it: what the check and the inspection really answer is what the interface
 * describes. */
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "described.h"
#include "node/instance.h"
#include "node/node.h"
#include "schema.h"
#include "vectors.h"

extern char **environ;

#define LINES "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2"
#define JSON  "Content-Type: application/json\r\n"
#define BYTES "Content-Type: application/octet-stream\r\n"

static char folder[] = "/tmp/serai-real-XXXXXX";
static char place[64];
static struct instance instance;
static struct node *node;
static struct keeper *keeper;
static json_t *api;
static uint16_t port;

/* 2026-11-21: the sample agreement is in force, the specimen certificates and passport are valid. */
static unix_time today(void *ctx)
{
    (void)ctx;
    return 1795262400;
}

/* A program and its words, ended by NULL; what it says goes nowhere. */
static void run(const char *program, const char *const words[])
{
    posix_spawn_file_actions_t quiet;
    char *argv[12] = { strdup(program) };
    int status, n = 1;
    pid_t pid;

    for (size_t i = 0; words[i]; i++)
        argv[n++] = strdup(words[i]);
    assert_int_equal(posix_spawn_file_actions_init(&quiet), 0);
    assert_int_equal(posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0), 0);
    assert_int_equal(posix_spawn(&pid, program, &quiet, NULL, argv, environ), 0);
    (void)posix_spawn_file_actions_destroy(&quiet);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    while (n > 0)
        free(argv[--n]);
}

static int start(void **state)
{
    const char *build = getenv("SERAI_BUILD");
    char program[512];
    struct why w;

    (void)state;
    (void)snprintf(program, sizeof program, "%s/serai", build ? build : "build");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(place, sizeof place, "%s/ir", folder);
    run(program, (const char *const[]){ "init", "--specimen", "--member", "IR", "--listen", "127.0.0.1:0",
                                        place, NULL });
    why_clear(&w);
    if (!instance_open(place, INSTANCE_STORE | INSTANCE_SERVED, &instance, &w))
        fail_msg("%s", w.detail);
    const struct keeper_options keep = { .from = instance_beliefs_from(&instance), .now = today };

    if (!keeper_start(&keep, instance_hand_beliefs(&instance), &keeper, &w))
        fail_msg("%s", w.detail);
    struct node_options o = { .config = &instance.config,
                              .check = &instance.check,
                              .keeper = keeper,
                              .agreement_text = instance.agreement_text,
                              .data = source_path("."),
                              .folder = place,
                              .now = today };
    if (!node_start(&o, &node, &w))
        fail_msg("%s", w.detail);
    port = node_port(node);
    api = load_json(source_path("web/openapi.json"));
    return 0;
}

static int stop(void **state)
{
    (void)state;
    node_stop(node);
    keeper_stop(keeper);
    instance_close(&instance);
    json_decref(api);
    run("/bin/rm", (const char *const[]){ "-r", folder, NULL });
    return 0;
}

#define CHECK(id, more) "{\"id\":\"" id "\",\"evidence\":[{\"kind\":\"mrz\",\"text\":\"" LINES "\"}]" more "}"

static const struct {
    const char *what, *body;
    int status;
    const char *holds; /* a part of the answer */
} checks[] = {
    { "all stated",
      CHECK("one",
            ",\"travel\":{\"purpose\":\"pilgrimage\",\"mode\":\"air\",\"from\":\"KZ\",\"stay_days\":9},"
            "\"movement\":\"entry\",\"document_examined\":true"),
      200, "\"verdict\":\"admit\"" },
    { "the same again",
      CHECK("one",
            ",\"travel\":{\"purpose\":\"pilgrimage\",\"mode\":\"air\",\"from\":\"KZ\",\"stay_days\":9},"
            "\"movement\":\"entry\",\"document_examined\":true"),
      200, "\"repeated\":true" },
    { "the same id, something else", CHECK("one", ""), 409, "request-conflict" },
    { "nothing stated", CHECK("two", ""), 200, "\"verdict\":\"refer\"" },
    { "the officer admits", CHECK("three", ",\"officer_admits\":true,\"movement\":\"entry\""), 200,
      "\"officer_admits\":true" },
    { "an exit", CHECK("four", ",\"movement\":\"exit\""), 200, "\"verdict\"" },
    { "no id", "{\"evidence\":[{\"kind\":\"any\",\"text\":\"" LINES "\"}]}", 200, "\"verdict\"" },
    { "misread lines", "{\"evidence\":[{\"kind\":\"mrz\",\"text\":\"P<KAZSPECIMEN\"}]}", 200,
      "\"result\":\"malformed\"" },
    { "text that is no seal", "{\"evidence\":[{\"kind\":\"seal\",\"text\":\"RDB1AAAA\"}]}", 200,
      "\"result\":\"malformed\"" },
    { "bytes that are no picture", "{\"evidence\":[{\"kind\":\"picture\",\"base64\":\"iVBORw0KGgo=\"}]}", 200,
      "\"result\":\"malformed\"" },
    { "unknown thing", "{\"evidence\":[{\"kind\":\"any\",\"base64\":\"AAECAw==\"}]}", 200,
      "\"kind\":\"unknown\"" },
    { "no evidence", "{\"evidence\":[]}", 400, "\"reason\":\"request\"" },
    { "evidence of both kinds", "{\"evidence\":[{\"kind\":\"any\",\"text\":\"a\",\"base64\":\"AAAA\"}]}", 400,
      "\"reason\":\"request\"" },
    { "evidence of no kind", "{\"evidence\":[{\"text\":\"\"}]}", 400, "\"reason\":\"request\"" },
    { "base64 broken off", "{\"evidence\":[{\"kind\":\"any\",\"base64\":\"AAA*\"}]}", 400,
      "\"reason\":\"request\"" },
    { "unknown member", CHECK("five", ",\"purpose\":\"work\""), 400, "\"reason\":\"request\"" },
    { "id with a blank", CHECK("a b", ""), 400, "\"reason\":\"request\"" },
    { "days as text", CHECK("six", ",\"travel\":{\"stay_days\":\"9\"}"), 400, "\"reason\":\"request\"" },
    { "no days", CHECK("six", ",\"travel\":{\"stay_days\":0}"), 400, "\"reason\":\"request\"" },
    { "wrong movement", CHECK("six", ",\"movement\":\"in\""), 400, "\"reason\":\"request\"" },
    { "not an object", "[]", 400, "\"error\"" },
    { "cut off", "{\"evidence\":[{\"kind\"", 400, "\"error\"" },
    { "nested too deep",
      "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      "[",
      400, "\"error\"" },
    { "not UTF-8", "{\"id\":\"\xff\"}", 400, "\"error\"" },
    { "seventeen pieces",
      "{\"evidence\":["
      "{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},"
      "{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},"
      "{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},"
      "{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},"
      "{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"},"
      "{\"kind\":\"any\",\"text\":\"a\"},{\"kind\":\"any\",\"text\":\"a\"}]}",
      413, "\"reason\":\"too-large\"" },
};

static void checks_answer_as_described(void **state)
{
    const json_t *schema = schema_at(api, api, "components", "schemas", "CheckRequest", NULL);

    (void)state;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        json_t *request = json_loads(checks[i].body, 0, NULL);
        struct reply r;
        char why[256];
        bool fits = request && schema_holds(api, schema, request, why, sizeof why);

        client_do(port, "POST", "/v1/check", JSON, checks[i].body, strlen(checks[i].body), &r);
        if (r.status != checks[i].status || !strstr(r.body, checks[i].holds))
            fail_msg("%s: %d %s", checks[i].what, r.status, r.body);
        assert_described(api, "POST", "/v1/check", &r, checks[i].what);
        /* What is accepted fits the schema, and what is refused as a request does not. */
        if (fits != (r.status == 200 || r.status == 409))
            fail_msg("%s: the schema says otherwise: %s", checks[i].what, why);
        json_decref(request);
        reply_free(&r);
    }
}

static void reads_answer_as_described(void **state)
{
    static const char *const targets[] = { "/v1/ready", "/v1/node",  "/v1/agreement",  "/v1/agreement/text",
                                           "/v1/words", "/v1/trust", "/v1/federation", "/v1/operator" };
    static const char *const languages[] = { "en", "fa", "ru", "xx", "" };
    struct reply r;

    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        client_do(port, "GET", targets[i], "", "", 0, &r);
        assert_int_equal(r.status, 200);
        assert_described(api, "GET", targets[i], &r, targets[i]);
        reply_free(&r);
    }
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        char target[64];

        (void)snprintf(target, sizeof target, "/v1/agreement?language=%s", languages[i]);
        client_do(port, "GET", target, "", "", 0, &r);
        assert_int_equal(r.status, 200);
        assert_described(api, "GET", "/v1/agreement", &r, target);
        reply_free(&r);
    }
}

static void another_version_is_tried(void **state)
{
    static const char body[] = "{\"changes\":[\"article 5: with reservation of KZ: not bound\"],"
                               "\"travellers\":2000,\"language\":\"fa\"}";
    struct reply r;

    (void)state;
    client_do(port, "POST", "/v1/agreement/what-if", JSON, body, sizeof body - 1, &r);
    assert_int_equal(r.status, 200);
    assert_described(api, "POST", "/v1/agreement/what-if", &r, "what if");
    assert_non_null(strstr(r.body, "\"travellers\":2000"));
    assert_non_null(strstr(r.body, "\"effect\":\"lose\""));
    assert_null(strstr(r.body, "\"effect\":\"gain\""));
    assert_non_null(strstr(r.body, "reservation of KZ: not bound\""));
    assert_non_null(strstr(r.body, "مأمور")); /* in the reader's language */
    reply_free(&r);
}

static void inspect_files_of(const char *relative)
{
    const char *path = vector_path(relative);
    DIR *d = opendir(path);
    const struct dirent *e;
    struct arena a;

    assert_non_null(d);
    arena_init(&a, 64 << 20);
    while ((e = readdir(d)) != NULL) {
        char file[1024];
        struct span bytes;
        struct reply r;

        (void)snprintf(file, sizeof file, "%s/%s", path, e->d_name);
        if (e->d_name[0] == '.' || e->d_type != DT_REG)
            continue;
        bytes = load_file(&a, file);
        if (bytes.n == 0)
            continue;
        client_do(port, "POST", "/v1/inspect?name=x", BYTES, (const char *)bytes.p, bytes.n, &r);
        assert_int_equal(r.status, 200);
        assert_described(api, "POST", "/v1/inspect", &r, file);
        reply_free(&r);
    }
    (void)closedir(d);
    arena_free(&a);
}

static void inspections_answer_as_described(void **state)
{
    static const char *const files[] = { ("P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\n"
                                          "N123456785KAZ9OO5145F3105135<<<<<<<<<<<<<<<2"),
                                         "x",
                                         "{",
                                         "RDB1",
                                         "\xdc\x03",
                                         "\x89PNG\r\n\x1a\n" };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct reply r;

        client_do(port, "POST", "/v1/inspect", BYTES, files[i], strlen(files[i]), &r);
        assert_int_equal(r.status, 200);
        assert_described(api, "POST", "/v1/inspect", &r, files[i]);
        reply_free(&r);
    }
}

static void published_samples_answer_as_described(void **state)
{
    (void)state;
    inspect_files_of("travel/vds");
    inspect_files_of("travel/vdsnc");
    inspect_files_of("travel/adversarial");
    inspect_files_of("travel/visa");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_answer_as_described),
        cmocka_unit_test(reads_answer_as_described),
        cmocka_unit_test(another_version_is_tried),
        cmocka_unit_test(inspections_answer_as_described),
        cmocka_unit_test(published_samples_answer_as_described),
    };

    return cmocka_run_group_tests_name("node with everything below", tests, start, stop);
}
