/* serai licence request: what a reader asks, and who it is. */
#include <getopt.h>

#include "base/limits.h"
#include "cli/licence.h"
#include "cli/licence_keys.h"
#include "seal/mdoc_ask.h"
#include "seal/mdoc_issue.h"

struct options {
    const char *elements, *retain, *doc_type, *key, *certificate, *session, *out;
    bool whole;
};

struct work {
    struct options o;
    struct arena a;
    struct private_key *key;
    struct span certificate, session;
    struct mdoc_ask_items items;
};

static bool take_names(struct work *k)
{
    struct licence_name *name[2] = { NULL, NULL };
    struct mdoc_ask_element *e;
    size_t n[2] = { 0, 0 };

    if ((k->o.elements && !licence_names(k->o.elements, &k->a, &name[0], &n[0])) ||
        (k->o.retain && !licence_names(k->o.retain, &k->a, &name[1], &n[1])))
        return false;
    e = arena_array(&k->a, n[0] + n[1], sizeof *e);
    if (!e)
        return false;
    for (size_t list = 0; list < 2; list++)
        for (size_t i = 0; i < n[list]; i++)
            e[k->items.n++] = (struct mdoc_ask_element){ name[list][i].ns, name[list][i].id, list == 1 };
    k->items.element = e;
    k->items.doc_type = span_str(k->o.doc_type);
    return true;
}

static bool load(struct work *k)
{
    return take_names(k) && (!k->o.key || (licence_private_key(k->o.key, &k->a, &k->key) &&
                                           licence_certificate(k->o.certificate, &k->a, &k->certificate) &&
                                           licence_session(k->o.session, &k->a, &k->session)));
}

static int ask(struct work *k)
{
    struct why w = { 0 };
    struct buffer b;
    int code = CLI_USAGE;

    if (!load(k))
        return CLI_USAGE;
    const struct cose_signer reader = { .key = k->key, .chain = &k->certificate, .n_chain = 1 };

    buf_init(&b, LIMIT_FILE);
    if (!mdoc_ask(&k->items, 1,
                  !k->key      ? ASK_UNSIGNED
                  : k->o.whole ? ASK_ALL
                               : ASK_EACH,
                  &reader, k->session, &k->a, &b, &w)) {
        (void)licence_refused(k->o.out, &w);
        code = CLI_NEGATIVE;
    } else if (!cli_write(k->o.out, buf_span(&b), 0644, &w)) {
        (void)licence_refused(k->o.out, &w);
    } else {
        code = CLI_POSITIVE;
    }
    buf_free(&b);
    return code;
}

static const char **text_of(struct options *o, int c)
{
    switch (c) {
    case 'e':
        return &o->elements;
    case 'r':
        return &o->retain;
    case 'd':
        return &o->doc_type;
    case 'k':
        return &o->key;
    case 'c':
        return &o->certificate;
    case 's':
        return &o->session;
    case 'o':
        return &o->out;
    default:
        return NULL;
    }
}

int licence_request_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "elements", required_argument, NULL, 'e' },
        { "retain", required_argument, NULL, 'r' },
        { "doc-type", required_argument, NULL, 'd' },
        { "key", required_argument, NULL, 'k' },
        { "certificate", required_argument, NULL, 'c' },
        { "session", required_argument, NULL, 's' },
        { "whole", no_argument, NULL, 'w' },
        { "out", required_argument, NULL, 'o' },
        { 0 },
    };
    static struct work k = { .o = { .doc_type = MDL_DOC_TYPE } };
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char **text = text_of(&k.o, c);

        if (text)
            *text = optarg;
        else if (c == 'w')
            k.o.whole = true;
        else
            return cli_bad_option("licence");
    }
    if (optind < argc)
        return cli_usage("licence", "\"%s\" belongs to no option", argv[optind]);
    if ((!k.o.elements && !k.o.retain) || !k.o.out)
        return cli_usage("licence", "--elements or --retain, and --out are needed");
    if (!k.o.key != !k.o.certificate || !k.o.key != !k.o.session || (k.o.whole && !k.o.key))
        return cli_usage("licence", "a signed request needs --key, --certificate and --session");
    arena_init(&k.a, 64 << 20);
    code = ask(&k);
    private_key_free(k.key);
    arena_free(&k.a);
    return code;
}
