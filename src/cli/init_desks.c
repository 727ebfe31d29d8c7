#include "cli/init_desks.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/licence_row.h"
#include "node/instance.h"

enum { PARTIES = 64, PATH = 4096 };

/* Plainly no licences of anybody. */
static const struct {
    const char *number, *status, *reason, *since, *until, *categories;
} specimens[] = {
    { "SPECIMEN-0001", "valid", "", "2020-05-01", "2099-05-01",
      "B:2020-05-01:2099-05-01;C:2021-05-01:2099-05-01" },
    { "SPECIMEN-0002", "suspended", "court-order", "2026-01-15", "", "B:2020-05-01:2099-05-01" },
    { "SPECIMEN-0003", "stolen", "reported-by-holder", "2026-02-01", "", "B:2020-05-01:2099-05-01" },
    { "SPECIMEN-0004", "expired", "", "2010-03-01", "2020-03-01", "B:2010-03-01:2020-03-01" },
    { "SPECIMEN-0005", "valid", "", "2020-05-01", "2099-05-01", "B:2020-05-01:2021-05-01" },
};

static bool make_folder(const char *path, struct why *w)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make %s: %s", path, strerror(errno));
}

static bool put_specimens(const char *folder, struct span member, unix_time now, struct why *w)
{
    struct node_config config;
    struct store *s = NULL;
    struct arena a;
    bool ok;

    arena_init(&a, 1 << 20);
    ok = cli_open_store(folder, false, &a, &config, &s, w);
    for (size_t i = 0; ok && i < sizeof specimens / sizeof *specimens; i++) {
        const struct licence_row r = { .number = span_str(specimens[i].number),
                                       .status = span_str(specimens[i].status),
                                       .reason = span_str(specimens[i].reason),
                                       .since = span_str(specimens[i].since),
                                       .until = span_str(specimens[i].until),
                                       .authority = SPAN("SPECIMEN licensing authority"),
                                       .birth = SPAN("1990-05-14"),
                                       .categories = span_str(specimens[i].categories) };

        ok = licence_row_put(s, member, &r, ROW_EITHER, now, &a, w);
    }
    store_close(s);
    arena_free(&a);
    return ok;
}

/* FOLDER/desks/asker: the node that the desk belongs to, three folders up. */
static bool link_back(const char *folder, struct why *w)
{
    char path[PATH + 16];

    (void)snprintf(path, sizeof path, "%s/desks", folder);
    if (!make_folder(path, w))
        return false;
    (void)snprintf(path, sizeof path, "%s/desks/asker", folder);
    return symlink("../../..", path) == 0 || errno == EEXIST ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot link %s: %s", path, strerror(errno));
}

static bool put_key(const char *folder, struct span member, struct why *w)
{
    char file[PATH + 16], name[16];
    uint8_t seed[NODE_SEED];
    struct buffer b;
    bool ok;

    (void)snprintf(file, sizeof file, "%s/node.key", folder);
    (void)snprintf(name, sizeof name, "%c%c.specimen", member.p[0] | 0x20, member.p[1] | 0x20);
    random_bytes(seed, sizeof seed);
    buf_init(&b, 1024);
    node_key_write(name, seed, &b);
    ok = cli_write(file, buf_span(&b), 0600, w);
    wipe(seed, sizeof seed);
    buf_free(&b);
    return ok;
}

static bool put_desk(const char *desks, struct span member, unix_time now, struct why *w)
{
    char folder[PATH], file[PATH + 16];
    struct buffer b;
    bool ok;

    (void)snprintf(folder, sizeof folder, "%s/%c%c", desks, member.p[0] | 0x20, member.p[1] | 0x20);
    (void)snprintf(file, sizeof file, "%s/node.conf", folder);
    buf_init(&b, 4096);
    buf_printf(
        &b,
        "# Stands for the node of %.*s: answers questions in the asking process. SPECIMEN register.\n"
        "member = %.*s\nname = %c%c.specimen\nagreement = ../../agreement\nstore = store.db\n"
        "node-key = node.key\n"
        "offence-authority = SPECIMEN traffic police\noffence-redress = SPECIMEN: in writing to the SPECIMEN "
        "traffic court\n# Back to the member that asks: steps about its notices go there.\ndesks = desks\n",
        (int)member.n, (const char *)member.p, (int)member.n, (const char *)member.p, member.p[0] | 0x20,
        member.p[1] | 0x20);
    ok = make_folder(folder, w) && link_back(folder, w) && put_key(folder, member, w) &&
         cli_write(file, buf_span(&b), 0644, w) && put_specimens(folder, member, now, w);
    buf_free(&b);
    return ok;
}

bool init_desks(const char *folder, const char *own, const char *members, const struct agreement *agreement,
                unix_time now, struct why *w)
{
    struct span party[PARTIES], home = span_str(own), rest = span_str(members), word;
    size_t n = 0;
    char desks[PATH - 16];

    if ((size_t)snprintf(desks, sizeof desks, "%s/desks", folder) >= sizeof desks)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (strcmp(members, "all") == 0) {
        n = agreement_parties(agreement, party, PARTIES);
        n = n < PARTIES ? n : PARTIES;
    }
    while (strcmp(members, "all") != 0 && n < PARTIES && text_split(&rest, ' ', &word))
        if (word.n)
            party[n++] = word;
    if (!make_folder(desks, w))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (span_eq(party[i], home))
            continue;
        if (!agreement_is_party(agreement, party[i]))
            return why_set(w, "agreement", WHY_NO_OFFSET, NULL, "--desks: %.*s is no party of the agreement",
                           (int)party[i].n, (const char *)party[i].p);
        if (!put_desk(desks, party[i], now, w))
            return false;
    }
    return true;
}
