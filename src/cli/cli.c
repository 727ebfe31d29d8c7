#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"

int cli_help(const char *text)
{
    (void)fputs(gettext(text), stdout);
    return CLI_POSITIVE;
}

int cli_usage(const char *command, const char *fmt, ...)
{
    va_list ap;

    (void)fprintf(stderr, "serai %s: ", command);
    va_start(ap, fmt);
    (void)vfprintf(stderr, gettext(fmt), ap);
    va_end(ap);
    (void)fprintf(stderr, _("\nserai %s --help says how it is used\n"), command);
    return CLI_USAGE;
}

void cli_put(FILE *stream, const char *text)
{
    struct span s = span_str(text);
    size_t valid;

    while (s.n) {
        valid = utf8_valid_to(s);
        for (size_t i = 0; i < valid; i++)
            (void)fputc(s.p[i] < 0x20 || s.p[i] == 0x7f ? '?' : s.p[i], stream);
        if (valid < s.n)
            (void)fputc('?', stream);
        s = span_sub(s, valid + (valid < s.n), s.n);
    }
}

int cli_gravest(int a, int b)
{
    static const int rank[] = {
        [CLI_POSITIVE] = 0, [CLI_UNDETERMINED] = 1, [CLI_NEGATIVE] = 2, [CLI_USAGE] = 3
    };

    return rank[a] > rank[b] ? a : b;
}

int cli_bad_option(const char *command)
{
    (void)fprintf(stderr, _("serai %s --help says how it is used\n"), command);
    return CLI_USAGE;
}

void cli_why(const char *command, const char *what, const struct why *w)
{
    const char *red = cli_style(stderr, STYLE_BAD), *plain = cli_style(stderr, STYLE_PLAIN);

    (void)fprintf(stderr, "serai %s: ", command);
    if (what) {
        cli_put(stderr, what);
        (void)fputs(": ", stderr);
    }
    (void)fputs(red, stderr);
    cli_put(stderr, w->detail[0] ? w->detail : w->reason ? w->reason : _("failed"));
    (void)fputs(plain, stderr);
    if (w->clause && w->offset != WHY_NO_OFFSET)
        (void)fprintf(stderr, _(" (%s, byte %zu)"), w->clause, w->offset);
    else if (w->clause)
        (void)fprintf(stderr, " (%s)", w->clause);
    else if (w->offset != WHY_NO_OFFSET)
        (void)fprintf(stderr, _(" (byte %zu)"), w->offset);
    (void)fputc('\n', stderr);
}

/*
 * Some bytes of a file; 0 at its end, -1 on failure. A named pipe that nobody writes to, or a device that
 * says nothing, is waited for only so long; a person at standard input may take their time.
 */
static ssize_t read_some(int fd, uint8_t *block, size_t size, struct why *w)
{
    enum { PATIENCE = 10 };
    struct pollfd p = { .fd = fd, .events = POLLIN };
    ssize_t n;

    if (fd != STDIN_FILENO && poll(&p, 1, PATIENCE * 1000) == 0) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL,
                      "nothing came for %d seconds: it is a pipe or a device, and nobody writes to it",
                      PATIENCE);
        return -1;
    }
    n = read(fd, block, size);
    if (n < 0)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read: %s", strerror(errno));
    return n;
}

bool cli_read_most(const char *path, size_t most, struct buffer *b, struct why *w)
{
    bool in = strcmp(path, "-") == 0, ok = false;
    int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    uint8_t block[65536];
    struct stat st;
    ssize_t n;

    if (fd < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open: %s", strerror(errno));
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "is a folder; a file was expected");
        goto out;
    }
    buf_init(b, most);
    while ((n = read_some(fd, block, sizeof block, w)) > 0) {
        buf_put(b, span_of(block, (size_t)n));
        if (!buf_ok(b)) {
            (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "longer than %zu bytes", most);
            break;
        }
    }
    ok = n == 0;
    if (!ok)
        buf_free(b);
out:
    if (!in)
        (void)close(fd);
    return ok;
}

bool cli_read(const char *path, struct arena *a, struct span *out, struct why *w)
{
    struct buffer b = { 0 };
    bool ok = false;
    uint8_t *p;

    if (!cli_read_most(path, LIMIT_FILE, &b, w))
        return false;
    p = arena_alloc(a, b.n);
    if (!p) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too large to work on");
        goto out;
    }
    if (b.n)
        memcpy(p, b.p, b.n);
    *out = span_of(p, b.n);
    ok = true;
out:
    buf_free(&b);
    return ok;
}

static bool write_all(int fd, struct span s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);

        if (n < 0)
            return false;
        s = span_sub(s, (size_t)n, s.n);
    }
    return true;
}

/* A device or a pipe is written to: replaced by a file, /dev/null would be gone for everybody. */
static bool write_in_place(const char *path, struct span s, struct why *w)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool ok = fd >= 0 && write_all(fd, s);

    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write: %s", strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool cli_write(const char *path, struct span s, unsigned mode, struct why *w)
{
    char temporary[4096];
    struct stat st;
    int fd;

    if (strcmp(path, "-") == 0)
        return write_all(STDOUT_FILENO, s) ||
               why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write: %s", strerror(errno));
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return write_in_place(path, s, w);
    if ((size_t)snprintf(temporary, sizeof temporary, "%s.new", path) >= sizeof temporary)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    (void)unlink(temporary); /* of a run that was cut off: it may have another mode, or be a link */
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot create: %s", strerror(errno));
    if (!write_all(fd, s) || fsync(fd) != 0 || close(fd) != 0 || rename(temporary, path) != 0) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write: %s", strerror(errno));
        (void)unlink(temporary);
        return false;
    }
    return true;
}

const char *cli_data(void)
{
    static const char *const homes[] = { "/bin/serai", "/libexec/serai-node" };
    static char path[4096];
    const char *named = getenv("SERAI_DATA");
    ssize_t n = named ? 0 : readlink("/proc/self/exe", path, sizeof path - sizeof "/share/serai");

    if (named)
        return named;
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
        size_t end = strlen(homes[i]);

        if (n < (ssize_t)end || memcmp(path + n - end, homes[i], end) != 0)
            continue;
        memcpy(path + n - end, "/share/serai", sizeof "/share/serai");
        if (access(path, R_OK) == 0)
            return path;
    }
    return SERAI_DATADIR;
}

unix_time cli_now(void)
{
    return (unix_time)time(NULL);
}

bool cli_time(const char *text, unix_time *out)
{
    if (!text) {
        *out = cli_now();
        return true;
    }
    return time_parse(span_str(text), out);
}

bool cli_profile(const char *text, enum profile *out)
{
    if (strcmp(text, "lenient") == 0)
        *out = PROFILE_LENIENT;
    else if (strcmp(text, "strict") == 0)
        *out = PROFILE_STRICT;
    else
        return false;
    return true;
}

const char *cli_style(FILE *stream, enum cli_style s)
{
    static const char *const code[] = {
        [STYLE_PLAIN] = "\033[0m",   [STYLE_GOOD] = "\033[1;32m", [STYLE_BAD] = "\033[1;31m",
        [STYLE_CARE] = "\033[1;33m", [STYLE_DIM] = "\033[2m",     [STYLE_BOLD] = "\033[1m",
    };
    const char *no = getenv("NO_COLOR");

    return isatty(fileno(stream)) && !(no && *no) ? code[s] : "";
}

int cli_exit_of(enum result r)
{
    switch (r) {
    case RESULT_GENUINE:
    case RESULT_WELL_FORMED:
        return CLI_POSITIVE;
    case RESULT_NO_ANCHOR:
    case RESULT_UNDETERMINED:
        return CLI_UNDETERMINED;
    case RESULT_EXPIRED:
    case RESULT_FORGED:
    case RESULT_REVOKED:
    case RESULT_MALFORMED:
        break;
    }
    return CLI_NEGATIVE;
}
