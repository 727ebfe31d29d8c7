/* What the readers of lists share; of list_read.h alone. */
#ifndef SERAI_SERVICE_NOTICE_LIST_READER_H
#define SERAI_SERVICE_NOTICE_LIST_READER_H

#include "service/notice/list_draft.h"
#include "service/notice/list_read.h"
#include "service/notice/list_xml.h"

struct list_tables; /* list_ofac_csv.c */

struct list_reader {
    enum list_format format;
    struct list_sink sink;
    struct list_stated stated;
    struct list_countries *countries;
    struct list_draft *draft;
    struct arena arena; /* of the entry that is read, unless list_xml has it */
    struct list_xml *xml;
    struct list_tables *tables;
    struct buffer line; /* an unfinished one */
    uint64_t number;    /* of the line that is read */
    bool skipping;      /* the line is too long */
};

/* Looks at the draft as a whole and hands it on, or tells why not. False: the sink ends reading. */
MUST_USE bool list_reader_emit(struct list_reader *r, uint64_t line, struct why *w);
MUST_USE bool list_reader_refuse(struct list_reader *r, uint64_t line, struct span id, const char *reason,
                                 const char *what, struct why *w);

/* A format of XML: its records, and what is made of one. */
struct list_xml_format {
    const char *const *roots; /* names the outermost element may have, ended by NULL */
    const char *const *records;
    void (*root)(struct list_reader *r, const struct list_xml_node *root);
    bool (*record)(struct list_reader *r, const struct list_xml_node *n, struct arena *a, struct why *w);
};
extern const struct list_xml_format list_un_xml, list_ofac_xml, list_eu_xml;

/* One line without its end. */
MUST_USE bool list_ftm_line(struct list_reader *r, struct span line, struct why *w);
struct list_tables *list_tables_new(void);
void list_tables_free(struct list_tables *t);
MUST_USE bool list_csv_line(struct list_reader *r, struct span line, struct why *w);
MUST_USE bool list_csv_next(struct list_reader *r, struct why *w);
/* What OFAC writes in its remarks: "DOB 02 Nov 1963; POB Kabul; Passport A1 (Iran)". */
void list_ofac_remarks(struct list_draft *d, struct span remarks);
/* A document of that kind, as OFAC calls it. */
void list_ofac_document(struct list_draft *d, struct span kind, struct span number, struct span country);

#endif
