#include "cli/cli.h"

#include <getopt.h>

#include "base/text.h"
#include "cli/subcommand.h"
#include "seal/receipt.h"
#include "service/travel/code.h"
#include "wire/json_write.h"

static const char command[] = "receipt verify";

/* The code that a receipt bears is that of its text, and the one that was asked about. */
static bool code_holds(struct span text, const char *asked, char code[CODE_TEXT], struct why *w)
{
    struct span rest = text, line, stated = { NULL, 0 };
    char wanted[CODE_TEXT];

    code_of_receipt(text, code);
    while (rest.n && text_split(&rest, '\n', &line))
        if (span_starts(line, SPAN("code ")))
            stated = span_sub(line, 5, line.n);
    if (stated.n && !span_eq_str(stated, code))
        return why_set(w, "code", WHY_NO_OFFSET, NULL, "the code in the receipt is not that of its text");
    if (asked && (!code_read(span_str(asked), wanted) || strcmp(wanted, code) != 0))
        return why_set(w, "code", WHY_NO_OFFSET, NULL, "the code is of another check");
    return true;
}

static enum result verify(const char *path, struct span name, const uint8_t *pub, const char *asked,
                          bool json)
{
    struct why w = { 0 };
    struct arena a;
    struct buffer b;
    struct span file, text = { 0 };
    enum result r = RESULT_MALFORMED;
    char code[CODE_TEXT] = "";

    arena_init(&a, 64 << 20);
    buf_init(&b, 1 << 20);
    if (!cli_read(path, &a, &file, &w)) {
        cli_why(command, path, &w);
        arena_free(&a);
        return RESULT_WELL_FORMED; /* not a result of a receipt: input/output */
    }
    r = receipt_verify(file, name, pub, &text, &w);
    if (r == RESULT_GENUINE && !code_holds(text, asked, code, &w))
        r = RESULT_FORGED;
    if (json) {
        struct json_writer j = json_to(&b);

        jw_object(&j, NULL);
        jw_str(&j, "file", path);
        jw_str(&j, "kind", "receipt");
        jw_str(&j, "result", result_word(r));
        jw_str(&j, "reason", w.reason);
        jw_str(&j, "detail", w.reason ? w.detail : NULL);
        jw_text(&j, "text", text);
        jw_str(&j, "code", r == RESULT_GENUINE ? code : NULL);
        jw_object_end(&j);
        puts(buf_cstr(&b));
    } else if (r == RESULT_GENUINE) {
        cli_put(stdout, path);
        printf(_(": %sgenuine%s\n%.*s"), cli_style(stdout, STYLE_GOOD), cli_style(stdout, STYLE_PLAIN),
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

static int verify_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "key", required_argument, NULL, 'k' },
        { "code", required_argument, NULL, 'c' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    const char *vkey = NULL, *asked = NULL;
    uint8_t pub[NODE_PUBLIC_KEY];
    struct span name;
    struct why w = { 0 };
    bool json = false;
    int worst = CLI_POSITIVE, c;

    while ((c = getopt_long(argc, argv, "k:j", options, NULL)) != -1) {
        if (c == 'k')
            vkey = optarg;
        else if (c == 'c')
            asked = optarg;
        else if (c == 'j')
            json = true;
        else
            return cli_bad_option(command);
    }
    if (!vkey || optind >= argc)
        return cli_usage(command, "verify needs --key VKEY and a file");
    if (!node_vkey_parse(span_str(vkey), &name, pub, &w)) {
        cli_why(command, "--key", &w);
        return CLI_USAGE;
    }
    for (int i = optind; i < argc; i++) {
        enum result r = verify(argv[i], name, pub, asked, json);
        int code = r == RESULT_WELL_FORMED ? CLI_USAGE : cli_exit_of(r);

        worst = cli_gravest(worst, code);
    }
    return worst;
}

static const struct cli_subcommand commands[] = {
    { "verify", verify_command, "verify --key VKEY [--code CODE] [--json] FILE...",
      N_("checks that a receipt was signed by the node whose verifier key is given, without network or "
         "store, "
         "and "
         "that the code on it is its own; --code: that this code is of this check. VKEY is what `serai trust "
         "key` "
         "prints for a node: name+hash+key. FILE may be \"-\"") },
    { "print", NULL,
      "print [--key VKEY] [--url URL] [--language LANG] [--fee TEXT] --out FILE.pdf|FILE.png|FILE.html FILE",
      N_("the receipt as the traveller takes it along: time, post, article, days left, last day, and the "
         "code "
         "with "
         "which to complain, also as a QR code; --url: of the node's pages for travellers. With --key it "
         "must "
         "be "
         "signed by it") },
};

static const struct cli_family family = {
    "receipt",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --key VKEY   the verifier key (C2SP signed-note)\n"
       "  --json       one object a line\n\n"
       "Exit 0 genuine, 1 forged or malformed, 2 usage or input/output, 3 not signed by this key.\n"),
};

int cmd_receipt(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}
