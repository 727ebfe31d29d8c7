#include "cli/hit.h"

#include <string.h>

static const struct hit_option list_option[] = { { "late", HIT_YES },
                                                 { "within", HIT_NUMBER },
                                                 { NULL, HIT_TEXT } };
static const struct hit_option show_option[] = {
    { "officer", HIT_TEXT }, { "office", HIT_TEXT }, { "purpose", HIT_TEXT }, { NULL, HIT_TEXT }
};
static const struct hit_option answer_option[] = {
    { "officer", HIT_TEXT }, { "office", HIT_TEXT }, { "purpose", HIT_TEXT },
    { "says", HIT_TEXT },    { "text", HIT_TEXT },   { NULL, HIT_TEXT },
};

static const struct {
    const char *word;
    struct hit_command h;
} commands[] = {
    { "list", { "hit", "/v1/hits/tasks", hits_tasks, list_option, NULL, NULL, false } },
    { "show", { "hit", "/v1/hits/task", hits_task, show_option, "member", "reference", true } },
    { "answer", { "hit", "/v1/hits/answer", hits_answer, answer_option, "member", "reference", true } },
};

int hit_task_command(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].word) == 0)
            return hit_run(&commands[i].h, argc - 1, argv + 1, i == 0 ? "\"overdue\":true" : NULL);
    return cli_usage("hit", "task list, task show or task answer");
}
