/* serai trust export --format der | pem | folder: what this node believes, as certificates for other
 * programs. */
#include <errno.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/trust.h"
#include "seal/crl.h"
#include "seal/issue_certificate.h"

enum { EXPORT_MOST = 512 * 1024 * 1024 };

/* One file, written whole or not at all; certificates one behind the other. */
static bool save_file(const struct anchor_set *s, bool pem, const char *out, struct why *w)
{
    const struct anchor *a;
    struct buffer b;
    bool ok;

    buf_init(&b, EXPORT_MOST);
    for (size_t i = 0; (a = anchor_at(s, i)) != NULL; i++) {
        if (pem)
            certificate_pem(a->cert.der, &b);
        else
            buf_put(&b, a->cert.der);
    }
    ok = buf_ok(&b) ? cli_write(out, buf_span(&b), 0644, w)
                    : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "there is too much to export");
    buf_free(&b);
    return ok;
}

/* A file for each, named by its digest; revocation lists too. */
static bool save_folder(const struct anchor_set *s, const char *out, struct why *w)
{
    const struct anchor *a;
    struct anchor_crl c;
    struct buffer path;
    struct digest d;
    bool ok = true;

    if (mkdir(out, 0755) != 0 && errno != EEXIST)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make %s: %s", out, strerror(errno));
    buf_init(&path, 8192);
    for (size_t i = 0; ok && (a = anchor_at(s, i)) != NULL; i++) {
        buf_reset(&path);
        buf_printf(&path, "%s/", out);
        hex_put(&path, span_of(a->sha256, 32));
        buf_str(&path, ".cer");
        ok = cli_write(buf_cstr(&path), a->cert.der, 0644, w);
    }
    for (size_t i = 0; ok && anchor_crl_at(s, i, &c); i++) {
        digest_of(DIGEST_SHA256, c.crl->der, &d);
        buf_reset(&path);
        buf_printf(&path, "%s/", out);
        hex_put(&path, digest_span(&d));
        buf_str(&path, ".crl");
        ok = cli_write(buf_cstr(&path), c.crl->der, 0644, w);
    }
    buf_free(&path);
    return ok;
}

bool trust_is_save_format(const char *format)
{
    return strcmp(format, "der") == 0 || strcmp(format, "pem") == 0 || strcmp(format, "folder") == 0;
}

int trust_save(const char *node, const char *format, const char *out)
{
    static struct instance i;
    struct why w = { 0 };
    bool ok;

    if (strcmp(format, "folder") == 0 && strcmp(out, "-") == 0)
        return cli_usage("trust", "--format folder wants --out FOLDER");
    if (!trust_open_node(node, &i))
        return CLI_USAGE;
    ok = strcmp(format, "folder") == 0 ? save_folder(i.anchors, out, &w)
                                       : save_file(i.anchors, strcmp(format, "pem") == 0, out, &w);
    if (!ok)
        cli_why("trust export", out, &w);
    instance_close(&i);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}
