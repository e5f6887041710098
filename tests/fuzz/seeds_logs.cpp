// Logs.

#include "fuzz/seeds.h"
#include "fuzz/zip_file.h"
#include "make_samples/failing_log.h"
#include "support/packed.h"

namespace omscope::fuzz::seeds {

Seeds logs() {
  const std::string plog = samples::failing_plog();
  const std::string screen = samples::failing_screen();
  return {
      plog,
      screen,
      test::gzipped(plog),
      test::gzipped(test::tar_of({{"log/a.log", plog}, {"screen.txt", screen}})),
      zip_file({{"log/a.log", plog}, {"screen.txt", screen}}),
      std::string("\xff\xfe[\0E\0R\0R\0O\0R\0]\0 \0G\0E\0\n\0\x3d\xd8\0\xde\x3d\xd8", 30),
      "2025-05-08T09:56:20Z pod-7 [ERROR] GE(1,a):2025-05-08-09:48:48.513.937 [e.c:1]1 f:x\n"
      "worker-0  | EZ9999: Inner Error!\n[rank0]: RuntimeError: x\n[1,0]<stderr>:see host a-1 "
      "C:\\Users\\bob\\x fe80::1 0a:1b:2c:3d:4e:5f\n",
      "[ERROR] TSCH(-1,null):2020-12-23-17:10:54.083.518 17 (cpuid:0) ../a.c:1193 proc: slot_id=0\n"
      "<exception_print>TIME:2020-12-23-17:10:54.083.569, device_id=0, stream_id=5, task_id=3, "
      "exception_code=0xb4060006\n<exception_print>####AICORE_INFO_START: core_id=0, "
      "AI_CORE_INT=0x1\n"
      "<exception_print>AIC_ERROR=0x10\n<exception_print>PC_START=0x108080056000\n",
      "[EVENT] DRV(1,dms):2025-05-08-09:48:48.513.937 [e.c:1][f][1.1] event_id=0x80e18400; "
      "device_id=0; node_type=0x65[AIV]; event_type=0x9[bus error]; assertion=1[Event occur]\n",
      "E10007: [PID: 1] 2025-03-18-09:02:18.501.341 [--framework] is required.\n",
      "a/atc.bin: error while loading shared libraries: libascend_hal.so: cannot open shared "
      "object "
      "file\nValueError: could not convert string to "
      "int\n申请内存失败错误码207001\n1x3x4064x3040\n",
  };
}

}  // namespace omscope::fuzz::seeds
