/* What the files of the client share. */
#ifndef SERAI_TAXII_CLIENT_INTERNAL_H
#define SERAI_TAXII_CLIENT_INTERNAL_H

#include "base/arena.h"
#include "base/limits.h"
#include "taxii/client.h"
#include "wire/json.h"

enum client_phase {
    CLIENT_FIND,       /* what the address is */
    CLIENT_ROOT,       /* the collection in one API root after the other */
    CLIENT_LIST,       /* by alias or title among the root's collections */
    CLIENT_COLLECTION, /* an address of a collection itself */
    CLIENT_PAGE,
    CLIENT_POST,
    CLIENT_STATUS,
    CLIENT_DONE,
    CLIENT_FAILED,
};

enum { CLIENT_ROOTS = 32, CLIENT_TEXT = 256, CLIENT_EMPTY = 16, CLIENT_STATUS_POLLS = 240 };

struct taxii_client {
    enum client_phase phase;
    struct why why;
    struct taxii_client_stats stats;
    struct arena a;                         /* of one answer */
    char url[TAXII_URL];                    /* of the request under way */
    char start[TAXII_URL], base[TAXII_URL]; /* the address given; the collection's, without its last slash */
    char collection[CLIENT_TEXT], match[CLIENT_TEXT];
    char root[CLIENT_ROOTS][TAXII_URL / 4];
    size_t roots, root_at;
    size_t limit, last_size;
    bool plain_accept, redirected;
    unsigned tries, failed, redirects, empty, polls;
    int64_t pace_ms, not_before; /* by the caller's clock */
    unsigned good;               /* answers in a row, after which the pace quickens */
    int64_t slowest;             /* what the pace never falls below: the caller's */

    bool pushing;
    taxii_page page;
    taxii_outcome outcome;
    void *ctx;
    struct taxii_place_in place;
    bool without_date;       /* `next` is sent alone: the server refuses both */
    char before[TAXII_NEXT]; /* the last `next` that gave a page */

    const struct span *object;
    size_t n, sent, batch; /* objects; those that are through; those of the POST under way */
    size_t most_bytes;
    struct buffer body;
    char status_id[CLIENT_TEXT];
};

bool client_fail(struct taxii_client *c, const char *reason, const char *fmt, ...) PRINTF_LIKE(3, 4);
void client_retry(struct taxii_client *c, int64_t now, int64_t wait_ms, const char *reason);

/* Texts of a member into out; false: absent or too long. */
bool client_text(const struct json *j, json_ref obj, const char *name, char *out, size_t room,
                 struct arena *a);
void client_copy(char *out, size_t room, struct span s);

/* Requests and answers of finding a collection, of pages, of posts. */
void client_ask_find(struct taxii_client *c);
void client_found(struct taxii_client *c, unsigned status, const struct json *j);
void client_ask_page(struct taxii_client *c);
void client_got_page(struct taxii_client *c, const struct taxii_answer *a, const struct json *j);
bool client_page_refused(struct taxii_client *c, unsigned status);
void client_ask_post(struct taxii_client *c);
void client_got_post(struct taxii_client *c, const struct json *j, int64_t now);
void client_begin(struct taxii_client *c);

#endif
