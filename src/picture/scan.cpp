#define ZX_USE_UTF8 1
#include <ReadBarcode.h>

#include "picture/scan.h"

namespace
{

/* Bit i stands for enum barcode_format i. */
const ZXing::BarcodeFormat known[] = { ZXing::BarcodeFormat::DataMatrix, ZXing::BarcodeFormat::QRCode,
                                       ZXing::BarcodeFormat::Aztec, ZXing::BarcodeFormat::PDF417 };
const unsigned known_n = sizeof known / sizeof *known;

ZXing::DecodeHints hints_of(const scan_job &job)
{
    ZXing::DecodeHints hints;
    ZXing::BarcodeFormats formats;

    for (unsigned i = 0; i < known_n; i++)
        if (job.formats >> i & 1)
            formats |= known[i];
    hints.setFormats(formats);
    hints.setBinarizer(job.threshold == SCAN_LOCAL       ? ZXing::Binarizer::LocalAverage
                       : job.threshold == SCAN_HISTOGRAM ? ZXing::Binarizer::GlobalHistogram
                                                         : ZXing::Binarizer::FixedThreshold);
    hints.setTryHarder(job.harder != 0);
    hints.setTryRotate(job.harder != 0);
    hints.setTryDownscale(false); /* the caller keeps a pyramid of its own */
    hints.setIsPure(job.pure != 0);
    hints.setMaxNumberOfSymbols(static_cast<uint8_t>(job.max));
    return hints;
}

int scan(const scan_job &job, scan_found found, void *ctx)
{
    ZXing::ImageView view(job.p, job.w, job.h, ZXing::ImageFormat::Lum, job.stride);
    int n = 0;

    for (const ZXing::Result &r : ZXing::ReadBarcodes(view, hints_of(job))) {
        unsigned format = 0;
        float corners[8];

        while (format < known_n && known[format] != r.format())
            format++;
        if (format == known_n || !r.isValid())
            continue;
        for (unsigned i = 0; i < 4; i++) {
            corners[2 * i] = static_cast<float>(r.position()[i].x);
            corners[2 * i + 1] = static_cast<float>(r.position()[i].y);
        }
        /* bytes() is the content before any character set is applied: seals are binary. */
        found(ctx, format, r.bytes().data(), r.bytes().size(), corners);
        n++;
    }
    return n;
}

} // namespace

extern "C" int scan_symbols(const scan_job *job, scan_found found, void *ctx)
{
    try {
        return scan(*job, found, ctx);
    } catch (...) {
        return 0;
    }
}
