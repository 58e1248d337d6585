import ConvKitCore
import ConvKitKernels

// Faults in the kernels: what a mistake in their C would do. Each is a function that calls the sound
// one with something altered, or stands in for it.

extension Fault {
  private static func product(
    _ name: String,
    _ multiply:
      @escaping @Sendable @convention(c) (
        UnsafePointer<convkit_product>?, UnsafePointer<Float>?, UnsafePointer<Float>?,
        UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
      ) -> Void
  ) -> Fault {
    var problem = ConvolutionProblem([4, 5], channels: 3, features: 37, size: 2, stride: 2)
    problem.rectify = true
    let example = ConvolutionExample(problem)
    return kernel(name, example) { $0.multiply = multiply }
  }

  private static func depthwise(
    _ name: String,
    _ multiply:
      @escaping @Sendable @convention(c) (
        UnsafePointer<convkit_product>?, UnsafePointer<Float>?, UnsafePointer<Float>?,
        UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
      ) -> Void
  ) -> Fault {
    var problem = ConvolutionProblem(
      [4, 5], channels: 37, features: 37, groups: 37, size: 2, stride: 2)
    problem.rectify = true
    let example = ConvolutionExample(problem)
    return kernel(name, example) { $0.multiply_depthwise = multiply }
  }

  static let depthwiseProducts = [
    depthwise("depthwise: every column takes the first one's value") { call, a, b, bias, out in
      soundKernels.multiply(call, a, b, bias, out)
    },
    depthwise("depthwise: the last column is not written") { call, a, b, bias, out in
      var call = call!.pointee
      call.columns_end -= 1
      soundKernels.multiply_depthwise(&call, a, b, bias, out)
    },
    depthwise("depthwise: the last columns are written as a whole vector") {
      call, a, b, bias, out in
      soundKernels.multiply_depthwise(call, a, b, bias, out)
      let last = call!.pointee.runs[call!.pointee.run_count - 1]
      let row = last.out + (last.count - 1) * call!.pointee.out_step
      out![row + call!.pointee.columns_end] = 0
    },
    depthwise("depthwise: the second panel starts at the first's values") {
      call, a, b, bias, out in
      let width = soundKernels.panel_columns
      var (first, second) = (call!.pointee, call!.pointee)
      first.columns_end = min(width, first.columns_end)
      second.columns_begin = width
      soundKernels.multiply_depthwise(&first, a, b, bias, out)
      if second.columns_end > width {
        soundKernels.multiply_depthwise(&second, a! - width, b, bias, out)
      }
    },
    depthwise("depthwise: the last row is not written") { call, a, b, bias, out in
      var call = call!.pointee
      var runs = Array(UnsafeBufferPointer(start: call.runs, count: call.run_count))
      runs[runs.count - 1].count -= 1
      runs.withUnsafeBufferPointer {
        call.runs = $0.baseAddress
        soundKernels.multiply_depthwise(&call, a, b, bias, out)
      }
    },
    depthwise("depthwise: the last segment is skipped") { call, a, b, bias, out in
      var call = call!.pointee
      call.segment_count -= 1
      soundKernels.multiply_depthwise(&call, a, b, bias, out)
    },
    depthwise("depthwise: the distance between terms is ignored") { call, a, b, bias, out in
      var call = call!.pointee
      call.a_step = 1
      soundKernels.multiply_depthwise(&call, a, b, bias, out)
    },
    depthwise("depthwise: accumulate is ignored") { call, a, b, bias, out in
      var call = call!.pointee
      call.accumulate = false
      soundKernels.multiply_depthwise(&call, a, b, bias, out)
    },
    depthwise("depthwise: everything is accumulated") { call, a, b, bias, out in
      var call = call!.pointee
      call.accumulate = true
      soundKernels.multiply_depthwise(&call, a, b, bias, out)
    },
    depthwise("depthwise: rectify is ignored") { call, a, b, bias, out in
      var call = call!.pointee
      call.rectify = false
      soundKernels.multiply_depthwise(&call, a, b, bias, out)
    },
    depthwise("depthwise: everything is rectified") { call, a, b, bias, out in
      var call = call!.pointee
      call.rectify = true
      soundKernels.multiply_depthwise(&call, a, b, bias, out)
    },
    depthwise("depthwise: the bias is ignored") { call, a, b, _, out in
      soundKernels.multiply_depthwise(call, a, b, nil, out)
    },
    depthwise("depthwise: the bias is one column off") { call, a, b, bias, out in
      soundKernels.multiply_depthwise(call, a, b, bias.map { $0 + 1 }, out)
    },
    depthwise("depthwise: b is read one column off") { call, a, b, bias, out in
      soundKernels.multiply_depthwise(call, a, b! + 1, bias, out)
    },
  ]

  static let products = [
    product("the last row is not written") { call, a, b, bias, out in
      var call = call!.pointee
      var runs = Array(UnsafeBufferPointer(start: call.runs, count: call.run_count))
      runs[runs.count - 1].count -= 1
      runs.withUnsafeBufferPointer {
        call.runs = $0.baseAddress
        soundKernels.multiply(&call, a, b, bias, out)
      }
    },
    product("the last column is not written") { call, a, b, bias, out in
      var call = call!.pointee
      call.columns_end -= 1
      soundKernels.multiply(&call, a, b, bias, out)
    },
    product("the last columns are written as a whole vector") { call, a, b, bias, out in
      soundKernels.multiply(call, a, b, bias, out)
      let last = call!.pointee.runs[call!.pointee.run_count - 1]
      let row = last.out + (last.count - 1) * call!.pointee.out_step
      out![row + call!.pointee.columns_end] = 0
    },
    product("the range of columns is ignored") { call, a, b, bias, out in
      var call = call!.pointee
      call.columns_begin = 0
      soundKernels.multiply(&call, a, b, bias, out)
    },
    product("accumulate is ignored") { call, a, b, bias, out in
      var call = call!.pointee
      call.accumulate = false
      soundKernels.multiply(&call, a, b, bias, out)
    },
    product("everything is accumulated") { call, a, b, bias, out in
      var call = call!.pointee
      call.accumulate = true
      soundKernels.multiply(&call, a, b, bias, out)
    },
    product("rectify is ignored") { call, a, b, bias, out in
      var call = call!.pointee
      call.rectify = false
      soundKernels.multiply(&call, a, b, bias, out)
    },
    product("everything is rectified") { call, a, b, bias, out in
      var call = call!.pointee
      call.rectify = true
      soundKernels.multiply(&call, a, b, bias, out)
    },
    product("the bias is ignored") { call, a, b, _, out in
      soundKernels.multiply(call, a, b, nil, out)
    },
    product("the bias is one column off") { call, a, b, bias, out in
      soundKernels.multiply(call, a, b, bias.map { $0 + 1 }, out)
    },
    product("b is read one column off") { call, a, b, bias, out in
      soundKernels.multiply(call, a, b! + 1, bias, out)
    },
    product("a is read one value off") { call, a, b, bias, out in
      soundKernels.multiply(call, a! + 1, b, bias, out)
    },
    product("the last segment is skipped") { call, a, b, bias, out in
      var call = call!.pointee
      call.segment_count -= 1
      soundKernels.multiply(&call, a, b, bias, out)
    },
    product("the distance between terms is ignored") { call, a, b, bias, out in
      var call = call!.pointee
      call.a_step = 1
      soundKernels.multiply(&call, a, b, bias, out)
    },
    Fault(name: "a product of one vector is read as a wide panel") { planted, instructionSet in
      // As many columns as make the last panel narrow.
      let problem = ConvolutionProblem([5], channels: 2, features: 1, size: 2)
      let example = ConvolutionExample(problem)
      var run = try example.run(on: instructionSet)
      if planted {
        var table = instructionSet.kernels.pointee
        table.columns_of_panel = { _ in soundKernels.panel_columns }
        run = try withUnsafePointer(to: table) { try example.run(on: InstructionSet(kernels: $0)) }
      }
      return run.mismatch(with: example.expectations)
    },
  ]

  /// Caught where the table has the kernel at all; elsewhere groups are computed one by one.
  private static func grouped(
    _ name: String, channels: Int = 22, features: Int = 22,
    _ multiply:
      @escaping @Sendable @convention(c) (
        UnsafePointer<convkit_product>?, UnsafePointer<Float>?, UnsafePointer<Float>?,
        UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
      ) -> Void
  ) -> Fault {
    var problem = ConvolutionProblem(
      [4, 5], channels: channels, features: features, groups: 11, size: 2, stride: 2)
    problem.rectify = true
    let example = ConvolutionExample(problem)
    return kernel(name, example) { $0.multiply_grouped = multiply }
  }

  static let groupedProducts =
    soundKernels.multiply_grouped == nil
    ? []
    : [
      grouped("groups: every column takes its own value") { call, a, b, bias, out in
        soundKernels.multiply_depthwise(call, a, b, bias, out)
      },
      grouped("groups: every column takes the first group's value") { call, a, b, bias, out in
        soundKernels.multiply(call, a, b, bias, out)
      },
      grouped("groups: a group has a channel too few") { call, a, b, bias, out in
        var call = call!.pointee
        call.group_channels -= 1
        soundKernels.multiply_grouped(&call, a, b, bias, out)
      },
      grouped("groups: as many columns as channels", channels: 11) { call, a, b, bias, out in
        var call = call!.pointee
        call.group_channels = call.group_columns
        soundKernels.multiply_grouped(&call, a, b, bias, out)
      },
      grouped("groups: rows and terms are mistaken for each other") { call, a, b, bias, out in
        var call = call!.pointee
        call.channels_are_rows.toggle()
        soundKernels.multiply_grouped(&call, a, b, bias, out)
      },
      grouped("groups: the last column is not written") { call, a, b, bias, out in
        var call = call!.pointee
        call.columns_end -= 1
        soundKernels.multiply_grouped(&call, a, b, bias, out)
      },
      grouped("groups: the last columns are written as a whole vector") {
        call, a, b, bias, out in
        soundKernels.multiply_grouped(call, a, b, bias, out)
        let last = call!.pointee.runs[call!.pointee.run_count - 1]
        let row = last.out + (last.count - 1) * call!.pointee.out_step
        out![row + call!.pointee.columns_end] = 0
      },
      grouped("groups: accumulate is ignored") { call, a, b, bias, out in
        var call = call!.pointee
        call.accumulate = false
        soundKernels.multiply_grouped(&call, a, b, bias, out)
      },
      grouped("groups: rectify is ignored") { call, a, b, bias, out in
        var call = call!.pointee
        call.rectify = false
        soundKernels.multiply_grouped(&call, a, b, bias, out)
      },
      grouped("groups: the bias is one column off") { call, a, b, bias, out in
        soundKernels.multiply_grouped(call, a, b, bias.map { $0 + 1 }, out)
      },
      grouped("groups: the last segment is skipped") { call, a, b, bias, out in
        var call = call!.pointee
        call.segment_count -= 1
        soundKernels.multiply_grouped(&call, a, b, bias, out)
      },
    ]
}
