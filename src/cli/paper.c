#include "cli/paper.h"

#include "base/limits.h"

static void say_unknown(const char *command, size_t unknown)
{
    if (unknown)
        (void)fprintf(stderr,
                      _("serai %s: no font here has %zu of the signs, which are boxes on the paper; the "
                        "Debian package fonts-noto-core has most\n"),
                      command, unknown);
}

bool print_page(const struct page *p, const char *command, struct buffer *b, struct why *w)
{
    struct page q = *p;
    size_t unknown = 0;

    q.unknown = &unknown;
    if (!page_pdf(&q, cli_now(), b, w))
        return false;
    say_unknown(command, unknown);
    return true;
}

bool print_paper(paper_of *of, struct span answer, const char *command, const char *language,
                 const char *path, unsigned mode, struct arena *a, struct why *w)
{
    size_t unknown = 0;
    const struct paper_how how = { cli_data(), language, cli_now(), &unknown };
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_FILE);
    ok = of(answer, &how, a, &b, w) && cli_write(path, buf_span(&b), mode, w);
    buf_free(&b);
    if (ok)
        say_unknown(command, unknown);
    return ok;
}
