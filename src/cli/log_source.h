/* Where serai log reads a log from: a folder, or an address (libcurl). */
#ifndef SERAI_CLI_LOG_SOURCE_H
#define SERAI_CLI_LOG_SOURCE_H

#include "log/verify.h"

struct log_place;

/* where: "https://…", "http://…" or a folder. NULL with why: the HTTP client cannot be set up. */
struct log_place *log_place_open(const char *where, struct why *w);
void log_place_close(struct log_place *p); /* NULL allowed */
struct log_source log_place_source(struct log_place *p);

#endif
