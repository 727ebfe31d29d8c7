/*
 * The folder of status tokens of a node (`status` in node.conf): a file for each token, as it was copied or
 * imported there. Nothing is fetched. What a token is worth is decided when it answers
 * (seal/status_tokens.h).
 */
#ifndef SERAI_NODE_STATUS_FOLDER_H
#define SERAI_NODE_STATUS_FOLDER_H

#include "base/finding.h"
#include "seal/status_tokens.h"

/*
 * Adds every token in the folder; sources are names of files in it. Hidden files and folders in it are passed
 * over. What cannot be used, also a folder that cannot be opened, is a finding "status-token" and nobody's
 * loss but its own: less can be said then, never more. Memory: the arena's.
 */
void status_folder_load(const char *path, struct status_tokens *out, struct arena *a, struct findings *f);

/*
 * Puts a token into the folder, which is made when it is not there, in place of an older one of the same
 * address and kind that was put there so. Refused is what status_list_verify refuses against the anchors
 * (lenient) and, with reason "older", one that is not newer. *news: something was written.
 */
MUST_USE bool status_folder_put(const char *path, struct span token, const struct anchor_set *anchors,
                                unix_time at, struct arena *a, bool *news, struct why *w);

#endif
