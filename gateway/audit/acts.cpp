#include "gateway/audit/acts.h"

#include <algorithm>
#include <array>

namespace mugai::gateway {

namespace {

// Sorted by id.
constexpr std::array kActs{
    ActText{"audit.forget", "期限を過ぎた監査記録を消した",
            "records past their retention were removed; the object is the hash that the chain goes on from"},
    ActText{"quarantine.approve", "原本の解放を承認した（2名承認の1人目）",
            "the first of two persons approved the release of an original"},
    ActText{"quarantine.delete", "保留中のものを完全に削除した",
            "a held item was deleted for ever"},
    ActText{"quarantine.deny", "解放を却下した",
            "the release was refused"},
    ActText{"quarantine.expire", "判断されないまま期限が切れた",
            "items that nobody decided on expired; the object is the first of them"},
    ActText{"quarantine.preview", "保留中のものの中身を安全なプレビューで見た",
            "somebody looked at a held item's content, as a safe preview"},
    ActText{"quarantine.release", "解放を指示した",
            "the release was ordered"},
    ActText{"quarantine.release-failed", "解放できず、保留に戻った",
            "the release came to nothing; the item is held again"},
    ActText{"quarantine.released", "解放したものが届いた",
            "every recipient has it"},
    ActText{"quarantine.request", "解放の依頼があった",
            "somebody asked for the release"},
    ActText{"queue.delete", "キューからメールを削除した",
            "a message was deleted from the queue"},
    ActText{"queue.hold", "メールを止めた",
            "a message was put on hold"},
    ActText{"queue.retry", "メールをすぐに再試行した",
            "a message was tried at once"},
    ActText{"session.begin", "サインインした",
            "somebody signed in"},
    ActText{"session.end", "サインアウトした",
            "somebody signed out"},
    ActText{"session.refused", "サインインを拒否した",
            "a sign-in was refused"},
    ActText{"shadow.end", "プロファイルの比較が終わった",
            "a trial run of a profile ended by itself"},
    ActText{"shadow.start", "プロファイルの比較を始めた",
            "a trial run of a profile was started"},
    ActText{"shadow.stop", "プロファイルの比較を止めた",
            "a trial run of a profile was stopped"},
    ActText{"token.add", "API トークンを作った",
            "an API token was made"},
    ActText{"token.revoke", "API トークンを無効にした",
            "an API token was revoked"},
    ActText{"user.add", "利用者を追加した",
            "a user was added"},
    ActText{"user.change", "利用者を変更した",
            "a user was changed"},
    ActText{"user.disable", "利用者を無効にした",
            "a user was disabled"},
    ActText{"user.enable", "利用者を有効にした",
            "a user was enabled"},
    ActText{"user.enrol-totp", "二要素認証を登録した",
            "a second factor was enrolled"},
    ActText{"user.language", "表示言語を変えた",
            "the language was changed"},
    ActText{"user.password", "パスワードを変えた",
            "a password was changed"},
    ActText{"user.recovery-codes", "回復コードを作り直した",
            "recovery codes were made anew"},
    ActText{"user.reset-totp", "二要素認証を解除した",
            "a second factor was removed"},
    ActText{"user.unlock", "ロックを解除した",
            "a locked user was let in again"},
    ActText{"vault.rotate", "原本保管の鍵を変えた",
            "the vault got a new key"},
};

}  // namespace

ActText act_text(std::string_view id) {
  const auto found = std::lower_bound(kActs.begin(), kActs.end(), id, [](const ActText& act, std::string_view key) { return act.id < key; });
  return found != kActs.end() && found->id == id ? *found : ActText{id, id, id};
}

}  // namespace mugai::gateway
