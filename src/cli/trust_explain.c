/* serai trust explain THING */
#include <getopt.h>
#include <unistd.h>

#include "base/text.h"
#include "check/recognise.h"
#include "cli/trust.h"
#include "seal/vical.h"
#include "seal/visible.h"
#include "trust/explain.h"
#include "trust/forms.h"
#include "trust/load.h"
#include "wire/json.h"

enum { THINGS = 32 };

struct job {
    struct trust_question q;
    struct arena arena;
    struct span der[THINGS]; /* certificates to explain */
    size_t n;
};

static void take_item(void *ctx, enum trust_item kind, struct span der)
{
    struct job *k = ctx;

    if (kind == ITEM_CERTIFICATE && k->n < THINGS)
        k->der[k->n++] = der;
}

static void take_bad(void *ctx, const struct why *w)
{
    (void)ctx;
    (void)w;
}

/* The signer that a seal brings or names. */
static bool from_seal(struct job *k, struct span file, struct why *w)
{
    const struct seal_options opt = { k->q.set, k->q.at, PROFILE_LENIENT, NULL };
    struct visible_seal *s = arena_alloc(&k->arena, sizeof *s);
    const struct anchor *named[4];
    size_t n;

    k->q.need = k->q.need ? k->q.need : FOR_SEALS;
    (void)visible_seal_verify(file, &opt, &k->arena, s, NULL);
    if (s->signer_der.n) {
        k->der[k->n++] = s->signer_der;
        return true;
    }
    n = s->result == RESULT_MALFORMED ? 0 : anchors_by_seal_ref(k->q.set, s->signer, s->cert_ref, named, 4);
    for (size_t i = 0; i < n; i++)
        k->der[k->n++] = named[i]->cert.der;
    if (n)
        return true;
    if (s->result == RESULT_MALFORMED || !s->signer.n) {
        *w = s->why;
        return false;
    }
    return why_set(
        w, "no-anchor", WHY_NO_OFFSET, "Doc 9303-13",
        "the seal names its signer %.*s, certificate %.*s, which is not known here: import it, and the "
        "country signer of its State",
        (int)s->signer.n, (const char *)s->signer.p, (int)s->cert_ref.n, (const char *)s->cert_ref.p);
}

/* Who signed a list of licence authorities. */
static bool from_vical(struct job *k, struct span file, struct why *w)
{
    const struct vical_options opt = { .anchors = k->q.set, .at = k->q.at };
    struct vical *v = arena_alloc(&k->arena, sizeof *v);

    k->q.need = k->q.need ? k->q.need : FOR_LISTS;
    (void)vical_verify(file, &opt, &k->arena, v, NULL);
    if (v->signer.der.n)
        k->der[k->n++] = v->signer.der;
    else
        *w = v->why;
    return k->n > 0;
}

static bool from_file(struct job *k, const char *path, struct why *w)
{
    const struct trust_items to = { take_item, take_bad, k };
    struct certificate c;
    struct span file;
    enum thing thing;

    if (!cli_read(path, &k->arena, &file, w))
        return false;
    thing = recognise(file);
    if (thing == THING_SOD) {
        k->q.need = k->q.need ? k->q.need : FOR_TRAVEL;
        if (!trust_signer_of_sod(&k->q, file, &k->arena, &c, w))
            return false;
        k->der[k->n++] = c.der;
        return true;
    }
    if (thing == THING_VDS || thing == THING_VDS_HEX || thing == THING_IDB || thing == THING_VDSNC)
        return from_seal(k, file, w);
    if (thing == THING_VICAL)
        return from_vical(k, file, w);
    (void)trust_items_in(file, &k->arena, &to);
    return k->n > 0 || why_set(w, "unknown", WHY_NO_OFFSET, NULL, "no certificate, chip file or seal in it");
}

static bool find_thing(struct job *k, const char *thing, struct why *w)
{
    if (access(thing, F_OK) == 0 || strcmp(thing, "-") == 0)
        return from_file(k, thing, w);
    k->n = trust_find_hex(&k->q, thing, k->der, THINGS);
    return k->n > 0 ||
           why_set(w, "unknown", WHY_NO_OFFSET, NULL,
                   "no such file, and no certificate here whose SHA-256 or key identifier begins so");
}

/* The JSON for people: a line for each value, deeper ones moved in. Depth is that of our own writer. */
static void put_plain(const struct json *j)
{
    json_ref end[LIMIT_JSON_DEPTH];
    bool object[LIMIT_JSON_DEPTH];
    unsigned depth = 0;
    struct buffer b;

    buf_init(&b, 1 << 22);
    end[0] = j->node[0].next;
    object[0] = true;
    for (json_ref i = 1; i < j->n;) {
        const struct json_node *n;

        while (depth > 0 && i >= end[depth])
            depth--;
        buf_printf(&b, "%*s", (int)(2 * depth), "");
        if (object[depth]) {
            buf_put(&b, span_sub(j->text, j->node[i].at, j->node[i].at + j->node[i].len));
            buf_str(&b, ": ");
            i++;
        } else {
            buf_str(&b, "- ");
        }
        n = &j->node[i];
        if (n->kind == JSON_KIND_OBJECT || n->kind == JSON_KIND_ARRAY) {
            if (n->next == i + 1)
                buf_str(&b, _("none"));
            depth++;
            end[depth] = n->next;
            object[depth] = n->kind == JSON_KIND_OBJECT;
        } else if (n->kind == JSON_KIND_STRING) {
            text_put_plain(&b, span_sub(j->text, n->at, n->at + n->len));
        } else {
            buf_put(&b, json_source(j, i));
        }
        buf_u8(&b, '\n');
        i++;
    }
    (void)fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
}

static int explain_one(struct job *k, struct span der, bool json)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct certificate c;
    struct buffer b;
    struct json_writer j = json_to(&b);
    struct json parsed;
    enum result r;

    if (!certificate_parse(der, &c, NULL, &w)) {
        cli_why("trust explain", NULL, &w);
        return CLI_NEGATIVE;
    }
    buf_init(&b, 1 << 22);
    r = trust_explain(&k->q, &c, &j);
    if (json)
        puts(buf_cstr(&b));
    else if (json_parse(buf_span(&b), &k->arena, &parsed, &w))
        put_plain(&parsed);
    buf_free(&b);
    return cli_exit_of(r);
}

static int explain(struct job *k, const char *thing, bool json)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    int code = CLI_POSITIVE;

    k->q.at = cli_now();
    arena_init(&k->arena, 256 << 20);
    if (!find_thing(k, thing, &w)) {
        cli_why("trust explain", thing, &w);
        code = strcmp(w.reason, "no-signer") == 0 || strcmp(w.reason, "no-anchor") == 0 ? CLI_UNDETERMINED
                                                                                        : CLI_USAGE;
    }
    for (size_t i = 0; i < k->n; i++)
        code = cli_gravest(code, explain_one(k, k->der[i], json));
    arena_free(&k->arena);
    return code;
}

static int explain_path(const char *path, const char *thing, unsigned need, bool json)
{
    struct anchor_set *s = anchor_set_new();
    static struct job k;
    struct why w = { 0 };
    int code = CLI_USAGE;

    k.q.set = s;
    k.q.need = need;
    if (trust_load(s, path, NULL, NULL, NULL, &w))
        code = explain(&k, thing, json);
    else
        cli_why("trust explain", path, &w);
    anchor_set_free(s);
    return code;
}

static int explain_node(const char *folder, const char *thing, unsigned need, bool json)
{
    static struct instance i;
    static struct job k;
    struct trust_log *log;
    int code;

    if (!trust_open_node(folder, &i))
        return CLI_USAGE;
    log = trust_open_log(&i);
    k.q.set = i.anchors;
    k.q.need = need;
    k.q.log = log;
    code = explain(&k, thing, json);
    trust_log_close(log);
    instance_close(&i);
    return code;
}

int trust_explain_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "anchors", required_argument, NULL, 'a' },
                                             { "for", required_argument, NULL, 'f' },
                                             { "json", no_argument, NULL, 'j' },
                                             { 0 } };
    const char *node = NULL, *anchors = NULL;
    unsigned need = 0;
    bool json = false;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'a')
            anchors = optarg;
        else if (c == 'j')
            json = true;
        else if (c == 'f' && (need = purposes_of(span_str(optarg))) == 0)
            return cli_usage("trust", "%s", gettext(trust_purpose_help));
        else if (c == 'f')
            continue;
        else
            return cli_bad_option("trust");
    }
    if (optind + 1 != argc)
        return cli_usage("trust",
                         "explain wants one thing: a file, or the beginning of a SHA-256 or key identifier");
    if (!node == !anchors)
        return cli_usage("trust", "either --node or --anchors");
    return node ? explain_node(node, argv[optind], need, json)
                : explain_path(anchors, argv[optind], need, json);
}
