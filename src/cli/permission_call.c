/* What the sub-commands of serai permission share: options into a request, the request to a node. */
#include <getopt.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/ask.h"
#include "cli/permission.h"
#include "wire/json_write.h"

enum { REQUEST = 32 << 20, COMMON = 8 };

bool permission_options(struct permission_call *c, int argc, char **argv, int *code)
{
    struct option o[PERMISSION_OPTIONS + COMMON] = {
        { "node", required_argument, NULL, 'n' }, { "url", required_argument, NULL, 'u' },
        { "at", required_argument, NULL, 't' },   { "out", required_argument, NULL, 'o' },
        { "pdf", required_argument, NULL, 'p' },  { "language", required_argument, NULL, 'l' },
        { "json", no_argument, NULL, 'j' }
    };
    int k, index = 0;

    for (size_t i = 0; c->option[i].name; i++)
        o[i + COMMON - 1] = (struct option){ c->option[i].name, required_argument, NULL, 256 + (int)i };
    while ((k = getopt_long(argc, argv, "", o, &index)) != -1) {
        if (k == 'n')
            c->node = optarg;
        else if (k == 'u')
            c->url = optarg;
        else if (k == 't')
            c->at = optarg;
        else if (k == 'o')
            c->out = optarg;
        else if (k == 'p')
            c->pdf = optarg;
        else if (k == 'l')
            c->language = optarg;
        else if (k == 'j')
            c->json = true;
        else if (k >= 256)
            c->value[k - 256] = optarg;
        else
            return *code = cli_bad_option(c->command), false;
    }
    if ((c->pdf || c->language) && c->op != permit_show)
        return *code = cli_usage(c->command, "--pdf and --language are of permission show"), false;
    if (!c->node == !c->url)
        return *code = cli_usage(c->command, "one of --node and --url is needed"), false;
    arena_init(&c->arena, 256 << 20);
    return true;
}

const char *permission_value(const struct permission_call *c, const char *name)
{
    for (size_t i = 0; c->option[i].name; i++)
        if (strcmp(c->option[i].name, name) == 0)
            return c->value[i];
    return NULL;
}

static bool is_digits(const char *s)
{
    return *s && strspn(s, "0123456789") == strlen(s) && strlen(s) < 19;
}

static bool request_of(struct permission_call *c, struct span *out, struct why *w)
{
    struct json_writer j;
    struct buffer b;
    bool ok = true;

    if (c->body.p) {
        *out = c->body;
        return true;
    }
    buf_init(&b, REQUEST);
    j = json_to(&b);
    jw_object(&j, NULL);
    for (size_t i = 0; c->option[i].name && ok; i++) {
        if (!c->value[i])
            continue;
        if (!c->option[i].number)
            jw_str(&j, c->option[i].name, c->value[i]);
        else if (is_digits(c->value[i]))
            jw_raw(&j, c->option[i].name, span_str(c->value[i]));
        else
            ok = why_set(w, "request", WHY_NO_OFFSET, NULL, "--%s wants a whole number", c->option[i].name);
    }
    jw_object_end(&j);
    *out = arena_copy(&c->arena, buf_span(&b));
    buf_free(&b);
    return ok && (out->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the request is too long"));
}

/* ---- by a running node ---- */

static void put_escaped(struct buffer *b, const char *s)
{
    for (; *s; s++) {
        if (ascii_digit(*s) || ascii_lower(*s) || ascii_upper(*s) || *s == '-' || *s == '.')
            buf_u8(b, (uint8_t)*s);
        else
            buf_printf(b, "%%%02X", (unsigned)(uint8_t)*s);
    }
}

static bool by_url(struct permission_call *c, struct span request, struct span *answer, unsigned *status,
                   struct why *w)
{
    static const char incomplete[] = "\"reason\":\"incomplete\"";
    struct buffer path;
    bool ok, first = true;

    buf_init(&path, 16 * 1024);
    buf_str(&path, c->path);
    for (size_t i = 0; c->asked && c->option[i].name; i++) {
        if (!c->value[i])
            continue;
        buf_printf(&path, "%s%s=", first ? "?" : "&", c->option[i].name);
        put_escaped(&path, c->value[i]);
        first = false;
    }
    *answer = (struct span){ NULL, 0 };
    ok = c->asked ? ask_get(c->url, buf_cstr(&path), &c->arena, answer, w)
                  : ask_post(c->url, buf_cstr(&path), request, &c->arena, answer, w);
    buf_free(&path);
    if (!ok && answer->n && memmem(answer->p, answer->n, incomplete, sizeof incomplete - 1)) {
        *status = 422;
        ok = true;
    }
    return ok;
}

/* ---- on a folder ---- */

static bool by_folder(struct permission_call *c, struct span request, unix_time now, struct span *answer,
                      unsigned *status, struct why *w)
{
    static struct instance i;
    struct permit p;
    struct buffer b;
    bool ok;

    if (!instance_open(c->node, INSTANCE_STORE | INSTANCE_ISSUES, &i, w))
        return false;
    buf_init(&b, REQUEST);
    ok = permit_of(&i.config, &i.check, &i, cli_data(), &p, w) &&
         c->op(&p, request, now, &c->arena, &b, status, w);
    *answer = arena_copy(&c->arena, buf_span(&b));
    buf_free(&b);
    instance_close(&i);
    return ok && (answer->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long"));
}

bool permission_call(struct permission_call *c, struct span *answer, unsigned *status, int *code)
{
    struct why w = { 0 };
    struct span request;
    unix_time now;
    bool ok;

    *status = 200;
    *code = CLI_USAGE;
    if (!cli_time(c->at, &now))
        return *code = cli_usage(c->command, "--at wants a date or a time such as 2026-01-31T12:00:00Z"),
               false;
    ok = request_of(c, &request, &w) &&
         (c->url ? by_url(c, request, answer, status, &w) : by_folder(c, request, now, answer, status, &w));
    if (!ok) {
        ask_why(c->command, c->url ? c->url : c->node, &w);
        return false;
    }
    if (c->json) {
        if (answer->n)
            (void)fwrite(answer->p, 1, answer->n, stdout);
        (void)putchar('\n');
    }
    *code = *status == 422 ? CLI_NEGATIVE : CLI_POSITIVE;
    return true;
}

void permission_call_end(struct permission_call *c)
{
    arena_free(&c->arena);
}

void permission_print(const struct json *j, json_ref object, const char *const *names)
{
    struct arena a;
    struct buffer b;
    struct span s;
    int64_t n;

    arena_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    for (; *names; names++) {
        json_ref v = json_member(j, object, *names);

        if (json_text_of(j, v, &a, &s)) {
            buf_printf(&b, "%s: ", *names);
            text_put_plain(&b, s);
            buf_str(&b, "\n");
        } else if (json_int64(j, v, &n)) {
            buf_printf(&b, "%s: %lld\n", *names, (long long)n);
        }
    }
    (void)fputs(buf_cstr(&b), stdout);
    buf_free(&b);
    arena_free(&a);
}
