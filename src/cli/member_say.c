/* serai member admit, suspend, resume, retire, leave: what this member says about members. */
#include <getopt.h>

#include "cli/member.h"
#include "seal/receipt.h"
#include "seal/signing_key.h"

/* What is asked for on the command line. */
struct saying {
    enum act_verb verb;
    const char *node, *reason, *key;
    bool yes;
};

static void show(const struct act_statement *s)
{
    char text[FINGERPRINT_TEXT];

    printf("%s %.*s", act_verb_word(s->verb), (int)s->state.n, (const char *)s->state.p);
    if (act_names_key(s->verb))
        printf(" %.*s\n    %s", (int)s->name.n, (const char *)s->name.p, fingerprint_format(s->sha256, text));
    if (s->reason.n) {
        printf(": ");
        cli_put(stdout, (const char *)s->reason.p);
    }
    (void)putchar('\n');
}

static bool fill(const struct saying *o, struct bloc *b, int n, char **args, struct act_statement *s,
                 struct why *w)
{
    *s = (struct act_statement){ .verb = o->verb, .state = span_str(b->i.config.member) };
    if (!act_ends(o->verb))
        s->state = span_str(args[0]);
    if (!agreement_is_party(b->i.agreement, s->state))
        return why_set(w, "members", WHY_NO_OFFSET, NULL, "%.8s is no party of the agreement", args[0]);
    if (!act_ends(o->verb) && span_eq_str(s->state, b->i.config.member))
        return why_set(w, "members", WHY_NO_OFFSET, "doc/membership.md", "no member says this of itself");
    if (!act_names_key(o->verb)) {
        s->reason = span_str(o->reason);
        return true;
    }
    if (n < 2 || !node_vkey_parse(span_str(args[1]), &s->name, s->key, w))
        return why_set(w, "vkey", WHY_NO_OFFSET, NULL, "expected a verifier key, name+hash+key");
    trust_fingerprint(s->name, s->key, s->sha256);
    return act_node_name_valid(s->name) ||
           why_set(w, "vkey", WHY_NO_OFFSET, NULL,
                   "a node's name has small letters, digits, dots and hyphens");
}

/* The place of a key among the members' keys; SIZE_MAX: not there. */
static size_t place_of(const struct bloc *b, const uint8_t pub[NODE_PUBLIC_KEY])
{
    for (size_t i = 0; i < b->acts.keys.n; i++)
        if (memcmp(b->acts.keys.key[i].key, pub, NODE_PUBLIC_KEY) == 0 &&
            span_eq_str(b->acts.keys.key[i].state, b->i.config.member))
            return i;
    return SIZE_MAX;
}

static int sign(const struct saying *o, struct bloc *b, const struct act_statement *s)
{
    struct signing_key old = { 0 };
    const struct signer *signer = b->i.signer;
    struct why w = { 0 };
    size_t key = SIZE_MAX;
    int code = CLI_USAGE;

    if (o->key && !signing_key_open(o->key, (struct span){ 0 }, NOTE_KEY_ED25519, NULL, &b->a, &old, &w)) {
        cli_why("member", o->key, &w);
        return CLI_USAGE;
    }
    if (o->key)
        signer = &old.signer;
    key = o->key ? place_of(b, signer->pub) : bloc_own_key(b);
    if (o->key && b->i.signer && memcmp(b->i.signer->pub, signer->pub, NODE_PUBLIC_KEY) == 0)
        (void)cli_usage("member", "this is the key with which the node signs: rotate it first");
    else if (o->key && key == SIZE_MAX)
        (void)cli_usage("member", "this is no key of %s that is known here", b->i.config.member);
    else if (key != SIZE_MAX &&
             (!bloc_may_sign(b, &w) || !acts_folder_act(&b->acts, key, signer, s, 1, cli_now(), &w)))
        cli_why("member", NULL, &w);
    else if (key != SIZE_MAX)
        code = CLI_POSITIVE;
    signing_key_close(&old);
    if (code == CLI_POSITIVE)
        printf(_("signed; it goes to the others with: serai trust acts --node %s --out FILE\n"), o->node);
    return code;
}

static int say(const struct saying *o, int n, char **args)
{
    static struct bloc b;
    struct act_statement s;
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (!bloc_begin(o->node, true, &b))
        return CLI_USAGE;
    if (!fill(o, &b, n, args, &s, &w)) {
        cli_why("member", NULL, &w);
    } else {
        show(&s);
        code = member_agreed(&b, o->yes);
    }
    if (code == CLI_POSITIVE)
        code = sign(o, &b, &s);
    bloc_end(&b);
    return code;
}

static int command(enum act_verb verb, int arguments, const char *usage, int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "reason", required_argument, NULL, 'r' },
                                             { "key", required_argument, NULL, 'k' },
                                             { "yes", no_argument, NULL, 'y' },
                                             { 0 } };
    struct saying o = { .verb = verb };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            o.node = optarg;
        else if (c == 'r' && !act_names_key(verb))
            o.reason = optarg;
        else if (c == 'k' && verb == ACT_RETIRE)
            o.key = optarg;
        else if (c == 'y')
            o.yes = true;
        else
            return cli_bad_option("member");
    }
    if (!act_names_key(verb) && (!o.reason || !act_reason_valid(span_str(o.reason))))
        return cli_usage("member", "--reason gives one line for all members to read");
    if (argc - optind != arguments || (verb == ACT_RETIRE && !o.key))
        return cli_usage("member", "%s", usage);
    return say(&o, arguments, argv + optind);
}

int member_admit_command(int argc, char **argv)
{
    return command(ACT_ADMIT, 2, _("name a member and its verifier key: admit XX VKEY"), argc, argv);
}

int member_retire_command(int argc, char **argv)
{
    return command(ACT_RETIRE, 0, _("--key names the file of the old node key"), argc, argv);
}

int member_leave_command(int argc, char **argv)
{
    return command(ACT_LEAVE, 0, _("leave takes no further argument"), argc, argv);
}

int member_suspend_command(int argc, char **argv)
{
    return command(ACT_SUSPEND, 1, _("name one member"), argc, argv);
}

int member_resume_command(int argc, char **argv)
{
    return command(ACT_RESUME, 1, _("name one member"), argc, argv);
}
