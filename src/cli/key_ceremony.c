/* serai key ceremony: all keys of a node, made in front of two people. */
#include <errno.h>
#include <getopt.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/key_folder.h"

enum { PERSON = 80 };

struct ceremony {
    const char *folder;
    unsigned k, n; /* shares; 0: none */
    char person[2][PERSON];
    unix_time at;
    struct key_set set;
    struct key_pin pin;
    struct share share[SHARES_MOST];
    struct arena arena;
};

static void put_intro(const struct ceremony *c, struct buffer *b)
{
    char at[TIME_TEXT];

    buf_printf(b, _("KEY CEREMONY\n\nNode    %s\nTime    %s (UTC)\nMade by serai %s\n\nThe keys\n\n"),
               c->set.name, time_format(c->at, at), SERAI_VERSION);
    key_set_describe(&c->set, b);
}

static void put_shares_text(const struct ceremony *c, struct buffer *b)
{
    if (!c->n) {
        buf_str(b,
                c->set.inside
                    ? _("Backup: none. These keys cannot leave the token; when it is lost, the member makes\n"
                        "new ones and the other members admit them (doc/keys.md, Loss).\n\n")
                    : _("Backup: none was made. Keep a sealed copy of the key files, or make shares.\n\n"));
        return;
    }
    buf_printf(
        b,
        _("Backup: %u shares in shares/, of which any %u restore all keys. Each goes on paper or on a\n"
          "carrier of its own to another custodian, then the folder shares/ is destroyed.\n\n"),
        c->n, c->k);
    for (unsigned i = 1; i <= c->n; i++)
        buf_printf(
            b, _("  share %2u  given to ______________________________  signature ____________________\n"),
            i);
    buf_u8(b, '\n');
}

/* What was shown, who confirmed it, and what everybody does now. */
static void put_sheet(const struct ceremony *c, struct buffer *b)
{
    put_intro(c, b);
    put_shares_text(c, b);
    buf_str(b, _("What goes where\n\n"));
    if (!c->set.token)
        buf_str(
            b,
            _("  node.key, log.key, witness.key   to the node's folder, mode 0600, owner the node's user\n"));
    buf_str(
        b,
        _("  transport.key                    to the node's folder, mode 0600, owner the node's user\n"
          "  transport.crt, vkeys             to the node's folder; they are public\n"
          "  protocol.txt                     printed, signed and kept; a copy to the agreement's registry\n"
          "\nIn node.conf\n\n"));
    key_set_settings(&c->set, b);
    buf_str(
        b, _("\nTo be read over the telephone\n\n"
             "Each other member calls a number it knows already, and both sides read the sixteen groups of\n"
             "the node key aloud, one the odd, the other the even ones. Only when all agree does the other\n"
             "member admit the key. The other keys are named by the node's signed card; whoever wants reads\n"
             "them too. Nobody admits a key on a fingerprint that came with the key.\n\n"
             "Confirmed by\n\n"));
    for (size_t i = 0; i < 2; i++)
        buf_printf(b, _("  %-40s  signature ______________________________\n"), c->person[i]);
}

static bool take_name(char out[PERSON], const char *which)
{
    char line[PERSON + 2];
    struct span name;

    printf(_("%s person, type your name when the fingerprints above stand in your notes: "), which);
    (void)fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        return false;
    (void)putchar('\n');
    name = text_trim(span_str(line));
    if (name.n < 3 || name.n >= PERSON || utf8_valid_to(name) < name.n)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] < ' ' || name.p[i] == 0x7f)
            return false;
    (void)snprintf(out, PERSON, "%.*s", (int)name.n, (const char *)name.p);
    return true;
}

/* Two people: one cannot be both. */
static bool confirmed(struct ceremony *c)
{
    return take_name(c->person[0], _("First")) && take_name(c->person[1], _("Second")) &&
           strcasecmp(c->person[0], c->person[1]) != 0;
}

static bool put_text(const struct ceremony *c, const char *name, struct span text, unsigned mode,
                     struct why *w)
{
    char path[4096];

    if (snprintf(path, sizeof path, "%s/%s", c->folder, name) >= (int)sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return key_write_new(path, text, mode, w);
}

static bool make_folder(const struct ceremony *c, const char *sub, struct why *w)
{
    char path[4096];

    (void)snprintf(path, sizeof path, "%s%s", c->folder, sub);
    return mkdir(path, 0700) == 0 ||
           why_set(w, errno == EEXIST ? "exists" : "io", WHY_NO_OFFSET, NULL, "%.150s: %s", path,
                   errno == EEXIST ? _("is there already, and nothing is overwritten") : strerror(errno));
}

static bool put_shares(const struct ceremony *c, struct why *w)
{
    char name[32];
    struct buffer b;
    bool ok = !c->n || make_folder(c, "/shares", w);

    for (unsigned i = 0; ok && i < c->n; i++) {
        buf_init(&b, SHARE_TEXT);
        share_write(&c->share[i], &b);
        (void)snprintf(name, sizeof name, "shares/%s%u.share", i < 9 ? "0" : "", i + 1);
        ok = put_text(c, name, buf_span(&b), 0600, w);
        wipe(b.p, b.n);
        buf_free(&b);
    }
    return ok;
}

/* The protocol comes last: a folder without one is a ceremony that was not finished. */
static bool write_all(const struct ceremony *c, struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, 64 * 1024);
    put_sheet(c, &b);
    ok = key_set_write(&c->set, c->folder, w) && put_shares(c, w) &&
         put_text(c, "protocol.txt", buf_span(&b), 0644, w);
    buf_free(&b);
    return ok;
}

static void show(const struct ceremony *c)
{
    struct buffer b;

    buf_init(&b, 64 * 1024);
    put_intro(c, &b);
    (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static int hold(struct ceremony *c)
{
    struct why w = { 0 };

    c->at = cli_now();
    random_bytes(c->set.seed, sizeof c->set.seed);
    /* The folder first: what cannot be kept is not made. */
    if (!make_folder(c, "", &w) || !key_set_make(&c->set, c->at, &w) ||
        (c->n && !shares_split(span_of(&c->set.seed[0][0], sizeof c->set.seed), span_str(c->set.name), c->k,
                               c->n, random_bytes, c->share, &w))) {
        cli_why("key", c->folder, &w);
        if (strcmp(w.reason, "exists") != 0)
            (void)rmdir(c->folder);
        return strcmp(w.reason, "io") == 0 ? CLI_USAGE : CLI_NEGATIVE;
    }
    show(c);
    if (!confirmed(c)) {
        (void)rmdir(c->folder);
        (void)fputs(_("serai key: two people with two names did not confirm: nothing was written\n"), stderr);
        if (c->set.inside)
            (void)fputs(_("serai key: what the token made stays in it until it is deleted there\n"), stderr);
        return CLI_NEGATIVE;
    }
    if (!write_all(c, &w)) {
        cli_why("key", c->folder, &w);
        (void)fputs(_("serai key: the ceremony is not finished: destroy this folder and begin anew\n"),
                    stderr);
        return CLI_USAGE;
    }
    cli_put(stdout, c->folder);
    printf(_(": keys of %s made; print protocol.txt and sign it\n"), c->set.name);
    return CLI_POSITIVE;
}

/* "3/5" */
static bool take_backup(struct ceremony *c, const char *text)
{
    char end;

    return sscanf(text, "%2u/%2u%c", &c->k, &c->n, &end) == 2 && c->k >= 2 && c->k <= c->n &&
           c->n <= SHARES_MOST;
}

int key_ceremony_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "name", required_argument, NULL, 'n' },
        { "token", required_argument, NULL, 't' },
        { "backup", required_argument, NULL, 'b' },
        { 0 },
    };
    static struct ceremony c;
    int option, code;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?')
            return cli_bad_option("key");
        if (option == 'b' && !take_backup(&c, optarg))
            return cli_usage("key", "--backup wants K/N such as 3/5: any K of N shares restore, N at most %d",
                             SHARES_MOST);
        if (option != 'b')
            *(option == 'n' ? &c.set.name : &c.set.token) = optarg;
    }
    if (!key_name_valid(c.set.name) || optind + 1 != argc)
        return cli_usage("key", "ceremony needs --name NAME, in small letters, and a folder to be made");
    c.folder = argv[optind];
    arena_init(&c.arena, 1 << 20);
    key_pin_init(&c.pin);
    c.set.arena = &c.arena;
    c.set.login = &c.pin.login;
    c.set.inside = c.set.token && !c.n;
    code = hold(&c);
    key_set_wipe(&c.set);
    key_pin_wipe(&c.pin);
    wipe(c.share, sizeof c.share);
    arena_free(&c.arena);
    return code;
}
