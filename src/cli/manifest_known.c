/* What the sub-commands of serai manifest share: asking, printing, writing results. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/manifest.h"
#include "wire/json.h"

enum { ANSWER = 32 << 20, PAGE = 500 };

void manifest_put_query(struct buffer *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_printf(b, "%s%s=", memchr(b->p, '?', b->n) ? "&" : "?", name);
    for (; *value; value++) {
        if (ascii_digit(*value) || ascii_lower(*value) || ascii_upper(*value) || *value == '-' ||
            *value == '.')
            buf_u8(b, (uint8_t)*value);
        else
            buf_printf(b, "%%%02X", (unsigned)(uint8_t)*value);
    }
}

bool manifest_known(const struct manifest_call *k, const struct check_context *c, const char *reference,
                    struct arena *a, struct span *out, struct why *w)
{
    struct json_writer j;
    struct buffer b;
    char path[128];
    bool ok;

    if (!c) {
        (void)snprintf(path, sizeof path, "/v1/manifests/%.64s", reference);
        return ask_get(k->url, path, a, out, w);
    }
    buf_init(&b, ANSWER);
    j = json_to(&b);
    ok = manifest_show(c, span_str(reference), a, &j, w);
    *out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return ok;
}

/* ---- for people ---- */

static void print_counts(const struct json *j, json_ref object, const char *indent)
{
    for (json_ref m = json_first(j, object); m != JSON_NONE; m = json_after(j, object, m)) {
        struct span name = json_source(j, m);
        int64_t n;

        if (json_int64(j, json_value_of(j, m), &n) && n && name.n > 2)
            printf("%s%.*s: %lld\n", indent, (int)name.n - 2, (const char *)name.p + 1, (long long)n);
    }
}

static void print_member(const struct json *j, json_ref o, const char *name, struct arena *a)
{
    struct buffer b;
    struct span s;

    if (!json_text_of(j, json_member(j, o, name), a, &s) || !s.n)
        return;
    buf_init(&b, 4096);
    text_put_plain(&b, s);
    printf("%s: %s\n", name, buf_cstr(&b));
    buf_free(&b);
}

static void print_remarks(const struct json *j, json_ref list, struct arena *a)
{
    for (json_ref r = json_first(j, list); r != JSON_NONE; r = json_after(j, list, r)) {
        struct span code = { NULL, 0 }, text = { NULL, 0 };
        struct buffer b;
        int64_t at = 0;

        (void)!json_text_of(j, json_member(j, r, "code"), a, &code);
        (void)!json_text_of(j, json_member(j, r, "text"), a, &text);
        (void)!json_int64(j, json_member(j, r, "at"), &at);
        buf_init(&b, 4096);
        text_put_plain(&b, text);
        printf(_("remark at %lld: %.*s %s\n"), (long long)at, (int)code.n, (const char *)code.p,
               buf_cstr(&b));
        buf_free(&b);
    }
}

void manifest_print(struct span json)
{
    struct arena a;
    struct json j;
    json_ref summary, list;

    arena_init(&a, 64 << 20);
    if (json_parse(json, &a, &j, NULL)) {
        summary = json_member(&j, JSON_ROOT, "summary");
        list = json_member(&j, JSON_ROOT, "list");
        print_member(&j, JSON_ROOT, "id", &a);
        print_member(&j, list, "name", &a);
        print_member(&j, JSON_ROOT, "state", &a);
        print_member(&j, JSON_ROOT, "ends", &a);
        print_counts(&j, summary, "");
        print_counts(&j, json_member(&j, summary, "reasons"), "  ");
        print_counts(&j, json_member(&j, summary, "missing"), "  missing ");
        print_remarks(&j, json_member(&j, list, "remarks"), &a);
    }
    arena_free(&a);
}

/* ---- results ---- */

static bool is_csv(const char *path)
{
    size_t n = strlen(path);

    return n > 4 && strcmp(path + n - 4, ".csv") == 0;
}

static bool by_url(const struct manifest_call *k, const char *reference, bool csv, int64_t from,
                   struct arena *a, struct buffer *out, int64_t *next, struct why *w)
{
    struct buffer path;
    char number[24];
    struct json j;
    json_ref list;
    struct span got;
    bool ok;

    buf_init(&path, 4096);
    buf_printf(&path, "/v1/manifests/%.64s/results", reference);
    (void)snprintf(number, sizeof number, "%lld", (long long)from);
    manifest_put_query(&path, "from", number);
    manifest_put_query(&path, "most", "500");
    manifest_put_query(&path, "office", k->office);
    manifest_put_query(&path, "only", k->only);
    manifest_put_query(&path, "view", k->organiser ? "organiser" : NULL);
    manifest_put_query(&path, "rows", csv ? "csv" : NULL);
    ok = ask_get(k->url, buf_cstr(&path), a, &got, w);
    buf_free(&path);
    if (!ok || !json_parse(got, a, &j, w))
        return false;
    *next = 0;
    (void)!json_int64(&j, json_member(&j, JSON_ROOT, "next"), next);
    list = json_member(&j, JSON_ROOT, "results");
    for (json_ref r = json_first(&j, list); r != JSON_NONE; r = json_after(&j, list, r)) {
        struct span line = json_source(&j, r);

        if (csv && !json_text_of(&j, r, a, &line))
            return false;
        buf_put(out, line);
        if (!csv)
            buf_u8(out, '\n');
    }
    return true;
}

/* Objects stand with a comma between them: a line each. */
static void put_lines(struct span objects, struct buffer *out)
{
    unsigned depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < objects.n; i++) {
        uint8_t c = objects.p[i];

        if (quoted) {
            if (c == '\\') {
                buf_u8(out, c);
                c = objects.p[++i];
            } else if (c == '"') {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c == ',' && depth == 0) {
            c = '\n';
        }
        buf_u8(out, c);
    }
    if (objects.n)
        buf_u8(out, '\n');
}

static bool by_folder(const struct manifest_call *k, const struct check_context *c, const char *reference,
                      bool csv, int64_t from, unix_time now, struct arena *a, struct buffer *out,
                      int64_t *next, struct why *w)
{
    const struct manifest_page q = { .reference = span_str(reference),
                                     .office = span_str(k->office),
                                     .view = k->organiser ? MANIFEST_ORGANISER : MANIFEST_OFFICER,
                                     .from = from,
                                     .most = PAGE,
                                     .only = span_str(k->only) };
    struct buffer page;
    size_t n = 0;
    bool ok;

    if (csv)
        return manifest_results(c, &q, true, now, a, out, &n, next, w);
    buf_init(&page, ANSWER);
    ok = manifest_results(c, &q, false, now, a, &page, &n, next, w);
    put_lines(buf_span(&page), out);
    buf_free(&page);
    return ok;
}

static bool write_pages(const struct manifest_call *k, const struct check_context *c, const char *reference,
                        bool csv, unix_time now, FILE *to, struct why *w)
{
    int64_t next = 1;
    struct buffer out;
    struct arena a;
    bool ok = true;

    buf_init(&out, ANSWER);
    if (csv)
        manifest_csv_header(k->organiser ? MANIFEST_ORGANISER : MANIFEST_OFFICER, &out);
    while (ok && next) {
        arena_init(&a, 256 << 20);
        ok = c ? by_folder(k, c, reference, csv, next, now, &a, &out, &next, w)
               : by_url(k, reference, csv, next, &a, &out, &next, w);
        arena_free(&a);
        if (ok && !buf_ok(&out))
            ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a page of results is too long");
        if (ok && out.n && fwrite(out.p, 1, out.n, to) != out.n)
            ok = why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot be written");
        buf_reset(&out);
    }
    buf_free(&out);
    return ok;
}

bool manifest_write_results(const struct manifest_call *k, const struct check_context *c,
                            const char *reference, unix_time now, struct why *w)
{
    const char *path = k->out ? k->out : "-";
    char part[4096];
    FILE *to;
    bool ok;
    int fd;

    if (strcmp(path, "-") == 0)
        return write_pages(k, c, reference, false, now, stdout, w) &&
               (fflush(stdout) == 0 || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot be written"));
    (void)snprintf(part, sizeof part, "%s.part", path);
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); /* of persons: nobody else reads it */
    to = fd < 0 ? NULL : fdopen(fd, "w");
    if (!to) {
        if (fd >= 0)
            (void)close(fd);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot be written: %s", strerror(errno));
    }
    ok = write_pages(k, c, reference, is_csv(path), now, to, w);
    if (fclose(to) != 0 && ok)
        ok = why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot be written");
    if (ok && rename(part, path) != 0)
        ok = why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot be written: %s", strerror(errno));
    if (!ok)
        (void)unlink(part);
    return ok;
}
