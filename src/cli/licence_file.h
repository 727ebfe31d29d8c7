/* A driving licence and what is known of it and its driver, as JSON: doc/licences.md. */
#ifndef SERAI_CLI_LICENCE_FILE_H
#define SERAI_CLI_LICENCE_FILE_H

#include "service/licence/recognise.h"
#include "wire/json.h"

/*
 * Fills *data and *out; spans lie in text or in the arena. Members with a dot in their names are facts as the
 * agreement language names them and go to *said. Reasons: those of json_parse, "member" (unknown), "value",
 * "too-large".
 */
MUST_USE bool licence_file_read(struct span text, unix_time now, struct arena *a, struct licence_data *data,
                                struct licence_case *out, struct facts *said, struct why *w);

#endif
