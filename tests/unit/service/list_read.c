/*
 * Readers of published lists: each form with entries of our own in the shape its publisher gives, in pieces
 * of every size, and the dirt that comes with it.
 */
#include "service/notice/list_read.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "service/notice/list_draft.h"

/* ---- what a reader says ---- */

struct told {
    struct buffer text;    /* an entry a line, as it is kept */
    struct buffer refused; /* "line id reason" a line */
    size_t n;
};

static bool take(void *ctx, const struct list_entry *e, struct why *w)
{
    struct told *t = ctx;

    (void)w;
    list_entry_write(&t->text, e);
    buf_u8(&t->text, '\n');
    t->n++;
    return true;
}

static bool refuse(void *ctx, uint64_t line, struct span id, const struct why *why, struct why *w)
{
    struct told *t = ctx;

    (void)w;
    buf_printf(&t->refused, "%llu %.*s %s\n", (unsigned long long)line, (int)id.n,
               id.n ? (const char *)id.p : "", why->reason);
    return true;
}

static bool read_files(enum list_format f, const struct span *file, size_t n, size_t piece, struct told *t,
                       struct list_stated *s, struct why *w)
{
    const struct list_sink sink = { t, take, refuse };
    struct list_reader *r = list_reader_new(f, &sink);
    bool ok = true;

    buf_init(&t->text, 1 << 24);
    buf_init(&t->refused, 1 << 20);
    t->n = 0;
    for (size_t i = 0; ok && i < n; i++) {
        for (size_t at = 0; ok && at < file[i].n; at += piece)
            ok = list_reader_feed(r, span_sub(file[i], at, at + piece), w);
        if (ok && i + 1 < n)
            ok = list_reader_next(r, w);
    }
    ok = ok && list_reader_end(r, s, w);
    list_reader_free(r);
    return ok;
}

static void done(struct told *t)
{
    buf_free(&t->text);
    buf_free(&t->refused);
}

static void holds(struct told *t, const char *what)
{
    if (!strstr(buf_cstr(&t->text), what))
        fail_msg("there is no %s in %s", what, buf_cstr(&t->text));
}

/* The whole file and pieces of each size say the same. */
static void read_well(enum list_format f, const struct span *file, size_t n, struct told *t,
                      struct list_stated *s)
{
    static const size_t pieces[] = { 1, 7, 64, 4096 };
    struct why w = { 0 };
    enum list_format detected;

    assert_true(list_format_detect(file[n - 1], &detected, &w));
    assert_int_equal(detected, f);
    if (!read_files(f, file, n, 1 << 20, t, s, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct list_stated again;
        struct told other;

        assert_true(read_files(f, file, n, pieces[i], &other, &again, &w));
        assert_string_equal(buf_cstr(&other.text), buf_cstr(&t->text));
        assert_string_equal(buf_cstr(&other.refused), buf_cstr(&t->refused));
        done(&other);
    }
}

static void refused_whole(enum list_format f, struct span file, const char *reason, const char *what)
{
    struct list_stated s;
    struct told t;
    struct why w = { 0 };

    if (read_files(f, &file, 1, 4096, &t, &s, &w))
        fail_msg("%s: taken", what);
    if (strcmp(w.reason, reason) != 0)
        fail_msg("%s: %s (%s), not %s", what, w.reason, w.detail, reason);
    done(&t);
}

/* ---- United Nations ---- */

#define UN_HEAD                                                                                              \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CONSOLIDATED_LIST "                                        \
    "dateGenerated=\"2026-05-02T10:00:00\">\n"
#define UN_ONE                                                                                               \
    "<INDIVIDUAL><DATAID>900001</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>SPECIMEN</FIRST_NAME>"         \
    "<SECOND_NAME>ALI &amp; SON</SECOND_NAME><THIRD_NAME/><UN_LIST_TYPE>Sample</UN_LIST_TYPE>"               \
    "<REFERENCE_NUMBER>SPi.001</REFERENCE_NUMBER><LISTED_ON>2020-01-02</LISTED_ON><GENDER>Male</GENDER>"     \
    "<NAME_ORIGINAL_SCRIPT>نمونه علی</NAME_ORIGINAL_SCRIPT><COMMENTS1>First of two. </COMMENTS1>"    \
    "<TITLE><VALUE>Haji</VALUE></TITLE><NATIONALITY><VALUE>Iran (Islamic Republic of)</VALUE></NATIONALITY>" \
    "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Specimen Aly; Spesimen "                           \
    "Ali</ALIAS_NAME></INDIVIDUAL_ALIAS>"                                                                    \
    "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Abu Sample</ALIAS_NAME><NOTE/></INDIVIDUAL_ALIAS>"  \
    "<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>"                                           \
    "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1971</YEAR></"                \
    "INDIVIDUAL_DATE_OF_BIRTH>"                                                                              \
    "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1968</"                        \
    "FROM_YEAR><TO_YEAR>1972</TO_YEAR>"                                                                      \
    "</INDIVIDUAL_DATE_OF_BIRTH><INDIVIDUAL_PLACE_OF_BIRTH><CITY>Sampletown</CITY><COUNTRY>Kazakhstan</"     \
    "COUNTRY>"                                                                                               \
    "</INDIVIDUAL_PLACE_OF_BIRTH><INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>National "                           \
    "Passport</TYPE_OF_DOCUMENT>"                                                                            \
    "<NUMBER>X "                                                                                             \
    "000-111</NUMBER><ISSUING_COUNTRY>Kyrgyzstan</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT></INDIVIDUAL>\n"

static const char UN[] =
    UN_HEAD "<INDIVIDUALS>" UN_ONE
            "<INDIVIDUAL><DATAID>900002</DATAID><REFERENCE_NUMBER>SPi.002</REFERENCE_NUMBER></INDIVIDUAL>\n"
            "</INDIVIDUALS><ENTITIES><ENTITY><DATAID>900003</DATAID><FIRST_NAME>SPECIMEN TRADING</FIRST_NAME>"
            "<REFERENCE_NUMBER>SPe.001</REFERENCE_NUMBER><ENTITY_ALIAS><QUALITY>f.k.a.</"
            "QUALITY><ALIAS_NAME>Old Specimen</ALIAS_NAME>"
            "</ENTITY_ALIAS><ENTITY_ADDRESS><CITY>Sampletown</CITY><COUNTRY>Turkey</COUNTRY></"
            "ENTITY_ADDRESS></ENTITY></ENTITIES>"
            "</CONSOLIDATED_LIST>\n";

static void un(void **state)
{
    struct span file = span_of(UN, sizeof UN - 1);
    struct list_stated s;
    struct told t;

    (void)state;
    read_well(LIST_UN_XML, &file, 1, &t, &s);
    assert_string_equal(s.published, "2026-05-02T10:00:00");
    assert_int_equal(s.entries, 2);
    assert_int_equal(s.refused, 1);
    assert_string_equal(buf_cstr(&t.refused), "4 SPi.002 name\n");
    holds(&t, "{\"id\":\"SPi.001\",\"schema\":\"Person\"");
    holds(&t, "{\"p\":\"name\",\"v\":\"SPECIMEN ALI & SON\"}");
    holds(&t, "{\"p\":\"alias\",\"v\":\"نمونه علی\",\"kind\":\"original script\"}");
    holds(&t, "{\"p\":\"alias\",\"v\":\"Spesimen Ali\",\"kind\":\"Good\"}");
    holds(&t, "{\"p\":\"weakAlias\",\"v\":\"Abu Sample\",\"kind\":\"Low\",\"weak\":true}");
    holds(&t, "{\"p\":\"birthDate\",\"v\":\"1971\",\"kind\":\"APPROXIMATELY\",\"about\":true}");
    holds(&t, "{\"p\":\"birthDate\",\"v\":\"1968/1972\",\"kind\":\"BETWEEN\"}");
    holds(&t, "{\"p\":\"birthPlace\",\"v\":\"Sampletown, Kazakhstan\",\"country\":\"kz\"}");
    holds(&t,
          "{\"p\":\"passportNumber\",\"v\":\"X 000-111\",\"kind\":\"National Passport\",\"country\":\"kg\"}");
    holds(&t, "{\"p\":\"nationality\",\"v\":\"ir\"}");
    holds(&t, "{\"p\":\"gender\",\"v\":\"male\"}");
    holds(&t, "{\"p\":\"program\",\"v\":\"Sample\"}");
    holds(&t, "{\"p\":\"previousName\",\"v\":\"Old Specimen\",\"kind\":\"f.k.a.\"}");
    holds(&t, "{\"p\":\"country\",\"v\":\"tr\"}");
    done(&t);
}

/* ---- OFAC ---- */

static const char SDN[] =
    "<?xml version=\"1.0\" standalone=\"yes\"?>\r\n<sdnList xmlns=\"http://tempuri.org/sdnList.xsd\">\r\n"
    "<publshInformation><Publish_Date>05/02/2026</Publish_Date><Record_Count>3</Record_Count></"
    "publshInformation>\r\n"
    "<sdnEntry><uid>99001</uid><firstName>Ali</firstName><lastName>SPECIMEN</lastName><title>Director</title>"
    "<sdnType>Individual</sdnType><remarks>(Linked To: SPECIMEN "
    "TRADING)</remarks><programList><program>SAMPLE</program>"
    "<program>SAMPLE2</program></programList><idList><id><uid>1</uid><idType>Passport</"
    "idType><idNumber>A0000001</idNumber>"
    "<idCountry>Iran</idCountry></id><id><uid>2</uid><idType>Gender</idType><idNumber>Male</idNumber></id></"
    "idList>"
    "<akaList><aka><uid>3</uid><type>a.k.a.</type><category>strong</category><lastName>SPESIMEN</lastName>"
    "<firstName>Aly</firstName></aka><aka><uid>4</uid><type>a.k.a.</type><category>weak</"
    "category><lastName>SMP</lastName></aka>"
    "</akaList><nationalityList><nationality><country>Korea, North</country></nationality></nationalityList>"
    "<dateOfBirthList><dateOfBirthItem><dateOfBirth>02 Nov "
    "1963</dateOfBirth><mainEntry>true</mainEntry></dateOfBirthItem>"
    "<dateOfBirthItem><dateOfBirth>circa "
    "1964</dateOfBirth></dateOfBirthItem><dateOfBirthItem><dateOfBirth>1963 to 1965"
    "</dateOfBirth></dateOfBirthItem></dateOfBirthList></sdnEntry>\r\n"
    "<sdnEntry><uid>99002</uid><lastName>SPECIMEN "
    "STAR</lastName><sdnType>Vessel</sdnType><programList><program>SAMPLE</program>"
    "</programList><idList><id><idType>Vessel Registration Identification</idType><idNumber>IMO "
    "9074729</idNumber></id></idList>"
    "<vesselInfo><callSign>ABCD</callSign><vesselFlag>Panama</vesselFlag></vesselInfo></sdnEntry>\r\n"
    "<sdnEntry><uid>99003</uid><lastName>SPECIMEN BANK</lastName><sdnType>Entity</sdnType><idList><id>"
    "<idType>SWIFT/BIC</idType><idNumber>SPCMKZKA</idNumber></id></idList></sdnEntry>\r\n</sdnList>";

static void ofac(void **state)
{
    struct span file = span_of(SDN, sizeof SDN - 1);
    char more[sizeof SDN];
    struct list_stated s;
    struct told t;

    (void)state;
    read_well(LIST_OFAC_XML, &file, 1, &t, &s);
    assert_string_equal(s.published, "2026-05-02");
    assert_int_equal(s.stated, 3);
    assert_int_equal(s.entries, 3);
    holds(&t, "{\"p\":\"name\",\"v\":\"Ali SPECIMEN\"}");
    holds(&t, "{\"p\":\"weakAlias\",\"v\":\"SMP\",\"kind\":\"a.k.a.\",\"weak\":true}");
    holds(&t, "{\"p\":\"alias\",\"v\":\"Aly SPESIMEN\",\"kind\":\"a.k.a.\"}");
    holds(&t, "{\"p\":\"birthDate\",\"v\":\"1963-11-02\"}");
    holds(&t, "{\"p\":\"birthDate\",\"v\":\"1964\",\"about\":true}");
    holds(&t, "{\"p\":\"birthDate\",\"v\":\"1963/1965\"}");
    holds(&t, "{\"p\":\"nationality\",\"v\":\"kp\"}");
    holds(&t, "{\"p\":\"passportNumber\",\"v\":\"A0000001\",\"kind\":\"Passport\",\"country\":\"ir\"}");
    holds(&t, "{\"p\":\"gender\",\"v\":\"male\"}");
    holds(&t, "{\"p\":\"imoNumber\",\"v\":\"9074729\",\"kind\":\"Vessel Registration Identification\"}");
    holds(&t, "{\"p\":\"flag\",\"v\":\"pa\"}");
    holds(&t, "{\"p\":\"swiftBic\",\"v\":\"SPCMKZKA\",\"kind\":\"SWIFT/BIC\"}");
    holds(&t, "\"schema\":\"Vessel\"");
    done(&t);
    memcpy(more, SDN, sizeof SDN);
    *strstr(more, "<Record_Count>3") = '<';
    strstr(more, "Record_Count>3")[13] = '4';
    refused_whole(LIST_OFAC_XML, span_of(more, sizeof more - 1), "truncated", "an entry fewer than it says");
}

static const char SDN_CSV[] =
    "99001,\"SPECIMEN, Ali\",\"individual\",\"SAMPLE] [SAMPLE2\",\"Director\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"
    "\"DOB 02 Nov 1963; alt. DOB 1964; POB Sampletown, Kazakhstan; nationality Iran; Gender Male; Passport "
    "A0000001 (Iran) "
    "expires 2030; National ID No. 0012345678 (Iran); a.k.a. 'SMP'; Linked To: SPECIMEN \"\"TRADING\"\".\"\n"
    "99002,\"SPECIMEN STAR\",\"vessel\",\"SAMPLE\",-0- ,\"ABCD\",\"Tanker\",\"1000\",-0- ,\"Panama\",-0- ,"
    "\"Vessel Registration Identification IMO 9074729; MMSI 123456789.\"\n"
    "99003,\"SPECIMEN, LTD.\",-0- ,\"SAMPLE\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"Registration Number 12345 "
    "(Kazakhstan)\"\n"
    "99004,\"NEVER CLOSED,-0- \n"
    "99005,\"NUL\x01\",-0- ,\"SAMPLE\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n"
    "99006,\"LATIN\xe9\",-0- ,\"SAMPLE\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n"
    "\x1a";
static const char ALT_CSV[] =
    "99001,1,\"aka\",\"SPESIMEN, Aly\",-0- \n99003,2,\"fka\",\"OLD SPECIMEN\",-0- \n";
static const char ADD_CSV[] = "99003,7,\"1 Sample Street\",\"Almaty 050000\",\"Kazakhstan\",-0- \n";
static const char COMMENTS_CSV[] = "99001,\"Digital Currency Address - XBT 1SpecimenSpecimen\"\n";

static void ofac_csv(void **state)
{
    const struct span files[] = { span_of(COMMENTS_CSV, sizeof COMMENTS_CSV - 1),
                                  span_of(ALT_CSV, sizeof ALT_CSV - 1), span_of(ADD_CSV, sizeof ADD_CSV - 1),
                                  span_of(SDN_CSV, sizeof SDN_CSV - 1) };
    const struct span wrong[] = { files[3], files[1] };
    struct list_stated s;
    struct told t;
    struct why w = { 0 };

    (void)state;
    read_well(LIST_OFAC_CSV, files, 4, &t, &s);
    assert_int_equal(s.entries, 3);
    assert_string_equal(buf_cstr(&t.refused), "4  csv\n5 99005 utf-8\n6 99006 utf-8\n");
    holds(&t, "{\"p\":\"name\",\"v\":\"Ali SPECIMEN\"}");
    holds(&t, "{\"p\":\"name\",\"v\":\"SPECIMEN, LTD.\"}");
    holds(&t, "{\"p\":\"alias\",\"v\":\"Aly SPESIMEN\",\"kind\":\"aka\"}");
    holds(&t, "{\"p\":\"previousName\",\"v\":\"OLD SPECIMEN\",\"kind\":\"fka\"}");
    holds(&t, "{\"p\":\"weakAlias\",\"v\":\"SMP\",\"weak\":true}");
    holds(&t, "{\"p\":\"program\",\"v\":\"SAMPLE2\"}");
    holds(&t, "{\"p\":\"birthDate\",\"v\":\"1963-11-02\"}");
    holds(&t, "{\"p\":\"birthDate\",\"v\":\"1964\"}");
    holds(&t, "{\"p\":\"passportNumber\",\"v\":\"A0000001\",\"kind\":\"Passport\",\"country\":\"ir\"}");
    holds(&t, "{\"p\":\"idNumber\",\"v\":\"0012345678\",\"kind\":\"National ID No.\",\"country\":\"ir\"}");
    holds(&t, "{\"p\":\"imoNumber\",\"v\":\"9074729\"");
    holds(&t, "{\"p\":\"mmsi\",\"v\":\"123456789\"");
    holds(
        &t,
        "{\"p\":\"registrationNumber\",\"v\":\"12345\",\"kind\":\"Registration Number\",\"country\":\"kz\"}");
    holds(&t, "{\"p\":\"address\",\"v\":\"1 Sample Street, Almaty 050000, Kazakhstan\",\"country\":\"kz\"}");
    holds(&t, "Linked To: SPECIMEN \\\"TRADING\\\"");
    holds(&t,
          "{\"p\":\"publicKey\",\"v\":\"1SpecimenSpecimen\",\"kind\":\"Digital Currency Address - XBT\"}");
    done(&t);
    assert_false(read_files(LIST_OFAC_CSV, wrong, 2, 4096, &t, &s, &w));
    assert_string_equal(w.reason, "format");
    done(&t);
    refused_whole(LIST_OFAC_CSV, SPAN("1,2,3\n"), "format", "three columns");
    refused_whole(LIST_OFAC_CSV, span_of(SDN_CSV, 700), "truncated", "cut off within a line");
}

/* ---- European Union ---- */

static const char EU[] =
    "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<export xmlns=\"http://eu.europa.ec/fpi/fsd/export\" generationDate=\"2026-05-02T12:00:00.000+02:00\" "
    "globalFileId=\"1234\">\n"
    "<sanctionEntity designationDetails=\"\" unitedNationId=\"SPi.001\" euReferenceNumber=\"EU.1.1\" "
    "logicalId=\"1\">"
    "<remark>Sample remark</remark><regulation regulationType=\"amendment\" publicationDate=\"2020-07-08\" "
    "numberTitle=\"1/2020 (OJ L1)\""
    " programme=\"SMP\" logicalId=\"9\"><publicationUrl>http://example.org/oj</publicationUrl></regulation>"
    "<subjectType code=\"person\" classificationCode=\"P\"/>"
    "<nameAlias firstName=\"Ali\" middleName=\"\" lastName=\"Specimen\" wholeName=\"Ali Specimen\" "
    "function=\"Minister\" gender=\"M\" title=\"Dr\""
    " nameLanguage=\"EN\" strong=\"true\"/><nameAlias firstName=\"\" lastName=\"\" wholeName=\"Али Образец\" "
    "gender=\"\" nameLanguage=\"RU\" strong=\"true\"/>"
    "<nameAlias wholeName=\"Smp\" strong=\"false\"/><nameAlias firstName=\"Aly\" lastName=\"Spesimen\" "
    "wholeName=\"\" strong=\"true\"/>"
    "<citizenship countryIso2Code=\"IR\" countryDescription=\"IRAN\"/><birthdate circa=\"true\" "
    "calendarType=\"GREGORIAN\" city=\"Sampletown\" year=\"1963\""
    " monthOfYear=\"11\" countryIso2Code=\"KZ\" countryDescription=\"KAZAKHSTAN\"/><birthdate "
    "circa=\"false\" calendarType=\"ISLAMIC\" year=\"1383\"/>"
    "<identification knownFalse=\"true\" number=\"A1\" identificationTypeCode=\"passport\" "
    "identificationTypeDescription=\"National passport\" countryIso2Code=\"IR\"/>"
    "<address street=\"1 Sample\" city=\"Almaty\" countryIso2Code=\"KZ\" "
    "countryDescription=\"KAZAKHSTAN\"/></sanctionEntity>\n"
    "<sanctionEntity euReferenceNumber=\"\" logicalId=\"2\"><subjectType code=\"enterprise\" "
    "classificationCode=\"E\"/><nameAlias wholeName=\"Specimen Trading\" strong=\"true\"/>"
    "<identification number=\"SPCMKZKA\" identificationTypeCode=\"swiftbic\"/></sanctionEntity></export>";

static void eu(void **state)
{
    struct span file = span_of(EU, sizeof EU - 1);
    struct list_stated s;
    struct told t;

    (void)state;
    read_well(LIST_EU_XML, &file, 1, &t, &s);
    assert_string_equal(s.publication, "1234");
    assert_int_equal(s.entries, 2);
    holds(&t, "{\"id\":\"EU.1.1\",\"schema\":\"Person\"");
    holds(&t, "{\"id\":\"2\",\"schema\":\"Organization\"");
    holds(&t, "{\"p\":\"name\",\"v\":\"Ali Specimen\",\"kind\":\"strong\",\"note\":\"EN\"}");
    holds(&t, "{\"p\":\"alias\",\"v\":\"Али Образец\",\"kind\":\"strong\",\"note\":\"RU\"}");
    holds(&t, "{\"p\":\"weakAlias\",\"v\":\"Smp\",\"kind\":\"weak\",\"weak\":true}");
    holds(&t, "{\"p\":\"alias\",\"v\":\"Aly Spesimen\",\"kind\":\"strong\"}");
    holds(&t, "{\"p\":\"birthDate\",\"v\":\"1963-11\",\"about\":true}");
    holds(&t, "{\"p\":\"birthDateText\",\"v\":\"1383\",\"kind\":\"ISLAMIC\"}");
    holds(&t, "{\"p\":\"passportNumber\",\"v\":\"A1\",\"kind\":\"National "
              "passport\",\"country\":\"ir\",\"note\":\"known to be false\"}");
    holds(&t,
          "{\"p\":\"legalBasis\",\"v\":\"1/2020 (OJ L1)\",\"kind\":\"amendment\",\"note\":\"2020-07-08\"}");
    holds(&t, "{\"p\":\"unscId\",\"v\":\"SPi.001\"}");
    holds(&t, "{\"p\":\"swiftBic\",\"v\":\"SPCMKZKA\",\"kind\":\"swiftbic\"}");
    done(&t);
}

/* ---- FollowTheMoney ---- */

static const char FTM[] =
    "{\"id\":\"NK-1\",\"caption\":\"Ali Specimen\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ali "
    "Specimen\",\"\\u0410\\u043b\\u0438\"],"
    "\"weakAlias\":[\"Smp\"],\"birthDate\":[\"1963-11-02\",\"1964\"],\"country\":[\"ir\"],\"topics\":["
    "\"sanction\"],\"sanctions\":[{\"id\":\"s\",\"schema\":\"Sanction\","
    "\"properties\":{\"program\":[\"SMP\"],\"authority\":[\"Specimen\"]}}],\"passportNumber\":[\"A1\"]},"
    "\"datasets\":[\"sample\"],\"referents\":[\"smp-1\"],"
    "\"first_seen\":\"2020-01-01T00:00:00\",\"last_seen\":\"2026-05-01T00:00:00\",\"target\":true}\r\n"
    "{\"id\":\"s-1\",\"schema\":\"Sanction\",\"properties\":{\"entity\":[\"NK-1\"]}}\n"
    "\n{\"id\":\"NK-2\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Specimen Trading "
    "LLP\"],\"leiCode\":[\"529900T8BM49AURSDO55\"],\"jurisdiction\":[\"KZ\"]}}\n"
    "{\"id\":\"NK-3\",\"schema\":\"Person\",\"properties\":{\"name\":[\"\\ud800\"]}}\n{not json}\n"
    "{\"id\":\"\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Nobody\"]}}\n{\"id\":\"NK-4\",\"schema\":"
    "\"Person\",\"properties\":{}}\n"
    "{\"id\":\"NK-5\",\"schema\":\"Vessel\",\"properties\":{\"name\":[\"Specimen "
    "Star\"],\"imoNumber\":[\"9074729\"]}}";

static void ftm(void **state)
{
    struct span file = span_of(FTM, sizeof FTM - 1);
    struct list_stated s;
    struct told t;

    (void)state;
    read_well(LIST_FTM_JSON, &file, 1, &t, &s);
    assert_int_equal(s.entries, 3);
    assert_int_equal(s.beside, 1);
    assert_string_equal(buf_cstr(&t.refused), "5  surrogate\n6  json\n7  id\n8 NK-4 name\n");
    holds(&t, "{\"p\":\"name\",\"v\":\"Али\"}");
    holds(&t, "{\"p\":\"weakAlias\",\"v\":\"Smp\",\"weak\":true}");
    holds(&t, "{\"p\":\"program\",\"v\":\"SMP\",\"note\":\"Specimen\"}");
    holds(&t, "{\"p\":\"referents\",\"v\":\"smp-1\"}");
    holds(&t, "{\"p\":\"jurisdiction\",\"v\":\"kz\"}");
    if (strstr(buf_cstr(&t.text), "last_seen"))
        fail_msg("when it was last seen changes each day");
    done(&t);
    refused_whole(LIST_FTM_JSON, span_of(FTM, sizeof FTM - 20), "truncated", "cut off within a line");
}

/* ---- dirt ---- */

static void dirt(void **state)
{
    static const char bomb[] =
        "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
        "<CONSOLIDATED_LIST><INDIVIDUAL><FIRST_NAME>&b;</FIRST_NAME></INDIVIDUAL></CONSOLIDATED_LIST>";
    static const char outside[] =
        "<!DOCTYPE l SYSTEM \"file:///etc/passwd\"><CONSOLIDATED_LIST></CONSOLIDATED_LIST>";
    static const struct {
        const char *what, *reason, *text;
    } cases[] = {
        { "an undefined entity", "xml", UN_HEAD "<INDIVIDUAL>&nothing;</INDIVIDUAL></CONSOLIDATED_LIST>" },
        { "cut off between entries", "xml", UN_HEAD "<INDIVIDUALS>" UN_ONE },
        { "cut off within an entry", "xml", UN_HEAD "<INDIVIDUALS><INDIVIDUAL><FIRST_NAME>SPEC" },
        { "another encoding", "encoding",
          "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><CONSOLIDATED_LIST></CONSOLIDATED_LIST>" },
        { "bytes that are not UTF-8", "xml",
          UN_HEAD "<INDIVIDUAL><FIRST_NAME>\xe9t\xe9</FIRST_NAME></INDIVIDUAL>" },
        { "another list", "format", "<sdnList></sdnList>" },
        { "a page that says sorry", "format", "<html><body>Service unavailable</body></html>" },
        { "nothing", "xml", "" },
        { "more behind the end", "xml", UN_HEAD "</CONSOLIDATED_LIST><INDIVIDUAL/>" },
    };
    static const char nul[] =
        UN_HEAD "<INDIVIDUAL><FIRST_NAME>A\0B</FIRST_NAME></INDIVIDUAL></CONSOLIDATED_LIST>";
    struct buffer b;

    (void)state;
    refused_whole(LIST_UN_XML, span_of(bomb, sizeof bomb - 1), "doctype", "entities in entities");
    refused_whole(LIST_UN_XML, span_of(outside, sizeof outside - 1), "doctype", "an entity elsewhere");
    refused_whole(LIST_UN_XML, span_of(nul, sizeof nul - 1), "xml", "a NUL");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused_whole(LIST_UN_XML, span_str(cases[i].text), cases[i].reason, cases[i].what);
    buf_init(&b, 1 << 20);
    buf_str(&b, UN_HEAD);
    for (int i = 0; i < 100; i++)
        buf_str(&b, "<a>");
    refused_whole(LIST_UN_XML, buf_span(&b), "too-deep", "a hundred elements deep");
    buf_free(&b);
}

/* The one too long is told, and those around it are read. */
static void too_long(void **state)
{
    struct list_stated s;
    struct span file;
    struct buffer b;
    struct why w = { 0 };
    struct told t;

    (void)state;
    buf_init(&b, 64 << 20);
    buf_str(&b, UN_HEAD UN_ONE "<INDIVIDUAL><REFERENCE_NUMBER>SPi.9</REFERENCE_NUMBER>");
    for (size_t n = 0; n < LIMIT_LIST_ENTRY / 20; n++)
        buf_str(&b, "<COMMENTS1>aaaaaaaaaaaaaaaaaaaa</COMMENTS1>");
    buf_str(&b, "</INDIVIDUAL>" UN_ONE "</CONSOLIDATED_LIST>");
    file = buf_span(&b);
    assert_true(read_files(LIST_UN_XML, &file, 1, 65536, &t, &s, &w));
    assert_int_equal(s.entries, 2);
    assert_string_equal(buf_cstr(&t.refused), "4  too-large\n");
    done(&t);
    buf_reset(&b);
    buf_str(&b, "{\"id\":\"NK-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ali\"]}}\n{\"id\":\"");
    for (size_t n = 0; n < LIMIT_LIST_LINE / 16 + 16; n++)
        buf_str(&b, "aaaaaaaaaaaaaaaa");
    buf_str(&b, "\"}\n{\"id\":\"NK-2\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Aly\"]}}\n");
    file = buf_span(&b);
    assert_true(read_files(LIST_FTM_JSON, &file, 1, 65536, &t, &s, &w));
    assert_int_equal(s.entries, 2);
    assert_string_equal(buf_cstr(&t.refused), "2  too-large\n");
    done(&t);
    buf_free(&b);
}

/* UTF-16 with its mark, as some export it. */
static void wide(void **state)
{
    struct list_stated s;
    struct buffer b;
    struct span file;
    struct told t;
    static const char text[] =
        "<CONSOLIDATED_LIST dateGenerated=\"2026-05-02\"><INDIVIDUAL><DATAID>1</DATAID>"
        "<FIRST_NAME>SPECIMEN</FIRST_NAME></INDIVIDUAL></CONSOLIDATED_LIST>";

    (void)state;
    buf_init(&b, 4096);
    buf_put(&b, SPAN("\xff\xfe"));
    for (size_t i = 0; i + 1 < sizeof text; i++) {
        buf_u8(&b, (uint8_t)text[i]);
        buf_u8(&b, 0);
    }
    file = buf_span(&b);
    read_well(LIST_UN_XML, &file, 1, &t, &s);
    holds(&t, "{\"p\":\"name\",\"v\":\"SPECIMEN\"}");
    done(&t);
    buf_free(&b);
}

static void dates(void **state)
{
    static const struct {
        const char *in, *out;
        bool about;
    } cases[] = {
        { "02 Nov 1963", "1963-11-02", false },
        { "2 November 1963", "1963-11-02", false },
        { "Nov 1963", "1963-11", false },
        { "1963", "1963", false },
        { "circa 1963", "1963", true },
        { "Approximately 1963", "1963", true },
        { "1963 to 1965", "1963/1965", false },
        { "between 1963 and 1965", "1963/1965", true },
        { "circa 1979-1982", "1979/1982", true },
        { "01 Jan 1970 to 31 Dec 1970", "1970", false },
        { "1963-11-02", "1963-11-02", false },
        { "1963-11", "1963-11", false },
        { "02/11/1963", "1963-11-02", false },
        { "11/1963", "1963-11", false },
        { "31 Feb 1963", NULL, false },
        { "1963-13", NULL, false },
        { "unknown", NULL, false },
        { "", NULL, false },
        { "63", NULL, false },
        { "0", NULL, false },
        { "1 2 3 4 1963", NULL, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[LIST_DATE] = "";
        bool about = false, ok = list_date(span_str(cases[i].in), out, &about);

        if (ok != (cases[i].out != NULL) ||
            (ok && (strcmp(out, cases[i].out) != 0 || about != cases[i].about)))
            fail_msg("%s: %s %d", cases[i].in, out, about);
    }
}

static void countries(void **state)
{
    static const char *const cases[][2] = {
        { "Iran (Islamic Republic of)", "ir" },
        { "KZ", "kz" },
        { "kz", "kz" },
        { "Kyrgyzstan", "kg" },
        { "Kyrgyz Republic", "kg" },
        { "RUSSIAN FEDERATION", "ru" },
        { "Democratic People's Republic of Korea", "kp" },
        { "Türkiye", "tr" },
        { "Turkey", "tr" },
        { "Côte d'Ivoire", "ci" },
        { "Sampleland", "Sampleland" },
        { "ZZ", "ZZ" },
        { "", "" },
    };
    struct list_countries *c = list_countries_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span s = list_country(c, span_str(cases[i][0]));

        if (!span_eq_str(s, cases[i][1]))
            fail_msg("%s: %.*s", cases[i][0], (int)s.n, (const char *)s.p);
    }
    list_countries_free(c);
}

/* Whatever is kept reads the same again. */
static void again(void **state)
{
    struct span file = span_of(EU, sizeof EU - 1), rest, line;
    struct list_stated s;
    struct buffer b;
    struct arena a;
    struct why w = { 0 };
    struct told t;

    (void)state;
    arena_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    assert_true(read_files(LIST_EU_XML, &file, 1, 4096, &t, &s, &w));
    rest = buf_span(&t.text);
    while (text_split(&rest, '\n', &line)) {
        struct names_about about;
        struct list_entry e;

        assert_true(list_entry_read(line, &a, &e, &w));
        buf_reset(&b);
        list_entry_write(&b, &e);
        assert_true(span_eq(buf_span(&b), line));
        list_entry_about(&e, &about);
        if (span_eq_str(e.id, "EU.1.1")) {
            assert_int_equal(about.n_date, 1);
            assert_int_equal(about.date[0].year, 1963);
            assert_true(about.date[0].about);
            assert_int_equal(about.sex, NAMES_MALE);
        }
    }
    done(&t);
    buf_free(&b);
    arena_free(&a);
}

static void schemata(void **state)
{
    (void)state;
    assert_true(list_schema_is(SPAN("Company"), "LegalEntity"));
    assert_true(list_schema_is(SPAN("Vessel"), "Thing"));
    assert_false(list_schema_is(SPAN("Organization"), "Company"));
    assert_true(list_schema_fits(SPAN("LegalEntity"), SPAN("Person")));
    assert_true(list_schema_fits(SPAN("Company"), SPAN("Organization")));
    assert_false(list_schema_fits(SPAN("Person"), SPAN("Company")));
    assert_false(list_schema_fits(SPAN("Person"), SPAN("Nonsense")));
    assert_false(list_schema_known(SPAN("Sanction")));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(un),        cmocka_unit_test(ofac),  cmocka_unit_test(ofac_csv),
        cmocka_unit_test(eu),        cmocka_unit_test(ftm),   cmocka_unit_test(dirt),
        cmocka_unit_test(too_long),  cmocka_unit_test(wide),  cmocka_unit_test(dates),
        cmocka_unit_test(countries), cmocka_unit_test(again), cmocka_unit_test(schemata),
    };

    return cmocka_run_group_tests_name("list-read", tests, NULL, NULL);
}
