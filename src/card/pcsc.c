#include "card/pcsc.h"

#include <stdlib.h>
#include <strings.h>
#include <time.h>
#include <winscard.h>

#include "card/apdu.h"
#include "card/atr.h"

enum { AGAIN_SECONDS = 10, SLICE = 500 /* ms */ };

struct pcsc {
    SCARDCONTEXT context;
    SCARDHANDLE card;
    bool connected;
    DWORD protocol;
    char reader[PCSC_NAME];
};

static bool failed(LONG rc, const char *reason, const char *what, struct why *w)
{
    return why_set(w, reason, WHY_NO_OFFSET, NULL, "%s: %s", what, pcsc_stringify_error(rc));
}

bool pcsc_open(struct pcsc **ret, struct why *w)
{
    struct pcsc *p = calloc(1, sizeof *p);
    LONG rc;

    if (!p)
        abort();
    rc = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &p->context);
    if (rc == SCARD_S_SUCCESS) {
        *ret = p;
        return true;
    }
    free(p);
    if (rc == SCARD_E_NO_SERVICE || rc == SCARD_F_COMM_ERROR)
        return why_set(
            w, "reader", WHY_NO_OFFSET, NULL,
            "the service for card readers does not run: start pcscd (systemctl start pcscd.socket)");
    if (rc == SCARD_W_SECURITY_VIOLATION)
        return why_set(w, "reader", WHY_NO_OFFSET, NULL, "pcscd does not let this user use card readers");
    return failed(rc, "reader", "the service for card readers cannot be reached", w);
}

static void disconnect(struct pcsc *p)
{
    if (!p->connected)
        return;
    (void)SCardEndTransaction(p->card, SCARD_LEAVE_CARD);
    (void)SCardDisconnect(p->card, SCARD_UNPOWER_CARD);
    p->connected = false;
}

void pcsc_close(struct pcsc *p)
{
    if (!p)
        return;
    disconnect(p);
    (void)SCardReleaseContext(p->context);
    free(p);
}

const char *pcsc_reader(const struct pcsc *p)
{
    return p->reader;
}

/* Names into state, which has PCSC_READERS entries that point into *names; free that. */
static bool readers(struct pcsc *p, char **names, SCARD_READERSTATE *state, size_t *n, struct why *w)
{
    DWORD size = 0;
    LONG rc = SCardListReaders(p->context, NULL, NULL, &size);

    *names = NULL;
    *n = 0;
    if (rc == SCARD_S_SUCCESS && size) {
        *names = malloc(size);
        if (!*names)
            abort();
        rc = SCardListReaders(p->context, NULL, *names, &size);
    }
    if (rc != SCARD_S_SUCCESS && rc != SCARD_E_NO_READERS_AVAILABLE) {
        free(*names);
        *names = NULL;
        return failed(rc, "reader", "the card readers cannot be listed", w);
    }
    for (const char *s = *names; s && rc == SCARD_S_SUCCESS && *s && *n < PCSC_READERS; s += strlen(s) + 1)
        state[(*n)++] = (SCARD_READERSTATE){ .szReader = s, .dwCurrentState = SCARD_STATE_UNAWARE };
    return true;
}

bool pcsc_list(struct pcsc *p, struct pcsc_readers *out, struct why *w)
{
    SCARD_READERSTATE state[PCSC_READERS];
    struct pcsc_readers r = { 0 };
    char *names;
    size_t n;

    if (!readers(p, &names, state, &n, w))
        return false;
    if (n)
        (void)SCardGetStatusChange(p->context, 0, state, (DWORD)n);
    for (size_t i = 0; i < n; i++) {
        (void)strncpy(r.reader[i].name, state[i].szReader, PCSC_NAME - 1);
        r.reader[i].card = (state[i].dwEventState & SCARD_STATE_PRESENT) != 0;
    }
    r.n = n;
    free(names);
    *out = r;
    return true;
}

static bool transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct pcsc *p = ctx;
    DWORD n = APDU_EXTENDED_LE + 2;
    uint8_t *room = buf_grow(response, n);
    LONG rc;

    if (!room)
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!p->connected)
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "the card is gone");
    rc = SCardTransmit(p->card, p->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1, command.p,
                       command.n, NULL, room, &n);
    if (rc != SCARD_S_SUCCESS)
        return failed(rc, "card", "the document left the reader, or the reader failed", w);
    response->n -= APDU_EXTENDED_LE + 2 - n;
    return true;
}

static bool connect_card(struct pcsc *p, struct why *w)
{
    LONG rc = SCardConnect(p->context, p->reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
                           &p->card, &p->protocol);

    if (rc != SCARD_S_SUCCESS)
        return failed(rc, "card", "the document does not answer; present it again", w);
    p->connected = true;
    rc = SCardBeginTransaction(p->card);
    if (rc == SCARD_S_SUCCESS)
        return true;
    disconnect(p);
    return failed(rc, "card", "another program uses the document", w);
}

static bool extended_lengths(struct pcsc *p)
{
    uint8_t atr[MAX_ATR_SIZE];
    DWORD n = sizeof atr, state, protocol, length = 0;

    return SCardStatus(p->card, NULL, &length, &state, &protocol, atr, &n) == SCARD_S_SUCCESS &&
           p->protocol != SCARD_PROTOCOL_T0 && atr_extended_lengths(span_of(atr, n));
}

static time_t monotonic(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static bool wanted(const char *reader, const char *name)
{
    return !name || strcasestr(reader, name);
}

/* The first reader of that name with a card, else the first of that name. Reason "reader". */
static bool find_card(struct pcsc *p, const char *name, bool *present, struct why *w)
{
    SCARD_READERSTATE state[PCSC_READERS];
    size_t n, of_name = 0;
    char *names;

    *present = false;
    if (!readers(p, &names, state, &n, w))
        return false;
    for (size_t i = 0; i < n; i++)
        if (wanted(state[i].szReader, name))
            state[of_name++] = state[i];
    if (of_name == 0) {
        free(names);
        return n ? why_set(w, "reader", WHY_NO_OFFSET, NULL,
                           "no card reader has \"%s\" in its name; --list shows their names", name)
                 : why_set(w, "reader", WHY_NO_OFFSET, NULL,
                           "no card reader is connected, or its driver is missing");
    }
    (void)SCardGetStatusChange(p->context, 0, state, (DWORD)of_name);
    (void)strncpy(p->reader, state[0].szReader, PCSC_NAME - 1);
    for (size_t i = 0; i < of_name && !*present; i++) {
        *present =
            (state[i].dwEventState & SCARD_STATE_PRESENT) && !(state[i].dwEventState & SCARD_STATE_MUTE);
        if (*present)
            (void)strncpy(p->reader, state[i].szReader, PCSC_NAME - 1);
    }
    free(names);
    return true;
}

/* Until something changes at the reader, or a little while. */
static void pause_for_change(struct pcsc *p)
{
    SCARD_READERSTATE state = { .szReader = p->reader, .dwCurrentState = SCARD_STATE_EMPTY };

    if (SCardGetStatusChange(p->context, SLICE, &state, 1) != SCARD_E_TIMEOUT)
        (void)nanosleep(&(struct timespec){ .tv_nsec = 100L * 1000 * 1000 }, NULL);
}

static bool wait_for_card(struct pcsc *p, const char *name, unsigned seconds,
                          void (*waiting)(void *ctx, const char *reader), void *ctx, struct why *w)
{
    time_t end = monotonic() + (time_t)seconds;
    struct why last = { 0 };
    bool present, said = false;

    for (;;) {
        if (!find_card(p, name, &present, w))
            return false;
        if (present && connect_card(p, &last))
            return true;
        if (monotonic() >= end)
            break;
        if (!said && waiting)
            waiting(ctx, p->reader);
        said = true;
        pause_for_change(p);
    }
    if (last.reason) {
        if (w)
            *w = last;
        return false;
    }
    return why_set(w, "timeout", WHY_NO_OFFSET, NULL, "no document came within %u seconds", seconds);
}

static bool reset(void *ctx, struct why *w)
{
    struct pcsc *p = ctx;
    char name[PCSC_NAME];

    disconnect(p);
    memcpy(name, p->reader, sizeof name);
    return wait_for_card(p, name, AGAIN_SECONDS, NULL, NULL, w);
}

bool pcsc_card(struct pcsc *p, const char *name, unsigned seconds,
               void (*waiting)(void *ctx, const char *reader), void *ctx, struct card *out, struct why *w)
{
    if (!wait_for_card(p, name, seconds, waiting, ctx, w))
        return false;
    *out = (struct card){ .transmit = transmit, .reset = reset, .ctx = p, .extended = extended_lengths(p) };
    return true;
}
