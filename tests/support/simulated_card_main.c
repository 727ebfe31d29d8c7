/*
 * simulated-card: makes the files of a specimen chip, and plays it to vpcd (vsmartcard) on this machine, so
 * that readers find it through pcscd.
 *
 *   simulated-card make FOLDER [OPTION...]   a new document
 *   simulated-card copy FROM TO              its files with other private keys: a cloned chip
 *   simulated-card alter FOLDER FILE         flips the last byte of a file (DG1.bin)
 *   simulated-card run FOLDER [OPTION...]    until vpcd closes the connection
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "simulated_document.h"

enum { VPCD_PORT = 35963, ARENA = 64 << 20 };

enum { CONTROL_OFF = 0, CONTROL_ON = 1, CONTROL_RESET = 2, CONTROL_ATR = 4 };

static const char usage[] =
    "simulated-card make FOLDER [--number N] [--can N] [--bac] [--pace MAPPING:CIPHER:GROUP]...\n"
    "                           [--ca CIPHER:GROUP] [--aa RSA-2048|P-256|...] [--portrait BYTES] [--short]\n"
    "simulated-card copy FROM TO\n"
    "simulated-card alter FOLDER FILE\n"
    "simulated-card run FOLDER [--port N] [--fault NAME [--after COMMANDS] [--slow MILLISECONDS]]\n"
    "MAPPING gm im cam; CIPHER 3des aes128 aes192 aes256; GROUP 0-2, 8-18 (Doc 9303-11 9.5.1)\n"
    "FAULT";

static int misuse(void)
{
    (void)fputs(usage, stderr);
    for (int f = 0; f < SIM_FAULTS; f++)
        (void)fprintf(stderr, " %s", sim_fault_name((enum sim_fault)f));
    (void)fputc('\n', stderr);
    return 2;
}

static int failed(const char *what)
{
    perror(what);
    return 1;
}

static uint64_t seed(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec << 30 ^ (uint64_t)t.tv_nsec ^ (uint64_t)getpid();
}

/* The word of a list that s starts with; s moves behind it and the colon. */
static int word(const char **s, const char *const *list, int n)
{
    for (int i = 0; i < n; i++) {
        size_t k = strlen(list[i]);

        if (strncmp(*s, list[i], k) == 0 && (*s)[k] == ':') {
            *s += k + 1;
            return i;
        }
    }
    return -1;
}

static const char *const cipher_words[] = { "3des", "aes128", "aes192", "aes256" };
static const char *const mapping_words[] = { "gm", "im", "cam" };

static bool pace_option(const char *s, struct sim_order *o)
{
    int mapping = word(&s, mapping_words, 3), cipher = mapping < 0 ? -1 : word(&s, cipher_words, 4);

    if (cipher < 0 || o->n_pace == SIM_PACE_INFOS)
        return false;
    o->pace[o->n_pace++] =
        (struct sim_pace){ (unsigned)mapping + 1, (enum sim_cipher)cipher, (unsigned)atoi(s) };
    return true;
}

static bool ca_option(const char *s, struct sim_order *o)
{
    int cipher = word(&s, cipher_words, 4);

    if (cipher < 0)
        return false;
    o->ca_cipher = (enum sim_cipher)cipher;
    o->ca_group = (unsigned)atoi(s);
    return true;
}

static bool order_of(int argc, char **argv, struct sim_order *o)
{
    *o = (struct sim_order){ .ca_group = SIM_NO_GROUP, .ca_id = 1, .extended = true };
    for (int i = 0; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";
        bool takes = true, ok = true;

        if (strcmp(argv[i], "--number") == 0)
            o->number = next;
        else if (strcmp(argv[i], "--can") == 0)
            o->can = next;
        else if (strcmp(argv[i], "--pace") == 0)
            ok = pace_option(next, o);
        else if (strcmp(argv[i], "--ca") == 0)
            ok = ca_option(next, o);
        else if (strcmp(argv[i], "--aa") == 0)
            o->aa = next;
        else if (strcmp(argv[i], "--portrait") == 0)
            o->portrait = (size_t)atol(next);
        else
            takes = false;
        if (!takes && strcmp(argv[i], "--bac") == 0)
            o->bac = true;
        else if (!takes && strcmp(argv[i], "--short") == 0)
            o->extended = false;
        else if (!takes)
            ok = false;
        if (!ok || (takes && ++i >= argc))
            return false;
    }
    return true;
}

static int make(int argc, char **argv, struct arena *a)
{
    struct sim_order o;
    struct sim_document d;

    if (argc < 1 || !order_of(argc - 1, argv + 1, &o))
        return misuse();
    sim_document_make(&o, a, seed(), &d);
    if (!sim_document_save(&d, argv[0]))
        return failed(argv[0]);
    (void)printf("%.44s\n%s\n", d.mrz, d.mrz + 44);
    sim_document_free(&d);
    return 0;
}

/* Whoever copies a chip gets every file, and no private key. */
static int copy(int argc, char **argv, struct arena *a)
{
    struct sim_document d;
    struct sim_random r = { seed() };
    EVP_PKEY *own;

    if (argc != 2)
        return misuse();
    if (!sim_document_open(argv[0], a, &d))
        return failed(argv[0]);
    sim_random(&r, d.ca_key + 1, d.ca_bytes > 1 ? d.ca_bytes - 1 : 0);
    sim_random(&r, d.cam_key + 1, d.cam_bytes > 1 ? d.cam_bytes - 1 : 0);
    if (d.aa) {
        own = EVP_PKEY_is_a(d.aa, "RSA")
                  ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)EVP_PKEY_get_bits(d.aa))
                  : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
        EVP_PKEY_free(d.aa);
        d.aa = own;
    }
    if (!sim_document_save(&d, argv[1]))
        return failed(argv[1]);
    sim_document_free(&d);
    return 0;
}

static int alter(int argc, char **argv)
{
    char path[4096];
    FILE *f;
    int last;

    if (argc != 2)
        return misuse();
    (void)snprintf(path, sizeof path, "%s/%s", argv[0], argv[1]);
    f = fopen(path, "r+b");
    if (!f || fseek(f, -1, SEEK_END) != 0 || (last = fgetc(f)) == EOF || fseek(f, -1, SEEK_END) != 0 ||
        fputc(last ^ 1, f) == EOF || fclose(f) != 0)
        return failed(path);
    return 0;
}

/* Historical bytes in compact form: extended lengths or not (ISO 7816-4 12.1.1.9). */
static size_t atr_of(const struct simulated_card *c, uint8_t atr[16])
{
    static const uint8_t start[] = { 0x3b, 0x85, 0x80, 0x01, 0x80, 0x73, 0xc0, 0x21, 0x00 };
    size_t n = sizeof start;

    memcpy(atr, start, n);
    atr[8] = c->extended ? 0x40 : 0x00;
    atr[n] = 0;
    for (size_t i = 1; i < n; i++)
        atr[n] ^= atr[i];
    return n + 1;
}

static bool receive(int s, uint8_t *p, size_t n)
{
    while (n) {
        ssize_t k = recv(s, p, n, 0);

        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

static bool answer(int s, struct span a)
{
    static uint8_t out[SIM_APDU + 2];
    size_t n = a.n < SIM_APDU ? a.n : SIM_APDU;

    out[0] = (uint8_t)(n >> 8);
    out[1] = (uint8_t)n;
    memcpy(out + 2, a.p, n);
    return send(s, out, n + 2, MSG_NOSIGNAL) == (ssize_t)(n + 2);
}

/* One message of vpcd; false: over. */
static bool serve(int s, struct simulated_card *c, struct buffer *b)
{
    static uint8_t in[65536];
    uint8_t size[2], atr[16];
    size_t n;

    if (!receive(s, size, 2))
        return false;
    n = (size_t)size[0] << 8 | size[1];
    if (!receive(s, in, n))
        return false;
    if (n == 1) {
        if (in[0] == CONTROL_ATR)
            return answer(s, span_of(atr, atr_of(c, atr)));
        simulated_card_reset(c);
        return true;
    }
    buf_reset(b);
    return simulated_card_command(c, span_of(in, n), b) && answer(s, buf_span(b));
}

static int connect_to(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; s >= 0 && i < 100; i++) { /* pcscd may still be starting */
        if (connect(s, (const struct sockaddr *)&to, sizeof to) == 0)
            return s;
        (void)nanosleep(&(struct timespec){ 0, 100000000 }, NULL);
    }
    return -1;
}

static int run(int argc, char **argv, struct arena *a)
{
    struct sim_document d;
    struct simulated_card c;
    struct buffer b;
    int port = VPCD_PORT, s;

    if (argc < 1 || argc % 2 == 0)
        return misuse();
    if (!sim_document_open(argv[0], a, &d))
        return failed(argv[0]);
    sim_document_load(&d, seed(), &c);
    for (int i = 1; i < argc; i += 2) {
        if (strcmp(argv[i], "--port") == 0)
            port = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--after") == 0)
            c.fault_after = (unsigned)atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--slow") == 0)
            c.slow_ms = (unsigned)atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--fault") == 0)
            for (int f = 0; f < SIM_FAULTS; f++)
                c.fault =
                    strcmp(argv[i + 1], sim_fault_name((enum sim_fault)f)) == 0 ? (enum sim_fault)f : c.fault;
        else
            return misuse();
    }
    s = connect_to(port);
    if (s < 0)
        return failed("vpcd");
    buf_init(&b, 2 * SIM_APDU);
    while (serve(s, &c, &b))
        ;
    (void)close(s);
    buf_free(&b);
    simulated_card_free(&c);
    sim_document_free(&d);
    return 0;
}

int main(int argc, char **argv)
{
    struct arena a;
    int rc;

    arena_init(&a, ARENA);
    if (argc >= 3 && strcmp(argv[1], "make") == 0)
        rc = make(argc - 2, argv + 2, &a);
    else if (argc >= 3 && strcmp(argv[1], "copy") == 0)
        rc = copy(argc - 2, argv + 2, &a);
    else if (argc >= 3 && strcmp(argv[1], "alter") == 0)
        rc = alter(argc - 2, argv + 2);
    else if (argc >= 3 && strcmp(argv[1], "run") == 0)
        rc = run(argc - 2, argv + 2, &a);
    else
        rc = misuse();
    arena_free(&a);
    return rc;
}
