#include "vectors.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

#define GOOD    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
#define MISREAD "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8989O2C36UTO7408122F1204159ZE184226B<<<<<10\n"

/* Runs the command in a child with `in` as its standard input; both outputs come back together. */
static int run(char **argv, const char *in, char *out, size_t cap)
{
    char name[] = "/tmp/serai-mrz-XXXXXX";
    int file = mkstemp(name), pipes[2], argc = 0, status = 0;
    size_t n = 0;
    ssize_t got;
    pid_t child;

    while (argv[argc])
        argc++;
    assert_true(file >= 0 && unlink(name) == 0 && pipe(pipes) == 0);
    assert_int_equal(write(file, in, strlen(in)), strlen(in));
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    (void)fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(file, 0);
        (void)dup2(pipes[1], 1);
        (void)dup2(pipes[1], 2);
        (void)close(pipes[0]);
        exit(cmd_mrz(argc, argv));
    }
    (void)close(pipes[1]);
    (void)close(file);
    while (n + 1 < cap && (got = read(pipes[0], out + n, cap - 1 - n)) > 0)
        n += (size_t)got;
    out[n] = 0;
    (void)close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void each_command_answers_with_its_exit_code(void **state)
{
    static const struct {
        const char *what;
        const char *argv[24];
        const char *in;
        int code;
        const char *says;
    } cases[] = {
        { "good lines", { "mrz", "parse" }, GOOD, 0, "reads well" },
        { "good lines as JSON", { "mrz", "parse", "--json", "-" }, GOOD, 0, "\"checks_ok\":true" },
        { "a bad digit", { "mrz", "parse" }, MISREAD, 1, "number check digit does not hold" },
        { "a bad digit as JSON",
          { "mrz", "parse", "--json" },
          MISREAD,
          1,
          "\"reason\":\"check-digit\",\"offset\":54" },
        { "malformed", { "mrz", "parse" }, "p<uto", 1, "alphabet" },
        { "malformed as JSON", { "mrz", "parse", "--json" }, "p<uto", 1, "\"result\":\"malformed\"" },
        { "clock", { "mrz", "parse", "--at", "2080-01-01" }, GOOD, 0, "2074-08-12" },
        { "bad clock", { "mrz", "parse", "--at", "soon" }, GOOD, 2, "soon" },
        { "no such file", { "mrz", "parse", "/nonexistent/file" }, "", 2, "No such file" },
        { "two files", { "mrz", "parse", "a", "b" }, "", 2, "one argument" },
        { "unknown option", { "mrz", "parse", "--strict" }, "", 2, "--strict" },
        { "unknown command", { "mrz", "guess" }, "", 2, "guess" },
        { "no command", { "mrz" }, "", 2, "parse, suggest" },
        { "help", { "mrz", "--help" }, "", 0, "usage:" },
        { "suggestion", { "mrz", "suggest" }, MISREAD, 0, "line 2, column 6: O may be 0" },
        { "suggestion as JSON",
          { "mrz", "suggest", "--json" },
          MISREAD,
          0,
          "\"offset\":50,\"from\":\"O\",\"to\":\"0\"" },
        { "nothing to suggest", { "mrz", "suggest" }, GOOD, 0, "nothing to correct" },
        { "written",
          { "mrz", "write", "--format", "MRV-B", "--issuer", "UTO", "--number", "E1234567", "--nationality",
            "TUR", "--primary", "Specimen", "--secondary", "Lâle", "--birth", "2001-XX-XX", "--expiry",
            "2026-12-31" },
          "",
          0,
          "V<UTOSPECIMEN<<LALE<<<<<<<<<<<<<<<<<\nE1234567<4TUR01<<<<3<2612317<<<<<<<<\n" },
        { "not a date", { "mrz", "write", "--format", "TD3", "--birth", "2001-02-3X" }, "", 2, "YYYY-MM-DD" },
        { "not writable",
          { "mrz", "write", "--format", "TD3", "--issuer", "U", "--number", "1", "--nationality", "UTO" },
          "",
          1,
          "no name" },
        { "transliterated", { "mrz", "transliterate", "--table", "ru", "Юлия" }, "", 0, "IULIIA\n" },
        { "own rows are told",
          { "mrz", "transliterate", "--table", "kk", "--json", "Әсел" },
          "",
          0,
          "\"own_rows\":true" },
        { "no table", { "mrz", "transliterate", "--table", "xx", "A" }, "", 2, "no such table" },
        { "no row", { "mrz", "transliterate", "--table", "ru", "Әсел" }, "", 1, "U+04D8" },
        { "compared", { "mrz", "transliterate", "--compare", "JURG", "--cut", "Jürgen" }, "", 0, "prefix" },
        { "compared and different",
          { "mrz", "transliterate", "--compare", "JORGEN", "Jürgen" },
          "",
          1,
          "different" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[8192], words[24][64] = { "" };
        char *argv[25] = { NULL };
        int code;

        for (size_t k = 0; cases[i].argv[k]; k++) {
            (void)snprintf(words[k], sizeof words[k], "%s", cases[i].argv[k]);
            argv[k] = words[k];
        }
        code = run(argv, cases[i].in, out, sizeof out);
        if (code != cases[i].code || !strstr(out, cases[i].says))
            fail_msg("%s: exit code %d, %s", cases[i].what, code, out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_command_answers_with_its_exit_code) };

    return cmocka_run_group_tests_name("cli-mrz", tests, NULL, NULL);
}
