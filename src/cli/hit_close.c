#include "cli/hit.h"

int hit_close_command(int argc, char **argv)
{
    static const struct hit_option option[] = {
        { "officer", HIT_TEXT }, { "office", HIT_TEXT }, { "purpose", HIT_TEXT }, { "outcome", HIT_TEXT },
        { "reason", HIT_TEXT },  { "consent", HIT_YES }, { NULL, HIT_TEXT },
    };
    static const struct hit_command h = { "hit", "/v1/hits/close", hits_close, option, "id", NULL, true };

    return hit_run(&h, argc, argv, NULL);
}
