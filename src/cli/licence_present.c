/* serai licence present: what a device answers. For trials; a wallet keeps its key elsewhere. */
#include <getopt.h>

#include "base/limits.h"
#include "cli/licence.h"
#include "cli/licence_keys.h"
#include "seal/mdoc_present.h"
#include "seal/mdoc_request.h"

struct options {
    const char *licence, *device_key, *session, *elements, *request, *reader_key, *out;
    bool all;
};

struct work {
    struct options o;
    struct arena a;
    struct private_key *device;
    struct public_key *reader;
    struct mdoc_presentation p;
    struct span session;
};

static bool take_names(struct work *k)
{
    struct licence_name *name;
    struct mdoc_wanted *wanted;
    struct why w = { 0 };
    size_t n;

    if (!licence_names(k->o.elements, &k->a, &name, &n))
        return false;
    wanted = arena_array(&k->a, n, sizeof *wanted);
    for (size_t i = 0; wanted && i < n; i++) {
        wanted[i] = (struct mdoc_wanted){ name[i].ns, name[i].id };
        if (!mdoc_has(k->p.issuer_signed, &wanted[i], &k->a, &w))
            return licence_refused(k->o.licence, &w);
    }
    k->p.wanted = wanted;
    k->p.n_wanted = wanted ? n : 0;
    return wanted != NULL;
}

/* Of the first request; who asks was not looked at here: serai inspect tells. */
static bool take_request(struct work *k)
{
    const struct mdoc_options opt = { .profile = PROFILE_LENIENT };
    struct mdoc_wanted *wanted;
    struct mdoc_request *r = arena_alloc(&k->a, sizeof *r);
    struct why w = { 0 };
    struct span file;

    if (!r || !cli_read(k->o.request, &k->a, &file, &w))
        return licence_refused(k->o.request, &w);
    if (mdoc_request_verify(file, &opt, &k->a, r, NULL) == RESULT_MALFORMED)
        return licence_refused(k->o.request, &r->why);
    if (!mdoc_wanted_of(r->request[0].spaces, &k->a, &wanted, &k->p.n_wanted, &w))
        return licence_refused(k->o.request, &w);
    k->p.wanted = wanted;
    return true;
}

static bool take_reader(struct work *k)
{
    struct why w = { 0 };
    struct cose_key key;
    struct span bytes;

    if (!k->o.reader_key)
        return true;
    if (!licence_public_key(k->o.reader_key, &k->a, &bytes))
        return false;
    if (!cose_key_parse(bytes, bytes.p, &key, &w) ||
        !cose_key_public(&key, &k->a, &k->reader, "DEVICE_KEY", &w))
        return licence_refused(k->o.reader_key, &w);
    k->p.reader_key = k->reader;
    return true;
}

static bool load(struct work *k)
{
    struct why w = { 0 };

    if (!cli_read(k->o.licence, &k->a, &k->p.issuer_signed, &w))
        return licence_refused(k->o.licence, &w);
    if (!licence_private_key(k->o.device_key, &k->a, &k->device) ||
        !licence_session(k->o.session, &k->a, &k->session) || !take_reader(k))
        return false;
    k->p.device_key = k->device;
    k->p.all = k->o.all;
    return k->o.elements ? take_names(k) : k->o.request ? take_request(k) : true;
}

static int present(struct work *k)
{
    struct why w = { 0 };
    struct buffer b;
    int code = CLI_USAGE;

    if (!load(k))
        return CLI_USAGE;
    buf_init(&b, LIMIT_FILE);
    if (!mdoc_present(&k->p, 1, k->session, &k->a, &b, &w)) {
        (void)licence_refused(k->o.licence, &w);
        code = CLI_NEGATIVE;
    } else if (!cli_write(k->o.out, buf_span(&b), 0600, &w)) {
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
    case 'l':
        return &o->licence;
    case 'D':
        return &o->device_key;
    case 's':
        return &o->session;
    case 'e':
        return &o->elements;
    case 'r':
        return &o->request;
    case 'R':
        return &o->reader_key;
    case 'o':
        return &o->out;
    default:
        return NULL;
    }
}

int licence_present_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "licence", required_argument, NULL, 'l' },
        { "device-key", required_argument, NULL, 'D' },
        { "session", required_argument, NULL, 's' },
        { "elements", required_argument, NULL, 'e' },
        { "request", required_argument, NULL, 'r' },
        { "all", no_argument, NULL, 'a' },
        { "reader-key", required_argument, NULL, 'R' },
        { "out", required_argument, NULL, 'o' },
        { 0 },
    };
    static struct work k;
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char **text = text_of(&k.o, c);

        if (text)
            *text = optarg;
        else if (c == 'a')
            k.o.all = true;
        else
            return cli_bad_option("licence");
    }
    if (optind < argc)
        return cli_usage("licence", "\"%s\" belongs to no option", argv[optind]);
    if (!k.o.licence || !k.o.device_key || !k.o.session || !k.o.out)
        return cli_usage("licence", "--licence, --device-key, --session and --out are needed");
    if (!!k.o.elements + !!k.o.request + k.o.all != 1)
        return cli_usage("licence", "one of --elements, --request and --all");
    arena_init(&k.a, 256 << 20);
    code = present(&k);
    public_key_clear(k.reader);
    private_key_free(k.device);
    arena_free(&k.a);
    return code;
}
