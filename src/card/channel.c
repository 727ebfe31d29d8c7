#include "card/channel.h"

#include "base/limits.h"
#include "crypto/node_key.h"

/* An answer of extended length with its status word. */
enum { RESPONSE_MAX = APDU_EXTENDED_LE + 2 };

void channel_init(struct channel *ch, const struct card *card)
{
    *ch = (struct channel){ .card = card, .extended = card->extended };
    buf_init(&ch->command, APDU_EXTENDED_DATA + 16);
    buf_init(&ch->part, RESPONSE_MAX);
    buf_init(&ch->response, RESPONSE_MAX);
    buf_init(&ch->plain, RESPONSE_MAX);
}

static void forget(struct buffer *b)
{
    if (b->p && b->cap)
        wipe(b->p, b->cap);
    buf_free(b);
}

void channel_free(struct channel *ch)
{
    session_end(&ch->session);
    forget(&ch->command);
    forget(&ch->part);
    forget(&ch->response);
    forget(&ch->plain);
}

/* One command and its answer as they are, into part. */
static bool transmit(struct channel *ch, struct span command, struct reply *r, struct why *w)
{
    buf_reset(&ch->part);
    if (!ch->card->transmit(ch->card->ctx, command, &ch->part, w))
        return false;
    if (!buf_ok(&ch->part))
        return why_set(w, "too-large", WHY_NO_OFFSET, "ISO 7816-4 5.1",
                       "the answer is longer than any can be");
    return reply_parse(buf_span(&ch->part), r, w);
}

/* ISO 7816-4 5.3.4, 11.7: more bytes wait, sw & ff of them (0: 256 or more). */
static bool get_response(struct channel *ch, struct reply *r, struct why *w)
{
    uint8_t command[] = { 0, INS_GET_RESPONSE, 0, 0, 0 };

    for (unsigned n = 0; r->sw >> 8 == 0x61; n++) {
        if (n == LIMIT_CHIP_PIECES)
            return why_set(w, "too-large", WHY_NO_OFFSET, "ISO 7816-4 5.3.4",
                           "the chip does not stop answering");
        command[4] = (uint8_t)r->sw;
        if (!transmit(ch, span_of(command, sizeof command), r, w))
            return false;
        if (r->sw >> 8 == 0x61 && r->data.n == 0)
            return why_set(w, "response", WHY_NO_OFFSET, "ISO 7816-4 5.3.4",
                           "the chip announces more and sends nothing");
        buf_put(&ch->response, r->data);
        if (!buf_ok(&ch->response))
            return why_set(w, "too-large", WHY_NO_OFFSET, "ISO 7816-4 5.1",
                           "the answer is longer than any can be");
    }
    return true;
}

/* Whether the command, which has an Le field, ends in one of a single byte. */
static bool short_le(struct span command)
{
    return command.n == 5 || (command.n > 5 && command.p[4] != 0);
}

/* The command in ch->command as it is; the whole answer into response. */
static bool exchange(struct channel *ch, bool has_le, struct reply *r, struct why *w)
{
    buf_reset(&ch->response);
    if (!transmit(ch, buf_span(&ch->command), r, w))
        return false;
    if (r->sw >> 8 == 0x6c && has_le && short_le(buf_span(&ch->command))) {
        /* 6Cxx: not carried out, wanted Le is xx. Le outside is not part of what a session protects. */
        ch->command.p[ch->command.n - 1] = (uint8_t)r->sw;
        if (!transmit(ch, buf_span(&ch->command), r, w))
            return false;
    }
    buf_put(&ch->response, r->data);
    if (!get_response(ch, r, w))
        return false;
    buf_be(&ch->response, r->sw, 2);
    if (!buf_ok(&ch->response))
        return why_set(w, "too-large", WHY_NO_OFFSET, "ISO 7816-4 5.1",
                       "the answer is longer than any can be");
    return reply_parse(buf_span(&ch->response), r, w);
}

static bool send_protected(struct channel *ch, const struct apdu *c, struct reply *out, struct why *w)
{
    struct reply r = { 0 };

    if (!session_protect(&ch->session, c, ch->extended, &ch->command, w))
        return false;
    if (exchange(ch, true, &r, w) &&
        session_unprotect(&ch->session, c->ins, buf_span(&ch->response), &ch->plain, out, w))
        return true;
    session_end(&ch->session);
    ch->broken = true;
    return false;
}

bool channel_send(struct channel *ch, const struct apdu *c, struct reply *out, struct why *w)
{
    if (ch->broken)
        return why_set(w, "session", WHY_NO_OFFSET, "Doc 9303-11 9.8", "the session with the chip has ended");
    if (ch->sent++ >= LIMIT_CHIP_COMMANDS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the chip wants too many commands");
    buf_reset(&ch->command);
    if (ch->session.alive)
        return send_protected(ch, c, out, w);
    apdu_put(&ch->command, c);
    if (!buf_ok(&ch->command))
        return why_set(w, "too-large", WHY_NO_OFFSET, "ISO 7816-4 5.2",
                       "the command does not fit into an APDU");
    return exchange(ch, c->le != 0, out, w);
}

bool channel_ask(struct channel *ch, const struct apdu *c, const char *doing, struct reply *out,
                 struct why *w)
{
    struct reply r = { 0 };

    if (!channel_send(ch, c, &r, w))
        return false;
    if (r.sw != SW_OK)
        return sw_why(r.sw, doing, w);
    if (out)
        *out = r;
    return true;
}
