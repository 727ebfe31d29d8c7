#include <locale.h>
#include <stdlib.h>

#include "base/why.h"
#include "cli/cli.h"

/* To PREFIX/share/locale of the PREFIX/share/serai that was found, or to where this was built for. */
static void find(const char *domain, const char *built)
{
    static const char data[] = "/share/serai", locale[] = "/share/locale";
    const char *found = cli_data();
    size_t n = strlen(found), end = sizeof data - 1;
    char path[4096];

    if (strcmp(found, SERAI_DATADIR) != 0 && n >= end && strcmp(found + n - end, data) == 0 &&
        n + 2 <= sizeof path) {
        memcpy(path, found, n - end);
        memcpy(path + n - end, locale, sizeof locale);
        built = path;
    }
    (void)bindtextdomain(domain, built);
    (void)bind_textdomain_codeset(domain, "UTF-8");
}

static const char *said(const char *english)
{
    return gettext(english);
}

/* What setlocale(3) would take for messages, or NULL. */
static const char *wanted(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return value;
    }
    return NULL;
}

static char spoken[9] = "en";

/* A locale that is not installed, or none, still says which catalogue is meant: C.UTF-8 lets LANGUAGE choose.
 */
void cli_words(void)
{
    const char *locale = wanted(), *listed = getenv("LANGUAGE");
    char language[64];

    if (locale &&
        locale[strspn(locale, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@-")])
        return; /* no locale, but perhaps a path */
    if (locale ? strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0 : !listed)
        return;
    if (!locale || !setlocale(LC_MESSAGES, ""))
        (void)setlocale(LC_MESSAGES, "C.UTF-8");
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* what strerror(3) says is UTF-8 too */
    if (locale && !(listed && *listed)) {
        /* Dari has a catalogue of its own. */
        (void)snprintf(language, sizeof language, "%s%.*s", strncmp(locale, "fa_AF", 5) == 0 ? "prs:" : "",
                       (int)strcspn(locale, ".@"), locale);
        (void)setenv("LANGUAGE", language, 1);
    }
    listed = getenv("LANGUAGE");
    if (!listed) /* setenv(3) had no memory */
        return;
    (void)snprintf(spoken, sizeof spoken, "%.*s", (int)strspn(listed, "abcdefghijklmnopqrstuvwxyz"), listed);
    find("serai", SERAI_COMMAND_WORDS);
    (void)textdomain("serai");
    why_words(said);
}

const char *cli_language(const char *given, bool for_program)
{
    return given ? given : for_program || !spoken[0] ? "en" : spoken;
}
