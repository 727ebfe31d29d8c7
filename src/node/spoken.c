#include "node/spoken.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *key, const void *row)
{
    return strcmp(key, ((const struct asset_text *)row)->name);
}

static const char *find(void *ctx, const char *name)
{
    const struct asset *file = ctx;
    const struct asset_text *row = bsearch(name, file->texts, file->n_texts, sizeof *file->texts, by_name);

    return row ? row->text : NULL;
}

/* "fa-IR" has the words of "fa". */
static bool open_one(const struct assets *assets, struct span language, struct arena *a, struct tongue *out)
{
    const char *tag = arena_str(a, language);
    const struct asset *file;
    char path[64];

    if (!tag || language.n > 8)
        return false;
    (void)snprintf(path, sizeof path, "/i18n/%.*s.json", (int)strcspn(tag, "-"), tag);
    file = asset_find(assets, path);
    if (!file)
        return false;
    *out = (struct tongue){
        .language = tag, .right_to_left = file->right_to_left, .find = find, .ctx = (void *)(uintptr_t)file
    };
    return true;
}

static void open_words(const void *ctx, struct span language, struct arena *a, struct tongue *out)
{
    if (!language.n || !open_one(ctx, language, a, out))
        (void)open_one(ctx, SPAN("en"), a, out);
}

struct tongues node_tongues(const struct assets *assets)
{
    return (struct tongues){ .open = open_words, .ctx = assets };
}
