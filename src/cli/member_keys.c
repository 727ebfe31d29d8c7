/* serai member rotate, lost: another node key for this member. */
#include <errno.h>
#include <getopt.h>
#include <unistd.h>

#include "cli/key.h"
#include "cli/member.h"
#include "crypto/token.h"
#include "seal/receipt.h"
#include "seal/signing_key.h"

enum { PATH = 4096 };

/* The files: the key in use, the one to come, and where the old one goes. */
struct change {
    struct bloc *b;
    const char *node;
    bool lost, yes;
    bool in_place; /* the file of the lost key was gone: the one to come stands there already */
    char next[PATH], old[PATH];
    struct signing_key key; /* the one to come */
};

static bool paths(struct change *c, struct why *w)
{
    const char *place = c->b->i.config.node_key;
    char stamp[TIME_TEXT];

    if (!place)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf names no node-key");
    if (token_is_uri(place))
        return why_set(
            w, "config", WHY_NO_OFFSET, "doc/membership.md",
            "the node key is in a token: make the next one there (serai key generate), and have the "
            "others admit it");
    if (snprintf(c->next, PATH, "%s.next", place) >= PATH ||
        snprintf(c->old, PATH, "%s.%s", place, time_format(cli_now(), stamp)) >= PATH)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return true;
}

static bool new_key(const char *path, struct span name, struct why *w)
{
    uint8_t seed[NODE_SEED];
    struct buffer b;
    bool ok;

    random_bytes(seed, sizeof seed);
    buf_init(&b, 4096);
    note_signer_put(name, NOTE_KEY_ED25519, seed, &b);
    ok = key_write_new(path, buf_span(&b), 0600, w);
    wipe(seed, sizeof seed);
    wipe(b.p, b.n);
    buf_free(&b);
    return ok;
}

/* A node does not open without its key: where the file is gone, the key to come takes its place at once. */
static bool fill_the_place(const char *node, struct why *w)
{
    struct node_config conf;
    char path[PATH];
    struct arena a;
    bool ok;

    arena_init(&a, 1 << 20);
    (void)snprintf(path, sizeof path, "%s/node.conf", node);
    ok = config_load(path, &a, &conf, w) &&
         (!conf.node_key || token_is_uri(conf.node_key) || access(conf.node_key, F_OK) == 0 ||
          new_key(conf.node_key, span_str(conf.name), w));
    arena_free(&a);
    return ok;
}

/* A change that was begun goes on with the key that it made. */
static bool make_next(struct change *c, struct why *w)
{
    const struct trust_keys *keys = &c->b->acts.keys;
    const char *path = c->next;

    c->in_place = c->lost && c->b->i.signer;
    for (size_t i = 0; i < keys->n && c->in_place; i++)
        c->in_place = memcmp(keys->key[i].key, c->b->i.signer->pub, NODE_PUBLIC_KEY) != 0;
    if (c->in_place)
        path = c->b->i.config.node_key;
    else if (access(path, F_OK) != 0 && !new_key(path, span_str(c->b->i.config.name), w))
        return false;
    return signing_key_open(path, span_str(c->b->i.config.name), NOTE_KEY_ED25519, NULL, &c->b->a, &c->key,
                            w);
}

static struct act_statement succession(const struct change *c)
{
    struct act_statement s = { .verb = ACT_SUCCEED,
                               .state = span_str(c->b->i.config.member),
                               .name = span_str(c->b->i.config.name) };

    memcpy(s.key, c->key.note.pub, sizeof s.key);
    trust_fingerprint(s.name, s.key, s.sha256);
    return s;
}

/* The place of the key to come among the members' keys; SIZE_MAX: acts do not name it yet. */
static size_t place(const struct change *c)
{
    for (size_t i = 0; i < c->b->acts.keys.n; i++)
        if (memcmp(c->b->acts.keys.key[i].key, c->key.note.pub, NODE_PUBLIC_KEY) == 0 &&
            span_eq_str(c->b->acts.keys.key[i].state, c->b->i.config.member))
            return i;
    return SIZE_MAX;
}

/* The old key names it; or, when the old one is lost, this operator does, for this node. */
static bool introduce(struct change *c, struct why *w)
{
    struct act_statement s = succession(c);
    size_t own;

    if (place(c) != SIZE_MAX)
        return true;
    if (c->lost)
        return acts_folder_add_key(&c->b->acts, s.state, s.name, s.key, w);
    own = bloc_own_key(c->b);
    return own != SIZE_MAX && bloc_may_sign(c->b, w) &&
           acts_folder_act(&c->b->acts, own, c->b->i.signer, &s, 1, cli_now(), w);
}

/* The card before the key is put in its place: what was begun can be begun again. */
static bool change(struct change *c, struct why *w)
{
    bool news;

    if (!introduce(c, w) || !member_make_card(c->b, place(c), &c->key.signer, false, &news, w))
        return false;
    if (c->in_place)
        return true;
    if (access(c->b->i.config.node_key, F_OK) == 0 && rename(c->b->i.config.node_key, c->old) != 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot rename %s: %s", c->b->i.config.node_key,
                       strerror(errno));
    return rename(c->next, c->b->i.config.node_key) == 0 ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot rename %s: %s", c->next, strerror(errno));
}

static void say_done(const struct change *c)
{
    struct act_statement s = succession(c);
    char text[FINGERPRINT_TEXT];
    struct buffer vkey;

    buf_init(&vkey, 4096);
    node_vkey(s.name, s.key, &vkey);
    printf(_("the node key is now\n    %s\n    %s\n"), buf_cstr(&vkey), fingerprint_format(s.sha256, text));
    if (access(c->old, F_OK) == 0)
        printf(_("the old one stands in %s\n"), c->old);
    printf(_("Read the fingerprint to the other members by another way; each then says:\n"
             "    serai member admit --node FOLDER %s %s\n"),
           c->b->i.config.member, buf_cstr(&vkey));
    if (!c->lost)
        printf(_("It works until then too, on the old key's word alone. When the others have admitted it:\n"
                 "    serai member retire --node %s --key %s --reason TEXT\n"),
               c->node, c->old);
    printf(_("A node that runs takes the new key when it is started again.\n"));
    buf_free(&vkey);
}

static int run(struct change *c)
{
    static struct bloc b;
    struct act_statement s;
    char text[FINGERPRINT_TEXT];
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (c->lost && c->node && !fill_the_place(c->node, &w)) {
        cli_why("member", c->node, &w);
        return CLI_USAGE;
    }
    if (!bloc_begin(c->node, true, &b))
        return CLI_USAGE;
    c->b = &b;
    if (!bloc_may_sign(&b, &w) || !paths(c, &w) || !make_next(c, &w)) {
        cli_why("member", NULL, &w);
        goto out;
    }
    s = succession(c);
    printf("%s %s %s\n    %s\n",
           c->lost ? _("a new node key without predecessor,") : act_verb_word(ACT_SUCCEED), b.i.config.member,
           b.i.config.name, fingerprint_format(s.sha256, text));
    code = member_agreed(&b, c->yes);
    if (code != CLI_POSITIVE)
        goto out;
    if (!change(c, &w)) {
        if (w.reason)
            cli_why("member", NULL, &w);
        code = CLI_USAGE;
        goto out;
    }
    say_done(c);
out:
    signing_key_close(&c->key);
    bloc_end(&b);
    return code;
}

static int command(bool lost, int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "yes", no_argument, NULL, 'y' },
                                             { 0 } };
    struct change c = { .lost = lost };
    int o;

    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == 'n')
            c.node = optarg;
        else if (o == 'y')
            c.yes = true;
        else
            return cli_bad_option("member");
    }
    if (optind < argc)
        return cli_usage("member", "there is an argument too many");
    return run(&c);
}

int member_rotate_command(int argc, char **argv)
{
    return command(false, argc, argv);
}

int member_lost_command(int argc, char **argv)
{
    return command(true, argc, argv);
}
