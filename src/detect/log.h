/*
 * Readers of logs. A piece of whole lines goes in; fields that hold addresses, names, URLs, hashes and mail
 * addresses are given to a matcher. Never looked at: user agents, query strings as such, texts of rules. A
 * line that does not parse is counted and its number kept; nothing is fatal.
 */
#ifndef SERAI_DETECT_LOG_H
#define SERAI_DETECT_LOG_H

#include "detect/match.h"

enum detect_format {
    LOG_AUTO,  /* line by line: JSON, Zeek's tables, proxies, DNS servers, one value */
    LOG_ZEEK,  /* tables with #fields, or JSON */
    LOG_EVE,   /* Suricata */
    LOG_DNS,   /* dnsmasq, BIND, Unbound */
    LOG_PROXY, /* Squid, common log format */
    LOG_PLAIN, /* values in columns */
    LOG_FORMATS,
};

MUST_USE bool detect_format_named(const char *word, enum detect_format *out);

enum { LOG_PLAIN_FIELDS = 16, LOG_SAMPLES = 8 };

struct detect_log_how {
    enum detect_format format;
    bool wide; /* more fields: senders and recipients in headers of mail, names in certificates, referrers */
    uint8_t delimiter;                /* of plain lines; 0: runs of blanks */
    unsigned field[LOG_PLAIN_FIELDS]; /* columns from 1; none: the whole line */
    unsigned fields;
};

struct detect_log;

struct detect_log *detect_log_new(const struct detect_log_how *how);
void detect_log_free(struct detect_log *l); /* NULL allowed */

enum { LOG_PAD = 64 }; /* bytes behind a piece that may be read */

/*
 * p[0, n): whole lines, the last with or without its end; there are LOG_PAD bytes behind it, the first of
 * which this sets to a line feed. first_line: the number of its first line, from 1. Returns how many lines.
 */
uint64_t detect_log_piece(struct detect_log *l, struct detect_matcher *m, uint8_t *p, size_t n,
                          uint64_t first_line);

/* Numbers of the first lines that did not parse. */
size_t detect_log_samples(const struct detect_log *l, uint64_t out[LOG_SAMPLES]);

/* The head of a Zeek table that is in force, for going on later: its lines; and back. */
struct span detect_log_head(const struct detect_log *l);
void detect_log_set_head(struct detect_log *l, struct span head);

/* Seconds since 1970 with a fraction, RFC 3339 or +0000 offsets. */
MUST_USE bool detect_time_of(struct span s, unix_time *out);

#endif
