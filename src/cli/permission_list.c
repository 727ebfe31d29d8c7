/* serai permission list */
#include "cli/permission.h"

static struct span text(const struct json *j, json_ref o, const char *name, struct arena *a)
{
    struct span s;

    return json_text_of(j, json_member(j, o, name), a, &s) ? s : (struct span){ NULL, 0 };
}

int permission_list_command(int argc, char **argv)
{
    static const struct permission_option options[] = { { "state", false },
                                                        { "before", true },
                                                        { NULL, false } };
    struct permission_call c = { .command = "permission list",
                                 .path = "/v1/applications",
                                 .asked = true,
                                 .op = permit_list,
                                 .option = options };
    struct span answer;
    unsigned status;
    json_ref list;
    struct json j;
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    if (permission_call(&c, &answer, &status, &code) && !c.json && json_parse(answer, &c.arena, &j, NULL)) {
        list = json_member(&j, JSON_ROOT, "applications");
        for (json_ref r = json_first(&j, list); r != JSON_NONE; r = json_after(&j, list, r)) {
            struct span reference = text(&j, r, "reference", &c.arena),
                        state = text(&j, r, "state", &c.arena), kind = text(&j, r, "kind", &c.arena),
                        purpose = text(&j, r, "purpose", &c.arena), last = text(&j, r, "last", &c.arena);

            printf(_("%.*s  %-10.*s  %.*s for %.*s, last %.*s\n"), (int)reference.n,
                   (const char *)reference.p, (int)state.n, (const char *)state.p, (int)kind.n,
                   (const char *)kind.p, (int)purpose.n, (const char *)purpose.p, (int)last.n,
                   (const char *)last.p);
        }
    }
    permission_call_end(&c);
    return code;
}
