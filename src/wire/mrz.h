/*
 * Machine-readable zones of travel documents (ICAO Doc 9303-3 section 4; layouts in parts 4, 5, 6 and 7):
 * TD1, TD2, TD3, MRV-A and MRV-B. A zone is a claim without proof: nothing here says that a document is
 * genuine, and a bad check digit says "misread or altered: read again", never "forged".
 */
#ifndef SERAI_WIRE_MRZ_H
#define SERAI_WIRE_MRZ_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/finding.h"

enum mrz_format { MRZ_TD1, MRZ_TD2, MRZ_TD3, MRZ_MRVA, MRZ_MRVB };

enum mrz_check {
    MRZ_CHECK_NONE, /* the layout has no such digit, or a seal did not carry it */
    MRZ_CHECK_OK,
    MRZ_CHECK_BAD,
    MRZ_CHECK_ABSENT, /* a filler where the layout allows one: optional data of TD3 left empty */
};

enum mrz_check_field { MRZ_NUMBER, MRZ_BIRTH, MRZ_EXPIRY, MRZ_OPTIONAL, MRZ_COMPOSITE, MRZ_CHECKS };

enum mrz_date_state {
    MRZ_DATE_LEGAL,
    MRZ_DATE_ILLEGAL, /* not a day of the calendar, or something else than digits */
    MRZ_DATE_PARTLY,  /* some of year, month, day are fillers */
    MRZ_DATE_UNKNOWN, /* all fillers */
};

struct mrz_date {
    enum mrz_date_state state;
    int16_t year;       /* century resolved; 0: unknown or illegal */
    uint8_t month, day; /* 0: unknown or illegal */
};

enum mrz_sex { MRZ_SEX_UNSPECIFIED, MRZ_SEX_FEMALE, MRZ_SEX_MALE, MRZ_SEX_ILLEGAL };

/* Which reading of a long document number (Doc 9303-5 4.2.2 note j) its digit holds for; both may. */
enum { MRZ_LONG_WITHOUT_FILLER = 1, MRZ_LONG_WITH_FILLER = 2 };

enum { MRZ_ZONE = 90, MRZ_LINES = 3, MRZ_NAME = 39 };

/* All texts are copies with a NUL behind them, fillers at the end dropped unless said otherwise. */
struct mrz {
    enum mrz_format format;
    uint8_t lines, width;
    uint16_t line_at[MRZ_LINES]; /* offset of each line in the text parsed */
    char zone[MRZ_ZONE + 1];     /* the lines one after the other, without line ends */
    char code[3];                /* document code as it stands: "P<" */
    char issuer[4];              /* as it stands: "D<<" */
    char nationality[4];         /* as it stands */
    char number[26];             /* the whole number, long ones assembled */
    char primary[MRZ_NAME + 1];  /* a blank for each filler inside */
    char secondary[MRZ_NAME + 1];
    char optional1[17]; /* what a long number leaves; fillers before it dropped too */
    char optional2[12];
    struct mrz_date birth, expiry;
    enum mrz_sex sex;
    enum mrz_check check[MRZ_CHECKS];
    uint8_t long_reading; /* MRZ_LONG_ bits; 0 with long_number: the digit holds for neither */
    bool long_number;
    bool name_truncated; /* the field is full: the name may go on (Doc 9303-3 4.6) */
    bool name_legal;     /* letters and fillers, and at least one letter */
    bool short_line;     /* a visa zone out of a seal: line 2 ends after the expiry date */
    bool specimen;       /* issued by or to UTO */
    bool issuer_known, nationality_known;
};

/*
 * Reads a zone: lines with CR, LF or CRLF between them, or without line ends (90, 88 or 72 characters),
 * blanks around allowed. A visa may end after 28 characters of line 2, as in visible seals (Doc 9303-13);
 * then line ends are needed, except for MRV-B. now resolves the centuries.
 *
 * Bad digits and illegal dates parse, and the verdicts say so. False with why, and *out untouched, otherwise:
 * "too-large"; "alphabet" (a character that is not A-Z, 0-9, <); "layout" (lines or their lengths);
 * "document-code"; "national-layout" (French identity card of 2 x 36, Swiss driving licence: not Doc 9303,
 * and no suspicion either).
 */
MUST_USE bool mrz_parse(struct span text, unix_time now, struct mrz *out, struct why *w);

/* Is it worth calling a zone at all, well formed or not? Looks at the first 90 bytes only. */
bool mrz_looks_like(struct span text);

/* Every digit of the layout holds. */
bool mrz_checks_ok(const struct mrz *m);

/* All of it reads well: digits hold, dates are no illegal ones, sex and names have legal characters. */
bool mrz_all_ok(const struct mrz *m);

/*
 * Everything worth saying about a zone that parsed, with offsets into the text parsed. Warnings:
 * "check-digit", "illegal-date", "illegal-sex", "illegal-name". Notes: "unknown-date", "name-truncated",
 * "specimen", "unknown-code", "special-code" (stateless, refugee, organisation), "long-number-filler". The
 * first warning also goes into w (may be NULL), f may be NULL.
 */
void mrz_findings(const struct mrz *m, struct findings *f, struct why *w);

/* Offset in the text parsed of position pos of the zone. */
size_t mrz_offset(const struct mrz *m, size_t pos);

/* "TD3", "MRV-A" */
const char *mrz_format_word(enum mrz_format f);
/* "number", "birth", "expiry", "optional", "composite" */
const char *mrz_check_field_word(enum mrz_check_field f);
/* "none", "ok", "bad", "absent" */
const char *mrz_check_word(enum mrz_check c);
/* "ok", "illegal", "partly unknown", "unknown" */
const char *mrz_date_word(enum mrz_date_state s);

enum { MRZ_DATE_TEXT = 11 };

/* "1974-08-12", "1974-XX-XX", "XXXX-XX-XX" for unknown parts; "" when illegal. Returns out. */
const char *mrz_date_format(struct mrz_date d, char out[MRZ_DATE_TEXT]);

/* The date when all of it is known; otherwise no date. */
struct date mrz_date_whole(struct mrz_date d);

/* Value of a character (Doc 9303-3 4.9): digits, A = 10 .. Z = 35, filler 0; -1 when it is none of these. */
int mrz_value(uint8_t c);

/* The check digit over s, '0'..'9'; characters outside the alphabet count nothing. */
char mrz_check_digit(struct span s);

#endif
