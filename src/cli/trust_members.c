/* serai trust member: whose key is whose, confirmed by another way than the key came. */
#include <getopt.h>

#include "cli/trust_bloc.h"
#include "seal/receipt.h"

static void put_key(const struct trust_key *k)
{
    char text[FINGERPRINT_TEXT];

    printf("%.*s %.*s\n    %s\n", (int)k->state.n, (const char *)k->state.p, (int)k->name.n,
           (const char *)k->name.p, fingerprint_format(k->fingerprint, text));
}

static int list(const char *node)
{
    static struct bloc b;

    if (!bloc_begin(node, false, &b))
        return CLI_USAGE;
    for (size_t i = 0; i < b.acts.keys.n; i++)
        put_key(&b.acts.keys.key[i]);
    bloc_end(&b);
    return CLI_POSITIVE;
}

static int add(const char *node, const char *state, const char *vkey)
{
    static struct bloc b;
    uint8_t pub[NODE_PUBLIC_KEY];
    struct why w = { 0 };
    struct span name;
    int code = CLI_USAGE;

    if (!bloc_begin(node, true, &b))
        return CLI_USAGE;
    if (strlen(state) != 2 || !agreement_is_party(b.i.agreement, span_str(state))) {
        code = cli_usage("trust", "%.8s is no party of the agreement", state);
        goto out;
    }
    if (!node_vkey_parse(span_str(vkey), &name, pub, &w) ||
        !acts_folder_add_key(&b.acts, span_str(state), name, pub, &w)) {
        cli_why("trust", state, &w);
        goto out;
    }
    put_key(&b.acts.keys.key[b.acts.keys.n - 1]);
    printf(_("Read the fingerprint to the member by another way (telephone, meeting, diplomatic note) before "
             "you rely "
             "on it.\n"));
    code = CLI_POSITIVE;
out:
    bloc_end(&b);
    return code;
}

int trust_member_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' }, { 0 } };
    const char *node = NULL, *what;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c != 'n')
            return cli_bad_option("trust");
        node = optarg;
    }
    what = optind < argc ? argv[optind] : "";
    if (strcmp(what, "list") == 0 && optind + 1 == argc)
        return list(node);
    if (strcmp(what, "add") == 0 && optind + 3 == argc)
        return add(node, argv[optind + 1], argv[optind + 2]);
    return cli_usage("trust", "member list, or member add XX VKEY");
}
