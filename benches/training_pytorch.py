"""The training bench beside PyTorch: the same networks, the same batches, plain gradient descent in float32.

    pip install torch
    python3 benches/training_pytorch.py            both, as one table of medians and ratios
    python3 benches/training_pytorch.py THREADS    PyTorch alone, in the lines of `cargo bench --bench training`

A ratio above 1 says that this library is faster than the better of PyTorch with one and with two threads; the last
column is the share of what the matrix products of a step reach alone. Ours and theirs take turns, but run it on
a machine with nothing else to do: a second thread that finds no free core costs more than it saves.
"""

import re
import statistics
import subprocess
import sys
import time

TURNS = 3
ROUNDS, SECONDS = 7, 0.1
INPUTS, HIDDEN, BATCH = 4, 64, 64
OUTPUTS = [2, 40, 400, 1600, 10000]


def pytorch(threads):
    """Prints a line a head: the median of the rounds after a warm-up of one."""
    import torch
    from torch.nn import Linear, ReLU, Sequential
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    x = torch.rand(BATCH, INPUTS) * 2 - 1
    velocities = torch.rand(BATCH, 2) * 2 - 1
    bins = torch.randint(20, (2, BATCH))

    for outputs in OUTPUTS:
        network = Sequential(Linear(INPUTS, HIDDEN), ReLU(), Linear(HIDDEN, outputs))
        sgd = torch.optim.SGD(network.parameters(), lr=0.01)
        classes = torch.randint(outputs, (BATCH,))

        def loss(z):
            if outputs == 2:
                return (2 * (z.sigmoid() - 0.5) - velocities).square().sum() / (2 * BATCH)
            if outputs == 40:
                return cross_entropy(z[:, :20], bins[0]) + cross_entropy(z[:, 20:], bins[1])
            return cross_entropy(z, classes)

        def measure():
            start, samples = time.perf_counter(), 0
            while time.perf_counter() - start < SECONDS:
                sgd.zero_grad()
                loss(network(x)).backward()
                sgd.step()
                samples += BATCH
            return samples / (time.perf_counter() - start)

        measure()
        rate = statistics.median(measure() for _ in range(ROUNDS))
        print(f"outputs={outputs} samples_per_second={rate:.0f}")


def compare():
    commands = {
        "ours": ["cargo", "bench", "--quiet", "--bench", "training"],
        "one": [sys.executable, __file__, "1"],
        "two": [sys.executable, __file__, "2"],
    }
    subprocess.run([*commands["ours"], "--no-run"], check=True)
    rates = {}
    for _ in range(TURNS):
        for who, command in commands.items():
            lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            for outputs, what, rate in re.findall(r"outputs=(\d+) (\w+)_per_second=(\d+)", lines):
                rates.setdefault((who, what, int(outputs)), []).append(int(rate))

    print("samples a second      here   PyTorch, 1 thread   2 threads   ratio   of the matrix products")
    for n in OUTPUTS:
        median = lambda who, what="samples": statistics.median(rates[who, what, n])
        ours, one, two = median("ours"), median("one"), median("two")
        ratio, share = ours / max(one, two), ours / median("ours", "matrix_products")
        print(f"outputs={n:<7}{ours:>11.0f}{one:>20.0f}{two:>12.0f}{ratio:>8.2f}{share:>25.2f}")


if len(sys.argv) > 1:
    pytorch(int(sys.argv[1]))
else:
    compare()
