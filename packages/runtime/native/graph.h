// A graph of TensorFlow and its session, by the C API.
#pragma once

#include <string>

#include "napi-values.h"
#include "tensorflow/c/c_api.h"

namespace diffgan {

/** A graph and its session, which is opened by the first run and freezes the graph. */
class Graph {
 public:
  Graph() : graph_(TF_NewGraph()) {}
  ~Graph() {
    if (session_) TF_DeleteSession(session_, Status());
    TF_DeleteGraph(graph_);
  }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  TF_Graph* get() const { return graph_; }
  bool frozen() const { return session_ != nullptr; }

  TF_Session* session() {
    if (session_) return session_;
    TF_SessionOptions* options = TF_NewSessionOptions();
    Status status;
    session_ = TF_NewSession(graph_, options, status);
    TF_DeleteSessionOptions(options);
    status.check("open a session");
    return session_;
  }

  /** The output that "name" or "name:index" denotes. */
  TF_Output output(const std::string& name) const {
    const auto colon = name.rfind(':');
    int index = 0;
    if (colon != std::string::npos) {
      const std::string digits = name.substr(colon + 1);
      if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos)
        throw ArgumentError("\"" + name + "\" is no output: it must be \"node:index\"");
      index = std::stoi(digits);
    }
    TF_Operation* operation = TF_GraphOperationByName(graph_, name.substr(0, colon).c_str());
    if (!operation) throw ArgumentError("the graph has no node \"" + name.substr(0, colon) + "\"");
    if (index >= TF_OperationNumOutputs(operation)) throw ArgumentError("the graph has no output \"" + name + "\"");
    return {operation, index};
  }

 private:
  TF_Graph* graph_;
  TF_Session* session_ = nullptr;
};

}  // namespace diffgan
