#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/advisory.h"
#include "cli/openpgp.h"
#include "cli/options.h"
#include "cli/provider.h"
#include "csaf/forms.h"
#include "csaf/schema.h"
#include "files/durable.h"
#include "wire/json_write.h"

enum { PROVIDERS = 256, MEMORY = 256 * 1024 * 1024 };

/* A provider as it says of itself, and how it is listed. */
struct source {
    struct span publisher, url, role, updated, key_url, fingerprint;
    char name[64]; /* of its folder */
    bool mirrored;
};

struct mirroring {
    const char *out, *fresh, *keyring;
    char quarantine[PATH_MAX];
    struct arena *a;
    struct span aggregator;
    const char *url;
    struct source source[PROVIDERS];
    size_t n, kept_back;
    struct provider *p; /* the one under way */
};

static bool count(void *ctx, enum shape_fault fault, json_ref at, const char *says)
{
    (void)at;
    (void)says;
    *(unsigned *)ctx += fault != SHAPE_UNKNOWN;
    return true;
}

static struct span text(const struct json *j, json_ref object, const char *name, struct arena *a)
{
    json_ref v = json_member(j, object, name);
    struct span s = { NULL, 0 };

    if (json_is(j, v, JSON_KIND_STRING) && !json_text_of(j, v, a, &s))
        s = (struct span){ NULL, 0 };
    return s;
}

/* Small letters and digits of the publisher's name; what is taken already gets a number. */
static void folder_name(struct mirroring *m, struct span name, char out[64])
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
    for (size_t i = 0; i < m->n; i++)
        if (strcmp(m->source[i].name, out) == 0) {
            (void)snprintf(out + strlen(out), 64 - strlen(out), "-%zu", m->n + 1);
            return;
        }
}

static bool read_source(struct mirroring *m, const char *from, struct source *s, bool *may_mirror,
                        struct why *w)
{
    char path[PATH_MAX];
    struct span t = { NULL, 0 };
    struct json j;
    json_ref keys, publisher;
    bool there = false;
    unsigned faults = 0;

    if (!provider_path(path, "%s/provider-metadata.json", from) ||
        !file_read(path, 1u << 22, m->a, &t, &there, w))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "provider-metadata.json cannot be read");
    if (!there)
        return why_set(w, "io", WHY_NO_OFFSET, "CSAF 2.0 7.1.7", "there is no provider-metadata.json");
    if (!json_parse(t, m->a, &j, w) ||
        !json_shape_check(&j, JSON_ROOT, &csaf_provider_shape, m->a, count, &faults, w))
        return false;
    if (faults)
        return why_set(w, "invalid", WHY_NO_OFFSET, "CSAF 2.0 7.1.7",
                       "provider-metadata.json is not of the shape of the standard");
    publisher = json_member(&j, JSON_ROOT, "publisher");
    keys = json_member(&j, JSON_ROOT, "public_openpgp_keys");
    *s = (struct source){ .publisher = json_source(&j, publisher),
                          .url = text(&j, JSON_ROOT, "canonical_url", m->a),
                          .role = text(&j, JSON_ROOT, "role", m->a),
                          .updated = text(&j, JSON_ROOT, "last_updated", m->a) };
    if (keys != JSON_NONE && json_first(&j, keys) != JSON_NONE) {
        s->key_url = text(&j, json_first(&j, keys), "url", m->a);
        s->fingerprint = text(&j, json_first(&j, keys), "fingerprint", m->a);
    }
    *may_mirror = json_is(&j, json_member(&j, JSON_ROOT, "mirror_on_CSAF_aggregators"), JSON_KIND_TRUE);
    folder_name(m, text(&j, publisher, "name", m->a), s->name);
    return true;
}

/* What failed is kept beside the mirror, where it is not served, with the reason. */
static bool keep_back(struct mirroring *m, const char *path, const struct why *why)
{
    char folder[PATH_MAX], name[PATH_MAX];
    const char *file = strrchr(path, '/') + 1, *provider = m->source[m->n].name;
    struct why w = { 0 };
    struct span s = { NULL, 0 };
    struct buffer b;
    struct arena a;
    bool there = false, ok;

    m->kept_back++;
    cli_put(stdout, path);
    (void)printf(": kept in quarantine: %s\n", why->detail);
    arena_init(&a, LIMIT_CSAF + (size_t)(1u << 20));
    buf_init(&b, 4096);
    buf_printf(&b, "%s: %s\n", why->reason ? why->reason : "", why->detail);
    ok = (mkdir(m->quarantine, 0700) == 0 || errno == EEXIST) &&
         provider_path(folder, "%s/%s", m->quarantine, provider) &&
         (mkdir(folder, 0700) == 0 || errno == EEXIST) && provider_path(name, "%s.reason", file) &&
         file_replace(folder, name, buf_span(&b), NULL, &w);
    if (ok && file_read(path, LIMIT_CSAF, &a, &s, &there, &w) && there)
        ok = file_replace(folder, file, s, NULL, &w);
    buf_free(&b);
    arena_free(&a);
    return ok;
}

/* 7.3.2: hash and signature before anything is parsed. */
static bool take(void *ctx, enum csaf_tlp tlp, const char *year, const char *path, struct why *w)
{
    struct mirroring *m = ctx;
    char sig[PATH_MAX];
    struct why why = { 0 };
    struct span s = { NULL, 0 };
    struct arena a;
    bool there = false, ok, has_signature;

    (void)year;
    if (tlp == CSAF_AMBER || tlp == CSAF_RED)
        return true;
    if (!provider_path(sig, "%s.asc", path))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a path is too long");
    has_signature = access(sig, R_OK) == 0;
    arena_init(&a, LIMIT_CSAF + (size_t)(1u << 20));
    ok = file_read(path, LIMIT_CSAF, &a, &s, &there, &why) && there && provider_hash(s, path, true, &why);
    arena_free(&a);
    if (ok && !has_signature)
        ok = why_set(&why, "unsigned", WHY_NO_OFFSET, "CSAF 2.0 7.1.19", "the signature is missing");
    ok = ok && openpgp_verify(m->keyring, path, sig, &why) && provider_add(m->p, path, sig, &why);
    if (ok)
        return true;
    if (why.reason && strcmp(why.reason, "no-gpg") == 0)
        return why_set(w, "no-gpg", WHY_NO_OFFSET, NULL, "%s", why.detail);
    return keep_back(m, path, &why) ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "the quarantine cannot be written");
}

static bool mirror_one(struct mirroring *m, const char *from, struct why *w)
{
    static const struct provider_key nobody = { NULL, NULL };
    struct source *s = &m->source[m->n];
    struct provider p = { .a = m->a, .list = true, .mirror = false, .open_only = true };
    char folder[PATH_MAX], url[PATH_MAX];
    bool may = false;

    if (m->n == PROVIDERS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "at most %d providers", PROVIDERS);
    if (!read_source(m, from, s, &may, w) || !provider_path(folder, "%s/%s", m->fresh, s->name) ||
        !provider_path(url, "%s/%s", m->url, s->name))
        return false;
    if (may) {
        p.url = url;
        p.publisher = s->publisher;
        p.role = arena_str(m->a, s->role);
        p.key_url = s->key_url.n ? arena_str(m->a, s->key_url) : NULL;
        p.fingerprint = s->fingerprint;
        m->p = &p;
        if (!provider_walk(from, take, m, w) || !provider_write(&p, folder, &nobody, w))
            return false;
        s->mirrored = true;
        (void)printf("%s: %zu advisories mirrored\n", s->name, p.n);
    }
    m->n++;
    return true;
}

static bool put_aggregator(struct mirroring *m, const char *now, struct why *w)
{
    struct json_writer j;
    struct buffer b, url;
    bool ok;

    buf_init(&b, 1u << 22);
    buf_init(&url, 1u << 16);
    buf_printf(&url, "%s/aggregator.json", m->url);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_raw(&j, "aggregator", m->aggregator);
    jw_str(&j, "aggregator_version", "2.0");
    jw_text(&j, "canonical_url", buf_span(&url));
    jw_array(&j, "csaf_providers");
    for (size_t i = 0; i < m->n; i++) {
        jw_object(&j, NULL);
        jw_object(&j, "metadata");
        jw_text(&j, "last_updated", m->source[i].updated);
        jw_raw(&j, "publisher", m->source[i].publisher);
        jw_text(&j, "role", m->source[i].role);
        jw_text(&j, "url", m->source[i].url);
        jw_object_end(&j);
        if (m->source[i].mirrored) {
            buf_reset(&url);
            buf_printf(&url, "%s/%s/provider-metadata.json", m->url, m->source[i].name);
            jw_array(&j, "mirrors");
            jw_text(&j, NULL, buf_span(&url));
            jw_array_end(&j);
        }
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_str(&j, "last_updated", now);
    jw_object_end(&j);
    ok = buf_ok(&b) && file_create(m->fresh, "aggregator.json", buf_span(&b), NULL, w);
    buf_free(&b);
    buf_free(&url);
    return ok;
}

static bool read_settings(const char *path, struct mirroring *m)
{
    struct why w = { 0 };
    struct span s, url;
    struct json j;

    if (!cli_read(path, m->a, &s, &w) || !json_parse(s, m->a, &j, &w)) {
        cli_why("advisory", path, &w);
        return false;
    }
    m->aggregator = json_source(&j, json_member(&j, JSON_ROOT, "aggregator"));
    if (!m->aggregator.n || !json_text_of(&j, json_member(&j, JSON_ROOT, "url"), m->a, &url) ||
        !form_uri(url) || !span_starts(url, SPAN("https://"))) {
        (void)cli_usage("advisory",
                        "--aggregator wants JSON with aggregator (an object) and url (https://…)");
        return false;
    }
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    m->url = arena_str(m->a, url);
    return m->url != NULL;
}

/* 7.1.22: at least two that are not the same. */
static bool disjoint(const struct mirroring *m)
{
    for (size_t i = 1; i < m->n; i++)
        if (!span_eq(m->source[i].publisher, m->source[0].publisher))
            return true;
    return false;
}

static int mirror(struct mirroring *m, const char *at, int n, char **from)
{
    char fresh[PATH_MAX], now[TIME_TEXT];
    struct why w = { 0 };
    unix_time t = 0;
    bool ok;

    if (!cli_time(at, &t))
        return cli_usage("advisory", "--at wants a date or a time");
    if (!provider_path(fresh, "%s.new-%ld", m->out, (long)getpid()) ||
        !provider_path(m->quarantine, "%s.quarantine", m->out) || mkdir(fresh, 0755) != 0)
        return cli_usage("advisory", "%s cannot be made", m->out);
    m->fresh = fresh;
    ok = true;
    for (int i = 0; ok && i < n; i++) {
        ok = mirror_one(m, from[i], &w);
        if (!ok)
            cli_why("advisory", from[i], &w);
    }
    if (ok && !(put_aggregator(m, time_format(t, now), &w) && provider_replace(fresh, m->out, &w))) {
        cli_why("advisory", m->out, &w);
        ok = false;
    }
    if (!ok) {
        provider_remove(fresh);
        return CLI_USAGE;
    }
    if (!disjoint(m))
        (void)fprintf(stderr,
                      "serai advisory: an aggregator lists at least two issuing parties (CSAF 2.0 7.1.22)\n");
    return m->kept_back || !disjoint(m) ? CLI_NEGATIVE : CLI_POSITIVE;
}

int advisory_mirror_command(int argc, char **argv)
{
    struct mirroring *m = calloc(1, sizeof *m);
    const char *settings = NULL, *at = NULL;
    bool help = false;
    struct arena a;
    int rc = CLI_USAGE;

    if (!m)
        abort();
    arena_init(&a, MEMORY);
    m->a = &a;
    {
        const struct cli_text text[] = { { "out", &m->out },
                                         { "aggregator", &settings },
                                         { "keyring", &m->keyring },
                                         { "at", &at },
                                         { NULL, NULL } };
        const struct cli_flag flag[] = { { "help", &help }, { NULL, NULL } };

        if (!cli_options(argc, argv, text, flag))
            rc = cli_bad_option("advisory");
        else if (help || !m->out || !settings || !m->keyring || optind == argc)
            rc =
                cli_usage("advisory", "mirror wants --out, --aggregator, --keyring and folders of providers");
        else if (read_settings(settings, m))
            rc = mirror(m, at, argc - optind, argv + optind);
    }
    arena_free(&a);
    free(m);
    return rc;
}
