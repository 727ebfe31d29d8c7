/* serai advisory aggregate: a lister or an aggregator (CSAF 2.0 7.2.4, 7.2.5). */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/advisory.h"
#include "cli/advisory_fetch.h"
#include "cli/openpgp.h"
#include "cli/options.h"
#include "crypto/digest.h"
#include "files/durable.h"
#include "wire/json_write.h"

enum { SOURCES = 256, MEMORY = 512 * 1024 * 1024 };

/* One who issues, as aggregator.json lists it. Spans are the arena's. */
struct listed {
    struct span publisher, url, role, updated, interval;
    const char *name; /* of its folder */
    bool mirrored, plain;
};

struct aggregating {
    struct arena *a;
    struct json config;
    const char *out, *url, *ca;
    struct provider_key key;
    bool lister, all;
    char fresh[PATH_MAX], fetch[PATH_MAX];
    struct listed item[SOURCES];
    size_t n, faults;
};

static const char *word(struct aggregating *g, json_ref object, const char *name)
{
    json_ref v = json_member(&g->config, object, name);
    struct span s;

    return v != JSON_NONE && json_text_of(&g->config, v, g->a, &s) ? arena_str(g->a, s) : NULL;
}

static bool is_true(struct aggregating *g, json_ref object, const char *name)
{
    return json_is(&g->config, json_member(&g->config, object, name), JSON_KIND_TRUE);
}

/* Small letters and digits, with "-" for the rest. */
static void plain_name(struct span name, char out[64])
{
    size_t n = 0;

    for (size_t i = 0; i < name.n && n < 48; i++) {
        int c = ascii_upper(name.p[i]) ? name.p[i] + 32 : name.p[i];

        if (ascii_lower(c) || ascii_digit(c))
            out[n++] = (char)c;
        else if (n > 0 && out[n - 1] != '-')
            out[n++] = '-';
    }
    while (n > 0 && out[n - 1] == '-')
        n--;
    out[n] = 0;
    if (n == 0)
        (void)snprintf(out, 64, "provider");
}

static bool taken_name(const struct aggregating *g, const char *name)
{
    for (size_t i = 0; i < g->n; i++)
        if (strcmp(g->item[i].name, name) == 0)
            return true;
    return false;
}

/* Once given a name stays: with another one a provider could leave its history behind. */
static const char *folder_name(struct aggregating *g, struct advisory_job *j, const char *wish, struct why *w)
{
    char path[PATH_MAX], name[64];
    struct span s = { NULL, 0 };
    bool there = false;

    if (!provider_path(path, "%s/name", j->fetch) || !file_read(path, 64, g->a, &s, &there, w))
        return NULL;
    plain_name(there ? s : wish ? span_str(wish) : j->source.name, name);
    if (taken_name(g, name) && !there)
        (void)snprintf(name + strlen(name), sizeof name - strlen(name), "-%zu", g->n + 1);
    if (taken_name(g, name)) {
        (void)why_set(w, "name", WHY_NO_OFFSET, "CSAF 2.0 7.1.23", "two sources have the folder %s", name);
        return NULL;
    }
    if (!there && !file_replace(j->fetch, "name", span_str(name), NULL, w))
        return NULL;
    return arena_str(g->a, span_str(name));
}

/* Lays out one mirror; what cannot be had now stays as it was. */
static bool mirror(struct aggregating *g, struct advisory_job *j, struct listed *x, bool reached,
                   struct why *w)
{
    char old[PATH_MAX], fresh[PATH_MAX], url[PATH_MAX];

    if (!provider_path(old, "%s/%s", g->out, x->name) || !provider_path(fresh, "%s/%s", g->fresh, x->name) ||
        !provider_path(url, "%s/%s", g->url, x->name))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "a path is too long");
    j->url = url;
    if (!(reached ? advisory_job_run : advisory_job_keep)(j, old, fresh, w)) {
        provider_remove(fresh);
        return false;
    }
    x->mirrored = true;
    if (x->plain) {
        /* Its metadata are those that stand here, and say what its newest document does. */
        x->updated = SPAN("1970-01-01T00:00:00Z");
        for (size_t i = 0; i < j->p.n; i++)
            if (csaf_time_cmp(j->p.item[i].updated, x->updated) > 0)
                x->updated = j->p.item[i].updated;
    }
    (void)printf(_("%s: %zu advisories mirrored, %zu new, %zu faults\n"), x->name, j->p.n, j->taken,
                 j->faults);
    return true;
}

static bool settle_plain(struct aggregating *g, struct advisory_job *j, json_ref s, struct listed *x,
                         struct why *w)
{
    json_ref p = json_member(&g->config, s, "publisher"), name = json_member(&g->config, p, "name");

    j->plain = x->plain = true;
    j->unsigned_ok = true;
    j->source.publisher = json_source(&g->config, p);
    j->source.role = SPAN("csaf_publisher");
    j->source.list = j->source.mirror = true;
    x->interval = span_str(word(g, s, "update_interval"));
    if (!json_text_of(&g->config, name, g->a, &j->source.name) || !x->interval.n || !g->key.key)
        return why_set(w, "config", WHY_NO_OFFSET, "CSAF 2.0 7.1.21",
                       "a publisher needs a name, an update_interval, and the sign_key that signs for it");
    return true;
}

static bool source(struct aggregating *g, json_ref s, struct advisory_job *j, struct why *w)
{
    struct listed x = { .name = NULL };
    char fetch[PATH_MAX], hex[64];
    struct digest d;
    bool reached;

    j->from = word(g, s, "from");
    if (!j->from)
        return why_set(w, "config", WHY_NO_OFFSET, NULL,
                       "a source says from: a domain, an address or a folder");
    digest_of(DIGEST_SHA256, span_str(j->from), &d);
    for (size_t i = 0; i < 8; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", d.b[i]);
    if (!provider_path(fetch, "%s/%s", g->fetch, hex))
        return false;
    j->fetch = fetch;
    if (json_member(&g->config, s, "publisher") != JSON_NONE && !settle_plain(g, j, s, &x, w))
        return false;
    reached = advisory_job_begin(j, w);
    if (!reached) {
        advisory_job_tell(j, span_str(j->from), w);
        why_clear(w);
        if (j->plain || !advisory_job_recall(j, w))
            return false;
    }
    if (!j->source.list)
        return why_set(w, "unlisted", WHY_NO_OFFSET, "CSAF 2.0 7.1.7", "it does not want to be listed");
    x.name = folder_name(g, j, word(g, s, "name"), w);
    if (!x.name)
        return false;
    if (!g->lister && j->source.mirror && !mirror(g, j, &x, reached, w)) {
        /* What a broken folder or list left behind does not count; the mirror as it was does. */
        advisory_job_tell(j, span_str(j->from), w);
        why_clear(w);
        if (!mirror(g, j, &x, false, w))
            return false;
    }
    x.publisher = arena_copy(g->a, j->source.publisher);
    x.url = arena_copy(g->a, x.plain ? span_str(NULL) : j->source.url);
    x.role = j->source.role;
    if (!x.plain)
        x.updated = j->source.updated;
    g->item[g->n++] = x;
    if (reached && x.mirrored)
        advisory_job_done(j);
    return true;
}

static void one_source(struct aggregating *g, json_ref s)
{
    struct advisory_job j = { .a = g->a, .lock = -1, .key = g->key, .all = g->all };
    struct why w = { 0 };

    j.keyring = word(g, s, "keyring");
    j.unsigned_ok = is_true(g, s, "unsigned") && g->key.key;
    j.web.ca = g->ca;
    if (g->n == SOURCES || !source(g, s, &j, &w)) {
        if (g->n == SOURCES)
            (void)why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "at most %d sources", SOURCES);
        advisory_job_tell(&j, span_str(j.from ? j.from : "source"), &w);
    }
    g->faults += j.faults;
    advisory_job_end(&j);
}

static void put_party(struct aggregating *g, struct json_writer *j, const struct listed *x)
{
    struct buffer url;

    buf_init(&url, 1u << 16);
    buf_printf(&url, "%s/%s/provider-metadata.json", g->url, x->name);
    jw_object(j, NULL);
    jw_object(j, "metadata");
    jw_text(j, "last_updated", x->updated);
    jw_raw(j, "publisher", x->publisher);
    jw_text(j, "role", x->role);
    jw_text(j, "url", x->plain ? buf_span(&url) : x->url);
    jw_object_end(j);
    if (x->mirrored) {
        jw_array(j, "mirrors");
        jw_text(j, NULL, buf_span(&url));
        jw_array_end(j);
    }
    if (x->plain)
        jw_text(j, "update_interval", x->interval);
    jw_object_end(j);
    buf_free(&url);
}

static void put_parties(struct aggregating *g, struct json_writer *j, const char *list, bool plain)
{
    bool any = !plain;

    for (size_t i = 0; i < g->n; i++)
        any |= g->item[i].plain == plain;
    if (!any)
        return;
    jw_array(j, list);
    for (size_t i = 0; i < g->n; i++)
        if (g->item[i].plain == plain)
            put_party(g, j, &g->item[i]);
    jw_array_end(j);
}

/* The signature and hashes of the list itself are more than the standard asks. */
static bool sign(struct aggregating *g, struct span text, struct why *w)
{
    char path[PATH_MAX], sig[PATH_MAX];
    struct digest d;
    struct buffer b;
    bool ok;

    digest_of(DIGEST_SHA512, text, &d);
    buf_init(&b, 512);
    hex_put(&b, digest_span(&d));
    buf_str(&b, "  aggregator.json\n");
    ok = file_create(g->fresh, "aggregator.json.sha512", buf_span(&b), NULL, w);
    buf_free(&b);
    if (!ok || !g->key.key)
        return ok;
    return provider_path(path, "%s/aggregator.json", g->fresh) &&
           provider_path(sig, "%s/aggregator.json.asc", g->fresh) &&
           openpgp_sign(g->key.home, g->key.key, path, sig, w);
}

static bool put_aggregator(struct aggregating *g, const char *now, struct why *w)
{
    struct json_writer j;
    struct buffer b, url;
    struct arena a;
    bool ok;

    buf_init(&b, 1u << 22);
    buf_init(&url, 1u << 16);
    buf_printf(&url, "%s/aggregator.json", g->url);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_raw(&j, "aggregator", json_source(&g->config, json_member(&g->config, JSON_ROOT, "aggregator")));
    jw_str(&j, "aggregator_version", "2.0");
    jw_text(&j, "canonical_url", buf_span(&url));
    put_parties(g, &j, "csaf_providers", false);
    put_parties(g, &j, "csaf_publishers", true);
    jw_str(&j, "last_updated", now);
    jw_object_end(&j);
    arena_init(&a, 1u << 26);
    ok = buf_ok(&b) && csaf_aggregator_check(buf_span(&b), &a, w) &&
         file_create(g->fresh, "aggregator.json", buf_span(&b), NULL, w) && sign(g, buf_span(&b), w);
    arena_free(&a);
    buf_free(&b);
    buf_free(&url);
    return ok;
}

static bool read_config(struct aggregating *g, const char *path)
{
    struct why w = { 0 };
    struct span s, url;
    json_ref category;

    if (!cli_read(path, g->a, &s, &w) || !json_parse(s, g->a, &g->config, &w)) {
        cli_why("advisory", path, &w);
        return false;
    }
    category = json_member(&g->config, json_member(&g->config, JSON_ROOT, "aggregator"), "category");
    g->lister = json_text_is(&g->config, category, "lister");
    g->out = word(g, JSON_ROOT, "out");
    g->ca = word(g, JSON_ROOT, "ca");
    g->key.key = word(g, JSON_ROOT, "sign_key");
    g->key.home = word(g, JSON_ROOT, "gpg_home");
    g->url = word(g, JSON_ROOT, "url");
    url = span_str(g->url);
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    g->url = url.n ? arena_str(g->a, url) : NULL;
    if (category != JSON_NONE && g->out && g->url && csaf_url(url, NULL) &&
        json_is(&g->config, json_member(&g->config, JSON_ROOT, "sources"), JSON_KIND_ARRAY))
        return true;
    (void)cli_usage("advisory", "%s wants JSON with aggregator (an object), url (https://…), out and sources",
                    path);
    return false;
}

static int aggregate(struct aggregating *g, const char *at)
{
    char now[TIME_TEXT];
    struct why w = { 0 };
    unix_time t = 0;
    json_ref list = json_member(&g->config, JSON_ROOT, "sources");

    if (!cli_time(at, &t))
        return cli_usage("advisory", "--at wants a date or a time");
    if (!provider_path(g->fresh, "%s.new-%ld", g->out, (long)getpid()) ||
        !provider_path(g->fetch, "%s.fetch", g->out) || !folder_make(g->fetch, NULL, &w) ||
        mkdir(g->fresh, 0755) != 0)
        return cli_usage("advisory", "%s cannot be made", g->out);
    for (json_ref s = json_first(&g->config, list); s != JSON_NONE; s = json_after(&g->config, list, s))
        one_source(g, s);
    if (put_aggregator(g, time_format(t, now), &w) && provider_replace(g->fresh, g->out, &w))
        return g->faults ? CLI_NEGATIVE : CLI_POSITIVE;
    provider_remove(g->fresh);
    cli_why("advisory", g->out, &w);
    return CLI_USAGE;
}

int advisory_aggregate_command(int argc, char **argv)
{
    struct aggregating *g = calloc(1, sizeof *g);
    const char *config = NULL, *at = NULL;
    bool help = false;
    const struct cli_text text[] = { { "config", &config }, { "at", &at }, { NULL, NULL } };
    const struct cli_flag flag[] = { { "all", &g->all }, { "help", &help }, { NULL, NULL } };
    struct arena a;
    int rc = CLI_USAGE;

    if (!g)
        abort();
    arena_init(&a, MEMORY);
    g->a = &a;
    if (!cli_options(argc, argv, text, flag))
        rc = cli_bad_option("advisory");
    else if (help || !config || optind != argc)
        rc = cli_usage("advisory", "aggregate wants --config");
    else if (read_config(g, config))
        rc = aggregate(g, at);
    arena_free(&a);
    free(g);
    return rc;
}
