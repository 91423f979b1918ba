#include "gateway/accounts/sign_in.h"

#include <qrencode.h>

#include <chrono>

#include "gateway/accounts/users.h"
#include "gateway/relay/clock.h"
#include "gateway/web/console/console.h"
#include "gateway/web/guard.h"
#include "gateway/web/texts.h"

namespace mugai::gateway::web {

namespace {

// One <path> of unit squares: drawn by the browser from our own numbers.
std::string qr_path(const std::string& content, int& width) {
  std::unique_ptr<QRcode, void (*)(QRcode*)> code(QRcode_encodeString(content.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), QRcode_free);
  std::string out;
  if (!code) return out;
  width = code->width;
  for (int y = 0; y < width; ++y)
    for (int x = 0; x < width; ++x)
      if (code->data[y * width + x] & 1) out += "M" + std::to_string(x + 4) + " " + std::to_string(y + 4) + "h1v1h-1z";
  return out;
}

Data step_data(const Step& step) {
  Data data;
  if (step.wanted == Step::Wanted::enrolment) {
    int width = 0;
    data["qr"] = qr_path(step.totp_uri, width);
    data["qr_width"] = width + 8;
    data["secret"] = step.totp_secret;
  }
  return data;
}

std::string_view page_of(Step::Wanted wanted) {
  switch (wanted) {
    case Step::Wanted::second_factor: return "second_factor";
    case Step::Wanted::new_password: return "new_password";
    case Step::Wanted::enrolment: return "enrol";
    case Step::Wanted::nothing: break;
  }
  return "sign_in";
}

// A password's hash takes 64 MiB: some at once, however many ask.
class Hashing {
 public:
  explicit Hashing(Console::Turns& turns) : turns_(turns), mine_(turns.try_acquire_for(std::chrono::seconds(5))) {}
  ~Hashing() {
    if (mine_) turns_.release();
  }
  Hashing(const Hashing&) = delete;
  Hashing& operator=(const Hashing&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  Console::Turns& turns_;
  bool mine_;
};

// One request before there is a session. The cookie carries a token at every step, so that every form has its own guard:
// first one that means nothing yet, then those of SignIn.
struct Doorway {
  const Request& request;
  SignIn& sign_in;
  Sessions& sessions;
  const config::Console& settings;
  std::string token, language;
  int64_t now;

  Response show(std::string_view name, const std::string& with_token, Data data, int status = 200) const {
    data["csrf"] = sessions.csrf_of(with_token);
    data["chosen_language"] = language;
    data["other_language"] = language == "en" ? "ja" : "en";
    Response out = html(outer_page(name, "sign_in_title", std::move(data), language), status);
    if (with_token != token) out.set("Set-Cookie", cookie(settings, with_token));
    return out;
  }
  Response begin(const std::string& problem = {}, int status = 200) const {
    return show("sign_in", random_token(), {{"problem", problem}, {"name", request.form.get("name")}}, status);
  }
  Response next(const Step& step) {
    if (step.wanted != Step::Wanted::nothing) {
      return see_other("/sign-in?language=" + step.language).set("Set-Cookie", cookie(settings, step.token));
    }
    if (!step.recovery_codes.empty()) {
      token.clear();
      language = step.language;
      return show("recovery", step.token, {{"codes", step.recovery_codes}});
    }
    return see_other("/").set("Set-Cookie", cookie(settings, step.token));
  }
};

}  // namespace

void Console::add_sign_in(Router& router) {
  using DoorHandler = std::function<Response(Doorway&)>;
  const auto with_steps = [this](DoorHandler handler) {
    return [this, handler = std::move(handler)](const Request& request) {
      const auto config = services_.config();
      Result<DatabasePool::Lease> lease = pool_.take();
      if (!lease) return html(outer_page("error", "error_title", {{"status", 503}, {"message", text("ja", "error_503")}}, "ja"), 503);
      SignIn sign_in(**lease, secrets_, sources_, *config);
      Sessions sessions(**lease, secrets_, config->console);
      Doorway step{request, sign_in, sessions, config->console, request.cookies.get(cookie_name(config->console)), language_of(request), now_ms()};
      if (request.method == "POST" && (!is_from_our_pages(request, config->console) || !sessions.csrf_is_good(step.token, request.form.get("csrf"))))
        return step.begin(text(step.language, "problem_session_pending"), 403);
      return handler(step);
    };
  };

  router.add("GET", "/sign-in", with_steps([](Doorway& step) {
    if (step.token.empty()) return step.begin();
    if (step.sessions.find(step.token, step.request.client_address, step.now)) return see_other("/");
    const Result<Step> waiting = step.sign_in.waiting(step.token, step.now);
    if (!waiting) return step.begin();
    return step.show(page_of(waiting->wanted), step.token, step_data(*waiting));
  }));
  router.add("POST", "/sign-in", with_steps([this](Doorway& step) {
    const Hashing turn(hashing_);
    if (!turn) return step.begin(text(step.language, "error_503"), 503);
    const Result<Step> answer = step.sign_in.password(step.request.form.get("name"), step.request.form.get("password"),
                                                      step.request.client_address, step.now);
    if (!answer) return step.begin(told(answer.error(), step.language), status_of(answer.error()));
    return step.next(*answer);
  }));
  const auto later_step = [&](std::string_view path, std::string_view page,
                              std::function<Result<Step>(Doorway&)> act) {
    router.add("POST", path, with_steps([page, act = std::move(act)](Doorway& step) {
      const Result<Step> answer = act(step);
      if (answer) return step.next(*answer);
      if (answer.error().id == "session.pending") return step.begin(told(answer.error(), step.language), 403);
      Data data;
      if (const Result<Step> waiting = step.sign_in.waiting(step.token, step.now)) data = step_data(*waiting);
      data["problem"] = told(answer.error(), step.language);
      return step.show(page, step.token, std::move(data), status_of(answer.error()));
    }));
  };
  later_step("/sign-in/code", "second_factor", [](Doorway& step) {
    return step.sign_in.second_factor(step.token, step.request.form.get("code"), step.request.client_address, step.now);
  });
  later_step("/sign-in/password", "new_password", [this](Doorway& step) -> Result<Step> {
    const Hashing turn(hashing_);
    if (!turn) return Error{"console.stopping", text(step.language, "error_503"), ""};
    if (step.request.form.get("password") != step.request.form.get("again"))
      return Error{"password.weak", text(step.language, "password_differs"), ""};
    return step.sign_in.new_password(step.token, step.request.form.get("password"), step.request.client_address, step.now);
  });
  later_step("/sign-in/enrol", "enrol", [](Doorway& step) {
    return step.sign_in.enrol(step.token, step.request.form.get("code"), step.request.client_address, step.now);
  });
}

// What everybody may do for themselves.
void Console::add_own_account(Router& router) {
  const auto signed_in_route = [&](std::string_view method, std::string_view pattern, VisitHandler handler) {
    router.add(method, pattern, [this, handler = std::move(handler)](const Request& request) { return signed_in(request, std::nullopt, handler); });
  };
  const auto account_page = [](Visit& visit, Data data, int status = 200) {
    data["second_factor"] = visit.session.second_factor;
    data["local_password"] = visit.session.local_password;
    return visit.page("account", "account", "account_title", std::move(data), status);
  };
  signed_in_route("POST", "/sign-out", [this](Visit& visit) {
    Sessions sessions(visit.database, secrets_, visit.config->console);
    if (const Status ended = sessions.end(visit.request.cookies.get(cookie_name(visit.config->console)), visit.request.client_address, visit.now_ms); !ended)
      return visit.failed(ended.error());
    return see_other("/sign-in").set("Set-Cookie", cookie(visit.config->console, ""));
  });
  signed_in_route("POST", "/language", [](Visit& visit) {
    const Status done = Users(visit.database).set_own_language(visit.person(), visit.request.form.get("language"), visit.now_ms);
    if (!done) return visit.failed(done.error());
    const std::string& back = visit.request.form.get("back");
    return see_other(clean_path(back) && !back.starts_with("//") ? back : "/");
  });
  signed_in_route("GET", "/account", [account_page](Visit& visit) { return account_page(visit, {}); });
  const auto replaced = [this, account_page](Visit& visit, Result<Step> answer) {
    if (!answer) return account_page(visit, {{"problem", visit.told(answer.error())}}, status_of(answer.error()));
    visit.session.csrf = Sessions(visit.database, secrets_, visit.config->console).csrf_of(answer->token);
    Data data = {{"done", text(visit.language(), "account_changed")}, {"codes", answer->recovery_codes}};
    return account_page(visit, std::move(data)).set("Set-Cookie", cookie(visit.config->console, answer->token));
  };
  signed_in_route("POST", "/account/password", [this, replaced](Visit& visit) {
    const Fields& form = visit.request.form;
    const Hashing turn(hashing_);
    if (!turn) return replaced(visit, Error{"console.stopping", text(visit.language(), "error_503"), ""});
    if (form.get("password") != form.get("again"))
      return replaced(visit, Error{"password.weak", text(visit.language(), "password_differs"), ""});
    return replaced(visit, SignIn(visit.database, secrets_, sources_, *visit.config)
                               .change_password(visit.request.cookies.get(cookie_name(visit.config->console)), form.get("old"),
                                                form.get("password"), visit.request.client_address, visit.now_ms));
  });
  signed_in_route("POST", "/account/codes", [this, replaced](Visit& visit) {
    return replaced(visit, SignIn(visit.database, secrets_, sources_, *visit.config)
                               .new_recovery_codes(visit.request.cookies.get(cookie_name(visit.config->console)), visit.request.form.get("code"),
                                                   visit.request.client_address, visit.now_ms));
  });
  signed_in_route("POST", "/account/enrol", [this, account_page](Visit& visit) {
    const Result<Step> step = SignIn(visit.database, secrets_, sources_, *visit.config)
                                  .begin_enrolment(visit.request.cookies.get(cookie_name(visit.config->console)), visit.now_ms);
    if (!step) return account_page(visit, {{"problem", visit.told(step.error())}}, status_of(step.error()));
    return see_other("/sign-in").set("Set-Cookie", cookie(visit.config->console, step->token));
  });
}

}  // namespace mugai::gateway::web
