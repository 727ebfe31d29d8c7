/* The folders of a sandbox, made by the commands that an operator would give. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agreement/agreement.h"
#include "base/text.h"
#include "cli/sandbox.h"
#include "crypto/password.h"
#include "service/cyber/federate_take.h"
#include "trust/bundle.h"
#include "trust/card.h"

static const char licences[] =
    "number,status,reason,since,until,authority,birth,categories\n"
    "SPECIMEN-0001,valid,,,2035-05-01,SPECIMEN licensing authority,1990-05-14,B:2020-05-01:2035-05-01;C\n"
    "SPECIMEN-0002,suspended,court-order,2026-01-15,2035-05-01,SPECIMEN licensing authority,1990-05-14,B\n";

void sandbox_become_serai(char *const *argv)
{
    static const char name[] = "serai";
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "bin/" - sizeof name);

    while (n > 0 && path[n - 1] != '/')
        n--;
    if (n > 0) {
        memcpy(path + n, name, sizeof name);
        (void)execv(path, argv);
    }
    if (n > 8 && memcmp(path + n - 8, "libexec/", 8) == 0) {
        (void)snprintf(path + n - 8, sizeof path - (size_t)n + 8, "bin/%s", name);
        (void)execv(path, argv);
    }
    (void)execvp(name, argv);
}

bool sandbox_run(const char *const *argv, struct why *w)
{
    char *copy[80];
    size_t n = 0;
    int status = 0, nothing;
    pid_t pid;

    for (; argv[n] && n + 1 < sizeof copy / sizeof *copy; n++)
        if (!(copy[n] = strdup(argv[n])))
            abort();
    copy[n] = NULL;
    pid = fork();
    if (pid == 0) {
        nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
        (void)dup2(nothing, STDIN_FILENO);
        (void)dup2(nothing, STDOUT_FILENO);
        sandbox_become_serai(copy);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    for (size_t i = 0; i < n; i++)
        free(copy[i]);
    if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return why_set(w, "sandbox", WHY_NO_OFFSET, NULL, "serai %s did not do its work", argv[1]);
}

/* The number behind a phrase of the agreement becomes another one. */
static void put_changed(struct buffer *b, struct span text, struct span phrase, size_t number)
{
    const uint8_t *at = text.n ? memmem(text.p, text.n, phrase.p, phrase.n) : NULL;
    size_t n = at ? (size_t)(at - text.p) + phrase.n : text.n;

    buf_put(b, span_sub(text, 0, n));
    if (!at)
        return;
    buf_printf(b, "%zu", number);
    while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
        n++;
    buf_put(b, span_sub(text, n, text.n));
}

/* Fewer nodes than the agreement has parties: most of these decide, two thirds of the witnesses suffice. */
static bool put_agreement(const struct sandbox *s, struct span text, size_t parties, const char *path,
                          struct why *w)
{
    size_t decide = s->n / 2 + 1, witnesses = (2 * (s->n - 1) + 2) / 3;
    struct buffer half, whole;
    bool ok;

    if (s->n == parties)
        return cli_write(path, text, 0644, w);
    buf_init(&half, LIMIT_FILE);
    buf_init(&whole, LIMIT_FILE);
    put_changed(&half, text, SPAN("admitted or suspended when "), decide);
    put_changed(&whole, buf_span(&half), SPAN("is witnessed when "), witnesses);
    ok = cli_write(path, buf_span(&whole), 0644, w);
    buf_free(&half);
    buf_free(&whole);
    return ok;
}

static bool pick(struct sandbox *s, struct span word, const struct agreement *a, struct why *w)
{
    if (word.n != 2 || !agreement_is_party(a, word) || s->n == SANDBOX_MEMBERS)
        return why_set(w, "sandbox", WHY_NO_OFFSET, NULL,
                       "--members: %.*s is no party of the sample agreement", (int)word.n,
                       (const char *)word.p);
    for (size_t i = 0; i < s->n; i++)
        if (span_eq_str(word, s->member[i]))
            return true;
    memcpy(s->member[s->n++], word.p, 2);
    return true;
}

static bool choose(struct sandbox *s, struct span text, const char *path, struct why *w)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct span party[SANDBOX_MEMBERS], rest = span_str(s->members), word = { 0 };
    struct agreement *a = faults ? agreement_parse(text, faults) : NULL;
    size_t n = 0;
    bool ok = a != NULL || why_set(w, "agreement", WHY_NO_OFFSET, NULL, "the sample agreement does not hold");

    if (a)
        n = agreement_parties(a, party, SANDBOX_MEMBERS);
    for (size_t i = 0; ok && !s->members && i < n; i++)
        ok = pick(s, party[i], a, w);
    while (ok && s->members && text_split(&rest, ' ', &word))
        ok = word.n == 0 || pick(s, word, a, w);
    ok = ok && (s->n > 1 || why_set(w, "sandbox", WHY_NO_OFFSET, NULL, "two members make a federation")) &&
         put_agreement(s, text, n, path, w);
    agreement_free(a);
    free(faults);
    return ok;
}

static void path_of(const struct sandbox *s, const char *name, char out[SANDBOX_PATH])
{
    (void)snprintf(out, SANDBOX_PATH, "%s/%s", s->folder, name);
}

static bool make_node(const struct sandbox *s, size_t i, const char *agreement, const char *table,
                      struct why *w)
{
    char folder[SANDBOX_PATH], listen[32], peers[32], address[40];

    path_of(s, s->member[i], folder);
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%zu", s->base + i);
    (void)snprintf(peers, sizeof peers, "127.0.0.1:%zu", s->base + SANDBOX_PEERS + i);
    (void)snprintf(address, sizeof address, "https://%s", peers);
    return sandbox_run((const char *const[]){ "serai", "init", "--specimen", "--sign-in", "off", "--member",
                                              s->member[i], "--agreement", agreement, "--listen", listen,
                                              "--peer-listen", peers, "--peer-address", address, folder,
                                              NULL },
                       w) &&
           sandbox_run((const char *const[]){ "serai", "licence", "register", "--node", folder, "import",
                                              table, NULL },
                       w);
}

static bool add_line(const char *path, struct span line, struct why *w)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, line.p, line.n) == (ssize_t)line.n;

    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    return ok || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write %s: %s", path, strerror(errno));
}

/* An account for TAXII tools at every node: name and password are "specimen". */
static bool put_accounts(const struct sandbox *s, struct why *w)
{
    char folder[SANDBOX_PATH], file[SANDBOX_PATH], hash[PASSWORD_HASH];
    struct buffer line;
    bool ok;

    path_of(s, "taxii.password", file);
    ok = cli_write(file, SPAN("specimen\n"), 0600, w) &&
         (password_hash(SPAN("specimen"), hash) ||
          why_set(w, "passphrase", WHY_NO_OFFSET, NULL, "there is no memory for the password's hash"));
    buf_init(&line, 4096);
    if (ok)
        buf_printf(&line,
                   "taxii-collection = cert %s \"Shared by the members\" alias=shared\n"
                   "taxii-account = specimen %s read=* write=* tlp=red cert\n",
                   cyber_shared_collection(), hash);
    for (size_t i = 0; ok && i < s->n; i++) {
        path_of(s, s->member[i], folder);
        ok = (size_t)snprintf(file, sizeof file, "%s/node.conf", folder) < sizeof file &&
             add_line(file, buf_span(&line), w);
    }
    buf_free(&line);
    return ok;
}

/* What each says of itself, in one file: cards and acts, a blank line between. */
static bool gather(const struct sandbox *s, const char *all, struct arena *a, struct span *bundle,
                   struct why *w)
{
    char folder[SANDBOX_PATH], one[SANDBOX_PATH];
    struct buffer b;
    bool ok = true;

    path_of(s, "one.acts", one);
    buf_init(&b, LIMIT_FILE);
    for (size_t i = 0; ok && i < s->n; i++) {
        struct span text = { 0 };

        path_of(s, s->member[i], folder);
        ok =
            sandbox_run(
                (const char *const[]){ "serai", "trust", "acts", "--node", folder, "--out", one, NULL }, w) &&
            cli_read(one, a, &text, w);
        while (text.n && text.p[text.n - 1] == '\n')
            text.n--;
        buf_str(&b, i ? "\n" : "");
        buf_put(&b, text);
        buf_u8(&b, '\n');
    }
    (void)unlink(one);
    ok = ok && cli_write(all, buf_span(&b), 0644, w);
    *bundle = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return ok;
}

/* In earnest a person has every fingerprint read out; here all keys were made a moment ago, by one hand. */
static bool join(const struct sandbox *s, size_t i, const char *agreement, const char *all,
                 char (*fingerprint)[FINGERPRINT_TEXT], size_t n, struct why *w)
{
    char folder[SANDBOX_PATH];
    const char *argv[16 + 2 * SANDBOX_MEMBERS] = { "serai",   "join",   "--node", folder,  "--agreement",
                                                   agreement, "--from", all,      "--out", "/dev/null" };
    size_t k = 10;

    path_of(s, s->member[i], folder);
    for (size_t m = 0; m < n; m++) {
        argv[k++] = "--fingerprint";
        argv[k++] = fingerprint[m];
    }
    return sandbox_run(argv, w);
}

static bool join_all(const struct sandbox *s, const char *agreement, struct arena *a, struct why *w)
{
    char all[SANDBOX_PATH], fingerprint[SANDBOX_MEMBERS][FINGERPRINT_TEXT];
    struct trust_bundle bundle;
    struct span text = { 0 };
    size_t n = 0;

    path_of(s, "all.acts", all);
    if (!gather(s, all, a, &text, w) || !trust_bundle_parse(text, a, &bundle, w))
        return false;
    for (size_t i = 0; i < bundle.n_cards && n < SANDBOX_MEMBERS; i++) {
        struct member_card c;

        if (!card_verify(bundle.card[i], &c, w))
            return false;
        (void)fingerprint_format(c.fingerprint, fingerprint[n++]);
    }
    for (size_t i = 0; i < s->n; i++)
        if (!join(s, i, agreement, all, fingerprint, n, w))
            return false;
    return true;
}

static bool make_all(struct sandbox *s, struct arena *a, struct why *w)
{
    char sample[4096], agreement[SANDBOX_PATH], table[SANDBOX_PATH];
    struct span text;

    (void)snprintf(sample, sizeof sample, "%s/agreements/eco.agreement", cli_data());
    path_of(s, "agreement", agreement);
    path_of(s, "licences.csv", table);
    if (!cli_read(sample, a, &text, w) || !choose(s, text, agreement, w) ||
        !cli_write(table, span_str(licences), 0644, w))
        return false;
    for (size_t i = 0; i < s->n; i++)
        if (!make_node(s, i, agreement, table, w))
            return false;
    return put_accounts(s, w) && join_all(s, agreement, a, w);
}

bool sandbox_make(struct sandbox *s, struct why *w)
{
    struct arena a;
    bool ok;

    if (strlen(s->folder) > SANDBOX_PATH - 64)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (mkdir(s->folder, 0755) != 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make %s: %s", s->folder, strerror(errno));
    arena_init(&a, 64 << 20);
    ok = make_all(s, &a, w);
    arena_free(&a);
    return ok;
}
