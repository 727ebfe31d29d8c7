/* serai permission issue: what was granted, as files. */
#include "base/text.h"
#include "cli/permission.h"

static bool write_one(struct permission_call *c, const struct json *j, const char *form, struct why *w)
{
    struct span base64;
    struct buffer b;
    char path[4096];
    size_t bad;
    bool ok;

    if (!json_text_of(j, json_member(j, JSON_ROOT, form), &c->arena, &base64))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the answer holds no %s", form);
    if ((size_t)snprintf(path, sizeof path, "%s.%s", c->out, form) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    buf_init(&b, 32 << 20);
    ok = base64_decode(base64, BASE64_STD, &b, &bad) && buf_ok(&b)
             ? cli_write(path, buf_span(&b), 0600, w)
             : why_set(w, "io", WHY_NO_OFFSET, NULL, "the answer cannot be read");
    buf_free(&b);
    return ok;
}

int permission_hand_out(struct permission_call *c)
{
    static const char *const names[] = { "permission", "reference", "until", NULL };
    struct why w = { 0 };
    struct span answer;
    unsigned status;
    struct json j;
    int code;

    if (!permission_call(c, &answer, &status, &code))
        return code;
    if (!json_parse(answer, &c->arena, &j, &w) ||
        (c->out &&
         (!write_one(c, &j, "seal", &w) || !write_one(c, &j, "pdf", &w) || !write_one(c, &j, "png", &w)))) {
        cli_why(c->command, c->out, &w);
        return CLI_USAGE;
    }
    if (!c->json)
        permission_print(&j, JSON_ROOT, names);
    return code;
}

int permission_issue_command(int argc, char **argv)
{
    static const struct permission_option options[] = {
        { "reference", false }, { "officer", false }, { "form", false }, { "place", false }, { NULL, false }
    };
    struct permission_call c = {
        .command = "permission issue", .path = "/v1/applications/issue", .op = permit_issue, .option = options
    };
    int code;

    if (!permission_options(&c, argc, argv, &code))
        return code;
    code = permission_hand_out(&c);
    permission_call_end(&c);
    return code;
}
