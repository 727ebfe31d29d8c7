/* serai member: who is a member, with which keys, on what standing. */
#include "cli/member.h"

#include <getopt.h>
#include <unistd.h>

static const struct cli_subcommand commands[] = {
    { "list", member_list_command, "list --node FOLDER [--json]",
      N_("who is a member, on what standing, reached where; and the digest by which two nodes compare") },
    { "show", member_show_command, "show --node FOLDER XX",
      N_("one member: all its keys, and who said what of it") },
    { "card", member_card_command, "card --node FOLDER [--new [--keep]] [--out FILE]",
      N_("this node's card, to be handed to the others; --new: signs one with the keys and the address that\n"
         "           node.conf names now; --keep: the keys of the card before stay in it beside them") },
    { "rotate", member_rotate_command, "rotate --node FOLDER [--yes]",
      N_("a new node key, named by the old one: it works at once, and both count; the others confirm it\n"
         "           with admit, and the old one ends with retire") },
    { "retire", member_retire_command, "retire --node FOLDER --key FILE --reason TEXT [--yes]",
      N_("ends an old node key of this member, by its own word") },
    { "lost", member_lost_command, "lost --node FOLDER [--yes]",
      N_("this node's key is lost: makes one without predecessor, which counts elsewhere when the others\n"
         "           admit it") },
    { "admit", member_admit_command, "admit --node FOLDER [--yes] XX VKEY",
      N_("says that a key is another member's, after its fingerprint was read to that member by another "
         "way;\n"
         "           when enough members say so it counts everywhere") },
    { "suspend", member_suspend_command, "suspend --node FOLDER --reason TEXT [--yes] XX",
      N_("says that another member is to be suspended: it is, for as long as enough members say so") },
    { "resume", member_resume_command, "resume --node FOLDER --reason TEXT [--yes] XX",
      N_("takes that back") },
    { "leave", member_leave_command, "leave --node FOLDER --reason TEXT [--yes]",
      N_("this member withdraws: its key says nothing more after that. Its records stay verifiable") },
};

static const struct cli_family family = {
    "member",
    commands,
    sizeof commands / sizeof *commands,
    N_("  --node FOLDER   a node's folder\n"
       "  --reason TEXT   one line, for all members to read\n"
       "  --yes           sign what is shown without asking\n"
       "\n"
       "A stolen node key is reported: serai trust report. What was signed travels with serai trust acts "
       "and\n"
       "receive.\n"
       "\n"
       "Exit 0 done, 1 refused or not confirmed, 2 usage or input/output, 3 no such member is known.\n"),
};

int cmd_member(int argc, char **argv)
{
    return cli_family_run(&family, argc, argv);
}

int member_agreed(const struct bloc *b, bool yes)
{
    char answer[8] = "";

    if (yes)
        return CLI_POSITIVE;
    if (!isatty(STDIN_FILENO))
        return cli_usage("member",
                         "nobody is here to ask: say --yes when what is shown above is to be signed");
    printf(_("Sign this as %s? [y/N] "), b->i.config.member);
    (void)fflush(stdout);
    if (fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y'))
        return CLI_POSITIVE;
    return CLI_NEGATIVE;
}

bool member_roster(struct bloc *b, struct roster *out)
{
    struct why w = { 0 };

    findings_init(&b->f);
    if (!bloc_roster(b->i.agreement, b->i.config.member, BLOC_HERE, &b->acts, &b->a, out, &b->f, &w)) {
        cli_why("member", NULL, &w);
        return false;
    }
    bloc_say_findings(&b->f);
    return true;
}

static void put_text(struct span s)
{
    char text[LIMIT_ACT_REASON + 1];

    (void)snprintf(text, sizeof text, "%.*s", (int)s.n, (const char *)s.p);
    cli_put(stdout, text);
}

void member_put(const struct roster_member *m)
{
    char since[DATE_TEXT];
    const char *style = cli_style(stdout, m->standing == ROSTER_COUNTS ? STYLE_GOOD : STYLE_CARE);

    printf("%.*s  ", (int)m->state.n, (const char *)m->state.p);
    printf("%s%-11s%s  ", style, roster_word(m->standing), cli_style(stdout, STYLE_PLAIN));
    put_text(m->name.n ? m->name : SPAN("-"));
    if (m->card)
        printf(_("  card %llu"), (unsigned long long)m->card);
    if (m->address.n) {
        printf("  ");
        put_text(m->address);
    }
    if (m->standing != ROSTER_COUNTS && m->since)
        printf(_("  since %s"), date_format(date_of_time(m->since), since));
    if (m->reason.n) {
        printf(": ");
        put_text(m->reason);
    }
    if (m->suspended_by)
        printf(_("  (to be suspended, say %u)"), m->suspended_by);
    (void)putchar('\n');
}

static void put_digest(const uint8_t digest[32])
{
    for (size_t i = 0; i < 32; i++)
        printf("%02x", digest[i]);
    (void)putchar('\n');
}

static void list_json(const struct roster *r)
{
    struct json_writer j;
    struct buffer out;

    buf_init(&out, 16 << 20);
    j = json_to(&out);
    jw_object(&j, NULL);
    jw_hex(&j, "digest", span_of(r->digest, 32));
    jw_int(&j, "witnesses", r->witnesses);
    jw_int(&j, "decisions", r->decisions);
    jw_array(&j, "members");
    for (size_t i = 0; i < r->n; i++) {
        const struct roster_member *m = &r->member[i];

        jw_object(&j, NULL);
        jw_text(&j, "member", m->state);
        jw_text(&j, "name", m->name);
        jw_str(&j, "standing", roster_word(m->standing));
        jw_hex(&j, "fingerprint", span_of(m->fingerprint, 32));
        jw_int(&j, "card", (int64_t)m->card);
        jw_text(&j, "address", m->address);
        jw_text(&j, "reason", m->reason);
        jw_int(&j, "suspended_by", m->suspended_by);
        jw_int(&j, "log_keys", (int64_t)m->n_log);
        jw_int(&j, "witness_keys", (int64_t)m->n_witness);
        jw_int(&j, "transport_keys", (int64_t)m->n_transport);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    puts(buf_cstr(&out));
    buf_free(&out);
}

static void list(const struct roster *r)
{
    for (size_t i = 0; i < r->n; i++)
        member_put(&r->member[i]);
    printf(_("\n%u members admit or suspend; "), r->decisions);
    if (r->witnesses)
        printf(_("a record is witnessed by %u; "), r->witnesses);
    printf(_("digest "));
    put_digest(r->digest);
}

static void put_keys(const char *word, const uint8_t key[ROSTER_KEYS][32], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        printf("    %-9s ", word);
        put_digest(key[i]);
    }
}

static void show(const struct bloc *b, const struct roster_member *m)
{
    char text[FINGERPRINT_TEXT];

    member_put(m);
    put_keys("log", m->log, m->n_log);
    for (size_t i = 0; i < m->n_retired; i++) {
        char at[TIME_TEXT];

        printf("    %-9s ", _("retired"));
        put_digest(m->retired[i].pub);
        printf(_("              it holds what was witnessed up to %s\n"),
               time_format(m->retired[i].until, at));
    }
    put_keys("witness", m->witness, m->n_witness);
    put_keys("transport", m->transport, m->n_transport);
    for (size_t i = 0; i < b->list.n_members; i++) {
        const struct trust_member *k = &b->list.member[i];

        if (!span_eq_str(m->state, k->state) || k->standing == MEMBER_KEY_NONE)
            continue;
        printf(_("    node key  %s\n              %s%s%s, admitted by %u, reported by %u, %zu acts\n"),
               fingerprint_format(k->fingerprint, text), member_key_word(k->standing),
               k->named ? "" : _(", confirmed here"),
               k->end == KEY_LEFT      ? _(", left")
               : k->end == KEY_RETIRED ? _(", retired")
                                       : "",
               k->admitted_by, k->reported_by, k->acts);
    }
}

static int members(int argc, char **argv, bool one)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "json", no_argument, NULL, 'j' },
                                             { 0 } };
    const struct roster_member *m = NULL;
    static struct bloc b;
    const char *node = NULL;
    bool json = false;
    struct roster r;
    int c, code = CLI_POSITIVE;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'j' && !one)
            json = true;
        else
            return cli_bad_option("member");
    }
    if (optind + one != argc)
        return cli_usage("member", one ? _("name one member") : _("list takes no further argument"));
    if (!bloc_begin(node, false, &b))
        return CLI_USAGE;
    if (!member_roster(&b, &r))
        code = CLI_USAGE;
    else if (one && !(m = roster_find(&r, span_str(argv[optind]))))
        code = CLI_UNDETERMINED;
    else if (one)
        show(&b, m);
    else if (json)
        list_json(&r);
    else
        list(&r);
    if (b.acts.rollback.reason)
        code = CLI_NEGATIVE;
    bloc_end(&b);
    return code;
}

int member_list_command(int argc, char **argv)
{
    return members(argc, argv, false);
}

int member_show_command(int argc, char **argv)
{
    return members(argc, argv, true);
}
