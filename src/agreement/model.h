/*
 * The model of an agreement: what the parser makes, in the arena, never changed afterwards. It keeps the
 * shape of the text; program.h holds the compact form that decides.
 */
#ifndef SERAI_AGREEMENT_MODEL_H
#define SERAI_AGREEMENT_MODEL_H

#include "agreement/agreement.h"
#include "agreement/bound.h"
#include "agreement/notices.h"
#include "agreement/permission.h"
#include "agreement/sharing.h"
#include "agreement/stay.h"

/* A condition is a list of steps in postfix order over truth values: AND and OR take two, NOT one. */
enum cond_kind {
    COND_AND,
    COND_OR,
    COND_NOT,
    COND_TRUE,     /* a BOOL fact is yes */
    COND_IN,       /* a WORD or STATE fact is one of the words */
    COND_PARTY,    /* a STATE fact is bound: by the article it stands in, or by the one that words names */
    COND_NUMBER,   /* a NUMBER fact against the operand */
    COND_DATE,     /* a DATE fact, or today, against the operand */
    COND_SAME,     /* two WORD or two STATE facts are equal */
    COND_LIKEWISE, /* a STATE fact is bound by the article without a reservation */
};

enum cmp { CMP_LESS, CMP_AT_MOST, CMP_EQUAL, CMP_AT_LEAST, CMP_MORE };

/* In place of a fact: the date of the decision. */
enum { TODAY = FACTS_N };

enum unit { UNIT_DAYS, UNIT_MONTHS, UNIT_YEARS };

/* What a fact is compared with: the fact named, or else the literal; dates may be moved by an offset. */
struct operand {
    bool is_fact;
    unsigned fact; /* enum fact or TODAY */
    int64_t number;
    struct date date;
    enum unit unit;
    int offset;
};

struct words {
    const struct span *w;
    size_t n;
};

struct cond {
    enum cond_kind kind;
    unsigned fact; /* enum fact or TODAY */
    enum cmp cmp;
    struct words words;
    struct operand rhs;
    unsigned line, column;
};

/* n == 0: always holds. depth: truth values in use at most. */
struct condition {
    const struct cond *op;
    size_t n;
    unsigned depth;
    unsigned line, column;
};

struct wording {
    struct wording *next;
    const char *language, *text;
};

/* A row of "allow stay by" or of "recognise". */
struct stay_row {
    struct stay_row *next;
    struct words keys;
    struct stay_rule rule;
    int age;                     /* RECOGNISE: from this age */
    struct condition permission; /* "with permission K", written out, or "when …"; n == 0: none needed */
    unsigned line, column;
};

enum effect_kind {
    EFFECT_NONE,
    EFFECT_ENTRY,      /* no limit of stay */
    EFFECT_STAY,       /* one rule for all */
    EFFECT_TABLE,      /* a rule by the value of a fact */
    EFFECT_PERMISSION, /* as long as the permission says */
    EFFECT_RECOGNISE,  /* not of a stay: categories of a driving licence */
};

/* Whose licences are recognised, and for how long after their entry or after they took residence. */
struct term {
    bool said;
    int n; /* 0: without limit */
    enum unit unit;
};

struct effect {
    enum effect_kind kind;
    unsigned key;                    /* TABLE, RECOGNISE: the fact */
    struct stay_rule rule;           /* STAY; PERMISSION: the most it may give, days == 0: no cap */
    struct term visitors, residents; /* RECOGNISE */
    struct stay_row *rows, *last_row;
    unsigned line, column;
};

/* Beats the rule it stands under when its condition holds; with an effect of its own it replaces it. */
struct exception {
    struct exception *next, *parent, *first, *last;
    struct condition cond;
    struct effect effect;
    struct wording *texts;
    unsigned depth;
    unsigned line, column;
};

struct requirement {
    struct requirement *next;
    struct condition cond;
    unsigned key, fact; /* "require FACT by FACT": rows still come, cond grows with them */
    unsigned line, column;
};

struct reservation {
    struct reservation *next;
    struct words members;
    struct condition cond;
    bool not_bound;
    bool reciprocal;     /* holds for their own nationals elsewhere, too */
    bool by_instrument;  /* holds where the tables of who is bound say so: */
    unsigned instrument; /* its bit there */
    struct wording *texts;
    unsigned line, column;
};

struct duty {
    struct duty *next;
    const char *what;
    int days; /* 0: no term */
    struct condition cond;
    struct wording *texts;
    unsigned line, column;
};

struct expectation {
    struct expectation *next;
    const char *code;    /* NULL: any */
    unsigned missing;    /* code "missing-fact": the fact */
    const char *article; /* NULL: any */
};

struct example {
    struct example *next;
    const char *title;
    struct facts facts;
    struct stay *stays;
    struct date on;
    bool gives;
    enum outcome outcome;
    int days_left; /* -1: not said */
    struct date until;
    const char *by;
    struct expectation *because, *last_because;
    struct words not_bound; /* members that the agreement does not bind in this example */
    struct table_expectation *tables;
    unsigned line, column;
};

/* A period: of notice, or until an instrument takes effect. */
struct notice_period {
    bool said;
    int n;
    enum unit unit;
    unsigned line;
};

/* "in force …": of the agreement or of one article. */
struct force {
    struct date from;           /* unset: no date said */
    unsigned ratifications;     /* 0: not said */
    struct notice_period later; /* after the last of them, and after one's own */
};

enum table_of { TABLE_OF_FEES, TABLE_OF_LIMITS, TABLE_OF_CATEGORIES };

/* The first row that holds is the answer. */
struct table_row {
    struct table_row *next;
    struct words keys; /* n == 0: of a table without key, or "otherwise" */
    int64_t amount;    /* fees: in the smallest unit */
    const char *unit;  /* currency, empty: free; unit of a limit; the category */
    struct condition cond;
    unsigned line, column;
};

struct table {
    struct table *next;
    enum table_of kind;
    struct span name;
    unsigned key; /* FACTS_N: none */
    struct table_row *rows, *last_row;
    unsigned line, column;
    unsigned index;
};

struct quota_row {
    struct quota_row *next;
    struct words members;
    int most;
    enum quota_unit { QUOTA_PER_DAY, QUOTA_PER_MONTH, QUOTA_PER_YEAR } per;
    unsigned line, column;
};

struct quota_clause {
    struct quota_clause *next;
    const char *name;
    struct condition cond;
    struct quota_row *rows, *last_row;
    struct wording *texts;
    unsigned line, column;
};

/* What an example says of a table. */
struct table_expectation {
    struct table_expectation *next;
    enum table_of kind;
    struct span name;
    int64_t amount;
    const char *unit;
    unsigned line, column;
};

/* Questions that may be put under an article. */
struct asking_clause {
    struct asking_clause *next;
    struct words topics, purposes;
    struct words roles; /* n == 0: any office */
};

struct article {
    struct article *next;
    const char *number;
    const char *title; /* in the language of the header */
    struct wording *titles, *texts;
    struct condition when;
    bool has_when;
    bool notifies; /* offences */
    bool optional; /* binds those that accept it */
    bool has_force;
    struct force force;
    struct words parties; /* its own; n == 0: those of the agreement */
    struct effect effect;
    struct requirement *requirements, *last_requirement;
    struct exception *exceptions, *last_exception;
    struct reservation *reservations, *last_reservation;
    struct duty *duties, *last_duty;
    struct example *examples, *last_example;
    struct asking_clause *askings, *last_asking;
    unsigned line, column;
    unsigned index;
};

struct definition {
    struct definition *next;
    struct words phrase;
    struct condition cond;
    bool used;
    struct wording *texts;
    unsigned line, column;
};

/* "permission …": the kind, and what is needed while it is read. */
struct permission_block {
    struct permission_block *next;
    struct permission_kind kind;
    struct permission_item *asks, *attachments;
    struct permission_consultation *consultations;
    struct wording *titles;
    unsigned said; /* lines that stand once */
    unsigned article_line, article_column;
};

/* A worked example of a notice: accepted, or refused for these reasons at least. */
struct notice_example {
    struct notice_example *next;
    const char *title;
    struct notice_case given;
    bool says, accepted;
    uint32_t because; /* 1 << enum notice_fault */
    unsigned line, column;
};

/* "notice KIND about …" */
struct notice_block {
    struct notice_block *next;
    struct notice_kind kind;
    struct wording *titles;
    struct notice_example *examples, *last_example;
    unsigned said; /* lines that stand once */
    unsigned article_line, article_column;
};

/* A worked example of sharing: a label, a reader, what comes of it. */
struct sharing_example {
    struct sharing_example *next;
    const char *title;
    struct cyber_label label;
    struct cyber_reader reader;
    enum cyber_act act;
    uint8_t at; /* whose node; CYBER_NO_PLACE: not said */
    bool says, has_marking;
    enum cyber_verdict gives;
    unsigned line, column;
};

/* "sharing NAME" */
struct sharing_block {
    struct sharing_block *next;
    struct sharing_rules rules;
    struct sharing_group *group;
    struct sharing_example *examples, *last_example;
    unsigned said; /* lines that stand once */
    unsigned article_line, article_column;
};

/* "trust: …": a number of parties; n == 0: not said. */
struct trust_clause {
    unsigned n, line, column; /* of the number */
};

struct program;

struct agreement {
    struct arena arena;
    struct span text;
    uint8_t hash[32];
    const char *title;
    unsigned version;
    struct wording *titles, *notes;
    struct words parties;
    struct date from;                            /* in force from; unset: no date said */
    unsigned ratifications;                      /* in force after so many; 0: not said */
    struct notice_period later;                  /* after the last of them, and after a member's own */
    struct words accession;                      /* States that were no signatories and may accede */
    struct notice_period withdrawal, suspension; /* periods of notice */
    unsigned amendments;                         /* bind all when so many accept; 0: those that accept them */
    bool no_reservations;                        /* to none, or to those in fixed: */
    struct words fixed;
    unsigned fixed_line;
    struct table *tables, *last_table;
    struct quota_clause *quotas, *last_quota;
    struct trust_clause certificates, keys; /* how many vouch for a certificate; how many report a key */
    struct trust_clause records, members;   /* how many cosign a record; how many admit or suspend a member */
    struct agreement_complaints complaints; /* 0: not said */
    struct words published, witnessed;      /* types of records, and in which state they count */
    struct words vocabulary[VOCABULARY_N];
    struct definition *definitions;
    struct example *cases;
    struct article *articles, *last_article;
    size_t n_articles, n_examples;
    struct permission_block *permissions;
    size_t n_permissions;
    struct notice_rules *notice_rules; /* NULL: none */
    unsigned notice_said;
    struct notice_block *notices;
    size_t n_notices;
    struct sharing_block *sharings;
    struct program *program;
    const struct bound_table *bound; /* NULL: all parties */
};

/* Reads a->text into a; what is wrong is in faults. */
void agreement_parse_model(struct agreement *a, struct agreement_faults *faults);

/* Adds a reservation by instrument to its article, to hold where the bit says so; one that says "not bound"
 * adds nothing. False: its member or article is not there, or the condition is faulty. */
MUST_USE bool agreement_reserve(struct agreement *a, const struct agreement_reservation *r, unsigned bit);

/* Faults of the whole: unreachable, contradictory, incomplete. Adds to faults. */
void agreement_check(const struct agreement *a, struct agreement_faults *faults);

/* False with a fault when the agreement is past a ceiling. */
MUST_USE bool agreement_compile(struct agreement *a, struct agreement_faults *faults);

/* How one example of the article ended; detail says what was given instead. */
bool agreement_run_example(const struct agreement *a, const struct article *x, const struct example *e,
                           struct verdict *v, char *detail, size_t n);

#endif
