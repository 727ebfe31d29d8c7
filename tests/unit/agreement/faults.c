/* What is said about a faulty text: line, column, what was expected. */
#include "vectors.h"

#include "agreement/agreement.h"
#include "guard.h"

#define HEAD                                                                                                 \
    "agreement \"T\" version 1\n"                                                                            \
    "parties AA BB CC\n"                                                                                     \
    "words for travel.purpose: work, study\n"                                                                \
    "words for travel.post: north gate, south gate\n"                                                        \
    "words for permission.kind: pass\n"
/* Line 6 is the article, line 7 its text; the line under test is line 8. */
#define ARTICLE HEAD "article 1 \"A\"\n  text en \"x\"\n"
#define LAST    "article 1 \"A\"\n  text en \"x\"\n"
#define SHARING "sharing \"cyber\"\n  under article 1\n  unmarked counts as amber\n"
#define TRUST                                                                                                \
    "trust: a certificate counts when 2 parties vouch for it\n"                                              \
    "trust: a key no longer counts when 1 party reports it\n"
/* Of five parties the other four witness each log. */
#define FIVE         "agreement \"T\" version 1\nparties AA BB CC DD EE\n"
#define ARTICLE_ONLY "article 1 \"x\"\n  text en \"x\"\n  allow entry\n"
#define EXAMPLE      ARTICLE "  allow entry\n  example \"e\"\n"

static const struct {
    const char *what, *text;
    unsigned line, column;
    bool warning;
    const char *says; /* part of the message */
} cases[] = {
    /* who may ask what */
    { "asking without a topic", ARTICLE "  asking for work\n", 8, 10, false,
      "expected the topic of the questions, found \"for\"" },
    { "asking without a purpose", ARTICLE "  asking \"x\"\n", 8, 13, false,
      "expected \"for\", found the end of the line" },
    { "a purpose in capitals", ARTICLE "  asking \"x\" for Work\n", 8, 18, false,
      "expected a purpose in small letters" },
    { "one purpose twice", ARTICLE "  asking \"x\" for a-b, a-b\n", 8, 23, false,
      "\"a-b\" stands here twice" },
    { "one topic twice", ARTICLE "  asking \"x\", \"x\" for a-b\n", 8, 15, false, "\"x\" stands here twice" },
    { "by nobody", ARTICLE "  asking \"x\" for a-b by\n", 8, 24, false,
      "expected an office in small letters" },
    /* sharing */
    { "sharing without a name", ARTICLE "sharing\n", 8, 8, false, "expected what is shared" },
    { "a name in capitals", ARTICLE "sharing \"Cyber\"\n", 8, 9, false, "small letters" },
    { "sharing twice", ARTICLE SHARING "sharing \"cyber\"\n", 11, 9, false, "stands in line 8 already" },
    { "sharing without an article", ARTICLE "sharing \"cyber\"\n  unmarked counts as amber\n", 8, 1, false,
      "sharing needs a legal basis" },
    { "under an article that is not there", ARTICLE "sharing \"cyber\"\n  under article 7\n", 9, 17, false,
      "there is no article 7" },
    { "unmarked is not said", ARTICLE "sharing \"cyber\"\n  under article 1\n", 8, 1, false,
      "an object without a marking counts as is missing" },
    { "unmarked is never clear", ARTICLE "sharing \"cyber\"\n  unmarked counts as clear\n", 9, 3, false,
      "never clear" },
    { "no marking", ARTICLE SHARING "  passed on up to pink\n", 11, 19, false, "expected a marking" },
    { "red is passed on by nobody", ARTICLE SHARING "  passed on up to red\n", 11, 3, false,
      "red cannot go there" },
    { "amber-strict is for no client", ARTICLE SHARING "  clients up to amber-strict\n", 11, 3, false,
      "amber-strict cannot go there" },
    { "red goes into no detector", ARTICLE SHARING "  detectors up to red\n", 11, 3, false,
      "red cannot go there" },
    { "said twice", ARTICLE SHARING "  kept for 3 days\n  kept for 4 days\n", 12, 3, false,
      "said above already" },
    { "a group of a stranger", ARTICLE SHARING "  group \"one\" of AA, ZZ\n", 11, 22, false,
      "ZZ is not a party" },
    { "a group twice", ARTICLE SHARING "  group \"one\" of AA\n  group \"one\" of BB\n", 12, 9, false,
      "stands above already" },
    { "an example of nobody", ARTICLE SHARING "  example \"e\"\n    given marking amber\n    gives allowed\n",
      13, 11, false, "whose object it is" },
    { "a reason that is none",
      ARTICLE SHARING "  example \"e\"\n    given owner AA, marking amber, to BB, reader BB node\n"
                      "    gives refused because late\n",
      13, 27, false, "expected a reason" },
    { "an unknown group", ARTICLE SHARING "  example \"e\"\n    given owner AA, group \"two\"\n", 12, 27,
      false, "there is no group \"two\"" },
    /* the head */
    { "nothing at all", "", 1, 1, false, "expected a line \"agreement\"" },
    { "no parties", "agreement \"T\" version 1\narticle 1 \"A\"\n", 1, 1, false,
      "expected a line \"parties\"" },
    { "no article", "agreement \"T\" version 1\nparties AA BB\n", 2, 1, false,
      "expected at least one article" },
    { "no title", "agreement version 1\n", 1, 11, false,
      "expected the title of the agreement, found \"version\"" },
    { "no version", "agreement \"T\"\n", 1, 14, false, "expected \"version\", found the end of the line" },
    { "version is no number", "agreement \"T\" version one\n", 1, 23, false,
      "expected a version, found \"one\"" },
    { "version zero", "agreement \"T\" version 0\n", 1, 23, false, "expected a version from 1" },
    { "two agreements", HEAD "agreement \"U\" version 2\n", 6, 1, false, "a second line \"agreement\"" },
    { "two lines of parties", HEAD "parties AA BB\n", 6, 1, false, "a second line \"parties\"" },
    { "party in small letters", "agreement \"T\" version 1\nparties AA bb\n", 2, 12, false,
      "expected a party, found \"bb\"" },
    { "party twice", "agreement \"T\" version 1\nparties AA BB AA\n", 2, 15, false, "AA stands twice" },
    { "one party", "agreement \"T\" version 1\nparties AA\n", 2, 11, false,
      "expected at least two parties, found 1" },
    { "accession before parties", "agreement \"T\" version 1\naccession open to EE\nparties AA BB\n", 2, 11,
      false, "expected the line \"parties\" before" },
    { "accession of a party", HEAD "accession open to AA\n", 6, 11, false, "AA is a party already" },
    { "notice without a unit", HEAD "withdrawal with 6 notice\n", 6, 19, false,
      "expected days, months or years" },
    { "amendments bind, but whom", HEAD "amendments bind some\n", 6, 17, false, "those that accept them" },
    { "no reservations to an article that is not there", HEAD ARTICLE_ONLY "no reservations to 9\n", 9, 1,
      false, "there is no article 9" },
    { "a fee in no currency", HEAD "fee for pass\n  40 XYZ\n", 7, 6, false,
      "expected a currency of ISO 4217" },
    { "a fee with too many digits", HEAD "fee for pass\n  40.505 USD\n", 7, 3, false,
      "2 digits behind the point" },
    { "a fee without row", HEAD "fee for pass\n" ARTICLE_ONLY, 6, 9, false, "the table has no row" },
    { "a row that is never read", HEAD "fee for pass\n  40 USD\n  50 USD\n", 8, 3, false, "is never read" },
    { "a quota per week", HEAD "quota \"q\"\n  AA: 5 per week\n", 7, 13, false,
      "expected day, month or year" },
    { "two quotas for one traveller",
      HEAD "quota \"q\"\n  AA: 5 per day\nquota \"r\"\n  AA: 6 per day\n" ARTICLE_ONLY, 8, 7, false,
      "can apply to one traveller" },
    { "bound by an article that is not there",
      HEAD "article 1 \"x\"\n  when nationality is bound by article 9\n  allow entry\n", 7, 8, false,
      "there is no article 9" },
    { "parties of an article that are none", HEAD "article 1 \"x\"\n  parties AA ZZ\n", 7, 14, false,
      "ZZ is not a party" },
    { "in force, but how", HEAD "in force soon\n", 6, 10, false, "expected \"from\" and a date" },
    { "trust without colon", HEAD "trust a certificate counts when 2 parties vouch for it\n", 6, 7, false,
      "expected a colon" },
    { "trust in other words", HEAD "trust: certificates count\n", 6, 8, false,
      "expected \"a certificate counts when\", \"a key no longer counts when\", \"a record is witnessed" },
    { "trust, how many", HEAD "trust: a certificate counts when parties vouch for it\n", 6, 34, false,
      "expected a number of parties" },
    { "trust of nobody", HEAD "trust: a certificate counts when 0 parties vouch for it\n", 6, 34, false,
      "from 1 to 64, found 0" },
    { "trust, cut off", HEAD "trust: a certificate counts when 2 parties vouch\n", 6, 36, false,
      "expected \"parties vouch for it\"" },
    { "trust, with more after it", HEAD "trust: a key no longer counts when 1 party reports it twice\n", 6,
      55, false, "expected the end of the line" },
    { "trust twice", HEAD TRUST "trust: a certificate counts when 3 parties vouch for it\n", 8, 1, false,
      "said in line 6 already" },
    { "complaints without a term", HEAD "complaints: within 3 days\n" LAST, 6, 13, false,
      "expected acknowledged, answered, appealed, decided or kept" },
    { "a term said twice",
      HEAD "complaints: answered within 3 days\ncomplaints: answered within 4 days\n" LAST, 7, 13, false,
      "it is said already when a complaint is answered" },
    { "a term of no days", HEAD "complaints: kept for 0 days\n" LAST, 6, 22, false,
      "expected a number of days from 1 to 3650" },
    { "an amount without its currency", HEAD "define safe: insurance.cover is at least 30000\n" LAST, 6, 47,
      false, "expected a currency of ISO 4217" },
    { "a currency that there is not", HEAD "define safe: insurance.cover is at least 30000 XXX\n" LAST, 6, 48,
      false, "expected a currency of ISO 4217" },
    { "a currency behind another number", HEAD "define safe: travel.stay is at least 30 USD\n" LAST, 6, 41,
      false, "expected the end of the line" },
    { "more vouch than there are",
      HEAD "trust: a certificate counts when 4 parties vouch for it\n"
           "trust: a key no longer counts when 2 parties report it\n" LAST,
      6, 34, false, "4 parties can never vouch: there are 3" },
    { "all report, but the party's own report is no other's",
      HEAD "trust: a certificate counts when 3 parties vouch for it\n"
           "trust: a key no longer counts when 3 parties report it\n" LAST,
      7, 36, false, "besides its party there are 2" },
    { "witnessed by nobody", HEAD "trust: a record is witnessed when 0 parties have cosigned it\n", 6, 35,
      false, "expected a number of parties from 1" },
    { "witnessed, in other words", HEAD "trust: a record is witnessed when 2 parties cosign it\n", 6, 37,
      false, "expected \"parties have cosigned it\"" },
    { "more witnesses than there are",
      FIVE "trust: a record is witnessed when 5 parties have cosigned it\n" LAST, 3, 35, false,
      "5 parties can never cosign: besides the log's own party there are 4" },
    { "two quorums apart", FIVE "trust: a record is witnessed when 2 parties have cosigned it\n" LAST, 3, 35,
      true,
      "unsafe: 2 and another 2 of the 4 witnesses can cosign two histories of one log; expected at least 3" },
    { "one colluding witness in both quorums",
      "agreement \"T\" version 1\nparties AA BB CC DD\n"
      "trust: a record is witnessed when 2 parties have cosigned it\n" LAST,
      3, 35, true, "unsafe as soon as 1 of the 3 witnesses colludes with a log; expected at least 3" },
    { "all must be reached", FIVE "trust: a record is witnessed when 4 parties have cosigned it\n" LAST, 3,
      35, true, "not live: when 1 of the 4 witnesses cannot be reached" },
    { "witnessed records, witnessed by nobody", FIVE "records: notice count when witnessed\n" LAST, 1, 1,
      false, "it is not said when they are" },
    { "records without types", HEAD "records: count when published\n", 6, 16, false,
      "expected \"count when\", found \"when\"" },
    { "a type in capitals", HEAD "records: Notice count when published\n", 6, 10, false,
      "expected a type of record" },
    { "a type twice in one line", HEAD "records: notice, notice count when published\n", 6, 18, false,
      "it is said already" },
    { "a type in two lines",
      HEAD "records: notice count when published\nrecords: notice count when witnessed\n", 7, 10, false,
      "it is said already when records of the type notice count" },
    { "records that count otherwise", HEAD "records: notice count when signed\n", 6, 28, false,
      "expected \"published\" or \"witnessed\"" },
    { "decided by more than there are",
      FIVE "trust: a member is admitted or suspended when 5 parties say so\n" LAST, 3, 47, false,
      "5 others can never decide on a member: besides it there are 4" },
    { "decided by a minority", FIVE "trust: a member is admitted or suspended when 2 parties say so\n" LAST,
      3, 47, true,
      "2 of 5 parties are no majority: two groups could suspend each other; expected at least 3" },
    { "certificates and no keys", HEAD "trust: a certificate counts when 2 parties vouch for it\n" LAST, 6,
      34, false, "expected a line: trust: a key no longer counts" },
    { "keys and no certificates", HEAD "trust: a key no longer counts when 2 parties report it\n" LAST, 6, 36,
      false, "expected a line: trust: a certificate counts" },
    { "one party decides for all",
      HEAD "trust: a certificate counts when 1 party vouches for it\n"
           "trust: a key no longer counts when 1 party reports it\n" LAST,
      6, 34, true, "a single party decides" },
    { "unknown first word", HEAD "artikle 1 \"A\"\n", 6, 1, false, "did you mean \"article\"?" },
    { "top line is indented", HEAD "  article 1 \"A\"\n", 6, 3, false,
      "nothing can stand under the line above; expected the same indentation" },
    { "words for no fact", HEAD "words for travel.purpos: a\n", 6, 11, false,
      "did you mean travel.purpose?" },
    { "words for a date", HEAD "words for document.expiry: a\n", 6, 11, false, "takes no words" },
    { "words for results", HEAD "words for document.result: fine\n", 6, 11, false, "takes no words" },
    { "word twice", HEAD "words for travel.mode: tram, tram\n", 6, 30, false, "\"tram\" stands twice" },
    { "definition without colon", HEAD "define all is well\n", 6, 19, false, "expected a colon" },
    { "definition with and", HEAD "define this and that: age is 1\n", 6, 13, false, "without and, or, not" },
    { "same words defined twice", HEAD "define x y: age is 1\ndefine x y: age is 2\n", 7, 8, false,
      "defined in line 6" },
    { "definition of itself", HEAD "define x y: x y\n", 6, 13, false, "expected a condition" },
    { "definition never used", HEAD "define x y: age is 1\narticle 1 \"A\"\n  text en \"x\"\n", 6, 8, true,
      "never used" },
    { "case twice", HEAD "case \"c\"\ncase \"c\"\n", 7, 6, false, "stands in line 6" },
    /* articles */
    { "article without number", HEAD "article \"A\"\n", 6, 9, false, "expected the number of the article" },
    { "article without title", HEAD "article 1\n", 6, 10, false, "expected the title of the article" },
    { "number twice", ARTICLE "article 1 \"B\"\n", 8, 9, false, "article 1 stands in line 6 already" },
    { "what stands under a doubled article is read", ARTICLE "article 1 \"B\"\n  alow entry\n", 9, 3, false,
      "did you mean \"allow\"?" },
    { "unknown word in an article", ARTICLE "  alow entry\n", 8, 3, false,
      "expected title, text, when, allow, recognise, require" },
    { "language missing", ARTICLE "  text \"y\"\n", 8, 8, false, "expected a language" },
    { "language twice", ARTICLE "  text en \"y\"\n", 8, 8, false, "the wording in en stands twice" },
    { "text without marks", ARTICLE "  text fa y\n", 8, 11, false,
      "expected the wording, found \"y\"; texts stand in" },
    { "text not closed", ARTICLE "  text fa \"y\n", 8, 11, false, "does not end on its line" },
    { "second when", ARTICLE "  when age is 1\n  when age is 2\n", 9, 3, false, "a second \"when\"" },
    { "two allows", ARTICLE "  allow entry\n  allow entry\n", 9, 3, false, "a second \"allow\"" },
    { "requires and allows", ARTICLE "  require age is 1\n  allow entry\n", 9, 3, false,
      "requires and allows" },
    { "allows and requires", ARTICLE "  allow entry\n  require age is 1\n", 9, 3, false,
      "allows and requires" },
    { "nothing may stand there", ARTICLE "  when age is 1\n    allow entry\n", 9, 5, false,
      "nothing can stand under" },
    { "other indentation", ARTICLE "  allow entry\n   when age is 1\n", 9, 4, false,
      "nothing can stand under" },
    { "less indentation", ARTICLE " allow entry\n", 8, 2, false,
      "indented by 1 blanks, its neighbours by 2" },
    { "a tab", ARTICLE "\tallow entry\n", 8, 1, false, "a tab stands before" },
    { "a sign", ARTICLE "  when age > 1\n", 8, 12, false, "the sign > has no meaning" },
    /* conditions */
    { "unknown fact", ARTICLE "  when traveller.nationalty is AA\n", 8, 8, false,
      "did you mean traveller.nationality?" },
    { "fact alone", ARTICLE "  when travel.purpose\n", 8, 22, false, "expected is or in, found the end" },
    { "unknown word of a fact", ARTICLE "  when travel.purpose is wrok\n", 8, 26, false,
      "did you mean \"work\"?" },
    { "strange word of a fact", ARTICLE "  when travel.purpose is espionage\n", 8, 26, false,
      "expected a declared one" },
    { "word twice in a list", ARTICLE "  when travel.purpose in work, work\n", 8, 32, false, "stands twice" },
    { "list after is", ARTICLE "  when travel.purpose is work, study\n", 8, 30, false, "is becomes in" },
    { "state in words", ARTICLE "  when nationality is Persia\n", 8, 23, false, "expected a state" },
    { "state that is no party", ARTICLE "  when nationality is ZZ\n", 8, 23, true, "ZZ is not a party" },
    { "and beside or", ARTICLE "  when age is 1 and age is 2 or age is 3\n", 8, 30, false,
      "expected brackets" },
    { "and without more", ARTICLE "  when age is 1 and\n", 8, 20, false, "expected a condition" },
    { "bracket not closed", ARTICLE "  when (age is 1\n", 8, 17, false, "closing bracket" },
    { "bracket too many", ARTICLE "  when age is 1)\n", 8, 16, false,
      "expected the end of the line, found \")\"" },
    { "number that is none", ARTICLE "  when age is at least ten\n", 8, 24, false, "expected a number" },
    { "no such day", ARTICLE "  when today is 2027-02-29 or later\n", 8, 17, false,
      "there is no day 2027-02-29" },
    { "date as people write", ARTICLE "  when today is 1.2.2027\n", 8, 17, false, "expected a date, today" },
    { "offset without direction", ARTICLE "  when document.expiry is 3 months today\n", 8, 36, false,
      "expected \"after\" or \"before\"" },
    { "number too large", ARTICLE "  when age is 99999999\n", 8, 15, false, "the number is too large" },
    { "stays in a condition", ARTICLE "  when traveller.stays is 3\n", 8, 8, false,
      "counted by \"allow stay\"" },
    { "yes or no", ARTICLE "  when document.examined is maybe\n", 8, 29, false, "expected yes or no" },
    /* effects */
    { "allow what", ARTICLE "  allow everything\n", 8, 9, false, "expected \"stay\" or \"entry\"" },
    { "allow stay how", ARTICLE "  allow stay long\n", 8, 14, false, "expected \"by\" and a fact" },
    { "table by a date", ARTICLE "  allow stay by document.expiry\n", 8, 14, false,
      "read by a word or a state" },
    { "empty table", ARTICLE "  allow stay by travel.purpose\n", 8, 3, false, "the table has no row" },
    { "row twice",
      ARTICLE "  allow stay by travel.purpose\n    work 1 day per visit\n    study, work 2 days per visit\n",
      10, 5, false, "\"work\" has a row in line 9" },
    { "days do not fit", ARTICLE "  allow stay of 10 days in any 5 days\n", 8, 32, false,
      "10 days do not fit into any 5" },
    { "days limit nothing", ARTICLE "  allow stay of 5 days in any 5 days\n", 8, 31, true, "limit nothing" },
    { "days of what", ARTICLE "  allow stay of 10 days\n", 8, 24, false, "expected \"in any\"" },
    { "unknown permission",
      ARTICLE "  allow stay by purpose\n    work 1 day per visit with permission ticket\n", 9, 42, false,
      "is no word of permission.kind" },
    { "place twice", ARTICLE "  require post by entering\n    AA: north gate\n    BB, AA: south gate\n", 10,
      5, false, "\"AA\" has a row in line 9" },
    { "place without colon", ARTICLE "  require post by entering\n    AA north gate\n", 9, 8, false,
      "expected a colon" },
    /* exceptions and reservations */
    { "except what", ARTICLE "  except sometimes\n", 8, 10, false,
      "expected \"when\", \"between\", \"nationals of\"" },
    { "except between one", ARTICLE "  except between AA and AA\n", 8, 25, false,
      "expected another party than AA" },
    { "except with a stranger", ARTICLE "  except between AA and ZZ\n", 8, 25, false, "ZZ is not a party" },
    { "same exception twice", ARTICLE "  allow entry\n  except entering AA\n  except entering AA\n", 10, 3,
      false, "the one in line 9" },
    { "reservation of a stranger", ARTICLE "  reservation of ZZ: not bound\n", 8, 18, false,
      "ZZ is not a party" },
    { "reservation without colon", ARTICLE "  reservation of AA not bound\n", 8, 21, false,
      "expected a colon" },
    { "exceptions nested without end",
      ARTICLE
      "  allow entry\n  except when age is 1\n   except when age is 2\n    except when age is 3\n     except "
      "when age is 4\n"
      "      except when age is 5\n       except when age is 6\n        except when age is 7\n         "
      "except when age is 8\n"
      "          except when age is 9\n           except when age is 10\n            except when age is 11\n"
      "             except when age is 12\n              except when age is 13\n               except when "
      "age is 14\n"
      "                except when age is 15\n                 except when age is 16\n                  "
      "except when age is 17\n"
      "                   except when age is 18\n                    except when age is 19\n                 "
      "    except when age is 20\n"
      "                      except when age is 21\n                       except when age is 22\n           "
      "             except when age is 23\n"
      "                         except when age is 24\n                          except when age is 25\n     "
      "                      except when age is 26\n"
      "                            except when age is 27\n                             except when age is "
      "28\n                              except when age is 29\n"
      "                               except when age is 30\n                                except when age "
      "is 31\n"
      "                                 except when age is 32\n                                  except when "
      "age is 33\n"
      "                                   except when age is 34\n                                    except "
      "when age is 35\n"
      "                                     except when age is 36\n                                      "
      "except when age is 37\n",
      45, 39, false, "nested too deep" },
    /* never apply */
    { "condition excludes itself", ARTICLE "  when purpose is work and purpose is study\n  allow entry\n", 6,
      9, false, "article 1 can never apply: what is asked of travel.purpose" },
    { "range is empty", ARTICLE "  when age is at least 18 and age is less than 18\n  allow entry\n", 6, 9,
      false, "what is asked of traveller.age" },
    { "yes and no", ARTICLE "  when document.examined and not document.examined\n  allow entry\n", 6, 9,
      false, "what is asked of document.examined" },
    { "a requirement excludes it",
      ARTICLE
      "  when purpose is work\n  allow entry\narticle 2 \"B\"\n  text en \"x\"\n  require purpose is study\n",
      6, 9, false, "can never apply" },
    { "row excluded", ARTICLE "  when purpose is work\n  allow stay by purpose\n    study 1 day per visit\n",
      10, 5, false, "this row can never apply" },
    { "exception excluded", ARTICLE "  when purpose is work\n  allow entry\n  except when purpose is study\n",
      10, 3, false, "this exception can never apply" },
    /* examples */
    { "example without outcome", EXAMPLE "    given on 2027-01-01\n", 9, 3, false, "says no outcome" },
    { "example without day", EXAMPLE "    gives refer\n", 9, 3, false, "has no day" },
    { "refuse", EXAMPLE "    gives refuse\n", 10, 11, false, "an agreement cannot refuse" },
    { "two outcomes", EXAMPLE "    gives refer\n    gives admit\n", 11, 5, false, "a second \"gives\"" },
    { "days for a referral", EXAMPLE "    gives refer, 3 days left\n", 10, 18, false,
      "a referral has reasons" },
    { "unknown reason", EXAMPLE "    gives refer because stay-exhaused\n", 10, 25, false,
      "did you mean stay-exhausted?" },
    { "unknown fact in given", EXAMPLE "    given purpos work\n", 10, 11, false, "expected a fact" },
    { "unknown word in given", EXAMPLE "    given purpose wrok\n", 10, 19, false, "did you mean \"work\"?" },
    { "unknown case", EXAMPLE "    given as \"nobody\"\n", 10, 14, false,
      "no case \"nobody\" stands before" },
    { "days used before the day", EXAMPLE "    given 3 days used\n", 10, 11, false,
      "expected \"on\" and a date first" },
    { "stay backwards", EXAMPLE "    given stays 2027-01-02 to 2027-01-01\n", 10, 17, false,
      "ends before it begins" },
    { "no example", ARTICLE "  allow entry\n", 6, 9, true, "article 1 has no example" },
    { "no wording", HEAD "article 1 \"A\"\n  allow entry\n", 6, 9, true, "article 1 has no wording" },
    { "no translation",
      "agreement \"T\" version 1\n  title fa \"t\"\nparties AA BB\narticle 1 \"A\"\n  text en \"x\"\n", 4, 9,
      true, "article 1 has no wording in fa" },
    { "condition without rule", ARTICLE "  when age is 1\n", 8, 8, true, "a condition and no rule" },
    /* characters */
    { "not UTF-8", HEAD "# \xff\n", 6, 3, false, "not UTF-8" },
    { "a character that turns the line around",
      HEAD "# a\xe2\x80\xae"
           "b\n",
      6, 4, false, "U+202E" },
    { "a blank that is none",
      HEAD "article\xc2\xa0"
           "1 \"A\"\n",
      6, 8, false, "U+00A0" },
    { "a byte order mark", "\xef\xbb\xbf" HEAD, 1, 1, false, "U+FEFF" },
    { "a zero byte is told", HEAD "article 1 \"A\x01\"\n", 6, 13, false, "U+0001" },
};

static void every_message_names_its_place(void **state)
{
    struct agreement_faults f;
    size_t failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span text = guard_copy(span_str(cases[i].text));
        struct agreement *a = agreement_parse(text, &f);
        bool told = false, bad = false;

        for (size_t k = 0; k < f.n; k++) {
            bad |= !f.item[k].warning;
            told |= f.item[k].line == cases[i].line && f.item[k].column == cases[i].column &&
                    f.item[k].warning == cases[i].warning && strstr(f.item[k].message, cases[i].says);
        }
        if (!told) {
            for (size_t k = 0; k < f.n; k++)
                print_message("# %u:%u: %s\n", f.item[k].line, f.item[k].column, f.item[k].message);
            print_message("# %s: expected %u:%u: %s\n", cases[i].what, cases[i].line, cases[i].column,
                          cases[i].says);
            failed++;
        }
        if (bad != (a == NULL))
            fail_msg("%s: an agreement is given although it is faulty, or the other way round",
                     cases[i].what);
        agreement_free(a);
        guard_free(text);
    }
    assert_int_equal(failed, 0);
}

/* Several faults in one run, in the order of the text, and nothing said twice. */
static void several_faults_in_one_run(void **state)
{
    struct arena arena;
    struct agreement_faults f;
    static const unsigned lines[] = { 5, 10, 12, 14, 15, 18 };
    struct agreement *a;

    (void)state;
    arena_init(&arena, LIMIT_AGREEMENT);
    a = agreement_parse(load_file(&arena, source_path("tests/vectors/agreement/faulty.agreement")), &f);
    assert_null(a);
    if (f.n != sizeof lines / sizeof *lines)
        for (size_t k = 0; k < f.n; k++)
            print_message("# %u:%u: %s\n", f.item[k].line, f.item[k].column, f.item[k].message);
    assert_int_equal(f.n, sizeof lines / sizeof *lines);
    for (size_t i = 0; i < f.n; i++)
        assert_int_equal(f.item[i].line, lines[i]);
    arena_free(&arena);
}

static void more_faults_than_room_are_counted(void **state)
{
    struct buffer b;
    struct agreement_faults f;

    (void)state;
    buf_init(&b, LIMIT_AGREEMENT);
    buf_str(&b, HEAD);
    for (int i = 0; i < 100; i++)
        buf_printf(&b, "artikel %d\n", i);
    assert_null(agreement_parse(buf_span(&b), &f));
    assert_int_equal(f.n, AGREEMENT_FAULTS);
    assert_int_equal(f.lost, 101 - AGREEMENT_FAULTS); /* and no article */
    buf_free(&b);
}

/* A fault is never lost to warnings that came before it. */
static void a_fault_displaces_a_warning(void **state)
{
    struct buffer b;
    struct agreement_faults f;
    bool told = false;

    (void)state;
    buf_init(&b, LIMIT_AGREEMENT);
    buf_str(&b, HEAD);
    for (int i = 0; i < 60; i++)
        buf_printf(&b, "article %d \"A\"\n  text en \"x\"\n  when nationality is ZZ\n  allow entry\n", i);
    buf_str(&b, "article 5 \"twice\"\n");
    assert_null(agreement_parse(buf_span(&b), &f));
    for (size_t i = 0; i < f.n; i++)
        told |= !f.item[i].warning && strstr(f.item[i].message, "stands in line") != NULL;
    assert_true(told);
    buf_free(&b);
}

static void ceilings(void **state)
{
    struct buffer b;
    struct agreement_faults f;

    (void)state;
    buf_init(&b, 2 * LIMIT_AGREEMENT);
    for (int i = 0; i < LIMIT_AGREEMENT + 1; i++)
        buf_u8(&b, ' ');
    assert_null(agreement_parse(buf_span(&b), &f));
    assert_non_null(strstr(f.item[0].message, "too large"));

    buf_reset(&b); /* definitions that double each time */
    buf_str(&b, HEAD "define x a: age is 1 and age is 2\n");
    for (char c = 'b'; c < 'z'; c++)
        buf_printf(&b, "define x %c: x %c and x %c\n", c, c - 1, c - 1);
    assert_null(agreement_parse(buf_span(&b), &f));
    assert_non_null(strstr(f.item[0].message, "the conditions are too many"));

    buf_reset(&b);
    buf_str(&b, ARTICLE "  when age is 1");
    for (int i = 0; i < 3000; i++)
        buf_str(&b, " and age is 1");
    assert_null(agreement_parse(buf_span(&b), &f));
    assert_non_null(strstr(f.item[0].message, "more than 4096 words"));

    buf_reset(&b);
    buf_str(&b, ARTICLE "  when ");
    for (int i = 0; i < 40; i++)
        buf_str(&b, "(");
    assert_null(agreement_parse(buf_span(&b), &f));
    assert_non_null(strstr(f.item[0].message, "nested too deep"));
    buf_free(&b);
}

/* Cut anywhere, the text is either whole or told to be faulty; nothing is read past its end. */
static void cut_anywhere(void **state)
{
    struct arena arena;
    struct agreement_faults f;
    struct span text;

    (void)state;
    arena_init(&arena, LIMIT_AGREEMENT);
    text = load_file(&arena, source_path("tests/vectors/agreement/small.agreement"));
    for (size_t n = 0; n < text.n; n++) {
        struct span cut = guard_copy(span_sub(text, 0, n));
        struct agreement *a = agreement_parse(cut, &f);

        if (!a)
            assert_true(f.n > 0);
        agreement_free(a);
        guard_free(cut);
    }
    arena_free(&arena);
}

static void trust_lines_are_read(void **state)
{
    static struct agreement_faults f;
    struct agreement *with = agreement_parse(SPAN(HEAD TRUST LAST), &f), *without;
    unsigned vouch = 0, report = 0;

    (void)state;
    assert_non_null(with);
    assert_true(agreement_trust(with, &vouch, &report));
    assert_int_equal(vouch, 2);
    assert_int_equal(report, 1);
    without = agreement_parse(SPAN(HEAD LAST), &f);
    assert_non_null(without);
    assert_false(agreement_trust(without, &vouch, &report));
    agreement_free(with);
    agreement_free(without);
}

/* Reference figures of witness quorums, and more around them. */
static void quorums_say_what_they_survive(void **state)
{
    static const struct {
        const char *parties;
        unsigned need, witnesses;
        bool safe;
        unsigned collude, unreachable;
    } rows[] = {
        { "AA BB CC DD EE FF", 4, 5, true, 2, 1 },
        { "AA BB CC DD EE FF", 3, 5, true, 0, 2 },
        { "AA BB CC DD EE FF", 5, 5, true, 4, 0 },
        { "AA BB CC DD EE FF GG HH JJ KK", 6, 9, true, 2, 3 },
        { "AA BB CC DD EE FF GG HH JJ KK", 7, 9, true, 4, 2 },
        { "AA BB CC DD EE FF GG HH JJ KK", 4, 9, false, 0, 5 },
    };
    static struct agreement_faults f;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct agreement_quorum q = { 0 };
        struct agreement *a;
        struct buffer b;

        buf_init(&b, 4096);
        buf_printf(&b,
                   "agreement \"T\" version 1\nparties %s\ntrust: a record is witnessed when %u parties have "
                   "cosigned it\nrecords: notice, alert-2 count when published\n" LAST,
                   rows[i].parties, rows[i].need);
        a = agreement_parse(buf_span(&b), &f);
        assert_non_null(a);
        assert_true(agreement_witnesses(a, &q));
        assert_int_equal(q.need, rows[i].need);
        assert_int_equal(q.witnesses, rows[i].witnesses);
        assert_int_equal(q.safe, rows[i].safe);
        assert_int_equal(q.collude, rows[i].collude);
        assert_int_equal(q.unreachable, rows[i].unreachable);
        /* Brute force: the most colluders in both quorums that leave an honest witness in common. */
        for (unsigned colluding = 0; q.safe && colluding <= q.need; colluding++)
            assert_int_equal(2 * q.need > q.witnesses + colluding, colluding <= q.collude);
        assert_false(agreement_needs_witnesses(a, SPAN("alert-2")));
        assert_true(agreement_needs_witnesses(a, SPAN("alert")));
        assert_int_equal(agreement_decisions(a), i < 3 ? 4 : 6);
        agreement_free(a);
        buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_names_its_place),
        cmocka_unit_test(trust_lines_are_read),
        cmocka_unit_test(quorums_say_what_they_survive),
        cmocka_unit_test(several_faults_in_one_run),
        cmocka_unit_test(more_faults_than_room_are_counted),
        cmocka_unit_test(a_fault_displaces_a_warning),
        cmocka_unit_test(ceilings),
        cmocka_unit_test(cut_anywhere),
    };

    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
