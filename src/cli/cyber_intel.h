/* Files of threat intelligence in any form that is read, and what comes out of them. */
#ifndef SERAI_CLI_CYBER_INTEL_H
#define SERAI_CLI_CYBER_INTEL_H

#include <stdio.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "intel/row.h"
#include "intel/seen.h"

enum cyber_form { CYBER_ANY, CYBER_MISP, CYBER_LIST, CYBER_KEV, CYBER_CSAF, CYBER_STIX };

MUST_USE bool cyber_form_named(const char *word, enum cyber_form *out);
const char *cyber_form_word(enum cyber_form f);

/* Objects of all files together: each id once. */
struct cyber_intake {
    const char *command;
    struct intel_about about;
    struct buffer objects; /* comma between; the caller's to free */
    size_t n, given;       /* objects; those that the files gave, repeated ones too */
    size_t refused;
    FILE *quarantine;  /* a JSON object a line; NULL: none */
    bool quiet;        /* what is refused is not said on stderr too */
    struct span since; /* an older KEV catalogue: only what is new or changed since counts; empty: none */
    struct arena ids;
    struct intel_seen seen;
    const char *file; /* being read */
};

void cyber_intake_init(struct cyber_intake *in, const char *command);
void cyber_intake_free(struct cyber_intake *in);

/* One file (unpacked if it is a gzip file; "-": standard input) or a folder with the feed of a MISP. What is
 * wrong in it goes to quarantine, the whole file too if it is not what it should be. False: it cannot be
 * read, and was told. */
MUST_USE bool cyber_intake_file(struct cyber_intake *in, const char *path, enum cyber_form form);

/* The bundle of all objects. Its id follows from them. */
void cyber_intake_bundle(const struct cyber_intake *in, struct buffer *out);

/* The whole file, unpacked, up to LIMIT_INTEL_FILE; the caller frees b after a success. */
MUST_USE bool cyber_read_file(const char *path, struct buffer *b, struct why *w);

/* --tlp, --source and --confidence. False: told. */
MUST_USE bool cyber_about(const char *command, const char *tlp, const char *source, const char *confidence,
                          const char *at, struct intel_about *out);

#endif
