#include "node/taxii_config.h"

#include "base/text.h"
#include "crypto/password.h"
#include "stix/id.h"

enum { ITEMS = 16 };

/* A line as words: quoted ones without their quotes, "key=value" as a pair. */
struct item {
    struct span key, text; /* key empty: a word */
    bool quoted;
};

static bool split(struct span line, struct item out[ITEMS], size_t *n)
{
    struct span s = text_trim(line);

    for (*n = 0; s.n; s = text_trim(s)) {
        struct item it = { .quoted = s.p[0] == '"' };
        const uint8_t *end;

        if (*n == ITEMS)
            return false;
        if (it.quoted) {
            end = memchr(s.p + 1, '"', s.n - 1);
            if (!end)
                return false;
            it.text = span_of(s.p + 1, (size_t)(end - s.p) - 1);
            s = span_sub(s, it.text.n + 2, s.n);
        } else {
            size_t k = 0, equals;

            while (k < s.n && !ascii_space(s.p[k]) && s.p[k] != '"')
                k++;
            it.text = span_sub(s, 0, k);
            s = span_sub(s, k, s.n);
            end = it.text.n ? memchr(it.text.p, '=', it.text.n) : NULL;
            equals = end ? (size_t)(end - it.text.p) : 0;
            if (equals && it.text.p[0] != '$') {
                it.key = span_sub(it.text, 0, equals);
                it.text = span_sub(it.text, equals + 1, it.text.n);
            }
        }
        out[(*n)++] = it;
    }
    return *n > 0;
}

static bool begin(struct arena *a, struct taxii_config **c)
{
    if (!*c)
        *c = arena_alloc(a, sizeof **c);
    return *c != NULL;
}

/* Letters, digits, '-', '_', '.', not only dots. */
static bool is_name(struct span s)
{
    bool other = false;

    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]) && !ascii_lower(s.p[i]) && !ascii_upper(s.p[i]) && s.p[i] != '-' &&
            s.p[i] != '_' && s.p[i] != '.' && s.p[i] != '@')
            return false;
        other |= s.p[i] != '.';
    }
    return s.n > 0 && s.n <= 64 && other;
}

static size_t root_of(const struct taxii_config *c, struct span name)
{
    size_t i = 0;

    while (i < c->n_roots && !span_eq_str(name, c->root[i].name))
        i++;
    return i;
}

bool taxii_config_root(struct span line, struct arena *a, struct taxii_config **c)
{
    struct taxii_root_config r = { .most = LIMIT_TAXII_CONTENT };
    struct item it[ITEMS];
    size_t n, texts = 0;
    uint64_t most;

    if (!begin(a, c) || !split(line, it, &n) || n < 2 || (*c)->n_roots == LIMIT_TAXII_ROOTS ||
        !is_name(it[0].text) || it[0].key.n || span_eq_str(it[0].text, "taxii2") ||
        root_of(*c, it[0].text) < (*c)->n_roots)
        return false;
    r.name = arena_str(a, it[0].text);
    for (size_t i = 1; i < n; i++) {
        if (it[i].quoted && texts < 2)
            *(texts++ ? &r.description : &r.title) = arena_str(a, it[i].text);
        else if (span_eq_str(it[i].key, "max") && text_number(it[i].text, LIMIT_TAXII_CONTENT_MOST, &most) &&
                 most >= 1024)
            r.most = (size_t)most;
        else
            return false;
    }
    (*c)->root[(*c)->n_roots++] = r;
    return r.name && r.title;
}

static bool read_media(struct span v, bool *v20)
{
    struct span one;

    while (text_split(&v, ',', &one)) {
        if (span_eq_str(one, "2.0"))
            *v20 = true;
        else if (!span_eq_str(one, "2.1"))
            return false;
    }
    return true;
}

bool taxii_config_collection(struct span line, struct arena *a, struct taxii_config **c)
{
    struct taxii_collection_config k = { 0 };
    struct stix_uuid id;
    struct item it[ITEMS];
    size_t n, texts = 0;

    if (!begin(a, c) || !split(line, it, &n) || n < 3 || (*c)->n_collections == LIMIT_TAXII_COLLECTIONS ||
        !stix_uuid_read(it[1].text, &id))
        return false;
    k.root = root_of(*c, it[0].text);
    k.id = arena_str(a, it[1].text);
    if (k.root == (*c)->n_roots || !k.id)
        return false;
    for (size_t i = 0; i < (*c)->n_collections; i++)
        if (strcmp((*c)->collection[i].id, k.id) == 0)
            return false;
    for (size_t i = 2; i < n; i++) {
        if (it[i].quoted && texts < 2)
            *(texts++ ? &k.description : &k.title) = arena_str(a, it[i].text);
        else if (span_eq_str(it[i].key, "alias") && is_name(it[i].text))
            k.alias = arena_str(a, it[i].text);
        else if (!span_eq_str(it[i].key, "media") || !read_media(it[i].text, &k.v20))
            return false;
    }
    (*c)->collection[(*c)->n_collections++] = k;
    return k.title != NULL;
}

/* "*", or ids of collections, which are looked up when the node starts. */
static bool is_list(struct span v)
{
    struct stix_uuid id;
    struct span one;

    if (span_eq_str(v, "*"))
        return true;
    while (text_split(&v, ',', &one))
        if (!stix_uuid_read(one, &id))
            return false;
    return true;
}

static bool account_word(const struct item *it, struct arena *a, struct taxii_account_config *k)
{
    const char *text = arena_str(a, it->text);

    if (it->quoted || !text)
        return false;
    if (it->key.n == 0) {
        k->cert |= span_eq_str(it->text, "cert");
        k->drill |= span_eq_str(it->text, "drill");
        return span_eq_str(it->text, "cert") || span_eq_str(it->text, "drill");
    }
    if (it->text.n == 0)
        return false;
    if (span_eq_str(it->key, "tlp"))
        return tlp_read(TLP_STIX, it->text, &k->tlp);
    if (span_eq_str(it->key, "groups")) {
        k->groups = text;
        return true;
    }
    if (span_eq_str(it->key, "read"))
        k->read = text;
    else if (span_eq_str(it->key, "write"))
        k->write = text;
    else if (span_eq_str(it->key, "see"))
        k->see = text;
    else
        return false;
    return is_list(it->text);
}

bool taxii_config_account(struct span line, struct arena *a, struct taxii_config **c)
{
    struct taxii_account_config k = { .tlp = TLP_GREEN };
    struct item it[ITEMS];
    size_t n;

    if (!begin(a, c) || !split(line, it, &n) || n < 2 || (*c)->n_accounts == LIMIT_TAXII_ACCOUNTS ||
        it[0].key.n || !is_name(it[0].text) || it[1].key.n || !password_hash_valid(it[1].text))
        return false;
    for (size_t i = 0; i < (*c)->n_accounts; i++)
        if (span_eq_str(it[0].text, (*c)->account[i].name))
            return false;
    k.name = arena_str(a, it[0].text);
    k.hash = arena_str(a, it[1].text);
    for (size_t i = 2; i < n; i++)
        if (!account_word(&it[i], a, &k))
            return false;
    (*c)->account[(*c)->n_accounts++] = k;
    return k.name && k.hash;
}

bool taxii_listed(const char *list, const char *id)
{
    struct span rest = span_str(list), one;

    if (!list)
        return false;
    if (strcmp(list, "*") == 0)
        return true;
    while (text_split(&rest, ',', &one))
        if (span_eq_str(one, id))
            return true;
    return false;
}
