/* Facts by the names that people have for them. Persian, Russian and Turkish await a native reader. */
#include "service/licence/meaning.h"
#include "service/licence/recognise.h"

const char *licence_fact_in(enum fact f, const char *language)
{
    static const char *const names[FACTS_N][LICENCE_LANGUAGES] = {
        [FACT_LICENCE_RESULT] = { "result of the verification", "نتیجهٔ بررسی", "результат проверки",
                                  "doğrulama sonucu" },
        [FACT_LICENCE_EXAMINED] = { "examination of the licence", "بررسی گواهینامه", "осмотр удостоверения",
                                    "belgenin incelenmesi" },
        [FACT_LICENCE_ISSUER] = { "issuing state", "کشور صادرکننده", "выдавшее государство", "veren devlet" },
        [FACT_LICENCE_SCHEME] = { "scheme of the categories", "نظام رده‌ها", "система категорий",
                                  "sınıf sistemi" },
        [FACT_LICENCE_CATEGORY] = { "category", "رده", "категория", "sınıf" },
        [FACT_LICENCE_NEEDS] = { "what is needed besides", "آنچه افزون بر آن لازم است", "что нужно ещё",
                                 "ek olarak gereken" },
        [FACT_LICENCE_FROM] = { "first day", "روز نخست", "первый день", "ilk gün" },
        [FACT_LICENCE_EXPIRY] = { "last day", "روز پایان", "последний день", "son gün" },
        [FACT_LICENCE_STATUS] = { "status at home", "وضعیت در کشور صادرکننده", "статус на родине",
                                  "ülkesindeki durumu" },
        [FACT_LICENCE_CODES] = { "restrictions", "محدودیت‌ها", "ограничения", "kısıtlamalar" },
        [FACT_LICENCE_TRANSLATION] = { "certified translation", "ترجمهٔ رسمی", "заверенный перевод",
                                       "onaylı çeviri" },
        [FACT_LICENCE_PERMIT] = { "international permit", "گواهینامهٔ بین‌المللی",
                                  "международное удостоверение", "uluslararası belge" },
        [FACT_LICENCE_STATEMENT] = { "statement of the issuer", "تأییدیهٔ صادرکننده",
                                     "подтверждение выдавшего органа", "veren makamın beyanı" },
        [FACT_DRIVER_AGE] = { "age of the driver", "سن راننده", "возраст водителя", "sürücünün yaşı" },
        [FACT_DRIVER_RESIDENCE] = { "residence of the driver", "اقامت راننده", "место жительства водителя",
                                    "sürücünün ikameti" },
        [FACT_DRIVER_RESIDENT_SINCE] = { "resident since", "مقیم از", "проживает с", "ikamet başlangıcı" },
        [FACT_DRIVER_ENTERED] = { "day of entry", "روز ورود", "день въезда", "giriş günü" },
    };
    const char *name = (unsigned)f < FACTS_N ? names[f][licence_language(language)] : NULL;

    return name ? name : fact_name(f);
}
