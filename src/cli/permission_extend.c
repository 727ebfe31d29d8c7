/* serai permission extend: a new permission in the place of the one that was issued. */
#include "cli/permission.h"

int permission_extend_command(int argc, char **argv)
{
    static const struct permission_option options[] = { { "reference", false }, { "officer", false },
                                                        { "second", false },    { "until", false },
                                                        { "stay", true },       { "form", false },
                                                        { "place", false },     { NULL, false } };
    struct permission_call c = { .command = "permission extend",
                                 .path = "/v1/applications/extend",
                                 .op = permit_extend,
                                 .option = options };
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    code = permission_hand_out(&c);
    permission_call_end(&c);
    return code;
}
