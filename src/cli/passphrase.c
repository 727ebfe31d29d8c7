#include "cli/passphrase.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "crypto/node_key.h"

enum { LINE = 1024 };

static bool from_file(const char *file, struct buffer *out, struct why *w)
{
    struct span rest, line = { 0 };
    struct arena a;
    bool ok;

    arena_init(&a, 4 * LINE);
    ok = cli_read(file, &a, &rest, w);
    if (ok) {
        (void)text_split(&rest, '\n', &line);
        buf_put(out, line);
        wipe((void *)(uintptr_t)line.p, line.n);
    }
    arena_free(&a);
    return ok;
}

static bool ask(FILE *tty, const char *what, char line[LINE])
{
    struct termios was, quiet;
    bool ok;

    if (tcgetattr(fileno(tty), &was) != 0)
        return false;
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    (void)fprintf(tty, "%s: ", what);
    (void)fflush(tty);
    (void)tcsetattr(fileno(tty), TCSAFLUSH, &quiet);
    ok = fgets(line, LINE, tty) != NULL;
    (void)tcsetattr(fileno(tty), TCSAFLUSH, &was);
    (void)fputc('\n', tty);
    if (ok)
        line[strcspn(line, "\r\n")] = '\0';
    return ok;
}

static bool from_terminal(bool fresh, struct buffer *out, struct why *w)
{
    FILE *tty = fopen("/dev/tty", "r+e");
    char line[LINE], again[LINE];
    bool ok;

    if (!tty)
        return why_set(w, "passphrase", WHY_NO_OFFSET, NULL,
                       "there is no terminal to ask at: name a file with --passphrase-file");
    ok = ask(tty, "passphrase", line) && (!fresh || ask(tty, _("the same again"), again));
    if (!ok)
        (void)why_set(w, "passphrase", WHY_NO_OFFSET, NULL, "no passphrase was given");
    else if (fresh && strcmp(line, again) != 0)
        ok = why_set(w, "passphrase", WHY_NO_OFFSET, NULL, "the two are not the same");
    else
        buf_str(out, line);
    wipe(line, sizeof line);
    wipe(again, sizeof again);
    (void)fclose(tty);
    return ok;
}

bool cli_passphrase(const char *file, bool fresh, struct buffer *out, struct why *w)
{
    buf_init(out, LINE);
    return file ? from_file(file, out, w) : from_terminal(fresh, out, w);
}
