/*
 * One person, company or thing on a published list (United Nations, OFAC, European Union, OpenSanctions), as
 * every reader of lists hands it on. Properties have the names of FollowTheMoney whatever the source calls
 * them: name, alias, weakAlias, previousName, firstName, fatherName, birthDate, birthPlace, nationality,
 * country, gender, address, passportNumber, idNumber, registrationNumber, taxNumber, leiCode, swiftBic,
 * imoNumber, mmsi, program, notes, … What a source says that has no such name keeps its own.
 */
#ifndef SERAI_SERVICE_NOTICE_LIST_ENTRY_H
#define SERAI_SERVICE_NOTICE_LIST_ENTRY_H

#include "names/serai_names.h"
#include "wire/json.h"
#include "wire/json_write.h"

struct list_value {
    struct span property;
    struct span text;    /* dates as "1970-01-31", "1970-01", "1970", "1968/1972" where they read so */
    struct span kind;    /* the source's word for it: "Good", "f.k.a.", "National passport"; may be empty */
    struct span country; /* of a document: who issued it; two small letters where known */
    struct span note;
    bool weak;  /* a name that the source calls weak: it confirms, and never alerts alone */
    bool about; /* "circa" */
};

struct list_entry {
    struct span id;     /* as in the source: "QDi.001", "7157", "EU.27.28" */
    struct span schema; /* Person, Organization, Company, LegalEntity, Vessel, Airplane, … */
    const struct list_value *value;
    size_t n;
    uint64_t line; /* where it begins in the source, from 1; not part of its digest */
};

/* The first value of a property; empty: there is none. */
struct span list_entry_first(const struct list_entry *e, const char *property);
/* What an officer sees first. Empty: it has no name. */
struct span list_entry_caption(const struct list_entry *e);

/* For the matching engine: anything but a person is an organisation to it. */
enum names_schema list_entry_schema(const struct list_entry *e);
void list_entry_about(const struct list_entry *e, struct names_about *out);
/* Whether the value is a name to search by; *alias says which. */
bool list_value_name(const struct list_value *v, enum names_alias *alias);

/* {"id":…,"schema":…,"values":[{"p":"name","v":"…","kind":"…","country":"…","note":"…","weak":true,
 * "about":true},…]}, the same bytes for the same entry: its digest is over them. */
void list_entry_write(struct buffer *b, const struct list_entry *e);
/* The arena's, or in the text. Reason "list-entry". */
MUST_USE bool list_entry_read(struct span line, struct arena *a, struct list_entry *out, struct why *w);

/* Is that schema another, or under it in the hierarchy of FollowTheMoney: a Company is an Organization and a
 * LegalEntity. Unknown schemata are only themselves. */
bool list_schema_is(struct span schema, const char *ancestor);
/* Whether entries of the one may be meant by a question for the other: either is under the other. */
bool list_schema_fits(struct span asked, struct span listed);
/* Its entities have names of their own: they are searched by. */
bool list_schema_known(struct span schema);

#endif
