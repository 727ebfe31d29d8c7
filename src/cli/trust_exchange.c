/* serai trust acts, receive: how acts travel while nodes do not talk yet. */
#include <getopt.h>

#include "cli/trust_bloc.h"

enum { BUNDLE = LIMIT_FILE };

static int send_acts(struct bloc *b, const char *out)
{
    struct why w = { 0 };
    struct buffer text;
    int code = CLI_USAGE;

    buf_init(&text, BUNDLE);
    acts_folder_bundle(&b->acts, &text);
    if (!buf_ok(&text))
        (void)why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "more acts than one file takes");
    else if (cli_write(out, buf_span(&text), 0644, &w))
        code = CLI_POSITIVE;
    if (w.reason)
        cli_why("trust", out, &w);
    buf_free(&text);
    return code;
}

int trust_acts_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "out", required_argument, NULL, 'o' },
                                             { 0 } };
    static struct bloc b;
    const char *node = NULL, *out = "-";
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'o')
            out = optarg;
        else
            return cli_bad_option("trust");
    }
    if (optind < argc)
        return cli_usage("trust", "acts takes no file: --out names where to write");
    if (!bloc_begin(node, false, &b))
        return CLI_USAGE;
    code = send_acts(&b, out);
    bloc_end(&b);
    return code;
}

static int receive(struct bloc *b, const char *path)
{
    struct receive_counts n = { 0 };
    struct why w = { 0 };
    struct span file;

    findings_init(&b->f);
    if (!cli_read(path, &b->a, &file, &w) || !acts_folder_receive(&b->acts, file, &n, &b->f, &w)) {
        bloc_say_findings(&b->f);
        cli_why("trust", path, &w);
        return CLI_USAGE;
    }
    cli_put(stdout, path);
    printf(ngettext(": %zu new act", ": %zu new acts", n.acts), n.acts);
    printf(_(", %zu known"), n.known);
    printf(ngettext(", %zu certificate", ", %zu certificates", n.certificates), n.certificates);
    if (n.cards)
        printf(ngettext(", %zu card", ", %zu cards", n.cards), n.cards);
    if (n.refused)
        printf(_(", %zu refused"), n.refused);
    if (n.forks)
        printf(_(", %zu of another past"), n.forks);
    (void)putchar('\n');
    bloc_say_findings(&b->f);
    return n.refused || n.forks ? CLI_NEGATIVE : CLI_POSITIVE;
}

int trust_receive_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' }, { 0 } };
    static struct bloc b;
    const char *node = NULL;
    int c, code = CLI_POSITIVE;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c != 'n')
            return cli_bad_option("trust");
        node = optarg;
    }
    if (optind == argc)
        return cli_usage("trust", "name the files to receive");
    if (!bloc_begin(node, true, &b))
        return CLI_USAGE;
    for (int k = optind; k < argc; k++)
        code = cli_gravest(code, receive(&b, argv[k]));
    bloc_end(&b);
    return code;
}
