/* serai permission revoke */
#include "cli/permission.h"

int permission_revoke_command(int argc, char **argv)
{
    static const struct permission_option options[] = { { "permission", false }, { "officer", false },
                                                        { "class", false },      { "reason", false },
                                                        { "article", false },    { "appeal", false },
                                                        { "on", false },         { NULL, false } };
    static const char *const names[] = { "permission", "since", "class", NULL };
    struct permission_call c = { .command = "permission revoke",
                                 .path = "/v1/permissions/revoke",
                                 .op = permit_revoke,
                                 .option = options };
    struct span answer;
    unsigned status;
    struct json j;
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    if (permission_call(&c, &answer, &status, &code) && !c.json && json_parse(answer, &c.arena, &j, NULL))
        permission_print(&j, JSON_ROOT, names);
    permission_call_end(&c);
    return code;
}
