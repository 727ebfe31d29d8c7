/*
 * How alike pairs of words are by their letters alone: unlike < PAIRS > LIKENESS. A line of PAIRS holds two
 * words of small letters with a tab between; a line of LIKENESS the likeness and the sound, 0 to 1.
 *
 *   gcc -O2 -Isrc -o unlike tools/learn-names/unlike.c src/names/{likeness,ending,channel}.c -lm
 */
#include <stdio.h>
#include <stdlib.h>

#include "names/known.h"
#include "names/likeness.h"

static struct channel *channel;

const struct channel *names_channel(const struct names *t)
{
    (void)t;
    return channel;
}

const struct known *names_known(const struct names *t)
{
    (void)t;
    return NULL;
}

uint32_t known_pair(const struct names_word *a, const struct names_word *b)
{
    (void)a;
    (void)b;
    return 0;
}

void known_expect(const struct known *k, uint32_t pair)
{
    (void)k;
    (void)pair;
}

bool known_same(const struct known *k, uint32_t pair)
{
    (void)k;
    (void)pair;
    return false;
}

static uint32_t letter(const char **s)
{
    uint32_t c = (uint8_t) * (*s)++;

    if (c < 0x80)
        return c;
    return (c & 0x1f) << 6 | ((uint8_t) * (*s)++ & 0x3f);
}

static bool read_word(const char *s, struct names_word *w)
{
    enum names_script script;

    memset(w, 0, sizeof *w);
    while (*s && *s != '\n' && w->n < NAMES_LETTERS) {
        uint32_t c = letter(&s);

        if (!channel_script(c, &script) || (w->n && script != w->script))
            return false;
        w->script = script;
        w->letter[w->n++] = (uint16_t)c;
    }
    w->n_form = (uint8_t)channel_form(channel, w->script, w->letter, w->n, w->form);
    for (size_t i = 0; w->script == NAMES_LATIN && i < w->n; i++)
        w->form[i] = (char)w->letter[i];
    if (w->script == NAMES_LATIN)
        w->n_form = w->n;
    w->info = channel_info(channel, w->script, w->letter, w->n);
    return w->n > 0;
}

int main(void)
{
    static char line[4096];
    struct names_word a, b;
    struct names_link l;

    channel = channel_open();
    while (fgets(line, sizeof line, stdin)) {
        char *tab = strchr(line, '\t');

        if (!tab)
            return EXIT_FAILURE;
        *tab = 0;
        if (!read_word(line, &a) || !read_word(tab + 1, &b)) {
            puts("1\t1");
            continue;
        }
        likeness(NULL, &a, &b, &l);
        printf("%.3f\t%.3f\n", (double)l.likeness, (double)likeness_sound(&a, &b));
    }
    channel_close(channel);
    return EXIT_SUCCESS;
}
