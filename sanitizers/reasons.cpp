#include "sanitizers/reasons.h"

#include <algorithm>
#include <array>

namespace mugai::sanitize {

namespace {

// Sorted by id.
constexpr ReasonText kReasons[] = {
    {"address-in-display-name", "表示名に別のメールアドレスが書かれています", "the display name shows another address"},
    {"ambiguous-encoding", "読み方が一つに決まらない符号化です", "the encoding can be read in more than one way"},
    {"archive", "圧縮ファイルは中身を確認できるまで保管します", "an archive, kept until its contents can be checked"},
    {"bare-cr", "改行の形式が正しくありません", "malformed line ends"},
    {"bidi-control", "文字の並びを変える制御文字", "characters that change the reading direction"},
    {"bidi-in-name", "ファイル名に、並びを変えて拡張子を偽る文字があります", "the name hides its extension by reversed text"},
    {"blank-before-colon", "ヘッダーの書式が正しくありません", "malformed header"},
    {"block-drawing", "文字で描いた図形（QR コードなど）", "a picture drawn with characters (such as a QR code)"},
    {"charset-guessed", "文字コードを推定しました", "the character set was guessed"},
    {"content-in-epilogue", "メールの終わりより後ろに内容がありました", "content after the end of the message"},
    {"control-character", "制御文字", "control characters"},
    {"corrupt", "ファイルが壊れています", "the file is damaged"},
    {"deceptive-link", "表示と異なるリンク先があります", "a link goes elsewhere than it shows"},
    {"double-extension", "二重の拡張子です", "the name has two extensions"},
    {"duplicate-header", "同じヘッダーが重複しています", "a header field appears twice"},
    {"duplicate-parameter", "同じ項目が重複しています", "a parameter appears twice"},
    {"encrypted", "パスワードで保護されているため確認できません", "protected by a password, cannot be checked"},
    {"encrypted-mail", "暗号化されたメールのため確認できません", "encrypted mail, cannot be checked"},
    {"executable", "実行できる形式のファイルです", "a file that can be run"},
    {"executable-in-archive", "圧縮ファイルの中に実行できるファイルがあります", "the archive contains a file that can be run"},
    {"expands-too-much", "展開すると大きすぎます", "expands to too much data"},
    {"extension-mismatch", "拡張子と中身が一致しません", "the name does not match the content"},
    {"external-body", "本体が外部にあるメールです", "the content lies elsewhere on the network"},
    {"form", "入力フォーム", "input forms"},
    {"formula", "計算式として働くセル", "cells that act as formulas"},
    {"header-too-long", "ヘッダーが長すぎます", "the header is too long"},
    {"hidden-text", "見えない文字", "hidden text"},
    {"html-form-dropped", "HTML 形式の本文を除きました", "the HTML form of the text was left out"},
    {"html-to-text", "HTML をテキストに変換しました", "HTML was turned into text"},
    {"malformed-address", "アドレスの書式が正しくありません", "malformed address"},
    {"malformed-header", "ヘッダーの書式が正しくありません", "malformed header"},
    {"metadata", "作成情報（位置情報など）", "metadata (such as location)"},
    {"no-image-form", "画像に変換できない形式です", "cannot be turned into an image"},
    {"no-text-form", "テキストに変換できない形式です", "cannot be turned into text"},
    {"no-treatment", "この形式はまだ無害化できません", "no safe treatment exists for this type yet"},
    {"output-mismatch", "無害化の結果を確認できませんでした", "the result of the treatment could not be verified"},
    {"output-too-large", "無害化後のメールが大きすぎます", "the rebuilt message is too large"},
    {"partial-message", "分割されたメールは受け取れません", "one part of a split message"},
    {"policy-drop", "方針により除きました", "removed by policy"},
    {"policy-hold", "方針により保管しました", "held by policy"},
    {"polyglot", "複数の形式に見えるファイルです", "the file can be read as several types"},
    {"remote-image", "外部の画像", "remote images"},
    {"resources", "処理に必要な資源が足りませんでした", "not enough resources"},
    {"script", "スクリプト", "scripts"},
    {"style", "書式情報", "style information"},
    {"time-out", "時間内に処理できませんでした", "the treatment took too long"},
    {"too-deep", "入れ子が深すぎます", "nested too deeply"},
    {"too-many-members", "中のファイルが多すぎます", "too many files inside"},
    {"too-many-parts", "メールの部品が多すぎます", "too many parts"},
    {"tracking-pixel", "開封を知らせる画像", "tracking pictures"},
    {"trailing-data", "ファイルの後ろに付いた余分なデータ", "data behind the end of the file"},
    {"undecodable-characters", "読めない文字がありました", "some characters could not be decoded"},
    {"unknown-type", "種類の分からないファイルです", "the type of the file is not known"},
    {"unreadable-signed-mail", "署名付きメールを開けませんでした", "the signed mail could not be opened"},
    {"url", "リンク", "links"},
    {"worker-failed", "処理中に異常が起きました", "the treatment failed"},
    {"zero-width", "幅のない文字", "invisible characters"},
};

}  // namespace

ReasonText reason_text(std::string_view id) {
  const auto* found = std::lower_bound(std::begin(kReasons), std::end(kReasons), id,
                                       [](const ReasonText& row, std::string_view key) { return row.id < key; });
  if (found != std::end(kReasons) && found->id == id) return *found;
  return {id, id, id};
}

}  // namespace mugai::sanitize
