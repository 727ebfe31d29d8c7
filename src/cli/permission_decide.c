/* serai permission decide: one officer's decision, or what the applicant is asked for. */
#include "cli/permission.h"

int permission_decide_command(int argc, char **argv)
{
    static const struct permission_option options[] = {
        { "reference", false }, { "officer", false }, { "decision", false }, { "revision", true },
        { "from", false },      { "until", false },   { "entries", true },   { "stay", true },
        { "reason", false },    { "article", false }, { "appeal", false },   { "text", false },
        { NULL, false }
    };
    static const char *const names[] = { "reference", "state", "permission", NULL };
    struct permission_call c = { .command = "permission decide", .option = options };
    struct span answer;
    unsigned status;
    struct json j;
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    c.path = permission_value(&c, "text") ? "/v1/applications/return" : "/v1/applications/decide";
    c.op = permission_value(&c, "text") ? permit_return : permit_decide;
    if (permission_call(&c, &answer, &status, &code) && !c.json && json_parse(answer, &c.arena, &j, NULL))
        permission_print(&j, json_member(&j, JSON_ROOT, "application"), names);
    permission_call_end(&c);
    return code;
}
