/*
 * What a certificate is vouched for. Doc 9303-12 gives a State one country signer for its chips, its lists
 * and its visible seals; other hierarchies (driving licences, ISO/IEC 18013-5 Annex B) stand apart, and a
 * certificate that members vouch for as one of theirs says nothing about a passport.
 */
#ifndef SERAI_SEAL_PURPOSE_H
#define SERAI_SEAL_PURPOSE_H

#include "base/buffer.h"

/* Bits of a set. Their order is not stored anywhere: files hold the words. */
enum purpose {
    FOR_TRAVEL =
        1 << 0, /* "travel documents": chips, EF.CardSecurity, and what hangs under a country signer */
    FOR_SEALS = 1 << 1,    /* "visible seals" */
    FOR_LICENCES = 1 << 2, /* "driving licences" */
    FOR_LISTS = 1 << 3, /* "lists": master lists, and lists of licence authorities: of these no other purpose
                           leads to the signer */
    FOR_ALL = FOR_TRAVEL | FOR_SEALS | FOR_LICENCES | FOR_LISTS,
};

/*
 * The purposes of an issuer of which any one lets it certify what `need` asks for (one purpose, or several of
 * which one is enough). A country signer for travel documents also certifies signers of seals (Doc 9303-13)
 * and of master lists (Doc 9303-12 9); every other purpose reaches itself alone.
 */
static inline unsigned purposes_of_issuers(unsigned need)
{
    return need & (FOR_SEALS | FOR_LISTS) ? need | FOR_TRAVEL : need;
}

#define PURPOSE_TRAVEL   "travel documents"
#define PURPOSE_SEALS    "visible seals"
#define PURPOSE_LICENCES "driving licences"
#define PURPOSE_LISTS    "lists"

/* "travel documents"; 0 when the text is none. */
unsigned purpose_of(struct span text);
/* Of the lowest bit of the set; NULL: none left. Taking it away leads through a set. */
const char *purpose_word(unsigned set);
/* "visible seals, lists"; "all" for FOR_ALL, "nothing" for 0. */
enum { PURPOSES_TEXT = 80 };
const char *purposes_text(unsigned set, char out[PURPOSES_TEXT]);
/* The reverse of purposes_text, also of words without blank after the comma; 0 when any is unknown. */
unsigned purposes_of(struct span text);

#endif
