#include "make_samples/failing_log.h"

#include <array>

#include <fmt/format.h>

namespace omscope::samples {
namespace {

class Log {
 public:
  void line(const char* level, const char* module, const char* place, const std::string& content) {
    micros_ += 37;
    text_ += fmt::format("[{}] {}(4242,demo):2024-02-29-12:00:00.{:03}.{:03} [{}]{}\n", level,
                         module, micros_ / 1000, micros_ % 1000, place, content);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  unsigned micros_ = 500000;
};

constexpr const char* kKernel =
    "te_conv2d_1f0c5a3d7b9e2468ace013579bdf02461f0c5a3d7b9e2468ace013579bdf0246_1__kernel0";
constexpr const char* kNode = "block2/b/Convblock2/Addblock2/Relu";

void core(Log& log, int id, const char* current, const char* mte) {
  log.line("ERROR", "RUNTIME", "device_error_proc.cc:634",
           "4243 PrintCoreErrorInfo:[EXEC][DEFAULT]report error module_type=5, module_name=EZ9999");
  log.line("ERROR", "RUNTIME", "device_error_proc.cc:634",
           fmt::format("4243 PrintCoreErrorInfo:[EXEC][DEFAULT]The error from device(0), serial "
                       "number is 1, there is an aicore error, core id is {}, error code = "
                       "0x800000, dump info: pc start: 0x800124040215000, current: {}, vec error "
                       "info: 0x12, mte error info: {}, ifu error info: 0, ccu error info: 0, cube "
                       "error info: 0, biu error info: 0, aic error mask: 0x65000200d000288, para "
                       "base: 0x124040214180, errorStr: The DDR address of the MTE instruction is "
                       "out of range.",
                       id, current, mte));
}

void callers(Log& log) {
  log.line(
      "ERROR", "RUNTIME", "stream.cc:1081",
      "4243 GetError:[EXEC][DEFAULT]Stream Synchronize failed, stream_id=2, retCode=0x91, [the "
      "model stream execute failed].");
  log.line("ERROR", "RUNTIME", "api_c.cc:2028",
           "4243 rtModelExecute:[EXEC][DEFAULT]ErrCode=507011, desc=[the model stream execute "
           "failed], InnerCode=0x7150050");
  log.line(
      "ERROR", "GE", "graph_loader.cc:231",
      "4243 ExecuteModel: ErrorNo: 507011() [EXEC][DEFAULT][Execute][Model] failed, model_id:1.");
  log.line("ERROR", "ASCENDCL", "model.cpp:2115",
           "4243 aclmdlExecute: [EXEC][DEFAULT][Exec][Model]modelId[1] execute failed, "
           "result[507011]");
}

}  // namespace

std::string failing_plog() {
  Log log;
  for (int i = 0; i < 6; ++i) {
    log.line("INFO", "RUNTIME", "npu_driver.cc:1817",
             fmt::format(" 4243 DevMemAlloc: DevMalloc: Succ, size=65536, ptr={:#x}",
                         uint64_t{0x124080000000} + static_cast<uint64_t>(i) * 65536));
  }
  log.line("ERROR", "RUNTIME", "pool.cc:1031",
           "4243 MallocPcieBarBuffer:Pcie Host Register failed, retCode=0x7020010, "
           "size=4194304(Byte), dev_id=0.");
  log.line("ERROR", "RUNTIME", "hwts_engine.cc:123",
           "4243 ReportExceptProc:[EXEC][DEFAULT]Real task exception! device_id=0, stream_id=2, "
           "task_id=9, task_type=0 (KERNEL_AICORE)");
  core(log, 0, "0x124040215310", "0x30000c2");
  core(log, 1, "0x124040215310", "0x30000c2");
  log.line("ERROR", "RUNTIME", "davinci_kernel_task.cc:1204",
           fmt::format("4243 PrintErrorInfoForDavinciTask:[EXEC][DEFAULT]Aicore kernel execute "
                       "failed, device_id=0, stream_id=2, report_stream_id=1, task_id=9, "
                       "flip_num=0, fault kernel_name={}, fault kernel info ext={}, program id=0, "
                       "hash=1234567890123456789.",
                       "0_1_block2_b_Convblock2_Addblock2_Relu", kKernel));
  log.line("ERROR", "RUNTIME", "davinci_kernel_task.cc:1143",
           "4243 GetArgsInfo:[EXEC][DEFAULT][AIC_INFO] args(0 to 4) after execute:0x124080000000, "
           "0x124080010000, 0x7f3a20001000, 0x124080020000,  ");
  log.line("ERROR", "RUNTIME", "davinci_kernel_task.cc:1146",
           "4243 GetArgsInfo:[EXEC][DEFAULT]tilingKey = 0, print 1 Times totalLen=(4*8)Bytes, "
           "argsSize=32, blockDim=2");
  log.line(
      "ERROR", "GE", "error_tracking.cc:110",
      fmt::format("4243 ErrorTrackingCallback: ErrorNo: 4294967295(failed) [EXEC][DEFAULT]Error "
                  "happened, origin_op_name [{0}], op_name [{0}], task_id 9, stream_id 2.",
                  kNode));
  log.line("ERROR", "IDEDD", "dump_operator.cpp:286",
           "[tid:4243] [Dump][Exception] dump exception to file, file: /home/demo/run/extra-info/"
           "data-dump/0/Conv2D.block2_b_Convblock2_Addblock2_Relu.9.20240229120000512");
  callers(log);
  return log.take();
}

std::string failing_screen() {
  return "Traceback (most recent call last):\n"
         "  File \"demo.py\", line 7, in <module>\n"
         "    steps = torch.arange(8, device='npu')\n"
         "RuntimeError: call aclnnArange failed, detail:EZ9999: Inner Error!\n"
         "EZ9999: [PID: 4242] 2024-02-29-12:00:03.000.120 Cannot find bin of op Range, integral "
         "key "
         "0/1/|int64/ND/int64/ND/int64/ND/int64/ND/.\n"
         "        TraceBack (most recent call last):\n"
         "       Cannot find binary for op Range.\n"
         "[ERROR] 2024-02-29-12:00:03 (PID:4242, Device:0, RankID:-1) ERR01100 OPS call acl api "
         "failed\n";
}

std::string synthetic_log(uint64_t bytes, unsigned error_percent) {
  static constexpr std::array<const char*, 4> kInfos = {
      "[INFO] RUNTIME({},app):2024-02-29-12:00:00.{:03}.{:03} [pool.cc:554] 77 GetTaskId: "
      "stream_id=3, retId=3, serial_id=3\n",
      "[DEBUG] ASCENDCL({},app):2024-02-29-12:00:00.{:03}.{:03} [memory.cpp:224]77 aclrtFree: "
      "start "
      "to execute aclrtFree with the buffer of the second input\n",
      "[INFO] GE({},app):2024-02-29-12:00:00.{:03}.{:03} [graph_manager.cc:1288]77 Build: "
      "[INIT][DEFAULT]begin to optimize sub graph of the model, stage is merge\n",
      "[EVENT] TDT({},app):2024-02-29-12:00:00.{:03}.{:03} [log.cpp:43][TsdClient] deviceId[0] has "
      "received the answer of the device\n"};
  static constexpr std::array<const char*, 4> kErrors = {
      "[ERROR] RUNTIME({},app):2024-02-29-12:00:00.{:03}.{:03} [stream.cc:1081]77 "
      "GetError:[EXEC][DEFAULT]Stream Synchronize failed, stream_id=3, retCode=0x91.\n",
      "[ERROR] IDEDD({},app):2024-02-29-12:00:00.{:03}.{:03} [dump_args.cpp:706][tid:77] "
      "[Dump][Exception] exception info dump args data, addr:0x124080000000; size:800 bytes\n",
      "[ERROR] GE({},app):2024-02-29-12:00:00.{:03}.{:03} [loader.cc:231]77 Execute: ErrorNo: "
      "507011() [EXEC][DEFAULT][Execute][Model] failed, model_id:1.\n",
      "[ERROR] RUNTIME({},app):2024-02-29-12:00:00.{:03}.{:03} [device_error_proc.cc:634]77 "
      "Print:[EXEC][DEFAULT]The error from device(0), serial number is 1, there is an aicore "
      "error, "
      "core id is 0, error code = 0x800000, dump info: pc start: 0x800124040215000, current: "
      "0x124040215310, vec error info: 0x12, mte error info: 0x30000c2, para base: "
      "0x124040214180.\n"};
  std::string text;
  text.reserve(bytes + 1024);
  for (uint64_t i = 0; text.size() < bytes; ++i) {
    // A fixed pattern in which the share of errors is the same everywhere.
    const bool error = (i * 37) % 100 < error_percent;
    const auto& shapes = error ? kErrors : kInfos;
    text +=
        fmt::format(fmt::runtime(shapes[i / 7 % shapes.size()]), 4242, i / 1000 % 1000, i % 1000);
  }
  return text;
}

}  // namespace omscope::samples
