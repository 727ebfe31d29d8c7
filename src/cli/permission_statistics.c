/* serai permission statistics: counts that hold nothing of a person. */
#include "cli/permission.h"

int permission_statistics_command(int argc, char **argv)
{
    static const struct permission_option options[] = { { "year", true }, { NULL, false } };
    static const char *const names[] = { "year", "kind", "purpose", "what", "n", "mean_hours", NULL };
    struct permission_call c = { .command = "permission statistics",
                                 .path = "/v1/permissions/statistics",
                                 .asked = true,
                                 .op = permit_statistics,
                                 .option = options };
    struct span answer;
    unsigned status;
    json_ref list;
    struct json j;
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    if (permission_call(&c, &answer, &status, &code) && !c.json && json_parse(answer, &c.arena, &j, NULL)) {
        list = json_member(&j, JSON_ROOT, "statistics");
        for (json_ref r = json_first(&j, list); r != JSON_NONE; r = json_after(&j, list, r)) {
            permission_print(&j, r, names);
            (void)putchar('\n');
        }
    }
    permission_call_end(&c);
    return code;
}
