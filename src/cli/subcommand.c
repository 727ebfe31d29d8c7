#include "cli/subcommand.h"

#include <stdlib.h>

static unsigned columns(const char *s, size_t n)
{
    unsigned all = 0;

    for (size_t i = 0; i < n; i++)
        all += ((unsigned char)s[i] & 0xc0) != 0x80;
    return all;
}

/* Words in lines of at most 100 columns; later lines begin where the first one's text does. */
static void put_words(const char *head, unsigned indent, const char *text)
{
    unsigned column = columns(head, strlen(head));
    size_t n;

    (void)printf("%s%*s", head, column < indent - 1 ? (int)(indent - 1 - column) : 0, "");
    if (column < indent - 1)
        column = indent - 1;

    for (; *text; text += n) {
        text += strspn(text, " \n");
        n = strcspn(text, " \n");
        if (column + 1 + columns(text, n) > 100)
            column = (unsigned)printf("\n%*s", (int)indent - 1, "") - 1;
        (void)printf(" %.*s", (int)n, text);
        column += 1 + columns(text, n);
    }
    (void)putchar('\n');
}

int cli_family_help(const struct cli_family *f)
{
    unsigned widest = 0;
    char head[64];

    for (size_t i = 0; i < f->n; i++) {
        const char *usage = _("usage:");

        (void)snprintf(head, sizeof head, "%*s serai %s", i ? (int)columns(usage, strlen(usage)) : 0,
                       i ? "" : usage, f->command);
        put_words(head, columns(head, strlen(head)) + 1, f->item[i].usage);
        if (strlen(f->item[i].name) > widest)
            widest = (unsigned)strlen(f->item[i].name);
    }
    (void)putchar('\n');
    for (size_t i = 0; i < f->n; i++)
        put_words(f->item[i].name, widest + 1, gettext(f->item[i].text));
    printf("\n%s", gettext(f->rest));
    return CLI_POSITIVE;
}

static bool is_help(const char *s)
{
    return strcmp(s, "--help") == 0 || strcmp(s, "-h") == 0;
}

/* "expected import, list or key" */
static int usage_of(const struct cli_family *f, const char *found)
{
    char names[400];
    size_t n = 0;

    for (size_t i = 0; i < f->n && n < sizeof names; i++)
        if (i == 0 || strcmp(f->item[i].name, f->item[i - 1].name) != 0)
            n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "", f->item[i].name);
    if (*found)
        return cli_usage(f->command, "one of %s is expected, found %s", names, found);
    return cli_usage(f->command, "say what to do: %s", names);
}

static int elsewhere(const struct cli_family *f, int argc, char **argv)
{
    char command[32], **all = calloc((size_t)argc + 2, sizeof *all);
    int rc;

    if (!all)
        abort();
    (void)snprintf(command, sizeof command, "%s", f->command);
    all[0] = argv[0];
    all[1] = command;
    memcpy(all + 2, argv + 1, (size_t)(argc - 1) * sizeof *all);
    rc = cli_companion(all);
    free(all);
    return rc;
}

int cli_family_run(const struct cli_family *f, int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    static char title[64]; /* what getopt begins its complaints with */
    bool help = is_help(what);

    if (help)
        return cli_family_help(f);
    for (int k = 2; k < argc; k++)
        help |= is_help(argv[k]);
    for (size_t i = 0; i < f->n; i++) {
        if (strcmp(what, f->item[i].name) != 0)
            continue;
        if (help)
            return cli_family_help(f);
        if (!f->item[i].run)
            return elsewhere(f, argc, argv);
        (void)snprintf(title, sizeof title, "serai %s %s", f->command, what);
        argv[1] = title;
        return f->item[i].run(argc - 1, argv + 1);
    }
    return usage_of(f, what);
}
