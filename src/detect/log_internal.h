/* Between the readers of one log. */
#ifndef SERAI_DETECT_LOG_INTERNAL_H
#define SERAI_DETECT_LOG_INTERNAL_H

#include "detect/log.h"
#include "detect/match_internal.h"

enum {
    ZEEK_COLUMNS = 512,
    ZEEK_HEAD = 32 * 1024,
    LOG_SLOTS = ZEEK_COLUMNS + 1,
    JSON_CONTEXTS = 12,
    JSON_MEMBERS = 64,
    JSON_DEPTH = 32
};

struct zeek_column {
    uint16_t at;
    uint8_t what;
    bool many; /* several values with the set separator between them */
};

/* A table of Zeek: what its head says. */
struct zeek {
    bool ready;
    uint8_t separator, set_separator;
    uint8_t unset_n, empty_n;
    uint8_t unset[32], empty[32];
    unsigned columns, wanted;
    int time, host, uri, url_slot;
    struct zeek_column column[ZEEK_COLUMNS];
    const char *name[LOG_SLOTS];
    size_t head_n;
    uint8_t head[ZEEK_HEAD]; /* its lines */
    size_t names_n;
    char names[ZEEK_HEAD];
};

/* Names of members, by a hash of length, first and last byte; chains. */
struct json_names_of {
    uint8_t slot[256];
};

struct detect_log {
    struct detect_log_how how;
    struct zeek zeek;
    struct json_names_of json[JSON_CONTEXTS];
    uint8_t json_n[JSON_MEMBERS]; /* lengths of their names */
    uint64_t sample[LOG_SAMPLES];
    size_t samples;
};

/* A line of a head. */
void zeek_head_line(struct zeek *z, bool wide, struct span line);
void zeek_reset(struct zeek *z);
/* One line of a table; returns the address of its end. */
const uint8_t *zeek_line(struct zeek *z, struct detect_matcher *m, const uint8_t *p, bool *parsed);
bool zeek_time(const struct zeek *z, const uint8_t *line, size_t n, unix_time *out);

void json_line_init(struct detect_log *l);
bool json_line(const struct detect_log *l, struct detect_matcher *m, const uint8_t *p, const uint8_t *end);
bool json_line_time(const uint8_t *p, size_t n, unix_time *out);
extern const char *const json_slots[];

bool dns_line(struct detect_matcher *m, struct span s);
bool dns_line_time(struct span s, unix_time *out);
bool proxy_line(struct detect_matcher *m, struct span s);
bool proxy_line_time(struct span s, unix_time *out);
bool plain_line(const struct detect_log_how *how, struct detect_matcher *m, struct span s);
extern const char *const lines_slots[];
extern const char *const plain_slots[];

#endif
