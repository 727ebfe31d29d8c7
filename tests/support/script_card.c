#include "script_card.h"

#include <stdio.h>

static size_t hex_length(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += *s != ' ';
    return n / 2;
}

static uint8_t hex_byte(const char **s)
{
    unsigned v = 0;

    while (**s == ' ')
        (*s)++;
    if (sscanf(*s, "%2x", &v) == 1)
        *s += 2;
    return (uint8_t)v;
}

static bool same(struct span command, const char *hex)
{
    if (hex_length(hex) != command.n)
        return false;
    for (size_t i = 0; i < command.n; i++)
        if (hex_byte(&hex) != command.p[i])
            return false;
    return true;
}

static bool transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct script_card *s = ctx;
    const struct script_line *l = s->at < s->n ? &s->line[s->at++] : NULL;
    const char *hex = l ? l->response : NULL;

    if (!l || (l->command && !same(command, l->command)))
        s->strayed = true;
    if (!hex)
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "the card is gone");
    for (size_t n = hex_length(hex); n; n--)
        buf_u8(response, hex_byte(&hex));
    return true;
}

void script_card_init(struct script_card *s, const struct script_line *line, size_t n)
{
    *s = (struct script_card){ .line = line, .n = n };
    s->card = (struct card){ .transmit = transmit, .ctx = s };
}

bool script_card_done(const struct script_card *s)
{
    return s->at == s->n && !s->strayed;
}
