"""PyTorch's side of `convkit-bench memory`: how much resident memory training takes.

    python torch_memory.py PATH/torch_bench.py [--only vgg-32 ...] [--batch 32 256 1024] [--threads 2]

Every line is of a process of its own, in MiB: by how much resident memory grew from before the
network is made to the peak of three steps (ru_maxrss), that peak, and the inputs of the batch. The
networks are those of torch_bench.py, and voxel-64 is made here; of its memory formats the smaller growth
counts.
"""
import argparse
import importlib.util
import resource
import subprocess
import sys


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def voxel_64(torch):
    """The network of torch_bench.py's voxel-32 on 64x64x64 voxels: 30, 28 and 14 are left of each axis."""
    nn = torch.nn

    def make():
        return nn.Sequential(
            nn.Conv3d(1, 32, 5, stride=2), nn.ReLU(), nn.Conv3d(32, 32, 3), nn.ReLU(), nn.MaxPool3d(2),
            nn.Flatten(), nn.Linear(32 * 14 ** 3, 128), nn.ReLU(), nn.Linear(128, 10))

    return make, (32, 1, 64, 64, 64), 10


def measure(path, name, batch, threads, layout):
    specification = importlib.util.spec_from_file_location("torch_bench", path)
    bench = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(bench)
    torch = bench.torch
    torch.set_num_threads(threads)
    make, shape, classes = voxel_64(torch) if name == "voxel-64" else bench.WORKLOADS[name]
    shape = (batch,) + shape[1:]
    memory_format = getattr(torch, layout)
    torch.manual_seed(0)
    if name.startswith("text"):
        x = torch.randint(0, 8000, shape)
    else:
        x = torch.empty(shape, memory_format=memory_format).normal_()
    y = torch.randint(0, classes, (batch,))
    before = resident()
    model = make().to(memory_format=memory_format)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    for _ in range(3):
        optimizer.zero_grad(set_to_none=True)
        bench.F.cross_entropy(model(x), y).backward()
        optimizer.step()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(peak - before, peak, x.numel() * x.element_size())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("bench")
    parser.add_argument("--only", nargs="+", default=["vgg-32", "resnet20-32"])
    parser.add_argument("--batch", nargs="+", type=int, default=[32, 256, 1024])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        measure(arguments.bench, arguments.only[0], arguments.batch[0], arguments.threads, arguments.child)
        return
    print(f"{'network':16}{'batch':>9}{'growth':>9}{'peak':>9}{'inputs':>9}  format", flush=True)
    for name in arguments.only:
        last = "channels_last_3d" if name.startswith("voxel") else "channels_last"
        # Text and waveforms have no such format.
        flat = name.startswith(("text", "waveform"))
        layouts = ["contiguous_format"] + ([] if flat else [last])
        for batch in arguments.batch:
            rows = []
            for layout in layouts:
                output = subprocess.run(
                    [sys.executable, __file__, arguments.bench, "--only", name, "--batch", str(batch),
                     "--threads", str(arguments.threads), "--child", layout],
                    check=True, capture_output=True, text=True).stdout
                rows.append([int(word) for word in output.split()] + [layout])
            growth, peak, inputs, layout = min(rows)
            print(f"{name:16}{batch:9}" + "".join(f"{n / 2**20:9.1f}" for n in (growth, peak, inputs))
                  + f"  {layout}", flush=True)


if __name__ == "__main__":
    main()
