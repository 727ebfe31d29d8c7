#include <getopt.h>

#include "cli/trust.h"
#include "trust/load.h"
#include "wire/json_write.h"

static void put_anchor(const struct anchor *x, bool json)
{
    const char *use = x->use == ANCHOR_ISSUER ? "issuer" : x->use == ANCHOR_SIGNER ? "signer" : "candidate";
    char from[DATE_TEXT], to[DATE_TEXT];
    struct buffer b;

    (void)date_format(date_of_time(x->cert.not_before), from);
    (void)date_format(date_of_time(x->cert.not_after), to);
    if (!json) {
        printf("%-3.*s %-7s %s to %s  %-34.*s %s%s\n", (int)x->cert.country.n,
               (const char *)x->cert.country.p, use, from, to, (int)x->cert.common_name.n,
               (const char *)x->cert.common_name.p, x->origin->source, x->key ? "" : " (key not supported)");
        return;
    }
    buf_init(&b, 1 << 16);
    struct json_writer w = json_to(&b);
    jw_object(&w, NULL);
    jw_text(&w, "country", x->cert.country);
    jw_str(&w, "use", use);
    jw_text(&w, "common_name", x->cert.common_name);
    jw_hex(&w, "serial", x->cert.serial);
    jw_str(&w, "not_before", from);
    jw_str(&w, "not_after", to);
    jw_bool(&w, "key_supported", x->key != NULL);
    jw_str(&w, "source", x->origin->source);
    jw_object_end(&w);
    puts(buf_cstr(&b));
    buf_free(&b);
}

static int list(const struct anchor_set *s, bool json)
{
    const struct anchor *x;

    for (size_t k = 0; (x = anchor_at(s, k)) != NULL; k++)
        put_anchor(x, json);
    return CLI_POSITIVE;
}

static int list_path(const char *path, bool json)
{
    struct anchor_set *s = anchor_set_new();
    struct why w = { 0 };
    int code = CLI_USAGE;

    if (trust_load(s, path, NULL, NULL, NULL, &w))
        code = list(s, json);
    else
        cli_why("trust", path, &w);
    anchor_set_free(s);
    return code;
}

int trust_list_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "anchors", required_argument, NULL, 'a' },
        { "json", no_argument, NULL, 'j' },
        { 0 },
    };
    static struct instance i;
    const char *node = NULL, *anchors = NULL;
    bool json = false;
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'a')
            anchors = optarg;
        else if (c == 'j')
            json = true;
        else
            return cli_bad_option("trust");
    }
    if (optind < argc)
        return cli_usage("trust", "list takes no file: \"%s\" belongs to no option", argv[optind]);
    if (anchors && node)
        return cli_usage("trust", "either --node or --anchors");
    if (anchors)
        return list_path(anchors, json);
    if (!node)
        return cli_usage("trust", "--node names the node's folder");
    if (!trust_open_node(node, &i))
        return CLI_USAGE;
    code = list(i.anchors, json);
    instance_close(&i);
    return code;
}
