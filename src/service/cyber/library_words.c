/* Words in the texts of a playbook, in whatever language they are. */
#include "base/text.h"
#include "service/cyber/library.h"

/* The small letter of Latin, Greek and Cyrillic; one form of Arabic letters that Persian writes otherwise; 0
 * for signs that do not count. */
static uint32_t folded(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    if (c == 0x130 || c == 0x131)
        return 'i'; /* of Turkish, both */
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177) || (c >= 0x48a && c <= 0x4bf) ||
        (c >= 0x4d0 && c <= 0x52f))
        return c | 1;
    if (c >= 0x400 && c <= 0x40f)
        return c + 0x50;
    if (c == 0x643)
        return 0x6a9; /* kaf */
    if (c == 0x64a || c == 0x649)
        return 0x6cc; /* yeh */
    if ((c >= 0x64b && c <= 0x652) || c == 0x640 || c == 0x200c || c == 0x200d || c == 0x307)
        return 0; /* vowel signs, kashida, joiners, the dot of a small Turkish i in capitals */
    return c;
}

static struct span fold(struct span s, struct arena *a)
{
    uint8_t *mem = arena_alloc(a, 2 * s.n + 4);
    struct reader r = rd_of(s);
    struct buffer b;

    if (!mem)
        return (struct span){ NULL, 0 };
    buf_init_fixed(&b, mem, 2 * s.n + 4);
    for (uint32_t c; (c = utf8_next(&r)) != UTF8_BAD;)
        if (folded(c))
            utf8_put(&b, folded(c));
    return buf_span(&b);
}

static bool holds(struct span text, struct span word)
{
    return text.n && word.n && memmem(text.p, text.n, word.p, word.n) != NULL;
}

static bool somewhere(const struct json *j, struct span word, struct arena *a)
{
    for (uint32_t i = 0; i < j->n; i++) {
        struct span s = { NULL, 0 };

        if (j->node[i].kind == JSON_KIND_STRING && json_text_of(j, i, a, &s) && holds(fold(s, a), word))
            return true;
    }
    return false;
}

bool library_has_words(struct span playbook, struct span words, struct arena *a)
{
    struct span word;
    struct json j;

    words = text_trim(words);
    if (!words.n)
        return true;
    words = fold(words, a);
    if (!words.n || !json_parse(playbook, a, &j, NULL))
        return false;
    while (text_split(&words, ' ', &word))
        if (word.n && !somewhere(&j, word, a))
            return false;
    return true;
}
