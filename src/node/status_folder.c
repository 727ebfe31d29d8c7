#include "node/status_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "files/durable.h"

enum { PATH = 4096, NAME_BYTES = 12, NAME = 2 * NAME_BYTES + 5 };

static void pass_over(struct findings *f, const char *name, const struct why *w)
{
    finding_add(f, FINDING_WARNING, "status-token", WHY_NO_OFFSET, w->clause, "status token %s: %s%s%s", name,
                w->reason, w->detail[0] ? ": " : "", w->detail);
}

static void load_one(const char *folder, const char *name, struct status_tokens *out, struct arena *a,
                     struct findings *f)
{
    const char *source = arena_str(a, span_str(name));
    struct span bytes = { 0 };
    struct why w;
    char path[PATH];
    bool there = false;

    why_clear(&w);
    if (!source || snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        (void)why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    else if (file_read(path, LIMIT_FILE, a, &bytes, &there, &w) && there &&
             status_tokens_add(out, bytes, source, a, &w))
        return;
    if (w.reason)
        pass_over(f, name, &w);
}

static int visible(const struct dirent *e)
{
    return e->d_name[0] != '.' && e->d_type != DT_DIR && strcmp(e->d_name, "lock") != 0;
}

void status_folder_load(const char *path, struct status_tokens *out, struct arena *a, struct findings *f)
{
    struct dirent **entry = NULL;
    int n = scandir(path, &entry, visible, alphasort);

    if (n < 0 && errno != ENOENT)
        finding_add(f, FINDING_WARNING, "status-token", WHY_NO_OFFSET, NULL,
                    "cannot open the folder of status tokens %s: %s", path, strerror(errno));
    for (int i = 0; i < n; i++) {
        load_one(path, entry[i]->d_name, out, a, f);
        free(entry[i]);
    }
    free(entry);
}

/* By address, kind and form: a newer token takes the place of the older. */
static void name_of(const struct status_list *l, char out[NAME])
{
    const uint8_t kind[] = { (uint8_t)l->kind, l->token.json };
    const struct span part[] = { span_of(kind, sizeof kind), l->token.subject };
    struct digest d;
    struct buffer b;

    digest_parts(DIGEST_SHA256, part, 2, &d);
    buf_init_fixed(&b, out, NAME);
    hex_put(&b, span_of(d.b, NAME_BYTES));
    buf_str(&b, l->token.json ? ".jwt" : ".cwt");
    (void)buf_cstr(&b);
}

/* What stands there already is kept unless it is older. */
static bool is_newer(const char *folder, const char *name, const struct status_list *l, struct arena *a,
                     bool *same, struct why *w)
{
    struct span bytes = { 0 };
    struct status_token old;
    char path[PATH];
    bool there = false;

    *same = false;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!file_read(path, LIMIT_FILE, a, &bytes, &there, w))
        return false;
    if (!there || !status_token_parse(bytes, PROFILE_LENIENT, a, &old, NULL, NULL))
        return true;
    *same = span_eq(bytes, l->token.all);
    return *same || l->token.issued > old.issued ||
           why_set(w, "older", WHY_NO_OFFSET, NULL, "the token that is there is as new, or newer");
}

bool status_folder_put(const char *path, struct span token, const struct anchor_set *anchors, unix_time at,
                       struct arena *a, bool *news, struct why *w)
{
    const struct status_options opt = { .anchors = anchors, .at = at, .profile = PROFILE_LENIENT };
    struct status_list *l = arena_alloc(a, sizeof *l);
    char name[NAME];
    bool same;

    *news = false;
    if (!l)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (status_list_verify(token, &opt, a, l, NULL) != RESULT_GENUINE) {
        if (w)
            *w = l->why;
        return false;
    }
    name_of(l, name);
    if (!is_newer(path, name, l, a, &same, w))
        return false;
    if (same)
        return true;
    *news = folder_make(path, NULL, w) && file_replace(path, name, token, NULL, w);
    return *news;
}
