/*
 * Files of a travel document chip (Doc 9303-10 4.6, 4.7): data groups DG1..DG16 and EF.COM. Pure syntax:
 * pictures are never looked into, and what a file says is believed only when a verified EF.SOD covers its
 * bytes.
 */
#ifndef SERAI_WIRE_LDS_H
#define SERAI_WIRE_LDS_H

#include "base/reader.h"
#include "base/why.h"

enum { LDS_COM = 0, LDS_GROUPS = 16, LDS_UNKNOWN = -1 };

/* 1..16 for the first byte of a data group, LDS_COM for EF.COM, LDS_UNKNOWN for any other. */
int lds_number(uint8_t tag);
/* The tag of data group 1..16. */
uint8_t lds_tag(unsigned number);

struct lds_file {
    int number;       /* 1..16, or LDS_COM */
    struct span body; /* content octets */
    struct span mrz;  /* DG1: 88, 72 or 90 characters of A-Z, 0-9 and '<', without line ends; else empty */
};

/*
 * Exactly one data group or EF.COM, nothing after it; DG1 down to its characters. Reason "lds" with the
 * offset, or "mrz-character".
 */
MUST_USE bool lds_file_parse(struct span in, struct lds_file *out, struct why *w);

/* The data groups that EF.COM announces, bit n for DGn. Not signed: a hint only. */
MUST_USE bool lds_com_groups(struct span com_body, uint32_t *groups, struct why *w);

/*
 * One BER-TLV item with a tag of one to three bytes and a definite length in its shortest form. At the end of
 * the reader or after an error false, with the reader failed in the second case.
 */
bool lds_next(struct reader *r, uint32_t *tag, struct span *value);

#endif
