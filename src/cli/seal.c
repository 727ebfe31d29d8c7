/* serai seal: visible seals issued, and what is known of them. */
#include <getopt.h>

#include "base/text.h"
#include "cli/cli.h"
#include "seal/issue_seal.h"

static const char help[] =
    N_("usage: serai seal verify [OPTION]... FILE...\n"
       "       serai seal issue --type TYPE --key KEY.pem --certificate CERT [--field NAME=VALUE]...\n"
       "                        [--form vds|vds3|idb|vds-nc] [--country CODE]\n"
       "                        [--issued DATE] [--signed DATE]\n"
       "                        [--zip] [--with-certificate] [-o FILE]\n"
       "       serai seal types [TYPE]\n"
       "\n"
       "verify  The same as serai inspect, which see: the kind is recognised by content.\n"
       "issue   Signs a seal. Fields are named as `serai seal types TYPE` lists them; in a zone write \\n\n"
       "        between the lines.\n"
       "        For vds-nc TYPE is the type of the message and --message FILE its JSON.\n"
       "types   Lists the kinds of documents, or the fields of one.\n"
       "\n"
       "Exit 0 genuine, 1 forged, malformed, expired or revoked, 2 usage or input/output,\n"
       "3 no anchor or undetermined.\n"
       "\n"
       "Example: serai seal verify --anchors certificates/ visa.bin\n");

/* --- types --- */

static void show_scope(struct seal_scope scope, int indent)
{
    for (size_t i = 0; i < scope.n; i++) {
        const struct seal_field_def *d = &scope.def[i];

        (void)printf("%*s%02X %-*s %-10s %u..%u%s%s\n", indent, "", d->tag, 34 - indent, d->name,
                     seal_coding_word((enum seal_coding)d->coding), d->min, d->max,
                     d->required ? _(" required") : "", d->one_of ? _(" one of these") : "");
        if (d->coding == SEAL_CODING_CODE)
            for (unsigned v = 0; v < 256; v++)
                if (seal_code_word(d, (uint8_t)v))
                    (void)printf("%*s   %02X %s\n", indent, "", v, seal_code_word(d, (uint8_t)v));
        show_scope(seal_scope_inside(d), indent + 3); /* as deep as the dictionary */
    }
}

static int types(int argc, char **argv)
{
    const struct seal_type *t;
    bool any = false;

    if (argc > 2)
        return cli_usage("seal", "types takes one type");
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return cli_help(help);
    for (size_t i = 0; (t = seal_type_at(i)) != NULL; i++) {
        if (argc == 2 && strcmp(argv[1], t->type) != 0)
            continue;
        any = true;
        if (t->family == SEAL_FAMILY_VDS)
            (void)printf(_("vds %04X  %-36s %s\n"), t->key, t->type, t->title);
        else
            (void)printf(_("idb %02X    %-36s %s\n"), t->key, t->type, t->title ? t->title : "");
        if (argc == 2)
            show_scope(seal_scope_of_type(t), 2);
    }
    if (argc == 2 && strcmp(argv[1], "barcode") == 0) {
        show_scope(seal_scope_idb(), 2);
        any = true;
    }
    return any ? CLI_POSITIVE : cli_usage("seal", "no type \"%s\": `serai seal types` lists them", argv[1]);
}

/* --- issue --- */

enum { FIELDS = 64 };

struct issuing {
    struct arena a;
    struct seal_order order;
    struct seal_value value[FIELDS];
    const char *key, *certificate, *message, *out;
    bool vdsnc;
    struct why w;
};

/* NAME=VALUE, with \n for the end of a line. */
static bool take_field(struct issuing *k, char *text)
{
    char *equals = strchr(text, '=');
    struct buffer b;
    uint8_t *mem;

    if (!equals || equals == text || k->order.n == FIELDS)
        return false;
    *equals++ = 0;
    mem = arena_alloc(&k->a, strlen(equals) + 1);
    if (!mem)
        return false;
    buf_init_fixed(&b, mem, strlen(equals) + 1);
    for (const char *p = equals; *p; p++) {
        if (p[0] == '\\' && p[1] == 'n') {
            buf_u8(&b, '\n');
            p++;
        } else {
            buf_u8(&b, (uint8_t)*p);
        }
    }
    k->value[k->order.n++] = (struct seal_value){ text, buf_span(&b) };
    return true;
}

static bool take_form(struct issuing *k, const char *text)
{
    static const struct {
        const char *word;
        enum seal_form form;
        bool vdsnc;
    } forms[] = { { "vds", SEAL_FORM_VDS4, false },
                  { "vds3", SEAL_FORM_VDS3, false },
                  { "idb", SEAL_FORM_IDB, false },
                  { "vds-nc", SEAL_FORM_IDB, true } };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(text, forms[i].word) == 0) {
            k->order.form = forms[i].form;
            k->vdsnc = forms[i].vdsnc;
            return true;
        }
    }
    return false;
}

static bool keep_der(void *ctx, struct span der)
{
    *(struct span *)ctx = der;
    return false;
}

/* --- the seal itself, once everything is read --- */

static bool produce(struct issuing *k, const struct seal_issuer *by, struct buffer *out)
{
    struct span message;

    if (!k->vdsnc)
        return seal_issue(&k->order, by, &k->a, out, &k->w);
    if (!k->message)
        return why_set(&k->w, "field", WHY_NO_OFFSET, NULL, "--message is needed for vds-nc");
    return cli_read(k->message, &k->a, &message, &k->w) &&
           seal_issue_vdsnc(span_str(k->order.type), 1, k->order.country, message, by, &k->a, out, &k->w);
}

static int issue_files(struct issuing *k)
{
    struct span pem, file;
    struct private_key *key = NULL;
    struct seal_issuer by = { 0 };
    struct buffer out;
    int rc = CLI_USAGE;

    buf_init(&out, 1 << 20);
    if (!cli_read(k->key, &k->a, &pem, &k->w) || !private_key_load(pem, &key, &k->w)) {
        cli_why("seal", k->key, &k->w);
        goto out;
    }
    by.key = key;
    if (!cli_read(k->certificate, &k->a, &file, &k->w) ||
        certificates_in(file, &k->a, keep_der, &by.certificate) == 0) {
        (void)why_set(&k->w, "certificate", WHY_NO_OFFSET, NULL, "holds no certificate");
        cli_why("seal", k->certificate, &k->w);
        goto out;
    }
    if (!produce(k, &by, &out)) {
        cli_why("seal", _("not issued"), &k->w);
        goto out;
    }
    if (cli_write(k->out, buf_span(&out), 0644, &k->w))
        rc = CLI_POSITIVE;
    else
        cli_why("seal", k->out, &k->w);
out:
    private_key_free(key);
    buf_free(&out);
    return rc;
}

static int take_option(struct issuing *k, int c)
{
    struct date *day = c == 'i' ? &k->order.issued : &k->order.signed_on;

    switch (c) {
    case 'h':
        return cli_help(help);
    case 'T':
        k->order.type = optarg;
        break;
    case 'k':
        k->key = optarg;
        break;
    case 'c':
        k->certificate = optarg;
        break;
    case 'm':
        k->message = optarg;
        break;
    case 'o':
        k->out = optarg;
        break;
    case 'C':
        k->order.country = span_str(optarg);
        break;
    case 'z':
        k->order.zipped = true;
        break;
    case 'w':
        k->order.with_certificate = true;
        break;
    case 'f':
        if (!take_field(k, optarg))
            return cli_usage("seal", "--field takes NAME=VALUE, at most %d of them", FIELDS);
        break;
    case 'F':
        if (!take_form(k, optarg))
            return cli_usage("seal", "\"%s\" is none of vds, vds3, idb, vds-nc", optarg);
        break;
    case 'i':
    case 's':
        if (!date_parse(span_str(optarg), day))
            return cli_usage("seal", "\"%s\" is no date (2026-11-21)", optarg);
        break;
    default:
        return cli_usage("seal", "unknown option, or an option without its value");
    }
    return -1;
}

static int issue(int argc, char **argv)
{
    static const struct option options[] = { { "type", required_argument, NULL, 'T' },
                                             { "key", required_argument, NULL, 'k' },
                                             { "certificate", required_argument, NULL, 'c' },
                                             { "field", required_argument, NULL, 'f' },
                                             { "form", required_argument, NULL, 'F' },
                                             { "country", required_argument, NULL, 'C' },
                                             { "issued", required_argument, NULL, 'i' },
                                             { "signed", required_argument, NULL, 's' },
                                             { "message", required_argument, NULL, 'm' },
                                             { "zip", no_argument, NULL, 'z' },
                                             { "with-certificate", no_argument, NULL, 'w' },
                                             { "output", required_argument, NULL, 'o' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    struct issuing k = { .out = "-", .order = { .form = SEAL_FORM_VDS4, .country = SPAN("UTO") } };
    int c, rc = -1;

    why_clear(&k.w);
    arena_init(&k.a, 128u << 20);
    k.order.value = k.value;
    k.order.issued = k.order.signed_on = date_of_time(cli_now());
    while (rc < 0 && (c = getopt_long(argc, argv, "o:h", options, NULL)) != -1)
        rc = take_option(&k, c);
    if (rc < 0 && optind != argc)
        rc = cli_usage("seal", "\"%s\" is not expected", argv[optind]);
    if (rc < 0 && (!k.order.type || !k.key || !k.certificate))
        rc = cli_usage("seal", "issue needs --type, --key and --certificate");
    if (rc < 0)
        rc = issue_files(&k);
    arena_free(&k.a);
    return rc;
}

int cmd_seal(int argc, char **argv)
{
    optind = 1;
    if (argc < 2)
        return cli_usage("seal", "verify, issue or types?");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return cli_help(help);
    if (strcmp(argv[1], "verify") == 0)
        return cmd_inspect(argc - 1, argv + 1);
    if (strcmp(argv[1], "issue") == 0)
        return issue(argc - 1, argv + 1);
    if (strcmp(argv[1], "types") == 0)
        return types(argc - 1, argv + 1);
    return cli_usage("seal", "no sub-command \"%s\"", argv[1]);
}
