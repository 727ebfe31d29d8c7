#include <getopt.h>
#include <stdlib.h>

#include "cli/cyber.h"
#include "cli/options.h"
#include "detect/delta.h"
#include "wire/json_write.h"

struct delta_counts {
    int64_t added, withdrawn;
};

static void count(void *ctx, const struct detect_change *c)
{
    struct delta_counts *n = ctx;

    n->added += c->what == DETECT_ADDED;
    n->withdrawn += c->what == DETECT_WITHDRAWN;
}

static bool count_delta(const char *path, const struct detect_image *i, struct delta_counts *out,
                        struct why *w)
{
    struct detect_delta d;
    bool ok = detect_delta_open(path, &d, w);

    if (ok && detect_delta_is_of(&d, i))
        ok = detect_delta_read(&d, detect_delta_length(&d), count, out, w);
    detect_delta_close(&d);
    return ok;
}

static void put_notes(struct json_writer *w, const struct detect_image *i, unsigned wanted, const char *key)
{
    struct detect_list l;
    struct span bytes;
    unsigned note;
    uint64_t at = 0;

    jw_array(w, key);
    while (detect_image_note(i, &at, &note, &bytes))
        if (note == wanted)
            jw_text(w, NULL, wanted == DETECT_NOTE_LIST && detect_list_of(bytes, &l) ? l.name : bytes);
    jw_array_end(w);
}

static int64_t patterns(const struct detect_image *i)
{
    struct span bytes;
    unsigned note;
    uint64_t at = 0;
    int64_t n = 0;

    while (detect_image_note(i, &at, &note, &bytes))
        n += note == DETECT_NOTE_PATTERN;
    return n;
}

static void put(struct buffer *b, const struct detect_image *i, const struct delta_counts *d)
{
    struct json_writer w = json_to(b);
    char made[TIME_TEXT];

    jw_object(&w, NULL);
    jw_str(&w, "holds", i->sign == DETECT_WARNING ? "warning lists" : "indicators");
    jw_str(&w, "made", time_format(i->made, made));
    jw_int(&w, "age_seconds", cli_now() - i->made);
    jw_int(&w, "indicators", (int64_t)i->count);
    jw_int(&w, "patterns", patterns(i));
    jw_object(&w, "kinds");
    for (unsigned k = 0; k < DETECT_KINDS; k++)
        if (i->of[k])
            jw_int(&w, k == DETECT_CIDR6 ? "cidr6" : detect_kind_word(k), (int64_t)i->of[k]);
    jw_object_end(&w);
    jw_int(&w, "bytes", (int64_t)i->n);
    jw_real(&w, "bytes_an_indicator", i->count ? (double)i->n / (double)i->count : 0);
    jw_int(&w, "added_since", d->added);
    jw_int(&w, "withdrawn_since", d->withdrawn);
    put_notes(&w, i, DETECT_NOTE_SOURCE, "sources");
    put_notes(&w, i, DETECT_NOTE_LIST, "warninglists");
    jw_object_end(&w);
}

static void say(const struct detect_image *i, const struct delta_counts *d)
{
    char made[TIME_TEXT];

    printf(_("%llu %s, made %s, %lld hours ago; %.1f bytes each\n"), (unsigned long long)i->count,
           i->sign == DETECT_WARNING ? _("entries of warning lists") : _("indicators"),
           time_format(i->made, made), (long long)((cli_now() - i->made) / 3600),
           i->count ? (double)i->n / (double)i->count : 0);
    for (unsigned k = 0; k < DETECT_KINDS; k++)
        if (i->of[k])
            printf("  %-11s %llu\n", k == DETECT_CIDR6 ? "cidr (IPv6)" : detect_kind_word(k),
                   (unsigned long long)i->of[k]);
    if (patterns(i))
        printf("  %-11s %lld\n", _("patterns"), (long long)patterns(i));
    printf(_("since then: %lld added, %lld withdrawn\n"), (long long)d->added, (long long)d->withdrawn);
}

int cyber_image_command(int argc, char **argv)
{
    bool json = false, help = false;
    const struct cli_text text[] = { { NULL, NULL } };
    const struct cli_flag flag[] = { { "json", &json }, { "help", &help }, { NULL, NULL } };
    struct delta_counts d = { 0 };
    struct detect_image i;
    struct why w = { 0 };
    struct buffer b;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option("cyber image");
    if (argc - optind != 1)
        return cli_usage("cyber image", "name one image");
    if (!detect_image_open(argv[optind], &i, &w) || !count_delta(argv[optind], &i, &d, &w)) {
        cli_why("cyber image", argv[optind], &w);
        return strcmp(w.reason, "io") == 0 ? CLI_USAGE : CLI_NEGATIVE;
    }
    if (json) {
        buf_init(&b, 4 * 1024 * 1024);
        put(&b, &i, &d);
        puts(buf_cstr(&b));
        buf_free(&b);
    } else {
        say(&i, &d);
    }
    detect_image_close(&i);
    return CLI_POSITIVE;
}
