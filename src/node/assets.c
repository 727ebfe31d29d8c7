#include "node/assets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "wire/po.h"

enum { ASSET_BYTES = 1024 * 1024 };

/* The page whose scripts compile serai.wasm. */
#define WASM_PAGE "/roadside.html"

static const struct {
    const char *path, *file, *type;
} files[] = {
    { "/", "lane.html", "text/html; charset=utf-8" },
    { "/openapi.json", "openapi.json", "application/json" },
    { "/console.css", "console.css", "text/css; charset=utf-8" },
    { "/trust.html", "trust.html", "text/html; charset=utf-8" },
    { "/lane.js", "lane.js", "text/javascript; charset=utf-8" },
    { "/lane-form.js", "lane-form.js", "text/javascript; charset=utf-8" },
    { "/lane-late.js", "lane-late.js", "text/javascript; charset=utf-8" },
    { "/lane-worker.js", "lane-worker.js", "text/javascript; charset=utf-8" },
    { "/lane.webmanifest", "lane.webmanifest", "application/manifest+json" },
    { "/offline.js", "offline.js", "text/javascript; charset=utf-8" },
    { "/offline-worker.js", "offline-worker.js", "text/javascript; charset=utf-8" },
    { "/queue.js", "queue.js", "text/javascript; charset=utf-8" },
    { "/api.js", "api.js", "text/javascript; charset=utf-8" },
    { "/problem.js", "problem.js", "text/javascript; charset=utf-8" },
    { "/trust.css", "trust.css", "text/css; charset=utf-8" },
    { "/trust-ages.js", "trust-ages.js", "text/javascript; charset=utf-8" },
    { "/statistics.js", "statistics.js", "text/javascript; charset=utf-8" },
    { "/trust.js", "trust.js", "text/javascript; charset=utf-8" },
    { "/paper.js", "paper.js", "text/javascript; charset=utf-8" },
    { "/page.js", "page.js", "text/javascript; charset=utf-8" },
    { "/live.js", "live.js", "text/javascript; charset=utf-8" },
    { "/header.js", "header.js", "text/javascript; charset=utf-8" },
    { "/dom.js", "dom.js", "text/javascript; charset=utf-8" },
    { "/drop.js", "drop.js", "text/javascript; charset=utf-8" },
    { "/chip.js", "chip.js", "text/javascript; charset=utf-8" },
    { "/certificate.js", "certificate.js", "text/javascript; charset=utf-8" },
    { "/camera.js", "camera.js", "text/javascript; charset=utf-8" },
    { "/evidence.js", "evidence.js", "text/javascript; charset=utf-8" },
    { "/language.js", "language.js", "text/javascript; charset=utf-8" },
    { "/verdict.js", "verdict.js", "text/javascript; charset=utf-8" },
    { "/roadside.html", "roadside.html", "text/html; charset=utf-8" },
    { "/roadside.css", "roadside.css", "text/css; charset=utf-8" },
    { "/roadside.js", "roadside.js", "text/javascript; charset=utf-8" },
    { "/roadside-answer.js", "roadside-answer.js", "text/javascript; charset=utf-8" },
    { "/roadside-evidence.js", "roadside-evidence.js", "text/javascript; charset=utf-8" },
    { "/roadside-known.js", "roadside-known.js", "text/javascript; charset=utf-8" },
    { "/roadside-offences.js", "roadside-offences.js", "text/javascript; charset=utf-8" },
    { "/roadside-pictograms.js", "roadside-pictograms.js", "text/javascript; charset=utf-8" },
    { "/roadside-scan.js", "roadside-scan.js", "text/javascript; charset=utf-8" },
    { "/roadside-verify.js", "roadside-verify.js", "text/javascript; charset=utf-8" },
    { "/roadside-worker.js", "roadside-worker.js", "text/javascript; charset=utf-8" },
    { "/roadside.webmanifest", "roadside.webmanifest", "application/manifest+json" },
    { "/start.html", "start.html", "text/html; charset=utf-8" },
    { "/start.js", "start.js", "text/javascript; charset=utf-8" },
    { "/act.js", "act.js", "text/javascript; charset=utf-8" },
    { "/need.html", "need.html", "text/html; charset=utf-8" },
    { "/complaints.html", "complaints.html", "text/html; charset=utf-8" },
    { "/hits.html", "hits.html", "text/html; charset=utf-8" },
    { "/hits.js", "hits.js", "text/javascript; charset=utf-8" },
    { "/complaints.js", "complaints.js", "text/javascript; charset=utf-8" },
    { "/complaint.js", "complaint.js", "text/javascript; charset=utf-8" },
    { "/notices.html", "notices.html", "text/html; charset=utf-8" },
    { "/notice-content.js", "notice-content.js", "text/javascript; charset=utf-8" },
    { "/notice-form.js", "notice-form.js", "text/javascript; charset=utf-8" },
    { "/notices.js", "notices.js", "text/javascript; charset=utf-8" },
    { "/redress.js", "redress.js", "text/javascript; charset=utf-8" },
    { "/screen.html", "screen.html", "text/html; charset=utf-8" },
    { "/screen.js", "screen.js", "text/javascript; charset=utf-8" },
    { "/cyber.html", "cyber.html", "text/html; charset=utf-8" },
    { "/cyber.css", "cyber.css", "text/css; charset=utf-8" },
    { "/cyber.js", "cyber.js", "text/javascript; charset=utf-8" },
    { "/cyber-words.js", "cyber-words.js", "text/javascript; charset=utf-8" },
    { "/cyber-graph.js", "cyber-graph.js", "text/javascript; charset=utf-8" },
    { "/cyber-exposure.html", "cyber-exposure.html", "text/html; charset=utf-8" },
    { "/cyber-exposure.js", "cyber-exposure.js", "text/javascript; charset=utf-8" },
    { "/cyber-drills.html", "cyber-drills.html", "text/html; charset=utf-8" },
    { "/cyber-drills.js", "cyber-drills.js", "text/javascript; charset=utf-8" },
    { "/cyber-contacts.js", "cyber-contacts.js", "text/javascript; charset=utf-8" },
    { "/cyber-rule.js", "cyber-rule.js", "text/javascript; charset=utf-8" },
    { "/cyber-maturity.html", "cyber-maturity.html", "text/html; charset=utf-8" },
    { "/cyber-maturity.js", "cyber-maturity.js", "text/javascript; charset=utf-8" },
    { "/cyber-inbox.html", "cyber-inbox.html", "text/html; charset=utf-8" },
    { "/cyber-inbox.js", "cyber-inbox.js", "text/javascript; charset=utf-8" },
    { "/cyber-object.html", "cyber-object.html", "text/html; charset=utf-8" },
    { "/cyber-object.js", "cyber-object.js", "text/javascript; charset=utf-8" },
    { "/cyber-desk.js", "cyber-desk.js", "text/javascript; charset=utf-8" },
    { "/cyber-playbooks.html", "cyber-playbooks.html", "text/html; charset=utf-8" },
    { "/cyber-playbooks.js", "cyber-playbooks.js", "text/javascript; charset=utf-8" },
    { "/cyber-playbook.js", "cyber-playbook.js", "text/javascript; charset=utf-8" },
    { "/cyber-capabilities.html", "cyber-capabilities.html", "text/html; charset=utf-8" },
    { "/cyber-capabilities.js", "cyber-capabilities.js", "text/javascript; charset=utf-8" },
    { "/cyber-advisories.html", "cyber-advisories.html", "text/html; charset=utf-8" },
    { "/cyber-advisories.js", "cyber-advisories.js", "text/javascript; charset=utf-8" },
    { "/cyber-release.html", "cyber-release.html", "text/html; charset=utf-8" },
    { "/cyber-release.js", "cyber-release.js", "text/javascript; charset=utf-8" },
    { "/complaint-office.html", "complaint-office.html", "text/html; charset=utf-8" },
    { "/complaint-office.js", "complaint-office.js", "text/javascript; charset=utf-8" },
    { "/receipt.html", "receipt.html", "text/html; charset=utf-8" },
    { "/receipt.js", "receipt.js", "text/javascript; charset=utf-8" },
    { "/need.js", "need.js", "text/javascript; charset=utf-8" },
    { "/apply.html", "apply.html", "text/html; charset=utf-8" },
    { "/apply.js", "apply.js", "text/javascript; charset=utf-8" },
    { "/desk.html", "desk.html", "text/html; charset=utf-8" },
    { "/desk.js", "desk.js", "text/javascript; charset=utf-8" },
    { "/manifest.html", "manifest.html", "text/html; charset=utf-8" },
    { "/manifest.js", "manifest.js", "text/javascript; charset=utf-8" },
    { "/slot.html", "slot.html", "text/html; charset=utf-8" },
    { "/slot.css", "slot.css", "text/css; charset=utf-8" },
    { "/slot.js", "slot.js", "text/javascript; charset=utf-8" },
    { "/slot-words.js", "slot-words.js", "text/javascript; charset=utf-8" },
    { "/waiting.html", "waiting.html", "text/html; charset=utf-8" },
    { "/waiting.js", "waiting.js", "text/javascript; charset=utf-8" },
    { "/barrier.html", "barrier.html", "text/html; charset=utf-8" },
    { "/barrier.js", "barrier.js", "text/javascript; charset=utf-8" },
    { "/csv.js", "csv.js", "text/javascript; charset=utf-8" },
    { "/chart.js", "chart.js", "text/javascript; charset=utf-8" },
    { "/decided.js", "decided.js", "text/javascript; charset=utf-8" },
    { "/pictures.css", "pictures.css", "text/css; charset=utf-8" },
    { "/federation.html", "federation.html", "text/html; charset=utf-8" },
    { "/federation.js", "federation.js", "text/javascript; charset=utf-8" },
    { "/federation-map.js", "federation-map.js", "text/javascript; charset=utf-8" },
    { "/agreement.html", "agreement.html", "text/html; charset=utf-8" },
    { "/agreement.js", "agreement.js", "text/javascript; charset=utf-8" },
    { "/agreement-rule.js", "agreement-rule.js", "text/javascript; charset=utf-8" },
    { "/agreement-what-if.js", "agreement-what-if.js", "text/javascript; charset=utf-8" },
    { "/operator.html", "operator.html", "text/html; charset=utf-8" },
    { "/operator.js", "operator.js", "text/javascript; charset=utf-8" },
    { "/signin.html", "signin.html", "text/html; charset=utf-8" },
    { "/signin.js", "signin.js", "text/javascript; charset=utf-8" },
    { "/signin-passkey.js", "signin-passkey.js", "text/javascript; charset=utf-8" },
    { "/account.html", "account.html", "text/html; charset=utf-8" },
    { "/account.js", "account.js", "text/javascript; charset=utf-8" },
    { "/persons.html", "persons.html", "text/html; charset=utf-8" },
    { "/persons.js", "persons.js", "text/javascript; charset=utf-8" },
    { "/mark.svg", "mark.svg", "image/svg+xml" },
};

/* FNV-1a: tells versions of a file apart; nothing depends on it being hard to forge. */
static void etag_of(struct span s, char out[ETAG])
{
    uint64_t h = 0xcbf29ce484222325;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ s.p[i]) * 0x100000001b3;
    (void)snprintf(out, ETAG, "\"%016llx\"", (unsigned long long)h);
}

static bool load(const char *path, struct arena *a, struct span *out, struct why *w)
{
    uint8_t *mem = arena_alloc(a, ASSET_BYTES);
    FILE *f = fopen(path, "rb");
    size_t n;

    if (!f || !mem) {
        (void)why_set(w, "console", WHY_NO_OFFSET, NULL, "cannot read %s: %s", path, strerror(errno));
        if (f)
            (void)fclose(f);
        return false;
    }
    n = fread(mem, 1, ASSET_BYTES, f);
    (void)fclose(f);
    if (n == ASSET_BYTES)
        return why_set(w, "console", WHY_NO_OFFSET, NULL, "%s is larger than %d bytes", path,
                       ASSET_BYTES - 1);
    *out = span_of(mem, n);
    return true;
}

/* Every file of the console is text or a module: all of them shrink, and none holds anything of a person. */
static void pack(struct asset *item, struct arena *a)
{
    for (enum coding c = CODING_GZIP; c < CODINGS && item->body.n >= LIMIT_PACKED; c++) {
        if (!coding_pack(c, CODING_SMALL, item->body, a, &item->packed[c]))
            item->packed[c] = (struct span){ NULL, 0 };
    }
}

static bool put(struct span body, const char *path, const char *type, struct arena *a, struct assets *out,
                struct why *w)
{
    struct asset *item = &out->item[out->n];

    if (out->n == ASSETS_MAX)
        return why_set(w, "console", WHY_NO_OFFSET, NULL, "more than %d files", ASSETS_MAX);
    *item = (struct asset){ .path = path, .type = type, .body = arena_copy(a, body) };
    if (!item->path || !item->body.p)
        return why_set(w, "console", WHY_NO_OFFSET, NULL, "the console is too large");
    item->runs_wasm = strcmp(path, WASM_PAGE) == 0;
    etag_of(item->body, item->etag);
    pack(item, a);
    out->n++;
    return true;
}

static bool add(const char *file, const char *path, const char *type, struct arena *a, struct assets *out,
                struct why *w)
{
    struct span body = { 0 };
    struct arena scratch;
    bool ok;

    arena_init(&scratch, 2 * ASSET_BYTES);
    ok = load(file, &scratch, &body, w) && put(body, path, type, a, out, w);
    arena_free(&scratch);
    return ok;
}

static bool keep_texts(const struct po *po, bool source, struct arena *a, struct asset *item)
{
    struct asset_text *text = arena_alloc(a, po->n * sizeof *text);
    size_t n = 0;

    for (size_t i = 0; text && i < po->n; i++) {
        const struct po_entry *e = &po->entry[i];
        struct span s = source     ? e->plural ? e->id_plural : e->id
                        : e->forms ? e->text[e->forms - 1]
                                   : SPAN("");

        if (!e->context.n || !s.n)
            continue;
        text[n] = (struct asset_text){ arena_str(a, e->context), arena_str(a, s) };
        if (!text[n].name || !text[n].text)
            return false;
        n++;
    }
    item->texts = text;
    item->n_texts = n;
    return text != NULL;
}

/* po/NAME as /i18n/LANGUAGE.json, of the template its ids. */
static bool add_catalogue(const char *folder, struct span name, struct span language, struct arena *a,
                          struct assets *out, struct why *w)
{
    char file[4096], path[64];
    struct span text = { 0 };
    struct arena scratch;
    struct buffer b;
    struct po po;
    bool ok;

    (void)snprintf(file, sizeof file, "%s/po/%.*s", folder, (int)name.n, (const char *)name.p);
    (void)snprintf(path, sizeof path, "/i18n/%.*s.json", (int)language.n, (const char *)language.p);
    arena_init(&scratch, 8 * (size_t)ASSET_BYTES);
    buf_init(&b, ASSET_BYTES);
    ok = load(file, &scratch, &text, w) && po_parse(text, &scratch, &po, w);
    if (ok) {
        po_put_json(&po, span_eq_str(name, "serai.pot"), &b);
        ok = (buf_ok(&b) || why_set(w, "console", WHY_NO_OFFSET, NULL, "%s is too large", file)) &&
             put(buf_span(&b), arena_str(a, span_str(path)), "application/json", a, out, w);
    }
    if (ok) {
        struct asset *item = &out->item[out->n - 1];

        item->right_to_left = span_eq_str(po_header(&po, "X-Direction"), "rtl");
        ok = keep_texts(&po, span_eq_str(name, "serai.pot"), a, item) ||
             why_set(w, "console", WHY_NO_OFFSET, NULL, "the console is too large");
    }
    buf_free(&b);
    arena_free(&scratch);
    return ok;
}

/* English, which is the template, and each language that po/LINGUAS has a line for. */
static bool add_catalogues(const char *folder, struct arena *a, struct assets *out, struct why *w)
{
    char path[4096];
    struct span rest, line;
    struct arena scratch;
    bool ok;

    (void)snprintf(path, sizeof path, "%s/po/LINGUAS", folder);
    arena_init(&scratch, 2 * ASSET_BYTES);
    ok = load(path, &scratch, &rest, w) &&
         add_catalogue(folder, span_str("serai.pot"), span_str("en"), a, out, w);
    while (ok && text_split(&rest, '\n', &line)) {
        char name[16];

        line = text_trim(line);
        if (line.n == 0 || line.n > 8)
            continue;
        (void)snprintf(name, sizeof name, "%.*s.po", (int)line.n, (const char *)line.p);
        ok = add_catalogue(folder, span_str(name), line, a, out, w);
    }
    arena_free(&scratch);
    return ok;
}

/* Outlines of States (tools/world-map): where they could not be had the file is there and empty. */
static void add_map(const char *folder, struct arena *a, struct assets *out)
{
    static const char outlines[] = "/map.json", type[] = "application/json";
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/web%s", folder, outlines);
    if (!add(path, outlines, type, a, out, NULL))
        (void)add(SERAI_MAP, outlines, type, a, out, NULL);
}

bool assets_load(const char *folder, struct arena *a, struct assets *out, struct why *w)
{
    static const char module[] = "/serai.wasm", type[] = "application/wasm";
    char path[4096];

    out->n = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        (void)snprintf(path, sizeof path, "%s/web/%s", folder, files[i].file);
        if (!add(path, files[i].path, files[i].type, a, out, w))
            return false;
    }
    if (!add_catalogues(folder, a, out, w))
        return false;
    (void)snprintf(path, sizeof path, "%s/web%s", folder, module);
    if (!add(path, module, type, a, out, NULL))
        (void)add(SERAI_WASM, module, type, a, out, NULL);
    add_map(folder, a, out);
    return true;
}

const struct asset *asset_find(const struct assets *s, const char *path)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->item[i].path, path) == 0)
            return &s->item[i];
    return NULL;
}
