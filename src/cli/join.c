/* serai join: the cards and acts of the others, and a person's word on who is who. */
#include <getopt.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/log_source.h"
#include "cli/member.h"
#include "crypto/digest.h"

static const char help[] = N_(
    "usage: serai join --node FOLDER --agreement FILE --from FILE|URL [--fingerprint \"1a2b ...\"]...\n"
    "                  [--out FILE]\n"
    "\n"
    "Takes the members' cards and acts from a member. Each card whose node key is not known here is shown\n"
    "with its fingerprint, to be read to that member by another way than the file came: a key counts here\n"
    "only when a person confirms it, or --fingerprint names it. Ends with this node's own card and acts,\n"
    "to be handed over; a node of serai init --edge has neither.\n"
    "\n"
    "  --node FOLDER      the node that joins, from serai init\n"
    "  --agreement FILE   the agreement as it was signed: its bytes must be those of the node\n"
    "  --from FILE|URL    from another member: a file (serai trust acts), or the address of its node, as\n"
    "                     https://kz.example, whose /v1/trust/acts is read; - reads standard input. However\n"
    "                     they came, signatures and fingerprints are checked before anything is believed\n"
    "  --fingerprint HEX  of a member's node key, as that member read it out; may be repeated\n"
    "  --out FILE         where one's own card and acts go; standard output by default\n"
    "\n"
    "Exit 0 done, 1 a key was not confirmed or something was refused, 2 usage or input/output, or another\n"
    "text of the agreement.\n");

enum { FINGERPRINTS = 64 };

struct joining {
    const char *node, *agreement, *from, *out;
    const char *fingerprint[FINGERPRINTS];
    size_t n;
    struct bloc *b;
    size_t confirmed, open;
};

/* Byte for byte: another text would let other rules decide. */
static bool same_agreement(struct joining *j, struct why *w)
{
    char here[65], there[65];
    struct digest d;
    struct span text;

    if (!cli_read(j->agreement, &j->b->a, &text, w))
        return false;
    digest_of(DIGEST_SHA256, text, &d);
    if (memcmp(d.b, agreement_hash(j->b->i.agreement), 32) == 0)
        return true;
    for (size_t i = 0; i < 32; i++) {
        (void)snprintf(there + 2 * i, 3, "%02x", d.b[i]);
        (void)snprintf(here + 2 * i, 3, "%02x", agreement_hash(j->b->i.agreement)[i]);
    }
    return why_set(w, "agreement", WHY_NO_OFFSET, "doc/membership.md",
                   "the node has another text: %.16s… here, %.16s… in the file; nothing was taken", here,
                   there);
}

/* As people write it down: blanks and capitals make no difference. */
static bool says(const char *text, const uint8_t fingerprint[32])
{
    size_t digits = 0;

    for (; *text; text++) {
        int c = *text >= 'A' && *text <= 'F' ? *text | 0x20 : *text, v;

        if (*text == ' ' || *text == ':' || *text == '\n')
            continue;
        if (!ascii_digit(c) && (c < 'a' || c > 'f'))
            return false;
        if (digits == 64)
            return false;
        v = c <= '9' ? c - '0' : c - 'a' + 10;
        if (((fingerprint[digits / 2] >> (digits % 2 ? 0 : 4)) & 15) != v)
            return false;
        digits++;
    }
    return digits == 64;
}

/* "https://kz.example[:PORT][/]", to which the path of the acts is added. */
static bool read_from(struct joining *j, struct span *out, struct why *w)
{
    struct log_place *place;
    struct log_source s;
    struct buffer b;
    bool found = false, ok;

    if (strncmp(j->from, "https://", 8) != 0 && strncmp(j->from, "http://", 7) != 0)
        return cli_read(j->from, &j->b->a, out, w);
    place = log_place_open(j->from, w);
    if (!place)
        return false;
    s = log_place_source(place);
    buf_init(&b, LIMIT_FILE);
    ok = s.get(s.ctx, "v1/trust/acts", LIMIT_FILE, &b, &found, w) &&
         (found ||
          why_set(w, "missing", WHY_NO_OFFSET, NULL, "%s gives no acts: is it a node of Serai?", j->from));
    if (ok)
        *out = arena_copy(&j->b->a, buf_span(&b));
    buf_free(&b);
    log_place_close(place);
    return ok && (out->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this"));
}

static bool confirmed(const struct joining *j, const struct member_card *c)
{
    char answer[8] = "";

    for (size_t i = 0; i < j->n; i++)
        if (says(j->fingerprint[i], c->fingerprint))
            return true;
    if (!isatty(STDIN_FILENO) || strcmp(j->from, "-") == 0)
        return false;
    printf(_("    Did %.*s read you this fingerprint by another way? [y/N] "), 2, (const char *)c->member.p);
    (void)fflush(stdout);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static bool is_known(const struct bloc *b, const struct member_card *c)
{
    for (size_t i = 0; i < b->acts.keys.n; i++)
        if (b->acts.keys.key[i].named_by.n == 0 &&
            memcmp(b->acts.keys.key[i].fingerprint, c->fingerprint, 32) == 0)
            return true;
    return false;
}

static bool take_card(struct joining *j, struct span note, struct why *w)
{
    char text[FINGERPRINT_TEXT];
    struct member_card c;
    struct why one = { 0 };

    if (!card_verify(arena_copy(&j->b->a, note), &c, &one)) {
        cli_why("join", "a card", &one);
        j->open++;
        return true;
    }
    if (is_known(j->b, &c))
        return true;
    printf(_("%.*s %.*s, card %llu\n    %s\n"), 2, (const char *)c.member.p, (int)c.name.n,
           (const char *)c.name.p, (unsigned long long)c.number, fingerprint_format(c.fingerprint, text));
    if (!agreement_is_party(j->b->i.agreement, c.member) ||
        memcmp(c.agreement_sha256, agreement_hash(j->b->i.agreement), 32) != 0 ||
        !span_eq_str(c.agreement, agreement_title(j->b->i.agreement))) {
        printf(_("    not taken: it is of another agreement, or of another text of this one\n"));
        j->open++;
        return true;
    }
    if (!confirmed(j, &c)) {
        printf(_("    not confirmed: it counts only when the others admitted it\n"));
        j->open++;
        return true;
    }
    printf(_("    confirmed\n"));
    j->confirmed++;
    return acts_folder_add_key(&j->b->acts, c.member, c.name, c.node, w);
}

static bool hand_over(struct joining *j, struct why *w)
{
    struct buffer out;
    bool ok;

    buf_init(&out, LIMIT_FILE);
    acts_folder_bundle(&j->b->acts, &out);
    ok = (buf_ok(&out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more acts than one file takes")) &&
         cli_write(j->out, buf_span(&out), 0644, w);
    buf_free(&out);
    return ok;
}

static bool join(struct joining *j, struct why *w)
{
    struct receive_counts n = { 0 };
    struct trust_bundle bundle;
    struct span file;
    bool news;
    bool edge = j->b->i.config.sync_from != NULL;
    size_t key = edge ? 0 : bloc_own_key(j->b);

    if (key == SIZE_MAX || !same_agreement(j, w) || !read_from(j, &file, w) ||
        !trust_bundle_parse(file, &j->b->a, &bundle, w))
        return false;
    for (size_t i = 0; i < bundle.n_cards; i++)
        if (!take_card(j, bundle.card[i], w))
            return false;
    findings_init(&j->b->f);
    if (!acts_folder_receive(&j->b->acts, file, &n, &j->b->f, w))
        return false;
    bloc_say_findings(&j->b->f);
    printf(ngettext("%zu member key confirmed", "%zu member keys confirmed", j->confirmed), j->confirmed);
    printf(_(", %zu not; %zu acts and %zu cards taken, %zu refused\n"), j->open, n.acts, n.cards, n.refused);
    if (edge)
        return true; /* it has no key, and nothing to hand over */
    key = bloc_own_key(j->b);
    return key != SIZE_MAX && member_make_card(j->b, key, j->b->i.signer, true, &news, w) && hand_over(j, w);
}

int cmd_join(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "agreement", required_argument, NULL, 'a' },
                                             { "from", required_argument, NULL, 'f' },
                                             { "fingerprint", required_argument, NULL, 'p' },
                                             { "out", required_argument, NULL, 'o' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    struct joining j = { .out = "-" };
    static struct bloc b;
    struct why w = { 0 };
    int c, code = CLI_USAGE;

    while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (c == 'n')
            j.node = optarg;
        else if (c == 'a')
            j.agreement = optarg;
        else if (c == 'f')
            j.from = optarg;
        else if (c == 'p' && j.n < FINGERPRINTS)
            j.fingerprint[j.n++] = optarg;
        else if (c == 'o')
            j.out = optarg;
        else
            return c == 'h' ? cli_help(help) : cli_bad_option("join");
    }
    if (!j.node || !j.agreement || !j.from || optind < argc)
        return cli_usage("join", "--node, --agreement and --from are needed, and nothing more");
    if (!bloc_begin(j.node, true, &b))
        return CLI_USAGE;
    j.b = &b;
    if (join(&j, &w))
        code = j.open ? CLI_NEGATIVE : CLI_POSITIVE;
    else if (w.reason)
        cli_why("join", NULL, &w);
    bloc_end(&b);
    return code;
}
