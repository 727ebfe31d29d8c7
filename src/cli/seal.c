/* serai seal: visible seals checked, issued, and what is known of them. */
#include <getopt.h>

#include "base/text.h"
#include "cli/cli.h"
#include "seal/issue_seal.h"
#include "seal/visible.h"
#include "trust/load.h"
#include "wire/json_write.h"

static const char help[] =
    "usage: serai seal verify [--anchors PATH]... [--at TIME] [--profile lenient|strict] [--json] FILE\n"
    "       serai seal issue --type TYPE --key KEY.pem --certificate CERT [--field NAME=VALUE]...\n"
    "                        [--form vds|vds3|idb|vds-nc] [--country CODE]\n"
    "                        [--issued DATE] [--signed DATE]\n"
    "                        [--zip] [--with-certificate] [-o FILE]\n"
    "       serai seal types [TYPE]\n"
    "\n"
    "verify  FILE holds the content of a barcode: the bytes of a VDS, or the text of an IDB or VDS-NC\n"
    "        (\"-\": standard input). PATH is a certificate file (DER or PEM) or a folder of them:\n"
    "        country signers, or signers themselves. A VDS needs its signer's own certificate.\n"
    "issue   Signs a seal. Fields are named as `serai seal types TYPE` lists them; in a zone write \\n\n"
    "        between the lines.\n"
    "        For vds-nc TYPE is the type of the message and --message FILE its JSON.\n"
    "types   Lists the kinds of documents, or the fields of one.\n"
    "\n"
    "Exit 0 genuine, 1 forged, malformed, expired or revoked, 2 usage or input/output,\n"
    "3 no anchor or undetermined.\n"
    "\n"
    "Example: serai seal verify --anchors certificates/ visa.bin\n";

/* --- verify --- */

static void show_fields(const struct visible_seal *s)
{
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct seal_field *f = &s->field[i];
        struct buffer b;

        buf_init(&b, 1 << 20);
        for (size_t k = 0; k < f->text.n; k++) { /* lines of a zone under one another */
            buf_u8(&b, f->text.p[k]);
            if (f->text.p[k] == '\n')
                buf_printf(&b, "%*s", 29, "");
        }
        if (f->text.n == 0 && f->raw.n > 0 && f->raw.n <= 40) {
            buf_str(&b, "0x");
            hex_put(&b, f->raw);
        } else if (f->text.n == 0)
            buf_printf(&b, "%zu bytes", f->raw.n);
        (void)printf("  %*s%02X %-*s %s\n", 2 * f->depth, "", f->tag, 23 - 2 * f->depth,
                     f->name ? f->name : "(unknown)", buf_cstr(&b));
        buf_free(&b);
    }
}

static void show_date(const char *name, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        (void)printf("%-11s %s\n", name, date_format(d, text));
}

static void show(const struct visible_seal *s, const struct findings *f)
{
    bool good = s->result == RESULT_GENUINE;
    enum cli_style style = good                                     ? STYLE_GOOD
                           : cli_exit_of(s->result) == CLI_NEGATIVE ? STYLE_BAD
                                                                    : STYLE_CARE;

    (void)printf("%s%s%s", cli_style(stdout, style), result_word(s->result), cli_style(stdout, STYLE_PLAIN));
    if (s->why.reason)
        (void)printf(": %s: %s", s->why.reason, s->why.detail);
    (void)printf("\n");
    if (s->result == RESULT_MALFORMED)
        return;
    (void)printf("%-11s %s%s%s\n", "seal", seal_kind_word(s->kind), s->type ? ", " : "",
                 s->type ? s->type : "");
    (void)printf("%-11s %.*s\n", "country", (int)s->country.n, (const char *)s->country.p);
    if (s->signer.n || s->cert_ref.n)
        (void)printf("%-11s %.*s%s%.*s\n", "signer", (int)s->signer.n, (const char *)s->signer.p,
                     s->signer.n ? " " : "", (int)s->cert_ref.n, (const char *)s->cert_ref.p);
    if (s->path.anchor)
        (void)printf("%-11s %s%s\n", "vouched by", s->path.anchor->source, s->path.direct ? "" : " (issuer)");
    show_date("issued", s->issued);
    show_date("signed", s->signed_on);
    show_fields(s);
    if (s->json.n)
        (void)printf("  %.*s\n", (int)s->json.n, (const char *)s->json.p);
    for (size_t i = 0; i < f->n; i++)
        (void)printf("%s%s: %s: %s%s\n",
                     cli_style(stdout, f->item[i].severity == FINDING_WARNING ? STYLE_CARE : STYLE_DIM),
                     severity_word(f->item[i].severity), f->item[i].why.reason, f->item[i].why.detail,
                     cli_style(stdout, STYLE_PLAIN));
}

static void write_why(struct json_writer *w, const struct why *y)
{
    jw_str(w, "reason", y->reason);
    if (y->offset == WHY_NO_OFFSET)
        jw_null(w, "offset");
    else
        jw_int(w, "offset", (int64_t)y->offset);
    jw_str(w, "clause", y->clause);
    jw_str(w, "detail", y->reason ? y->detail : NULL);
}

static void write_date(struct json_writer *w, const char *name, struct date d)
{
    char text[DATE_TEXT];

    if (date_is_set(d))
        jw_str(w, name, date_format(d, text));
}

static void write_field(struct json_writer *w, const struct seal_field *f)
{
    jw_object(w, NULL);
    jw_int(w, "tag", f->tag);
    jw_int(w, "depth", f->depth);
    jw_str(w, "name", f->name);
    if (f->text.n)
        jw_text(w, "text", f->text);
    jw_hex(w, "hex", f->raw);
    jw_object_end(w);
}

static void show_json(const char *file, const struct visible_seal *s, const struct findings *f)
{
    struct buffer b;
    struct json_writer w = json_to(&b);

    buf_init(&b, 1 << 22);
    jw_object(&w, NULL);
    jw_str(&w, "file", file);
    jw_str(&w, "kind", seal_kind_word(s->kind));
    jw_str(&w, "result", result_word(s->result));
    write_why(&w, &s->why);
    if (s->result != RESULT_MALFORMED) {
        jw_str(&w, "type", s->type);
        jw_text(&w, "country", s->country);
        jw_text(&w, "signer", s->signer);
        jw_text(&w, "certificate", s->cert_ref);
        write_date(&w, "issued", s->issued);
        write_date(&w, "signed", s->signed_on);
        jw_array(&w, "fields");
        for (size_t i = 0; i < s->n_fields; i++)
            write_field(&w, &s->field[i]);
        jw_array_end(&w);
        if (s->json.n)
            jw_raw(&w, "message", s->json);
    }
    jw_array(&w, "findings");
    for (size_t i = 0; i < f->n; i++) {
        jw_object(&w, NULL);
        jw_str(&w, "severity", severity_word(f->item[i].severity));
        write_why(&w, &f->item[i].why);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    (void)printf("%s\n", buf_cstr(&b));
    buf_free(&b);
}

static int verify_file(const char *file, const struct seal_options *opt, bool json)
{
    struct arena a;
    struct visible_seal s;
    struct findings f;
    struct span in;
    struct why w = { .offset = WHY_NO_OFFSET };
    int rc = CLI_USAGE;

    arena_init(&a, 64u << 20);
    findings_init(&f);
    if (cli_read(file, &a, &in, &w)) {
        rc = cli_exit_of(visible_seal_verify(in, opt, &a, &s, &f));
        if (json)
            show_json(file, &s, &f);
        else
            show(&s, &f);
    } else {
        cli_why("seal", file, &w);
    }
    arena_free(&a);
    return rc;
}

static int verify(int argc, char **argv)
{
    static const struct option options[] = {
        { "anchors", required_argument, NULL, 'a' }, { "at", required_argument, NULL, 't' },
        { "profile", required_argument, NULL, 'p' }, { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },          { 0 }
    };
    struct anchor_set *set = anchor_set_new();
    struct seal_options opt = { set, cli_now(), PROFILE_LENIENT };
    struct why w = { .offset = WHY_NO_OFFSET };
    bool json = false;
    int c, rc = -1;

    while (rc < 0 && (c = getopt_long(argc, argv, "a:h", options, NULL)) != -1) {
        if (c == 'h') {
            rc = cli_help(help);
        } else if (c == 'j') {
            json = true;
        } else if (c == 'a') {
            if (!trust_load(set, optarg, NULL, NULL, NULL, &w)) {
                cli_why("seal", optarg, &w);
                rc = CLI_USAGE;
            }
        } else if ((c == 't' && !cli_time(optarg, &opt.at)) ||
                   (c == 'p' && !cli_profile(optarg, &opt.profile))) {
            rc = cli_usage("seal", "\"%s\" is no %s", optarg,
                           c == 't' ? "time (2026-11-21T08:00:00Z)" : "profile");
        } else if (c == '?') {
            rc = cli_usage("seal", "unknown option, or an option without its value");
        }
    }
    if (rc < 0 && argc - optind != 1)
        rc = cli_usage("seal", "verify takes one file");
    if (rc < 0)
        rc = verify_file(argv[optind], &opt, json);
    anchor_set_free(set);
    return rc;
}

/* --- types --- */

static void show_scope(struct seal_scope scope, int indent)
{
    for (size_t i = 0; i < scope.n; i++) {
        const struct seal_field_def *d = &scope.def[i];

        (void)printf("%*s%02X %-*s %-10s %u..%u%s%s\n", indent, "", d->tag, 34 - indent, d->name,
                     seal_coding_word((enum seal_coding)d->coding), d->min, d->max,
                     d->required ? " required" : "", d->one_of ? " one of these" : "");
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
            (void)printf("vds %04X  %-36s %s\n", t->key, t->type, t->title);
        else
            (void)printf("idb %02X    %-36s %s\n", t->key, t->type, t->title ? t->title : "");
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
        cli_why("seal", "not issued", &k->w);
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
        return verify(argc - 1, argv + 1);
    if (strcmp(argv[1], "issue") == 0)
        return issue(argc - 1, argv + 1);
    if (strcmp(argv[1], "types") == 0)
        return types(argc - 1, argv + 1);
    return cli_usage("seal", "no sub-command \"%s\"", argv[1]);
}
