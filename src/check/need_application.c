#include "check/need_application.h"

#include <stdio.h>

#include "agreement/fee.h"

enum { PAGE_ROOM = 512 };

static void put_items(struct json_writer *j, const char *key, const struct permission_item *item, size_t n,
                      const char *language)
{
    jw_array(j, key);
    for (size_t i = 0; i < n; i++) {
        jw_object(j, NULL);
        jw_str(j, "name", item[i].name);
        jw_str(j, "title", permission_item_title(&item[i], language));
        jw_bool(j, "optional", item[i].optional);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_consulted(struct json_writer *j, const struct need_permission *p)
{
    jw_array(j, "consulted");
    for (size_t i = 0; i < p->n_consulted; i++) {
        jw_object(j, NULL);
        jw_text(j, "member", p->consulted[i].member);
        jw_int(j, "days", p->consulted[i].days);
        jw_str(j, "silence", permission_silence_word(p->consulted[i].silence));
        jw_object_end(j);
    }
    jw_array_end(j);
    if (p->consulted_days)
        jw_int(j, "consulted_days", p->consulted_days);
    else
        jw_null(j, "consulted_days");
}

/* RFC 3986, 2.3: everything but unreserved letters as %XX. */
static size_t put_escaped(char *to, size_t n, size_t room, struct span s)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.n && n + 4 < room; i++) {
        uint8_t c = s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '.' || c == '_' || c == '~';

        if (plain) {
            to[n++] = (char)c;
        } else {
            to[n++] = '%';
            to[n++] = hex[c >> 4];
            to[n++] = hex[c & 15];
        }
    }
    to[n] = 0;
    return n;
}

/* "/apply.html?kind=eco%20visa&purpose=tourism"; none where a word is too long for an address. */
static void put_page(struct json_writer *j, const struct need_permission *p)
{
    char to[PAGE_ROOM];
    size_t n;

    if (!p->block || 3 * (p->kind.n + p->purpose.n) + 64 > sizeof to) {
        jw_null(j, "page");
        return;
    }
    n = (size_t)snprintf(to, sizeof to, "/apply.html?kind=");
    n = put_escaped(to, n, sizeof to, p->kind);
    n += (size_t)snprintf(to + n, sizeof to - n, "&purpose=");
    (void)put_escaped(to, n, sizeof to, p->purpose);
    jw_str(j, "page", to);
}

void need_application_json(struct json_writer *j, const char *key, const struct need_permission *p,
                           const char *language)
{
    const struct permission_kind *k = p->block;

    jw_object(j, key);
    jw_text(j, "kind", p->kind);
    if (p->purpose.n)
        jw_text(j, "purpose", p->purpose);
    else
        jw_null(j, "purpose");
    jw_str(j, "title", k ? permission_title(k, language) : NULL);
    jw_str(j, "article", k ? k->article : NULL);
    fee_json(j, "fee", p->fee, &p->cost);
    put_items(j, "asks", k ? k->asks : NULL, k ? k->n_asks : 0, language);
    put_items(j, "files", k ? k->attachments : NULL, k ? k->n_attachments : 0, language);
    put_consulted(j, p);
    if (k)
        jw_int(j, "officers", k->officers);
    else
        jw_null(j, "officers");
    put_page(j, p);
    jw_object_end(j);
}
