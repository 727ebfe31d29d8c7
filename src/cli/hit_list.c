#include "cli/hit.h"

int hit_list_command(int argc, char **argv)
{
    static const struct hit_option option[] = {
        { "state", HIT_TEXT },    { "late", HIT_YES },    { "within", HIT_NUMBER },
        { "before", HIT_NUMBER }, { "most", HIT_NUMBER }, { NULL, HIT_TEXT },
    };
    static const struct hit_command h = { "hit", "/v1/hits/list", hits_list, option, NULL, NULL, false };

    return hit_run(&h, argc, argv, "\"late\":true");
}
