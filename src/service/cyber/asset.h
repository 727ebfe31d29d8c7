/*
 * Assets by product: what a constituent runs, how often, and nothing that says where. A list is a table
 * (CSV), a CycloneDX or an SPDX document in JSON. What names a host, an address, a person or a device is not
 * taken: the list as a whole is refused with its place, so that nobody sends one by mistake and finds it
 * kept.
 */
#ifndef SERAI_SERVICE_CYBER_ASSET_H
#define SERAI_SERVICE_CYBER_ASSET_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"

enum { ASSET_TEXT = 200, ASSET_CODE = 32, ASSET_COUNT_MOST = 100 * 1000 * 1000 };

/* Spans are the reader's, until its next row. Empty: not said. */
struct asset_item {
    uint32_t at;                          /* line of the table, number of the component; from 1 */
    struct span vendor, product, version; /* UTF-8; vendor and product may come from the CPE or the purl */
    struct span cpe, purl;                /* as written; both may be empty */
    struct span organisation, sector;     /* codes: letters, digits, "-" and "_" */
    uint32_t count;                       /* installations, at least 1 */
    bool facing;                          /* reached from the internet */
};

enum asset_format { ASSET_ANY, ASSET_CSV, ASSET_CYCLONEDX, ASSET_SPDX };
const char *asset_format_word(enum asset_format f); /* "csv" */
MUST_USE bool asset_format_from(struct span word, enum asset_format *out);

struct asset_source {
    struct span text;
    enum asset_format format;
    struct span organisation, sector; /* for rows that do not say; BOMs never do */
    bool facing;
};

struct asset_remark {
    uint32_t at;
    const char *code; /* "column-unknown", "column-twice", "product", "count", "code", "long", "text", … */
    char text[64];    /* of the header, never of a row */
};
enum { ASSET_REMARKS = 32 };

struct asset_report {
    enum asset_format format;
    size_t rows, taken, installations; /* taken: without a fault */
    size_t n_remarks, remarks_lost;
    struct asset_remark remark[ASSET_REMARKS];
};

/*
 * Calls one for every row that is in order; a row that is not is left out and remarked. False: "asset-host"
 * (a column or value names a host, an address, a person or a device), "asset" (no list of assets),
 * "too-large", those of json_parse; whatever one set when it returned false.
 */
typedef bool asset_row(void *ctx, const struct asset_item *x, struct why *w);
MUST_USE bool asset_read(const struct asset_source *s, struct arena *a, asset_row *one, void *ctx,
                         struct asset_report *out, struct why *w);

/* Says whether a text is an IP or MAC address, an e-mail address, a URL with a host, or a name of a host of
 * three labels or more. */
bool asset_names_host(struct span s);

/* ---- names under which assets and advisories are compared ---- */

enum { ASSET_KEY = 2 * ASSET_TEXT + 8 };

/*
 * Vendor and product in small letters, punctuation as blanks, legal forms of the vendor left out, the
 * vendor's name not repeated in the product's: "Microsoft Corp." "Microsoft Windows_10" and "microsoft"
 * "windows 10" have one key. Empty when there is no product.
 */
struct span asset_key(struct span vendor, struct span product, char out[ASSET_KEY]);
/* "npm/@scope/name" of a package URL in small letters, without version, qualifiers and subpath; empty: none.
 */
struct span asset_purl_key(struct span purl, char out[ASSET_KEY]);

struct asset_cpe {
    struct span vendor, product, version; /* unescaped, into text; "*" and "-" are empty */
    char text[3 * ASSET_TEXT];
};
/* CPE 2.3 formatted strings and 2.2 URIs (NISTIR 7695 6). False: none. */
MUST_USE bool asset_cpe_read(struct span cpe, struct asset_cpe *out);
/* The version of a package URL, as written; empty: none. */
struct span asset_purl_version(struct span purl);

/* ---- for the readers ---- */

struct asset_reading {
    const struct asset_source *s;
    struct arena *a;
    asset_row *one;
    void *ctx;
    struct asset_report *report;
};
void asset_remark(struct asset_reading *r, uint32_t at, const char *code, struct span text);
/* Completes and checks a row, and gives it on when it is in order. False: stop. */
MUST_USE bool asset_give(struct asset_reading *r, struct asset_item *x, struct why *w);
MUST_USE bool asset_read_bom(struct asset_reading *r, struct why *w);

#endif
