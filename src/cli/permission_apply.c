/* serai permission apply: an application out of a file, or more for one that is there. */
#include <getopt.h>

#include "cli/permission.h"

static void put_faults(const struct json *j)
{
    static const char *const names[] = { "field", "article", "text", NULL };
    json_ref faults = json_member(j, JSON_ROOT, "faults");

    for (json_ref f = json_first(j, faults); f != JSON_NONE; f = json_after(j, faults, f)) {
        permission_print(j, f, names);
        (void)putchar('\n');
    }
}

static void say(struct permission_call *c, struct span answer, unsigned status)
{
    static const char *const of[] = {
        "reference", "state", "kind", "purpose", "returned", "permission", NULL
    };
    static const char *const own[] = { "secret", NULL };
    struct json j;

    if (c->json || !json_parse(answer, &c->arena, &j, NULL))
        return;
    if (status == 422) {
        put_faults(&j);
        return;
    }
    permission_print(&j, json_member(&j, JSON_ROOT, "application"), of);
    permission_print(&j, JSON_ROOT, own);
}

int permission_apply_command(int argc, char **argv)
{
    static const struct permission_option none[] = { { NULL, false } };
    struct permission_call c = { .command = "permission apply", .option = none };
    struct why w = { 0 };
    struct span answer;
    unsigned status;
    struct json j;
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    if (optind + 1 != argc)
        return cli_usage(c.command, "one FILE with the application is needed");
    if (!cli_read(argv[optind], &c.arena, &c.body, &w) || !json_parse(c.body, &c.arena, &j, &w)) {
        cli_why(c.command, argv[optind], &w);
        permission_call_end(&c);
        return CLI_USAGE;
    }
    /* One with a reference follows what is there. */
    if (json_member(&j, JSON_ROOT, "reference") != JSON_NONE) {
        c.path = "/v1/applications/follow";
        c.op = permit_follow;
    } else {
        c.path = "/v1/applications";
        c.op = permit_apply;
    }
    if (permission_call(&c, &answer, &status, &code))
        say(&c, answer, status);
    permission_call_end(&c);
    return code;
}
