// A small fixed pool of threads: TensorFlow's C API lends kernels no pool of its own.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace diffgan {

class ThreadPool {
 public:
  /** The pool of this process. It is never destroyed: its threads may outlive main. */
  static ThreadPool& shared() {
    static ThreadPool* pool = new ThreadPool(threadCount());
    return *pool;
  }

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  /** Calls task(0) … task(count − 1), the calling thread taking part. When another operation uses the pool, the caller does it all. */
  void run(int count, const std::function<void(int)>& task) {
    std::unique_lock<std::mutex> turn(turn_, std::try_to_lock);
    if (!turn.owns_lock() || workers_.empty() || count <= 1) {
      for (int i = 0; i < count; i++) task(i);
      return;
    }
    {
      std::lock_guard<std::mutex> lock(mutex_);
      task_ = &task;
      count_ = count;
      next_ = 0;
      generation_++;
    }
    wake_.notify_all();
    work();
    std::unique_lock<std::mutex> lock(mutex_);
    // A worker that wakes up later finds nothing left: count_ is 0 by then.
    count_ = 0;
    finished_.wait(lock, [this] { return active_ == 0; });
  }

 private:
  explicit ThreadPool(int threads) {
    for (int i = 1; i < threads; i++) {
      workers_.emplace_back([this] { loop(); });
      workers_.back().detach();
    }
  }

  /** DIFFGAN_OP_THREADS, else what TensorFlow was told, else all processors. */
  static int threadCount() {
    for (const char* name : {"DIFFGAN_OP_THREADS", "TF_NUM_INTRAOP_THREADS"})
      if (const char* text = std::getenv(name))
        if (int n = std::atoi(text); n > 0) return std::min(n, 256);
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }

  void loop() {
    unsigned seen = 0;
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return generation_ != seen; });
      seen = generation_;
      if (count_ == 0) continue;
      active_++;
      lock.unlock();
      work();
      lock.lock();
      if (--active_ == 0) finished_.notify_all();
    }
  }

  void work() {
    const int count = count_;
    for (int i; (i = next_.fetch_add(1)) < count;) (*task_)(i);
  }

  std::mutex turn_, mutex_;
  std::condition_variable wake_, finished_;
  std::vector<std::thread> workers_;
  const std::function<void(int)>* task_ = nullptr;
  std::atomic<int> next_{0}, count_{0};
  unsigned generation_ = 0;
  int active_ = 0;
};

}  // namespace diffgan
