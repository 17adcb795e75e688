"""Runs the Python at the end of each page, and compares its numbers with those of the page.

    cargo run --example conv_backprop -- --format json --output page.json
    python3 tests/oracle/numpy_pages.py page.json …
    python3 tests/oracle/numpy_pages.py --programs target/debug/examples page.json …

With `--programs` the pages of other inputs are told and compared too. It needs NumPy and SciPy, and shares nothing with
the programs but the pages.
"""

import argparse
import contextlib
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

# What has to be computed again, whatever the inputs.
MAIN = {
    "conv_backprop": "a1 a2 L d_kernel_2 d_a1 d_kernel_1 kernel_2_updated kernel_1_updated a1_next a2_next",
    "relu_filter_update": "pre_activation activation loss source_error source_d_filter source_filter_updated delta d_filter "
    "filter_updated pre_activation_updated activation_updated loss_updated",
    "laplacian": "difference first_difference second second_difference difference_of_difference first_as_convolution "
    "second_as_convolution kernel_x kernel_y kernel across down response",
    "resnet_shortcut": "padded_pixel padding_projection projected_pixel delta padded_loss d_pixel_padded projected_loss "
    "d_pixel_projected d_weights",
    "velocity_heads": "intervals points one_hot_x one_hot_y one_hot_joint two_numbers decoded largest_miss floor growth "
    "sigmoid stretched slope",
    "multilabel_softmax": "labels_sum target shifted exponentials exponential_sum probabilities loss gradient cumulative "
    "predicted_count",
    "categorical_accuracy": "predicted last_of_equals confusion share_of_hits accuracy box_accuracy "
    "stretched_box stretched_accuracy "
    "coordinate_errors mean_error overlap overlap_size intersection_area true_area predicted_area union_area iou",
}

# As little training as there can be: none of it is computed again.
VELOCITY = ["--train-size", "32", "--epochs", "1", "--hidden", "4"]
MULTILABEL = ["--epochs", "1"]
BORDERS = ["zero", "reflect", "nearest", "mirror", "wrap"]

OTHER_INPUTS = {
    "conv_backprop": [
        ["--variant", "3"],
        ["--forward", "cross-correlation"],
        ["--image", "1 2 3 4 5; 5 4 3 2 1; 1/3 0 -1 0 1/7", "--kernel-1", "1 -1 2; .5 3 1e-3", "--kernel-2", "2 3",
         "--delta", "1 -2; 3 -4", "--learning-rate", "1/2"],
        ["--image", "1e20 2; 3 4", "--kernel-1", "1e-30", "--kernel-2", "1 -1", "--forward", "cross-correlation"],
    ],
    "relu_filter_update": [
        ["--variant", "3"],
        ["--image", "1 2 3; -1 1/3 0; 3 1 4", "--filter", "2 1", "--target", "1 .5; 0 2; -1 3e-1"],
    ],
    "laplacian": [
        ["--variant", "3"],
        ["--samples", "1/3 -2 0 5e-1"],
        *(["--border", border] for border in BORDERS),
        *(["--border", border, "--image", "1 2 3 4; -1 1/3 0 2; 3 1 4 1"] for border in BORDERS),
    ],
    "resnet_shortcut": [
        ["--variant", "3"],
        ["--pixel", "1/3 -2", "--padding", "1 0", "--weights", "1/3 0; -1 2; 1e20 -1e-20"],
    ],
    "velocity_heads": [
        [*VELOCITY, "--velocity", "-1 1/3", "--resolution", "1/4"],
        # On an edge between two intervals, where doubles come out below it, and at the end.
        [*VELOCITY, "--velocity", "-.4 1"],
        [*VELOCITY, "--velocity", "-2/3 -.7", "--resolution", "1/3"],
    ],
    "multilabel_softmax": [
        ["--variant", "3"],
        [*MULTILABEL, "--labels", "1 0 1", "--scores", "1/3 -2 20", "--threshold", "1"],
        [*MULTILABEL, "--labels", "0 1 1 1", "--scores", "1 2 1 2", "--threshold", "0"],
    ],
    "categorical_accuracy": [
        ["--variant", "3"],
        ["--scores", "1 1; 1/3 2; 2 -1", "--truth", "1 1 0", "--true-box", "0 0 1 1", "--predicted-box", "2 2 3 9/2"],
    ],
}


def numbers(cell):
    """The rows of what a cell shows under its name; nothing for what is no rectangle of numbers."""
    rows = {"matrix": cell.get("values"), "value": [[cell.get("value")]], "table": cell.get("rows")}.get(cell["kind"])
    is_number = lambda entry: entry is None or isinstance(entry, (int, float))
    return rows if rows and all(is_number(entry) for row in rows for entry in row) else None


def compare(page):
    """Runs the page's Python in a namespace of its own; how many names it shares with the page, all with equal numbers."""
    topic = page["topic"]
    if topic not in MAIN:
        raise AssertionError("what has to be computed again is not in MAIN")
    codes = [cell["code"] for cell in page["cells"] if cell["kind"] == "python"]
    if len(codes) != 1:
        raise AssertionError(f"the page has {len(codes)} programs in Python")
    namespace = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(codes[0], f"{topic}.py", "exec"), namespace)
    compared = set()
    for cell in page["cells"]:
        name, rows = cell.get("name"), numbers(cell)
        if name not in namespace or rows is None:
            continue
        # A number is a matrix of one entry, a vector one of one row.
        expected, found = np.array(rows, dtype=float), np.atleast_2d(np.asarray(namespace[name], dtype=float))
        if found.shape != expected.shape:
            raise AssertionError(f"{name} is {found.shape} in Python, {expected.shape} on the page")
        if not np.allclose(found, expected, rtol=1e-9, atol=1e-9):
            raise AssertionError(f"{name} is\n{found}\nin Python,\n{expected}\non the page")
        compared.add(name)
    if missing := set(MAIN[topic].split()) - compared:
        raise AssertionError(f"not computed, or not on the page: {' '.join(sorted(missing))}")
    return len(compared - set(page["inputs"]))


def pages(paths, programs):
    """What is compared: where each page comes from, and the page."""
    for path in paths:
        yield path.name, json.loads(path.read_text(encoding="utf-8"))
    for topic, inputs in OTHER_INPUTS.items() if programs else ():
        for options in inputs:
            command = [programs / topic, *options, "--format", "json"]
            page = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
            yield " ".join([topic, *options]), json.loads(page)


def main():
    parser = argparse.ArgumentParser(description="Runs the Python at the end of each page.")
    parser.add_argument("--programs", type=Path, help="the folder of the built examples")
    parser.add_argument("pages", nargs="*", type=Path, help="pages in JSON")
    arguments = parser.parse_args()
    has_failed = False
    for what, page in pages(arguments.pages, arguments.programs):
        try:
            print(f"{what}: {compare(page)} names have the same numbers in NumPy")
        except Exception as error:  # Whatever the page's program does wrong.
            has_failed = True
            print(f"{what}: {type(error).__name__}: {error}")
    sys.exit(has_failed)


if __name__ == "__main__":
    main()
