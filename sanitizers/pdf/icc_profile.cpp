#include <lcms2.h>

#include "sanitizers/pdf/colors.h"

namespace mugai::sanitize::pdf {

namespace {

struct Close {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
using Profile = std::unique_ptr<void, Close>;

constexpr size_t kMostProfileBytes = 8 << 20;
constexpr cmsInt32Number kMostTags = 100;

// What a colour transformation is made of; descriptions, names of makers and private tags are not.
bool is_colorimetric(cmsTagSignature tag) {
  switch (tag) {
    case cmsSigAToB0Tag: case cmsSigAToB1Tag: case cmsSigAToB2Tag: case cmsSigBToA0Tag: case cmsSigBToA1Tag: case cmsSigBToA2Tag:
    case cmsSigRedColorantTag: case cmsSigGreenColorantTag: case cmsSigBlueColorantTag:
    case cmsSigRedTRCTag: case cmsSigGreenTRCTag: case cmsSigBlueTRCTag: case cmsSigGrayTRCTag:
    case cmsSigMediaWhitePointTag: case cmsSigMediaBlackPointTag: case cmsSigChromaticAdaptationTag:
      return true;
    default: return false;
  }
}

// Two texts that ICC.1 demands of each profile.
void describe(cmsHPROFILE profile) {
  cmsMLU* const text = cmsMLUalloc(nullptr, 1);
  if (!text) return;
  if (cmsMLUsetASCII(text, "en", "US", "colour profile"))
    for (const cmsTagSignature tag : {cmsSigProfileDescriptionTag, cmsSigCopyrightTag}) cmsWriteTag(profile, tag, text);
  cmsMLUfree(text);
}

}  // namespace

// Every tag goes through lcms's own values, so that no byte of the profile is copied.
std::string rebuilt_icc(Bytes untrusted_profile) {
  if (untrusted_profile.size() > kMostProfileBytes) return {};
  cmsSetLogErrorHandler(nullptr);
  const Profile given(cmsOpenProfileFromMem(untrusted_profile.data(), static_cast<cmsUInt32Number>(untrusted_profile.size())));
  const Profile ours(cmsCreateProfilePlaceholder(nullptr));
  if (!given || !ours) return {};
  const cmsInt32Number tags = cmsGetTagCount(given.get());
  if (tags < 0 || tags > kMostTags) return {};
  cmsSetProfileVersion(ours.get(), cmsGetProfileVersion(given.get()));
  cmsSetDeviceClass(ours.get(), cmsGetDeviceClass(given.get()));
  cmsSetColorSpace(ours.get(), cmsGetColorSpace(given.get()));
  cmsSetPCS(ours.get(), cmsGetPCS(given.get()));
  cmsSetHeaderRenderingIntent(ours.get(), cmsGetHeaderRenderingIntent(given.get()));
  for (cmsUInt32Number i = 0; i < static_cast<cmsUInt32Number>(tags); ++i) {
    const cmsTagSignature tag = cmsGetTagSignature(given.get(), i);
    if (!is_colorimetric(tag)) continue;
    const void* const value = cmsReadTag(given.get(), tag);
    if (!value || !cmsWriteTag(ours.get(), tag, value)) return {};
  }
  describe(ours.get());
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(ours.get(), nullptr, &size) || size == 0 || size > 2 * kMostProfileBytes) return {};
  std::string bytes(size, '\0');
  if (!cmsSaveProfileToMem(ours.get(), bytes.data(), &size)) return {};
  // The date of creation, bytes 24 to 35 of the header (ICC.1 §7.2.9): ours has none, so that the result is always the same.
  if (bytes.size() > 36) std::fill(bytes.begin() + 24, bytes.begin() + 36, '\0');
  return bytes;
}

}  // namespace mugai::sanitize::pdf
