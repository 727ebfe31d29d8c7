#include "node/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "log/keep.h"
#include "store/store.h"
#include "trust/card.h"

enum type {
    TYPE_TEXT,
    TYPE_LINE,
    TYPE_MEMBER,
    TYPE_PATH,
    TYPE_KEEP,
    TYPE_STORE,
    TYPE_CONFIRM,
    TYPE_ADDRESS,
    TYPE_URL,
    TYPE_FROM,
    TYPE_HOURS,
    TYPE_COUNT,
    TYPE_OFFSET,
    TYPE_LIST,
    TYPE_LOG,
    TYPE_LEVEL,
    TYPE_WATCHERS,
    TYPE_SIGN_IN,
    TYPE_SERVICE, /* from here on: also several */
    TYPE_TAXII_ROOT,
    TYPE_TAXII_COLLECTION,
    TYPE_TAXII_ACCOUNT,
    TYPE_CYBER_PERSON,
    TYPE_PROVE
};

static const struct key {
    const char *name;
    enum type type;
    bool required;
    size_t at; /* of the field in node_config */
    const char *expected;
} keys[] = {
#define FIELD(f) offsetof(struct node_config, f)
    { "member", TYPE_MEMBER, true, FIELD(member), WHY_TEXT("two capital letters such as IR") },
    { "name", TYPE_TEXT, true, FIELD(name), WHY_TEXT("a name such as ir.specimen") },
    { "listen", TYPE_ADDRESS, false, FIELD(host),
      WHY_TEXT("an address and a port such as 127.0.0.1:7311 or [::1]:7311") },
    { "agreement", TYPE_PATH, true, FIELD(agreement), WHY_TEXT("a file") },
    { "anchors", TYPE_PATH, false, FIELD(anchors), WHY_TEXT("a folder or a file of certificates") },
    { "store", TYPE_STORE, true, FIELD(store),
      WHY_TEXT("a file, or postgresql://ROLE@HOST:PORT,HOST:PORT/DATABASE as libpq has it") },
    { "store-confirm", TYPE_CONFIRM, false, FIELD(store_confirm), WHY_TEXT("standby or leader") },
    { "node-key", TYPE_PATH, false, FIELD(node_key), WHY_TEXT("a file, or a key of a token: pkcs11:…") },
    { "signer-key", TYPE_PATH, false, FIELD(signer_key), WHY_TEXT("a file") },
    { "signer-certificate", TYPE_PATH, false, FIELD(signer_certificate), WHY_TEXT("a file") },
    { "trust", TYPE_PATH, false, FIELD(trust), WHY_TEXT("a folder") },
    { "status", TYPE_PATH, false, FIELD(status), WHY_TEXT("a folder") },
    { "advisories", TYPE_PATH, false, FIELD(advisories), WHY_TEXT("a folder") },
    { "aggregator", TYPE_PATH, false, FIELD(aggregator), WHY_TEXT("a folder") },
    { "lookup", TYPE_PATH, false, FIELD(lookup), WHY_TEXT("a folder") },
    { "cyber", TYPE_PATH, false, FIELD(cyber), WHY_TEXT("a folder") },
    { "detector", TYPE_PATH, false, FIELD(detector), WHY_TEXT("a folder") },
    { "warninglists", TYPE_PATH, false, FIELD(warninglists), WHY_TEXT("a folder") },
    { "indicator-days-address", TYPE_HOURS, false, FIELD(days_address), WHY_TEXT("days, from 1 to 8760") },
    { "indicator-days-name", TYPE_HOURS, false, FIELD(days_name), WHY_TEXT("days, from 1 to 8760") },
    { "indicator-days-url", TYPE_HOURS, false, FIELD(days_url), WHY_TEXT("days, from 1 to 8760") },
    { "indicator-days-mail", TYPE_HOURS, false, FIELD(days_mail), WHY_TEXT("days, from 1 to 8760") },
    { "indicator-days-hash", TYPE_HOURS, false, FIELD(days_hash), WHY_TEXT("days, from 1 to 8760") },
    { "list-signer-key", TYPE_PATH, false, FIELD(list_signer_key), WHY_TEXT("a file") },
    { "list-signer-certificate", TYPE_PATH, false, FIELD(list_signer_certificate), WHY_TEXT("a file") },
    { "vical-signer-key", TYPE_PATH, false, FIELD(vical_signer_key), WHY_TEXT("a file") },
    { "vical-signer-certificate", TYPE_PATH, false, FIELD(vical_signer_certificate), WHY_TEXT("a file") },
    { "country-certificate", TYPE_PATH, false, FIELD(country_certificate), WHY_TEXT("a file") },
    { "licence-signer-key", TYPE_PATH, false, FIELD(licence_signer_key), WHY_TEXT("a file") },
    { "licence-signer-certificate", TYPE_PATH, false, FIELD(licence_signer_certificate), WHY_TEXT("a file") },
    { "licence-authority-certificate", TYPE_PATH, false, FIELD(licence_authority_certificate),
      WHY_TEXT("a file") },
    { "tls-certificate", TYPE_PATH, false, FIELD(tls_certificate), WHY_TEXT("a file") },
    { "tls-key", TYPE_PATH, false, FIELD(tls_key), WHY_TEXT("a file") },
    { "sign-in", TYPE_SIGN_IN, false, FIELD(sign_in), WHY_TEXT("required or off") },
    { "sign-in-minutes", TYPE_HOURS, false, FIELD(sign_in_minutes), WHY_TEXT("minutes, from 1 to 8760") },
    { "sign-in-hours", TYPE_HOURS, false, FIELD(sign_in_hours), WHY_TEXT("hours, from 1 to 8760") },
    { "passkey-place", TYPE_PROVE, false, 0, WHY_TEXT("the name of the host, such as serai.example") },
    { "passkey-origin", TYPE_PROVE, false, 0,
      WHY_TEXT("where browsers reach this node, such as https://serai.example or http://localhost:7311") },
    { "oidc-issuer", TYPE_PROVE, false, 0, WHY_TEXT("https://… as the provider names itself") },
    { "oidc-client", TYPE_PROVE, false, 0, WHY_TEXT("this node's name at the provider") },
    { "oidc-secret-file", TYPE_PROVE, false, 0, WHY_TEXT("a file") },
    { "oidc-ca", TYPE_PROVE, false, 0, WHY_TEXT("a file of certificates") },
    { "oidc-roles-claim", TYPE_PROVE, false, 0, WHY_TEXT("the name of a claim, such as groups") },
    { "oidc-role", TYPE_PROVE, false, 0,
      WHY_TEXT("\"VALUE\" of the claim and roles, such as \"border\" lane roadside") },
    { "officers-ca", TYPE_PATH, false, FIELD(officers_ca), WHY_TEXT("a file") },
    { "peer-listen", TYPE_ADDRESS, false, FIELD(peer_host),
      WHY_TEXT("an address and a port such as 0.0.0.0:7411 or [::]:7411") },
    { "peer-address", TYPE_URL, false, FIELD(peer_address),
      WHY_TEXT("how others reach the members' port, such as https://10.0.0.2:7411") },
    { "transport-key", TYPE_PATH, false, FIELD(transport_key), WHY_TEXT("a file") },
    { "transport-certificate", TYPE_PATH, false, FIELD(transport_certificate), WHY_TEXT("a file") },
    { "log-key", TYPE_PATH, false, FIELD(log_key), WHY_TEXT("a file") },
    { "log-key-before", TYPE_LINE, false, FIELD(log_key_before),
      WHY_TEXT("the verifier key of the log key before this one") },
    { "witness-key", TYPE_PATH, false, FIELD(witness_key), WHY_TEXT("a file") },
    { "logs", TYPE_PATH, false, FIELD(logs), WHY_TEXT("a folder") },
    { "logs-keep", TYPE_KEEP, false, FIELD(logs_keep),
      WHY_TEXT("a folder, or etcd http://ADDRESS:PORT,… [ca=FILE] [certificate=FILE key=FILE]") },
    { "sync-from", TYPE_FROM, false, FIELD(sync_from),
      WHY_TEXT("the member, or the address of its members' port such as https://10.0.0.2:7411") },
    { "edges", TYPE_PATH, false, FIELD(edges), WHY_TEXT("a file") },
    { "stale-after", TYPE_HOURS, false, FIELD(stale_hours), WHY_TEXT("hours, from 1 to 8760") },
    { "threads", TYPE_COUNT, false, FIELD(threads), WHY_TEXT("a number from 1 to 64") },
    { "utc-offset", TYPE_OFFSET, false, FIELD(utc_offset),
      WHY_TEXT("hours and minutes from UTC such as +03:30") },
    { "desks", TYPE_PATH, false, FIELD(desks), WHY_TEXT("a folder with a node's folder for each member") },
    { "answer-with", TYPE_SERVICE, false, FIELD(services),
      WHY_TEXT("\"TOPIC\" and http://ADDRESS:PORT/PATH of loopback or a private network, or the path of a "
               "command") },
    { "match-purpose", TYPE_LINE, false, FIELD(match_purpose),
      WHY_TEXT("why clients of /match ask that say nothing, such as customer") },
    { "match-officer", TYPE_LINE, false, FIELD(match_officer),
      WHY_TEXT("the id of the office in whose name they ask") },
    { "offence-authority", TYPE_LINE, false, FIELD(offence_authority),
      WHY_TEXT("the office that fines, at most 150 bytes") },
    { "offence-redress", TYPE_LINE, false, FIELD(offence_redress),
      WHY_TEXT("how a fine is contested, at most 1000 bytes") },
    { "offence-days", TYPE_COUNT, false, FIELD(offence_days), WHY_TEXT("a number from 1 to 64") },
    { "complaint-acknowledge-days", TYPE_HOURS, false, FIELD(complaint_acknowledge),
      WHY_TEXT("days, from 1 to 8760") },
    { "complaint-answer-days", TYPE_HOURS, false, FIELD(complaint_answer), WHY_TEXT("days, from 1 to 8760") },
    { "complaint-appeal-days", TYPE_HOURS, false, FIELD(complaint_appeal), WHY_TEXT("days, from 1 to 8760") },
    { "complaint-decide-days", TYPE_HOURS, false, FIELD(complaint_decide), WHY_TEXT("days, from 1 to 8760") },
    { "complaint-keep-days", TYPE_HOURS, false, FIELD(complaint_keep), WHY_TEXT("days, from 1 to 8760") },
    { "complaint-offices", TYPE_LIST, false, FIELD(complaint_offices),
      WHY_TEXT("names of offices with blanks between, such as border-office customs") },
    { "appeal-offices", TYPE_LIST, false, FIELD(appeal_offices),
      WHY_TEXT("names of offices with blanks between") },
    { "hit-close-hours", TYPE_HOURS, false, FIELD(hit_close_hours), WHY_TEXT("hours, from 1 to 8760") },
    { "hit-answer-hours", TYPE_HOURS, false, FIELD(hit_answer_hours), WHY_TEXT("hours, from 1 to 8760") },
    { "hit-remember-days", TYPE_HOURS, false, FIELD(hit_remember_days), WHY_TEXT("days, from 1 to 8760") },
    { "hit-keep-days", TYPE_HOURS, false, FIELD(hit_keep_days), WHY_TEXT("days, from 1 to 8760") },
    { "hit-officers", TYPE_COUNT, false, FIELD(hit_officers), WHY_TEXT("a number from 1 to 64") },
    { "reader", TYPE_TEXT, false, FIELD(reader),
      WHY_TEXT("any, or a part of the reader's name as in serai read --list") },
    { "log", TYPE_LOG, false, FIELD(log), WHY_TEXT("json, text or off") },
    { "log-level", TYPE_LEVEL, false, FIELD(log_level), WHY_TEXT("error, warning or info") },
    { "metrics", TYPE_WATCHERS, false, FIELD(metrics),
      WHY_TEXT("off, or loopback and numeric addresses with blanks between") },
    { "exposure-offices", TYPE_LIST, false, FIELD(exposure_offices),
      WHY_TEXT("ids of offices with blanks between") },
    { "notice-officers", TYPE_LIST, false, FIELD(notice_officers),
      WHY_TEXT("ids of offices with blanks between") },
    { "visa-officers", TYPE_LIST, false, FIELD(officers), WHY_TEXT("ids of offices with blanks between") },
    { "applications-kept", TYPE_COUNT, false, FIELD(applications_kept), WHY_TEXT("a number from 1 to 64") },
    { "hosts", TYPE_LIST, false, FIELD(hosts), WHY_TEXT("names with blanks between") },
    { "languages", TYPE_LIST, false, FIELD(languages),
      WHY_TEXT("language tags with blanks between, such as fa en") },
    { "purposes", TYPE_LIST, false, FIELD(purposes),
      WHY_TEXT("words with blanks between, or commas when a word has several parts") },
    { "modes", TYPE_LIST, false, FIELD(modes),
      WHY_TEXT("words with blanks or commas between, such as air road rail sea") },
    { "quarantine-days", TYPE_HOURS, false, FIELD(quarantine_days), WHY_TEXT("days, from 1 to 8760") },
    { "taxii-title", TYPE_LINE, false, FIELD(taxii_title), WHY_TEXT("a title") },
    { "taxii-description", TYPE_LINE, false, FIELD(taxii_description), WHY_TEXT("a text") },
    { "taxii-contact", TYPE_LINE, false, FIELD(taxii_contact), WHY_TEXT("how the operator is reached") },
    { "taxii-default", TYPE_TEXT, false, FIELD(taxii_default), WHY_TEXT("the name of a taxii-root") },
    { "taxii-root", TYPE_TAXII_ROOT, false, FIELD(taxii),
      WHY_TEXT("NAME \"TITLE\" [\"DESCRIPTION\"] [max=BYTES]") },
    { "taxii-collection", TYPE_TAXII_COLLECTION, false, FIELD(taxii),
      WHY_TEXT("ROOT ID \"TITLE\" [\"DESCRIPTION\"] [alias=WORD] [media=2.0,2.1], the root before it, no id "
               "twice") },
    { "taxii-account", TYPE_TAXII_ACCOUNT, false, FIELD(taxii),
      WHY_TEXT(
          "NAME HASH [read=ID,...] [write=ID,...] [see=ID,...] [tlp=WORD] [cert] [drill] [groups=...], as "
          "serai cyber account prints it") },
    { "cyber-person", TYPE_CYBER_PERSON, false, FIELD(persons),
      WHY_TEXT("OFFICER [tlp=WORD] [drill] [groups=NAME,...]") },
    { "post-file", TYPE_PATH, false, FIELD(post_file), WHY_TEXT("a file") },
    { "posts", TYPE_LIST, false, FIELD(posts),
      WHY_TEXT("words with blanks between, or commas when a word has several parts") },
#undef FIELD
};

enum { KEYS = sizeof keys / sizeof *keys };

struct parse {
    struct arena *a;
    const char *folder;
    struct node_config c;
    struct config_fault *fault;
    struct span line; /* the whole, for columns */
    unsigned number;
    unsigned seen[KEYS]; /* the line that set it */
};

/* Always false. at points into the line. */
static bool fault(struct parse *p, const uint8_t *at, const char *fmt, ...) PRINTF_LIKE(3, 4);

static bool fault(struct parse *p, const uint8_t *at, const char *fmt, ...)
{
    unsigned column = 1;
    va_list ap;

    for (const uint8_t *c = p->line.p; c < at; c++)
        if ((*c & 0xc0) != 0x80)
            column++;
    p->fault->line = p->number;
    p->fault->column = column;
    va_start(ap, fmt);
    (void)vsnprintf(p->fault->message, sizeof p->fault->message, why_text(fmt), ap);
    va_end(ap);
    return false;
}

static const char *nearest_key(struct span name)
{
    size_t best = 0;

    for (size_t i = 1; i < KEYS; i++)
        if (text_distance(name, span_str(keys[i].name)) < text_distance(name, span_str(keys[best].name)))
            best = i;
    return keys[best].name;
}

static bool is_word(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] == 0x7f)
            return false;
    return s.n > 0;
}

/* "host:port" or "[host]:port"; the address is numeric so that no name service decides what is reachable. */
static bool read_address(struct parse *p, struct span v, const char **to, uint16_t *to_port)
{
    size_t colon = v.n;
    struct span host, port;
    uint8_t binary[16];
    unsigned number = 0;
    char *text;

    while (colon > 0 && v.p[colon - 1] != ':')
        colon--;
    if (colon < 2)
        return false;
    host = span_sub(v, 0, colon - 1);
    port = span_sub(v, colon, v.n);
    if (host.p[0] == '[') {
        if (host.n < 3 || host.p[host.n - 1] != ']')
            return false;
        host = span_sub(host, 1, host.n - 1);
    }
    if (port.n < 1 || port.n > 5)
        return false;
    for (size_t i = 0; i < port.n; i++) {
        if (!ascii_digit(port.p[i]))
            return false;
        number = number * 10 + (unsigned)(port.p[i] - '0');
    }
    text = arena_str(p->a, host);
    if (!text || number > 65535 || strlen(text) != host.n ||
        inet_pton(v.p[0] == '[' ? AF_INET6 : AF_INET, text, binary) != 1)
        return false;
    *to = text;
    *to_port = (uint16_t)number;
    return true;
}

static bool read_list(struct parse *p, struct span v, struct config_list *out)
{
    uint8_t between = memchr(v.p, ',', v.n) ? ',' : ' ';
    struct span word;

    out->n = 0;
    while (text_split(&v, between, &word)) {
        word = text_trim(word);
        if (word.n == 0 && between == ' ')
            continue;
        if (out->n == CONFIG_LIST || word.n == 0)
            return false;
        out->item[out->n++] = arena_str(p->a, word);
    }
    return out->n > 0;
}

/* "+03:30", "-05:00", at most 14 hours: seconds east of UTC. */
static bool read_offset(struct span v, int32_t *out)
{
    int32_t minutes;

    if (v.n != 6 || (v.p[0] != '+' && v.p[0] != '-') || v.p[3] != ':' || !ascii_digit(v.p[1]) ||
        !ascii_digit(v.p[2]) || !ascii_digit(v.p[4]) || !ascii_digit(v.p[5]) || v.p[4] > '5')
        return false;
    minutes = ((v.p[1] - '0') * 10 + (v.p[2] - '0')) * 60 + (v.p[4] - '0') * 10 + (v.p[5] - '0');
    if (minutes > 14 * 60)
        return false;
    *out = (v.p[0] == '-' ? -60 : 60) * minutes;
    return true;
}

static bool is_one_of(struct span v, const char *const *word)
{
    while (*word && !span_eq_str(v, *word))
        word++;
    return *word != NULL;
}

/* "off" alone, or "loopback" and numeric addresses. */
static bool read_watchers(struct parse *p, struct span v, struct config_list *out)
{
    uint8_t binary[16];

    if (!read_list(p, v, out))
        return false;
    for (size_t i = 0; i < out->n; i++) {
        const char *item = out->item[i];

        if (!item || (strcmp(item, "off") == 0 && out->n > 1))
            return false;
        if (strcmp(item, "off") != 0 && strcmp(item, "loopback") != 0 &&
            inet_pton(AF_INET, item, binary) != 1 && inet_pton(AF_INET6, item, binary) != 1)
            return false;
    }
    return true;
}

static bool read_count(struct span v, unsigned *out)
{
    unsigned n = 0;

    if (v.n > 2)
        return false;
    for (size_t i = 0; i < v.n; i++) {
        if (!ascii_digit(v.p[i]))
            return false;
        n = n * 10 + (unsigned)(v.p[i] - '0');
    }
    if (n < 1 || n > 64)
        return false;
    *out = n;
    return true;
}

static bool read_hours(struct span v, unsigned *out)
{
    unsigned n = 0;

    if (v.n < 1 || v.n > 4)
        return false;
    for (size_t i = 0; i < v.n; i++) {
        if (!ascii_digit(v.p[i]))
            return false;
        n = n * 10 + (unsigned)(v.p[i] - '0');
    }
    if (n < 1 || n > 8760)
        return false;
    *out = n;
    return true;
}

static bool is_state(struct span v)
{
    return v.n == 2 && ascii_upper(v.p[0]) && ascii_upper(v.p[1]);
}

static const char *join_path(struct parse *p, struct span v)
{
    size_t n = strlen(p->folder);
    char *path;

    if (v.p[0] == '/' || span_starts(v, SPAN("pkcs11:")))
        return arena_str(p->a, v);
    path = arena_alloc(p->a, n + v.n + 2);
    if (path)
        (void)snprintf(path, n + v.n + 2, "%s/%.*s", p->folder, (int)v.n, (const char *)v.p);
    return path;
}

/* Bytes of path before its last '/'. */
static const char *folder_of(const char *path, struct arena *a)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    if (slash == path)
        return "/";
    return arena_str(a, span_of(path, (size_t)(slash - path)));
}

/* The key of a store in a server stands in the node's folder. */
static bool read_store(struct parse *p, struct span v)
{
    const char *text = arena_str(p->a, v);

    if (!text)
        return false;
    p->c.store = store_is_server(text) ? text : join_path(p, v);
    p->c.store_folder = store_is_server(text) ? p->folder : folder_of(p->c.store, p->a);
    return p->c.store && (p->c.store != text || !memchr(v.p, ' ', v.n));
}

/* A folder; or a cluster, with the names of files in the node's folder. */
static bool read_keep(struct parse *p, struct span v, const char **out)
{
    static const char *const files[] = { "ca=", "certificate=", "key=" };
    struct log_keep k = { 0 };
    struct buffer b;
    struct span word;
    bool ok;

    if (!span_starts(v, SPAN("etcd "))) {
        *out = join_path(p, v);
        return *out != NULL;
    }
    buf_init(&b, 16 * 1024);
    while (text_split(&v, ' ', &word)) {
        size_t skip = 0;

        for (size_t i = 0; i < 3; i++)
            if (span_starts(word, span_str(files[i])))
                skip = strlen(files[i]);
        if (b.n)
            buf_u8(&b, ' ');
        buf_put(&b, span_sub(word, 0, skip));
        word = span_sub(word, skip, word.n);
        if (skip && word.n)
            buf_str(&b, join_path(p, word));
        else
            buf_put(&b, word);
    }
    *out = buf_ok(&b) ? arena_str(p->a, buf_span(&b)) : NULL;
    buf_free(&b);
    ok = *out && log_keep_open(*out, SPAN("log"), NULL, &k, NULL);
    log_keep_close(&k);
    return ok;
}

static bool read_value(struct parse *p, const struct key *key, struct span v)
{
    static const char *const forms[] = { "json", "text", "off", NULL };
    static const char *const levels[] = { "error", "warning", "info", NULL };
    static const char *const confirms[] = { "standby", "leader", NULL };
    void *field = (char *)&p->c + key->at;
    const char **text = field;

    if (memchr(v.p, 0, v.n))
        return false;
    switch (key->type) {
    case TYPE_MEMBER:
        *text = arena_str(p->a, v);
        return is_state(v);
    case TYPE_TEXT:
        *text = arena_str(p->a, v);
        return is_word(v) && v.n <= 64;
    case TYPE_LINE:
        *text = arena_str(p->a, v);
        return *text && v.n <= (field == (void *)&p->c.offence_authority ? 150 : 1000);
    case TYPE_PATH:
        *text = join_path(p, v);
        return true;
    case TYPE_KEEP:
        return read_keep(p, v, text);
    case TYPE_STORE:
        return read_store(p, v);
    case TYPE_CONFIRM:
        *text = arena_str(p->a, v);
        return is_one_of(v, confirms);
    case TYPE_ADDRESS:
        return read_address(p, v, text, field == (void *)&p->c.host ? &p->c.port : &p->c.peer_port);
    case TYPE_URL:
        *text = arena_str(p->a, v);
        return card_address_valid(v);
    case TYPE_FROM:
        *text = arena_str(p->a, v);
        return is_state(v) || card_address_valid(v);
    case TYPE_HOURS:
        return read_hours(v, field);
    case TYPE_COUNT:
        return read_count(v, field);
    case TYPE_OFFSET:
        return read_offset(v, field);
    case TYPE_LIST:
        return read_list(p, v, field);
    case TYPE_LOG:
    case TYPE_LEVEL:
        *text = arena_str(p->a, v);
        return is_one_of(v, key->type == TYPE_LOG ? forms : levels);
    case TYPE_WATCHERS:
        return read_watchers(p, v, field);
    case TYPE_SIGN_IN:
        *(bool *)field = span_eq_str(v, "required");
        return span_eq_str(v, "required") || span_eq_str(v, "off");
    case TYPE_SERVICE:
        return p->c.services.n < LIMIT_SERVICES &&
               service_config_parse(v, p->a, &p->c.services.item[p->c.services.n++]);
    case TYPE_TAXII_ROOT:
        return taxii_config_root(v, p->a, &p->c.taxii);
    case TYPE_TAXII_COLLECTION:
        return taxii_config_collection(v, p->a, &p->c.taxii);
    case TYPE_TAXII_ACCOUNT:
        return taxii_config_account(v, p->a, &p->c.taxii);
    case TYPE_CYBER_PERSON:
        return cyber_person_read(v, p->a, &p->c.persons);
    case TYPE_PROVE:
        return prove_config_read(key->name, v, p->folder, p->a, &p->c.prove);
    }
    return false;
}

static bool read_line(struct parse *p)
{
    const uint8_t *equals = p->line.n ? memchr(p->line.p, '=', p->line.n) : NULL;
    struct span line = text_trim(p->line), name, value;
    size_t k = 0;

    if (line.n == 0 || line.p[0] == '#')
        return true;
    if (!equals)
        return fault(p, line.p, "expected `key = value` or a comment that begins with #");
    name = text_trim(span_of(p->line.p, (size_t)(equals - p->line.p)));
    value = text_trim(span_sub(p->line, (size_t)(equals - p->line.p) + 1, p->line.n));
    while (k < KEYS && !span_eq_str(name, keys[k].name))
        k++;
    if (k == KEYS)
        return fault(p, line.p, "unknown key `%.*s`: perhaps `%s` is meant", name.n > 40 ? 40 : (int)name.n,
                     (const char *)name.p, nearest_key(name));
    if (p->seen[k] && keys[k].type < TYPE_SERVICE)
        return fault(p, line.p, "`%s` stands on line %u already", keys[k].name, p->seen[k]);
    p->seen[k] = p->number;
    if (value.n == 0)
        return fault(p, equals + 1, "`%s` has no value: expected %s", keys[k].name,
                     why_text(keys[k].expected));
    if (!read_value(p, &keys[k], value))
        return fault(p, value.p, "`%s` is not understood: expected %s", keys[k].name,
                     why_text(keys[k].expected));
    return true;
}

static bool whole(struct parse *p)
{
#define PAIR(text, of)                                                                                       \
    {                                                                                                        \
        text, offsetof(struct node_config, of##_key), offsetof(struct node_config, of##_certificate)         \
    }
    static const struct {
        const char *name;
        size_t key, certificate;
    } pairs[] = { PAIR("tls", tls),
                  PAIR("signer", signer),
                  PAIR("list-signer", list_signer),
                  PAIR("vical-signer", vical_signer),
                  PAIR("licence-signer", licence_signer),
                  PAIR("transport", transport) };
#undef PAIR

    p->number = 0;
    p->line = (struct span){ NULL, 0 };
    for (size_t k = 0; k < KEYS; k++) {
        if (keys[k].required && !p->seen[k]) {
            (void)fault(p, NULL, "`%s` is missing: add `%s = …`, %s", keys[k].name, keys[k].name,
                        why_text(keys[k].expected));
            p->fault->column = 0;
            return false;
        }
    }
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        if (!*(const char *const *)((const char *)&p->c + pairs[k].key) ==
            !*(const char *const *)((const char *)&p->c + pairs[k].certificate))
            continue;
        (void)fault(p, NULL,
                    "a certificate and its key go together: set both %s-certificate and %s-key or none",
                    pairs[k].name, pairs[k].name);
        p->fault->column = 0;
        return false;
    }
    return true;
}

/* What the federation's keys are of no use without. */
static bool federation_whole(struct parse *p)
{
    const struct node_config *c = &p->c;
    const char *lacks =
        c->peer_host && !c->transport_key     ? WHY_TEXT("`peer-listen` needs `transport-key`")
        : c->log_key && !c->logs              ? WHY_TEXT("`log-key` needs `logs`, a folder")
        : c->witness_key && !c->logs          ? WHY_TEXT("`witness-key` needs `logs`, a folder")
        : c->log_key && !c->transport_key     ? WHY_TEXT("`log-key` needs `transport-key`")
        : c->witness_key && !c->transport_key ? WHY_TEXT("`witness-key` needs `transport-key`")
        : c->detector && !c->cyber            ? WHY_TEXT("`detector` needs `cyber`, a folder")
        : c->taxii && !c->cyber               ? WHY_TEXT("`taxii-root` needs `cyber`, a folder")
        : c->officers_ca && !c->tls_certificate
            ? WHY_TEXT("`officers-ca` needs `tls-certificate`: certificates are shown under TLS")
        : c->sync_from && !c->transport_key ? WHY_TEXT("`sync-from` needs `transport-key`")
        : c->sync_from && !c->trust         ? WHY_TEXT("`sync-from` needs `trust`, a folder")
        : c->sync_from && (c->log_key || c->witness_key || c->node_key || c->peer_host)
            ? WHY_TEXT("a node with `sync-from` signs nothing and listens to no member: no node-key, "
                       "log-key, witness-key, peer-listen")
        : c->sync_from && c->sync_from[2] == 0 && strcmp(c->sync_from, c->member) != 0
            ? WHY_TEXT("`sync-from` is the node's own member, or an address of its node")
            : NULL;

    lacks = lacks ? lacks : prove_config_lacks(c->prove);
    if (!lacks)
        return true;
    (void)fault(p, NULL, "%s", why_text(lacks));
    p->fault->column = 0;
    return false;
}

bool config_parse(struct span text, const char *folder, struct arena *a, struct node_config *out,
                  struct config_fault *f)
{
    struct parse p = {
        .a = a,
        .folder = folder,
        .fault = f,
        .c = { .host = "127.0.0.1",
               .port = CONFIG_PORT,
               .peer_port = CONFIG_PEER_PORT,
               .sign_in = true,
               .log = "text",
               .log_level = "info",
               .stale_hours = CONFIG_STALE_HOURS,
               .languages = { 4, { "en", "fa", "ru", "tr" } } },
    };
    size_t bad = utf8_valid_to(text);

    *f = (struct config_fault){ 0 };
    while (text_split(&text, '\n', &p.line)) {
        p.number++;
        if (bad < p.line.n)
            return fault(&p, p.line.p + bad, "this is not UTF-8 text");
        bad -= p.line.n + 1 <= bad ? p.line.n + 1 : bad;
        if (!read_line(&p))
            return false;
    }
    if (!whole(&p) || !federation_whole(&p))
        return false;
    *out = p.c;
    return true;
}

/* One server has no standby that could confirm. */
void config_store(const struct node_config *c, struct store_options *out)
{
    bool several = store_is_server(c->store) && strcspn(c->store, ",") < strcspn(c->store, "?");

    *out = (struct store_options){
        .path = c->store,
        .folder = c->store_folder,
        .utc_offset = c->utc_offset,
        .by_itself = c->store_confirm ? strcmp(c->store_confirm, "leader") == 0 : !several,
    };
}

bool config_load(const char *path, struct arena *a, struct node_config *out, struct why *w)
{
    uint8_t *mem = arena_alloc(a, LIMIT_CONFIG);
    struct config_fault f;
    FILE *file = fopen(path, "rb");
    size_t n;

    if (!file || !mem) {
        if (file)
            (void)fclose(file);
        return why_set(w, "config", WHY_NO_OFFSET, NULL,
                       "cannot read %s: %s; serai init makes a node's folder", path, strerror(errno));
    }
    n = fread(mem, 1, LIMIT_CONFIG, file);
    (void)fclose(file);
    if (n == LIMIT_CONFIG)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "%s is larger than %d bytes", path,
                       LIMIT_CONFIG - 1);
    if (config_parse(span_of(mem, n), folder_of(path, a), a, out, &f))
        return true;
    if (f.line)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "%s:%u:%u: %s", path, f.line, f.column, f.message);
    return why_set(w, "config", WHY_NO_OFFSET, NULL, "%s: %s", path, f.message);
}

bool config_is_loopback(const char *host)
{
    uint8_t v4[4], v6[16];
    static const uint8_t one[16] = { [15] = 1 };

    if (inet_pton(AF_INET, host, v4) == 1)
        return v4[0] == 127;
    return inet_pton(AF_INET6, host, v6) == 1 && memcmp(v6, one, 16) == 0;
}
