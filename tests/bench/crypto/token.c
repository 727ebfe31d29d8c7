/* Signing a checkpoint's text: with a key in memory, and with one in a token (SoftHSM, in this process). */
#include "bench.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/token.h"

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"

static const char text[] =
    "kz.specimen/trust/all/2026\n1000000\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

static void sign(void *ctx, size_t n)
{
    uint8_t sig[NODE_SIGNATURE];

    while (n--)
        if (!signer_sign(ctx, SPAN(text), sig, NULL))
            abort();
}

static void *sign_in_thread(void *ctx)
{
    sign(ctx, 250);
    return NULL;
}

/* A thousand signatures by four threads. */
static void four(void *ctx, size_t n)
{
    pthread_t thread[4];

    while (n--)
        for (size_t pass = 0; pass < 2; pass++)
            for (size_t i = 0; i < 4; i++)
                if (pass ? pthread_join(thread[i], NULL)
                         : pthread_create(&thread[i], NULL, sign_in_thread, ctx))
                    abort();
}

static void put(const char *path, const char *what)
{
    FILE *f = fopen(path, "we");

    if (!f || fputs(what, f) < 0 || fclose(f) || chmod(path, 0600))
        abort();
}

static struct token_key *open_token(const char *folder)
{
    char path[96], line[256], uri[512];
    uint8_t pub[NODE_PUBLIC_KEY];
    struct why w = { 0 };

    (void)snprintf(path, sizeof path, "%s/conf", folder);
    (void)snprintf(line, sizeof line, "directories.tokendir = %s\nlog.level = ERROR\n", folder);
    put(path, line);
    if (setenv("SOFTHSM2_CONF", path, 1) ||
        system("softhsm2-util --init-token --free --label SPECIMEN --pin 1234 --so-pin 5678 >/dev/null"))
        abort();
    (void)snprintf(path, sizeof path, "%s/pin", folder);
    put(path, "1234\n");
    (void)snprintf(uri, sizeof uri, "pkcs11:token=SPECIMEN;object=log?module-path=" SOFTHSM "&pin-source=%s",
                   path);
    return token_generate(uri, NULL, NULL, pub, &w) ? token_key_open(uri, NULL, &w) : NULL;
}

int main(int argc, char **argv)
{
    static const uint8_t seed[NODE_SEED] = "SPECIMEN seed, of no value.....";
    char folder[] = "/tmp/serai-bench-XXXXXX", command[96];
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    struct signer memory, token;
    struct token_key *k;

    bench_init(argc, argv);
    if (!node_crypto_init())
        return 1;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &memory);
    if (access(SOFTHSM, F_OK) != 0) {
        (void)bench_time("sign in memory", sign, &memory);
        (void)puts("no " SOFTHSM " (Debian: softhsm2)");
        return 0;
    }
    k = mkdtemp(folder) ? open_token(folder) : NULL;
    if (!k)
        return 1;
    token = *token_key_signer(k);
    (void)bench_ratio("sign in a token, and verify it", sign, &token, "sign in memory", sign, &memory, 0);
    (void)bench_ratio("1000 in a token by four threads", four, &token, "1000 in memory by four threads", four,
                      &memory, 0);
    token_key_close(k);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) != 0;
}
