#include <getopt.h>

#include "cli/cyber.h"
#include "cli/cyber_source.h"
#include "cli/options.h"
#include "wire/json_write.h"

static void tell(const struct detect_source_counts *c, const char *out, bool json)
{
    struct buffer b;
    struct json_writer w;

    if (!json) {
        printf(_("%s: %llu indicators, %llu patterns; refused %llu, revoked %llu, over %llu\n"), out,
               (unsigned long long)c->taken, (unsigned long long)c->patterns, (unsigned long long)c->refused,
               (unsigned long long)c->revoked, (unsigned long long)c->expired);
        return;
    }
    buf_init(&b, 4096);
    w = json_to(&b);
    jw_object(&w, NULL);
    jw_str(&w, "image", out);
    jw_int(&w, "indicators", (int64_t)c->taken);
    jw_int(&w, "patterns", (int64_t)c->patterns);
    jw_int(&w, "refused", (int64_t)c->refused);
    jw_int(&w, "revoked", (int64_t)c->revoked);
    jw_int(&w, "expired", (int64_t)c->expired);
    jw_object_end(&w);
    puts(buf_cstr(&b));
    buf_free(&b);
}

int cyber_compile_command(int argc, char **argv)
{
    const char *out = NULL;
    bool warnings = false, json = false, help = false, ok = true;
    const struct cli_text text[] = { { "out", &out }, { NULL, NULL } };
    const struct cli_flag flag[] = {
        { "warninglists", &warnings }, { "json", &json }, { "help", &help }, { NULL, NULL }
    };
    struct detect_source_counts sum = { 0 };
    struct detect_build *b;
    struct why w = { 0 };

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("cyber compile");
    if (!out || optind == argc)
        return cli_usage("cyber compile", "--out IMAGE and files of indicators are needed");
    b = cyber_build(warnings ? DETECT_WARNING : DETECT_ALERT, NULL);
    for (int i = optind; ok && i < argc; i++)
        ok = cyber_add("cyber compile", b, argv[i], warnings, &sum);
    if (ok && !detect_build_write(b, out, &w)) {
        cli_why("cyber compile", out, &w);
        ok = false;
    }
    detect_build_free(b);
    if (!ok)
        return CLI_USAGE;
    tell(&sum, out, json);
    return CLI_POSITIVE;
}
