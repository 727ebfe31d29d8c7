/* serai store: exit codes and what is printed. */
#include "cli/cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

static struct place here;
static char out_path[128], to[128];

/* Runs the command with its output and errors in a file; %D in an argument is the folder, %T the copy. */
static int run(const char *line, struct span *said)
{
    char copy[256], *argv[12], *rest = NULL;
    int argc = 0, code, out = dup(1), err = dup(2), f = open(out_path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

    (void)snprintf(copy, sizeof copy, "%s", line);
    for (char *p = strtok_r(copy, " ", &rest); p && argc < 12; p = strtok_r(NULL, " ", &rest))
        argv[argc++] = strcmp(p, "%D") == 0 ? here.folder : strcmp(p, "%T") == 0 ? to : p;
    (void)fflush(NULL);
    (void)dup2(f, 1);
    (void)dup2(f, 2);
    code = cmd_store(argc, argv);
    (void)fflush(NULL);
    (void)dup2(out, 1);
    (void)dup2(err, 2);
    (void)close(out);
    (void)close(err);
    (void)close(f);
    *said = slurp(out_path);
    return code;
}

static void each_command_says_what_it_did(void **state)
{
    static const struct {
        const char *what, *line, *says;
        int code;
    } cases[] = {
        { "no command", "store", "usage:", 2 },
        { "help", "store --help", "usage:", 0 },
        { "unknown command", "store frobnicate %D", "usage:", 2 },
        { "unknown option", "store status %D --frobnicate", "usage:", 2 },
        { "no folder", "store status", "usage:", 2 },
        { "one argument too many", "store status %D %T", "usage:", 2 },
        { "no store there", "store status /nonexistent-serai", "no store here", 2 },
        { "status", "store status %D", "checks              3 (0 erased)", 0 },
        { "status for programs", "store status %D --json", "\"checks\":3,\"movements\":3,", 0 },
        { "check", "store check %D", "good", 0 },
        { "expire without a date", "store expire %D", "--before wants a date", 2 },
        { "expire with a day that is none", "store expire %D --before 2023-02-29", "--before wants a date",
          2 },
        { "backup", "store backup %D %T", "copied store.db and traveller.key", 0 },
        { "backup over a store", "store backup %D %T", "store-exists", 2 },
        { "the copy", "store check %T --json", "{\"wrong\":0}", 0 },
        { "expire", "store expire %D --before=2023-11-16", "erased 3 checks, 2 movements and 0 cases", 0 },
        { "status afterwards", "store status %D", "checks              0 (3 erased)", 0 },
    };
    struct traveller_key t = { { 1 } };
    struct store *s;
    struct check_record r = sample("", &t);
    static const char *const ids[] = { "a", "b", "c" };
    struct span said;

    (void)state;
    place_make(&here);
    (void)snprintf(out_path, sizeof out_path, "%s/said", here.folder);
    (void)snprintf(to, sizeof to, "%s/copy", here.folder);
    s = open_place(&here);
    for (size_t i = 0; i < 3; i++) {
        r.request_id = span_str(ids[i]);
        assert_int_equal(put_ok(s, &r), STORE_NEW);
    }
    store_close(s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int code = run(cases[i].line, &said);

        if (code != cases[i].code || !memmem(said.p, said.n, cases[i].says, strlen(cases[i].says)))
            fail_msg("%s: exit %d, %.*s", cases[i].what, code, (int)said.n, (const char *)said.p);
        free((void *)(uintptr_t)said.p);
    }
    assert_true(
        spill(here.file, SPAN("this is no database, it is only text that stands where one should be")));
    assert_int_equal(run("store check %D", &said), 1);
    assert_non_null(memmem(said.p, said.n, "store-damaged", 13));
    free((void *)(uintptr_t)said.p);
    place_remove(&here);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_command_says_what_it_did) };

    return cmocka_run_group_tests_name("store command", tests, NULL, NULL);
}
