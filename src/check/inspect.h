/* What is this file? One JSON object for one thing, whatever it is; the body of `serai inspect` and POST
 * /v1/inspect. */
#ifndef SERAI_CHECK_INSPECT_H
#define SERAI_CHECK_INSPECT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/result.h"
#include "seal/anchors.h"

struct status_tokens;   /* seal/status_tokens.h */
struct vical_installed; /* seal/vical.h */

/* Of the status of mobile licences (seal/status_list.h). */
struct inspect_status {
    const struct status_tokens *tokens; /* NULL: none at hand, revocation is not checked */
    bool required; /* a licence that names a list for which there is none is undetermined */
    /* Of a list itself: the address it must be of, and what of it is asked. Empty, false: nothing. */
    struct span uri;
    bool has_index;
    uint64_t index;
    struct span identifier;
    bool any_bits; /* also lists of other documents than licences */
};

struct inspect_options {
    const struct anchor_set *anchors;
    unix_time at;
    enum profile profile;

    /* Of chips only. */
    bool crl_required;         /* without a current revocation list: undetermined */
    uint32_t required;         /* bit n: DGn must be there; 0: every one that EF.SOD lists */
    const struct span *signer; /* DER certificates of document signers, candidates only; of the first a
                                  revocation list of issuers of licences is asked */
    size_t n_signers;
    struct span aa_challenge,
        aa_response; /* active authentication; of files, those in the folder come first */
    /* Of the session in which a mobile licence was shown (seal/mdoc.h); what is not recognised is read as one
     * when there is a transcript. */
    struct span transcript;
    const struct private_key *reader_key; /* NULL: none */
    struct inspect_status status;
    const struct vical_installed *installed; /* of lists of authorities; NULL: none */
};

/* A file of a chip read-out; name may be NULL. */
struct inspect_file {
    const char *name;
    struct span bytes;
};

/*
 * Recognises `file` by its content and appends one JSON object (schema Inspection) to out, without a line
 * end. name is what "file" says. Never fails: what cannot be recognised is kind "unknown", result malformed.
 */
enum result inspect(const char *name, struct span file, const struct inspect_options *opt, struct arena *a,
                    struct buffer *out);

/* The files of one chip read-out, in any order and with others among them (check/chip_files.h). kind is
 * "chip". */
enum result inspect_chip(const char *name, const struct inspect_file *files, size_t n,
                         const struct inspect_options *opt, struct arena *a, struct buffer *out);

#endif
