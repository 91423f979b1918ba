#include "gateway/shadow/comparison.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace mugai::gateway {

using nlohmann::json;
using sanitize::Item;

namespace {

constexpr size_t kMostOfAList = 20, kMostOfAText = 300;

bool sizes_differ(uint64_t a, uint64_t b) {
  const uint64_t low = std::min(a, b), high = std::max(a, b);
  return high - low > 1024 && high - low > low / 10;
}

std::multiset<std::string> set_of(const std::vector<std::string>& list) { return {list.begin(), list.end()}; }

std::map<std::string, uint64_t> removed_of(const Item& item) {
  std::map<std::string, uint64_t> out;
  for (const sanitize::Removed& one : item.removed) out[one.what] += one.count;
  return out;
}

std::set<std::string_view> differences(const Item& real, const Item& candidate) {
  std::set<std::string_view> out;
  if (real.action != candidate.action) out.insert("action");
  if (real.method != candidate.method) out.insert("method");
  if (set_of(real.reasons) != set_of(candidate.reasons)) out.insert("reasons");
  if (removed_of(real) != removed_of(candidate)) out.insert("removed");
  if (real.output_name != candidate.output_name) out.insert("name");
  if (sizes_differ(real.size_out, candidate.size_out)) out.insert("size");
  return out;
}

std::vector<std::string> in_order(const std::set<std::string_view>& kinds) {
  std::vector<std::string> out;
  for (const std::string_view one : kDifferences)
    if (kinds.count(one)) out.emplace_back(one);
  return out;
}

std::string bounded(const std::string& text) { return text.size() <= kMostOfAText ? text : text.substr(0, kMostOfAText) + "…"; }

json list_json(const std::vector<std::string>& list) {
  json out = json::array();
  for (size_t i = 0; i < list.size() && i < kMostOfAList; ++i) out.push_back(bounded(list[i]));
  return out;
}

json piece_json(const std::optional<Item>& item) {
  if (!item) return nullptr;
  json removed = json::array();
  for (size_t i = 0; i < item->removed.size() && i < kMostOfAList; ++i) removed.push_back({bounded(item->removed[i].what), item->removed[i].count});
  return {{"action", to_string(item->action)}, {"method", item->method}, {"reasons", list_json(item->reasons)},
          {"removed", std::move(removed)}, {"output_name", bounded(item->output_name)}, {"size_out", item->size_out}};
}

std::optional<Item> piece_from(const json& from) {
  if (!from.is_object()) return std::nullopt;
  Item item;
  constexpr std::array kActions{sanitize::Action::rebuilt, sanitize::Action::converted, sanitize::Action::text, sanitize::Action::image,
                                sanitize::Action::removed, sanitize::Action::held,      sanitize::Action::locked};
  for (const sanitize::Action one : kActions)
    if (to_string(one) == from.at("action").get<std::string>()) item.action = one;
  item.method = from.at("method").get<int>();
  from.at("reasons").get_to(item.reasons);
  for (const json& one : from.at("removed")) item.removed.push_back({one.at(0).get<std::string>(), one.at(1).get<uint64_t>()});
  item.output_name = from.at("output_name").get<std::string>();
  item.size_out = from.at("size_out").get<uint64_t>();
  return item;
}

}  // namespace

Comparison compare(const sanitize::Report& real, uint64_t size_real, const sanitize::Report& candidate, uint64_t size_candidate) {
  Comparison out;
  out.verdict_real = to_string(real.verdict);
  out.verdict_candidate = to_string(candidate.verdict);
  out.size_real = size_real;
  out.size_candidate = size_candidate;
  std::set<std::string_view> kinds;
  if (real.verdict != candidate.verdict) kinds.insert("verdict");
  if (sizes_differ(size_real, size_candidate)) kinds.insert("size");
  if (set_of(real.notes) != set_of(candidate.notes)) {
    kinds.insert("notes");
    out.notes_real = real.notes;
    out.notes_candidate = candidate.notes;
  }
  const auto add = [&](const Item& named, std::optional<Item> one, std::optional<Item> other) {
    if (out.pieces.size() < Comparison::kMostPieces) out.pieces.push_back({named.path, named.name, std::move(one), std::move(other)});
  };
  std::multimap<std::string, const Item*> left;
  for (const Item& item : candidate.items) left.emplace(item.path, &item);
  for (const Item& item : real.items) {
    const auto found = left.lower_bound(item.path);
    if (found == left.end() || found->first != item.path) {
      kinds.insert("parts");
      add(item, item, std::nullopt);
      continue;
    }
    const auto differ = differences(item, *found->second);
    kinds.insert(differ.begin(), differ.end());
    if (!differ.empty()) add(item, item, *found->second);
    left.erase(found);
  }
  for (const auto& [path, item] : left) {
    kinds.insert("parts");
    add(*item, std::nullopt, *item);
  }
  out.kinds = in_order(kinds);
  return out;
}

Comparison compare_with_failure(const sanitize::Report& real, uint64_t size_real) {
  Comparison out;
  out.verdict_real = to_string(real.verdict);
  out.verdict_candidate = to_string(sanitize::Verdict::held);
  out.size_real = size_real;
  out.kinds = {"failed"};
  if (real.verdict != sanitize::Verdict::held) out.kinds.emplace_back("verdict");
  return out;
}

std::string to_json(const Comparison& comparison) {
  json pieces = json::array();
  for (const PieceDifference& one : comparison.pieces)
    pieces.push_back({{"path", bounded(one.path)}, {"name", bounded(one.name)}, {"real", piece_json(one.real)}, {"candidate", piece_json(one.candidate)}});
  const json out = {{"sizes", {comparison.size_real, comparison.size_candidate}}, {"notes", {list_json(comparison.notes_real), list_json(comparison.notes_candidate)}},
                    {"pieces", std::move(pieces)}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Comparison comparison_from_json(const std::string& stored) {
  Comparison out;
  try {
    const json from = json::parse(stored);
    out.size_real = from.at("sizes").at(0).get<uint64_t>();
    out.size_candidate = from.at("sizes").at(1).get<uint64_t>();
    out.notes_real = from.at("notes").at(0).get<std::vector<std::string>>();
    out.notes_candidate = from.at("notes").at(1).get<std::vector<std::string>>();
    for (const json& one : from.at("pieces"))
      out.pieces.push_back({one.at("path").get<std::string>(), one.at("name").get<std::string>(), piece_from(one.at("real")), piece_from(one.at("candidate"))});
  } catch (const json::exception&) {
    out.pieces.clear();
  }
  return out;
}

}  // namespace mugai::gateway
