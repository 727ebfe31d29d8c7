/* serai permission show: one application, for an officer. The look is recorded in it. */
#include "cli/paper.h"
#include "cli/permission.h"

static void put_list(const struct json *j, json_ref object, const char *name, const char *const *members)
{
    json_ref list = json_member(j, object, name);

    if (json_first(j, list) != JSON_NONE)
        printf("\n%s\n", name);
    for (json_ref r = json_first(j, list); r != JSON_NONE; r = json_after(j, list, r)) {
        permission_print(j, r, members);
        (void)putchar('\n');
    }
}

int permission_show_command(int argc, char **argv)
{
    static const struct permission_option options[] = { { "reference", false },
                                                        { "officer", false },
                                                        { NULL, false } };
    static const char *const head[] = { "reference", "state",   "kind",     "purpose",    "at",
                                        "revision",  "from",    "until",    "entries",    "stay",
                                        "contact",   "payment", "returned", "permission", NULL };
    static const char *const traveller[] = {
        "surname", "given_names", "nationality", "number", "born", NULL
    };
    static const char *const consulted[] = { "member", "opinion", "until", "reason", NULL };
    static const char *const decided[] = { "officer", "decision", "reason", "article", "appeal", NULL };
    static const char *const files[] = { "name", "type", "size", NULL };
    struct permission_call c = {
        .command = "permission show", .path = "/v1/applications/show", .op = permit_show, .option = options
    };
    struct why w = { 0 };
    struct span answer;
    unsigned status;
    struct json j;
    json_ref x;
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    if (permission_call(&c, &answer, &status, &code) && (!c.json || c.pdf) &&
        json_parse(answer, &c.arena, &j, NULL)) {
        if (c.pdf &&
            !print_paper(paper_application, answer, c.command, c.language, c.pdf, 0600, &c.arena, &w)) {
            cli_why(c.command, c.pdf, &w);
            code = CLI_USAGE;
        }
        if (c.json)
            goto out;
        x = json_member(&j, JSON_ROOT, "application");
        permission_print(&j, x, head);
        permission_print(&j, json_member(&j, x, "traveller"), traveller);
        put_list(&j, x, "files", files);
        put_list(&j, x, "consulted", consulted);
        put_list(&j, x, "decisions", decided);
    }
out:
    permission_call_end(&c);
    return code;
}
