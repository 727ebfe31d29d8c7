#include "cli/spoken.h"

#include "base/limits.h"
#include "cli/cli.h"

static const char *find(void *ctx, const char *name)
{
    return catalogue_find(ctx, name);
}

void spoken_init(struct spoken *s, const char *language)
{
    struct why w = { 0 };

    *s = (struct spoken){ .t = { .language = language } };
    arena_init(&s->arena, LIMIT_FILE);
    s->texts.a = &s->arena;
    if (!catalogue_open(cli_data(), language, &s->arena, &s->texts, &w))
        return;
    s->t.find = find;
    s->t.ctx = &s->texts;
}

void spoken_free(struct spoken *s)
{
    arena_free(&s->arena);
}

static void open_words(const void *ctx, struct span language, struct arena *a, struct tongue *out)
{
    struct catalogue *c = arena_alloc(a, sizeof *c);
    const char *tag = arena_str(a, language);
    struct why w = { 0 };

    (void)ctx;
    if (language.n && tag && c && catalogue_open(cli_data(), tag, a, c, &w))
        *out = (struct tongue){ .language = tag, .right_to_left = c->right_to_left, .find = find, .ctx = c };
}

struct tongues spoken_tongues(void)
{
    return (struct tongues){ .open = open_words };
}
