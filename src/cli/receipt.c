#include "cli/cli.h"

#include <getopt.h>

#include "seal/receipt.h"
#include "wire/json_write.h"

static const char help[] =
    "usage: serai receipt verify --key VKEY [--json] FILE...\n\n"
    "Checks that a receipt was signed by the node whose verifier key is given, without network or store.\n"
    "VKEY is what `serai trust key` prints for a node: name+hash+key. FILE may be \"-\".\n\n"
    "  --key VKEY   the verifier key (C2SP signed-note)\n"
    "  --json       one object a line\n\n"
    "Exit 0 genuine, 1 forged or malformed, 2 usage or input/output, 3 not signed by this key.\n";

static enum result verify(const char *path, struct span name, const uint8_t *pub, bool json)
{
    struct why w = { 0 };
    struct arena a;
    struct buffer b;
    struct span file, text = { 0 };
    enum result r = RESULT_MALFORMED;

    arena_init(&a, 64 << 20);
    buf_init(&b, 1 << 20);
    if (!cli_read(path, &a, &file, &w)) {
        cli_why("receipt", path, &w);
        arena_free(&a);
        return RESULT_WELL_FORMED; /* not a result of a receipt: input/output */
    }
    r = receipt_verify(file, name, pub, &text, &w);
    if (json) {
        struct json_writer j = json_to(&b);

        jw_object(&j, NULL);
        jw_str(&j, "file", path);
        jw_str(&j, "kind", "receipt");
        jw_str(&j, "result", result_word(r));
        jw_str(&j, "reason", w.reason);
        jw_str(&j, "detail", w.reason ? w.detail : NULL);
        jw_text(&j, "text", text);
        jw_object_end(&j);
        puts(buf_cstr(&b));
    } else if (r == RESULT_GENUINE) {
        cli_put(stdout, path);
        printf(": %sgenuine%s\n%.*s", cli_style(stdout, STYLE_GOOD), cli_style(stdout, STYLE_PLAIN),
               (int)text.n, (const char *)text.p);
    } else {
        cli_put(stdout, path);
        printf(": %s%s%s: %s\n", cli_style(stdout, STYLE_BAD), result_word(r), cli_style(stdout, STYLE_PLAIN),
               w.detail);
    }
    buf_free(&b);
    arena_free(&a);
    return r;
}

int cmd_receipt(int argc, char **argv)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { 0 },
    };
    const char *vkey = NULL;
    uint8_t pub[NODE_PUBLIC_KEY];
    struct span name;
    struct why w = { 0 };
    bool json = false;
    int worst = CLI_POSITIVE, c;

    while ((c = getopt_long(argc, argv, "k:jh", options, NULL)) != -1) {
        if (c == 'k')
            vkey = optarg;
        else if (c == 'j')
            json = true;
        else
            return c == 'h' ? cli_help(help) : cli_bad_option("receipt");
    }
    if (optind >= argc || strcmp(argv[optind], "verify") != 0)
        return cli_usage("receipt", "say what to do: verify");
    if (!vkey || optind + 1 >= argc)
        return cli_usage("receipt", "verify needs --key VKEY and a file");
    if (!node_vkey_parse(span_str(vkey), &name, pub, &w)) {
        cli_why("receipt", "--key", &w);
        return CLI_USAGE;
    }
    for (int i = optind + 1; i < argc; i++) {
        enum result r = verify(argv[i], name, pub, json);
        int code = r == RESULT_WELL_FORMED ? CLI_USAGE : cli_exit_of(r);

        worst = cli_gravest(worst, code);
    }
    return worst;
}
