/* One function for each kind of thing that `inspect` knows; each fills fields, findings and why. */
#ifndef SERAI_CHECK_INSPECT_PARTS_H
#define SERAI_CHECK_INSPECT_PARTS_H

#include "base/finding.h"
#include "check/inspect.h"
#include "check/recognise.h"
#include "seal/status_tokens.h"
#include "wire/json_write.h"

struct inspection {
    const struct inspect_file *files; /* of a chip read-out; else none */
    size_t n_files;
    struct span bytes; /* the thing itself: out of the picture, out of its text form */
    enum thing thing;
    const char *kind; /* overrules the word of thing */
    const struct inspect_options *opt;
    struct arena *arena;
    struct json_writer fields; /* inside the object "fields" */
    struct buffer suggestions; /* JSON array; empty: none */
    struct findings *findings;
    struct why why;
    const char *picture; /* barcode format when it came from a picture */
    size_t barcodes;
};

enum result inspect_mrz(struct inspection *in);
enum result inspect_licence_mrz(struct inspection *in);
enum result inspect_aamva(struct inspection *in);
enum result inspect_seal(struct inspection *in);
enum result inspect_sod(struct inspection *in);
enum result inspect_data_group(struct inspection *in);
enum result inspect_card_access(struct inspection *in);
enum result inspect_card_security(struct inspection *in);
enum result inspect_chip_directory(struct inspection *in);
enum result inspect_certificate(struct inspection *in);
enum result inspect_crl(struct inspection *in);
enum result inspect_master_list(struct inspection *in);
enum result inspect_vical(struct inspection *in);
enum result inspect_status_token(struct inspection *in);
enum result inspect_status_map(struct inspection *in);
enum result inspect_mdoc(struct inspection *in);
enum result inspect_chip_files(struct inspection *in); /* of in->files */

/* Of an authentic document of a mobile licence: whether it was revoked. What the answer makes of a genuine
 * one stands in its result and why afterwards; without a token nothing changes, unless one is required. */
void inspect_ask_status(struct inspection *in, struct mdoc_verdict *v, struct status_said *said);
/* The member "status": where it is asked, and the answer. */
void inspect_put_status(struct json_writer *w, const struct mdoc_verdict *v, const struct status_said *said);
/* What is to be said about the data of an authentic document, as findings. */
void inspect_data(struct inspection *in, const struct mdoc_verdict *v);

/* A certificate as an object under key. */
void put_certificate(struct json_writer *w, const char *key, const struct certificate *c);

#endif
