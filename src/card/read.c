#include "card/read.h"

#include <stdio.h>

#include "base/limits.h"
#include "crypto/node_key.h"

const char *chip_way_word(enum chip_way w)
{
    static const char *const word[] = { "none", "open", "BAC", "PACE" };

    return word[w];
}

void reading_init(struct reading *r, const struct card *card, const struct access *access, random_fn random)
{
    *r = (struct reading){ .card = card, .access = access, .random = random };
    buf_init(&r->card_access, LIMIT_CHIP_FILE);
    buf_init(&r->card_security, LIMIT_CHIP_FILE);
    channel_init(&r->ch, card);
}

void reading_free(struct reading *r)
{
    channel_free(&r->ch);
    buf_free(&r->card_access);
    buf_free(&r->card_security);
    wipe(r, sizeof *r);
}

static bool is(const struct why *w, const char *reason)
{
    return w->reason && strcmp(w->reason, reason) == 0;
}

/* Gone, or out of step: another command makes no sense before the chip is opened again. */
static bool lost(const struct reading *r, const struct why *w)
{
    return r->ch.broken || is(w, "card") || is(w, "stopped") || is(w, "too-large");
}

static bool read_card_access(struct reading *r, struct security_infos *out, bool *offered, struct why *w)
{
    struct why none = { 0 };

    *offered = false;
    if (!master_file_select(&r->ch, w) || !card_capabilities(&r->ch, &r->manner, w))
        return false;
    if (!chip_file_read(&r->ch, &r->manner, CHIP_CARD_ACCESS, &r->card_access, NULL, NULL, &none)) {
        if (lost(r, &none) || is(&none, "changed")) {
            *w = none;
            return false;
        }
        buf_reset(&r->card_access); /* an older document, or one that shows nothing before it is opened */
        return true;
    }
    *offered = security_infos_parse(buf_span(&r->card_access), out, NULL, NULL);
    return true;
}

/* Each reading of the key until one opens; "access" when none does. */
static bool try_keys(struct reading *r, const struct pace_choice *c, struct why *w)
{
    const struct access *a = r->access;

    for (size_t i = 0; i < a->n; i++) {
        size_t at = (r->key + i) % a->n;

        why_clear(w);
        if (c ? pace(&r->ch, c, &a->key[at], r->random, &r->proof, w)
              : bac(&r->ch, &a->key[at], r->random, w)) {
            r->key = at;
            return true;
        }
        if (!is(w, "access"))
            return false;
    }
    return false;
}

/* Chip authentication mapping proves the chip once EF.CardSecurity is there; without it the mapping still
 * opened it. */
static bool read_card_security(struct reading *r, struct why *w)
{
    struct why none = { 0 };

    if (!r->proof.data.n ||
        chip_file_read(&r->ch, &r->manner, CHIP_CARD_SECURITY, &r->card_security, NULL, NULL, &none))
        return true;
    if (lost(r, &none) || is(&none, "changed")) {
        *w = none;
        return false;
    }
    buf_reset(&r->card_security);
    return true;
}

/* True with way set when PACE opened it; true without when it is for BAC to try. */
static bool open_by_pace(struct reading *r, struct why *w)
{
    struct security_infos offered;
    struct pace_choice choice;
    struct why why = { 0 };
    char name[SECURITY_INFO_TEXT];
    bool any;

    if (!read_card_access(r, &offered, &any, w))
        return false;
    if (!any)
        return true;
    if (!pace_choose(&offered, &choice, &why)) {
        r->pace_failed = why;
        return true;
    }
    if (try_keys(r, &choice, &why)) {
        (void)snprintf(r->protocol, sizeof r->protocol, "%s", security_info_name(choice.info, name));
        if (!read_card_security(r, w) || !application_select(&r->ch, w))
            return false;
        r->way = WAY_PACE;
        return true;
    }
    /* BAC is no way around a wrong key, nor around a chip that does not prove that it knows it. */
    if (is(&why, "access") || is(&why, "mac") || lost(r, &why)) {
        *w = why;
        return false;
    }
    r->pace_failed = why;
    return true;
}

/* A chip without access control shows its files to anybody; it may still take a challenge. */
static bool is_open(struct reading *r)
{
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_CHIP_FILE);
    ok = !r->ch.broken && chip_file_read(&r->ch, &r->manner, CHIP_COM, &b, NULL, NULL, NULL);
    buf_free(&b);
    return ok;
}

static bool open_by_bac(struct reading *r, struct why *w)
{
    struct why why = { 0 };

    if (!application_select(&r->ch, w))
        return false;
    if (r->access->key[0].kind != ACCESS_MRZ)
        return why_set(w, "access", WHY_NO_OFFSET, "Doc 9303-11 4.2",
                       "this chip is not opened by a card access number: give the machine-readable lines");
    if (try_keys(r, NULL, &why)) {
        r->way = WAY_BAC;
        return true;
    }
    if ((is(&why, "not-supported") || is(&why, "access")) && is_open(r)) {
        r->way = WAY_OPEN;
        return true;
    }
    *w = why;
    return false;
}

bool reading_open(struct reading *r, struct why *w)
{
    struct why why = { 0 };
    bool ok;

    if (r->way != WAY_NONE && !r->ch.broken)
        return true;
    channel_free(&r->ch);
    channel_init(&r->ch, r->card);
    if (r->short_only)
        r->ch.extended = false;
    r->manner.piece = 0;
    r->sessions++;
    ok = open_by_pace(r, &why) && (r->way == WAY_PACE || open_by_bac(r, &why));
    if (!ok) {
        r->way = WAY_NONE;
        if (w)
            *w = why;
    }
    return ok;
}

/* Whether it may go better from the start, and with fewer demands on the chip. */
static bool begin_again(struct reading *r, const struct why *why)
{
    bool gone = is(why, "card"), out_of_step = is(why, "secure-messaging") || is(why, "response");

    if ((!gone && !out_of_step) || r->sessions > LIMIT_CHIP_SESSIONS || !r->card->reset)
        return false;
    if (r->ch.extended)
        r->short_only = true;
    else if (out_of_step)
        r->manner.by_select = true;
    r->way = WAY_NONE;
    return r->card->reset(r->card->ctx, NULL);
}

bool reading_file(struct reading *r, enum chip_file f, struct buffer *out, struct why *w)
{
    struct why why;

    do {
        why_clear(&why);
        if (reading_open(r, &why) && chip_file_read(&r->ch, &r->manner, f, out, r->progress, r->ctx, &why))
            return true;
    } while (begin_again(r, &why));
    if (r->ch.broken)
        r->way = WAY_NONE;
    if (w && !w->reason)
        *w = why;
    return false;
}
