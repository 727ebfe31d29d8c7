/* What is known besides the name, compared. */
#ifndef SERAI_NAMES_ABOUT_H
#define SERAI_NAMES_ABOUT_H

#include "names/serai_names.h"

struct about_match {
    enum names_agreement birth, sex, country;
    float shift; /* nats for (above 0) or against */
};

void about_compare(const struct names_about *asked, const struct names_about *listed,
                   struct about_match *out);

#endif
