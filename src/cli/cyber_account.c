/* serai cyber account: the line of node.conf for an account of the TAXII server. */
#include <getopt.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/cyber.h"
#include "cli/options.h"
#include "cli/passphrase.h"
#include "crypto/node_key.h"
#include "crypto/password.h"
#include "node/taxii_config.h"

enum { LINE = 4096 };

/* What was put together is read as the node will read it. */
static int print_line(int argc, char **argv, const char *hash)
{
    struct taxii_config *c = NULL;
    uint8_t mem[LINE];
    struct arena a;
    struct buffer b;
    bool ok;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_printf(&b, "%s %s", argv[0], hash);
    for (int i = 1; i < argc; i++)
        buf_printf(&b, " %s", argv[i]);
    arena_init(&a, 16 << 20);
    ok = buf_ok(&b) && taxii_config_account(buf_span(&b), &a, &c);
    arena_free(&a);
    if (!ok)
        return cli_usage("cyber", "an account is a name of letters, digits, - _ . @ and rights such as "
                                  "read=ID,ID write=* tlp=amber cert");
    printf("taxii-account = %.*s\n", (int)b.n, (const char *)b.p);
    return CLI_POSITIVE;
}

int cyber_account_command(int argc, char **argv)
{
    const char *file = NULL;
    bool help = false;
    const struct cli_text texts[] = { { "password-file", &file }, { NULL, NULL } };
    const struct cli_flag flags[] = { { "help", &help }, { NULL, NULL } };
    char hash[PASSWORD_HASH];
    struct buffer password;
    struct why w = { 0 };
    bool ok;

    if (!cli_options(argc, argv, texts, flags))
        return cli_bad_option("cyber");
    if (help || optind == argc)
        return cli_usage("cyber", "account wants a name, then its rights");
    buf_init(&password, PASSWORD_MOST);
    ok = cli_passphrase(file, true, &password, &w) &&
         (password_hash(buf_span(&password), hash) ||
          why_set(&w, "passphrase", WHY_NO_OFFSET, NULL, "there is no memory for the password's hash"));
    wipe(password.p, password.n);
    buf_free(&password);
    if (!ok) {
        cli_why("cyber", "account", &w);
        return CLI_USAGE;
    }
    return print_line(argc - optind, argv + optind, hash);
}
