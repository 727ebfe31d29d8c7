#include "cli/hit.h"

int hit_statistics_command(int argc, char **argv)
{
    static const struct hit_option option[] = { { "from", HIT_TEXT },
                                                { "to", HIT_TEXT },
                                                { NULL, HIT_TEXT } };
    static const struct hit_command h = { "hit", "/v1/hits/statistics", hits_statistics, option, NULL, NULL,
                                          false };

    return hit_run(&h, argc, argv, NULL);
}
