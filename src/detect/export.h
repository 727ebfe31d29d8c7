/*
 * Indicators for other detectors, as files in the forms that these read:
 *
 *   suricata-datasets   serai-domain.lst (strings in Base64), serai-ip.lst, serai-md5.lst, serai-sha1.lst,
 *                       serai-sha256.lst (hexadecimal), and serai.rules which uses them; Suricata 7
 *   zeek-intel          serai.intel: a table with tabs for Intel::read_files
 *   dns-rpz             serai.rpz: a zone; names and those below them, and answers with addresses, do not
 * exist
 */
#ifndef SERAI_DETECT_EXPORT_H
#define SERAI_DETECT_EXPORT_H

#include "detect/image.h"

enum detect_export_form { EXPORT_SURICATA, EXPORT_ZEEK, EXPORT_RPZ, EXPORT_FORMS };

MUST_USE bool detect_export_named(const char *word, enum detect_export_form *out);

enum { EXPORT_FILES = 6, EXPORT_ZONE = 120 };

struct detect_export_file {
    const char *name;
    struct buffer text;
    uint64_t lines;
};

struct detect_export {
    enum detect_export_form form;
    const char *zone; /* of dns-rpz: "rpz.serai", without a dot at the end */
    uint32_t serial;  /* of the zone, and the rev of rules */
    struct detect_export_file file[EXPORT_FILES];
    size_t files;
    uint64_t left_out[DETECT_KINDS]; /* what the form cannot say */
};

/* zone at most EXPORT_ZONE bytes. Free with detect_export_free. */
void detect_export_begin(struct detect_export *e, enum detect_export_form form, const char *zone,
                         uint32_t serial);
void detect_export_add(struct detect_export *e, const struct detect_indicator *x);
/* Rules and ends; then all files are whole. */
void detect_export_end(struct detect_export *e);
void detect_export_free(struct detect_export *e);

#endif
