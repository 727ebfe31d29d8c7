/* serai agreement redecide: the checks that a node recorded, decided again under the law of their day. */
#include <getopt.h>
#include <stdlib.h>

#include "check/redecide.h"
#include "cli/agreement_law.h"

struct report {
    struct json_writer *j; /* NULL: text */
};

static void told(void *ctx, struct span id, unix_time at, const char *reason, const char *detail)
{
    const struct report *r = ctx;
    char time[TIME_TEXT];

    if (!r->j) {
        printf("%s %.*s: %s [%s]\n", time_format(at, time), (int)id.n, (const char *)id.p, detail, reason);
        return;
    }
    jw_object(r->j, NULL);
    jw_text(r->j, "id", id);
    jw_str(r->j, "at", time_format(at, time));
    jw_str(r->j, "reason", reason);
    jw_str(r->j, "detail", detail);
    jw_object_end(r->j);
}

static void put_counts(struct json_writer *j, const struct redecide_counts *n)
{
    jw_int(j, "checks", (int64_t)n->checks);
    jw_int(j, "agreed", (int64_t)n->agreed);
    jw_int(j, "ahead", (int64_t)n->ahead);
    jw_int(j, "proved", (int64_t)n->proved);
    jw_int(j, "disagreed", (int64_t)n->disagreed);
    jw_int(j, "undetermined", (int64_t)n->undetermined);
    jw_int(j, "without_facts", (int64_t)n->without);
}

/* The law at each moment: one regime for each number of instruments, made when it is asked for. */
struct history {
    const struct laws *laws;
    const struct agreement *agreement;
    struct regime **of; /* [in.n + 1] */
};

enum { UNDER_WAY = 2 * 86400 }; /* seconds; whoever is silent for longer is said to be */

static bool law_at(void *ctx, unix_time at, unsigned back, struct agreement_law *out)
{
    struct history *h = ctx;
    struct register_input in = h->laws->in;
    size_t n = 0;

    while (n < in.n && in.instrument[n].time <= at)
        n++;
    if (back > n || (back && in.instrument[n - back].time < at - UNDER_WAY))
        return false;
    in.n = n - back;
    if (!h->of[in.n] && !regime_make(&in, h->agreement, &h->of[in.n], NULL))
        return false;
    *out = regime_law(h->of[in.n]);
    return true;
}

static bool run(const struct instance *i, unix_time from, unix_time to, struct report *r,
                struct redecide_counts *n, struct why *w)
{
    const struct laws *laws = i->beliefs->laws;
    struct history h = { laws, i->agreement, calloc(laws->in.n + 1, sizeof(struct regime *)) };
    struct redecide_with with = { .agreement = i->agreement, .ctx = &h };
    struct store_options o;
    struct store *s = NULL;
    bool ok;

    if (!h.of)
        abort();
    if (laws->in.n)
        with.law_at = law_at;
    if (i->signer) {
        with.name = span_str(i->config.name);
        memcpy(with.pub, i->signer->pub, sizeof with.pub);
    }
    config_store(&i->config, &o);
    o.read_only = true;
    ok = store_open(&o, &s, w) && redecide(s, &with, from, to, told, r, n, w);
    store_close(s);
    for (size_t k = 0; k <= laws->in.n; k++)
        regime_free(h.of[k]);
    free(h.of);
    return ok;
}

static int decide(const struct instance *i, unix_time from, unix_time to, bool json)
{
    struct redecide_counts n;
    struct why w = { 0 };
    struct json_writer j;
    struct buffer b;
    struct report r = { json ? &j : NULL };
    bool ok;

    buf_init(&b, AGREEMENT_OUTPUT);
    j = json_to(&b);
    if (json) {
        jw_object(&j, NULL);
        jw_array(&j, "disagreements");
    }
    ok = run(i, from, to, &r, &n, &w);
    if (!ok) {
        cli_why("agreement", i->config.store, &w);
        buf_free(&b);
        return CLI_USAGE;
    }
    if (json) {
        jw_array_end(&j);
        put_counts(&j, &n);
        jw_object_end(&j);
        buf_u8(&b, '\n');
        return agreement_put(&b, n.disagreed ? CLI_NEGATIVE : CLI_POSITIVE);
    }
    buf_free(&b);
    printf(_("%zu checks: %zu decided alike, %zu before an instrument of those days had come, %zu otherwise, "
             "%zu turn "
             "on what is not kept, %zu are older than the record of facts\n"),
           n.checks, n.agreed, n.ahead, n.disagreed, n.undetermined, n.without);
    return n.disagreed ? CLI_NEGATIVE : CLI_POSITIVE;
}

static bool day(const char *text, int more, unix_time *out)
{
    struct date d;

    if (!date_parse(span_str(text), &d))
        return false;
    *out = (unix_time)(date_to_days(d) + more) * 86400;
    return true;
}

int agreement_redecide_command(int argc, char **argv)
{
    static const struct option options[] = { { "node", required_argument, NULL, 'n' },
                                             { "from", required_argument, NULL, 'f' },
                                             { "to", required_argument, NULL, 't' },
                                             { "json", no_argument, NULL, 'j' },
                                             { 0 } };
    static struct instance i;
    unix_time from = INT64_MIN / 2, to = INT64_MAX / 2;
    const char *node = NULL;
    bool json = false;
    int c, code;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'n')
            node = optarg;
        else if (c == 'j')
            json = true;
        else if (c != 'f' && c != 't')
            return cli_bad_option("agreement");
        else if (!day(optarg, c == 't', c == 'f' ? &from : &to))
            return cli_usage("agreement", "a day is written as 2027-01-31");
    }
    if (optind < argc || !node)
        return cli_usage("agreement", "--node names the node's folder");
    if (!trust_open_node(node, &i))
        return CLI_USAGE;
    code = decide(&i, from, to, json);
    instance_close(&i);
    return code;
}
