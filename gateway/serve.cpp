#include "gateway/serve.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>

#include <csignal>
#include <filesystem>
#include <thread>

#include "gateway/keep/keeper.h"
#include "gateway/listeners.h"
#include "gateway/log.h"
#include "gateway/loop_services.h"
#include "gateway/quarantine/digest_sender.h"
#include "gateway/quarantine/releaser.h"
#include "gateway/quarantine/request_link.h"
#include "gateway/quarantine/retention.h"
#include "gateway/relay/clock.h"
#include "gateway/relay/control.h"
#include "gateway/relay/dispatcher.h"
#include "gateway/relay/intake.h"
#include "gateway/relay/smtp_transport.h"
#include "gateway/shadow/shadow.h"
#include "gateway/web/web_side.h"
#include "gateway/worker/converter_host.h"
#include "gateway/worker/pool.h"
#include "smtp/server.h"

namespace mugai::gateway {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kStopGrace{30};
constexpr std::chrono::seconds kTick{1};
constexpr int kLowestPriority = 19;
constexpr int64_t kExpireEveryMs = 3'600'000;

// A gateway with ten thousand clients needs as many descriptors as it can get.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// One gateway per state directory.
Result<Fd> lock_state(const std::string& state) {
  Fd lock(::open((state + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) return io_error("serve.state", "cannot write to the state directory " + state);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return Error{"serve.locked", "another gateway runs with the state directory " + state, ""};
  return lock;
}

class Gateway {
 public:
  explicit Gateway(ServeOptions options) : options_(std::move(options)), config_(options_.config) {}

  Status start() {
    const std::string& state = config_->node.state;
    std::error_code failure;
    fs::create_directories(state + "/tmp", failure);
    if (failure) return Error{"serve.state", "cannot make the state directory " + state, failure.message()};
    Result<Fd> lock = lock_state(state);
    if (!lock) return lock.error();
    lock_ = std::move(*lock);

    const auto post = [this](std::function<void()> work) { asio::post(loop_, std::move(work)); };
    Result<std::unique_ptr<Spool>> spool = Spool::open(state + "/spool", post);
    if (!spool) return spool.error();
    spool_ = std::move(*spool);
    Result<std::unique_ptr<Store>> store = Store::open(config_->node);
    if (!store) return store.error();
    Result<std::unique_ptr<Vault>> vault = Vault::open(config_->vault.directory);
    if (!vault) return vault.error();
    Result<Secrets> secrets = Secrets::open(state);
    if (!secrets) return secrets.error();
    secrets_ = std::move(*secrets);
    keeper_ = std::make_unique<Keeper>(std::move(*store), std::move(*vault), config_->vault.quota_bytes, post);

    const uint32_t processors = std::max(1U, std::thread::hardware_concurrency());
    name_missing_programs();
    workers_ = std::make_unique<WorkerPool>(loop_, config_->workers.count ? config_->workers.count : processors,
                                            config_->workers.recycle_after, config_->limits);
    if (const Status started = workers_->start(); !started) return started;
    const auto current = [this] { return config_; };
    transport_ = std::make_unique<SmtpTransport>(loop_, current);
    scanner_ = std::make_unique<Scanner>(config_->antivirus.connections, post);
    shadow_ = std::make_shared<Shadow>(Shadow::Services{
        *keeper_, current, post, [this] { return workers_->is_idle(); },
        [this]() -> Result<std::unique_ptr<WorkerPool>> {
          auto worker = std::make_unique<WorkerPool>(loop_, 1, config_->workers.recycle_after, config_->limits, kLowestPriority);
          if (const Status started = worker->start(); !started) return started.error();
          return worker;
        },
        state + "/tmp"});
    dispatcher_ = std::make_unique<Dispatcher>(Dispatcher::Services{
        *spool_, *workers_, *keeper_, *transport_, *scanner_, current, state + "/tmp",
        [this](const std::string& message, const std::string& recipient) { return request_link(message, recipient); }, post,
        [this](const std::string& id) { return releaser_->passwords_of(id); },
        [this](const std::string& id) { releaser_->over(id); },
        [this](const std::string& id) { releaser_->removed(id); }, shadow_.get()});
    releaser_ = std::make_shared<Releaser>(Releaser::Services{
        *spool_, *workers_, *keeper_, *scanner_, current, state + "/tmp", post,
        [this](SpooledMessage message) { dispatcher_->accept(std::move(message)); }});
    digests_ = std::make_shared<DigestSender>(DigestSender::Services{
        *spool_, *keeper_, *secrets_, current, post,
        [this](const std::string& message, const std::string& recipient) { return request_link(message, recipient); },
        [this](SpooledMessage message) { dispatcher_->accept(std::move(message)); }});
    LoopServices::Parts parts;
    parts.post = post;
    parts.status = [this] { return status(); };
    parts.queue_command = [this](const std::string& verb, const std::string& message) { return queue_command(verb, message); };
    parts.release_ordered = [this](const std::string& item, std::vector<std::string> passwords) {
      releaser_->ordered(item, std::move(passwords));
    };
    parts.work = [this](WorkJob job) { workers_->submit(std::move(job)); };
    parts.vault = &keeper_->vault();
    parts.scratch_directory = state + "/tmp";
    loop_services_ = std::make_unique<LoopServices>(std::move(parts));
    loop_services_->publish(config_);
    intake_ = std::make_unique<Intake>(Intake::Services{
        *spool_, current, [this] { return keeper_->vault_is_full(); },
        [this] { return dispatcher_->waiting() + workers_->waiting(); },
        [this](SpooledMessage message) { dispatcher_->accept(std::move(message)); }});
    dispatcher_->recover();
    control_ = std::make_unique<ControlServer>(
        loop_, state + "/control.sock",
        [this](const std::string& verb, const std::string& argument) { return command(verb, argument); });
    if (const Status opened = control_->open(); !opened) return opened;
    if (const Status opened = open_listeners(); !opened) return opened;
    if (!config_->console.enabled) return Ok{};
    Result<std::unique_ptr<web::WebSide>> web = web::WebSide::start(loop_services_->services());
    if (!web) return web.error();
    web_ = std::move(*web);
    return Ok{};
  }

  void run() {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.add(SIGHUP);
    wait_for_signal();
    tick();
    loop_.run();
    loop_services_->stop();
    shadow_->stop();
    web_.reset();
    servers_.clear();
    control_.reset();
    scanner_.reset();
    keeper_.reset();   // finishes what waits
    spool_.reset();
    log::info("gateway.stopped");
  }

 private:
  Status open_listeners() {
    Result<std::vector<smtp::ListenerConfig>> configs = listener_configs(*config_);
    if (!configs) return configs.error();
    for (smtp::ListenerConfig& one : *configs) {
      const std::string name = one.policy.listener;
      auto server = std::make_unique<smtp::Server>(loop_, std::move(one), *intake_);
      if (const Status opened = server->open(); !opened) return opened;
      log::info("listener.open", {{"address", name}});
      servers_.emplace(name, std::move(server));
    }
    return Ok{};
  }

  Status command(const std::string& verb, const std::string& argument) {
    if (verb == "release") {
      Result<ReleaseCall> call = parse_release_call(argument);
      if (!call) return call.error();
      releaser_->ordered(call->item, std::move(call->passwords));
      return Ok{};
    }
    if (verb == "sweep") {
      keeper_->run([](Database& database, Vault& vault) { sweep_vault(database, vault); });
      return Ok{};
    }
    return queue_command(verb, argument);
  }

  // Good for as long as what it asks for is kept.
  std::string request_link(const std::string& message, const std::string& recipient) const {
    constexpr int64_t kDayMs = 86'400'000;
    return config_->console.public_url + "/r/" +
           request_token(*secrets_, {message, recipient, now_ms() + config_->vault.days * kDayMs});
  }

  GatewayStatus status() {
    GatewayStatus now;
    now.started_ms = started_ms_;
    now.messages_active = dispatcher_->active();
    now.messages_waiting = dispatcher_->waiting();
    now.workers_configured = config_->workers.count ? config_->workers.count : std::max(1U, std::thread::hardware_concurrency());
    now.work_waiting = workers_->waiting();
    now.vault_full = keeper_->vault_is_full();
    now.vault_bytes = keeper_->vault_bytes();
    now.spool_free_bytes = spool_->free_bytes();
    return now;
  }

  Status queue_command(const std::string& verb, const std::string& argument) {
    if (verb == "retry") return dispatcher_->retry({argument});
    if (verb == "hold") return dispatcher_->hold({argument});
    if (verb == "delete") return dispatcher_->remove({argument});
    return Error{"control.verb", "unknown request: " + verb, ""};
  }

  void wait_for_signal() {
    signals_.async_wait([this](const std::error_code& failure, int signal) {
      if (failure) return;
      if (signal == SIGHUP) {
        reload();
        return wait_for_signal();
      }
      stop();
    });
  }

  static void name_missing_programs() {
    for (const std::string& one : missing_for_converting()) log::warning("converter.missing", {{"missing", one}});
  }

  // All or nothing: the new file must load and its listeners must open before anything changes.
  void reload() {
    if (!options_.reload) return;
    Result<config::Config> loaded = options_.reload();
    if (!loaded) return log::error("config.rejected", {{"detail", loaded.error().text}});
    if (loaded->node.state != config_->node.state)
      return log::error("config.rejected", {{"detail", "node.state cannot change while the gateway runs"}});
    Result<std::vector<smtp::ListenerConfig>> configs = listener_configs(*loaded);
    if (!configs) return log::error("config.rejected", {{"detail", configs.error().text + " " + configs.error().detail}});
    std::map<std::string, std::unique_ptr<smtp::Server>> fresh;
    std::vector<std::pair<smtp::Server*, smtp::ListenerConfig>> kept;
    std::vector<std::string> names;
    for (smtp::ListenerConfig& one : *configs) {
      const std::string name = one.policy.listener;
      names.push_back(name);
      if (const auto found = servers_.find(name); found != servers_.end()) {
        kept.emplace_back(found->second.get(), std::move(one));
        continue;
      }
      auto server = std::make_unique<smtp::Server>(loop_, std::move(one), *intake_);
      if (const Status opened = server->open(); !opened)
        return log::error("config.rejected", {{"detail", opened.error().text + " " + opened.error().detail}});
      fresh.emplace(name, std::move(server));
    }
    for (auto& [server, one] : kept)
      if (const Status changed = server->reconfigure(std::move(one)); !changed)
        log::error("config.listener", {{"detail", changed.error().text}});
    for (auto server = servers_.begin(); server != servers_.end();) {
      if (std::find(names.begin(), names.end(), server->first) != names.end()) {
        ++server;
        continue;
      }
      const std::shared_ptr<smtp::Server> leaving = std::move(server->second);
      leaving->stop(kStopGrace, [leaving] {});
      server = servers_.erase(server);
    }
    for (auto& [name, server] : fresh) servers_.emplace(name, std::move(server));
    config_ = std::make_shared<const config::Config>(std::move(*loaded));
    loop_services_->publish(config_);
    log::info("config.loaded", {{"file", config_->file_name}});
    name_missing_programs();
  }

  void stop() {
    log::info("gateway.stopping");
    stopping_ = servers_.size();
    for (auto& [name, server] : servers_)
      server->stop(kStopGrace, [this] {
        if (--stopping_ == 0) drain();
      });
    if (servers_.empty()) drain();
  }

  // Messages that are accepted are safe in the spool; attempts under way get a moment to finish.
  void drain() {
    if ((dispatcher_->active() == 0) || ++drain_rounds_ > 50) return loop_.stop();
    timer_.expires_after(std::chrono::milliseconds(100));
    timer_.async_wait([this](const std::error_code&) { drain(); });
  }

  void tick() {
    ticker_.expires_after(kTick);
    ticker_.async_wait([this](const std::error_code& canceled) {
      if (canceled) return;
      const int64_t now = now_ms();
      dispatcher_->tick(now);
      releaser_->tick(now);
      digests_->tick(now);
      shadow_->tick(now);
      if (now - last_expiry_ms_ > kExpireEveryMs) {
        last_expiry_ms_ = now;
        keeper_->run([config = config_, now](Database& database, Vault& vault) {
          apply_retention(database, vault, *config, now);
        });
        if (web_) keeper_->run([web = web_, now](Database& database, Vault&) { web->sweep(database, now); });
        keeper_->expire_vault(config_->vault.days, now);
        keeper_->anchor_audit();
      }
      tick();
    });
  }

  ServeOptions options_;
  std::shared_ptr<const config::Config> config_;
  asio::io_context loop_{1};
  asio::signal_set signals_{loop_};
  asio::steady_timer ticker_{loop_}, timer_{loop_};
  Fd lock_;
  std::unique_ptr<Spool> spool_;
  std::optional<Secrets> secrets_;
  std::unique_ptr<Keeper> keeper_;
  std::unique_ptr<WorkerPool> workers_;
  std::unique_ptr<Scanner> scanner_;
  std::unique_ptr<SmtpTransport> transport_;
  std::shared_ptr<Shadow> shadow_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::shared_ptr<Releaser> releaser_;
  std::shared_ptr<DigestSender> digests_;
  std::unique_ptr<LoopServices> loop_services_;
  std::shared_ptr<web::WebSide> web_;   // the keeper may still sweep for it
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<ControlServer> control_;
  std::map<std::string, std::unique_ptr<smtp::Server>> servers_;
  size_t stopping_ = 0;
  int drain_rounds_ = 0;
  int64_t last_expiry_ms_ = 0;
  const int64_t started_ms_ = now_ms();
};

}  // namespace

int serve(ServeOptions options) {
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  Gateway gateway(std::move(options));
  if (const Status started = gateway.start(); !started) {
    log::error("gateway.start-failed", {{"error", started.error().id}, {"detail", started.error().detail}});
    std::fprintf(stderr, "mugai: %s%s%s\n", started.error().text.c_str(), started.error().detail.empty() ? "" : ": ",
                 started.error().detail.c_str());
    return 1;
  }
  gateway.run();
  return 0;
}

}  // namespace mugai::gateway
