/* serai permission consult: what other members ask this one about, and its answers. */
#include "cli/permission.h"

static const struct permission_option options[] = { { "within", true },     { "member", false },
                                                    { "reference", false }, { "officer", false },
                                                    { "opinion", false },   { "reason", false },
                                                    { NULL, false } };

static void put_list(const struct permission_call *c, const struct json *j)
{
    static const char *const names[] = { "member", "reference", "until", NULL };
    json_ref list = json_member(j, JSON_ROOT, "consultations");
    bool open = false, due = false;

    (void)c;
    for (json_ref r = json_first(j, list); r != JSON_NONE; r = json_after(j, list, r)) {
        permission_print(j, r, names);
        open = (json_boolean)(j, json_member(j, r, "open"), &open) && open;
        due = (json_boolean)(j, json_member(j, r, "due_soon"), &due) && due;
        printf("%s\n\n", !open ? _("answered") : due ? _("open, and due") : _("open"));
    }
}

int permission_consult_command(int argc, char **argv)
{
    static const char *const one[] = { "member", "reference", "until",   "kind", "purpose",
                                       "from",   "last",      "entries", "stay", NULL };
    static const char *const traveller[] = {
        "surname", "given_names", "nationality", "number", "born", NULL
    };
    static const char *const said[] = { "member", "reference", "opinion", NULL };
    struct permission_call c = { .command = "permission consult", .option = options };
    struct span answer;
    unsigned status;
    struct json j;
    json_ref x;
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    if (!permission_value(&c, "reference")) {
        c.path = "/v1/consultations";
        c.op = permit_consultations;
        c.asked = true;
    } else if (!permission_value(&c, "opinion")) {
        c.path = "/v1/consultations/show";
        c.op = permit_consultation;
    } else {
        c.path = "/v1/consultations/answer";
        c.op = permit_opinion;
    }
    if (permission_call(&c, &answer, &status, &code) && !c.json && json_parse(answer, &c.arena, &j, NULL)) {
        x = json_member(&j, JSON_ROOT, "consultation");
        if (c.asked)
            put_list(&c, &j);
        else if (x == JSON_NONE)
            permission_print(&j, JSON_ROOT, said);
        permission_print(&j, x, one);
        permission_print(&j, json_member(&j, x, "traveller"), traveller);
    }
    permission_call_end(&c);
    return code;
}
