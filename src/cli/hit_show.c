#include "cli/hit.h"

int hit_show_command(int argc, char **argv)
{
    static const struct hit_option option[] = {
        { "officer", HIT_TEXT },
        { "office", HIT_TEXT },
        { "purpose", HIT_TEXT },
        { NULL, HIT_TEXT },
    };
    static const struct hit_command h = { "hit", "/v1/hits/show", hits_show, option, "id", NULL, true };

    return hit_run(&h, argc, argv, NULL);
}
